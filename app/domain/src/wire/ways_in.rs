//! What a person comes in with beside a password: a second step. Online work.

use serde::{Deserialize, Serialize};

use super::people::QrCode;
use crate::time::Timestamp;

/// A person's own ways in.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWaysIn {
    /// Their second step; `None` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_step: Option<SecondStepCard>,
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

/// The body of what asks for the password again: `POST /api/me/second-step` and `POST /api/me/second-step/end`. Never logged.
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
