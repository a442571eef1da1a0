//! A storage whose records lie closed while a key is at hand, and can be read with it alone.

use std::{cell::RefCell, rc::Rc};

use crate::{
    cache::{CacheContents, CacheName, CacheWrite},
    forgotten::Rewriting,
    outbox::{OutboxContents, Queue, Write},
    ports::{Flipped, Storage, StorageError, Update},
    sealing::{Seal, close, hide_closed, holds_closed, key_of},
};

/// Any storage, and the keys to it. Without one everything passes as it is, and what is closed is hidden. What must be
/// closed is what the storage itself says, in the transaction that writes.
#[derive(Default)]
pub struct Sealing<S> {
    inner: S,
    seals: RefCell<Vec<Rc<dyn Seal>>>,
}

impl<S> Sealing<S> {
    /// With no key yet.
    pub fn of(inner: S) -> Self {
        Self { inner, seals: RefCell::default() }
    }

    /// Has a key at hand, beside those that are.
    pub fn hold(&self, seal: Rc<dyn Seal>) {
        let mut seals = self.seals.borrow_mut();
        seals.retain(|held| held.key_name() != seal.key_name());
        seals.push(seal);
    }

    pub(crate) fn seals(&self) -> Vec<Rc<dyn Seal>> {
        self.seals.borrow().clone()
    }

    fn with_key(&self, key: &str) -> Option<Rc<dyn Seal>> {
        self.seals.borrow().iter().find(|seal| seal.key_name() == key).cloned()
    }
}

impl<S: Storage> Sealing<S> {
    /// What is under the keys: for whoever locks and unlocks.
    pub(crate) fn beneath(&self) -> &S {
        &self.inner
    }
}

/// Opens all that the keys at hand open, and hides the rest.
pub(crate) fn open_all(seals: &[Rc<dyn Seal>], contents: &mut OutboxContents) {
    seals.iter().for_each(|seal| seal.open_outbox(contents));
    hide_closed(&mut contents.queue);
    contents.sent.retain(|_, sent| !holds_closed(&sent.entry));
}

/// Closes what an update writes; writes nothing when it may not.
pub(crate) fn closed<T>(
    seals: &[Rc<dyn Seal>],
    queue: &Queue,
    Update { mut writes, value }: Update<T>,
) -> Update<Result<T, StorageError>> {
    match close(seals, queue, &mut writes) {
        Ok(()) => Update { writes, value: Ok(value) },
        Err(error) => Update { writes: Vec::new(), value: Err(error) },
    }
}

impl<S: Storage> Storage for Sealing<S> {
    async fn read_outbox(&self) -> Result<OutboxContents, StorageError> {
        let mut contents = self.inner.read_outbox().await?;
        open_all(&self.seals(), &mut contents);
        Ok(contents)
    }

    async fn update_outbox<T: 'static>(
        &self,
        step: impl Fn(&Queue) -> Update<T> + 'static,
    ) -> Result<T, StorageError> {
        let seals = self.seals();
        self.inner
            .update_outbox(move |there| {
                let mut queue = there.clone();
                seals.iter().for_each(|seal| seal.open_queue(&mut queue));
                hide_closed(&mut queue);
                closed(&seals, there, step(&queue))
            })
            .await?
    }

    async fn rewrite_outbox(
        &self,
        step: impl Fn(&OutboxContents) -> Option<Vec<Write>> + 'static,
    ) -> Result<bool, StorageError> {
        let seals = self.seals();
        self.inner
            .rewrite_outbox(move |there| {
                let mut opened = there.clone();
                open_all(&seals, &mut opened);
                let mut writes = step(&opened)?;
                close(&seals, &there.queue, &mut writes).ok()?;
                Some(writes)
            })
            .await
    }

    async fn read_cache(&self, name: &CacheName) -> Result<CacheContents, StorageError> {
        let mut contents = self.inner.read_cache(name).await?;
        if let Some(key) = &contents.head.key {
            let seal = self.with_key(key).ok_or(StorageError::Locked)?;
            seal.open_cache(&mut contents);
        }
        Ok(contents)
    }

    async fn flip_cache(
        &self,
        name: &CacheName,
        expected: u64,
        mut writes: Vec<CacheWrite>,
    ) -> Result<Flipped, StorageError> {
        let key = writes.iter().find_map(|write| match write {
            CacheWrite::PutHead(head) => head.key.clone(),
            _ => None,
        });
        if expected == 0 {
            // What was never written does not say by itself whether it must be closed.
            let (of, said) = (name.clone(), key.clone());
            let agrees = move |queue: &Queue| Update {
                writes: Vec::new(),
                value: key_of(queue, &of) == said.as_deref(),
            };
            if !self.inner.update_outbox(agrees).await? {
                return Err(StorageError::Locked);
            }
        }
        if let Some(key) = key {
            self.with_key(&key).ok_or(StorageError::Locked)?.close_cache(&mut writes);
        }
        self.inner.flip_cache(name, expected, writes).await
    }

    async fn delete_cache(&self, name: &CacheName) -> Result<(), StorageError> {
        self.inner.delete_cache(name).await
    }

    fn let_go_of_key(&self) {
        self.seals.borrow_mut().clear();
    }

    async fn rewriting(&self) -> Result<Rewriting, StorageError> {
        self.inner.rewriting().await
    }
}
