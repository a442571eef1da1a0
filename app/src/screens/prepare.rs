//! « À préparer »: once orders are closed what to harvest, with its answer, and the sheet; until then what is asked so far.

mod harvest;

use std::sync::Arc;

use domain::{cycle::CycleState, draft::Prices, producer_sheet::ProducerSheet, wire::desk::ProducerDemand};
use leptos::prelude::*;

use harvest::ToHarvest;

use super::sheet::SheetPages;
use crate::{
    parts::{Empty, Field, Heading, Notice, NoticeKind},
    state::AppState,
    wording::{numbers, words},
};

/// The whole screen.
#[component]
pub(crate) fn PrepareScreen() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words();
    // What is shown: a sheet by its place, newest first; before the close, what is asked so far comes first.
    let chosen = RwSignal::new(0_usize);
    let running = Memo::new(move |_| {
        state.catalog().with(|loaded| {
            let cycle = loaded.as_ref()?.catalog.cycle();
            (cycle.state == CycleState::Open).then(|| numbers::moment(cycle.cut_off_at))
        })
    });
    let so_far = move || {
        let cut_off = running.get()?;
        let demand = state.told().with(|told| told.producer.demand());
        let demand = demand.filter(|demand| !demand.lines.is_empty());
        Some(view! { <SoFar cut_off demand/> })
    };
    let hub = move || state.catalog().with(|loaded| loaded.as_ref().map(|loaded| loaded.catalog.hub.clone()));
    let all = Memo::new(move |_| Arc::new(state.told().with(|told| told.producer.sheets())));
    let sheet_at_hand =
        move |sheets: &[ProducerSheet]| sheets.get(chosen.get()).or_else(|| sheets.first()).cloned();
    let weeks = move || {
        let sheets = all.get();
        (!sheets.is_empty()).then(|| view! { <Weeks sheets chosen/> })
    };
    // What is being answered stays under the thumb while its own answer comes back: only another week replaces it.
    let week = Memo::new(move |_| all.with(|sheets| sheet_at_hand(sheets).map(|sheet| sheet.cycle)));
    let to_harvest = move || {
        week.get()?;
        let sheet = all.with_untracked(|sheets| untrack(|| sheet_at_hand(sheets)))?;
        Some(view! { <ToHarvest sheet/> })
    };
    let sheets = move || {
        let sheet = all.with(|sheets| sheet_at_hand(sheets))?;
        Some(view! { <SheetPages sheet hub=hub()/> })
    };
    let nothing = move || {
        (running.get().is_none() && all.with(|sheets| sheets.is_empty())).then(|| {
            view! {
                <Empty drawing="autres" title=words.producer().no_sheet_title><p>{words.producer().no_sheet_body}</p></Empty>
            }
        })
    };
    view! {
        <Heading title=words.shell().to_prepare.to_owned()/>
        <div class="stack">{so_far}{weeks}{to_harvest}{sheets}{nothing}</div>
    }
}

/// Which week's sheet, when there are several.
#[component]
fn Weeks(sheets: Arc<Vec<ProducerSheet>>, chosen: RwSignal<usize>) -> impl IntoView {
    (sheets.len() > 1).then(|| {
        let options = sheets
            .iter()
            .enumerate()
            .map(|(place, sheet)| {
                let selected = place == chosen.get_untracked();
                view! { <option value=place.to_string() selected=selected>{numbers::week(sheet.cycle)}</option> }
            })
            .collect_view();
        view! {
            <div class="no-print">
                <Field id="week" label=words().producer().which_week>
                    <select
                        class="input" id="week"
                        on:change=move |event| chosen.set(event_target_value(&event).parse().unwrap_or_default())
                    >{options}</select>
                </Field>
            </div>
        }
    })
}

/// What is asked before the close.
#[component]
fn SoFar(cut_off: String, demand: Option<ProducerDemand>) -> impl IntoView {
    let words = words().producer();
    let table = match demand {
        Some(demand) => view! { <SoFarTable demand/> }.into_any(),
        None => view! { <p class="soft">{words.no_sheet_body}</p> }.into_any(),
    };
    view! {
        <Notice kind=NoticeKind::Plain title=words.before_close_title>
            <p>{(words.before_close_body)(&cut_off)}</p>
        </Notice>
        {table}
    }
}

#[component]
fn SoFarTable(demand: ProducerDemand) -> impl IntoView {
    let all_words = words();
    let words = all_words.producer();
    let rows = demand
        .lines
        .iter()
        .map(|line| {
            view! {
                <tr>
                    <th scope="row">{line.name.clone()}</th>
                    <td class="date">{numbers::day(line.delivery_on)}</td>
                    <td class="number">{numbers::number(line.pack.count(line.ordered))}</td>
                    <td class="number">{numbers::quantity(line.ordered, &line.unit)}</td>
                    <td class="number">{numbers::money(line.producer_net)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label=words.so_far>
            <table class="table">
                <caption>{words.provisional}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words.product}</th>
                        <th scope="col">{all_words.hub().day}</th>
                        <th scope="col" class="number">{words.packs}</th>
                        <th scope="col" class="number">{words.quantity}</th>
                        <th scope="col" class="number">{words.amount}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row" colspan="4">{words.total_so_far}</th>
                        <td class="number">{numbers::money(demand.producer_net)}</td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
}
