//! The quay: what producers bring in the morning, and what leaves for the kitchens the same morning. There is no stock.
//!
//! ```text
//! confirmed (the sheets) ─► goods in, a producer and day ─► goods out, a kitchen and day ─► reception in the kitchen
//!                              weighed, lot, temperature       shared anew where less came
//! ```
//!
//! Both sides are pages of one book, written as receptions are ([`records`](crate::records)): once, corrected by naming, never
//! summed. A lot is written on the way in; on the way out a product carries the lots that came, or those that are named.

mod trace;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    allocation::{Request, share_all},
    cycle::CycleId,
    id::{HubId, ProducerId, RecordId, Reference, SiteId},
    order::OrderNumber,
    producer_sheet::{ProducerSheet, SheetDay, SheetProduct},
    quantity::{Pack, Quantity, Unit},
    reception::{Gap, GapReason, Label, Objection, cold::Measure, objection},
    records::{self, Record, Said, Standing},
    time::{Date, Timestamp},
};

pub use trace::{Bond, FoundLot, TracedKitchen, kitchens_of};

/// A page speaks of at most this many products.
pub const MAX_PRODUCTS: usize = 500;
/// A product comes in at most this many lots a morning.
pub const MAX_LOTS: usize = 20;

/// A batch, as its label names it: what is called back when something is wrong with it (Regulation (EC) No 178/2002,
/// article 18).
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lot {
    /// What the label says.
    pub code: Label,
    /// Until when it can be used.
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = Date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_by: Option<Date>,
}

/// Which page of the day.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// What a producer brings.
    In(ProducerId),
    /// What leaves for a kitchen.
    Out(SiteId),
}

/// What names a page of the quay's book.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PageKey {
    /// Of which week.
    pub cycle: CycleId,
    /// The day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// Which side, whose.
    pub side: Side,
}

impl PageKey {
    /// What names it in the hub's feed: what is old comes first.
    #[must_use]
    pub fn name(&self) -> String {
        let Self { cycle, delivery_on, side } = self;
        match side {
            Side::In(producer) => format!("{delivery_on}/{cycle}/in/{producer}"),
            Side::Out(site) => format!("{delivery_on}/{cycle}/out/{site}"),
        }
    }
}

/// What one record says of one product.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuayLine {
    /// The product, by its offer.
    pub product: Reference,
    /// What came in and was kept, or what was loaded, in the offer's unit.
    pub quantity: Quantity,
    /// Why it is not what was expected; `None` when it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
    /// Its lots; on the way out those that were named, all that came when none was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<Lot>,
    /// What the thermometer said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measure>,
}

impl QuayLine {
    /// As expected.
    #[must_use]
    pub fn conforming(product: Reference, expected: Quantity) -> Self {
        Self { product, quantity: expected, gap: None, lots: Vec::new(), measured: None }
    }

    /// What forbids to record it where so much was expected, if anything does.
    #[must_use]
    pub fn objection(&self, expected: Quantity) -> Option<Objection> {
        objection(self.quantity, expected, self.gap.as_ref(), self.measured.as_ref())
    }

    /// Each lot once, and not more of them than a morning brings.
    fn has_sound_lots(&self) -> bool {
        let codes = self.lots.iter().map(|lot| &lot.code);
        let twice =
            codes.clone().enumerate().any(|(at, code)| codes.clone().take(at).any(|other| other == code));
        !twice && self.lots.len() <= MAX_LOTS
    }
}

impl Said for QuayLine {
    fn about(&self) -> &Reference {
        &self.product
    }
}

/// What passed over the quay, said by who handled it: `quay.record@1`. Written once; a correction is another one.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordQuay {
    /// Its own identifier: said again by a copied outbox it counts once, and a correction names it.
    pub record: RecordId,
    /// Whose quay.
    pub hub: HubId,
    /// Which page.
    pub page: PageKey,
    /// Who weighed or loaded, by their name.
    pub handled_by: Label,
    /// Records it takes the place of, on the products it speaks of: those that were seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supersedes: Vec<RecordId>,
    /// Product by product, each at most once.
    pub lines: Vec<QuayLine>,
}

