//! What screens receive by context: plain data in signals, and the few things a screen may ask for.
//!
//! A screen never sees the network nor the storage. It reads signals, and calls:
//!
//! | on screen | call | resolves when |
//! |---|---|---|
//! | a quantity changes | [`AppState::set_quantity`] | at once; [`AppState::draft_saved`] tells when the write is durable |
//! | « Envoyer la commande » | [`AppState::submit_draft`] | IndexedDB said *complete*: only then say « Enregistré sur cette tablette » |
//! | a choice on a ticket | [`AppState::settle`] | the same |
//! | « Retirer la commande », « Envoyer la modification » | [`AppState::withdraw`], [`AppState::amend`] | the same |
//! | « Enregistrer la réception » | [`AppState::record_reception`] | the same |
//! | « Tout confirmer » | [`AppState::confirm_harvest`] | the same |
//! | « Enregistrer l'arrivée », « Enregistrer le départ » | [`AppState::record_page`] | the same |
//! | quantities of a sent order change | [`AppState::keep_change`] | the same |
//! | « Se connecter » | [`AppState::sign_in`] | the session is known and kept |
//! | « Associer », « Créer mon accès » | [`AppState::come_in`] | the same |
//! | a code | [`AppState::open_with_code`] | all that lies here is read |
//! | « Se déconnecter » | [`AppState::sign_out`] | refused with [`SignOutError::Pending`] until told what becomes of what waits |
//! | the hub's desk | [`desk`] | the server answered: online work |
//!
//! [`RecordError::Storage`] and [`SignOutError::Storage`] mean that nothing was written.
//!
//! Signals hold small values or `Arc`s and change only when what they hold changes. What they hold comes from the device
//! first, before any network: the session, the catalogue, the draft and the orders of yesterday are there at once.
//!
//! Nothing sent disappears: the lines of a draft that could not be sent stay in the next draft, with their warnings.

pub mod desk;
mod engine;
mod exchange;
pub mod goods;
mod index;
mod lock;
mod nudge;
pub mod passkeys;
mod signals;

use std::sync::{Arc, OnceLock};

use domain::{
    availability::AvailableProduct,
    cycle::CycleId,
    draft::{DraftLine, FieldEdit, How, SharedHeader},
    id::{DraftId, TicketId},
    order::LineKey,
    quantity::Quantity,
    search::SearchIndex,
    ticket::{Choice, Ticket},
    time::Timestamp,
    wire::{Catalog, desk::SignInRequest},
};
use leptos::prelude::*;

pub use domain::draft::Draft;
pub use replica::{
    amending::BegunChange,
    availability::ComingWeek,
    diagnosis::Diagnosis,
    drafts::Announced,
    forgotten::Forgotten,
    ports::StorageError as StorageProblem,
    recording::RecordError,
    rescue::{RescueError, TakenIn},
    saying::SaidOfOrder,
    session::{ComingIn, PendingChoice, SessionState},
    view::{Asked, EntryLines, OrderChange, OrderEntry, ProducerRows, SendState, Wanted},
};

pub use crate::device::awake::Awake;
pub use crate::device::quota::Room;
use crate::device::{awake, quota};
use engine::Engine;
pub use exchange::Missing;
pub use goods::{BegunReception, DayToHarvest, Received, TypedLess, Unloaded};
pub use lock::{CodeError, NewCodeError};
use signals::Signals;

/// Whether the server can be reached, as the last exchange told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connectivity {
    /// The last exchange went through.
    Online,
    /// An exchange is under way and there is something to send or to receive for the first time.
    Syncing,
    /// Exchanges fail.
    Offline {
        /// Since when, by the device's clock.
        since: Timestamp,
    },
}

/// The catalogue in memory, indexed. A new one replaces it whenever something in it changed.
pub struct LoadedCatalog {
    /// What is proposed.
    pub catalog: Arc<Catalog>,
    /// What one searches it by, made when first needed. Shared by successive catalogues while no text changes.
    pub texts: Arc<OnceLock<SearchIndex>>,
}

