//! « Retour »: a browser comes back from a provider of accounts of elsewhere. Either its session is open, or it has to be
//! confirmed with a password, or the page says what went wrong.

use domain::wire::ways_in::{ConfirmIdentity, WaysIn};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{
    door::{Attempt, Door, outcome, take_fragment},
    remote::Watched,
    second_step::{self, SecondStepField},
};
use crate::{
    app::{Navigation, Route},
    parts::{Field, Heading, Icon, Notice, NoticeKind},
    state::{AppState, ComingIn, desk},
    wording::words,
};

/// What the server wants confirmed.
const CONFIRM: &str = "OIDC_CONFIRM";

/// The whole page: what the address carries decides.
#[component]
pub(crate) fn ComeBackScreen() -> impl IntoView {
    let words = words();
    let code = take_fragment();
    let body = match code.as_str() {
        "" => view! { <Entering/> }.into_any(),
        CONFIRM => view! { <Confirming/> }.into_any(),
        code => went_wrong(code),
    };
    view! {
        <Door>
            {body}
            <a class="button quiet" href=Route::SignIn.path()><Icon name="user"/>{words.people().back_to_sign_in}</a>
        </Door>
    }
}

fn went_wrong(code: &str) -> AnyView {
    let all_words = words();
    let words = all_words.ways_in();
    let sentence = (words.problem)(code).unwrap_or(words.came_back_in_vain);
    let code = (all_words.shell().code)(code);
    view! {
        <Heading title=words.come_back_title.to_owned()/>
        <Notice kind=NoticeKind::Error title=all_words.account().sign_in_failed>
            <p>{sentence}</p>
            <p class="small">{code}</p>
        </Notice>
    }
    .into_any()
}

/// Takes up the session whose cookie the browser came back with.
fn enter(state: AppState, navigation: Navigation, attempt: RwSignal<Attempt>) {
    attempt.set(Attempt::Running);
    spawn_local(async move {
        match state.come_in(ComingIn::Cookie).await {
            Ok(()) => navigation.replace(Route::Home),
            Err(error) => attempt.set(Attempt::Failed(error)),
        }
    });
}

/// The session is open: this device greets the server.
#[component]
fn Entering() -> impl IntoView {
    let state = expect_context::<AppState>();
    let navigation = expect_context::<Navigation>();
    let (shell, account, words) = (words().shell(), words().account(), words().ways_in());
    let attempt = RwSignal::new(Attempt::Filling);
    enter(state, navigation, attempt);
    let failed = move || matches!(attempt.get(), Attempt::Failed(_));
    view! {
        <Heading title=words.come_back_title.to_owned()/>
        {move || outcome(&attempt.get(), account.fill_both, account.sign_in_failed)}
        {move || if failed() {
            view! {
                <button class="button primary wide" type="button" on:click=move |_| enter(state, navigation, attempt)>
                    {shell.retry}
                </button>
            }
            .into_any()
        } else {
            view! { <p class="soft" role="status">{account.signing_in}</p> }.into_any()
        }}
    }
}

/// The account here is linked by whoever has its password.
#[component]
fn Confirming() -> impl IntoView {
    let ways = Watched::new(None, desk::door);
    ways.show(move |ways| match &*ways {
        WaysIn { confirming: Some(email), .. } => view! { <Confirmation email=email.clone()/> }.into_any(),
        // Too late, or another browser.
        _ => went_wrong("LINK_OVER"),
    })
}

#[component]
fn Confirmation(email: String) -> impl IntoView {
    let state = expect_context::<AppState>();
    let navigation = expect_context::<Navigation>();
    let (account, words) = (words().account(), words().ways_in());
    let password = RwSignal::new(String::new());
    let (code, asks_code) = (RwSignal::new(String::new()), RwSignal::new(false));
    let attempt = RwSignal::new(Attempt::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let second_step = asks_code.get_untracked().then(|| code.get_untracked());
        let asked = ConfirmIdentity { password: password.get_untracked(), second_step };
        if asked.password.is_empty() {
            return attempt.set(Attempt::Incomplete);
        }
        attempt.set(Attempt::Running);
        spawn_local(async move {
            match desk::confirm_identity(&asked).await {
                Ok(()) => enter(state, navigation, attempt),
                Err(error) if !asks_code.get_untracked() && second_step::is_asked(&error) => {
                    attempt.set(Attempt::Filling);
                    asks_code.set(true);
                }
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
        });
    };
    let running = move || attempt.get() == Attempt::Running;
    view! {
        <form on:submit=submit novalidate>
            <Heading title=words.confirm_title.to_owned()/>
            <p>{(words.confirm_body)(&email)}</p>
            // For the browser that keeps passwords: this one belongs to that address.
            <input type="email" autocomplete="username" readonly hidden value=email.clone()/>
            {move || outcome(&attempt.get(), words.fill_in, account.sign_in_failed)}
            <Field id="password" label=account.password>
                <input
                    class="input" id="password" type="password" role="textbox" autocomplete="current-password"
                    required bind:value=password
                />
            </Field>
            {move || asks_code.get().then(|| view! { <SecondStepField code/> })}
            <button class="button primary wide" type="submit" aria-disabled=move || running().then_some("true")>
                {move || if running() { account.signing_in } else { words.confirm }}
            </button>
        </form>
    }
}
