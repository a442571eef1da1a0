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
    view! { <span class="badge" data-state=(!state.is_empty()).then_some(state)><Icon name=icon/>{text}</span> }
}
