//! « Catalogue »: search, filters, families, and quantities typed in the list itself.

mod filter_sheet;
mod finder;
mod offer_row;
mod question;
mod selection;
mod slip;

use std::sync::Arc;

use domain::{catalog::ProductFamily, pricing::MarginBase};
use leptos::prelude::*;

pub(crate) use filter_sheet::FilterSheet;
pub(crate) use question::Question;

use crate::{
    app::{Clock, filters},
    parts::{Drawing, Empty, Heading, Item, keyed_list},
    screens::{cut_off::CutOff, draft::AnnouncedElsewhere, offer_words::drawing},
    state::{AppState, LoadedCatalog},
    wording::{numbers, words},
};
use finder::Finder;
use offer_row::OfferRow;
use question::PAGE;
use selection::{LaidOut, Listing, select};
use slip::CatalogSlip;

/// A catalogue nobody confirmed for longer than this is shown as old.
const STALE_AFTER_MS: i64 = 24 * 3_600_000;

/// The whole screen.
#[component]
pub(crate) fn CatalogScreen() -> impl IntoView {
    let catalog = expect_context::<AppState>().catalog();
    let is_there = Memo::new(move |_| catalog.with(Option::is_some));
    let words = words().catalog();
    move || {
        if is_there.get() {
            view! { <List/> }.into_any()
        } else {
            view! {
                <Heading title=crate::wording::words().shell().catalog.to_owned()/>
                <Empty drawing="fruits-legumes" title=words.none_yet><p>{words.none_yet_body}</p></Empty>
            }
            .into_any()
        }
    }
}

#[component]
fn List() -> impl IntoView {
    let state = expect_context::<AppState>();
    let question = expect_context::<Question>();
    let listing = Memo::new(move |before: Option<&Listing>| {
        let loaded = state.catalog().read();
        let Some(loaded) = loaded.as_ref() else { return Listing::default() };
        let before = before.and_then(|before| before.laid_out.as_ref());
        let laid_out = LaidOut::after(before, &loaded.catalog, &loaded.texts);
        let (text, filters) = (question.text.read(), question.filters.read());
        let limit = question.limit.get();
        let shelves = &laid_out.shelves;
        let selection = select(&loaded.catalog, || loaded.index(), shelves, &text, &filters, limit);
        Listing { laid_out: Some(laid_out), selection: Arc::new(selection) }
    });
    request_animation_frame(move || state.catalog_is_shown());
    let families = Memo::new(move |_| {
        let listing = listing.read();
        listing.laid_out.as_ref().map(|laid_out| laid_out.shelves.families().to_vec()).unwrap_or_default()
    });
    let shelves = move || {
        let families =
            listing.read().selection.shelves.iter().map(|shelf| shelf.family.clone()).collect::<Vec<_>>();
        families
            .into_iter()
            .map(|family| Item::new(family.code().to_owned(), move || view! { <Shelf family listing/> }))
            .collect()
    };
    // The sheet comes when it is first opened, and stays: a dialog that closes gives the focus back.
    let were_open = Memo::new(move |before: Option<&bool>| {
        before.copied().unwrap_or_default() || question.filters_open.get()
    });
    let found = Signal::derive(move || listing.read().selection.total);
    view! {
        <div class="with-side">
            <div class="catalog">
                <Heading title=words().shell().catalog.to_owned()><Limits/></Heading>
                <Finder families=families.into()/>
                <AnnouncedElsewhere/>
                <Found listing/>
                {keyed_list(shelves)}
                <More listing/>
                <Terms/>
            </div>
            <CatalogSlip/>
        </div>
        {move || were_open.get().then(|| filters(found))}
    }
}

/// Before when, and how old the list is: never far from prices.
#[component]
fn Limits() -> impl IntoView {
    let state = expect_context::<AppState>();
    let clock = expect_context::<Clock>();
    let words = words().catalog();
    let stale_since = move || {
        let confirmed_at = state.contact().get().confirmed_at?;
        let age = clock.now().since_ms(confirmed_at);
        (age > STALE_AFTER_MS).then(|| numbers::duration(age))
    };
    let age = move || {
        state.catalog().with(|loaded| {
            let moment = numbers::moment(loaded.as_ref()?.catalog.cycle.published_at);
            Some(match stale_since() {
                Some(since) => (words.list_unchecked)(&moment, &since),
                None => (words.list_of)(&moment),
            })
        })
    };
    view! {
        <CutOff><p class="freshness" data-stale=move || stale_since().map(|_| "")>{age}</p></CutOff>
    }
}

