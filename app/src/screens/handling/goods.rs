//! Goods that a person handles, and what they say of them: the same whether a kitchen unloads or the quay weighs.

use domain::{
    draft::Prices,
    id::Reference,
    quantity::{Pack, Quantity, Unit},
    quay::{Lot, QuayLine},
    reception::{
        Gap, Label, LineRecord, Objection,
        cold::{ColdClass, Measure},
        objection,
    },
    time::Date,
};

use leptos::prelude::WithUntracked;

use crate::state::AppState;

/// A product to look at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Goods {
    /// Its name.
    pub(crate) name: String,
    /// What it is counted in.
    pub(crate) unit: Unit,
    /// Its pack.
    pub(crate) pack: Pack,
    /// How much was confirmed, in that unit.
    pub(crate) expected: Quantity,
    /// What is known of it beforehand, in sentences.
    pub(crate) about: Vec<String>,
    /// What is said of it when nobody says otherwise.
    pub(crate) proposed: SaidLine,
    /// The cold class the price list names.
    pub(crate) class: ColdClass,
    /// How lots are said.
    pub(crate) lots: Lots,
}

/// How the lots of a product are said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Lots {
    /// One; its date may be said alone.
    One,
    /// As many as there are labels, the first where the product stands. `of_day`: proposed where a label has none.
    Labeled {
        /// The day's own.
        of_day: Label,
    },
    /// Some of those that came.
    Among(Vec<Lot>),
}

/// A lot as it is said.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SaidLot {
    /// What the label says; `None` where a date alone was read.
    pub(crate) code: Option<Label>,
    /// Until when it can be used.
    pub(crate) use_by: Option<Date>,
}

/// What is said of a product.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SaidLine {
    /// By its offer.
    pub(crate) product: Reference,
    /// How much was kept, or loaded.
    pub(crate) quantity: Quantity,
    /// Why it is not what was expected.
    pub(crate) gap: Option<Gap>,
    /// Its lots.
    pub(crate) lots: Vec<SaidLot>,
    /// What the thermometer said.
    pub(crate) measured: Option<Measure>,
}

impl SaidLine {
    /// What forbids to record it where so much is expected, if anything does.
    pub(crate) fn objection(&self, expected: Quantity) -> Option<Objection> {
        objection(self.quantity, expected, self.gap.as_ref(), self.measured.as_ref())
    }

    /// Whether it says of the quantity what `other` says, and why.
    pub(crate) fn is_as(&self, other: &Self) -> bool {
        self.quantity == other.quantity && self.gap == other.gap
    }
}

impl Goods {
    /// The product, by its offer.
    pub(crate) fn product(&self) -> &Reference {
        &self.proposed.product
    }

    /// What is said of it once it is taken as proposed: what was read on its label stays, and what was measured where it
    /// may.
    pub(crate) fn accepted(&self, before: Option<SaidLine>) -> SaidLine {
        let mut said = self.proposed.clone();
        if let Some(before) = before {
            if !before.lots.is_empty() {
                said.lots = before.lots;
            }
            said.measured = before.measured;
            if said.objection(self.expected).is_some() {
                said.measured = None;
            }
        }
        said
    }
}

impl From<LineRecord> for SaidLine {
    fn from(line: LineRecord) -> Self {
        let LineRecord { offer: product, received: quantity, gap, lot: code, use_by, measured } = line;
        let is_said = code.is_some() || use_by.is_some();
        let lots = is_said.then_some(SaidLot { code, use_by }).into_iter().collect();
        Self { product, quantity, gap, lots, measured }
    }
}

impl From<SaidLine> for LineRecord {
    fn from(said: SaidLine) -> Self {
        let SaidLine { product: offer, quantity: received, gap, lots, measured } = said;
        let SaidLot { code: lot, use_by } = lots.into_iter().next().unwrap_or_default();
        Self { offer, received, gap, lot, use_by, measured }
    }
}

impl From<QuayLine> for SaidLine {
    fn from(line: QuayLine) -> Self {
        let QuayLine { product, quantity, gap, lots, measured } = line;
        let lots = lots.into_iter().map(|lot| SaidLot { code: Some(lot.code), use_by: lot.use_by }).collect();
        Self { product, quantity, gap, lots, measured }
    }
}

impl From<SaidLine> for QuayLine {
    fn from(said: SaidLine) -> Self {
        let SaidLine { product, quantity, gap, lots, measured } = said;
        // A label that is read twice is one lot.
        let mut read: Vec<Lot> = Vec::new();
        for SaidLot { code, use_by } in lots {
            if let Some(code) = code.filter(|code| read.iter().all(|lot| lot.code != *code)) {
                read.push(Lot { code, use_by });
            }
        }
        Self { product, quantity, gap, lots: read, measured }
    }
}

/// The cold class the price list at hand names for a product, while it names the product: a proposal.
pub(crate) fn proposed_class(state: AppState, product: &Reference) -> ColdClass {
    let named =
        state.catalog().with_untracked(|loaded| loaded.as_ref()?.catalog.offer(product)?.temperature.clone());
    named.map_or(ColdClass::Ambient, |class| ColdClass::proposed_for(&class))
}
