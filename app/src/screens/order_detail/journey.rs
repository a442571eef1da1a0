use domain::{order::OrderState, time::Timestamp};
use leptos::prelude::*;

use super::CallHub;
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
        done: matches!(entry.state, SendState::Saved | SendState::Received { .. }),
        check: matches!(entry.state, SendState::ToCheck { .. } | SendState::Refused { .. }),
    };
    let mut rungs = Vec::new();
    // Waiting and sending imply it; received does not say from which tablet.
    let saved = match entry.state {
        SendState::Waiting { .. } | SendState::Sending => Some(saved.unwrap_or(entry.at)),
        SendState::Saved => None,
        SendState::Received { .. } | SendState::ToCheck { .. } | SendState::Refused { .. } => saved,
    };
    if let Some(at) = saved {
        let saved = face(&SendState::Saved, now);
        let detail = numbers::moment(at);
        rungs.push(Rung { icon: saved.icon, title: saved.text, detail, done: true, check: false });
    }
    match &entry.state {
        SendState::Saved => rungs.push(Rung { detail: numbers::moment(entry.at), ..here }),
        SendState::Waiting { .. } | SendState::Sending => rungs.push(here),
        SendState::Received { .. } => rungs.push(here),
        SendState::ToCheck { reason, .. } | SendState::Refused { reason } => {
            let detail = (words.codes.reason)(reason).sentence.to_owned();
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
        if order.state == OrderState::Consolidated {
            rungs.push(Rung {
                icon: "lock",
                title: words.orders.consolidated.to_owned(),
                detail: words.orders.consolidated_body.to_owned(),
                done: true,
                check: false,
            });
        }
    }
    rungs
}
