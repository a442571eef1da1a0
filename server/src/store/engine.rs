//! One small face over two databases: a transaction that runs a statement and gives rows as tuples.
//!
//! Each query of the store is written once, with `$1` placeholders, which both read. What differs stays here:
//!
//! - **SQLite**: one writer connection (a pool of one is a fair queue) that begins IMMEDIATE, so that no reader is ever
//!   promoted to writer half-way; readers see the state at their first read (WAL).
//! - **PostgreSQL**: writers of one hub queue on its row ([`Transaction::lock_hub`]), which gives the same picture: one
//!   writer, no deadlock, feed places in commit order. Readers see one state (REPEATABLE READ).

use std::{fs, future::Future, path::PathBuf, pin::Pin, str::FromStr, sync::Arc, time::Duration};

use domain::{id::HubId, wire::Scope};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgPool, Postgres, Row, SqlStr, Sqlite, SqliteConnection,
    SqlitePool, TypeInfo, ValueRef,
    migrate::{MigrateError, Migrator},
    pool::PoolConnectionMetadata,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    StoreError,
    catalog::KeptLists,
    news::{Herald, Move},
    value::{FromRow, Value, args},
};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// The version of the schema of this build: the number of its last migration.
#[must_use]
pub fn schema_version() -> i64 {
    SQLITE_MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Name of the base in the data folder.
pub const FILE: &str = "mercuriale.db";
/// How long a statement or a connection is waited for before the caller is told to come back.
const PATIENCE: Duration = Duration::from_secs(10);
const READERS: u32 = 4;
/// What a connection keeps of an embedded base in memory: negative is SQLite's way to say KiB rather than pages.
const CACHE_KIB: &str = "-65536";
const POSTGRES_CONNECTIONS: u32 = 16;
/// How many rows one statement writes: a few sizes only, so that each statement is prepared once and kept. Sixteen columns a
/// row stay far below SQLite's 32,766 and PostgreSQL's 65,535 values.
const ROWS_A_STATEMENT: [usize; 5] = [256, 64, 16, 4, 1];

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// An embedded base in this folder, which is made when absent.
    Sqlite {
        /// The folder of `--data`.
        folder: PathBuf,
    },
    /// A PostgreSQL server, as `postgres://…`.
    Postgres(String),
}

/// Neither a folder nor a `postgres://` address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a folder nor an address such as postgres://user@host/base")]
pub struct BadDatabaseUrl;

impl FromStr for DatabaseUrl {
    type Err = BadDatabaseUrl;
    fn from_str(text: &str) -> Result<Self, BadDatabaseUrl> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.to_owned())),
            Some(_) => Err(BadDatabaseUrl),
            None if text.is_empty() => Err(BadDatabaseUrl),
            None => Ok(Self::Sqlite { folder: text.into() }),
        }
    }
}

/// An open database.
#[derive(Debug, Clone)]
pub(super) enum Engine {
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    Postgres(PgPool),
}

impl Engine {
    /// Opens the database and brings its schema up to date.
    pub(super) async fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        match url {
            DatabaseUrl::Sqlite { folder } => Self::open_sqlite(folder.clone()).await,
            DatabaseUrl::Postgres(address) => Self::open_postgres(address).await,
        }
    }

    async fn open_sqlite(folder: PathBuf) -> Result<Self, StoreError> {
        fs::create_dir_all(&folder).map_err(|cause| StoreError::Folder { folder: folder.clone(), cause })?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join(FILE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            // What a savepoint may have to undo stays in memory, and so does a hub's whole week.
            .pragma("temp_store", "MEMORY")
            .pragma("cache_size", CACHE_KIB)
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new().acquire_timeout(PATIENCE);
        let writer =
            pool.clone().max_connections(1).after_release(is_at_rest).connect_with(options.clone()).await?;
        migrate(SQLITE_MIGRATIONS.run(&writer).await)?;
        let readers = pool.max_connections(READERS).connect_with(options.pragma("query_only", "ON")).await?;
        Ok(Self::Sqlite { readers, writer })
    }

    async fn open_postgres(address: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(address)?.disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        migrate(POSTGRES_MIGRATIONS.run(&pool).await)?;
        Ok(Self::Postgres(pool))
    }

    /// A transaction that sees one state and changes nothing.
    pub(super) async fn read(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction::of(match self {
            Self::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => {
                Inner::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        }))
    }

    /// A transaction that may write.
    pub(super) async fn write(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction::of(match self {
            Self::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        }))
    }

    /// Waits until every connection is given back and closed.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Whether a writer that comes back stands outside any transaction. SQLite undoes a whole transaction by itself when its disk
