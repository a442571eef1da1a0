//! `cargo verify`: every check and every test, one after the other, then one line that counts them.
//!
//! One failure does not hide the next: all steps run. The workspace is always built whole, so that cargo resolves the
//! features of the dependencies once and compiles them once.

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};

use crate::{
    cargo, needs,
    step::{self, Kind, Outcome},
    tally::Tally,
};

/// Every test there is, those that need the binary with the app inside too: what a server is put through, what people do, the
/// suite of storages on the browsers' own databases, a handful of deaths of the browser. In one go, so that cargo resolves
/// features once and compiles nothing a second time.
const EVERY_TEST: [&str; 5] = ["--no-fail-fast", "--lib", "--bins", "--test", "*"];

/// Lints need no app in the server, and do not wait for it.
const SKIP_APP: (&str, &str) = ("MERCURIALE_SKIP_APP", "1");

pub(crate) fn run() -> ExitCode {
    eprintln!("À froid, une demi-heure sur 2 cœurs. · From cold, half an hour on 2 cores.");
    let missing = needs::provide();
    let outcomes = [
        step::run("Mise en forme · Formatting", Kind::Check, &mut cargo(&["fmt", "--all", "--check"])),
        step::run("Lints", Kind::Check, &mut lints(&["--workspace", "--exclude", "app", "--all-targets"])),
        step::run(
            "Lints, wasm",
            Kind::Check,
            &mut lints(&["--package", "app", "--all-targets", "--target", "wasm32-unknown-unknown"]),
        ),
        step::run("Construction, avec l'application · Build, with the app", Kind::Check, &mut build()),
        step::run("Simulation", Kind::Check, &mut simulation()),
        step::run("Tests, serveur et navigateurs · Tests, server and browsers", Kind::Tests, &mut tests()),
    ];
    report(&outcomes, &missing)
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = cargo::command();
    command.current_dir(cargo::root()).args(arguments);
    command
}

fn lints(packages: &[&str]) -> Command {
    let mut command = cargo(&["clippy"]);
    command.args(packages).args(["--", "--deny", "warnings"]).env(SKIP_APP.0, SKIP_APP.1);
    command
}

/// The budget of the simulation: two million steps, by the program that was just built with everything else. Building it for
/// speed first takes longer than it saves.
fn simulation() -> Command {
    let mut command = Command::new(built("simulate"));
    command.current_dir(cargo::root()).args(["--steps", "2000000"]);
    command
}

/// A program of the workspace, where [`build`] leaves it.
fn built(name: &str) -> PathBuf {
    cargo::target().join("debug").join(name)
}

fn build() -> Command {
    cargo(&["build", "--workspace"])
}

/// The browser stories play the real binary. Where we could install the browsers and PostgreSQL, doing without is a
/// failure.
fn tests() -> Command {
    let mut command = cargo(&["test", "--workspace"]);
    command.args(EVERY_TEST).env("MERCURIALE_BIN", built("mercuriale"));
    if needs::are_required() {
        command.env("MERCURIALE_REQUIRE_BROWSERS", "1").env("MERCURIALE_REQUIRE_POSTGRES", "1");
    }
    command
}

fn report(outcomes: &[Outcome], missing: &[&str]) -> ExitCode {
    let mut total = Tally::default();
    eprintln!();
    for outcome in outcomes {
        total.add(outcome.tally);
        eprintln!("{:>5} s  {} : {}", outcome.seconds, outcome.title, outcome.tally);
        outcome.skipped.iter().for_each(|line| eprintln!("         {line}"));
    }
    for what in missing {
        eprintln!("Manque · missing: {what}");
    }
    last_line(total);
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The one thing this command says on its standard output.
#[expect(clippy::print_stdout, reason = "the line that other programs read")]
fn last_line(total: Tally) {
    println!("{total}");
}
