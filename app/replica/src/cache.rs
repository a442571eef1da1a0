//! What the server last told us, as it lies on the device. Disposable: losing it costs one download, never an order.
//!
//! ```text
//! head       one record: generation, where each scope stands, how far the outbox was applied
//! snapshot   a scope's immutable bytes, as they came
//! log        what changed since, page by page, as it came: kinds this build does not know survive
//! entity     the rows of small scopes (orders, tickets, demand, sheets), the last of each
//! ```

use std::fmt;

use domain::{
    enterprise::Role,
    id::{OutboxId, PlaceId},
    json::{
        Unreadable,
        lying::{self, Lying},
    },
    ordered::Map,
    planted::{Bug, planted},
    receipt::Receipt,
    time::Timestamp,
    wire::{Cursor, Me, Op, RowsDigest, Scope},
};
use serde::{Deserialize, Serialize};

/// Letters of an identifier.
const ID: usize = 36;

/// The name of a cache: the version of its layout, and whose it is. A new layout is a new name; the old one is dropped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CacheName(String);

impl CacheName {
    /// The cache of whoever is signed in: the people of one kitchen share theirs.
    #[must_use]
    pub fn of(me: &Me) -> Self {
        Self(match me.role {
            Role::Kitchen { site, .. } => format!("cache-v1-site-{site}"),
            Role::Producer { producer, .. } => format!("cache-v1-prod-{producer}"),
            Role::Hub { .. } | Role::Authority { .. } => format!("cache-v1-user-{}", me.user),
        })
    }

    /// A name kept from before; `None` when it is not a cache of this layout.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.starts_with("cache-v1-").then(|| Self(text.to_owned()))
    }

    /// Whose it is: a place, or a person of none. Every name ends with it.
    #[must_use]
    pub fn whose(&self) -> Option<PlaceId> {
        self.0.get(self.0.len().checked_sub(ID)?..)?.parse().ok()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CacheName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a cache stands. Written with every flip, so that effects and acknowledgements are seen together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CacheHead {
    /// Raised by every flip; 0 for a cache that was never written.
    pub generation: u64,
    /// Where each scope stands.
    #[serde(default)]
    pub scopes: Map<Scope, ScopeHead>,
    /// How far each outbox was applied in this view.
    #[serde(default)]
    pub applied: Map<OutboxId, Applied>,
    /// The server's clock at the last pull that confirmed this view.
    #[serde(default)]
    pub confirmed_at: Option<Timestamp>,
    /// The key all the rest lies under; `None` when it lies open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Where a scope stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeHead {
    /// The last change of its feed that is in the view.
    pub cursor: Cursor,
    /// The snapshot below the log, when there is one.
    #[serde(default)]
    pub snapshot: Option<SnapshotMark>,
    /// Changes in the log.
    #[serde(default)]
    pub log_length: usize,
    /// Above how many changes a fresh snapshot is asked for.
    #[serde(default)]
    pub log_limit: usize,
    /// What the rows of a small scope sum to; `None` for a catalogue.
    #[serde(default)]
    pub rows: Option<RowsDigest>,
}

/// What a snapshot's bytes must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotMark {
    /// Their hash, in hexadecimal.
    pub sha256: String,
    /// How many.
    pub length: usize,
}

/// How far an outbox was applied.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Applied {
    /// The last command whose effects the view contains.
    pub last: u64,
    /// Receipts of commands that still lie in the outbox.
    #[serde(default)]
    pub receipts: Vec<Receipt>,
}

/// A page of changes of one scope, in feed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogPage {
    /// Of which scope.
    pub scope: Scope,
    /// Its place: pages are read by rising number.
    pub page: u64,
    /// The changes.
    pub ops: Vec<Op>,
}

impl LogPage {
    /// Reads a page as it was written. A log is hundreds of changes of a few bytes each: they are read where they lie.
    ///
    /// # Errors
    /// [`Unreadable`] when it is not a page.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let mut lying = Lying::at_the_beginning_of(text);
        let (mut scope, mut page, mut ops) = (None, None, None);
        lying.members(|name, lying| {
            match name {
                "scope" => scope = Some(lying.value()?),
                "page" => page = Some(lying.value()?),
                "ops" => ops = Some(lying.items(read_op)?),
                _ => drop(lying.value()?),
            }
            Ok::<_, Unreadable>(())
        })?;
        lying.end()?;
        Ok(Self {
            scope: lying::field("scope", scope)?,
            page: lying::number(page.ok_or(Unreadable::Missing("page"))?)?,
            ops: ops.ok_or(Unreadable::Missing("ops"))?,
        })
    }
}

#[inline(never)] // see `lying`
fn read_op(lying: &mut Lying<'_>) -> Result<Op, Unreadable> {
    let [seq, kind, id, body] = lying.fields(["seq", "kind", "id", "body"])?;
    Ok(Op {
        seq: lying::number(seq.ok_or(Unreadable::Missing("seq"))?)?,
        kind: lying::field("kind", kind)?,
        id: lying::field("id", id)?,
        body: body.map_or(Ok(None), lying::of)?,
    })
}

