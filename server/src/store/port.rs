//! What the rules of sync and closing need of a store: a port, so that the very same rules run over SQL and, in the
//! simulation, over memory.
//!
//! Every method does what the method of the same name of [`Transaction`] or [`Store`] does; what it means is told there.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    future::Future,
    sync::Arc,
};

use domain::{
    availability::Availability,
    consolidation::DemandTable,
    cycle::{CycleId, OrderCycle},
    draft::SharedDraft,
    enterprise::Producer,
    harvest::{OrderAnswer, OrderPlace},
    id::{DraftId, HubId, OrderId, OutboxId, PlaceId, ProducerId, Reference, SiteId, TicketId, UserId},
    offer::Offer,
    order::{Order, OrderNumber},
    pricing::Terms,
    producer_sheet::{ProducerSheet, SiteLabel},
    quay::{Arrival, Departure, PageKey, QuayPage},
    receipt::Receipt,
    reception::Reception,
    ticket::Ticket,
    time::{Date, Timestamp},
    wire::{Op, Scope, desk::ProducerDemand},
};

use super::{
    Answered, Claim, CountedLine, CycleOffers, DemandRow, Reach, Series, Snapshot, Store, StoreError,
    StoredReceipt, Transaction,
};

/// Declares a port once, and forwards it to the methods of the same name of its first user.
macro_rules! port {
    ($(#[$about:meta])* $port:ident of $user:ident: $($(#[$told:meta])* fn $name:ident($($given:ident: $what:ty),*) -> $out:ty;)*) => {
        $(#[$about])*
        pub trait $port: Sized {
            /// Makes it all durable, or nothing.
            fn commit(self) -> impl Future<Output = Result<(), StoreError>>;
            $(
                $(#[$told])*
                fn $name(&mut self $(, $given: $what)*) -> impl Future<Output = Result<$out, StoreError>>;
            )*
        }

        impl $port for $user {
            fn commit(self) -> impl Future<Output = Result<(), StoreError>> {
                $user::commit(self)
            }
            $(
                fn $name(&mut self $(, $given: $what)*) -> impl Future<Output = Result<$out, StoreError>> {
                    $user::$name(self $(, $given)*)
                }
            )*
        }
    };
}

port! {
    /// What the rules do inside one transaction. Dropped without `commit`, it changed nothing.
    SyncTransaction of Transaction:

    /// Marks a place to come back to.
    fn savepoint() -> ();
    /// Undoes everything since the last savepoint.
    fn undo_to_savepoint() -> ();
    /// Keeps everything since the last savepoint.
    fn keep_savepoint() -> ();

    /// Binds an outbox to a place at first sight, and says whose it is.
    fn claim_outbox(outbox: OutboxId, place: PlaceId, now: Timestamp) -> Claim;
    /// Whose an outbox is; one never seen is everybody's.
    fn find_outbox(outbox: OutboxId, place: PlaceId) -> Claim;
    /// The answer given to a command.
    fn find_receipt(outbox: OutboxId, m: u64) -> Option<StoredReceipt>;
    /// Stores the answer to the next command of an outbox, for as long as it is to be kept.
    fn save_receipt(outbox: OutboxId, hash: &str, command: &str, account: UserId, receipt: &Receipt, kept_until: Timestamp) -> ();
    /// The answers after a command number, in order.
    fn receipts_after(outbox: OutboxId, after: u64) -> Vec<Receipt>;

    /// From where to where a feed goes; `None` when there is no such feed.
    fn find_reach(scope: &Scope) -> Option<Reach>;
    /// How many entities changed after a place.
    fn count_changes(scope: &Scope, after: u64) -> u64;
    /// The changes after a place, in order, at most `limit`; with `living`, no deleted ones.
    fn changes(scope: &Scope, after: u64, limit: u32, living: bool) -> Vec<Op>;
    /// Kind, identifier and place of every living entity.
    fn living(scope: &Scope) -> Vec<(String, String, u64)>;
    /// The last snapshot of a scope.
    fn last_snapshot(scope: &Scope) -> Option<Snapshot>;

    /// A cycle of a hub.
    fn find_cycle(hub: HubId, cycle: CycleId) -> Option<OrderCycle>;
    /// The cycle whose price list the tablets hold.
    fn current_cycle(hub: HubId) -> Option<OrderCycle>;
    /// How a hub makes its prices.
    fn terms(hub: HubId) -> Terms;
    /// The offers of these references, in the list or out of it.
    fn named_offers(hub: HubId, cycle: CycleId, references: &BTreeSet<&Reference>) -> Arc<CycleOffers>;
    /// Every offer that was ever in a cycle's list.
    fn all_offers(hub: HubId, cycle: CycleId) -> HashMap<Reference, Offer>;
    /// Every producer of a hub.
    fn producers(hub: HubId) -> BTreeMap<ProducerId, Producer>;
    /// Names and communes of a hub's places, for sheets.
    fn site_labels(hub: HubId) -> BTreeMap<SiteId, SiteLabel>;

    /// The next order number of a site.
    fn next_number(site: SiteId, now: Timestamp) -> OrderNumber;
    /// An order of a site.
    fn find_order(site: SiteId, order: OrderId) -> Option<Order>;
    /// Writes an order as it now is; `before` is what it was, `None` when it is new.
    fn save_order(hub: HubId, before: Option<&Order>, order: &Order) -> ();
    /// Every order of a cycle, withdrawn ones too, by identifier.
    fn cycle_orders(hub: HubId, cycle: CycleId) -> Vec<Order>;

    /// What the tablets of a site share of a draft.
    fn find_draft(site: SiteId, draft: DraftId) -> Option<SharedDraft>;
    /// Writes a shared draft as it now is.
    fn save_draft(draft: &SharedDraft) -> ();

    /// What stands of a producer's week; `None` when nothing was said of it.
    fn find_availability(producer: ProducerId, week: CycleId) -> Option<Availability>;
    /// Writes what stands of a producer's week.
    fn save_availability(said: &Availability) -> ();
    /// The next number of a series of a site.
    fn next_document_number(site: SiteId, series: Series, now: Timestamp) -> OrderNumber;
    /// What was said of the delivery of an order of a site on a day.
    fn find_reception(site: SiteId, order: OrderId, delivery_on: Date) -> Option<Reception>;
    /// Writes a reception as it now is, with what counts of it.
    fn save_reception(hub: HubId, reception: &Reception, lines: &[CountedLine]) -> ();

    /// The sheet of a producer for a closed cycle.
    fn find_sheet(hub: HubId, cycle: CycleId, producer: ProducerId) -> Option<ProducerSheet>;
    /// An order, as a sheet names it.
    fn find_placed_order(place: OrderPlace) -> Option<Order>;
    /// What producers answered about an order of a site on a day.
    fn answers(site: SiteId, order: OrderId, delivery_on: Date) -> Vec<OrderAnswer>;
    /// Writes a producer's answer, and tells it to whom it concerns.
    fn save_answered(hub: HubId, answered: &Answered) -> ();

    /// Tells a hub's devices what its kitchens are called, and forgets, there alone, what passed its quay before an instant's day.
    fn turn_quay(hub: HubId, labels: &BTreeMap<SiteId, SiteLabel>, before: Timestamp) -> ();
    /// What is to come to a hub's quay on a day of a week.
    fn arrivals(hub: HubId, cycle: CycleId, delivery_on: Date) -> Vec<Arrival>;
    /// A page of the quay's book.
    fn find_quay_page(hub: HubId, key: &PageKey) -> Option<QuayPage>;
    /// Every page of a day of a week.
    fn quay_pages(hub: HubId, cycle: CycleId, delivery_on: Date) -> Vec<QuayPage>;
    /// Writes a page as it now is, and tells the hub's devices.
    fn save_quay_page(hub: HubId, page: &QuayPage) -> ();
    /// Tells a kitchen what left for it.
    fn tell_departure(site: SiteId, departure: &Departure) -> ();

    /// Writes a ticket as it now is.
    fn save_ticket(hub: HubId, ticket: &Ticket) -> ();
    /// A ticket of a site.
    fn find_ticket(site: SiteId, ticket: TicketId) -> Option<Ticket>;
    /// A ticket of any site of a hub.
    fn find_hub_ticket(hub: HubId, ticket: TicketId) -> Option<Ticket>;
    /// The open tickets of a site for a cycle, by identifier.
    fn open_site_tickets(site: SiteId, cycle: CycleId) -> Vec<Ticket>;
    /// The open tickets about lines of a cycle's orders.
    fn open_line_tickets(hub: HubId, cycle: CycleId) -> Vec<Ticket>;

    /// The running totals of a cycle, by offer and day.
    fn demand_rows(hub: HubId, cycle: CycleId) -> Vec<DemandRow>;
    /// Has the totals follow what moved since the last time. The producers whose totals moved.
    fn fold_demand(hub: HubId, cycle: CycleId) -> BTreeSet<ProducerId>;
    /// Tells the tablets what is left of each promise that somebody drew on; `rows` are the totals of the cycle.
    fn publish_all_left(hub: HubId, cycle: CycleId, rows: &[DemandRow]) -> ();
    /// Tells a producer the demand addressed to it.
    fn publish_demand(cycle: CycleId, demand: &ProducerDemand) -> ();

    /// Writes all orders of a cycle that stood as its closing left them.
    fn save_consolidated(hub: HubId, cycle: CycleId, orders: &[Order]) -> ();
    /// Replaces what the totals of a closed cycle grant and cost.
    fn grant_demand(hub: HubId, cycle: CycleId, granted: &DemandTable) -> ();
    /// Stores a sheet and sends it to its producer.
    fn save_sheet(hub: HubId, sheet: &ProducerSheet) -> ();
    /// Closes a cycle, and tells the tablets when it is the one they hold.
    fn close_cycle(hub: HubId, closed: &OrderCycle) -> ();
}

/// A store the rules run over.
pub trait SyncStore {
    /// Its transactions.
    type Tx: SyncTransaction;

    /// The life of this store: feed positions of another one mean nothing here.
    fn epoch(&self) -> u64;
    /// A transaction that sees one state and changes nothing.
    fn read(&self) -> impl Future<Output = Result<Self::Tx, StoreError>>;
    /// A transaction that changes what belongs to a hub. Writers of one hub go one after the other.
    fn write(&self, hub: HubId) -> impl Future<Output = Result<Self::Tx, StoreError>>;
    /// The open cycles whose cut-off and grace have passed.
    fn due_cycles(&self, now: Timestamp) -> impl Future<Output = Result<Vec<(HubId, CycleId)>, StoreError>>;
    /// The cycles whose totals moved since devices were last told.
    fn stale_cycles(&self) -> impl Future<Output = Result<Vec<(HubId, CycleId)>, StoreError>>;
    /// The hubs whose last publication has no snapshot.
    fn hubs_without_snapshot(&self) -> impl Future<Output = Result<Vec<HubId>, StoreError>>;
    /// Makes the snapshot of a hub's catalogue as it now is, unless it has no list yet.
    fn make_snapshot(&self, hub: HubId, now: Timestamp) -> impl Future<Output = Result<(), StoreError>>;
}

impl SyncStore for Store {
    type Tx = Transaction;

    fn epoch(&self) -> u64 {
        Store::epoch(self)
    }
    fn read(&self) -> impl Future<Output = Result<Transaction, StoreError>> {
        Store::read(self)
    }
    fn write(&self, hub: HubId) -> impl Future<Output = Result<Transaction, StoreError>> {
        Store::write(self, hub)
    }
    fn due_cycles(&self, now: Timestamp) -> impl Future<Output = Result<Vec<(HubId, CycleId)>, StoreError>> {
        Store::due_cycles(self, now)
    }
    fn stale_cycles(&self) -> impl Future<Output = Result<Vec<(HubId, CycleId)>, StoreError>> {
        Store::stale_cycles(self)
    }
    fn hubs_without_snapshot(&self) -> impl Future<Output = Result<Vec<HubId>, StoreError>> {
        Store::hubs_without_snapshot(self)
    }
    fn make_snapshot(&self, hub: HubId, now: Timestamp) -> impl Future<Output = Result<(), StoreError>> {
        Store::make_snapshot(self, hub, now)
    }
}
