//! Two databases behind one face: the embedded one and a server's.
//!
//! - **SQLite** (`engine/sqlite.rs`): one writer connection, and readers that see the state at their first read (WAL).
//! - **PostgreSQL** (`engine/postgres.rs`): writers of one hub queue on its row ([`Transaction::lock_hub`]), which gives the
//!   same picture: one writer, no deadlock, feed places in commit order. Readers see one state (REPEATABLE READ).

mod migrations;
pub(super) mod postgres;
pub(super) mod sqlite;

use std::{path::PathBuf, str::FromStr, time::Duration};

use sqlx::PgPool;

use super::{
    StoreError,
    transaction::{Inner, Transaction},
};
pub use migrations::schema_version;
use sqlite::Embedded;
pub use sqlite::FILE;

/// How long a statement or a connection is waited for before the caller is told to come back.
const PATIENCE: Duration = Duration::from_secs(10);

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
    Sqlite(Embedded),
    Postgres(PgPool),
}

impl Engine {
    /// Opens the database and brings its schema up to date.
    pub(super) async fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        Ok(match url {
            DatabaseUrl::Sqlite { folder } => Self::Sqlite(Embedded::open(folder)?),
            DatabaseUrl::Postgres(address) => Self::Postgres(postgres::open(address).await?),
        })
    }

    /// A transaction that sees one state and changes nothing.
    pub(super) async fn read(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction::of(match self {
            Self::Sqlite(base) => Inner::Sqlite(base.read().await?),
            Self::Postgres(pool) => Inner::Postgres(postgres::read(pool).await?),
        }))
    }

    /// A transaction that may write.
    pub(super) async fn write(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction::of(match self {
            Self::Sqlite(base) => Inner::Sqlite(base.write().await?),
            Self::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        }))
    }

    /// Waits until every connection is given back and closed.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(base) => base.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
