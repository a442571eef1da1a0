//! What the screen shows: a pure fold of the server's view we last received and our pending commands, in order.

mod base;
mod entry;

use std::cmp::Reverse;

use domain::{
    command::{Command, Envelope, SubmitOrder, tells_of_draft},
    cycle::CycleId,
    draft::{DraftLine, SharedDraft},
    id::{DraftId, OutboxId, SiteId, TicketId},
    order::{Order, OrderNumber, OrderState},
    ordered::{Map, Set},
    receipt::Reason,
    sorting,
    ticket::{Ticket, TicketState},
    time::Timestamp,
};

pub use base::{Base, ProducerRows};
use serde::{Deserialize, Serialize};

use crate::{
    cache::Applied,
    drafts,
    outbox::{OutboxContents, PendingCommand},
};
use entry::Gathered;
pub(crate) use entry::on_this_tablet;

/// One card of « Mes commandes »: everything known of one draft that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderEntry {
    /// The draft it was sent from.
    pub draft: DraftId,
    /// Eight characters to say over the phone while there is no number.
    pub code: String,
    /// For which week.
    pub cycle: CycleId,
    /// Where it stands.
    pub state: SendState,
    /// What it asks for, or what became of it line by line.
    pub lines: EntryLines,
    /// What waits for a choice of this kitchen or of the hub. A choice recorded here and not yet sent is not asked again.
    pub tickets: Vec<Ticket>,
    /// When it was recorded on this tablet, or received by the server.
    pub at: Timestamp,
    /// Whether something about it (another submission of the same draft, a choice, a change) still waits on this
    /// tablet.
    pub waiting: bool,
    /// Changes recorded on this tablet that its state does not show yet, in order; else the last one, when it was
    /// refused.
    pub changes: Vec<OrderChange>,
}

/// A change of a sent order, recorded on this tablet.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderChange {
    /// What is wanted.
    pub wanted: Wanted,
    /// Where it stands: on this tablet, on its way, or refused. Once the server has it, the order itself tells.
    pub state: SendState,
}

/// What an order asks for, as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// How many amendments that makes.
    pub revision: u32,
    /// By key.
    pub lines: Vec<DraftLine>,
}

/// What is wanted of an order that was sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// Nothing any more.
    Nothing,
    /// These lines.
    Lines(SubmitOrder),
}

impl OrderEntry {
    /// The order, while its kitchen may still want it otherwise as far as this tablet knows; time is another question.
    #[must_use]
    pub fn changeable(&self) -> Option<&Order> {
        let EntryLines::Accepted(order) = &self.lines else { return None };
        let leaves = |change: &OrderChange| {
            change.wanted == Wanted::Nothing && !matches!(change.state, SendState::Refused { .. })
        };
        (order.state == OrderState::Accepted && !self.changes.iter().any(leaves)).then_some(order)
    }

    /// What `order` asks for, with the amendments that wait.
    #[must_use]
    pub fn asked(&self, order: &Order) -> Asked {
        let waiting = self.changes.iter().filter(|change| !matches!(change.state, SendState::Refused { .. }));
        let mut asked = Asked { revision: order.revision(), lines: order.asked() };
        for change in waiting {
            if let Wanted::Lines(wanted) = &change.wanted {
                asked = Asked { revision: asked.revision + 1, lines: wanted.asked() };
            }
        }
        asked
    }
}

/// The lines of a card.
#[derive(Debug, Clone, PartialEq)]
pub enum EntryLines {
    /// As the kitchen sent them.
    Submitted(SubmitOrder),
    /// As the server holds them.
    Accepted(Order),
}

/// Where a sent order stands. It never goes back: once the server has it, nothing on this tablet un-sends it.
#[derive(Debug, Clone, PartialEq)]
pub enum SendState {
    /// Recorded on this tablet, durably; sending has not been tried yet.
    Saved,
    /// Recorded on this tablet just as durably; it leaves when it can.
    Waiting {
        /// Since when the server cannot be reached; `None` when it can and something else holds it (a session that ended).
        offline_since: Option<Timestamp>,
    },
    /// On its way.
    Sending,
    /// The server has it.
    Received {
        /// Its number.
        number: OrderNumber,
        /// When, by the server's clock.
        at: Timestamp,
    },
    /// The server has it and something in it is not as asked.
    ToCheck {
        /// What.
        reason: Reason,
        /// Its number, when part of it was accepted.
        number: Option<OrderNumber>,
    },
    /// Not kept.
    Refused {
        /// Why.
        reason: Reason,
    },
    /// The kitchen withdrew it, and the server knows.
    Withdrawn {
        /// The number it bore.
        number: OrderNumber,
        /// When, by the server's clock.
        at: Timestamp,
    },
}

