//! Keeping the base: copies of it, checks of its file, and coming back from a copy.
//!
//! A live base is never copied as a file. A copy that comes back begins a new life (its epoch changes): devices that have
//! seen later changes then know that their feed positions mean nothing any more, and start over instead of waiting.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use domain::{cycle::CycleId, id::HubId, time::Timestamp};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use super::{
    DatabaseUrl, Store, StoreError, Transaction,
    engine::{Engine, FILE},
    random,
    value::args,
};

/// Why the base could not be copied, checked or restored.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// PostgreSQL has tools of its own for this.
    #[error("this base is kept by PostgreSQL's own tools")]
    NotEmbedded,
    /// A copy never overwrites a file.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// Not a base of Mercuriale.
    #[error("{} is no copy of a base of Mercuriale", .0.display())]
    NotACopy(PathBuf),
    /// The copy is damaged; what SQLite says of it.
    #[error("the copy is damaged: {0}")]
    Damaged(String),
    /// A server has the base open.
    #[error("the base is in use")]
    InUse,
    /// A file could not be read, written or moved.
    #[error("{}: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for UpkeepError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> UpkeepError {
    let path = path.to_owned();
    move |cause| UpkeepError::File { path, cause }
}

impl DatabaseUrl {
    /// Whether there is a base to open. Of a server's, only the server knows: it is taken to be there.
    #[must_use]
    pub fn is_there(&self) -> bool {
        match self {
            Self::Sqlite { folder } => folder.join(FILE).is_file(),
            Self::Postgres(_) => true,
        }
    }
}

impl Store {
    /// Writes a whole and consistent copy of an embedded base to `file`, while it serves.
    ///
    /// # Errors
    /// [`UpkeepError`]; nothing is left at `file` then that was not there before.
    pub async fn backup(&self, file: &Path) -> Result<(), UpkeepError> {
        let Engine::Sqlite { writer, .. } = &self.engine else { return Err(UpkeepError::NotEmbedded) };
        if file.exists() {
            return Err(UpkeepError::Exists(file.to_owned()));
        }
        let unspeakable = || at(file)(io::Error::new(io::ErrorKind::InvalidInput, "not a name in UTF-8"));
        let name = file.to_str().ok_or_else(unspeakable)?;
        if let Err(error) = sqlx::query("VACUUM INTO $1").bind(name).execute(writer).await {
            // Half a copy is worse than none.
            let _ = fs::remove_file(file);
            return Err(error.into());
        }
        fs::File::open(file).and_then(|copy| copy.sync_all()).map_err(at(file))
    }

    /// What SQLite finds wrong with an embedded base's file: nothing, when all is well. PostgreSQL checks its own.
    ///
    /// # Errors
    /// When the base cannot be read at all.
    pub async fn faults_of_file(&self) -> Result<Vec<String>, StoreError> {
        let Engine::Sqlite { readers, .. } = &self.engine else { return Ok(Vec::new()) };
        let mut faults: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check(20)").fetch_all(readers).await?;
        faults.retain(|fault| fault != "ok");
        let strays = sqlx::query("PRAGMA foreign_key_check").fetch_all(readers).await?.len();
        if strays > 0 {
            faults.push(format!("{strays} rows refer to rows that are not there"));
        }
        Ok(faults)
    }

