//! « Ma commande »: what was typed in the list, by producer, and the button that sends it.

mod announced;
mod board;
mod deadline;
mod line_row;
mod minimum;
mod repeat;
mod saved;
mod send;
mod whole;

use domain::id::ProducerId;
use leptos::prelude::*;

pub(crate) use announced::AnnouncedElsewhere;
pub(crate) use board::DraftBoard;
pub(crate) use deadline::DeadlineNotice;
pub(crate) use minimum::{MinimumNote, minimum_note};
pub(crate) use saved::DraftSaved;
pub(crate) use send::Slip;

use crate::{
    app::Route,
    parts::{Empty, Heading, Item, Progress, keyed_list},
    screens::cut_off::CutOff,
    state::AppState,
    wording::words,
};
use announced::Announcements;
use board::group_of;
use line_row::DraftLineRow;
use repeat::{EarlierOrders, Taken, TakenUp};
use send::SendSlip;
use whole::WholeOrder;

/// The whole screen.
#[component]
pub(crate) fn DraftScreen() -> impl IntoView {
    let board = expect_context::<DraftBoard>();
    let has_lines = Memo::new(move |_| board.view().is_some_and(|view| !view.groups.is_empty()));
    let taken = RwSignal::new(None);
    move || {
        if has_lines.get() {
            view! { <Lines taken/> }.into_any()
        } else {
            view! { <Nothing taken/> }.into_any()
        }
    }
}

#[component]
fn Nothing(taken: RwSignal<Option<Taken>>) -> impl IntoView {
    let words = words();
    view! {
        <div class="draft stack">
            <Heading title=words.shell().my_order.to_owned()><CutOff/></Heading>
            <Announcements/>
            <TakenUp taken/>
            <EarlierOrders taken/>
            <Empty drawing="autres" title=words.draft().empty_title>
                <p>{words.draft().empty_body}</p>
                <a class="button primary" href=Route::Catalog.path()>{words.draft().open_catalog}</a>
            </Empty>
        </div>
    }
}

#[component]
fn Lines(taken: RwSignal<Option<Taken>>) -> impl IntoView {
    let state = expect_context::<AppState>();
    let board = expect_context::<DraftBoard>();
    view! {
        <div class="with-side">
            <div class="draft stack">
                <Heading title=words().shell().my_order.to_owned()><CutOff/></Heading>
                <DeadlineNotice recap=Signal::derive(move || send::recap(state, board))/>
                <Announcements/>
                <TakenUp taken/>
                <Groups/>
                <WholeOrder/>
            </div>
            <SendSlip/>
        </div>
    }
}

/// The lines of the draft at hand, by producer.
#[component]
pub(crate) fn Groups() -> impl IntoView {
    let board = expect_context::<DraftBoard>();
    let groups = move || {
        let view = board.view();
        let groups = view.iter().flat_map(|view| &view.groups);
        let producers = groups.map(|group| group.producer.as_ref().map(|producer| producer.id));
        producers
            .map(|producer| {
                let key = producer.map(|producer| producer.to_string()).unwrap_or_default();
                Item::new(key, move || view! { <Group producer/> })
            })
            .collect()
    };
    view! { <div>{keyed_list(groups)}</div> }
}

/// The lines of one producer.
#[component]
fn Group(producer: Option<ProducerId>) -> impl IntoView {
    let board = expect_context::<DraftBoard>();
    let words = words();
    let lines = move || {
        let view = board.view();
        let group = view.as_ref().and_then(|view| group_of(view, producer));
        let keys = group.into_iter().flat_map(|group| &group.lines).map(|line| line.key.clone());
        keys.map(|line| {
            let key = format!("{} {}", line.delivery_on, line.offer);
            Item::new(key, move || view! { <DraftLineRow line/> })
        })
        .collect()
    };
    let name = Memo::new(move |_| {
        let view = board.view()?;
        Some(group_of(&view, producer)?.producer.as_ref()?.name.clone())
    });
    let about = move || {
        let view = board.view()?;
        let group = group_of(&view, producer)?;
        let lines = (words.shell().lines)(group.lines.len());
        let commune = group.producer.as_ref().map(|producer| producer.commune.name.clone());
        Some([commune, Some(lines)].into_iter().flatten().collect::<Vec<_>>().join(" · "))
    };
    let minimum = Memo::new(move |_| {
        let view = board.view()?;
        minimum_note(group_of(&view, producer)?)
    });
    let has_minimum = Memo::new(move |_| minimum.get().is_some());
    let read = move |pick: fn(MinimumNote) -> u32| move || minimum.get().map(pick).unwrap_or_default();
    view! {
        <section class="producer-group">
            <header>
                <h2>{move || name.get().unwrap_or_else(|| words.draft().gone_group.to_owned())}</h2>
                <p class="soft small">{about}</p>
                {move || has_minimum.get().then(|| view! {
                    <Progress
                        label=Signal::derive(move || minimum.get().map(|note| note.said).unwrap_or_default())
                        max=Signal::derive(read(|note| note.max))
                        value=Signal::derive(read(|note| note.value))
                    />
                })}
            </header>
            <ul class="lines" role="list">{keyed_list(lines)}</ul>
        </section>
    }
}
