//! `cargo simulate`: builds the simulation for speed and runs it.

use std::{ffi::OsString, process::ExitCode};

use crate::cargo;

/// Planted faults are compiled in for the hunt only.
pub(crate) fn run(arguments: &[OsString]) -> ExitCode {
    let mut command = cargo::command();
    command.current_dir(cargo::root()).env("MERCURIALE_SKIP_APP", "1");
    command.args(["run", "--release", "--package", "simulation"]);
    if arguments.iter().any(|argument| argument == "--planted") {
        command.args(["--features", "planted"]);
    }
    cargo::replace(command.arg("--").args(arguments))
}
