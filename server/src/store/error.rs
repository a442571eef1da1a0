//! Why the store could not do what it was asked.

use std::{io, path::PathBuf};

use domain::{cycle::CycleId, wire::snapshot::BadSnapshot};
use sqlx::sqlite::SqliteError;

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
    Migration(Box<sqlx::migrate::MigrateError>),
    /// The database refused or failed.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
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
            Self::Database(error) => is_temporary(error),
            Self::Stopped | Self::Entropy(_) => true,
            _ => false,
        }
    }
}

fn is_temporary(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Io(_)
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(told) => {
            let sqlite = told.try_downcast_ref::<SqliteError>().is_some();
            told.code().is_some_and(|code| {
                if sqlite { is_temporary_in_sqlite(&code) } else { is_temporary_in_postgres(&code) }
            })
        }
        _ => false,
    }
}

/// SQLite says a number whose low byte is the primary code: `BUSY`, `LOCKED`, `IOERR`, `FULL`, `CANTOPEN`.
fn is_temporary_in_sqlite(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| [5, 6, 10, 13, 14].contains(&(code & 0xff)))
}

/// PostgreSQL says a SQLSTATE: connection, rollback of a transaction, resources, operator, system; and a lock that was
/// not to be had.
fn is_temporary_in_postgres(code: &str) -> bool {
    ["08", "40", "53", "57", "58", "55P03"].iter().any(|class| code.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_told_from_what_does_not() {
        // 517 is SQLITE_BUSY_SNAPSHOT, 2067 a broken UNIQUE; 40001 a serialization failure, 23505 a broken UNIQUE.
        for (code, temporary) in [("5", true), ("517", true), ("13", true), ("2067", false), ("1", false)] {
            assert_eq!(is_temporary_in_sqlite(code), temporary, "{code}");
        }
        for (code, temporary) in
            [("40001", true), ("55P03", true), ("57P01", true), ("23505", false), ("42601", false)]
        {
            assert_eq!(is_temporary_in_postgres(code), temporary, "{code}");
        }
        assert!(StoreError::Stopped.is_temporary() && !StoreError::Panicked.is_temporary());
    }
}
