//! Storages, and the one suite that says what each of them must do.

pub mod conformance;
pub mod memory;
pub mod sealing;
