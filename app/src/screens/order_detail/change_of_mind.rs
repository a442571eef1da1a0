//! What a kitchen can still do with an order it sent: change its quantities, withdraw it. Until when, and what waits.

use domain::{
    cycle::OrderCycle,
    draft::DraftLine,
    id::DraftId,
    order::{Order, changes},
    time::Timestamp,
};
use leptos::{prelude::*, task::spawn_local};

use super::{CallHub, difference_table::Differences};
use crate::{
    app::{Clock, Route},
    parts::{Dialog, Icon, Notice, NoticeKind, Toasts},
    screens::problem::{Problem, Said, not_recorded},
    state::{AppState, OrderChange, OrderEntry, SendState, Wanted},
    wording::{numbers, words},
};

/// Changes recorded here that the order does not show yet, or that were refused.
#[component]
pub(super) fn Changes(entry: OrderEntry, order: Order) -> impl IntoView {
    let mut before = order.asked();
    entry
        .changes
        .iter()
        .map(|change| {
            let shown = view! { <Change change=change.clone() before=before.clone() order=order.clone()/> };
            if let Wanted::Lines(wanted) = &change.wanted {
                before = wanted.asked();
            }
            shown
        })
        .collect_view()
}

#[component]
fn Change(change: OrderChange, before: Vec<DraftLine>, order: Order) -> impl IntoView {
    let all_words = words();
    let words = all_words.orders();
    let refused = match &change.state {
        SendState::Refused { reason } => Some(all_words.reason(reason)),
        _ => None,
    };
    let (kind, title, sentence) = match (&refused, &change.wanted) {
        (None, Wanted::Nothing) => {
            (NoticeKind::Plain, words.withdrawal_waiting.to_owned(), words.change_waits)
        }
        (None, Wanted::Lines(_)) => {
            (NoticeKind::Plain, words.amendment_waiting.to_owned(), words.change_waits)
        }
        (Some(why), Wanted::Nothing) => {
            (NoticeKind::Check, (words.withdrawal_refused)(why.short), why.sentence)
        }
        (Some(why), Wanted::Lines(_)) => {
            (NoticeKind::Check, (words.amendment_refused)(why.short), why.sentence)
        }
    };
    let differences = match change.wanted {
        Wanted::Lines(wanted) => Some(view! {
            <Differences
                changes=changes(&before, &wanted.asked())
                order=Some(order)
                heads=[words.before, words.after]
            />
        }),
        Wanted::Nothing => None,
    };
    view! { <Notice kind title><p>{sentence}</p>{differences}</Notice> }
}

/// Whether the order may still be changed, and what to say when not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Open,
    /// The cut-off of its week has passed.
    Passed(Timestamp),
    /// Its week is not the one at hand any more.
    OtherWeek,
}

fn door(order: &Order, cycle: Option<&OrderCycle>, now: Timestamp) -> Door {
    match cycle.filter(|cycle| cycle.id == order.cycle) {
        Some(cycle) if cycle.takes_orders_at(now) => Door::Open,
        Some(cycle) => Door::Passed(cycle.cut_off_at),
        None => Door::OtherWeek,
    }
}

/// « Modifier la commande », « Retirer la commande »; both closed, and why, once the cut-off has passed.
#[component]
pub(super) fn ChangeOfMind(entry: OrderEntry, order: Order) -> impl IntoView {
    let state = expect_context::<AppState>();
    let clock = expect_context::<Clock>();
    let words = words().orders();
    let draft = entry.draft;
    let asking = RwSignal::new(false);
    let kept = StoredValue::new(order.clone());
    let door = Memo::new(move |_| {
        let cycle = state.catalog().with(|loaded| loaded.as_ref().map(|loaded| loaded.catalog.cycle.clone()));
        kept.with_value(|order| door(order, cycle.as_ref(), clock.now()))
    });
    let closed = Memo::new(move |_| door.get() != Door::Open);
    let why = move || {
        let said = match door.get() {
            Door::Open => return None,
            Door::Passed(cut_off) => (words.closed_to_changes)(&numbers::moment(cut_off)),
            Door::OtherWeek => words.closed_week.to_owned(),
        };
        Some(view! { <p class="soft" id="door-closed">{said}</p><div class="actions"><CallHub/></div> })
    };
    let amend = move || {
        if closed.get() {
            view! {
                <button class="button" type="button" aria-disabled="true" aria-describedby="door-closed">
                    <Icon name="list"/>{words.amend}
                </button>
            }
            .into_any()
        } else {
            view! { <a class="button" href=Route::Amend(draft).path()><Icon name="list"/>{words.amend}</a> }
                .into_any()
        }
    };
    let is_begun = state.begun_change(draft).is_some_and(|begun| begun.lines != begun.seen.lines);
    let begun =
        move || (is_begun && !closed.get()).then(|| view! { <p class="soft">{words.change_begun}</p> });
    let ask = move |_| {
        if !closed.get_untracked() {
            asking.set(true);
        }
    };
    view! {
        <section class="card stack" aria-label=words.amend>
            <div class="row actions">
                {amend}
                <button
                    class="button"
                    type="button"
                    aria-disabled=move || closed.get().then_some("true")
                    aria-describedby=move || closed.get().then_some("door-closed")
                    on:click=ask
                ><Icon name="trash"/>{words.withdraw}</button>
            </div>
            {begun}
            {why}
            <Question asking draft lines=entry.asked(&order).lines.len() order/>
        </section>
    }
}

