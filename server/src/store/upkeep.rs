//! Keeping the base: copies of it, checks of its file, and coming back from a copy.
//!
//! A live base is never copied as a file. A copy that comes back begins a new life (its epoch changes): devices that have
//! seen later changes then know that their feed positions mean nothing any more, and start over instead of waiting.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use domain::{cycle::CycleId, id::HubId, time::Timestamp};
use rusqlite::{Connection, OpenFlags};

use super::{
    DatabaseUrl, Store, StoreError, Transaction,
    engine::{Engine, FILE, sqlite::beside_the_runtime},
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

impl From<rusqlite::Error> for UpkeepError {
    fn from(error: rusqlite::Error) -> Self {
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
        let Engine::Sqlite(base) = &self.engine else { return Err(UpkeepError::NotEmbedded) };
        if file.exists() {
            return Err(UpkeepError::Exists(file.to_owned()));
        }
        let unspeakable = || at(file)(io::Error::new(io::ErrorKind::InvalidInput, "not a name in UTF-8"));
        let name = file.to_str().ok_or_else(unspeakable)?;
        let writer = base.writer().await?;
        if let Err(error) = beside_the_runtime(|| writer.execute("VACUUM INTO ?1", [name])) {
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
        let Engine::Sqlite(base) = &self.engine else { return Ok(Vec::new()) };
        let reader = base.reader().await?;
        let (mut faults, strays) = beside_the_runtime(|| {
            let faults = first_column(&reader, "PRAGMA integrity_check(20)")?;
            Ok::<_, StoreError>((faults, first_column(&reader, "PRAGMA foreign_key_check")?.len()))
        })?;
        faults.retain(|fault| fault != "ok");
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

/// The first column of what a check says, row by row.
fn first_column(connection: &Connection, check: &'static str) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare(check)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
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
        refuse_if_in_use(&target)?;
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
    if !is_ours(&file) {
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
fn is_ours(file: &Path) -> bool {
    let found = existing(file).and_then(|base| {
        base.query_row("SELECT epoch FROM store_life WHERE id = 1", [], |row| row.get::<_, i64>(0))
    });
    found.is_ok()
}

fn existing(file: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

/// A base in WAL mode is locked, shared, by every connection for as long as it is open: an exclusive lock shows that there
/// is none.
fn refuse_if_in_use(target: &Path) -> Result<(), UpkeepError> {
    let alone = || {
        let base = existing(target)?;
        base.busy_timeout(Duration::from_millis(200))?;
        base.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK")
    };
    alone().map_err(|_| UpkeepError::InUse)
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
        let Engine::Sqlite(base) = &store.engine else { panic!("embedded") };
        let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'of tomorrow', 1, x'00', 0)";
        base.writer().await.unwrap().execute_batch(later).unwrap();
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
        Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE recipes (id INTEGER)").unwrap();
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
