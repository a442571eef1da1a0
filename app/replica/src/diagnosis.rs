//! What a person reads over the phone when something is stuck: where this device stands, and everything that waits.

use std::cmp::Reverse;

use domain::{
    command::Envelope,
    receipt::{Outcome, Reason},
    sorting,
    time::Timestamp,
};

use crate::{
    outbox::{Sent, StuckReason, release},
    ports::{Clock, Entropy, Network, Storage, StorageError, Update},
    replica::Replica,
};

/// Answers shown at most.
const ANSWERS: usize = 50;

/// Where this device stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Diagnosis {
    /// Each scope with the place its view stands at.
    pub scopes: Vec<(String, String)>,
    /// Commands that wait, in order.
    pub waiting: Vec<WaitingCommand>,
    /// The last answers, newest first.
    pub answered: Vec<AnsweredCommand>,
    /// How often a part of the view was started over because its rows were not the server's.
    pub rebuilt: usize,
    /// Records of the device that this build cannot read. They stay where they are.
    pub unreadable: usize,
}

/// A command that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingCommand {
    /// Its number.
    pub m: u64,
    /// Its kind and version, as the cable names them.
    pub kind: String,
    /// When it was recorded, as the device believed.
    pub recorded_at: Timestamp,
    /// Why it does not leave with the others, if it does not.
    pub stuck: Option<StuckReason>,
}

/// A command the server answered.
#[derive(Debug, Clone, PartialEq)]
pub struct AnsweredCommand {
    /// Its number.
    pub m: u64,
    /// Its kind and version.
    pub kind: String,
    /// The reason of the answer; `None` when it was done as asked.
    pub reason: Option<Reason>,
    /// When, by the server's clock.
    pub received_at: Timestamp,
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// Where this device stands now.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        let local = self.local.borrow();
        let scopes = local.cache.head.scopes.iter();
        let scopes = scopes.map(|(scope, head)| (scope.to_string(), head.cursor.to_string())).collect();
        let unreadable = local.outbox.unreadable + local.base.unreadable;
        let rebuilt = local.rebuilt;
        let Some(place) = local.place() else {
            return Diagnosis { scopes, rebuilt, unreadable, ..Diagnosis::default() };
        };
        let waiting = local.outbox.queue.unproved(place, &local.cache.head.applied);
        let waiting = waiting.into_iter().map(|pending| WaitingCommand {
            m: pending.entry.envelope.m,
            kind: kind(&pending.entry.envelope),
            recorded_at: pending.entry.recorded_at,
            stuck: pending.stuck,
        });
        let mut sent: Vec<&Sent> =
            local.outbox.sent.values().filter(|sent| sent.entry.envelope.place == place).collect();
        sorting::sort_by_key(&mut sent, |sent| Reverse((sent.receipt.received_at, sent.receipt.m)));
        let answered = sent.into_iter().take(ANSWERS).map(|sent| AnsweredCommand {
            m: sent.receipt.m,
            kind: kind(&sent.entry.envelope),
            reason: reason(&sent.receipt.outcome),
            received_at: sent.receipt.received_at,
        });
        Diagnosis { scopes, waiting: waiting.collect(), answered: answered.collect(), rebuilt, unreadable }
    }

    /// Has everything this device holds sent again at the next round, answered or not, and what was put aside too. The
    /// server recognizes what it has; nothing is doubled by it.
    ///
    /// # Errors
    /// [`StorageError`] when the device could not write it down.
    pub async fn send_everything_again(&self) -> Result<(), StorageError> {
        let writes = release(&self.local.borrow().outbox.queue);
        if !writes.is_empty() {
            self.update(move |_| Update { writes: writes.clone(), value: () }).await?;
        }
        self.local.borrow_mut().send_all = true;
        self.greet_next();
        Ok(())
    }
}

fn kind(envelope: &Envelope) -> String {
    format!("{}@{}", envelope.k, envelope.v)
}

fn reason(outcome: &Outcome) -> Option<Reason> {
    match outcome {
        Outcome::Applied { .. } => None,
        Outcome::Adjusted { code, .. } | Outcome::Parked { code, .. } | Outcome::Refused { code } => {
            Some(code.clone())
        }
    }
}
