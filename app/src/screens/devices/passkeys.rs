use domain::wire::ways_in::{OwnWaysIn, PasskeyCard, PasswordAgain};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::choosing::Owed;
use crate::{
    parts::{Dialog, Field, Notice, NoticeKind, Toasts},
    screens::{
        passkey::{Asking, outcome, said_of_passkey},
        remote::Watched,
    },
    state::{
        AppError,
        passkeys::{self, PasskeyError, is_possible, this_machine},
    },
    wording::{numbers, words},
};

/// What a person is about to do with their passkeys.
#[derive(Clone, PartialEq)]
enum Asked {
    Nothing,
    Add,
    Rename(PasskeyCard),
    Remove(PasskeyCard),
}

/// « Clés d’accès »: those one comes in by, and the way to one more.
#[component]
pub(super) fn Passkeys(ways: Watched<OwnWaysIn>) -> impl IntoView {
    let words = words().passkeys();
    let asked = RwSignal::new(Asked::Nothing);
    let list = ways.show(move |ways| {
        let rows = ways.passkeys.iter().map(|key| row(key.clone(), asked)).collect_view();
        (!ways.passkeys.is_empty()).then(|| view! { <ul class="stack" role="list">{rows}</ul> })
    });
    let body = move || match asked.get() {
        Asked::Add => view! { <Adding asked ways/> }.into_any(),
        Asked::Nothing | Asked::Rename(_) | Asked::Remove(_) => told(asked),
    };
    view! {
        <section class="card stack">
            <div class="card-heading"><h2>{words.title}</h2></div>
            {list}
            {body}
        </section>
        {move || match asked.get() {
            Asked::Nothing | Asked::Add => ().into_any(),
            Asked::Rename(key) => view! { <Renaming key asked ways/> }.into_any(),
            Asked::Remove(key) => view! { <Removal key asked ways/> }.into_any(),
        }}
    }
}

fn told(asked: RwSignal<Asked>) -> AnyView {
    let words = words().passkeys();
    if !is_possible() {
        return view! { <p>{words.about}</p><p class="small soft">{words.not_here}</p> }.into_any();
    }
    view! {
        <p>{words.about}</p>
        <div class="row actions">
            <button class="button" type="button" on:click=move |_| asked.set(Asked::Add)>{words.add}</button>
        </div>
    }
    .into_any()
}

fn row(key: PasskeyCard, asked: RwSignal<Asked>) -> impl IntoView {
    let (people, words) = (words().people(), words().passkeys());
    let used = key
        .used_at
        .map_or_else(|| words.never_used.to_owned(), |used_at| (words.used)(&numbers::moment(used_at)));
    let times = format!("{} · {used}", (words.made)(&numbers::day_at(key.made_at)));
    let (to_rename, to_remove) = (key.clone(), key.clone());
    view! {
        <li class="stack">
            <div><h3>{key.name.clone()}</h3><p class="small soft">{times}</p></div>
            <div class="row actions">
                <button
                    class="button" type="button" aria-label=(people.rename_it)(&key.name)
                    on:click=move |_| asked.set(Asked::Rename(to_rename.clone()))
                >{people.rename}</button>
                <button
                    class="button danger" type="button" aria-label=(people.remove_it)(&key.name)
                    on:click=move |_| asked.set(Asked::Remove(to_remove.clone()))
                >{people.remove}</button>
            </div>
        </li>
    }
}

