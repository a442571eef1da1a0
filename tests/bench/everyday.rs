//! What a tablet does all day: a tap that must be durable at once, and a look at the server that finds nothing new.
//!
//! Needs the binary with the app inside and Chromium with its driver.

mod relay;

use std::time::Duration;

use support::browser::{Api, Engine, MercurialeProcess, Tablet, plenty};

use crate::figures::{Figure, Goal, spread};
use relay::Relay;

const KITCHEN: &str = "cuisine";

/// From the tap until the *complete* of its transaction, the strictly durable one on which « Brouillon enregistré » is said.
const TAPS: &str = "
    let complete;
    const real = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...given) {
        const transaction = real.apply(this, given);
        if (given[1] === 'readwrite' && transaction.objectStoreNames.contains('cmd')) {
            transaction.addEventListener('complete', () => complete?.(performance.now()));
        }
        return transaction;
    };
    const samples = [];
    for (let tap = 0; tap < 60; tap++) {
        const durable = new Promise((then) => { complete = then; });
        const started = performance.now();
        document.querySelector('.line button[aria-label=Ajouter]').click();
        samples.push((await durable) - started);
        await new Promise((go) => setTimeout(go, 50));
    }
    IDBDatabase.prototype.transaction = real;
    return samples;";

/// Counts what is written to IndexedDB from now on, and what pulls say in their bodies.
const COUNT: &str = "
    window.counted = { writes: 0, pulls: 0, body: 0 };
    for (const name of ['put', 'add', 'delete', 'clear']) {
        const real = IDBObjectStore.prototype[name];
        IDBObjectStore.prototype[name] = function (...given) {
            counted.writes += 1;
            return real.apply(this, given);
        };
    }
    const ask = window.fetch;
    window.fetch = async (...given) => {
        const request = new Request(...given);
        if (!request.url.endsWith('/sync/v1/pull')) return ask(request);
        const said = (await request.clone().arrayBuffer()).byteLength;
        const answer = await ask(request);
        counted.body += said + (await answer.clone().arrayBuffer()).byteLength;
        counted.pulls += 1;
        return answer;
    };";

/// Rounds of an idle tablet that are watched; one comes each half minute.
const LOOKS: u64 = 3;

/// Everything here.
pub(crate) async fn measure() -> Vec<Figure> {
    let server = MercurialeProcess::start().await;
    let relay = Relay::before(&server.address());
    let tablet = Tablet::open(Engine::Chromium, relay.address()).await;
    tablet.sign_in(KITCHEN).await;
    tablet.expect_text("Mercuriale du").await;
    tablet.wait_until_kept_offline().await;
    let catalog = Api::sign_in(&server.address(), KITCHEN).await.catalog().await;
    tablet.want(plenty(&catalog, "carotte").first().expect("the demo sells carrots")).await;
    let taps = tablet.evaluate_later(TAPS).await;
    let (ours, worst) = spread(serde_json::from_value(taps).expect("numbers"));
    let name = "tap on « Ajouter » → durable (IndexedDB's complete, strict)".to_owned();
    let mut figures = vec![Figure { name, unit: "ms", ours, worst, peer: None, goal: Goal::AtMost(15.0) }];
    figures.extend(idle(&tablet, &relay).await);
    figures
}

/// An idle tablet's looks, by themselves, each half minute.
async fn idle(tablet: &Tablet, relay: &Relay) -> [Figure; 3] {
    tablet.evaluate(COUNT).await;
    // What the taps left to tell the other tablets is told first, and its receipt filed.
    until_pulls(tablet, 3).await;
    tablet.evaluate("window.counted = { writes: 0, pulls: 0, body: 0 };").await;
    relay.forget();
    until_pulls(tablet, LOOKS).await;
    // The answer's last bytes, and what the application makes of them.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let counted = tablet.evaluate("return [counted.pulls, counted.body, counted.writes];").await;
    let [looks, body, writes]: [f64; 3] = serde_json::from_value(counted).expect("three numbers");
    let figure = |name: &str, unit, ours, limit| {
        let name = format!("an idle tablet looks for news: {name}");
        Figure { name, unit, ours, worst: ours, peer: None, goal: Goal::AtMost(limit) }
    };
    [
        figure("request and answer", "bytes", body / looks, 1_024.0),
        figure("the same with HTTP/1.1's headers, on the cable", "bytes", relay.bytes() / looks, 4_096.0),
        figure("writes to IndexedDB", "writes", writes, 0.0),
    ]
}

async fn until_pulls(tablet: &Tablet, count: u64) {
    while tablet.evaluate("return counted.pulls;").await.as_u64().expect("a number") < count {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
