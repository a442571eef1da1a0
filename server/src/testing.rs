//! What tests of the server share: stores of both kinds, a clock that stands still, a small invented market.

#![allow(clippy::expect_used, clippy::panic, reason = "only tests come here: what does not work stops them")]

mod client;
pub mod doors;
mod market;
mod postgres;

use std::{
    ops::Deref,
    sync::atomic::{AtomicI64, Ordering},
};

use domain::{cycle::CycleId, id::HubId, time::Timestamp};
use tempfile::TempDir;

use crate::{
    state::Clock,
    store::{DatabaseUrl, Store, StoreError, SyncStore, Transaction},
};

pub use client::{Answer, Client};
pub use market::{Device, Market, NOW, PASSWORD, offer, offers, producers, quantity, week};
pub use postgres::{REQUIRED, new_base};

/// An empty store of its own, gone with its value.
pub struct TestStore {
    store: Store,
    /// Where it is, for tests that open it twice.
    pub url: DatabaseUrl,
    _folder: Option<TempDir>,
}

impl Deref for TestStore {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

impl SyncStore for TestStore {
    type Tx = Transaction;
    fn epoch(&self) -> u64 {
        self.store.epoch()
    }
    async fn read(&self) -> Result<Transaction, StoreError> {
        self.store.read().await
    }
    async fn write(&self, hub: HubId) -> Result<Transaction, StoreError> {
        self.store.write(hub).await
    }
    async fn due_cycles(&self, now: Timestamp) -> Result<Vec<(HubId, CycleId)>, StoreError> {
        self.store.due_cycles(now).await
    }
    async fn stale_cycles(&self) -> Result<Vec<(HubId, CycleId)>, StoreError> {
        self.store.stale_cycles().await
    }
    async fn hubs_without_snapshot(&self) -> Result<Vec<HubId>, StoreError> {
        self.store.hubs_without_snapshot().await
    }
    async fn make_snapshot(&self, hub: HubId, now: Timestamp) -> Result<(), StoreError> {
        self.store.make_snapshot(hub, now).await
    }
}

/// An empty embedded store.
///
/// # Panics
/// When this machine cannot make one.
#[must_use]
pub async fn on_sqlite() -> TestStore {
    let folder = TempDir::new().expect("a temporary folder");
    let url = DatabaseUrl::Sqlite { folder: folder.path().to_owned() };
    let store = Store::open(&url).await.expect("an embedded store opens");
    TestStore { store, url, _folder: Some(folder) }
}

/// An empty base on a throw-away PostgreSQL. `None`, and loud, where there is no PostgreSQL.
///
/// # Panics
/// When there is a PostgreSQL and it does not work; when there is none and `MERCURIALE_REQUIRE_POSTGRES=1`.
#[must_use]
pub async fn on_postgres(test: &str) -> Option<TestStore> {
    let url = new_base(test)?;
    let store = Store::open(&url).await.expect("a PostgreSQL store opens");
    Some(TestStore { store, url, _folder: None })
}

/// Runs each named `async fn(TestStore)` on both engines, as `sqlite::name` and `postgres::name`.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $name() { super::$name($crate::testing::on_sqlite().await).await; })*
        }
        mod postgres {
            $(#[tokio::test] async fn $name() {
                if let Some(store) = $crate::testing::on_postgres(stringify!($name)).await {
                    super::$name(store).await;
                }
            })*
        }
    };
}

/// A clock that moves when told to.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// A clock that shows `at`.
    #[must_use]
    pub fn at(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Shows `at` from now on.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.0, Ordering::SeqCst);
    }

    /// Moves by `ms`.
    pub fn advance_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}
