//! What IndexedDB complains of, in its own words, and what may be done about it.

use std::future::Future;

use gloo_timers::future::TimeoutFuture;
use replica::{ports::StorageError, turn::either};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

/// A complaint.
#[derive(Debug, Clone)]
pub(super) enum Trouble {
    /// A DOMException: name and message.
    Exception { name: String, message: String },
    /// Nothing came in time.
    Late(&'static str),
    /// There is no IndexedDB here.
    Absent(String),
    /// What was read is not what was written, or what is to be written cannot be.
    Unreadable(String),
}

impl Trouble {
    /// Whether a fresh handle may do better: the connection died under us, or the transaction fell through with it.
    pub(super) fn is_curable(&self) -> bool {
        match self {
            Self::Exception { name, message } => {
                matches!(
                    name.as_str(),
                    "InvalidStateError" | "UnknownError" | "AbortError" | "TransactionInactiveError"
                ) || message.to_ascii_lowercase().contains("connection")
            }
            Self::Late(_) | Self::Absent(_) | Self::Unreadable(_) => false,
        }
    }

    /// The name and message of whatever JavaScript threw.
    pub(super) fn of(thrown: &JsValue) -> Self {
        match thrown.dyn_ref::<DomException>() {
            Some(exception) => Self::Exception { name: exception.name(), message: exception.message() },
            None => Self::Exception { name: "Error".into(), message: format!("{thrown:?}") },
        }
    }

    /// Of a transaction's or a request's own error, when there is one.
    pub(super) fn of_exception(exception: Option<DomException>) -> Self {
        match exception {
            Some(exception) => Self::Exception { name: exception.name(), message: exception.message() },
            None => Self::Exception { name: "AbortError".into(), message: "aborted without a reason".into() },
        }
    }
}

impl From<rexie::Error> for Trouble {
    fn from(error: rexie::Error) -> Self {
        let text = match &error {
            // rexie itself only says "idb error"; this says what the browser threw, its name first.
            rexie::Error::IdbError(inner) => inner.to_string(),
            other => other.to_string(),
        };
        let known = [
            "QuotaExceededError",
            "InvalidStateError",
            "UnknownError",
            "TransactionInactiveError",
            "AbortError",
        ];
        let name = known.into_iter().find(|name| text.contains(name)).unwrap_or("Error");
        Self::Exception { name: name.into(), message: text }
    }
}

impl From<Trouble> for StorageError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Exception { name, message } => {
                let text = format!("{name}: {message}");
                match name.as_str() {
                    "QuotaExceededError" => Self::Full(text),
                    "SecurityError" => Self::Unavailable(text),
                    "InvalidStateError" | "UnknownError" | "AbortError" => Self::Lost(text),
                    _ => Self::Failed(text),
                }
            }
            Trouble::Late("open") => Self::Blocked("nothing opened in time".into()),
            Trouble::Late(what) => Self::Lost(format!("{what} took too long")),
            Trouble::Absent(why) => Self::Unavailable(why),
            Trouble::Unreadable(why) => Self::Unreadable(why),
        }
    }
}

/// Waits for `work` at most `limit_ms`: a browser that neither succeeds nor fails has been seen, more than once.
pub(super) async fn within<T>(
    limit_ms: u32,
    what: &'static str,
    work: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    either(work, TimeoutFuture::new(limit_ms)).await.unwrap_or(Err(Trouble::Late(what)))
}
