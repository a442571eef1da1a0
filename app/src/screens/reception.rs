//! « Réception »: what came of one order on one day. Lines are as confirmed until somebody says otherwise; a tap is enough
//! for all of them, and only what differs is written.

mod delivered;
mod note;

use domain::{
    id::DraftId,
    order::{Order, OrderState},
    quay::Departure,
    reception::Label,
    time::Date,
};
use futures_util::FutureExt;
use leptos::prelude::*;

use crate::{
    parts::{Heading, Notice, NoticeKind},
    screens::{
        handling::{Act, Handling},
        order_detail::NotHere,
    },
    state::{AppState, EntryLines},
    wording::{numbers, words},
};
use delivered::{checked, goods, unloaded};
use note::Note;

/// The whole screen.
#[component]
pub(crate) fn ReceptionScreen(draft: DraftId, day: Date) -> impl IntoView {
    let state = expect_context::<AppState>();
    let order = Memo::new(move |_| {
        state.told().with(|told| {
            let entry = told.orders.iter().find(|entry| entry.draft == draft)?;
            match &entry.lines {
                EntryLines::Accepted(order) => Some(order.clone()),
                EntryLines::Submitted(_) => None,
            }
        })
    });
    view! {
        <div class="reception stack">
            <Heading title=(words().reception().title)(&numbers::long_day(day))/>
            {move || match order.get() {
                Some(order) if order.state == OrderState::Consolidated => view! { <Delivery order day/> }.into_any(),
                Some(_) => view! { <NotClosed/> }.into_any(),
                None => view! { <NotHere/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn NotClosed() -> impl IntoView {
    let words = words().reception();
    view! {
        <Notice kind=NoticeKind::Plain title=words.not_closed_title><p>{words.not_closed_body}</p></Notice>
    }
}

/// What one does with a delivery: receive it, or read its note.
#[component]
fn Delivery(order: Order, day: Date) -> impl IntoView {
    let state = expect_context::<AppState>();
    let order = StoredValue::new(order);
    let received = Memo::new(move |_| order.with_value(|order| state.received(order, day)));
    // What a colleague's tablet says meanwhile does not move the lines under the fingers.
    let receiving = RwSignal::new(received.with_untracked(|received| received.reception.records.is_empty()));
    let refused = move || {
        let reason = received.with(|received| received.refused.clone())?;
        let why = words().reason(&reason);
        Some(view! {
            <Notice kind=NoticeKind::Check title=(words().reception().refused)(why.short)>
                <p>{why.sentence}</p>
            </Notice>
        })
    };
    let departure = departure(state, order, day);
    let page = move || {
        if receiving.get() {
            view! { <Receiving order day departure=departure.get() receiving/> }.into_any()
        } else {
            view! { <Note order received receiving/> }.into_any()
        }
    };
    view! { {refused}{page} }
}

/// What left the quay for this delivery. What is told of it later comes on screen too, as long as nobody looked at a line.
fn departure(state: AppState, order: StoredValue<Order>, day: Date) -> RwSignal<Option<Departure>> {
    let (id, cycle) = order.with_value(|order| (order.id, order.cycle));
    let told = Memo::new(move |_| state.departure(cycle, day));
    let shown = RwSignal::new(told.get_untracked());
    Effect::new(move |_| {
        let told = told.get();
        if state.begun_reception(id, day).is_none() && shown.with_untracked(|shown| *shown != told) {
            shown.set(told);
        }
    });
    shown
}

/// The lines, each looked at; then a name.
#[component]
fn Receiving(
    order: StoredValue<Order>,
    day: Date,
    departure: Option<Departure>,
    receiving: RwSignal<bool>,
) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().reception();
    let goods = order.with_value(|order| goods(state, order, day, departure.as_ref()));
    let checked = order.with_value(|order| checked(state, order, day));
    let act = Act {
        all_fine: words.all_conforming,
        fine: words.conforming,
        as_proposed: words.as_the_quay,
        otherwise: words.gap,
        quantity: words.quantity_kept,
        record: words.record,
    };
    let record = Callback::new(move |name: Label| {
        let order = order.get_value();
        let unloaded = unloaded(state, checked.begun(), name, &order, day);
        async move { state.record_reception(&order, day, unloaded).await }.boxed_local()
    });
    let on_recorded = Callback::new(move |()| {
        receiving.try_set(false);
    });
    view! { <Handling goods checked act record on_recorded/> }
}
