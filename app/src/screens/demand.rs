//! « Demande consolidée »: by producer, product and day, from totals kept up to date as orders come in.

mod filtered;

use std::sync::Arc;

use domain::{
    cycle::CycleState,
    money::Amount,
    wire::desk::{DemandBoard, DemandLine, ProducerDemand},
};
use leptos::prelude::*;

use super::remote::{Remote, WATCHED, Watched};
use crate::{
    app::Route,
    parts::{Empty, Heading, PrintButton},
    screens::offer_words,
    state::{AppError, desk},
    wording::{numbers, words},
};
use filtered::{Wanted, filtered};

/// A page of rows.
const PAGE: usize = 150;

/// The whole screen.
#[component]
pub(crate) fn DemandScreen() -> impl IntoView {
    let watched = Watched::new(Some(WATCHED), demand);
    let words = words();
    let board = Memo::new(move |_| match watched.get() {
        Remote::Ready(board) => {
            board.as_ref().clone().filter(|board| !board.producers.is_empty()).map(Arc::new)
        }
        Remote::Loading | Remote::Failed(_) => None,
    });
    let week = move || board.with(|board| board.as_ref().map(|board| numbers::week(board.cycle.id)));
    let has_board = Memo::new(move |_| board.with(Option::is_some));
    let contents = move || {
        if has_board.get() {
            view! { <Board board/> }.into_any()
        } else {
            let nothing = move |_| {
                view! { <Empty drawing="autres" title=words.hub().no_demand><p>{words.hub().live}</p></Empty> }
            };
            watched.show(nothing).into_any()
        }
    };
    view! { <Heading title=words.shell().demand.to_owned()><p class="soft">{week}</p></Heading>{contents} }
}

/// The demand of the current cycle; `None` before the first price list.
async fn demand() -> Result<Option<DemandBoard>, AppError> {
    match desk::week().await?.cycle {
        Some(cycle) => desk::demand(cycle.id).await.map(Some),
        None => Ok(None),
    }
}

#[component]
fn Board(board: Memo<Option<Arc<DemandBoard>>>) -> impl IntoView {
    let all_words = words();
    let words = all_words.hub();
    let wanted = RwSignal::new(Wanted::default());
    let limit = RwSignal::new(PAGE);
    let is_closed = Memo::new(move |_| {
        let is_closed = |board: &Arc<DemandBoard>| matches!(board.cycle.state, CycleState::Closed { .. });
        board.with(|board| board.as_ref().is_some_and(is_closed))
    });
    let about = move || if is_closed.get() { words.final_figures } else { words.live };
    let shown = Memo::new(move |_| {
        board
            .with(|board| board.as_ref().map(|board| filtered(board, &wanted.read(), limit.get())))
            .unwrap_or_default()
    });
    let body = move || {
        let (board, shown) = (board.get()?, shown.get());
        if shown.total == 0 {
            return Some(view! { <tbody><tr><td>{words.no_match}</td></tr></tbody> }.into_any());
        }
        let rows = shown.groups.iter().filter_map(|group| {
            Some(group_rows(board.producers.get(group.producer)?, &group.lines, is_closed.get()))
        });
        Some(rows.collect_view().into_any())
    };
    let more = move || {
        let hidden = shown.with(|shown| shown.total - shown.shown.min(shown.total));
        (hidden > 0).then(|| view! {
            <button class="button wide" type="button" on:click=move |_| limit.update(|limit| *limit += PAGE)>
                {(words.more_rows)(&numbers::integer(hidden))}
            </button>
        })
    };
    let total = move |pick: fn(&DemandBoard) -> Amount| {
        move || board.with(|board| board.as_ref().map(|board| numbers::money(pick(board))))
    };
    view! {
        <div class="tools">
            <div class="field">
                <label for="demand-filter">{words.filter}</label>
                <input
                    class="input compact" id="demand-filter" type="search" autocomplete="off"
                    prop:value=move || wanted.with(|wanted| wanted.text.clone())
                    on:input=move |event| wanted.update(|wanted| wanted.text = event_target_value(&event))
                />
            </div>
            <label class="check-row">
                <input
                    type="checkbox"
                    prop:checked=move || wanted.with(|wanted| wanted.only_short)
                    on:change=move |event| wanted.update(|wanted| wanted.only_short = event_target_checked(&event))
                />
                {words.only_short}
            </label>
            <div class="row end">
                <PrintButton class="button compact"/>
            </div>
        </div>
        <p class="soft small">{about}</p>
        <div class="table-frame demand landscape" tabindex="0" role="region" aria-label=all_words.shell().demand>
            <table class="table">
                <caption>{words.demand_caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words.product}</th>
                        <th scope="col">{words.day}</th>
                        <th scope="col" class="number">{words.lines}</th>
                        <th scope="col" class="number">{words.asked}</th>
                        {move || is_closed.get().then(|| view! { <th scope="col" class="number">{words.granted}</th> })}
                        <th scope="col" class="number">{words.promised}</th>
                        <th scope="col" class="number">{words.gap}</th>
                        <th scope="col" class="number">{words.producer_amount}</th>
                        <th scope="col" class="number">{words.buyer_amount}</th>
                    </tr>
                </thead>
                {body}
                <tfoot>
                    <tr>
                        <th scope="row" colspan=move || columns_before_money(is_closed.get())>{words.total}</th>
                        <td class="number">{total(|board| board.producer_net)}</td>
                        <td class="number">{total(|board| board.buyer_net)}</td>
                    </tr>
                </tfoot>
            </table>
        </div>
        {more}
    }
}

