//! Coming in by a link in a letter: asked for with an address alone, opened with one tap.

use domain::wire::ways_in::UseSignInLink;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use crate::{
    app::{Navigation, Route},
    parts::{Field, Heading, Notice, NoticeKind},
    screens::{
        door::{Attempt, outcome},
        second_step::{self, SecondStepField},
    },
    state::{AppState, ComingIn, desk},
    wording::words,
};

/// Asks for the letter.
#[component]
pub(super) fn AskLink() -> impl IntoView {
    let words = words().people();
    let email = RwSignal::new(String::new());
    let attempt = RwSignal::new(Attempt::Filling);
    let asked = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let address = email.get_untracked().trim().to_owned();
        if address.is_empty() {
            return attempt.set(Attempt::Incomplete);
        }
        attempt.set(Attempt::Running);
        spawn_local(async move {
            match desk::ask_sign_in_link(address).await {
                Ok(()) => {
                    attempt.set(Attempt::Filling);
                    asked.set(true);
                }
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
        });
    };
    view! {
        <form on:submit=submit novalidate>
            <Heading title=words.link_title.to_owned()/>
            {move || outcome(&attempt.get(), words.fill_all, words.letter_failed)}
            {move || asked.get().then(|| view! {
                <Notice kind=NoticeKind::Done title=words.letter_title><p>{words.link_body}</p></Notice>
            })}
            <Field id="email" label=words.email>
                <input class="input" id="email" type="email" autocomplete="username" required bind:value=email/>
            </Field>
            <button class="button primary wide" type="submit">{words.ask_letter}</button>
            <p class="small soft">{words.link_hint}</p>
        </form>
    }
}

/// Comes in. A tap is asked for: what reads letters before their reader opens links too.
#[component]
pub(super) fn ByLink(token: String) -> impl IntoView {
    let state = expect_context::<AppState>();
    let navigation = expect_context::<Navigation>();
    let (words, account) = (words().people(), words().account());
    let (code, asks_code) = (RwSignal::new(String::new()), RwSignal::new(false));
    let attempt = RwSignal::new(Attempt::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let second_step = asks_code.get_untracked().then(|| code.get_untracked());
        let asked = UseSignInLink { token: token.clone(), second_step };
        attempt.set(Attempt::Running);
        spawn_local(async move {
            match state.come_in(ComingIn::Link(asked)).await {
                Ok(()) => navigation.replace(Route::Home),
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
            <Heading title=account.sign_in.to_owned()/>
            {move || outcome(&attempt.get(), words.fill_all, account.sign_in_failed)}
            {move || asks_code.get().then(|| view! { <SecondStepField code/> })}
            <button class="button primary wide" type="submit" aria-disabled=move || running().then_some("true")>
                {move || if running() { account.signing_in } else { words.enter }}
            </button>
            <p class="small soft">{account.sign_in_hint}</p>
        </form>
    }
}
