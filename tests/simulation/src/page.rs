//! A page: the production replica, and its rhythm as the app's own engine keeps it.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Wake, Waker},
};

use domain::{
    enterprise::Role,
    id::{DraftId, TicketId},
    ticket::Choice,
    time::Timestamp,
    wire::Scope,
};
use replica::{
    Change, ReadAhead, Replica,
    backoff::{Backoff, Surroundings},
    cache::CacheName,
    ports::{Clock, Entropy},
    recording::RecordError,
    session::{PendingChoice, SignInError, SignOutRefusal},
    storage::sealing::Sealing,
    sync::RoundEnd,
    turn::either,
};

use crate::{
    cable::DeviceCable,
    core::{Core, Event, PageId},
    disk::{DeviceStorage, SharedDisk},
    oracle::Said,
    slot::Slot,
};

pub(crate) type DeviceReplica = Replica<Sealing<DeviceStorage>, DeviceCable, DeviceClock, DeviceChance>;

/// A device's clock: as wrong as its settings.
#[derive(Default)]
pub(crate) struct ClockSettings {
    pub(crate) skew_ms: Cell<i64>,
    pub(crate) stands_at: Cell<Option<i64>>,
}

/// The clock as pages read it.
pub(crate) struct DeviceClock {
    pub(crate) core: Rc<Core>,
    pub(crate) settings: Rc<ClockSettings>,
}

impl Clock for DeviceClock {
    fn now(&self) -> Timestamp {
        let shown = self.settings.stands_at.get().unwrap_or_else(|| self.core.now());
        Timestamp(shown).plus_ms(self.settings.skew_ms.get())
    }
}

/// The device's chance.
pub(crate) struct DeviceChance(pub(crate) Rc<Core>);

impl Entropy for DeviceChance {
    fn bits(&self) -> u128 {
        self.0.chance(|chance| u128::from(chance.bits()) << 64 | u128::from(chance.bits()))
    }
}

/// What a person's act came to.
pub(crate) enum Told {
    Sent {
        seen: Vec<Said>,
        result: Result<DraftId, RecordError>,
    },
    /// A withdrawal or an amendment; `said` is `None` when the screen showed nothing that can be changed.
    Changed {
        said: Option<Said>,
        result: Result<(), RecordError>,
    },
    Chosen {
        ticket: TicketId,
        choice: Choice,
        result: Result<(), RecordError>,
    },
    SignedIn(Result<(), SignInError>),
    SignedOut {
        choice: Option<PendingChoice>,
        result: Result<(), SignOutRefusal>,
    },
    /// What became of something done with codes.
    Codes(String),
    /// What another tab changed was read.
    ReadAgain,
    Round(RoundEnd),
}

#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// A page that is open.
pub(crate) struct Page {
    pub(crate) id: PageId,
    pub(crate) replica: DeviceReplica,
    pub(crate) core: Rc<Core>,
    disk: SharedDisk,
    pub(crate) opened: Cell<bool>,
    pub(crate) visible: Cell<bool>,
    /// The screen shows something else than before.
    pub(crate) drawn_anew: Cell<bool>,
    pub(crate) told: RefCell<Vec<Told>>,
    /// Submissions a person saw on this screen while sending.
    pub(crate) attempted: RefCell<Vec<Said>>,
    /// The furthest each draft was seen to be on this screen.
    pub(crate) furthest: RefCell<BTreeMap<DraftId, u8>>,
    /// The cache this screen last showed: with another one, cards are built anew.
    pub(crate) shown: RefCell<Option<CacheName>>,
    /// Rounds that went through since everybody was last told to look.
    pub(crate) rounds: Cell<u32>,
    /// The minute of the last round, and how many ended in it.
    minute: Cell<(i64, u32)>,
    pub(crate) backoff: Cell<Backoff>,
    soon: RefCell<Slot<()>>,
    elsewhere: RefCell<Slot<()>>,
}

/// A page and what runs in it.
pub(crate) struct Tab {
    pub(crate) page: Rc<Page>,
    tasks: Vec<Task>,
    flag: Arc<Flag>,
    pub(crate) frozen_until: i64,
}

impl Tab {
    /// Opens a page.
    pub(crate) fn open(core: &Rc<Core>, id: PageId, replica: DeviceReplica, disk: SharedDisk) -> Self {
        let page = Rc::new(Page {
            id,
            replica,
            core: Rc::clone(core),
            disk,
            opened: Cell::new(false),
            visible: Cell::new(true),
            drawn_anew: Cell::new(false),
            told: RefCell::default(),
            attempted: RefCell::default(),
            furthest: RefCell::default(),
            shown: RefCell::default(),
            rounds: Cell::new(0),
            minute: Cell::default(),
            backoff: Cell::default(),
            soon: RefCell::new(Slot::new()),
            elsewhere: RefCell::new(Slot::new()),
        });
        page.listen();
        let tasks: Vec<Task> =
            vec![Box::pin(Rc::clone(&page).live()), Box::pin(Rc::clone(&page).follow_other_tabs())];
        Self { page, tasks, flag: Arc::default(), frozen_until: 0 }
    }

