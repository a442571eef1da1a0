//! One card: everything known of one draft, and the one state that sums it up.

use domain::{
    command::{Command, SubmitOrder},
    id::{DraftId, OutboxId, PlaceId, TicketId},
    order::{LineStatus, Order, OrderLine, OrderNumber, OrderState},
    ordered::{Map, Set},
    planted::{Bug, planted},
    receipt::{Outcome, Reason, Receipt},
    sorting,
    ticket::{Choice, Subject, Ticket, TicketState},
    time::Timestamp,
};

use super::{Delivery, EntryLines, Known, OrderChange, OrderEntry, SendState, Wanted, is_awaited};
use crate::outbox::{Entry, PendingCommand};

/// A submission the server answered.
struct Answered {
    submission: SubmitOrder,
    receipt: Receipt,
    number: Option<OrderNumber>,
}

/// What waits about a draft.
struct Waiting<'a> {
    entry: &'a Entry,
    what: Said,
}

/// What a command says of a draft.
enum Said {
    Submission(SubmitOrder),
    Change(Wanted),
    Choice,
}

/// What is known of one draft.
#[derive(Default)]
pub(super) struct Gathered<'a> {
    order: Option<&'a Order>,
    tickets: Vec<&'a Ticket>,
    waiting: Vec<Waiting<'a>>,
    answered: Vec<Answered>,
    /// The last answered change, when it was not made.
    not_made: Option<(Wanted, Reason)>,
}

impl<'a> Gathered<'a> {
    /// Everything known of a kitchen, draft by draft.
    pub(super) fn all(
        known: &Known<'a>,
        place: PlaceId,
        unproved: &[PendingCommand<'a>],
    ) -> Map<DraftId, Gathered<'a>> {
        let mut drafts: Map<DraftId, Gathered<'a>> = Map::new();
        for order in known.base.orders.values() {
            drafts.get_or_default(order.draft).order = Some(order);
        }
        for ticket in known.base.tickets.values() {
            if let Some(draft) = draft_of(known, ticket) {
                drafts.get_or_default(draft).tickets.push(ticket);
            }
        }
        for answered in answered(known, place) {
            drafts.get_or_default(answered.submission.draft).answered.push(answered);
        }
        for pending in unproved {
            if let Some((draft, what)) = pending.command.as_ref().and_then(|command| said(known, command)) {
                drafts.get_or_default(draft).waiting.push(Waiting { entry: pending.entry, what });
            }
        }
        for (draft, wanted, receipt) in answered_changes(known, place) {
            drafts.get_or_default(draft).not_made =
                why_not_made(&wanted, receipt.outcome).map(|why| (wanted, why));
        }
        drafts
    }

    /// The card; `None` when nothing of it could be shown (its order is known to exist and has not arrived yet).
    pub(super) fn entry(
        mut self,
        draft: DraftId,
        chosen: &Set<TicketId>,
        delivery: Delivery,
    ) -> Option<OrderEntry> {
        sorting::sort_by_key(&mut self.tickets, |ticket| (ticket.opened_at, ticket.id));
        sorting::sort_by_key(&mut self.answered, |answered| {
            (answered.receipt.received_at, answered.receipt.m)
        });
        let open = |ticket: &&&Ticket| ticket.state == TicketState::Open && !chosen.contains(&ticket.id);
        let tickets: Vec<Ticket> = self.tickets.iter().filter(open).copied().cloned().collect();
        let state = self.state(&tickets, delivery)?;
        let (lines, at) = self.lines()?;
        let cycle = match &lines {
            EntryLines::Submitted(submission) => submission.cycle,
            EntryLines::Accepted(order) => order.cycle,
        };
        let (waiting, changes) = (!self.waiting.is_empty(), self.changes(delivery));
        Some(OrderEntry {
            draft,
            code: draft.short_code(),
            cycle,
            state,
            lines,
            tickets,
            at,
            waiting,
            changes,
        })
    }

    /// Changes that wait; else the one that was not made, as long as there is something it could have changed.
    fn changes(&self, delivery: Delivery) -> Vec<OrderChange> {
        let waiting = self.waiting.iter().filter_map(|waiting| match &waiting.what {
            Said::Change(_) if planted(Bug::ChangeNotShown) => None,
            Said::Change(wanted) => {
                Some(OrderChange { wanted: wanted.clone(), state: on_this_device(waiting.entry, delivery) })
            }
            Said::Submission(_) | Said::Choice => None,
        });
        let mut changes: Vec<_> = waiting.collect();
        let stands = self.order.is_some_and(|order| !order.is_withdrawn());
        if let (true, true, Some((wanted, reason))) = (changes.is_empty(), stands, &self.not_made) {
            let state = SendState::Refused { reason: reason.clone() };
            changes.push(OrderChange { wanted: wanted.clone(), state });
        }
        changes
    }

