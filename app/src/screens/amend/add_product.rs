//! « Ajouter un produit »: what the order does not hold yet, found by name.

use domain::{
    draft::{How, Prices},
    offer::Offer,
    order::LineKey,
    time::Date,
    wire::Catalog,
};
use leptos::prelude::*;

use crate::{
    parts::{Icon, Item, SearchBox, keyed_list},
    screens::{
        draft::DraftBoard,
        offer_words::{self, Signs},
    },
    state::AppState,
    wording::{numbers, words},
};

/// At most this many answers: a name or two letters more find the others.
const ANSWERS: usize = 8;

/// The search, and what answers it.
#[component]
pub(super) fn AddProduct() -> impl IntoView {
    let state = expect_context::<AppState>();
    let all_words = words();
    let text = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let loaded = state.catalog().read();
        let text = text.read();
        match loaded.as_ref() {
            Some(loaded) if !text.trim().is_empty() => {
                let hits = loaded.index().search_filtered(&text, ANSWERS, |_| true).hits;
                hits.into_iter().map(|hit| hit.document).collect()
            }
            _ => Vec::new(),
        }
    });
    let nothing = move || {
        let text = text.get();
        let empty = !text.trim().is_empty() && found.with(Vec::is_empty);
        empty.then(
            || view! { <p class="soft" role="status">{(all_words.catalog().nothing_for)(text.trim())}</p> },
        )
    };
    let answers = move || {
        let found = found.read();
        found.iter().map(|&document| Item::new(document.to_string(), move || answer(document))).collect()
    };
    view! {
        <section class="stack" aria-labelledby="add-product">
            <h2 id="add-product">{all_words.orders().add_product}</h2>
            <SearchBox name=all_words.catalog().search text on_type=Callback::new(move |typed| text.set(typed))/>
            {nothing}
            <ul class="lines" role="list" hidden=move || found.read().is_empty()>{keyed_list(answers)}</ul>
        </section>
    }
}

/// The row of the offer at this place of the list.
fn answer(document: u32) -> AnyView {
    let state = expect_context::<AppState>();
    let loaded = state.catalog().get_untracked();
    let offer = loaded.as_ref().and_then(|loaded| loaded.catalog.offers.get(document as usize));
    match (loaded.as_ref(), offer) {
        (Some(loaded), Some(offer)) => {
            view! { <Answer offer=offer.clone() catalog=&loaded.catalog/> }.into_any()
        }
        _ => ().into_any(),
    }
}

#[component]
fn Answer<'c>(offer: Offer, catalog: &'c Catalog) -> impl IntoView + use<> {
    let board = expect_context::<DraftBoard>();
    let all_words = words();
    let day: Option<Date> = offer.delivery_dates(&catalog.cycle).next();
    let is_promised = offer.promised.is_none_or(|promised| !promised.is_zero());
    let price = catalog.terms.buyer_price(offer.net_price);
    let name_id = format!("add-{}", offer.reference);
    let detail = [
        catalog.producer(offer.producer).map(|producer| producer.name.clone()),
        day.map(|day| (all_words.catalog().delivered_on)(&numbers::day(day))),
        Some(offer_words::pack(offer.pack, &offer.unit)),
        Some(offer_words::per_unit(price, &offer.unit)),
    ];
    let detail = detail.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let amount = numbers::money(offer_words::pack_price(price, offer.pack));
    let reference = StoredValue::new(offer.reference.clone());
    let is_in = Memo::new(move |_| {
        let view = board.view();
        let mut lines = view.iter().flat_map(|view| &view.groups).flat_map(|group| &group.lines);
        reference.with_value(|reference| lines.any(|line| line.key.offer == *reference))
    });
    let pack = offer.pack.content();
    let add = move |day| {
        board.set(LineKey { offer: reference.get_value(), delivery_on: day }, pack, How::Stepped);
    };
    let described_by = name_id.clone();
    let control = move || match day.filter(|_| is_promised) {
        _ if is_in.get() => {
            view! { <p class="badge"><Icon name="check" small=true/>{all_words.orders().in_order}</p> }
                .into_any()
        }
        Some(day) => view! {
            <button
                class="button compact"
                type="button"
                aria-describedby=described_by.clone()
                on:click=move |_| add(day)
            ><Icon name="plus"/>{all_words.catalog().add}</button>
        }
        .into_any(),
        None => {
            let why =
                if is_promised { all_words.catalog().not_this_week } else { all_words.catalog().sold_out };
            view! { <p class="badge"><Icon name="close" small=true/>{why}</p> }.into_any()
        }
    };
    view! {
        <li class="line">
            <div class="line-what"><h3 class="line-name" id=name_id>{offer.name}</h3><Signs signs=offer.signs/></div>
            <div class="line-detail">{detail}</div>
            <div class="line-control">{control}</div>
            <p class="line-amount">{amount}</p>
        </li>
    }
}
