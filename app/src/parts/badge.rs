use leptos::prelude::*;

use super::Icon;

/// Where something stands: a sign and words, a color only on top of them.
#[component]
pub(crate) fn Badge(
    /// One of `local`, `waiting`, `sending`, `received`, `confirmed`, `check`, `refused`; empty for none.
    #[prop(optional)]
    state: &'static str,
    /// Its sign.
    icon: &'static str,
    /// Its words.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    // What follows the point is one piece: a number never breaks in two.
    let (main, rest) = match text.split_once(" · ") {
        Some((main, rest)) => (main.to_owned(), Some(rest.to_owned())),
        None => (text, None),
    };
    let rest = rest.map(|rest| view! { " · "<span class="number">{rest}</span> });
    view! {
        <span class="badge" data-state=(!state.is_empty()).then_some(state)><Icon name=icon/><span>{main}{rest}</span></span>
    }
}