impl LoadedCatalog {
    /// Document `n` is offer `n` of [`Catalog::offers`].
    #[must_use]
    pub fn index(&self) -> &SearchIndex {
        self.texts.get_or_init(|| index::index(&self.catalog))
    }
}

/// How things stand with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact {
    /// Whether it can be reached.
    pub connectivity: Connectivity,
    /// When it last answered, by the device's clock.
    pub last: Option<Timestamp>,
    /// The server's time of the last pull that confirmed what is shown: how old the catalogue is.
    pub confirmed_at: Option<Timestamp>,
    /// Server clock minus device clock in milliseconds, as last seen: add it to the device's time to count down to a
    /// cut-off.
    pub clock_offset_ms: i64,
}

/// What the server told, with what this tablet said since.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Told {
    /// « Mes commandes », newest first.
    pub orders: Vec<OrderEntry>,
    /// What waits for a choice and was not chosen on this tablet yet, oldest first.
    pub tickets: Vec<Ticket>,
    /// How many commands of this kitchen wait on this tablet.
    pub pending: usize,
    /// What another tablet of the kitchen, or this one, said of a line of the draft and does not stand.
    pub announced: Vec<Announced>,
    /// What a producer is told: the demand before the close, the sheets after.
    pub producer: ProducerRows,
}

/// What the device has to say of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeviceNews {
    /// A newer build is installed and waits for [`AppState::apply_update`].
    pub update_ready: bool,
    /// What its storage last complained of; cleared when it works again.
    pub storage_problem: Option<StorageProblem>,
    /// What the browser was found to have thrown away, until [`AppState::forgotten_is_told`].
    pub forgotten: Option<Forgotten>,
}

/// Why something asked of the server did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppError {
    /// The server cannot be reached.
    Offline,
    /// It said no.
    Problem {
        /// Stable: `BAD_CREDENTIALS`, `NOT_SIGNED_IN`, `CYCLE_CLOSED`…
        code: String,
        /// HTTP status.
        status: u16,
        /// A French sentence for a code the application has no words for.
        title: String,
    },
    /// The device could not keep the result.
    Storage(StorageProblem),
}

/// Why signing out did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignOutError {
    /// Something waits to be sent: ask the person, then say it with a [`PendingChoice`].
    Pending {
        /// How many commands.
        count: usize,
    },
    /// The device could not forget.
    Storage(StorageProblem),
    /// What signs out is not on this device, and the server cannot be reached.
    Unreachable,
}

/// The handle every screen finds with `expect_context::<AppState>()`.
#[derive(Clone, Copy)]
pub struct AppState {
    signals: Signals,
    engine: StoredValue<std::rc::Rc<Engine>, LocalStorage>,
}

impl AppState {
    /// Opens the device's databases, then keeps in touch with the server for as long as the page lives. Call once, inside
    /// the root component, then `provide_context` it.
    #[must_use]
    pub fn start() -> Self {
        let signals = Signals::new();
        Self { signals, engine: StoredValue::new_local(Engine::start(signals)) }
    }

    fn engine(&self) -> std::rc::Rc<Engine> {
        self.engine.get_value()
    }

    /// Who is signed in. [`SessionState::Unknown`] only until the device's storage has answered.
    #[must_use]
    pub fn session(&self) -> ReadSignal<SessionState> {
        self.signals.session.read_only()
    }

    /// How things stand with the server.
    #[must_use]
    pub fn contact(&self) -> ReadSignal<Contact> {
        self.signals.contact.read_only()
    }

    /// The catalogue; `None` until there is one.
    #[must_use]
    pub fn catalog(&self) -> ReadSignal<Option<Arc<LoadedCatalog>>> {
        self.signals.catalog.read_only()
    }

