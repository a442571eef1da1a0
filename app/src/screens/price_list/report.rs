use domain::{
    money::UnitPrice,
    wire::desk::{ChangeKind, ImportReport, OfferChange, RefusedRow},
};
use leptos::prelude::*;

use crate::{
    parts::{Notice, NoticeKind},
    screens::week::Figure,
    wording::{numbers, words},
};

/// What a file changes, or changed: figures first, then each refused row and each change.
#[component]
pub(super) fn Report(name: String, report: ImportReport, is_published: bool) -> impl IntoView {
    let words = words().import();
    let accepted = usize::try_from(report.accepted).unwrap_or(usize::MAX);
    let (title, body) = if is_published {
        ((words.published_title)(accepted), words.published_body)
    } else {
        ((words.preview_title)(accepted, report.refused.len()), words.preview_body)
    };
    let kind = if is_published || report.refused.is_empty() { NoticeKind::Done } else { NoticeKind::Check };
    let changes = &report.changes;
    view! {
        <h2>{name}</h2>
        <Notice kind title><p>{body}</p></Notice>
        <dl class="figures">
            <Figure name=words.new value=numbers::integer(changes.new)/>
            <Figure name=words.price_up value=numbers::integer(changes.price_up)/>
            <Figure name=words.price_down value=numbers::integer(changes.price_down)/>
            <Figure name=words.other value=numbers::integer(changes.other)/>
            <Figure name=words.gone value=numbers::integer(changes.gone)/>
            <Figure name=words.unchanged value=numbers::integer(changes.unchanged)/>
        </dl>
        <div class="two-columns">
            <RefusedRows rows=report.refused/>
            <Changes rows=report.changes.rows/>
        </div>
    }
}

#[component]
fn RefusedRows(rows: Vec<RefusedRow>) -> impl IntoView {
    let all_words = words();
    let words = all_words.import();
    let table = if rows.is_empty() {
        view! { <p class="soft">{words.no_refused}</p> }.into_any()
    } else {
        let rows = rows
            .into_iter()
            .map(|row| {
                let cell =
                    (!row.value.is_empty()).then(|| view! { <span class="cell">{row.value}</span>" " });
                view! {
                    <tr>
                        <td class="number">{numbers::integer(row.line)}</td>
                        <td>{row.column}</td>
                        <td>{cell}{(all_words.import().cell_refusal)(&row.code)}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <div class="table-frame" tabindex="0" role="region" aria-label=words.refused_rows>
                <table class="table">
                    <caption class="unseen">{words.refused_rows}</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="number">{words.line}</th>
                            <th scope="col">{words.column}</th>
                            <th scope="col">{words.what_is_wrong}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { <div><h3>{words.refused_rows}</h3>{table}</div> }
}

#[component]
fn Changes(rows: Vec<OfferChange>) -> impl IntoView {
    let words = words().import();
    let table = if rows.is_empty() {
        view! { <p class="soft">{words.no_change}</p> }.into_any()
    } else {
        let rows = rows.iter().map(change_row).collect_view();
        view! {
            <div class="table-frame" tabindex="0" role="region" aria-label=words.changes>
                <table class="table">
                    <caption class="unseen">{words.changes}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{words.product}</th>
                            <th scope="col" class="number">{words.before}</th>
                            <th scope="col" class="number">{words.now}</th>
                            <th scope="col">{words.change}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { <div><h3>{words.changes}</h3>{table}</div> }
}

fn change_row(change: &OfferChange) -> impl IntoView + use<> {
    let words = words().import();
    let (class, before, now, said) = match &change.kind {
        ChangeKind::PriceUp { from, to } => {
            ("price-up", Some(*from), Some(*to), (words.up)(&moved(*from, *to)))
        }
        ChangeKind::PriceDown { from, to } => {
            ("price-down", Some(*from), Some(*to), (words.down)(&moved(*from, *to)))
        }
        ChangeKind::New => ("", None, None, words.is_new.to_owned()),
        ChangeKind::Gone => ("", None, None, words.is_gone.to_owned()),
        ChangeKind::Other => ("", None, None, words.is_other.to_owned()),
    };
    let price = |price: Option<UnitPrice>| price.map_or_else(|| "–".to_owned(), numbers::unit_price);
    view! {
        <tr>
            <th scope="row">{change.name.clone()}<br/><span class="soft small">{change.reference.to_string()}</span></th>
            <td class="number">{price(before)}</td>
            <td class="number">{price(now)}</td>
            <td class=class>{said}</td>
        </tr>
    }
}

/// How far a price moved, as a share of what it was.
fn moved(from: UnitPrice, to: UnitPrice) -> String {
    match numbers::share((to.euros() - from.euros()).abs(), from.euros()) {
        Some(share) => numbers::percent(share),
        None => numbers::unit_price(to),
    }
}
