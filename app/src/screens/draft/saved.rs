use leptos::prelude::*;

use super::DraftBoard;
use crate::{parts::Icon, state::AppState, wording::words};

/// Whether the device holds the draft as it is on screen; nothing while there is no line.
#[component]
pub(crate) fn DraftSaved() -> impl IntoView {
    let state = expect_context::<AppState>();
    let board = expect_context::<DraftBoard>();
    let words = words().draft();
    let has_lines = Memo::new(move |_| board.view().is_some_and(|view| !view.groups.is_empty()));
    // Not a status: said aloud at each key, it would drown what matters.
    let said = move || {
        if state.draft_saved().get() {
            view! { <Icon name="check"/><span>{words.saved}</span> }.into_any()
        } else {
            view! { <span>{words.saving}</span> }.into_any()
        }
    };
    move || has_lines.get().then(|| view! { <p class="draft-saved soft small">{said}</p> })
}
