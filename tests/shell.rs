//! The shell alone, with a two-line app in place of the real one: one build on the device, whole or not at all; another
//! one only when a person says so; a mixed one never.

use std::{
    collections::BTreeMap,
    io::Write as _,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use axum::{
    Router,
    http::{HeaderName, StatusCode, Uri, header},
    middleware,
    response::IntoResponse,
};
use bundle::{Inputs, Pieces, Shell, assemble, project::read_tree};
use server::routes::security_headers;
use support::browser::{Engine, Tablet};
use tokio::{net::TcpListener, runtime};

/// What stands for the app: it says its version, what arrives from the worker, and has the buttons of a person.
const APP: &str = r#"
export default async function start() {
  const say = (text) => document.body.append(Object.assign(document.createElement("p"), { textContent: text }));
  const button = (text, act) => {
    const made = Object.assign(document.createElement("button"), { textContent: text });
    made.addEventListener("click", act);
    document.body.append(made);
  };
  say("version VERSION");
  const ready = () => say("nouvelle version prête");
  if (document.documentElement.dataset.update) ready();
  window.addEventListener("mercuriale:update", ready);
  button("Regarder", async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    registration.addEventListener("updatefound", () => {
      const incoming = registration.installing;
      incoming.addEventListener("statechange", () => say(`arrivée : ${incoming.state}`));
    });
    await registration.update();
  });
  button("Mettre à jour", () => window.dispatchEvent(new Event("mercuriale:apply-update")));
}
"#;

const EMPTY_MODULE: &[u8] = b"\0asm\x01\0\0\0";

#[test]
fn a_new_build_comes_whole_and_waits_until_a_person_says_so_on_chromium() {
    play(Engine::Chromium, a_new_build_comes_whole_and_waits);
}

#[test]
fn a_new_build_comes_whole_and_waits_until_a_person_says_so_on_webkit() {
    play(Engine::WebKit, a_new_build_comes_whole_and_waits);
}

#[test]
fn a_mixed_build_says_so_and_is_repaired_on_chromium() {
    play(Engine::Chromium, a_mixed_build_says_so_and_is_repaired);
}

#[test]
fn a_mixed_build_says_so_and_is_repaired_on_webkit() {
    play(Engine::WebKit, a_mixed_build_says_so_and_is_repaired);
}

async fn a_new_build_comes_whole_and_waits(engine: Engine) {
    let mut host = Host::new();
    host.serve(shell("A"));
    let tablet = Tablet::open(engine, &host.address()).await;
    tablet.expect_text("version A").await;
    tablet.wait_until_kept_offline().await;

    host.stop();
    tablet.goto("/commandes/12").await;
    tablet.expect_text("version A").await;

    let mut torn = shell("B");
    corrupt(&mut torn, "/icons/icon-192.png");
    host.serve(torn);
    tablet.press("Regarder").await;
    tablet.expect_text("arrivée : redundant").await;
    tablet.expect_no_text("nouvelle version prête").await;

    host.serve(shell("B"));
    tablet.press("Regarder").await;
    tablet.expect_text("nouvelle version prête").await;
    tablet.goto("/").await;
    tablet.expect_text("version A").await;
    tablet.expect_text("nouvelle version prête").await;

    tablet.press("Mettre à jour").await;
    tablet.expect_text("version B").await;
    host.stop();
    tablet.goto("/catalogue").await;
    tablet.expect_text("version B").await;
}

async fn a_mixed_build_says_so_and_is_repaired(engine: Engine) {
    let mut host = Host::new();
    host.serve(mixed("A", "B"));
    let tablet = Tablet::open(engine, &host.address()).await;
    tablet.expect_text("Mercuriale n’a pas pu démarrer.").await;
    tablet.expect_text("vos commandes non plus").await;
    tablet.expect_text("MIXED_BUILD: glue").await;

    tablet.follow("Réparer l’application · Repair").await;
    tablet.expect("button", "Réparer maintenant").await;
    host.serve(shell("C"));
    tablet.press("Réparer maintenant").await;
    tablet.expect_text("C’est fait").await;
    tablet.follow("Revenir à Mercuriale").await;
    tablet.expect_text("version C").await;
}

