//! `cargo simulate`: many seeds on every core, or one seed again.

mod arguments;
#[cfg(feature = "planted")]
mod hunt;
mod report;

use std::{
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
use simulation::run;

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    if arguments.planted {
        return hunt();
    }
    let report = match arguments.seed {
        Some(seed) => one(seed, arguments.steps),
        None => many(&arguments),
    };
    println!("{report}");
    if let Some(file) = &arguments.report
        && let Err(error) = std::fs::write(file, report.to_string())
    {
        eprintln!("{}: {error}", file.display());
        return ExitCode::FAILURE;
    }
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(feature = "planted")]
fn hunt() -> ExitCode {
    let hunt = hunt::Hunt::run();
    println!("{hunt}");
    if hunt.is_complete() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(not(feature = "planted"))]
fn hunt() -> ExitCode {
    eprintln!("this build has no planted faults: cargo simulate --planted builds one that has");
    ExitCode::from(2)
}

fn one(seed: u64, steps: u64) -> Report {
    let started = Instant::now();
    let mut report = Report::default();
    report.take(seed, &run(seed, steps));
    report.took(started.elapsed());
    report
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
                    let outcome = run(seed, arguments.steps_a_seed);
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