/// is full; the driver does not learn of it, and would refuse to begin another one for ever after. Such a connection is
/// closed, and the next writer has a new one.
fn is_at_rest<'a>(
    connection: &'a mut SqliteConnection,
    _: PoolConnectionMetadata,
) -> Pin<Box<dyn Future<Output = Result<bool, sqlx::Error>> + Send + 'a>> {
    Box::pin(async move {
        // Answered after what was asked before: a pending rollback is done by then.
        connection.ping().await?;
        Ok(!connection.is_in_transaction())
    })
}

fn migrate(done: Result<(), MigrateError>) -> Result<(), StoreError> {
    done.map_err(|cause| StoreError::Migration(Box::new(cause)))
}

/// What a group of statements sees and changes together. Dropped without [`Transaction::commit`], it changed nothing.
#[derive(Debug)]
pub struct Transaction {
    inner: Inner,
    /// What it moves, and how much of that stood at each open savepoint.
    moves: Vec<Move>,
    savepoints: Vec<usize>,
    herald: Option<Arc<Herald>>,
    lists: Option<Arc<KeptLists>>,
}

#[derive(Debug)]
enum Inner {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// Binds values to a statement of either database.
macro_rules! bound {
    ($database:ty, $sql:expr, $values:expr) => {{
        let mut query = sqlx::query::<$database>($sql);
        for value in $values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            };
        }
        query
    }};
}

/// The columns of a row of either database.
macro_rules! columns {
    ($row:expr) => {
        (0..$row.len())
            .map(|at| {
                let value = $row.try_get_raw(at)?;
                let kind = value.type_info().name().to_owned();
                Ok(match kind.as_str() {
                    _ if value.is_null() => Value::Int(None),
                    "INTEGER" | "INT8" => Value::Int(Some($row.try_get_unchecked(at)?)),
                    "TEXT" => Value::Text(Some($row.try_get_unchecked(at)?)),
                    "BLOB" | "BYTEA" => Value::Bytes(Some($row.try_get_unchecked(at)?)),
                    _ => return Err(StoreError::Unreadable("a column of a type the store does not use")),
                })
            })
            .collect::<Result<Vec<Value>, StoreError>>()
    };
}

/// A statement: written here whole, or built from parts that are.
pub(super) enum Sql {
    Written(&'static str),
    /// Holds a number of placeholders known at run time only, one of a few; never a value.
    Built(String),
}

impl Sql {
    fn into_text(self) -> SqlStr {
        use sqlx::SqlSafeStr;
        match self {
            Self::Written(text) => text.into_sql_str(),
            Self::Built(text) => AssertSqlSafe(text).into_sql_str(),
        }
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::Written(text)
    }
}

impl Transaction {
    fn of(inner: Inner) -> Self {
        Self { inner, moves: Vec::new(), savepoints: Vec::new(), herald: None, lists: None }
    }

    /// Has what it moves told to `herald` once it is durable.
    pub(super) fn told_by(self, herald: &Arc<Herald>) -> Self {
        Self { herald: Some(Arc::clone(herald)), ..self }
    }

    /// Has price lists at hand that were read before.
    pub(super) fn with_lists(self, lists: &Arc<KeptLists>) -> Self {
        Self { lists: Some(Arc::clone(lists)), ..self }
    }

    /// The price lists at hand.
    pub(super) fn lists(&self) -> Option<Arc<KeptLists>> {
        self.lists.clone()
    }

    /// Whether it moved this feed.
    pub(super) fn has_moved(&self, scope: &Scope) -> bool {
        self.moves.iter().any(|moved| moved.scope == *scope)
    }

    /// Notes that a feed moves.
    pub(super) fn moves(&mut self, moved: Move) {
        self.moves.push(moved);
    }

    /// Runs a statement. How many rows it touched.
    pub(super) async fn execute(
        &mut self,
        sql: impl Into<Sql>,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let sql = sql.into().into_text();
        Ok(match &mut self.inner {
            Inner::Sqlite(open) => bound!(Sqlite, sql, values).execute(&mut **open).await?.rows_affected(),
            Inner::Postgres(open) => {
                bound!(Postgres, sql, values).execute(&mut **open).await?.rows_affected()
            }
        })
    }

