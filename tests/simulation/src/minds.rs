//! Kitchens that change their minds, followed by naive rules: what was withdrawn counts nowhere any more, the last word on
//! quantities is what counts, and nobody's word vanishes under another's.

use std::collections::BTreeMap;

use domain::{
    id::{OrderId, TicketId},
    order::{LineStatus, Order, OrderLine, OrderState},
    quantity::Quantity,
    receipt::{Outcome, Reason, Receipt},
    ticket::{Choice, Subject, Ticket, TicketState},
    time::Timestamp,
};

use crate::{
    complete::Answers,
    oracle::{Asked, Said},
    violation::Violation,
};

type Orders = BTreeMap<OrderId, Order>;
type Tickets = BTreeMap<TicketId, Ticket>;
/// Which promise, and how it was not kept.
type Broken = (&'static str, String);

/// An amendment that an order took.
struct Taken<'a> {
    revision_seen: u32,
    lines: &'a Asked,
    at: Timestamp,
}

/// What a change of an order came to, when that is not what was promised.
pub(crate) fn unheard(said: &Said, receipt: &Receipt, orders: &Orders, first_life: bool) -> Option<String> {
    match (said, &receipt.outcome) {
        (Said::Withdrawal { order, .. }, Outcome::Applied { .. }) => {
            let withdrawn = orders.get(order).is_some_and(is_withdrawn);
            (!withdrawn).then(|| format!("{order} was withdrawn, and stands"))
        }
        (
            Said::Withdrawal { .. },
            Outcome::Refused { code: Reason::TooLateToChange | Reason::OrderChanged },
        ) => None,
        (Said::Withdrawal { .. } | Said::Amendment { .. }, Outcome::Parked { code, .. })
            if first_life && *code == Reason::UnknownOrder =>
        {
            Some(format!("{} is of an order the server says it never had", said.name()))
        }
        (Said::Withdrawal { .. } | Said::Amendment { .. }, Outcome::Refused { code }) => {
            Some(format!("{} was refused: {code:?}", said.name()))
        }
        (Said::Withdrawal { .. }, Outcome::Adjusted { .. }) => {
            Some(format!("{} was carried out otherwise", said.name()))
        }
        _ => None,
    }
}

/// Whether an order was withdrawn.
pub(crate) fn is_withdrawn(order: &Order) -> bool {
    matches!(order.state, OrderState::Withdrawn { .. })
}

/// What orders hold that is not what their kitchens last said.
pub(crate) fn not_as_said(answers: &Answers, orders: &Orders, tickets: &Tickets) -> Option<Violation> {
    let of_orders = orders.values().find_map(|order| {
        let taken = amendments_of(order, answers);
        let about: Vec<_> = tickets.values().filter(|ticket| is_about(ticket, order)).collect();
        let (invariant, what) = overwritten(&taken)
            .or_else(|| miscounted(order, &taken, &about))
            .or_else(|| last_word(order, &taken, &about))
            .or_else(|| half_withdrawn(order, answers))
            .or_else(|| silent(order, tickets))?;
        let code = order.draft.short_code();
        Some(Violation::about(invariant, format!("{code}: {what}"), [code, order.id.to_string()]))
    });
    of_orders.or_else(|| tickets.values().find_map(|ticket| asked_by_nobody(ticket, orders)))
}

fn amendments_of<'a>(order: &Order, answers: &'a Answers) -> Vec<Taken<'a>> {
    let mut taken = Vec::new();
    for (said, receipts) in answers {
        let Said::Amendment { draft, revision, lines, .. } = said else { continue };
        if *draft != order.draft {
            continue;
        }
        for receipt in receipts.iter().filter(|receipt| changed_lines(&receipt.outcome)) {
            taken.push(Taken { revision_seen: *revision, lines, at: receipt.received_at });
        }
    }
    taken.sort_by_key(|taken| taken.revision_seen);
    taken
}

fn changed_lines(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Applied { dup_of, .. } => dup_of.is_none(),
        Outcome::Adjusted { .. } => true,
        Outcome::Parked { order, .. } => order.is_some(),
        Outcome::Refused { .. } => false,
    }
}

fn is_about(ticket: &Ticket, order: &Order) -> bool {
    match &ticket.subject {
        Subject::Line { order: of, .. } => *of == order.id,
        Subject::Submission { submission, .. } => submission.draft == order.draft,
        Subject::Command { .. } => false,
    }
}

fn was_agreed(ticket: &Ticket) -> Option<Timestamp> {
    match ticket.state {
        TicketState::Settled { choice, settled_at } if choice != Choice::Decline => Some(settled_at),
        _ => None,
    }
}

