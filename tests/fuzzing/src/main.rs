//! `cargo fuzz-all`: every decoder for as long as one likes, or one input again.

use std::{
    fmt::Write as _,
    fs, panic,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use fuzzing::{
    Tally, Until, corpus_of,
    decoders::{ALL, Decoder},
    feed, input,
};

const USAGE: &str = "cargo fuzz-all [--seconds N] [--seed N] [--report FILE] [--only NAME [--number N]]";

/// What the command line says.
#[derive(Default)]
struct Arguments {
    seconds: Option<u64>,
    seed: Option<u64>,
    report: Option<PathBuf>,
    only: Option<String>,
    number: Option<u64>,
}

impl Arguments {
    fn read() -> Option<Self> {
        let (mut read, mut words) = (Self::default(), std::env::args().skip(1));
        while let Some(word) = words.next() {
            let value = words.next()?;
            match word.as_str() {
                "--seconds" => read.seconds = Some(value.parse().ok()?),
                "--seed" => read.seed = Some(value.parse().ok()?),
                "--report" => read.report = Some(value.into()),
                "--only" => read.only = Some(value),
                "--number" => read.number = Some(value.parse().ok()?),
                _ => return None,
            }
        }
        Some(read)
    }

    /// The first number: that of the command line, else one nobody tried.
    fn first(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.seed.unwrap_or(now.as_secs() << 24)
    }
}

fn main() -> ExitCode {
    let Some(arguments) = Arguments::read() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let chosen = |decoder: &&Decoder| arguments.only.as_deref().is_none_or(|only| only == decoder.name);
    let decoders: Vec<_> = ALL.iter().filter(chosen).collect();
    if let (Some(number), [decoder]) = (arguments.number, &decoders[..]) {
        return one(decoder, number);
    }
    // A finding is said by its number, once, in the report.
    panic::set_hook(Box::new(|_| {}));
    let (seconds, first) = (arguments.seconds.unwrap_or(60), arguments.first());
    let mut tallies = Vec::with_capacity(decoders.len());
    for decoder in decoders {
        let tally = feed(decoder, first, Until::Elapsed(Duration::from_secs(seconds)));
        println!("{:<16} {:>12} inputs, {} findings", decoder.name, tally.inputs, tally.findings.len());
        tallies.push((decoder.name, tally));
    }
    let report = report(seconds, first, &tallies);
    println!("\n{report}");
    if let Some(file) = &arguments.report
        && let Err(error) = fs::write(file, &report)
    {
        eprintln!("{}: {error}", file.display());
        return ExitCode::FAILURE;
    }
    let clean = tallies.iter().all(|(_, tally)| tally.findings.is_empty());
    if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One input again, its panic and all.
fn one(decoder: &Decoder, number: u64) -> ExitCode {
    let bytes = input(decoder, &corpus_of(decoder), number);
    println!("{}", String::from_utf8_lossy(&bytes));
    println!("{:?}", (decoder.read)(&bytes));
    ExitCode::SUCCESS
}

fn report(seconds: u64, first: u64, tallies: &[(&str, Tally)]) -> String {
    let mut text = format!(
        "# Decoders fed with damage\n\n`cargo fuzz-all --seconds {seconds} --seed {first}`: numbers from {first} on, each one an input.\n\n\
         | decoder | inputs | accepted | slowest | memory taken, KiB | findings |\n|---|---|---|---|---|---|\n"
    );
    for (name, tally) in tallies {
        let Tally { inputs, accepted, slowest, memory_kib, findings } = tally;
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| {name} | {inputs} | {accepted} | {:.1} ms | {memory_kib} | {} |",
            slowest.as_secs_f64() * 1e3,
            findings.len()
        );
    }
    for (name, tally) in tallies {
        for (number, why) in tally.findings.iter().take(20) {
            let _ = writeln!(text, "\n`cargo fuzz-all --only {name} --number {number}`: {why}");
        }
    }
    text
}
