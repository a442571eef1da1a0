//! `cargo start`: builds the app, then the server around it, and serves the demo.

use std::{ffi::OsString, process::ExitCode};

use crate::cargo;

/// The app first, in the foreground: the server's build script would compile it just as well, but in silence.
pub(crate) fn run(arguments: Vec<OsString>) -> ExitCode {
    let target = cargo::target();
    if !target.join("release").join("mercuriale").exists() {
        eprintln!("Première construction : un quart d’heure sur 2 cœurs. Les suivantes : quelques secondes.");
        eprintln!("First build: a quarter of an hour on 2 cores. The next ones: a few seconds.");
    }
    eprintln!("1/2 L'application · the app");
    let app = cargo::command()
        .args(["run", "--package", "bundle", "--profile", "tool", "--target-dir"])
        .arg(target.join("app"))
        .env_remove("RUSTFLAGS") // as the server's build script does: the same flags, so the same build
        .status();
    if !app.is_ok_and(|status| status.success()) {
        return ExitCode::FAILURE;
    }
    eprintln!("2/2 Le serveur · the server");
    let mut server = cargo::command();
    server.args(["run", "--release", "--package", "server", "--", "serve"]);
    if !arguments.iter().any(|argument| argument == "--demo") {
        server.arg("--demo");
    }
    cargo::replace(server.args(arguments))
}
