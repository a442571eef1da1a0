//! What makes the signals move.

use std::{rc::Rc, sync::Arc};

use domain::{
    id::{DraftId, TicketId},
    order::LineKey,
    producer_sheet::ProducerSheet,
    quantity::Quantity,
    ticket::{Choice, Ticket},
    time::Timestamp,
    wire::desk::ProducerDemand,
};
use leptos::prelude::*;

use super::{
    AppError, Connectivity, Draft, LoadedCatalog, OrderEntry, PendingChoice, RecordError, SessionState, SignOutError,
    StorageProblem,
};

/// Everything that moves on screen.
#[derive(Clone, Copy)]
pub(super) struct Signals {
    pub(super) session: RwSignal<SessionState>,
    pub(super) connectivity: RwSignal<Connectivity>,
    pub(super) catalog: RwSignal<Option<Arc<LoadedCatalog>>>,
    pub(super) confirmed_at: RwSignal<Option<Timestamp>>,
    pub(super) draft: RwSignal<Option<Draft>>,
    pub(super) orders: RwSignal<Arc<Vec<OrderEntry>>>,
    pub(super) tickets: RwSignal<Arc<Vec<Ticket>>>,
    pub(super) demand: RwSignal<Option<Arc<ProducerDemand>>>,
    pub(super) sheets: RwSignal<Arc<Vec<ProducerSheet>>>,
    pub(super) pending: RwSignal<usize>,
    pub(super) update_ready: RwSignal<bool>,
    pub(super) storage_problem: RwSignal<Option<StorageProblem>>,
    pub(super) last_contact: RwSignal<Option<Timestamp>>,
    pub(super) clock_offset_ms: RwSignal<i64>,
}

impl Signals {
    pub(super) fn new() -> Self {
        Self {
            session: RwSignal::new(SessionState::Unknown),
            connectivity: RwSignal::new(Connectivity::Online),
            catalog: RwSignal::new(None),
            confirmed_at: RwSignal::new(None),
            draft: RwSignal::new(None),
            orders: RwSignal::new(Arc::default()),
            tickets: RwSignal::new(Arc::default()),
            demand: RwSignal::new(None),
            sheets: RwSignal::new(Arc::default()),
            pending: RwSignal::new(0),
            update_ready: RwSignal::new(false),
            storage_problem: RwSignal::new(None),
            last_contact: RwSignal::new(None),
            clock_offset_ms: RwSignal::new(0),
        }
    }
}

pub(super) struct Engine {
    signals: Signals,
}

impl Engine {
    pub(super) fn start(signals: Signals) -> Rc<Self> {
        Rc::new(Self { signals })
    }
    pub(super) async fn sign_in(&self, _email: String, _password: String) -> Result<(), AppError> {
        Err(AppError::Offline)
    }
    pub(super) async fn sign_out(&self, _choice: Option<PendingChoice>) -> Result<(), SignOutError> {
        self.signals.session.set(SessionState::SignedOut);
        Ok(())
    }
    pub(super) fn set_quantity(&self, _key: LineKey, _quantity: Quantity) {}
    pub(super) async fn submit_draft(&self) -> Result<DraftId, RecordError> {
        Err(RecordError::NotSignedIn)
    }
    pub(super) async fn settle(&self, _ticket: TicketId, _choice: Choice) -> Result<(), RecordError> {
        Err(RecordError::NotSignedIn)
    }
    pub(super) fn sync_soon(&self) {}
    pub(super) fn apply_update(&self) {}
}
