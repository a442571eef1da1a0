//! What the server decides about a command. Pure: the state, the command and the time come in, a decision goes out, and
//! only the caller touches storage. Whatever cannot be done as asked is put aside with its reason, never dropped silently.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    command::{SubmitOrder, SubmittedLine},
    cycle::{CycleState, OrderCycle},
    id::{DraftId, OrderId, Reference, TicketId},
    money::{Amount, UnitPrice},
    offer::Offer,
    order::{LineKey, LineStatus, Order, OrderLine},
    planted::{Bug, planted},
    pricing::Terms,
    quantity::Quantity,
    receipt::{Outcome, Reason},
    sorting,
    ticket::{Choice, Settler, Subject, Ticket, TicketState},
    time::Timestamp,
};

/// An order holds at most this many lines.
pub const MAX_LINES: usize = 500;

/// What is true when a submission is judged.
#[derive(Clone, Copy)]
pub struct SubmitContext<'a> {
    /// The server's clock at receipt.
    pub received_at: Timestamp,
    /// The cycle it is for, if there is one.
    pub cycle: Option<&'a OrderCycle>,
    /// How prices are made.
    pub terms: &'a Terms,
    /// The offers it names that are in the list now.
    pub listed: &'a HashMap<Reference, Offer>,
    /// The offers it names that left the list, as they last were.
    pub withdrawn: &'a HashMap<Reference, Offer>,
    /// The order already made from the same draft, if any.
    pub standing: Option<&'a Order>,
    /// Something unique to the command (its hash): ticket identifiers derive from it.
    pub salt: &'a str,
}

/// A submission that becomes an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// Its lines: accepted, or held with a ticket.
    pub lines: Vec<OrderLine>,
    /// The tickets of held lines, in line order.
    pub tickets: Vec<HeldLine>,
    /// What differs from what the kitchen saw, if anything does.
    pub adjusted: Option<Reason>,
}

/// A held line: what its ticket will say.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldLine {
    /// The ticket's identifier.
    pub ticket: TicketId,
    /// The line.
    pub line: LineKey,
    /// Why.
    pub reason: Reason,
    /// What the kitchen saw.
    pub price_seen: UnitPrice,
    /// What it would cost now; `None` when it cannot be had.
    pub price_now: Option<UnitPrice>,
}

/// What becomes of a submission.
#[derive(Debug, Clone, PartialEq)]
pub enum SubmitDecision {
    /// It becomes the order of its draft.
    Accept(Accepted),
    /// Another tablet sent the very same before.
    SameAs(OrderId),
    /// Put aside whole.
    Park(Reason),
    /// Worthless: nothing in it could ever be delivered.
    Refuse(Reason),
}

/// Judges « Envoyer la commande ».
///
/// The same draft sent twice with the same lines is one order; with other lines, the first stands and the kitchen
/// chooses. After the cut-off and its grace it is put aside for the hub. Otherwise each line is judged on its own.
#[must_use]
pub fn decide_submit(submit: &SubmitOrder, context: &SubmitContext<'_>) -> SubmitDecision {
    if let Some(reason) = worthless(submit) {
        return SubmitDecision::Refuse(reason);
    }
    if let Some(standing) = context.standing {
        let same = submit.same_lines(&asked(standing));
        return if same || planted(Bug::SecondSubmissionSwallowed) {
            SubmitDecision::SameAs(standing.id)
        } else if context.cycle.is_some_and(|cycle| cycle.takes_orders_at(context.received_at)) {
            SubmitDecision::Park(Reason::DoubleSubmit)
        } else {
            SubmitDecision::Park(Reason::Late)
        };
    }
    let Some(cycle) = context.cycle else { return SubmitDecision::Park(Reason::UnknownCycle) };
    if !cycle.takes_orders_at(context.received_at) {
        return SubmitDecision::Park(Reason::Late);
    }
    if submit.lines.iter().any(|line| context.offer(&line.offer).is_none()) {
        return SubmitDecision::Park(Reason::UnknownOffer);
    }
    SubmitDecision::Accept(judge_lines(submit, cycle, context))
}

/// What nobody could ever deliver: no line, too many, a line of nothing, the same line twice.
fn worthless(submit: &SubmitOrder) -> Option<Reason> {
    if submit.lines.is_empty() {
        return Some(Reason::EmptyOrder);
    }
    let mut keys: Vec<_> = submit.lines.iter().map(SubmittedLine::key).collect();
    sorting::sort(&mut keys);
    keys.dedup();
    let malformed = keys.len() != submit.lines.len()
        || submit.lines.len() > MAX_LINES
        || submit
            .lines
            .iter()
            .any(|line| line.quantity.is_zero() || line.quantity.thousandths() > 999_999_999);
    malformed.then_some(Reason::Malformed)
}

/// What an order's kitchen asked for, line by line.
fn asked(order: &Order) -> Vec<(LineKey, Quantity)> {
    order.lines.iter().map(|line| (line.key.clone(), line.ordered)).collect()
}

