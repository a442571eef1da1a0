//! Every decoder of what comes from outside, fed with what nobody would send.
//!
//! ```text
//! corpus (kept, real) ─► damage (seeded) ─► decoder ─► no panic · in time · in bounds · what it accepts reads back the same
//! ```
//!
//! [`decoders::ALL`] is the list; `corpus/` holds a few real texts and files for each, written once by `corpus.rs`. No engine that
//! needs an instrumented compiler: this runs on the stable one, in the test command for a moment and by `cargo fuzz-all --seconds N`
//! for as long as one likes. A finding is a decoder and a number: `cargo fuzz-all --only NAME --number N`.
//!
//! Each decoder is fed in a process of its own (`worker`), which writes down the number of an input before it is read. Whoever waits
//! for it (`watch`) ends it when one input takes too long, names that input, and has the next process go on behind it: neither a
//! decoder that never ends nor one that takes its process down holds the others up. What was tried adds up from run to run (`record`).

#[cfg(test)]
mod corpus;
pub mod damage;
pub mod decoders;
mod machine;
pub mod record;
pub mod watch;
pub mod worker;

use std::{
    fs, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    time::{Duration, Instant},
};

use decoders::Decoder;
use serde::{Deserialize, Serialize};

/// Longer, on however slow a machine, is a decoder that can be made to work for who sends little.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// What a decoder may take above what the process had. An import of the largest allowed file is granted as much.
const MOST_MEMORY_KIB: u64 = 512 * 1024;
/// How many inputs pass between two looks at the memory.
const LOOKED_EVERY: u64 = 64;

/// How one decoder did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How far it came.
    pub measures: Measures,
    /// The inputs that broke a promise.
    pub findings: Vec<Finding>,
}

/// What is counted while a decoder is fed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measures {
    /// How many inputs it was given.
    pub inputs: u64,
    /// How many of them it accepted.
    pub accepted: u64,
    /// The longest it took for one, in microseconds.
    pub slowest_us: u64,
    /// The most memory it took above what there was, in KiB; 0 where the machine does not say.
    pub memory_kib: u64,
}

/// An input that broke a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its number.
    pub number: u64,
    /// What happened.
    pub what: String,
    /// The file where it was mended since; written by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mended: Option<String>,
}

impl Finding {
    pub(crate) fn of(number: u64, what: impl Into<String>) -> Self {
        Self { number, what: what.into(), mended: None }
    }
}

/// How long to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Until {
    /// So many inputs.
    Inputs(u64),
    /// So long.
    Elapsed(Duration),
}

/// Hears of each input before it is read, and of each finding when it is made.
pub trait Witness {
    /// The input of this number is about to be read; what was measured before it.
    ///
    /// # Errors
    /// Where it cannot be kept, nothing more is fed.
    fn begins(&mut self, number: u64, before: &Measures) -> io::Result<()>;

    /// An input broke a promise.
    ///
    /// # Errors
    /// Where it cannot be kept, nothing more is fed.
    fn found(&mut self, finding: Finding) -> io::Result<()>;
}

/// The kept inputs of a decoder, in the order of their names.
///
/// # Panics
/// When there is none: a decoder without a corpus is not looked at.
#[must_use]
pub fn corpus_of(decoder: &Decoder) -> Vec<Vec<u8>> {
    let folder = folder().join(decoder.corpus);
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    let kept: Vec<_> = files.iter().filter_map(|file| fs::read(file).ok()).collect();
    assert!(!kept.is_empty(), "{} has no corpus", decoder.name);
    kept
}

/// Where corpora are kept.
#[must_use]
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The input of a number: the corpus as it is first, then damaged.
#[must_use]
pub fn input(decoder: &Decoder, corpus: &[Vec<u8>], number: u64) -> Vec<u8> {
    match usize::try_from(number).ok().and_then(|at| corpus.get(at)) {
        Some(kept) => kept.clone(),
        None => damage::damaged(corpus, decoder.kind, number),
    }
}

/// Feeds a decoder, from an input's number on.
///
/// # Errors
/// Those of the witness.
pub fn feed(decoder: &Decoder, from: u64, until: Until, witness: &mut impl Witness) -> io::Result<Measures> {
    let (corpus, begun) = (corpus_of(decoder), Instant::now());
    machine::forget_peak();
    let before = machine::peak_kib();
    let mut measures = Measures::default();
    loop {
        let over = match until {
            Until::Inputs(most) => measures.inputs >= most,
            Until::Elapsed(most) => begun.elapsed() >= most,
        };
        let number = from + measures.inputs;
        if over || measures.inputs.is_multiple_of(LOOKED_EVERY) {
            let taken = machine::peak_kib().saturating_sub(before);
            if taken > MOST_MEMORY_KIB && measures.memory_kib <= MOST_MEMORY_KIB {
                let what = format!("{taken} KiB, one of the {LOOKED_EVERY} inputs before");
                witness.found(Finding::of(number, what))?;
            }
            measures.memory_kib = measures.memory_kib.max(taken);
        }
        if over {
            return Ok(measures);
        }
        witness.begins(number, &measures)?;
        if let Some(finding) = one(decoder, &corpus, number, &mut measures) {
            witness.found(finding)?;
        }
    }
}

/// Has one input read, and measures it.
fn one(decoder: &Decoder, corpus: &[Vec<u8>], number: u64, measures: &mut Measures) -> Option<Finding> {
    let bytes = input(decoder, corpus, number);
    let begun = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| (decoder.read)(&bytes)));
    let took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    measures.inputs += 1;
    measures.slowest_us = measures.slowest_us.max(took_us);
    match outcome {
        Ok(Ok(accepted)) => {
            measures.accepted += u64::from(accepted);
            None
        }
        Ok(Err(why)) => Some(Finding::of(number, why)),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().cloned();
            let said = said.or_else(|| panic.downcast_ref::<&str>().map(|&said| said.to_owned()));
            Some(Finding::of(number, format!("panicked: {}", said.unwrap_or_default())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kept_input_is_accepted_as_what_it_is() {
        for decoder in decoders::ALL {
            for (at, kept) in corpus_of(decoder).iter().enumerate() {
                assert_eq!((decoder.read)(kept), Ok(true), "{} {at}", decoder.name);
            }
        }
    }

    #[test]
    fn the_same_number_is_the_same_damage() {
        let decoder = &decoders::ALL[0];
        let corpus = corpus_of(decoder);
        let far = 1_000;
        assert_eq!(input(decoder, &corpus, far), input(decoder, &corpus, far));
        assert_ne!(input(decoder, &corpus, far), input(decoder, &corpus, far + 1));
    }

    /// A moment of it at each run of the tests; the long run is the command's.
    #[test]
    fn no_decoder_breaks_a_promise() {
        for decoder in decoders::ALL {
            let until = Until::Inputs(decoder.in_tests);
            let tally = watch::watched(decoder.name, 0, until, PATIENCE, &watch::tests::worker).unwrap();
            assert!(tally.findings.is_empty(), "{}: {:?}", decoder.name, tally.findings);
            assert_eq!(tally.measures.inputs, decoder.in_tests, "{}", decoder.name);
            assert!(tally.measures.accepted > 0, "{} accepts nothing", decoder.name);
        }
    }
}
