//! What the server decides about « Enregistrer la réception ».
//!
//! Goods are received when they come, and said when there is a network: however late a record arrives, it is taken. What
//! was said stays said; of two who say different things both are heard, and the first counts until a person decides. Who
//! unloaded before hearing that a producer confirmed less said « conforme » of what the cut-off granted: that is heard too.

use super::MAX_LINES;
use crate::{
    harvest::OrderAnswer,
    order::{Order, OrderState},
    receipt::Reason,
    reception::{Reception, RecordReception, line_of},
    records::MAX_RECORDS,
    sorting,
};

/// What becomes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceptionDecision {
    /// It is taken in.
    Record,
    /// It was taken in before.
    Already,
    /// It is about nothing that this kitchen was to be delivered.
    Refuse(Reason),
}

/// Judges a record: `order` as it now is, of the kitchen that speaks; `answers`, what producers answered about that order
/// and day; `standing`, what was said of that delivery before.
#[must_use]
pub fn decide_reception(
    said: &RecordReception,
    order: Option<&Order>,
    answers: &[OrderAnswer],
    standing: Option<&Reception>,
) -> ReceptionDecision {
    let Some(order) = order.filter(|order| order.site == said.site) else {
        return ReceptionDecision::Refuse(Reason::UnknownOrder);
    };
    match order.state {
        OrderState::Withdrawn { .. } => return ReceptionDecision::Refuse(Reason::OrderWithdrawn),
        OrderState::Accepted => return ReceptionDecision::Refuse(Reason::NotClosed),
        OrderState::Consolidated => {}
    }
    let records = standing.map_or(&[][..], |standing| &standing.records);
    if records.iter().any(|record| record.id == said.record) {
        return ReceptionDecision::Already;
    }
    if records.len() >= MAX_RECORDS {
        return ReceptionDecision::Refuse(Reason::TooManyLines);
    }
    if is_sound(said, order, answers) {
        ReceptionDecision::Record
    } else {
        ReceptionDecision::Refuse(Reason::Malformed)
    }
}

/// Whether every line it speaks of is one of that delivery, spoken of once and as it may be.
fn is_sound(said: &RecordReception, order: &Order, answers: &[OrderAnswer]) -> bool {
    let mut offers: Vec<_> = said.lines.iter().map(|line| &line.offer).collect();
    sorting::sort(&mut offers);
    offers.dedup();
    let known = said.lines.iter().all(|line| {
        let Some(ordered) = line_of(order, &line.offer, said.delivery_on) else { return false };
        let granted = answers.iter().filter_map(|answer| Some(answer.line(&line.offer)?.granted));
        granted.chain([ordered.counted()]).any(|known| line.objection(known).is_none())
    });
    let counts = !offers.is_empty() && offers.len() == said.lines.len() && offers.len() <= MAX_LINES;
    counts && known && said.supersedes.len() <= MAX_RECORDS
}
