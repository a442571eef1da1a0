//! What went wrong, in words: the same everywhere.

use leptos::prelude::*;

use crate::{
    parts::{Notice, NoticeKind},
    state::{AppError, RecordError},
    wording::words,
};

/// An error as a person reads it.
#[derive(Clone)]
pub(crate) struct Said {
    /// What happened.
    pub title: &'static str,
    /// What is safe, what to do.
    pub sentence: String,
    /// The stable code, small, for whoever helps over the phone.
    pub code: String,
}

/// The words of an exchange that failed.
pub(crate) fn said(error: &AppError) -> Said {
    let words = words();
    let code = |code: &str| (words.shell().code)(code);
    match error {
        AppError::Offline => Said {
            title: words.shell().no_network_title,
            sentence: words.shell().no_network_body.to_owned(),
            code: code("OFFLINE"),
        },
        AppError::Problem { code: name, title, .. } => Said {
            title: words.shell().refused_title,
            sentence: (words.troubles().problem)(name).map_or_else(|| title.clone(), str::to_owned),
            code: code(name),
        },
        AppError::Storage(problem) => Said {
            title: words.shell().not_saved_title,
            sentence: (words.troubles().storage)(problem).to_owned(),
            code: code("STORAGE"),
        },
    }
}

/// The words of an intent that was not recorded.
pub(crate) fn not_recorded(error: &RecordError) -> Said {
    let words = words();
    let sentence = match error {
        RecordError::NotSignedIn => words.shell().session_ended_body.to_owned(),
        RecordError::NoCatalog => words.catalog().none_yet.to_owned(),
        RecordError::NothingToSend => words.draft().nothing_to_send.to_owned(),
        RecordError::NotChangeable => words.orders().not_changeable.to_owned(),
        RecordError::LinesToCorrect => words.orders().lines_to_correct.to_owned(),
        RecordError::TooManyLines { limit } => (words.draft().too_many_lines)(*limit),
        RecordError::Storage(problem) => (words.troubles().storage)(problem).to_owned(),
    };
    let code = match error {
        RecordError::NotSignedIn => "NOT_SIGNED_IN",
        RecordError::NoCatalog => "NO_CATALOG",
        RecordError::NothingToSend => "NOTHING_TO_SEND",
        RecordError::NotChangeable => "NOT_CHANGEABLE",
        RecordError::LinesToCorrect => "LINES_TO_CORRECT",
        RecordError::TooManyLines { .. } => "TOO_MANY_LINES",
        RecordError::Storage(_) => "STORAGE",
    };
    Said { title: words.shell().not_saved_title, sentence, code: (words.shell().code)(code) }
}

/// The notice of something that went wrong, with a way to try again.
#[component]
pub(crate) fn Problem(
    /// What went wrong.
    said: Said,
    /// Tries again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let retry = retry.map(|retry| {
        view! {
            <div class="actions">
                <button class="button" type="button" on:click=move |_| retry.run(())>{words().shell().retry}</button>
            </div>
        }
    });
    view! {
        <Notice kind=NoticeKind::Error title=said.title>
            <p>{said.sentence}</p>
            <p class="small">{said.code}</p>
            {retry}
        </Notice>
    }
}
