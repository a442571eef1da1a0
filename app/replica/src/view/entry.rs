//! One card: everything known of one draft, and the one state that sums it up.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    command::{Command, SubmitOrder},
    id::{DraftId, OutboxId, SiteId, TicketId},
    order::{LineStatus, Order, OrderLine, OrderNumber, OrderState},
    planted::{Bug, planted},
    receipt::{Outcome, Reason, Receipt},
    sorting,
    ticket::{Choice, Subject, Ticket, TicketState},
    time::Timestamp,
};

use super::{Delivery, EntryLines, Known, OrderEntry, SendState};
use crate::outbox::{Entry, PendingCommand};

/// A submission the server answered.
struct Answered {
    submission: SubmitOrder,
    receipt: Receipt,
    number: Option<OrderNumber>,
}

/// A submission or a choice that waits.
struct Waiting<'a> {
    entry: &'a Entry,
    submission: Option<SubmitOrder>,
}

/// What is known of one draft.
#[derive(Default)]
pub(super) struct Gathered<'a> {
    order: Option<&'a Order>,
    tickets: Vec<&'a Ticket>,
    waiting: Vec<Waiting<'a>>,
    answered: Vec<Answered>,
}

impl<'a> Gathered<'a> {
    /// Everything known of a site, draft by draft.
    pub(super) fn all(
        known: &Known<'a>,
        site: SiteId,
        unproved: &[PendingCommand<'a>],
    ) -> BTreeMap<DraftId, Gathered<'a>> {
        let mut drafts: BTreeMap<DraftId, Gathered<'a>> = BTreeMap::new();
        for order in known.base.orders.values() {
            drafts.entry(order.draft).or_default().order = Some(order);
        }
        for ticket in known.base.tickets.values() {
            if let Some(draft) = draft_of(known, ticket) {
                drafts.entry(draft).or_default().tickets.push(ticket);
            }
        }
        for answered in answered(known, site) {
            drafts.entry(answered.submission.draft).or_default().answered.push(answered);
        }
        for pending in unproved {
            let (draft, submission) = match &pending.command {
                Some(Command::SubmitOrder(submission)) => (Some(submission.draft), Some(submission.clone())),
                Some(Command::SettleTicket(settle)) => {
                    let ticket = known.base.tickets.get(&settle.ticket);
                    (ticket.and_then(|ticket| draft_of(known, ticket)), None)
                }
                None => (None, None),
            };
            if let Some(draft) = draft {
                drafts.entry(draft).or_default().waiting.push(Waiting { entry: pending.entry, submission });
            }
        }
        drafts
    }

    /// The card; `None` when nothing of it could be shown (its order is known to exist and has not arrived yet).
    pub(super) fn entry(
        mut self,
        draft: DraftId,
        chosen: &BTreeSet<TicketId>,
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
        let waiting = !self.waiting.is_empty();
        Some(OrderEntry { draft, code: draft.short_code(), cycle, state, lines, tickets, at, waiting })
    }

    /// The server's word first: what it has, nothing on this tablet un-sends.
    fn state(&self, open: &[Ticket], delivery: Delivery) -> Option<SendState> {
        let number = self.order.map(|order| order.number);
        if let Some(waiting) = self.waiting.last().filter(|_| planted(Bug::UnSubmitOnPull)) {
            return Some(on_this_tablet(waiting.entry, delivery));
        }
        if let Some(ticket) = open.first() {
            return Some(SendState::ToCheck { reason: ticket.reason.clone(), number });
        }
        if let Some(order) = self.order {
            return Some(match Self::adjusted(order) {
                Some(reason) => SendState::ToCheck { reason, number },
                None => SendState::Received { number: order.number, at: order.received_at },
            });
        }
        if let Some(waiting) = self.waiting.last() {
            return Some(on_this_tablet(waiting.entry, delivery));
        }
        self.concluded()
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
            Outcome::Parked { code, .. } => {
                Some(SendState::ToCheck { reason: code.clone(), number: last.number })
            }
            Outcome::Applied { .. } | Outcome::Adjusted { .. } => {
                last.number.map(|number| SendState::Received { number, at: last.receipt.received_at })
            }
        }
    }

    /// What the card lists, and when that was recorded or received.
    fn lines(&self) -> Option<(EntryLines, Timestamp)> {
        if let Some(order) = self.order {
            return Some((EntryLines::Accepted(order.clone()), order.received_at));
        }
        let waiting = self.waiting.iter().rev().find_map(|waiting| {
            Some((EntryLines::Submitted(waiting.submission.clone()?), waiting.entry.recorded_at))
        });
        let parked = || {
            self.tickets.iter().rev().find_map(|ticket| match &ticket.subject {
                Subject::Submission { submission, .. } => {
                    Some((EntryLines::Submitted(submission.as_ref().clone()), ticket.opened_at))
                }
                Subject::Line { .. } | Subject::Command { .. } => None,
            })
        };
        let answered = || {
            let last = self.answered.last()?;
            Some((EntryLines::Submitted(last.submission.clone()), last.receipt.received_at))
        };
        waiting.or_else(parked).or_else(answered)
    }
}

fn draft_of(known: &Known<'_>, ticket: &Ticket) -> Option<DraftId> {
    match &ticket.subject {
        Subject::Line { order, .. } => known.base.orders.get(order).map(|order| order.draft),
        Subject::Submission { submission, .. } => Some(submission.draft),
        Subject::Command { .. } => None,
    }
}

/// Submissions of a site that were answered: filed, or proved applied and not filed yet.
fn answered(known: &Known<'_>, site: SiteId) -> Vec<Answered> {
    let submission = |entry: &Entry| match entry.envelope.command() {
        Ok(Command::SubmitOrder(submission)) if entry.envelope.site == site => Some(submission),
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

fn receipt_of<'a>(known: &Known<'a>, (outbox, m): (OutboxId, u64)) -> Option<&'a Receipt> {
    let applied = known.applied.get(&outbox).filter(|applied| m <= applied.last)?;
    applied.receipts.iter().find(|receipt| receipt.m == m)
}

fn on_this_tablet(entry: &Entry, delivery: Delivery) -> SendState {
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
