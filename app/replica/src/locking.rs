//! Locking a device is not signing out: who is signed in stays so, and what waits waits. What lies on it can be read again
//! with a code, and with no network. The codes, and the key they open, are the application's (`app/vault`); here is what
//! becomes of the records.
//!
//! Codes begin, end and change hands in one transaction each: all of a place lies closed, with the word that it does and
//! the record of codes that opens it, or nothing of that is so. Whatever a page had in mind when it began, the transaction
//! decides from what lies there.

use std::rc::Rc;

use domain::{
    ordered::Map,
    planted::{Bug, planted},
};

use crate::{
    cache::{CacheContents, CacheName, CacheWrite},
    drafts,
    outbox::{Entry, OutboxContents, Queue, Sent, Write},
    ports::{Clock, Entropy, Flipped, Network, Storage, StorageError, Update},
    replica::{Change, Replica},
    sealing::{
        KEYRING, Owner, Seal, Seals, close, closes, closes_no_more, is_closed, key_name, key_of, laid_aside,
        meet, owner_of, whose,
    },
    session::{SESSION, SIGN_OUT_OWED, Session, is_locked, leave_cache},
    storage::sealing::{Sealing, open_all},
};

/// How often a cache that another tab keeps changing is written anew.
const TRIES: usize = 5;

/// A record of codes as a page read it, and as it is to be: another page may have changed it meanwhile, and then nothing
/// is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recoded {
    /// The key it opens.
    pub key: String,
    /// As it was read.
    pub before: String,
    /// As it is to be.
    pub after: String,
}

fn keyring_name(key: &str) -> String {
    format!("{KEYRING}{key}")
}

impl Recoded {
    fn is_current(&self, queue: &Queue) -> bool {
        queue.meta.get(&keyring_name(&self.key)) == Some(&self.before)
    }

    fn write(&self) -> Write {
        Write::PutMeta(keyring_name(&self.key), self.after.clone())
    }
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<Sealing<S>, N, C, E> {
    /// Whether what whoever is signed in writes here is closed.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.key_here().is_some()
    }

    fn key_here(&self) -> Option<String> {
        let local = self.local.borrow();
        key_of(&local.outbox.queue, &local.cache_name()?).map(str::to_owned)
    }

    /// The record of codes whose key closed the session that lies here; with one at hand, that one's.
    #[must_use]
    pub fn keyring(&self, key: Option<&str>) -> Option<String> {
        let local = self.local.borrow();
        let meta = &local.outbox.queue.meta;
        let key = key.or_else(|| key_name(meta.get(SESSION)?))?;
        meta.get(&keyring_name(key)).cloned()
    }

    /// The record of codes of whoever is signed in.
    #[must_use]
    pub fn keyring_here(&self) -> Option<String> {
        self.keyring(Some(&self.key_here()?))
    }

    /// Every record of codes that lies here: those of other places too, whose people may come back.
    #[must_use]
    pub fn keyrings(&self) -> Vec<String> {
        let local = self.local.borrow();
        let names = local.outbox.queue.meta.iter().filter(|(name, _)| name.starts_with(KEYRING));
        names.map(|(_, text)| text.clone()).collect()
    }

