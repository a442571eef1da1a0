//! Passkeys: the server begins, the browser makes or shows one, the server has the last word.

use domain::wire::{
    people::RenameRequest,
    ways_in::{NewPasskey, PasskeyOptions, PasswordAgain, UsePasskey},
};

pub use crate::device::{
    machine::{Machine, this_machine},
    passkeys::{PasskeyTrouble, is_possible},
};

use super::{AppError, desk::json};
use crate::device::{
    fetch::{delete, post, tell},
    passkeys,
};

/// Why no passkey came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasskeyError {
    /// The browser, the device or the person at it.
    Here(PasskeyTrouble),
    /// The server, or the way there.
    There(AppError),
}

impl From<AppError> for PasskeyError {
    fn from(error: AppError) -> Self {
        Self::There(error)
    }
}

/// Makes a passkey on this device, called `name`, for who knows the password.
///
/// # Errors
/// [`PasskeyError`]
pub async fn add(asked: &PasswordAgain, name: String) -> Result<(), PasskeyError> {
    let begun: PasskeyOptions = post("/api/me/passkeys/start", Some(json(asked))).await?;
    let credential = passkeys::make(&begun.options).await.map_err(PasskeyError::Here)?;
    Ok(tell("/api/me/passkeys", Some(json(&NewPasskey { name, credential }))).await?)
}

/// Has whoever stands here show a passkey: what [`super::ComingIn::Passkey`] comes in with.
///
/// # Errors
/// [`PasskeyError`]
pub async fn show() -> Result<UsePasskey, PasskeyError> {
    let begun: PasskeyOptions = post("/api/passkeys/start", None).await?;
    let credential = passkeys::show(&begun.options).await.map_err(PasskeyError::Here)?;
    Ok(UsePasskey { credential })
}

/// Gives one of one's passkeys another name.
///
/// # Errors
/// [`AppError`]
pub async fn rename(key: &str, name: String) -> Result<(), AppError> {
    tell(&format!("/api/me/passkeys/{key}/rename"), Some(json(&RenameRequest { name }))).await
}

/// Removes one of them.
///
/// # Errors
/// [`AppError`]
pub async fn remove(key: &str) -> Result<(), AppError> {
    delete(&format!("/api/me/passkeys/{key}")).await
}