/// A page of the quay's book.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuayPage {
    /// What names it.
    pub key: PageKey,
    /// The number of the delivery note, on the way out: per kitchen and year, unbroken; none until the server gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
    /// What was said, in the order it arrived.
    pub records: Vec<Record<QuayLine>>,
}

impl QuayPage {
    /// Nothing said yet.
    #[must_use]
    pub fn empty(key: PageKey) -> Self {
        Self { key, number: None, records: Vec::new() }
    }

    /// Takes in a record, said at `recorded_at` by its device's clock. `false`: it was known.
    pub fn hear(&mut self, said: &RecordQuay, recorded_at: Timestamp) -> bool {
        let record = Record {
            id: said.record,
            received_by: said.handled_by.clone(),
            recorded_at,
            supersedes: said.supersedes.clone(),
            lines: said.lines.clone(),
        };
        records::hear(&mut self.records, record)
    }

    /// What is said of a product, what counts first.
    #[must_use]
    pub fn said_of(&self, product: &Reference) -> Vec<Standing<'_, QuayLine>> {
        records::said_of(&self.records, product)
    }

    /// What counts of a product; `None` while nobody said anything.
    #[must_use]
    pub fn standing(&self, product: &Reference) -> Option<&QuayLine> {
        self.said_of(product).first().map(|standing| standing.line)
    }

    /// Everything that counts, in the order of the products' references.
    #[must_use]
    pub fn counted(&self) -> Vec<&QuayLine> {
        let lines = self.records.iter().flat_map(|record| &record.lines);
        let products: std::collections::BTreeSet<_> = lines.map(|line| &line.product).collect();
        products.into_iter().filter_map(|product| self.standing(product)).collect()
    }

    /// The last time anybody said anything, as their device believed.
    #[must_use]
    pub fn last_said_at(&self) -> Option<Timestamp> {
        self.records.iter().map(|record| record.recorded_at).max()
    }
}

/// What a kitchen is to get of a product.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuayPortion {
    /// Which kitchen.
    pub site: SiteId,
    /// All its orders of that day together.
    pub quantity: Quantity,
}

/// A product that a producer is to bring on a day.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrivingProduct {
    /// Its offer.
    pub reference: Reference,
    /// Its name.
    pub name: String,
    /// What it is counted in.
    pub unit: Unit,
    /// Its pack.
    pub pack: Pack,
    /// What was confirmed, all kitchens together.
    pub quantity: Quantity,
    /// Kitchen by kitchen.
    pub portions: Vec<QuayPortion>,
}

/// What a producer is to bring on a day: what a hub's devices are told of its sheet.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Of which week.
    pub cycle: CycleId,
    /// The day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// Who.
    pub producer: ProducerId,
    /// Their name.
    pub name: String,
    /// Their commune.
    pub commune: String,
    /// Whether they answered for that day.
    pub answered: bool,
    /// What, in name order. What nobody gets is not there.
    pub products: Vec<ArrivingProduct>,
}

impl ArrivingProduct {
    fn of(product: &SheetProduct) -> Self {
        let mut portions: BTreeMap<SiteId, Quantity> = BTreeMap::new();
        for portion in product.portions.iter().filter(|portion| !portion.quantity.is_zero()) {
            let sum = portions.entry(portion.site).or_insert(Quantity::ZERO);
            *sum = [*sum, portion.quantity].into_iter().sum();
        }
        Self {
            reference: product.reference.clone(),
            name: product.name.clone(),
            unit: product.unit.clone(),
            pack: product.pack,
            quantity: product.quantity,
            portions: portions.into_iter().map(|(site, quantity)| QuayPortion { site, quantity }).collect(),
        }
    }

    /// What a kitchen was confirmed of it.
    #[must_use]
    pub fn portion_of(&self, site: SiteId) -> Option<Quantity> {
        self.portions.iter().find(|portion| portion.site == site).map(|portion| portion.quantity)
    }

