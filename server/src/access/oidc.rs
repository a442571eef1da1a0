//! Signing in with an account of elsewhere (OpenID Connect, authorization code flow): ProConnect, or the sign-on of a Region.
//!
//! The provider is asked for nothing before somebody wants to come in by it: this server starts and works without it. What
//! it says counts once its signature, issuer, audience, nonce and time were checked, by the `openidconnect` crate.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::body::Bytes;
use domain::time::Timestamp;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use openidconnect::{
    AsyncHttpClient, AuthType, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    core::{
        CoreClient, CoreClientAuthMethod, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
        CoreTokenResponse, CoreUserInfoClaims,
    },
};

use tokio::time::timeout;

use super::token;
use crate::store::StoreError;

/// A provider that is slower has failed: somebody waits, and ProConnect's codes live half a minute.
const PATIENCE: Duration = Duration::from_secs(8);
/// What a provider says of itself is asked again after this long: keys change.
const KNOWN_FOR_MS: i64 = 10 * 60_000;
/// Far more than what a provider says of anybody.
const LONGEST_ANSWER: usize = 512 * 1024;
/// Where the provider sends people back to, below the public address.
pub(crate) const RETURN: &str = "/api/oidc/return";

/// Which provider, and how this server is known to it.
#[derive(Clone, PartialEq, Eq)]
pub struct OidcSettings {
    /// Its address, as its own answers name it.
    pub issuer: String,
    /// What it calls this server.
    pub client_id: String,
    /// What this server proves itself with.
    pub client_secret: String,
    /// What people call it.
    pub name: String,
    /// Whether a proof key goes along (RFC 7636); a provider may refuse what it does not list.
    pub pkce: bool,
}

/// No secret in a log.
impl fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcSettings").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// Why somebody does not come in this way.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OidcError {
    /// The provider does not answer, or not as one.
    #[error("the provider cannot be reached: {0}")]
    Unreachable(String),
    /// The provider does not take the code: it was used, is too old, or is not for us.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// What it says is not proved.
    #[error("what the provider said is not proved: {0}")]
    NotProved(String),
    /// This machine.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What binds a way through the provider to one browser.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Journey {
    /// Comes back with the browser.
    pub(crate) state: String,
    /// Comes back within what the provider signs.
    pub(crate) nonce: String,
    /// What only who began can show for the code.
    verifier: String,
}

impl Journey {
    pub(crate) fn begin() -> Result<Self, StoreError> {
        let drawn = || token::fresh().map(|(shown, _)| shown);
        Ok(Self { state: drawn()?, nonce: drawn()?, verifier: drawn()? })
    }

    /// For the browser's cookie.
    pub(crate) fn to_text(&self) -> String {
        format!("{}.{}.{}", self.state, self.nonce, self.verifier)
    }

    /// `None`: this is not a journey we began.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(str::to_owned);
        let journey = Self { state: parts.next()?, nonce: parts.next()?, verifier: parts.next()? };
        let drawn = [&journey.state, &journey.nonce, &journey.verifier].iter().all(|part| part.len() == 64);
        (drawn && parts.next().is_none()).then_some(journey)
    }
}

/// Who the provider says somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proved {
    /// Its lasting name for this person.
    pub(crate) subject: String,
    /// Their address of mail, unless the provider says that nobody checked it. ProConnect says nothing about that.
    pub(crate) email: Option<String>,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider of this server.
pub(crate) struct Provider {
    pub(crate) settings: OidcSettings,
    redirect: String,
    http: Http,
    known: Mutex<Option<(Timestamp, Arc<CoreProviderMetadata>)>>,
}

impl Provider {
    /// `public_address`: where the provider sends people back to.
    pub(crate) fn new(settings: OidcSettings, public_address: &str) -> Self {
        let redirect = format!("{public_address}{RETURN}");
        Self { settings, redirect, http: Http::new(), known: Mutex::default() }
    }

    /// Where the browser goes to prove who somebody is.
    pub(crate) async fn address(&self, journey: &Journey, now: Timestamp) -> Result<String, OidcError> {
        let client = self.client(&*self.metadata(now).await?)?;
        let (state, nonce) = (journey.state.clone(), journey.nonce.clone());
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let asked = client
            .authorize_url(flow, move || CsrfToken::new(state), move || Nonce::new(nonce))
            .add_scope(Scope::new("email".to_owned()));
        let asked = if self.settings.pkce {
            let verifier = PkceCodeVerifier::new(journey.verifier.clone());
            asked.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        } else {
            asked
        };
        Ok(asked.url().0.to_string())
    }

