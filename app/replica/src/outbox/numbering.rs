//! Numbers: given once, without gaps, and given anew when an outbox must take another name.

use domain::{
    command::{Command, Envelope},
    id::{OutboxId, PlaceId, UserId},
    ordered::{Map, Set},
    planted::{Bug, planted},
    time::{Hlc, Timestamp},
};

use super::{Entry, Head, Queue, STUCK, Sent, StuckReason, Write, head_name, stuck_name};
use crate::ports::Update;

/// Something a person meant, about to be recorded.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Who.
    pub actor: UserId,
    /// For which kitchen or producer.
    pub place: PlaceId,
    /// What.
    pub command: Command,
    /// When, as the device believes.
    pub now: Timestamp,
    /// The name of the outbox, should the place have none yet.
    pub fresh: OutboxId,
}

/// Numbers and seals an intent.
#[must_use]
pub fn record(queue: &Queue, intent: &Intent) -> Update<Entry> {
    let head = queue.head(intent.place).unwrap_or_else(|| new_head(intent.fresh));
    let m = next_number(queue, head);
    let hlc = head.hlc.tick(intent.now);
    let envelope = Envelope::seal(m, hlc, intent.actor, intent.place, &intent.command);
    let entry = Entry { outbox: head.outbox, recorded_at: intent.now, envelope };
    let writes =
        vec![put_head(intent.place, Head { last: m, hlc, ..head }), Write::PutCommand(entry.clone())];
    Update { writes, value: entry }
}

fn new_head(outbox: OutboxId) -> Head {
    // The low half of a random identifier is as random as the whole.
    #[allow(clippy::cast_possible_truncation)]
    let node = outbox.0.as_u128() as u64;
    Head { outbox, last: 0, hlc: Hlc { at_ms: 0, counter: 0, node } }
}

fn put_head(place: PlaceId, head: Head) -> Write {
    // A head is three plain values: it always encodes.
    Write::PutMeta(head_name(place), serde_json::to_string(&head).unwrap_or_default())
}

/// Gives the outbox of `place` the name `fresh` and numbers anew, from 1, `lost` (answered before, by a server that forgot
/// it since) and then all that waits in it. Nothing happens when it does not bear the name `old` any more: another tab
/// was quicker.
#[must_use]
pub fn renumber(
    queue: &Queue,
    place: PlaceId,
    old: OutboxId,
    fresh: OutboxId,
    lost: &[Sent],
) -> Update<bool> {
    match queue.head(place) {
        Some(head) if head.outbox == old => {
            let lost = lost.iter().map(|sent| &sent.entry);
            let waiting: Vec<_> = queue.pending(place).collect();
            let seen = Set::from_iter(waiting.iter().map(|entry| entry.key()));
            let moved = lost.filter(|entry| !seen.contains(&entry.key())).chain(waiting.iter().copied());
            Update { writes: moved_to(moved, place, new_head(fresh), head.hlc), value: true }
        }
        _ => Update { writes: Vec::new(), value: false },
    }
}

/// Takes in entries of `place` that bear another outbox's name and were not put aside: what a lost head record, or a copy
/// of the database, left behind.
#[must_use]
pub fn adopt(queue: &Queue, place: PlaceId, fresh: OutboxId) -> Update<usize> {
    let head = queue.head(place);
    let strays: Vec<_> = queue
        .commands
        .values()
        .filter(|entry| entry.envelope.place == place && Some(entry.outbox) != head.map(|head| head.outbox))
        .filter(|entry| !queue.meta.contains_key(&stuck_name(entry.key())))
        .collect();
    if strays.is_empty() {
        return Update { writes: Vec::new(), value: 0 };
    }
    let head = head.unwrap_or_else(|| new_head(fresh));
    Update { value: strays.len(), writes: moved_to(strays.into_iter(), place, head, head.hlc) }
}

/// The writes that let `entries`, recorded on another device, wait behind what waits here.
#[must_use]
pub fn take_in(queue: &Queue, place: PlaceId, fresh: OutboxId, entries: &[&Entry]) -> Vec<Write> {
    if entries.is_empty() {
        return Vec::new();
    }
    let mut head = queue.head(place).unwrap_or_else(|| new_head(fresh));
    let mut writes = Vec::new();
    for entry in entries {
        head.last = next_number(queue, head);
        head.hlc = Hlc { node: head.hlc.node, ..head.hlc.max(entry.envelope.hlc) };
        writes.push(Write::PutCommand(resealed(entry, head.outbox, head.last)));
    }
    writes.push(put_head(place, head));
    writes
}

/// The database may have lost its head record and kept its commands: a number in use is never given again.
fn next_number(queue: &Queue, head: Head) -> u64 {
    let used = queue.commands.keys().filter(|(outbox, _)| *outbox == head.outbox).map(|(_, m)| *m).max();
    head.last.max(used.unwrap_or(0)) + u64::from(head.last == 0 || !planted(Bug::NumberReused))
}

/// Puts number `m` aside for `reason` and lets its neighbors go on under a new name: one command nobody can carry never
/// blocks the others.
#[must_use]
pub fn set_aside(
    queue: &Queue,
    place: PlaceId,
    (old, m): (OutboxId, u64),
    fresh: OutboxId,
    reason: &StuckReason,
) -> Update<bool> {
    let mut rest = queue.clone();
    let known = rest.commands.remove(&(old, m)).is_some();
    let mut update = renumber(&rest, place, old, fresh, &[]);
    update.value &= known;
    if !update.value {
        return Update { writes: Vec::new(), value: false };
    }
    update
        .writes
        .push(Write::PutMeta(stuck_name((old, m)), serde_json::to_string(reason).unwrap_or_default()));
    update
}

/// Gives what was put aside another chance: a newer server, or another network, may take it.
#[must_use]
pub fn release(queue: &Queue) -> Vec<Write> {
    let marks = queue.meta.keys().filter(|name| name.starts_with(STUCK));
    marks.map(|name| Write::DeleteMeta(name.clone())).collect()
}

/// The writes that give `entries` the next numbers of `head`. Their clock readings stay: they say when it was meant.
fn moved_to<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    place: PlaceId,
    mut head: Head,
    hlc: Hlc,
) -> Vec<Write> {
    let (mut deleted, mut added) = (Vec::new(), Map::new());
    for entry in entries {
        head.last += 1;
        deleted.push(Write::DeleteCommand(entry.outbox, entry.envelope.m));
        added.insert(head.last, resealed(entry, head.outbox, head.last));
    }
    head.hlc = Hlc { node: head.hlc.node, ..head.hlc.max(hlc) };
    deleted.push(put_head(place, head));
    deleted.extend(added.into_values().map(Write::PutCommand));
    deleted
}

fn resealed(entry: &Entry, outbox: OutboxId, m: u64) -> Entry {
    let mut envelope = Envelope { m, ..entry.envelope.clone() };
    envelope.h = envelope.fingerprint();
    Entry { outbox, recorded_at: entry.recorded_at, envelope }
}
