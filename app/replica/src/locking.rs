//! Locking a device is not signing out: who is signed in stays so, and what waits waits. What lies on it can be read again
//! with a code, and with no network. The codes, and the key they open, are the application's (`app/vault`); here is what
//! becomes of the records.

use std::rc::Rc;

use crate::{
    cache::{CacheContents, CacheName, CacheWrite},
    outbox::{Queue, Write},
    ports::{Clock, Entropy, Flipped, Network, Storage, StorageError, Update},
    replica::Replica,
    sealing::{KEYRING, Seal, key_name},
    session::{SESSION, SIGN_OUT_OWED, leave_cache},
    storage::sealing::Sealing,
};

/// How often a cache that another tab keeps changing is written anew.
const TRIES: usize = 5;

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<Sealing<S>, N, C, E> {
    /// Whether what is written here is closed.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.storage.closes()
    }

    /// The record of codes whose key closed the session that lies here; with one at hand, that one's.
    #[must_use]
    pub fn keyring(&self, key: Option<&str>) -> Option<String> {
        let local = self.local.borrow();
        let meta = &local.outbox.queue.meta;
        let key = key.or_else(|| key_name(meta.get(SESSION)?))?;
        meta.get(&format!("{KEYRING}{key}")).cloned()
    }

    /// The record of codes of the key at hand.
    #[must_use]
    pub fn keyring_here(&self) -> Option<String> {
        let key = self.storage.key_name()?;
        self.keyring(Some(&key))
    }

    /// Every record of codes that lies here: those of other places too, whose people may come back.
    #[must_use]
    pub fn keyrings(&self) -> Vec<String> {
        let local = self.local.borrow();
        let names = local.outbox.queue.meta.iter().filter(|(name, _)| name.starts_with(KEYRING));
        names.map(|(_, text)| text.clone()).collect()
    }

    /// Keeps a record of codes as it is now.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn keep_keyring(&self, key: &str, text: String) -> Result<(), StorageError> {
        let write = Write::PutMeta(format!("{KEYRING}{key}"), text);
        self.update(move |_| Update { writes: vec![write.clone()], value: () }).await
    }

    /// Opens a locked device with the key a code opened.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn unlock(&self, seal: Rc<dyn Seal>) -> Result<(), StorageError> {
        self.storage.close_with(seal);
        self.open(std::future::ready(None)).await
    }

    /// Closes all that lies here for whoever is signed in, and all that will be written, under `seal`. `keyring` is the
    /// record of the codes that open it.
    ///
    /// # Errors
    /// [`StorageError`]; nothing is closed from then on, and what was is read all the same.
    pub async fn seal(&self, seal: Rc<dyn Seal>, key: &str, keyring: String) -> Result<(), StorageError> {
        self.save_draft().await?;
        self.storage.close_with(seal);
        let written = self.rewrite_outbox(vec![Write::PutMeta(format!("{KEYRING}{key}"), keyring)]).await;
        if written.is_err() {
            self.storage.close_no_more();
        }
        written?;
        self.rewrite_cache().await
    }

    /// Lets all lie open again, then forgets the record of codes of `key`: in this order, so that nothing is ever closed
    /// under a key nobody has.
    ///
    /// # Errors
    /// [`StorageError`]; what lies closed still is read with the key.
    pub async fn unseal(&self, key: &str) -> Result<(), StorageError> {
        self.save_draft().await?;
        self.storage.close_no_more();
        self.rewrite_outbox(Vec::new()).await?;
        self.rewrite_cache().await?;
        let write = Write::DeleteMeta(format!("{KEYRING}{key}"));
        self.update(move |_| Update { writes: vec![write.clone()], value: () }).await
    }

    /// Everything in the outbox, written once more: closed or open as it is now.
    async fn rewrite_outbox(&self, more: Vec<Write>) -> Result<(), StorageError> {
        let sent: Vec<_> = self.local.borrow().outbox.sent.values().cloned().map(Write::PutSent).collect();
        self.update(move |queue| {
            let mut writes = all_of(queue);
            writes.extend(sent.iter().chain(&more).cloned());
            Update { writes, value: () }
        })
        .await
    }

    /// The same of the cache of whoever is signed in.
    async fn rewrite_cache(&self) -> Result<(), StorageError> {
        let Some(name) = self.cache_name() else { return Ok(()) };
        for _ in 0..TRIES {
            let contents = self.storage.read_cache(&name).await?;
            let generation = contents.head.generation;
            if self.storage.flip_cache(&name, generation, writes_of(contents)).await? == Flipped::Done {
                return self.reload_cache().await;
            }
        }
        // A cache that never rests is downloaded again.
        self.storage.delete_cache(&name).await
    }

    /// Leaves a locked device to somebody else, who has to come in with the network. What waits stays closed, until
    /// somebody of its place comes in; `keyring`, the record of codes of `key`, is kept as it is given.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn leave_locked(
        &self,
        key: &str,
        keyring: String,
        cache: Option<CacheName>,
    ) -> Result<(), StorageError> {
        let mut writes = vec![
            Write::DeleteMeta(SESSION.into()),
            Write::PutMeta(SIGN_OUT_OWED.into(), "true".into()),
            Write::PutMeta(format!("{KEYRING}{key}"), keyring),
        ];
        writes.extend(cache.as_ref().map(leave_cache));
        self.update(move |_| Update { writes: writes.clone(), value: () }).await?;
        self.forget_session();
        match cache {
            Some(cache) => self.storage.delete_cache(&cache).await,
            None => Ok(()),
        }
    }

    /// How many commands wait here under a key that is not at hand.
    #[must_use]
    pub fn sealed_count(&self) -> usize {
        self.local.borrow().outbox.sealed.len()
    }

    /// Takes a key that came by the network: what waited closed is there, and leaves with the next round. With `closing`,
    /// all is closed under it again; without, all lies open, and its record of codes is forgotten.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn take_key(&self, seal: Rc<dyn Seal>, key: &str, closing: bool) -> Result<(), StorageError> {
        self.storage.close_with(seal);
        if !closing {
            self.storage.close_no_more();
        }
        self.look_again().await?;
        if !closing {
            return self.unseal(key).await;
        }
        self.rewrite_outbox(Vec::new()).await?;
        self.rewrite_cache().await
    }
}

fn all_of(queue: &Queue) -> Vec<Write> {
    let commands = queue.commands.values().cloned().map(Write::PutCommand);
    let meta = queue.meta.iter().map(|(name, text)| Write::PutMeta(name.clone(), text.clone()));
    commands.chain(meta).collect()
}

fn writes_of(contents: CacheContents) -> Vec<CacheWrite> {
    let CacheContents { mut head, snapshots, log, entities } = contents;
    head.generation += 1;
    let snapshots =
        snapshots.iter().map(|(scope, bytes)| CacheWrite::PutSnapshot(scope.clone(), bytes.clone()));
    let log = log.into_values().map(CacheWrite::PutLog);
    let entities = entities.into_values().map(CacheWrite::PutEntity);
    let all: Vec<_> = snapshots.chain(log).chain(entities).collect();
    all.into_iter().chain([CacheWrite::PutHead(head)]).collect()
}
