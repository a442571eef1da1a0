//! Where recorded intents wait.
//!
//! An entry is numbered inside the storage's own transaction, written once and never edited. It leaves in one way only: a
//! *pulled* state says the server applied its number, and its receipt goes with it into `sent`. A number is never used
//! twice: an outbox that turns out to be a copy of another takes a new name, and what waits in it is numbered anew.
//!
//! Every function here is a step: it reads a queue and says what to write. The storage makes it atomic.

mod numbering;

use domain::{
    command::{Command, Envelope},
    id::{OutboxId, PlaceId},
    json,
    order::OrderNumber,
    ordered::Map,
    planted::{Bug, planted},
    receipt::Receipt,
    sorting,
    time::{Hlc, Timestamp},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use numbering::{Intent, adopt, record, release, renumber, set_aside, take_in};

use crate::{cache::Applied, ports::Update};

/// A recorded command. Written once, never edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The outbox whose number it bears.
    pub outbox: OutboxId,
    /// When, as the device believed.
    pub recorded_at: Timestamp,
    /// What, sealed.
    pub envelope: Envelope,
}

impl Entry {
    /// Its place in the database.
    #[must_use]
    pub fn key(&self) -> (OutboxId, u64) {
        (self.outbox, self.envelope.m)
    }
}

/// A command the server answered, kept a while: the answer for the eyes, the command should the server lose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The command as it was sent.
    pub entry: Entry,
    /// The server's answer.
    pub receipt: Receipt,
    /// The number of the order it made, as the view said when it was answered.
    #[serde(default)]
    pub number: Option<OrderNumber>,
}

/// What waits, and the small records beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Queue {
    /// Recorded commands, by outbox and number.
    pub commands: Map<(OutboxId, u64), Entry>,
    /// Small records by name: heads, drafts, the session.
    pub meta: Map<String, String>,
    /// Commands that wait under a key that is not at hand: the kitchen of each. They stay where they are.
    pub sealed: Vec<PlaceId>,
}

/// Everything the outbox database holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutboxContents {
    /// What waits.
    pub queue: Queue,
    /// What was answered.
    pub sent: Map<(OutboxId, u64), Sent>,
    /// How many records are there that this build cannot read. They stay where they are.
    pub unreadable: usize,
}

/// One write of a step on the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// A new command.
    PutCommand(Entry),
    /// A command leaves the queue.
    DeleteCommand(OutboxId, u64),
    /// A command was answered.
    PutSent(Sent),
    /// An answered command is old enough to be forgotten.
    DeleteSent(OutboxId, u64),
    /// A small record.
    PutMeta(String, String),
    /// A small record goes.
    DeleteMeta(String),
}

impl OutboxContents {
    /// Applies one write, as the device's storage does.
    pub fn apply(&mut self, write: Write) {
        match write {
            Write::PutCommand(entry) => drop(self.queue.commands.insert(entry.key(), entry)),
            Write::DeleteCommand(outbox, m) => drop(self.queue.commands.remove(&(outbox, m))),
            Write::PutSent(sent) => drop(self.sent.insert(sent.entry.key(), sent)),
            Write::DeleteSent(outbox, m) => drop(self.sent.remove(&(outbox, m))),
            write @ (Write::PutMeta(..) | Write::DeleteMeta(_)) => self.queue.apply_meta(write),
        }
    }
}

/// Where the outbox of a place stands. Each has its own on a shared tablet: one kitchen's orders never wait behind
/// another's, and are never sent under its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its name.
    pub outbox: OutboxId,
    /// The last number given.
    pub last: u64,
    /// The last clock reading given.
    pub hlc: Hlc,
}

/// Why an entry cannot be sent with its neighbors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StuckReason {
    /// Alone in its batch, it is still too large.
    TooLarge,
    /// The server cannot read the request that carries it.
    Rejected {
        /// HTTP status.
        status: u16,
        /// Stable, when the server gave one.
        code: String,
    },
}

/// An entry that waits, and why it does not leave with the others, if it does not.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingCommand<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// What is inside; `None` for a command of a newer build, which is sent as it is.
    pub command: Option<Command>,
    /// Set when it was put aside so as not to block its neighbors.
    pub stuck: Option<StuckReason>,
}

const HEAD: &str = "head/";

fn head_name(place: PlaceId) -> String {
    format!("{HEAD}{place}")
}

/// Lets the next command of `place` begin an outbox of its own, beside what lies closed: numbers nobody can send for now
/// must not stand before it. What lies closed is taken in when it opens, see [`adopt`].
pub(crate) fn begin_beside(place: PlaceId) -> Write {
    Write::DeleteMeta(head_name(place))
}

const COMPARED: &str = "compared/";

/// The life of the server's store in which all it had answered of a place's outbox was compared.
#[must_use]
pub fn compared_in(queue: &Queue, place: PlaceId) -> Option<u64> {
    queue.read(&format!("{COMPARED}{place}"))
}

/// Notes that life.
#[must_use]
pub fn note_compared(place: PlaceId, life: u64) -> Write {
    Write::PutMeta(format!("{COMPARED}{place}"), life.to_string())
}

const STUCK: &str = "stuck/";

fn stuck_name((outbox, m): (OutboxId, u64)) -> String {
    format!("{STUCK}{outbox}/{m}")
}

