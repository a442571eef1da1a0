//! What a tablet knows and means to say, with no input or output of its own.
//!
//! The law: **what the screen shows = the server's view we last received + our pending commands, in order.**
//! Storage, network, clock and entropy are ports: the browser implements them in `app/src/device`, the simulation
//! in memory.

pub mod amending;
pub mod availability;
pub mod backoff;
pub mod cache;
pub mod catalog;
pub mod diagnosis;
pub mod door;
pub mod drafts;
pub mod forgotten;
pub mod harvesting;
mod local;
pub mod locking;
mod opening;
pub mod outbox;
pub mod ports;
pub mod quay;
pub mod receiving;
pub mod recording;
pub mod rehearsal;
pub mod replica;
pub mod rescue;
pub mod revised;
pub mod saying;
pub mod sealing;
pub mod session;
pub mod storage;
pub mod sync;
pub mod turn;
pub mod view;

pub use opening::ReadAhead;
pub use replica::{Change, Replica};
