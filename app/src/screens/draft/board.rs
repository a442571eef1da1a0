//! The draft, priced with the catalogue of now: what the catalogue's slip and « Ma commande » both show.

use std::sync::Arc;

use domain::{
    draft::{self, DraftLineView, DraftView, ProducerGroup},
    id::ProducerId,
    order::LineKey,
};
use leptos::prelude::*;

use crate::state::AppState;

/// The priced draft. Found in context.
#[derive(Clone, Copy)]
pub(crate) struct DraftBoard(Memo<Option<Arc<DraftView>>>);

impl DraftBoard {
    /// Follows the draft and the catalogue.
    pub(crate) fn new(state: AppState) -> Self {
        Self(Memo::new(move |_| {
            let draft = state.draft().read();
            let loaded = state.catalog().read();
            let (draft, loaded) = (draft.as_ref()?, loaded.as_ref()?);
            Some(Arc::new(draft::view(draft, &loaded.catalog)))
        }))
    }

    /// The draft, priced; `None` before the first price list.
    pub(crate) fn view(self) -> Option<Arc<DraftView>> {
        self.0.get()
    }
}

/// The group of a producer in a priced draft; `None` is the group of offers that left the list.
pub(crate) fn group_of(view: &DraftView, producer: Option<ProducerId>) -> Option<&ProducerGroup> {
    view.groups.iter().find(|group| group.producer.as_ref().map(|producer| producer.id) == producer)
}

/// A line of a priced draft.
pub(crate) fn line_of<'v>(view: &'v DraftView, key: &LineKey) -> Option<&'v DraftLineView> {
    view.groups.iter().flat_map(|group| &group.lines).find(|line| line.key == *key)
}
