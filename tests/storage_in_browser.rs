//! The one suite of storages, on IndexedDB: the same stories `cargo test -p replica` tells on memory, and a few that only
//! a browser can tell. The page is a build of the app with its `conformance` feature.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use axum::{
    Router,
    http::{StatusCode, Uri, header},
    response::IntoResponse,
};
use bundle::project::{Project, SHIPPED, read_tree};
use support::browser::{Engine, Tablet, target_folder};
use tokio::{net::TcpListener, runtime};

#[test]
fn indexed_db_does_what_a_storage_must_on_chromium() {
    play(Engine::Chromium);
}

#[test]
fn indexed_db_does_what_a_storage_must_on_webkit() {
    play(Engine::WebKit);
}

#[test]
fn indexed_db_does_what_a_storage_must_on_firefox() {
    play(Engine::Firefox);
}

fn play(engine: Engine) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let missing = engine.missing().join(", ");
    if !missing.is_empty() {
        assert!(!engine.is_required(), "missing: {missing}");
        let _ = writeln!(std::io::stderr(), "SKIPPED the storage on {engine}: missing {missing}");
        return;
    }
    let files = page();
    runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(move |uri: Uri| async move { answer(&files, uri.path()) });
        tokio::spawn(async move { axum::serve(listener, router).await });
        let tablet = Tablet::open(engine, &address).await;
        tablet.expect_text("told:").await;
        let told = tablet.text().await;
        assert!(told.contains(" stories, 0 broken"), "on {engine}:\n{told}");
        assert!(told.matches("holds:").count() >= 12, "on {engine}:\n{told}");
    });
}

/// The files of the page, built once.
fn page() -> Arc<BTreeMap<String, Vec<u8>>> {
    static PAGE: OnceLock<Arc<BTreeMap<String, Vec<u8>>>> = OnceLock::new();
    let build = || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let target: PathBuf = target_folder().join("app");
        let features = vec!["conformance".to_owned()];
        // The profile whose dependencies the app's own build has left there.
        let project = Project { root, target, profile: SHIPPED.to_owned(), features };
        let dist = project.build().expect("the page builds");
        Arc::new(read_tree(&dist).expect("its files can be read"))
    };
    Arc::clone(PAGE.get_or_init(build))
}

fn answer(files: &BTreeMap<String, Vec<u8>>, path: &str) -> impl IntoResponse + use<> {
    let name = if path == "/" { "index.html" } else { path.trim_start_matches('/') };
    let kind = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    };
    match files.get(name) {
        Some(body) => (StatusCode::OK, [(header::CONTENT_TYPE, kind)], body.clone()),
        None => (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/plain")], Vec::new()),
    }
}
