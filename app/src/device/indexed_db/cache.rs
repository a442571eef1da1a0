//! The cache databases, by rexie.

use std::pin::Pin;

use domain::{ordered::Map, wire::Scope};
use js_sys::{Array, Uint8Array};
use replica::{
    cache::{CacheContents, CacheHead, CacheWrite, Entity, EntityKey, LogPage},
    ports::{Flipped, StorageError},
    turn::{all, both},
};
use rexie::{KeyRange, ObjectStore, Rexie, Store, Transaction, TransactionMode, TransactionResult};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

use super::{
    record::{parse, text_of},
    trouble::{Trouble, within},
};

const STORES: [&str; 4] = [HEAD, SNAPSHOT, "log", "entity"];
const HEAD: &str = "head";
pub(super) const SNAPSHOT: &str = "snapshot";

/// A snapshot lies in pieces of this many bytes. Chromium keeps a record of 64 KiB or more in a file of its own, which a
/// page that starts, and waits for its list, has milliseconds after all the rest.
const PIECE: usize = 60 * 1024;

const OPEN_MS: u32 = 4_000;
const TRANSACTION_MS: u32 = 20_000;

/// Opens a cache, and creates it when it does not exist.
pub(super) async fn open(name: &str) -> Result<Rexie, Trouble> {
    let builder = Rexie::builder(name).version(1);
    let builder =
        STORES.iter().fold(builder, |builder, store| builder.add_object_store(ObjectStore::new(store)));
    within(OPEN_MS, "open", async { Ok(builder.build().await?) }).await
}

/// Deletes a cache, if no other tab minds.
pub(super) async fn delete(name: &str) {
    // Blocked by another tab, it goes when that tab lets go; it is empty already.
    let _ = within(OPEN_MS, "a deletion", async { Ok(Rexie::delete(name).await?) }).await;
}

/// Reads everything in one transaction, all requests at once.
pub(super) async fn read(database: &Rexie) -> Result<CacheContents, Trouble> {
    let transaction = database.transaction(&STORES, TransactionMode::ReadOnly)?;
    let stores: Vec<Store> = STORES.iter().map(|name| transaction.store(name)).collect::<Result<_, _>>()?;
    let requests =
        stores.iter().map(|store| Box::pin(store.get_all(None, None)) as Pin<Box<dyn Future<Output = _>>>);
    let records = within(TRANSACTION_MS, "a read", async { Ok(all(requests.collect()).await) }).await?;
    let records: Vec<Vec<JsValue>> = records.into_iter().collect::<Result<_, _>>()?;
    let mut contents = CacheContents::default();
    let [head, snapshots, log, entities] = records.as_slice() else {
        return Err(Trouble::Unreadable("four stores were asked for".into()));
    };
    // A head that cannot be read leaves an empty cache: it is downloaded again.
    contents.head = head.first().and_then(parse).unwrap_or_default();
    contents.snapshots = put_together(snapshots.iter().filter_map(piece));
    let pages = log.iter().filter_map(|record| LogPage::read(&text_of(record)?).ok());
    pages.for_each(|page| contents.apply(CacheWrite::PutLog(page)));
    entities
        .iter()
        .filter_map(parse::<Entity>)
        .for_each(|entity| contents.apply(CacheWrite::PutEntity(entity)));
    Ok(contents)
}

/// Snapshots of the pieces that follow one another.
fn put_together(pieces: impl Iterator<Item = (Scope, Uint8Array)>) -> Map<Scope, Vec<u8>> {
    let mut snapshots: Map<Scope, Vec<u8>> = Map::new();
    for (scope, piece) in pieces {
        let mut bytes = snapshots.remove(&scope).unwrap_or_default();
        let from = bytes.len();
        bytes.resize(from + piece.length() as usize, 0);
        piece.copy_to(&mut bytes[from..]);
        snapshots.insert(scope, bytes);
    }
    snapshots
}

/// A piece of a snapshot. They come in the order of their keys: the first under the scope, the others numbered.
fn piece(record: &JsValue) -> Option<(Scope, Uint8Array)> {
    let pair: &Array = record.unchecked_ref();
    Some((Scope(pair.get(0).as_string()?), pair.get(1).dyn_into().ok()?))
}

