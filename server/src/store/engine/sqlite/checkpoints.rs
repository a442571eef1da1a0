//! The write-ahead log goes into the base beside the connection that writes: at the cut-off, carrying pages over took an
//! eighth of the time of whoever waits for a commit.
//!
//! ```text
//! commit ─► the log is long? ─► most of it is carried over, while commits go on
//!                            ─► between two commits, the rest: the next begins the log anew
//! ```

use std::{
    io,
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;

use super::Slot;
use crate::store::StoreError;

/// So many pages the log may hold: 16 MiB, and half of that in a base of an earlier build. At the cut-off a commit writes a few hundred, and those that each commit
/// writes again are carried over once for all of them.
pub(super) const LONG_LOG: u32 = 2_048;

/// The thread that carries the log over, unless there is none.
#[derive(Debug, Default)]
pub(super) struct Checkpoints(Mutex<Option<Running>>);

#[derive(Debug)]
struct Running {
    wake: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// Begins to carry over what `writer` commits, by a connection of its own.
    pub(super) fn begin(connection: Connection, writer: Slot) -> io::Result<Self> {
        // Commits that come while it is at work are looked at together.
        let (wake, commits) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(move || follow(&connection, &writer, &commits))?;
        Ok(Self(Mutex::new(Some(Running { wake, thread }))))
    }

    /// Something was committed.
    pub(super) fn committed(&self) {
        if let Some(running) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            // A call that waits already speaks for this commit too.
            let _ = running.wake.try_send(());
        }
    }

    /// Waits until the thread lets go of the base.
    pub(super) fn end(&self) {
        let Some(Running { wake, thread }) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
        else {
            return;
        };
        drop(wake);
        if thread.join().is_err() {
            tracing::error!("the log was not carried over to the end");
        }
    }
}

fn follow(connection: &Connection, writer: &Slot, commits: &Receiver<()>) {
    while commits.recv().is_ok() {
        if let Err(error) = carry_over(connection, writer) {
            // The log goes on growing, and the next commit has it tried again.
            tracing::warn!(%error, "the log was not carried over into the base");
        }
    }
}

fn carry_over(connection: &Connection, writer: &Slot) -> Result<(), StoreError> {
    if pages_in_log(connection, "PRAGMA wal_checkpoint(NOOP)")? < LONG_LOG {
        return Ok(());
    }
    pages_in_log(connection, "PRAGMA wal_checkpoint(PASSIVE)")?;
    let _between_commits = writer.blocking_lock();
    pages_in_log(connection, "PRAGMA wal_checkpoint(PASSIVE)").map(drop)
}

/// What a checkpoint says of the log it found.
fn pages_in_log(connection: &Connection, checkpoint: &str) -> Result<u32, StoreError> {
    // A base that is not in WAL mode has none: less than nothing, says SQLite.
    let pages: i64 = connection.query_row(checkpoint, [], |row| row.get(1))?;
    Ok(u32::try_from(pages).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::super::{Embedded, FILE};
    use crate::store::value::Value;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_log_begins_anew_while_commits_go_on() {
        let folder = TempDir::new().unwrap();
        let base = Embedded::open(folder.path()).unwrap();
        base.writer().await.unwrap().execute_batch("CREATE TABLE page (body BLOB)").unwrap();
        let (commits, bytes) = (160, 1 << 19);
        for _ in 0..commits {
            let mut open = base.write().await.unwrap();
            open.execute("INSERT INTO page VALUES ($1)", &[Value::Bytes(Some(vec![7; bytes]))]).unwrap();
            open.commit().unwrap();
        }
        let log = fs::metadata(folder.path().join(format!("{FILE}-wal"))).unwrap().len();
        assert!(log < (commits * bytes) as u64 / 2, "the log was never begun anew: {log} bytes");
        base.close().await;
        assert!(!folder.path().join(format!("{FILE}-wal")).exists(), "all of it is in the base");
    }
}
