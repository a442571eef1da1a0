use domain::order::OrderState;
use leptos::prelude::*;

use super::CallHub;
use crate::{
    app::Clock,
    parts::Icon,
    screens::orders::face,
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
    let is_refused = matches!(entry.state, SendState::Refused { .. });
    let rungs = move || {
        rungs(&entry, clock.now())
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

fn rungs(entry: &OrderEntry, now: domain::time::Timestamp) -> Vec<Rung> {
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
    match &entry.state {
        SendState::Saved => rungs.push(Rung { detail: numbers::moment(entry.at), ..here }),
        SendState::Waiting { .. } | SendState::Sending => {
            let saved = face(&SendState::Saved, now);
            rungs.push(Rung {
                icon: saved.icon,
                title: saved.text,
                detail: numbers::moment(entry.at),
                done: true,
                check: false,
            });
            rungs.push(here);
        }
        SendState::Received { .. } => rungs.push(here),
        SendState::ToCheck { reason, .. } | SendState::Refused { reason } => {
            let detail = (words.codes.reason)(reason).sentence.to_owned();
            rungs.push(Rung { detail, ..here });
        }
    }
    if let EntryLines::Accepted(order) = &entry.lines {
        if !matches!(entry.state, SendState::Received { .. }) {
            let received = face(&SendState::Received { number: order.number, at: order.received_at }, now);
            rungs.insert(
                0,
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
