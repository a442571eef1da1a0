//! One order: where it stands, what waits for a choice, its lines.

mod change_of_mind;
mod decision;
mod difference_table;
mod journey;
mod lines_table;

use domain::{id::DraftId, order::OrderState, reception::delivery_days, time::Date};
use leptos::prelude::*;

pub(crate) use decision::Choices;

use crate::{
    app::Route,
    parts::{Heading, Icon, Notice, NoticeKind, PrintButton},
    screens::{
        draft::DeadlineNotice,
        notes::Note,
        orders::{days, figures},
    },
    state::{AppState, EntryLines, OrderEntry, SaidOfOrder, SendState},
    wording::{numbers, words},
};
use change_of_mind::{ChangeOfMind, Changes};
use decision::Decision;
use domain::ticket::Settler;
use journey::Journey;
use lines_table::LinesTable;

/// The whole screen.
#[component]
pub(crate) fn OrderDetailScreen(draft: DraftId) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words();
    let entry = Memo::new(move |_| {
        state.told().with(|told| told.orders.iter().find(|entry| entry.draft == draft).cloned())
    });
    let title = move || match entry.get() {
        Some(entry) => (words.orders().order_of)(&days(&figures(&entry).days)),
        None => words.shell().my_orders.to_owned(),
    };
    let known_as = move || entry.get().map(|entry| known_as(&entry));
    view! {
        <div class="order-detail stack">
            <Heading title=Signal::derive(title)><p class="order-number">{known_as}</p></Heading>
            {move || match entry.get() {
                Some(entry) => view! { <Contents entry/> }.into_any(),
                None => view! { <NotHere/> }.into_any(),
            }}
        </div>
    }
}

fn known_as(entry: &OrderEntry) -> impl IntoView + use<> {
    let words = words();
    let number =
        figures(entry).number.map(|number| format!("{} · ", (words.shell().number)(&number.to_string())));
    let week = numbers::week(entry.cycle);
    view! { {number}{week}" · "{words.orders().code}" "<span class="short-code">{entry.code.clone()}</span> }
}

/// No such order on this device.
#[component]
pub(crate) fn NotHere() -> impl IntoView {
    let words = words().orders();
    view! {
        <Notice kind=NoticeKind::Plain title=words.not_here_title>
            <p>{words.not_here_body}</p>
            <div class="actions"><a class="button" href=Route::Orders.path()>{words.all_orders}</a></div>
        </Notice>
    }
}

#[component]
fn Contents(entry: OrderEntry) -> impl IntoView {
    let words = words();
    let yours = entry.tickets.iter().filter(|ticket| ticket.settler() == Settler::Kitchen).count();
    let choices = (yours > 0).then(|| {
        view! {
            <Notice kind=NoticeKind::Check title=(words.orders().waits_for_you)(yours)>
                <p>{words.orders().waits_for_you_body}</p>
            </Notice>
        }
    });
    let still_here = matches!(entry.state, SendState::Saved | SendState::Waiting { .. } | SendState::Sending);
    let deadline = still_here.then(|| {
        let text = lines_table::recap(&entry);
        view! { <DeadlineNotice recap=Signal::stored(text)/> }
    });
    let decisions = entry
        .tickets
        .iter()
        .map(|ticket| view! { <Decision ticket=ticket.clone() lines=entry.lines.clone()/> })
        .collect_view();
    let changes = match &entry.lines {
        EntryLines::Accepted(order) => Some(view! { <Changes entry=entry.clone() order=order.clone()/> }),
        EntryLines::Submitted(_) => None,
    };
    let change_of_mind =
        entry.changeable().cloned().map(|order| view! { <ChangeOfMind entry=entry.clone() order/> });
    view! {
        {choices}
        {deadline}
        <section class="card" aria-label=words.orders().journey><Journey entry=entry.clone()/></section>
        {changes}
        {decisions}
        <SaidOfWhole draft=entry.draft/>
        <Deliveries entry=entry.clone()/>
        <LinesTable entry/>
        {change_of_mind}
        <div class="row actions">
            <PrintButton class="button"/>
            <a class="button quiet" href=Route::Orders.path()>{words.orders().all_orders}</a>
        </div>
    }
}

/// Each day of a closed order, to be received or with its note.
#[component]
fn Deliveries(entry: OrderEntry) -> impl IntoView {
    let state = expect_context::<AppState>();
    let EntryLines::Accepted(order) = entry.lines else { return ().into_any() };
    if order.state != OrderState::Consolidated {
        return ().into_any();
    }
    let days = delivery_days(&order);
    let link = move |day: Date| {
        let words = words().reception();
        let reception = state.received(&order, day).reception;
        let name = match reception.number {
            _ if reception.records.is_empty() => words.receive.to_owned(),
            Some(number) => (words.note)(&number.to_string()),
            None => words.note_without_number.to_owned(),
        };
        let route = Route::Reception(order.draft, day);
        view! { <a class="button" href=route.path()><Icon name="truck"/>{name}" · "{numbers::day(day)}</a> }
    };
    let links = move || days.iter().map(|day| link(*day)).collect_view();
    view! { <div class="row actions">{links}</div> }.into_any()
}

/// What the kitchen says of the order as a whole, and what it said too late.
#[component]
fn SaidOfWhole(draft: DraftId) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().notes();
    let said = Memo::new(move |_| state.said_of(draft));
    move || {
        let SaidOfOrder { header, too_late } = said.get();
        let late = too_late.map(|header| {
            view! {
                <Notice kind=NoticeKind::Check title=words.too_late_title>
                    <Note header/>
                    <p>{words.too_late_body}</p>
                    <div class="actions"><CallHub/></div>
                </Notice>
            }
        });
        let said = (!header.is_empty()).then(|| {
            view! { <section class="card stack" aria-label=words.whole_order><Note header/></section> }
        });
        view! { {late}{said} }
    }
}

/// The hub's phone, for whoever would rather talk.
#[component]
pub(crate) fn CallHub() -> impl IntoView {
    let state = expect_context::<AppState>();
    let hub =
        state.catalog().with_untracked(|loaded| loaded.as_ref().map(|loaded| loaded.catalog.hub.clone()));
    hub.filter(|hub| !hub.phone.is_empty()).map(|hub| {
        let number: String = hub.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        view! {
            <a class="button" href=format!("tel:{number}")>
                <Icon name="phone"/>{(words().orders().call_hub)(&hub.name, &numbers::phone(&hub.phone))}
            </a>
        }
    })
}
