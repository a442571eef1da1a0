//! What makes the signals move: the replica on this device, and the rhythm of its rounds.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use domain::{
    availability::AvailableProduct,
    cycle::CycleId,
    draft::{DraftLine, FieldEdit, How, SharedHeader},
    enterprise::Role,
    id::{DraftId, TicketId},
    order::LineKey,
    quantity::Quantity,
    ticket::Choice,
    wire::Action,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use replica::{
    Change, ReadAhead, Replica,
    backoff::{Backoff, Surroundings},
    cache::CacheName,
    rehearsal::rehearse,
    session::{ComingIn, SignInError, SignOutRefusal},
    storage::sealing::Sealing,
    sync::{RoundEnd, RoundTrouble},
    turn::{both, either},
};

use super::{
    Announced, AppError, Asked, BegunChange, ComingWeek, Connectivity, Contact, Diagnosis, LoadedCatalog,
    PendingChoice, RecordError, RescueError, SaidOfOrder, SignOutError, StorageProblem, TakenIn, Told,
    exchange::{self, Missing},
    nudge::Nudge,
    signals::{Signals, set},
};
use crate::device::{
    clock::DeviceClock, entropy::DeviceEntropy, fetch::Fetcher, files, indexed_db::IndexedDb, locks, page,
    poke::Pokes, quota, tabs::Tabs, timing, worker,
};

pub(super) type DeviceReplica = Replica<Sealing<IndexedDb>, Fetcher, DeviceClock, DeviceEntropy>;

/// In the browser's timeline: this device's storage is asked.
const OPENING: &str = "mercuriale:open";
/// A browser that is asked for a database asks the page back, and looks for it once it has been answered.
const PERMISSION_MS: u32 = 1;
/// Between two tries to open a device that refuses.
const REOPEN_MS: u32 = 3_000;
/// Hands that rest this long have said something.
const SHARED_AFTER_MS: u32 = 1_500;
/// A poke is followed within this time.
const POKED_WITHIN_MS: u128 = 1_500;

/// One for a page; lives as long as it.
pub(super) struct Engine {
    signals: Signals,
    replica: Rc<DeviceReplica>,
    tabs: RefCell<Option<Tabs>>,
    pokes: Pokes,
    backoff: Cell<Backoff>,
    /// How often the draft was changed on this page.
    changes: Cell<u64>,
    /// Something happened that a round should see to.
    soon: Nudge,
    /// Another tab changed the device, or the browser took it away.
    changed_elsewhere: Rc<Nudge>,
    opened: Nudge,
}

impl Engine {
    pub(super) fn start(signals: Signals) -> Rc<Self> {
        let build = env!("CARGO_PKG_VERSION");
        let changed_elsewhere = Rc::new(Nudge::default());
        let closed = Rc::clone(&changed_elsewhere);
        let device = Sealing::of(IndexedDb::telling(move || closed.give()));
        let replica = Rc::new(Replica::new(device, Fetcher, DeviceClock, DeviceEntropy, build));
        let engine = Rc::new(Self {
            signals,
            replica,
            tabs: RefCell::default(),
            pokes: Pokes::default(),
            backoff: Cell::default(),
            changes: Cell::default(),
            soon: Nudge::default(),
            changed_elsewhere,
            opened: Nudge::default(),
        });
        engine.listen();
        spawn_local(Rc::clone(&engine).live());
        engine
    }

    pub(super) fn replica(&self) -> &Rc<DeviceReplica> {
        &self.replica
    }

    fn listen(self: &Rc<Self>) {
        let engine = Rc::downgrade(self);
        self.replica.listen(move |change| {
            if let Some(engine) = engine.upgrade() {
                engine.show(change);
            }
        });
        let engine = Rc::clone(self);
        *self.tabs.borrow_mut() = Some(Tabs::open(move || engine.changed_elsewhere.give()));
        let engine = Rc::clone(self);
        page::on_good_moments(move || {
            engine.replica.greet_next();
            engine.soon.give();
        });
        let signals = self.signals;
        worker::on_update(move || signals.tell_of_device(|news| news.update_ready = true));
    }