impl<'a> SubmitContext<'a> {
    fn offer(&self, reference: &Reference) -> Option<&'a Offer> {
        self.listed.get(reference).or_else(|| self.withdrawn.get(reference))
    }
}

/// Judges each line; offers nobody ever knew are left out (the caller has put the whole submission aside before).
fn judge_lines(submit: &SubmitOrder, cycle: &OrderCycle, context: &SubmitContext<'_>) -> Accepted {
    let order = OrderId::of_draft(submit.draft);
    let mut accepted = Accepted { lines: Vec::new(), tickets: Vec::new(), adjusted: None };
    let mut cheaper = false;
    let mut vat_changed = false;
    for line in &submit.lines {
        let Some(offer) = context.offer(&line.offer) else { continue };
        let price_now = context.terms.buyer_price(offer.net_price);
        cheaper |= price_now < line.price_seen;
        vat_changed |= offer.vat != line.vat_seen;
        let status = match objection(line, offer, cycle, context) {
            None => LineStatus::Accepted,
            Some(reason) => {
                let ticket = ticket_id(order, &line.key(), context.salt);
                let price_now = (reason == Reason::PriceChanged).then_some(price_now);
                let held = HeldLine {
                    ticket,
                    line: line.key(),
                    reason: reason.clone(),
                    price_seen: line.price_seen,
                    price_now,
                };
                accepted.tickets.push(held);
                LineStatus::Held { ticket, reason }
            }
        };
        accepted.lines.push(order_line(line, offer, context.terms, status));
    }
    let total_of_seen: Amount = submit.lines.iter().map(|line| line.price_seen.times(line.quantity)).sum();
    accepted.adjusted = match (cheaper, vat_changed || total_of_seen != submit.total_seen) {
        (true, _) => Some(Reason::PriceLower),
        (false, true) => Some(Reason::TotalDiffers),
        (false, false) => None,
    };
    accepted
}

/// Why a line cannot be taken as it is.
fn objection(
    line: &SubmittedLine,
    offer: &Offer,
    cycle: &OrderCycle,
    context: &SubmitContext<'_>,
) -> Option<Reason> {
    if !context.listed.contains_key(&line.offer) && !planted(Bug::WithdrawnAccepted) {
        return Some(Reason::Withdrawn);
    }
    if !offer.delivered_on(line.delivery_on.weekday()) || !cycle.delivers_on(line.delivery_on) {
        return Some(Reason::NotDelivered);
    }
    if !offer.pack.divides(line.quantity) && !planted(Bug::PackRoundedUp) {
        return Some(Reason::PackMultiple);
    }
    let rose = context.terms.buyer_price(offer.net_price) > line.price_seen;
    (rose && !planted(Bug::PriceRiseSilent)).then_some(Reason::PriceChanged)
}

fn order_line(line: &SubmittedLine, offer: &Offer, terms: &Terms, status: LineStatus) -> OrderLine {
    let unit_price = terms.buyer_price(offer.net_price);
    let ordered =
        if planted(Bug::PackRoundedUp) { offer.pack.round_up(line.quantity) } else { line.quantity };
    OrderLine {
        key: line.key(),
        offer_revision: offer.revision,
        name: offer.name.clone(),
        producer: offer.producer,
        unit: offer.unit.clone(),
        pack: offer.pack,
        ordered,
        confirmed: None,
        price_seen: line.price_seen,
        unit_price,
        net_price: offer.net_price,
        vat: if planted(Bug::VatOfScreen) { line.vat_seen } else { offer.vat },
        amount: unit_price.times(ordered),
        split: terms.split(offer.net_price, unit_price, ordered),
        status,
    }
}

/// Tickets derive from what they are about: deciding the same command twice names the same tickets.
fn ticket_id(order: OrderId, line: &LineKey, salt: &str) -> TicketId {
    TicketId(Uuid::new_v5(&order.0, format!("ticket/{line}/{salt}").as_bytes()))
}

/// The ticket of a whole submission put aside.
#[must_use]
pub fn submission_ticket_id(draft: DraftId, salt: &str) -> TicketId {
    TicketId(Uuid::new_v5(&draft.0, format!("ticket/{salt}").as_bytes()))
}

impl Accepted {
    /// The outcome the kitchen is told once this is stored as `order`.
    #[must_use]
    pub fn outcome(&self, order: OrderId) -> Outcome {
        match (self.tickets.first(), &self.adjusted) {
            (Some(held), _) => {
                Outcome::Parked { code: held.reason.clone(), ticket: held.ticket, order: Some(order) }
            }
            (None, Some(code)) => Outcome::Adjusted { code: code.clone(), order },
            (None, None) => Outcome::Applied { order: Some(order), dup_of: None },
        }
    }
}

