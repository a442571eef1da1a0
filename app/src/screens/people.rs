//! « Personnes »: who has access to what, who is invited, and what one may do about it.

mod access;
mod adding;
mod applications;
mod inviting;
mod owners;
mod rule;
mod waiting;

use domain::{enterprise::Role, search, wire::people::PersonCard};
use leptos::prelude::*;

use super::remote::{WATCHED, Watched};
use crate::{
    app::Route,
    parts::{Heading, Icon, Notice, NoticeKind, SearchBox},
    state::{AppState, desk},
    wording::{numbers, words},
};
use access::Access;
use adding::Adding;
use applications::Applications;
use inviting::Inviting;
use owners::Owners;
use rule::Rule;
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
    let typed = RwSignal::new(String::new());
    let asked = RwSignal::new(None::<PersonCard>);
    let people = Watched::new(Some(WATCHED), desk::people);
    let invitations = Watched::new(Some(WATCHED), desk::invitations);
    let list = people.show(move |people| {
        let people = people.clone();
        move || {
            let wanted = folded(&typed.get());
            let matching = people.iter().filter(|person| matches(person, &wanted));
            let rows: Vec<_> = matching.map(|person| row(person.clone(), is_hub, asked)).collect();
            if rows.is_empty() {
                return view! { <p role="status">{words.nobody_found}</p> }.into_any();
            }
            table(rows.collect_view())
        }
    });
    let search = is_hub.then(|| {
        view! { <SearchBox name=words.find_somebody text=typed on_type=Callback::new(move |text| typed.set(text))/> }
    });
    view! {
        {is_hub.then(|| view! { <Applications invitations/> })}
        <Inviting is_hub invitations/>
        {is_hub.then(|| view! { <Adding/><Owners/><Rule/> })}
        <Waiting invitations/>
        <div class="stack">{search}{list}</div>
        {move || asked.get().map(|person| view! { <Access person asked people/> })}
    }
}

fn folded(text: &str) -> String {
    search::fold(text)
}

fn matches(person: &PersonCard, wanted: &str) -> bool {
    [&person.name, &person.email, &person.place].into_iter().any(|text| folded(text).contains(wanted))
}

fn table(rows: impl IntoView + 'static) -> AnyView {
    let all_words = words();
    let words = all_words.people();
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
                        <th scope="col">{words.access}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(person: PersonCard, is_hub: bool, asked: RwSignal<Option<PersonCard>>) -> impl IntoView {
    let words = words().people();
    let since = if person.erased { words.erased_since } else { words.closed_since };
    let closed = person.disabled_at.map(|at| view! { <p>{since(&numbers::day_at(at))}</p> });
    let PersonCard { name, role, place, email, erased, .. } = person.clone();
    // Who is erased has an address that leads nowhere, and nothing more is done about them.
    let email = (!erased).then_some(email);
    let manage = (is_hub && !erased).then(|| {
        let label = (words.manage_access_of)(&name);
        view! {
            <button
                class="button quiet" type="button" aria-label=label
                on:click=move |_| asked.set(Some(person.clone()))
            >{words.manage_access}</button>
        }
    });
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{(words.role)(role)}</td>
            <td>{place}</td>
            <td>{email}</td>
            <td>
                {closed}
                {manage}
            </td>
        </tr>
    }
}
