use std::sync::Arc;

use domain::quay::{Bond, FoundLot, TracedKitchen};
use leptos::prelude::*;

use crate::{
    parts::{Badge, PrintButton},
    wording::{numbers, words},
};

/// What was found: each lot with its kitchens.
#[component]
pub(super) fn Found(lots: Arc<Vec<FoundLot>>) -> impl IntoView {
    let words = words().lots();
    if lots.is_empty() {
        return view! { <p>{words.nothing}</p> }.into_any();
    }
    let print = view! { <p class="row actions no-print"><PrintButton/></p> };
    let cards = lots.iter().map(card).collect_view();
    view! { <div class="stack">{print}{cards}</div> }.into_any()
}

fn card(lot: &FoundLot) -> impl IntoView + use<> {
    let words = words().lots();
    let title = format!("{} · {}", (words.lot)(lot.lot.code.as_str()), lot.product_name);
    let use_by = lot.lot.use_by.map(|day| format!(" · {}", (words.use_by)(&numbers::day_with_year(day))));
    let came = (words.came)(
        &numbers::quantity(lot.came, &lot.unit),
        &lot.producer_name,
        &numbers::day_with_year(lot.delivery_on),
    );
    let rows = lot.kitchens.iter().map(|kitchen| row(kitchen, lot)).collect_view();
    let table = if lot.kitchens.is_empty() {
        view! { <p class="soft">{words.nobody}</p> }.into_any()
    } else {
        view! {
            <div class="table-frame" tabindex="0" role="region" aria-label=title.clone()>
                <table class="table">
                    <caption class="unseen">{title.clone()}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{words.kitchen}</th>
                            <th scope="col">{words.certainty}</th>
                            <th scope="col" class="number">{words.quantity}</th>
                            <th scope="col">{words.note_head}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="card stack">
            <div><h2>{title}</h2><p class="soft">{came}{use_by}</p></div>
            {table}
        </section>
    }
}

fn row(kitchen: &TracedKitchen, lot: &FoundLot) -> impl IntoView + use<> {
    let words = words().lots();
    let (state, icon) = match kitchen.bond {
        Bond::Loaded => ("check", "warning"),
        Bond::OneOfSeveral | Bond::Meant => ("", "info"),
    };
    let note = kitchen.note.map(|number| (words.note)(&number.to_string()));
    view! {
        <tr>
            <th scope="row">{kitchen.name.clone()}<br/><span class="soft small">{kitchen.commune.clone()}</span></th>
            <td><Badge state icon text=(words.bond)(kitchen.bond)/></td>
            <td class="number">{numbers::quantity(kitchen.quantity, &lot.unit)}</td>
            <td>{note}</td>
        </tr>
    }
}