    /// Keeps a record of codes as it is now. Whether it was still as it had been read: if not, nothing is written, and the
    /// one that lies there is at hand.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn keep_keyring(&self, change: Recoded) -> Result<bool, StorageError> {
        self.update(move |queue| {
            let current = change.is_current(queue);
            Update { writes: current.then(|| change.write()).into_iter().collect(), value: current }
        })
        .await
    }

    /// Opens a locked device with the key a code opened; what a page that did not live to finish left open is closed.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn unlock(&self, seal: Rc<dyn Seal>, key: &str, cache: &CacheName) -> Result<(), StorageError> {
        self.storage.hold(seal);
        // A device too full to close anything still opens.
        let _ = self.settle_under(key, cache, true).await;
        self.open(std::future::ready(None)).await?;
        self.greet_next();
        self.rewrite_cache().await
    }

    /// Closes all that lies here for whoever is signed in, and all that will be written, under `seal`. `keyring` is the
    /// record of the codes that open it.
    ///
    /// # Errors
    /// [`StorageError`]; nothing is closed then. [`StorageError::Locked`] when another page gave codes first, or turned to
    /// somebody else.
    pub async fn seal(&self, seal: Rc<dyn Seal>, key: &str, keyring: String) -> Result<(), StorageError> {
        self.save_draft().await?;
        let cache = self.cache_name().ok_or(StorageError::Locked)?;
        self.storage.hold(seal);
        let (of, name) = (cache.clone(), key.to_owned());
        let begins = move |queue: &Queue| {
            let [_, place] = signed_in(queue, &of)?;
            let first = key_of(queue, &of).is_none();
            let record = Write::PutMeta(keyring_name(&name), keyring.clone());
            first.then(|| vec![closes(&of, &name, place), record])
        };
        let begun = self.relock(&cache, key, begins).await;
        // A device that says it could not may have done it.
        let closed =
            if self.key_here().as_deref() == Some(key) { self.rewrite_cache().await } else { Ok(()) };
        if !begun? {
            return Err(StorageError::Locked);
        }
        closed
    }

    /// Lets all lie open again and forgets the record of codes of `key`, which was `before` when the last code went. Whether
    /// it still was: if not, nothing is written, and the one that lies there is at hand.
    ///
    /// # Errors
    /// [`StorageError`]; all is closed as it was then.
    pub async fn unseal(&self, key: &str, before: String) -> Result<bool, StorageError> {
        self.save_draft().await?;
        let cache = self.cache_name().ok_or(StorageError::Locked)?;
        let (of, name) = (cache.clone(), key.to_owned());
        let ends = move |queue: &Queue| {
            let current = queue.meta.get(&keyring_name(&name)) == Some(&before);
            let last = current && key_of(queue, &of) == Some(name.as_str());
            last.then(|| vec![closes_no_more(&of), Write::DeleteMeta(keyring_name(&name))])
        };
        let ended = self.relock(&cache, key, ends).await?;
        if ended {
            self.rewrite_cache().await?;
        }
        Ok(ended)
    }

    /// Takes a key that came by the network, of whoever has `cache`: what waited closed is there, and leaves with the next
    /// round. With `closing`, all is closed under it again; without, all lies open, and its record of codes is forgotten.
    /// Where other codes were given meanwhile, all comes under theirs.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn take_key(
        &self,
        seal: Rc<dyn Seal>,
        key: &str,
        cache: &CacheName,
        closing: bool,
    ) -> Result<(), StorageError> {
        self.storage.hold(seal);
        self.settle_under(key, cache, closing).await?;
        self.rewrite_cache().await
    }

    async fn settle_under(&self, key: &str, cache: &CacheName, closing: bool) -> Result<bool, StorageError> {
        let (of, name) = (cache.clone(), key.to_owned());
        let settled = move |queue: &Queue| {
            let forgotten = Write::DeleteMeta(keyring_name(&name));
            queue.meta.get(&keyring_name(&name))?;
            Some(match key_of(queue, &of) {
                Some(other) if other != name => vec![forgotten],
                Some(_) if closing => Vec::new(),
                None if closing => {
                    let place = signed_in(queue, &of).and_then(|[_, place]| place);
                    vec![closes(&of, &name, place)]
                }
                _ => vec![closes_no_more(&of), forgotten],
            })
        };
        self.relock(cache, key, settled).await
    }

    /// One step on all of whoever has `cache`: what `decide` says, and every record that lies otherwise than it then has to
    /// is written anew. Whether it was taken; what lies on the device is read again either way.
    async fn relock(
        &self,
        cache: &CacheName,
        key: &str,
        decide: impl Fn(&Queue) -> Option<Vec<Write>> + 'static,
    ) -> Result<bool, StorageError> {
        let taken = self.writing.take().await;
        let seals = self.storage.seals();
        let (of, key) = (cache.clone(), key.to_owned());
        let step = move |there: &OutboxContents| {
            let mut opened = there.clone();
            open_all(&seals, &mut opened);
            let mut writes = decide(&opened.queue)?;
            let mut after = there.queue.clone();
            writes.iter().cloned().for_each(|write| after.apply_meta(write));
            let owner = signed_in(&opened.queue, &of).unwrap_or([of.whose(), None]);
            let moves = Moves { there, owner, from: &key, to: key_of(&after, &of) };
            let ends = matches!(writes.last(), Some(Write::DeleteMeta(_)));
            if !(ends && planted(Bug::KeyLaidAside)) {
                writes.extend(moves.all(&opened));
            }
            writes.extend(taken_up(&seals, there, &opened));
            close(&seals, &there.queue, &mut writes).ok()?;
            Some(writes)
        };
        let written = self.storage.beneath().rewrite_outbox(step).await;
        drop(taken);
        self.local.borrow_mut().unsure |= written.is_err();
        let moved = self.reload_outbox().await;
        self.notify(Change::View);
        if moved == Ok(true) {
            self.notify(Change::Session);
        }
        self.notify(Change::OtherTabs);
        written
    }

    /// The cache of whoever is signed in, written once more where it does not lie as it has to.
    async fn rewrite_cache(&self) -> Result<(), StorageError> {
        let Some(name) = self.cache_name() else { return Ok(()) };
        for _ in 0..TRIES {
            let key = self.key_here();
            // One under a key nobody here has is downloaded again.
            let Ok(contents) = self.storage.read_cache(&name).await else { break };
            let generation = contents.head.generation;
            if generation == 0 || contents.head.key == key {
                return self.reload_cache().await;
            }
            if self.storage.flip_cache(&name, generation, writes_of(contents, key)).await? == Flipped::Done {
                return self.reload_cache().await;
            }
        }
        // So is one that never rests.
        self.storage.delete_cache(&name).await
    }

    /// Leaves a locked device to somebody else, who has to come in with the network. What waits stays closed, until
    /// somebody of its place comes in; `change` is what becomes of the record of codes, if anything. Whether it was left:
    /// not when that record changed meanwhile, or the device is locked no more.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn leave_locked(
        &self,
        change: Option<Recoded>,
        cache: Option<CacheName>,
    ) -> Result<bool, StorageError> {
        let left = cache.clone();
        let step = move |queue: &Queue| {
            if !is_locked(queue) || change.as_ref().is_some_and(|change| !change.is_current(queue)) {
                return Update { writes: Vec::new(), value: false };
            }
            let mut writes =
                vec![Write::DeleteMeta(SESSION.into()), Write::PutMeta(SIGN_OUT_OWED.into(), "true".into())];
            writes.extend(change.as_ref().map(Recoded::write));
            writes.extend(left.as_ref().map(leave_cache));
            Update { writes, value: true }
        };
        if !self.update(step).await? {
            self.look_again().await?;
            return Ok(false);
        }
        self.forget_session();
        if let Some(cache) = cache {
            self.storage.delete_cache(&cache).await?;
        }
        Ok(true)
    }

    /// How many commands wait here under a key that is not at hand.
    #[must_use]
    pub fn sealed_count(&self) -> usize {
        self.local.borrow().outbox.queue.sealed.len()
    }
}

