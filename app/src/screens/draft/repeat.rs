use std::sync::Arc;

use domain::{
    cycle::CycleId,
    draft::{How, LeftOut, Prices, Repeat, Repriced, repeat},
    order::{Order, OrderState},
    quantity::Quantity,
};
use leptos::prelude::*;

use super::DraftBoard;
use crate::{
    parts::{Icon, Notice, NoticeKind},
    screens::{
        offer_words,
        orders::{days, figures},
    },
    state::{AppState, EntryLines, OrderEntry},
    wording::{numbers, words},
};

/// How many earlier orders are proposed: a kitchen has a usual one, and the one before it.
const PROPOSED: usize = 3;

/// An earlier order that was taken up again, until somebody read what came of it.
#[derive(Clone)]
pub(super) struct Taken {
    /// The days it was for.
    of: String,
    repeat: Arc<Repeat>,
}

/// « Reprendre une commande »: the orders of earlier weeks, one tap each; nothing where there is none.
#[component]
pub(super) fn EarlierOrders(taken: RwSignal<Option<Taken>>) -> impl IntoView {
    let (state, board) = (expect_context::<AppState>(), expect_context::<DraftBoard>());
    let all_words = words();
    let words = all_words.repeat();
    let proposed = Memo::new(move |_| {
        let week = state.catalog().with(|loaded| loaded.as_ref().map(|loaded| loaded.catalog.cycle().id));
        week.map(|week| state.told().with(|told| earlier(&told.orders, week))).unwrap_or_default()
    });
    let take = move |entry: &OrderEntry| {
        let EntryLines::Accepted(order) = &entry.lines else { return };
        let again = state
            .catalog()
            .with_untracked(|loaded| loaded.as_ref().map(|loaded| repeat(order, &*loaded.catalog)));
        let Some(again) = again else { return };
        for line in &again.lines {
            board.set(line.key.clone(), line.quantity, How::Typed);
        }
        taken.set(Some(Taken { of: days(&figures(entry).days), repeat: Arc::new(again) }));
    };
    let row = move |entry: OrderEntry| {
        let figures = figures(&entry);
        let about = format!("{} · {}", (all_words.shell().lines)(figures.lines), numbers::money(figures.net));
        let label = (words.repeat_order)(&days(&figures.days));
        view! {
            <li class="row">
                <div><h3>{days(&figures.days)}</h3><p class="small soft">{about}</p></div>
                <button class="button" type="button" aria-label=label on:click=move |_| take(&entry)>
                    <Icon name="refresh"/>{words.repeat}
                </button>
            </li>
        }
    };
    move || {
        let proposed = proposed.get();
        (!proposed.is_empty()).then(|| {
            view! {
                <section class="card stack">
                    <div class="card-heading"><h2>{words.title}</h2></div>
                    <p class="soft">{words.about}</p>
                    <ul class="stack" role="list">{proposed.into_iter().map(row).collect_view()}</ul>
                </section>
            }
        })
    }
}

/// Orders of weeks before `week` that their kitchen did not withdraw, the last first.
fn earlier(orders: &[OrderEntry], week: CycleId) -> Vec<OrderEntry> {
    let stands = |order: &Order| !matches!(order.state, OrderState::Withdrawn { .. });
    let is_earlier = |entry: &&OrderEntry| {
        entry.cycle < week && matches!(&entry.lines, EntryLines::Accepted(order) if stands(order))
    };
    let mut earlier: Vec<_> = orders.iter().filter(is_earlier).cloned().collect();
    earlier.sort_by_key(|entry| std::cmp::Reverse((entry.cycle, entry.at)));
    earlier.truncate(PROPOSED);
    earlier
}

/// What came of an order that was taken up again, and the way back.
#[component]
pub(super) fn TakenUp(taken: RwSignal<Option<Taken>>) -> impl IntoView {
    let board = expect_context::<DraftBoard>();
    let words = words().repeat();
    let undo = move |repeat: &Repeat| {
        for line in &repeat.lines {
            board.set(line.key.clone(), Quantity::ZERO, How::Typed);
        }
        taken.set(None);
    };
    move || {
        let Taken { of, repeat } = taken.get()?;
        let lines = repeat.lines.len();
        let (kind, title) = match lines {
            0 => (NoticeKind::Check, (words.nothing_taken)(&of)),
            _ => (NoticeKind::Done, (words.taken)(lines, &of)),
        };
        let left_out = told(words.left_out, repeat.left_out.iter().map(left_out).collect());
        let repriced = told(words.repriced, repeat.repriced.iter().map(repriced).collect());
        let back = Arc::clone(&repeat);
        let undo = (lines > 0).then(|| {
            view! { <button class="button quiet" type="button" on:click=move |_| undo(&back)>{words.undo}</button> }
        });
        Some(view! {
            <Notice kind title>
                {left_out}
                {repriced}
                <div class="actions">
                    <button class="button" type="button" on:click=move |_| taken.set(None)>{words.read}</button>
                    {undo}
                </div>
            </Notice>
        })
    }
}

/// A short list under its title; nothing where it is empty.
fn told(title: &'static str, each: Vec<String>) -> Option<impl IntoView> {
    let is_empty = each.is_empty();
    let each = each.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
    (!is_empty).then(|| view! { <p>{title}</p><ul role="list">{each}</ul> })
}

fn left_out(left_out: &LeftOut) -> String {
    let words = words().repeat();
    format!("{} ({})", left_out.name, (words.why)(left_out.why))
}

fn repriced(moved: &Repriced) -> String {
    let price = |price| offer_words::per_unit(price, &moved.unit);
    (words().repeat().price_moved)(&moved.name, &price(moved.then), &price(moved.now))
}
