//! `cargo fuzz-all`: every decoder for as long as one likes, or one input again.

use std::{
    env, io,
    process::{Command, ExitCode},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use fuzzing::{
    PATIENCE, Until, corpus_of,
    decoders::{ALL, Decoder},
    input,
    record::{self, Run},
    watch::watched,
    worker::Orders,
};

const USAGE: &str = "cargo fuzz-all [--seconds N] [--seed N] [--only NAME,NAME… [--number N]] [--keep]\n\
                     --keep adds what was tried to tests/fuzzing/runs.jsonl and report.md";

/// What the command line says.
#[derive(Default)]
struct Arguments {
    seconds: Option<u64>,
    seed: Option<u64>,
    only: Option<String>,
    number: Option<u64>,
    /// Whether what was tried is added to the record.
    keep: bool,
}

impl Arguments {
    fn read() -> Option<Self> {
        let (mut read, mut words) = (Self::default(), env::args().skip(1));
        while let Some(word) = words.next() {
            if word == "--keep" {
                read.keep = true;
                continue;
            }
            let value = words.next()?;
            match word.as_str() {
                "--seconds" => read.seconds = Some(value.parse().ok()?),
                "--seed" => read.seed = Some(value.parse().ok()?),
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

    /// The decoders it names, in its order; all when it names none. `None` when there is none of a name.
    fn decoders(&self) -> Option<Vec<&'static Decoder>> {
        let Some(only) = &self.only else { return Some(ALL.iter().collect()) };
        only.split(',').map(|name| ALL.iter().find(|decoder| decoder.name == name)).collect()
    }
}

fn main() -> ExitCode {
    if let Some(orders) = Orders::of_this_process() {
        return ended(orders.carry_out(ALL).map(|()| true));
    }
    let Some((arguments, decoders)) =
        Arguments::read().and_then(|read| read.decoders().map(|decoders| (read, decoders)))
    else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match (arguments.number, &decoders[..]) {
        (Some(number), [decoder]) => one(decoder, number),
        _ => ended(all(&arguments, &decoders)),
    }
}

fn ended(went: io::Result<bool>) -> ExitCode {
    match went {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Feeds decoders one after the other, and records each as soon as it was fed. Whether none broke a promise.
fn all(arguments: &Arguments, decoders: &[&Decoder]) -> io::Result<bool> {
    let (seconds, first) = (arguments.seconds.unwrap_or(60), arguments.first());
    let worker = || env::current_exe().map(Command::new);
    let mut runs = Vec::with_capacity(decoders.len());
    for decoder in decoders {
        let until = Until::Elapsed(Duration::from_secs(seconds));
        let run =
            Run::of(decoder.name, first, seconds, watched(decoder.name, first, until, PATIENCE, &worker)?);
        println!("{:<16} {:>12} inputs, {} findings", run.decoder, run.inputs, run.findings.len());
        if arguments.keep {
            record::add(&record::folder(), &run)?;
        }
        runs.push(run);
    }
    println!("\n{}", record::report(&runs));
    Ok(runs.iter().all(|run| run.findings.is_empty()))
}

/// One input again, its panic and all.
fn one(decoder: &Decoder, number: u64) -> ExitCode {
    let bytes = input(decoder, &corpus_of(decoder), number);
    println!("{}", String::from_utf8_lossy(&bytes));
    println!("{:?}", (decoder.read)(&bytes));
    ExitCode::SUCCESS
}
