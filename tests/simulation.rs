//! The promise, tried: nothing is lost, nothing is doubled, whatever happens. See `simulation/src/lib.rs`; the long run is
//! `cargo simulate`.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use simulation::{STEPS_A_SEED, run, run_clocks, run_on_both};

/// Tests are built to compile fast, not to run fast: the two million steps of the budget are `cargo simulate`'s own step in
/// `cargo verify`. Here enough seeds run to stop a change that breaks the promise.
const SEEDS: u64 = 40;

#[test]
fn nothing_is_lost_and_nothing_is_doubled_whatever_happens() {
    let next = AtomicU64::new(1);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > SEEDS {
                        return;
                    }
                    if let Some((violation, story)) = run(seed, STEPS_A_SEED).broken {
                        let again = format!("cargo simulate --seed {seed} --steps {STEPS_A_SEED}");
                        panic!("{}: {}\n{story}\nAgain: {again}", violation.invariant, violation.what);
                    }
                }
            });
        }
    });
}

#[test]
fn one_seed_tells_the_same_story_twice() {
    for seed in [1, 7, 60] {
        let [one, two] = [(), ()].map(|()| run(seed, STEPS_A_SEED));
        assert_eq!((one.trace, one.steps, one.counts), (two.trace, two.steps, two.counts), "seed {seed}");
    }
}

/// Each seed runs twice.
const SEEDS_WITH_CLOCKS: std::ops::RangeInclusive<u64> = 1..=4;

#[test]
fn what_the_clocks_of_tablets_say_decides_nothing() {
    for seed in SEEDS_WITH_CLOCKS {
        if let Some((violation, story)) = run_clocks(seed).broken {
            panic!("seed {seed}, {}: {}\n{story}", violation.invariant, violation.what);
        }
    }
}

/// A base on a disk is a thousand times slower than memory: a few short runs, with crashes and restores among them.
const SEEDS_ON_SQLITE: std::ops::RangeInclusive<u64> = 1..=4;
const STEPS_ON_SQLITE: u64 = 1_500;

#[test]
fn the_store_in_memory_and_a_real_base_that_loses_power_tell_the_same_story() {
    for seed in SEEDS_ON_SQLITE {
        if let Some((violation, story)) = run_on_both(seed, STEPS_ON_SQLITE).broken {
            panic!("seed {seed}, {}: {}\n{story}", violation.invariant, violation.what);
        }
    }
}
