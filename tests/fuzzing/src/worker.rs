//! The process that feeds one decoder, and what it leaves for whoever waits for it: how far it came, and what it found.
//!
//! Two files in a folder made for it. `mark` holds five numbers, written over before each input; `findings` a line each. Whatever
//! becomes of the process, the machine keeps both.

use std::{
    env,
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    panic,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use serde::{Deserialize, Serialize};

use crate::{Finding, Measures, Until, Witness, decoders::Decoder, feed};

/// Where a worker finds its orders.
const ORDERS: &str = "FUZZING_ORDERS";
/// What a thread of the server has: a reader that needs more of its stack takes the server down.
const STACK: usize = 2 << 20;
/// A mark in bytes: the number, then what was measured before it.
const MARK_BYTES: usize = 5 * 8;

/// What a worker has to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Orders {
    /// The name of its decoder.
    pub decoder: String,
    /// The number of its first input.
    pub from: u64,
    /// How long it goes on.
    pub until: Until,
    /// The folder of what it leaves.
    pub folder: PathBuf,
}

impl Orders {
    /// The orders of this process; `None` when it is no worker.
    #[must_use]
    pub fn of_this_process() -> Option<Self> {
        serde_json::from_str(&env::var(ORDERS).ok()?).ok()
    }

    /// Gives them to a process that is about to start.
    pub(crate) fn give(&self, worker: &mut Command) -> io::Result<()> {
        worker.env(ORDERS, serde_json::to_string(self)?);
        Ok(())
    }

    /// Carries them out, with the decoder among `decoders` that they name.
    ///
    /// # Errors
    /// When there is none of that name, or what is left cannot be written.
    pub fn carry_out(self, decoders: &'static [Decoder]) -> io::Result<()> {
        let decoder = decoders.iter().find(|decoder| decoder.name == self.decoder);
        let decoder = decoder.ok_or_else(|| io::Error::other(format!("no decoder {}", self.decoder)))?;
        // A finding is said by its number, once.
        panic::set_hook(Box::new(|_| {}));
        let feeding = thread::Builder::new().stack_size(STACK).spawn(move || {
            let mut left = Left::begin(&self.folder)?;
            let measures = feed(decoder, self.from, self.until, &mut left)?;
            left.begins(self.from + measures.inputs, &measures)
        })?;
        feeding.join().map_err(|_| io::Error::other("the feeding itself fell over"))?
    }
}

/// What a worker leaves, while it writes it.
struct Left {
    mark: File,
    findings: File,
}

impl Left {
    fn begin(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            mark: File::create(folder.join("mark"))?,
            findings: File::create(folder.join("findings"))?,
        })
    }
}

impl Witness for Left {
    fn begins(&mut self, number: u64, before: &Measures) -> io::Result<()> {
        let Measures { inputs, accepted, slowest_us, memory_kib } = *before;
        let mut bytes = [0; MARK_BYTES];
        for (place, value) in
            bytes.chunks_exact_mut(8).zip([number, inputs, accepted, slowest_us, memory_kib])
        {
            place.copy_from_slice(&value.to_le_bytes());
        }
        self.mark.seek(SeekFrom::Start(0))?;
        self.mark.write_all(&bytes)
    }

    fn found(&mut self, finding: Finding) -> io::Result<()> {
        writeln!(self.findings, "{}", serde_json::to_string(&finding)?)
    }
}

/// How far a worker came: the number it was about to read, or would have read next, and what it measured before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) number: u64,
    pub(crate) before: Measures,
}

/// The mark in a worker's folder; `None` while there is none.
pub(crate) fn mark_in(folder: &Path) -> Option<Mark> {
    let mut bytes = [0; MARK_BYTES];
    File::open(folder.join("mark")).ok()?.read_exact(&mut bytes).ok()?;
    let mut values = bytes.chunks_exact(8).filter_map(|part| part.try_into().ok()).map(u64::from_le_bytes);
    let mut next = || values.next();
    let number = next()?;
    let before = Measures { inputs: next()?, accepted: next()?, slowest_us: next()?, memory_kib: next()? };
    Some(Mark { number, before })
}

/// The findings in a worker's folder.
///
/// # Errors
/// When they cannot be read.
pub(crate) fn findings_in(folder: &Path) -> io::Result<Vec<Finding>> {
    let text = fs::read_to_string(folder.join("findings"))?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}
