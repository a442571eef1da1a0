//! `cargo simulate`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let seed = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1);
    let steps = std::env::args().nth(2).and_then(|text| text.parse().ok()).unwrap_or(5_000);
    let outcome = simulation::run(seed, steps);
    println!("{outcome:?}");
    if let Some((violation, story)) = &outcome.broken {
        println!("{}: {}\n{story}", violation.invariant, violation.what);
    }
    ExitCode::SUCCESS
}
