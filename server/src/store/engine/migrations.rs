//! The schema, step by step. Both engines note in one form which steps a base has had, that of sqlx's migrator, which runs
//! PostgreSQL's; SQLite's are run here.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use sqlx::migrate::{MigrateError, Migration, Migrator};

use crate::store::StoreError;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
pub(super) static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The form of sqlx's own table, so that a base of any age is read by every build.
const NOTES: &str = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
)";
/// The version of the schema of this build: the number of its last migration.
#[must_use]
pub fn schema_version() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Has an embedded base take the steps it has not had yet: each whole, or not at all.
///
/// # Errors
/// When the base had a step this build does not know, or knows otherwise, and when a step fails. What was done before stays.
pub(super) fn bring_up_to_date(connection: &mut Connection) -> Result<(), StoreError> {
    let done = steps_taken(connection)?;
    for version in done.keys() {
        if !SQLITE.version_exists(*version) {
            return Err(MigrateError::VersionMissing(*version).into());
        }
    }
    for step in SQLITE.iter() {
        match done.get(&step.version) {
            None => take(connection, step)?,
            Some(checksum) if **checksum == *step.checksum => {}
            Some(_) => return Err(MigrateError::VersionMismatch(step.version).into()),
        }
    }
    Ok(())
}

/// Which steps a base has had, with the checksum of each. A base that had none is left without a trace of the question.
fn steps_taken(connection: &Connection) -> Result<BTreeMap<i64, Vec<u8>>, StoreError> {
    if !connection.table_exists(None, "_sqlx_migrations")? {
        return Ok(BTreeMap::new());
    }
    let mut statement = connection.prepare("SELECT version, checksum FROM _sqlx_migrations")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn take(connection: &mut Connection, step: &Migration) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| {
        MigrateError::ExecuteMigration(sqlx::Error::Decode(Box::new(error)), step.version)
    };
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(NOTES)?;
    // Two processes may open a new base at once: the second finds the step taken.
    if is_taken(&tx, step.version)? {
        return Ok(());
    }
    tx.execute_batch(step.sql.as_str()).map_err(failed)?;
    tx.execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (?1, ?2, TRUE, ?3, 0)",
        params![step.version, step.description, step.checksum],
    )?;
    Ok(tx.commit()?)
}

fn is_taken(tx: &Transaction<'_>, version: i64) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM _sqlx_migrations WHERE version = ?1)";
    Ok(tx.query_row(sql, [version], |row| row.get(0))?)
}
