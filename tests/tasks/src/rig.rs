//! `cargo rig server [--kills N] [--devices N]`, `cargo rig browser [--kills N]`: what `cargo verify` plays short, at
//! length, on the binary built for speed.

use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

use crate::cargo;

/// What a rig puts to the test, and how often unless somebody says otherwise.
const SERVER: (&str, &[(&str, &str, &str)]) =
    ("server_faults", &[("--kills", "MERCURIALE_KILLS", "200"), ("--devices", "MERCURIALE_DEVICES", "2000")]);
const BROWSER: (&str, &[(&str, &str, &str)]) = ("browser_faults", &[("--kills", "MERCURIALE_KILLS", "200")]);

pub(crate) fn run(arguments: &[OsString]) -> ExitCode {
    let mut words = arguments.iter().filter_map(|argument| argument.to_str());
    let (test, settings) = match words.next() {
        Some("server") => SERVER,
        Some("browser") => BROWSER,
        _ => {
            eprintln!("cargo rig server [--kills N] [--devices N] · cargo rig browser [--kills N]");
            return ExitCode::from(2);
        }
    };
    let given: Vec<_> = words.collect();
    let mut rig = cargo_in_project(&["test", "--package", "tests", "--test", test, "--", "--nocapture"]);
    for (option, variable, usual) in settings {
        let typed = given.windows(2).find(|pair| pair[0] == *option).map(|pair| pair[1]);
        rig.env(variable, typed.unwrap_or(usual));
    }
    let build = cargo_in_project(&["build", "--release", "--package", "server"]).status();
    if !build.is_ok_and(|status| status.success()) {
        return ExitCode::FAILURE;
    }
    cargo::replace(rig.env("MERCURIALE_BIN", cargo::target().join("release").join("mercuriale")))
}

fn cargo_in_project(arguments: &[&str]) -> Command {
    let mut command = cargo::command();
    command.current_dir(cargo::root()).args(arguments);
    command
}
