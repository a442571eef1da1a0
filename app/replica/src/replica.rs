//! The replica: what a screen may ask, and what it is told.

use std::{
    cell::{Cell, RefCell},
    pin::Pin,
    rc::Rc,
    sync::Arc,
};

use domain::{
    draft::Draft,
    id::DraftId,
    planted::{Bug, planted},
    time::Timestamp,
    wire::{Catalog, Me, Scope},
};

use crate::{
    cache::{CacheContents, CacheName, CacheWrite},
    catalog::{self, OpenedCache},
    drafts::{Announced, GestureId},
    local::Local,
    outbox::{Queue, Write},
    ports::{Clock, Entropy, Network, Storage, StorageError, Update},
    sealing::key_of,
    session::{SESSION, SessionState, is_locked},
    sync::staging::{Changes, Staging},
    turn::{Taken, Turn},
    view::{Base, Delivery, View, is_awaited},
};

/// What changed. Told after the fact, in any number: whoever listens reads what it shows anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Who is signed in.
    Session,
    /// The catalogue; `texts` when something one searches by changed.
    Catalog {
        /// Names, producers, families, signs.
        texts: bool,
    },
    /// Orders, tickets, the draft, what waits, a producer's demand and sheets.
    View,
    /// The server was heard, or was not.
    Contact,
    /// Other tabs of this profile should read the device again.
    OtherTabs,
}

/// What a step on the outbox made durable of what was only on screen.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Saved {
    /// How many gestures: the first ones.
    pub(crate) gestures: usize,
    /// The draft that was sent, and the one it was sent as.
    pub(crate) sent: Option<[DraftId; 2]>,
}

type Listener = Box<dyn Fn(Change)>;
/// A step on the outbox, without what it tells its caller.
pub(crate) type BoxedStep = Box<dyn Fn(&Queue) -> Vec<Write>>;
/// A future that lies on the heap: compiled once, not once a caller.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// What a tablet knows and means to say. One for a page.
pub struct Replica<S, N, C, E> {
    pub(crate) storage: S,
    pub(crate) network: N,
    pub(crate) clock: C,
    pub(crate) entropy: E,
    pub(crate) build: String,
    pub(crate) local: RefCell<Local>,
    /// Writes to the outbox follow each other.
    pub(crate) writing: Turn,
    /// The last gesture made on this page.
    gesture: Cell<GestureId>,
    listener: RefCell<Option<Listener>>,
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// An empty replica: call [`Replica::open`] before anything else. `build` is what it says of itself to the server.
    pub fn new(storage: S, network: N, clock: C, entropy: E, build: impl Into<String>) -> Self {
        let (local, writing, listener) = Default::default();
        let (page, _) = entropy.uuid().as_u64_pair();
        let gesture = Cell::new(GestureId { page, number: 0 });
        Self { storage, network, clock, entropy, build: build.into(), local, writing, gesture, listener }
    }

    /// Names the next gesture.
    pub(crate) fn next_gesture(&self) -> GestureId {
        let last = self.gesture.get();
        self.gesture.set(GestureId { number: last.number + 1, ..last });
        self.gesture.get()
    }

    /// Has `listener` told of every change. It must not change the replica while it listens.
    pub fn listen(&self, listener: impl Fn(Change) + 'static) {
        *self.listener.borrow_mut() = Some(Box::new(listener));
    }

    pub(crate) fn notify(&self, change: Change) {
        if change == Change::View {
            self.local.borrow_mut().refold();
        }
        if let Some(listener) = &*self.listener.borrow() {
            listener(change);
        }
    }

