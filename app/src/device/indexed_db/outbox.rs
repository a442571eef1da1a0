//! The outbox database. Every record is a JSON text, so that anything may be added and anybody may read it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use domain::{id::OutboxId, ordered::Map};
use gloo::events::EventListener;
use js_sys::{Array, Promise};
use replica::{
    outbox::{Entry, OutboxContents, Queue, Sent, Write},
    ports::Update,
};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbTransaction};

use super::{
    record::parse,
    strict::{Mode, commit, on_success, transact},
    trouble::{Trouble, within},
};

/// For ever: a version change is the one moment stores can be lost.
pub(super) const VERSION: u32 = 1;
/// For ever too.
pub(super) const STORES: [&str; 3] = ["cmd", "sent", "meta"];

const OPEN_MS: u32 = 4_000;

/// Opens the database, and creates it when it does not exist. `closed` is called should the browser close it by itself.
pub(super) async fn open(name: &str, closed: Option<Rc<dyn Fn()>>) -> Result<IdbDatabase, Trouble> {
    let window = web_sys::window().ok_or_else(|| Trouble::Absent("no window".into()))?;
    let factory = window.indexed_db().map_err(|thrown| Trouble::of(&thrown))?;
    let factory = factory.ok_or_else(|| Trouble::Absent("no IndexedDB".into()))?;
    let opening = factory.open_with_u32(name, VERSION).map_err(|thrown| Trouble::of(&thrown))?;
    let opened = within(OPEN_MS, "open", opened(opening)).await?;
    let database = opened.clone();
    // Another page wants to delete or rebuild it: let it, and open again when needed.
    EventListener::once(&opened, "versionchange", move |_| database.close()).forget();
    if let Some(closed) = closed {
        EventListener::once(&opened, "close", move |_| closed()).forget();
    }
    Ok(opened)
}

async fn opened(opening: IdbOpenDbRequest) -> Result<IdbDatabase, Trouble> {
    let mut listeners = Vec::new();
    let promise = Promise::new(&mut |resolve, reject| {
        for (event, then) in [("success", &resolve), ("error", &reject)] {
            let then = then.clone();
            listeners.push(EventListener::once(&opening, event, move |_| drop(then.call0(&JsValue::NULL))));
        }
    });
    let created = opening.clone();
    let _creation = EventListener::once(&opening, "upgradeneeded", move |_| {
        if let Some(database) = created.result().ok().and_then(|result| result.dyn_into::<IdbDatabase>().ok())
        {
            for store in STORES {
                // One that fails aborts the creation, and the opening says so.
                let _ = database.create_object_store(store);
            }
        }
    });
    let ended = JsFuture::from(promise).await;
    drop(listeners);
    match ended {
        Ok(_) => opening.result().map_err(|thrown| Trouble::of(&thrown)).map(JsCast::unchecked_into),
        Err(_) => Err(Trouble::of_exception(opening.error().ok().flatten())),
    }
}

/// Reads everything in one transaction.
pub(super) async fn read(database: &IdbDatabase) -> Result<OutboxContents, Trouble> {
    let contents = Rc::new(RefCell::new(OutboxContents::default()));
    let failed = Rc::default();
    let into = Rc::clone(&contents);
    let asked = transact(database, &STORES, Mode::Read, |transaction| {
        let read: Then = Box::new(move |all| {
            *into.borrow_mut() = all;
            Ok(())
        });
        with_all(transaction, &failed, read)
    });
    ended(asked.await, &failed)?;
    Ok(contents.take())
}

/// One step on everything, in one transaction. Whether it was taken.
pub(super) async fn rewrite(
    database: &IdbDatabase,
    step: Rc<impl Fn(&OutboxContents) -> Option<Vec<Write>> + 'static>,
) -> Result<bool, Trouble> {
    let taken = Rc::new(Cell::new(false));
    let failed = Rc::default();
    let asked = transact(database, &STORES, Mode::Write, |transaction| {
        let (into, writing) = (Rc::clone(&taken), transaction.clone());
        let write: Then = Box::new(move |all| {
            let writes = step(&all);
            into.set(writes.is_some());
            for write in writes.iter().flatten() {
                issue(&writing, write)?;
            }
            commit(&writing);
            Ok(())
        });
        with_all(transaction, &failed, write)
    });
    ended(asked.await, &failed)?;
    Ok(taken.get())
}

type Then = Box<dyn FnOnce(OutboxContents) -> Result<(), Trouble>>;

/// Reads everything, then calls `then` inside the transaction.
fn with_all(
    transaction: &IdbTransaction,
    failed: &Rc<RefCell<Option<Trouble>>>,
    then: Then,
) -> Result<(), Trouble> {
    let answered = store(transaction, "sent")?.get_all().map_err(|thrown| Trouble::of(&thrown))?;
    with_queue(transaction, failed, move |queue, unreadable| {
        // It was asked for first: it is here.
        let records = answered.result().map_err(|thrown| Trouble::of(&thrown))?;
        let (sent, lost) = read_all::<Sent>(&records);
        let sent = Map::from_iter(sent.into_iter().map(|sent| (sent.entry.key(), sent)));
        then(OutboxContents { queue, sent, unreadable: unreadable + lost })
    })
}