/// A producer's rows, under its name; closed, its name leads to its sheet.
fn group_rows(demand: &ProducerDemand, lines: &[usize], is_closed: bool) -> impl IntoView + use<> {
    let words = words().hub();
    let ProducerDemand { producer, producer_net, buyer_net, .. } = demand;
    let name = format!("{} · {}", producer.name, producer.commune.name);
    let sheet = is_closed.then(|| {
        let name = (words.sheet_of)(&producer.name);
        view! { " "<a class="small no-print" href=Route::Sheet(producer.id).path() aria-label=name>{words.sheet}</a> }
    });
    let rows = lines
        .iter()
        .filter_map(|place| demand.lines.get(*place))
        .map(|line| row(line, is_closed))
        .collect_view();
    view! {
        <tbody>
            <tr class="group">
                <th scope="rowgroup" colspan=columns_before_money(is_closed)>{name}{sheet}</th>
                <td class="number">{numbers::money(*producer_net)}</td>
                <td class="number">{numbers::money(*buyer_net)}</td>
            </tr>
            {rows}
        </tbody>
    }
}

/// What is granted is known, and shown, only once orders are closed.
fn columns_before_money(is_closed: bool) -> &'static str {
    if is_closed { "7" } else { "6" }
}

fn row(line: &DemandLine, is_closed: bool) -> impl IntoView + use<> {
    let words = words().hub();
    let said = |quantity| numbers::quantity(quantity, &line.unit);
    let is_short = !line.short.is_zero();
    let gap = if is_short { (words.missing)(&said(line.short)) } else { words.enough.to_owned() };
    let promised = line.promised.map_or_else(|| words.unlimited.to_owned(), said);
    let granted = line.confirmed.map_or_else(|| "–".to_owned(), said);
    let granted = is_closed.then(|| view! { <td class="number">{granted}</td> });
    view! {
        <tr class=is_short.then_some("short")>
            <th scope="row">{line.name.clone()}<small>{offer_words::pack(line.pack, &line.unit)}</small></th>
            <td>{numbers::day(line.delivery_on)}</td>
            <td class="number">{numbers::integer(line.lines)}</td>
            <td class="number"><strong>{said(line.ordered)}</strong></td>
            {granted}
            <td class="number">{promised}</td>
            <td class=if is_short { "number shortage" } else { "number" }>{gap}</td>
            <td class="number">{numbers::money(line.producer_net)}</td>
            <td class="number">{numbers::money(line.buyer_net)}</td>
        </tr>
    }
}
