//! A server that begins another life came back from a backup. What it had answered this device is compared with what it
//! knows now, number by number, under every name the outbox has borne; what it does not know is said again.
//!
//! That its numbers stand where they stood proves nothing: a copy of this device may have filled them with other contents.

use domain::{
    id::{OutboxId, PlaceId},
    ordered::Set,
    planted::{Bug, planted},
    wire::{MAX_COMMANDS, Scope},
};

use super::{RoundTrouble, push::Move};
use crate::{
    outbox::{self, Entry, Sent},
    ports::{Clock, Entropy, Network, Storage, Update},
    replica::Replica,
};

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// The life the server's store is in, when what it had answered was not compared in it yet.
    pub(super) fn another_life(&self, place: PlaceId) -> Option<u64> {
        let local = self.local.borrow();
        let told = Scope::own(local.session.as_ref()?.me.role)?;
        let life = local.cache.head.scopes.get(&told)?.cursor.epoch;
        let is_known = outbox::compared_in(&local.outbox.queue, place) == Some(life);
        (!is_known && !planted(Bug::LostNotSaidAgain)).then_some(life)
    }

    /// Compares everything the server had answered. Whether there was anything, and then the last number whose contents
    /// were compared.
    pub(super) async fn compare_all(&self, place: PlaceId) -> Result<Option<u64>, RoundTrouble> {
        let mut unknown = Vec::new();
        for (name, entries) in self.earlier_names(place) {
            unknown.extend(self.say_again(name, entries).await?);
        }
        if !unknown.is_empty() {
            let fresh = OutboxId(self.entropy.uuid());
            self.update(move |queue| {
                let entries: Vec<&Entry> = unknown.iter().collect();
                Update { writes: outbox::take_in(queue, place, fresh, &entries), value: () }
            })
            .await?;
        }
        match self.first_answered(place) {
            Some(first) => Ok(Some(self.push(place, Some(first)).await?)),
            None => Ok(None),
        }
    }

    /// Notes that everything was compared in a life of the server, once nothing of it waits any more: what is to be said
    /// again lies in the queue alone, and may be lost there.
    pub(super) async fn note_compared(&self, place: PlaceId, life: u64) -> Result<(), RoundTrouble> {
        let waits = {
            let local = self.local.borrow();
            let waiting = local.outbox.queue.unproved(place, &local.cache.head.applied);
            waiting.iter().any(|pending| pending.stuck.is_none())
        };
        if !waits {
            let note = move |_: &outbox::Queue| Update {
                writes: vec![outbox::note_compared(place, life)],
                value: (),
            };
            self.update(note).await?;
        }
        Ok(())
    }

    /// The first number of this outbox the server had answered.
    pub(super) fn first_answered(&self, place: PlaceId) -> Option<u64> {
        let local = self.local.borrow();
        let outbox = local.outbox.queue.head(place)?.outbox;
        let sent = local.outbox.sent.range((outbox, 0)..=(outbox, u64::MAX)).next();
        sent.map(|((_, m), _)| *m)
    }

    /// What was answered under the names the outbox bore before, in order.
    fn earlier_names(&self, place: PlaceId) -> Vec<(OutboxId, Vec<Entry>)> {
        let local = self.local.borrow();
        let now = local.outbox.queue.head(place).map(|head| head.outbox);
        let entries = local.outbox.sent.values().map(|Sent { entry, .. }| entry);
        let earlier: Vec<_> =
            entries.filter(|entry| entry.envelope.place == place && Some(entry.outbox) != now).collect();
        let names = Set::from_iter(earlier.iter().map(|entry| entry.outbox));
        let of = |name| earlier.iter().copied().filter(|entry| entry.outbox == name).cloned().collect();
        names.into_iter().map(|name| (name, of(name))).collect()
    }

    /// Says again what an outbox had said under an earlier name. What the server cannot take under it.
    async fn say_again(&self, name: OutboxId, entries: Vec<Entry>) -> Result<Vec<Entry>, RoundTrouble> {
        let (mut next, mut most) = (0, MAX_COMMANDS);
        loop {
            let batch = outbox::batch(entries.iter().filter(|entry| entry.envelope.m >= next), next, most);
            let (Some(first), Some(last)) = (batch.first().map(|e| e.m), batch.last().map(|e| e.m)) else {
                return Ok(Vec::new());
            };
            let count = batch.len();
            match self.send(name, batch).await? {
                Move::On(_) => next = last + 1,
                Move::Smaller(_) if count > 1 => most = count / 2,
                Move::Smaller(_) => next = first + 1,
                Move::Back(from) | Move::Differs(from) => {
                    return Ok(entries.into_iter().filter(|entry| entry.envelope.m >= from).collect());
                }
                // Another kitchen's: nothing of it is this one's to say.
                Move::AskWho => return Ok(Vec::new()),
            }
        }
    }
}
