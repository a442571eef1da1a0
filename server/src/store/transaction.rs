//! A transaction that runs a statement and gives rows as tuples, on either database.
//!
//! Each query of the store is written once, with `$1` placeholders, which both read.

use std::sync::Arc;

use domain::{id::HubId, wire::Scope};

use super::{
    StoreError,
    catalog::KeptLists,
    demand::moves::{MovedTotals, MovesMark},
    engine::{postgres, sqlite},
    news::{Herald, Move},
    value::{FromRow, Value, args},
};

/// How many rows one statement writes: a few sizes only, so that each statement is prepared once and kept. Sixteen columns a
/// row stay far below SQLite's 32,766 and PostgreSQL's 65,535 values.
const ROWS_A_STATEMENT: [usize; 5] = [256, 64, 16, 4, 1];

/// What a group of statements sees and changes together. Dropped without [`Transaction::commit`], it changed nothing.
#[derive(Debug)]
pub struct Transaction {
    inner: Inner,
    /// What it moves, and how far that was at each open savepoint.
    moves: Vec<Move>,
    pub(super) totals: MovedTotals,
    savepoints: Vec<Mark>,
    herald: Option<Arc<Herald>>,
    lists: Option<Arc<KeptLists>>,
}

/// How far a transaction had come.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    moves: usize,
    totals: MovesMark,
}

/// Of which database.
#[derive(Debug)]
pub(super) enum Inner {
    Sqlite(sqlite::Open),
    Postgres(postgres::Open),
}

/// A statement: written here whole, or built from parts that are.
pub(super) enum Sql {
    Written(&'static str),
    /// Holds a number of placeholders known at run time only, one of a few; never a value.
    Built(String),
}

impl Sql {
    fn text(&self) -> &str {
        match self {
            Self::Written(text) => text,
            Self::Built(text) => text,
        }
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::Written(text)
    }
}

impl Transaction {
    pub(super) fn of(inner: Inner) -> Self {
        let (moves, totals, savepoints) = Default::default();
        Self { inner, moves, totals, savepoints, herald: None, lists: None }
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
        let sql = sql.into();
        match &mut self.inner {
            Inner::Sqlite(open) => open.execute(sql.text(), &values),
            Inner::Postgres(open) => postgres::execute(open, sql, values).await,
        }
    }

    /// Every row of a query.
    pub(super) async fn fetch<T: FromRow>(
        &mut self,
        sql: impl Into<Sql>,
        values: Vec<Value>,
    ) -> Result<Vec<T>, StoreError> {
        let sql = sql.into();
        let rows = match &mut self.inner {
            Inner::Sqlite(open) => open.fetch(sql.text(), &values)?,
            Inner::Postgres(open) => postgres::fetch(open, sql, values).await?,
        };
        rows.into_iter().map(T::from_row).collect()
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
        self.savepoints.push(Mark { moves: self.moves.len(), totals: self.totals.mark() });
        self.execute("SAVEPOINT step", args![]).await.map(drop)
    }

    /// Undoes everything since the last [`Transaction::savepoint`].
    pub async fn undo_to_savepoint(&mut self) -> Result<(), StoreError> {
        let mark = self.savepoints.last().copied().unwrap_or_default();
        self.moves.truncate(mark.moves);
        self.totals.undo_to(mark.totals);
        self.execute("ROLLBACK TO SAVEPOINT step", args![]).await?;
        self.keep_savepoint().await
    }

    /// Keeps everything since the last [`Transaction::savepoint`].
    pub async fn keep_savepoint(&mut self) -> Result<(), StoreError> {
        self.savepoints.pop();
        self.execute("RELEASE SAVEPOINT step", args![]).await.map(drop)
    }

    /// Makes it all durable, or nothing.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.log_moves().await?;
        match self.inner {
            Inner::Sqlite(open) => open.commit()?,
            Inner::Postgres(open) => open.commit().await?,
        }
        if let Some(herald) = self.herald {
            herald.tell(self.moves);
        }
        Ok(())
    }
}
