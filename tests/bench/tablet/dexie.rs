//! The peer: the same offers as records in Dexie, opened on the same profile after the browser was closed.

use std::path::PathBuf;

use axum::{Router, http::header, routing::get};
use domain::wire::Catalog;
use support::browser::{Engine, Tablet};
use tokio::net::TcpListener;

use support::npm;

const PAGE: &str =
    "<!doctype html><meta charset=utf-8><title>Dexie</title><script type=module src=/bench.js></script>";

/// `window.filled` once the items are stored, `window.opened` with the milliseconds from opening to all items in memory,
/// `window.looked` once they were asked for.
const SCRIPT: &str = "
import Dexie from '/dexie.mjs';
const db = new Dexie('offers');
db.version(1).stores({ items: 'reference, name, family, producer' });
if (location.search === '?fill') {
    const items = await (await fetch('/items.json')).json();
    await db.items.bulkPut(items);
    window.filled = items.length;
} else {
    const started = performance.now();
    const items = await db.items.toArray();
    window.opened = items.length > 0 ? performance.now() - started : null;
    window.looked = 1;
}
";

/// A browser that holds the items.
pub(super) struct Dexie(Tablet);

impl Dexie {
    /// Stores the offers of a catalogue.
    pub(super) async fn filled_with(catalog: &Catalog) -> Self {
        let address = serve(catalog).await;
        let mut tablet = Tablet::open(Engine::Chromium, &address).await;
        // Left while it makes its stores, the first page would be kept frozen, and the next wait for it for ever.
        wait_for(&tablet, "looked").await;
        tablet.goto("/?fill").await;
        wait_for(&tablet, "filled").await;
        tablet.close().await;
        Self(tablet)
    }

    /// Opens the stored items in a browser that was closed; milliseconds.
    pub(super) async fn open(&mut self) -> f64 {
        self.0.start_again().await;
        tokio::time::sleep(super::SETTLED).await;
        self.0.goto("/").await;
        let opened = wait_for(&self.0, "opened").await;
        self.0.close().await;
        opened
    }
}

async fn wait_for(tablet: &Tablet, name: &str) -> f64 {
    for _ in 0..1_200 {
        if let Some(value) = tablet.evaluate(&format!("return window.{name} ?? null;")).await.as_f64() {
            return value;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("Dexie never said « {name} »; the console: {:#?}", tablet.console_errors().await)
}

async fn serve(catalog: &Catalog) -> String {
    let items = serde_json::to_vec(&catalog.offers).expect("plain values");
    let library = std::fs::read(library()).expect("npm brought it");
    let script = [(header::CONTENT_TYPE, "text/javascript")];
    let router = Router::new()
        .route("/", get(|| async { ([(header::CONTENT_TYPE, "text/html")], PAGE) }))
        .route("/bench.js", get(move || async move { (script, SCRIPT) }))
        .route(
            "/dexie.mjs",
            get(|| async move { ([(header::CONTENT_TYPE, "text/javascript")], library.clone()) }),
        )
        .route(
            "/items.json",
            get(|| async move { ([(header::CONTENT_TYPE, "application/json")], items.clone()) }),
        );
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
    let address = listener.local_addr().expect("a listener has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// Dexie's module.
fn library() -> PathBuf {
    npm::bring(&["dexie@4"]).join("node_modules/dexie/dist/dexie.mjs")
}
