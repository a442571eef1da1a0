use domain::time::Timestamp;
use leptos::prelude::*;

use crate::{
    app::Clock,
    parts::Badge,
    state::SendState,
    wording::{numbers, words},
};

/// A state as it is shown: its look, its sign, its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StateFace {
    /// The look.
    pub look: &'static str,
    /// The sign.
    pub icon: &'static str,
    /// The words.
    pub text: String,
}

/// How a state is shown at `now`.
pub(crate) fn face(state: &SendState, now: Timestamp) -> StateFace {
    let all_words = words();
    let words = all_words.orders();
    let (look, icon, text) = match state {
        SendState::Saved => ("local", "check", words.saved.to_owned()),
        SendState::Waiting { offline_since: None } => ("waiting", "clock", words.waiting.to_owned()),
        SendState::Waiting { offline_since: Some(since) } => {
            ("waiting", "clock", (words.waiting_offline)(&numbers::duration(now.since_ms(*since))))
        }
        SendState::Sending => ("sending", "send", words.sending.to_owned()),
        SendState::Received { number, at } => {
            ("received", "check-double", received(&number.to_string(), *at, now))
        }
        SendState::ToCheck { reason, .. } => {
            ("check", "warning", (words.to_check)(all_words.reason(reason).short))
        }
        SendState::Withdrawn { number, at } => ("refused", "trash", withdrawn(&number.to_string(), *at, now)),
        SendState::Refused { reason } => {
            ("refused", "close", (words.refused)(all_words.reason(reason).short))
        }
    };
    StateFace { look, icon, text }
}

fn withdrawn(number: &str, at: Timestamp, now: Timestamp) -> String {
    let words = words().orders();
    let clock = numbers::clock(at);
    if numbers::same_day(at, now) {
        (words.withdrawn)(&clock, number)
    } else {
        (words.withdrawn_on)(&numbers::day_at(at), &clock, number)
    }
}

fn received(number: &str, at: Timestamp, now: Timestamp) -> String {
    let words = words().orders();
    let clock = numbers::clock(at);
    if numbers::same_day(at, now) {
        (words.received)(&clock, number)
    } else {
        (words.received_on)(&numbers::day_at(at), &clock, number)
    }
}

/// Where an order stands.
#[component]
pub(crate) fn StateBadge(state: SendState) -> impl IntoView {
    let clock = expect_context::<Clock>();
    move || {
        let StateFace { look, icon, text } = face(&state, clock.now());
        view! { <Badge state=look icon text/> }
    }
}
