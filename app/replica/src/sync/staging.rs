//! Where pages wait until the whole set is here: the screen goes from one complete view to the next, never between.

use domain::{
    id::OutboxId,
    ordered::{Map, Set},
    planted::{Bug, planted},
    wire::{Cursor, Op, PullAnswer, RowsDigest, Scope},
};

use super::plan::Step;
use crate::{
    cache::{
        Applied, CacheContents, CacheHead, CacheWrite, Entity, EntityKey, LogPage, ScopeHead, SnapshotMark,
    },
    catalog::{LOG_LIMIT, PAGES, compacted},
};

/// What happened to one scope since the last flip.
#[derive(Debug, Clone, Default)]
struct Staged {
    cleared: bool,
    snapshot: Option<Vec<u8>>,
    mark: Option<SnapshotMark>,
    ops: Vec<Op>,
    /// What the server says its rows sum to.
    told: Option<String>,
}

/// The next view in the making.
#[derive(Debug, Clone)]
pub struct Staging {
    head: CacheHead,
    scopes: Map<Scope, Staged>,
    asked_anew: Set<Scope>,
}

/// What a flip changes, for whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Rows of small scopes, or how far the outbox was applied.
    pub rows: bool,
    /// Scopes whose catalogue starts over.
    pub snapshots: Set<Scope>,
    /// Changes of catalogues that go on.
    pub catalog: Map<Scope, Vec<Op>>,
    /// Scopes whose rows are not those the server has; with whether they were just asked from nothing.
    pub different: Map<Scope, bool>,
}

impl Staging {
    /// Starts from what the cache shows now. A catalogue whose log has grown long is asked anew.
    #[must_use]
    pub fn new(head: &CacheHead) -> Self {
        let long = head
            .scopes
            .iter()
            .filter(|(scope, at)| scope.is_catalog() && at.log_length > at.log_limit.max(LOG_LIMIT));
        let asked_anew = Set::from_iter(long.map(|(scope, _)| scope.clone()));
        Self { head: head.clone(), scopes: Map::new(), asked_anew }
    }

    /// Asks `scope` from nothing, whatever is held of it.
    pub fn ask_anew(&mut self, scope: Scope) {
        self.asked_anew.insert(scope);
    }

    /// Where it stands now, staged pages included.
    #[must_use]
    pub fn head(&self) -> &CacheHead {
        &self.head
    }

    /// The cursor to ask `scope` from.
    #[must_use]
    pub fn cursor(&self, scope: &Scope) -> Option<Cursor> {
        let asked_anew = self.asked_anew.contains(scope);
        self.head.scopes.get(scope).filter(|_| !asked_anew).map(|head| head.cursor)
    }

    /// A page has come: notes when, and starts over the scopes that were asked from nothing.
    pub fn receive(&mut self, page: &PullAnswer) {
        self.head.confirmed_at = Some(page.server_time);
        let anew: Vec<_> =
            self.asked_anew.iter().filter(|scope| page.scopes.contains_key(*scope)).cloned().collect();
        anew.into_iter().for_each(|scope| self.clear(scope));
    }

    /// Takes a step that needs no network.
    pub fn take(&mut self, step: Step, waiting: impl Fn(OutboxId, u64) -> bool) {
        match step {
            Step::Clear(scope) => self.clear(scope),
            Step::Apply(scope, ops) => self.scopes.get_or_default(scope).ops.extend(ops),
            Step::Stand(scope, cursor) => self.stand(scope, cursor),
            Step::Compare(scope, told) => self.scopes.get_or_default(scope).told = Some(told),
            Step::Forget(scope) => {
                self.clear(scope.clone());
                self.head.scopes.remove(&scope);
            }
            Step::Acknowledge { outbox, last, receipts } => {
                let before = self.head.applied.remove(&outbox).unwrap_or_default();
                let held = before.receipts.into_iter().map(|receipt| (receipt.m, receipt));
                let mut kept = Map::from_iter(held);
                kept.extend(receipts.into_iter().map(|receipt| (receipt.m, receipt)));
                // Only what still lies in the outbox: the others are filed with their command. An answer of a server that
                // was set back since, between two pages, is no answer any more.
                kept.retain(|m, _| (*m <= last || planted(Bug::SetBackAnswerKept)) && waiting(outbox, *m));
                let applied = Applied { last, receipts: kept.into_values().collect() };
                // A site has one outbox at a time; of earlier names nothing waits any more.
                self.head
                    .applied
                    .retain(|other, at| at.receipts.iter().any(|receipt| waiting(*other, receipt.m)));
                self.head.applied.insert(outbox, applied);
            }
            Step::Download { .. } | Step::Continue => {}
        }
    }

    fn clear(&mut self, scope: Scope) {
        self.asked_anew.remove(&scope);
        self.head.scopes.remove(&scope);
        self.scopes.insert(scope, Staged { cleared: true, ..Staged::default() });
    }

    fn stand(&mut self, scope: Scope, cursor: Cursor) {
        let snapshot = self.scopes.get(&scope).and_then(|staged| staged.mark.clone());
        let head = self.head.scopes.get_or_insert_with(scope, || ScopeHead {
            cursor,
            snapshot,
            log_length: 0,
            log_limit: 0,
            rows: None,
        });
        head.cursor = cursor;
    }

    /// Keeps the checked bytes of a snapshot.
    pub fn keep_snapshot(&mut self, scope: Scope, mark: SnapshotMark, bytes: Vec<u8>) {
        let staged = self.scopes.get_or_default(scope);
        staged.snapshot = Some(bytes);
        staged.mark = Some(mark);
    }

