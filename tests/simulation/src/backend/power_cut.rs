//! What a power cut leaves of an SQLite base in WAL mode, written to other files.
//!
//! The base runs with `synchronous = FULL`: each commit is synced to the log before it is acknowledged, so everything up
//! to the last commit is on the disk. Whatever else was on its way may be there, in part, or scrambled:
//!
//! - after the last commit of the log, a transaction that was being written: torn at any byte, or noise;
//! - in the base itself, pages a checkpoint was copying out of the log: any of them may be half written, the log still
//!   holds them whole.
//!
//! A file system below SQLite that loses and tears writes by itself (a VFS) would also try SQLite's own promises. It is
//! registered by foreign functions, which this project does not call.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use crate::chance::Chance;

const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// At most this many frames of a transaction that was never committed.
const TORN_FRAMES: usize = 3;

/// The committed part of a log.
struct Log {
    /// Where its last commit ends, in bytes.
    end: usize,
    page_size: usize,
    /// The pages it holds.
    pages: BTreeSet<u32>,
}

/// Writes to `to` what a power cut at this instant would leave of the base `from`.
pub(crate) fn leave(from: &Path, to: &Path, chance: &mut Chance) -> io::Result<()> {
    let (mut base, mut log) = (fs::read(from)?, fs::read(log_of(from)).unwrap_or_default());
    if let Some(committed) = Log::read(&log) {
        log.truncate(committed.end);
        tear_checkpoint(&mut base, &committed, chance);
        let torn = torn_frames(&log, &committed, chance);
        log.extend(torn);
        fs::write(log_of(to), log)?;
    }
    fs::write(to, base)
}

fn log_of(base: &Path) -> PathBuf {
    let mut name = base.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

impl Log {
    /// Reads frame after frame, as SQLite does: as far as the salts are the header's and the running checksum holds.
    /// `None` when the log holds no commit.
    fn read(log: &[u8]) -> Option<Self> {
        let page_size = usize::try_from(word(log, 8)?).ok()?;
        let big_endian = word(log, 0)? & 1 == 1;
        let mut sum = checksum((0, 0), log.get(..24)?, big_endian);
        let (mut at, mut end) = (LOG_HEADER, None);
        let (mut seen, mut pages) = (BTreeSet::new(), BTreeSet::new());
        while let Some(frame) = log.get(at..at + FRAME_HEADER + page_size) {
            sum = checksum(sum, &frame[..8], big_endian);
            sum = checksum(sum, &frame[FRAME_HEADER..], big_endian);
            let holds = (word(frame, 16), word(frame, 20)) == (Some(sum.0), Some(sum.1));
            if frame[8..16] != log[16..24] || !holds {
                break;
            }
            seen.insert(word(frame, 0)?);
            at += frame.len();
            if word(frame, 4)? != 0 {
                end = Some(at);
                pages.append(&mut seen);
            }
        }
        Some(Self { end: end?, page_size, pages })
    }
}

/// The running checksum of SQLite's log.
fn checksum((mut one, mut two): (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    let number = |bytes: &[u8]| {
        let bytes = bytes.try_into().unwrap_or_default();
        if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    for pair in bytes.chunks_exact(8) {
        one = one.wrapping_add(number(&pair[..4])).wrapping_add(two);
        two = two.wrapping_add(number(&pair[4..])).wrapping_add(one);
    }
    (one, two)
}

/// Half writes some of the pages that a checkpoint may have been copying. The first page bears the header of the file,
/// which a disk writes whole.
fn tear_checkpoint(base: &mut [u8], log: &Log, chance: &mut Chance) {
    for page in log.pages.iter().filter(|page| **page > 1) {
        let start = usize::try_from(page - 1).unwrap_or(usize::MAX).saturating_mul(log.page_size);
        if let Some(bytes) = base.get_mut(start..start.saturating_add(log.page_size))
            && chance.once_in(2)
        {
            let whole = chance.below(bytes.len());
            scramble(&mut bytes[whole..], chance);
        }
    }
}

/// The beginning of a transaction that was never committed: frames that look like the last one, cut at any byte.
fn torn_frames(log: &[u8], committed: &Log, chance: &mut Chance) -> Vec<u8> {
    let frame = &log[committed.end - FRAME_HEADER - committed.page_size..committed.end];
    let mut torn = frame.repeat(chance.below(TORN_FRAMES + 1));
    let sound = chance.below(torn.len());
    scramble(&mut torn[sound..], chance);
    torn.truncate(chance.below(torn.len() + 1));
    torn
}

fn scramble(bytes: &mut [u8], chance: &mut Chance) {
    bytes.iter_mut().for_each(|byte| *byte = chance.bits().to_le_bytes()[0]);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn noise_is_no_commit() {
        let mut noise = vec![0; 10_000];
        scramble(&mut noise, &mut Chance::of(1));
        assert!(Log::read(&noise).is_none());
        assert!(Log::read(&[]).is_none());
    }

    #[test]
    fn pages_of_the_log_are_torn_in_the_base_and_no_others() {
        let log = Log { end: 0, page_size: 512, pages: BTreeSet::from([1, 3]) };
        let mut torn = false;
        for seed in 0..8 {
            let mut base = vec![7; 4 * 512];
            tear_checkpoint(&mut base, &log, &mut Chance::of(seed));
            assert!(base[..1024].iter().chain(&base[1536..]).all(|byte| *byte == 7));
            torn |= base[1024..1536].iter().any(|byte| *byte != 7);
        }
        assert!(torn);
    }
}
