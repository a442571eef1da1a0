//! The server's real store on a real SQLite base in a folder of its own, and its death.

use std::{
    cell::Cell,
    fs,
    future::Future,
    path::{Path, PathBuf},
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
    DatabaseUrl, Encoding, FILE, PriceList, Store, StoreError, SyncStore, Transaction,
    memory::{Failure, ReceiptRow},
};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::{Backend, power_cut};
use crate::chance::Chance;

/// The real store. Each life of the process, and each return from a copy, is a folder of its own.
pub(crate) struct SqliteStore {
    runtime: Runtime,
    store: Store,
    home: TempDir,
    /// Where the base lies now, in `home`.
    living: PathBuf,
    /// Names given to folders of `home` so far.
    names: Cell<u32>,
    /// The run's own count of lives: the store draws its epochs, and a run must be repeatable.
    epoch: u64,
    /// What a power cut leaves is chance of its own, so that a run over memory draws the same as this one.
    chance: Chance,
}

/// Everything that was acknowledged.
type Acknowledged = (Vec<((OutboxId, u64), ReceiptRow)>, Vec<Order>, Vec<Ticket>, Vec<(Scope, u64)>);

/// A disk or a base that fails by itself is no fault of the program under test: the run stops there.
fn sound<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("the simulation's own base: {error}"))
}

fn opened(runtime: &Runtime, folder: &Path) -> Store {
    let url = DatabaseUrl::Sqlite { folder: folder.to_owned() };
    sound(runtime.block_on(Store::open(&url)))
}

impl SqliteStore {
    /// An empty base of the life `epoch`.
    pub(crate) fn new(epoch: u64) -> Self {
        let runtime = sound(Builder::new_current_thread().enable_all().build());
        let home = sound(TempDir::new());
        let living = home.path().join("0");
        let store = opened(&runtime, &living);
        Self { runtime, store, home, living, names: Cell::new(0), epoch, chance: Chance::of(epoch) }
    }

    fn new_folder(&self) -> PathBuf {
        self.names.set(self.names.get() + 1);
        let folder = self.home.path().join(self.names.get().to_string());
        sound(fs::create_dir(&folder));
        folder
    }

    /// Serves from the base in `folder` from now on. The connections to the one before are dropped as they are.
    fn move_to(&mut self, folder: PathBuf) {
        self.store = opened(&self.runtime, &folder);
        self.living = folder;
    }

    fn acknowledged(&self) -> Acknowledged {
        (self.receipts(), self.orders(), self.tickets(), Backend::heads(self))
    }
}

impl SyncStore for SqliteStore {
    type Tx = Transaction;

    fn epoch(&self) -> u64 {
        self.epoch
    }
    fn read(&self) -> impl Future<Output = Result<Transaction, StoreError>> {
        self.store.read()
    }
    fn write(&self, hub: HubId) -> impl Future<Output = Result<Transaction, StoreError>> {
        self.store.write(hub)
    }
    fn due_cycles(&self, now: Timestamp) -> impl Future<Output = Result<Vec<(HubId, CycleId)>, StoreError>> {
        self.store.due_cycles(now)
    }
    fn stale_cycles(&self) -> impl Future<Output = Result<Vec<(HubId, CycleId)>, StoreError>> {
        self.store.stale_cycles()
    }
    fn hubs_without_snapshot(&self) -> impl Future<Output = Result<Vec<HubId>, StoreError>> {
        self.store.hubs_without_snapshot()
    }
    fn make_snapshot(&self, hub: HubId, now: Timestamp) -> impl Future<Output = Result<(), StoreError>> {
        self.store.make_snapshot(hub, now)
    }
}

impl Backend for SqliteStore {
    type Copy = PathBuf;

    fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
    async fn create_hub(&self, card: &HubCard, terms: &Terms) -> Result<(), StoreError> {
        self.store.create_hub(card, terms).await
    }
    async fn create_site(&self, site: &Site) -> Result<(), StoreError> {
        self.store.create_site(site).await
    }
    async fn create_account(&self, user: UserId, email: &str, role: Role) -> Result<(), StoreError> {
        self.store.put_account(user, email, role).await
    }
    async fn publish(
        &self,
        hub: HubId,
        cycle: &OrderCycle,
        list: &PriceList,
        now: Timestamp,
        snapshot: bool,
    ) -> Result<(), StoreError> {
        let silent = |_, _| {};
        if snapshot {
            self.store.publish_price_list(hub, cycle, list, now, false, &silent).await.map(drop)
        } else {
            self.store.save_price_list(hub, cycle, list, now, false, &silent).await.map(drop)
        }
    }
    async fn snapshot(&self, scope: &Scope, hash: &str) -> Option<Vec<u8>> {
        sound(self.store.snapshot_bytes(scope, hash, Encoding::Identity).await)
    }
    fn backup(&self) -> PathBuf {
        let copy = self.new_folder().join(FILE);
        sound(self.runtime.block_on(self.store.backup(&copy)));
        copy
    }
    fn restore(&mut self, copy: &PathBuf, epoch: u64) {
        self.runtime.block_on(self.store.close());
        let folder = self.new_folder();
        sound(fs::copy(copy, folder.join(FILE)));
        self.move_to(folder);
        self.epoch = epoch;
    }
    /// Failures are counted above, where memory counts them too.
    fn fail_after(&self, _: u32, _: Failure) {}
    fn stop_failing(&self) -> bool {
        false
    }
    fn crash(&mut self) -> Result<(), String> {
        let before = self.acknowledged();
        let folder = self.new_folder();
        // What lies on the disk is taken before the connections are dropped: closing them would tidy it.
        sound(power_cut::leave(&self.living.join(FILE), &folder.join(FILE), &mut self.chance));
        self.move_to(folder);
        let same = self.acknowledged() == before;
        if same { Ok(()) } else { Err("a power cut took what was committed".to_owned()) }
    }

    fn receipts(&self) -> Vec<((OutboxId, u64), ReceiptRow)> {
        sound(self.runtime.block_on(self.store.all_receipts()))
    }
    fn orders(&self) -> Vec<Order> {
        sound(self.runtime.block_on(self.store.all_orders()))
    }
    fn tickets(&self) -> Vec<Ticket> {
        sound(self.runtime.block_on(self.store.all_tickets()))
    }
    fn drafts(&self) -> Vec<SharedDraft> {
        sound(self.runtime.block_on(self.store.all_drafts()))
    }
    fn heads(&self) -> Vec<(Scope, u64)> {
        sound(self.runtime.block_on(self.store.heads())).into_iter().collect()
    }
    fn sheets_amount(&self, hub: HubId, cycle: CycleId) -> Amount {
        sound(self.runtime.block_on(self.store.sheets_amount(hub, cycle)))
    }
}
