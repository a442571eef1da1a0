//! `cargo rig server [--kills N] [--devices N]`, `cargo rig browser [--kills N]`: what `cargo verify` plays short, at
//! length, on the binary built for speed.

use std::{ffi::OsString, process::ExitCode};

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
    let mut rig = cargo::command();
    rig.current_dir(cargo::root()).args(["test", "--package", "tests", "--test", test, "--", "--nocapture"]);
    for (option, variable, usual) in settings {
        let typed = given.windows(2).find(|pair| pair[0] == *option).map(|pair| pair[1]);
        rig.env(variable, typed.unwrap_or(usual));
    }
    if cargo::with_deployed_server(&mut rig) { cargo::replace(&mut rig) } else { ExitCode::FAILURE }
}
