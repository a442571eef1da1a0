//! What came of asking for a passkey, in words.

use leptos::prelude::*;

use super::problem::{Said, said};
use crate::{
    parts::{Notice, NoticeKind},
    state::{
        AppError,
        passkeys::{PasskeyError, PasskeyTrouble},
    },
    wording::words,
};

/// Where a passkey that was asked for stands.
#[derive(Clone, PartialEq)]
pub(super) enum Asking {
    Not,
    Running,
    Failed(PasskeyError),
}

/// What is said of it: `failed` when nothing came of it, `gave_up` when the person ended it.
pub(super) fn outcome(asking: &Asking, failed: &'static str, gave_up: &'static str) -> AnyView {
    let error = match asking {
        Asking::Not | Asking::Running => return ().into_any(),
        Asking::Failed(PasskeyError::Here(PasskeyTrouble::GaveUp)) => {
            return view! { <Notice kind=NoticeKind::Check title=failed><p>{gave_up}</p></Notice> }
                .into_any();
        }
        Asking::Failed(error) => error,
    };
    let (sentence, code) = said_of_passkey(error);
    let code = code.map(|code| view! { <p class="small">{code}</p> });
    view! { <Notice kind=NoticeKind::Error title=failed><p>{sentence}</p>{code}</Notice> }.into_any()
}

/// The sentence, and the server's code.
pub(super) fn said_of_passkey(error: &PasskeyError) -> (String, Option<String>) {
    let words = words().passkeys();
    match error {
        PasskeyError::Here(trouble) => ((words.trouble)(*trouble).unwrap_or(words.gave_up).to_owned(), None),
        PasskeyError::There(error) => {
            let Said { sentence, code, .. } = said(error);
            let own = match error {
                AppError::Problem { code, .. } => (words.problem)(code),
                AppError::Offline | AppError::Storage(_) => None,
            };
            (own.map_or(sentence, str::to_owned), Some(code))
        }
    }
}
