use leptos::prelude::*;

use super::Drawing;

/// An empty list: why it is, and what to do about it.
#[component]
pub(crate) fn Empty(
    /// A drawing of the sprite.
    drawing: &'static str,
    /// What is not there.
    #[prop(into)]
    title: String,
    /// Why, and what to do.
    children: Children,
) -> impl IntoView {
    view! { <div class="empty"><Drawing name=drawing large=true/><h2>{title}</h2>{children()}</div> }
}
