//! Sign-in: the only page of somebody nobody knows yet, and of somebody whose session ended.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use crate::{
    app::{Navigation, Route, Speaking, StorageNotice},
    parts::{Drawing, Field, Heading, Icon, Notice, NoticeKind},
    screens::{FAMILY_DRAWINGS, problem::said},
    state::{AppError, AppState, SessionState},
    wording::{self, words},
};

/// Where the form stands.
#[derive(Clone, PartialEq)]
enum Attempt {
    Filling,
    Incomplete,
    Running,
    Failed(AppError),
}

/// The board and the sheet of paper.
#[component]
pub(crate) fn SignInScreen() -> impl IntoView {
    let speaking = expect_context::<Speaking>();
    let words = words().shell();
    let other = wording::current().other();
    view! {
        <div class="sign-in">
            <div class="sign-in-board">
                <div class="sign-in-brand">"Mercuriale"</div>
                <p>{words.tagline}</p>
                <div class="sign-in-drawings" aria-hidden="true">
                    {FAMILY_DRAWINGS.map(|name| view! { <Drawing name/> }).collect_view()}
                </div>
            </div>
            <main>
                <SignInForm/>
                <button class="button quiet" type="button" lang=other.tag() on:click=move |_| speaking.switch()>
                    <Icon name="language"/>{other.own_name()}
                </button>
            </main>
        </div>
    }
}

#[component]
fn SignInForm() -> impl IntoView {
    let state = expect_context::<AppState>();
    let navigation = expect_context::<Navigation>();
    let words = words().shell();
    let known = state.session().with_untracked(|session| session.me().map(|me| me.email.clone()));
    let email = RwSignal::new(known.unwrap_or_default());
    let password = RwSignal::new(String::new());
    let attempt = RwSignal::new(Attempt::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (address, secret) = (email.get_untracked().trim().to_owned(), password.get_untracked());
        if address.is_empty() || secret.is_empty() {
            return attempt.set(Attempt::Incomplete);
        }
        attempt.set(Attempt::Running);
        spawn_local(async move {
            match state.sign_in(address, secret).await {
                Ok(()) if navigation.route_untracked() == Route::SignIn => navigation.replace(Route::Home),
                Ok(()) => {}
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
        });
    };
    let ended = state.session().with_untracked(|session| matches!(session, SessionState::Expired(_)));
    let running = move || attempt.get() == Attempt::Running;
    view! {
        <form on:submit=submit novalidate>
            <Heading title=words.sign_in.to_owned()/>
            {ended.then(|| view! {
                <Notice kind=NoticeKind::Check title=words.session_ended><p>{words.session_ended_body}</p></Notice>
            })}
            // A device that does not open says nothing of who was signed in: this door is not a sign-out.
            <StorageNotice/>
            {move || outcome(&attempt.get())}
            <Field id="email" label=words.email>
                <input
                    class="input" id="email" name="email" type="email" autocomplete="username" required
                    bind:value=email
                />
            </Field>
            <Field id="password" label=words.password>
                <input
                    class="input" id="password" name="password" type="password" role="textbox"
                    autocomplete="current-password" required bind:value=password
                />
            </Field>
            <button class="button primary wide" type="submit" aria-disabled=move || running().then_some("true")>
                {move || if running() { words.signing_in } else { words.sign_in }}
            </button>
            <p class="small soft">{words.sign_in_hint}</p>
        </form>
    }
}

fn outcome(attempt: &Attempt) -> AnyView {
    let words = words().shell();
    match attempt {
        Attempt::Filling | Attempt::Running => ().into_any(),
        Attempt::Incomplete => view! { <Notice kind=NoticeKind::Error title=words.fill_both/> }.into_any(),
        Attempt::Failed(error) => {
            let said = said(error);
            view! {
                <Notice kind=NoticeKind::Error title=words.sign_in_failed>
                    <p>{said.sentence}</p>
                    <p>{words.nothing_lost}</p>
                    <p class="small">{said.code}</p>
                </Notice>
            }
            .into_any()
        }
    }
}
