//! What a person comes in with beside a password: a passkey, a second step, an account of elsewhere, a link in a letter; and what
//! opens a device whose codes nobody remembers. Online work.

use serde::{Deserialize, Serialize};

use super::people::QrCode;
use crate::{enterprise::Role, time::Timestamp};

/// Of whom a hub asks for more than a password: a passkey, a code beside the password, or an account of elsewhere.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondStepRule {
    /// Each decides for oneself.
    Chosen,
    /// Of who sees everybody's orders or figures: the hub's people and authorities.
    Desks,
    /// Of everybody (ASVS 5.0, 6.3.3). Paired devices, which manage nothing, are let in as they are.
    Everybody,
}

impl SecondStepRule {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Desks => "desks",
            Self::Everybody => "everybody",
        }
    }

    /// The rule of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Chosen, Self::Desks, Self::Everybody].into_iter().find(|rule| rule.code() == code)
    }

    /// Whether somebody of this role has to give more than a password.
    #[must_use]
    pub fn concerns(self, role: Role) -> bool {
        match self {
            Self::Chosen => false,
            Self::Desks => is_desk(role),
            Self::Everybody => true,
        }
    }
}

fn is_desk(role: Role) -> bool {
    match role {
        Role::Hub { .. } | Role::Authority { .. } => true,
        Role::Kitchen { .. } | Role::Producer { .. } => false,
    }
}

/// What a hub asks for, and what asking for more would mean.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondStepBoard {
    /// What counts today.
    pub rule: SecondStepRule,
    /// How many of the hub's people and authorities come in by a password alone.
    pub desks_without: u32,
    /// How many of kitchens and producers do.
    pub others_without: u32,
}

/// The body of `POST /api/second-step-rule`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetSecondStepRule {
    /// What is to count.
    pub rule: SecondStepRule,
}

/// A person's own ways in.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWaysIn {
    /// Their second step; `None` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_step: Option<SecondStepCard>,
    /// Accounts of elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identities: Vec<IdentityCard>,
    /// Passkeys, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passkeys: Vec<PasskeyCard>,
}

/// A passkey, as its person is told of it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyCard {
    /// Names it, and opens nothing.
    pub id: String,
    /// As its person calls it.
    pub name: String,
    /// Since when.
    pub made_at: Timestamp,
    /// When somebody last came in by it; `None`: never yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
}

/// What a browser is asked for a passkey with.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyOptions {
    /// JSON, as `PublicKeyCredential.parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` read it (WebAuthn level
    /// 3, 5.1.8 and 5.1.9).
    pub options: String,
}

/// The body of `POST /api/me/passkeys`: the passkey that the browser made.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPasskey {
    /// As its person calls it.
    pub name: String,
    /// JSON, as `PublicKeyCredential.toJSON` writes it.
    pub credential: String,
}

/// The body of `POST /api/passkeys/use`: what proves that somebody holds a passkey. Never logged.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsePasskey {
    /// JSON, as `PublicKeyCredential.toJSON` writes it.
    pub credential: String,
}

/// A second step that counts.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondStepCard {
    /// Since when.
    pub since: Timestamp,
    /// How many recovery codes were not used yet.
    pub recovery_codes: u32,
}

/// The body of what asks for the password again: a second step is turned on or off, a passkey is made. Never
/// logged.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct PasswordAgain {
    /// The one that counts.
    pub password: String,
}

/// A second step that was begun: what the application of codes is given. Told once.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondStepBegun {
    /// The secret, in groups of four letters and digits, for who types it.
    pub secret: String,
    /// The same, for a camera.
    pub qr: QrCode,
}

/// The body of `POST /api/me/second-step/confirm`: the first code. Never logged.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct ConfirmSecondStep {
    /// As a person typed it.
    pub code: String,
}

/// What lets in without the application of codes, once each. Told once.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryCodes {
    /// Each of eight characters, in two groups.
    pub codes: Vec<String>,
}

/// The ways in that the door offers beside a password. Public.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaysIn {
    /// What people call the provider of accounts of elsewhere; `None` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The address of the account that this browser has to confirm with its password; `None` when there is nothing to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirming: Option<String>,
}

/// The body of `POST /api/oidc/confirm`. Never logged.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct ConfirmIdentity {
    /// Of the account here.
    pub password: String,
    /// What passes its second step, for who has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_step: Option<String>,
}

/// An account of elsewhere that a person comes in with.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityCard {
    /// Names it, and opens nothing.
    pub id: String,
    /// Whose account it is.
    pub issuer: String,
    /// Since when.
    pub linked_at: Timestamp,
}

/// The body of `POST /api/sign-in-links`: a letter with a link that signs in is asked for.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInLinkRequest {
    /// Where somebody reads letters.
    pub email: String,
}

/// The body of `POST /api/sign-in-links/use`. Never logged.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseSignInLink {
    /// What the link carries.
    pub token: String,
    /// The code of who turned a second step on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_step: Option<String>,
}

/// The key of a device that locks: the body of `POST /api/sealing-keys`, and what is handed over. Never logged.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealingKey {
    /// 256 bits, in base64.
    pub key: String,
}

/// What a key is called that the server keeps.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealingKeyName {
    /// Letters and digits.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::{HubId, ProducerId, SiteId};

    #[test]
    fn a_rule_concerns_whom_it_names() {
        let hub = HubId(Uuid::nil());
        let kitchen = Role::Kitchen { hub, site: SiteId(Uuid::nil()) };
        let producer = Role::Producer { hub, producer: ProducerId(Uuid::nil()) };
        let roles = [kitchen, producer, Role::Hub { hub }, Role::Authority { hub }];
        for (rule, concerned) in [
            (SecondStepRule::Chosen, [false; 4]),
            (SecondStepRule::Desks, [false, false, true, true]),
            (SecondStepRule::Everybody, [true; 4]),
        ] {
            assert_eq!(roles.map(|role| rule.concerns(role)), concerned, "{rule:?}");
            assert_eq!(SecondStepRule::from_code(rule.code()), Some(rule));
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.code());
        }
        assert_eq!(SecondStepRule::from_code("nobody"), None);
    }
}
