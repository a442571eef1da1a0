//! The server's view comes down: pages into staging, one flip, then what it proves leaves the outbox.

use domain::{
    id::PlaceId,
    ordered::Map,
    planted::{Bug, planted},
    receipt::{Outcome, Receipt},
    time::Timestamp,
    wire::{Catalog, PullAnswer, PullRequest, Scope},
};

use super::{
    RoundTrouble, Trouble,
    exchange::{SNAPSHOT_TIMEOUT_MS, SYNC_TIMEOUT_MS},
    plan::{Asked, Step, plan},
    staging::Staging,
};
use crate::{
    cache::{CacheName, SnapshotMark},
    catalog, door, outbox,
    ports::{Clock, Entropy, Flipped, Method, Network, Request, Storage},
    replica::{Change, Replica},
};

/// Rough size of a page.
const PAGE_BYTES: u64 = 512 * 1024;
/// The device is told at least this often that what it holds still stands.
const CONFIRMED_EVERY_MS: i64 = 10 * 60_000;
/// A page set longer than this is a server going in circles.
const MOST_PAGES: usize = 500;

/// What a pull found out.
pub(super) struct Pulled {
    /// The server's word about the outbox went back: it waits for this number again.
    pub(super) lost_from: Option<u64>,
}

/// Snapshots decoded while they were checked, by scope.
pub(crate) type Decoded = Map<Scope, Catalog>;

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// Pulls every scope to its end and flips. `compared`: see [`Asked`].
    pub(super) async fn pull(&self, place: Option<PlaceId>, compared: u64) -> Result<Pulled, RoundTrouble> {
        let scopes = self.scopes();
        if scopes.is_empty() {
            return Ok(Pulled { lost_from: None });
        }
        self.ask_damaged_anew();
        let asked = place.and_then(|place| {
            let outbox = self.local.borrow().outbox.queue.head(place)?.outbox;
            Some(Asked { outbox, compared })
        });
        let name = self.cache_name();
        let mut staging = self.stage();
        let mut decoded = Decoded::new();
        for _ in 0..MOST_PAGES {
            let page = self.page(&staging, &scopes, asked).await?;
            staging.receive(&page);
            let steps = plan(staging.head(), asked, &page);
            let more = steps.contains(&Step::Continue);
            for step in steps {
                self.take(step, &mut staging, &mut decoded).await?;
            }
            if !more {
                let lost_from = asked.and_then(|asked| self.lost_from(asked, page.outbox_last));
                self.flip(name, staging, decoded).await?;
                self.settle().await?;
                return Ok(Pulled { lost_from });
            }
        }
        Err(Trouble::Offline("the pages have no end".into()).into())
    }

    async fn page(
        &self,
        staging: &Staging,
        scopes: &[Scope],
        asked: Option<Asked>,
    ) -> Result<PullAnswer, RoundTrouble> {
        let cursors = Map::from_iter(scopes.iter().map(|scope| (scope.clone(), staging.cursor(scope))));
        let request = PullRequest {
            cursors,
            outbox: asked.map(|asked| asked.outbox),
            receipts_after: asked.map_or(0, |asked| self.receipts_after(asked)),
            max_bytes: Some(PAGE_BYTES),
        };
        let heard = self.say("/sync/v1/pull", &request, SYNC_TIMEOUT_MS).await?;
        if heard.answer.status == 426 {
            return Err(RoundTrouble::TooOld);
        }
        let page: PullAnswer = door::read(&heard.answer)?;
        self.heard(heard.asked_at, page.server_time);
        Ok(page)
    }

    /// Receipts are asked from before the first command that waits, not from the last one held: a cache that was lost
    /// then misses none.
    fn receipts_after(&self, asked: Asked) -> u64 {
        let local = self.local.borrow();
        let first = local.outbox.queue.commands.range((asked.outbox, 0)..=(asked.outbox, u64::MAX)).next();
        first.map_or(asked.compared, |((_, m), _)| m.saturating_sub(1))
    }

    async fn take(
        &self,
        step: Step,
        staging: &mut Staging,
        decoded: &mut Decoded,
    ) -> Result<(), RoundTrouble> {
        if let Step::Download { scope, url, sha256 } = step {
            let bytes = self.download(url).await?;
            let mark = SnapshotMark::of(&sha256, &bytes);
            catalog::check(&bytes, &mark).map_err(|damaged| Trouble::Offline(damaged.to_string()))?;
            let catalog = Catalog::decode(&bytes).map_err(|_| RoundTrouble::TooOld)?;
            decoded.insert(scope.clone(), catalog);
            staging.keep_snapshot(scope, mark, bytes);
            return Ok(());
        }
        if let Step::Forget(scope) = &step {
            self.forget_right(scope);
        }
        let local = self.local.borrow();
        staging.take(step, |outbox, m| local.outbox.queue.commands.contains_key(&(outbox, m)));
        Ok(())
    }

    async fn download(&self, path: String) -> Result<Vec<u8>, RoundTrouble> {
        let request = Request { method: Method::Get, path, body: None, timeout_ms: SNAPSHOT_TIMEOUT_MS };
        let heard = self.exchange(request).await?;
        if heard.answer.status == 200 {
            Ok(heard.answer.body)
        } else {
            Err(door::refusal(&heard.answer).into())
        }
    }

    /// The first number the server had answered and does not know any more.
    fn lost_from(&self, asked: Asked, outbox_last: u64) -> Option<u64> {
        let local = self.local.borrow();
        let lost = local.outbox.sent.range((asked.outbox, outbox_last + 1)..=(asked.outbox, u64::MAX)).next();
        lost.map(|((_, m), _)| *m)
    }

    async fn flip(
        &self,
        begun_for: Option<CacheName>,
        staging: Staging,
        decoded: Decoded,
    ) -> Result<(), RoundTrouble> {
        let Some(name) = self.cache_name() else { return Ok(()) };
        // Somebody else signed in meanwhile: what was pulled is not theirs to see.
        if begun_for.as_ref() != Some(&name) && !planted(Bug::FlipIntoAnothersCache) {
            return Err(Trouble::Busy { retry_after_ms: None }.into());
        }
        let confirmed_at = staging.head().confirmed_at;
        if self.confirms(&staging) {
            self.local.borrow_mut().confirmed_at = confirmed_at;
            self.notify(Change::Contact);
            return Ok(());
        }
        let (expected, (writes, changes)) = {
            let local = self.local.borrow();
            // The view these pages were asked from: another one, read from the device since, is not theirs to replace.
            let begun_at = if planted(Bug::StaleFlipAccepted) || planted(Bug::FlipIntoAnothersCache) {
                local.cache.head.generation
            } else {
                staging.head().generation
            };
            (begun_at, staging.flip(&local.cache))
        };
        match self.storage.flip_cache(&name, expected, writes.clone()).await? {
            Flipped::Stale if planted(Bug::StaleFlipShown) => self.show(&name, writes, &changes, decoded),
            Flipped::Done => self.show(&name, writes, &changes, decoded),
            // Another tab flipped meanwhile: its view is as good as ours; or it locked the device.
            Flipped::Stale => self.reload().await?,
        }
        Ok(())
    }

    /// Whether a pull learnt only that what is shown still stands, and the device was told so not long ago: a tablet that
    /// looks for news all day writes nothing for it.
    fn confirms(&self, staging: &Staging) -> bool {
        let held = &self.local.borrow().cache.head;
        let told = held.confirmed_at.zip(staging.head().confirmed_at);
        let lately =
            |(told, now): (Timestamp, Timestamp)| (0..CONFIRMED_EVERY_MS).contains(&now.since_ms(told));
        staging.is_idle(held) && told.is_some_and(lately)
    }

    /// What the shown view proves applied leaves the outbox.
    async fn settle(&self) -> Result<(), RoundTrouble> {
        let (applied, numbers, proved) = {
            let local = self.local.borrow();
            let applied = local.cache.head.applied.clone();
            let numbers = Map::from_iter(local.base.orders.values().map(|order| (order.id, order.number)));
            let proved = outbox::settle(&local.outbox.queue, &applied, |_| None).value;
            (applied, numbers, proved)
        };
        if proved > 0 {
            let number_of = move |receipt: &Receipt| numbers.get(&order_of(receipt)?).copied();
            self.update(move |queue| outbox::settle(queue, &applied, &number_of)).await?;
        }
        Ok(())
    }
}

fn order_of(receipt: &Receipt) -> Option<domain::id::OrderId> {
    match &receipt.outcome {
        Outcome::Applied { order, dup_of } => order.or(*dup_of),
        Outcome::Adjusted { order, .. } => Some(*order),
        Outcome::Parked { order, .. } => *order,
        Outcome::Refused { .. } => None,
    }
}
