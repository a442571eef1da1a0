//! A storage whose records lie closed while a key is at hand, and can be read with it alone.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use crate::{
    cache::{CacheContents, CacheName, CacheWrite},
    forgotten::Rewriting,
    outbox::{OutboxContents, Queue},
    ports::{Flipped, Storage, StorageError, Update},
    sealing::{Seal, hide_closed, holds_closed},
};

/// Any storage, and the key to it. Without a key everything passes as it is, and what is closed is hidden.
#[derive(Default)]
pub struct Sealing<S> {
    inner: S,
    seal: RefCell<Option<Rc<dyn Seal>>>,
    /// Whether what is written is closed; what is closed is read either way.
    closes: Cell<bool>,
}

impl<S> Sealing<S> {
    /// With no key yet.
    pub fn of(inner: S) -> Self {
        Self { inner, seal: RefCell::default(), closes: Cell::default() }
    }

    /// Reads with a key, and closes what is written from now on.
    pub fn close_with(&self, seal: Rc<dyn Seal>) {
        *self.seal.borrow_mut() = Some(seal);
        self.closes.set(true);
    }

    /// Writes what is open from now on. The key stays at hand: what is closed must be read until it is written anew.
    pub fn close_no_more(&self) {
        self.closes.set(false);
    }

    /// Whether what is written is closed.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.closes.get()
    }

    /// What the key at hand is called, where it closes.
    #[must_use]
    pub fn key_name(&self) -> Option<String> {
        self.closing().map(|seal| seal.key_name().to_owned())
    }

    fn opening(&self) -> Option<Rc<dyn Seal>> {
        self.seal.borrow().clone()
    }

    fn closing(&self) -> Option<Rc<dyn Seal>> {
        self.opening().filter(|_| self.closes.get())
    }
}

impl<S: Storage> Storage for Sealing<S> {
    async fn read_outbox(&self) -> Result<OutboxContents, StorageError> {
        let mut contents = self.inner.read_outbox().await?;
        if let Some(seal) = self.opening() {
            seal.open_outbox(&mut contents);
        }
        contents.sealed = hide_closed(&mut contents.queue);
        contents.sent.retain(|_, sent| !holds_closed(&sent.entry));
        Ok(contents)
    }

    async fn update_outbox<T: 'static>(
        &self,
        step: impl Fn(&Queue) -> Update<T> + 'static,
    ) -> Result<T, StorageError> {
        let (opening, closing) = (self.opening(), self.closing());
        self.inner
            .update_outbox(move |queue| {
                let mut queue = queue.clone();
                if let Some(seal) = &opening {
                    seal.open_queue(&mut queue);
                }
                hide_closed(&mut queue);
                let mut update = step(&queue);
                if let Some(seal) = &closing {
                    seal.close_outbox(&mut update.writes);
                }
                update
            })
            .await
    }

    async fn read_cache(&self, name: &CacheName) -> Result<CacheContents, StorageError> {
        let mut contents = self.inner.read_cache(name).await?;
        if let Some(seal) = self.opening() {
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
        if let Some(seal) = self.closing() {
            seal.close_cache(&mut writes);
        }
        self.inner.flip_cache(name, expected, writes).await
    }

    async fn delete_cache(&self, name: &CacheName) -> Result<(), StorageError> {
        self.inner.delete_cache(name).await
    }

    fn let_go_of_key(&self) {
        self.closes.set(false);
        *self.seal.borrow_mut() = None;
    }

    async fn rewriting(&self) -> Result<Rewriting, StorageError> {
        self.inner.rewriting().await
    }
}
