//! Real browsers against the real binary: what the stories of `browser.rs` stand on.
//!
//! ```text
//! Stage            one story's server and engine; skipped loudly when the machine lacks something
//! ├─ MercurialeProcess   the binary on demo data; dies by kill -9 and serves again on the same data
//! ├─ Tablet              a browser on it, spoken to by role and accessible name, as a person would
//! └─ Api                 the same server through its HTTP face, to check what really happened
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // only tests stand on this

mod api;
mod authenticator;
mod choice;
mod deployment;
mod engine;
mod faults;
mod machine;
mod page;
mod server;
mod stage;
mod tablet;

pub use self::{
    api::{Answer, Api, SiteView},
    choice::{Choice, plenty},
    deployment::{Build, Deployment},
    engine::Engine,
    faults::Tab,
    machine::{Spawned, free_port, target_folder},
    page::Page,
    server::MercurialeProcess,
    stage::{Stage, play, play_within},
    tablet::{DESKTOP, PHONE, Size, TABLET_LANDSCAPE, TABLET_PORTRAIT, Tablet},
};

/// The password of every demo account.
pub const DEMO_PASSWORD: &str = "mercuriale-demo";
