//! Who is signed in, as this device remembers it.

use domain::wire::Me;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionState {
    /// The device has not told yet.
    Unknown,
    /// Nobody.
    SignedOut,
    /// Somebody, as far as this device knows.
    SignedIn(Me),
    /// The server ended the session. Everything still works on this device; sending waits until the person signs in again.
    Expired(Me),
}

impl SessionState {
    /// The person, signed in or expired.
    #[must_use]
    pub fn me(&self) -> Option<&Me> {
        match self {
            Self::SignedIn(me) | Self::Expired(me) => Some(me),
            Self::Unknown | Self::SignedOut => None,
        }
    }
}

/// What becomes of commands that still wait when a person signs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingChoice {
    /// Try to send them first; should some remain, they stay sealed.
    SendFirst,
    /// They stay on this tablet, unseen, until somebody of the same kitchen signs in here.
    KeepSealed,
    /// They are deleted.
    Delete,
}
