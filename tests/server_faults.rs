//! What a real server is put through: the binary killed at random under load, a full disk, a base that is held, cut and
//! slow connections, a backup that comes back, a cut-off that everybody meets at once.
//!
//! `cargo verify` plays it short, `cargo rig server --kills 200 --devices 2000` at length.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

#[path = "server_faults/cut_off.rs"]
mod cut_off;
#[path = "server_faults/disk.rs"]
mod disk;
#[path = "server_faults/kill.rs"]
mod kill;
#[path = "server_faults/lines.rs"]
mod lines;
#[path = "server_faults/restore.rs"]
mod restore;
