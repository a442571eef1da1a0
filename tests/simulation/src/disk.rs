//! A profile's storage, as browsers keep it: the outbox strictly, the cache in memory for some seconds first.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
};

use domain::{
    time::Timestamp,
    wire::{Cursor, Scope},
};
use replica::{
    cache::{CacheContents, CacheName, CacheWrite},
    outbox::{OutboxContents, Queue, Write},
    ports::{Flipped, Storage, StorageError, Update},
};

use crate::{
    codes::{all_open, is_removal},
    core::{Core, Event, PageId},
    fault::Fault,
    oracle::{Said, said_by},
    slot::Slot,
};

/// A write of a cache that may not have reached the disk yet.
#[derive(Debug, Clone)]
enum CacheStep {
    Flip(CacheName, Vec<CacheWrite>),
    Delete(CacheName),
}

/// What the pages see, and what would be left after a power cut.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    pub(crate) outbox: OutboxContents,
    pub(crate) caches: BTreeMap<CacheName, CacheContents>,
    flushed_outbox: OutboxContents,
    flushed_caches: BTreeMap<CacheName, CacheContents>,
    outbox_steps: VecDeque<Vec<Write>>,
    cache_steps: VecDeque<CacheStep>,
    /// Steps of the outbox ever taken, and ever flushed.
    pub(crate) steps_taken: u64,
    steps_flushed: u64,
    /// What the last page of this profile left as a hint in its local storage.
    pub(crate) hint: Option<CacheName>,
    /// The cache flipped by the event at hand, for whoever checks.
    pub(crate) flipped: Option<CacheName>,
    /// What a person deleted by the event at hand.
    pub(crate) deleted: BTreeSet<Said>,
    /// When the server had received the answered commands that were forgotten by the event at hand.
    pub(crate) forgotten: Vec<Timestamp>,
    /// A scope whose cursor that flip set back within one life of the store.
    pub(crate) went_back: Option<Scope>,
}

impl Disk {
    fn update<T>(&mut self, step: &dyn Fn(&Queue) -> Update<T>) -> T {
        let Update { writes, value } = step(&self.outbox.queue);
        self.write_all(writes);
        value
    }

    fn rewrite(&mut self, step: &dyn Fn(&OutboxContents) -> Option<Vec<Write>>) -> bool {
        let writes = step(&self.outbox);
        let taken = writes.is_some();
        self.write_all(writes.unwrap_or_default());
        taken
    }

    fn write_all(&mut self, writes: Vec<Write>) {
        // A person who signs out may delete what waits: the session goes in the same step.
        let ends = writes.iter().any(|write| matches!(write, Write::DeleteMeta(name) if name == "session"));
        if ends && !is_removal(&writes) {
            let open = all_open(&self.outbox);
            for write in &writes {
                let Write::DeleteCommand(outbox, m) = write else { continue };
                let entry = open.queue.commands.get(&(*outbox, *m));
                self.deleted.extend(entry.and_then(|entry| said_by(&entry.envelope)));
            }
        }
        for write in &writes {
            if let Write::DeleteSent(outbox, m) = write {
                let sent = self.outbox.sent.get(&(*outbox, *m));
                self.forgotten.extend(sent.map(|sent| sent.receipt.received_at));
            }
            self.outbox.apply(write.clone());
        }
        self.steps_taken += 1;
        self.outbox_steps.push_back(writes);
    }

    /// Brings the outbox's steps up to `steps` to the disk.
    pub(crate) fn flush_outbox(&mut self, steps: u64) {
        while self.steps_flushed < steps {
            let Some(writes) = self.outbox_steps.pop_front() else { break };
            writes.into_iter().for_each(|write| self.flushed_outbox.apply(write));
            self.steps_flushed += 1;
        }
    }

    fn flip(&mut self, name: &CacheName, expected: u64, writes: Vec<CacheWrite>) -> Flipped {
        let cache = self.caches.entry(name.clone()).or_default();
        if cache.head.generation != expected {
            return Flipped::Stale;
        }
        let before: Vec<_> = cache.head.scopes.iter().map(|(scope, at)| (scope.clone(), at.cursor)).collect();
        for write in &writes {
            cache.apply(write.clone());
        }
        let back = |(scope, before): &(Scope, Cursor)| {
            let now = cache.head.scopes.get(scope).map(|at| at.cursor);
            now.is_some_and(|now| now.epoch == before.epoch && now.seq < before.seq)
        };
        self.went_back = before.into_iter().find(back).map(|(scope, _)| scope);
        self.cache_steps.push_back(CacheStep::Flip(name.clone(), writes));
        self.flipped = Some(name.clone());
        Flipped::Done
    }

    fn delete(&mut self, name: &CacheName) {
        self.caches.remove(name);
        self.cache_steps.push_back(CacheStep::Delete(name.clone()));
    }

    fn flush_cache_step(&mut self) {
        match self.cache_steps.pop_front() {
            Some(CacheStep::Flip(name, writes)) => {
                let cache = self.flushed_caches.entry(name).or_default();
                writes.into_iter().for_each(|write| cache.apply(write));
            }
            Some(CacheStep::Delete(name)) => drop(self.flushed_caches.remove(&name)),
            None => {}
        }
    }

