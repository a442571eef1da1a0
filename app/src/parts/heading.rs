use leptos::{html, prelude::*};

use crate::app::Navigation;

/// The heading of a screen. The window takes its title; coming from another page, the focus goes to it, so that a screen
/// reader says where one has arrived.
#[component]
pub(crate) fn Heading(
    /// The screen's name.
    #[prop(into)]
    title: Signal<String>,
    /// What goes with it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let h1 = NodeRef::<html::H1>::new();
    let moved = expect_context::<Navigation>().has_moved();
    Effect::new(move |_| document().set_title(&format!("{} · Mercuriale", title.get())));
    Effect::new(move |_| {
        if let Some(h1) = h1.get().filter(|_| moved) {
            let _ = h1.focus();
        }
    });
    view! {
        <div class="screen-heading">
            <h1 tabindex="-1" node_ref=h1>{title}</h1>
            {children.map(|children| children())}
        </div>
    }
}
