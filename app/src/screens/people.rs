//! « Personnes »: who has access to what, who is invited, and the way to close it.

mod inviting;
mod waiting;

use domain::{enterprise::Role, search, wire::people::PersonCard};
use leptos::{prelude::*, task::spawn_local};

use super::{
    door::said_of_access,
    remote::{WATCHED, Watched},
};
use crate::{
    app::Route,
    parts::{Dialog, Heading, Icon, Notice, NoticeKind, SearchBox, Toasts},
    state::{AppState, desk},
    wording::{numbers, words},
};
use inviting::Inviting;
use waiting::Waiting;

/// The whole screen.
#[component]
pub(crate) fn PeopleScreen() -> impl IntoView {
    let state = expect_context::<AppState>();
    let all_words = words();
    let words = all_words.people();
    let me = state.session().with_untracked(|session| session.me().cloned());
    let paired = me.as_ref().and_then(|me| me.device.clone());
    let is_hub = me.as_ref().is_some_and(|me| matches!(me.role, Role::Hub { .. }));
    let body = match paired {
        Some(name) => view! {
            <Notice kind=NoticeKind::Plain title=(words.this_device)(&name)><p>{words.paired_manages_nothing}</p></Notice>
        }
        .into_any(),
        None => view! { <Everybody is_hub/> }.into_any(),
    };
    let journal = is_hub.then(|| {
        view! { <a class="button quiet" href=Route::Journal.path()><Icon name="list"/>{words.journal}</a> }
    });
    view! {
        <Heading title=all_words.shell().people.to_owned()>
            <p class="soft">{words.people_about}</p>
            <p class="row actions">
                <a class="button quiet" href=Route::Devices.path()><Icon name="lock"/>{words.devices}</a>
                {journal}
            </p>
        </Heading>
        <div class="stack">{body}</div>
    }
}

/// Invitations above, everybody below.
#[component]
fn Everybody(is_hub: bool) -> impl IntoView {
    let words = words().people();
    let toasts = expect_context::<Toasts>();
    let typed = RwSignal::new(String::new());
    let closing = RwSignal::new(None::<PersonCard>);
    let people = Watched::new(Some(WATCHED), desk::people);
    let invitations = Watched::new(Some(WATCHED), desk::invitations);
    let open_again = Callback::new(move |person: PersonCard| {
        spawn_local(async move {
            toasts.say(match desk::enable_person(person.id).await {
                Ok(()) => (words.access_opened)(&person.name),
                Err(error) => said_of_access(&error).sentence,
            });
            people.again();
        });
    });
    let list = people.show(move |people| {
        let people = people.clone();
        move || {
            let wanted = folded(&typed.get());
            let matching = people.iter().filter(|person| matches(person, &wanted));
            let rows: Vec<_> =
                matching.map(|person| row(person.clone(), is_hub, closing, open_again)).collect();
            if rows.is_empty() {
                return view! { <p role="status">{words.nobody_found}</p> }.into_any();
            }
            table(is_hub, rows.collect_view())
        }
    });
    let search = is_hub.then(|| {
        view! { <SearchBox name=words.find_somebody text=typed on_type=Callback::new(move |text| typed.set(text))/> }
    });
    view! {
        <Inviting is_hub invitations/>
        <Waiting invitations/>
        <div class="stack">{search}{list}</div>
        {move || closing.get().map(|person| view! { <Closing person closing people/> })}
    }
}

fn folded(text: &str) -> String {
    search::fold(text)
}

fn matches(person: &PersonCard, wanted: &str) -> bool {
    [&person.name, &person.email, &person.place].into_iter().any(|text| folded(text).contains(wanted))
}

fn table(is_hub: bool, rows: impl IntoView + 'static) -> AnyView {
    let all_words = words();
    let words = all_words.people();
    let access = is_hub.then(|| view! { <th scope="col">{words.access}</th> });
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label=all_words.shell().people>
            <table class="table">
                <caption class="unseen">{all_words.shell().people}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words.name}</th>
                        <th scope="col">{words.is}</th>
                        <th scope="col">{words.place}</th>
                        <th scope="col">{words.email}</th>
                        {access}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(
    person: PersonCard,
    is_hub: bool,
    closing: RwSignal<Option<PersonCard>>,
    open_again: Callback<PersonCard>,
) -> impl IntoView {
    let words = words().people();
    let access = is_hub.then(|| access(person.clone(), closing, open_again));
    view! {
        <tr>
            <th scope="row">{person.name}</th>
            <td>{(words.role)(person.role)}</td>
            <td>{person.place}</td>
            <td>{person.email}</td>
            {access}
        </tr>
    }
}

/// Whether somebody's access is open, and the way to change that.
fn access(
    person: PersonCard,
    closing: RwSignal<Option<PersonCard>>,
    open_again: Callback<PersonCard>,
) -> impl IntoView {
    let words = words().people();
    let name = person.name.clone();
    let cell = match person.disabled_at {
        None => view! {
            <button
                class="button quiet" type="button" aria-label=(words.close_access_of)(&name)
                on:click=move |_| closing.set(Some(person.clone()))
            >{words.close_access}</button>
        }
        .into_any(),
        Some(at) => view! {
            <p>{(words.closed_since)(&numbers::day_at(at))}</p>
            <button
                class="button quiet" type="button" aria-label=(words.open_again_of)(&name)
                on:click=move |_| open_again.run(person.clone())
            >{words.open_again}</button>
        }
        .into_any(),
    };
    view! { <td>{cell}</td> }
}

/// Somebody's access is about to be closed.
#[component]
fn Closing(
    person: PersonCard,
    closing: RwSignal<Option<PersonCard>>,
    people: Watched<Vec<PersonCard>>,
) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let all_words = words();
    let words = all_words.people();
    let title = (words.close_access_of)(&person.name);
    let close = move |_| {
        let (id, name) = (person.id, person.name.clone());
        spawn_local(async move {
            toasts.say(match desk::disable_person(id).await {
                Ok(()) => (words.access_closed)(&name),
                Err(error) => said_of_access(&error).sentence,
            });
            closing.set(None);
            people.again();
        });
    };
    view! {
        <Dialog open=true on_close=move |()| closing.set(None) label=title.clone()>
            <h2>{title}</h2>
            <p>{words.close_access_body}</p>
            <button class="button danger wide" type="button" on:click=close>{words.close_access}</button>
            <button class="button quiet wide" type="button" on:click=move |_| closing.set(None)>
                {all_words.shell().cancel}
            </button>
        </Dialog>
    }
}
