//! Passkeys (WebAuthn level 3): keys of which this server knows the public half. Each is bound by the authenticator to one
//! server's name, so that no page of another site gets an answer from it; each is used by who unlocks it with a finger, a face
//! or a code, which makes it both steps in one. What an authenticator signs and how it is written is read and checked by the
//! `webauthn-rs` crate.
//!
//! ```text
//! browser ── start ──► a challenge, kept here, named by a cookie ──► authenticator ── signed ──► taken up once, checked
//! ```

use axum::http::{HeaderMap, header};
use domain::wire::Me;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::{
    problem::Problem,
    store::{KnownPasskey, NewPasskey},
};

/// What authenticators show as the name of the service.
const SERVICE: &str = "Mercuriale";
/// The one name of a machine for itself that browsers trust without https.
const THIS_MACHINE: &str = "localhost";

/// What a ceremony is about, as the store keeps it until its end.
#[derive(Serialize, Deserialize)]
enum Ceremony {
    Making(PasskeyRegistration),
    ComingIn(DiscoverableAuthentication),
}

/// A ceremony that begins.
pub(crate) struct Begun {
    /// For the browser.
    pub(crate) options: String,
    /// For the store.
    pub(crate) kept: String,
}

/// What somebody showed who comes in by a key: which, and whose they say it is. Nothing is proved yet.
pub(crate) struct Shown {
    credential: PublicKeyCredential,
    owner: Uuid,
}

/// Why a ceremony does not end well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CeremonyError {
    /// Not a credential.
    #[error("not a credential: {0}")]
    Malformed(serde_json::Error),
    /// What is kept of the ceremony or of the key does not read back.
    #[error("what is kept does not read: {0}")]
    Unreadable(serde_json::Error),
    /// Not what was asked for: another challenge, another site, another key, nobody unlocked it.
    #[error("refused: {0:?}")]
    Refused(WebauthnError),
    /// It counts backwards: there are two of it.
    #[error("a key counts backwards")]
    Copied,
}

impl From<WebauthnError> for CeremonyError {
    fn from(error: WebauthnError) -> Self {
        match error {
            WebauthnError::CredentialPossibleCompromise => Self::Copied,
            other => Self::Refused(other),
        }
    }
}

impl From<CeremonyError> for Problem {
    fn from(error: CeremonyError) -> Self {
        match error {
            CeremonyError::Malformed(error) => Self::Malformed(error.to_string()),
            CeremonyError::Refused(error) => {
                tracing::info!(?error, "a passkey was refused");
                Self::PasskeyRefused
            }
            CeremonyError::Copied => Self::PasskeyCopied,
            CeremonyError::Unreadable(error) => {
                tracing::error!(%error, "what is kept of a passkey does not read");
                Self::Failed
            }
        }
    }
}

/// This server, as authenticators know it: by the name of its address.
pub(crate) struct RelyingParty(Webauthn);

impl RelyingParty {
    /// The server that answers at `address`. `None` where no passkey can be: at an address that is a number, or that browsers
    /// do not trust; and when the browser called another one, where it would refuse.
    pub(crate) fn at(address: &str, headers: &HeaderMap) -> Option<Self> {
        let origin = Url::parse(address).ok()?;
        let name = origin.domain()?;
        let trusted = origin.scheme() == "https" || (origin.scheme() == "http" && name == THIS_MACHINE);
        let called = headers.get(header::HOST).and_then(|host| host.to_str().ok())?;
        let called = Url::parse(&format!("{}://{called}", origin.scheme())).ok()?;
        if !trusted || called.origin() != origin.origin() {
            return None;
        }
        let made = WebauthnBuilder::new(name, &origin).and_then(|builder| builder.rp_name(SERVICE).build());
        made.ok().map(Self)
    }

    /// Begins a key for somebody who has these already: an authenticator makes one a person.
    pub(crate) fn begin_key(&self, who: &Me, has: Vec<Vec<u8>>) -> Result<Begun, CeremonyError> {
        let (options, state) =
            self.0.start_passkey_registration(who.user.0, &who.email, &who.name, Some(has))?;
        let mut options = options_of(&options)?;
        // Nobody types who they are before coming in by it: the authenticator must remember.
        options["authenticatorSelection"]["residentKey"] = json!("required");
        options["authenticatorSelection"]["requireResidentKey"] = json!(true);
        begun(&options, &Ceremony::Making(state))
    }

