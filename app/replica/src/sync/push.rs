//! What waits goes up, in order. Each answer carries the next move.

use domain::{
    command::Envelope,
    id::{OutboxId, PlaceId},
    planted::{Bug, planted},
    sorting,
    wire::{MAX_COMMANDS, PROTO, PushAnswer, PushRequest, SCHEMA},
};

use super::{RoundTrouble, Trouble, exchange::SYNC_TIMEOUT_MS};
use crate::{
    door,
    outbox::{self, Sent, StuckReason},
    ports::{Clock, Entropy, Network, Storage, Update},
    replica::{Change, Replica},
};

/// After this many changes of name or contradictions in one push, the next round may do better.
const PATIENCE: u32 = 4;

/// What to do about an answer.
pub(super) enum Move {
    /// Everything up to there was compared and answered.
    On(u64),
    /// Say again from there.
    Back(u64),
    /// The server has other contents under this number: this outbox needs another name.
    Differs(u64),
    /// The server knows this outbox as another kitchen's: the session may have become that kitchen's, or the name is taken.
    AskWho,
    /// The batch as a whole was not taken: smaller, or, alone, aside.
    Smaller(StuckReason),
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// Pushes what waits for `place`, from `from` on when the server lost what it had answered. Returns the last number
    /// whose contents the server compared with ours.
    pub(super) async fn push(&self, place: PlaceId, from: Option<u64>) -> Result<u64, RoundTrouble> {
        let (mut next, mut most, mut oddities) = (from, MAX_COMMANDS, 0);
        let mut lowest = u64::MAX;
        loop {
            let Some((outbox, batch)) = self.next_batch(place, next, most) else {
                return Ok(self.compared_up_to(place, next));
            };
            let (Some(first), Some(last)) = (batch.first().map(|e| e.m), batch.last().map(|e| e.m)) else {
                return Ok(self.compared_up_to(place, next));
            };
            lowest = lowest.min(first);
            self.fly(outbox, last);
            let count = batch.len();
            match self.send(outbox, batch).await? {
                Move::On(answered) if answered <= self.last_given(place) => {
                    if planted(Bug::DeleteOnPushReply) {
                        let gone = (first..=last).map(|m| outbox::Write::DeleteCommand(outbox, m));
                        let writes: Vec<_> = gone.collect();
                        self.update(move |_| Update { writes: writes.clone(), value: () }).await?;
                    }
                    next = Some(last + 1);
                    most = MAX_COMMANDS;
                }
                Move::Back(expected) if expected < first => {
                    oddities += 1;
                    next = self.fill_gap(place, outbox, expected, first).await?;
                    lowest = if next.is_some() { lowest } else { u64::MAX };
                }
                Move::AskWho => {
                    oddities += 1;
                    self.hello().await?;
                    if self.local.borrow().place() != Some(place) {
                        // Another kitchen's round sends another kitchen's orders; these wait, sealed.
                        return Err(Trouble::Busy { retry_after_ms: None }.into());
                    }
                    self.rename(place, outbox, self.answered_from(outbox, 0)).await?;
                    (next, lowest) = (None, u64::MAX);
                }
                // The server knows numbers this outbox never gave: it is a copy that fell behind.
                Move::On(_) => {
                    oddities += 1;
                    self.rename(place, outbox, Vec::new()).await?;
                    (next, lowest) = (None, u64::MAX);
                }
                // So may it have others before this one, which it had answered in another life.
                Move::Differs(_) if self.first_answered(place).is_some_and(|answered| answered < lowest) => {
                    oddities += 1;
                    next = self.first_answered(place);
                }
                Move::Differs(from) => {
                    oddities += 1;
                    self.rename(place, outbox, self.answered_from(outbox, from)).await?;
                    (next, lowest) = (None, u64::MAX);
                }
                // The server misses a number within what was sent: its record cannot be read here any more. What is left
                // of this outbox goes on under another name.
                Move::Back(expected) if expected > first && !planted(Bug::HoleBlocks) => {
                    oddities += 1;
                    self.rename(place, outbox, self.answered_from(outbox, expected)).await?;
                    (next, lowest) = (None, u64::MAX);
                }
                Move::Smaller(_) if count > 1 => most = count / 2,
                Move::Smaller(reason) => {
                    self.put_aside(place, (outbox, first), reason).await?;
                    (next, lowest) = (None, u64::MAX);
                }
                Move::Back(expected) => {
                    let why = format!("asked for {expected}, was given {first} to {last}");
                    return Err(Trouble::Offline(why).into());
                }
            }
            if oddities > PATIENCE {
                return Err(Trouble::Offline("push answers contradict each other".into()).into());
            }
        }
    }

    pub(super) async fn send(&self, outbox: OutboxId, cmds: Vec<Envelope>) -> Result<Move, RoundTrouble> {
        let (last, count) = (cmds.last().map_or(0, |envelope| envelope.m), cmds.len());
        let build = self.build.clone();
        let request = PushRequest { proto: PROTO, schema: SCHEMA, build, device: None, outbox, cmds };
        let heard = self.say("/sync/v1/push", &request, SYNC_TIMEOUT_MS).await?;
        let answer = match heard.answer.status {
            200 | 403 | 409 | 422 | 503 => door::envelope(&heard.answer).ok(),
            _ => None,
        };
        let Some(answer) = answer else {
            return refused(door::refusal(&heard.answer), heard.answer.status, count);
        };
        self.heard(heard.asked_at, server_time(&answer));
        Ok(match answer {
            // A reply that leaves some of them unanswered is not one of ours.
            PushAnswer::Done(done) if done.outbox_last < last => {
                return Err(Trouble::Offline(format!("{last} sent, {} applied", done.outbox_last)).into());
            }
            PushAnswer::Done(done) => Move::On(done.outbox_last),
            PushAnswer::Gap { expected, .. } => Move::Back(expected),
            PushAnswer::HashMismatch { .. } if planted(Bug::NumberReusedAfterClone) => Move::On(last),
            PushAnswer::HashMismatch { m, .. } => Move::Differs(m),
            PushAnswer::ForeignOutbox { .. } => Move::AskWho,
            PushAnswer::Later { retry_after_ms, .. } => {
                return Err(Trouble::Busy { retry_after_ms: Some(retry_after_ms) }.into());
            }
        })
    }

