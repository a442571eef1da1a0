//! Which offers are shown, in which order: search, filters, families, pages. Pure.

use std::sync::{Arc, OnceLock};

use domain::{
    catalog::{ProductFamily, QualitySign, Weekdays},
    cycle::{CycleId, OrderCycle},
    id::ProducerId,
    offer::Offer,
    pricing::Terms,
    search::{SearchIndex, fold},
    sorting,
    time::Date,
    wire::Catalog,
};

/// What the person wants to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Filters {
    /// One family only.
    pub family: Option<ProductFamily>,
    /// Every one of these signs.
    pub signs: Vec<QualitySign>,
    /// In season in the month of delivery.
    pub in_season: bool,
    /// One producer only.
    pub producer: Option<ProducerId>,
    /// Delivered that day.
    pub day: Option<Date>,
}

impl Filters {
    /// How many narrow the list, the family apart: it shows by itself.
    pub(crate) fn count(&self) -> usize {
        self.signs.len()
            + usize::from(self.in_season)
            + usize::from(self.producer.is_some())
            + usize::from(self.day.is_some())
    }

    /// Adds a sign, or takes it away.
    pub(crate) fn toggle(&mut self, sign: &QualitySign) {
        match self.signs.iter().position(|kept| kept == sign) {
            Some(at) => drop(self.signs.remove(at)),
            None => self.signs.push(sign.clone()),
        }
    }

    /// Whether an offer passes. `month` is the month of delivery, 1 to 12.
    fn keeps(&self, offer: &Offer, month: i8) -> bool {
        self.family.as_ref().is_none_or(|family| offer.family == *family)
            && self.producer.is_none_or(|producer| offer.producer == producer)
            && self.day.is_none_or(|day| offer.delivered_on(day.weekday()))
            && (!self.in_season || offer.season.contains(month))
            && self.signs.iter().all(|sign| offer.has_sign(sign))
    }
}

/// A catalogue laid out for the eyes: made once a price list, not once a keystroke.
#[derive(Debug)]
pub(crate) struct Shelves {
    /// Families in the order of the shelves.
    families: Vec<ProductFamily>,
    /// For each document, the place of its family in `families`.
    family_of: Vec<u8>,
    /// For each document, a small number of its producer.
    producer_of: Vec<u16>,
    producers: usize,
    /// Documents by family, then by name as one reads it, without accents.
    order: Vec<u32>,
}

impl Shelves {
    /// Lays out a catalogue.
    pub(crate) fn of(catalog: &Catalog) -> Self {
        let mut families: Vec<ProductFamily> =
            catalog.offers.iter().map(|offer| offer.family.clone()).collect();
        // The declared order of the variants is the order of the shelves; unknown families come last.
        sorting::sort(&mut families);
        families.dedup();
        let place = |family: &ProductFamily| families.binary_search(family).unwrap_or_default();
        let family_of: Vec<u8> = catalog
            .offers
            .iter()
            .map(|offer| u8::try_from(place(&offer.family)).unwrap_or(u8::MAX))
            .collect();
        let ids: Vec<&ProducerId> = catalog.producers.keys().collect();
        let producer_of = catalog
            .offers
            .iter()
            .map(|offer| {
                u16::try_from(ids.binary_search(&&offer.producer).unwrap_or(ids.len())).unwrap_or(u16::MAX)
            })
            .collect();
        let names: Vec<String> = catalog.offers.iter().map(|offer| fold(&offer.name)).collect();
        let mut order: Vec<u32> = (0..u32::try_from(catalog.offers.len()).unwrap_or(u32::MAX)).collect();
        sorting::sort_by(&mut order, |a, b| {
            let (a, b) = (*a as usize, *b as usize);
            family_of[a].cmp(&family_of[b]).then_with(|| names[a].cmp(&names[b])).then(a.cmp(&b))
        });
        Self { families, family_of, producer_of, producers: ids.len() + 1, order }
    }

    /// The families that hold something.
    pub(crate) fn families(&self) -> &[ProductFamily] {
        &self.families
    }
}

/// The offers of one family that are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shelf {
    /// The family.
    pub family: ProductFamily,
    /// How many answer, shown or not.
    pub total: usize,
    /// Those shown, as places in [`Catalog::offers`].
    pub documents: Vec<u32>,
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Selection {
    /// Family by family; searched, the family of the best answer first.
    pub shelves: Vec<Shelf>,
    /// How many offers are shown.
    pub shown: usize,
    /// How many answer.
    pub total: usize,
    /// How many would without the filters.
    pub total_unfiltered: usize,
    /// How many producers they have.
    pub producers: usize,
    /// Whether they answer every typed word.
    pub complete: bool,
}

impl Selection {
    /// The shelf of a family, when it shows something.
    pub(crate) fn shelf(&self, family: &ProductFamily) -> Option<&Shelf> {
        self.shelves.iter().find(|shelf| shelf.family == *family)
    }
}

