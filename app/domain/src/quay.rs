//! The quay: what producers bring in the morning, and what leaves for the kitchens the same morning. There is no stock.
//!
//! ```text
//! confirmed (the sheets) ─► goods in, a producer and day ─► goods out, a kitchen and day ─► reception in the kitchen
//!                              weighed, lot, temperature       shared anew where less came
//! ```
//!
//! Both sides are pages of one book, written as receptions are ([`records`](crate::records)): once, corrected by naming, never
//! summed. A lot is written on the way in; on the way out a product carries the lots that came, or those that are named.

mod arriving;
mod leaving;
mod receiving;
mod shortage;
mod trace;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    cycle::CycleId,
    id::{HubId, ProducerId, RecordId, Reference, SiteId},
    order::OrderNumber,
    quantity::Quantity,
    reception::{Gap, Label, Objection, cold::Measure, objection},
    records::{self, Record, Said, Standing},
    time::{Date, Timestamp},
};

pub use arriving::{Arrival, ArrivingProduct, QuayPortion};
pub use leaving::{Balance, DepartedLine, Departing, Departure, departing};
pub use shortage::{Shortage, shortages};
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

/// A lot's code as it is looked for: letters and digits alone, in capitals; one that has none, as it is.
#[must_use]
pub fn folded_code(code: &str) -> String {
    let plain: String = code.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    if plain.is_empty() { code.trim().to_owned() } else { plain }
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

    /// The products anybody spoke of, in the order of their references.
    #[must_use]
    pub fn products(&self) -> BTreeSet<&Reference> {
        self.records.iter().flat_map(|record| &record.lines).map(|line| &line.product).collect()
    }

    /// Everything that counts, in the same order.
    #[must_use]
    pub fn counted(&self) -> Vec<&QuayLine> {
        self.products().into_iter().filter_map(|product| self.standing(product)).collect()
    }

    /// The last time anybody said anything, as their device believed.
    #[must_use]
    pub fn last_said_at(&self) -> Option<Timestamp> {
        self.records.iter().map(|record| record.recorded_at).max()
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