    /// The next batch: what waits, and before it, when the server lost some, what it had answered.
    fn next_batch(
        &self,
        place: PlaceId,
        from: Option<u64>,
        most: usize,
    ) -> Option<(OutboxId, Vec<Envelope>)> {
        let local = self.local.borrow();
        let outbox = local.outbox.queue.head(place)?.outbox;
        let waiting = || local.outbox.queue.pending(place);
        let from = match from {
            Some(from) => from,
            None => waiting().next()?.envelope.m,
        };
        let lost = local.outbox.sent.range((outbox, from)..=(outbox, u64::MAX)).map(|(_, sent)| &sent.entry);
        let mut all: Vec<_> = lost.chain(waiting()).filter(|entry| entry.envelope.m >= from).collect();
        sorting::sort_by_key(&mut all, |entry| entry.envelope.m);
        all.dedup_by_key(|entry| entry.envelope.m);
        let batch = outbox::batch(all.into_iter(), from, most);
        (!batch.is_empty()).then_some((outbox, batch))
    }

    /// The server waits for `expected`, before the `first` that was sent. Where to resume: what it lost is said again;
    /// where that is not held any more, everything goes under a new name.
    async fn fill_gap(
        &self,
        place: PlaceId,
        outbox: OutboxId,
        expected: u64,
        first: u64,
    ) -> Result<Option<u64>, RoundTrouble> {
        let held = self.answered_from(outbox, expected);
        let before = held.iter().filter(|sent| sent.entry.envelope.m < first).count();
        if u64::try_from(before).ok() == Some(first - expected) {
            return Ok(Some(expected));
        }
        self.rename(place, outbox, held).await?;
        Ok(None)
    }

    /// What the server had answered of an outbox from a number on.
    fn answered_from(&self, outbox: OutboxId, from: u64) -> Vec<Sent> {
        let local = self.local.borrow();
        local.outbox.sent.range((outbox, from)..=(outbox, u64::MAX)).map(|(_, sent)| sent.clone()).collect()
    }

    async fn rename(&self, place: PlaceId, old: OutboxId, lost: Vec<Sent>) -> Result<(), RoundTrouble> {
        let fresh = OutboxId(self.entropy.uuid());
        self.update(move |queue| outbox::renumber(queue, place, old, fresh, &lost)).await?;
        Ok(())
    }

    async fn put_aside(
        &self,
        place: PlaceId,
        at: (OutboxId, u64),
        reason: StuckReason,
    ) -> Result<(), RoundTrouble> {
        let fresh = OutboxId(self.entropy.uuid());
        self.update(move |queue| outbox::set_aside(queue, place, at, fresh, &reason)).await?;
        Ok(())
    }

    pub(super) async fn adopt_strays(&self, place: PlaceId) -> Result<(), RoundTrouble> {
        let fresh = OutboxId(self.entropy.uuid());
        let strays = outbox::adopt(&self.local.borrow().outbox.queue, place, fresh).value;
        if strays > 0 {
            self.update(move |queue| outbox::adopt(queue, place, fresh)).await?;
        }
        Ok(())
    }

    /// With everything pushed, all numbers before the next were compared; with nothing to push, all that were ever given.
    fn compared_up_to(&self, place: PlaceId, next: Option<u64>) -> u64 {
        let local = self.local.borrow();
        let first_waiting = local.outbox.queue.pending(place).next().map(|entry| entry.envelope.m);
        match (next, first_waiting) {
            (Some(next), _) => next.saturating_sub(1),
            (None, Some(waiting)) => waiting.saturating_sub(1),
            (None, None) => local.outbox.queue.head(place).map_or(0, |head| head.last),
        }
    }

    fn last_given(&self, place: PlaceId) -> u64 {
        self.local.borrow().outbox.queue.head(place).map_or(0, |head| head.last)
    }

    fn fly(&self, outbox: OutboxId, last: u64) {
        self.local.borrow_mut().delivery.in_flight = Some((outbox, last));
        self.notify(Change::View);
    }
}

/// A push of `count` commands that was not taken at all.
fn refused(trouble: Trouble, status: u16, count: usize) -> Result<Move, RoundTrouble> {
    match (status, trouble) {
        (413, Trouble::Refused { .. }) => Ok(Move::Smaller(StuckReason::TooLarge)),
        // Something in between finds it too large: smaller may pass. Alone, it is that something's fault, not the command's.
        (413, _) if count > 1 => Ok(Move::Smaller(StuckReason::TooLarge)),
        // Something in the batch cannot even be read: the rest must not wait for it.
        (400 | 422, Trouble::Refused { status, code, .. }) => {
            Ok(Move::Smaller(StuckReason::Rejected { status, code }))
        }
        (_, trouble) => Err(trouble.into()),
    }
}

fn server_time(answer: &PushAnswer) -> domain::time::Timestamp {
    match answer {
        PushAnswer::Done(done) => done.server_time,
        PushAnswer::Gap { server_time, .. }
        | PushAnswer::Later { server_time, .. }
        | PushAnswer::HashMismatch { server_time, .. }
        | PushAnswer::ForeignOutbox { server_time } => *server_time,
    }
}