    /// Every cycle of a hub, in order.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn cycles(&self, hub: HubId) -> Result<Vec<CycleId>, StoreError> {
        let sql = "SELECT id FROM cycle WHERE hub = $1 ORDER BY id";
        let rows: Vec<(CycleId,)> = self.read().await?.fetch(sql, args![hub]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}

impl Transaction {
    /// Changes the life of the store: feed positions of the one before mean nothing any more. The new one.
    pub(super) async fn begin_a_new_life(&mut self) -> Result<u64, StoreError> {
        let epoch = u64::from_le_bytes(random()?);
        self.execute("UPDATE store_life SET epoch = $1 WHERE id = 1", args![epoch.cast_signed()]).await?;
        Ok(epoch)
    }
}

/// Puts a copy in the place of an embedded base, checked and brought up to date first. What was there is kept beside it;
/// the answer says where.
///
/// # Errors
/// [`UpkeepError`]; the base is as it was then.
pub async fn restore(folder: &Path, copy: &Path, now: Timestamp) -> Result<Option<PathBuf>, UpkeepError> {
    const SIGNATURE: &[u8; 16] = b"SQLite format 3\0";
    let mut start = [0; 16];
    let read = fs::File::open(copy).map_err(at(copy))?.read_exact(&mut start);
    if read.is_err() || start != *SIGNATURE {
        return Err(UpkeepError::NotACopy(copy.to_owned()));
    }
    fs::create_dir_all(folder).map_err(at(folder))?;
    let target = folder.join(FILE);
    if target.exists() {
        refuse_if_in_use(&target).await?;
    }
    let workshop = folder.join(format!("restore-{}", now.0));
    fs::create_dir(&workshop).map_err(at(&workshop))?;
    let prepared = prepare(&workshop, copy).await;
    let put = match prepared {
        Ok(()) => put_in_place(&workshop.join(FILE), &target, now),
        Err(error) => Err(error),
    };
    let _ = fs::remove_dir_all(&workshop);
    put
}

/// Copies, opens, checks and closes: what is left is one whole file.
async fn prepare(workshop: &Path, copy: &Path) -> Result<(), UpkeepError> {
    let file = workshop.join(FILE);
    fs::copy(copy, &file).map_err(at(&file))?;
    if !is_ours(&file).await {
        return Err(UpkeepError::NotACopy(copy.to_owned()));
    }
    let store = Store::open(&DatabaseUrl::Sqlite { folder: workshop.to_owned() }).await?;
    let faults = store.faults_of_file().await?;
    let mut tx = store.write_beside().await?;
    tx.begin_a_new_life().await?;
    tx.commit().await?;
    store.close().await;
    faults.into_iter().next().map_or(Ok(()), |fault| Err(UpkeepError::Damaged(fault)))
}

/// Whether the file has our tables: another program's base must not be given them.
async fn is_ours(file: &Path) -> bool {
    let options = SqliteConnectOptions::new().filename(file).disable_statement_logging();
    let Ok(mut connection) = options.connect().await else { return false };
    let found =
        sqlx::query("SELECT epoch FROM store_life WHERE id = 1").fetch_optional(&mut connection).await;
    let _ = connection.close().await;
    matches!(found, Ok(Some(_)))
}

/// A base in WAL mode is locked, shared, by every connection for as long as it is open: an exclusive lock shows that there
/// is none.
async fn refuse_if_in_use(target: &Path) -> Result<(), UpkeepError> {
    let options = SqliteConnectOptions::new()
        .filename(target)
        .locking_mode(sqlx::sqlite::SqliteLockingMode::Exclusive)
        .busy_timeout(std::time::Duration::from_millis(200))
        .disable_statement_logging();
    let mut connection = options.connect().await.map_err(|_| UpkeepError::InUse)?;
    let locked = sqlx::query("BEGIN EXCLUSIVE").execute(&mut connection).await;
    let _ = sqlx::query("ROLLBACK").execute(&mut connection).await;
    let _ = connection.close().await;
    locked.map(drop).map_err(|_| UpkeepError::InUse)
}

fn put_in_place(prepared: &Path, target: &Path, now: Timestamp) -> Result<Option<PathBuf>, UpkeepError> {
    let mut kept = None;
    if target.exists() {
        let aside = target.with_file_name(format!("before-restore-{}.db", now.0));
        // The log of a base that was not closed well belongs to it and must follow.
        for ending in ["-wal", "-shm", ""] {
            let (from, to) = (with_ending(target, ending), with_ending(&aside, ending));
            if from.exists() {
                fs::rename(&from, &to).map_err(at(&from))?;
            }
        }
        kept = Some(aside);
    }
    fs::rename(prepared, target).map_err(at(target))?;
    Ok(kept)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use domain::{
        money::Rate,
        pricing::{MarginBase, Terms},
        wire::snapshot::HubCard,
    };
    use tempfile::TempDir;
    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp(1_764_154_800_000);

    async fn opened(folder: &Path) -> Store {
        Store::open(&DatabaseUrl::Sqlite { folder: folder.to_owned() }).await.unwrap()
    }

    async fn found_hub(store: &Store, name: &str) {
        let id = HubId(Uuid::new_v5(&Uuid::nil(), name.as_bytes()));
        let terms = Terms { margin_base: MarginBase::OnCost, margin: Rate::ZERO, transport: Rate::ZERO };
        store.create_hub(&HubCard { id, name: name.into(), phone: String::new() }, &terms).await.unwrap();
    }

    #[tokio::test]
    async fn a_copy_made_while_serving_comes_back_as_a_new_life() {
        let (home, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let store = opened(home.path()).await;
        found_hub(&store, "first").await;
        let copy = other.path().join("copy.db");
        store.backup(&copy).await.unwrap();
        assert!(matches!(store.backup(&copy).await, Err(UpkeepError::Exists(_))));
        found_hub(&store, "second").await;
        assert_eq!((store.hubs().await.unwrap().len(), store.faults_of_file().await.unwrap().len()), (2, 0));
        assert!(matches!(restore(home.path(), &copy, NOW).await, Err(UpkeepError::InUse)));
        let epoch = store.epoch();
        store.close().await;

        let kept = restore(home.path(), &copy, NOW).await.unwrap().unwrap();
        let restored = opened(home.path()).await;
        assert_eq!(restored.hubs().await.unwrap().len(), 1);
        assert_ne!(restored.epoch(), epoch);
        assert!(kept.is_file(), "what was there is kept");
        assert!(!home.path().join(format!("restore-{}", NOW.0)).exists());
    }

    #[tokio::test]
    async fn a_base_set_back_behind_our_back_begins_a_new_life_by_itself() {
        let (home, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let store = opened(home.path()).await;
        found_hub(&store, "first").await;
        let (epoch, copy) = (store.epoch(), other.path().join("copy.db"));
        store.backup(&copy).await.unwrap();
        store.close().await;
        assert_eq!(opened(home.path()).await.epoch(), epoch, "a start alone is no new life");
        let store = opened(home.path()).await;
        found_hub(&store, "second").await;
        store.close().await;

        fs::copy(&copy, home.path().join(FILE)).unwrap();
        let back = opened(home.path()).await;
        assert_eq!(back.hubs().await.unwrap().len(), 1);
        assert_ne!(back.epoch(), epoch);
        back.close().await;
        assert_eq!(opened(home.path()).await.epoch(), back.epoch(), "once");
    }

    #[tokio::test]
    async fn a_base_of_a_later_version_is_refused_and_left_as_it_is() {
        let home = TempDir::new().unwrap();
        let store = opened(home.path()).await;
        found_hub(&store, "first").await;
        let Engine::Sqlite { writer, .. } = &store.engine else { panic!("embedded") };
        let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'of tomorrow', 1, x'00', 0)";
        sqlx::query(later).execute(writer).await.unwrap();
        store.close().await;
        let before = fs::read(home.path().join(FILE)).unwrap();
        let refusal = Store::open(&DatabaseUrl::Sqlite { folder: home.path().to_owned() }).await.err();
        assert!(matches!(refusal, Some(StoreError::Migration(_))), "{refusal:?}");
        assert!(fs::read(home.path().join(FILE)).unwrap() == before);
    }

    #[tokio::test]
    async fn what_is_no_copy_of_ours_changes_nothing() {
        let (home, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let store = opened(home.path()).await;
        found_hub(&store, "first").await;
        store.close().await;
        let foreign = other.path().join("foreign.db");
        let options = SqliteConnectOptions::new().filename(&foreign).create_if_missing(true);
        let mut connection = options.connect().await.unwrap();
        sqlx::query("CREATE TABLE recipes (id INTEGER)").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        let text = other.path().join("text.db");
        fs::write(&text, "not a base").unwrap();
        for file in [&foreign, &text] {
            assert!(
                matches!(restore(home.path(), file, NOW).await, Err(UpkeepError::NotACopy(_))),
                "{file:?}"
            );
        }
        assert_eq!(opened(home.path()).await.hubs().await.unwrap().len(), 1);
    }
}
