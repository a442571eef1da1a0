//! « Mes commandes »: all that was sent, each with where it stands.

mod entry;
mod saved_here;
mod state_badge;
mod to_receive;

use leptos::prelude::*;

pub(crate) use entry::figures;
pub(crate) use saved_here::SavedHere;
pub(crate) use state_badge::{StateBadge, face};
use to_receive::ToReceive;

use crate::{
    app::{Clock, Route},
    parts::{Badge, Empty, Heading, Icon},
    state::{AppState, EntryLines, OrderEntry, SendState, Wanted},
    wording::{numbers, words},
};
use domain::{reception::delivery_days, time::Date};

/// The whole screen.
#[component]
pub(crate) fn OrdersScreen() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words();
    let is_empty = Memo::new(move |_| state.told().with(|told| told.orders.is_empty()));
    let list = move || {
        if is_empty.get() {
            view! {
                <Empty drawing="fruits-legumes" title=words.orders().empty_title>
                    <p>{words.orders().empty_body}</p>
                    <a class="button primary" href=Route::Catalog.path()>{words.draft().open_catalog}</a>
                </Empty>
            }
            .into_any()
        } else {
            let cards = move || state.told().with(|told| told.orders.iter().map(card).collect_view());
            view! { <ul class="orders" role="list">{cards}</ul> }.into_any()
        }
    };
    view! { <Heading title=words.shell().my_orders.to_owned()/><ToReceive/>{list} }
}

fn card(entry: &OrderEntry) -> impl IntoView + use<> {
    let words = words();
    let clock = expect_context::<Clock>();
    let figures = figures(entry);
    let known_as = match figures.number {
        Some(number) => (words.shell().number)(&number.to_string()),
        None => format!("{}\u{a0}{}", words.orders().code, entry.code),
    };
    let look = face(&entry.state, clock.now()).look;
    let state = entry.state.clone();
    let waiting = entry.changes.last().filter(|change| !matches!(change.state, SendState::Refused { .. }));
    let waiting = waiting.map(|change| {
        let text = match change.wanted {
            Wanted::Nothing => words.orders().withdrawal_waiting,
            Wanted::Lines(_) => words.orders().amendment_waiting,
        };
        view! { <Badge state="waiting" icon="clock" text=text.to_owned()/> }
    });
    let less = harvests_less(entry).then(
        || view! { <Badge state="check" icon="warning" text=words.harvest().less_than_asked.to_owned()/> },
    );
    view! {
        <li class="order" data-state=look>
            <h2 class="order-when"><a href=Route::Order(entry.draft).path()>{days(&figures.days)}</a></h2>
            <p class="order-what">
                {(words.shell().lines)(figures.lines)} " · " {numbers::week(entry.cycle)} " · " <span class="number">{known_as}</span>
            </p>
            <p class="order-amount">{numbers::money(figures.net)}</p>
            <p class="order-state"><StateBadge state/>{waiting}{less}</p>
            <Icon name="chevron" class="icon chevron"/>
        </li>
    }
}

/// Whether a producer confirmed less of it than the cut-off granted.
fn harvests_less(entry: &OrderEntry) -> bool {
    let state = expect_context::<AppState>();
    let EntryLines::Accepted(order) = &entry.lines else { return false };
    let answers = delivery_days(order).into_iter().flat_map(|day| state.harvest_answers(order.id, day));
    answers.into_iter().any(|answer| answer.lines.iter().any(|line| line.short.is_some()))
}

/// « lundi 30 novembre », « lun. 30 nov., jeu. 3 déc. »
pub(crate) fn days(days: &[Date]) -> String {
    match days {
        [day] => numbers::long_day(*day),
        several => several.iter().map(|day| numbers::day(*day)).collect::<Vec<_>>().join(", "),
    }
}
