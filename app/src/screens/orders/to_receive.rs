//! « À recevoir »: the deliveries of closed orders that nobody received yet, the first day first.

use domain::{
    id::DraftId,
    order::OrderState,
    reception::{delivered_on, delivery_days},
    time::Date,
};
use leptos::prelude::*;

use crate::{
    app::Route,
    parts::{Badge, Icon},
    state::{AppState, EntryLines, OrderEntry},
    wording::{numbers, words},
};

/// One order, on one day.
#[derive(Clone, PartialEq)]
struct Delivery {
    day: Date,
    draft: DraftId,
    number: String,
    lines: usize,
    begun: bool,
}

/// The list; nothing when nothing is expected.
#[component]
pub(super) fn ToReceive() -> impl IntoView {
    let state = expect_context::<AppState>();
    let deliveries = Memo::new(move |_| {
        let mut expected: Vec<_> =
            state.told().with(|told| told.orders.iter().flat_map(|entry| expected(state, entry)).collect());
        expected.sort_by(|one: &Delivery, other| (one.day, &one.number).cmp(&(other.day, &other.number)));
        expected
    });
    move || {
        let deliveries = deliveries.get();
        (!deliveries.is_empty()).then(|| {
            let cards = deliveries.into_iter().map(card).collect_view();
            view! {
                <section class="to-receive">
                    <h2>{words().reception().to_receive}</h2>
                    <ul class="orders" role="list">{cards}</ul>
                </section>
            }
        })
    }
}

fn expected(state: AppState, entry: &OrderEntry) -> Vec<Delivery> {
    let EntryLines::Accepted(order) = &entry.lines else { return Vec::new() };
    if order.state != OrderState::Consolidated {
        return Vec::new();
    }
    let days = delivery_days(order).into_iter();
    days.filter(|day| state.received(order, *day).reception.records.is_empty())
        .map(|day| Delivery {
            day,
            draft: entry.draft,
            number: order.number.to_string(),
            lines: delivered_on(order, day).count(),
            begun: state.begun_reception(order.id, day).is_some(),
        })
        .collect()
}

fn card(delivery: Delivery) -> impl IntoView {
    let words = words();
    let begun = delivery.begun.then(|| {
        view! { <Badge state="waiting" icon="clock" text=words.reception().begun.to_owned()/> }
    });
    let route = Route::Reception(delivery.draft, delivery.day);
    view! {
        <li class="order">
            <h3 class="order-when"><a href=route.path()>{numbers::long_day(delivery.day)}</a></h3>
            <p class="order-what">
                {(words.shell().lines)(delivery.lines)}" · "
                <span class="number">{(words.shell().number)(&delivery.number)}</span>
            </p>
            <p class="order-amount"><Icon name="truck"/></p>
            <p class="order-state">{begun}</p>
            <Icon name="chevron" class="icon chevron"/>
        </li>
    }
}