/// Whether a small record says only where outboxes stand: it lies open on a locked device.
pub(crate) fn lies_open(name: &str) -> bool {
    [HEAD, COMPARED, STUCK].iter().any(|prefix| name.starts_with(prefix))
}

impl Queue {
    /// Applies a write of a small record; any other is none of a queue's business.
    pub(crate) fn apply_meta(&mut self, write: Write) {
        match write {
            Write::PutMeta(name, text) => drop(self.meta.insert(name, text)),
            Write::DeleteMeta(name) => drop(self.meta.remove(&name)),
            _ => {}
        }
    }

    /// A small record, read. One that cannot be read is as good as none.
    #[must_use]
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        json::read(self.meta.get(name)?.as_bytes()).ok()
    }

    /// Where the outbox of `place` stands; `None` before its first command.
    #[must_use]
    pub fn head(&self, place: PlaceId) -> Option<Head> {
        self.read(&head_name(place))
    }

    /// The places that have an outbox here.
    pub(crate) fn heads(&self) -> impl Iterator<Item = PlaceId> {
        self.meta.keys().filter_map(|name| name.strip_prefix(HEAD)?.parse().ok())
    }

    /// What waits to be sent for `place`, in order.
    pub fn pending(&self, place: PlaceId) -> impl Iterator<Item = &Entry> {
        let outbox = self.head(place).map(|head| head.outbox);
        self.commands
            .values()
            .filter(move |entry| Some(entry.outbox) == outbox && entry.envelope.place == place)
    }

    /// Everything of `place` that was recorded and not yet proved applied: what waits in order, then what was put aside.
    #[must_use]
    pub fn unproved(&self, place: PlaceId, applied: &Map<OutboxId, Applied>) -> Vec<PendingCommand<'_>> {
        let proved = |entry: &Entry| {
            let shift = u64::from(planted(Bug::ProofOffByOne));
            applied.get(&entry.outbox).is_some_and(|applied| entry.envelope.m + shift <= applied.last)
        };
        let mut waiting: Vec<_> = self
            .commands
            .values()
            .filter(|entry| entry.envelope.place == place || planted(Bug::SealedOrdersShown))
            .filter(|entry| !proved(entry))
            .map(|entry| PendingCommand {
                entry,
                command: entry.envelope.command().ok(),
                stuck: self.read(&stuck_name(entry.key())),
            })
            .collect();
        sorting::sort_by_key(&mut waiting, |pending| (pending.stuck.is_some(), pending.entry.envelope.hlc));
        waiting
    }
}

/// The next batch from number `from` on: at most `most` entries and, but for a single one, [`domain::wire::MAX_PUSH_BYTES`].
#[must_use]
pub fn batch<'a>(pending: impl Iterator<Item = &'a Entry>, from: u64, most: usize) -> Vec<Envelope> {
    // Room for the request around the commands.
    let mut room = domain::wire::MAX_PUSH_BYTES - 2_048;
    let mut batch: Vec<Envelope> = Vec::new();
    for entry in pending.filter(|entry| entry.envelope.m >= from).take(most) {
        let size = serde_json::to_string(&entry.envelope).map_or(0, |text| text.len() + 1);
        if size > room && !batch.is_empty() {
            break;
        }
        room = room.saturating_sub(size);
        batch.push(entry.envelope.clone());
    }
    batch
}

/// Moves proved entries, with their receipts, out of the queue. An entry whose receipt did not come with the proof stays
/// until it does: an order ends with a receipt on both sides.
pub fn settle(
    queue: &Queue,
    applied: &Map<OutboxId, Applied>,
    number_of: impl Fn(&Receipt) -> Option<OrderNumber>,
) -> Update<usize> {
    let mut writes = Vec::new();
    for entry in queue.commands.values() {
        let shift = u64::from(planted(Bug::ProofOffByOne));
        let Some(applied) =
            applied.get(&entry.outbox).filter(|applied| entry.envelope.m + shift <= applied.last)
        else {
            continue;
        };
        let Some(receipt) = applied.receipts.iter().find(|receipt| receipt.m == entry.envelope.m) else {
            continue;
        };
        let number = number_of(receipt);
        writes.push(Write::PutSent(Sent { entry: entry.clone(), receipt: receipt.clone(), number }));
        writes.push(Write::DeleteCommand(entry.outbox, entry.envelope.m));
    }
    let value = writes.len() / 2;
    Update { writes, value }
}

/// How long answered commands are kept.
pub(crate) const SENT_KEPT_MS: i64 = 35 * 24 * 3_600 * 1_000;

/// Forgets what was answered long before the latest answer. Only the server's clock counts here: a tablet that believes
/// it is 2036 forgets nothing for it.
#[must_use]
pub fn forget_old_sent(sent: &Map<(OutboxId, u64), Sent>) -> Vec<Write> {
    sent.values()
        .map(|sent| sent.receipt.received_at)
        .max()
        .map_or_else(Vec::new, |latest| forget_sent_before(sent, latest.plus_ms(-SENT_KEPT_MS)))
}

/// Forgets what was answered before `kept_from`.
#[must_use]
pub(crate) fn forget_sent_before(sent: &Map<(OutboxId, u64), Sent>, kept_from: Timestamp) -> Vec<Write> {
    sent.iter()
        .filter(|(_, sent)| sent.receipt.received_at < kept_from)
        .map(|((outbox, m), _)| Write::DeleteSent(*outbox, *m))
        .collect()
}

#[cfg(test)]
mod tests;
