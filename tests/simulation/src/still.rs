//! A page that starts from what lies on a disk, alone and at once: what any page must show of it.

use domain::time::Timestamp;
use replica::{
    Replica,
    cache::{CacheContents, CacheName, CacheWrite},
    outbox::{OutboxContents, Queue, Write},
    ports::{Answer, Clock, Entropy, Flipped, Network, Request, Storage, StorageError, Unreachable, Update},
};

use crate::{
    backend::at_once,
    codes::{all_open, open_cache},
    disk::Disk,
};

pub(crate) struct Still {
    outbox: OutboxContents,
    caches: std::collections::BTreeMap<CacheName, CacheContents>,
}

impl Storage for Still {
    async fn read_outbox(&self) -> Result<OutboxContents, StorageError> {
        Ok(self.outbox.clone())
    }
    async fn update_outbox<T: 'static>(
        &self,
        _: impl Fn(&Queue) -> Update<T> + 'static,
    ) -> Result<T, StorageError> {
        Err(StorageError::Unavailable("read only".into()))
    }
    async fn rewrite_outbox(
        &self,
        _: impl Fn(&OutboxContents) -> Option<Vec<Write>> + 'static,
    ) -> Result<bool, StorageError> {
        Err(StorageError::Unavailable("read only".into()))
    }
    async fn read_cache(&self, name: &CacheName) -> Result<CacheContents, StorageError> {
        Ok(self.caches.get(name).cloned().unwrap_or_default())
    }
    async fn flip_cache(&self, _: &CacheName, _: u64, _: Vec<CacheWrite>) -> Result<Flipped, StorageError> {
        Err(StorageError::Unavailable("read only".into()))
    }
    async fn delete_cache(&self, _: &CacheName) -> Result<(), StorageError> {
        Err(StorageError::Unavailable("read only".into()))
    }
}

pub(crate) struct Nobody;

impl Network for Nobody {
    async fn exchange(&self, _: Request) -> Result<Answer, Unreachable> {
        Err(Unreachable("nobody".into()))
    }
}

impl Clock for Nobody {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }
}

impl Entropy for Nobody {
    fn bits(&self) -> u128 {
        0
    }
}

/// A page of `disk`.
pub(crate) fn opened(disk: &Disk) -> Replica<Still, Nobody, Nobody, Nobody> {
    let caches = disk.caches.iter().map(|(name, cache)| (name.clone(), open_cache(cache))).collect();
    let still = Still { outbox: all_open(&disk.outbox), caches };
    let replica = Replica::new(still, Nobody, Nobody, Nobody, "still");
    let _ = at_once(replica.open(std::future::ready(None)));
    replica
}