    /// What a kitchen gets of what came: what it was confirmed, or by the rule of the cut-off its share of what there is.
    /// The shares sum to what came.
    #[must_use]
    pub fn share_of(&self, site: SiteId, came: Quantity) -> Quantity {
        let wanted: Vec<_> = self
            .portions
            .iter()
            .map(|portion| Request { key: portion.site, quantity: portion.quantity })
            .collect();
        let shares = share_all(came, self.pack, &wanted);
        let own = self.portions.iter().zip(shares).find(|(portion, _)| portion.site == site);
        own.map_or(Quantity::ZERO, |(_, share)| share)
    }
}

impl Arrival {
    /// The days of a sheet on which something is to be brought.
    #[must_use]
    pub fn all_of(sheet: &ProducerSheet) -> Vec<Self> {
        sheet.days.iter().map(|day| Self::of(sheet, day)).filter(|day| !day.products.is_empty()).collect()
    }

    fn of(sheet: &ProducerSheet, day: &SheetDay) -> Self {
        Self {
            cycle: sheet.cycle,
            delivery_on: day.delivery_on,
            producer: sheet.producer.id,
            name: sheet.producer.name.clone(),
            commune: sheet.producer.commune.name.clone(),
            answered: day.answer.is_some(),
            products: day.asked().map(ArrivingProduct::of).collect(),
        }
    }

    /// What names it in the hub's feed: what is old comes first.
    #[must_use]
    pub fn name_in_feed(&self) -> String {
        format!("{}/{}/{}", self.delivery_on, self.cycle, self.producer)
    }

    /// The page of what it brings.
    #[must_use]
    pub fn page(&self) -> PageKey {
        let Self { cycle, delivery_on, producer, .. } = *self;
        PageKey { cycle, delivery_on, side: Side::In(producer) }
    }

    /// A product of it.
    #[must_use]
    pub fn product(&self, reference: &Reference) -> Option<&ArrivingProduct> {
        self.products.iter().find(|product| product.reference == *reference)
    }
}

/// A product that is to leave for a kitchen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departing<'a> {
    /// Who brings it.
    pub arrival: &'a Arrival,
    /// The product.
    pub product: &'a ArrivingProduct,
    /// What the kitchen was confirmed of it.
    pub confirmed: Quantity,
    /// What came of it, all kitchens together; `None` while nobody weighed it.
    pub came: Option<&'a QuayLine>,
    /// What there is for this kitchen.
    pub share: Quantity,
}

impl Departing<'_> {
    /// What is loaded when nobody says otherwise: all there is for this kitchen, and why it is less where it is.
    #[must_use]
    pub fn proposed(&self) -> QuayLine {
        let short = self.share < self.confirmed;
        let because = self.came.and_then(|came| came.gap.clone());
        let missing = || Gap { reason: GapReason::Missing, comment: None };
        QuayLine {
            gap: short
                .then(|| because.filter(|gap| gap.reason != GapReason::Surplus).unwrap_or_else(missing)),
            ..QuayLine::conforming(self.product.reference.clone(), self.share)
        }
    }

    /// The lots it carries: those that are named on the way out, else all that came.
    #[must_use]
    pub fn lots<'a>(&'a self, loaded: &'a QuayLine) -> &'a [Lot] {
        if loaded.lots.is_empty() { self.came.map_or(&[], |came| &came.lots) } else { &loaded.lots }
    }
}

/// What is to leave for a kitchen on a day, in the order of producers, then products. `page_of` finds what was said of a
/// producer's arrival.
pub fn departing<'a>(
    arrivals: impl IntoIterator<Item = &'a Arrival>,
    page_of: impl Fn(&PageKey) -> Option<&'a QuayPage>,
    site: SiteId,
) -> Vec<Departing<'a>> {
    let of_arrival = |arrival: &'a Arrival| {
        let page = page_of(&arrival.page());
        arrival.products.iter().filter_map(move |product| {
            let confirmed = product.portion_of(site)?;
            let came = page.and_then(|page| page.standing(&product.reference));
            let share = came.map_or(confirmed, |came| product.share_of(site, came.quantity));
            Some(Departing { arrival, product, confirmed, came, share })
        })
    };
    arrivals.into_iter().flat_map(of_arrival).collect()
}

