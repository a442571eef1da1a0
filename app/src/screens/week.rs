//! « Semaine »: the hub's board of the current cycle, what waits for a decision, and the close.

mod closing;
mod gaps;
mod harvests;
mod notes;
mod sheets;
mod tickets;

use std::sync::Arc;

use domain::{
    cycle::{CycleState, OrderCycle},
    time::Timestamp,
    wire::desk::WeekBoard,
};
use leptos::prelude::*;

use super::remote::{Remote, WATCHED, Watched};
use crate::{
    app::{Clock, Route},
    parts::{Empty, Heading},
    state::desk,
    wording::{numbers, words},
};
use closing::Closing;
use gaps::Gaps;
use harvests::Harvests;
use notes::Notes;
use sheets::Sheets;
use tickets::Tickets;

/// The whole screen.
#[component]
pub(crate) fn WeekScreen() -> impl IntoView {
    let board = Watched::new(Some(WATCHED), desk::week);
    let words = words();
    let cycle = Memo::new(move |_| match board.get() {
        Remote::Ready(board) => board.cycle.as_ref().map(|cycle| cycle.id),
        Remote::Loading | Remote::Failed(_) => None,
    });
    let title = move || match cycle.get() {
        Some(cycle) => (words.hub().week_title)(&cycle.week().to_string()),
        None => words.shell().week_board.to_owned(),
    };
    let days = move || cycle.get().map(numbers::week_days);
    let closed = Memo::new(move |_| match board.get() {
        Remote::Ready(board) => {
            board.cycle.as_ref().filter(|cycle| cycle.state != CycleState::Open).map(|cycle| cycle.id)
        }
        Remote::Loading | Remote::Failed(_) => None,
    });
    let sheets = move || closed.get().map(|cycle| view! { <Sheets cycle/> });
    let desk = move || {
        let cycle = cycle.get()?;
        Some(view! { <Tickets board/><Notes cycle/><Closing board/>{sheets}<Harvests/><Gaps/> })
    };
    view! {
        <Heading title=Signal::derive(title)><p class="soft">{days}</p></Heading>
        <div class="stack">
            {board.show(|answer| view! { <Board answer/> })}
            {desk}
        </div>
    }
}

/// Where the week stands, in words and figures.
#[component]
fn Board(answer: Arc<WeekBoard>) -> impl IntoView {
    let words = words().hub();
    let Some(cycle) = answer.cycle.clone() else {
        return view! {
            <Empty drawing="autres" title=words.no_cycle_title>
                <p>{words.no_cycle_body}</p>
                <a class="button primary" href=Route::PriceList.path()>{words.open_price_list}</a>
            </Empty>
        }
        .into_any();
    };
    view! { <Steps answer=Arc::clone(&answer) cycle/><Figures answer/> }.into_any()
}

/// The week as four slates on one shelf.
#[component]
fn Steps(answer: Arc<WeekBoard>, cycle: OrderCycle) -> impl IntoView {
    let words = words().hub();
    let clock = expect_context::<Clock>();
    let closed_at = match cycle.state {
        CycleState::Open => None,
        CycleState::Closed { closed_at } => Some(closed_at),
    };
    let is_closed = closed_at.is_some();
    let offers = (words.offers_and_producers)(count(answer.offers), count(answer.producers));
    let published = (words.published)(&numbers::moment(cycle.published_at));
    let cut_off = cycle.cut_off_at;
    let orders = match closed_at {
        Some(at) => (words.closed_on)(&numbers::moment(at)),
        None => (words.open_until)(&numbers::moment(cut_off)),
    };
    let left = move || (!is_closed).then(|| time_left(cut_off, clock.now()));
    let done = move || is_closed.then_some("");
    let then = if is_closed { words.computed } else { words.after_close };
    view! {
        <ol class="week-steps" role="list">
            <li class="week-step" data-done="">
                <h2>{words.step_offers}</h2><p>{offers}</p><p class="soft small">{published}</p>
            </li>
            <li class="week-step" data-done=done() aria-current=(!is_closed).then_some("step")>
                <h2>{words.step_orders}</h2><p>{orders}</p><p class="soft small">{left}</p>
            </li>
            <li class="week-step" data-done=done()>
                <h2>{words.step_sharing}</h2><p>{words.where_short}</p><p class="soft small">{then}</p>
            </li>
            <li class="week-step" data-done=done()>
                <h2>{words.step_sheets}</h2>
                <p>{(words.one_each)(count(answer.producers_with_demand))}</p>
                <p class="soft small">{then}</p>
            </li>
        </ol>
    }
}

/// « encore 2 h 14 »
fn time_left(cut_off: Timestamp, now: Timestamp) -> String {
    let words = words().hub();
    let left = cut_off.since_ms(now);
    if left > 0 { (words.still)(&numbers::duration(left)) } else { words.past_limit.to_owned() }
}

/// Counts of the network are small; on any device they fit.
pub(super) fn count(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

#[component]
fn Figures(answer: Arc<WeekBoard>) -> impl IntoView {
    let words = words().hub();
    view! {
        <dl class="figures">
            <Figure name=words.kitchens_ordered value=numbers::integer(answer.kitchens_with_orders)
                more=(words.of)(&numbers::integer(answer.kitchens))/>
            <Figure name=words.orders_net value=numbers::money(answer.net)/>
            <Figure name=words.lines_count value=numbers::integer(answer.lines)/>
            <Figure name=words.producers_asked value=numbers::integer(answer.producers_with_demand)
                more=(words.of)(&numbers::integer(answer.producers))/>
            <Figure name=words.shortages value=numbers::integer(answer.shortages) check={answer.shortages > 0}/>
            <Figure name=words.tickets_hub value=numbers::integer(answer.tickets_for_hub) check={answer.tickets_for_hub > 0}/>
            <Figure name=words.tickets_kitchens value=numbers::integer(answer.tickets_for_kitchens)/>
        </dl>
    }
}

/// A figure that counts, said in words below.
#[component]
pub(crate) fn Figure(
    /// What it counts.
    name: &'static str,
    /// The figure.
    value: String,
    /// What it is out of.
    #[prop(optional, into)]
    more: String,
    /// Something to look at.
    #[prop(optional)]
    check: bool,
) -> impl IntoView {
    let more = (!more.is_empty()).then(|| view! { <small>" "{more}</small> });
    // A long figure is written smaller, never cut.
    let is_long = value.chars().count() > 8;
    view! { <div data-check=check.then_some("") data-long=is_long.then_some("")><dt>{name}</dt><dd>{value}{more}</dd></div> }
}