/// A write, ready to be issued: nothing is computed while a transaction is open.
pub(super) enum Request {
    Put { store: &'static str, key: JsValue, record: JsValue },
    Delete { store: &'static str, key: JsValue },
}

/// Prepares the writes of a flip.
pub(super) fn encode(writes: &[CacheWrite]) -> Result<Vec<Request>, StorageError> {
    let mut all = Vec::with_capacity(writes.len());
    for write in writes {
        all.extend(requests(write)?);
    }
    Ok(all)
}

/// The first piece has the scope for its key, where earlier builds look for the whole.
fn pieces(scope: &Scope, bytes: &[u8]) -> impl Iterator<Item = Request> {
    bytes.chunks(PIECE).enumerate().map(|(number, piece)| {
        let name = JsValue::from_str(&scope.0);
        let record = Array::of2(&name, &Uint8Array::from(piece)).into();
        let key = if number == 0 { name } else { key(&[&scope.0], Some(number as u64)) };
        Request::Put { store: SNAPSHOT, key, record }
    })
}

fn no_pieces(scope: &Scope) -> Result<[Request; 2], Trouble> {
    let delete = |key| Request::Delete { store: SNAPSHOT, key };
    Ok([delete(JsValue::from_str(&scope.0)), delete(everything_of(&scope.0)?)])
}

fn requests(write: &CacheWrite) -> Result<Vec<Request>, Trouble> {
    let put = |store, key, record| vec![Request::Put { store, key, record }];
    let delete = |store, key| vec![Request::Delete { store, key }];
    Ok(match write {
        CacheWrite::PutHead(head) => put(HEAD, HEAD.into(), text(head)?),
        CacheWrite::PutSnapshot(scope, bytes) => {
            no_pieces(scope)?.into_iter().chain(pieces(scope, bytes)).collect()
        }
        CacheWrite::DeleteSnapshot(scope) => no_pieces(scope)?.into(),
        CacheWrite::PutLog(page) => put("log", key(&[&page.scope.0], Some(page.page)), text(page)?),
        CacheWrite::ClearLog(scope) => delete("log", everything_of(&scope.0)?),
        CacheWrite::PutEntity(entity) => put("entity", entity_key(&entity.key()), text(entity)?),
        CacheWrite::DeleteEntity(of) => delete("entity", entity_key(of)),
        CacheWrite::ClearEntities(scope) => delete("entity", everything_of(&scope.0)?),
    })
}

fn entity_key(of: &EntityKey) -> JsValue {
    key(&[&of.scope.0, &of.kind, &of.id], None)
}

/// An array key. Arrays compare part by part: no scope is taken for the beginning of another.
#[allow(clippy::cast_precision_loss)] // Pages of a log stay far below 2^53.
fn key(parts: &[&str], number: Option<u64>) -> JsValue {
    let key: Array = parts.iter().map(|part| JsValue::from_str(part)).collect();
    if let Some(number) = number {
        key.push(&JsValue::from_f64(number as f64));
    }
    key.into()
}

/// The range of all keys that begin with `scope`: an array sorts after every number and text.
fn everything_of(scope: &str) -> Result<JsValue, Trouble> {
    let first: JsValue = Array::of1(&JsValue::from_str(scope)).into();
    let last: JsValue = Array::of2(&JsValue::from_str(scope), &Array::new()).into();
    let range = KeyRange::bound(&first, &last, None, None);
    range.map(JsValue::from).map_err(|error| Trouble::from(rexie::Error::from(error)))
}

fn text(record: &impl Serialize) -> Result<JsValue, Trouble> {
    let text = serde_json::to_string(record).map_err(|error| Trouble::Unreadable(error.to_string()))?;
    Ok(JsValue::from_str(&text))
}

/// Writes a new view, unless the cache has moved on. The only thing awaited inside is the head's own request.
pub(super) async fn flip(database: &Rexie, expected: u64, requests: &[Request]) -> Result<Flipped, Trouble> {
    let transaction = database.transaction(&STORES, TransactionMode::ReadWrite)?;
    let head = transaction.store(HEAD)?.get(HEAD.into()).await?;
    let head: CacheHead = head.as_ref().and_then(parse).unwrap_or_default();
    if head.generation != expected {
        return Ok(Flipped::Stale);
    }
    write(transaction, requests).await?;
    Ok(Flipped::Done)
}

/// Empties every store.
pub(super) async fn empty(database: &Rexie) -> Result<(), Trouble> {
    let transaction = database.transaction(&STORES, TransactionMode::ReadWrite)?;
    let stores: Vec<Store> = STORES.iter().map(|name| transaction.store(name)).collect::<Result<_, _>>()?;
    let requests =
        stores.iter().map(|store| Box::pin(store.clear()) as Pin<Box<dyn Future<Output = _>>>).collect();
    committed(transaction, requests).await
}

async fn write(transaction: Transaction, requests: &[Request]) -> Result<(), Trouble> {
    let stores: Vec<Store> = STORES.iter().map(|name| transaction.store(name)).collect::<Result<_, _>>()?;
    let of = |name: &str| stores.iter().zip(STORES).find(|(_, known)| *known == name).map(|(store, _)| store);
    let mut issued: Vec<Pin<Box<dyn Future<Output = rexie::Result<()>> + '_>>> =
        Vec::with_capacity(requests.len());
    for request in requests {
        match request {
            Request::Put { store, key, record } => {
                let Some(store) = of(store) else { continue };
                issued.push(Box::pin(async move { store.put(record, Some(key)).await.map(drop) }));
            }
            Request::Delete { store, key } => {
                let Some(store) = of(store) else { continue };
                issued.push(Box::pin(async move { store.delete(key.clone()).await }));
            }
        }
    }
    committed(transaction, issued).await
}

/// Issues all requests without a pause, listening for the end from the same moment, and takes only *committed* for success.
async fn committed(
    transaction: Transaction,
    requests: Vec<Pin<Box<dyn Future<Output = rexie::Result<()>> + '_>>>,
) -> Result<(), Trouble> {
    let work = async {
        let (each, end) = both(all(requests), transaction.done()).await;
        let end = end?;
        if end == TransactionResult::Committed {
            return Ok(());
        }
        // The request that failed knows why; the transaction only knows that.
        each.into_iter().collect::<Result<Vec<()>, _>>()?;
        Err(Trouble::of_exception(None))
    };
    within(TRANSACTION_MS, "a transaction", work).await
}
