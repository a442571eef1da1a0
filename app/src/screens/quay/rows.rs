//! A day on the quay as rows: who is expected and who was here, who is to be loaded and who is.

use domain::{
    id::{Reference, SiteId},
    ordered::Map,
    quantity::Quantity,
    quay::{PageKey, Side},
    time::Timestamp,
};
use leptos::prelude::untrack;

use crate::{
    state::{
        AppState, SendState,
        goods::{PageHere, QuayDay},
    },
    wording::{numbers, words},
};

/// A producer that comes, or a kitchen that is loaded.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Its page.
    pub(super) page: PageKey,
    /// Who.
    pub(super) name: String,
    /// Where from, where to.
    pub(super) commune: String,
    /// How many products.
    pub(super) products: usize,
    /// Something was looked at here and is not recorded.
    pub(super) is_begun: bool,
    /// When something was last recorded.
    pub(super) said_at: Option<Timestamp>,
    /// How many products nobody spoke of yet.
    pub(super) left: usize,
    /// Of how many products it is not as confirmed.
    pub(super) gaps: usize,
    /// Two people say two things.
    pub(super) is_contested: bool,
    /// The last record was not kept.
    pub(super) is_refused: bool,
    /// Where the last record of this device stands that the server does not have.
    pub(super) waits: Option<SendState>,
    /// Everything was spoken of.
    pub(super) is_done: bool,
    /// What a kitchen gets less of, in words.
    pub(super) short: Vec<String>,
}

impl Row {
    /// « Pas encore arrivé », « Reçu 6 h 12 »
    pub(super) fn stands(&self) -> String {
        let words = words().quay();
        let is_out = matches!(self.page.side, Side::Out(_));
        match (self.said_at, is_out) {
            (None, false) => words.not_arrived.to_owned(),
            (None, true) => words.to_load.to_owned(),
            (Some(at), false) => (words.arrived_at)(&when(at, &self.page)),
            (Some(at), true) => (words.loaded_at)(&when(at, &self.page)),
        }
    }

    /// What a page says, of `products` with what was confirmed of each.
    fn of<'a>(
        state: AppState,
        page: PageKey,
        (name, commune): (String, String),
        here: Option<&PageHere>,
        products: impl Iterator<Item = (&'a Reference, Quantity)>,
    ) -> Self {
        let mut row = Self {
            page,
            name,
            commune,
            products: 0,
            is_begun: untrack(|| state.begun_page(&page)).is_some(),
            said_at: here.and_then(|here| here.page.last_said_at()),
            left: 0,
            gaps: 0,
            is_contested: false,
            is_refused: here.is_some_and(|here| here.refused.is_some()),
            waits: here.and_then(|here| here.waits.clone()),
            is_done: false,
            short: Vec::new(),
        };
        for (product, expected) in products {
            row.products += 1;
            let said = here.map(|here| here.page.said_of(product)).unwrap_or_default();
            row.is_contested |= said.len() > 1;
            match said.first() {
                None => row.left += 1,
                Some(standing) => {
                    let is_gap = standing.line.gap.is_some() || standing.line.quantity != expected;
                    row.gaps += usize::from(is_gap);
                }
            }
        }
        row.is_done = row.left == 0 && row.said_at.is_some();
        row
    }
}

/// « 6 h 12 » on the day itself, with its day otherwise.
fn when(at: Timestamp, page: &PageKey) -> String {
    if numbers::date_at(at) == Some(page.delivery_on) { numbers::clock(at) } else { numbers::moment(at) }
}

/// One row a producer.
pub(super) fn arrivals(state: AppState, day: &QuayDay) -> Vec<Row> {
    let row = |arrival: &domain::quay::Arrival| {
        let page = arrival.page();
        let label = (arrival.name.clone(), arrival.commune.clone());
        let products = arrival.products.iter().map(|product| (&product.reference, product.quantity));
        Row::of(state, page, label, day.page(&page), products)
    };
    day.arrivals.iter().map(row).collect()
}

/// One row a kitchen.
pub(super) fn departures(state: AppState, day: &QuayDay) -> Vec<Row> {
    let Some(first) = day.arrivals.first() else { return Vec::new() };
    let (cycle, delivery_on) = (first.cycle, first.delivery_on);
    let mut asked: Map<SiteId, Vec<(&Reference, Quantity)>> = Map::new();
    for product in day.arrivals.iter().flat_map(|arrival| &arrival.products) {
        for portion in product.portions.iter().filter(|portion| !portion.quantity.is_zero()) {
            let mut of_site = asked.remove(&portion.site).unwrap_or_default();
            of_site.push((&product.reference, portion.quantity));
            asked.insert(portion.site, of_site);
        }
    }
    let mut short = short_by_kitchen(day);
    let row = |(site, label): &(SiteId, domain::producer_sheet::SiteLabel)| {
        let page = PageKey { cycle, delivery_on, side: Side::Out(*site) };
        let label = (named(&label.name), label.commune.clone());
        let products = asked.get(site).into_iter().flatten().copied();
        let mut row = Row::of(state, page, label, day.page(&page), products);
        row.short = short.remove(site).unwrap_or_default();
        row
    };
    day.kitchens.iter().map(row).collect()
}

/// A kitchen by its name, and the word where this device was not told it.
pub(super) fn named(name: &str) -> String {
    if name.is_empty() { words().quay().nameless.to_owned() } else { name.to_owned() }
}

/// « Carotte : 45 kg sur 60 kg », kitchen by kitchen.
fn short_by_kitchen(day: &QuayDay) -> Map<SiteId, Vec<String>> {
    let words = words().quay();
    let mut by_kitchen: Map<SiteId, Vec<String>> = Map::new();
    for short in day.shortages() {
        for (site, gets) in &short.touched {
            let quantity = |quantity| numbers::quantity(quantity, &short.product.unit);
            let confirmed = short.product.portion_of(*site).unwrap_or_default();
            let said = (words.gets)(&short.product.name, &quantity(*gets), &quantity(confirmed));
            let mut of_site = by_kitchen.remove(site).unwrap_or_default();
            of_site.push(said);
            by_kitchen.insert(*site, of_site);
        }
    }
    by_kitchen
}
