//! The day the browser throws the device's databases away: by itself when room is short, or because somebody cleaned up.
//!
//! Each outbox database bears a mark, drawn at its first write. A page that knows a mark and reads a database without it
//! reads another database: what the page still has in memory is written again, its commands under new names, since numbers
//! of the old ones may be under way; the view is asked for from nothing. A page that finds nothing at all and is greeted
//! by name by the server knows that there was something before it. Either is told, never passed over in silence.

use std::rc::Rc;

use domain::id::{OutboxId, PlaceId};

use crate::{
    cache::CacheHead,
    outbox::{OutboxContents, Queue, Write, renumber},
    ports::{Clock, Entropy, Network, Storage, StorageError, Update},
    replica::{BoxedStep, Change, Replica},
};

/// What was found thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgotten {
    /// Under an open page: what it had in memory is on the device again. What other tabs alone knew may be missing.
    UnderThisPage,
    /// Before this page: drafts, and orders that had not been received, may be missing.
    BeforeThisPage,
}

const MARK: &str = "mark";

/// The mark lies open on a locked device.
pub(crate) fn lies_open(name: &str) -> bool {
    name == MARK
}

/// Whether a queue was read from another database than the one that bears `known`.
fn is_another(queue: &Queue, known: Option<&String>) -> bool {
    known.is_some() && queue.meta.get(MARK) != known
}

/// A queue and what was written to it.
type Written = (Queue, Vec<Write>);

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// What was found thrown away and not yet told to somebody.
    #[must_use]
    pub fn forgotten(&self) -> Option<Forgotten> {
        self.local.borrow().forgotten
    }

    /// Somebody read it.
    pub fn forgotten_is_told(&self) {
        self.local.borrow_mut().forgotten = None;
    }

    /// Whether nothing says that this device was ever used.
    pub(crate) fn is_blank(&self) -> bool {
        let local = self.local.borrow();
        local.session.is_none() && !local.outbox.queue.meta.contains_key(MARK)
    }

    /// The server knows who is here, and the device knew nothing.
    pub(crate) fn forgot_before_this_page(&self) {
        self.local.borrow_mut().forgotten = Some(Forgotten::BeforeThisPage);
        self.notify(Change::View);
    }

    /// One step on the outbox. On a database that turns out to be another one, what is in memory is written again first.
    pub(crate) async fn update_known_outbox(&self, step: BoxedStep) -> Result<Written, StorageError> {
        let step = Rc::new(step);
        loop {
            let (step, known) = (Rc::clone(&step), self.mark());
            let fresh = known.clone().unwrap_or_else(|| format!("{:032x}", self.entropy.bits()));
            let known_only = move |queue: &Queue| {
                if is_another(queue, known.as_ref()) {
                    return Update { writes: Vec::new(), value: None };
                }
                let mut writes = step(queue);
                if !writes.is_empty() && !queue.meta.contains_key(MARK) {
                    writes.push(Write::PutMeta(MARK.into(), fresh.clone()));
                }
                Update { writes: writes.clone(), value: Some((queue.clone(), writes)) }
            };
            match self.storage.update_outbox(known_only).await? {
                Some(written) => return Ok(written),
                None => self.write_again().await?,
            }
        }
    }

    /// Everything the outbox database holds; what is in memory, written again, when it is another database.
    pub(crate) async fn read_known_outbox(&self) -> Result<OutboxContents, StorageError> {
        let read = self.storage.read_outbox().await?;
        if !is_another(&read.queue, self.mark().as_ref()) {
            return Ok(read);
        }
        self.write_again().await?;
        self.storage.read_outbox().await
    }

    fn mark(&self) -> Option<String> {
        self.local.borrow().outbox.queue.meta.get(MARK).cloned()
    }

    async fn write_again(&self) -> Result<(), StorageError> {
        let rewriting = self.storage.rewriting().await?;
        let memory = self.local.borrow().outbox.clone();
        let heads = memory.queue.heads();
        let fresh: Vec<_> = heads.map(|place| (place, OutboxId(self.entropy.uuid()))).collect();
        let (queue, writes) = self
            .storage
            .update_outbox(move |queue| {
                // Another tab may have been quicker.
                let is_lost = is_another(queue, memory.queue.meta.get(MARK));
                let writes = if is_lost { rewriting(&memory, queue, &fresh) } else { Vec::new() };
                Update { writes: writes.clone(), value: (queue.clone(), writes) }
            })
            .await?;
        let mut local = self.local.borrow_mut();
        local.outbox.queue = queue;
        writes.into_iter().for_each(|write| local.outbox.apply(write));
        // The view went with the outbox: it is asked for from nothing, and meanwhile stays on screen.
        local.cache.head = CacheHead::default();
        local.forgotten = Some(Forgotten::UnderThisPage);
        Ok(())
    }
}

/// The writes that bring what a page has in memory to a database that holds something else; the last are fresh names for
/// the commands of each kitchen.
pub type Rewriting = fn(&OutboxContents, &Queue, &[(PlaceId, OutboxId)]) -> Vec<Write>;

/// The only one there is.
#[must_use]
pub fn rewriting() -> Rewriting {
    all_of
}

/// The writes that bring `memory` to a database that holds `there`. What is there is younger and stays; a new mark stays
/// too, so that two tabs never take each other for the one that forgot.
fn all_of(memory: &OutboxContents, there: &Queue, fresh: &[(PlaceId, OutboxId)]) -> Vec<Write> {
    let missing = memory.queue.meta.iter().filter(|(name, _)| !there.meta.contains_key(*name));
    let mut writes: Vec<_> = missing.map(|(name, text)| Write::PutMeta(name.clone(), text.clone())).collect();
    writes.extend(memory.queue.commands.values().cloned().map(Write::PutCommand));
    writes.extend(memory.sent.values().cloned().map(Write::PutSent));
    for (place, fresh) in fresh {
        if let Some(head) = memory.queue.head(*place) {
            writes.extend(renumber(&memory.queue, *place, head.outbox, *fresh, &[]).writes);
        }
    }
    writes
}
