//! What was tried so far: a line for each decoder of each run in `runs.jsonl`, which is only added to; `report.md` is their sum.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{Finding, Measures, Tally, decoders::ALL};

/// What one decoder was fed in one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The decoder's name.
    pub decoder: String,
    /// The number of its first input.
    pub first: u64,
    /// How many inputs it was given, one number after the other.
    pub inputs: u64,
    /// How many of them it accepted.
    pub accepted: u64,
    /// How long that took.
    pub seconds: u64,
    /// The longest it took for one, in microseconds.
    pub slowest_us: u64,
    /// The most memory it took, in KiB.
    pub memory_kib: u64,
    /// The inputs that broke a promise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

impl Run {
    /// What a tally tells of a decoder that was fed for so long.
    #[must_use]
    pub fn of(decoder: &str, first: u64, seconds: u64, tally: Tally) -> Self {
        let Measures { inputs, accepted, slowest_us, memory_kib } = tally.measures;
        let (decoder, findings) = (decoder.to_owned(), tally.findings);
        Self { decoder, first, inputs, accepted, seconds, slowest_us, memory_kib, findings }
    }
}

/// The folder where runs are recorded.
#[must_use]
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Adds a run to those recorded in a folder, unless it tried nothing, and writes their report anew.
///
/// # Errors
/// When the folder cannot be read or written, or holds a line that is none.
pub fn add(folder: &Path, run: &Run) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(folder.join("runs.jsonl"))?;
    if run.inputs > 0 {
        writeln!(file, "{}", serde_json::to_string(run)?)?;
    }
    fs::write(folder.join("report.md"), report(&recorded(folder)?))
}

fn recorded(folder: &Path) -> io::Result<Vec<Run>> {
    let text = fs::read_to_string(folder.join("runs.jsonl"))?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// What one decoder was fed in all.
#[derive(Default)]
struct Sum {
    seconds: u64,
    measures: Measures,
    /// First number and the one behind the last, none overlapping another, in order.
    ranges: Vec<(u64, u64)>,
    findings: Vec<Finding>,
}

impl Sum {
    fn add(&mut self, run: &Run) {
        let &Run { first, inputs, accepted, seconds, slowest_us, memory_kib, .. } = run;
        self.seconds += seconds;
        self.measures.add(&Measures { inputs, accepted, slowest_us, memory_kib });
        self.findings.extend(run.findings.iter().cloned());
        self.ranges.push((first, first + inputs));
        self.ranges = merged(std::mem::take(&mut self.ranges));
    }

    /// Each number once, however often it was asked for.
    fn distinct(&self) -> u64 {
        self.ranges.iter().map(|(first, behind)| behind - first).sum()
    }
}

fn merged(mut ranges: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    ranges.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::with_capacity(ranges.len());
    for (first, behind) in ranges {
        match merged.last_mut() {
            Some(last) if first <= last.1 => last.1 = last.1.max(behind),
            _ => merged.push((first, behind)),
        }
    }
    merged
}

/// The report of some runs.
#[must_use]
pub fn report(runs: &[Run]) -> String {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    runs.iter().for_each(|run| sums.entry(&run.decoder).or_default().add(run));
    let mut text = "# Decoders fed with damage\n\n\
         What `cargo fuzz-all --keep` tried so far, the sum of `runs.jsonl`. Each number is an input; one that was asked for twice counts \
         once.\n\n\
         | decoder | seconds | inputs | accepted | slowest | memory taken, KiB | findings | numbers |\n|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    let in_order = ALL.iter().filter_map(|decoder| sums.get_key_value(decoder.name));
    for (name, sum) in in_order.clone() {
        let ranges: Vec<_> =
            sum.ranges.iter().map(|(first, behind)| format!("{first} to {}", behind - 1)).collect();
        let slowest = sum.measures.slowest_us;
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {}.{} ms | {} | {} | {} |",
            sum.seconds,
            sum.distinct(),
            sum.measures.accepted,
            slowest / 1_000,
            slowest % 1_000 / 100,
            sum.measures.memory_kib,
            sum.findings.len(),
            ranges.join(", ")
        );
    }
    for (name, sum) in in_order {
        for Finding { number, what, mended } in sum.findings.iter().take(20) {
            let since = mended.as_ref().map_or_else(String::new, |file| format!("; mended in `{file}`"));
            let _ = writeln!(text, "\n`cargo fuzz-all --only {name} --number {number}`: {what}{since}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(first: u64, inputs: u64) -> Run {
        let measures = Measures { inputs, accepted: 2, slowest_us: inputs, memory_kib: 0 };
        Run::of("push", first, 3, Tally { measures, findings: vec![Finding::of(first, "never ended")] })
    }

    #[test]
    fn runs_add_up_and_a_number_asked_for_twice_counts_once() {
        let folder = tempfile::tempdir().unwrap();
        for run in [run(500, 100), run(10, 1_250), run(9, 0), run(2_000, 10)] {
            add(folder.path(), &run).unwrap();
        }
        let report = fs::read_to_string(folder.path().join("report.md")).unwrap();
        let row = "| push | 9 | 1260 | 6 | 1.2 ms | 0 | 3 | 10 to 1259, 2000 to 2009 |";
        assert!(report.lines().any(|line| line == row), "{report}");
        assert!(report.contains("`cargo fuzz-all --only push --number 2000`: never ended\n"), "{report}");
    }

    /// Somebody edits the record when they mend a finding, or takes one run from another branch.
    #[test]
    fn the_report_kept_is_that_of_the_runs_kept() {
        let kept = fs::read_to_string(folder().join("report.md")).unwrap();
        assert_eq!(kept, report(&recorded(&folder()).unwrap()), "cargo fuzz-all --keep --seconds 0");
    }
}
