//! The embedded engine: SQLite, in this process.
//!
//! A statement runs where it is asked for and is done when it returns: no other thread stands between, to be woken twice for
//! each of the eighty statements of an order. One takes microseconds. What may take longer keeps nobody waiting either: a
//! commit waits for the disk [`beside_the_runtime`], and long work has a thread of its own (`Store::apart`).

mod checkpoints;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rusqlite::{
    CachedStatement, Connection, Row, ToSql,
    types::{ToSqlOutput, ValueRef},
};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard},
    task::block_in_place,
    time::timeout,
};

use self::checkpoints::{Checkpoints, LONG_LOG};
use super::{PATIENCE, migrations};
use crate::store::{StoreError, value::Value};

/// Name of the base in the data folder.
pub const FILE: &str = "mercuriale.db";
const READERS: usize = 4;
/// Statements that a connection keeps ready: all that the store has, in each of the sizes they come in.
const STATEMENTS_KEPT: usize = 256;
/// What each connection is told. A new base has pages of 8 KiB: an order's document takes two where it took three. What a
/// savepoint may have to undo stays in memory. Of the base a connection keeps 8 MiB, which SQLite wants said in KiB, negative;
/// the system keeps the rest. With more, each commit that balanced a tree looks all of it through
/// (`pcache1TruncateUnsafe`: an eighth of the intake at 64 MiB).
const SETTINGS: &str =
    "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192";

/// A connection, or none once the store is closed.
type Slot = Arc<Mutex<Option<Connection>>>;

/// An open base: one connection writes, a few read.
#[derive(Debug, Clone)]
pub(in crate::store) struct Embedded {
    file: PathBuf,
    writer: Slot,
    readers: Arc<[Slot]>,
    /// Whose turn it is when every reader is at work.
    turn: Arc<AtomicUsize>,
    /// Carries the log over. Where the runtime has one thread, whose work must come in the same order each time, the
    /// connection that writes does it itself.
    checkpoints: Arc<Checkpoints>,
}

impl Embedded {
    /// Opens the base in a folder, makes it when absent, and brings its schema up to date.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(folder)
            .map_err(|cause| StoreError::Folder { folder: folder.to_owned(), cause })?;
        let file = folder.join(FILE);
        beside_the_runtime(|| {
            let mut writer = connect_writer(&file)?;
            migrations::bring_up_to_date(&mut writer)?;
            let readers = (0..READERS).map(|_| Ok(slot(connect_reader(&file)?)));
            let readers = readers.collect::<Result<_, StoreError>>()?;
            let writer = slot(writer);
            let checkpoints = Arc::new(checkpoints_of(&file, &writer)?);
            Ok(Self { file, writer, readers, turn: Arc::default(), checkpoints })
        })
    }

    /// A transaction that sees one state and changes nothing.
    pub(super) async fn read(&self) -> Result<Open, StoreError> {
        let mut open = Open { connection: self.reader().await?, checkpoints: None };
        open.execute("BEGIN", &[])?;
        Ok(open)
    }

    /// The transaction that may write: who asks for it next waits. It begins IMMEDIATE, so that it never has to be promoted
    /// half-way, against another process.
    pub(super) async fn write(&self) -> Result<Open, StoreError> {
        let checkpoints = Some(Arc::clone(&self.checkpoints));
        let mut open = Open { connection: self.writer().await?, checkpoints };
        beside_the_runtime(|| open.execute("BEGIN IMMEDIATE", &[]))?;
        Ok(open)
    }

    /// A connection that reads, outside any transaction.
    pub(in crate::store) async fn reader(&self) -> Result<Held, StoreError> {
        let free = self.readers.iter().find_map(|slot| Arc::clone(slot).try_lock_owned().ok());
        match free {
            Some(guard) => held(guard),
            None => wait_for(&self.readers[self.turn.fetch_add(1, Ordering::Relaxed) % READERS]).await,
        }
    }

    /// The connection that writes, outside any transaction.
    pub(in crate::store) async fn writer(&self) -> Result<Held, StoreError> {
        let mut held = wait_for(&self.writer).await?;
        // A transaction that could be neither kept nor undone: what holds it is let go of.
        if !held.is_autocommit() {
            *held = beside_the_runtime(|| connect_writer(&self.file))?;
        }
        Ok(held)
    }

    /// Waits until every connection is given back, and closes it.
    pub(super) async fn close(&self) {
        beside_the_runtime(|| self.checkpoints.end());
        for slot in self.readers.iter().chain([&self.writer]) {
            drop(slot.lock().await.take());
        }
    }
}

/// A connection in use.
pub(in crate::store) type Held = OwnedMappedMutexGuard<Option<Connection>, Connection>;

fn slot(connection: Connection) -> Slot {
    Arc::new(Mutex::new(Some(connection)))
}

fn held(guard: OwnedMutexGuard<Option<Connection>>) -> Result<Held, StoreError> {
    OwnedMutexGuard::try_map(guard, Option::as_mut).map_err(|_| StoreError::Stopped)
}

