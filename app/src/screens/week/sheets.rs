use domain::{cycle::CycleId, wire::desk::SheetSummary};
use leptos::prelude::*;

use crate::{
    app::Route,
    parts::Icon,
    screens::remote::Watched,
    state::desk,
    wording::{numbers, words},
};

/// The sheets of a closed cycle, producer by producer.
#[component]
pub(super) fn Sheets(cycle: CycleId) -> impl IntoView {
    let words = words().hub();
    let sheets = Watched::new(None, move || desk::sheets(cycle));
    let table = sheets.show(move |sheets| {
        let rows = sheets.iter().map(|sheet| row(cycle, sheet)).collect_view();
        view! {
            <div class="table-frame" tabindex="0" role="region" aria-label=words.step_sheets>
                <table class="table">
                    <caption class="unseen">{words.step_sheets}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{words.producer}</th>
                            <th scope="col">{words.commune}</th>
                            <th scope="col" class="number">{words.products}</th>
                            <th scope="col" class="number">{words.producer_amount}</th>
                            <th scope="col">{words.spreadsheet}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    view! { <section class="card stack"><div class="card-heading"><h2>{words.step_sheets}</h2></div>{table}</section> }
}

fn row(cycle: CycleId, sheet: &SheetSummary) -> impl IntoView + use<> {
    let name = (words().hub().sheet_of)(&sheet.name);
    view! {
        <tr>
            <th scope="row">
                <a href=Route::Sheet(sheet.producer).path() aria-label=name.clone()>{sheet.name.clone()}</a>
            </th>
            <td>{sheet.commune.clone()}</td>
            <td class="number">{numbers::integer(sheet.products)}</td>
            <td class="number">{numbers::money(sheet.amount)}</td>
            <td>
                <a href=desk::sheet_download(cycle, sheet.producer) download="" aria-label=name>
                    <Icon name="download" small=true/>" XLSX"
                </a>
            </td>
        </tr>
    }
}
