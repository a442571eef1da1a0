//! What a deployment does to the pages that are open: one build's files are replaced by another's, or by a mixture.
//!
//! ```text
//! browser ──► Deployment ── a file of the build, or the app's page ──► from memory
//!                        └─ /api, /sync, /health ────────────────────► the real server
//! ```

use std::{
    collections::BTreeMap,
    net::TcpListener,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bundle::{Manifest, digest::sha256_hex};
use reqwest::Client;
use tokio::runtime::{self, Runtime};

use super::machine::free_port;

/// What of an answer's headers makes a file what it is.
const KEPT: [header::HeaderName; 3] =
    [header::CONTENT_TYPE, header::CACHE_CONTROL, header::CONTENT_SECURITY_POLICY];
/// How long a port may take to be free again.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longer than any file or answer here.
const LARGEST: usize = 64 << 20;

#[derive(Debug, Clone)]
struct File {
    headers: HeaderMap,
    body: Bytes,
}

/// The files of one build, by address.
#[derive(Debug, Clone)]
pub struct Build {
    /// Its id.
    pub id: String,
    files: BTreeMap<String, File>,
}

impl Build {
    /// The build inside the real server at `address`.
    pub async fn of(address: &str) -> Self {
        let manifest: Manifest = fetch_json(&format!("{address}/build.json")).await;
        let mut files = BTreeMap::new();
        let own = ["/build.json", "/sw.js"].map(str::to_owned);
        for url in manifest.files.iter().map(|file| file.url.clone()).chain(own) {
            files.insert(url.clone(), fetch(&format!("{address}{url}")).await);
        }
        Self { id: manifest.build, files }
    }

    /// What the same sources would give under another id: no file but icons keeps its name and its bytes.
    #[must_use]
    pub fn next(&self) -> Self {
        let id = sha256_hex(self.id.as_bytes())[..self.id.len()].to_owned();
        let hashed: Vec<&str> = self.files.keys().filter_map(|url| url.strip_prefix("/assets/")).collect();
        // Pages call these files `/assets/name`, the files call each other `./name`.
        let renamed = |text: &str| {
            let named = |text: String, name: &&str| text.replace(*name, &format!("n-{name}"));
            hashed.iter().fold(text.to_owned(), named).replace(&self.id, &id)
        };
        let mut next = Self { id: id.clone(), files: BTreeMap::new() };
        let mut digests = Vec::new();
        for (url, file) in &self.files {
            let body = match std::str::from_utf8(&file.body) {
                Ok(text) => renamed(text).into_bytes(),
                Err(_) => replaced(&file.body, self.id.as_bytes(), id.as_bytes()),
            };
            digests.push((sha256_hex(&file.body), sha256_hex(&body)));
            let file = File { body: body.into(), headers: file.headers.clone() };
            next.files.insert(renamed(url), file);
        }
        for list in ["/build.json", "/sw.js"] {
            let file = next.files.get_mut(list).expect("every build has both");
            let mut text = String::from_utf8(file.body.to_vec()).expect("both are text");
            for (before, after) in &digests {
                text = text.replace(before, after);
            }
            file.body = text.into();
        }
        next
    }

    /// This build, but for the files of `other` that `chosen` names.
    #[must_use]
    pub fn mixed_with(&self, other: &Self, chosen: impl Fn(&str) -> bool) -> Self {
        let mut mixed = self.clone();
        mixed.files.retain(|url, _| !chosen(url));
        let taken = other.files.iter().filter(|(url, _)| chosen(url));
        mixed.files.extend(taken.map(|(url, file)| (url.clone(), file.clone())));
        mixed
    }

    /// This build, but for the files that `chosen` names.
    #[must_use]
    pub fn without(&self, chosen: impl Fn(&str) -> bool) -> Self {
        let mut without = self.clone();
        without.files.retain(|url, _| !chosen(url));
        without
    }

    /// This build, with the other's module under the name of its own.
    #[must_use]
    pub fn with_the_module_of(&self, other: &Self) -> Self {
        let is_module = |url: &&String| url.ends_with(".wasm");
        let mut mixed = self.clone();
        let theirs = other.files.keys().find(is_module).map(|url| other.files[url].clone());
        if let (Some(ours), Some(theirs)) = (self.files.keys().find(is_module), theirs) {
            mixed.files.insert(ours.clone(), theirs);
        }
        mixed
    }

    /// This build with one byte too many at the end of a file.
    ///
    /// # Panics
    /// When there is no such file.
    #[must_use]
    pub fn damaged_at(&self, url: &str) -> Self {
        let mut damaged = self.clone();
        let file = damaged.files.get_mut(url).unwrap_or_else(|| panic!("no file {url}"));
        file.body = [&file.body[..], b" "].concat().into();
        damaged
    }

    /// As the server does: a file, a page of its own, or the app's page for a place inside the app.
    fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path).or_else(|| {
            let is_place = !path.contains('.') && !path.starts_with("/assets");
            is_place.then(|| self.files.get("/")).flatten()
        })
    }
}

