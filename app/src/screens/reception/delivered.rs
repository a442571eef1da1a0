//! The lines of a delivery as goods to look at, and what becomes of them: said of order lines, kept as a reception.

use domain::{
    order::{LineStatus, Order, OrderLine},
    quay::Departure,
    reception::{Label, LineRecord, delivered_on, received_lines},
    time::Date,
};
use futures_util::FutureExt;
use leptos::prelude::*;

use crate::{
    screens::handling::{
        checked::{Begun, Checked, own_name},
        goods::{Goods, Lots, SaidLine, proposed_class},
    },
    state::{AppState, BegunReception, EntryLines, Unloaded},
    wording::{numbers, words},
};

/// What came, line by line: as the quay loaded it where it said so, else as confirmed.
pub(super) fn goods(state: AppState, order: &Order, day: Date, departure: Option<&Departure>) -> Vec<Goods> {
    delivered_on(order, day)
        .map(|line| goods_of(state, line, departure.filter(|_| is_alone(state, order, line))))
        .collect()
}

fn goods_of(state: AppState, line: &OrderLine, departure: Option<&Departure>) -> Goods {
    let words = words().reception();
    let loaded = departure.and_then(|departure| departure.line(&line.key.offer));
    let about = loaded.map(|loaded| {
        let quantity = |quantity| numbers::quantity(quantity, &line.unit);
        if loaded.loaded == line.counted() {
            (words.quay_loaded)(&quantity(loaded.loaded))
        } else {
            (words.quay_loaded_of)(&quantity(loaded.loaded), &quantity(line.counted()))
        }
    });
    let proposed = departure.and_then(|departure| departure.received_as(line));
    Goods {
        name: line.name.clone(),
        unit: line.unit.clone(),
        pack: line.pack,
        expected: line.counted(),
        about: about.into_iter().collect(),
        proposed: proposed.unwrap_or_else(|| LineRecord::conforming(line)).into(),
        class: proposed_class(state, &line.key.offer),
        lots: Lots::One,
    }
}

/// Whether the kitchen has no other line of that product that day: what was loaded is not told apart by orders.
fn is_alone(state: AppState, order: &Order, line: &OrderLine) -> bool {
    state.told().with_untracked(|told| {
        let others = told.orders.iter().filter_map(|entry| match &entry.lines {
            EntryLines::Accepted(other) if other.id != order.id && other.cycle == order.cycle => Some(other),
            EntryLines::Accepted(_) | EntryLines::Submitted(_) => None,
        });
        others
            .filter_map(|other| other.line(&line.key))
            .all(|other| other.status != LineStatus::Accepted || other.counted().is_zero())
    })
}

/// Opens what was begun; else what is recorded already, to be corrected; else nothing.
pub(super) fn checked(state: AppState, order: &Order, day: Date) -> Checked {
    let begun = state.begun_reception(order.id, day).map(|begun| Begun {
        handled_by: begun.received_by,
        seen: begun.seen,
        lines: begun.lines.into_iter().map(SaidLine::from).collect(),
    });
    let id = order.id;
    let keep = Callback::new(move |begun: Begun| {
        let begun = BegunReception {
            received_by: begun.handled_by,
            seen: begun.seen,
            lines: begun.lines.into_iter().map(LineRecord::from).collect(),
        };
        async move { state.keep_reception(id, day, begun).await.is_ok() }.boxed_local()
    });
    Checked::open(begun, || recorded(state, order, day), keep)
}

/// What is on screen before anybody touches it: what is recorded, and by which records.
fn recorded(state: AppState, order: &Order, day: Date) -> Begun {
    let reception = untrack(|| state.received(order, day)).reception;
    let lines = received_lines(order, &reception);
    let lines = lines.iter().filter_map(|line| line.standing().cloned().map(SaidLine::from)).collect();
    Begun { handled_by: own_name(state), seen: reception.record_ids(), lines }
}

/// What to record, signed: the lines that are not said so already.
pub(super) fn unloaded(
    state: AppState,
    begun: Begun,
    received_by: Label,
    order: &Order,
    day: Date,
) -> Unloaded {
    let reception = untrack(|| state.received(order, day)).reception;
    let mut lines: Vec<_> = begun.lines.into_iter().map(LineRecord::from).collect();
    lines.retain(|line| {
        let standing = reception.said_of(&line.offer);
        !matches!(&standing[..], [only] if only.line == line)
    });
    Unloaded { received_by, seen: begun.seen, lines }
}