    /// What the kitchen is preparing; `None` without a kitchen or before the first price list.
    #[must_use]
    pub fn draft(&self) -> ReadSignal<Option<Draft>> {
        self.signals.draft.read_only()
    }

    /// Whether IndexedDB said *complete* of every quantity on screen: only then say « Brouillon enregistré ».
    #[must_use]
    pub fn draft_saved(&self) -> ReadSignal<bool> {
        self.signals.draft_saved.read_only()
    }

    /// What the server told, with what this tablet said since.
    #[must_use]
    pub fn told(&self) -> ReadSignal<Arc<Told>> {
        self.signals.told.read_only()
    }

    /// What the device has to say of itself.
    #[must_use]
    pub fn device(&self) -> ReadSignal<DeviceNews> {
        self.signals.device.read_only()
    }

    /// Now, by the server's clock as well as this device knows it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        crate::device::clock::now().plus_ms(self.signals.contact.get_untracked().clock_offset_ms)
    }

    /// Signs in.
    ///
    /// # Errors
    /// [`AppError::Offline`], `BAD_CREDENTIALS`, `SECOND_STEP_REQUIRED`, `TOO_MANY_ATTEMPTS`, or a session the device could not keep.
    pub async fn sign_in(self, asked: SignInRequest) -> Result<(), AppError> {
        self.come_in(ComingIn::Password(asked)).await
    }

    /// Pairs this device by a code, under a name; or makes the account of an invited person. As [`AppState::sign_in`].
    ///
    /// # Errors
    /// [`AppError::Offline`], `UNKNOWN_CODE`, `INVITATION_OVER`, `WEAK_PASSWORD`…, or a session the device could not keep.
    pub async fn come_in(self, by: ComingIn) -> Result<(), AppError> {
        self.engine().come_in(by).await
    }

    /// Whether the server turned this device out and nobody came in since; with how many commands that wait, sealed.
    #[must_use]
    pub fn turned_out(self) -> Option<usize> {
        self.engine().turned_out()
    }

    /// Signs out: the session and what the server told are forgotten, drafts stay. With commands that wait, `choice` is
    /// needed.
    ///
    /// # Errors
    /// [`SignOutError`]
    pub async fn sign_out(self, choice: Option<PendingChoice>) -> Result<(), SignOutError> {
        self.engine().sign_out(choice).await
    }

    /// Sets what is wanted of `key`; zero removes the line. The screen changes at once; the write follows, and then the
    /// kitchen's other tablets.
    pub fn set_quantity(self, key: LineKey, quantity: Quantity, how: How) {
        self.engine().set_quantity(key, quantity, how);
    }

    /// Answers what is announced of a line: `quantity` is wanted of it.
    pub fn decide(self, announced: &Announced, quantity: Quantity) {
        self.engine().decide(announced, quantity);
    }

    /// What the draft on screen says as a whole, and what was said of it and does not stand. Read anew with each view.
    #[must_use]
    pub fn header(self) -> SharedHeader {
        self.signals.views.track();
        self.engine().header()
    }

    /// What is said of an order that was sent from `draft`. Read anew with each view.
    #[must_use]
    pub fn said_of(self, draft: DraftId) -> SaidOfOrder {
        self.signals.views.track();
        self.engine().said_of(draft)
    }

    /// Says something of the draft as a whole, as [`AppState::set_quantity`] does of a line.
    pub fn set_field(self, edit: FieldEdit) {
        self.engine().set_field(edit);
    }

    /// Records the submission of the draft as shown, and opens the next one.
    ///
    /// # Errors
    /// [`RecordError`]: nothing was recorded, the draft is as it was.
    pub async fn submit_draft(self) -> Result<DraftId, RecordError> {
        self.engine().submit_draft().await
    }

    /// Records a choice on a ticket.
    ///
    /// # Errors
    /// [`RecordError`]: nothing was recorded.
    pub async fn settle(self, ticket: TicketId, choice: Choice) -> Result<(), RecordError> {
        self.engine().settle(ticket, choice).await
    }

    /// Records that the kitchen wants nothing any more of an order it sent.
    ///
    /// # Errors
    /// [`RecordError`]: nothing was recorded.
    pub async fn withdraw(self, draft: DraftId) -> Result<(), RecordError> {
        self.engine().withdraw(draft).await
    }

    /// Records that the kitchen wants `lines` of an order it sent, and nothing else, having `seen` it so.
    ///
    /// # Errors
    /// [`RecordError`]: nothing was recorded.
    pub async fn amend(self, draft: DraftId, seen: Asked, lines: Vec<DraftLine>) -> Result<(), RecordError> {
        self.engine().amend(draft, seen, lines).await
    }

    /// The change of a sent order that was begun on this device and is not sent yet.
    #[must_use]
    pub fn begun_change(self, draft: DraftId) -> Option<BegunChange> {
        self.engine().begun_change(draft)
    }

    /// Keeps a change that was begun, as it stands. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]: it is on screen alone.
    pub async fn keep_change(self, draft: DraftId, begun: BegunChange) -> Result<(), RecordError> {
        self.engine().keep_change(draft, begun).await
    }

    /// Gives up a change that was begun.
    pub async fn give_up_change(self, draft: DraftId) {
        self.engine().give_up_change(draft).await;
    }

    /// What this device knows of a week of the producer at hand.
    #[must_use]
    pub fn coming_week(self, week: CycleId) -> Option<ComingWeek> {
        self.engine().coming_week(week)
    }

    /// Keeps what is being typed of a week. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]: it is on screen alone.
    pub async fn keep_week(self, week: CycleId, products: &[AvailableProduct]) -> Result<(), RecordError> {
        self.engine().keep_week(week, products).await
    }

    /// Records what there will be in a week.
    ///
    /// # Errors
    /// [`RecordError`]: nothing was recorded.
    pub async fn publish_week(
        self,
        week: CycleId,
        products: Vec<AvailableProduct>,
    ) -> Result<(), RecordError> {
        self.engine().publish_week(week, products).await
    }

    /// Keeps the screen lit for as long as the answer lives; `None` where the browser cannot.
    pub async fn stay_awake(self) -> Option<Awake> {
        awake::ask().await
    }

    /// The build of the application on this page.
    #[must_use]
    pub fn build(self) -> String {
        let root = document().document_element();
        root.and_then(|root| root.get_attribute("data-build")).unwrap_or_default()
    }

    /// Where this device stands, for « Diagnostic ».
    #[must_use]
    pub fn diagnosis(self) -> Diagnosis {
        self.engine().diagnosis()
    }

    /// The room the browser gives us; `None` where it does not tell.
    pub async fn room(self) -> Option<Room> {
        quota::room().await
    }

    /// Gives what waits here to the person as a file.
    pub fn save_rescue_file(self) {
        self.engine().save_rescue_file();
    }

    /// Takes in what waited on another device.
    ///
    /// # Errors
    /// [`RescueError`]: nothing was written.
    pub async fn take_rescue_file(self, file: web_sys::File) -> Result<TakenIn, RescueError> {
        self.engine().take_rescue_file(file).await
    }

    /// Sends again all that is held here.
    ///
    /// # Errors
    /// [`StorageProblem`]
    pub async fn send_everything_again(self) -> Result<(), StorageProblem> {
        self.engine().send_everything_again().await
    }

    /// Tries now to send and receive.
    pub fn sync_soon(self) {
        self.engine().sync_soon();
    }

    /// The catalogue is on screen. Once it also answers what one types, that is written in the browser's timeline.
    pub fn catalog_is_shown(self) {
        self.engine().catalog_is_shown();
    }

    /// Somebody read what was thrown away.
    pub fn forgotten_is_told(self) {
        self.engine().forgotten_is_told();
    }

    /// Lets the newer build take over, and reloads once.
    pub fn apply_update(self) {
        self.engine().apply_update();
    }
}
