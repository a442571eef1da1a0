//! Communities, what is part of what, and whose each kitchen is.

mod form;

use domain::{
    id::{OwnerId, SiteId, UserId},
    search,
    wire::{
        owners::{OwnerCard, as_tree},
        people::{InvitedAs, PlaceCard},
    },
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    parts::{Dialog, Field, Icon, SearchBox, Toasts},
    screens::{door::said_of_access, remote::Watched},
    state::{AppError, desk},
    wording::words,
};
use form::OwnerForm;

/// What the hub reads here: its communities, and its places.
type Read = (Vec<OwnerCard>, Vec<PlaceCard>);

/// What is being said, in a dialog over the lists.
#[derive(Clone, PartialEq)]
enum Asked {
    /// A community that is new.
    Adding,
    /// What a community is.
    Owner(OwnerCard),
    /// Whose a kitchen is.
    Kitchen(SiteId, String, Option<OwnerId>),
}

/// The button, and what it opens.
#[component]
pub(super) fn Owners() -> impl IntoView {
    let open = RwSignal::new(false);
    let words = words().owners();
    move || {
        if open.get() {
            return view! { <Lists/> }.into_any();
        }
        view! {
            <button class="button" type="button" on:click=move |_| open.set(true)><Icon name="list"/>{words.title}</button>
        }
        .into_any()
    }
}

#[component]
fn Lists() -> impl IntoView {
    let words = words().owners();
    let typed = RwSignal::new(String::new());
    let asked = RwSignal::new(None::<Asked>);
    let read = Watched::new(None, || async { Ok((desk::owners().await?, desk::places().await?)) });
    let lists = read.show(move |read| {
        move || {
            let wanted = search::fold(&typed.get());
            view! { {owners(&read.0, &wanted, asked)}{kitchens(&read, &wanted, asked)} }
        }
    });
    view! {
        <section class="card stack">
            <div class="card-heading"><h2>{words.title}</h2></div>
            <p class="soft">{words.about}</p>
            <button class="button" type="button" on:click=move |_| asked.set(Some(Asked::Adding))>
                <Icon name="plus"/>{words.add}
            </button>
            <SearchBox name=words.find text=typed on_type=Callback::new(move |text| typed.set(text))/>
            {lists}
        </section>
        {move || asked.get().map(|about| view! { <Saying about asked read/> })}
    }
}

/// The communities as a tree; of those that answer to what is searched, how deep they lie says nothing.
fn owners(cards: &[OwnerCard], wanted: &str, asked: RwSignal<Option<Asked>>) -> AnyView {
    let words = words().owners();
    let tree = as_tree(cards.to_vec());
    let matching = tree.into_iter().filter(|(_, card)| search::fold(&card.owner.name).contains(wanted));
    let rows: Vec<_> = matching
        .map(|(depth, card)| {
            let depth = if wanted.is_empty() { depth.min(4) } else { 0 };
            let change = Asked::Owner(card.clone());
            let label = (words.change_it)(&card.owner.name);
            let kitchens = (words.kitchens)(usize::try_from(card.kitchens).unwrap_or_default());
            view! {
                <tr>
                    <th scope="row">{deep(depth, &card.owner.name)}</th>
                    <td>{(words.kind)(card.owner.kind)}</td>
                    <td>{kitchens}</td>
                    <td>{button(label, change, asked)}</td>
                </tr>
            }
        })
        .collect();
    table(words.owners, [words.name, words.is, words.owned_kitchens], rows)
}

/// The kitchens, those that are nobody's first.
fn kitchens(read: &Read, wanted: &str, asked: RwSignal<Option<Asked>>) -> AnyView {
    let words = words().owners();
    let (cards, places) = read;
    let name_of =
        |owner: OwnerId| cards.iter().find(|card| card.id == owner).map(|card| card.owner.name.clone());
    let matches = |place: &PlaceCard| {
        [&place.name, &place.commune.name].iter().any(|text| search::fold(text).contains(wanted))
    };
    let mut shown: Vec<_> = places.iter().filter(|place| matches(place)).collect();
    shown.sort_by_key(|place| place.owner.is_some());
    let rows: Vec<_> = shown
        .into_iter()
        .filter_map(|place| {
            let InvitedAs::Kitchen { site } = place.invited_as else { return None };
            let owner = place.owner.and_then(name_of).unwrap_or_else(|| words.nobodys.to_owned());
            let label = (words.owner_of)(&place.name);
            let change = Asked::Kitchen(site, place.name.clone(), place.owner);
            Some(view! {
                <tr>
                    <th scope="row">{place.name.clone()}</th>
                    <td>{place.commune.name.clone()}</td>
                    <td>{owner}</td>
                    <td>{button(label, change, asked)}</td>
                </tr>
            })
        })
        .collect();
    table(words.owned_kitchens, [words.kitchen, crate::wording::words().people().commune, words.owner], rows)
}

