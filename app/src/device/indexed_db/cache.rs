//! The cache databases, by rexie.

use std::pin::Pin;

use domain::json;
use js_sys::{Array, Uint8Array};
use replica::{
    cache::{CacheContents, CacheHead, CacheWrite, Entity, EntityKey, LogPage},
    ports::{Flipped, StorageError},
    turn::{all, both},
};
use rexie::{KeyRange, ObjectStore, Rexie, Store, Transaction, TransactionMode, TransactionResult};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};

use super::trouble::{Trouble, within};

const STORES: [&str; 4] = ["head", "snapshot", "log", "entity"];
const HEAD: &str = "head";

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
    for record in snapshots {
        let pair: &Array = record.unchecked_ref();
        if let (Some(scope), Ok(bytes)) = (pair.get(0).as_string(), pair.get(1).dyn_into::<Uint8Array>()) {
            contents.snapshots.insert(domain::wire::Scope(scope), bytes.to_vec());
        }
    }
    let pages = log.iter().filter_map(|record| LogPage::read(&record.as_string()?).ok());
    pages.for_each(|page| contents.apply(CacheWrite::PutLog(page)));
    entities
        .iter()
        .filter_map(parse::<Entity>)
        .for_each(|entity| contents.apply(CacheWrite::PutEntity(entity)));
    Ok(contents)
}

fn parse<T: DeserializeOwned>(record: &JsValue) -> Option<T> {
    json::read(record.as_string()?.as_bytes()).ok()
}

/// A write, ready to be issued: nothing is computed while a transaction is open.
pub(super) enum Request {
    Put { store: &'static str, key: JsValue, record: JsValue },
    Delete { store: &'static str, key: JsValue },
}

/// Prepares the writes of a flip.
pub(super) fn encode(writes: &[CacheWrite]) -> Result<Vec<Request>, StorageError> {
    writes.iter().map(|write| request(write).map_err(StorageError::from)).collect()
}

fn request(write: &CacheWrite) -> Result<Request, Trouble> {
    Ok(match write {
        CacheWrite::PutHead(head) => Request::Put { store: HEAD, key: HEAD.into(), record: text(head)? },
        CacheWrite::PutSnapshot(scope, bytes) => {
            let bytes = Uint8Array::from(bytes.as_slice());
            let record = Array::of2(&JsValue::from_str(&scope.0), &bytes).into();
            Request::Put { store: "snapshot", key: JsValue::from_str(&scope.0), record }
        }
        CacheWrite::DeleteSnapshot(scope) => {
            Request::Delete { store: "snapshot", key: JsValue::from_str(&scope.0) }
        }
        CacheWrite::PutLog(page) => {
            Request::Put { store: "log", key: key(&[&page.scope.0], Some(page.page)), record: text(page)? }
        }
        CacheWrite::ClearLog(scope) => Request::Delete { store: "log", key: everything_of(&scope.0)? },
        CacheWrite::PutEntity(entity) => {
            Request::Put { store: "entity", key: entity_key(&entity.key()), record: text(entity)? }
        }
        CacheWrite::DeleteEntity(of) => Request::Delete { store: "entity", key: entity_key(of) },
        CacheWrite::ClearEntities(scope) => {
            Request::Delete { store: "entity", key: everything_of(&scope.0)? }
        }
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
