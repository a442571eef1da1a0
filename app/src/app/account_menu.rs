use leptos::{prelude::*, task::spawn_local};

use super::{Route, SignOut, Speaking};
use crate::{
    parts::Icon,
    state::AppState,
    wording::{self, words},
};

/// What one may do about oneself and this device.
#[component]
pub(super) fn AccountMenu() -> impl IntoView {
    let speaking = expect_context::<Speaking>();
    let sign_out = expect_context::<SignOut>();
    let state = expect_context::<AppState>();
    let (words, account) = (words().shell(), words().account());
    let other = wording::current().other();
    let lock = state.has_codes().then(|| {
        view! {
            <li>
                <button type="button" on:click=move |_| spawn_local(state.lock())>
                    <Icon name="lock"/>{account.lock}
                </button>
            </li>
        }
    });
    view! {
        <ul>
            {lock}
            <li><a href=Route::Settings.path()><Icon name="info"/>{words.settings}</a></li>
            <li>
                <button type="button" lang=other.tag() on:click=move |_| speaking.switch()>
                    <Icon name="language"/>{other.own_name()}
                </button>
            </li>
            <li>
                <button type="button" on:click=move |_| sign_out.ask(state)>
                    <Icon name="log-out"/>{account.sign_out}
                </button>
            </li>
        </ul>
    }
}
