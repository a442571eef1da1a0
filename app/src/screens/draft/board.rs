//! The draft, priced with the catalogue of now: what the catalogue's slip and « Ma commande » both show.

use std::sync::Arc;

use domain::{
    draft::{self, Amending, DraftLineView, DraftView, How, ProducerGroup},
    id::ProducerId,
    order::{LineKey, Order},
    quantity::Quantity,
};
use leptos::prelude::*;

use crate::state::{AppState, Draft};

/// The priced draft, and how to change it. Found in context: rows of lines know no other draft than that.
#[derive(Clone, Copy)]
pub(crate) struct DraftBoard {
    view: Memo<Option<Arc<DraftView>>>,
    draft: Signal<Option<Draft>>,
    set: Callback<(LineKey, Quantity, How)>,
}

impl DraftBoard {
    /// Follows the kitchen's draft and the catalogue.
    pub(crate) fn new(state: AppState) -> Self {
        let view = Memo::new(move |_| {
            let draft = state.draft().read();
            let loaded = state.catalog().read();
            let (draft, loaded) = (draft.as_ref()?, loaded.as_ref()?);
            Some(Arc::new(draft::view(draft, &*loaded.catalog)))
        });
        let set = Callback::new(move |(key, quantity, how)| state.set_quantity(key, quantity, how));
        Self { view, draft: state.draft().into(), set }
    }

    /// Follows the quantities of `order` that are being changed, and the catalogue.
    /// `changed` is told of each change.
    pub(crate) fn amending(
        state: AppState,
        order: Order,
        edited: RwSignal<Draft>,
        changed: Callback<()>,
    ) -> Self {
        let view = Memo::new(move |_| {
            let loaded = state.catalog().read();
            let prices = Amending::new(&order, &*loaded.as_ref()?.catalog);
            Some(Arc::new(draft::view(&edited.read(), &prices)))
        });
        let set = Callback::new(move |(key, quantity, _)| {
            edited.update(|draft| draft.set(key, quantity));
            changed.run(());
        });
        Self { view, draft: Signal::derive(move || Some(edited.get())), set }
    }

    /// The draft, priced; `None` before the first price list.
    pub(crate) fn view(self) -> Option<Arc<DraftView>> {
        self.view.get()
    }

    /// Sets what is wanted of a line; zero removes it.
    pub(crate) fn set(self, key: LineKey, quantity: Quantity, how: How) {
        self.set.run((key, quantity, how));
    }

    /// What is wanted of a line now.
    pub(super) fn quantity(self, key: &LineKey) -> Quantity {
        self.draft.with_untracked(|draft| draft.as_ref().map(|draft| draft.quantity(key)).unwrap_or_default())
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
