//! Where recorded intents wait.

use std::collections::BTreeMap;

use domain::{command::Envelope, id::OutboxId, order::OrderNumber, receipt::Receipt, time::Timestamp};
use serde::{Deserialize, Serialize};

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
    pub commands: BTreeMap<(OutboxId, u64), Entry>,
    /// Small records by name: heads, drafts, the session.
    pub meta: BTreeMap<String, String>,
}

/// Everything the outbox database holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutboxContents {
    /// What waits.
    pub queue: Queue,
    /// What was answered.
    pub sent: BTreeMap<(OutboxId, u64), Sent>,
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
