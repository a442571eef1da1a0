use leptos::prelude::*;

use super::Icon;
use crate::wording::words;

/// Prints the page.
#[component]
pub(crate) fn PrintButton(
    /// Its look.
    #[prop(default = "button")]
    class: &'static str,
) -> impl IntoView {
    let print = |_| {
        // A browser that cannot print says so itself.
        let _ = window().print();
    };
    view! { <button class=class type="button" on:click=print><Icon name="print"/>{words().shell().print}</button> }
}
