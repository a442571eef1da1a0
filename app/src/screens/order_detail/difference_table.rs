use domain::{
    draft::Prices,
    order::{LineChange, Order},
    quantity::{Quantity, Unit},
};
use leptos::prelude::*;

use crate::{
    state::AppState,
    wording::{numbers, words},
};

/// A line's name and unit: as the order holds them, else as the list of now says.
pub(super) fn known_as(change: &LineChange, order: Option<&Order>) -> (String, Option<Unit>) {
    if let Some(line) = order.and_then(|order| order.line(&change.key)) {
        return (line.name.clone(), Some(line.unit.clone()));
    }
    expect_context::<AppState>().catalog().with_untracked(|loaded| {
        match loaded.as_ref().and_then(|loaded| loaded.catalog.offer(&change.key.offer)) {
            Some(offer) => (offer.name.clone(), Some(offer.unit.clone())),
            None => (change.key.offer.to_string(), None),
        }
    })
}

/// A quantity with its unit, when that is known.
pub(super) fn said(quantity: Quantity, unit: Option<&Unit>) -> String {
    match unit {
        Some(unit) => numbers::quantity(quantity, unit),
        None => numbers::number(quantity.value()),
    }
}

/// The lines on which two states of an order differ, side by side.
#[component]
pub(super) fn Differences(
    /// In key order.
    changes: Vec<LineChange>,
    /// The order, when there is one.
    order: Option<Order>,
    /// What the two columns are.
    heads: [&'static str; 2],
) -> impl IntoView {
    let words = words().orders();
    let rows = changes
        .iter()
        .map(|change| {
            let (name, unit) = known_as(change, order.as_ref());
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td class="date">{numbers::day(change.key.delivery_on)}</td>
                    <td class="number">{said(change.before, unit.as_ref())}</td>
                    <td class="number">{said(change.after, unit.as_ref())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-frame">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{words.product}</th>
                        <th scope="col">{words.day}</th>
                        <th scope="col" class="number">{heads[0]}</th>
                        <th scope="col" class="number">{heads[1]}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
