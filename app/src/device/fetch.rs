//! The cable: one request, one answer or none, within its time.

use gloo_net::http::{Request as Fetch, RequestBuilder, Response};
use replica::{
    door::{self, Trouble},
    ports::{Answer, Method, Network, Request, Unreachable},
};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, RequestCache, RequestCredentials};

use crate::state::AppError;

/// A screen waits this long for the desk.
const DESK_TIMEOUT_MS: u32 = 20_000;
/// A price list may be large and its line slow.
const UPLOAD_TIMEOUT_MS: u32 = 120_000;

/// The browser's `fetch`.
pub struct Fetcher;

impl Network for Fetcher {
    async fn exchange(&self, request: Request) -> Result<Answer, Unreachable> {
        let fetch = prepare(request.method, &request.path, request.timeout_ms);
        let answer = match request.body {
            Some(json) => {
                fetch.header("Content-Type", "application/json").body(json).map_err(unreachable)?.send()
            }
            None => fetch.build().map_err(unreachable)?.send(),
        };
        receive(answer.await.map_err(unreachable)?).await
    }
}

fn prepare(method: Method, path: &str, timeout_ms: u32) -> RequestBuilder {
    let fetch = match method {
        Method::Get => Fetch::get(path),
        Method::Post => Fetch::post(path),
        Method::Delete => Fetch::delete(path),
    };
    // A page of another origin cannot set this header without asking: the server takes it as proof it is ours.
    let fetch = if method == Method::Get { fetch } else { fetch.header("X-Sync", "1") };
    let immutable = path.starts_with("/sync/v1/snap/");
    let fetch = if immutable { fetch } else { fetch.cache(RequestCache::NoStore) };
    fetch
        .credentials(RequestCredentials::SameOrigin)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(timeout_ms)))
}

async fn receive(response: Response) -> Result<Answer, Unreachable> {
    let retry_after_ms = response
        .headers()
        .get("Retry-After")
        .and_then(|seconds| seconds.trim().parse::<u64>().ok())
        .map(|seconds| seconds.saturating_mul(1000));
    let body = response.binary().await.map_err(unreachable)?;
    Ok(Answer { status: response.status(), retry_after_ms, body })
}

fn unreachable(error: impl std::fmt::Display) -> Unreachable {
    Unreachable(error.to_string())
}

/// Reads `path` for a screen of the desk.
///
/// # Errors
/// [`AppError::Offline`] or [`AppError::Problem`].
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, AppError> {
    ask(Method::Get, path, None).await
}

/// Says `json` to `path`.
///
/// # Errors
/// As [`get`].
pub async fn post<T: DeserializeOwned>(path: &str, json: Option<String>) -> Result<T, AppError> {
    ask(Method::Post, path, json).await
}

/// Says `json` to `path`, which answers with nothing.
///
/// # Errors
/// As [`get`].
pub async fn tell(path: &str, json: Option<String>) -> Result<(), AppError> {
    done(asked(Method::Post, path, json).await)
}

/// Removes what is at `path`.
///
/// # Errors
/// As [`get`].
pub async fn delete(path: &str) -> Result<(), AppError> {
    done(asked(Method::Delete, path, None).await)
}

async fn ask<T: DeserializeOwned>(method: Method, path: &str, body: Option<String>) -> Result<T, AppError> {
    read(asked(method, path, body).await)
}

async fn asked(method: Method, path: &str, body: Option<String>) -> Result<Answer, Unreachable> {
    Fetcher.exchange(Request { method, path: path.to_owned(), body, timeout_ms: DESK_TIMEOUT_MS }).await
}

/// An answer without a body: 204, and nothing else. A captive portal says 200 to anything, with a page.
fn done(answer: Result<Answer, Unreachable>) -> Result<(), AppError> {
    let answer = answer.map_err(Trouble::from)?;
    match answer.status {
        204 => Ok(()),
        200..400 => Err(AppError::Offline),
        _ => Err(door::refusal(&answer).into()),
    }
}

/// Sends the bytes of a file.
///
/// # Errors
/// As [`get`].
pub async fn upload<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, AppError> {
    let body: JsValue = js_sys::Uint8Array::from(bytes).into();
    let fetch =
        prepare(Method::Post, path, UPLOAD_TIMEOUT_MS).header("Content-Type", "application/octet-stream");
    let sent =
        async { receive(fetch.body(body).map_err(unreachable)?.send().await.map_err(unreachable)?).await };
    read(sent.await)
}

fn read<T: DeserializeOwned>(answer: Result<Answer, Unreachable>) -> Result<T, AppError> {
    let read = answer.map_err(Trouble::from).and_then(|answer| door::read(&answer));
    read.map_err(AppError::from)
}

impl From<Trouble> for AppError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Offline(_) => Self::Offline,
            Trouble::Busy { .. } => Self::problem(503, "BUSY"),
            Trouble::SignedOut => Self::problem(401, "NOT_SIGNED_IN"),
            Trouble::Refused { status, code, title } => Self::Problem { code, status, title },
        }
    }
}

impl AppError {
    fn problem(status: u16, code: &str) -> Self {
        Self::Problem { code: code.to_owned(), status, title: String::new() }
    }
}
