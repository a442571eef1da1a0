use domain::{
    order::{Amendment, LineChange, Order, OrderState},
    quantity::Quantity,
    time::Timestamp,
};
use leptos::prelude::*;

use super::{
    CallHub,
    difference_table::{known_as, said},
};
use crate::{
    app::Clock,
    parts::Icon,
    screens::orders::{SavedHere, face},
    state::{EntryLines, OrderEntry, SendState},
    wording::{numbers, words},
};

/// A step an order has made, or stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rung {
    icon: &'static str,
    title: String,
    detail: String,
    /// Behind us; the last one may be what we stand on.
    done: bool,
    check: bool,
}

/// The steps made so far. Steps to come are not named: a word on this page is true.
#[component]
pub(super) fn Journey(entry: OrderEntry) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let saved = expect_context::<SavedHere>().at(entry.draft);
    let is_refused = matches!(entry.state, SendState::Refused { .. });
    let rungs = move || {
        rungs(&entry, saved, clock.now())
            .into_iter()
            .map(|rung| {
                view! {
                    <li data-done=rung.done.then_some("") data-check=rung.check.then_some("")>
                        <span class="rung"><Icon name=rung.icon/></span>
                        <strong>{rung.title}</strong>
                        <span class="soft">{rung.detail}</span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <ol class="ladder" role="list">{rungs}</ol>
        {is_refused.then(|| view! { <div class="row actions"><CallHub/></div> })}
    }
}

fn rungs(entry: &OrderEntry, saved: Option<Timestamp>, now: Timestamp) -> Vec<Rung> {
    let words = words();
    let stands = face(&entry.state, now);
    let here = Rung {
        icon: stands.icon,
        title: stands.text,
        detail: String::new(),
        done: matches!(
            entry.state,
            SendState::Saved | SendState::Received { .. } | SendState::Withdrawn { .. }
        ),
        check: matches!(entry.state, SendState::ToCheck { .. } | SendState::Refused { .. }),
    };
    let mut rungs = Vec::new();
    // Waiting and sending imply it; received does not say from which tablet.
    let saved = match entry.state {
        SendState::Waiting { .. } | SendState::Sending => Some(saved.unwrap_or(entry.at)),
        SendState::Saved => None,
        SendState::Received { .. }
        | SendState::ToCheck { .. }
        | SendState::Refused { .. }
        | SendState::Withdrawn { .. } => saved,
    };
    if let Some(at) = saved {
        let saved = face(&SendState::Saved, now);
        let detail = numbers::moment(at);
        rungs.push(Rung { icon: saved.icon, title: saved.text, detail, done: true, check: false });
    }
    match &entry.state {
        SendState::Saved => rungs.push(Rung { detail: numbers::moment(entry.at), ..here }),
        SendState::Waiting { .. } | SendState::Sending => rungs.push(here),
        SendState::Received { .. } | SendState::Withdrawn { .. } => rungs.push(here),
        SendState::ToCheck { reason, .. } | SendState::Refused { reason } => {
            let detail = words.reason(reason).sentence.to_owned();
            rungs.push(Rung { detail, ..here });
        }
    }
    if let EntryLines::Accepted(order) = &entry.lines {
        if !matches!(entry.state, SendState::Received { .. }) {
            let received = face(&SendState::Received { number: order.number, at: order.received_at }, now);
            let place = rungs.len().saturating_sub(1);
            rungs.insert(
                place,
                Rung {
                    icon: received.icon,
                    title: received.text,
                    detail: String::new(),
                    done: true,
                    check: false,
                },
            );
        }
        // Before what it came to: the order was received, then changed.
        let place = if matches!(entry.state, SendState::Received { .. }) {
            rungs.len()
        } else {
            rungs.len().saturating_sub(1)
        };
        rungs.splice(place..place, order.amendments.iter().map(|amendment| amended(amendment, order)));
        if order.state == OrderState::Consolidated {
            rungs.push(Rung {
                icon: "lock",
                title: words.orders().consolidated.to_owned(),
                detail: words.orders().consolidated_body.to_owned(),
                done: true,
                check: false,
            });
        }
    }
    rungs
}

/// « Modification reçue … », and what it changed.
fn amended(amendment: &Amendment, order: &Order) -> Rung {
    let words = words().orders();
    let change = |change: &LineChange| {
        let (name, unit) = known_as(change, Some(order));
        let quantity = |quantity: Quantity| said(quantity, unit.as_ref());
        let after = if change.after.is_zero() { words.left_out.to_owned() } else { quantity(change.after) };
        format!("{name}\u{a0}: {} → {after}", quantity(change.before))
    };
    Rung {
        icon: "list",
        title: (words.amendment_received)(&numbers::moment(amendment.received_at)),
        detail: amendment.changes.iter().map(change).collect::<Vec<_>>().join(" · "),
        done: true,
        check: false,
    }
}
