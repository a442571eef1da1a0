//! Durable intake: 64 clients, orders of 40 lines, each acknowledged once it is on the disk. Beside ours, in the same run and
//! on the same disk: express with better-sqlite3, which stores an order and its lines and does nothing else; and plain
//! SQLite fed in groups of 64 in one process, which is what the disk and the engine allow.
//!
//! Ours also checks rights, judges every line against the price list, moves the running demand, writes the receipt and the
//! feed; the peers do not.

mod peers;

use std::time::Instant;

use support::{
    browser::{Api, MercurialeProcess},
    fleet::{Device, Shelf},
};
use tokio::task::JoinSet;

use crate::figures::{Figure, Goal, Peer};

const CLIENTS: usize = 64;
const ORDERS_A_CLIENT: usize = 40;
const LINES: usize = 40;
const KITCHENS: [&str; 2] = ["cuisine", "cuisine2"];

/// What one server did with the load.
struct Load {
    /// Orders acknowledged a second.
    rate: f64,
    /// Milliseconds below which 99 of 100 answers came.
    p99: f64,
}

/// Ours against both peers.
pub(crate) async fn measure() -> Vec<Figure> {
    let server = MercurialeProcess::start().await;
    let mut kitchens = Vec::new();
    for name in KITCHENS {
        kitchens.push(Api::sign_in(&server.address(), name).await);
    }
    let bodies = bodies(&kitchens).await;
    let senders: Vec<_> = (0..CLIENTS).map(|client| kitchens[client % kitchens.len()].clone()).collect();
    let ours = drive(senders, bodies.clone(), "/sync/v1/push").await;
    drop(server);

    let express = peers::Express::start().await;
    let senders = vec![Api::anonymous(&express.address()); CLIENTS];
    let theirs = drive(senders, bodies.clone(), "/orders").await;
    drop(express);
    let plain = peers::plain_sqlite(&bodies.concat(), CLIENTS);

    vec![
        rate(
            "durable orders of 40 lines a second, 64 clients",
            ours.rate,
            "express + better-sqlite3",
            theirs.rate,
            10.0,
        ),
        rate("the same, beside SQLite alone in groups of 64", ours.rate, "SQLite in process", plain, 0.5),
        Figure {
            name: "the same: 99 of 100 acknowledged within".to_owned(),
            unit: "ms",
            ours: ours.p99,
            worst: ours.p99,
            peer: Some(Peer { name: "express + better-sqlite3", value: theirs.p99 }),
            goal: Goal::Ratio(0.2),
        },
    ]
}

fn rate(name: &str, ours: f64, peer: &'static str, theirs: f64, goal: f64) -> Figure {
    Figure {
        name: name.to_owned(),
        unit: "/s",
        ours,
        worst: ours,
        peer: Some(Peer { name: peer, value: theirs }),
        goal: Goal::AtLeastRatio(goal),
    }
}

/// The pushes of each client, one order each, sealed before the clock starts.
async fn bodies(kitchens: &[Api]) -> Vec<Vec<String>> {
    let shelf = Shelf::of(kitchens[0].catalog().await);
    let mut people = Vec::new();
    for kitchen in kitchens {
        people.push(kitchen.me().await);
    }
    let bodies_of = |client: usize| {
        let mut device = Device::new(&people[client % people.len()], client as u64);
        (0..ORDERS_A_CLIENT).map(|_| device.seal(&shelf, LINES)).collect()
    };
    (0..CLIENTS).map(bodies_of).collect()
}

/// All clients at once; each sends its next order when the one before is acknowledged.
async fn drive(senders: Vec<Api>, bodies: Vec<Vec<String>>, path: &'static str) -> Load {
    let started = Instant::now();
    let mut clients = JoinSet::new();
    for (api, bodies) in senders.into_iter().zip(bodies) {
        clients.spawn(client(api, bodies, path));
    }
    let mut waits: Vec<f64> = clients.join_all().await.concat();
    let seconds = started.elapsed().as_secs_f64();
    waits.sort_by(f64::total_cmp);
    Load { rate: waits.len() as f64 / seconds, p99: waits[waits.len() * 99 / 100] }
}

async fn client(api: Api, bodies: Vec<String>, path: &'static str) -> Vec<f64> {
    let mut waits = Vec::with_capacity(bodies.len());
    for body in bodies {
        let sent = Instant::now();
        let answer = api.try_post(path, body).await.expect("it answers");
        assert_eq!(answer.status, 200, "{}", answer.body);
        waits.push(sent.elapsed().as_secs_f64() * 1_000.0);
    }
    waits
}