    /// Whether all that was learnt is that the view `held` still stands.
    #[must_use]
    pub fn is_idle(&self, held: &CacheHead) -> bool {
        let (now, before) = (&self.head, held);
        let same = (now.generation, &now.scopes, &now.applied)
            == (before.generation, &before.scopes, &before.applied);
        same && self.scopes.is_empty() && self.asked_anew.is_empty()
    }

    /// The writes of the flip, and what they change. `held` is the view they replace.
    #[must_use]
    pub fn flip(mut self, held: &CacheContents) -> (Vec<CacheWrite>, Changes) {
        let mut changes = Changes { rows: self.head.applied != held.head.applied, ..Changes::default() };
        let mut writes = Vec::new();
        for (scope, staged) in std::mem::take(&mut self.scopes) {
            if scope.is_catalog() {
                self.flip_catalog(scope, staged, held, &mut writes, &mut changes);
            } else if staged.cleared || !staged.ops.is_empty() {
                changes.rows = true;
                let rows = rows_after(&scope, &staged, held);
                if staged.told.as_ref().is_some_and(|told| *told != rows.to_string()) {
                    changes.different.insert(scope.clone(), staged.cleared);
                }
                if let Some(head) = self.head.scopes.get_mut(&scope) {
                    head.rows = Some(rows);
                }
                flip_rows(&scope, staged, &mut writes);
            }
        }
        self.head.generation = held.head.generation + 1;
        writes.push(CacheWrite::PutHead(self.head));
        (writes, changes)
    }

    fn flip_catalog(
        &mut self,
        scope: Scope,
        staged: Staged,
        held: &CacheContents,
        writes: &mut Vec<CacheWrite>,
        changes: &mut Changes,
    ) {
        if !staged.cleared && staged.ops.is_empty() {
            return;
        }
        if staged.cleared {
            writes.extend([CacheWrite::DeleteSnapshot(scope.clone()), CacheWrite::ClearLog(scope.clone())]);
            changes.snapshots.insert(scope.clone());
        }
        if let Some(bytes) = staged.snapshot {
            writes.push(CacheWrite::PutSnapshot(scope.clone(), bytes));
        }
        let held = (!staged.cleared).then_some(held);
        let page = next_page(&scope, &staged.ops, held, writes);
        if let Some(head) = self.head.scopes.get_mut(&scope) {
            let before = if page.rewritten { 0 } else { head.log_length };
            head.log_length = before + page.length;
            if staged.cleared {
                // The server's own snapshot may be old: asking again before the log doubles would bring the same one.
                head.log_limit = LOG_LIMIT.max(head.log_length.saturating_mul(2));
            }
        }
        if !staged.cleared {
            changes.catalog.insert(scope, staged.ops);
        }
    }
}

struct NextPage {
    rewritten: bool,
    length: usize,
}

/// Adds `ops` to the log: a page more, or the whole log as one page when it has many.
fn next_page(
    scope: &Scope,
    ops: &[Op],
    held: Option<&CacheContents>,
    writes: &mut Vec<CacheWrite>,
) -> NextPage {
    let pages: Vec<u64> = held
        .map(|held| held.log.keys().filter(|(of, _)| of == scope).map(|(_, page)| *page).collect())
        .unwrap_or_default();
    let page = if planted(Bug::LogPagesOutOfOrder) {
        pages.first().map_or(u64::MAX, |first| first - 1)
    } else {
        pages.last().map_or(0, |last| last + 1)
    };
    let rewritten = pages.len() >= PAGES;
    let before = held.filter(|_| rewritten).map(|held| held.log_of(scope));
    let page = if rewritten {
        writes.push(CacheWrite::ClearLog(scope.clone()));
        compacted(scope, page, before.into_iter().flatten().chain(ops))
    } else {
        LogPage { scope: scope.clone(), page, ops: ops.to_vec() }
    };
    let length = page.ops.len();
    if length > 0 {
        writes.push(CacheWrite::PutLog(page));
    }
    NextPage { rewritten: rewritten || held.is_none(), length }
}

/// What the rows of a scope sum to once what is staged is written.
fn rows_after(scope: &Scope, staged: &Staged, held: &CacheContents) -> RowsDigest {
    let mut rows: Map<(&str, &str), u64> = Map::new();
    if !staged.cleared {
        rows.extend(held.rows_of(scope).map(|row| ((row.op.kind.as_str(), row.op.id.as_str()), row.op.seq)));
    }
    for op in &staged.ops {
        let key = (op.kind.as_str(), op.id.as_str());
        if op.body.is_some() {
            rows.insert(key, op.seq);
        } else {
            rows.remove(&key);
        }
    }
    RowsDigest::of(rows.into_iter().map(|((kind, id), seq)| (kind, id, seq)))
}

fn flip_rows(scope: &Scope, staged: Staged, writes: &mut Vec<CacheWrite>) {
    if staged.cleared {
        writes.push(CacheWrite::ClearEntities(scope.clone()));
    }
    for op in staged.ops {
        writes.push(if op.body.is_some() {
            CacheWrite::PutEntity(Entity { scope: scope.clone(), op })
        } else {
            CacheWrite::DeleteEntity(EntityKey { scope: scope.clone(), kind: op.kind, id: op.id })
        });
    }
}

#[cfg(test)]
mod tests;
