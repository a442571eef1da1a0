//! Reception: what came of an order on one day, as the people who unloaded it say.
//!
//! A reception grows and is never edited: each record says, for lines of that day, what was received, and
//! [`records`](crate::records) says which of them counts. It is never summed.
//!
//! ```text
//! ordered ≥ confirmed (the allocation) ; received (a person)      credit = amount(confirmed) − amount(kept)
//!                                                                 kept   = the lesser of confirmed and received
//! ```
//!
//! What came beyond what was confirmed is shown as such and is not billed: a bill that grows by what somebody unloaded
//! would make a kitchen pay for what it never asked. A gram is a gap: there is no tolerance of weight.

pub mod cold;

use serde::{Deserialize, Serialize};

use crate::{
    coded::coded_enum,
    cycle::CycleId,
    draft::Saying,
    id::{OrderId, RecordId, Reference, SiteId},
    money::Amount,
    order::{LineKey, LineStatus, Order, OrderLine, OrderNumber},
    pricing::{Split, Terms, Totals},
    quantity::Quantity,
    records::{self, Record, Said, Standing},
    time::{Date, Timestamp},
};
use cold::{Measure, Verdict};

coded_enum! {
    /// Why a line is not what was confirmed.
    pub enum GapReason {
        /// It did not come, or not all of it.
        Missing = "MISSING",
        /// It came spoiled or broken.
        Damaged = "DAMAGED",
        /// It must be used too soon.
        ShortUseBy = "SHORT_USE_BY",
        /// It came too warm, or not hot enough.
        Temperature = "TEMPERATURE",
        /// Another product came.
        WrongProduct = "WRONG_PRODUCT",
        /// The kitchen sent it back for another reason.
        Refused = "REFUSED",
        /// More came than was confirmed.
        Surplus = "SURPLUS",
    }
}

/// A short text on one line: a name, a lot. One to 80 characters, none of them white at either end.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

/// Not a text of 1 to 80 characters on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a text of 1 to 80 characters on one line")]
pub struct BadLabel;

impl Label {
    /// # Errors
    /// [`BadLabel`] when empty, too long, or on several lines.
    pub fn parse(text: &str) -> Result<Self, BadLabel> {
        Self::try_from(text.trim().to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Label {
    type Error = BadLabel;
    fn try_from(text: String) -> Result<Self, BadLabel> {
        let fits = text.trim() == text && (1..=80).contains(&text.chars().count());
        if fits && !text.chars().any(char::is_control) { Ok(Self(text)) } else { Err(BadLabel) }
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0
    }
}

/// What is not as confirmed, in the words of whoever saw it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Why.
    pub reason: GapReason,
    /// More of it: at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Saying>,
}

/// What one record says of one line.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRecord {
    /// The offer; the day is the reception's.
    pub offer: Reference,
    /// What came and was kept, in the offer's unit. What was sent back is not in it.
    pub received: Quantity,
    /// What is not as confirmed; `None` when all is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
    /// The lot, as the label says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Label>,
    /// Until when it can be used.
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = Date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_by: Option<Date>,
    /// What the thermometer said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measure>,
}

/// Why a line cannot be recorded as it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// It is not what was confirmed, and nobody says why.
    Unexplained,
    /// The surface is beyond what is allowed, and the core was not measured.
    CoreNotMeasured,
    /// The measure does not conform, and the line is said to.
    TooWarm,
    /// More than a line can hold.
    TooMuch,
}

impl LineRecord {
    /// « Conforme »: what was confirmed came.
    #[must_use]
    pub fn conforming(line: &OrderLine) -> Self {
        Self {
            offer: line.key.offer.clone(),
            received: line.counted(),
            gap: None,
            lot: None,
            use_by: None,
            measured: None,
        }
    }

    /// What forbids to record it for a line of which so much was confirmed, if anything does.
    #[must_use]
    pub fn objection(&self, confirmed: Quantity) -> Option<Objection> {
        objection(self.received, confirmed, self.gap.as_ref(), self.measured.as_ref())
    }
}

impl Said for LineRecord {
    fn about(&self) -> &Reference {
        &self.offer
    }
}

/// What forbids to say that so much was kept of what was expected, if anything does.
#[must_use]
pub fn objection(
    kept: Quantity,
    expected: Quantity,
    gap: Option<&Gap>,
    measured: Option<&Measure>,
) -> Option<Objection> {
    let verdict = measured.map(Measure::verdict);
    match (gap, verdict) {
        _ if kept > Quantity::OF_A_LINE => Some(Objection::TooMuch),
        (_, Some(Verdict::MeasureCore)) => Some(Objection::CoreNotMeasured),
        (None, Some(Verdict::NotConforming)) => Some(Objection::TooWarm),
        (None, _) if kept != expected => Some(Objection::Unexplained),
        _ => None,
    }
}

/// « Enregistrer la réception »: self-contained, and written once. A correction is another one.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordReception {
    /// Its own identifier: said again by a copied outbox it counts once, and a correction names it.
    pub record: RecordId,
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub site: SiteId,
    /// The day of the delivery.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// Who unloaded, by their name.
    pub received_by: Label,
    /// Records it takes the place of, on the lines it speaks of: those that were seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supersedes: Vec<RecordId>,
    /// Line by line, each at most once.
    pub lines: Vec<LineRecord>,
}

/// What was said of the delivery of one order on one day.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reception {
    /// The order.
    pub order: OrderId,
    /// Who received.
    pub site: SiteId,
    /// Of which week.
    pub cycle: CycleId,
    /// The day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// The number of the reception note: per site and year, unbroken; none until the server gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
    /// The number of the credit, given with the first cent of it and kept whatever is corrected later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_number: Option<OrderNumber>,
    /// What was said, in the order it arrived.
    pub records: Vec<Record<LineRecord>>,
}

