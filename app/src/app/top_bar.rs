use domain::enterprise::Role;
use leptos::{html, prelude::*};

use super::{Route, SignOut, Speaking, route::home};
use crate::{
    parts::Icon,
    state::{AppState, Connectivity},
    wording::{self, words},
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
                <AccountMenu words/>
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

/// Under the account button.
#[component]
fn AccountMenu(words: &'static wording::ShellWords) -> impl IntoView {
    let speaking = expect_context::<Speaking>();
    let sign_out = expect_context::<SignOut>();
    let state = expect_context::<AppState>();
    let details = NodeRef::<html::Details>::new();
    let close = move |_| {
        if let Some(details) = details.get_untracked() {
            let _ = details.remove_attribute("open");
        }
    };
    let other = wording::current().other();
    view! {
        <details class="account-menu" node_ref=details>
            <summary aria-label=words.my_account><Icon name="user"/></summary>
            <ul on:click=close>
                <li><a href=Route::Settings.path()><Icon name="info"/>{words.settings}</a></li>
                <li>
                    <button type="button" lang=other.tag() on:click=move |_| speaking.switch()>
                        <Icon name="language"/>{other.own_name()}
                    </button>
                </li>
                <li>
                    <button type="button" on:click=move |_| sign_out.ask(state)>
                        <Icon name="log-out"/>{words.sign_out}
                    </button>
                </li>
            </ul>
        </details>
    }
}