    /// Opens the device, then keeps in touch for as long as the page lives.
    async fn live(self: Rc<Self>) {
        timing::mark(OPENING);
        // Nothing else to do while the browser looks for its databases; but it asks this page first whether it may.
        let rehearsal = async {
            TimeoutFuture::new(PERMISSION_MS).await;
            rehearse();
        };
        let (mut opened, ()) = both(self.replica.open(self.read_ahead()), rehearsal).await;
        while let Err(error) = opened {
            self.tell_storage_problem(Some(error));
            self.show(Change::Session);
            TimeoutFuture::new(REOPEN_MS).await;
            opened = self.replica.open(self.read_ahead()).await;
        }
        self.tell_storage_problem(None);
        self.opened.give();
        spawn_local(Rc::clone(&self).follow_other_tabs());
        loop {
            let end = self.round().await;
            self.listen_to_the_server(&end);
            either(self.soon.taken(), TimeoutFuture::new(self.pause_ms(&end))).await;
        }
    }

    async fn read_ahead(&self) -> Option<ReadAhead> {
        let name = CacheName::parse(&page::cache_hint()?)?;
        let read = self.replica.read_ahead(name).await;
        timing::measure_since("mercuriale:open-catalog", OPENING);
        read
    }

    async fn round(&self) -> RoundEnd {
        self.save_draft().await;
        self.show_syncing();
        let end = locks::holding("mercuriale-sync", self.exchange()).await;
        if let Some(RoundTrouble::Device(problem)) = &end.trouble {
            self.tell_storage_problem(Some(problem.clone()));
        }
        if end.action.is_some_and(|action| action != Action::Ok) || end.trouble == Some(RoundTrouble::TooOld)
        {
            worker::look_for_update();
        }
        let mut backoff = self.backoff.get();
        if end.failed() {
            backoff.failed();
        } else {
            backoff.succeeded();
        }
        self.backoff.set(backoff);
        end
    }

    async fn exchange(&self) -> RoundEnd {
        match exchange::round(Rc::clone(&self.replica)).await {
            Ok(end) => end,
            Err(Missing) => self.replica.round_not_begun("a piece of the application is not here"),
        }
    }

    /// Keeps the line of pokes open while somebody looks at a page that has a feed of its own and a server to hear.
    fn listen_to_the_server(self: &Rc<Self>, end: &RoundEnd) {
        let role = self.replica.session().me().map(|me| me.role);
        let has_feed = matches!(role, Some(Role::Kitchen { .. } | Role::Producer { .. } | Role::Hub { .. }));
        let engine = Rc::clone(self);
        self.pokes.keep(has_feed && page::is_visible() && !end.failed(), move || engine.poked());
    }

    /// At a closing everybody is poked at once: each goes at a moment of its own.
    fn poked(self: &Rc<Self>) {
        let engine = Rc::clone(self);
        let moment_ms = u32::try_from(self.replica.chance() % POKED_WITHIN_MS).unwrap_or(0);
        spawn_local(async move {
            TimeoutFuture::new(moment_ms).await;
            engine.soon.give();
        });
    }

    fn pause_ms(&self, end: &RoundEnd) -> u32 {
        let around = Surroundings { visible: page::is_visible(), waiting: self.replica.has_to_tell() };
        let pause = self.backoff.get().next_ms(around, end.retry_after_ms(), self.replica.chance());
        u32::try_from(pause).unwrap_or(u32::MAX)
    }

    async fn follow_other_tabs(self: Rc<Self>) {
        loop {
            self.changed_elsewhere.taken().await;
            match self.replica.reload().await {
                Err(problem) => self.tell_storage_problem(Some(problem)),
                // The view went too: it is asked for again.
                Ok(()) if self.replica.forgotten().is_some() => self.soon.give(),
                Ok(()) => {}
            }
        }
    }

    /// Brings one kind of change to the signals.
    fn show(&self, change: Change) {
        match change {
            Change::Session => {
                page::leave_cache_hint(self.replica.cache_name().as_ref().map(CacheName::as_str));
                set(self.signals.session, self.replica.session());
            }
            Change::Catalog { texts } => self.show_catalog(texts),
            Change::View => self.show_view(),
            Change::Contact => self.show_contact(),
            Change::OtherTabs => {
                if let Some(tabs) = &*self.tabs.borrow() {
                    tabs.tell();
                }
            }
        }
    }

    fn show_catalog(&self, texts: bool) {
        let before = self.signals.catalog.get_untracked();
        let loaded = self.replica.catalog().map(|catalog| {
            let kept = before.filter(|_| !texts).map(|before| Arc::clone(&before.texts));
            Arc::new(LoadedCatalog { catalog, texts: kept.unwrap_or_default() })
        });
        self.signals.catalog.set(loaded);
    }

