//! Every planted fault, one after the other: after how many steps the simulation finds it.

use std::{fmt, sync::Mutex, thread};

use domain::planted::Bug;
use simulation::{STEPS_A_SEED, run_planted};

struct Found {
    bug: Bug,
    steps: u64,
    by: Option<(u64, &'static str, String)>,
}

/// What the hunt came to.
pub(crate) struct Hunt(Vec<Found>);

impl Hunt {
    /// Hunts all of them, or the one of that name, on every core. Past `most_steps` a fault counts as not found.
    pub(crate) fn run(most_steps: u64, only: Option<&str>) -> Self {
        let mut hunted_for = Bug::ALL.to_vec();
        hunted_for.retain(|bug| only.is_none_or(|name| format!("{bug:?}") == name));
        let (waiting, found) = (Mutex::new(hunted_for), Mutex::new(Vec::new()));
        let threads = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(bug) = waiting.lock().ok().and_then(|mut waiting| waiting.pop()) {
                        let one = hunted(bug, most_steps);
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

fn hunted(bug: Bug, most_steps: u64) -> Found {
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
        if steps > most_steps {
            break;
        }
    }
    Found { bug, steps, by: None }
}

impl fmt::Display for Hunt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.0.iter().filter(|found| found.by.is_some()).count();
        writeln!(f, "# Planted faults\n")?;
        writeln!(
            f,
            "Written by `cargo simulate --planted --report FILE`. Each fault of `app/domain/src/planted.rs` is"
        )?;
        writeln!(
            f,
            "switched on alone, and seeds are run from 1 on until one breaks a promise it keeps without the fault."
        )?;
        writeln!(
            f,
            "\n{found} of {} found.\n\n| fault | found after | seed | by |\n|---|---|---|---|",
            self.0.len()
        )?;
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
