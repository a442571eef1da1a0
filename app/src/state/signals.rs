//! Everything that moves on screen.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Connectivity, Contact, DeviceNews, Draft, LoadedCatalog, SessionState, Told};

/// One signal a thing. Setting one to what it already holds wakes nobody.
#[derive(Clone, Copy)]
pub(super) struct Signals {
    pub(super) session: RwSignal<SessionState>,
    pub(super) contact: RwSignal<Contact>,
    pub(super) catalog: RwSignal<Option<Arc<LoadedCatalog>>>,
    pub(super) draft: RwSignal<Option<Draft>>,
    pub(super) draft_saved: RwSignal<bool>,
    pub(super) told: RwSignal<Arc<Told>>,
    /// How many views this page was shown: for what is reckoned only where a screen asks.
    pub(super) views: RwSignal<u32>,
    pub(super) device: RwSignal<DeviceNews>,
}

impl Signals {
    pub(super) fn new() -> Self {
        let contact = Contact {
            connectivity: Connectivity::Online,
            last: None,
            confirmed_at: None,
            clock_offset_ms: 0,
        };
        Self {
            session: RwSignal::new(SessionState::Unknown),
            contact: RwSignal::new(contact),
            catalog: RwSignal::new(None),
            draft: RwSignal::new(None),
            draft_saved: RwSignal::new(true),
            told: RwSignal::new(Arc::default()),
            views: RwSignal::new(0),
            device: RwSignal::new(DeviceNews::default()),
        }
    }

    /// Changes what the device has to say of itself.
    pub(super) fn tell_of_device(self, change: impl FnOnce(&mut DeviceNews)) {
        let mut news = self.device.get_untracked();
        change(&mut news);
        set(self.device, news);
    }
}

/// Sets a signal when what it holds changes.
pub(super) fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|held| *held != value) {
        signal.set(value);
    }
}
