//! « Associer cet appareil »: a code that somebody else shows lets this device in, without an account on it.

use domain::wire::people::PairRequest;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::door::{Attempt, Door, outcome, take_fragment};
use crate::{
    app::{Navigation, Route, StorageNotice},
    parts::{Field, Heading, Icon},
    state::{AppState, ComingIn},
    wording::words,
};

/// The whole page.
#[component]
pub(crate) fn PairScreen() -> impl IntoView {
    view! {
        <Door>
            <PairForm/>
            <a class="button quiet" href=Route::SignIn.path()><Icon name="user"/>{words().people().back_to_sign_in}</a>
        </Door>
    }
}

#[component]
fn PairForm() -> impl IntoView {
    let state = expect_context::<AppState>();
    let navigation = expect_context::<Navigation>();
    let words = words().people();
    let code = RwSignal::new(take_fragment());
    let name = RwSignal::new(String::new());
    let attempt = RwSignal::new(Attempt::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let asked = PairRequest { code: code.get_untracked(), name: name.get_untracked() };
        if asked.code.trim().is_empty() || asked.name.trim().is_empty() {
            return attempt.set(Attempt::Incomplete);
        }
        attempt.set(Attempt::Running);
        spawn_local(async move {
            match state.come_in(ComingIn::Code(asked)).await {
                Ok(()) => navigation.replace(Route::Home),
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
        });
    };
    let running = move || attempt.get() == Attempt::Running;
    view! {
        <form on:submit=submit novalidate>
            <Heading title=words.pair_title.to_owned()/>
            <p>{words.pair_body}</p>
            <StorageNotice/>
            {move || outcome(&attempt.get(), words.fill_all, words.pair_failed)}
            <Field id="code" label=words.pairing_code>
                <input
                    class="input" id="code" type="text" autocomplete="one-time-code" autocapitalize="characters"
                    spellcheck="false" maxlength="20" required bind:value=code
                />
            </Field>
            <Field id="device-name" label=words.device_name>
                <input
                    class="input" id="device-name" type="text" autocomplete="off" maxlength="80" required
                    aria-describedby="device-name-hint" bind:value=name
                />
                <p class="hint" id="device-name-hint">{words.device_name_hint}</p>
            </Field>
            <button class="button primary wide" type="submit" aria-disabled=move || running().then_some("true")>
                {move || if running() { words.pairing } else { words.pair }}
            </button>
        </form>
    }
}
