//! The sheet as the paper it becomes: one page to begin a day.

use domain::{
    id::SiteId,
    ordered::Map,
    producer_sheet::{ProducerSheet, SheetDay, SheetPortion, SheetProduct},
    sorting,
    wire::snapshot::HubCard,
};
use leptos::prelude::*;

use crate::{
    parts::{Icon, PrintButton},
    screens::offer_words,
    state::desk,
    wording::{numbers, words},
};

/// A producer's sheet, day by day, with what prints it and what downloads it.
#[component]
pub(crate) fn SheetPages(
    /// The sheet.
    sheet: ProducerSheet,
    /// Where goods go, when it is known here.
    hub: Option<HubCard>,
) -> impl IntoView {
    let all_words = words();
    let words = all_words.producer();
    let download = desk::sheet_download(sheet.cycle, sheet.producer.id);
    let pages = sheet.days.iter().map(|day| page(&sheet, day, hub.as_ref())).collect_view();
    let empty = sheet.days.is_empty().then(|| view! { <p>{words.empty_sheet}</p> });
    view! {
        <div class="row no-print">
            <span class="soft">{words.total}" "<strong>{numbers::money(sheet.amount)}</strong></span>
            <a class="button end" href=download download=""><Icon name="download"/>{words.download}</a>
            <PrintButton class="button primary"/>
        </div>
        {pages}
        {empty}
    }
}

fn page(sheet: &ProducerSheet, day: &SheetDay, hub: Option<&HubCard>) -> impl IntoView + use<> {
    let words = words().producer();
    let producer = &sheet.producer;
    let about =
        format!("{} · {}", producer.commune.name, (words.siret)(&numbers::siret(producer.siret.as_str())));
    let kitchens = kitchens(day);
    let running = (words.running)(&producer.name, &numbers::long_day(day.delivery_on));
    let addresses = hub.map(|hub| {
        view! {
            <div><h3>{words.deliver_to}</h3><p>{hub.name.clone()}</p></div>
            <div><h3>{words.contact}</h3><p>{numbers::phone(&hub.phone)}</p></div>
        }
    });
    view! {
        <article class="sheet-page">
            <header class="sheet-head">
                <div>
                    <p class="soft small">{(words.sheet_of)(&numbers::week(sheet.cycle))}</p>
                    <h2>{producer.name.clone()}</h2>
                    <p>{about}</p>
                </div>
                <p class="sheet-day">{words.delivery}<br/>{numbers::long_day(day.delivery_on)}</p>
            </header>
            <div class="sheet-addresses">
                {addresses}
                <div>
                    <h3>{words.closed_on}</h3>
                    <p>{numbers::moment(sheet.closed_at)}<br/>{(words.kitchens)(kitchens.len())}</p>
                </div>
            </div>
            <h3 class="sheet-part">{words.by_product}</h3>
            {by_product(day)}
            <h3 class="sheet-part">{words.by_kitchen}</h3>
            {by_kitchen(kitchens, running)}
            <div class="sheet-signatures"><div>{words.sign_producer}</div><div>{words.sign_quay}</div></div>
        </article>
    }
}

fn by_product(day: &SheetDay) -> impl IntoView + use<> {
    let words = words().producer();
    let rows = day
        .products
        .iter()
        .map(|product| {
            view! {
                <tr>
                    <th scope="row">{product.name.clone()}</th>
                    <td>{offer_words::pack(product.pack, &product.unit)}</td>
                    <td class="number"><strong>{numbers::number(product.packs)}</strong></td>
                    <td class="number">{numbers::quantity(product.quantity, &product.unit)}</td>
                    <td class="number">{numbers::unit_price(product.net_price)}</td>
                    <td class="number">{numbers::money(product.amount)}</td>
                    <td class="tick"></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="sheet-table">
            <thead>
                <tr>
                    <th scope="col">{words.product}</th>
                    <th scope="col">{words.pack}</th>
                    <th scope="col" class="number">{words.packs}</th>
                    <th scope="col" class="number">{words.quantity}</th>
                    <th scope="col" class="number">{words.net_price}</th>
                    <th scope="col" class="number">{words.amount}</th>
                    <th scope="col"><span class="unseen">{words.done}</span>"✓"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row" colspan="5">{words.total}</th>
                    <td class="number">{numbers::money(day.amount)}</td>
                    <td></td>
                </tr>
            </tfoot>
        </table>
    }
}

/// What a kitchen gets, product by product.
type KitchenPortions = (String, Vec<(SheetProduct, SheetPortion)>);

/// The day turned round: kitchen by kitchen, by name.
fn kitchens(day: &SheetDay) -> Vec<KitchenPortions> {
    let mut by_site: Map<(String, SiteId), KitchenPortions> = Map::new();
    for product in &day.products {
        for portion in &product.portions {
            let label = format!("{} · {}", portion.site_name, portion.commune);
            let key = (portion.site_name.clone(), portion.site);
            let entry = by_site.get_or_insert_with(key, || (label, Vec::new()));
            let head = SheetProduct { portions: Vec::new(), ..product.clone() };
            entry.1.push((head, portion.clone()));
        }
    }
    by_site.into_values().collect()
}

fn by_kitchen(kitchens: Vec<KitchenPortions>, running: String) -> impl IntoView {
    let all_words = words();
    let words = all_words.producer();
    let bodies = kitchens
        .into_iter()
        .map(|(name, portions)| {
            let numbers_of_orders = order_numbers(&portions);
            let rows = portions.into_iter().map(|(product, portion)| portion_row(&product, &portion)).collect_view();
            view! {
                <tbody class="keep-together">
                    <tr class="group"><th scope="rowgroup" colspan="5">{name}" · "{numbers_of_orders}</th></tr>
                    {rows}
                </tbody>
            }
        })
        .collect_view();
    view! {
        <table class="sheet-table">
            <thead>
                <tr class="running"><th colspan="5" scope="colgroup">{running}</th></tr>
                <tr>
                    <th scope="col">{words.product}</th>
                    <th scope="col">{words.pack}</th>
                    <th scope="col" class="number">{words.packs}</th>
                    <th scope="col" class="number">{words.quantity}</th>
                    <th scope="col"><span class="unseen">{words.done}</span>"✓"</th>
                </tr>
            </thead>
            {bodies}
        </table>
    }
}

fn order_numbers(portions: &[(SheetProduct, SheetPortion)]) -> String {
    let mut known: Vec<String> = portions.iter().map(|(_, portion)| portion.number.to_string()).collect();
    sorting::sort(&mut known);
    known.dedup();
    known.iter().map(|number| (words().shell().number)(number)).collect::<Vec<_>>().join(", ")
}

fn portion_row(product: &SheetProduct, portion: &SheetPortion) -> impl IntoView + use<> {
    let words = words().producer();
    let short = (portion.quantity < portion.ordered)
        .then(|| format!(" ({})", (words.asked_more)(&numbers::quantity(portion.ordered, &product.unit))));
    view! {
        <tr>
            <th scope="row">{product.name.clone()}</th>
            <td>{offer_words::pack(product.pack, &product.unit)}</td>
            <td class="number">{numbers::number(portion.packs)}</td>
            <td class="number">{numbers::quantity(portion.quantity, &product.unit)}{short}</td>
            <td class="tick"></td>
        </tr>
    }
}
