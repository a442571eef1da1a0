use domain::enterprise::Role;
use leptos::{html, prelude::*};

use super::{Route, pieces, route::home};
use crate::{
    parts::Icon,
    state::{AppState, Connectivity},
    wording::words,
};

/// The slate bar: the name, how things stand with the server, the account.
#[component]
pub(super) fn TopBar(place: String, role: Role) -> impl IntoView {
    let words = words().shell();
    // Its own name for ears: « Mercuriale » alone is a destination of the hub.
    let way_home = format!("Mercuriale\u{a0}: {}", words.go_home);
    view! {
        <header class="top-bar">
            <a class="brand" href=home(&role).path() aria-label=way_home><Icon name="scale"/><span>"Mercuriale"</span></a>
            <Pill/>
            <div class="account">
                <span class="account-name">{place}</span>
                <Account name=words.my_account/>
            </div>
        </header>
    }
}

/// What the pill says, the most pressing first.
#[derive(Clone, Copy, PartialEq)]
enum Ambient {
    Fine,
    Offline,
    Syncing,
    Queue(usize),
    ToCheck(usize),
}

/// How things stand with the server. Silence means that all is well.
#[component]
fn Pill() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().shell();
    let ambient = move || {
        let told = state.told().read();
        match (state.contact().get().connectivity, told.pending, told.tickets.len()) {
            (Connectivity::Offline { .. }, _, _) => Ambient::Offline,
            (Connectivity::Syncing, _, _) => Ambient::Syncing,
            (Connectivity::Online, 0, 0) => Ambient::Fine,
            (Connectivity::Online, 0, to_check) => Ambient::ToCheck(to_check),
            (Connectivity::Online, pending, _) => Ambient::Queue(pending),
        }
    };
    let said = move || match ambient() {
        Ambient::Fine => ().into_any(),
        Ambient::Offline => view! {
            <Icon name="cloud-off"/>
            <span>{words.offline}<span class="pill-more">{words.offline_more}</span></span>
        }
        .into_any(),
        Ambient::Syncing => view! { <Icon name="refresh"/><span>{words.syncing}</span> }.into_any(),
        Ambient::Queue(count) => {
            view! { <Icon name="clock"/><a href=Route::Orders.path()>{(words.waiting_to_send)(count)}</a> }
                .into_any()
        }
        Ambient::ToCheck(count) => {
            view! { <Icon name="warning"/><a href=Route::Orders.path()>{(words.to_review)(count)}</a> }
                .into_any()
        }
    };
    let data_state = move || match ambient() {
        Ambient::Fine => None,
        Ambient::Offline => Some("offline"),
        Ambient::Syncing => Some("sending"),
        Ambient::Queue(_) => Some("queue"),
        Ambient::ToCheck(_) => Some("check"),
    };
    view! { <div class="pill" role="status" data-state=data_state>{said}</div> }
}

/// The account button. What is under it comes with the first touch, anew each time.
#[component]
fn Account(name: &'static str) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    let open = RwSignal::new(false);
    let follow = move |_| {
        if let Some(details) = details.get_untracked() {
            open.set(details.open());
        }
    };
    let close = move |_| {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
    };
    view! {
        <details class="account-menu" node_ref=details on:toggle=follow>
            <summary aria-label=name><Icon name="user"/></summary>
            <div on:click=close>{move || open.get().then(pieces::account)}</div>
        </details>
    }
}