    /// The key that a browser made.
    pub(crate) fn key_made(
        &self,
        credential: &str,
        kept: &str,
        name: String,
    ) -> Result<NewPasskey, CeremonyError> {
        let credential: RegisterPublicKeyCredential =
            serde_json::from_str(credential).map_err(CeremonyError::Malformed)?;
        let Ceremony::Making(state) = ceremony(kept)? else {
            return Err(CeremonyError::Refused(WebauthnError::ChallengeNotFound));
        };
        let key = self.0.finish_passkey_registration(&credential, &state)?;
        Ok(NewPasskey { id: key.cred_id().to_vec(), name, body: written(&key)? })
    }

    /// Begins coming in, for whoever it is.
    pub(crate) fn begin_coming_in(&self) -> Result<Begun, CeremonyError> {
        let (options, state) = self.0.start_discoverable_authentication()?;
        begun(&options_of(&options)?, &Ceremony::ComingIn(state))
    }

    /// Which key is shown.
    pub(crate) fn shown(&self, credential: &str) -> Result<Shown, CeremonyError> {
        let credential: PublicKeyCredential =
            serde_json::from_str(credential).map_err(CeremonyError::Malformed)?;
        let (owner, _) = self.0.identify_discoverable_authentication(&credential)?;
        Ok(Shown { credential, owner })
    }

    /// Proves that who came holds the key. What is to be kept of it from now on.
    pub(crate) fn proved(
        &self,
        shown: &Shown,
        kept: &str,
        known: &KnownPasskey,
    ) -> Result<String, CeremonyError> {
        if shown.owner != known.owner.user.0 {
            return Err(CeremonyError::Refused(WebauthnError::InvalidUserUniqueId));
        }
        let Ceremony::ComingIn(state) = ceremony(kept)? else {
            return Err(CeremonyError::Refused(WebauthnError::ChallengeNotFound));
        };
        let mut key: Passkey = serde_json::from_str(&known.body).map_err(CeremonyError::Unreadable)?;
        let proof = self.0.finish_discoverable_authentication_v2(&shown.credential, state, &key)?;
        key.update_credential(&proof);
        written(&key)
    }
}

impl Shown {
    /// As the authenticator names it.
    pub(crate) fn id(&self) -> &[u8] {
        self.credential.get_credential_id()
    }
}

/// What a browser is told: what stands under `publicKey` in the crate's answer.
fn options_of(answer: &impl Serialize) -> Result<Value, CeremonyError> {
    let mut answer = serde_json::to_value(answer).map_err(CeremonyError::Unreadable)?;
    Ok(answer["publicKey"].take())
}

fn begun(options: &Value, ceremony: &Ceremony) -> Result<Begun, CeremonyError> {
    Ok(Begun { options: options.to_string(), kept: written(ceremony)? })
}

fn ceremony(kept: &str) -> Result<Ceremony, CeremonyError> {
    serde_json::from_str(kept).map_err(CeremonyError::Unreadable)
}

fn written(value: &impl Serialize) -> Result<String, CeremonyError> {
    serde_json::to_string(value).map_err(CeremonyError::Unreadable)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn is_possible(address: &str, host: &'static str) -> bool {
        let headers = [(header::HOST, HeaderValue::from_static(host))].into_iter().collect();
        RelyingParty::at(address, &headers).is_some()
    }

    #[test]
    fn a_name_has_passkeys_and_a_number_has_none() {
        assert!(is_possible("https://hub.example", "hub.example"));
        assert!(is_possible("https://hub.example:8443", "hub.example:8443"));
        assert!(is_possible("http://localhost:8080", "localhost:8080"));
        for (address, host) in [
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("https://192.0.2.1", "192.0.2.1"),
            ("https://[2001:db8::1]", "[2001:db8::1]"),
            // No browser trusts a name without https.
            ("http://hub.example", "hub.example"),
            // Called otherwise than it is known.
            ("https://hub.example", "localhost:8080"),
            ("https://hub.example", "hub.example:8443"),
            ("https://hub.example", "evil.hub.example"),
            ("hub.example", "hub.example"),
            ("https://hub.example", "///"),
        ] {
            assert!(!is_possible(address, host), "{address} called {host}");
        }
    }
}
