//! One story on one engine: what it needs, its turn, its time.

use std::{
    future::Future,
    io::Write as _,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{runtime, time};

use super::{Api, Engine, MercurialeProcess, Tablet};

/// Browsers take the whole machine: one story at a time, whatever the number of test threads.
static TURN: Mutex<()> = Mutex::new(());
/// A story that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(150);

/// What a story plays on.
#[derive(Debug)]
pub struct Stage {
    /// The browser it runs on.
    pub engine: Engine,
    /// The server, on fresh demo data.
    pub server: MercurialeProcess,
}

impl Stage {
    /// A browser nobody has used before, on the application's first page.
    pub async fn tablet(&self) -> Tablet {
        Tablet::open(self.engine, &self.server.address()).await
    }

    /// The same as [`Stage::tablet`], which calls the server by its name.
    pub async fn tablet_by_name(&self) -> Tablet {
        Tablet::open(self.engine, &self.server.address_by_name()).await
    }

    /// The same as [`Stage::tablet`], with `somebody@demo.example` signed in.
    pub async fn tablet_of(&self, somebody: &str) -> Tablet {
        let tablet = self.tablet().await;
        tablet.sign_in(somebody).await;
        tablet
    }

    /// The server's HTTP face, as `somebody@demo.example`.
    pub async fn api(&self, somebody: &str) -> Api {
        Api::sign_in(&self.server.address(), somebody).await
    }
}

/// Plays `story` on `engine`, or says loudly that it was skipped and why.
///
/// # Panics
/// When the story fails, hangs, or is skipped although `MERCURIALE_REQUIRE_BROWSERS=1` says that it must run.
pub fn play<S, F>(engine: Engine, story: S)
where
    S: FnOnce(Stage) -> F,
    F: Future<Output = ()>,
{
    play_within(LIMIT, engine, story);
}

/// The same, for a story that may take `limit`.
///
/// # Panics
/// As [`play`].
pub fn play_within<S, F>(limit: Duration, engine: Engine, story: S)
where
    S: FnOnce(Stage) -> F,
    F: Future<Output = ()>,
{
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut missing = engine.missing();
    if MercurialeProcess::binary().is_none() {
        missing.push("the binary (cargo build -p server, or MERCURIALE_BIN)".to_owned());
    }
    if !missing.is_empty() {
        return skip(engine, &missing);
    }
    let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    runtime.block_on(async {
        let stage = Stage { engine, server: MercurialeProcess::start().await };
        let told = time::timeout(limit, story(stage)).await;
        assert!(told.is_ok(), "the story hangs");
    });
}

fn skip(engine: Engine, missing: &[String]) {
    let thread = std::thread::current();
    let story = thread.name().unwrap_or("a story");
    let reason = missing.join(", ");
    assert!(!engine.is_required(), "{story} cannot be played, missing: {reason}");
    // Straight to the standard error: the test harness keeps what passing tests print to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED {story}: missing {reason}");
}
