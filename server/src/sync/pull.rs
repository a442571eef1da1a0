//! Changes on their way out. One reading for all: the changes, and how far the outbox was applied, are seen together.

use domain::{
    id::{OutboxId, PlaceId},
    ordered::Map,
    planted::{Bug, planted},
    receipt::Receipt,
    time::Timestamp,
    wire::{Cursor, Me, Op, PullAnswer, PullRequest, RowsDigest, Scope, ScopePatch},
};

use crate::{
    access::rights,
    store::{Claim, StoreError, SyncStore, SyncTransaction},
};

/// A device asks for a handful of scopes; more is no device of ours.
const MAX_SCOPES: usize = 16;
const DEFAULT_BYTES: u64 = 512 * 1024;
/// Changes read at once.
const PAGE: u32 = 500;
/// Past this many changes, a whole compressed catalogue is smaller than its changes one by one.
const SNAPSHOT_BEYOND: u64 = 300;

/// The changes a person may see since their cursors.
///
/// # Errors
/// When the store cannot be read.
pub async fn pull<S: SyncStore>(
    store: &S,
    me: &Me,
    request: &PullRequest,
    now: Timestamp,
) -> Result<PullAnswer, StoreError> {
    let allowed = rights::scopes(me.role);
    let mut tx = store.read().await?;
    let mut reading =
        Reading { tx: &mut tx, epoch: store.epoch(), bytes: request.max_bytes.unwrap_or(DEFAULT_BYTES) };
    let (mut scopes, mut rows) = (Map::new(), Map::new());
    for (scope, cursor) in request.cursors.iter().take(MAX_SCOPES) {
        let patch = if allowed.contains(scope) || planted(Bug::RightsNotCheckedOnPull) {
            reading.patch(scope, *cursor).await?
        } else {
            ScopePatch::Forbidden
        };
        if let Some(digest) = reading.digest(scope, &patch).await? {
            rows.insert(scope.clone(), digest.to_string());
        }
        scopes.insert(scope.clone(), patch);
    }
    let own = me.role.place().zip(Scope::own(me.role));
    let (outbox_last, receipts) = match (own, request.outbox) {
        (Some((place, own)), Some(outbox)) => {
            // Until the last page of the place's own changes, nothing new is said to be applied.
            let whole =
                planted(Bug::AppliedBeforeWhole) || scopes.get(&own).is_some_and(|patch| !has_more(patch));
            applied(&mut tx, place, outbox, request.receipts_after, whole).await?
        }
        _ => (0, Vec::new()),
    };
    Ok(PullAnswer { server_time: now, scopes, outbox_last, receipts, rows })
}

/// How far an outbox was applied, and the receipts the device does not hold yet.
async fn applied(
    tx: &mut impl SyncTransaction,
    place: PlaceId,
    outbox: OutboxId,
    held: u64,
    whole: bool,
) -> Result<(u64, Vec<Receipt>), StoreError> {
    match tx.find_outbox(outbox, place).await? {
        Claim::Ours { last } if whole => Ok((last, tx.receipts_after(outbox, held).await?)),
        Claim::Ours { last } => Ok((last.min(held), Vec::new())),
        Claim::Foreign => Ok((0, Vec::new())),
    }
}

fn has_more(patch: &ScopePatch) -> bool {
    match patch {
        ScopePatch::Delta { more, .. } | ScopePatch::Reset { more, .. } => *more,
        ScopePatch::Snapshot { .. } | ScopePatch::Forbidden => true,
    }
}

struct Reading<'a, T> {
    tx: &'a mut T,
    epoch: u64,
    /// What may still be sent.
    bytes: u64,
}

impl<T: SyncTransaction> Reading<'_, T> {
    async fn patch(&mut self, scope: &Scope, cursor: Option<Cursor>) -> Result<ScopePatch, StoreError> {
        let reach = self.tx.find_reach(scope).await?.unwrap_or_default();
        let head = reach.head;
        // A cursor of another life of the store, ahead of it, or from before what it remembers, means nothing here.
        let of_this_life = |cursor: &Cursor| cursor.epoch == self.epoch || planted(Bug::EpochIgnored);
        let after = cursor.filter(|cursor| of_this_life(cursor) && reach.covers(cursor.seq)).map(|at| at.seq);
        if let Some(snapshot) = self.snapshot_instead(scope, after).await? {
            return Ok(snapshot);
        }
        let page = self.page(scope, after, head).await?;
        let cursor = Cursor { epoch: self.epoch, seq: page.stands_at };
        Ok(match after {
            Some(_) => ScopePatch::Delta { ops: page.ops, cursor, more: page.more },
            None => ScopePatch::Reset { ops: page.ops, cursor, more: page.more },
        })
    }

    /// What the rows of a scope sum to, once the device has all that changed; nothing when nothing did.
    async fn digest(&mut self, scope: &Scope, patch: &ScopePatch) -> Result<Option<RowsDigest>, StoreError> {
        let changed = match patch {
            ScopePatch::Delta { ops, more: false, .. } => !ops.is_empty(),
            ScopePatch::Reset { more: false, .. } => true,
            _ => false,
        };
        if !changed || scope.is_catalog() {
            return Ok(None);
        }
        let living = self.tx.living(scope).await?;
        let rows = living.iter().map(|(kind, id, seq)| (kind.as_str(), id.as_str(), *seq));
        Ok(Some(RowsDigest::of(rows)))
    }

    /// The last snapshot, when it is the shorter way.
    async fn snapshot_instead(
        &mut self,
        scope: &Scope,
        after: Option<u64>,
    ) -> Result<Option<ScopePatch>, StoreError> {
        let far = match after {
            None => true,
            Some(seq) => self.tx.count_changes(scope, seq).await? > SNAPSHOT_BEYOND,
        };
        if !far {
            return Ok(None);
        }
        let last = self.tx.last_snapshot(scope).await?;
        Ok(last.filter(|snapshot| after.is_none_or(|seq| seq < snapshot.seq)).map(|snapshot| {
            ScopePatch::Snapshot {
                url: format!("/sync/v1/snap/{scope}/{}", snapshot.hash),
                sha256: snapshot.hash,
                cursor: Cursor { epoch: self.epoch, seq: snapshot.seq },
            }
        }))
    }

    async fn page(&mut self, scope: &Scope, after: Option<u64>, head: u64) -> Result<Page, StoreError> {
        let from = after.unwrap_or(0) + u64::from(planted(Bug::CursorSkips));
        let read = self.tx.changes(scope, from, PAGE, after.is_none()).await?;
        let read_all = read.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        let mut ops: Vec<Op> = Vec::new();
        let mut cut = false;
        for op in read {
            let size = size_of(&op);
            if size > self.bytes && !ops.is_empty() {
                cut = true;
                break;
            }
            self.bytes = self.bytes.saturating_sub(size);
            ops.push(op);
        }
        let more = (cut && !planted(Bug::CutPageIsTheLast)) || !read_all;
        let stands_at = if more { ops.last().map_or(head, |op| op.seq) } else { head };
        Ok(Page { ops, stands_at, more })
    }
}

struct Page {
    ops: Vec<Op>,
    stands_at: u64,
    more: bool,
}

/// What a change weighs on the cable, roughly.
fn size_of(op: &Op) -> u64 {
    let body = op.body.as_ref().map_or(0, |body| body.to_string().len());
    u64::try_from(body + op.id.len() + 50).unwrap_or(u64::MAX)
}