/// Whose records are at hand, when whoever has `cache` is signed in.
fn signed_in(queue: &Queue, cache: &CacheName) -> Option<Owner> {
    let session: Session = queue.read(SESSION)?;
    (CacheName::of(&session.me) == *cache).then(|| owner_of(&session))
}

/// Where the records of one owner go, and with them whatever lies under the key they leave.
struct Moves<'a> {
    there: &'a OutboxContents,
    owner: Owner,
    from: &'a str,
    to: Option<&'a str>,
}

impl Moves<'_> {
    /// Everything that moves, as it is opened: whoever writes it closes it.
    fn all(&self, opened: &OutboxContents) -> Vec<Write> {
        let entry = |entry: Option<&Entry>| {
            entry.and_then(|entry| key_name(entry.envelope.a.as_str()?).map(str::to_owned))
        };
        let commands = opened.queue.commands.iter().map(|(at, command)| {
            (entry(self.there.queue.commands.get(at)), Write::PutCommand(command.clone()))
        });
        let sent = opened.sent.iter().map(|(at, sent): (_, &Sent)| {
            (entry(self.there.sent.get(at).map(|sent| &sent.entry)), Write::PutSent(sent.clone()))
        });
        let records = opened.queue.meta.iter().map(|(name, text)| {
            let closed = self.there.queue.meta.get(name).and_then(|text| key_name(text));
            (closed.map(str::to_owned), Write::PutMeta(name.clone(), text.clone()))
        });
        let all = commands.chain(sent).chain(records);
        all.filter(|(under, write)| self.moves(under.as_deref(), write)).map(|(_, write)| write).collect()
    }

    fn moves(&self, under: Option<&str>, write: &Write) -> bool {
        match whose(write) {
            None => false,
            Some(owner) if meet(&owner, &self.owner) => under != self.to,
            // Closed by mistake, under a key its owner is never given.
            Some(_) => under == Some(self.from),
        }
    }
}

/// What was laid aside while its key was away, brought together with what was written since.
fn taken_up(seals: &Seals, there: &OutboxContents, opened: &OutboxContents) -> Vec<Write> {
    let mut now: Map<&str, String> = Map::new();
    let mut writes = Vec::new();
    for (aside, text) in &there.queue.meta {
        let Some(name) = laid_aside(aside, text) else { continue };
        let Some(before) = seals.iter().find_map(|seal| seal.open_record(name, text)) else { continue };
        let stands = opened.queue.meta.get(name).filter(|text| !is_closed(text));
        let stands = now.get(name).or(stands);
        let whole = stands.map_or_else(|| before.clone(), |now| drafts::together(now, &before));
        now.insert(name, whole);
        writes.push(Write::DeleteMeta(aside.clone()));
    }
    writes.extend(now.into_iter().map(|(name, text)| Write::PutMeta(name.to_owned(), text)));
    writes
}

fn writes_of(contents: CacheContents, key: Option<String>) -> Vec<CacheWrite> {
    let CacheContents { mut head, snapshots, log, entities } = contents;
    head.generation += 1;
    head.key = key;
    let snapshots =
        snapshots.iter().map(|(scope, bytes)| CacheWrite::PutSnapshot(scope.clone(), bytes.clone()));
    let log = log.into_values().map(CacheWrite::PutLog);
    let entities = entities.into_values().map(CacheWrite::PutEntity);
    let all: Vec<_> = snapshots.chain(log).chain(entities).collect();
    all.into_iter().chain([CacheWrite::PutHead(head)]).collect()
}
