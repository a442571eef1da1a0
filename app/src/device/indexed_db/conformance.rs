//! The suite of storages, told by this page instead of the application: a build of its own, for the browser tests.

use std::{cell::Cell, pin::Pin, rc::Rc};

use domain::wire::Scope;
use js_sys::{Array, Uint8Array};
use replica::{
    cache::{CacheContents, CacheHead, CacheName, CacheWrite},
    outbox::{OutboxContents, Queue, Write},
    ports::{Flipped, Storage, StorageError, Update},
    sealing::Sealer,
    storage::{
        conformance::{self, Broken, UnderKey},
        sealing::Sealing,
    },
    turn::{all, both},
};
use rexie::{Rexie, TransactionMode};
use vault::{Key, Vault};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::{IndexedDb, cache::SNAPSHOT, outbox, trouble::Trouble};
use crate::device::entropy;

/// Tells every story into the page, one line each, then « told ».
pub fn tell() {
    spawn_local(async {
        let mut told = conformance::run(fresh, again).await;
        told.extend(conformance::run(fresh_closed, again_closed).await);
        told.push(("the_outbox_has_its_three_stores_at_version_one", stores().await));
        told.push(("a_handle_that_died_is_opened_again", healed().await));
        told.push(("a_snapshot_as_earlier_builds_laid_it_is_read", whole().await));
        told.push(("many_writes_from_two_tabs_are_all_there", crowded().await));
        let failed = told.iter().filter(|(_, end)| end.is_err()).count();
        for (story, end) in &told {
            say(&line(story, end));
        }
        say(&format!("told: {} stories, {failed} broken", told.len()));
    });
}

fn line(story: &str, end: &Result<(), Broken>) -> String {
    match end {
        Ok(()) => format!("holds: {story}"),
        Err(broken) => format!("broken: {story}: {broken}"),
    }
}

fn say(text: &str) {
    let document = gloo::utils::document();
    if let (Ok(line), Some(body)) = (document.create_element("p"), document.body()) {
        line.set_text_content(Some(text));
        let _ = body.append_child(&line);
    }
}

thread_local! {
    static DEVICES: Cell<u32> = const { Cell::new(0) };
}

/// A device nobody wrote on: names are used once in the life of a profile.
async fn fresh() -> Result<IndexedDb, StorageError> {
    let number = DEVICES.replace(DEVICES.get() + 1);
    Ok(IndexedDb::named(format!("conformance-{}-{number}-", js_sys::Date::now())))
}

async fn again(device: IndexedDb) -> Result<IndexedDb, StorageError> {
    Ok(IndexedDb::named(device.prefix.clone()))
}

/// The same under a key, as on a device whose people have codes.
struct Closed {
    storage: UnderKey<IndexedDb>,
    prefix: String,
    key: Key,
}

async fn closed(prefix: String, key: Key) -> Result<Closed, StorageError> {
    let storage = Sealing::of(IndexedDb::named(prefix.clone()));
    storage.hold(Rc::new(Sealer(Vault::new("conformance", key.clone(), entropy::fill))));
    Ok(Closed { storage: UnderKey::of(storage, "conformance").await?, prefix, key })
}

async fn fresh_closed() -> Result<Closed, StorageError> {
    closed(fresh().await?.prefix, Key::drawn(entropy::fill)).await
}

async fn again_closed(Closed { prefix, key, .. }: Closed) -> Result<Closed, StorageError> {
    closed(prefix, key).await
}

impl Storage for Closed {
    async fn read_outbox(&self) -> Result<OutboxContents, StorageError> {
        self.storage.read_outbox().await
    }
    async fn update_outbox<T: 'static>(
        &self,
        step: impl Fn(&Queue) -> Update<T> + 'static,
    ) -> Result<T, StorageError> {
        self.storage.update_outbox(step).await
    }
    async fn rewrite_outbox(
        &self,
        step: impl Fn(&OutboxContents) -> Option<Vec<Write>> + 'static,
    ) -> Result<bool, StorageError> {
        self.storage.rewrite_outbox(step).await
    }
    async fn read_cache(&self, name: &CacheName) -> Result<CacheContents, StorageError> {
        self.storage.read_cache(name).await
    }
    async fn flip_cache(
        &self,
        name: &CacheName,
        expected: u64,
        writes: Vec<CacheWrite>,
    ) -> Result<Flipped, StorageError> {
        self.storage.flip_cache(name, expected, writes).await
    }
    async fn delete_cache(&self, name: &CacheName) -> Result<(), StorageError> {
        self.storage.delete_cache(name).await
    }
}

fn holds(condition: bool, sentence: &'static str) -> Result<(), Broken> {
    if condition { Ok(()) } else { Err(Broken::Sentence(sentence)) }
}

