//! Plan, then apply: what a page of changes asks for, decided without touching anything.

use domain::{
    id::OutboxId,
    planted::{Bug, planted},
    receipt::Receipt,
    wire::{Cursor, Op, PullAnswer, Scope, ScopePatch},
};

use crate::cache::{CacheHead, SnapshotMark};

/// One thing to do, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Throw away what is held of a scope.
    Clear(Scope),
    /// Fetch a snapshot's bytes, check them, keep them.
    Download {
        /// Of which scope.
        scope: Scope,
        /// From where.
        url: String,
        /// What they must be; their length is known once they are here.
        sha256: String,
    },
    /// Apply changes.
    Apply(Scope, Vec<Op>),
    /// Stand there from now on.
    Stand(Scope, Cursor),
    /// The rows of a scope sum to this on the server.
    Compare(Scope, String),
    /// No right to this scope any more: nothing of it stays on this device.
    Forget(Scope),
    /// The server applied the outbox up to there, and answered this.
    Acknowledge {
        /// Which outbox.
        outbox: OutboxId,
        /// How far.
        last: u64,
        /// Its answers.
        receipts: Vec<Receipt>,
    },
    /// The page set goes on: ask again from where we stand.
    Continue,
}

/// The outbox a pull asked about, and how far its word about it can be taken.
///
/// Numbers say nothing of contents: on a copied database, number 4 here and number 4 there are two orders. Only a push
/// compares hashes. So an acknowledgement counts up to the last number this device has pushed itself, and no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Which outbox.
    pub outbox: OutboxId,
    /// The last number whose contents the server compared with ours.
    pub compared: u64,
}

/// What `page` asks for, seen from `local`.
#[must_use]
pub fn plan(local: &CacheHead, asked: Option<Asked>, page: &PullAnswer) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut more = false;
    for (scope, patch) in &page.scopes {
        more |= plan_scope(local, scope, patch, &mut steps);
    }
    steps.extend(page.rows.iter().map(|(scope, told)| Step::Compare(scope.clone(), told.clone())));
    if let Some(Asked { outbox, compared }) = asked {
        let last =
            if planted(Bug::NumbersBelieved) { page.outbox_last } else { page.outbox_last.min(compared) };
        let receipts = page.receipts.iter().filter(|receipt| receipt.m <= last).cloned().collect();
        steps.push(Step::Acknowledge { outbox, last, receipts });
    }
    if more {
        steps.push(Step::Continue);
    }
    steps
}

/// Plans one scope; whether there is more to ask.
fn plan_scope(local: &CacheHead, scope: &Scope, patch: &ScopePatch, steps: &mut Vec<Step>) -> bool {
    let held = local.scopes.get(scope).map(|head| head.cursor);
    match patch {
        ScopePatch::Delta { ops, cursor, more } => match held {
            // Changes of another life of the server's store, or a step back: they do not fit what is held. Start over.
            Some(held)
                if (held.epoch != cursor.epoch && !planted(Bug::EpochIgnored)) || cursor.seq < held.seq =>
            {
                steps.push(Step::Clear(scope.clone()));
                true
            }
            _ => {
                let seen = held.map_or(0, |held| held.seq);
                let told = |op: &&Op| op.seq > seen && (op.body.is_some() || !planted(Bug::DeletedRowsKept));
                let new: Vec<_> = ops.iter().filter(told).cloned().collect();
                let stuck = *more && new.is_empty() && held == Some(*cursor);
                if !new.is_empty() {
                    steps.push(Step::Apply(scope.clone(), new));
                }
                if held != Some(*cursor) {
                    steps.push(Step::Stand(scope.clone(), *cursor));
                }
                *more && !stuck
            }
        },
        ScopePatch::Snapshot { url, sha256, cursor } => {
            let (url, sha256) = (url.clone(), sha256.clone());
            steps.push(Step::Clear(scope.clone()));
            steps.push(Step::Download { scope: scope.clone(), url, sha256 });
            steps.push(Step::Stand(scope.clone(), *cursor));
            true
        }
        ScopePatch::Reset { ops, cursor, more } => {
            if !planted(Bug::ResetKeepsOldRows) {
                steps.push(Step::Clear(scope.clone()));
            }
            steps.push(Step::Apply(scope.clone(), ops.clone()));
            steps.push(Step::Stand(scope.clone(), *cursor));
            *more
        }
        ScopePatch::Forbidden => {
            steps.push(Step::Forget(scope.clone()));
            false
        }
    }
}