    /// The server's word first: what it has, nothing on this tablet un-sends.
    fn state(&self, open: &[Ticket], delivery: Delivery) -> Option<SendState> {
        let known = || self.received().map(|(_, number)| number);
        let number = self.order.map(|order| order.number).or_else(known);
        if let Some(waiting) = self.waiting.last().filter(|_| planted(Bug::UnSubmitOnPull)) {
            return Some(on_this_device(waiting.entry, delivery));
        }
        if let Some(ticket) = open.first() {
            return Some(SendState::ToCheck { reason: ticket.reason.clone(), number });
        }
        if let Some(order) = self.order {
            if let OrderState::Withdrawn { withdrawn_at: at } = order.state {
                return Some(SendState::Withdrawn { number: order.number, at });
            }
            return Some(match Self::adjusted(order) {
                Some(reason) => SendState::ToCheck { reason, number },
                None => SendState::Received { number: order.number, at: order.received_at },
            });
        }
        if let Some((received, number)) = self.received() {
            return Some(match &received.receipt.outcome {
                Outcome::Parked { code, .. } => {
                    SendState::ToCheck { reason: code.clone(), number: Some(number) }
                }
                _ => SendState::Received { number, at: received.receipt.received_at },
            });
        }
        if let Some(waiting) = self.waiting.last() {
            return Some(on_this_device(waiting.entry, delivery));
        }
        self.concluded()
    }

    /// The last answer that gave the order its number: what stands even where the order itself is not at hand (its rows
    /// were lost with the cache and nothing can be asked), whatever else was recorded of its draft since.
    fn received(&self) -> Option<(&Answered, OrderNumber)> {
        self.answered.iter().rev().find_map(|answered| Some((answered, answered.number?)))
    }

    /// What differs from what the kitchen saw, while it can still say something about it. Read from the order itself, not
    /// from the answer this tablet got: every tablet of the kitchen says the same.
    fn adjusted(order: &Order) -> Option<Reason> {
        let cheaper =
            |line: &OrderLine| line.status == LineStatus::Accepted && line.unit_price < line.price_seen;
        let told = order.state == OrderState::Accepted && order.lines.iter().any(cheaper);
        told.then_some(Reason::PriceLower)
    }

    /// No order, nothing waits: the last answer says what became of it.
    fn concluded(&self) -> Option<SendState> {
        if let Some(ticket) = self.tickets.iter().rev().find(|ticket| ticket.state != TicketState::Open) {
            let declined = matches!(ticket.state, TicketState::Settled { choice: Choice::Decline, .. });
            let reason = if declined { Reason::Declined } else { ticket.reason.clone() };
            return Some(SendState::Refused { reason });
        }
        let last = self.answered.last()?;
        match &last.receipt.outcome {
            Outcome::Refused { code } => Some(SendState::Refused { reason: code.clone() }),
            Outcome::Parked { code, .. } => Some(SendState::ToCheck { reason: code.clone(), number: None }),
            Outcome::Applied { .. } | Outcome::Adjusted { .. } => None,
        }
    }

    /// What the card lists, and when that was recorded or received.
    fn lines(&self) -> Option<(EntryLines, Timestamp)> {
        if let Some(order) = self.order {
            return Some((EntryLines::Accepted(order.clone()), order.received_at));
        }
        let of_answer = |answered: &Answered| {
            (EntryLines::Submitted(answered.submission.clone()), answered.receipt.received_at)
        };
        if let Some((received, _)) = self.received() {
            return Some(of_answer(received));
        }
        let waiting = self.waiting.iter().rev().find_map(|waiting| match &waiting.what {
            Said::Submission(submission) => {
                Some((EntryLines::Submitted(submission.clone()), waiting.entry.recorded_at))
            }
            Said::Change(_) | Said::Choice => None,
        });
        let parked = || {
            self.tickets.iter().rev().find_map(|ticket| match &ticket.subject {
                Subject::Submission { submission, .. } => {
                    Some((EntryLines::Submitted(submission.as_ref().clone()), ticket.opened_at))
                }
                Subject::Line { .. } | Subject::Command { .. } => None,
            })
        };
        waiting.or_else(parked).or_else(|| self.answered.last().map(of_answer))
    }
}

