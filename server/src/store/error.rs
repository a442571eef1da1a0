//! Why the store could not do what it was asked.

use std::{io, path::PathBuf};

use domain::{cycle::CycleId, wire::snapshot::BadSnapshot};
use sqlx::migrate::MigrateError;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder cannot be made or entered.
    #[error("the data folder {} cannot be used: {cause}", folder.display())]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The schema could not be brought up to date.
    #[error("the schema could not be brought up to date: {0}")]
    Migration(Box<MigrateError>),
    /// The embedded database refused or failed.
    #[error("SQLite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The database server refused or failed.
    #[error("PostgreSQL: {0}")]
    Postgres(#[from] sqlx::Error),
    /// Others were at work for longer than one waits.
    #[error("the database is busy")]
    Busy,
    /// The database holds something this build cannot read.
    #[error("the database holds {0}")]
    Unreadable(&'static str),
    /// A stored document does not have its shape.
    #[error("a stored document cannot be read: {0}")]
    Document(#[from] serde_json::Error),
    /// A snapshot could not be made or read.
    #[error(transparent)]
    Snapshot(#[from] BadSnapshot),
    /// Compressing or inflating failed.
    #[error("compression: {0}")]
    Compression(#[from] io::Error),
    /// No such cycle.
    #[error("no cycle {0}")]
    UnknownCycle(CycleId),
    /// The cycle is closed: its list and its orders no longer change.
    #[error("cycle {0} is closed")]
    CycleClosed(CycleId),
    /// There is no hub, or more than one where one is meant.
    #[error("there is not exactly one hub")]
    NotOneHub,
    /// The machine gave no random bytes.
    #[error("no random bytes: {0}")]
    Entropy(getrandom::Error),
    /// Deciding stopped on a fault of the program.
    #[error("the decision stopped on a fault of the program")]
    Panicked,
    /// A task of the server was stopped before its end.
    #[error("a task was stopped before its end")]
    Stopped,
}

impl StoreError {
    /// Whether the same request may well succeed in a moment: the base was busy, full, restarting, or two writers met.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Sqlite(error) => {
                error.sqlite_error().is_some_and(|told| passes_in_sqlite(told.extended_code))
            }
            Self::Postgres(error) => passes_at_a_server(error),
            Self::Busy | Self::Stopped | Self::Entropy(_) => true,
            _ => false,
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        Self::Migration(Box::new(error))
    }
}

/// SQLite says a number whose low byte is the primary code: `BUSY`, `LOCKED`, `IOERR`, `FULL`, `CANTOPEN`.
fn passes_in_sqlite(code: i32) -> bool {
    [5, 6, 10, 13, 14].contains(&(code & 0xff))
}

fn passes_at_a_server(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Io(_)
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(told) => told.code().is_some_and(|code| passes_in_postgres(&code)),
        _ => false,
    }
}

/// PostgreSQL says a SQLSTATE: connection, rollback of a transaction, resources, operator, system; and a lock that was
/// not to be had.
fn passes_in_postgres(code: &str) -> bool {
    ["08", "40", "53", "57", "58", "55P03"].iter().any(|class| code.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_told_from_what_does_not() {
        // 517 is SQLITE_BUSY_SNAPSHOT, 2067 a broken UNIQUE; 40001 a serialization failure, 23505 a broken UNIQUE.
        for (code, temporary) in [(5, true), (517, true), (13, true), (2067, false), (1, false)] {
            assert_eq!(passes_in_sqlite(code), temporary, "{code}");
        }
        for (code, temporary) in
            [("40001", true), ("55P03", true), ("57P01", true), ("23505", false), ("42601", false)]
        {
            assert_eq!(passes_in_postgres(code), temporary, "{code}");
        }
        assert!(StoreError::Stopped.is_temporary() && !StoreError::Panicked.is_temporary());
    }
}
