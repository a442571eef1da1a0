//! « Catalogue »: search, filters, families, and quantities typed in the list itself.

mod filter_sheet;
mod finder;
mod offer_row;
mod question;
mod selection;
mod slip;

use std::sync::Arc;

use domain::{catalog::ProductFamily, pricing::MarginBase, time::Timestamp};
use leptos::prelude::*;

pub(crate) use filter_sheet::FilterSheet;
pub(crate) use question::Question;

use crate::{
    app::{Clock, filters},
    parts::{Drawing, Empty, Heading, Icon},
    screens::{draft::AnnouncedElsewhere, offer_words::drawing},
    state::{AppState, LoadedCatalog},
    wording::{numbers, words},
};
use finder::Finder;
use offer_row::OfferRow;
use question::PAGE;
use selection::{LaidOut, Selection, select};
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
    let laid_out = Memo::new(move |before: Option<&Option<LaidOut>>| {
        let loaded = state.catalog().read();
        let loaded = loaded.as_ref()?;
        Some(LaidOut::after(before.and_then(Option::as_ref), &loaded.catalog, &loaded.index))
    });
    let selection = Memo::new(move |_| {
        let loaded = state.catalog().read();
        let (Some(loaded), Some(laid_out)) = (loaded.as_ref(), laid_out.get()) else {
            return Arc::new(Selection::default());
        };
        let filters = question.filters.read();
        let text = question.text.read();
        Arc::new(select(
            &loaded.catalog,
            &loaded.index,
            &laid_out.shelves,
            &text,
            &filters,
            question.limit.get(),
        ))
    });
    let generation =
        Memo::new(move |_| laid_out.with(|laid_out| laid_out.as_ref().map_or(0, |l| l.generation)));
    request_animation_frame(move || state.catalog_is_usable());
    let families = move || laid_out.with(|laid_out| laid_out.as_ref().map(|l| l.shelves.families().to_vec()));
    let families = Signal::derive(move || families().unwrap_or_default());
    // The sheet comes when it is first opened, and stays: a dialog that closes gives the focus back.
    let were_open = Memo::new(move |before: Option<&bool>| {
        before.copied().unwrap_or_default() || question.filters_open.get()
    });
    let found = Signal::derive(move || selection.with(|selection| selection.total));
    view! {
        <div class="with-side">
            <div class="catalog">
                <Heading title=words().shell().catalog.to_owned()><Limits/></Heading>
                <Finder families/>
                <AnnouncedElsewhere/>
                <Found selection/>
                <For
                    each=move || selection.with(|s| s.shelves.iter().map(|shelf| shelf.family.clone()).collect::<Vec<_>>())
                    key=|family| family.code().to_owned()
                    children=move |family| view! { <Shelf family selection generation/> }
                />
                <More selection/>
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
    let cycle = Memo::new(move |_| {
        state.catalog().with(|loaded| loaded.as_ref().map(|loaded| loaded.catalog.cycle.clone()))
    });
    let limit = move || {
        cycle.get().map(|cycle| {
            let moment = numbers::moment(cycle.cut_off_at);
            if cycle.takes_orders_at(clock.now()) {
                (words.before)(&moment)
            } else {
                (words.closed_since)(&moment)
            }
        })
    };
    let stale_since = Memo::new(move |_| {
        let age = state
            .contact()
            .get()
            .confirmed_at
            .map_or(0, |confirmed: Timestamp| clock.now().since_ms(confirmed));
        (age > STALE_AFTER_MS).then(|| numbers::duration(age))
    });
    let age = move || {
        cycle.get().map(|cycle| {
            let moment = numbers::moment(cycle.published_at);
            match stale_since.get() {
                Some(since) => (words.list_unchecked)(&moment, &since),
                None => (words.list_of)(&moment),
            }
        })
    };
    view! {
        <div class="heading-notes end">
            <p class="cut-off"><Icon name="clock"/>{limit}</p>
            <p class="freshness" data-stale=move || stale_since.get().map(|_| "")>{age}</p>
        </div>
    }
}

/// How many answer, or why none does.
#[component]
fn Found(selection: Memo<Arc<Selection>>) -> impl IntoView {
    let question = expect_context::<Question>();
    let words = words().catalog();
    let said = move || {
        selection.with(|found| match (found.total, found.complete) {
            (0, _) => String::new(),
            (total, false) => (words.found_partly)(total),
            (total, true) => (words.found)(total, found.producers),
        })
    };
    let nothing =
        Memo::new(move |_| selection.with(|found| (found.total == 0).then_some(found.total_unfiltered)));
    let empty = move || {
        nothing.get().map(|without| {
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
fn Shelf(family: ProductFamily, selection: Memo<Arc<Selection>>, generation: Memo<u32>) -> impl IntoView {
    let state = expect_context::<AppState>();
    let id = format!("f-{}", family.code());
    let heading_id = id.clone();
    let total = {
        let family = family.clone();
        Memo::new(move |_| selection.with(|found| found.shelf(&family).map_or(0, |shelf| shelf.total)))
    };
    let name = (words().codes().family)(&family).to_owned();
    let picture = drawing(&family);
    let rows = move || {
        let generation = generation.get();
        let loaded = state.catalog().read_untracked();
        let revision = |document: u32| -> u32 {
            let offer = loaded.as_ref().and_then(|loaded| loaded.catalog.offers.get(document as usize));
            offer.map_or(0, |offer| offer.revision)
        };
        selection.with(|found| {
            let documents = found.shelf(&family).map(|shelf| shelf.documents.as_slice()).unwrap_or_default();
            documents.iter().map(|document| (generation, *document, revision(*document))).collect::<Vec<_>>()
        })
    };
    view! {
        <section class="family" aria-labelledby=id>
            <h2 class="family-heading" id=heading_id>
                <Drawing name=picture/>
                <span>{name}</span>
                <span class="family-count">{move || (words().shell().products)(total.get())}</span>
            </h2>
            <ul class="offers" role="list">
                <For each=rows key=|row| *row children=|(_, document, _)| row_of(document)/>
            </ul>
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
fn More(selection: Memo<Arc<Selection>>) -> impl IntoView {
    let question = expect_context::<Question>();
    let hidden = Memo::new(move |_| selection.with(|found| found.total - found.shown.min(found.total)));
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
