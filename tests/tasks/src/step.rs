//! One step of the verification: a cargo command whose lines are shown as they come, and read.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    process::{Command, Stdio},
    sync::Mutex,
    thread,
    time::Instant,
};

use crate::tally::{Reading, Tally};

/// What a step's success means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It ends well or not: one check.
    Check,
    /// It runs tests: as many checks as it says.
    Tests,
}

/// What a step came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) title: &'static str,
    pub(crate) tally: Tally,
    /// The lines that name what could not run.
    pub(crate) skipped: Vec<String>,
    pub(crate) seconds: u64,
}

/// Runs `command` under `title`.
pub(crate) fn run(title: &'static str, kind: Kind, command: &mut Command) -> Outcome {
    eprintln!("\n── {title}");
    let started = Instant::now();
    let reading = Mutex::new(Reading::default());
    let success = match command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() {
        Err(error) => {
            eprintln!("{} : {error}", command.get_program().display());
            false
        }
        Ok(mut child) => {
            let (out, err) = (child.stdout.take(), child.stderr.take());
            thread::scope(|scope| {
                scope.spawn(|| out.map(|pipe| read(pipe, &reading)));
                scope.spawn(|| err.map(|pipe| read(pipe, &reading)));
            });
            child.wait().is_ok_and(|status| status.success())
        }
    };
    let reading = reading.into_inner().unwrap_or_default();
    let tally = match kind {
        Kind::Check => Tally::of_check(success),
        Kind::Tests => reading.closed(success),
    };
    Outcome { title, tally, skipped: reading.skipped, seconds: started.elapsed().as_secs() }
}

fn read(pipe: impl Read, reading: &Mutex<Reading>) {
    let mut pipe = BufReader::new(pipe);
    let mut bytes = Vec::new();
    while pipe.read_until(b'\n', &mut bytes).is_ok_and(|length| length > 0) {
        let _ = io::stderr().write_all(&bytes);
        if let Ok(mut reading) = reading.lock() {
            reading.read(&String::from_utf8_lossy(&bytes));
        }
        bytes.clear();
    }
}
