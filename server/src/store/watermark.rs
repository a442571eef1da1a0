//! How far the base had come, written beside it after each commit.
//!
//! A base that comes back by `mercuriale restore` begins a new life. One set back by other means (a file copied, a disk
//! rewound) would go on as if nothing had been, and devices that saw more would wait for places it gives a second time. A
//! base that is behind its own watermark therefore begins a new life too, by itself.

use std::{
    fs::{self, File},
    io,
    path::Path,
    sync::{Mutex, PoisonError},
};

use domain::wire::Cursor;

/// In the folder of the base.
const FILE: &str = "watermark";
/// Every mark is as long as the longest, `e` + 16 + `.` + 20 digits. Another process (an import beside the server) counts only
/// what it gave itself: its mark may be a lower one, and must not leave digits of the one it is written over.
const WIDTH: usize = 38;

/// The file beside the base, and what it says.
#[derive(Debug)]
pub(super) struct Watermark(Mutex<Mark>);

#[derive(Debug)]
struct Mark {
    file: File,
    reached: Cursor,
}

impl Watermark {
    /// What the file beside a base says: its life, and how many places its feeds had given. `None` when there is none, or one
    /// that a power cut left unreadable: it is never synced, and never needs to be.
    pub(super) fn read(folder: &Path) -> Option<Cursor> {
        fs::read_to_string(folder.join(FILE)).ok()?.trim().parse().ok()
    }

    /// Begins to follow a base that stands at `reached`.
    pub(super) fn follow(folder: &Path, reached: Cursor) -> io::Result<Self> {
        let mark = Mark { file: File::create(folder.join(FILE))?, reached };
        mark.write()?;
        Ok(Self(Mutex::new(mark)))
    }

    /// The base gave `places` more, and they are on the disk.
    pub(super) fn advance(&self, places: u64) {
        let mut mark = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mark.reached.seq += places;
        if let Err(error) = mark.write() {
            // What it guards against is rare; what would be lost by stopping here is not.
            tracing::warn!(%error, "the watermark was not written");
        }
    }
}

impl Mark {
    fn write(&self) -> io::Result<()> {
        write_at_start(&self.file, format!("{:<WIDTH$}", self.reached.to_string()).as_bytes())
    }
}

#[cfg(unix)]
fn write_at_start(file: &File, text: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    file.write_all_at(text, 0)
}

#[cfg(not(unix))]
fn write_at_start(mut file: &File, text: &[u8]) -> io::Result<()> {
    use io::{Seek, SeekFrom, Write};
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_lower_mark_of_another_process_leaves_nothing_of_the_higher_one() {
        let home = TempDir::new().unwrap();
        let server = Watermark::follow(home.path(), Cursor { epoch: 7, seq: 9_990 }).unwrap();
        let import = Watermark::follow(home.path(), Cursor { epoch: 7, seq: 9_995 }).unwrap();
        import.advance(10);
        assert_eq!(Watermark::read(home.path()), Some(Cursor { epoch: 7, seq: 10_005 }));
        server.advance(1);
        assert_eq!(Watermark::read(home.path()), Some(Cursor { epoch: 7, seq: 9_991 }));
    }

    #[test]
    fn the_longest_mark_fits() {
        assert_eq!(Cursor { epoch: u64::MAX, seq: u64::MAX }.to_string().len(), WIDTH);
    }
}
