//! Everything that moves on screen.

use std::sync::Arc;

use domain::{ticket::Ticket, time::Timestamp};
use leptos::prelude::*;

use super::{
    Announced, Connectivity, Draft, Forgotten, LoadedCatalog, OrderEntry, ProducerRows, SessionState,
    StorageProblem,
};

/// One signal a thing. Setting one to what it already holds wakes nobody.
#[derive(Clone, Copy)]
pub(super) struct Signals {
    pub(super) session: RwSignal<SessionState>,
    pub(super) connectivity: RwSignal<Connectivity>,
    pub(super) catalog: RwSignal<Option<Arc<LoadedCatalog>>>,
    pub(super) confirmed_at: RwSignal<Option<Timestamp>>,
    pub(super) draft: RwSignal<Option<Draft>>,
    pub(super) draft_saved: RwSignal<bool>,
    pub(super) announced: RwSignal<Arc<Vec<Announced>>>,
    pub(super) orders: RwSignal<Arc<Vec<OrderEntry>>>,
    pub(super) tickets: RwSignal<Arc<Vec<Ticket>>>,
    pub(super) producer_rows: RwSignal<Arc<ProducerRows>>,
    pub(super) pending: RwSignal<usize>,
    pub(super) update_ready: RwSignal<bool>,
    pub(super) storage_problem: RwSignal<Option<StorageProblem>>,
    pub(super) forgotten: RwSignal<Option<Forgotten>>,
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
            draft_saved: RwSignal::new(true),
            announced: RwSignal::new(Arc::default()),
            orders: RwSignal::new(Arc::default()),
            tickets: RwSignal::new(Arc::default()),
            producer_rows: RwSignal::new(Arc::default()),
            pending: RwSignal::new(0),
            update_ready: RwSignal::new(false),
            storage_problem: RwSignal::new(None),
            forgotten: RwSignal::new(None),
            last_contact: RwSignal::new(None),
            clock_offset_ms: RwSignal::new(0),
        }
    }
}

/// Sets a signal when what it holds changes.
pub(super) fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|held| *held != value) {
        signal.set(value);
    }
}

/// The same for what is shared.
pub(super) fn set_shared<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<Arc<T>>, value: T) {
    if signal.with_untracked(|held| **held != value) {
        signal.set(Arc::new(value));
    }
}
