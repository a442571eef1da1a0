//! A store whose failures come between two calls of the port. Memory counts rows and SQL counts statements: only what is
//! counted at the port fails at the same place over both, and lets one seed tell the same story over each.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet, HashMap},
    future::Future,
    rc::Rc,
    sync::Arc,
};

use domain::{
    availability::Availability,
    consolidation::DemandTable,
    cycle::{CycleId, OrderCycle},
    draft::SharedDraft,
    enterprise::{Producer, Role, Site},
    harvest::{OrderAnswer, OrderPlace},
    id::{DraftId, HubId, OrderId, OutboxId, PlaceId, ProducerId, Reference, SiteId, TicketId, UserId},
    money::Amount,
    offer::Offer,
    order::{Order, OrderNumber},
    pricing::Terms,
    producer_sheet::{ProducerSheet, SiteLabel},
    quay::{Arrival, Departure, PageKey, QuayPage},
    receipt::Receipt,
    reception::Reception,
    ticket::Ticket,
    time::{Date, Timestamp},
    wire::{Op, Scope, desk::ProducerDemand, snapshot::HubCard},
};
use server::store::{
    Answered, Claim, CountedLine, CycleOffers, DemandRow, PriceList, Reach, Series, Snapshot, StoreError,
    StoredReceipt, SyncStore, SyncTransaction,
    memory::{Failure, ReceiptRow},
};

use super::Backend;

/// The failure to come: after how many more writes, and how.
#[derive(Clone, Default)]
struct Meter(Rc<Cell<Option<(u32, Failure)>>>);

impl Meter {
    fn may_write(&self) -> Result<(), StoreError> {
        match self.0.take() {
            Some((0, Failure::Temporary)) => Err(StoreError::Stopped),
            Some((0, Failure::Lasting)) => Err(StoreError::Unreadable("a row that was spoiled on purpose")),
            left => {
                self.0.set(left.map(|(after, how)| (after - 1, how)));
                Ok(())
            }
        }
    }
}

/// A store whose failures are counted at its port.
pub(crate) struct Metered<S> {
    below: S,
    meter: Meter,
}

impl<S> Metered<S> {
    pub(crate) fn new(below: S) -> Self {
        Self { below, meter: Meter::default() }
    }
}

/// Its transactions.
pub(crate) struct MeteredTransaction<T> {
    below: T,
    meter: Meter,
}

macro_rules! forwarded {
    (reads: $(fn $read:ident($($asked:ident: $question:ty),*) -> $answer:ty;)*
     writes: $(fn $write:ident($($given:ident: $what:ty),*) -> $out:ty;)*) => {
        impl<T: SyncTransaction> SyncTransaction for MeteredTransaction<T> {
            async fn commit(self) -> Result<(), StoreError> {
                self.meter.may_write()?;
                self.below.commit().await
            }
            $(async fn $read(&mut self, $($asked: $question),*) -> Result<$answer, StoreError> {
                self.below.$read($($asked),*).await
            })*
            $(async fn $write(&mut self, $($given: $what),*) -> Result<$out, StoreError> {
                self.meter.may_write()?;
                self.below.$write($($given),*).await
            })*
        }
    };
}

forwarded! {
    reads:
    fn savepoint() -> ();
    fn undo_to_savepoint() -> ();
    fn keep_savepoint() -> ();
    fn find_outbox(outbox: OutboxId, place: PlaceId) -> Claim;
    fn find_receipt(outbox: OutboxId, m: u64) -> Option<StoredReceipt>;
    fn receipts_after(outbox: OutboxId, after: u64) -> Vec<Receipt>;
    fn find_reach(scope: &Scope) -> Option<Reach>;
    fn count_changes(scope: &Scope, after: u64) -> u64;
    fn changes(scope: &Scope, after: u64, limit: u32, living: bool) -> Vec<Op>;
    fn living(scope: &Scope) -> Vec<(String, String, u64)>;
    fn last_snapshot(scope: &Scope) -> Option<Snapshot>;
    fn find_cycle(hub: HubId, cycle: CycleId) -> Option<OrderCycle>;
    fn current_cycle(hub: HubId) -> Option<OrderCycle>;
    fn terms(hub: HubId) -> Terms;
    fn named_offers(hub: HubId, cycle: CycleId, references: &BTreeSet<&Reference>) -> Arc<CycleOffers>;
    fn all_offers(hub: HubId, cycle: CycleId) -> HashMap<Reference, Offer>;
    fn producers(hub: HubId) -> BTreeMap<ProducerId, Producer>;
    fn site_labels(hub: HubId) -> BTreeMap<SiteId, SiteLabel>;
    fn find_order(site: SiteId, order: OrderId) -> Option<Order>;
    fn cycle_orders(hub: HubId, cycle: CycleId) -> Vec<Order>;
    fn find_reception(site: SiteId, order: OrderId, delivery_on: Date) -> Option<Reception>;
    fn find_sheet(hub: HubId, cycle: CycleId, producer: ProducerId) -> Option<ProducerSheet>;
    fn find_placed_order(place: OrderPlace) -> Option<Order>;
    fn answers(site: SiteId, order: OrderId, delivery_on: Date) -> Vec<OrderAnswer>;
    fn arrivals(hub: HubId, cycle: CycleId, delivery_on: Date) -> Vec<Arrival>;
    fn find_quay_page(hub: HubId, key: &PageKey) -> Option<QuayPage>;
    fn quay_pages(hub: HubId, cycle: CycleId, delivery_on: Date) -> Vec<QuayPage>;
    fn find_ticket(site: SiteId, ticket: TicketId) -> Option<Ticket>;
    fn find_hub_ticket(hub: HubId, ticket: TicketId) -> Option<Ticket>;
    fn open_line_tickets(hub: HubId, cycle: CycleId) -> Vec<Ticket>;
    fn open_site_tickets(site: SiteId, cycle: CycleId) -> Vec<Ticket>;
    fn demand_rows(hub: HubId, cycle: CycleId) -> Vec<DemandRow>;

    writes:
    fn claim_outbox(outbox: OutboxId, place: PlaceId, now: Timestamp) -> Claim;
    fn save_receipt(outbox: OutboxId, hash: &str, command: &str, account: UserId, receipt: &Receipt, kept_until: Timestamp) -> ();
    fn next_number(site: SiteId, now: Timestamp) -> OrderNumber;
    fn save_order(hub: HubId, before: Option<&Order>, order: &Order) -> ();
    fn find_availability(producer: ProducerId, week: CycleId) -> Option<Availability>;
    fn save_availability(said: &Availability) -> ();
    fn find_draft(site: SiteId, draft: DraftId) -> Option<SharedDraft>;
    fn save_draft(draft: &SharedDraft) -> ();
    fn next_document_number(site: SiteId, series: Series, now: Timestamp) -> OrderNumber;
    fn save_reception(hub: HubId, reception: &Reception, lines: &[CountedLine]) -> ();
    fn save_answered(hub: HubId, answered: &Answered) -> ();
    fn turn_quay(hub: HubId, labels: &BTreeMap<SiteId, SiteLabel>, before: Timestamp) -> ();
    fn save_quay_page(hub: HubId, page: &QuayPage) -> ();
    fn tell_departure(site: SiteId, departure: &Departure) -> ();
    fn save_ticket(hub: HubId, ticket: &Ticket) -> ();
    fn fold_demand(hub: HubId, cycle: CycleId) -> BTreeSet<ProducerId>;
    fn publish_all_left(hub: HubId, cycle: CycleId, rows: &[DemandRow]) -> ();
    fn publish_demand(cycle: CycleId, demand: &ProducerDemand) -> ();
    fn save_consolidated(hub: HubId, cycle: CycleId, orders: &[Order]) -> ();
    fn grant_demand(hub: HubId, cycle: CycleId, granted: &DemandTable) -> ();
    fn save_sheet(hub: HubId, sheet: &ProducerSheet) -> ();
    fn close_cycle(hub: HubId, closed: &OrderCycle) -> ();
}

