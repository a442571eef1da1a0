//! The catalogue on the device: the snapshot's bytes as they came, and a log of what changed since.
//!
//! It is decoded once. A damaged snapshot is not repaired, it is asked again; a change that cannot be read is left out, and
//! does not take the others with it.

use domain::{
    command::hex,
    cycle::OrderCycle,
    json,
    ordered::Map,
    pricing::Terms,
    sorting,
    wire::{Catalog, Op, Scope, snapshot::HubCard},
};
use sha2::{Digest, Sha256};

use crate::cache::{CacheContents, LogPage, SnapshotMark};

/// Below this many changes a log is never traded for a fresh snapshot.
pub const LOG_LIMIT: usize = 500;
/// A log of more pages than this is rewritten as one.
pub const PAGES: usize = 16;

/// The snapshot on the device is not what the server gave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("damaged snapshot: {0}")]
pub struct Damaged(pub String);

/// What a snapshot's bytes must be, as the server announces it.
///
/// # Errors
/// [`Damaged`] when they are not.
pub fn check(bytes: &[u8], mark: &SnapshotMark) -> Result<(), Damaged> {
    if bytes.len() != mark.length {
        return Err(Damaged(format!("{} bytes instead of {}", bytes.len(), mark.length)));
    }
    let found = hex(&Sha256::digest(bytes));
    if found.eq_ignore_ascii_case(&mark.sha256) { Ok(()) } else { Err(Damaged(format!("hash {found}"))) }
}

/// The catalogue of `scope`: the snapshot, then the log. `None` when neither says enough: no price list yet.
///
/// # Errors
/// [`Damaged`] when the snapshot is missing, cut or unreadable.
pub fn assemble(contents: &CacheContents, scope: &Scope) -> Result<Option<Catalog>, Damaged> {
    let Some(head) = contents.head.scopes.get(scope) else { return Ok(None) };
    let mut catalog = match (&head.snapshot, contents.snapshots.get(scope)) {
        (None, _) => founded(contents.log_of(scope)),
        (Some(_), None) => return Err(Damaged("no bytes".into())),
        (Some(mark), Some(bytes)) if bytes.len() == mark.length => {
            Some(Catalog::decode(bytes).map_err(|error| Damaged(error.to_string()))?)
        }
        (Some(_), Some(bytes)) => return Err(Damaged(format!("cut at {} bytes", bytes.len()))),
    };
    if contents.log_of(scope).count() != head.log_length {
        return Err(Damaged("the log is not whole".into()));
    }
    if let Some(catalog) = &mut catalog {
        apply(catalog, contents.log_of(scope));
    }
    Ok(catalog)
}

/// A cache as it was read, its catalogues decoded: that is most of the work of opening a device, and needs nothing else of it.
#[derive(Default)]
pub(crate) struct OpenedCache {
    /// What was read.
    pub(crate) contents: CacheContents,
    /// What [`assemble`] says of each catalogue.
    pub(crate) catalogs: Map<Scope, Result<Option<Catalog>, Damaged>>,
}

impl From<CacheContents> for OpenedCache {
    fn from(contents: CacheContents) -> Self {
        let scopes = contents.head.scopes.keys().filter(|scope| scope.is_catalog());
        let catalogs = scopes.map(|scope| (scope.clone(), assemble(&contents, scope))).collect();
        Self { contents, catalogs }
    }
}

/// A catalogue that came as changes only: it needs its hub, its cycle and its terms.
fn founded<'a>(ops: impl Iterator<Item = &'a Op>) -> Option<Catalog> {
    let (mut hub, mut cycle, mut terms) = (None, None, None);
    for op in ops {
        match (op.kind.as_str(), &op.body) {
            ("hub", Some(body)) => hub = json::of::<HubCard>(body).ok(),
            ("cycle", Some(body)) => cycle = json::of::<OrderCycle>(body).ok(),
            ("terms", Some(body)) => terms = json::of::<Terms>(body).ok(),
            _ => {}
        }
    }
    Some(Catalog::new(hub?, cycle?, terms?, [], Vec::new()))
}

/// Applies changes in order; how many could not be read.
pub fn apply<'a>(catalog: &mut Catalog, ops: impl Iterator<Item = &'a Op>) -> usize {
    ops.filter(|op| catalog.apply(op).is_err()).count()
}

/// Whether a change touches what the search index is made of.
#[must_use]
pub fn touches_texts(op: &Op) -> bool {
    matches!(op.kind.as_str(), "offer" | "producer")
}

/// The log as one page: of several changes of one row the last says it all, since each carries the whole row.
#[must_use]
pub fn compacted<'a>(scope: &Scope, page: u64, ops: impl Iterator<Item = &'a Op>) -> LogPage {
    let mut last: Map<(&str, &str), &Op> = Map::new();
    for op in ops {
        last.insert((&op.kind, &op.id), op);
    }
    let mut ops: Vec<_> = last.into_values().cloned().collect();
    sorting::sort_by_key(&mut ops, |op| op.seq);
    LogPage { scope: scope.clone(), page, ops }
}
