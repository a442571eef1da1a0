//! What the command was asked.

use std::path::PathBuf;

const USAGE: &str = "cargo simulate [--steps N] [--seed S | --first S] [--steps-a-seed N] [--report FILE] [--planted [--only FAULT] | --sqlite | --clocks]";

/// What the command was asked.
pub(crate) struct Arguments {
    pub(crate) steps: u64,
    /// Only this one.
    pub(crate) seed: Option<u64>,
    /// The first of many.
    pub(crate) first: u64,
    pub(crate) steps_a_seed: u64,
    pub(crate) report: Option<PathBuf>,
    /// Hunts the planted faults instead.
    pub(crate) planted: bool,
    /// Runs each seed on a real base too, and compares.
    pub(crate) sqlite: bool,
    /// Runs each seed with right clocks and with wrong ones, and compares.
    pub(crate) clocks: bool,
    /// The planted fault to hunt, when not all of them.
    pub(crate) only: Option<String>,
}

impl Arguments {
    pub(crate) fn read(given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut read = Self {
            steps: 2_000_000,
            seed: None,
            first: 1,
            steps_a_seed: simulation::STEPS_A_SEED,
            report: None,
            planted: false,
            sqlite: false,
            clocks: false,
            only: None,
        };
        let mut steps = None;
        let mut given = given;
        while let Some(name) = given.next() {
            let flag = match name.as_str() {
                "--planted" => Some(&mut read.planted),
                "--sqlite" => Some(&mut read.sqlite),
                "--clocks" => Some(&mut read.clocks),
                _ => None,
            };
            if let Some(flag) = flag {
                *flag = true;
                continue;
            }
            let value = given.next().ok_or(USAGE)?;
            let number = || value.replace('_', "").parse().map_err(|_| format!("{name} {value}: {USAGE}"));
            match name.as_str() {
                "--steps" => steps = Some(number()?),
                "--seed" => read.seed = Some(number()?),
                "--first" => read.first = number()?,
                "--steps-a-seed" => read.steps_a_seed = number()?,
                "--only" => read.only = Some(value),
                "--report" => read.report = Some(value.into()),
                _ => return Err(USAGE.to_owned()),
            }
        }
        let usual = if read.seed.is_some() { read.steps_a_seed } else { read.steps };
        read.steps = steps.unwrap_or(usual);
        Ok(read)
    }
}
