//! The locked device: who one is, and six digits on large keys.

use gloo_timers::future::TimeoutFuture;
use leptos::{ev::KeyboardEvent, prelude::*, task::spawn_local};
use vault::Refused;

use super::door::Door;
use crate::{
    app::Clock,
    parts::{Dialog, Heading, Icon, Notice, NoticeKind, Toasts},
    state::{AppState, CodeError},
    wording::words,
};

const DIGITS: usize = 6;
/// A browser draws what was said before the page is busy with the code.
const DRAWN_MS: u32 = 30;

/// Where the typing stands.
#[derive(Clone, PartialEq)]
enum Trial {
    Typing,
    Running,
    Failed(CodeError),
}

/// The whole screen.
#[component]
pub(crate) fn LockedScreen() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().lock();
    let keyring = state.keyring();
    let place = keyring.as_ref().map(|keyring| keyring.place.clone()).unwrap_or_default();
    let names: Vec<String> =
        keyring.into_iter().flat_map(|keyring| keyring.people).map(|person| person.name).collect();
    let chosen = RwSignal::new(if let [only] = names.as_slice() { Some(only.clone()) } else { None });
    let leaving = RwSignal::new(false);
    let waiting = state.closed_count();
    let body = move || match chosen.get() {
        Some(name) => view! { <Pad name/> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <Door>
            <div class="locked">
            <Heading title=words.locked_title.to_owned()><p class="soft">{place}</p></Heading>
            {(waiting > 0).then(|| view! { <p class="row"><Icon name="clock"/>{(words.waiting)(waiting)}</p> })}
            <fieldset>
                <legend>{words.who}</legend>
                <div class="names">{names.into_iter().map(|name| name_button(name, chosen)).collect_view()}</div>
            </fieldset>
            {body}
            <button class="button quiet" type="button" on:click=move |_| leaving.set(true)>{words.forgotten}</button>
            <Leaving leaving/>
            </div>
        </Door>
    }
}

fn name_button(name: String, chosen: RwSignal<Option<String>>) -> impl IntoView {
    let (own, to_choose) = (name.clone(), name.clone());
    let pressed = move || (chosen.get().as_ref() == Some(&own)).to_string();
    view! {
        <button
            class="button" type="button" aria-pressed=pressed
            on:click=move |_| chosen.set(Some(to_choose.clone()))
        ><Icon name="user"/>{name}</button>
    }
}

/// What was typed, shown as dots, and the keys. Six digits are tried at once.
#[component]
fn Pad(name: String) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().lock();
    let digits = RwSignal::new(String::new());
    let trial = RwSignal::new(Trial::Typing);
    let label = (words.code_of)(&name);
    let try_it = move || {
        trial.set(Trial::Running);
        let (name, typed) = (name.clone(), digits.get_untracked());
        spawn_local(async move {
            TimeoutFuture::new(DRAWN_MS).await;
            if let Err(error) = state.open_with_code(name, typed).await {
                // The page may have turned to the door.
                let _ = digits.try_set(String::new());
                let _ = trial.try_set(Trial::Failed(error));
            }
        });
    };
    let press = Callback::new(move |digit: char| {
        if trial.get_untracked() == Trial::Running || digits.with_untracked(String::len) >= DIGITS {
            return;
        }
        digits.update(|digits| digits.push(digit));
        if digits.with_untracked(String::len) == DIGITS {
            try_it();
        }
    });
    let erase = move || digits.update(|digits| _ = digits.pop());
    let typed =
        window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| match event.key().as_str() {
            "Backspace" => erase(),
            key if key.len() == 1 => {
                key.chars().filter(char::is_ascii_digit).for_each(|digit| press.run(digit));
            }
            _ => {}
        });
    on_cleanup(move || typed.remove());
    let dots = move || {
        let typed = digits.with(String::len);
        "●".repeat(typed) + &"○".repeat(DIGITS - typed)
    };
    let said = move || match trial.get() {
        Trial::Running => words.opening.to_owned(),
        _ => (words.typed)(digits.with(String::len)),
    };
    view! {
        <div class="stack" role="group" aria-label=label.clone()>
            <div class="keypad-display"><small>{label.clone()}</small><span aria-hidden="true">{dots}</span></div>
            <p class="unseen" role="status">{said}</p>
            {move || refusal(&trial.get())}
            <div class="keypad">
                {('1'..='9').map(|digit| key(digit, press)).collect_view()}
                <span></span>
                {key('0', press)}
                <button class="key" type="button" aria-label=words.erase on:click=move |_| erase()>
                    <Icon name="backspace"/>
                </button>
            </div>
        </div>
    }
}

fn key(digit: char, press: Callback<char>) -> impl IntoView {
    view! { <button class="key" type="button" on:click=move |_| press.run(digit)>{digit}</button> }
}

/// Why a code did not open.
fn refusal(trial: &Trial) -> AnyView {
    let Trial::Failed(error) = trial else { return ().into_any() };
    let all_words = words();
    let words = all_words.lock();
    let (title, body) = match error {
        CodeError::NotSixDigits => (words.wrong_title, words.not_six.to_owned()),
        CodeError::Refused(Refused::Wrong { left }) => {
            (words.wrong_title, (words.wrong)(usize::try_from(*left).unwrap_or(0)))
        }
        CodeError::Refused(Refused::Wait { ms }) => return view! { <Waiting ms=*ms/> }.into_any(),
        CodeError::Refused(Refused::NoMore) => (words.no_more_title, words.no_more.to_owned()),
        CodeError::Refused(Refused::NoMemory) => (words.wrong_title, words.no_memory.to_owned()),
        CodeError::Storage(problem) => {
            (all_words.shell().storage_title, (all_words.troubles().storage)(problem).to_owned())
        }
    };
    view! { <Notice kind=NoticeKind::Error title><p>{body}</p></Notice> }.into_any()
}

/// How long nobody may try, counted down.
#[component]
fn Waiting(ms: i64) -> impl IntoView {
    let state = expect_context::<AppState>();
    let clock = expect_context::<Clock>();
    let words = words().lock();
    let until = state.now().plus_ms(ms);
    let left =
        move || {
            clock.now();
            let seconds = (until.since_ms(state.now()) + 999) / 1_000;
            let seconds = usize::try_from(seconds).unwrap_or(0);
            (seconds > 0).then(|| view! {
            <Notice kind=NoticeKind::Check title=words.wrong_title><p>{(words.wait)(seconds)}</p></Notice>
        })
        };
    view! { {left} }
}

/// Going to the door without a code.
#[component]
fn Leaving(leaving: RwSignal<bool>) -> impl IntoView {
    let state = expect_context::<AppState>();
    let toasts = expect_context::<Toasts>();
    let all_words = words();
    let words = all_words.lock();
    let leave = move |_| {
        spawn_local(async move {
            // A device that cannot be written stays locked; its codes still open it.
            if let Err(problem) = state.leave_locked().await {
                toasts.say((all_words.troubles().storage)(&problem).to_owned());
            }
            let _ = leaving.try_set(false);
        });
    };
    view! {
        <Dialog open=leaving on_close=move |()| leaving.set(false) label=words.forgotten>
            <h2>{words.forgotten}</h2>
            <p>{words.leave_body}</p>
            <button class="button primary wide" type="button" on:click=leave>{words.leave}</button>
            <button class="button quiet wide" type="button" on:click=move |_| leaving.set(false)>
                {all_words.shell().cancel}
            </button>
        </Dialog>
    }
}
