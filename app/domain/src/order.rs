//! Orders: what the server accepted, line by line.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    cycle::CycleId,
    draft::{DraftLine, Header},
    id::{DraftId, OrderId, ProducerId, Reference, SiteId, TicketId},
    money::{Amount, Rate, UnitPrice},
    ordered::Map,
    planted::{Bug, planted},
    pricing::{Split, Terms, Totals},
    quantity::{Pack, Quantity, Unit},
    receipt::Reason,
    sorting,
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

/// The number of an order, a reception note or a credit: per site and year, without gaps, given by the server only.
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
    /// The kitchen withdrew it before the cut-off. Final: another order of the week is another draft.
    Withdrawn {
        /// When, by the server's clock.
        withdrawn_at: Timestamp,
    },
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
    /// What the allocation granted, known once the cycle is closed; less, where the producer then said that there is less.
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
    /// What an amendment asks of it and could not have as it was asked.
    #[cfg_attr(feature = "schema", schema(no_recursion))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<Box<Proposal>>,
}

/// What an accepted line becomes once a person agrees. Until then the line stands as it was confirmed: asking for more
/// never puts at risk what one had.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Where the choice is made.
    pub ticket: TicketId,
    /// Why somebody must choose.
    pub reason: Reason,
    /// The line, as it will be.
    #[cfg_attr(feature = "schema", schema(no_recursion))]
    pub line: OrderLine,
}

impl OrderLine {
    /// Whether the order still asks for it: accepted, or held until a person chooses.
    #[must_use]
    pub fn stands(&self) -> bool {
        !matches!(self.status, LineStatus::Dropped { .. })
    }

    /// Whether asking for `quantity` asks nothing new: the very same, or less of an accepted line in whole packs.
    #[must_use]
    pub fn covers(&self, quantity: Quantity) -> bool {
        match self.status {
            LineStatus::Accepted if quantity < self.ordered => self.pack.divides(quantity),
            LineStatus::Accepted | LineStatus::Held { .. } => quantity == self.ordered,
            LineStatus::Dropped { .. } => false,
        }
    }

    /// The question it asks a person, if any.
    #[must_use]
    pub fn ticket(&self) -> Option<TicketId> {
        match (&self.status, &self.proposed) {
            (LineStatus::Held { ticket, .. }, _) => Some(*ticket),
            (_, Some(proposal)) => Some(proposal.ticket),
            (LineStatus::Accepted | LineStatus::Dropped { .. }, None) => None,
        }
    }

    /// The same line once the question of `ticket` is answered; `None` when it does not ask it any more. A proposal
    /// that is not agreed to leaves the line as it stands.
    fn settled(&self, ticket: TicketId, status: &LineStatus) -> Option<Self> {
        match (&self.status, &self.proposed) {
            (LineStatus::Held { ticket: holder, .. }, _) if *holder == ticket => {
                Some(Self { status: status.clone(), ..self.clone() })
            }
            (_, Some(proposal)) if proposal.ticket == ticket => Some(match status {
                LineStatus::Accepted => proposal.line.clone(),
                LineStatus::Held { .. } | LineStatus::Dropped { .. } => {
                    Self { proposed: None, ..self.clone() }
                }
            }),
            _ => None,
        }
    }

    /// Takes what is confirmed of it: its amount and whose it is follow, at the price it was ordered at.
    pub(crate) fn confirm(&mut self, confirmed: Quantity, terms: &Terms) {
        self.confirmed = Some(confirmed);
        self.amount = self.unit_price.times(confirmed);
        self.split = terms.split(self.net_price, self.unit_price, confirmed);
    }

    /// The same line, left out.
    #[must_use]
    pub fn dropped(&self, reason: Reason) -> Self {
        Self { status: LineStatus::Dropped { reason }, proposed: None, ..self.clone() }
    }

    /// The quantity that counts now: confirmed once known, else ordered; nothing when held or dropped.
    #[must_use]
    pub fn counted(&self) -> Quantity {
        match self.status {
            LineStatus::Accepted => self.confirmed.unwrap_or(self.ordered),
            LineStatus::Held { .. } | LineStatus::Dropped { .. } => Quantity::ZERO,
        }
    }
}

/// One line that an amendment changed.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineChange {
    /// Which line.
    pub key: LineKey,
    /// What it asked for before; zero for a new line.
    pub before: Quantity,
    /// What it asks for since; zero for a line left out.
    pub after: Quantity,
}

