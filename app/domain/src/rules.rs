//! What the server decides about a command. Pure: the state, the command and the time come in, a decision goes out, and
//! only the caller touches storage. Whatever cannot be done as asked is put aside with its reason, never dropped silently.

mod changes;
mod quay;
mod receptions;

use std::collections::HashMap;

use uuid::Uuid;

pub use changes::{WithdrawDecision, decide_amend, decide_withdraw};
pub use quay::{QuayDecision, decide_quay};
pub use receptions::{ReceptionDecision, decide_reception};

use crate::{
    command::{SubmitOrder, SubmittedLine},
    cycle::{CycleState, OrderCycle},
    id::{DraftId, OrderId, Reference, TicketId},
    money::UnitPrice,
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
/// chooses. A withdrawn order does not come back by itself: the kitchen chooses too. After the cut-off and its grace it
/// is put aside for the hub. Otherwise each line is judged on its own.
#[must_use]
pub fn decide_submit(submit: &SubmitOrder, context: &SubmitContext<'_>) -> SubmitDecision {
    if let Some(reason) = worthless(submit) {
        return SubmitDecision::Refuse(reason);
    }
    if let Some(standing) = context.standing {
        let in_time = context.cycle.is_some_and(|cycle| cycle.takes_orders_at(context.received_at));
        if standing.is_withdrawn() && planted(Bug::WithdrawnOrderTakesOrders) {
            return SubmitDecision::SameAs(standing.id);
        }
        if standing.is_withdrawn() {
            return SubmitDecision::Park(if in_time { Reason::OrderWithdrawn } else { Reason::Late });
        }
        let same = submit.same_lines(&asked(standing));
        return if same || planted(Bug::SecondSubmissionSwallowed) {
            SubmitDecision::SameAs(standing.id)
        } else if in_time {
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
        || submit.lines.iter().any(|line| line.quantity.is_zero() || line.quantity > Quantity::OF_A_LINE);
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
    let mut judge = Judge::new(OrderId::of_draft(submit.draft), cycle, context);
    let lines = submit.lines.iter().filter_map(|line| judge.line(line)).collect();
    judge.accepted(lines, submit.total_differs())
}

/// Judges lines one by one, by the list as it is now, and notes what the kitchen must be told of them.
struct Judge<'a> {
    order: OrderId,
    cycle: &'a OrderCycle,
    context: &'a SubmitContext<'a>,
    tickets: Vec<HeldLine>,
    cheaper: bool,
    vat_changed: bool,
}

impl<'a> Judge<'a> {
    fn new(order: OrderId, cycle: &'a OrderCycle, context: &'a SubmitContext<'a>) -> Self {
        Self { order, cycle, context, tickets: Vec::new(), cheaper: false, vat_changed: false }
    }

    /// The line, accepted or held; `None` when nobody ever knew its offer.
    fn line(&mut self, line: &SubmittedLine) -> Option<OrderLine> {
        let offer = self.context.offer(&line.offer)?;
        let price_now = self.context.terms.buyer_price(offer.net_price);
        self.cheaper |= price_now < line.price_seen;
        self.vat_changed |= offer.vat != line.vat_seen;
        let status = match objection(line, offer, self.cycle, self.context) {
            None => LineStatus::Accepted,
            Some(reason) => {
                let ticket = ticket_id(self.order, &line.key(), self.context.salt);
                self.tickets.push(HeldLine {
                    ticket,
                    line: line.key(),
                    reason: reason.clone(),
                    price_seen: line.price_seen,
                    price_now: (reason == Reason::PriceChanged).then_some(price_now),
                });
                LineStatus::Held { ticket, reason }
            }
        };
        Some(order_line(line, offer, self.context.terms, status))
    }

    fn accepted(self, lines: Vec<OrderLine>, total_differs: bool) -> Accepted {
        let adjusted = match (self.cheaper, self.vat_changed || total_differs) {
            (true, _) => Some(Reason::PriceLower),
            (false, true) => Some(Reason::TotalDiffers),
            (false, false) => None,
        };
        Accepted { lines, tickets: self.tickets, adjusted }
    }
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
        proposed: None,
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
    /// The submission becomes the order of its draft; the ticket is settled. A draft whose order was withdrawn makes no
    /// second one: the caller has given the submission a fresh draft.
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
        TicketState::Closed { reason, .. } => return SettleDecision::Refuse(reason.clone()),
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
        (Subject::Submission { submission, .. }, Some(standing)) if !standing.is_withdrawn() => {
            let accepted = changes::merged(standing, submission, choice, cycle, context);
            SettleDecision::SetLines { order: standing.id, accepted }
        }
        (Subject::Submission { submission, .. }, _) => {
            SettleDecision::NewOrder(judge_lines(submission, cycle, context))
        }
        (Subject::Command { .. }, _) => SettleDecision::Refuse(Reason::Malformed),
    }
}

#[cfg(test)]
mod tests;