    fn show_view(&self) {
        let view = self.replica.view();
        let told = Told {
            orders: view.orders,
            tickets: view.tickets,
            pending: view.pending,
            announced: self.replica.announced(),
            producer: self.replica.with_base(|base| base.producer.clone()),
        };
        if self.signals.told.with_untracked(|before| **before != told) {
            self.signals.told.set(Arc::new(told));
        }
        self.signals.views.update(|views| *views = views.wrapping_add(1));
        set(self.signals.draft, self.replica.draft());
        set(self.signals.draft_saved, self.replica.draft_is_saved());
        self.signals.tell_of_device(|news| news.forgotten = self.replica.forgotten());
    }

    fn show_contact(&self) {
        let connectivity = match self.replica.delivery().offline_since {
            Some(since) => Connectivity::Offline { since },
            None => Connectivity::Online,
        };
        let contact = Contact {
            connectivity,
            last: self.replica.last_contact(),
            confirmed_at: self.replica.confirmed_at(),
            clock_offset_ms: self.replica.clock_offset_ms(),
        };
        set(self.signals.contact, contact);
    }

    fn tell_storage_problem(&self, problem: Option<StorageProblem>) {
        self.signals.tell_of_device(|news| news.storage_problem = problem);
    }

    /// Says that an exchange is under way when somebody may be waiting for it.
    fn show_syncing(&self) {
        let first = self.replica.session().me().is_some() && self.replica.confirmed_at().is_none();
        let reachable = self.replica.delivery().offline_since.is_none();
        if reachable && (first || self.replica.pending_count() > 0) {
            let contact = self.signals.contact.get_untracked();
            set(self.signals.contact, Contact { connectivity: Connectivity::Syncing, ..contact });
        }
    }

    /// Makes what one searches by once the list is on screen, before a hand can reach the keys.
    pub(super) fn catalog_is_shown(self: &Rc<Self>) {
        let engine = Rc::clone(self);
        set_timeout(
            move || {
                engine
                    .signals
                    .catalog
                    .with_untracked(|loaded| loaded.as_ref().map(|loaded| loaded.index().len()));
                timing::measure_since_navigation("mercuriale:catalog-usable");
            },
            Duration::ZERO,
        );
    }

    async fn save_draft(&self) {
        let saved = self.replica.save_draft().await;
        self.tell_storage_problem(saved.err());
    }

    pub(super) fn turned_out(&self) -> Option<usize> {
        self.replica.turned_out()
    }

    pub(super) async fn come_in(&self, by: ComingIn) -> Result<(), AppError> {
        self.opened.given().await;
        let signed_in = exchange::come_in(Rc::clone(&self.replica), by).await;
        let signed_in = signed_in.map_err(|Missing| AppError::Offline)?;
        if signed_in.is_ok() {
            spawn_local(quota::ask_to_persist());
        }
        self.backoff.set(Backoff::default());
        self.soon.give();
        signed_in.map_err(|error| match error {
            SignInError::Cable(trouble) => trouble.into(),
            SignInError::Storage(problem) => AppError::Storage(problem),
        })
    }

    pub(super) async fn sign_out(&self, choice: Option<PendingChoice>) -> Result<(), SignOutError> {
        self.opened.given().await;
        let signed_out = exchange::sign_out(Rc::clone(&self.replica), choice).await;
        let signed_out = signed_out.map_err(|Missing| SignOutError::Unreachable)?;
        self.soon.give();
        signed_out.map_err(|refusal| match refusal {
            SignOutRefusal::Pending(count) => SignOutError::Pending { count },
            SignOutRefusal::Storage(problem) => SignOutError::Storage(problem),
        })
    }

    pub(super) fn set_quantity(self: &Rc<Self>, key: LineKey, quantity: Quantity, how: How) {
        self.replica.set_quantity(key, quantity, how);
        self.draft_changed();
    }

    pub(super) fn header(&self) -> SharedHeader {
        self.replica.header()
    }

    pub(super) fn said_of(&self, draft: DraftId) -> SaidOfOrder {
        self.replica.said_of(draft)
    }

    pub(super) fn set_field(self: &Rc<Self>, edit: FieldEdit) {
        self.replica.set_field(edit);
        self.draft_changed();
    }

    pub(super) fn decide(self: &Rc<Self>, announced: &Announced, quantity: Quantity) {
        self.replica.decide(announced.draft, announced.key.clone(), quantity);
        self.draft_changed();
    }

