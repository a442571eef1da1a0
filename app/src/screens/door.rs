//! What the pages have in common where one comes in: the board, and the sheet of paper beside it.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsValue;

use super::{
    FAMILY_DRAWINGS,
    problem::{Said, said},
};
use crate::{
    app::Speaking,
    parts::{Drawing, Icon, Notice, NoticeKind},
    state::AppError,
    wording::{self, words},
};

/// Where a form of the door stands.
#[derive(Clone, PartialEq)]
pub(super) enum Attempt {
    Filling,
    Incomplete,
    Running,
    Failed(AppError),
}

/// The board and the sheet of paper.
#[component]
pub(super) fn Door(children: Children) -> impl IntoView {
    let speaking = expect_context::<Speaking>();
    let other = wording::current().other();
    // A link pasted over this very page changes its fragment alone, which loads nothing by itself.
    let pasted = window_event_listener(ev::hashchange, |_| _ = location().reload());
    on_cleanup(move || pasted.remove());
    view! {
        <div class="sign-in">
            <div class="sign-in-board">
                <div class="sign-in-brand">"Mercuriale"</div>
                <p>{words().account().tagline}</p>
                <div class="sign-in-drawings" aria-hidden="true">
                    {FAMILY_DRAWINGS.map(|name| view! { <Drawing name/> }).collect_view()}
                </div>
            </div>
            <main>
                {children()}
                <button class="button quiet" type="button" lang=other.tag() on:click=move |_| speaking.switch()>
                    <Icon name="language"/>{other.own_name()}
                </button>
            </main>
        </div>
    }
}

/// What came of an attempt: `incomplete` when lines are empty, `failed` when the answer was no.
pub(super) fn outcome(attempt: &Attempt, incomplete: &'static str, failed: &'static str) -> AnyView {
    match attempt {
        Attempt::Filling | Attempt::Running => ().into_any(),
        Attempt::Incomplete => view! { <Notice kind=NoticeKind::Error title=incomplete/> }.into_any(),
        Attempt::Failed(error) => {
            let Said { sentence, code, .. } = said_of_access(error);
            view! {
                <Notice kind=NoticeKind::Error title=failed>
                    <p>{sentence}</p>
                    <p class="small">{code}</p>
                </Notice>
            }
            .into_any()
        }
    }
}

/// The words of an exchange about access that failed.
pub(super) fn said_of_access(error: &AppError) -> Said {
    let own = match error {
        AppError::Problem { code, .. } => {
            (words().people().problem)(code).or_else(|| (words().ways_in().problem)(code))
        }
        AppError::Offline | AppError::Storage(_) => None,
    };
    let said = said(error);
    Said { sentence: own.map_or(said.sentence, str::to_owned), ..said }
}

/// Takes what the fragment of the address carries out of it: a secret does not stay where a history keeps it.
pub(super) fn take_fragment() -> String {
    let fragment = location().hash().unwrap_or_default();
    let path = location().pathname().unwrap_or_default();
    if !fragment.is_empty()
        && let Ok(history) = window().history()
    {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&path));
    }
    fragment.trim_start_matches('#').to_owned()
}
