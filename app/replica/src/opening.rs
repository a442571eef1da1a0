//! Opening the device: what lies on it is read, all before any network, and what grew old in it is tidied.

use domain::planted::{Bug, planted};

use crate::{
    cache::CacheName,
    catalog::OpenedCache,
    drafts,
    outbox::{Queue, SENT_KEPT_MS, forget_old_sent, forget_sent_before, release},
    ports::{Clock, Entropy, Network, Storage, StorageError, Update},
    replica::{Change, Replica},
    session::SESSION,
    turn::both,
};

/// A cache that was read before the device told whose it is.
pub struct ReadAhead {
    name: CacheName,
    cache: OpenedCache,
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// Reads and decodes a cache before the device told whose it is: the one the last page of this profile used. `None`
    /// when it cannot be read, which is only slower.
    pub async fn read_ahead(&self, name: CacheName) -> Option<ReadAhead> {
        let contents = self.storage.read_cache(&name).await.ok()?;
        Some(ReadAhead { name, cache: contents.into() })
    }

    /// Reads the device: session, outbox, cache, all before any network. What is read `ahead` is read beside the outbox.
    ///
    /// # Errors
    /// [`StorageError`] when the outbox cannot be read. A cache that cannot is only slower: it is downloaded again.
    pub async fn open(&self, ahead: impl Future<Output = Option<ReadAhead>>) -> Result<(), StorageError> {
        // The cache first: it is by far the larger, and a browser opens one database after the other.
        let (ahead, outbox) = both(ahead, self.storage.read_outbox()).await;
        let outbox = outbox?;
        let name = {
            let mut local = self.local.borrow_mut();
            local.session = outbox.queue.read(SESSION);
            local.outbox = outbox;
            local.cache_name()
        };
        let read = match (name, ahead) {
            (None, _) => None,
            (Some(name), Some(ahead)) if name == ahead.name => Some(ahead),
            (Some(name), _) => self.read_ahead(name).await,
        };
        self.local.borrow_mut().take_cache(read.map(|read| read.cache).unwrap_or_default());
        self.notify(Change::Session);
        self.notify(Change::Catalog { texts: true });
        self.notify(Change::View);
        // A device too full to tidy still opens: what is there can be read and sent.
        let _ = self.tidy_outbox().await;
        let _ = self.forget_what_was_left().await;
        let _ = self.forget_what_lies_open().await;
        Ok(())
    }

    /// Old answers go; what was put aside gets another chance.
    async fn tidy_outbox(&self) -> Result<(), StorageError> {
        let mut writes = if planted(Bug::AnswersForgottenByTabletClock) {
            forget_sent_before(&self.local.borrow().outbox.sent, self.clock.now().plus_ms(-SENT_KEPT_MS))
        } else {
            forget_old_sent(&self.local.borrow().outbox.sent)
        };
        writes.extend(release(&self.local.borrow().outbox.queue));
        let said = !drafts::tidy(&self.local.borrow().outbox.queue).is_empty();
        if said || !writes.is_empty() {
            // Another tab may have changed a draft since it was read.
            let step = move |queue: &Queue| {
                let mut writes = writes.clone();
                writes.extend(drafts::tidy(queue));
                Update { writes, value: () }
            };
            self.update(step).await?;
        }
        Ok(())
    }
}
