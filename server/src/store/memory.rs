//! The same store in memory, for the simulation and for tests: the rules of sync run over it as they do over SQL, a hundred
//! times faster, and it fails where it is told to.
//!
//! A transaction writes in place and remembers how to undo: dropped without `commit`, it puts everything back, as a base
//! does whose process died. One writer at a time is the caller's to keep; nothing here waits.

mod catalog;
mod feed;
mod harvests;
mod orders;
mod quay;
mod receptions;
mod transaction;

use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{
    cycle::{CycleId, OrderCycle},
    draft::SharedDraft,
    enterprise::{Producer, Site},
    id::{HubId, OrderId, OutboxId, PlaceId, ProducerId, Reference, SiteId, TicketId},
    money::Amount,
    order::{LineKey, Order},
    pricing::Terms,
    quay::{PageKey, QuayPage},
    receipt::Receipt,
    reception::Reception,
    ticket::Ticket,
    time::{Date, Timestamp},
    wire::{Scope, snapshot::HubCard},
};

use super::{Series, StoreError, SyncStore, price_list::Held};

/// A hub, as its row says it.
#[derive(Debug, Clone)]
struct HubRow {
    card: HubCard,
    terms: Terms,
    current: Option<CycleId>,
    list_seq: u64,
}

/// An order's row. Its document is the feed's.
#[derive(Debug, Clone)]
struct OrderRow {
    hub: HubId,
    site: SiteId,
    cycle: CycleId,
    order: Order,
}

/// A running total, in the integers of SQL.
#[derive(Debug, Clone, Copy)]
struct Total {
    producer: ProducerId,
    ordered: i64,
    confirmed: Option<i64>,
    producer_share: i64,
    amount: i64,
    lines: i64,
    stale: bool,
}

/// An entity of a feed, at its place; deleted without a body.
#[derive(Debug, Clone)]
struct FeedRow {
    seq: u64,
    body: Option<String>,
}

/// The answer to a command, with the command as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Of the command.
    pub hash: String,
    /// The command's own text.
    pub command: String,
    /// The answer.
    pub receipt: Receipt,
}

#[derive(Debug, Clone)]
struct SnapshotRow {
    seq: u64,
    bytes: Vec<u8>,
}

type EntityKey = (Scope, String, String);

/// Everything that is stored. A copy of it is a backup.
#[derive(Debug, Clone, Default)]
struct Tables {
    hubs: BTreeMap<HubId, HubRow>,
    sites: BTreeMap<SiteId, Site>,
    producers: BTreeMap<ProducerId, (HubId, Producer)>,
    cycles: BTreeMap<(HubId, CycleId), OrderCycle>,
    offers: BTreeMap<(HubId, CycleId, Reference), Held>,
    outboxes: BTreeMap<OutboxId, (PlaceId, u64)>,
    receipts: BTreeMap<(OutboxId, u64), ReceiptRow>,
    numbers: BTreeMap<(SiteId, i16), u32>,
    orders: BTreeMap<OrderId, OrderRow>,
    documents: BTreeMap<(SiteId, i16, Series), u32>,
    receptions: BTreeMap<(OrderId, Date), Reception>,
    pages: BTreeMap<(HubId, PageKey), QuayPage>,
    totals: BTreeMap<(HubId, CycleId, LineKey), Total>,
    tickets: BTreeMap<TicketId, (HubId, Ticket)>,
    sheets: BTreeMap<(HubId, CycleId, ProducerId), Amount>,
    heads: BTreeMap<Scope, u64>,
    feed: BTreeMap<EntityKey, FeedRow>,
    places: BTreeMap<(Scope, u64), (String, String)>,
    snapshots: BTreeMap<(Scope, String), SnapshotRow>,
}

/// How a write fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// As a full disk or a busy base does: the same write may succeed later.
    Temporary,
    /// As a fault of the program does: it fails every time.
    Lasting,
}

#[derive(Debug, Default)]
struct Shared {
    tables: Mutex<Tables>,
    epoch: Mutex<u64>,
    /// After how many more writes each next failure comes, and which.
    failing: Mutex<VecDeque<(u32, Failure)>>,
}

/// A store in memory. Cheap to clone; every clone is the same store.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Shared>);

/// What a store held at one instant.
#[derive(Debug, Clone, Default)]
pub struct Backup(Tables);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MemoryStore {
    /// An empty store of the life `epoch`.
    #[must_use]
    pub fn new(epoch: u64) -> Self {
        let store = Self::default();
        *locked(&store.0.epoch) = epoch;
        store
    }

    /// Everything that is committed.
    #[must_use]
    pub fn backup(&self) -> Backup {
        Backup(locked(&self.0.tables).clone())
    }

    /// Comes back from a copy, as a new life.
    pub fn restore(&self, backup: &Backup, epoch: u64) {
        *locked(&self.0.tables) = backup.0.clone();
        *locked(&self.0.epoch) = epoch;
    }

    /// Has the write after the next `after` fail.
    pub fn fail_after(&self, after: u32, how: Failure) {
        self.fail_each([(after, how)]);
    }

    /// Has writes fail one after the other: after how many others each time, and how.
    pub fn fail_each(&self, failures: impl IntoIterator<Item = (u32, Failure)>) {
        *locked(&self.0.failing) = failures.into_iter().collect();
    }

    /// Lets every write pass. Whether a failure was still to come.
    pub fn stop_failing(&self) -> bool {
        !mem::take(&mut *locked(&self.0.failing)).is_empty()
    }

