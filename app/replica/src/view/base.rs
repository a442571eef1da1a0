//! The server's view, as rows of the cache read once.

use domain::{
    cycle::CycleId,
    draft::SharedDraft,
    enterprise::Site,
    id::{DraftId, OrderId, TicketId},
    json,
    order::Order,
    ordered::Map,
    producer_sheet::ProducerSheet,
    ticket::Ticket,
    wire::{Op, desk::ProducerDemand},
};
use serde::Deserialize;

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
    /// A producer's demand, by week.
    pub demand: Map<CycleId, ProducerDemand>,
    /// A producer's sheets, by week.
    pub sheets: Map<CycleId, ProducerSheet>,
    /// Rows of a known kind this build cannot read: left out, kept in the cache.
    pub unreadable: usize,
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
            "demand" => drop(self.demand.insert(op.id.parse().ok()?, read(op)?)),
            "sheet" => drop(self.sheets.insert(op.id.parse().ok()?, read(op)?)),
            _ => {}
        }
        Some(())
    }
}
