//! The store below the server: memory, or a real SQLite base. The rules above are the same.

mod metered;
mod power_cut;
mod sqlite;

pub(crate) use metered::Metered;
pub(crate) use sqlite::SqliteStore;

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use domain::{
    cycle::{CycleId, OrderCycle},
    draft::SharedDraft,
    enterprise::{Role, Site},
    id::{HubId, OutboxId, UserId},
    money::Amount,
    order::Order,
    pricing::Terms,
    ticket::Ticket,
    time::Timestamp,
    wire::{Scope, snapshot::HubCard},
};
use server::store::{
    PriceList, StoreError, SyncStore,
    memory::{Backup, Failure, MemoryStore, ReceiptRow},
};

/// What the simulation needs of a store beyond what the rules do.
pub(crate) trait Backend: SyncStore + Sized {
    /// A copy one can come back from.
    type Copy;

    /// Runs to its end what only ever waits for this store.
    fn run<T>(&self, work: impl Future<Output = T>) -> T;
    fn create_hub(&self, card: &HubCard, terms: &Terms) -> impl Future<Output = Result<(), StoreError>>;
    fn create_site(&self, site: &Site) -> impl Future<Output = Result<(), StoreError>>;
    /// Somebody who may carry commands.
    fn create_account(
        &self,
        user: UserId,
        email: &str,
        role: Role,
    ) -> impl Future<Output = Result<(), StoreError>>;
    /// Publishes a list; a server that stops right after has no `snapshot` of it yet.
    fn publish(
        &self,
        hub: HubId,
        cycle: &OrderCycle,
        list: &PriceList,
        now: Timestamp,
        snapshot: bool,
    ) -> impl Future<Output = Result<(), StoreError>>;
    fn snapshot(&self, scope: &Scope, hash: &str) -> impl Future<Output = Option<Vec<u8>>>;
    fn backup(&self) -> Self::Copy;
    /// Comes back from a copy, as a new life.
    fn restore(&mut self, copy: &Self::Copy, epoch: u64);
    /// Has a write fail: after how many others, and how.
    fn fail_after(&self, after: u32, how: Failure);
    /// Lets writes pass. Whether a failure was still to come.
    fn stop_failing(&self) -> bool;
    /// The process dies and starts again on what is durable.
    ///
    /// # Errors
    /// What was committed and is not there any more.
    fn crash(&mut self) -> Result<(), String>;

    fn receipts(&self) -> Vec<((OutboxId, u64), ReceiptRow)>;
    fn orders(&self) -> Vec<Order>;
    fn tickets(&self) -> Vec<Ticket>;
    fn drafts(&self) -> Vec<SharedDraft>;
    fn heads(&self) -> Vec<(Scope, u64)>;
    fn sheets_amount(&self, hub: HubId, cycle: CycleId) -> Amount;
}

/// Runs a future that never waits for anything outside.
pub(crate) fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = work.as_mut().poll(&mut context) {
            return value;
        }
    }
}

impl Backend for MemoryStore {
    type Copy = Backup;

    fn run<T>(&self, work: impl Future<Output = T>) -> T {
        at_once(work)
    }
    async fn create_hub(&self, card: &HubCard, terms: &Terms) -> Result<(), StoreError> {
        MemoryStore::create_hub(self, card, terms).await
    }
    async fn create_site(&self, site: &Site) -> Result<(), StoreError> {
        MemoryStore::create_site(self, site).await
    }
    async fn create_account(&self, _: UserId, _: &str, _: Role) -> Result<(), StoreError> {
        Ok(())
    }
    async fn publish(
        &self,
        hub: HubId,
        cycle: &OrderCycle,
        list: &PriceList,
        now: Timestamp,
        snapshot: bool,
    ) -> Result<(), StoreError> {
        self.publish_price_list(hub, cycle, list, now, snapshot).await.map(drop)
    }
    async fn snapshot(&self, scope: &Scope, hash: &str) -> Option<Vec<u8>> {
        self.snapshot_bytes(scope, hash)
    }
    fn backup(&self) -> Backup {
        MemoryStore::backup(self)
    }
    fn restore(&mut self, copy: &Backup, epoch: u64) {
        MemoryStore::restore(self, copy, epoch);
    }
    fn fail_after(&self, after: u32, how: Failure) {
        MemoryStore::fail_after(self, after, how);
    }
    fn stop_failing(&self) -> bool {
        MemoryStore::stop_failing(self)
    }
    fn crash(&mut self) -> Result<(), String> {
        Ok(())
    }

    fn receipts(&self) -> Vec<((OutboxId, u64), ReceiptRow)> {
        self.all_receipts()
    }
    fn orders(&self) -> Vec<Order> {
        self.all_orders()
    }
    fn tickets(&self) -> Vec<Ticket> {
        self.all_tickets()
    }
    fn drafts(&self) -> Vec<SharedDraft> {
        self.all_drafts()
    }
    fn heads(&self) -> Vec<(Scope, u64)> {
        MemoryStore::heads(self).into_iter().collect()
    }
    fn sheets_amount(&self, hub: HubId, cycle: CycleId) -> Amount {
        MemoryStore::sheets_amount(self, hub, cycle)
    }
}