    /// Whether a person is in the middle of something here.
    pub(crate) fn is_in_hand(&self) -> bool {
        self.tasks.len() > OWN_TASKS
    }

    pub(crate) fn start(&mut self, task: impl Future<Output = ()> + 'static) {
        self.tasks.push(Box::pin(task));
    }

    /// Lets everything in the page go as far as it can.
    pub(crate) fn poll(&mut self) {
        let waker = Waker::from(Arc::clone(&self.flag));
        let mut context = Context::from_waker(&waker);
        loop {
            self.flag.0.store(false, Ordering::Relaxed);
            self.tasks.retain_mut(|task| task.as_mut().poll(&mut context).is_pending());
            if !self.flag.0.load(Ordering::Relaxed) {
                return;
            }
        }
    }
}

/// What runs in a page by itself: its life, and its ear for the other tabs.
const OWN_TASKS: usize = 2;
/// Between two tries to open a device that refuses.
const REOPEN_MS: i64 = 3_000;

impl Page {
    fn listen(self: &Rc<Self>) {
        let page = Rc::downgrade(self);
        self.replica.listen(move |change| {
            let Some(page) = page.upgrade() else { return };
            match change {
                Change::OtherTabs => page.core.after(1, Event::Tell { from: page.id }),
                Change::Session => {
                    let hint: Option<CacheName> = page.replica.cache_name();
                    page.disk.borrow_mut().hint = hint;
                }
                Change::View => page.drawn_anew.set(page.opened.get()),
                Change::Catalog { .. } | Change::Contact => {}
            }
        });
    }

    /// Another tab changed the device.
    pub(crate) fn changed_elsewhere(&self) {
        self.elsewhere.borrow().set(());
    }

    /// What was seen of another cache counts no more.
    pub(crate) fn note_cache(&self) {
        let shown = self.replica.cache_name();
        if *self.shown.borrow() != shown {
            self.furthest.borrow_mut().clear();
            self.shown.replace(shown);
        }
    }

    /// Whether it holds what the server told of the kitchen it is signed in for.
    pub(crate) fn holds_its_kitchen(&self) -> bool {
        let Some(Role::Kitchen { site, .. }) = self.replica.session().me().map(|me| me.role) else {
            return false;
        };
        let its = Scope::site(site).to_string();
        self.replica.diagnosis().scopes.iter().any(|(scope, _)| *scope == its)
    }

    /// Something happened that a round should see to.
    pub(crate) fn nudge(&self) {
        self.soon.borrow().set(());
    }

    /// The page is looked at again, or its network came back.
    pub(crate) fn good_moment(&self) {
        self.replica.greet_next();
        self.nudge();
    }

    /// A round ended. How many did in this minute.
    pub(crate) fn rounds_this_minute(&self) -> u32 {
        let now = self.core.now() / 60_000;
        let (minute, count) = self.minute.get();
        let count = if minute == now { count + 1 } else { 1 };
        self.minute.set((now, count));
        count
    }

    pub(crate) async fn pause(&self, ms: i64) {
        let slot = Slot::new();
        self.core.after(ms, Event::Ring { page: self.id, slot: slot.clone() });
        slot.await;
    }

    async fn read_ahead(&self) -> Option<ReadAhead> {
        let hint = self.disk.borrow().hint.clone();
        self.replica.read_ahead(hint?).await
    }

    async fn live(self: Rc<Self>) {
        while self.replica.open(self.read_ahead()).await.is_err() {
            self.pause(REOPEN_MS).await;
        }
        self.opened.set(true);
        loop {
            let _ = self.replica.save_draft().await;
            let end = self.replica.round().await;
            let pause = self.pause_after(&end);
            if end.trouble.is_none() {
                self.rounds.set(self.rounds.get() + 1);
            }
            self.told.borrow_mut().push(Told::Round(end));
            let soon = self.soon.borrow().clone();
            either(soon, self.pause(pause)).await;
            *self.soon.borrow_mut() = Slot::new();
        }
    }

    fn pause_after(&self, end: &RoundEnd) -> i64 {
        let mut backoff = self.backoff.get();
        if end.failed() {
            backoff.failed();
        } else {
            backoff.succeeded();
        }
        self.backoff.set(backoff);
        let around = Surroundings { visible: self.visible.get(), waiting: self.replica.has_to_tell() };
        let pause = backoff.next_ms(around, end.retry_after_ms(), self.replica.chance());
        i64::try_from(pause).unwrap_or(i64::MAX)
    }

    async fn follow_other_tabs(self: Rc<Self>) {
        loop {
            let told = self.elsewhere.borrow().clone();
            told.await;
            *self.elsewhere.borrow_mut() = Slot::new();
            if self.opened.get() && self.replica.reload().await.is_ok() {
                self.told.borrow_mut().push(Told::ReadAgain);
            }
        }
    }
}