    /// Every row of a query.
    pub(super) async fn fetch<T: FromRow>(
        &mut self,
        sql: impl Into<Sql>,
        values: Vec<Value>,
    ) -> Result<Vec<T>, StoreError> {
        let sql = sql.into().into_text();
        let rows: Result<Vec<Vec<Value>>, StoreError> = match &mut self.inner {
            Inner::Sqlite(open) => {
                let rows = bound!(Sqlite, sql, values).fetch_all(&mut **open).await?;
                rows.iter().map(|row| columns!(row)).collect()
            }
            Inner::Postgres(open) => {
                let rows = bound!(Postgres, sql, values).fetch_all(&mut **open).await?;
                rows.iter().map(|row| columns!(row)).collect()
            }
        };
        rows?.into_iter().map(T::from_row).collect()
    }

    /// The first row of a query, if there is one.
    pub(super) async fn find<T: FromRow>(
        &mut self,
        sql: impl Into<Sql>,
        values: Vec<Value>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.fetch(sql, values).await?.into_iter().next())
    }

    /// The only row of a query that always has one: a count, a sum.
    pub(super) async fn get<T: FromRow>(
        &mut self,
        sql: impl Into<Sql>,
        values: Vec<Value>,
    ) -> Result<T, StoreError> {
        self.find(sql, values).await?.ok_or(StoreError::Unreadable("a row that should be there"))
    }

    /// Inserts many rows by few statements. `into` is `table (columns)`, `then` what follows the values: nothing, or
    /// what to do with rows that exist. No two rows may have the same key.
    pub(super) async fn insert_many(
        &mut self,
        into: &'static str,
        rows: Vec<Vec<Value>>,
        then: &'static str,
    ) -> Result<(), StoreError> {
        let width = rows.first().map_or(0, Vec::len);
        let mut left = rows.len();
        let mut rows = rows.into_iter();
        while left > 0 {
            let count = ROWS_A_STATEMENT.into_iter().find(|count| *count <= left).unwrap_or(1);
            let tuples: Vec<_> =
                (0..count).map(|row| format!("({})", self.places(row * width + 1, width))).collect();
            let sql = format!("INSERT INTO {into} VALUES {} {then}", tuples.join(", "));
            self.execute(Sql::Built(sql), rows.by_ref().take(count).flatten().collect()).await?;
            left -= count;
        }
        Ok(())
    }

    /// The places of `count` values from the `first`th on. SQLite's without numbers: it would look each number up among all.
    /// A statement has its places all in this form, in order, or all as `$1`.
    pub(super) fn places(&self, first: usize, count: usize) -> String {
        match self.inner {
            Inner::Sqlite(_) => vec!["?"; count].join(", "),
            Inner::Postgres(_) => {
                (first..first + count).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// Waits until no other writer of this hub is at work. Nothing to do on SQLite, whose writers are one at a time.
    pub(super) async fn lock_hub(&mut self, hub: HubId) -> Result<(), StoreError> {
        if let Inner::Postgres(_) = self.inner {
            self.execute("SELECT 1 FROM hub WHERE id = $1 FOR UPDATE", args![hub]).await?;
        }
        Ok(())
    }

    /// Marks a place to come back to.
    pub async fn savepoint(&mut self) -> Result<(), StoreError> {
        self.savepoints.push(self.moves.len());
        self.execute("SAVEPOINT step", args![]).await.map(drop)
    }

    /// Undoes everything since the last [`Transaction::savepoint`].
    pub async fn undo_to_savepoint(&mut self) -> Result<(), StoreError> {
        self.moves.truncate(self.savepoints.last().copied().unwrap_or(0));
        self.execute("ROLLBACK TO SAVEPOINT step", args![]).await?;
        self.keep_savepoint().await
    }

    /// Keeps everything since the last [`Transaction::savepoint`].
    pub async fn keep_savepoint(&mut self) -> Result<(), StoreError> {
        self.savepoints.pop();
        self.execute("RELEASE SAVEPOINT step", args![]).await.map(drop)
    }

    /// Makes it all durable, or nothing.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(open) => open.commit().await?,
            Inner::Postgres(open) => open.commit().await?,
        }
        if let Some(herald) = self.herald {
            herald.tell(self.moves);
        }
        Ok(())
    }
}
