//! The door: what came over the cable is read here once, and only here. Past it, everything is a type.

use domain::{json, wire::Problem};
use serde::de::DeserializeOwned;

use crate::ports::{Answer, Unreachable};

/// Why an exchange gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// No answer, or an answer that is not ours: a captive portal says 200 with a page of its own, a dying proxy says 502.
    #[error("offline: {0}")]
    Offline(String),
    /// The server is there and cannot now.
    #[error("the server is busy")]
    Busy {
        /// When it wishes to be asked again.
        retry_after_ms: Option<u64>,
    },
    /// Nobody is signed in, or not any more.
    #[error("not signed in")]
    SignedOut,
    /// The server is there and says no.
    #[error("refused: {status} {code}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Stable.
        code: String,
        /// In French, for a code nobody knows here.
        title: String,
    },
}

impl From<Unreachable> for Trouble {
    fn from(unreachable: Unreachable) -> Self {
        Self::Offline(unreachable.0)
    }
}

/// Reads an answer that should be a `T`. A 2xx that is not is somebody else's page: offline, not an error of ours.
///
/// # Errors
/// [`Trouble`]
pub fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Trouble> {
    if (200..300).contains(&answer.status) { envelope(answer) } else { Err(refusal(answer)) }
}

/// Reads a body whatever its status.
///
/// # Errors
/// [`Trouble::Offline`] when it is not a `T`.
pub fn envelope<T: DeserializeOwned>(answer: &Answer) -> Result<T, Trouble> {
    json::read(&answer.body)
        .map_err(|error| Trouble::Offline(format!("status {}, not ours: {error}", answer.status)))
}

/// What an answer outside 2xx means. Only our server writes a [`Problem`]: anything else comes from something in between,
/// except 401, 429 and 503, which mean the same whoever says them.
#[must_use]
pub fn refusal(answer: &Answer) -> Trouble {
    let problem: Option<Problem> = json::read(&answer.body).ok();
    match (answer.status, problem) {
        (503, _) => Trouble::Busy { retry_after_ms: answer.retry_after_ms },
        (401, None) => Trouble::SignedOut,
        (401, Some(problem)) if problem.code == "NOT_SIGNED_IN" => Trouble::SignedOut,
        (429, None) => Trouble::Busy { retry_after_ms: answer.retry_after_ms },
        (status, Some(problem)) => Trouble::Refused { status, code: problem.code, title: problem.title },
        (status, None) => Trouble::Offline(format!("status {status} without a problem of ours")),
    }
}

#[cfg(test)]
mod tests {
    use domain::wire::Me;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, retry_after_ms: Some(3_000), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn a_captive_portals_welcome_page_is_no_answer() {
        for page in ["<html>Bienvenue</html>", "", "{}", "[]", "\"ok\""] {
            assert!(matches!(read::<Me>(&answer(200, page)), Err(Trouble::Offline(_))), "{page:?}");
        }
        assert!(matches!(read::<Me>(&answer(502, "<html>Bad gateway</html>")), Err(Trouble::Offline(_))));
        assert!(matches!(
            read::<Me>(&answer(511, "Network authentication required")),
            Err(Trouble::Offline(_))
        ));
    }

    #[test]
    fn what_the_server_says_no_to_keeps_its_code() {
        let problem = r#"{"type":"about:blank","status":409,"code":"CYCLE_CLOSED","title":"Clos"}"#;
        let refused = Trouble::Refused { status: 409, code: "CYCLE_CLOSED".into(), title: "Clos".into() };
        assert_eq!(refusal(&answer(409, problem)), refused);
        let wrong = r#"{"type":"about:blank","status":401,"code":"BAD_CREDENTIALS","title":"Non"}"#;
        assert!(matches!(refusal(&answer(401, wrong)), Trouble::Refused { status: 401, .. }));
        let ended = r#"{"type":"about:blank","status":401,"code":"NOT_SIGNED_IN","title":"Non"}"#;
        assert_eq!(refusal(&answer(401, ended)), Trouble::SignedOut);
        assert_eq!(refusal(&answer(503, "")), Trouble::Busy { retry_after_ms: Some(3_000) });
    }
}