/// What is known of the cable, for the words on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delivery {
    /// Commands of this outbox up to this number are on their way.
    pub in_flight: Option<(OutboxId, u64)>,
    /// Since when the server cannot be reached.
    pub offline_since: Option<Timestamp>,
    /// Sending waits for the person to sign in again.
    pub signed_out: bool,
}

/// Everything the fold is made of.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The server's view we last received.
    pub base: &'a Base,
    /// How far each outbox was applied in it.
    pub applied: &'a Map<OutboxId, Applied>,
    /// What waits, and what was answered.
    pub outbox: &'a OutboxContents,
    /// The kitchen of whoever is signed in; nothing of another one is ever shown.
    pub site: Option<SiteId>,
    /// What is known of the cable.
    pub delivery: Delivery,
}

/// What the screen shows of orders.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// Newest first.
    pub orders: Vec<OrderEntry>,
    /// Open and not yet chosen on this tablet, oldest first.
    pub tickets: Vec<Ticket>,
    /// Commands that wait on this tablet.
    pub pending: usize,
    /// Drafts that were sent, as far as this tablet knows: another order of the week needs another slot.
    pub sent_drafts: Set<DraftId>,
    /// Those of them whose order was withdrawn: what is sent of them from now on is meant for another slot.
    pub withdrawn_drafts: Set<DraftId>,
    /// Drafts as the kitchen's tablets share them, with what this tablet said and has no proof of yet.
    pub shared_drafts: Map<DraftId, SharedDraft>,
}

/// The fold. Recomputed from scratch each time: there is no state in between that could drift.
#[must_use]
pub fn fold(known: Known<'_>) -> View {
    let Some(site) = known.site else { return View::default() };
    let unproved = known.outbox.queue.unproved(site, known.applied);
    let chosen: Set<TicketId> = Set::from_iter(unproved.iter().filter_map(settled_ticket));
    let mut orders: Vec<_> = Gathered::all(&known, site, &unproved)
        .into_iter()
        .filter_map(|(draft, gathered)| gathered.entry(draft, &chosen, known.delivery))
        .collect();
    sorting::sort_by_key(&mut orders, |entry| Reverse((entry.cycle, entry.at, entry.draft)));
    let sent_drafts = orders
        .iter()
        .filter(|entry| !matches!(entry.state, SendState::Refused { .. }))
        .map(|entry| entry.draft)
        .collect();
    let mut tickets: Vec<_> = known
        .base
        .tickets
        .values()
        .filter(|ticket| ticket.state == TicketState::Open && !chosen.contains(&ticket.id))
        .cloned()
        .collect();
    sorting::sort_by_key(&mut tickets, |ticket| (ticket.opened_at, ticket.id));
    let withdrawn = known.base.orders.values().filter(|order| order.is_withdrawn());
    let withdrawn_drafts = Set::from_iter(withdrawn.map(|order| order.draft));
    let shared_drafts = drafts::shared(known.base.drafts.clone(), &unproved);
    let pending = unproved.iter().filter(|pending| is_awaited(&pending.entry.envelope)).count();
    View { orders, tickets, pending, sent_drafts, withdrawn_drafts, shared_drafts }
}

/// Whether somebody waits for the answer to a command. What tablets tell each other of a draft leaves by itself, and
/// nobody is asked to mind it.
pub(crate) fn is_awaited(envelope: &Envelope) -> bool {
    !tells_of_draft(&envelope.k)
}

fn settled_ticket(pending: &PendingCommand<'_>) -> Option<TicketId> {
    match &pending.command {
        Some(Command::SettleTicket(settle)) => Some(settle.ticket),
        _ => None,
    }
}