async fn wait_for(slot: &Slot) -> Result<Held, StoreError> {
    held(timeout(PATIENCE, Arc::clone(slot).lock_owned()).await.map_err(|_| StoreError::Busy)?)
}

fn connect(file: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.execute_batch(SETTINGS)?;
    Ok(connection)
}

fn connect_writer(file: &Path) -> Result<Connection, StoreError> {
    let connection = connect(file)?;
    let pages = if has_threads() { 0 } else { LONG_LOG };
    connection.pragma_update(None, "wal_autocheckpoint", pages)?;
    Ok(connection)
}

/// What carries the log over for a connection that does not.
fn checkpoints_of(file: &Path, writer: &Slot) -> Result<Checkpoints, StoreError> {
    if !has_threads() {
        return Ok(Checkpoints::default());
    }
    let began = Checkpoints::begin(connect(file)?, Arc::clone(writer));
    began.map_err(|cause| StoreError::Folder { folder: file.to_owned(), cause })
}

fn has_threads() -> bool {
    let flavor = Handle::try_current().map(|runtime| runtime.runtime_flavor());
    matches!(flavor, Ok(RuntimeFlavor::MultiThread))
}

fn connect_reader(file: &Path) -> Result<Connection, StoreError> {
    let connection = connect(file)?;
    connection.execute_batch("PRAGMA query_only = ON")?;
    Ok(connection)
}

/// Waits for a disk or another process where the runtime's other work need not wait with it: a worker hands what else it has
/// to do to another thread first.
pub(in crate::store) fn beside_the_runtime<T>(work: impl FnOnce() -> T) -> T {
    if has_threads() { block_in_place(work) } else { work() }
}

/// An open transaction. Dropped without [`Open::commit`], it changed nothing.
#[derive(Debug)]
pub(in crate::store) struct Open {
    connection: Held,
    /// Told of what is committed; `None` where nothing can be.
    checkpoints: Option<Arc<Checkpoints>>,
}

impl Open {
    /// Runs a statement. How many rows it touched.
    pub(in crate::store) fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        Ok(bound(&self.connection, sql, values)?.raw_execute()? as u64)
    }

    /// Every row of a query.
    pub(in crate::store) fn fetch(
        &mut self,
        sql: &str,
        values: &[Value],
    ) -> Result<Vec<Vec<Value>>, StoreError> {
        let mut statement = bound(&self.connection, sql, values)?;
        let width = statement.column_count();
        let (mut found, mut rows) = (Vec::new(), statement.raw_query());
        while let Some(row) = rows.next()? {
            found.push((0..width).map(|at| column(row, at)).collect::<Result<_, _>>()?);
        }
        Ok(found)
    }

    /// Makes it all durable, or nothing.
    pub(in crate::store) fn commit(mut self) -> Result<(), StoreError> {
        beside_the_runtime(|| self.execute("COMMIT", &[]))?;
        let checkpoints = self.checkpoints.take();
        // Whoever carries the log over may want the connection next.
        drop(self);
        if let Some(checkpoints) = checkpoints {
            checkpoints.committed();
        }
        Ok(())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // SQLite undoes a transaction by itself when its disk is full: there may be nothing left to undo.
        if !self.connection.is_autocommit() {
            let _ = self.execute("ROLLBACK", &[]);
        }
    }
}

/// A statement with its values. SQLite takes `$1` for a name, and numbers names as it meets them.
fn bound<'a>(
    connection: &'a Connection,
    sql: &str,
    values: &[Value],
) -> Result<CachedStatement<'a>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    for place in 1..=statement.parameter_count() {
        let number = match statement.parameter_name(place) {
            Some(name) => name.trim_start_matches('$').parse().unwrap_or(0),
            None => place,
        };
        let value = number.checked_sub(1).and_then(|at| values.get(at));
        statement.raw_bind_parameter(
            place,
            value.ok_or(StoreError::Unreadable("a statement short of a value"))?,
        )?;
    }
    Ok(statement)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Self::Int(Some(value)) => ValueRef::Integer(*value),
            Self::Text(Some(value)) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(Some(value)) => ValueRef::Blob(value),
            Self::Int(None) | Self::Text(None) | Self::Bytes(None) => ValueRef::Null,
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}

fn column(row: &Row<'_>, at: usize) -> Result<Value, StoreError> {
    const FOREIGN: StoreError = StoreError::Unreadable("a column of a type the store does not use");
    Ok(match row.get_ref(at)? {
        ValueRef::Null => Value::Int(None),
        ValueRef::Integer(value) => Value::Int(Some(value)),
        ValueRef::Text(value) => Value::Text(Some(str::from_utf8(value).map_err(|_| FOREIGN)?.to_owned())),
        ValueRef::Blob(value) => Value::Bytes(Some(value.to_owned())),
        ValueRef::Real(_) => return Err(FOREIGN),
    })
}
