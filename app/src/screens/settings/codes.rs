//! « Codes de cet appareil »: who has one, who is given one, and locking at once.

use gloo_timers::future::TimeoutFuture;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use vault::{BadCode, BadPerson};

use crate::{
    parts::{Dialog, Field, Icon, Notice, NoticeKind, Toasts},
    screens::problem::said,
    state::{AppState, NewCodeError},
    wording::words,
};

/// A browser draws what was said before the page is busy with the code.
const DRAWN_MS: u32 = 30;

/// Where the form stands.
#[derive(Clone, PartialEq)]
enum Giving {
    Filling,
    Differ,
    Running,
    Failed(NewCodeError),
}

/// The whole section.
#[component]
pub(crate) fn Codes() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().lock();
    let people = RwSignal::new(names(state));
    let removing = RwSignal::new(None::<String>);
    let closed = state.closed_count();
    let list = move || people.get().into_iter().map(|name| row(name, removing)).collect_view();
    let lock = move || {
        (!people.read().is_empty()).then(|| {
            view! {
                <button class="button" type="button" on:click=move |_| spawn_local(state.lock())>
                    <Icon name="lock"/>{words.lock_now}
                </button>
            }
        })
    };
    view! {
        <p>{words.codes_about}</p>
        <p class="small soft">{words.not_protected}</p>
        {(closed > 0).then(|| view! {
            <Notice kind=NoticeKind::Check title=words.codes_title><p>{(words.still_closed)(closed)}</p></Notice>
        })}
        <div class="row actions">{lock}</div>
        <ul class="code-owners" role="list">{list}</ul>
        <NewCode people/>
        <Removing removing people/>
    }
}

fn names(state: AppState) -> Vec<String> {
    let people = state.keyring().map(|keyring| keyring.people).unwrap_or_default();
    people.into_iter().map(|person| person.name).collect()
}

fn row(name: String, removing: RwSignal<Option<String>>) -> impl IntoView {
    let words = words().lock();
    let asked = name.clone();
    view! {
        <li>
            <span>{name.clone()}</span>
            <button
                class="button danger" type="button" aria-label=(words.remove_it)(&name)
                on:click=move |_| removing.set(Some(asked.clone()))
            >{words.remove}</button>
        </li>
    }
}

#[component]
fn NewCode(people: RwSignal<Vec<String>>) -> impl IntoView {
    let state = expect_context::<AppState>();
    let toasts = expect_context::<Toasts>();
    let words = words().lock();
    let [name, code, again] = [(); 3].map(|()| RwSignal::new(String::new()));
    let giving = RwSignal::new(Giving::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (called, digits) = (name.get_untracked().trim().to_owned(), code.get_untracked());
        if digits != again.get_untracked() {
            return giving.set(Giving::Differ);
        }
        giving.set(Giving::Running);
        spawn_local(async move {
            TimeoutFuture::new(DRAWN_MS).await;
            match state.add_code(called.clone(), digits).await {
                Ok(()) => {
                    [name, code, again].iter().for_each(|field| field.set(String::new()));
                    giving.set(Giving::Filling);
                    toasts.say((words.added)(&called));
                }
                Err(error) => giving.set(Giving::Failed(error)),
            }
            people.set(names(state));
        });
    };
    let running = move || giving.get() == Giving::Running;
    view! {
        <form class="stack" on:submit=submit novalidate>
            <h3>{words.add_title}</h3>
            {move || trouble(&giving.get())}
            <Field id="code-name" label=words.name>
                <input class="input" id="code-name" type="text" autocomplete="off" maxlength="40" bind:value=name/>
            </Field>
            <Field id="code" label=words.code>
                <input
                    class="input" id="code" type="password" role="textbox" inputmode="numeric" autocomplete="off"
                    maxlength="6" bind:value=code
                />
            </Field>
            <Field id="code-again" label=words.code_again>
                <input
                    class="input" id="code-again" type="password" role="textbox" inputmode="numeric"
                    autocomplete="off" maxlength="6" bind:value=again
                />
            </Field>
            <button class="button primary" type="submit" aria-disabled=move || running().then_some("true")>
                {move || if running() { words.adding } else { words.add }}
            </button>
        </form>
    }
}

/// Why a code was not given.
fn trouble(giving: &Giving) -> AnyView {
    let all_words = words();
    let words = all_words.lock();
    let sentence = match giving {
        Giving::Filling | Giving::Running => return ().into_any(),
        Giving::Differ => words.differ.to_owned(),
        Giving::Failed(NewCodeError::Code(BadCode::NotSixDigits)) => words.not_six.to_owned(),
        Giving::Failed(NewCodeError::Code(BadCode::TooEasy)) => words.too_easy.to_owned(),
        Giving::Failed(NewCodeError::Person(BadPerson::Name)) => words.bad_name.to_owned(),
        Giving::Failed(NewCodeError::Person(BadPerson::Known)) => words.known.to_owned(),
        Giving::Failed(NewCodeError::Person(BadPerson::NoMemory)) => words.no_memory.to_owned(),
        Giving::Failed(NewCodeError::Server(error)) => {
            format!("{} {}", said(error).sentence, words.first_needs_network)
        }
        Giving::Failed(NewCodeError::Storage(problem)) => (all_words.troubles().storage)(problem).to_owned(),
        Giving::Failed(NewCodeError::NotSignedIn) => words.first_needs_network.to_owned(),
    };
    view! { <Notice kind=NoticeKind::Error title=words.not_added><p>{sentence}</p></Notice> }.into_any()
}

/// Taking a code away.
#[component]
fn Removing(removing: RwSignal<Option<String>>, people: RwSignal<Vec<String>>) -> impl IntoView {
    let state = expect_context::<AppState>();
    let toasts = expect_context::<Toasts>();
    let all_words = words();
    let words = all_words.lock();
    let remove = move |_| {
        let Some(name) = removing.get_untracked() else { return };
        spawn_local(async move {
            match state.remove_code(name.clone()).await {
                Ok(()) => toasts.say((words.removed)(&name)),
                Err(problem) => toasts.say((all_words.troubles().storage)(&problem).to_owned()),
            }
            removing.set(None);
            people.set(names(state));
        });
    };
    let title = move || removing.get().map(|name| (words.remove_it)(&name));
    let is_last = move || people.read().len() == 1;
    view! {
        <Dialog
            open=Signal::derive(move || removing.read().is_some())
            on_close=move |()| removing.set(None)
            label=words.codes_title
        >
            <h2>{title}</h2>
            {move || is_last().then(|| view! { <p>{words.remove_last}</p> })}
            <button class="button danger wide" type="button" on:click=remove>{words.remove}</button>
            <button class="button quiet wide" type="button" on:click=move |_| removing.set(None)>
                {all_words.shell().cancel}
            </button>
        </Dialog>
    }
}