/// One step: read, decide, write, in one transaction.
pub(super) async fn update<T: 'static>(
    database: &IdbDatabase,
    step: Rc<impl Fn(&Queue) -> Update<T> + 'static>,
) -> Result<T, Trouble> {
    let value = Rc::new(RefCell::new(None));
    let failed = Rc::default();
    let asked = transact(database, &STORES, Mode::Write, |transaction| {
        let (into, writing) = (Rc::clone(&value), transaction.clone());
        with_queue(transaction, &failed, move |queue, _| {
            let update = step(&queue);
            for write in &update.writes {
                issue(&writing, write)?;
            }
            *into.borrow_mut() = Some(update.value);
            commit(&writing);
            Ok(())
        })
    });
    ended(asked.await, &failed)?;
    value.take().ok_or_else(|| Trouble::Unreadable("the transaction ended before its step".into()))
}

/// Our own complaint, when it is the reason the transaction was aborted; else the browser's.
fn ended(asked: Result<(), Trouble>, failed: &Rc<RefCell<Option<Trouble>>>) -> Result<(), Trouble> {
    match failed.take() {
        Some(trouble) => Err(trouble),
        None => asked,
    }
}

/// Reads commands and small records, then calls `then` inside the transaction.
fn with_queue(
    transaction: &IdbTransaction,
    failed: &Rc<RefCell<Option<Trouble>>>,
    then: impl FnOnce(Queue, usize) -> Result<(), Trouble> + 'static,
) -> Result<(), Trouble> {
    let all = |name| store(transaction, name)?.get_all().map_err(|thrown| Trouble::of(&thrown));
    let (commands, meta) = (all("cmd")?, all("meta")?);
    let first = commands.clone();
    // Requests of one transaction end in the order they were made: when the second has, so has the first.
    on_success(&meta, transaction, failed, move |records| {
        let (entries, unreadable) =
            read_all::<Entry>(&first.result().map_err(|thrown| Trouble::of(&thrown))?);
        let (meta, _) = read_all::<(String, String)>(&records);
        let commands = Map::from_iter(entries.into_iter().map(|entry| (entry.key(), entry)));
        then(Queue { commands, meta: Map::from_iter(meta), ..Queue::default() }, unreadable)
    });
    Ok(())
}

/// The records this build can read, and how many it cannot.
fn read_all<T: DeserializeOwned>(records: &JsValue) -> (Vec<T>, usize) {
    let records: Vec<_> = Array::from(records).to_vec();
    let total = records.len();
    let read: Vec<T> = records.iter().filter_map(parse).collect();
    let unreadable = total - read.len();
    (read, unreadable)
}

fn store(transaction: &IdbTransaction, name: &str) -> Result<IdbObjectStore, Trouble> {
    transaction.object_store(name).map_err(|thrown| Trouble::of(&thrown))
}

/// Issues the request of one write.
fn issue(transaction: &IdbTransaction, write: &Write) -> Result<(), Trouble> {
    let put = |name, record: JsValue, key: JsValue| {
        store(transaction, name)?.put_with_key(&record, &key).map_err(|thrown| Trouble::of(&thrown))
    };
    let delete =
        |name, key: JsValue| store(transaction, name)?.delete(&key).map_err(|thrown| Trouble::of(&thrown));
    match write {
        Write::PutCommand(entry) => put("cmd", text(entry)?, numbered(entry.outbox, entry.envelope.m)),
        Write::DeleteCommand(outbox, m) => delete("cmd", numbered(*outbox, *m)),
        Write::PutSent(sent) => put("sent", text(sent)?, numbered(sent.entry.outbox, sent.entry.envelope.m)),
        Write::DeleteSent(outbox, m) => delete("sent", numbered(*outbox, *m)),
        Write::PutMeta(name, value) => put("meta", text(&(name, value))?, JsValue::from_str(name)),
        Write::DeleteMeta(name) => delete("meta", JsValue::from_str(name)),
    }
    .map(drop)
}

fn text(record: &impl Serialize) -> Result<JsValue, Trouble> {
    let text = serde_json::to_string(record).map_err(|error| Trouble::Unreadable(error.to_string()))?;
    Ok(JsValue::from_str(&text))
}

/// `[outbox, m]`
#[allow(clippy::cast_precision_loss)] // Numbers stay below 2^53 for the next million years of orders.
fn numbered(outbox: OutboxId, m: u64) -> JsValue {
    Array::of2(&JsValue::from_str(&outbox.to_string()), &JsValue::from_f64(m as f64)).into()
}
