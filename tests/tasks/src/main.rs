//! The project's commands, behind the aliases of `.cargo/config.toml`: `cargo start`, `cargo verify`,
//! `cargo simulate`, `cargo fuzz-all`, `cargo rig`, `cargo bench-all`.
//!
//! No dependency: it compiles in a second and then drives cargo.

mod cargo;
mod fuzz;
mod needs;
mod rig;
mod simulate;
mod start;
mod step;
mod tally;
mod verify;

use std::{env, process::ExitCode};

const USAGE: &str = "cargo start [options de « mercuriale serve »] · cargo verify · cargo simulate · cargo fuzz-all · cargo rig · cargo bench-all";

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let task = arguments.next().unwrap_or_default();
    match task.to_str() {
        Some("start") => start::run(arguments.collect()),
        Some("verify") => verify::run(),
        Some("rig") => rig::run(&arguments.collect::<Vec<_>>()),
        Some("simulate") => simulate::run(&arguments.collect::<Vec<_>>()),
        Some("fuzz-all") => fuzz::run(&arguments.collect::<Vec<_>>()),
        Some("bench-all") => {
            let mut bench = cargo::command();
            bench.args(["bench", "--package", "tests", "--bench", "figures", "--"]).args(arguments);
            if cargo::with_deployed_server(&mut bench) {
                cargo::replace(&mut bench)
            } else {
                ExitCode::FAILURE
            }
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
