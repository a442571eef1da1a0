use domain::{cycle::OrderCycle, time::Timestamp};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    app::Clock,
    parts::{Notice, NoticeKind, Toasts},
    state::{AppState, Connectivity},
    wording::{numbers, words},
};

/// From this long before the cut-off on, time presses.
const NEAR_MS: i64 = 2 * 3_600_000;

/// What is to be said of the time that is left and of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pressure {
    /// Time enough, and a network.
    None,
    /// Time enough, no network since.
    Offline(Timestamp),
    /// The cut-off is near: this long.
    Soon(i64),
    /// The cut-off is near and there is no network.
    SoonOffline(Timestamp),
    /// It has passed.
    Late,
}

fn pressure(cycle: &OrderCycle, now: Timestamp, offline_since: Option<Timestamp>) -> Pressure {
    let left = cycle.cut_off_at.since_ms(now);
    match (cycle.takes_orders_at(now), offline_since) {
        (false, _) => Pressure::Late,
        (true, Some(_)) if left < NEAR_MS => Pressure::SoonOffline(cycle.cut_off_at),
        (true, Some(since)) => Pressure::Offline(since),
        (true, None) if left < NEAR_MS => Pressure::Soon(left.max(0)),
        (true, None) => Pressure::None,
    }
}

/// What presses, and the way out when the network does not come back: the hub's phone, and a text to send it.
#[component]
pub(crate) fn DeadlineNotice(
    /// The order as a text to send by hand.
    recap: Signal<String>,
) -> impl IntoView {
    let state = expect_context::<AppState>();
    let clock = expect_context::<Clock>();
    let words = words().draft();
    let presses = Memo::new(move |_| {
        let offline_since = match state.contact().get().connectivity {
            Connectivity::Offline { since } => Some(since),
            Connectivity::Online | Connectivity::Syncing => None,
        };
        state.catalog().with(|loaded| match loaded {
            Some(loaded) => pressure(&loaded.catalog.cycle, clock.now(), offline_since),
            None => Pressure::None,
        })
    });
    move || {
        match presses.get() {
        Pressure::None => ().into_any(),
        Pressure::Offline(since) => {
            let title = (words.offline_since)(&numbers::duration(clock.now().since_ms(since)));
            view! { <Notice kind=NoticeKind::Offline title><p>{words.offline_body}</p></Notice> }.into_any()
        }
        Pressure::Soon(left) => {
            let title = (words.soon_title)(&numbers::duration(left));
            view! { <Notice kind=NoticeKind::Plain title><p>{words.soon_body}</p></Notice> }.into_any()
        }
        Pressure::SoonOffline(cut_off) => view! {
            <Notice kind=NoticeKind::Check title=words.not_gone_title>
                <p>{(words.limit_at)(&numbers::moment(cut_off))}</p>
                <ByHand recap/>
            </Notice>
        }
        .into_any(),
        Pressure::Late => view! {
            <Notice kind=NoticeKind::Check title=words.late_title><p>{words.late_body}</p><ByHand recap/></Notice>
        }
        .into_any(),
    }
    }
}

/// Call the hub, or copy the order as a text.
#[component]
fn ByHand(recap: Signal<String>) -> impl IntoView {
    let state = expect_context::<AppState>();
    let toasts = expect_context::<Toasts>();
    let words = words().draft();
    let hub = state.catalog().with(|loaded| loaded.as_ref().map(|loaded| loaded.catalog.hub.clone()));
    let call = hub.filter(|hub| !hub.phone.is_empty()).map(|hub| {
        let number: String = hub.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        view! {
            <a class="button" href=format!("tel:{number}")>{(words.call)(&hub.name, &numbers::phone(&hub.phone))}</a>
        }
    });
    let copy = move |_| {
        let text = recap.get_untracked();
        spawn_local(async move {
            let promise = window().navigator().clipboard().write_text(&text);
            let copied = wasm_bindgen_futures::JsFuture::from(promise).await.is_ok();
            toasts.say(if copied { words.copied } else { words.not_copied }.to_owned());
        });
    };
    view! {
        <div class="actions">
            {call}
            <button class="button" type="button" on:click=copy>{words.copy_recap}</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use domain::{catalog::Weekdays, cycle::CycleState};

    use super::*;

    #[test]
    fn time_and_network_press_together() {
        let cut_off = 10 * NEAR_MS;
        let cycle = OrderCycle {
            id: "2026-W49".parse().unwrap(),
            opens_at: Timestamp(0),
            cut_off_at: Timestamp(cut_off),
            grace_ms: 60_000,
            delivery_days: Weekdays::default(),
            published_at: Timestamp(0),
            state: CycleState::Open,
        };
        let since = Timestamp(5);
        let at = |ms, offline| pressure(&cycle, Timestamp(ms), offline);
        assert_eq!(at(1, None), Pressure::None);
        assert_eq!(at(1, Some(since)), Pressure::Offline(since));
        assert_eq!(at(cut_off - 60_000, None), Pressure::Soon(60_000));
        assert_eq!(at(cut_off - 60_000, Some(since)), Pressure::SoonOffline(Timestamp(cut_off)));
        assert_eq!(at(cut_off + 30_000, None), Pressure::Soon(0), "the grace covers slow networks");
        assert_eq!(at(cut_off + 60_001, Some(since)), Pressure::Late);
    }
}
