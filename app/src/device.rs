//! The browser behind the replica's ports.

pub mod clock;
pub mod fetch;
