//! A base that an earlier version left is brought up to date with everything in it, on both engines.
//!
//! `fixtures/bases` holds one base a schema version and engine, each as that version wrote it; they are never edited. Whoever
//! adds a migration first writes the base of the day: `cargo test --test migrations -- --ignored write_the_base_of_today`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use domain::{
    command::{Envelope, SubmitOrder},
    enterprise::Role,
    order::{Order, OrderState},
    ticket::{Ticket, TicketState},
    wire::{Me, PROTO, PullAnswer, PushAnswer, PushRequest, SCHEMA, Scope, ScopePatch},
};
use serde::de::DeserializeOwned;
use serde_json::json;
use server::{
    access::rights::KitchenSession,
    audit,
    store::{DatabaseUrl, Store},
    testing::{Client, Device, Market, new_base, on_sqlite},
};
use tempfile::TempDir;

/// The schema versions whose bases are kept.
const VERSIONS: [&str; 10] = ["0001", "0002", "0004", "0005", "0006", "0007", "0008", "0012", "0015", "0016"];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bases").join(name)
}

/// What the base of any version holds: two kitchens ordered, one of them twice.
async fn fill(store: &Store) {
    let market = Market::open(store).await;
    let client = Client::new(store);
    for (who, email) in market.kitchens.iter().zip(["tilleuls@market.example", "vilar@market.example"]) {
        let kitchen = client.signed_in(email).await;
        let mut tablet = Device::of(who, 1);
        let first = tablet.submit(first_order(&Market::as_seen_by(*who)));
        let second = tablet.submit(market.submission(who.site, &[("P-001", "15")]));
        let cmds = if email.starts_with("tilleuls") { vec![first, second] } else { vec![first] };
        assert_eq!(kitchen.post("/sync/v1/push", &push(&tablet, cmds)).await.status.as_u16(), 200);
    }
}

fn first_order(market: &Market) -> SubmitOrder {
    market.submission(market.kitchens[0].site, &[("P-001", "10"), ("F-001", "5")])
}

fn push(tablet: &Device, cmds: Vec<Envelope>) -> PushRequest {
    PushRequest {
        proto: PROTO,
        schema: SCHEMA,
        build: "test".into(),
        device: None,
        outbox: tablet.outbox,
        cmds,
    }
}

/// What [`fill`] wrote is there, and goes on.
async fn is_alive(url: &DatabaseUrl, version: &str) {
    let store = Store::open(url).await.unwrap_or_else(|error| panic!("{version}: {error}"));
    assert_eq!(store.faults_of_file().await.unwrap(), [""; 0], "{version}");
    let audit = audit::audit(&store).await.unwrap();
    assert!(audit.faults.is_empty() && audit.orders == 2, "{version}: {audit:?}");

    assert_eq!(store.stale_cycles().await.unwrap().len(), 1, "{version}: what was to be told still is");

    let kitchen = Client::new(&store).signed_in("tilleuls@market.example").await;
    let me: Me = kitchen.get("/api/me").await.json();
    let Role::Kitchen { hub, site } = me.role else { panic!("{me:?}") };
    let who = &KitchenSession { user: me.user, hub, site };
    let orders: Vec<Order> = held(&kitchen, &Scope::site(who.site), "order").await;
    assert_eq!((orders[0].number.to_string().as_str(), orders[0].state), ("2026-0001", OrderState::Accepted));
    let tickets: Vec<Ticket> = held(&kitchen, &Scope::site(who.site), "ticket").await;
    assert_eq!(tickets[0].state, TicketState::Open);

    // The tablet says the same again, as one that never had the answer: it was received before.
    let mut tablet = Device::of(who, 1);
    let again = tablet.submit(first_order(&Market::as_seen_by(*who)));
    let answer = kitchen.post("/sync/v1/push", &push(&tablet, vec![again])).await.json();
    let PushAnswer::Done(done) = answer else { panic!("{version}: {answer:?}") };
    assert!(done.results[0].dup && done.outbox_last == 2, "{version}: {done:?}");
    store.close().await;
}

async fn held<T: DeserializeOwned>(client: &Client, scope: &Scope, kind: &str) -> Vec<T> {
    let answer = client.post("/sync/v1/pull", &json!({"cursors": {scope.to_string(): null}})).await;
    let pulled: PullAnswer = answer.json();
    let ScopePatch::Reset { ops, .. } = &pulled.scopes[scope] else { panic!("{pulled:?}") };
    let bodies = ops.iter().filter(|op| op.kind == kind).filter_map(|op| op.body.clone());
    bodies.map(|body| serde_json::from_value(body).unwrap()).collect()
}

#[tokio::test]
async fn every_embedded_base_ever_shipped_is_brought_up_to_date() {
    for version in VERSIONS {
        let folder = TempDir::new().unwrap();
        fs::copy(fixture(&format!("{version}.db")), folder.path().join("mercuriale.db")).unwrap();
        let url = DatabaseUrl::Sqlite { folder: folder.path().to_owned() };
        is_alive(&url, version).await;
        is_alive(&url, &format!("{version}, a second time")).await;
    }
}

#[tokio::test]
async fn every_postgresql_base_ever_shipped_is_brought_up_to_date() {
    for version in VERSIONS {
        let Some(url) = new_base("migrations") else { return };
        let DatabaseUrl::Postgres(address) = &url else { panic!("{url:?}") };
        let dump = fs::File::open(fixture(&format!("{version}.sql"))).unwrap();
        let mut psql = Command::new("psql");
        psql.args(["--quiet", "--set", "ON_ERROR_STOP=1", address]).stdin(dump).stdout(Stdio::null());
        assert!(psql.status().unwrap().success(), "{version} is read back");
        is_alive(&url, version).await;
    }
}

/// Not a test: the bases of the schema as it now is, for the day it changes.
#[tokio::test]
#[ignore = "writes the fixtures of a new schema version"]
async fn write_the_base_of_today() {
    let version = format!("{:04}", server::store::schema_version());
    let store = on_sqlite().await;
    fill(&store).await;
    store.backup(&fixture(&format!("{version}.db"))).await.unwrap();
    let Some(url) = new_base("migrations") else { panic!("needs PostgreSQL") };
    let store = Store::open(&url).await.unwrap();
    fill(&store).await;
    let DatabaseUrl::Postgres(address) = &url else { panic!("{url:?}") };
    let file = fixture(&format!("{version}.sql"));
    let mut dump = Command::new("pg_dump");
    dump.args(["--inserts", "--no-owner", "--no-privileges", "--file"]).arg(&file).arg(address);
    assert!(dump.status().unwrap().success());
    // Words of a newer pg_dump to its own psql, which an older one does not know.
    let text = fs::read_to_string(&file).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('\\'));
    fs::write(&file, lines.map(|line| format!("{line}\n")).collect::<String>()).unwrap();
}
