//! `cargo simulate`: many seeds on every core, or one seed again.

mod arguments;
#[cfg(feature = "planted")]
mod hunt;
mod report;

use std::{
    fmt::Display,
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use arguments::Arguments;
use report::Report;
use simulation::{Outcome, run, run_clocks, run_on_both};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    if arguments.planted {
        return hunt(&arguments);
    }
    let report = match arguments.seed {
        Some(seed) => one(seed, &arguments),
        None => many(&arguments),
    };
    if told(&report, &arguments) && report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Says it on the screen and, when one was asked for, in a file. Whether the file was written.
fn told(report: &impl Display, arguments: &Arguments) -> bool {
    println!("{report}");
    let Some(file) = &arguments.report else { return true };
    let written = std::fs::write(file, report.to_string());
    if let Err(error) = &written {
        eprintln!("{}: {error}", file.display());
    }
    written.is_ok()
}

#[cfg(feature = "planted")]
fn hunt(arguments: &Arguments) -> ExitCode {
    let hunt = hunt::Hunt::run(arguments.steps, arguments.only.as_deref());
    if told(&hunt, arguments) && hunt.is_complete() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(not(feature = "planted"))]
fn hunt(_: &Arguments) -> ExitCode {
    eprintln!("this build has no planted faults: cargo simulate --planted builds one that has");
    ExitCode::from(2)
}

fn one(seed: u64, arguments: &Arguments) -> Report {
    let started = Instant::now();
    let mut report = Report::default();
    report.take(seed, &tried(seed, arguments.steps, arguments));
    report.took(started.elapsed());
    report
}

fn tried(seed: u64, steps: u64, arguments: &Arguments) -> Outcome {
    match (arguments.sqlite, arguments.clocks) {
        (true, _) => run_on_both(seed, steps),
        (_, true) => run_clocks(seed),
        _ => run(seed, steps),
    }
}

/// Seeds one after the other, on as many threads as there are cores, until the steps are done.
fn many(arguments: &Arguments) -> Report {
    let (next, started) = (AtomicU64::new(arguments.first), Instant::now());
    let report = Mutex::new(Report::default());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while report.lock().is_ok_and(|report| report.steps < arguments.steps) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    let outcome = tried(seed, arguments.steps_a_seed, arguments);
                    if let Ok(mut report) = report.lock() {
                        report.take(seed, &outcome);
                    }
                }
            });
        }
        scope.spawn(|| watch(arguments, &report, started));
    });
    let mut report = report.into_inner().unwrap_or_default();
    report.took(started.elapsed());
    report
}

/// Says how far it is, every few seconds.
fn watch(arguments: &Arguments, report: &Mutex<Report>, started: Instant) {
    let mut told = Instant::now();
    loop {
        thread::sleep(Duration::from_millis(50));
        let Ok(report) = report.lock() else { return };
        if report.steps >= arguments.steps {
            return;
        }
        if told.elapsed() >= Duration::from_secs(5) {
            told = Instant::now();
            eprintln!("{}", report.progress(arguments.steps, started.elapsed()));
        }
    }
}
