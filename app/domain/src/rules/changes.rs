//! What the server decides when a kitchen changes its mind about an order it sent: withdraw it, or ask for other
//! quantities.
//!
//! Until the cut-off an order is its kitchen's. What was confirmed stays confirmed: an unchanged line keeps its price,
//! a lowered one too, and a raised one that cannot be had as it was seen leaves the line as it stood until a person
//! chooses.

use super::{Accepted, Judge, SubmitContext, SubmitDecision, worthless};
use crate::{
    command::{AmendOrder, SubmitOrder, SubmittedLine, WithdrawOrder},
    cycle::OrderCycle,
    id::OrderId,
    order::{LineStatus, Order, OrderLine, OrderState, Proposal},
    planted::{Bug, planted},
    quantity::Quantity,
    receipt::Reason,
    sorting,
    ticket::Choice,
    time::Timestamp,
};

/// What becomes of a withdrawal.
#[derive(Debug, Clone, PartialEq)]
pub enum WithdrawDecision {
    /// The order is withdrawn.
    Withdraw,
    /// It was withdrawn before.
    Already(OrderId),
    /// This server knows no such order: a person looks at it, lest the order comes in later and stands.
    Unknown,
    /// The order stands.
    Refuse(Reason),
}

/// Judges « Retirer la commande » of an order as it now is, received at `received_at` by the server's clock.
#[must_use]
pub fn decide_withdraw(
    withdraw: &WithdrawOrder,
    standing: Option<&Order>,
    cycle: Option<&OrderCycle>,
    received_at: Timestamp,
) -> WithdrawDecision {
    let Some(standing) = standing else { return WithdrawDecision::Unknown };
    match standing.state {
        OrderState::Withdrawn { .. } => WithdrawDecision::Already(standing.id),
        OrderState::Consolidated => WithdrawDecision::Refuse(Reason::TooLateToChange),
        OrderState::Accepted
            if !cycle.is_some_and(|cycle| cycle.takes_orders_at(received_at))
                && !planted(Bug::LateWithdrawalObeyed) =>
        {
            WithdrawDecision::Refuse(Reason::TooLateToChange)
        }
        OrderState::Accepted
            if standing.asked() != withdraw.seen && !planted(Bug::UnseenWithdrawalObeyed) =>
        {
            WithdrawDecision::Refuse(Reason::OrderChanged)
        }
        OrderState::Accepted => WithdrawDecision::Withdraw,
    }
}

/// Judges « Envoyer la modification ».
///
/// An order that is as it was seen takes the lines that are wanted. One that changed meanwhile, or was withdrawn, waits
/// for the kitchen's choice as a second submission does; after the cut-off and its grace it waits for the hub.
#[must_use]
pub fn decide_amend(amend: &AmendOrder, context: &SubmitContext<'_>) -> SubmitDecision {
    if let Some(reason) = worthless(&amend.wanted) {
        return SubmitDecision::Refuse(reason);
    }
    let Some(standing) = context.standing else { return SubmitDecision::Park(Reason::UnknownOrder) };
    if !standing.is_withdrawn() && standing.asked() == sorted(amend.wanted.asked()) {
        return SubmitDecision::SameAs(standing.id);
    }
    let Some(cycle) = context.cycle.filter(|cycle| cycle.takes_orders_at(context.received_at)) else {
        return SubmitDecision::Park(Reason::Late);
    };
    if standing.is_withdrawn() {
        return SubmitDecision::Park(Reason::OrderWithdrawn);
    }
    let as_seen = standing.revision() == amend.revision_seen && standing.asked() == amend.seen;
    if !as_seen && !planted(Bug::UnseenAmendmentObeyed) {
        return SubmitDecision::Park(Reason::OrderChanged);
    }
    let lines = &amend.wanted.lines;
    let judged_anew = lines.iter().filter(|line| agreed(standing, line).is_none());
    if judged_anew.into_iter().any(|line| context.offer(&line.offer).is_none()) {
        return SubmitDecision::Park(Reason::UnknownOffer);
    }
    SubmitDecision::Accept(changed(standing, lines, amend.wanted.total_differs(), cycle, context))
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    sorting::sort(&mut items);
    items
}

