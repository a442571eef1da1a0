//! What the screen shows: a pure fold of the server's view we last received and our pending commands, in order.

use domain::{
    command::SubmitOrder,
    cycle::CycleId,
    id::DraftId,
    order::{Order, OrderNumber},
    receipt::Reason,
    ticket::Ticket,
    time::Timestamp,
};

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
    /// Whether something about it (another submission of the same draft, a choice) still waits on this tablet.
    pub waiting: bool,
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
    /// Recorded on this tablet; sending has not been tried yet.
    Saved,
    /// Recorded on this tablet; it leaves when it can.
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
}
