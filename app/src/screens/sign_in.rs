//! Sign-in: the only page of somebody nobody knows yet, and of somebody whose session ended.

mod by_link;
mod by_passkey;

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use domain::wire::desk::SignInRequest;

use super::{
    door::{Attempt, Door, outcome, take_fragment},
    second_step::{self, SecondStepField},
};
use by_link::{AskLink, ByLink};
use by_passkey::ByPasskey;

use crate::{
    app::{Navigation, Route, StorageNotice},
    parts::{Field, Heading, Icon, Notice, NoticeKind},
    state::{AppState, SessionState, desk},
    wording::words,
};

/// The form, and the other ways in.
#[component]
pub(crate) fn SignInScreen() -> impl IntoView {
    let words = words().people();
    let token = take_fragment();
    // Who comes by a link has it already.
    let by_hand = token.is_empty();
    let asks_link = RwSignal::new(false);
    let form = move || match (token.is_empty(), asks_link.get()) {
        (false, _) => view! { <ByLink token=token.clone()/> }.into_any(),
        (true, true) => view! { <AskLink/> }.into_any(),
        (true, false) => view! { <SignInForm/> }.into_any(),
    };
    let other = move || if asks_link.get() { words.back_to_sign_in } else { words.link_title };
    view! {
        <Door>
            {form}
            {by_hand.then(|| view! {
                <button class="button quiet" type="button" on:click=move |_| asks_link.update(|asks| *asks = !*asks)>
                    {other}
                </button>
            })}
            <OtherAccount/>
            <a class="button quiet" href=Route::Password.path()>{words.forgotten_link}</a>
            <a class="button quiet" href=Route::Join.path()>{words.join_title}</a>
            <a class="button quiet" href=Route::Pair.path()><Icon name="lock"/>{words.pair_link}</a>
        </Door>
    }
}

/// Where the server knows a provider of accounts of elsewhere: the way there. Without an answer there is none.
#[component]
fn OtherAccount() -> impl IntoView {
    let words = words().ways_in();
    let provider = RwSignal::new(None::<String>);
    spawn_local(async move {
        if let Ok(ways) = desk::door().await {
            // The page may be left by now.
            let _ = provider.try_set(ways.provider);
        }
    });
    move || {
        provider.get().map(|name| {
            // A target: this link leaves the application.
            view! {
                <a class="button" href=desk::ELSEWHERE target="_self">
                    <Icon name="user"/>{(words.sign_in_with)(&name)}
                </a>
            }
        })
    }
}

#[component]
fn SignInForm() -> impl IntoView {
    let state = expect_context::<AppState>();
    let navigation = expect_context::<Navigation>();
    let (words, account) = (words().shell(), words().account());
    let known = state.session().with_untracked(|session| session.me().map(|me| me.email.clone()));
    let email = RwSignal::new(known.unwrap_or_default());
    let password = RwSignal::new(String::new());
    // Asked for once the password was right, by who has a second step.
    let (code, asks_code) = (RwSignal::new(String::new()), RwSignal::new(false));
    let attempt = RwSignal::new(Attempt::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (address, secret) = (email.get_untracked().trim().to_owned(), password.get_untracked());
        if address.is_empty() || secret.is_empty() {
            return attempt.set(Attempt::Incomplete);
        }
        let second_step = asks_code.get_untracked().then(|| code.get_untracked());
        let asked = SignInRequest { email: address, password: secret, second_step };
        attempt.set(Attempt::Running);
        spawn_local(async move {
            match state.sign_in(asked).await {
                Ok(()) if navigation.route_untracked() == Route::SignIn => navigation.replace(Route::Home),
                Ok(()) => {}
                Err(error) if !asks_code.get_untracked() && second_step::is_asked(&error) => {
                    attempt.set(Attempt::Filling);
                    asks_code.set(true);
                }
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
        });
    };
    let ended = state.session().with_untracked(|session| matches!(session, SessionState::Expired(_)));
    let running = move || attempt.get() == Attempt::Running;
    view! {
        <form on:submit=submit novalidate>
            <Heading title=account.sign_in.to_owned()/>
            {ended.then(|| view! {
                <Notice kind=NoticeKind::Check title=account.session_ended><p>{words.session_ended_body}</p></Notice>
            })}
            {turned_out(state)}
            // A device that does not open says nothing of who was signed in: this door is not a sign-out.
            <StorageNotice/>
            <ByPasskey/>
            {move || outcome(&attempt.get(), account.fill_both, account.sign_in_failed)}
            {move || matches!(attempt.get(), Attempt::Failed(_)).then(|| view! { <p>{account.nothing_lost}</p> })}
            <Field id="email" label=account.email>
                <input
                    class="input" id="email" name="email" type="email" autocomplete="username" required
                    bind:value=email
                />
            </Field>
            <Field id="password" label=account.password>
                <input
                    class="input" id="password" name="password" type="password" role="textbox"
                    autocomplete="current-password" required bind:value=password
                />
            </Field>
            {move || asks_code.get().then(|| view! { <SecondStepField code/> })}
            <button class="button primary wide" type="submit" aria-disabled=move || running().then_some("true")>
                {move || if running() { account.signing_in } else { account.sign_in }}
            </button>
            <p class="small soft">{account.sign_in_hint}</p>
        </form>
    }
}

/// A device that was removed says so to whoever holds it.
fn turned_out(state: AppState) -> impl IntoView {
    let words = words().people();
    state.turned_out().map(|sealed| {
        let sealed = (sealed > 0).then(|| view! { <p>{(words.turned_out_sealed)(sealed)}</p> });
        view! {
            <Notice kind=NoticeKind::Check title=words.turned_out_title>
                <p>{words.turned_out_body}</p>
                {sealed}
            </Notice>
        }
    })
}
