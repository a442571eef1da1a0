//! `cargo fuzz-all`: feeds the decoders, in a build whose arithmetic is checked: what overflows there stops.

use std::{ffi::OsString, process::ExitCode};

use crate::cargo;

pub(crate) fn run(arguments: &[OsString]) -> ExitCode {
    let mut command = cargo::command();
    command.current_dir(cargo::root()).env("MERCURIALE_SKIP_APP", "1");
    command.args(["run", "--quiet", "--package", "fuzzing", "--bin", "fuzz-all", "--"]);
    cargo::replace(command.args(arguments))
}
