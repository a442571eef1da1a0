//! A real Chromium on a profile it keeps, killed with all its processes at random instants after it said « Enregistré »,
//! again and again: what it said is there when it opens again, and the server holds one order a submission.
//!
//! ```sh
//! cargo build -p server && MERCURIALE_KILLS=200 cargo test -p tests --test browser_faults -- --nocapture
//! ```
//!
//! `MERCURIALE_SEED` draws other lives. `cargo verify` plays a handful.
#![allow(clippy::expect_used, clippy::panic)] // the steps of a story are tests too

#[path = "browser_faults/ledger.rs"]
mod ledger;
#[path = "browser_faults/life.rs"]
mod life;
#[path = "browser_faults/plan.rs"]
mod plan;

use std::{io::Write as _, time::Duration};

use domain::quantity::Quantity;
use ledger::Ledger;
use plan::Lives;
use support::browser::{Choice, Engine, Stage, play_within};

/// Lives of the browser when nobody asks for more.
const FEW: usize = 6;
/// A long run says so often where it stands.
const PROGRESS: usize = 20;
/// What a life may take on a busy machine, the browser's start included.
const PATIENCE_A_LIFE: Duration = Duration::from_secs(90);

#[test]
fn what_was_said_to_be_saved_outlives_the_browser() {
    let lives = asked("MERCURIALE_KILLS").unwrap_or(FEW);
    let seed = asked("MERCURIALE_SEED").unwrap_or(1);
    let limit = PATIENCE_A_LIFE * u32::try_from(lives + 2).unwrap_or(u32::MAX);
    play_within(limit, Engine::Chromium, async move |stage| rounds(stage, lives, seed).await);
}

fn asked<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

async fn rounds(mut stage: Stage, lives: usize, seed: u64) {
    let hub = stage.api("hub").await;
    let orders_before = hub.week().await.orders;
    let products = stage.sold(["poireau", "carotte", "pommes de terre"]).await;
    let asked_before = asked_of(&stage, &products).await;

    let mut tablet = stage.tablet_of("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    tablet.wait_until_kept_offline().await;
    // Politely once: a browser writes its cookies down every half minute, and signing in is not what is tried here.
    tablet.close_and_open_again().await;

    let mut ledger = Ledger::default();
    let mut drawn = Lives::drawn_from(seed, &products);
    let mut serves = true;
    for number in 1..=lives {
        life::fill(&tablet, &mut ledger, &products).await;
        let plan = drawn.next();
        turn(&mut stage, &mut serves, plan.server_serves).await;
        let promise = life::live_and_die(&mut tablet, &plan).await;
        tablet.open_again_at("/commande").await;
        let found = life::what_is_there(&tablet, &products).await;
        ledger.take(&plan, &promise, found).unwrap_or_else(|broken| {
            panic!("life {number} of seed {seed}: {broken}\n{plan:#?}\npromised: {promise:?}")
        });
        if number % PROGRESS == 0 && number < lives {
            say(&format!("{number} of {lives} lives, seed {seed}: {}", ledger.tally));
        }
    }

    turn(&mut stage, &mut serves, true).await;
    tablet.follow("Mes commandes").await;
    life::expect_all_received(&tablet, ledger.orders.len()).await;
    // Signed in anew: the hub's session, too, is older than the server's last death.
    let hub = stage.api("hub").await;
    hub.expect_orders(orders_before + u32::try_from(ledger.orders.len()).expect("a few hundred")).await;
    let asked_for = asked_of(&stage, &products).await;
    for (product, (before, after)) in products.iter().zip(asked_before.into_iter().zip(asked_for)) {
        let sent = product.pack.times(ledger.packs_sent(&product.name));
        assert_eq!(after, before + sent, "{}: what the hub counts is what was sent, once", product.name);
    }
    say(&format!("{lives} lives, seed {seed}: {}; one order each at the hub", ledger.tally));
}

/// Straight to the standard error: the test harness keeps what passing tests print to itself.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// What the hub counts of each product, all days together.
async fn asked_of(stage: &Stage, products: &[Choice]) -> Vec<Quantity> {
    let board = stage.api("hub").await.demand().await;
    let lines: Vec<_> = board.producers.into_iter().flat_map(|producer| producer.lines).collect();
    let of = |product: &Choice| {
        let lines = lines.iter().filter(|line| line.name == product.name);
        lines.fold(Quantity::ZERO, |sum, line| sum + line.ordered)
    };
    products.iter().map(of).collect()
}

async fn turn(stage: &mut Stage, serves: &mut bool, should_serve: bool) {
    match (*serves, should_serve) {
        (true, false) => stage.server.kill_9(),
        (false, true) => stage.server.start_again().await,
        (true, true) | (false, false) => {}
    }
    *serves = should_serve;
}
