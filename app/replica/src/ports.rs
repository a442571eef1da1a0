//! What the replica asks of the world. The browser answers in `app/src/device`, the tests in memory.
//!
//! Nothing here is `Send`: a tablet has one thread, and a future that crosses threads would only make the browser's
//! storage harder to hold right.

use std::future::{Future, ready};

use domain::time::Timestamp;
use uuid::Uuid;

use crate::{
    cache::{CacheContents, CacheName, CacheWrite},
    forgotten::Rewriting,
    outbox::{OutboxContents, Queue, Write},
};

/// Why the device could not keep or give back something. The text is the device's own words (a DOMException's name and
/// message), for a field report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// No room left.
    #[error("no room left: {0}")]
    Full(String),
    /// Another tab keeps the database from opening.
    #[error("kept from opening by another tab: {0}")]
    Blocked(String),
    /// The browser has no storage to offer, or refuses it to this page.
    #[error("no storage here: {0}")]
    Unavailable(String),
    /// The connection died and did not come back.
    #[error("connection lost: {0}")]
    Lost(String),
    /// A record is there but cannot be read.
    #[error("unreadable record: {0}")]
    Unreadable(String),
    /// What was to be written must lie under a key that is not here: another page of this device had it locked, or opened,
    /// since. Nothing was written; what lies on the device has to be read again.
    #[error("locked by another page")]
    Locked,
    /// Anything else.
    #[error("storage failed: {0}")]
    Failed(String),
}

/// What a step on the outbox writes, and what it tells its caller.
#[derive(Debug)]
pub struct Update<T> {
    /// Written together, or not at all.
    pub writes: Vec<Write>,
    /// Given back once they are durable.
    pub value: T,
}

/// Whether a flip took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flipped {
    /// The cache shows the new view.
    Done,
    /// Another tab flipped first: nothing was written.
    Stale,
}

/// The device's memory: an outbox that is never thrown away, and caches that may be at any time.
///
/// A method that returns `Ok` has its writes on the device; nothing else ever counts as recorded.
pub trait Storage {
    /// Everything the outbox database holds.
    fn read_outbox(&self) -> impl Future<Output = Result<OutboxContents, StorageError>>;

    /// One atomic step: reads the queue, lets `step` decide, writes what it says, all in one strictly durable transaction.
    /// Two tabs that update at once do so one after the other. A transaction that fell through may be tried again: `step`
    /// then decides anew, on what it reads then.
    fn update_outbox<T: 'static>(
        &self,
        step: impl Fn(&Queue) -> Update<T> + 'static,
    ) -> impl Future<Output = Result<T, StorageError>>;

    /// One atomic step that sees all that lies in the outbox database, what was answered too: dearer, and taken only when
    /// codes begin or end. Whether it was taken: with `None`, nothing is written.
    fn rewrite_outbox(
        &self,
        step: impl Fn(&OutboxContents) -> Option<Vec<Write>> + 'static,
    ) -> impl Future<Output = Result<bool, StorageError>>;

    /// Everything a cache holds; empty when there is none of that name.
    fn read_cache(&self, name: &CacheName) -> impl Future<Output = Result<CacheContents, StorageError>>;

    /// Writes a new view in one transaction, unless the cache is not at generation `expected` any more.
    fn flip_cache(
        &self,
        name: &CacheName,
        expected: u64,
        writes: Vec<CacheWrite>,
    ) -> impl Future<Output = Result<Flipped, StorageError>>;

    /// Forgets a whole cache.
    fn delete_cache(&self, name: &CacheName) -> impl Future<Output = Result<(), StorageError>>;

    /// Lets go of the keys that open what lies here, where there are any: whoever they belong to has left.
    fn let_go_of_key(&self) {}

    /// How to write again what was thrown away under a page. Needed on the worst of days only: an application that travels
    /// in pieces fetches it then.
    fn rewriting(&self) -> impl Future<Output = Result<Rewriting, StorageError>> {
        ready(Ok(crate::forgotten::rewriting()))
    }
}

/// How a request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Says something.
    Post,
    /// Ends something.
    Delete,
}

/// A request to the server the application came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// How.
    pub method: Method,
    /// From the root: `/sync/v1/hello`.
    pub path: String,
    /// JSON, for a request that says something.
    pub body: Option<String>,
    /// After how long to give up.
    pub timeout_ms: u32,
}

/// Whatever came back, unread.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After`, when the server gave one in seconds.
    pub retry_after_ms: Option<u64>,
    /// The body, decompressed.
    pub body: Vec<u8>,
}

/// Nothing came back: no network, no server, or not in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no answer: {0}")]
pub struct Unreachable(pub String);

/// The cable.
pub trait Network {
    /// Sends one request. Any status is an answer; [`Unreachable`] only when there was none.
    fn exchange(&self, request: Request) -> impl Future<Output = Result<Answer, Unreachable>>;
}

/// The device's clock, right or wrong.
pub trait Clock {
    /// Now, as the device believes.
    fn now(&self) -> Timestamp;
}

/// Chance nobody can guess.
pub trait Entropy {
    /// 128 random bits.
    fn bits(&self) -> u128;

    /// A random identifier (version 4).
    fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bits().to_be_bytes()).into_uuid()
    }
}
