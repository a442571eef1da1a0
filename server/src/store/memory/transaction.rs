//! What the rules ask of a transaction, answered from memory.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use domain::{
    availability::Availability,
    consolidation::DemandTable,
    cycle::{CycleId, CycleState, OrderCycle},
    draft::SharedDraft,
    enterprise::Producer,
    harvest::{OrderAnswer, OrderPlace},
    id::{DraftId, HubId, OrderId, OutboxId, PlaceId, ProducerId, Reference, SiteId, TicketId, UserId},
    offer::Offer,
    order::{Order, OrderNumber},
    pricing::Terms,
    producer_sheet::{ProducerSheet, SiteLabel},
    quantity::Quantity,
    quay::{Arrival, Departure, PageKey, QuayPage},
    receipt::Receipt,
    reception::Reception,
    ticket::{Subject, Ticket, TicketState},
    time::{Date, Timestamp},
    wire::{Op, Scope, desk::ProducerDemand},
};

use super::{MemoryTransaction, ReceiptRow, Total};
use crate::store::{
    Answered, Claim, CountedLine, CycleOffers, DemandRow, Reach, Series, Snapshot, StoreError, StoredReceipt,
    SyncTransaction,
    feed::{CURRENT, kind},
    orders::year_of,
};

impl SyncTransaction for MemoryTransaction {
    async fn commit(mut self) -> Result<(), StoreError> {
        self.may_write()?;
        self.undo.clear();
        Ok(())
    }

    async fn savepoint(&mut self) -> Result<(), StoreError> {
        self.marks.push(self.undo.len());
        Ok(())
    }

    async fn undo_to_savepoint(&mut self) -> Result<(), StoreError> {
        let mark = self.marks.pop().ok_or(StoreError::Unreadable("no savepoint"))?;
        self.undo_to(mark);
        Ok(())
    }

    async fn keep_savepoint(&mut self) -> Result<(), StoreError> {
        self.marks.pop().map(drop).ok_or(StoreError::Unreadable("no savepoint"))
    }

    async fn claim_outbox(
        &mut self,
        outbox: OutboxId,
        place: PlaceId,
        _: Timestamp,
    ) -> Result<Claim, StoreError> {
        let seen = self.tables().outboxes.contains_key(&outbox);
        if !seen {
            self.put(|tables| &mut tables.outboxes, outbox, Some((place, 0)))?;
        }
        self.find_outbox(outbox, place).await
    }

    async fn find_outbox(&mut self, outbox: OutboxId, place: PlaceId) -> Result<Claim, StoreError> {
        Ok(match self.tables().outboxes.get(&outbox) {
            Some((owner, last)) if *owner == place => Claim::Ours { last: *last },
            Some(_) => Claim::Foreign,
            None => Claim::Ours { last: 0 },
        })
    }

    async fn find_receipt(&mut self, outbox: OutboxId, m: u64) -> Result<Option<StoredReceipt>, StoreError> {
        let tables = self.tables();
        let row = tables.receipts.get(&(outbox, m));
        Ok(row.map(|row| StoredReceipt { hash: row.hash.clone(), receipt: row.receipt.clone() }))
    }

    async fn save_receipt(
        &mut self,
        outbox: OutboxId,
        hash: &str,
        command: &str,
        _: UserId,
        receipt: &Receipt,
        _: Timestamp,
    ) -> Result<(), StoreError> {
        let held = self.tables().outboxes.get(&outbox).copied();
        let Some((place, last)) = held.filter(|(_, last)| last + 1 == receipt.m) else {
            return Err(StoreError::Unreadable("an outbox whose last command is not the one before"));
        };
        let row = ReceiptRow { hash: hash.to_owned(), command: command.to_owned(), receipt: receipt.clone() };
        self.put(|tables| &mut tables.receipts, (outbox, receipt.m), Some(row))?;
        self.put(|tables| &mut tables.outboxes, outbox, Some((place, last + 1)))
    }

    async fn receipts_after(&mut self, outbox: OutboxId, after: u64) -> Result<Vec<Receipt>, StoreError> {
        let tables = self.tables();
        let rows = tables.receipts.range((outbox, after.saturating_add(1))..=(outbox, u64::MAX));
        Ok(rows.map(|(_, row)| row.receipt.clone()).collect())
    }

