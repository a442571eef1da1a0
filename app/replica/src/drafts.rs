//! Drafts on this tablet. They are small records of the outbox database: as safe as an order, and not yet one.
//!
//! Which draft is open follows from what is known: the lowest slot that holds lines, else the lowest nobody has sent. Two
//! tablets of a kitchen that know the same therefore open the same draft; and a draft somebody was filling when another
//! tablet's order arrived stays that draft, so that the server sees both were meant for one order and asks.

use std::collections::BTreeSet;

use domain::{
    command::{Command, SubmitOrder},
    cycle::CycleId,
    draft::{Draft, SLOTS},
    id::{DraftId, SiteId},
    order::LineKey,
    planted::{Bug, planted},
    quantity::Quantity,
};

use crate::{
    outbox::{Intent, Queue, Write, record},
    ports::Update,
};

fn name(draft: DraftId) -> String {
    format!("draft/{draft}")
}

fn stored(queue: &Queue, draft: DraftId) -> Option<Draft> {
    queue.read(&name(draft))
}

fn put(draft: &Draft) -> Write {
    // Quantities and references: it always encodes.
    Write::PutMeta(name(draft.id), serde_json::to_string(draft).unwrap_or_default())
}

/// The draft that is open. `sent` are the drafts that were already sent, as far as this tablet knows.
#[must_use]
pub fn open(queue: &Queue, sent: &BTreeSet<DraftId>, site: SiteId, cycle: CycleId) -> Draft {
    let slots = || (0..SLOTS).map(|slot| Draft::empty(site, cycle, slot));
    let started = slots().filter_map(|empty| stored(queue, empty.id)).find(|draft| !draft.lines.is_empty());
    started
        .or_else(|| slots().find(|empty| !sent.contains(&empty.id)))
        .unwrap_or_else(|| Draft::empty(site, cycle, SLOTS))
}

/// The slot a draft is sent to: its own, unless an order of it was withdrawn. Then it is the first one after that was
/// not, sent or not: an order another tablet made there meanwhile is one the server asks about.
#[must_use]
pub fn sent_as(draft: &Draft, withdrawn: &BTreeSet<DraftId>) -> DraftId {
    let slots = (draft.slot..SLOTS).map(|slot| DraftId::usual(draft.site, draft.cycle, slot));
    let free = |id: &DraftId| !withdrawn.contains(id) || planted(Bug::WithdrawnDraftSentAgain);
    slots.into_iter().find(free).unwrap_or(draft.id)
}

/// Sets quantities in a stored draft, leaving the lines another tab touched meanwhile as they are.
#[must_use]
pub fn set(queue: &Queue, draft: &Draft, changes: &[(LineKey, Quantity)]) -> Update<()> {
    let mut kept = stored(queue, draft.id).unwrap_or_else(|| Draft { lines: Vec::new(), ..draft.clone() });
    for (key, quantity) in changes {
        kept.set(key.clone(), *quantity);
    }
    let write = if kept.lines.is_empty() { Write::DeleteMeta(name(draft.id)) } else { put(&kept) };
    Update { writes: vec![write], value: () }
}

/// Records the submission of `shown` and clears it. Lines that were not sendable move on to the next slot: nothing a
/// kitchen typed disappears. The very same submission recorded twice (a double tap, two tabs) is one.
#[must_use]
pub fn submit(
    queue: &Queue,
    sent: &BTreeSet<DraftId>,
    shown: &Draft,
    submission: &SubmitOrder,
    intent: &Intent,
) -> Update<()> {
    let mut writes = vec![Write::DeleteMeta(name(shown.id))];
    if !already_recorded(queue, submission) {
        writes.extend(record(queue, intent).writes);
    }
    let left: Vec<_> = shown
        .lines
        .iter()
        .filter(|line| !submission.lines.iter().any(|submitted| submitted.key() == line.key))
        .map(|line| (line.key.clone(), line.quantity))
        .collect();
    if !left.is_empty() {
        let mut emptied = queue.clone();
        emptied.meta.remove(&name(shown.id));
        let mut sent = sent.clone();
        sent.extend([shown.id, submission.draft]);
        let next = open(&emptied, &sent, shown.site, shown.cycle);
        writes.extend(set(&emptied, &next, &left).writes);
    }
    Update { writes, value: () }
}

fn already_recorded(queue: &Queue, submission: &SubmitOrder) -> bool {
    let asked: Vec<_> = submission.lines.iter().map(|line| (line.key(), line.quantity)).collect();
    queue.pending(submission.site).any(|entry| match entry.envelope.command() {
        Ok(Command::SubmitOrder(other)) => other.draft == submission.draft && other.same_lines(&asked),
        _ => false,
    })
}

/// Deletes every draft of a site.
#[must_use]
pub fn delete_all(queue: &Queue, site: SiteId) -> Vec<Write> {
    let drafts = queue.meta.keys().filter(|name| name.starts_with("draft/"));
    drafts
        .filter(|name| queue.read::<Draft>(name).is_none_or(|draft| draft.site == site))
        .map(|name| Write::DeleteMeta(name.clone()))
        .collect()
}
