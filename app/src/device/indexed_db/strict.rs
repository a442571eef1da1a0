//! The thin binding: a strictly durable transaction, and the one event that means success.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo::{events::EventListener, utils::document};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbRequest, IdbTransaction};

use super::trouble::{Trouble, within};

/// A write of a few kilobytes; a frozen tab may hold the store, never for ever.
const TRANSACTION_MS: u32 = 10_000;

#[wasm_bindgen]
extern "C" {
    type WithOptions;

    /// `IDBDatabase.transaction` with its third argument, which web-sys keeps for unstable builds.
    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &WithOptions,
        stores: &JsValue,
        mode: &str,
        options: &JsValue,
    ) -> Result<IdbTransaction, JsValue>;

    type Committing;

    #[wasm_bindgen(method, catch)]
    fn commit(this: &Committing) -> Result<(), JsValue>;
}

/// How a transaction is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Nothing is written.
    Read,
    /// What is written survives a power cut, as far as the device keeps its word.
    Write,
}

/// Opens a transaction, lets `requests` issue every request of it, and waits for *complete*.
///
/// `requests` runs in one go and must not wait; what follows from a request's result belongs in [`on_success`].
pub(super) async fn transact(
    database: &IdbDatabase,
    stores: &[&str],
    mode: Mode,
    requests: impl FnOnce(&IdbTransaction) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    while FROZEN.get() {
        TimeoutFuture::new(THAW_MS).await;
    }
    let names: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
    let options = Object::new();
    if mode == Mode::Write {
        Reflect::set(&options, &"durability".into(), &"strict".into())
            .map_err(|thrown| Trouble::of(&thrown))?;
    }
    let mode = if mode == Mode::Write { "readwrite" } else { "readonly" };
    let opener: &WithOptions = database.unchecked_ref();
    let transaction = opener.transaction(&names, mode, &options).map_err(|thrown| Trouble::of(&thrown))?;
    let _held = Held::new(&transaction);
    let ended = end_of(&transaction);
    if let Err(trouble) = requests(&transaction) {
        // Nothing of it must stay. Already aborted: so much the better.
        let _ = transaction.abort();
        return Err(trouble);
    }
    within(TRANSACTION_MS, "a transaction", ended).await
}

thread_local! {
    /// The transactions this page has open.
    static OPEN: RefCell<Vec<IdbTransaction>> = const { RefCell::new(Vec::new()) };
    /// Between the browser's « freeze » and its « resume ».
    static FROZEN: Cell<bool> = const { Cell::new(false) };
}

/// How often a page that is about to freeze, or was just thawed, looks whether it may go on.
const THAW_MS: u32 = 50;

/// Has the transactions that are open aborted when the browser freezes this page: frozen, it would never end them, and
/// every other tab would wait for it, even to start. An aborted step is taken again when the page goes on, not before: a
/// page has a last moment between being told and being frozen.
pub(super) fn let_go_when_frozen() {
    EventListener::new(&document(), "resume", |_| FROZEN.set(false)).forget();
    EventListener::new(&document(), "freeze", |_| {
        FROZEN.set(true);
        for transaction in OPEN.take() {
            // One that is committed ends without this page: so much the better.
            let _ = transaction.abort();
        }
    })
    .forget();
}

/// Counts a transaction among those that are open, for as long as somebody waits for it.
struct Held(IdbTransaction);

impl Held {
    fn new(transaction: &IdbTransaction) -> Self {
        OPEN.with_borrow_mut(|open| open.push(transaction.clone()));
        Self(transaction.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        OPEN.with_borrow_mut(|open| open.retain(|transaction| !Object::is(transaction, &self.0)));
    }
}

/// Becomes `Ok` on *complete*, and on nothing else. Listens from now on, not from the first poll.
fn end_of(transaction: &IdbTransaction) -> impl Future<Output = Result<(), Trouble>> + use<> {
    let mut listeners = Vec::new();
    let promise = Promise::new(&mut |resolve, reject| {
        for (event, then) in [("complete", &resolve), ("abort", &reject)] {
            let then = then.clone();
            listeners
                .push(EventListener::once(transaction, event, move |_| drop(then.call0(&JsValue::NULL))));
        }
    });
    let transaction = transaction.clone();
    async move {
        let ended = JsFuture::from(promise).await;
        drop(listeners);
        ended.map(drop).map_err(|_| Trouble::of_exception(transaction.error()))
    }
}

/// Ends the transaction now, without waiting for the browser to notice that nothing more comes.
pub(super) fn commit(transaction: &IdbTransaction) {
    let committing: &Committing = transaction.unchecked_ref();
    // Old engines have no commit: theirs comes by itself.
    let _ = committing.commit();
}

/// Calls `then` with what a request gave, inside the transaction. Its error aborts the transaction.
pub(super) fn on_success(
    request: &IdbRequest,
    transaction: &IdbTransaction,
    failed: &Rc<RefCell<Option<Trouble>>>,
    then: impl FnOnce(JsValue) -> Result<(), Trouble> + 'static,
) {
    let (transaction, failed, asked) = (transaction.clone(), Rc::clone(failed), request.clone());
    EventListener::once(request, "success", move |_| {
        let done = asked.result().map_err(|thrown| Trouble::of(&thrown)).and_then(then);
        if let Err(trouble) = done {
            *failed.borrow_mut() = Some(trouble);
            let _ = transaction.abort();
        }
    })
    .forget();
}
