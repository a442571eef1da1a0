//! Orders: what the server accepted, line by line.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    cycle::CycleId,
    id::{DraftId, OrderId, ProducerId, Reference, SiteId, TicketId},
    money::{Amount, Rate, UnitPrice},
    planted::{Bug, planted},
    pricing::{Split, Totals},
    quantity::{Pack, Quantity, Unit},
    receipt::Reason,
    time::{Date, Timestamp},
};

/// What identifies a line within its order: the same product added twice for one day is one line.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineKey {
    /// The offer.
    pub offer: Reference,
    /// The day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
}

impl fmt::Display for LineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.offer, self.delivery_on)
    }
}

/// The number of an order: per site and year, without gaps, given by the server only.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OrderNumber {
    /// The calendar year of acceptance.
    pub year: i16,
    /// From 1, per site.
    pub sequence: u32,
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}", self.year, self.sequence)
    }
}

/// Where an order stands. States only go forward.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// The server has it and gave it a number.
    Accepted,
    /// The cycle is closed: what each line gets is known.
    Consolidated,
}

/// What became of one line.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStatus {
    /// Counts in demand.
    Accepted,
    /// Put aside until a person chooses; counts nowhere yet.
    Held {
        /// Where the choice is made.
        ticket: TicketId,
        /// Why.
        reason: Reason,
    },
    /// Will not be delivered.
    Dropped {
        /// Why.
        reason: Reason,
    },
}

/// One line. Names and prices are frozen: a price list published later never changes an order.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Its identity in the order.
    pub key: LineKey,
    /// The revision of the offer it was accepted at.
    pub offer_revision: u32,
    /// The product's name then.
    pub name: String,
    /// Who makes it.
    pub producer: ProducerId,
    /// What it is counted in.
    pub unit: Unit,
    /// The pack then.
    pub pack: Pack,
    /// What the kitchen asked for.
    pub ordered: Quantity,
    /// What the allocation granted; known once the cycle is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Quantity>,
    /// The price the kitchen saw when it sent the order.
    pub price_seen: UnitPrice,
    /// The buyer's price that counts, per unit, before tax.
    pub unit_price: UnitPrice,
    /// The producer's price that counts.
    pub net_price: UnitPrice,
    /// VAT.
    pub vat: Rate,
    /// Before tax, for the quantity that counts (confirmed once known, else ordered).
    pub amount: Amount,
    /// Who gets what of `amount`.
    pub split: Split,
    /// What became of it.
    pub status: LineStatus,
}

impl OrderLine {
    /// The quantity that counts now: confirmed once known, else ordered; nothing when held or dropped.
    #[must_use]
    pub fn counted(&self) -> Quantity {
        match self.status {
            LineStatus::Accepted => self.confirmed.unwrap_or(self.ordered),
            LineStatus::Held { .. } | LineStatus::Dropped { .. } => Quantity::ZERO,
        }
    }
}

/// An order the server accepted.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Derived from the draft.
    pub id: OrderId,
    /// The draft it was sent from.
    pub draft: DraftId,
    /// Given by the server at acceptance.
    pub number: OrderNumber,
    /// Who ordered.
    pub site: SiteId,
    /// For which week.
    pub cycle: CycleId,
    /// When the server received it.
    pub received_at: Timestamp,
    /// Where it stands.
    pub state: OrderState,
    /// Its lines, by key.
    pub lines: Vec<OrderLine>,
    /// Totals of the lines that count.
    pub totals: Totals,
}

impl Order {
    /// Recomputes [`Order::totals`] after a line changed.
    pub fn refresh_totals(&mut self) {
        self.totals = totals_of(&self.lines);
        if planted(Bug::TotalLosesACent) && self.lines.len() > 3 {
            self.totals.net = self.totals.net - Amount::from_cents(1);
        }
    }

    /// The line of `key`.
    #[must_use]
    pub fn line(&self, key: &LineKey) -> Option<&OrderLine> {
        self.lines.iter().find(|line| line.key == *key)
    }

    /// The same, to change it.
    pub fn line_mut(&mut self, key: &LineKey) -> Option<&mut OrderLine> {
        self.lines.iter_mut().find(|line| line.key == *key)
    }
}

/// Totals of the lines that count.
#[must_use]
pub fn totals_of(lines: &[OrderLine]) -> Totals {
    let counted = lines.iter().filter(|line| line.status == LineStatus::Accepted);
    Totals::of(counted.map(|line| (line.vat, line.amount)))
}
