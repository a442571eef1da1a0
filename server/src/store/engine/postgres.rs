//! PostgreSQL, on a server of its own.

use std::str::FromStr;

use sqlx::{
    AssertSqlSafe, ConnectOptions, PgPool, Postgres, Row, SqlSafeStr, TypeInfo, ValueRef,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow},
    query::Query,
};

use super::{PATIENCE, migrations};
use crate::store::{StoreError, transaction::Sql, value::Value};

const CONNECTIONS: u32 = 16;

/// An open transaction. Dropped without a commit, it changed nothing.
pub(in crate::store) type Open = sqlx::Transaction<'static, Postgres>;

/// Opens the database and brings its schema up to date.
pub(super) async fn open(address: &str) -> Result<PgPool, StoreError> {
    let options = PgConnectOptions::from_str(address)?.disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .connect_with(options)
        .await?;
    migrations::POSTGRES.run(&pool).await?;
    Ok(pool)
}

/// A transaction that sees one state and changes nothing.
pub(super) async fn read(pool: &PgPool) -> Result<Open, StoreError> {
    Ok(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
}

/// Runs a statement. How many rows it touched.
pub(in crate::store) async fn execute(
    open: &mut Open,
    sql: Sql,
    values: Vec<Value>,
) -> Result<u64, StoreError> {
    Ok(bound(sql, values).execute(&mut **open).await?.rows_affected())
}

/// Every row of a query.
pub(in crate::store) async fn fetch(
    open: &mut Open,
    sql: Sql,
    values: Vec<Value>,
) -> Result<Vec<Vec<Value>>, StoreError> {
    bound(sql, values).fetch_all(&mut **open).await?.iter().map(columns).collect()
}

fn bound(sql: Sql, values: Vec<Value>) -> Query<'static, Postgres, PgArguments> {
    let text = match sql {
        Sql::Written(text) => text.into_sql_str(),
        Sql::Built(text) => AssertSqlSafe(text).into_sql_str(),
    };
    values.into_iter().fold(sqlx::query(text), |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Bytes(value) => query.bind(value),
    })
}

fn columns(row: &PgRow) -> Result<Vec<Value>, StoreError> {
    (0..row.len())
        .map(|at| {
            let value = row.try_get_raw(at)?;
            let kind = value.type_info().name().to_owned();
            Ok(match kind.as_str() {
                _ if value.is_null() => Value::Int(None),
                "INT8" => Value::Int(Some(row.try_get_unchecked(at)?)),
                "TEXT" => Value::Text(Some(row.try_get_unchecked(at)?)),
                "BYTEA" => Value::Bytes(Some(row.try_get_unchecked(at)?)),
                _ => return Err(StoreError::Unreadable("a column of a type the store does not use")),
            })
        })
        .collect()
}
