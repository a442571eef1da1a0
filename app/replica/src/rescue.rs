//! What waits here as a file, for the day a device cannot send by itself: another device of the same kitchen takes the
//! file in and sends it. An order that both send in the end is one order, since both carry the same draft.

use domain::{command::Command, id::OutboxId, json, time::Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    outbox::{self, Entry, Queue},
    ports::{Clock, Entropy, Network, Storage, StorageError, Update},
    replica::Replica,
};

/// The only format so far.
const FORMAT: u32 = 1;

/// The file's contents. Later versions may add to it; nothing in it is secret, and nothing of another kitchen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RescueFile {
    /// [`FORMAT`] of whoever wrote it.
    pub format: u32,
    /// The build that wrote it.
    pub build: String,
    /// When, as that device believed.
    pub written_at: Timestamp,
    /// Commands that waited there, in order.
    pub commands: Vec<Entry>,
}

/// What came of taking a file in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TakenIn {
    /// Commands that wait here now.
    pub new: usize,
    /// Commands this device had already.
    pub known: usize,
    /// Commands of another kitchen: left out.
    pub foreign: usize,
}

/// Why a file was not taken in. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RescueError {
    /// Not such a file, or cut.
    #[error("not a file of waiting commands")]
    NotARescueFile,
    /// Written by a newer build, in a format this one does not read.
    #[error("a newer format")]
    TooNew,
    /// No kitchen is signed in.
    #[error("no kitchen is signed in")]
    NotSignedIn,
    /// The device did not keep it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// What waits for the kitchen that is signed in, as the text of a file; `None` without one.
    #[must_use]
    pub fn rescue_file(&self) -> Option<String> {
        let local = self.local.borrow();
        let unproved = local.outbox.queue.unproved(local.place()?, &local.cache.head.applied);
        let commands = unproved.iter().map(|pending| pending.entry.clone()).collect();
        let file =
            RescueFile { format: FORMAT, build: self.build.clone(), written_at: self.clock.now(), commands };
        serde_json::to_string(&file).ok()
    }

    /// Takes in a file that another device wrote: what is new here waits to be sent like anything recorded here.
    ///
    /// # Errors
    /// [`RescueError`]
    pub async fn take_in(&self, text: &[u8]) -> Result<TakenIn, RescueError> {
        let file: RescueFile = json::read(text).map_err(|_| RescueError::NotARescueFile)?;
        if file.format > FORMAT {
            return Err(RescueError::TooNew);
        }
        let place = self.me().and_then(|me| me.role.place()).ok_or(RescueError::NotSignedIn)?;
        let total = file.commands.len();
        let ours: Vec<Entry> = file
            .commands
            .into_iter()
            .filter(|entry| entry.envelope.place == place && entry.envelope.is_intact())
            .collect();
        let foreign = total - ours.len();
        let answered: Vec<Entry> =
            self.local.borrow().outbox.sent.values().map(|sent| sent.entry.clone()).collect();
        let fresh = OutboxId(self.entropy.uuid());
        let (new, known) = self
            .update(move |queue| {
                let (known, new): (Vec<&Entry>, Vec<&Entry>) =
                    ours.iter().partition(|entry| is_known(entry, queue, &answered));
                let counts = (new.len(), known.len());
                Update { writes: outbox::take_in(queue, place, fresh, &new), value: counts }
            })
            .await?;
        Ok(TakenIn { new, known, foreign })
    }
}

/// Whether the very same intent is here, whatever number it bears.
fn is_known(entry: &Entry, queue: &Queue, answered: &[Entry]) -> bool {
    let same = |other: &Entry| {
        other.envelope.h == entry.envelope.h
            || (other.envelope.hlc == entry.envelope.hlc && other.envelope.a == entry.envelope.a)
            || same_submission(other, entry)
    };
    queue.commands.values().any(same) || answered.iter().any(same)
}

fn same_submission(one: &Entry, other: &Entry) -> bool {
    let (Ok(Command::SubmitOrder(one)), Ok(Command::SubmitOrder(other))) =
        (one.envelope.command(), other.envelope.command())
    else {
        return false;
    };
    let asked: Vec<_> = other.lines.iter().map(|line| (line.key(), line.quantity)).collect();
    one.draft == other.draft && one.same_lines(&asked)
}
