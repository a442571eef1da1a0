//! What a kitchen says of whole orders: of the draft on screen, and of those it sent. Reckoned when a screen asks.

use domain::{
    command::Command,
    draft::{FieldEdit, Header, SharedHeader},
    id::DraftId,
};

use crate::{
    drafts::{Gesture, On},
    local::Local,
    ports::{Clock, Entropy, Network, Storage},
    replica::{Change, Replica},
    view::EntryLines,
};

/// What is said of an order that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SaidOfOrder {
    /// What it says; on its way, what it will.
    pub header: Header,
    /// What its draft says instead: it was said too late for the order to say it too.
    pub too_late: Option<Header>,
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// Says something of the draft on screen as a whole, as [`Replica::set_quantity`] does of a line.
    pub fn set_field(&self, edit: FieldEdit) {
        {
            let mut local = self.local.borrow_mut();
            let Some(draft) = local.draft() else { return };
            local.make(Gesture { id: self.next_gesture(), draft, on: On::Field(edit) });
        }
        self.notify(Change::View);
    }

    /// What the draft on screen says as a whole, and what was said of it and does not stand.
    #[must_use]
    pub fn header(&self) -> SharedHeader {
        let local = self.local.borrow();
        local.draft().map(|draft| local.drafts().header(&draft)).unwrap_or_default()
    }

    /// What is said of the order that was sent from `draft`.
    #[must_use]
    pub fn said_of(&self, draft: DraftId) -> SaidOfOrder {
        self.local.borrow().said_of(draft)
    }
}

impl Local {
    fn said_of(&self, draft: DraftId) -> SaidOfOrder {
        let drafted = self.view.shared_drafts.get(&draft).map(|shared| shared.header.stands.clone());
        let entry = self.view.orders.iter().find(|entry| entry.draft == draft);
        let order = match entry.map(|entry| &entry.lines) {
            Some(EntryLines::Accepted(order)) if !self.is_about_to_say(draft) => order,
            _ => return SaidOfOrder { header: drafted.unwrap_or_default(), too_late: None },
        };
        let is_late = |drafted: &Header| !order.is_withdrawn() && *drafted != order.header;
        SaidOfOrder { header: order.header.clone(), too_late: drafted.filter(is_late) }
    }

    /// Whether something said of a draft waits to be told.
    fn is_about_to_say(&self, draft: DraftId) -> bool {
        let Some(place) = self.place() else { return false };
        let unproved = self.outbox.queue.unproved(place, &self.cache.head.applied);
        unproved.iter().any(|pending| match &pending.command {
            Some(Command::EditDraft(said)) => said.draft == draft && !said.fields.is_empty(),
            _ => false,
        })
    }
}