fn button(label: String, change: Asked, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    view! {
        <button class="button quiet" type="button" aria-label=label on:click=move |_| asked.set(Some(change.clone()))>
            {words().owners().change}
        </button>
    }
}

fn table(caption: &'static str, heads: [&'static str; 3], rows: Vec<impl IntoView + 'static>) -> AnyView {
    let words = words().owners();
    if rows.is_empty() {
        return view! { <h3>{caption}</h3><p role="status">{words.none_found}</p> }.into_any();
    }
    let heads = heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view();
    view! {
        <h3>{caption}</h3>
        <div class="table-frame" tabindex="0" role="region" aria-label=caption>
            <table class="table">
                <caption class="unseen">{caption}</caption>
                <thead><tr>{heads}<th scope="col">{words.change}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The dialog over the lists.
#[component]
fn Saying(about: Asked, asked: RwSignal<Option<Asked>>, read: Watched<Read>) -> impl IntoView {
    let all_words = words();
    let words = all_words.owners();
    let close = Callback::new(move |()| asked.set(None));
    let done = Callback::new(move |()| {
        asked.set(None);
        read.again();
    });
    let (title, body) = match about {
        Asked::Adding => (words.add.to_owned(), view! { <OwnerForm card=None read done/> }.into_any()),
        Asked::Owner(card) => {
            let title = (words.change_it)(&card.owner.name);
            (title, view! { <OwnerForm card=Some(card) read done/> }.into_any())
        }
        Asked::Kitchen(site, name, owner) => {
            let title = (words.owner_of)(&name);
            let set = Callback::new(move |owner| {
                say(async move { desk::set_owner_of_place(site, owner).await }, name.clone(), done);
            });
            let select = read.show(move |read| select(&read.0, owner, set));
            (title, view! { <Field id="kitchen-owner" label=words.owner>{select}</Field> }.into_any())
        }
    };
    view! {
        <Dialog open=true on_close=close label=title.clone()>
            <h2>{title}</h2>
            <div class="stack">{body}</div>
            <button class="button quiet wide" type="button" on:click=move |_| close.run(())>{all_words.shell().close}</button>
        </Dialog>
    }
}

/// Whose totals a person reads: in the dialog about their access.
#[component]
pub(super) fn Reads(
    person: UserId,
    owner: Option<OwnerId>,
    name: String,
    done: Callback<()>,
) -> impl IntoView {
    let words = words().owners();
    let owners = Watched::new(None, desk::owners);
    let set = Callback::new(move |owner| {
        say(async move { desk::set_owner_of_person(person, owner).await }, name.clone(), done);
    });
    let select = owners.show(move |owners| select(&owners, owner, set));
    view! { <Field id="kitchen-owner" label=words.reads>{select}</Field> }
}

/// Does what was chosen and says what came of it.
fn say(doing: impl Future<Output = Result<(), AppError>> + 'static, about: String, done: Callback<()>) {
    let toasts = expect_context::<Toasts>();
    spawn_local(async move {
        match doing.await {
            Ok(()) => toasts.say((words().owners().saved)(&about)),
            Err(error) => toasts.say(said_of_access(&error).sentence),
        }
        done.run(());
    });
}

/// One of the communities, told at once when it is chosen.
fn select(cards: &[OwnerCard], owner: Option<OwnerId>, set: Callback<OwnerId>) -> impl IntoView + use<> {
    let options = owner_options(cards, |id| id.to_string());
    let chosen = owner.map(|owner| owner.to_string()).unwrap_or_default();
    view! {
        <select
            class="input" id="kitchen-owner" prop:value=chosen
            on:change=move |event| if let Ok(owner) = event_target_value(&event).parse() { set.run(owner) }
        >
            <option value="">{words().owners().choose}</option>
            {options}
        </select>
    }
}

/// A name as deep as it lies, in a list and in a choice alike: the policy of the page lets no element have a style of its own.
fn deep(depth: usize, name: &str) -> String {
    format!("{}{name}", "\u{2003}".repeat(depth))
}

/// The communities as options of a choice, each as deep as it lies.
pub(super) fn owner_options(cards: &[OwnerCard], value: impl Fn(OwnerId) -> String) -> AnyView {
    as_tree(cards.to_vec())
        .into_iter()
        .map(|(depth, card)| {
            view! { <option value=value(card.id)>{deep(depth, &card.owner.name)}</option> }
        })
        .collect_view()
        .into_any()
}