/// What becomes of a choice on a ticket.
#[derive(Debug, Clone, PartialEq)]
pub enum SettleDecision {
    /// The held line takes this status; the ticket is settled.
    Line {
        /// The order.
        order: OrderId,
        /// The line.
        line: LineKey,
        /// Accepted or dropped.
        status: LineStatus,
    },
    /// The submission becomes the order of its draft; the ticket is settled.
    NewOrder(Accepted),
    /// The standing order takes these lines; the ticket is settled.
    SetLines {
        /// The order.
        order: OrderId,
        /// What it holds from now on.
        accepted: Accepted,
    },
    /// Nothing changes but the ticket, which is settled.
    Close,
    /// The very same choice was made before.
    Already,
    /// Not possible.
    Refuse(Reason),
}

/// Judges a choice on a ticket. `submission` is the context of its submission, when it is about one.
#[must_use]
pub fn decide_settle(
    ticket: &Ticket,
    choice: Choice,
    who: Settler,
    cycle: Option<&OrderCycle>,
    submission: &SubmitContext<'_>,
) -> SettleDecision {
    match &ticket.state {
        TicketState::Settled { .. } if planted(Bug::TicketAnsweredTwice) => {}
        TicketState::Settled { choice: made, .. } if *made == choice => return SettleDecision::Already,
        TicketState::Settled { .. } => return SettleDecision::Refuse(Reason::AlreadySettled),
        TicketState::Expired { .. } => return SettleDecision::Refuse(Reason::CycleClosed),
        TicketState::Open => {}
    }
    if who == Settler::Kitchen && ticket.settler() == Settler::Hub {
        return SettleDecision::Refuse(Reason::NoRight);
    }
    if !ticket.choices().contains(&choice) {
        return SettleDecision::Refuse(Reason::Malformed);
    }
    if choice == Choice::Decline {
        return decline(ticket);
    }
    let open = cycle.filter(|cycle| match who {
        Settler::Kitchen => cycle.takes_orders_at(submission.received_at),
        Settler::Hub => cycle.state == CycleState::Open,
    });
    match open {
        Some(cycle) => accept(ticket, choice, cycle, submission),
        None => SettleDecision::Refuse(Reason::CycleClosed),
    }
}

fn decline(ticket: &Ticket) -> SettleDecision {
    match &ticket.subject {
        Subject::Line { order, line, .. } => SettleDecision::Line {
            order: *order,
            line: line.clone(),
            status: if planted(Bug::DeclinedLineDelivered) {
                LineStatus::Accepted
            } else {
                LineStatus::Dropped { reason: declined(&ticket.reason) }
            },
        },
        Subject::Submission { .. } | Subject::Command { .. } => SettleDecision::Close,
    }
}

/// A line that could not be had anyway keeps its own reason; one that was refused for its price was declined.
fn declined(reason: &Reason) -> Reason {
    if *reason == Reason::PriceChanged { Reason::Declined } else { reason.clone() }
}

fn accept(
    ticket: &Ticket,
    choice: Choice,
    cycle: &OrderCycle,
    context: &SubmitContext<'_>,
) -> SettleDecision {
    match (&ticket.subject, context.standing) {
        (Subject::Line { order, line, .. }, _) => {
            SettleDecision::Line { order: *order, line: line.clone(), status: LineStatus::Accepted }
        }
        (Subject::Submission { submission, .. }, Some(standing)) => {
            let accepted = judge_lines(submission, cycle, context);
            SettleDecision::SetLines { order: standing.id, accepted: merge(standing, accepted, choice) }
        }
        (Subject::Submission { submission, .. }, None) => {
            SettleDecision::NewOrder(judge_lines(submission, cycle, context))
        }
        (Subject::Command { .. }, _) => SettleDecision::Refuse(Reason::Malformed),
    }
}

/// The standing order's lines with a second submission's: replaced, or only what it has more. Nothing disappears: a line
/// the replacement leaves out stays, dropped, so that what was once asked can still be read.
fn merge(standing: &Order, second: Accepted, choice: Choice) -> Accepted {
    let mut lines: Vec<OrderLine> = Vec::new();
    for old in &standing.lines {
        match second.lines.iter().find(|new| new.key == old.key) {
            Some(new) if choice == Choice::Replace || new.ordered > old.ordered => lines.push(new.clone()),
            None if choice == Choice::Replace && planted(Bug::ReplacedLinesVanish) => {}
            None if choice == Choice::Replace => lines
                .push(OrderLine { status: LineStatus::Dropped { reason: Reason::Declined }, ..old.clone() }),
            Some(_) | None => lines.push(old.clone()),
        }
    }
    lines.extend(second.lines.iter().filter(|new| standing.line(&new.key).is_none()).cloned());
    sorting::sort_by(&mut lines, |a, b| a.key.cmp(&b.key));
    let kept = |held: &HeldLine| {
        lines
            .iter()
            .any(|line| matches!(&line.status, LineStatus::Held { ticket, .. } if *ticket == held.ticket))
    };
    let tickets = second.tickets.iter().filter(|held| kept(held)).cloned().collect();
    Accepted { lines, tickets, adjusted: second.adjusted }
}

#[cfg(test)]
mod tests;
