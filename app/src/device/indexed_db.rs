//! The replica's storage on IndexedDB.
//!
//! | database | stores | version | durability |
//! |---|---|---|---|
//! | `outbox` | `cmd`, `sent`, `meta` | 1, for ever: new needs are new fields inside the JSON | strict, explicit commit |
//! | `cache-v1-…` | `head`, `snapshot`, `log`, `entity` | 1: a new layout is a new name | relaxed: it can be downloaded again |
//!
//! The rules of both, each paid for by somebody's lost orders: compute first; one transaction; every request issued
//! without a pause in between; nothing awaited inside but that transaction's own requests; only *complete* is success; a
//! handle that died is opened again, three times at most, and then it is an error, never a success.
//!
//! The outbox goes through a thin binding of its own ([`strict`]), because rexie cannot ask for strict durability and its
//! builder deletes, at a version change, every store it was not told of. The caches go through rexie.

mod cache;
#[cfg(feature = "conformance")]
pub mod conformance;
mod outbox;
mod record;
mod rescue;
mod strict;
mod trouble;

use std::{cell::RefCell, rc::Rc};

use domain::ordered::Map;
use replica::{
    cache::{CacheContents, CacheName, CacheWrite},
    forgotten::Rewriting,
    outbox::{OutboxContents, Queue, Write},
    ports::{Flipped, Storage, StorageError, Update},
};
use rexie::Rexie;
use web_sys::IdbDatabase;

use trouble::Trouble;

/// How often a dead handle is opened again.
const TRIES: usize = 3;

/// The device's storage. Handles are opened when first needed, and kept.
#[derive(Default)]
pub struct IndexedDb {
    /// Set before the names of the databases: the conformance suite's devices do not touch the real ones.
    prefix: String,
    /// Told when the browser closes the outbox under us, which it does when it throws it away.
    closed: Option<Rc<dyn Fn()>>,
    outbox: RefCell<Option<IdbDatabase>>,
    caches: RefCell<Map<CacheName, Rc<Rexie>>>,
}

impl IndexedDb {
    /// A device of its own, under `prefix`.
    #[cfg(feature = "conformance")]
    #[must_use]
    pub fn named(prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), ..Self::default() }
    }

    /// The device; `closed` is called when the browser closes the outbox database under us.
    #[must_use]
    pub fn telling(closed: impl Fn() + 'static) -> Self {
        strict::let_go_when_frozen();
        Self { closed: Some(Rc::new(closed)), ..Self::default() }
    }

    async fn outbox(&self) -> Result<IdbDatabase, Trouble> {
        if let Some(open) = self.outbox.borrow().clone() {
            return Ok(open);
        }
        let opened = outbox::open(&format!("{}outbox", self.prefix), self.closed.clone()).await?;
        *self.outbox.borrow_mut() = Some(opened.clone());
        Ok(opened)
    }

    async fn cache(&self, name: &CacheName) -> Result<Rc<Rexie>, Trouble> {
        if let Some(open) = self.caches.borrow().get(name).cloned() {
            return Ok(open);
        }
        let opened = Rc::new(cache::open(&format!("{}{name}", self.prefix)).await?);
        self.caches.borrow_mut().insert(name.clone(), Rc::clone(&opened));
        Ok(opened)
    }

    /// Does `work` on the outbox, on a fresh handle when the one at hand turns out dead.
    async fn on_outbox<T>(
        &self,
        work: impl AsyncFn(&IdbDatabase) -> Result<T, Trouble>,
    ) -> Result<T, StorageError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let done = match self.outbox().await {
                Ok(database) => work(&database).await,
                Err(trouble) => Err(trouble),
            };
            match done {
                Err(trouble) if trouble.is_curable() && tried < TRIES => *self.outbox.borrow_mut() = None,
                Err(trouble) => {
                    *self.outbox.borrow_mut() = None;
                    return Err(trouble.into());
                }
                Ok(value) => return Ok(value),
            }
        }
    }

    /// The same on a cache.
    async fn on_cache<T>(
        &self,
        name: &CacheName,
        work: impl AsyncFn(&Rexie) -> Result<T, Trouble>,
    ) -> Result<T, StorageError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let done = match self.cache(name).await {
                Ok(database) => work(&database).await,
                Err(trouble) => Err(trouble),
            };
            match done {
                Err(trouble) if trouble.is_curable() && tried < TRIES => {
                    drop(self.caches.borrow_mut().remove(name));
                }
                Err(trouble) => {
                    self.caches.borrow_mut().remove(name);
                    return Err(trouble.into());
                }
                Ok(value) => return Ok(value),
            }
        }
    }
}

impl Storage for IndexedDb {
    async fn read_outbox(&self) -> Result<OutboxContents, StorageError> {
        self.on_outbox(async |database| outbox::read(database).await).await
    }

    async fn update_outbox<T: 'static>(
        &self,
        step: impl Fn(&Queue) -> Update<T> + 'static,
    ) -> Result<T, StorageError> {
        let step = Rc::new(step);
        self.on_outbox(async |database| outbox::update(database, Rc::clone(&step)).await).await
    }

    async fn rewrite_outbox(
        &self,
        step: impl Fn(&OutboxContents) -> Option<Vec<Write>> + 'static,
    ) -> Result<bool, StorageError> {
        let step = Rc::new(step);
        self.on_outbox(async |database| outbox::rewrite(database, Rc::clone(&step)).await).await
    }

    async fn read_cache(&self, name: &CacheName) -> Result<CacheContents, StorageError> {
        self.on_cache(name, async |database| cache::read(database).await).await
    }

    async fn flip_cache(
        &self,
        name: &CacheName,
        expected: u64,
        writes: Vec<CacheWrite>,
    ) -> Result<Flipped, StorageError> {
        let writes = cache::encode(&writes)?;
        self.on_cache(name, async |database| cache::flip(database, expected, &writes).await).await
    }

    async fn delete_cache(&self, name: &CacheName) -> Result<(), StorageError> {
        // Emptied first: that works whatever other tabs hold open. The empty database goes when it can.
        self.on_cache(name, async |database| cache::empty(database).await).await?;
        let handle = self.caches.borrow_mut().remove(name);
        if let Some(Ok(database)) = handle.map(Rc::try_unwrap) {
            database.close();
        }
        cache::delete(&format!("{}{name}", self.prefix)).await;
        Ok(())
    }

    async fn rewriting(&self) -> Result<Rewriting, StorageError> {
        rescue::rewriting().await.map_err(|error| StorageError::Lost(error.to_string()))
    }
}