    /// Saves the draft at once, and tells the other tablets when the hands rest.
    fn draft_changed(self: &Rc<Self>) {
        let engine = Rc::clone(self);
        let change = self.changes.get() + 1;
        self.changes.set(change);
        spawn_local(async move {
            engine.save_draft().await;
            TimeoutFuture::new(SHARED_AFTER_MS).await;
            let reachable = engine.replica.delivery().offline_since.is_none();
            if reachable && engine.changes.get() == change {
                engine.soon.give();
            }
        });
    }

    pub(super) async fn submit_draft(&self) -> Result<DraftId, RecordError> {
        self.opened.given().await;
        let recorded = self.recorded(self.replica.submit_draft().await);
        if recorded.is_ok() {
            spawn_local(quota::ask_to_persist());
        }
        recorded
    }

    pub(super) async fn settle(&self, ticket: TicketId, choice: Choice) -> Result<(), RecordError> {
        self.opened.given().await;
        self.recorded(self.replica.settle_ticket(ticket, choice).await)
    }

    pub(super) async fn withdraw(&self, draft: DraftId) -> Result<(), RecordError> {
        self.opened.given().await;
        self.recorded(self.replica.withdraw_order(draft).await)
    }

    pub(super) async fn amend(
        &self,
        draft: DraftId,
        seen: Asked,
        lines: Vec<DraftLine>,
    ) -> Result<(), RecordError> {
        self.opened.given().await;
        self.recorded(self.replica.amend_order(draft, seen, lines).await)
    }

    pub(super) fn begun_change(&self, draft: DraftId) -> Option<BegunChange> {
        self.replica.begun_change(draft)
    }

    pub(super) async fn keep_change(&self, draft: DraftId, begun: BegunChange) -> Result<(), RecordError> {
        self.recorded(self.replica.keep_change(draft, begun).await)
    }

    pub(super) async fn give_up_change(&self, draft: DraftId) {
        self.tell_storage_problem(self.replica.give_up_change(draft).await.err());
    }

    pub(super) fn coming_week(&self, week: CycleId) -> Option<ComingWeek> {
        self.replica.coming_week(week)
    }

    pub(super) async fn keep_week(
        &self,
        week: CycleId,
        products: &[AvailableProduct],
    ) -> Result<(), RecordError> {
        self.recorded(self.replica.keep_week(week, products).await)
    }

    pub(super) async fn publish_week(
        &self,
        week: CycleId,
        products: Vec<AvailableProduct>,
    ) -> Result<(), RecordError> {
        self.opened.given().await;
        self.recorded(self.replica.publish_week(week, products).await)
    }

    /// Records once what lies on this device was read.
    pub(super) async fn record<T>(
        &self,
        recording: impl Future<Output = Result<T, RecordError>>,
    ) -> Result<T, RecordError> {
        self.opened.given().await;
        self.recorded(recording.await)
    }

    /// Has what was recorded leave soon, and says what the device refused.
    pub(super) fn recorded<T>(&self, recorded: Result<T, RecordError>) -> Result<T, RecordError> {
        let problem: Option<StorageProblem> = match &recorded {
            Err(RecordError::Storage(problem)) => Some(problem.clone()),
            _ => None,
        };
        self.tell_storage_problem(problem);
        self.soon.give();
        recorded
    }

    pub(super) fn sync_soon(&self) {
        self.replica.greet_next();
        self.soon.give();
    }

    pub(super) fn diagnosis(&self) -> Diagnosis {
        self.replica.diagnosis()
    }

    pub(super) fn save_rescue_file(&self) {
        if let Some(text) = self.replica.rescue_file() {
            // A browser that refuses shows so itself.
            let _ = files::save_as("mercuriale-envois-en-attente.json", &text);
        }
    }

    pub(super) async fn take_rescue_file(&self, file: web_sys::File) -> Result<TakenIn, RescueError> {
        self.opened.given().await;
        let taken = self.replica.take_in(&files::bytes_of(&file).await).await;
        self.soon.give();
        taken
    }

    pub(super) async fn send_everything_again(&self) -> Result<(), StorageProblem> {
        let again = self.replica.send_everything_again().await;
        self.tell_storage_problem(again.clone().err());
        self.soon.give();
        again
    }

    pub(super) fn forgotten_is_told(&self) {
        self.replica.forgotten_is_told();
        self.signals.tell_of_device(|news| news.forgotten = None);
    }

    pub(super) fn apply_update(&self) {
        worker::apply_update();
    }
}
