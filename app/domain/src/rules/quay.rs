//! What the server decides about what passed over the quay.
//!
//! Goods pass when they pass, and are said when there is a network: however late a record arrives, it is taken. That there
//! is more or less of something than was confirmed is a fact, whether or not somebody says why; a screen asks for the
//! reason, the server does not throw the fact away.

use crate::{
    quay::{Arrival, QuayLine, QuayPage, RecordQuay, Side, is_shaped},
    receipt::Reason,
    reception::Objection,
    records::MAX_RECORDS,
};

/// What becomes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuayDecision {
    /// It is taken in.
    Record,
    /// It was taken in before.
    Already,
    /// It is about nothing that was to pass, or says what nobody can say.
    Refuse(Reason),
}

/// Judges a record. `arrivals`: what is to come on its day, of its week; `standing`: what was said on its page before.
#[must_use]
pub fn decide_quay(said: &RecordQuay, arrivals: &[Arrival], standing: Option<&QuayPage>) -> QuayDecision {
    let records = standing.map_or(&[][..], |standing| &standing.records);
    if records.iter().any(|record| record.id == said.record) {
        return QuayDecision::Already;
    }
    if records.len() >= MAX_RECORDS {
        return QuayDecision::Refuse(Reason::TooManyLines);
    }
    if !is_shaped(said) || said.lines.iter().any(is_impossible) {
        return QuayDecision::Refuse(Reason::Malformed);
    }
    if said.lines.iter().all(|line| is_meant(arrivals, said.page.side, line)) {
        QuayDecision::Record
    } else {
        QuayDecision::Refuse(Reason::NotAsked)
    }
}

/// What cannot have been seen, or not like that.
fn is_impossible(line: &QuayLine) -> bool {
    line.objection(line.quantity).is_some_and(|objection| objection != Objection::Unexplained)
}

/// Whether a product is to come from that producer, or to leave for that kitchen.
fn is_meant(arrivals: &[Arrival], side: Side, line: &QuayLine) -> bool {
    let product = |arrival: &Arrival| match side {
        Side::In(producer) => arrival.producer == producer && arrival.product(&line.product).is_some(),
        Side::Out(site) => {
            arrival.product(&line.product).is_some_and(|product| product.portion_of(site).is_some())
        }
    };
    arrivals.iter().any(product)
}