/// A name for the new one, and the password again: somebody else may stand before a screen that was left open.
#[component]
fn Adding(asked: RwSignal<Asked>, ways: Watched<OwnWaysIn>) -> impl IntoView {
    let (shell, ways_in, words) = (words().shell(), words().ways_in(), words().passkeys());
    let (owed, toasts) = (expect_context::<Owed>(), expect_context::<Toasts>());
    let name = RwSignal::new((words.machine)(this_machine()).to_owned());
    let password = RwSignal::new(String::new());
    let (asking, incomplete) = (RwSignal::new(Asking::Not), RwSignal::new(false));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (again, called) = (PasswordAgain { password: password.get_untracked() }, name.get_untracked());
        incomplete.set(again.password.is_empty() || called.trim().is_empty());
        if incomplete.get_untracked() || asking.get_untracked() == Asking::Running {
            return;
        }
        asking.set(Asking::Running);
        spawn_local(async move {
            match passkeys::add(&again, called).await {
                Ok(()) => {
                    toasts.say(words.added.to_owned());
                    asked.set(Asked::Nothing);
                    owed.chosen(ways);
                }
                Err(error) => asking.set(Asking::Failed(error)),
            }
        });
    };
    let running = move || asking.get() == Asking::Running;
    view! {
        <form class="stack" on:submit=submit novalidate>
            <p>{words.about}</p>
            {move || incomplete.get().then(|| view! { <Notice kind=NoticeKind::Error title=ways_in.fill_in/> })}
            {move || outcome(&asking.get(), words.not_added, words.gave_up)}
            <Field id="passkey-name" label=words.called>
                <input
                    class="input" id="passkey-name" type="text" autocomplete="off" maxlength="80"
                    aria-describedby="passkey-name-hint" bind:value=name
                />
                <p class="hint" id="passkey-name-hint">{words.called_hint}</p>
            </Field>
            <Field id="password-for-passkey" label=ways_in.asked_again>
                <input
                    class="input" id="password-for-passkey" type="password" role="textbox"
                    autocomplete="current-password" required bind:value=password
                />
            </Field>
            <button class="button primary wide" type="submit" aria-disabled=move || running().then_some("true")>
                {move || if running() { words.unlock_it } else { ways_in.next }}
            </button>
            <button class="button quiet wide" type="button" on:click=move |_| asked.set(Asked::Nothing)>
                {shell.cancel}
            </button>
        </form>
    }
}

/// Another name for one.
#[component]
fn Renaming(key: PasskeyCard, asked: RwSignal<Asked>, ways: Watched<OwnWaysIn>) -> impl IntoView {
    let (shell, people) = (words().shell(), words().people());
    let name = RwSignal::new(key.name.clone());
    let label = (people.rename_it)(&key.name);
    let save = act(asked, ways, move || {
        let (id, name) = (key.id.clone(), name.get_untracked());
        async move { passkeys::rename(&id, name).await.map(|()| None) }
    });
    view! {
        <Dialog open=true on_close=move |()| asked.set(Asked::Nothing) label=label.clone()>
            <h2>{label}</h2>
            <Field id="passkey-new-name" label=people.new_name>
                <input class="input" id="passkey-new-name" type="text" autocomplete="off" maxlength="80" bind:value=name/>
            </Field>
            <button class="button primary wide" type="button" on:click=move |_| save.run(())>{people.save}</button>
            <button class="button quiet wide" type="button" on:click=move |_| asked.set(Asked::Nothing)>
                {shell.cancel}
            </button>
        </Dialog>
    }
}

/// One opens nothing any more.
#[component]
fn Removal(key: PasskeyCard, asked: RwSignal<Asked>, ways: Watched<OwnWaysIn>) -> impl IntoView {
    let (shell, people, words) = (words().shell(), words().people(), words().passkeys());
    let label = (people.remove_it)(&key.name);
    let remove = act(asked, ways, move || {
        let (id, said) = (key.id.clone(), (words.removed)(&key.name));
        async move { passkeys::remove(&id).await.map(|()| Some(said)) }
    });
    view! {
        <Dialog open=true on_close=move |()| asked.set(Asked::Nothing) label=label.clone()>
            <h2>{label}</h2>
            <p>{words.remove_body}</p>
            <button class="button danger wide" type="button" on:click=move |_| remove.run(())>{people.remove}</button>
            <button class="button quiet wide" type="button" on:click=move |_| asked.set(Asked::Nothing)>
                {shell.cancel}
            </button>
        </Dialog>
    }
}

/// Does what was asked, closes the question, and reads the list again; says what came of it.
fn act<F>(
    asked: RwSignal<Asked>,
    ways: Watched<OwnWaysIn>,
    deed: impl Fn() -> F + Send + Sync + 'static,
) -> Callback<()>
where
    F: Future<Output = Result<Option<String>, AppError>> + 'static,
{
    let toasts = expect_context::<Toasts>();
    Callback::new(move |()| {
        let deed = deed();
        spawn_local(async move {
            match deed.await {
                Ok(said) => {
                    said.into_iter().for_each(|said| toasts.say(said));
                    asked.set(Asked::Nothing);
                }
                Err(error) => toasts.say(said_of_passkey(&PasskeyError::There(error)).0),
            }
            ways.again();
        });
    })
}