    /// Reads again what another tab may have changed.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn reload(&self) -> Result<(), StorageError> {
        let moved = self.reload_outbox().await?;
        // What another tab recorded shows at once, before the slower reading of what the server said.
        if !planted(Bug::OtherTabNotShown) {
            self.notify(Change::View);
        }
        self.reload_cache().await?;
        if moved {
            self.notify(Change::Session);
        }
        Ok(())
    }

    /// Reads again what waits, after a write whose end is not known and now and then: another tab may have recorded
    /// something and not have lived to tell.
    pub(crate) async fn look_again(&self) -> Result<(), StorageError> {
        if self.reload_outbox().await? {
            self.notify(Change::View);
            self.reload_cache().await?;
            self.notify(Change::Session);
        }
        self.notify(Change::View);
        Ok(())
    }

    /// Whether somebody else is signed in than before, or the device was locked, or left, by another page.
    pub(crate) async fn reload_outbox(&self) -> Result<bool, StorageError> {
        let taken = self.writing.take().await;
        let outbox = self.read_known_outbox().await?;
        let moved = {
            let mut local = self.local.borrow_mut();
            let session = outbox.queue.read(SESSION);
            let moved = local.session != session;
            let locked = is_locked(&local.outbox.queue) != is_locked(&outbox.queue);
            let before = local.cache_name();
            local.outbox = outbox;
            local.unsure = false;
            local.replay_unsaved();
            if session.is_none() && moved {
                local.forget_session();
            } else {
                local.turn_to(session);
            }
            if before.is_some() && local.cache_name() != before {
                self.storage.let_go_of_key();
            }
            moved || locked
        };
        drop(taken);
        Ok(moved)
    }

    pub(crate) async fn reload_cache(&self) -> Result<(), StorageError> {
        let Some(name) = self.cache_name() else {
            self.local.borrow_mut().take_cache(OpenedCache::default());
            self.notify(Change::Catalog { texts: true });
            self.notify(Change::View);
            return Ok(());
        };
        let contents = match self.storage.read_cache(&name).await {
            // Closed under a key this place does not use any more: it is downloaded again.
            Err(StorageError::Locked) => {
                self.storage.delete_cache(&name).await?;
                CacheContents::default()
            }
            read => read?,
        };
        let moved = {
            let mut local = self.local.borrow_mut();
            // The person may have changed while the device was read.
            if local.cache_name().as_ref() != Some(&name) {
                return Ok(());
            }
            // A cache the browser emptied takes nothing off the screen: the next round asks for it anew.
            let is_emptied = contents.head.scopes.is_empty() && local.catalog.is_some();
            let moved =
                !is_emptied && (local.cache.head.scopes != contents.head.scopes || local.catalog.is_none());
            if moved {
                local.take_cache(contents.into());
            } else {
                local.cache.head = contents.head;
            }
            moved
        };
        if moved {
            self.notify(Change::Catalog { texts: true });
        } else if planted(Bug::OtherTabNotShown) {
            return Ok(());
        }
        self.notify(Change::View);
        Ok(())
    }

    /// One step on the outbox: durable first, then in memory, then on screen.
    pub(crate) async fn update<T: 'static>(
        &self,
        step: impl Fn(&Queue) -> Update<T> + 'static,
    ) -> Result<T, StorageError> {
        let taken = self.writing.take().await;
        self.update_in_turn(step, Saved::default(), taken).await
    }

    /// The same, for a step that saves gestures that were only on screen.
    pub(crate) async fn update_in_turn<T: 'static>(
        &self,
        step: impl Fn(&Queue) -> Update<T> + 'static,
        saved: Saved,
        taken: Taken,
    ) -> Result<T, StorageError> {
        let value = Rc::new(Cell::new(None));
        let into = Rc::clone(&value);
        let writes_of = move |queue: &Queue| {
            let Update { writes, value } = step(queue);
            into.set(Some(value));
            writes
        };
        self.write_outbox(Box::new(writes_of), saved, taken).await?;
        value.take().ok_or_else(|| StorageError::Failed("a step that was not taken".into()))
    }

    /// What every step shares, whatever it tells its caller.
    fn write_outbox(
        &self,
        step: BoxedStep,
        saved: Saved,
        taken: Taken,
    ) -> Boxed<'_, Result<(), StorageError>> {
        Box::pin(async move {
            let written = self.update_known_outbox(step).await;
            self.local.borrow_mut().unsure |= written.is_err();
            if matches!(written, Err(StorageError::Locked)) {
                // Another page locked the device: so is this one, as soon as it has looked.
                drop(taken);
                let _ = self.look_again().await;
                return Err(StorageError::Locked);
            }
            let (queue, writes) = written?;
            let changed = !writes.is_empty();
            let news = {
                let mut local = self.local.borrow_mut();
                // What the step saw is what lies on the device, other tabs' commands included.
                let news = local.outbox.queue != queue;
                local.outbox.queue = queue;
                writes.into_iter().for_each(|write| local.outbox.apply(write));
                local.gestures_saved(&saved);
                local.replay_unsaved();
                news
            };
            drop(taken);
            if changed || news {
                self.notify(Change::View);
            }
            if changed {
                self.notify(Change::OtherTabs);
            }
            Ok(())
        })
    }

    /// Shows a view that was just written.
    pub(crate) fn show(
        &self,
        name: &CacheName,
        writes: Vec<CacheWrite>,
        changes: &Changes,
        decoded: crate::sync::Decoded,
    ) {
        let catalog = {
            let mut local = self.local.borrow_mut();
            if local.cache_name().as_ref() != Some(name) {
                return;
            }
            for write in writes {
                // Decoded already; the bytes are on the device.
                if !matches!(write, CacheWrite::PutSnapshot(..)) {
                    local.cache.apply(write);
                }
            }
            if changes.rows {
                local.base = Base::of(&local.cache);
                let damaged = local.cache.damaged_rows();
                local.damaged.retain(|scope| scope.is_catalog() || damaged.contains(scope));
                local.start_over(changes);
            }
            local.show_catalog(changes, decoded)
        };
        if let Some(texts) = catalog {
            self.notify(Change::Catalog { texts });
        }
        if catalog.is_some() || changes.rows {
            self.notify(Change::View);
            self.notify(Change::OtherTabs);
        }
        self.notify(Change::Contact);
    }

    pub(crate) fn stage(&self) -> Staging {
        let mut local = self.local.borrow_mut();
        if local.cache.head.generation == 0 {
            local.cache.head.key =
                local.cache_name().and_then(|name| key_of(&local.outbox.queue, &name).map(str::to_owned));
        }
        let mut staging = Staging::new(&local.cache.head);
        // Damaged until another one is shown: a round that fails must not forget it.
        local.damaged.iter().cloned().for_each(|scope| staging.ask_anew(scope));
        if planted(Bug::DamageForgotten) {
            local.damaged.clear();
        }
        staging
    }

    /// Checks, away from the start, the hash of a snapshot that was only read at the start.
    pub(crate) fn ask_damaged_anew(&self) {
        let mut local = self.local.borrow_mut();
        for (scope, bytes) in std::mem::take(&mut local.cache.snapshots) {
            let mark = local.cache.head.scopes.get(&scope).and_then(|head| head.snapshot.clone());
            let other = mark.is_some_and(|mark| catalog::check(&bytes, &mark).is_err());
            if other && !planted(Bug::SnapshotHashIgnored) {
                local.damaged.insert(scope);
            }
        }
    }

    /// Who is signed in.
    #[must_use]
    pub fn session(&self) -> SessionState {
        let local = self.local.borrow();
        match &local.session {
            None if is_locked(&local.outbox.queue) => SessionState::Locked,
            None => SessionState::SignedOut,
            Some(session) if local.delivery.signed_out => SessionState::Expired(session.me.clone()),
            Some(session) => SessionState::SignedIn(session.me.clone()),
        }
    }

    pub(crate) fn me(&self) -> Option<Me> {
        self.local.borrow().session.as_ref().map(|session| session.me.clone())
    }

    pub(crate) fn scopes(&self) -> Vec<Scope> {
        self.local.borrow().session.as_ref().map(|session| session.scopes.clone()).unwrap_or_default()
    }

    /// The cache of whoever is signed in: the hint for the next [`Replica::open`].
    #[must_use]
    pub fn cache_name(&self) -> Option<CacheName> {
        self.local.borrow().cache_name()
    }

    /// The catalogue.
    #[must_use]
    pub fn catalog(&self) -> Option<Arc<Catalog>> {
        self.local.borrow().catalog.clone()
    }

    /// Orders, tickets, what waits.
    #[must_use]
    pub fn view(&self) -> View {
        self.local.borrow().view.clone()
    }

    /// The draft on screen; `None` without a kitchen or a price list.
    #[must_use]
    pub fn draft(&self) -> Option<Draft> {
        self.local.borrow().draft()
    }

    /// What somebody said of the drafts of the week on screen and does not stand.
    #[must_use]
    pub fn announced(&self) -> Vec<Announced> {
        self.local.borrow().announced()
    }

    /// Reads the server's view, rows apart from the catalogue.
    pub fn with_base<T>(&self, read: impl FnOnce(&Base) -> T) -> T {
        read(&self.local.borrow().base)
    }

    /// How many commands wait whose answer somebody waits for.
    #[must_use]
    pub fn pending_count(&self) -> usize {
        let local = self.local.borrow();
        local.place().map_or(0, |place| {
            let waiting = local.outbox.queue.unproved(place, &local.cache.head.applied);
            waiting.iter().filter(|pending| is_awaited(&pending.entry.envelope)).count()
        })
    }

    /// Whether something here waits to be told, awaited by a person or not.
    #[must_use]
    pub fn has_to_tell(&self) -> bool {
        let local = self.local.borrow();
        let Some(place) = local.place() else { return false };
        local.site_with_unsaid().is_some()
            || !local.outbox.queue.unproved(place, &local.cache.head.applied).is_empty()
    }

    /// What is known of the cable.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.local.borrow().delivery
    }

    /// The server's clock at the last pull that confirmed what is shown.
    #[must_use]
    pub fn confirmed_at(&self) -> Option<Timestamp> {
        let local = self.local.borrow();
        local.cache.head.confirmed_at.max(local.confirmed_at)
    }

    /// When the server was last heard, by the device's clock.
    #[must_use]
    pub fn last_contact(&self) -> Option<Timestamp> {
        self.local.borrow().last_contact
    }

    /// Server clock minus device clock, in milliseconds.
    #[must_use]
    pub fn clock_offset_ms(&self) -> i64 {
        self.local.borrow().meter.offset_ms()
    }

    /// 128 random bits, for the rhythm of tries.
    #[must_use]
    pub fn chance(&self) -> u128 {
        self.entropy.bits()
    }
}
