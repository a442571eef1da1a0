use leptos::prelude::*;

/// A label and what it names; the control inside carries the same `id`.
#[component]
pub(crate) fn Field(
    /// The control's id.
    id: &'static str,
    /// Its label.
    label: &'static str,
    /// The control.
    children: Children,
) -> impl IntoView {
    view! { <div class="field"><label for=id>{label}</label>{children()}</div> }
}
