//! Every decoder of what comes from outside, fed with what nobody would send.
//!
//! ```text
//! corpus (kept, real) ─► damage (seeded) ─► decoder ─► no panic · in time · in bounds · what it accepts reads back the same
//! ```
//!
//! [`decoders::ALL`] is the list; `corpus/` holds a few real texts and files for each, written once by `corpus.rs`. No engine that
//! needs an instrumented compiler: this runs on the stable one, in the test command for a moment and by `cargo fuzz-all --seconds N`
//! for as long as one likes. A finding is a decoder and a number: `cargo fuzz-all --only NAME --number N`.

#[cfg(test)]
mod corpus;
pub mod damage;
pub mod decoders;
mod machine;

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    time::{Duration, Instant},
};

use decoders::Decoder;

/// Longer, on however slow a machine, is a decoder that can be made to work for who sends little.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a decoder may take above what the process had. An import of the largest allowed file is granted as much.
const MOST_MEMORY_KIB: u64 = 512 * 1024;
/// How many inputs pass between two looks at the memory.
const LOOKED_EVERY: u64 = 64;

/// How one decoder did.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// How many inputs it was given.
    pub inputs: u64,
    /// How many of them it accepted.
    pub accepted: u64,
    /// The longest it took.
    pub slowest: Duration,
    /// The most memory it took above what there was, in KiB; 0 where the machine does not say.
    pub memory_kib: u64,
    /// The numbers of inputs that broke a promise, and how.
    pub findings: Vec<(u64, String)>,
}

/// How long to go on.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// So many inputs.
    Inputs(u64),
    /// So long.
    Elapsed(Duration),
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
#[must_use]
pub fn feed(decoder: &Decoder, from: u64, until: Until) -> Tally {
    let corpus = corpus_of(decoder);
    let (mut tally, begun) = (Tally::default(), Instant::now());
    machine::forget_peak();
    let before = machine::peak_kib();
    let mut number = from;
    loop {
        let over = match until {
            Until::Inputs(most) => tally.inputs >= most,
            Until::Elapsed(most) => begun.elapsed() >= most,
        };
        if over {
            break;
        }
        one(decoder, &corpus, number, &mut tally);
        if tally.inputs.is_multiple_of(LOOKED_EVERY) {
            let taken = machine::peak_kib().saturating_sub(before);
            if taken > MOST_MEMORY_KIB && tally.memory_kib <= MOST_MEMORY_KIB {
                tally.findings.push((number, format!("{taken} KiB, it or one of the {LOOKED_EVERY} before")));
            }
            tally.memory_kib = tally.memory_kib.max(taken);
        }
        number += 1;
    }
    tally.memory_kib = tally.memory_kib.max(machine::peak_kib().saturating_sub(before));
    tally
}

fn one(decoder: &Decoder, corpus: &[Vec<u8>], number: u64, tally: &mut Tally) {
    let bytes = input(decoder, corpus, number);
    let begun = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| (decoder.read)(&bytes)));
    let took = begun.elapsed();
    tally.inputs += 1;
    tally.slowest = tally.slowest.max(took);
    match outcome {
        Ok(Ok(accepted)) => tally.accepted += u64::from(accepted),
        Ok(Err(why)) => tally.findings.push((number, why)),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().cloned();
            let said = said.or_else(|| panic.downcast_ref::<&str>().map(|&said| said.to_owned()));
            tally.findings.push((number, format!("panicked: {}", said.unwrap_or_default())));
        }
    }
    if took > PATIENCE {
        tally.findings.push((number, format!("took {took:?}")));
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
            let tally = feed(decoder, 0, Until::Inputs(decoder.in_tests));
            assert!(tally.findings.is_empty(), "{}: {:?}", decoder.name, tally.findings);
            assert!(tally.accepted > 0, "{} accepts nothing", decoder.name);
        }
    }
}