    /// Who comes back with this code.
    pub(crate) async fn proved(
        &self,
        journey: &Journey,
        code: String,
        now: Timestamp,
    ) -> Result<Proved, OidcError> {
        let client = self.client(&*self.metadata(now).await?)?;
        let answer = self.exchange(&client, journey, code).await?;
        let id_token = answer.extra_fields().id_token();
        let id_token = id_token.ok_or_else(|| OidcError::NotProved("no id_token".to_owned()))?;
        let algorithms =
            [CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, CoreJwsSigningAlgorithm::EcdsaP256Sha256];
        let verifier = client.id_token_verifier().set_allowed_algs(algorithms);
        let claims = id_token.claims(&verifier, &Nonce::new(journey.nonce.clone()));
        let claims = claims.map_err(|error| {
            // A key that changed is asked for at the next try.
            self.forget();
            OidcError::NotProved(error.to_string())
        })?;
        let subject = claims.subject().clone();
        let asked = client
            .user_info(answer.access_token().clone(), Some(subject.clone()))
            .map_err(|error| OidcError::Unreachable(error.to_string()))?;
        // JSON, or signed: the crate reads both, and checks the second.
        let told: Result<CoreUserInfoClaims, _> = asked.request_async(&self.http).await;
        let told = told.map_err(|error| OidcError::NotProved(error.to_string()))?;
        let email = told.email().filter(|_| told.email_verified() != Some(false));
        Ok(Proved {
            subject: subject.to_string(),
            email: email.map(|email| email.trim().to_lowercase()).filter(|email| !email.is_empty()),
        })
    }

    async fn exchange(
        &self,
        client: &Client,
        journey: &Journey,
        code: String,
    ) -> Result<CoreTokenResponse, OidcError> {
        let asked = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| OidcError::Unreachable(error.to_string()))?;
        let asked = if self.settings.pkce {
            asked.set_pkce_verifier(PkceCodeVerifier::new(journey.verifier.clone()))
        } else {
            asked
        };
        let answer = asked.request_async(&self.http).await;
        answer.map_err(|error| match error {
            openidconnect::RequestTokenError::ServerResponse(said) => {
                OidcError::Refused(said.error().to_string())
            }
            openidconnect::RequestTokenError::Request(error) => OidcError::Unreachable(error.to_string()),
            error => OidcError::NotProved(error.to_string()),
        })
    }

    /// What the provider says of itself, with its keys.
    async fn metadata(&self, now: Timestamp) -> Result<Arc<CoreProviderMetadata>, OidcError> {
        let fresh = |at: &Timestamp| now.since_ms(*at) < KNOWN_FOR_MS;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, known)) = known.filter(|(at, _)| fresh(at)) {
            return Ok(known);
        }
        let unreachable = |error: &dyn fmt::Display| OidcError::Unreachable(error.to_string());
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|error| unreachable(&error))?;
        let found = CoreProviderMetadata::discover_async(issuer, &self.http).await;
        let found = Arc::new(found.map_err(|error| unreachable(&error))?);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&found)));
        Ok(found)
    }

    fn forget(&self) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Result<Client, OidcError> {
        let redirect = RedirectUrl::new(self.redirect.clone());
        let redirect = redirect.map_err(|error| OidcError::Unreachable(error.to_string()))?;
        let ways = metadata.token_endpoint_auth_methods_supported();
        let basic = ways
            .is_none_or(|ways| ways.contains(&CoreClientAuthMethod::ClientSecretBasic) || ways.is_empty());
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.settings.client_id.clone()),
            Some(ClientSecret::new(self.settings.client_secret.clone())),
        );
        let way = if basic { AuthType::BasicAuth } else { AuthType::RequestBody };
        Ok(client.set_redirect_uri(redirect).set_auth_type(way))
    }
}

/// How the provider is asked. Follows no redirection: its addresses are its own, and no other is asked.
struct Http(legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Asking;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Asking>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async { timeout(PATIENCE, self.ask(request)).await.map_err(|_| Asking::TooLate)? })
    }
}

impl Http {
    fn new() -> Self {
        let connector = HttpsConnectorBuilder::new().with_webpki_roots();
        // Plain http for a provider on this machine; what production is told begins with https.
        let connector = connector.https_or_http().enable_http1().build();
        Self(legacy::Client::builder(TokioExecutor::new()).build(connector))
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Asking> {
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let (parts, body) = self.0.request(request).await?.into_parts();
        let read = Limited::new(body, LONGEST_ANSWER).collect().await;
        let body = read.map_err(|error| Asking::Broken(error.to_string()))?.to_bytes();
        Ok(HttpResponse::from_parts(parts, body.into()))
    }
}

/// Why the provider gave no answer.
#[derive(Debug, thiserror::Error)]
enum Asking {
    #[error(transparent)]
    Http(#[from] legacy::Error),
    #[error("the answer broke off: {0}")]
    Broken(String),
    #[error("no answer in time")]
    TooLate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journey_reads_back_and_nothing_else_does() {
        let journey = Journey::begin().unwrap();
        assert!(journey.state.len() >= 32 && journey.nonce.len() >= 32 && journey.state != journey.nonce);
        assert!(Journey::read(&journey.to_text()).unwrap() == journey);
        for text in ["", "a.b.c", &format!("{}.x", journey.to_text())] {
            assert!(Journey::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn no_secret_is_written_to_a_log() {
        let settings = OidcSettings {
            issuer: "https://sign-on.example".into(),
            client_id: "mercuriale".into(),
            client_secret: "do not tell".into(),
            name: "Sign-on".into(),
            pkce: true,
        };
        assert!(!format!("{settings:?}").contains("do not tell"));
    }
}
