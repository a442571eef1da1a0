//! What many runs came to, as a page to read.

use std::{fmt, time::Duration};

use simulation::{Counts, Fault, Outcome, STEPS_A_SEED};

/// At most this many stories are kept.
const STORIES: usize = 5;

/// What many runs came to.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) steps: u64,
    seeds: u64,
    first: Option<u64>,
    last: u64,
    virtual_ms: i64,
    intents: u64,
    orders: u64,
    /// By class, in the order of [`Fault::ALL`].
    counts: Vec<u64>,
    /// Runs in which both classes struck.
    pairs: Vec<Counts>,
    violations: u64,
    stories: Vec<String>,
    took: Duration,
}

impl Report {
    pub(crate) fn take(&mut self, seed: u64, outcome: &Outcome) {
        self.steps += outcome.steps;
        self.seeds += 1;
        self.first = Some(self.first.map_or(seed, |first| first.min(seed)));
        self.last = self.last.max(seed);
        self.virtual_ms += outcome.virtual_ms;
        self.intents += outcome.intents;
        self.orders += outcome.orders;
        let none = [0; Fault::ALL.len()];
        self.counts.resize(none.len(), 0);
        self.pairs.resize(none.len(), none);
        for (one, count) in outcome.counts.iter().enumerate() {
            self.counts[one] += count;
            for other in (0..one).filter(|other| *count > 0 && outcome.counts[*other] > 0) {
                self.pairs[one][other] += 1;
            }
        }
        if let Some((violation, story)) = &outcome.broken {
            self.violations += 1;
            if self.stories.len() < STORIES {
                let steps = outcome.steps.max(STEPS_A_SEED);
                self.stories.push(format!(
                    "### Seed {seed}: {}\n\n{}\n\n{story}\nAgain: `cargo simulate --seed {seed} --steps {steps}`\n",
                    violation.invariant, violation.what
                ));
            }
        }
    }

    pub(crate) fn took(&mut self, took: Duration) {
        self.took = took;
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.violations == 0
    }

    pub(crate) fn progress(&self, of: u64, so_far: Duration) -> String {
        let pace = self.steps * 1_000 / u64::try_from(so_far.as_millis()).unwrap_or(1).max(1);
        format!(
            "{} of {of} steps, {} seeds, {pace} steps/s, {} violations",
            self.steps, self.seeds, self.violations
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pace = self.steps * 1_000 / u64::try_from(self.took.as_millis()).unwrap_or(1).max(1);
        let years = self.virtual_ms / 86_400_000;
        writeln!(f, "# Simulation\n")?;
        writeln!(f, "| | |\n|---|---|")?;
        writeln!(f, "| seeds | {} ({} to {}) |", self.seeds, self.first.unwrap_or(0), self.last)?;
        writeln!(f, "| steps | {} |", self.steps)?;
        writeln!(f, "| steps/s | {pace} |")?;
        writeln!(f, "| virtual days | {years} |")?;
        writeln!(f, "| recorded by people | {} |", self.intents)?;
        writeln!(f, "| orders | {} |", self.orders)?;
        writeln!(f, "| violations | {} |", self.violations)?;
        writeln!(f, "\n## Faults\n\n| class | injected |\n|---|---|")?;
        for (fault, count) in Fault::ALL.iter().zip(&self.counts) {
            writeln!(f, "| {} | {count} |", fault.name())?;
        }
        self.matrix(f)?;
        for story in &self.stories {
            writeln!(f, "\n{story}")?;
        }
        Ok(())
    }
}

impl Report {
    /// The pairs of classes, by how many runs saw both.
    fn matrix(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n## Runs that saw both classes\n")?;
        write!(f, "| |")?;
        (1..=Fault::ALL.len()).try_for_each(|column| write!(f, " {column} |"))?;
        writeln!(f, "\n|---|{}", "---|".repeat(Fault::ALL.len()))?;
        for (row, pairs) in self.pairs.iter().enumerate() {
            write!(f, "| {} {} |", row + 1, Fault::ALL[row].name())?;
            pairs[..row].iter().try_for_each(|count| write!(f, " {count} |"))?;
            writeln!(f, "{}", " |".repeat(Fault::ALL.len() - row))?;
        }
        Ok(())
    }
}