impl<S: SyncStore> SyncStore for Metered<S> {
    type Tx = MeteredTransaction<S::Tx>;

    fn epoch(&self) -> u64 {
        self.below.epoch()
    }
    async fn read(&self) -> Result<Self::Tx, StoreError> {
        Ok(MeteredTransaction { below: self.below.read().await?, meter: self.meter.clone() })
    }
    async fn write(&self, hub: HubId) -> Result<Self::Tx, StoreError> {
        Ok(MeteredTransaction { below: self.below.write(hub).await?, meter: self.meter.clone() })
    }
    async fn due_cycles(&self, now: Timestamp) -> Result<Vec<(HubId, CycleId)>, StoreError> {
        self.below.due_cycles(now).await
    }
    async fn stale_cycles(&self) -> Result<Vec<(HubId, CycleId)>, StoreError> {
        self.below.stale_cycles().await
    }
    async fn hubs_without_snapshot(&self) -> Result<Vec<HubId>, StoreError> {
        self.below.hubs_without_snapshot().await
    }
    async fn make_snapshot(&self, hub: HubId, now: Timestamp) -> Result<(), StoreError> {
        self.below.make_snapshot(hub, now).await
    }
}

impl<S: Backend> Backend for Metered<S> {
    type Copy = S::Copy;

    fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.below.run(work)
    }
    async fn create_hub(&self, card: &HubCard, terms: &Terms) -> Result<(), StoreError> {
        self.below.create_hub(card, terms).await
    }
    async fn create_site(&self, site: &Site) -> Result<(), StoreError> {
        self.below.create_site(site).await
    }
    async fn create_account(&self, user: UserId, email: &str, role: Role) -> Result<(), StoreError> {
        self.below.create_account(user, email, role).await
    }
    async fn publish(
        &self,
        hub: HubId,
        cycle: &OrderCycle,
        list: &PriceList,
        now: Timestamp,
        snapshot: bool,
    ) -> Result<(), StoreError> {
        self.below.publish(hub, cycle, list, now, snapshot).await
    }
    async fn snapshot(&self, scope: &Scope, hash: &str) -> Option<Vec<u8>> {
        self.below.snapshot(scope, hash).await
    }
    fn backup(&self) -> S::Copy {
        self.below.backup()
    }
    fn restore(&mut self, copy: &S::Copy, epoch: u64) {
        self.below.restore(copy, epoch);
    }
    fn fail_after(&self, after: u32, how: Failure) {
        self.meter.0.set(Some((after, how)));
    }
    fn stop_failing(&self) -> bool {
        self.meter.0.take().is_some()
    }
    fn crash(&mut self) -> Result<(), String> {
        self.below.crash()
    }

    fn receipts(&self) -> Vec<((OutboxId, u64), ReceiptRow)> {
        self.below.receipts()
    }
    fn orders(&self) -> Vec<Order> {
        self.below.orders()
    }
    fn tickets(&self) -> Vec<Ticket> {
        self.below.tickets()
    }
    fn drafts(&self) -> Vec<SharedDraft> {
        self.below.drafts()
    }
    fn heads(&self) -> Vec<(Scope, u64)> {
        self.below.heads()
    }
    fn sheets_amount(&self, hub: HubId, cycle: CycleId) -> Amount {
        self.below.sheets_amount(hub, cycle)
    }
}