/// The standing order's lines with a second submission's, by the kitchen's choice: replaced by them, or only what they
/// have more.
pub(super) fn merged(
    standing: &Order,
    second: &SubmitOrder,
    choice: Choice,
    cycle: &OrderCycle,
    context: &SubmitContext<'_>,
) -> Accepted {
    let lines = if choice == Choice::Replace { second.lines.clone() } else { the_more(standing, second) };
    changed(standing, &lines, second.total_differs(), cycle, context)
}

/// Of each line, the larger quantity of both.
fn the_more(standing: &Order, second: &SubmitOrder) -> Vec<SubmittedLine> {
    let theirs = |line: &OrderLine| second.lines.iter().find(|other| other.key() == line.key);
    let ours = |line: &SubmittedLine| {
        standing.line(&line.key()).filter(|ours| ours.stands()).map_or(Quantity::ZERO, |ours| ours.ordered)
    };
    let kept = standing.lines.iter().filter(|line| line.stands());
    let kept = kept.filter(|line| theirs(line).is_none_or(|theirs| theirs.quantity <= line.ordered));
    let more = second.lines.iter().filter(|line| line.quantity > ours(line));
    kept.map(SubmittedLine::of).chain(more.cloned()).collect()
}

/// An order's lines once these are wanted. Nothing disappears: a line that is left out stays, dropped, so that what was
/// once asked can still be read.
fn changed(
    standing: &Order,
    wanted: &[SubmittedLine],
    total_differs: bool,
    cycle: &OrderCycle,
    context: &SubmitContext<'_>,
) -> Accepted {
    let mut judge = Judge::new(standing.id, cycle, context);
    let mut lines: Vec<OrderLine> = Vec::new();
    for line in wanted {
        let before = standing.line(&line.key());
        let stood = before.filter(|before| before.status == LineStatus::Accepted);
        lines.extend(match (agreed(standing, line), stood) {
            (Some(before), _) => Some(lowered(before, line.quantity, context)),
            (None, Some(stood)) => judge.line(line).map(|judged| raised(stood, judged)),
            (None, None) => judge.line(line),
        });
    }
    let left_out = standing.lines.iter().filter(|line| wanted.iter().all(|other| other.key() != line.key));
    let left_out = left_out.filter(|_| !planted(Bug::ReplacedLinesVanish));
    lines.extend(left_out.map(|line| {
        if line.stands() && !planted(Bug::LeftOutLineStays) {
            line.dropped(Reason::Declined)
        } else {
            line.clone()
        }
    }));
    sorting::sort_by(&mut lines, |a, b| a.key.cmp(&b.key));
    judge.accepted(lines, total_differs)
}

/// The standing line that already answers what is wanted: the very same, or an accepted one of which less is asked.
fn agreed<'o>(standing: &'o Order, wanted: &SubmittedLine) -> Option<&'o OrderLine> {
    standing.line(&wanted.key()).filter(|line| line.covers(wanted.quantity))
}

/// An agreed line with the quantity that is wanted, at the price it was agreed at.
fn lowered(line: &OrderLine, quantity: Quantity, context: &SubmitContext<'_>) -> OrderLine {
    if quantity == line.ordered {
        return line.clone();
    }
    OrderLine {
        ordered: quantity,
        amount: line.unit_price.times(quantity),
        split: context.terms.split(line.net_price, line.unit_price, quantity),
        proposed: None,
        ..line.clone()
    }
}

/// An accepted line of which more is wanted: what was confirmed stands while somebody has to choose about the rest.
fn raised(stood: &OrderLine, judged: OrderLine) -> OrderLine {
    if planted(Bug::RaisedLineStays) {
        return stood.clone();
    }
    match judged.status.clone() {
        LineStatus::Held { .. } if planted(Bug::ConfirmedLineAtRisk) => judged,
        LineStatus::Held { ticket, reason } => {
            let line = OrderLine { status: LineStatus::Accepted, ..judged };
            OrderLine { proposed: Some(Box::new(Proposal { ticket, reason, line })), ..stood.clone() }
        }
        LineStatus::Accepted | LineStatus::Dropped { .. } => judged,
    }
}