async fn stores() -> Result<(), Broken> {
    let device = fresh().await?;
    device.read_outbox().await?;
    let open = device.outbox.borrow().clone().ok_or(Broken::Sentence("it is open"))?;
    let names: Vec<_> =
        Array::from(&open.object_store_names()).iter().filter_map(|name| name.as_string()).collect();
    let mut expected = outbox::STORES;
    expected.sort_unstable();
    holds(names == expected, "exactly cmd, meta and sent")?;
    holds(open.version().to_bits() == f64::from(outbox::VERSION).to_bits(), "at version 1")
}

fn note(number: u32) -> Write {
    Write::PutMeta(format!("note/{number}"), number.to_string())
}

async fn healed() -> Result<(), Broken> {
    let device = fresh().await?;
    let name = CacheName::parse("cache-v1-healed").ok_or(Broken::Sentence("a cache name"))?;
    device.update_outbox(|_| Update { writes: vec![note(1)], value: () }).await?;
    let head = |generation| vec![CacheWrite::PutHead(CacheHead { generation, ..CacheHead::default() })];
    device.flip_cache(&name, 0, head(1)).await?;
    // As a browser that lost its storage process: the handles at hand are dead and do not say so.
    if let Some(open) = device.outbox.borrow().as_ref() {
        open.close();
    }
    device.update_outbox(|_| Update { writes: vec![note(2)], value: () }).await?;
    holds(device.read_outbox().await?.queue.meta.len() == 2, "both notes are there")?;
    // Deleting a cache makes every tab close it.
    IndexedDb::named(device.prefix.clone()).delete_cache(&name).await?;
    let flipped = device.flip_cache(&name, 0, head(1)).await?;
    holds(flipped == Flipped::Done, "a cache another tab deleted is made anew")
}

/// Builds of before laid a snapshot down whole, under its scope; and see ours as one that was cut, which they ask for again.
async fn whole() -> Result<(), Broken> {
    let device = fresh().await?;
    let name = CacheName::parse("cache-v1-whole").ok_or(Broken::Sentence("a cache name"))?;
    let scope = Scope("cat:a".to_owned());
    let bytes = vec![7_u8; 200_000];
    device.flip_cache(&name, 0, vec![CacheWrite::PutSnapshot(scope.clone(), bytes.clone())]).await?;
    let database = device.cache(&name).await.map_err(StorageError::from)?;
    let key = JsValue::from_str(&scope.0);
    holds(lying_under(&database, &key).await?.is_some_and(|length| length < 200_000), "they see it cut")?;
    device.flip_cache(&name, 0, vec![CacheWrite::DeleteSnapshot(scope.clone())]).await?;
    holds(lying_under(&database, &key).await?.is_none(), "nothing is left for them")?;
    let record: JsValue = Array::of2(&key, &Uint8Array::from(bytes.as_slice())).into();
    let put = async || {
        let transaction = database.transaction(&[SNAPSHOT], TransactionMode::ReadWrite)?;
        transaction.store(SNAPSHOT)?.put(&record, Some(&key)).await?;
        transaction.done().await.map(drop)
    };
    put().await.map_err(|error| StorageError::from(Trouble::from(error)))?;
    let read = device.read_cache(&name).await?;
    holds(read.snapshots.get(&scope) == Some(&bytes), "theirs is read")
}

/// How many bytes a build of before finds.
async fn lying_under(database: &Rexie, key: &JsValue) -> Result<Option<u32>, StorageError> {
    let get = async || {
        let transaction = database.transaction(&[SNAPSHOT], TransactionMode::ReadOnly)?;
        transaction.store(SNAPSHOT)?.get(key.clone()).await
    };
    let record = get().await.map_err(|error| StorageError::from(Trouble::from(error)))?;
    Ok(record.map(|record| Array::from(&record).get(1).unchecked_into::<Uint8Array>().length()))
}

async fn burst(device: &IndexedDb, from: u32) -> Vec<Result<(), StorageError>> {
    let writes = (from..from + 20).map(|number| {
        let write = move |_: &Queue| Update { writes: vec![note(number)], value: () };
        Box::pin(device.update_outbox(write)) as Pin<Box<dyn Future<Output = _>>>
    });
    all(writes.collect()).await
}

async fn crowded() -> Result<(), Broken> {
    let one = fresh().await?;
    let two = again(IndexedDb::named(one.prefix.clone())).await?;
    let (first, second) = both(burst(&one, 0), burst(&two, 100)).await;
    first.into_iter().chain(second).collect::<Result<Vec<()>, StorageError>>()?;
    holds(one.read_outbox().await?.queue.meta.len() == 40, "forty notes")
}