    /// Brings everything to the disk.
    pub(crate) fn flush(&mut self) {
        self.flush_outbox(self.steps_taken);
        while !self.cache_steps.is_empty() {
            self.flush_cache_step();
        }
    }

    /// The power goes: of what was not flushed, a beginning may have reached the disk.
    pub(crate) fn cut_power(&mut self, outbox_kept: usize, cache_kept: usize) {
        let steps = self.steps_flushed + u64::try_from(outbox_kept.min(self.outbox_steps.len())).unwrap_or(0);
        self.flush_outbox(steps);
        for _ in 0..cache_kept.min(self.cache_steps.len()) {
            self.flush_cache_step();
        }
        self.outbox_steps.clear();
        self.cache_steps.clear();
        self.steps_flushed = self.steps_taken;
        self.outbox = self.flushed_outbox.clone();
        self.caches = self.flushed_caches.clone();
    }

    /// How much waits to be flushed: of the outbox, of the caches.
    pub(crate) fn unflushed(&self) -> (usize, usize) {
        (self.outbox_steps.len(), self.cache_steps.len())
    }

    /// Changes what lies on the disk itself, behind the browser's back.
    pub(crate) fn damage(
        &mut self,
        damage: impl Fn(&mut OutboxContents, &mut BTreeMap<CacheName, CacheContents>),
    ) {
        self.flush();
        damage(&mut self.outbox, &mut self.caches);
        self.flushed_outbox = self.outbox.clone();
        self.flushed_caches = self.caches.clone();
    }
}

/// A page's handle on its profile's disk.
pub(crate) struct DeviceStorage {
    pub(crate) core: Rc<Core>,
    pub(crate) page: PageId,
}

/// How a write of the device goes.
enum Fate {
    Done,
    Not(StorageError),
    /// It takes place, and the page is told that it failed.
    DoneButTold(StorageError),
}

impl DeviceStorage {
    fn fate(&self) -> Fate {
        if self.core.strikes(Fault::QuotaFull) {
            return Fate::Not(StorageError::Full("QuotaExceededError".into()));
        }
        if self.core.strikes(Fault::ConnectionLost) {
            let lost = StorageError::Lost("connection lost".into());
            return if self.core.chance(|chance| chance.once_in(2)) {
                Fate::DoneButTold(lost)
            } else {
                Fate::Not(lost)
            };
        }
        Fate::Done
    }

    fn ask<T: 'static>(&self, strict: bool, work: impl FnOnce(&mut Disk) -> T + 'static) -> Slot<T> {
        let slot = Slot::new();
        let answer = slot.clone();
        let work = Box::new(move |disk: &mut Disk| {
            let value = work(disk);
            Box::new(move || {
                answer.set(value);
            }) as Box<dyn FnOnce()>
        });
        let delay = self.core.chance(|chance| chance.between(0, 6));
        self.core.after(delay, Event::Device { page: self.page, strict, work });
        slot
    }

    fn write<T: 'static>(
        &self,
        strict: bool,
        work: impl FnOnce(&mut Disk) -> T + 'static,
    ) -> Slot<Result<T, StorageError>> {
        let fate = self.fate();
        self.ask(strict, move |disk| match fate {
            Fate::Done => Ok(work(disk)),
            Fate::Not(error) => Err(error),
            Fate::DoneButTold(error) => {
                work(disk);
                Err(error)
            }
        })
    }
}

impl Storage for DeviceStorage {
    async fn read_outbox(&self) -> Result<OutboxContents, StorageError> {
        if self.core.strikes(Fault::ConnectionLost) {
            return self.ask(false, |_| Err(StorageError::Lost("connection lost".into()))).await;
        }
        Ok(self.ask(false, |disk| disk.outbox.clone()).await)
    }

    async fn update_outbox<T: 'static>(
        &self,
        step: impl Fn(&Queue) -> Update<T> + 'static,
    ) -> Result<T, StorageError> {
        self.write(true, move |disk| disk.update(&step)).await
    }

    async fn rewrite_outbox(
        &self,
        step: impl Fn(&OutboxContents) -> Option<Vec<Write>> + 'static,
    ) -> Result<bool, StorageError> {
        self.write(true, move |disk| disk.rewrite(&step)).await
    }

    async fn read_cache(&self, name: &CacheName) -> Result<CacheContents, StorageError> {
        let name = name.clone();
        Ok(self.ask(false, move |disk| disk.caches.get(&name).cloned().unwrap_or_default()).await)
    }

    async fn flip_cache(
        &self,
        name: &CacheName,
        expected: u64,
        writes: Vec<CacheWrite>,
    ) -> Result<Flipped, StorageError> {
        let name = name.clone();
        self.write(false, move |disk| disk.flip(&name, expected, writes)).await
    }

    async fn delete_cache(&self, name: &CacheName) -> Result<(), StorageError> {
        let name = name.clone();
        self.write(false, move |disk| disk.delete(&name)).await
    }
}

/// A profile's disk, shared by its pages.
pub(crate) type SharedDisk = Rc<RefCell<Disk>>;
