//! Tickets: what was put aside, and the choices a person has.

use serde::{Deserialize, Serialize};

use crate::{
    command::SubmitOrder,
    cycle::CycleId,
    id::{OrderId, SiteId, TicketId},
    money::UnitPrice,
    order::LineKey,
    receipt::Reason,
    time::Timestamp,
};

/// What was put aside.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// One line of an accepted order.
    Line {
        /// The order.
        order: OrderId,
        /// The line.
        line: LineKey,
        /// What the kitchen saw.
        price_seen: UnitPrice,
        /// What it would cost now; `None` when it cannot be had.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        price_now: Option<UnitPrice>,
    },
    /// A whole submission: it came late, or after another submission of the same draft.
    Submission {
        /// The submission, whole: nothing of it is lost.
        submission: Box<SubmitOrder>,
        /// The order that stands meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        standing: Option<OrderId>,
    },
    /// A command this server could not read or carry out: kept as it came.
    Command {
        /// Its kind.
        kind: String,
        /// Its whole text.
        body: String,
    },
}

/// A choice a person can make.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Take the line at its price of now; take the late submission as if in time.
    Accept,
    /// Leave it out.
    Decline,
    /// Replace the standing order's lines by the submission's.
    Replace,
    /// Add to the standing order what the submission has more.
    AddDifference,
}

/// Who may choose.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settler {
    /// The kitchen itself (and, for it, the hub).
    Kitchen,
    /// The hub only.
    Hub,
}

/// Where a ticket stands.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// Waiting for a choice.
    Open,
    /// Chosen.
    Settled {
        /// What was chosen.
        choice: Choice,
        /// When, by the server's clock.
        settled_at: Timestamp,
    },
    /// The cycle was closed before anybody chose.
    Expired {
        /// When.
        expired_at: Timestamp,
    },
    /// What it asked about is gone: the order was withdrawn, or changed by its kitchen.
    Closed {
        /// Which of them.
        reason: Reason,
        /// When, by the server's clock.
        closed_at: Timestamp,
    },
}

/// Something put aside for a person to decide. Never deleted.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its identifier.
    pub id: TicketId,
    /// Whose.
    pub site: SiteId,
    /// For which week; `None` for a command that could not be read.
    pub cycle: Option<CycleId>,
    /// Why it was put aside.
    pub reason: Reason,
    /// What was.
    pub subject: Subject,
    /// When, by the server's clock.
    pub opened_at: Timestamp,
    /// Where it stands.
    pub state: TicketState,
}

impl Ticket {
    /// Who may settle it.
    #[must_use]
    pub fn settler(&self) -> Settler {
        match (&self.subject, &self.reason) {
            (Subject::Submission { .. }, Reason::Late) | (Subject::Command { .. }, _) => Settler::Hub,
            _ => Settler::Kitchen,
        }
    }

    /// The choices it offers, the safest last.
    #[must_use]
    pub fn choices(&self) -> &'static [Choice] {
        match &self.subject {
            Subject::Line { price_now: Some(_), .. } => &[Choice::Accept, Choice::Decline],
            Subject::Submission { standing: Some(_), .. } => {
                &[Choice::Replace, Choice::AddDifference, Choice::Decline]
            }
            Subject::Submission { standing: None, .. } => &[Choice::Accept, Choice::Decline],
            Subject::Line { price_now: None, .. } | Subject::Command { .. } => &[Choice::Decline],
        }
    }
}
