//! A device's storage in memory: the tests' tablet. It can be shared by two "tabs", made to fail, and cloned like a disk.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use domain::ordered::Map;

use crate::{
    cache::{CacheContents, CacheHead, CacheName, CacheWrite},
    outbox::{OutboxContents, Queue, Write},
    ports::{Flipped, Storage, StorageError, Update},
};

#[derive(Debug, Clone, Default)]
struct Disk {
    outbox: OutboxContents,
    caches: Map<CacheName, CacheContents>,
}

#[derive(Debug, Default)]
struct Device {
    disk: RefCell<Disk>,
    failing: RefCell<Option<StorageError>>,
    failing_outbox: RefCell<Option<StorageError>>,
    failing_cache: RefCell<Option<StorageError>>,
    lie: RefCell<Option<StorageError>>,
    writes: Cell<usize>,
}

/// A handle on a device in memory. Cloning the handle is opening another tab.
#[derive(Debug, Clone, Default)]
pub struct MemoryStorage(Rc<Device>);

impl MemoryStorage {
    /// Makes every write fail with `error`, or lets them pass again.
    pub fn fail_with(&self, error: Option<StorageError>) {
        *self.0.failing.borrow_mut() = error;
    }

    /// As [`Self::fail_with`], for writes of the outbox alone.
    pub fn fail_outbox_with(&self, error: Option<StorageError>) {
        *self.0.failing_outbox.borrow_mut() = error;
    }

    /// As [`Self::fail_with`], for writes of caches alone.
    pub fn fail_cache_with(&self, error: Option<StorageError>) {
        *self.0.failing_cache.borrow_mut() = error;
    }

    /// Has the next write of the outbox take place and be told as failed with `error`, as a connection that is lost after
    /// the commit does.
    pub fn lie_on_outbox_once(&self, error: StorageError) {
        *self.0.lie.borrow_mut() = Some(error);
    }

    /// Another device with a copy of the same disk: a cloned profile, a restored backup.
    #[must_use]
    pub fn copy(&self) -> Self {
        let disk = RefCell::new(self.0.disk.borrow().clone());
        Self(Rc::new(Device { disk, ..Device::default() }))
    }

    /// Empties the disk under whoever has it open, as a browser short of room does.
    pub fn evict(&self) {
        *self.0.disk.borrow_mut() = Disk::default();
    }

    /// How many writes reached the disk.
    #[must_use]
    pub fn writes(&self) -> usize {
        self.0.writes.get()
    }

    /// Damages a cache in place.
    pub fn damage_cache(&self, name: &CacheName, damage: impl FnOnce(&mut CacheContents)) {
        damage(self.0.disk.borrow_mut().caches.get_or_default(name.clone()));
    }

    async fn write_outbox<T>(
        &self,
        step: impl FnOnce(&OutboxContents) -> Update<T>,
    ) -> Result<T, StorageError> {
        if let Some(error) = self.0.failing_outbox.borrow().clone() {
            return Err(error);
        }
        let value = self.write(|disk| {
            let Update { writes, value } = step(&disk.outbox);
            writes.into_iter().for_each(|write| disk.outbox.apply(write));
            value
        })?;
        Pause(false).await;
        self.0.lie.borrow_mut().take().map_or(Ok(value), Err)
    }

    fn write_cache<T>(&self, write: impl FnOnce(&mut Disk) -> T) -> Result<T, StorageError> {
        match self.0.failing_cache.borrow().clone() {
            Some(error) => Err(error),
            None => self.write(write),
        }
    }

    fn write<T>(&self, write: impl FnOnce(&mut Disk) -> T) -> Result<T, StorageError> {
        if let Some(error) = self.0.failing.borrow().clone() {
            return Err(error);
        }
        self.0.writes.set(self.0.writes.get() + 1);
        Ok(write(&mut self.0.disk.borrow_mut()))
    }
}

/// Gives others a turn, as a real device does: nothing in the replica may count on being alone.
struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Storage for MemoryStorage {
    async fn read_outbox(&self) -> Result<OutboxContents, StorageError> {
        Pause(false).await;
        Ok(self.0.disk.borrow().outbox.clone())
    }

    async fn update_outbox<T: 'static>(
        &self,
        step: impl Fn(&Queue) -> Update<T> + 'static,
    ) -> Result<T, StorageError> {
        Pause(false).await;
        self.write_outbox(|contents| step(&contents.queue)).await
    }

    async fn rewrite_outbox(
        &self,
        step: impl Fn(&OutboxContents) -> Option<Vec<Write>> + 'static,
    ) -> Result<bool, StorageError> {
        Pause(false).await;
        self.write_outbox(|contents| {
            let writes = step(contents);
            let taken = writes.is_some();
            Update { writes: writes.unwrap_or_default(), value: taken }
        })
        .await
    }

    async fn read_cache(&self, name: &CacheName) -> Result<CacheContents, StorageError> {
        Pause(false).await;
        Ok(self.0.disk.borrow().caches.get(name).cloned().unwrap_or_default())
    }

    async fn flip_cache(
        &self,
        name: &CacheName,
        expected: u64,
        writes: Vec<CacheWrite>,
    ) -> Result<Flipped, StorageError> {
        Pause(false).await;
        self.write_cache(|disk| {
            let cache = disk.caches.get_or_default(name.clone());
            if cache.head.generation != expected {
                return Flipped::Stale;
            }
            writes.into_iter().for_each(|write| cache.apply(write));
            Flipped::Done
        })
    }

    async fn delete_cache(&self, name: &CacheName) -> Result<(), StorageError> {
        Pause(false).await;
        self.write_cache(|disk| drop(disk.caches.remove(name)))
    }
}

impl MemoryStorage {
    /// Where a cache stands on the disk.
    #[must_use]
    pub fn cache_head(&self, name: &CacheName) -> CacheHead {
        self.0.disk.borrow().caches.get(name).map(|cache| cache.head.clone()).unwrap_or_default()
    }
}
