use domain::{
    id::Reference,
    ordered::Map,
    quantity::Quantity,
    quay::{QuayPage, Shortage},
};
use leptos::prelude::*;

use crate::{
    app::Route,
    parts::Icon,
    state::goods::QuayDay,
    wording::{numbers, words},
};

/// With more than this they are folded away: what is on the quay comes first.
const SHOWN: usize = 6;

/// What is short of what was weighed so far, and whom it touches; what was loaded and never came in.
#[component]
pub(super) fn Shortages(known: Memo<QuayDay>) -> impl IntoView {
    let words = words().quay();
    move || {
        known.with(|known| {
            let short: Vec<_> = known.shortages().iter().map(line).collect();
            let beyond = beyond(known);
            let count = short.len();
            let missing = (count > 0).then(|| {
                view! {
                    <details class="quay-missing" open={count <= SHOWN}>
                        <summary><Icon name="warning"/><strong>{(words.missing)(count)}</strong></summary>
                        <ul role="list">{short}</ul>
                    </details>
                }
            });
            let beyond = (!beyond.is_empty()).then(|| view! { <ul role="list">{beyond}</ul> });
            (missing.is_some() || beyond.is_some()).then(|| {
                view! {
                    <section class="notice quay-notice" data-kind="check">{missing}{beyond}</section>
                }
            })
        })
    }
}

/// « Carotte 20 kg (Ferme des Trois Chênes) → touche 3 cuisines »
fn line(short: &Shortage<'_>) -> AnyView {
    let words = words().quay();
    let quantity = numbers::quantity(short.missing, &short.product.unit);
    let said = (words.missing_line)(&short.product.name, &quantity, &short.arrival.name);
    let touches = (words.touches)(short.touched.len());
    let page = Route::QuayPage(short.arrival.page());
    view! { <li><a href=page.path()>{said}</a>" → "{touches}</li> }.into_any()
}

fn beyond(known: &QuayDay) -> Vec<AnyView> {
    let words = words().quay();
    let mut loaded: Map<&Reference, Quantity> = Map::new();
    for line in known.pages_out().flat_map(QuayPage::counted) {
        let before = loaded.remove(&line.product).unwrap_or_default();
        loaded.insert(&line.product, before + line.quantity);
    }
    let products = known.arrivals.iter().flat_map(|arrival| {
        let page = known.page(&arrival.page()).map(|here| &here.page);
        arrival.products.iter().map(move |product| (product, page))
    });
    let said = products.filter_map(|(product, page)| {
        let loaded = loaded.get(&&product.reference)?;
        let beyond = loaded.less(page?.standing(&product.reference)?.quantity);
        (!beyond.is_zero()).then(|| {
            let said = (words.beyond)(&product.name, &numbers::quantity(beyond, &product.unit));
            view! { <li>{said}</li> }.into_any()
        })
    });
    said.collect()
}
