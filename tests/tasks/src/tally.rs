//! Counting: from what tests say to `N passed, N failed, N skipped`.

use std::fmt;

/// How many checks went which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl Tally {
    /// One check that is not a test: formatting, lints, a build.
    pub(crate) fn of_check(success: bool) -> Self {
        Self { passed: u32::from(success), failed: u32::from(!success), skipped: 0 }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// What a test run has said so far.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    said: Tally,
    /// The lines `SKIPPED …` of tests that found their means missing; the harness counts them as passed.
    pub(crate) skipped: Vec<String>,
}

impl Reading {
    pub(crate) fn read(&mut self, line: &str) {
        if line.starts_with("SKIPPED ") {
            self.skipped.push(line.trim().to_owned());
        } else if let Some((_, result)) = line.split_once("test result:") {
            self.said.add(Tally {
                passed: number_before(result, "passed"),
                failed: number_before(result, "failed"),
                skipped: number_before(result, "ignored"),
            });
        }
    }

    /// What the run came to: one that ends badly without a failed test (it does not compile, it crashed) is a failure.
    pub(crate) fn closed(&self, success: bool) -> Tally {
        let not_run = u32::try_from(self.skipped.len()).unwrap_or(u32::MAX);
        let unsaid = u32::from(!success && self.said.failed == 0);
        Tally {
            passed: self.said.passed.saturating_sub(not_run),
            failed: self.said.failed + unsaid,
            skipped: self.said.skipped + not_run,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

fn number_before(line: &str, word: &str) -> u32 {
    let words: Vec<&str> = line.split([' ', ';']).filter(|word| !word.is_empty()).collect();
    let place = words.iter().position(|candidate| *candidate == word);
    place.and_then(|place| words.get(place.checked_sub(1)?)?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(lines: &[&str], success: bool) -> Tally {
        let mut reading = Reading::default();
        lines.iter().for_each(|line| reading.read(line));
        reading.closed(success)
    }

    #[test]
    fn the_harness_is_believed_with_and_without_color() {
        let lines = [
            "running 3 tests",
            "test result: ok. 24 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s",
            "test result: \u{1b}[31mFAILED\u{1b}[m. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out",
        ];
        assert_eq!(tally(&lines, false), Tally { passed: 26, failed: 3, skipped: 1 });
    }

    #[test]
    fn a_test_that_could_not_run_is_not_a_test_that_passed() {
        let lines =
            ["SKIPPED working_offline: missing chromium", "test result: ok. 5 passed; 0 failed; 0 ignored;"];
        assert_eq!(tally(&lines, true), Tally { passed: 4, failed: 0, skipped: 1 });
    }

    #[test]
    fn a_run_that_ends_badly_without_a_result_is_a_failure() {
        assert_eq!(tally(&["error: could not compile"], false), Tally { passed: 0, failed: 1, skipped: 0 });
        assert_eq!(tally(&["test result: FAILED. 1 passed; 2 failed; 0 ignored;"], false).failed, 2);
    }

    #[test]
    fn the_last_line() {
        assert_eq!(Tally { passed: 3, failed: 0, skipped: 2 }.to_string(), "3 passed, 0 failed, 2 skipped");
    }
}