    async fn find_reach(&mut self, scope: &Scope) -> Result<Option<Reach>, StoreError> {
        Ok(self.tables().heads.get(scope).map(|head| Reach { floor: 0, head: *head }))
    }

    async fn count_changes(&mut self, scope: &Scope, after: u64) -> Result<u64, StoreError> {
        Ok(self.tables().count_after(scope, after))
    }

    async fn changes(
        &mut self,
        scope: &Scope,
        after: u64,
        limit: u32,
        living: bool,
    ) -> Result<Vec<Op>, StoreError> {
        self.tables().changes_after(scope, after, limit, living)
    }

    async fn living(&mut self, scope: &Scope) -> Result<Vec<(String, String, u64)>, StoreError> {
        let ops = self.tables().changes_after(scope, 0, u32::MAX, true)?;
        Ok(ops.into_iter().map(|op| (op.kind, op.id, op.seq)).collect())
    }

    async fn last_snapshot(&mut self, scope: &Scope) -> Result<Option<Snapshot>, StoreError> {
        let tables = self.tables();
        let own = tables.snapshots.iter().filter(|((of, _), _)| of == scope);
        let last = own.max_by_key(|((_, hash), row)| (row.seq, hash.clone()));
        Ok(last.map(|((_, hash), row)| Snapshot { hash: hash.clone(), seq: row.seq }))
    }

    async fn find_cycle(&mut self, hub: HubId, cycle: CycleId) -> Result<Option<OrderCycle>, StoreError> {
        Ok(self.tables().cycles.get(&(hub, cycle)).cloned())
    }

    async fn current_cycle(&mut self, hub: HubId) -> Result<Option<OrderCycle>, StoreError> {
        let current = self.tables().hubs.get(&hub).and_then(|row| row.current);
        match current {
            Some(cycle) => self.find_cycle(hub, cycle).await,
            None => Ok(None),
        }
    }

    async fn terms(&mut self, hub: HubId) -> Result<Terms, StoreError> {
        Ok(self.hub(hub)?.terms)
    }

    async fn named_offers(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        references: &BTreeSet<&Reference>,
    ) -> Result<Arc<CycleOffers>, StoreError> {
        let mut found = CycleOffers::default();
        let tables = self.tables();
        for reference in references {
            let Some(held) = tables.offers.get(&(hub, cycle, (*reference).clone())) else { continue };
            let side = if held.listed { &mut found.listed } else { &mut found.withdrawn };
            side.insert((*reference).clone(), held.offer.clone());
        }
        Ok(Arc::new(found))
    }