/// How many answer, or why none does.
#[component]
fn Found(listing: Memo<Listing>) -> impl IntoView {
    let question = expect_context::<Question>();
    let words = words().catalog();
    let said = move || {
        let found = &listing.read().selection;
        match (found.total, found.complete) {
            (0, _) => String::new(),
            (total, false) => (words.found_partly)(total),
            (total, true) => (words.found)(total, found.producers),
        }
    };
    let empty = move || {
        let found = Arc::clone(&listing.read().selection);
        (found.total == 0).then(|| {
            let without = found.total_unfiltered;
            let text = question.text.get();
            let title = if text.trim().is_empty() {
                words.nothing.to_owned()
            } else {
                (words.nothing_for)(text.trim())
            };
            let filtered = question.filters.with(|filters| filters.count() > 0 || filters.family.is_some());
            let way_out = (filtered && without > 0).then(|| {
                view! {
                    <p>{(words.without_filters)(without)}</p>
                    <button class="button" type="button" on:click=move |_| question.clear_filters()>
                        {words.remove_filters}
                    </button>
                }
            });
            let hint = way_out.is_none().then(|| view! { <p>{words.other_words}</p> });
            view! { <Empty drawing="fruits-legumes" title>{way_out}{hint}</Empty> }
        })
    };
    view! { <p class="found" role="status">{said}</p>{empty} }
}

/// One family and its offers.
#[component]
fn Shelf(family: ProductFamily, listing: Memo<Listing>) -> impl IntoView {
    let state = expect_context::<AppState>();
    let id = format!("f-{}", family.code());
    let heading_id = id.clone();
    let total = {
        let family = family.clone();
        Memo::new(move |_| listing.read().selection.shelf(&family).map_or(0, |shelf| shelf.total))
    };
    let name = (words().codes().family)(&family).to_owned();
    let picture = drawing(&family);
    // A row stays as long as it says the same of the same offer.
    let rows = move || {
        let listing = listing.read();
        let loaded = state.catalog().read_untracked();
        let generation = listing.laid_out.as_ref().map_or(0, |laid_out| laid_out.generation);
        let offers = loaded.as_ref().map(|loaded| loaded.catalog.offers.as_slice()).unwrap_or_default();
        let shelf = listing.selection.shelf(&family);
        let documents = shelf.map(|shelf| shelf.documents.as_slice()).unwrap_or_default();
        let row = |&document: &u32| {
            let revision = offers.get(document as usize).map_or(0, |offer| offer.revision);
            Item::new(format!("{generation} {document} {revision}"), move || row_of(document))
        };
        documents.iter().map(row).collect()
    };
    view! {
        <section class="family" aria-labelledby=id>
            <h2 class="family-heading" id=heading_id>
                <Drawing name=picture/>
                <span>{name}</span>
                <span class="family-count">{move || (words().shell().products)(total.get())}</span>
            </h2>
            <ul class="offers" role="list">{keyed_list(rows)}</ul>
        </section>
    }
}

/// The row of the offer at this place of the list.
fn row_of(document: u32) -> AnyView {
    let state = expect_context::<AppState>();
    let loaded: Option<Arc<LoadedCatalog>> = state.catalog().get_untracked();
    let offer = loaded.as_ref().and_then(|loaded| loaded.catalog.offers.get(document as usize));
    match (loaded.as_ref(), offer) {
        (Some(loaded), Some(offer)) => {
            view! { <OfferRow offer=offer.clone() catalog=&loaded.catalog document/> }.into_any()
        }
        _ => ().into_any(),
    }
}

/// The next page of rows: never two thousand at once, never by scrolling alone.
#[component]
fn More(listing: Memo<Listing>) -> impl IntoView {
    let question = expect_context::<Question>();
    let hidden = Memo::new(move |_| {
        let found = &listing.read().selection;
        found.total - found.shown.min(found.total)
    });
    // While one types, the rest of the first page follows by itself: no button appears for an instant.
    let is_settled = move || question.limit.get() >= PAGE;
    move || {
        (hidden.get() > 0 && is_settled()).then(|| {
            view! {
                <p class="row actions">
                    <button class="button wide" type="button" on:click=move |_| question.show_more()>
                        {(words().catalog().more)(&numbers::integer(hidden.get()))}
                    </button>
                </p>
            }
        })
    }
}

/// How prices are made: printed on every price list.
#[component]
fn Terms() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().catalog();
    let said = move || {
        state.catalog().with(|loaded| {
            let terms = &loaded.as_ref()?.catalog.terms;
            let rate = numbers::rate(terms.margin);
            let margin = match terms.margin_base {
                MarginBase::OnCost => (words.margin_on_cost)(&rate),
                MarginBase::OnPrice => (words.margin_on_price)(&rate),
            };
            let transport = !terms.transport.percent().is_zero();
            let transport = transport.then(|| (words.and_transport)(&numbers::rate(terms.transport)));
            Some(match transport {
                Some(transport) => format!("{margin}, {transport}."),
                None => format!("{margin}."),
            })
        })
    };
    view! { <p class="found">{said}</p> }
}