impl Reception {
    /// Nothing said yet.
    #[must_use]
    pub fn empty(order: &Order, delivery_on: Date) -> Self {
        Self {
            order: order.id,
            site: order.site,
            cycle: order.cycle,
            delivery_on,
            number: None,
            credit_number: None,
            records: Vec::new(),
        }
    }

    /// What names it among the receptions of a kitchen.
    #[must_use]
    pub fn name(order: OrderId, delivery_on: Date) -> String {
        format!("{order}/{delivery_on}")
    }

    /// Takes in a record, said at `recorded_at` by its device's clock. `false`: it was known.
    pub fn hear(&mut self, said: &RecordReception, recorded_at: Timestamp) -> bool {
        let record = Record {
            id: said.record,
            received_by: said.received_by.clone(),
            recorded_at,
            supersedes: said.supersedes.clone(),
            lines: said.lines.clone(),
        };
        records::hear(&mut self.records, record)
    }

    /// The records there are.
    #[must_use]
    pub fn record_ids(&self) -> Vec<RecordId> {
        records::ids(&self.records)
    }

    /// What is said of a line and was not corrected, in the order it arrived: what counts first.
    #[must_use]
    pub fn said_of(&self, offer: &Reference) -> Vec<Standing<'_, LineRecord>> {
        records::said_of(&self.records, offer)
    }

    /// The records of a line that nobody corrected: those a correction names.
    #[must_use]
    pub fn to_supersede(&self, offer: &Reference) -> Vec<RecordId> {
        records::to_supersede(&self.records, offer)
    }

    /// Whether what a record says of some line stands beside something else.
    #[must_use]
    pub fn is_contested(&self, record: RecordId) -> bool {
        records::is_contested(&self.records, record)
    }
}

/// The lines of an order that are delivered on a day: what was accepted of it.
pub fn delivered_on(order: &Order, day: Date) -> impl Iterator<Item = &OrderLine> {
    let delivered =
        move |line: &&OrderLine| line.key.delivery_on == day && line.status == LineStatus::Accepted;
    order.lines.iter().filter(delivered)
}

/// One line of a delivery in its three quantities, and what its kitchen does not pay of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedLine<'a> {
    /// As ordered and confirmed.
    pub line: &'a OrderLine,
    /// What is said of it, what counts first; empty until somebody said something.
    pub said: Vec<Standing<'a, LineRecord>>,
    /// Before tax: what was billed for what was confirmed and not kept. Never negative.
    pub credit: Amount,
}

impl<'a> ReceivedLine<'a> {
    fn of(line: &'a OrderLine, reception: &'a Reception) -> Self {
        let said = reception.said_of(&line.key.offer);
        let confirmed = line.counted();
        let kept = said.first().map_or(confirmed, |standing| standing.line.received.min(confirmed));
        Self { line, said, credit: line.amount - line.unit_price.times(kept) }
    }

    /// What counts.
    #[must_use]
    pub fn standing(&self) -> Option<&LineRecord> {
        self.said.first().map(|standing| standing.line)
    }

    /// What came beyond what was confirmed: shown, not billed.
    #[must_use]
    pub fn surplus(&self) -> Quantity {
        self.standing().map_or(Quantity::ZERO, |said| said.received.less(self.line.counted()))
    }

    /// Whether somebody must look at it: it is not as confirmed, or two people say two things.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        let differs = |said: &LineRecord| said.gap.is_some() || said.received != self.line.counted();
        self.said.len() > 1 || self.standing().is_some_and(differs)
    }

    /// Whose the credit is: each part of the line less its part of what was kept. The parts sum to the credit.
    #[must_use]
    pub fn credit_split(&self, terms: &Terms) -> Split {
        let Some(said) = self.standing().filter(|_| self.credit != Amount::ZERO) else {
            return Split::default();
        };
        let kept = said.received.min(self.line.counted());
        let kept = terms.split(self.line.net_price, self.line.unit_price, kept);
        let whole = self.line.split;
        let (producer, transport) = (whole.producer - kept.producer, whole.transport - kept.transport);
        Split { producer, transport, hub: self.credit - producer - transport }
    }
}

/// The lines of a delivery, in the order's order.
#[must_use]
pub fn received_lines<'a>(order: &'a Order, reception: &'a Reception) -> Vec<ReceivedLine<'a>> {
    delivered_on(order, reception.delivery_on).map(|line| ReceivedLine::of(line, reception)).collect()
}

/// The credit of a delivery: before tax, VAT per rate on its own sum, all taxes in, as any document (EN 16931).
#[must_use]
pub fn credit_of(lines: &[ReceivedLine<'_>]) -> Totals {
    let credited = lines.iter().filter(|line| line.credit != Amount::ZERO);
    Totals::of(credited.map(|line| (line.line.vat, line.credit)))
}

/// The days an order is delivered on, in order.
#[must_use]
pub fn delivery_days(order: &Order) -> Vec<Date> {
    let accepted = order.lines.iter().filter(|line| line.status == LineStatus::Accepted);
    let mut days: Vec<Date> = accepted.map(|line| line.key.delivery_on).collect();
    crate::sorting::sort(&mut days);
    days.dedup();
    days
}

/// The line of a delivery by its offer.
pub(crate) fn line_of<'a>(order: &'a Order, offer: &Reference, delivery_on: Date) -> Option<&'a OrderLine> {
    let key = LineKey { offer: offer.clone(), delivery_on };
    order.line(&key).filter(|line| line.status == LineStatus::Accepted)
}

#[cfg(test)]
mod tests;
