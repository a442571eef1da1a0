//! « Mot de passe »: chosen anew by a link, asked for by who forgot it, changed by who knows it.

use domain::wire::people::{ChangePassword, NewPassword};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{
    door::{Attempt, Door, outcome, take_fragment},
    second_step::{self, SecondStepField},
};
use crate::{
    app::{Navigation, Route},
    parts::{Field, Heading, Icon, Notice, NoticeKind, Toasts},
    state::{AppError, AppState, ComingIn, SessionState, desk},
    wording::words,
};

/// The whole page: what the address carries, and who is signed in, decide which.
#[component]
pub(crate) fn PasswordScreen() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().people();
    let token = take_fragment();
    let signed_in = state.session().with_untracked(|session| matches!(session, SessionState::SignedIn(_)));
    let (form, back) = match (token.is_empty(), signed_in) {
        (false, _) => (view! { <Chosen token/> }.into_any(), Route::SignIn),
        (true, true) => (view! { <Changed/> }.into_any(), Route::Settings),
        (true, false) => (view! { <Forgotten/> }.into_any(), Route::SignIn),
    };
    let name = if back == Route::Settings { words.back_to_settings } else { words.back_to_sign_in };
    view! {
        <Door>
            {form}
            <a class="button quiet" href=back.path()><Icon name="user"/>{name}</a>
        </Door>
    }
}

/// Runs what a form asks, and shows where it stands. Whether it went well.
async fn tried(attempt: RwSignal<Attempt>, asked: impl Future<Output = Result<(), AppError>>) -> bool {
    attempt.set(Attempt::Running);
    match asked.await {
        Ok(()) => true,
        Err(error) => {
            attempt.set(Attempt::Failed(error));
            false
        }
    }
}

/// The field of a password that is chosen now.
fn chosen(password: RwSignal<String>) -> impl IntoView {
    let words = words().people();
    view! {
        <Field id="new-password" label=words.new_password>
            <input
                class="input" id="new-password" type="password" role="textbox" autocomplete="new-password"
                required aria-describedby="new-password-hint" bind:value=password
            />
            <p class="hint" id="new-password-hint">{words.password_hint}</p>
        </Field>
    }
}

/// By a link.
#[component]
fn Chosen(token: String) -> impl IntoView {
    let state = expect_context::<AppState>();
    let navigation = expect_context::<Navigation>();
    let words = words().people();
    let password = RwSignal::new(String::new());
    let (code, asks_code) = (RwSignal::new(String::new()), RwSignal::new(false));
    let attempt = RwSignal::new(Attempt::Filling);
    // A link does not go round the second step of who has one.
    Effect::new(move |_| {
        if matches!(attempt.get(), Attempt::Failed(error) if second_step::is_asked(&error)) {
            asks_code.set(true);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let second_step = asks_code.get_untracked().then(|| code.get_untracked());
        let asked = NewPassword { token: token.clone(), password: password.get_untracked(), second_step };
        if asked.password.is_empty() {
            return attempt.set(Attempt::Incomplete);
        }
        spawn_local(async move {
            if tried(attempt, state.come_in(ComingIn::NewPassword(asked))).await {
                navigation.replace(Route::Home);
            }
        });
    };
    view! {
        <form on:submit=submit novalidate>
            <Heading title=words.choose_password.to_owned()/>
            {move || outcome(&attempt.get(), words.fill_all, words.password_failed)}
            {chosen(password)}
            {move || asks_code.get().then(|| view! { <SecondStepField code/> })}
            <button class="button primary wide" type="submit">{words.save}</button>
        </form>
    }
}

/// By who knows the present one.
#[component]
fn Changed() -> impl IntoView {
    let navigation = expect_context::<Navigation>();
    let toasts = expect_context::<Toasts>();
    let words = words().people();
    let (current, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let attempt = RwSignal::new(Attempt::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let asked = ChangePassword { current: current.get_untracked(), password: password.get_untracked() };
        if asked.current.is_empty() || asked.password.is_empty() {
            return attempt.set(Attempt::Incomplete);
        }
        spawn_local(async move {
            if tried(attempt, desk::change_password(&asked)).await {
                toasts.say(words.password_changed.to_owned());
                navigation.replace(Route::Settings);
            }
        });
    };
    view! {
        <form on:submit=submit novalidate>
            <Heading title=words.change_password.to_owned()/>
            {move || outcome(&attempt.get(), words.fill_all, words.password_failed)}
            <Field id="current-password" label=words.current_password>
                <input
                    class="input" id="current-password" type="password" role="textbox"
                    autocomplete="current-password" required bind:value=current
                />
            </Field>
            {chosen(password)}
            <p class="small soft">{words.password_ends_sessions}</p>
            <button class="button primary wide" type="submit">{words.save}</button>
        </form>
    }
}

/// By a letter.
#[component]
fn Forgotten() -> impl IntoView {
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
        spawn_local(async move {
            if tried(attempt, desk::forgot_password(address)).await {
                attempt.set(Attempt::Filling);
                asked.set(true);
            }
        });
    };
    view! {
        <form on:submit=submit novalidate>
            <Heading title=words.forgotten_title.to_owned()/>
            {move || outcome(&attempt.get(), words.fill_all, words.password_failed)}
            {move || asked.get().then(|| view! {
                <Notice kind=NoticeKind::Done title=words.letter_title><p>{words.letter_body}</p></Notice>
            })}
            <Field id="email" label=words.email>
                <input class="input" id="email" type="email" autocomplete="username" required bind:value=email/>
            </Field>
            <button class="button primary wide" type="submit">{words.ask_letter}</button>
            <p class="small soft">{words.no_letter}</p>
        </form>
    }
}