/// A change of an order's lines after it was accepted.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// From 1, without gaps.
    pub revision: u32,
    /// When, by the server's clock.
    pub received_at: Timestamp,
    /// What changed, in key order.
    pub changes: Vec<LineChange>,
}

/// How many amendments an order tells. Older ones are in the receipts.
const AMENDMENTS_TOLD: usize = 20;

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
    /// What its kitchen says of it as a whole.
    #[serde(default, skip_serializing_if = "Header::is_empty")]
    pub header: Header,
    /// Totals of the lines that count.
    pub totals: Totals,
    /// How its lines changed since it was accepted, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amendment>,
}

impl Order {
    /// How many times its lines were changed since it was accepted.
    #[must_use]
    pub fn revision(&self) -> u32 {
        self.amendments.last().map_or(0, |last| last.revision)
    }

    /// What it asks for now, by key: the lines that stand, with their quantities.
    #[must_use]
    pub fn asked(&self) -> Vec<DraftLine> {
        let standing = self.lines.iter().filter(|line| line.stands());
        standing.map(|line| DraftLine { key: line.key.clone(), quantity: line.ordered }).collect()
    }

    /// Takes other lines, and tells what changed.
    pub fn amend(&mut self, mut lines: Vec<OrderLine>, received_at: Timestamp) {
        sorting::sort_by(&mut lines, |a, b| a.key.cmp(&b.key));
        let before = self.asked();
        self.lines = lines;
        let changes = changes(&before, &self.asked());
        self.amendments.push(Amendment { revision: self.revision() + 1, received_at, changes });
        let forgotten = self.amendments.len().saturating_sub(AMENDMENTS_TOLD);
        self.amendments.drain(..forgotten);
        self.refresh_totals();
    }

    /// Gives the line of `key` the status that was chosen on `ticket`, at `at` by the server's clock. `false`, and
    /// nothing changed, when the line does not ask that any more.
    pub fn settle_line(
        &mut self,
        key: &LineKey,
        ticket: TicketId,
        status: &LineStatus,
        at: Timestamp,
    ) -> bool {
        let Some(settled) = self.line(key).and_then(|line| line.settled(ticket, status)) else {
            return false;
        };
        let mut lines = self.lines.clone();
        let raised = self.line(key).is_some_and(|line| line.ordered != settled.ordered);
        lines.iter_mut().filter(|line| line.key == *key).for_each(|line| *line = settled.clone());
        if raised {
            self.amend(lines, at);
        } else {
            self.lines = lines;
            self.refresh_totals();
        }
        true
    }

    /// Gives the line of `key`, which is delivered, what its producer confirmed. The producer's share of it; `None`, and
    /// nothing changed, when there is no such line.
    pub(crate) fn confirm(&mut self, key: &LineKey, confirmed: Quantity, terms: &Terms) -> Option<Amount> {
        let mut lines = self.lines.iter_mut();
        let line = lines.find(|line| line.key == *key && line.status == LineStatus::Accepted)?;
        // What is as it was keeps its parts, whatever the hub's terms became since.
        if line.confirmed != Some(confirmed) {
            line.confirm(confirmed, terms);
        }
        let producer = line.split.producer;
        self.refresh_totals();
        Some(producer)
    }

    /// Withdraws it: no line counts any more, each can still be read.
    pub fn withdraw(&mut self, withdrawn_at: Timestamp) {
        self.state = OrderState::Withdrawn { withdrawn_at };
        for line in self.lines.iter_mut().filter(|line| line.stands()) {
            *line = line.dropped(Reason::OrderWithdrawn);
        }
        self.refresh_totals();
    }

    /// Whether the kitchen withdrew it.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        matches!(self.state, OrderState::Withdrawn { .. })
    }

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
}

/// The lines on which two sets of quantities differ, in key order.
#[must_use]
pub fn changes(before: &[DraftLine], after: &[DraftLine]) -> Vec<LineChange> {
    let mut found: Map<&LineKey, (Quantity, Quantity)> = Map::new();
    before.iter().for_each(|line| found.get_or_default(&line.key).0 = line.quantity);
    after.iter().for_each(|line| found.get_or_default(&line.key).1 = line.quantity);
    let differ = found.into_iter().filter(|(_, (before, after))| before != after);
    differ.map(|(key, (before, after))| LineChange { key: key.clone(), before, after }).collect()
}

/// Totals of the lines that count.
#[must_use]
pub fn totals_of(lines: &[OrderLine]) -> Totals {
    let counted = lines.iter().filter(|line| line.status == LineStatus::Accepted);
    Totals::of(counted.map(|line| (line.vat, line.amount)))
}