/// One row of a small scope, with its place in the feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// Of which scope.
    pub scope: Scope,
    /// The last change of the row; it always has a body.
    pub op: Op,
}

impl Entity {
    /// What identifies it.
    #[must_use]
    pub fn key(&self) -> EntityKey {
        EntityKey { scope: self.scope.clone(), kind: self.op.kind.clone(), id: self.op.id.clone() }
    }
}

/// What identifies a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityKey {
    /// Of which scope.
    pub scope: Scope,
    /// Its kind.
    pub kind: String,
    /// Its identifier within the kind.
    pub id: String,
}

/// Everything a cache holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CacheContents {
    /// Where it stands.
    pub head: CacheHead,
    /// Snapshots by scope.
    pub snapshots: Map<Scope, Vec<u8>>,
    /// Pages by scope and number.
    pub log: Map<(Scope, u64), LogPage>,
    /// Rows.
    pub entities: Map<EntityKey, Entity>,
}

impl CacheContents {
    /// The rows of a scope.
    pub fn rows_of(&self, scope: &Scope) -> impl Iterator<Item = &Entity> {
        self.entities.iter().filter(move |(key, _)| key.scope == *scope).map(|(_, entity)| entity)
    }

    /// The small scopes whose rows are not those that were written.
    #[must_use]
    pub fn damaged_rows(&self) -> Vec<Scope> {
        let sound = |scope: &Scope, wrote: RowsDigest| {
            let rows = self.rows_of(scope);
            RowsDigest::of(rows.map(|row| (row.op.kind.as_str(), row.op.id.as_str(), row.op.seq))) == wrote
        };
        let heads = self.head.scopes.iter();
        let heads = heads.filter(|_| !planted(Bug::DigestIgnored));
        let damaged = heads.filter(|(scope, head)| head.rows.is_some_and(|wrote| !sound(scope, wrote)));
        damaged.map(|(scope, _)| scope.clone()).collect()
    }

    /// The changes of a scope since its snapshot, in feed order.
    pub fn log_of(&self, scope: &Scope) -> impl Iterator<Item = &Op> {
        let range = (scope.clone(), 0)..=(scope.clone(), u64::MAX);
        self.log.range(range).flat_map(|(_, page)| &page.ops)
    }
}

/// One write of a flip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheWrite {
    /// Where the cache stands from now on.
    PutHead(CacheHead),
    /// A scope's snapshot.
    PutSnapshot(Scope, Vec<u8>),
    /// No snapshot of this scope any more.
    DeleteSnapshot(Scope),
    /// A page of changes.
    PutLog(LogPage),
    /// No log of this scope any more.
    ClearLog(Scope),
    /// A row.
    PutEntity(Entity),
    /// No such row any more.
    DeleteEntity(EntityKey),
    /// No rows of this scope any more.
    ClearEntities(Scope),
}

impl CacheContents {
    /// Applies one write, as the device's storage does.
    pub fn apply(&mut self, write: CacheWrite) {
        match write {
            CacheWrite::PutHead(head) => self.head = head,
            CacheWrite::PutSnapshot(scope, bytes) => drop(self.snapshots.insert(scope, bytes)),
            CacheWrite::DeleteSnapshot(scope) => drop(self.snapshots.remove(&scope)),
            CacheWrite::PutLog(page) => drop(self.log.insert((page.scope.clone(), page.page), page)),
            CacheWrite::ClearLog(scope) => self.log.retain(|(of, _), _| *of != scope),
            CacheWrite::PutEntity(entity) => drop(self.entities.insert(entity.key(), entity)),
            CacheWrite::DeleteEntity(key) => drop(self.entities.remove(&key)),
            CacheWrite::ClearEntities(scope) => self.entities.retain(|key, _| key.scope != scope),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn body() -> impl Strategy<Value = Option<serde_json::Value>> {
        prop_oneof![
            Just(None),
            "[a-z\"\\\\é.0-9]{0,6}".prop_map(|text| Some(json!(text))),
            any::<u32>().prop_map(|number| Some(json!({ "n": number, "of": ["a", {}] }))),
        ]
    }

    proptest! {
        #[test]
        fn a_page_reads_back_as_it_was_written(
            scope in "[a-z:é\"]{0,6}",
            page in any::<u64>(),
            ops in prop::collection::vec((any::<u64>(), "[a-z\"]{0,4}", "[a-z\\\\-]{0,4}", body()), 0..5),
        ) {
            let ops = ops.into_iter().map(|(seq, kind, id, body)| Op { seq, kind, id, body }).collect();
            let page = LogPage { scope: Scope(scope), page, ops };
            let text = serde_json::to_string(&page).unwrap();
            prop_assert_eq!(LogPage::read(&text).unwrap(), page);
            let cut = text.char_indices().map(|(at, _)| at).filter(|at| *at > 0);
            prop_assert!(cut.into_iter().all(|at| LogPage::read(&text[..at]).is_err()));
        }
    }
}
