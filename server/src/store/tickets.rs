//! Tickets: what waits for a person. The document is the feed's; the row is what lists ask.

use domain::{
    cycle::CycleId,
    id::{HubId, SiteId, TicketId},
    ticket::{Settler, Subject, Ticket, TicketState},
    wire::{Scope, desk::TicketCard},
};

use super::{
    StoreError, Transaction,
    feed::{Put, kind},
    value::args,
};

/// How many open tickets wait for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketCounts {
    /// For the hub.
    pub hub: u32,
    /// For kitchens.
    pub kitchens: u32,
}

/// A desk that faces more open tickets than this needs another list.
const LISTED: u32 = 1_000;

impl Transaction {
    /// Writes a ticket as it now is.
    pub(crate) async fn save_ticket(&mut self, hub: HubId, ticket: &Ticket) -> Result<(), StoreError> {
        let subject = match ticket.subject {
            Subject::Line { .. } => "line",
            Subject::Submission { .. } => "submission",
            Subject::Command { .. } => "command",
        };
        let settler = match ticket.settler() {
            Settler::Kitchen => "kitchen",
            Settler::Hub => "hub",
        };
        let state = match ticket.state {
            TicketState::Open => "open",
            TicketState::Settled { .. } => "settled",
            TicketState::Expired { .. } => "expired",
            TicketState::Closed { .. } => "closed",
        };
        let sql = "INSERT INTO ticket (id, hub, site, cycle, subject, settler, state, opened_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET state = excluded.state";
        let values =
            args![ticket.id, hub, ticket.site, ticket.cycle, subject, settler, state, ticket.opened_at];
        self.execute(sql, values).await?;
        self.publish(&Scope::site(ticket.site), [Put::of(kind::TICKET, ticket.id, ticket)?]).await
    }

    /// A ticket of a site.
    pub(crate) async fn find_ticket(
        &mut self,
        site: SiteId,
        ticket: TicketId,
    ) -> Result<Option<Ticket>, StoreError> {
        self.find_entity(&Scope::site(site), kind::TICKET, ticket).await
    }

    /// A ticket of any site of a hub.
    pub(crate) async fn find_hub_ticket(
        &mut self,
        hub: HubId,
        ticket: TicketId,
    ) -> Result<Option<Ticket>, StoreError> {
        let sql = "SELECT site FROM ticket WHERE id = $1 AND hub = $2";
        match self.find(sql, args![ticket, hub]).await? {
            Some((site,)) => self.find_ticket(site, ticket).await,
            None => Ok(None),
        }
    }

    /// The open tickets of a hub, the oldest first.
    pub(crate) async fn open_tickets(&mut self, hub: HubId) -> Result<Vec<TicketCard>, StoreError> {
        let sql = "SELECT f.body, s.name FROM ticket t JOIN site s ON s.id = t.site
             JOIN feed f ON f.scope = 'site:' || t.site AND f.kind = 'ticket' AND f.id = t.id
             WHERE t.hub = $1 AND t.state = 'open' ORDER BY t.opened_at, t.id LIMIT $2";
        let rows: Vec<(String, String)> = self.fetch(sql, args![hub, LISTED]).await?;
        rows.into_iter()
            .map(|(body, site_name)| Ok(TicketCard { ticket: serde_json::from_str(&body)?, site_name }))
            .collect()
    }

    /// The open tickets of a site for a cycle, by identifier.
    pub(crate) async fn open_site_tickets(
        &mut self,
        site: SiteId,
        cycle: CycleId,
    ) -> Result<Vec<Ticket>, StoreError> {
        let sql = "SELECT f.body FROM ticket t
             JOIN feed f ON f.scope = $3 AND f.kind = 'ticket' AND f.id = t.id
             WHERE t.site = $1 AND t.cycle = $2 AND t.state = 'open' ORDER BY t.id";
        let rows: Vec<(String,)> = self.fetch(sql, args![site, cycle, &Scope::site(site)]).await?;
        rows.into_iter().map(|(body,)| Ok(serde_json::from_str(&body)?)).collect()
    }

    /// The open tickets about lines of a cycle's orders.
    pub(crate) async fn open_line_tickets(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<Vec<Ticket>, StoreError> {
        let sql = "SELECT f.body FROM ticket t
             JOIN feed f ON f.scope = 'site:' || t.site AND f.kind = 'ticket' AND f.id = t.id
             WHERE t.hub = $1 AND t.cycle = $2 AND t.state = 'open' AND t.subject = 'line' ORDER BY t.id";
        let rows: Vec<(String,)> = self.fetch(sql, args![hub, cycle]).await?;
        rows.into_iter().map(|(body,)| Ok(serde_json::from_str(&body)?)).collect()
    }

    /// How many open tickets wait for whom.
    pub(crate) async fn count_tickets(&mut self, hub: HubId) -> Result<TicketCounts, StoreError> {
        let sql = "SELECT settler, COUNT(*) FROM ticket WHERE hub = $1 AND state = 'open' GROUP BY settler";
        let rows: Vec<(String, u32)> = self.fetch(sql, args![hub]).await?;
        let count = |who| rows.iter().find(|(settler, _)| settler == who).map_or(0, |(_, count)| *count);
        Ok(TicketCounts { hub: count("hub"), kitchens: count("kitchen") })
    }
}
