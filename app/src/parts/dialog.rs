use leptos::{html, prelude::*};

use super::Icon;
use crate::wording::words;

/// A dialog over the page. It closes by its own buttons, by Escape, and gives the focus back.
#[component]
pub(crate) fn Dialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when the person closes it.
    #[prop(into)]
    on_close: Callback<()>,
    /// Its name.
    #[prop(into)]
    label: String,
    /// Comes from the bottom edge.
    #[prop(optional)]
    sheet: bool,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            (true, true) | (false, false) => {}
        }
    });
    let closed = move |_| {
        if open.get_untracked() {
            on_close.run(());
        }
    };
    view! {
        <dialog class=if sheet { "dialog sheet" } else { "dialog" } aria-label=label node_ref=node on:close=closed>
            {children()}
        </dialog>
    }
}

/// The cross of a dialog.
#[component]
pub(crate) fn CloseButton(
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button class="button quiet icon-only" type="button" aria-label=words().shell().close on:click=move |_| on_press.run(())>
            <Icon name="close"/>
        </button>
    }
}
