use domain::wire::ways_in::{ConfirmSecondStep, OwnWaysIn, PasswordAgain, SecondStepBegun, SecondStepCard};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::choosing::Owed;
use crate::{
    parts::{Field, Notice, NoticeKind, Qr, Toasts},
    screens::{
        door::{Attempt, outcome},
        remote::Watched,
    },
    state::desk,
    wording::{numbers, words},
};

/// Where turning it on or off stands.
#[derive(Clone, PartialEq)]
enum Stage {
    Told,
    /// The password is asked again before it is turned on.
    TurningOn,
    /// The application of codes is given its key.
    Begun(SecondStepBegun),
    /// It is on; what to keep is shown once.
    On(Vec<String>),
    /// The password is asked again before it is turned off.
    TurningOff,
}

/// « Deuxième étape »: whether one is asked for a code beside the password, and the way to change that.
#[component]
pub(super) fn SecondStep(ways: Watched<OwnWaysIn>) -> impl IntoView {
    let words = words().ways_in();
    let stage = RwSignal::new(Stage::Told);
    let body = move || match stage.get() {
        Stage::Told => ways.show(move |ways| told(ways.second_step.as_ref(), stage)).into_any(),
        Stage::TurningOn => view! { <Again stage ways/> }.into_any(),
        Stage::Begun(begun) => view! { <FirstCode begun stage/> }.into_any(),
        Stage::On(codes) => kept(codes, stage, ways),
        Stage::TurningOff => view! { <Again stage ways/> }.into_any(),
    };
    view! {
        <section class="card stack">
            <div class="card-heading"><h2>{words.second_step}</h2></div>
            {body}
        </section>
    }
}

fn told(card: Option<&SecondStepCard>, stage: RwSignal<Stage>) -> AnyView {
    let words = words().ways_in();
    let Some(card) = card else {
        return view! {
            <p>{words.second_step_about}</p>
            <div class="row actions">
                <button class="button" type="button" on:click=move |_| stage.set(Stage::TurningOn)>{words.turn_on}</button>
            </div>
        }
        .into_any();
    };
    let left = usize::try_from(card.recovery_codes).unwrap_or(0);
    view! {
        <p>{(words.is_on)(&numbers::day_at(card.since))}" "{(words.recovery_left)(left)}</p>
        <div class="row actions">
            <button class="button danger" type="button" on:click=move |_| stage.set(Stage::TurningOff)>{words.turn_off}</button>
        </div>
    }
    .into_any()
}

/// The password, asked again: somebody else may stand before a screen that was left open.
#[component]
fn Again(stage: RwSignal<Stage>, ways: Watched<OwnWaysIn>) -> impl IntoView {
    let (shell, words) = (words().shell(), words().ways_in());
    let toasts = expect_context::<Toasts>();
    let is_off = stage.get_untracked() == Stage::TurningOff;
    let password = RwSignal::new(String::new());
    let attempt = RwSignal::new(Attempt::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let asked = PasswordAgain { password: password.get_untracked() };
        if asked.password.is_empty() {
            return attempt.set(Attempt::Incomplete);
        }
        attempt.set(Attempt::Running);
        spawn_local(async move {
            let next = if is_off {
                desk::end_second_step(&asked).await.map(|()| Stage::Told)
            } else {
                desk::begin_second_step(&asked).await.map(Stage::Begun)
            };
            match next {
                Ok(next) => {
                    if is_off {
                        toasts.say(words.turned_off.to_owned());
                        ways.again();
                    }
                    stage.set(next);
                }
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
        });
    };
    let (about, failed, deed, class) = if is_off {
        (words.turn_off_body, words.not_turned_off, words.turn_off, "button danger wide")
    } else {
        (words.second_step_about, words.not_turned_on, words.next, "button primary wide")
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <p>{about}</p>
            {move || outcome(&attempt.get(), words.fill_in, failed)}
            <Field id="password-again" label=words.asked_again>
                <input
                    class="input" id="password-again" type="password" role="textbox"
                    autocomplete="current-password" required bind:value=password
                />
            </Field>
            <button class=class type="submit">{deed}</button>
            <button class="button quiet wide" type="button" on:click=move |_| stage.set(Stage::Told)>{shell.cancel}</button>
        </form>
    }
}

/// The key of the application of codes, and the first code it shows.
#[component]
fn FirstCode(begun: SecondStepBegun, stage: RwSignal<Stage>) -> impl IntoView {
    let (shell, words) = (words().shell(), words().ways_in());
    let code = RwSignal::new(String::new());
    let attempt = RwSignal::new(Attempt::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let asked = ConfirmSecondStep { code: code.get_untracked() };
        if asked.code.trim().is_empty() {
            return attempt.set(Attempt::Incomplete);
        }
        attempt.set(Attempt::Running);
        spawn_local(async move {
            match desk::confirm_second_step(&asked).await {
                Ok(on) => stage.set(Stage::On(on.codes)),
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
        });
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <p>{words.scan_it}</p>
            <Qr code=begun.qr label=words.qr_of_secret/>
            <p>{words.or_type_it}<br/><strong class="second-step-key" translate="no">{begun.secret}</strong></p>
            <p>{words.then_first_code}</p>
            {move || outcome(&attempt.get(), words.fill_in, words.not_turned_on)}
            <Field id="first-code" label=words.six_digits>
                <input
                    class="input" id="first-code" type="text" inputmode="numeric" autocomplete="one-time-code"
                    maxlength="10" required bind:value=code
                />
            </Field>
            <button class="button primary wide" type="submit">{words.turn_on}</button>
            <button class="button quiet wide" type="button" on:click=move |_| stage.set(Stage::Told)>{shell.cancel}</button>
        </form>
    }
}

/// The recovery codes, shown once.
fn kept(codes: Vec<String>, stage: RwSignal<Stage>, ways: Watched<OwnWaysIn>) -> AnyView {
    let words = words().ways_in();
    let owed = expect_context::<Owed>();
    let done = move |_| {
        stage.set(Stage::Told);
        owed.chosen(ways);
    };
    let codes = codes.into_iter().map(|code| view! { <li translate="no">{code}</li> }).collect_view();
    view! {
        <Notice kind=NoticeKind::Done title=words.recovery_title>
            <p>{words.recovery_body}</p>
            <ul class="recovery-codes" role="list">{codes}</ul>
        </Notice>
        <button class="button primary wide" type="button" on:click=done>{words.kept_them}</button>
    }
    .into_any()
}