/// `old` becomes `new` wherever it stands in a file that is no text; both are as long.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> =
        bytes.windows(old.len()).enumerate().filter(|(_, part)| *part == old).map(|(at, _)| at).collect();
    for at in places {
        bytes[at..at + new.len()].copy_from_slice(new);
    }
    bytes
}

async fn fetch(address: &str) -> File {
    let answer = reqwest::get(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    assert!(answer.status().is_success(), "{address}: {}", answer.status());
    let headers = KEPT.iter().filter_map(|name| Some((name.clone(), answer.headers().get(name)?.clone())));
    let headers = headers.collect();
    let body = answer.bytes().await.unwrap_or_else(|error| panic!("{address}: {error}"));
    File { headers, body }
}

async fn fetch_json<T: serde::de::DeserializeOwned>(address: &str) -> T {
    serde_json::from_slice(&fetch(address).await.body).unwrap_or_else(|error| panic!("{address}: {error}"))
}

/// An address that serves one build today and another tomorrow, before one real server.
#[derive(Debug)]
pub struct Deployment {
    port: u16,
    backend: String,
    running: Option<Runtime>,
}

#[derive(Debug)]
struct Front {
    build: Build,
    backend: String,
    client: Client,
}

impl Deployment {
    /// Serves `build` before the server at `backend`.
    #[must_use]
    pub fn of(build: Build, backend: &str) -> Self {
        let mut deployment = Self { port: free_port(), backend: backend.to_owned(), running: None };
        deployment.replace_by(build);
        deployment
    }

    /// Where it serves, without a final slash.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Nobody answers any more, and whoever was being answered is cut.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.shutdown_background();
        }
    }

    /// Stops, and starts with another build.
    pub fn replace_by(&mut self, build: Build) {
        self.stop();
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime starts");
        let listener = listener_on(self.port);
        listener.set_nonblocking(true).expect("a listener can wait");
        let front = Arc::new(Front { build, backend: self.backend.clone(), client: Client::new() });
        let router = Router::new().fallback(answer).with_state(front);
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a runtime is there");
            axum::serve(listener, router).await
        });
        self.running = Some(runtime);
    }
}

/// Whoever was stopped may need a moment to let go of the port.
fn listener_on(port: u16) -> TcpListener {
    let started = Instant::now();
    loop {
        match TcpListener::bind(("127.0.0.1", port)) {
            Ok(listener) => return listener,
            Err(error) if started.elapsed() > PATIENCE => {
                panic!("the port {port} is not given back: {error}")
            }
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn answer(State(front): State<Arc<Front>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if ["/api", "/sync/", "/health"].iter().any(|live| path.starts_with(live)) {
        return passed_on(&front, request).await.unwrap_or_else(|_| StatusCode::BAD_GATEWAY.into_response());
    }
    match front.build.file(&path) {
        Some(file) => (file.headers.clone(), file.body.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn passed_on(front: &Front, request: Request) -> reqwest::Result<Response> {
    let (parts, body) = request.into_parts();
    let address = format!("{}{}", front.backend, parts.uri);
    let body = to_bytes(body, LARGEST).await.unwrap_or_default();
    let asked = front.client.request(parts.method, address).headers(parts.headers).body(body).send().await?;
    let (status, headers) = (asked.status(), asked.headers().clone());
    let mut response = Response::new(Body::from(asked.bytes().await?));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.headers_mut().remove(header::TRANSFER_ENCODING);
    Ok(response)
}