/// What a kitchen is told that left for it on a day: what its reception starts from.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// Of which week.
    pub cycle: CycleId,
    /// The day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// The number of the delivery note.
    pub number: OrderNumber,
    /// When it was last said, as the device of the quay believed.
    pub loaded_at: Timestamp,
    /// What was loaded.
    pub lines: Vec<DepartedLine>,
}

/// One product that left for a kitchen.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartedLine {
    /// Its offer.
    pub product: Reference,
    /// What was confirmed, all orders of that day together.
    pub confirmed: Quantity,
    /// What was loaded.
    pub loaded: Quantity,
    /// Why it is not what was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
    /// Its lots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<Lot>,
}

impl Departure {
    /// What names it among what a kitchen is told.
    #[must_use]
    pub fn name(cycle: CycleId, delivery_on: Date) -> String {
        format!("{delivery_on}/{cycle}")
    }

    /// What a page says that left, with what is known of it from the way in; `None` before it has its number.
    #[must_use]
    pub fn of(page: &QuayPage, departing: &[Departing<'_>]) -> Option<Self> {
        let lines = departing.iter().filter_map(|departing| {
            let loaded = page.standing(&departing.product.reference)?;
            Some(DepartedLine {
                product: departing.product.reference.clone(),
                confirmed: departing.confirmed,
                loaded: loaded.quantity,
                gap: loaded.gap.clone(),
                lots: departing.lots(loaded).to_vec(),
            })
        });
        Some(Self {
            cycle: page.key.cycle,
            delivery_on: page.key.delivery_on,
            number: page.number?,
            loaded_at: page.last_said_at()?,
            lines: lines.collect(),
        })
    }

    /// What left of a product.
    #[must_use]
    pub fn line(&self, product: &Reference) -> Option<&DepartedLine> {
        self.lines.iter().find(|line| line.product == *product)
    }
}

/// Where a product stands over all kitchens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// What was confirmed.
    pub confirmed: Quantity,
    /// What came; `None` while nobody weighed it.
    pub came: Option<Quantity>,
    /// What was loaded for kitchens so far.
    pub loaded: Quantity,
}

impl Balance {
    /// Where a product stands. `loaded`: what each page of the way out says of it.
    #[must_use]
    pub fn of<'a>(
        product: &ArrivingProduct,
        came: Option<&QuayLine>,
        pages_out: impl IntoIterator<Item = &'a QuayPage>,
    ) -> Self {
        let loaded = pages_out.into_iter().filter_map(|page| page.standing(&product.reference));
        Self {
            confirmed: product.quantity,
            came: came.map(|came| came.quantity),
            loaded: loaded.map(|line| line.quantity).sum(),
        }
    }

    /// What is missing of what kitchens were confirmed, as far as it was weighed.
    #[must_use]
    pub fn missing(&self) -> Quantity {
        self.came.map_or(Quantity::ZERO, |came| self.confirmed.less(came))
    }

    /// What was loaded and never came in: somebody counted wrong.
    #[must_use]
    pub fn loaded_beyond(&self) -> Quantity {
        self.came.map_or(Quantity::ZERO, |came| self.loaded.less(came))
    }
}

/// Whether a record can be one of its page: each product once, the lots of each once.
#[must_use]
pub(crate) fn is_shaped(said: &RecordQuay) -> bool {
    let mut products: Vec<_> = said.lines.iter().map(|line| &line.product).collect();
    crate::sorting::sort(&mut products);
    products.dedup();
    !products.is_empty()
        && products.len() == said.lines.len()
        && products.len() <= MAX_PRODUCTS
        && said.supersedes.len() <= records::MAX_RECORDS
        && said.lines.iter().all(QuayLine::has_sound_lots)
}

#[cfg(test)]
mod tests;