/// Where the withdrawal stands.
#[derive(Clone)]
enum Withdrawing {
    Ready,
    Running,
    Failed(Said),
}

/// Says what will happen and until when, then records it.
#[component]
fn Question(asking: RwSignal<bool>, draft: DraftId, lines: usize, order: Order) -> impl IntoView {
    let state = expect_context::<AppState>();
    let toasts = expect_context::<Toasts>();
    let words = words().orders();
    let withdrawing = RwSignal::new(Withdrawing::Ready);
    let will = (words.withdraw_will)(lines, &numbers::money(order.totals.net));
    let until = move || {
        let loaded = state.catalog().get()?;
        Some((words.withdraw_until)(&numbers::moment(loaded.catalog.cycle.cut_off_at)))
    };
    let run = move |_| {
        if matches!(withdrawing.get_untracked(), Withdrawing::Running) {
            return;
        }
        withdrawing.set(Withdrawing::Running);
        spawn_local(async move {
            match state.withdraw(draft).await {
                Ok(()) => {
                    asking.set(false);
                    toasts.say(words.saved.to_owned());
                }
                Err(error) => withdrawing.set(Withdrawing::Failed(not_recorded(&error))),
            }
        });
    };
    let problem = move || match withdrawing.get() {
        Withdrawing::Failed(said) => Some(view! { <Problem said/> }),
        Withdrawing::Ready | Withdrawing::Running => None,
    };
    view! {
        <Dialog open=asking on_close=move |()| asking.set(false) label=words.withdraw_question>
            <h2>{words.withdraw_question}</h2>
            <p>{will}</p>
            <p>{until}</p>
            <p class="soft">{words.withdraw_final}</p>
            {problem}
            <div class="actions">
                <button class="button" type="button" on:click=move |_| asking.set(false)>{words.keep_order}</button>
                <button class="button primary" type="button" on:click=run>
                    <Icon name="trash"/>{words.withdraw}
                </button>
            </div>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use domain::{catalog::Weekdays, cycle::CycleState, order::OrderState, pricing::Totals};

    use super::*;

    #[test]
    fn the_door_closes_with_the_week_and_says_since_when() {
        let cycle = OrderCycle {
            id: "2026-W49".parse().unwrap(),
            opens_at: Timestamp(0),
            cut_off_at: Timestamp(1_000),
            grace_ms: 100,
            delivery_days: Weekdays::default(),
            published_at: Timestamp(0),
            state: CycleState::Open,
        };
        let draft = DraftId::usual(domain::id::SiteId(uuid::Uuid::nil()), cycle.id, 0);
        let order = Order {
            id: domain::id::OrderId::of_draft(draft),
            draft,
            number: domain::order::OrderNumber { year: 2026, sequence: 1 },
            site: domain::id::SiteId(uuid::Uuid::nil()),
            cycle: cycle.id,
            received_at: Timestamp(0),
            state: OrderState::Accepted,
            lines: Vec::new(),
            totals: Totals::default(),
            header: Default::default(),
            amendments: Vec::new(),
        };
        let at = |ms| door(&order, Some(&cycle), Timestamp(ms));
        assert_eq!([at(1_100), at(1_101)], [Door::Open, Door::Passed(Timestamp(1_000))]);
        let next = OrderCycle { id: "2026-W50".parse().unwrap(), ..cycle.clone() };
        assert_eq!(door(&order, Some(&next), Timestamp(1)), Door::OtherWeek);
        assert_eq!(door(&order, None, Timestamp(1)), Door::OtherWeek);
    }
}
