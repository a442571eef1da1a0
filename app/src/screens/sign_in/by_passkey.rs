//! Coming in by a passkey: one tap, and whatever unlocks the device.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    app::{Navigation, Route},
    parts::Icon,
    screens::passkey::{Asking, outcome},
    state::{
        AppState, ComingIn,
        passkeys::{self, PasskeyError},
    },
    wording::words,
};

/// The first way in, where the browser has it; nothing elsewhere.
#[component]
pub(super) fn ByPasskey() -> impl IntoView {
    let state = expect_context::<AppState>();
    let navigation = expect_context::<Navigation>();
    let (words, account) = (words().passkeys(), words().account());
    let asking = RwSignal::new(Asking::Not);
    let enter = move |_| {
        if asking.get_untracked() == Asking::Running {
            return;
        }
        asking.set(Asking::Running);
        spawn_local(async move {
            let entered = match passkeys::show().await {
                Ok(shown) => state.come_in(ComingIn::Passkey(shown)).await.map_err(PasskeyError::There),
                Err(error) => Err(error),
            };
            match entered {
                Ok(()) if navigation.route_untracked() == Route::SignIn => navigation.replace(Route::Home),
                Ok(()) => {}
                // The page may be left by now.
                Err(error) => drop(asking.try_set(Asking::Failed(error))),
            }
        });
    };
    let running = move || asking.get() == Asking::Running;
    passkeys::is_possible().then(|| {
        view! {
            {move || outcome(&asking.get(), account.sign_in_failed, words.none_shown)}
            <button
                class="button wide" type="button" aria-disabled=move || running().then_some("true")
                on:click=enter
            >
                <Icon name="lock"/>
                {move || if running() { words.unlock_it } else { words.sign_in }}
            </button>
            <p class="small soft">{words.or_password}</p>
        }
    })
}