/// Two amendments took the place of the very same lines: the second had not seen the first.
fn overwritten(taken: &[Taken<'_>]) -> Option<Broken> {
    let twice = taken.windows(2).find(|pair| pair[0].revision_seen == pair[1].revision_seen)?;
    Some(("I10", format!("two amendments of revision {} were taken", twice[0].revision_seen)))
}

/// Each amendment and each agreed question counts once.
fn miscounted(order: &Order, taken: &[Taken<'_>], about: &[&Ticket]) -> Option<Broken> {
    let agreed = about.iter().filter(|ticket| was_agreed(ticket).is_some()).count();
    let changes = usize::try_from(order.amendments.last().map_or(0, |last| last.revision)).unwrap_or(0);
    let right = (taken.len()..=taken.len() + agreed).contains(&changes);
    (!right).then(|| {
        ("I2", format!("changed {changes} times by {} amendments and {agreed} answers", taken.len()))
    })
}

/// The quantities of the last amendment are those of the order, unless somebody agreed to something since.
fn last_word(order: &Order, taken: &[Taken<'_>], about: &[&Ticket]) -> Option<Broken> {
    let last = taken.last()?;
    let answered = about.iter().any(|ticket| was_agreed(ticket).is_some_and(|at| at >= last.at));
    if answered || is_withdrawn(order) {
        return None;
    }
    order.lines.iter().find_map(|line| {
        let wanted = last.lines.iter().find(|(key, _)| *key == line.key).map(|(_, quantity)| *quantity);
        let asked = about
            .iter()
            .filter(|ticket| matches!(&ticket.subject, Subject::Line { line: key, .. } if *key == line.key));
        let questioned = asked.filter(|ticket| ticket.state != TicketState::Open).count() > 0;
        (!holds(line, wanted, questioned)).then(|| {
            (
                "I3",
                format!(
                    "{} is wanted as {wanted:?} and stands as {:?} {:?}",
                    line.key, line.ordered, line.status
                ),
            )
        })
    })
}

fn holds(line: &OrderLine, wanted: Option<Quantity>, questioned: bool) -> bool {
    match (&line.status, wanted) {
        (LineStatus::Dropped { .. }, None) => true,
        (LineStatus::Dropped { .. }, Some(_)) => questioned,
        (LineStatus::Held { .. }, wanted) => wanted == Some(line.ordered),
        (LineStatus::Accepted, Some(wanted)) => {
            let proposed = line.proposed.as_ref().map(|proposal| proposal.line.ordered);
            line.ordered == wanted || proposed == Some(wanted) || (proposed.is_none() && questioned)
        }
        (LineStatus::Accepted, None) => false,
    }
}

/// A withdrawn order was withdrawn by somebody who saw what it asked for, and counts nowhere.
fn half_withdrawn(order: &Order, answers: &Answers) -> Option<Broken> {
    let OrderState::Withdrawn { withdrawn_at } = order.state else { return None };
    if let Some(line) = order.lines.iter().find(|line| !matches!(line.status, LineStatus::Dropped { .. })) {
        return Some(("I3", format!("withdrawn, and {} is {:?}", line.key, line.status)));
    }
    let reason = |line: &&OrderLine| line.status == LineStatus::Dropped { reason: Reason::OrderWithdrawn };
    let gone: Asked =
        order.lines.iter().filter(reason).map(|line| (line.key.clone(), line.ordered)).collect();
    let by_somebody = answers.iter().any(|(said, receipts)| {
        let seen = matches!(said, Said::Withdrawal { order: of, seen } if *of == order.id && *seen == gone);
        let then = |receipt: &Receipt| {
            receipt.received_at == withdrawn_at
                && matches!(receipt.outcome, Outcome::Applied { dup_of: None, .. })
        };
        seen && receipts.iter().any(then)
    });
    (!by_somebody).then(|| ("I10", format!("nobody withdrew it who saw {gone:?}")))
}

/// A line that waits for a choice has its question, open.
fn silent(order: &Order, tickets: &Tickets) -> Option<Broken> {
    let line = order.lines.iter().find(|line| {
        question_of(line)
            .is_some_and(|asked| tickets.get(&asked).is_none_or(|ticket| ticket.state != TicketState::Open))
    })?;
    Some(("I3", format!("{} waits for a choice nobody is asked for", line.key)))
}

/// An open question is one that its order's line still asks.
fn asked_by_nobody(ticket: &Ticket, orders: &Orders) -> Option<Violation> {
    let Subject::Line { order, line, .. } = &ticket.subject else { return None };
    let asks = orders.get(order).and_then(|order| order.line(line)).and_then(question_of);
    let idle = ticket.state == TicketState::Open && asks != Some(ticket.id);
    let what = || format!("{} is open, and {line} of {order} does not ask it", ticket.id);
    idle.then(|| Violation::about("I3", what(), [ticket.id.to_string(), order.to_string()]))
}

fn question_of(line: &OrderLine) -> Option<TicketId> {
    match (&line.status, &line.proposed) {
        (LineStatus::Held { ticket, .. }, _) => Some(*ticket),
        (_, proposed) => proposed.as_ref().map(|proposal| proposal.ticket),
    }
}