/// What a command says, and of which draft; `None` while what it is about has not arrived.
fn said(known: &Known<'_>, command: &Command) -> Option<(DraftId, Said)> {
    Some(match command {
        Command::SubmitOrder(submission) => (submission.draft, Said::Submission(submission.clone())),
        Command::SettleTicket(settle) => {
            let ticket = known.base.tickets.get(&settle.ticket)?;
            (draft_of(known, ticket)?, Said::Choice)
        }
        Command::WithdrawOrder(withdraw) => {
            (known.base.orders.get(&withdraw.order)?.draft, Said::Change(Wanted::Nothing))
        }
        Command::EditDraft(_)
        | Command::PublishAvailability(_)
        | Command::ConfirmHarvest(_)
        | Command::RecordReception(_)
        | Command::RecordQuay(_) => return None,
        Command::AmendOrder(amend) => (amend.wanted.draft, Said::Change(Wanted::Lines(amend.wanted.clone()))),
    })
}

fn draft_of(known: &Known<'_>, ticket: &Ticket) -> Option<DraftId> {
    match &ticket.subject {
        Subject::Line { order, .. } => known.base.orders.get(order).map(|order| order.draft),
        Subject::Submission { submission, .. } => Some(submission.draft),
        Subject::Command { .. } => None,
    }
}

/// Submissions of a kitchen that were answered: filed, or proved applied and not filed yet.
fn answered(known: &Known<'_>, place: PlaceId) -> Vec<Answered> {
    let submission = |entry: &Entry| match about_order(entry, place)? {
        Command::SubmitOrder(submission) => Some(submission),
        _ => None,
    };
    let filed = known.outbox.sent.values().filter_map(|sent| {
        let submission = submission(&sent.entry)?;
        Some(Answered { submission, receipt: sent.receipt.clone(), number: sent.number })
    });
    let proved = known.outbox.queue.commands.values().filter_map(|entry| {
        let receipt = receipt_of(known, entry.key())?.clone();
        Some(Answered { submission: submission(entry)?, receipt, number: None })
    });
    filed.chain(proved).collect()
}

/// Changes of a kitchen's orders that were answered, the oldest answer first.
fn answered_changes(known: &Known<'_>, place: PlaceId) -> Vec<(DraftId, Wanted, Receipt)> {
    let change = |entry: &Entry, receipt: &Receipt| {
        let command = about_order(entry, place)?;
        match said(known, &command)? {
            (draft, Said::Change(wanted)) => Some((draft, wanted, receipt.clone())),
            (_, Said::Submission(_) | Said::Choice) => None,
        }
    };
    let filed = known.outbox.sent.values().filter_map(|sent| change(&sent.entry, &sent.receipt));
    let commands = known.outbox.queue.commands.values();
    let proved = commands.filter_map(|entry| change(entry, receipt_of(known, entry.key())?));
    let mut answered: Vec<_> = filed.chain(proved).collect();
    sorting::sort_by_key(&mut answered, |(_, _, receipt)| (receipt.received_at, receipt.m));
    answered
}

/// Why a change was not made: it was refused, or put aside as it came, for the hub. One that is put aside as a question to
/// the kitchen is shown as that question.
fn why_not_made(wanted: &Wanted, outcome: Outcome) -> Option<Reason> {
    match (wanted, outcome) {
        (_, Outcome::Refused { code })
        | (Wanted::Nothing, Outcome::Parked { code, .. })
        | (
            Wanted::Lines(_),
            Outcome::Parked { code: code @ (Reason::Failed | Reason::UnknownCommand), .. },
        ) => Some(code),
        (_, Outcome::Applied { .. } | Outcome::Adjusted { .. } | Outcome::Parked { .. }) => None,
    }
}

/// A command of a kitchen that may be about an order. What tablets told each other of drafts is not even read: of that there
/// is far more.
fn about_order(entry: &Entry, place: PlaceId) -> Option<Command> {
    let is_its = is_awaited(&entry.envelope) && entry.envelope.place == place;
    is_its.then(|| entry.envelope.command().ok()).flatten()
}

fn receipt_of<'a>(known: &Known<'a>, (outbox, m): (OutboxId, u64)) -> Option<&'a Receipt> {
    let applied = known.applied.get(&outbox).filter(|applied| m <= applied.last)?;
    applied.receipts.iter().find(|receipt| receipt.m == m)
}

/// Where what waits stands.
pub(crate) fn on_this_device(entry: &Entry, delivery: Delivery) -> SendState {
    match delivery {
        Delivery { in_flight: Some((outbox, last)), .. }
            if entry.outbox == outbox && entry.envelope.m <= last =>
        {
            SendState::Sending
        }
        Delivery { offline_since: None, signed_out: false, .. } => SendState::Saved,
        Delivery { offline_since, .. } => SendState::Waiting { offline_since },
    }
}