    /// Every stored answer.
    #[must_use]
    pub fn all_receipts(&self) -> Vec<((OutboxId, u64), ReceiptRow)> {
        locked(&self.0.tables).receipts.iter().map(|(key, row)| (*key, row.clone())).collect()
    }

    /// Every order, as its document says.
    #[must_use]
    pub fn all_orders(&self) -> Vec<Order> {
        locked(&self.0.tables).orders.values().map(|row| row.order.clone()).collect()
    }

    /// Every ticket.
    #[must_use]
    pub fn all_tickets(&self) -> Vec<Ticket> {
        locked(&self.0.tables).tickets.values().map(|(_, ticket)| ticket.clone()).collect()
    }

    /// Every shared draft.
    #[must_use]
    pub fn all_drafts(&self) -> Vec<SharedDraft> {
        let tables = locked(&self.0.tables);
        let rows = tables.feed.iter().filter(|((_, kind, _), _)| kind == super::feed::kind::DRAFT);
        rows.filter_map(|(_, row)| serde_json::from_str(row.body.as_ref()?).ok()).collect()
    }

    /// Where each feed stands.
    #[must_use]
    pub fn heads(&self) -> BTreeMap<Scope, u64> {
        locked(&self.0.tables).heads.clone()
    }

    /// What the sheets of a cycle sum to.
    #[must_use]
    pub fn sheets_amount(&self, hub: HubId, cycle: CycleId) -> Amount {
        let tables = locked(&self.0.tables);
        tables.sheets.iter().filter(|((of, at, _), _)| (*of, *at) == (hub, cycle)).map(|(_, sum)| *sum).sum()
    }

    fn begin(&self) -> MemoryTransaction {
        MemoryTransaction { shared: Arc::clone(&self.0), undo: Vec::new(), marks: Vec::new() }
    }
}

impl SyncStore for MemoryStore {
    type Tx = MemoryTransaction;

    fn epoch(&self) -> u64 {
        *locked(&self.0.epoch)
    }

    async fn read(&self) -> Result<MemoryTransaction, StoreError> {
        Ok(self.begin())
    }

    async fn write(&self, _: HubId) -> Result<MemoryTransaction, StoreError> {
        Ok(self.begin())
    }

    async fn due_cycles(&self, now: Timestamp) -> Result<Vec<(HubId, CycleId)>, StoreError> {
        let tables = locked(&self.0.tables);
        let due = tables.cycles.iter().filter(|(_, cycle)| {
            cycle.state == domain::cycle::CycleState::Open && cycle.cut_off_at.plus_ms(cycle.grace_ms) < now
        });
        Ok(due.map(|(key, _)| *key).collect())
    }

    async fn stale_cycles(&self) -> Result<Vec<(HubId, CycleId)>, StoreError> {
        let tables = locked(&self.0.tables);
        let stale = tables.totals.iter().filter(|(_, total)| total.stale);
        let mut cycles: Vec<_> = stale.map(|((hub, cycle, _), _)| (*hub, *cycle)).collect();
        cycles.dedup();
        Ok(cycles)
    }

    async fn hubs_without_snapshot(&self) -> Result<Vec<HubId>, StoreError> {
        let tables = locked(&self.0.tables);
        let without = tables.hubs.iter().filter(|(hub, row)| {
            let scope = Scope::catalog(**hub);
            let made = |((of, _), snapshot): (&(Scope, String), &SnapshotRow)| {
                *of == scope && snapshot.seq >= row.list_seq
            };
            row.list_seq > 0 && !tables.snapshots.iter().any(made)
        });
        Ok(without.map(|(hub, _)| *hub).collect())
    }

    async fn make_snapshot(&self, hub: HubId, _: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin();
        tx.snapshot_now(hub)?;
        super::SyncTransaction::commit(tx).await
    }
}

type Undo = Box<dyn FnOnce(&mut Tables) + Send>;

/// A transaction of a [`MemoryStore`].
pub struct MemoryTransaction {
    shared: Arc<Shared>,
    undo: Vec<Undo>,
    marks: Vec<usize>,
}

impl MemoryTransaction {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        locked(&self.shared.tables)
    }

    /// One write: a row as it is from now on, or no row.
    fn put<K, V>(
        &mut self,
        table: fn(&mut Tables) -> &mut BTreeMap<K, V>,
        key: K,
        row: Option<V>,
    ) -> Result<(), StoreError>
    where
        K: Ord + Clone + Send + 'static,
        V: Send + 'static,
    {
        self.may_write()?;
        let before = {
            let mut tables = self.tables();
            match row {
                Some(row) => table(&mut tables).insert(key.clone(), row),
                None => table(&mut tables).remove(&key),
            }
        };
        self.undo.push(Box::new(move |tables| match before {
            Some(row) => drop(table(tables).insert(key, row)),
            None => drop(table(tables).remove(&key)),
        }));
        Ok(())
    }

    /// Whether the failure that was asked for comes now.
    fn may_write(&self) -> Result<(), StoreError> {
        let mut failing = locked(&self.shared.failing);
        if let Some((left @ 1.., _)) = failing.front_mut() {
            *left -= 1;
            return Ok(());
        }
        match failing.pop_front() {
            None => Ok(()),
            Some((_, Failure::Temporary)) => Err(StoreError::Stopped),
            Some((_, Failure::Lasting)) => Err(StoreError::Unreadable("a row that was spoiled on purpose")),
        }
    }

    fn undo_to(&mut self, mark: usize) {
        let undo = self.undo.split_off(mark);
        let mut tables = self.tables();
        undo.into_iter().rev().for_each(|undo| undo(&mut tables));
    }
}

impl Drop for MemoryTransaction {
    fn drop(&mut self) {
        self.undo_to(0);
    }
}
