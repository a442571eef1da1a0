//! What a tablet knows and means to say, with no input or output of its own.
//!
//! The law: **what the screen shows = the server's view we last received + our pending commands, in order.**
//! Storage, network, clock and entropy are ports: the browser implements them in `app/src/device`, the simulation
//! in memory.

pub mod cache;
pub mod door;
pub mod outbox;
pub mod ports;
pub mod session;
pub mod view;
