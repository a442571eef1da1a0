//! The whole protocol on one thread, in virtual time: one seed, one run.
//!
//! ```text
//! people, faults ─► tablets (production replica) ◄─ cable that loses, doubles, delays ─► server (production rules) ─► store
//!                        │                                                                       │
//!                        └───────────── checked at every step, and whole at every rest ──────────┘
//! ```
//!
//! A step is one event: a message that arrives, a write that lands, a clock that rings, a tap, a fault. Nothing here reads
//! a clock or rolls a die of its own, so a seed tells the same story every time, and a failing one is a test.
//!
//! Reading order: [`run`], `world` (the loop), `director`, `people`, `acts` and `breakage` (what people do, what breaks),
//! `disk`, `cable` and `desk` (the devices, the network, the server), `backend` (the store below it: memory, or a real base
//! that loses power), `oracle` and `hearing` (what people meant and were told), `checks`, `calm`, `complete`, `minds`, `screens` and `policy`
//! (what must hold), `clocks` (the same with wrong clocks).

mod acts;
mod backend;
mod breakage;
mod cable;
mod calm;
mod chance;
mod checks;
mod clocks;
mod codes;
mod complete;
mod core;
mod desk;
mod director;
mod disk;
mod fault;
mod hearing;
mod ledger;
mod market;
mod minds;
mod oracle;
mod page;
mod people;
mod policy;
mod saying;
mod screens;
mod sharing;
mod slot;
mod still;
mod truth;
mod violation;
mod world;

use server::store::memory::MemoryStore;

use backend::{Backend, Metered, SqliteStore};

pub use fault::{Counts, Fault};
pub use violation::Violation;

use crate::{market::START, world::World};

/// How a run ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Events that happened.
    pub steps: u64,
    /// Faults injected, by class.
    pub counts: Counts,
    /// The hash of everything that happened, in order.
    pub trace: u64,
    /// Milliseconds of virtual time.
    pub virtual_ms: i64,
    /// What people were told is recorded.
    pub intents: u64,
    /// Orders the server made of it.
    pub orders: u64,
    /// Everything that was told, when it was told.
    pub lines: Vec<String>,
    /// The promise that was not kept, and its story.
    pub broken: Option<(Violation, String)>,
}

/// Between two rests, at most this many steps.
const LONGEST_UNREST: i64 = 2_000;
/// How long a run is, unless somebody asks otherwise.
pub const STEPS_A_SEED: u64 = 5_000;
/// How much of a story is told.
const STORY_LINES: usize = 90;

/// Runs one seed twice: on a real SQLite base that loses power at every crash, and on the store in memory. Two different
/// stories are a promise broken.
#[must_use]
pub fn run_on_both(seed: u64, steps: u64) -> Outcome {
    let real = |told| lived(seed, steps, told, Metered::new(SqliteStore::new(1)));
    let model = |told| lived(seed, steps, told, Metered::new(MemoryStore::new(1)));
    let (on_disk, in_memory) = (real(false), model(false));
    if on_disk.broken.is_some() || on_disk.trace == in_memory.trace {
        return on_disk;
    }
    let (on_disk, in_memory) = (real(true), model(true));
    let mut lines = on_disk.lines.iter().zip(&in_memory.lines);
    let story = lines.find(|(one, other)| one != other).map(|(one, other)| format!("  {one}\n  {other}\n"));
    let drift = Violation::of("drift", "memory and SQLite tell two stories".to_owned());
    Outcome { broken: Some((drift, story.unwrap_or_default())), ..on_disk }
}

/// Runs one seed with a fault of the program switched on.
#[cfg(feature = "planted")]
#[must_use]
pub fn run_planted(seed: u64, steps: u64, bug: domain::planted::Bug) -> Outcome {
    domain::planted::plant(Some(bug));
    let outcome = run_told(seed, steps, false);
    domain::planted::plant(None);
    outcome
}

/// Runs one seed twice, with right clocks on the tablets and with wrong ones: both must come to the same.
#[must_use]
pub fn run_clocks(seed: u64) -> Outcome {
    let lived = |wrong_clocks| {
        let mut world = World::new(seed, MemoryStore::new(1), true);
        let (steps, held) = world.take_turns(seed, wrong_clocks);
        (outcome(world, steps), held)
    };
    let ((right, held), (wrong, held_otherwise)) = (lived(false), lived(true));
    let steps = right.steps + wrong.steps;
    let differs = || clocks::difference(&held, &held_otherwise);
    let story = |violation: Violation| {
        let parted = right.lines.iter().zip(&wrong.lines).find(|(right, wrong)| right != wrong);
        (violation, format!("{parted:?}"))
    };
    let broken = right.broken.or(wrong.broken).or_else(|| differs().map(story));
    Outcome { steps, broken, ..wrong }
}

/// Runs one seed for about `steps` steps, on the store in memory.
#[must_use]
pub fn run(seed: u64, steps: u64) -> Outcome {
    let outcome = run_told(seed, steps, false);
    // A story costs time; it is told when there is one.
    if outcome.broken.is_some() { run_told(seed, steps, true) } else { outcome }
}

fn run_told(seed: u64, steps: u64, told: bool) -> Outcome {
    lived(seed, steps, told, MemoryStore::new(1))
}

fn lived(seed: u64, steps: u64, told: bool, store: impl Backend) -> Outcome {
    let mut world = World::new(seed, store, told);
    let mut done = world.rest();
    while done < steps && world.violation.is_none() {
        let unrest = world.core.chance(|chance| chance.between(100, LONGEST_UNREST)).unsigned_abs();
        for _ in 0..unrest {
            world.step();
            done += 1;
            if world.violation.is_some() {
                break;
            }
        }
        if world.violation.is_none() {
            done += world.rest();
        }
    }
    outcome(world, done)
}

fn outcome(mut world: World<impl Backend>, steps: u64) -> Outcome {
    let orders = world.desk.store.orders().len();
    let broken = world.take_violation();
    Outcome {
        steps,
        counts: world.core.counts(),
        trace: world.core.trace(),
        virtual_ms: world.core.now() - START,
        intents: u64::try_from(world.oracle.intents.len()).unwrap_or(0),
        orders: u64::try_from(orders).unwrap_or(0),
        lines: world.core.lines(),
        broken: broken.map(|violation| {
            let story = world.core.story(&violation.words, START, STORY_LINES);
            (violation, story)
        }),
    }
}
