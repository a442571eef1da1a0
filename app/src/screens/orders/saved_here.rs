use domain::{id::DraftId, ordered::Map, time::Timestamp};
use leptos::prelude::*;

/// The orders this page saw written on this device, and when: what was true stays told once the platform has them too.
/// Found in context.
#[derive(Clone, Copy)]
pub(crate) struct SavedHere(RwSignal<Map<DraftId, Timestamp>>);

impl SavedHere {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(Map::new()))
    }

    /// `draft` was written at `at`.
    pub(crate) fn note(self, draft: DraftId, at: Timestamp) {
        self.0.update(|saved| {
            saved.insert(draft, at);
        });
    }

    /// When `draft` was written here, if this page saw it.
    pub(crate) fn at(self, draft: DraftId) -> Option<Timestamp> {
        self.0.with_untracked(|saved| saved.get(&draft).copied())
    }
}