impl SnapshotMark {
    /// What `bytes` must be to be the snapshot of hash `sha256`.
    #[must_use]
    pub fn of(sha256: &str, bytes: &[u8]) -> Self {
        Self { sha256: sha256.to_owned(), length: bytes.len() }
    }
}

#[cfg(test)]
mod tests {

    use domain::ordered::Map;
    use domain::time::Timestamp;

    use super::*;
    use crate::cache::ScopeHead;

    fn scope() -> Scope {
        Scope("site:x".into())
    }

    fn at(epoch: u64, seq: u64) -> Cursor {
        Cursor { epoch, seq }
    }

    fn standing(cursor: Cursor) -> CacheHead {
        let head = ScopeHead { cursor, snapshot: None, log_length: 0, log_limit: 0, rows: None };
        CacheHead { scopes: Map::from([(scope(), head)]), ..CacheHead::default() }
    }

    fn op(seq: u64) -> Op {
        Op { seq, kind: "order".into(), id: seq.to_string(), body: Some(serde_json::json!({})) }
    }

    fn planned(local: &CacheHead, patch: ScopePatch) -> Vec<Step> {
        let scopes = Map::from([(scope(), patch)]);
        plan(
            local,
            None,
            &PullAnswer {
                server_time: Timestamp(0),
                scopes,
                outbox_last: 0,
                receipts: Vec::new(),
                rows: Map::new(),
            },
        )
    }

    #[test]
    fn changes_already_seen_are_not_applied_twice() {
        let delta = ScopePatch::Delta { ops: vec![op(4), op(5), op(6)], cursor: at(1, 6), more: false };
        let steps = planned(&standing(at(1, 5)), delta);
        assert_eq!(steps, [Step::Apply(scope(), vec![op(6)]), Step::Stand(scope(), at(1, 6))]);
    }

    #[test]
    fn nothing_new_is_nothing_to_do() {
        let delta = ScopePatch::Delta { ops: Vec::new(), cursor: at(1, 5), more: false };
        assert_eq!(planned(&standing(at(1, 5)), delta.clone()), []);
        let lie = ScopePatch::Delta { ops: Vec::new(), cursor: at(1, 5), more: true };
        assert_eq!(
            planned(&standing(at(1, 5)), lie),
            [],
            "a server that promises more and gives nothing is not asked for ever"
        );
    }

    #[test]
    fn changes_of_another_life_of_the_server_start_the_scope_over() {
        let delta = ScopePatch::Delta { ops: vec![op(2)], cursor: at(2, 2), more: false };
        assert_eq!(planned(&standing(at(1, 5)), delta), [Step::Clear(scope()), Step::Continue]);
        let back = ScopePatch::Delta { ops: Vec::new(), cursor: at(1, 3), more: false };
        assert_eq!(planned(&standing(at(1, 5)), back), [Step::Clear(scope()), Step::Continue]);
    }

    #[test]
    fn a_snapshot_is_followed_by_what_came_after_it() {
        let snapshot = ScopePatch::Snapshot { url: "/s".into(), sha256: "ab".into(), cursor: at(1, 9) };
        let steps = planned(&CacheHead::default(), snapshot);
        let download = Step::Download { scope: scope(), url: "/s".into(), sha256: "ab".into() };
        assert_eq!(steps, [Step::Clear(scope()), download, Step::Stand(scope(), at(1, 9)), Step::Continue]);
    }

    #[test]
    fn an_acknowledgement_counts_only_for_what_was_compared() {
        let outbox = OutboxId(uuid::Uuid::nil());
        let page = PullAnswer {
            server_time: Timestamp(0),
            scopes: Map::new(),
            outbox_last: 9,
            receipts: Vec::new(),
            rows: Map::new(),
        };
        let steps = plan(&CacheHead::default(), Some(Asked { outbox, compared: 3 }), &page);
        assert_eq!(steps, [Step::Acknowledge { outbox, last: 3, receipts: Vec::new() }]);
    }

    #[test]
    fn a_lost_right_leaves_nothing() {
        assert_eq!(planned(&standing(at(1, 5)), ScopePatch::Forbidden), [Step::Forget(scope())]);
    }
}
