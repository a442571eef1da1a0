//! Every planted fault, one after the other: after how many steps the simulation finds it.

use std::{fmt, sync::Mutex, thread};

use domain::planted::Bug;
use simulation::{STEPS_A_SEED, run_planted};

/// Past this many steps a fault counts as not found.
const MOST_STEPS: u64 = 3_000_000;

struct Found {
    bug: Bug,
    steps: u64,
    by: Option<(u64, &'static str, String)>,
}

/// What the hunt came to.
pub(crate) struct Hunt(Vec<Found>);

impl Hunt {
    /// Hunts all of them, on every core.
    pub(crate) fn run() -> Self {
        let (waiting, found) = (Mutex::new(Bug::ALL.to_vec()), Mutex::new(Vec::new()));
        let threads = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(bug) = waiting.lock().ok().and_then(|mut waiting| waiting.pop()) {
                        let one = hunted(bug);
                        eprintln!("{bug:?}: {} steps, {:?}", one.steps, one.by);
                        if let Ok(mut found) = found.lock() {
                            found.push(one);
                        }
                    }
                });
            }
        });
        let mut found = found.into_inner().unwrap_or_default();
        found.sort_by_key(|found| found.bug as usize);
        Self(found)
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.0.iter().all(|found| found.by.is_some())
    }
}

fn hunted(bug: Bug) -> Found {
    let mut steps = 0;
    for seed in 1.. {
        let outcome = run_planted(seed, STEPS_A_SEED, bug);
        steps += outcome.steps;
        // A seed that fails by itself finds nothing.
        if let Some((violation, _)) = outcome.broken
            && simulation::run(seed, STEPS_A_SEED).broken.is_none()
        {
            return Found { bug, steps, by: Some((seed, violation.invariant, violation.what)) };
        }
        if steps > MOST_STEPS {
            break;
        }
    }
    Found { bug, steps, by: None }
}

impl fmt::Display for Hunt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Planted faults\n\n| fault | found after | seed | by |\n|---|---|---|---|")?;
        for Found { bug, steps, by } in &self.0 {
            match by {
                Some((seed, invariant, _)) => {
                    writeln!(f, "| {bug:?} | {steps} steps | {seed} | {invariant} |")?
                }
                None => writeln!(f, "| {bug:?} | not in {steps} steps | | |")?,
            }
        }
        Ok(())
    }
}
