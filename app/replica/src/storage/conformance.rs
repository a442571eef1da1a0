//! What every storage must do, run on memory by `cargo test` and on IndexedDB by the browser tests. It neither panics nor
//! prints: each story ends with `Ok` or with the sentence that does not hold.

use std::future::Future;

use domain::{
    command::{Command, SettleTicket},
    id::{OutboxId, PlaceId, TicketId, UserId},
    ordered::Map,
    receipt::{Outcome, Receipt},
    ticket::Choice,
    time::Timestamp,
    wire::{Cursor, Op, Scope},
};
use uuid::Uuid;

use crate::{
    cache::{
        Applied, CacheContents, CacheHead, CacheName, CacheWrite, Entity, EntityKey, LogPage, ScopeHead,
        SnapshotMark,
    },
    outbox::{Intent, OutboxContents, Queue, Sent, Write, record},
    ports::{Flipped, Storage, StorageError, Update},
    sealing::closes,
    storage::sealing::Sealing,
    turn::both,
};

/// Why a storage does not conform.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The storage failed where it should not.
    #[error("{0}")]
    Storage(#[from] StorageError),
    /// A sentence that does not hold.
    #[error("does not hold: {0}")]
    Sentence(&'static str),
}

/// A story's name, and how it ended.
pub type Told = (&'static str, Result<(), Broken>);

fn holds(condition: bool, sentence: &'static str) -> Result<(), Broken> {
    if condition { Ok(()) } else { Err(Broken::Sentence(sentence)) }
}

/// Tells every story. `fresh` opens an empty device; `again` opens the same device anew, as after a reload.
pub async fn run<S, Fresh, Again>(fresh: Fresh, again: Again) -> Vec<Told>
where
    S: Storage,
    Fresh: AsyncFn() -> Result<S, StorageError>,
    Again: AsyncFn(S) -> Result<S, StorageError>,
{
    vec![
        ("an_empty_device_is_empty", tell(&fresh, empty).await),
        ("what_is_recorded_is_there_after_a_reload", reload(&fresh, &again).await),
        ("two_tabs_that_record_at_once_get_different_numbers", tell(&fresh, two_at_once).await),
        ("every_kind_of_outbox_write_does_what_it_says", tell(&fresh, outbox_writes).await),
        ("a_step_on_everything_is_taken_whole_or_not", tell(&fresh, rewrites).await),
        ("a_flip_shows_all_or_nothing", tell(&fresh, flips).await),
        ("a_stale_flip_writes_nothing", tell(&fresh, stale_flip).await),
        ("clearing_a_scope_leaves_its_neighbors", tell(&fresh, clears).await),
        ("a_deleted_cache_leaves_the_outbox", tell(&fresh, deletes).await),
        ("a_large_snapshot_comes_back_byte_for_byte", tell(&fresh, large).await),
        ("a_shorter_snapshot_leaves_nothing_of_the_longer_one", tell(&fresh, shorter).await),
    ]
}

async fn tell<S: Storage, F: Future<Output = Result<(), Broken>>>(
    fresh: &impl AsyncFn() -> Result<S, StorageError>,
    story: impl FnOnce(S) -> F,
) -> Result<(), Broken> {
    story(fresh().await?).await
}

/// The cache of [`PLACE`].
const CACHE: &str = "cache-v1-site-00000000-0000-0000-0000-000000000051";
const PLACE: PlaceId = PlaceId(Uuid::from_u128(0x51));
const OUTBOX: OutboxId = OutboxId(Uuid::from_u128(0x0b));

fn intent(what: u128) -> Intent {
    let settle = SettleTicket { ticket: TicketId(Uuid::from_u128(what)), choice: Choice::Accept };
    let command = Command::SettleTicket(settle);
    Intent { actor: UserId(Uuid::from_u128(7)), place: PLACE, command, now: Timestamp(1_000), fresh: OUTBOX }
}

async fn recorded(storage: &impl Storage, what: u128) -> Result<u64, StorageError> {
    let intent = intent(what);
    storage
        .update_outbox(move |queue| {
            let Update { writes, value } = record(queue, &intent);
            Update { writes, value: value.envelope.m }
        })
        .await
}

async fn written(storage: &impl Storage, writes: Vec<Write>) -> Result<(), StorageError> {
    storage.update_outbox(move |_| Update { writes: writes.clone(), value: () }).await
}

fn name() -> Result<CacheName, Broken> {
    CacheName::parse(CACHE).ok_or(Broken::Sentence("a cache name of this layout parses"))
}

fn scope(id: &str) -> Scope {
    Scope(id.to_owned())
}

fn op(seq: u64, id: &str) -> Op {
    Op { seq, kind: "order".into(), id: id.into(), body: Some(serde_json::json!({ "é": seq })) }
}

fn head(generation: u64) -> CacheHead {
    let cursor = Cursor { epoch: u64::MAX, seq: generation };
    let mark = SnapshotMark { sha256: "ab".into(), length: 3 };
    let at = ScopeHead { cursor, snapshot: Some(mark), log_length: 1, log_limit: 2, rows: None };
    CacheHead {
        generation,
        scopes: Map::from([(scope("cat:a"), at)]),
        applied: Map::from([(OUTBOX, Applied { last: 3, receipts: vec![receipt(3)] })]),
        confirmed_at: Some(Timestamp(5)),
        key: None,
    }
}

fn receipt(m: u64) -> Receipt {
    Receipt {
        m,
        outcome: Outcome::Applied { order: None, dup_of: None },
        received_at: Timestamp(9),
        dup: false,
    }
}

async fn empty<S: Storage>(storage: S) -> Result<(), Broken> {
    let outbox = storage.read_outbox().await?;
    let commands = outbox.queue.commands.len() + outbox.sent.len() + outbox.unreadable;
    holds(commands == 0, "the outbox is empty")?;
    let cache = storage.read_cache(&name()?).await?;
    holds(cache == Default::default(), "a cache nobody wrote is empty")
}

async fn reload<S: Storage>(
    fresh: &impl AsyncFn() -> Result<S, StorageError>,
    again: &impl AsyncFn(S) -> Result<S, StorageError>,
) -> Result<(), Broken> {
    let storage = fresh().await?;
    recorded(&storage, 1).await?;
    recorded(&storage, 2).await?;
    storage.flip_cache(&name()?, 0, vec![CacheWrite::PutHead(head(1))]).await?;
    let before = (storage.read_outbox().await?, storage.read_cache(&name()?).await?);
    let storage = again(storage).await?;
    let after = (storage.read_outbox().await?, storage.read_cache(&name()?).await?);
    holds(before.0.queue.pending(PLACE).count() == 2, "both commands wait")?;
    holds(
        before.0.queue.commands.values().all(|entry| entry.envelope.is_intact()),
        "they are as they were sealed",
    )?;
    holds(before == after, "a reload changes nothing")?;
    holds(recorded(&storage, 3).await? == 3, "numbers go on where they were")
}

async fn two_at_once<S: Storage>(storage: S) -> Result<(), Broken> {
    let (one, two) = both(recorded(&storage, 1), recorded(&storage, 2)).await;
    let (three, four) = both(recorded(&storage, 3), recorded(&storage, 4)).await;
    let mut numbers = [one?, two?, three?, four?];
    numbers.sort_unstable();
    holds(numbers == [1, 2, 3, 4], "numbers have neither gap nor double")?;
    holds(storage.read_outbox().await?.queue.commands.len() == 4, "all four are there")
}

async fn outbox_writes<S: Storage>(storage: S) -> Result<(), Broken> {
    recorded(&storage, 1).await?;
    recorded(&storage, 2).await?;
    let entry = storage.read_outbox().await?.queue.commands.into_values().next();
    let entry = entry.ok_or(Broken::Sentence("a recorded command is there"))?;
    let sent = Sent { entry, receipt: receipt(1), number: None };
    let put = vec![
        Write::PutSent(sent.clone()),
        Write::DeleteCommand(OUTBOX, 1),
        Write::PutMeta("draft/x".into(), "é".into()),
    ];
    written(&storage, put).await?;
    let outbox = storage.read_outbox().await?;
    holds(outbox.sent.get(&(OUTBOX, 1)) == Some(&sent), "an answered command is kept")?;
    holds(outbox.queue.commands.keys().eq([&(OUTBOX, 2)]), "and waits no more")?;
    holds(outbox.queue.meta.get("draft/x").is_some_and(|text| text == "é"), "a small record reads back")?;
    let seen =
        storage.update_outbox(|queue: &Queue| Update { writes: Vec::new(), value: queue.clone() }).await?;
    holds(seen == outbox.queue, "a step sees what a read sees")?;
    written(&storage, vec![Write::DeleteSent(OUTBOX, 1), Write::DeleteMeta("draft/x".into())]).await?;
    let outbox = storage.read_outbox().await?;
    holds(outbox.sent.is_empty() && !outbox.queue.meta.contains_key("draft/x"), "what is deleted is gone")
}

async fn rewrites<S: Storage>(storage: S) -> Result<(), Broken> {
    recorded(&storage, 1).await?;
    recorded(&storage, 2).await?;
    let answered = |contents: &OutboxContents| {
        let entry = contents.queue.commands.get(&(OUTBOX, 1))?.clone();
        let sent = Sent { entry, receipt: receipt(1), number: None };
        contents.sent.is_empty().then(|| vec![Write::PutSent(sent), Write::DeleteCommand(OUTBOX, 1)])
    };
    holds(storage.rewrite_outbox(answered).await?, "a step that says what to write is taken")?;
    holds(!storage.rewrite_outbox(answered).await?, "one that says nothing is not")?;
    let outbox = storage.read_outbox().await?;
    holds(outbox.sent.keys().eq([&(OUTBOX, 1)]), "what was answered is there, and the next step sees it")?;
    holds(outbox.queue.commands.keys().eq([&(OUTBOX, 2)]), "what it took away is gone")
}

async fn flips<S: Storage>(storage: S) -> Result<(), Broken> {
    let (cat, site) = (scope("cat:a"), scope("site:b"));
    let log = LogPage { scope: cat.clone(), page: 4, ops: vec![op(4, "o")] };
    let entity = Entity { scope: site, op: op(5, "x") };
    let writes = vec![
        CacheWrite::PutSnapshot(cat.clone(), vec![0, 255, 7]),
        CacheWrite::PutLog(log.clone()),
        CacheWrite::PutEntity(entity.clone()),
        CacheWrite::PutHead(head(1)),
    ];
    holds(storage.flip_cache(&name()?, 0, writes).await? == Flipped::Done, "the first flip takes place")?;
    let cache = storage.read_cache(&name()?).await?;
    holds(cache.head == head(1), "the head reads back")?;
    holds(cache.snapshots.get(&cat).is_some_and(|bytes| bytes == &[0, 255, 7]), "the snapshot reads back")?;
    holds(cache.log.get(&(cat, 4)) == Some(&log), "the log reads back")?;
    holds(cache.entities.get(&entity.key()) == Some(&entity), "the row reads back")?;
    let writes = vec![CacheWrite::DeleteEntity(entity.key()), CacheWrite::PutHead(head(2))];
    holds(storage.flip_cache(&name()?, 1, writes).await? == Flipped::Done, "the second flip takes place")?;
    let cache = storage.read_cache(&name()?).await?;
    holds(cache.entities.is_empty() && cache.head == head(2), "a deleted row is gone")
}

async fn stale_flip<S: Storage>(storage: S) -> Result<(), Broken> {
    storage.flip_cache(&name()?, 0, vec![CacheWrite::PutHead(head(1))]).await?;
    let late = vec![
        CacheWrite::PutEntity(Entity { scope: scope("s"), op: op(1, "x") }),
        CacheWrite::PutHead(head(9)),
    ];
    holds(storage.flip_cache(&name()?, 0, late).await? == Flipped::Stale, "a late flip is told so")?;
    let cache = storage.read_cache(&name()?).await?;
    holds(cache.entities.is_empty() && cache.head == head(1), "and wrote nothing")
}

async fn clears<S: Storage>(storage: S) -> Result<(), Broken> {
    // Names that are prefixes of each other, and kinds and identifiers that could run together.
    let (one, two) = (scope("site:1"), scope("site:11"));
    let mut writes = Vec::new();
    for scope in [&one, &two] {
        writes.push(CacheWrite::PutEntity(Entity { scope: scope.clone(), op: op(1, "x") }));
        writes.push(CacheWrite::PutEntity(Entity { scope: scope.clone(), op: op(2, "") }));
        for page in [0, 3] {
            writes.push(CacheWrite::PutLog(LogPage { scope: scope.clone(), page, ops: vec![op(page, "y")] }));
        }
        writes.push(CacheWrite::PutSnapshot(scope.clone(), vec![1]));
    }
    writes.push(CacheWrite::PutHead(head(1)));
    storage.flip_cache(&name()?, 0, writes).await?;
    let writes = vec![
        CacheWrite::ClearEntities(one.clone()),
        CacheWrite::ClearLog(one.clone()),
        CacheWrite::DeleteSnapshot(one.clone()),
        // In one flip, what is put after a clear stays.
        CacheWrite::PutLog(LogPage { scope: one.clone(), page: 1, ops: vec![op(9, "z")] }),
        CacheWrite::PutHead(head(2)),
    ];
    storage.flip_cache(&name()?, 1, writes).await?;
    let cache = storage.read_cache(&name()?).await?;
    holds(cache.log_of(&one).map(|op| op.seq).eq([9]), "the cleared log holds what came after")?;
    holds(cache.log_of(&two).map(|op| op.seq).eq([0, 3]), "the neighbor's log is whole")?;
    holds(cache.snapshots.keys().eq([&two]), "the neighbor's snapshot is there")?;
    let left: Vec<&EntityKey> = cache.entities.keys().collect();
    holds(left.len() == 2 && left.iter().all(|key| key.scope == two), "the neighbor's rows are there")
}

async fn deletes<S: Storage>(storage: S) -> Result<(), Broken> {
    recorded(&storage, 1).await?;
    storage.flip_cache(&name()?, 0, vec![CacheWrite::PutHead(head(1))]).await?;
    storage.delete_cache(&name()?).await?;
    holds(storage.read_cache(&name()?).await? == Default::default(), "the cache is gone")?;
    holds(storage.read_outbox().await?.queue.pending(PLACE).count() == 1, "the outbox is not")?;
    let flipped = storage.flip_cache(&name()?, 0, vec![CacheWrite::PutHead(head(1))]).await?;
    holds(flipped == Flipped::Done, "and the cache can be written again")
}

async fn large<S: Storage>(storage: S) -> Result<(), Broken> {
    let bytes = noise(2_000_000);
    let read = keep_snapshot(&storage, 1, CacheWrite::PutSnapshot(scope("cat:a"), bytes.clone())).await?;
    holds(read == Some(bytes), "two megabytes come back byte for byte")
}

/// A storage may lay a snapshot down in pieces: no lengths around the likely sizes of a piece leave one behind.
async fn shorter<S: Storage>(storage: S) -> Result<(), Broken> {
    let lengths = [300_000, 65_537, 65_536, 65_535, 61_441, 61_440, 61_439, 1];
    let mut generation = 0;
    for length in lengths {
        generation += 1;
        let write = CacheWrite::PutSnapshot(scope("cat:a"), noise(length));
        let read = keep_snapshot(&storage, generation, write).await?;
        holds(read == Some(noise(length)), "what was put last comes back, and nothing else")?;
    }
    keep_snapshot(&storage, generation + 1, CacheWrite::PutSnapshot(scope("cat:a"), noise(200_000))).await?;
    let read = keep_snapshot(&storage, generation + 2, CacheWrite::DeleteSnapshot(scope("cat:a"))).await?;
    holds(read.is_none(), "a deleted snapshot leaves nothing")
}

/// Writes it as the next view, and reads what that view holds.
async fn keep_snapshot<S: Storage>(
    storage: &S,
    generation: u64,
    write: CacheWrite,
) -> Result<Option<Vec<u8>>, Broken> {
    let writes = vec![write, CacheWrite::PutHead(head(generation))];
    let flipped = storage.flip_cache(&name()?, generation - 1, writes).await?;
    holds(flipped == Flipped::Done, "the view is the next one")?;
    Ok(storage.read_cache(&name()?).await?.snapshots.remove(&scope("cat:a")))
}

fn noise(length: u32) -> Vec<u8> {
    (0..length).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect()
}

/// A storage whose every record lies under one key: it must do what any storage must.
pub struct UnderKey<S> {
    storage: Sealing<S>,
    key: &'static str,
}

impl<S: Storage> UnderKey<S> {
    /// What lies in `storage`, which has the key called `key` at hand.
    ///
    /// # Errors
    /// [`StorageError`]
    pub async fn of(storage: Sealing<S>, key: &'static str) -> Result<Self, StorageError> {
        let cache = CacheName::parse(CACHE);
        let closed = move |_: &Queue| Update {
            writes: cache.iter().map(|cache| closes(cache, key, None)).collect(),
            value: (),
        };
        storage.update_outbox(closed).await?;
        Ok(Self { storage, key })
    }
}

impl<S: Storage> Storage for UnderKey<S> {
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
        let mut contents = self.storage.read_cache(name).await?;
        contents.head.key = None;
        Ok(contents)
    }

    async fn flip_cache(
        &self,
        name: &CacheName,
        expected: u64,
        mut writes: Vec<CacheWrite>,
    ) -> Result<Flipped, StorageError> {
        for write in &mut writes {
            if let CacheWrite::PutHead(head) = write {
                head.key = Some(self.key.to_owned());
            }
        }
        self.storage.flip_cache(name, expected, writes).await
    }

    async fn delete_cache(&self, name: &CacheName) -> Result<(), StorageError> {
        self.storage.delete_cache(name).await
    }
}
