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
    /// In place: of one life, a later mark is never the shorter text.
    fn write(&self) -> io::Result<()> {
        write_at_start(&self.file, self.reached.to_string().as_bytes())
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
