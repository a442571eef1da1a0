use domain::enterprise::Role;
use leptos::prelude::*;

use super::{Navigation, route::destinations};
use crate::{app::Route, parts::Icon, state::AppState, wording::words};

/// The destinations of a role: at the thumb on a phone, a rail beside the page from a tablet on.
#[component]
pub(super) fn MainNav(role: Role) -> impl IntoView {
    let navigation = expect_context::<Navigation>();
    let words = words().shell();
    let links = destinations(&role)
        .iter()
        .map(|destination| {
            let here = move || navigation.route().destination() == destination.route;
            let count = (destination.route == Route::Draft).then(|| view! { <DraftCount/> });
            view! {
                <li>
                    <a href=destination.route.path() aria-current=move || here().then_some("page")>
                        <Icon name=destination.icon/>
                        <span>{(destination.name)(words)}</span>
                        {count}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <nav class="main-nav" aria-label=words.navigation><ul>{links}</ul></nav> }
}

/// How many lines the draft has; for eyes only, the draft says it to ears.
#[component]
fn DraftCount() -> impl IntoView {
    let draft = expect_context::<AppState>().draft();
    let lines = Memo::new(move |_| draft.with(|draft| draft.as_ref().map_or(0, |draft| draft.lines.len())));
    move || (lines.get() > 0).then(|| view! { <span class="count" aria-hidden="true">{lines}</span> })
}