/// The real files of `public` around the two-line app.
fn shell(version: &str) -> Shell {
    let public =
        read_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../public")).expect("public can be read");
    let glue = APP.replace("VERSION", version);
    assemble(&Inputs { glue, wasm: EMPTY_MODULE.to_vec(), pieces: Pieces::default(), public })
        .expect("the shell comes together")
}

/// The page of one build with the glue of another under the name it expects, as a careless deployment leaves them.
fn mixed(page: &str, glue: &str) -> Shell {
    let is_glue = |url: &str| url.starts_with("/assets/app-") && url.ends_with(".js");
    let other = shell(glue).assets.into_iter().find(|asset| is_glue(&asset.url)).expect("a build has a glue");
    let mut mixed = shell(page);
    mixed
        .assets
        .iter_mut()
        .filter(|asset| is_glue(&asset.url))
        .for_each(|asset| asset.body.clone_from(&other.body));
    mixed
}

fn corrupt(shell: &mut Shell, url: &str) {
    let asset = shell.assets.iter_mut().find(|asset| asset.url == url).expect("it is a file of the build");
    asset.body.push(0);
}

/// An address that serves one build, then another, or nothing at all.
struct Host {
    address: SocketAddr,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    running: Option<runtime::Runtime>,
}

impl Host {
    fn new() -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("it has an address");
        Self { address, files: Arc::default(), running: None }
    }

    fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    fn serve(&mut self, shell: Shell) {
        self.stop();
        let mut files: BTreeMap<_, _> =
            shell.assets.into_iter().map(|asset| (asset.url, asset.body)).collect();
        files.insert("/sw.js".to_owned(), shell.worker.into_bytes());
        *self.files.lock().unwrap() = files;
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (address, files) = (self.address, Arc::clone(&self.files));
        let listener = std::net::TcpListener::bind(address).expect("the port is still ours");
        listener.set_nonblocking(true).unwrap();
        runtime.spawn(async move {
            let app = Router::new()
                .fallback(move |uri: Uri| async move { answer(&files.lock().unwrap(), uri.path()) })
                .layer(middleware::from_fn(security_headers::add));
            axum::serve(TcpListener::from_std(listener).unwrap(), app).await
        });
        self.running = Some(runtime);
    }

    /// As a machine that loses its power: no connection survives.
    fn stop(&mut self) {
        if let Some(runtime) = self.running.take() {
            let stopping = thread::spawn(move || runtime.shutdown_timeout(Duration::from_secs(5)));
            stopping.join().expect("it stops");
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop();
    }
}

type Answer = (StatusCode, [(HeaderName, &'static str); 2], Vec<u8>);

fn answer(files: &BTreeMap<String, Vec<u8>>, path: &str) -> impl IntoResponse + use<> {
    let place_in_the_app = !path.contains('.') && !files.contains_key(path);
    let headers =
        |path: &str| [(header::CONTENT_TYPE, media_type(path)), (header::CACHE_CONTROL, "no-cache")];
    let answer: Answer = match files.get(if place_in_the_app { "/" } else { path }) {
        Some(body) => (StatusCode::OK, headers(path), body.clone()),
        None => (StatusCode::NOT_FOUND, headers("x.txt"), Vec::new()),
    };
    answer
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        None => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some(_) => "text/plain",
    }
}

/// Plays a story, or says loudly that the engine is missing.
fn play<F: Future<Output = ()>>(engine: Engine, story: impl FnOnce(Engine) -> F) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let missing = engine.missing().join(", ");
    if !missing.is_empty() {
        assert!(!engine.is_required(), "missing: {missing}");
        // Straight to the standard error: the harness keeps to itself what passing tests print.
        let _ = writeln!(std::io::stderr(), "SKIPPED the shell on {engine}: missing {missing}");
        return;
    }
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(story(engine));
}