/// What `text` and `filters` select, at most `limit` offers of it.
pub(crate) fn select<'i>(
    catalog: &Catalog,
    index: impl FnOnce() -> &'i SearchIndex,
    shelves: &Shelves,
    text: &str,
    filters: &Filters,
    limit: usize,
) -> Selection {
    let mut counted = Counted::new(shelves);
    let month = delivery_month(&catalog.cycle);
    let mut keep = |document: u32| {
        let kept = catalog.offers.get(document as usize).is_some_and(|offer| filters.keeps(offer, month));
        if kept {
            counted.add(document);
        }
        kept
    };
    let (documents, total_unfiltered, complete) = if text.trim().is_empty() {
        let kept: Vec<u32> = shelves.order.iter().copied().filter(|document| keep(*document)).collect();
        (kept, shelves.order.len(), true)
    } else {
        let found = index().search_filtered(text, limit, keep);
        (found.hits.iter().map(|hit| hit.document).collect(), found.total_unfiltered, found.complete)
    };
    let mut shown: Vec<Shelf> = Vec::new();
    for document in documents.into_iter().take(limit) {
        let place = shelves.family_of[document as usize];
        let family = &shelves.families[usize::from(place)];
        match shown.iter_mut().find(|shelf| shelf.family == *family) {
            Some(shelf) => shelf.documents.push(document),
            None => shown.push(Shelf {
                family: family.clone(),
                total: counted.by_family[usize::from(place)],
                documents: vec![document],
            }),
        }
    }
    Selection {
        shown: shown.iter().map(|shelf| shelf.documents.len()).sum(),
        shelves: shown,
        total: counted.total,
        total_unfiltered,
        producers: counted.producers.iter().filter(|seen| **seen).count(),
        complete,
    }
}

/// The month most of the week's goods are delivered in: that of the first delivery day.
fn delivery_month(cycle: &OrderCycle) -> i8 {
    cycle.delivery_dates().next().map_or(0, |date| date.month())
}

/// Counts of what passes the filters.
struct Counted<'s> {
    shelves: &'s Shelves,
    by_family: Vec<usize>,
    producers: Vec<bool>,
    total: usize,
}

impl<'s> Counted<'s> {
    fn new(shelves: &'s Shelves) -> Self {
        let by_family = vec![0; shelves.families.len()];
        Self { shelves, by_family, producers: vec![false; shelves.producers], total: 0 }
    }

    fn add(&mut self, document: u32) {
        let document = document as usize;
        self.by_family[usize::from(self.shelves.family_of[document])] += 1;
        if let Some(seen) = self.producers.get_mut(usize::from(self.shelves.producer_of[document])) {
            *seen = true;
        }
        self.total += 1;
    }
}

/// The day a row is about: the one asked for, else the one already ordered for, else the first possible.
pub(crate) fn day_of(
    possible: &[Date],
    asked: Option<Date>,
    ordered: impl IntoIterator<Item = Date>,
) -> Option<Date> {
    asked
        .filter(|day| possible.contains(day))
        .or_else(|| ordered.into_iter().next())
        .or_else(|| possible.first().copied())
}

/// The shelves of a price list, and what they were laid out from. A new `generation` means that no row of before may stay.
#[derive(Clone)]
pub(crate) struct LaidOut {
    /// The shelves.
    pub shelves: Arc<Shelves>,
    /// Raised by each new lay-out.
    pub generation: u32,
    texts: Arc<OnceLock<SearchIndex>>,
    terms: Terms,
    cycle: CycleId,
    delivery_days: Weekdays,
}

impl LaidOut {
    /// Lays out `catalog`, unless `before` already is that: quantities that move every minute move no shelf.
    pub(crate) fn after(
        before: Option<&Self>,
        catalog: &Catalog,
        texts: &Arc<OnceLock<SearchIndex>>,
    ) -> Self {
        if let Some(before) = before.filter(|before| before.still_holds(catalog, texts)) {
            return before.clone();
        }
        Self {
            shelves: Arc::new(Shelves::of(catalog)),
            generation: before.map_or(0, |before| before.generation.wrapping_add(1)),
            texts: Arc::clone(texts),
            terms: catalog.terms.clone(),
            cycle: catalog.cycle.id,
            delivery_days: catalog.cycle.delivery_days,
        }
    }

    fn still_holds(&self, catalog: &Catalog, texts: &Arc<OnceLock<SearchIndex>>) -> bool {
        Arc::ptr_eq(&self.texts, texts)
            && self.terms == catalog.terms
            && self.cycle == catalog.cycle.id
            && self.delivery_days == catalog.cycle.delivery_days
    }
}

/// What the list shows, and the lay-out it comes from.
#[derive(Clone, PartialEq, Default)]
pub(crate) struct Listing {
    /// `None` without a price list.
    pub laid_out: Option<LaidOut>,
    /// What is shown of it.
    pub selection: Arc<Selection>,
}

impl PartialEq for LaidOut {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shelves, &other.shelves)
    }
}

#[cfg(test)]
mod tests;