    async fn all_offers(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<HashMap<Reference, Offer>, StoreError> {
        let tables = self.tables();
        let own = tables.offers.iter().filter(|((of, at, _), _)| (*of, *at) == (hub, cycle));
        Ok(own.map(|((_, _, reference), held)| (reference.clone(), held.offer.clone())).collect())
    }

    async fn producers(&mut self, hub: HubId) -> Result<BTreeMap<ProducerId, Producer>, StoreError> {
        let tables = self.tables();
        let own = tables.producers.iter().filter(|(_, (of, _))| *of == hub);
        Ok(own.map(|(id, (_, producer))| (*id, producer.clone())).collect())
    }

    async fn site_labels(&mut self, hub: HubId) -> Result<BTreeMap<SiteId, SiteLabel>, StoreError> {
        let tables = self.tables();
        let own = tables.sites.values().filter(|site| site.hub == hub);
        let label = |site: &domain::enterprise::Site| SiteLabel {
            name: site.name.clone(),
            commune: site.commune.name.clone(),
        };
        Ok(own.map(|site| (site.id, label(site))).collect())
    }

    async fn next_number(&mut self, site: SiteId, now: Timestamp) -> Result<OrderNumber, StoreError> {
        let year = year_of(now)?;
        let sequence = self.tables().numbers.get(&(site, year)).copied().unwrap_or(0) + 1;
        self.put(|tables| &mut tables.numbers, (site, year), Some(sequence))?;
        Ok(OrderNumber { year, sequence })
    }

    async fn find_order(&mut self, site: SiteId, order: OrderId) -> Result<Option<Order>, StoreError> {
        self.find_entity(&Scope::site(site), kind::ORDER, order)
    }

    async fn save_order(
        &mut self,
        hub: HubId,
        before: Option<&Order>,
        order: &Order,
    ) -> Result<(), StoreError> {
        self.write_order(hub, before, order)
    }

    async fn cycle_orders(&mut self, hub: HubId, cycle: CycleId) -> Result<Vec<Order>, StoreError> {
        let own: Vec<_> = {
            let tables = self.tables();
            let own = tables.orders.iter().filter(|(_, row)| (row.hub, row.cycle) == (hub, cycle));
            own.map(|(id, row)| (*id, row.site)).collect()
        };
        let mut orders = Vec::new();
        for (id, site) in own {
            orders.extend(self.find_order(site, id).await?);
        }
        Ok(orders)
    }

    async fn find_draft(&mut self, site: SiteId, draft: DraftId) -> Result<Option<SharedDraft>, StoreError> {
        self.find_entity(&Scope::site(site), kind::DRAFT, draft)
    }

    async fn save_draft(&mut self, draft: &SharedDraft) -> Result<(), StoreError> {
        self.publish_one(&Scope::site(draft.site), kind::DRAFT, draft.id, draft)
    }

    async fn find_availability(
        &mut self,
        producer: ProducerId,
        week: CycleId,
    ) -> Result<Option<Availability>, StoreError> {
        self.find_entity(&Scope::producer(producer), kind::AVAILABILITY, week)
    }

    async fn save_availability(&mut self, said: &Availability) -> Result<(), StoreError> {
        self.publish_one(&Scope::producer(said.producer), kind::AVAILABILITY, said.week, said)
    }

    async fn next_document_number(
        &mut self,
        site: SiteId,
        series: Series,
        now: Timestamp,
    ) -> Result<OrderNumber, StoreError> {
        let year = year_of(now)?;
        let sequence = self.tables().documents.get(&(site, year, series)).copied().unwrap_or(0) + 1;
        self.put(|tables| &mut tables.documents, (site, year, series), Some(sequence))?;
        Ok(OrderNumber { year, sequence })
    }

    async fn find_reception(
        &mut self,
        site: SiteId,
        order: OrderId,
        delivery_on: Date,
    ) -> Result<Option<Reception>, StoreError> {
        self.find_entity(&Scope::site(site), kind::RECEPTION, Reception::name(order, delivery_on))
    }

    async fn save_reception(
        &mut self,
        _: HubId,
        reception: &Reception,
        lines: &[CountedLine],
    ) -> Result<(), StoreError> {
        self.write_reception(reception, lines)
    }

    async fn turn_quay(
        &mut self,
        hub: HubId,
        labels: &BTreeMap<SiteId, SiteLabel>,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        self.turn(hub, labels, before)
    }

    async fn arrivals(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        delivery_on: Date,
    ) -> Result<Vec<Arrival>, StoreError> {
        self.arriving(hub, cycle, delivery_on)
    }

    async fn find_quay_page(&mut self, hub: HubId, key: &PageKey) -> Result<Option<QuayPage>, StoreError> {
        Ok(self.find_page(hub, key))
    }

    async fn quay_pages(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        delivery_on: Date,
    ) -> Result<Vec<QuayPage>, StoreError> {
        Ok(self.pages_of(hub, cycle, delivery_on))
    }

    async fn save_quay_page(&mut self, hub: HubId, page: &QuayPage) -> Result<(), StoreError> {
        self.write_page(hub, page)
    }

    async fn tell_departure(&mut self, site: SiteId, departure: &Departure) -> Result<(), StoreError> {
        let name = Departure::name(departure.cycle, departure.delivery_on);
        self.publish_one(&Scope::site(site), kind::DEPARTURE, name, departure)
    }

    async fn save_ticket(&mut self, hub: HubId, ticket: &Ticket) -> Result<(), StoreError> {
        self.put(|tables| &mut tables.tickets, ticket.id, Some((hub, ticket.clone())))?;
        self.publish_one(&Scope::site(ticket.site), kind::TICKET, ticket.id, ticket)
    }

    async fn find_ticket(&mut self, site: SiteId, ticket: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.find_entity(&Scope::site(site), kind::TICKET, ticket)
    }

    async fn find_hub_ticket(&mut self, hub: HubId, ticket: TicketId) -> Result<Option<Ticket>, StoreError> {
        let tables = self.tables();
        let held = tables.tickets.get(&ticket).filter(|(of, _)| *of == hub);
        Ok(held.map(|(_, ticket)| ticket.clone()))
    }

    async fn open_site_tickets(&mut self, site: SiteId, cycle: CycleId) -> Result<Vec<Ticket>, StoreError> {
        let tables = self.tables();
        let own = tables.tickets.values().map(|(_, ticket)| ticket).filter(|ticket| {
            ticket.site == site && ticket.cycle == Some(cycle) && ticket.state == TicketState::Open
        });
        Ok(own.cloned().collect())
    }

    async fn open_line_tickets(&mut self, hub: HubId, cycle: CycleId) -> Result<Vec<Ticket>, StoreError> {
        let tables = self.tables();
        let own = tables.tickets.values().filter(|(of, ticket)| {
            *of == hub
                && ticket.cycle == Some(cycle)
                && ticket.state == TicketState::Open
                && matches!(ticket.subject, Subject::Line { .. })
        });
        Ok(own.map(|(_, ticket)| ticket.clone()).collect())
    }

    async fn demand_rows(&mut self, hub: HubId, cycle: CycleId) -> Result<Vec<DemandRow>, StoreError> {
        self.rows_of(hub, cycle)
    }

    async fn fold_demand(&mut self, hub: HubId, cycle: CycleId) -> Result<BTreeSet<ProducerId>, StoreError> {
        let mut producers = BTreeSet::new();
        for (key, total) in self.totals_of(hub, cycle).into_iter().filter(|(_, total)| total.stale) {
            producers.insert(total.producer);
            self.put_total((hub, cycle), key, Total { stale: false, ..total })?;
        }
        Ok(producers)
    }

    async fn publish_all_left(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        rows: &[DemandRow],
    ) -> Result<(), StoreError> {
        let mut asked: BTreeMap<Reference, Quantity> = BTreeMap::new();
        for row in rows {
            *asked.entry(row.reference.clone()).or_default() += row.ordered;
        }
        let mut left = BTreeMap::new();
        for (reference, asked) in asked {
            let held = self.tables().offers.get(&(hub, cycle, reference.clone())).cloned();
            let Some(held) = held.filter(|held| held.listed) else { continue };
            if let Some(promised) = held.offer.promised {
                left.insert(reference.to_string(), serde_json::to_string(&promised.less(asked))?);
            }
        }
        self.publish_exactly(&Scope::catalog(hub), kind::LEFT, &left)
    }

    async fn publish_demand(&mut self, cycle: CycleId, demand: &ProducerDemand) -> Result<(), StoreError> {
        self.publish_one(&Scope::producer(demand.producer.id), kind::DEMAND, cycle, demand)
    }

    async fn save_consolidated(
        &mut self,
        hub: HubId,
        _: CycleId,
        orders: &[Order],
    ) -> Result<(), StoreError> {
        self.write_consolidated(hub, orders)
    }

    async fn grant_demand(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        granted: &DemandTable,
    ) -> Result<(), StoreError> {
        self.write_grants(hub, cycle, granted)
    }

    async fn save_sheet(&mut self, hub: HubId, sheet: &ProducerSheet) -> Result<(), StoreError> {
        self.write_sheet(hub, sheet)?;
        self.tell_arrivals(hub, sheet)
    }

    async fn find_sheet(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        producer: ProducerId,
    ) -> Result<Option<ProducerSheet>, StoreError> {
        self.sheet(hub, cycle, producer)
    }

    async fn find_placed_order(&mut self, place: OrderPlace) -> Result<Option<Order>, StoreError> {
        Ok(self.placed_order(place))
    }

    async fn answers(
        &mut self,
        site: SiteId,
        order: OrderId,
        delivery_on: Date,
    ) -> Result<Vec<OrderAnswer>, StoreError> {
        self.told(site, order, delivery_on)
    }

    async fn save_answered(&mut self, hub: HubId, answered: &Answered) -> Result<(), StoreError> {
        self.write_answered(hub, answered)
    }

    async fn close_cycle(&mut self, hub: HubId, closed: &OrderCycle) -> Result<(), StoreError> {
        let held = self.find_cycle(hub, closed.id).await?;
        if held.is_none_or(|held| held.state != CycleState::Open) {
            return Err(StoreError::CycleClosed(closed.id));
        }
        self.put(|tables| &mut tables.cycles, (hub, closed.id), Some(closed.clone()))?;
        match self.current_cycle(hub).await? {
            Some(current) if current.id == closed.id => {
                self.publish_one(&Scope::catalog(hub), kind::CYCLE, CURRENT, closed)
            }
            _ => Ok(()),
        }
    }
}
