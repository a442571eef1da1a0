//! The server's view, as rows of the cache read once.

use domain::{
    availability::Availability,
    cycle::CycleId,
    draft::SharedDraft,
    enterprise::Site,
    harvest::OrderAnswer,
    id::{DraftId, OrderId, TicketId},
    json,
    order::Order,
    ordered::Map,
    producer_sheet::ProducerSheet,
    quay::Departure,
    reception::Reception,
    ticket::Ticket,
    time::Date,
    wire::{Op, desk::ProducerDemand},
};
use serde::Deserialize;
use serde_json::Value;

use crate::cache::{CacheContents, Entity};

/// What the server's view holds besides the catalogue.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Base {
    /// The kitchen.
    pub site: Option<Site>,
    /// Its orders.
    pub orders: Map<OrderId, Order>,
    /// The drafts its tablets share.
    pub drafts: Map<DraftId, SharedDraft>,
    /// Its tickets, settled ones too.
    pub tickets: Map<TicketId, Ticket>,
    /// What was said of its deliveries, by order and day, as it came: the screens of deliveries read it.
    receptions: Map<String, Value>,
    /// What producers answered about its orders, by order, day and producer, as it came.
    harvests: Map<String, Value>,
    /// What left the quay for it, by day and week, as it came.
    departures: Map<String, Value>,
    /// What a producer is told.
    pub producer: ProducerRows,
    /// What a hub is told of its quay.
    pub(crate) quay: QuayRows,
    /// Rows of a known kind this build cannot read, a producer's apart: left out, kept in the cache.
    pub unreadable: usize,
}

/// What a producer is told, by week, as it came: their pages read it, nobody else's device carries the reading.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProducerRows {
    demand: Map<CycleId, Value>,
    sheets: Map<CycleId, Value>,
    availability: Map<CycleId, Value>,
}

/// What a hub is told of its quay, as it came: the pages of the quay read it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct QuayRows {
    /// [`Arrival`](domain::quay::Arrival)s, by [`Arrival::name_in_feed`](domain::quay::Arrival::name_in_feed).
    pub(crate) arrivals: Map<String, Value>,
    /// [`QuayPage`](domain::quay::QuayPage)s, by [`PageKey::name`](domain::quay::PageKey::name).
    pub(crate) pages: Map<String, Value>,
    /// [`SiteLabel`](domain::producer_sheet::SiteLabel)s, by site.
    pub(crate) labels: Map<String, Value>,
}

impl ProducerRows {
    /// What is asked before the close, in the last week there is.
    #[must_use]
    pub fn demand(&self) -> Option<ProducerDemand> {
        let (_, last) = self.demand.last_key_value()?;
        json::of(last).ok()
    }

    /// What stands of a week to come.
    #[must_use]
    pub fn availability(&self, week: CycleId) -> Option<Availability> {
        json::of(self.availability.get(&week)?).ok()
    }

    /// The sheet of a week.
    #[must_use]
    pub fn sheet(&self, week: CycleId) -> Option<ProducerSheet> {
        json::of(self.sheets.get(&week)?).ok()
    }

    /// The sheets, newest week first; those this build cannot read are left out.
    #[must_use]
    pub fn sheets(&self) -> Vec<ProducerSheet> {
        self.sheets.values().rev().filter_map(|sheet| json::of(sheet).ok()).collect()
    }
}

impl Base {
    /// Reads the rows of a cache. A kind this build does not know is none of its business.
    #[must_use]
    pub fn of(contents: &CacheContents) -> Self {
        let mut base = Self::default();
        for Entity { op, .. } in contents.entities.values() {
            base.unreadable += usize::from(base.take(op).is_none());
        }
        base
    }

    /// What the server has of the delivery of an order on a day.
    #[must_use]
    pub fn reception(&self, order: OrderId, delivery_on: Date) -> Option<Reception> {
        json::of(self.receptions.get(&Reception::name(order, delivery_on))?).ok()
    }

    /// What producers answered about an order on a day.
    #[must_use]
    pub fn harvest_answers(&self, order: OrderId, delivery_on: Date) -> Vec<OrderAnswer> {
        let own = format!("{order}/{delivery_on}/");
        let answers = self.harvests.iter().filter(|(name, _)| name.starts_with(&own));
        answers.filter_map(|(_, answer)| json::of(answer).ok()).collect()
    }

    /// What left the quay for the kitchen on a day of a week.
    #[must_use]
    pub fn departure(&self, cycle: CycleId, delivery_on: Date) -> Option<Departure> {
        json::of(self.departures.get(&Departure::name(cycle, delivery_on))?).ok()
    }

    fn take(&mut self, op: &Op) -> Option<()> {
        fn read<'a, T: Deserialize<'a>>(op: &'a Op) -> Option<T> {
            json::of(op.body.as_ref()?).ok()
        }
        match op.kind.as_str() {
            "site" => self.site = Some(read(op)?),
            "order" => {
                let order: Order = read(op)?;
                self.orders.insert(order.id, order);
            }
            "draft" => {
                let draft: SharedDraft = read(op)?;
                self.drafts.insert(draft.id, draft);
            }
            "ticket" => {
                let ticket: Ticket = read(op)?;
                self.tickets.insert(ticket.id, ticket);
            }
            "reception" => drop(self.receptions.insert(op.id.clone(), op.body.clone()?)),
            "harvest" => drop(self.harvests.insert(op.id.clone(), op.body.clone()?)),
            "departure" => drop(self.departures.insert(op.id.clone(), op.body.clone()?)),
            "arrival" => drop(self.quay.arrivals.insert(op.id.clone(), op.body.clone()?)),
            "quay" => drop(self.quay.pages.insert(op.id.clone(), op.body.clone()?)),
            "label" => drop(self.quay.labels.insert(op.id.clone(), op.body.clone()?)),
            "demand" => drop(self.producer.demand.insert(op.id.parse().ok()?, op.body.clone()?)),
            "availability" => {
                drop(self.producer.availability.insert(op.id.parse().ok()?, op.body.clone()?));
            }
            "sheet" => drop(self.producer.sheets.insert(op.id.parse().ok()?, op.body.clone()?)),
            _ => {}
        }
        Some(())
    }
}
