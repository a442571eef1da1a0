//! The app's files, as `app/bundle` left them, from inside the binary.
//!
//! Three kinds of address:
//!
//! - `/assets/…`: hashed names, kept by the browser for ever; an unknown one is a 404, never the page (a script that
//!   receives a page fails in a way nobody understands).
//! - a file of `public` (`/sw.js`, `/manifest.webmanifest`, `/icons/…`, `/build.json`): revalidated each time by its tag.
//! - any other address without a dot: a place inside the app, answered with its page.
//!
//! A hashed name that is not inside this binary may be another build's: the store keeps those for a while.

use std::{borrow::Cow, io::Read};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{command::hex, time::Timestamp};
use flate2::read::GzDecoder;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

use crate::{
    state::AppState,
    store::{AppFile, Store, StoreError},
};

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/dist"]
struct Dist;

/// One of the app's files.
#[derive(Debug, Clone)]
struct File {
    bytes: Cow<'static, [u8]>,
    sha256: [u8; 32],
}

impl From<EmbeddedFile> for File {
    fn from(file: EmbeddedFile) -> Self {
        Self { bytes: file.data, sha256: file.metadata.sha256_hash() }
    }
}

impl From<Vec<u8>> for File {
    fn from(bytes: Vec<u8>) -> Self {
        Self { sha256: Sha256::digest(&bytes).into(), bytes: bytes.into() }
    }
}

/// Where hashed names are.
const HASHED: &str = "assets/";
const FOREVER: &str = "public, max-age=31536000, immutable";
const REVALIDATED: &str = "no-cache";

/// What is answered by others: an unknown address below these is never the app's page.
const NOT_PAGES: [&str; 4] = ["api", "sync", "health", "assets"];

const WITHOUT_APP: &str = "Ce serveur a été construit sans l'application (MERCURIALE_SKIP_APP=1). Relancez « cargo start ».\n\
    This server was built without the app (MERCURIALE_SKIP_APP=1). Run `cargo start`.\n";

/// The app's files, as the answer to every address that no other route takes.
pub(super) fn router() -> Router<AppState> {
    Router::new().fallback(serve)
}

/// The id of the build inside this binary; `None` in a binary built without the app.
pub(crate) fn build() -> Option<String> {
    let manifest: serde_json::Value = serde_json::from_slice(&Dist::get("build.json")?.data).ok()?;
    manifest.get("build")?.as_str().map(str::to_owned)
}

/// Has the store keep the hashed files inside this binary, for pages that outlive it.
pub(crate) async fn keep(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let mut names: Vec<_> =
        Dist::iter().filter(|name| name.starts_with(HASHED)).map(Cow::into_owned).collect();
    names.sort_unstable();
    // Of a file with compressed copies, these are enough.
    let copied = |name: &String| names.binary_search(&format!("{name}.gz")).is_ok();
    let kept: Vec<_> = names.iter().filter(|name| !copied(name)).cloned().collect();
    store.keep_app_files(&kept, |name| Some(Dist::get(name)?.data.into_owned()), now).await
}

async fn serve(State(state): State<AppState>, request: Request) -> Response {
    let (method, path, headers) = (request.method(), request.uri().path(), request.headers());
    let name = path.trim_start_matches('/');
    if !name.starts_with(HASHED) || Dist::get(name).is_some() {
        return answer(|name| Dist::get(name).map(File::from), method, path, headers);
    }
    let earlier = state.store.app_files(name).await.unwrap_or_else(|error| {
        tracing::warn!(%error, name, "whether it is a file of another build could not be asked");
        Vec::new()
    });
    let earlier = with_plain_copy(name, earlier);
    let find =
        |name: &str| earlier.iter().find(|(known, _)| known == name).map(|(_, body)| body.clone().into());
    answer(find, method, path, headers)
}

/// The same, and the file itself where only its compressed copies are kept.
fn with_plain_copy(name: &str, mut copies: Vec<AppFile>) -> Vec<AppFile> {
    let compressed = copies.iter().find(|(copy, _)| copy.strip_suffix(".gz") == Some(name));
    if let Some((_, body)) = compressed {
        let mut plain = Vec::new();
        if GzDecoder::new(body.as_slice()).read_to_end(&mut plain).is_ok() {
            copies.push((name.to_owned(), plain));
        }
    }
    copies
}

/// `find` is the set of files: the embedded one, or a test's.
fn answer(find: impl Fn(&str) -> Option<File>, method: &Method, path: &str, headers: &HeaderMap) -> Response {
    if *method != Method::GET && *method != Method::HEAD {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(name) = file_for(&find, path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (file, encoding) = match negotiated(&find, &name, headers) {
        Some(found) => found,
        None if name == "index.html" => {
            return (StatusCode::SERVICE_UNAVAILABLE, WITHOUT_APP).into_response();
        }
        None => return StatusCode::NOT_FOUND.into_response(),
    };
    respond(&name, file, encoding, headers)
}

/// The name of the file for an address: itself, the page of that name, or the app's page.
fn file_for(find: &impl Fn(&str) -> Option<File>, path: &str) -> Option<String> {
    let path = path.trim_start_matches('/');
    let first = path.split('/').next().unwrap_or_default();
    let compressed_copy = [".br", ".gz"].iter().any(|suffix| path.ends_with(suffix));
    if path.contains('.') {
        return (find(path).is_some() && !compressed_copy).then(|| path.to_owned());
    }
    if NOT_PAGES.contains(&first) {
        return None;
    }
    let page = format!("{path}.html");
    Some(if find(&page).is_some() { page } else { "index.html".to_owned() })
}

/// The smallest copy that the browser says it can read, and the name of its encoding.
fn negotiated(
    find: &impl Fn(&str) -> Option<File>,
    name: &str,
    headers: &HeaderMap,
) -> Option<(File, Option<&'static str>)> {
    let copy = |suffix: &str, encoding| {
        accepts(headers, encoding)
            .then(|| find(&format!("{name}{suffix}")))
            .flatten()
            .map(|file| (file, Some(encoding)))
    };
    copy(".br", "br").or_else(|| copy(".gz", "gzip")).or_else(|| find(name).map(|file| (file, None)))
}

/// Whether `Accept-Encoding` names the encoding and does not weigh it 0.
pub(super) fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok());
        named && weight.is_none_or(|q| q > 0.0)
    })
}

fn respond(name: &str, file: File, encoding: Option<&'static str>, asked: &HeaderMap) -> Response {
    let tag = tag_of(&file);
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let unchanged =
        known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(match file.bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        }))
    };
    let headers = response.headers_mut();
    let kept = if name.starts_with(HASHED) { FOREVER } else { REVALIDATED };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// A strong tag: 128 bits of the hash of the copy sent, so each encoding has its own.
fn tag_of(file: &File) -> String {
    format!("\"{}\"", hex(&file.sha256[..16]))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm", // anything else, and the browser refuses to compile while it downloads
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(path: &str) -> Option<File> {
        let known = [
            "index.html",
            "index.html.br",
            "index.html.gz",
            "recover.html",
            "sw.js",
            "manifest.webmanifest",
            "assets/app-12.wasm",
            "assets/app-12.wasm.br",
            "assets/app-12.wasm.gz",
            "icons/icon-192.png",
        ];
        let name = known.into_iter().find(|name| *name == path)?;
        Some(name.as_bytes().to_owned().into())
    }

    fn get(path: &str, asked: &[(header::HeaderName, &str)]) -> Response {
        let headers =
            asked.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap())).collect();
        answer(files, &Method::GET, path, &headers)
    }

    fn said(response: &Response, name: header::HeaderName) -> &str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[tokio::test]
    async fn any_place_inside_the_app_is_its_page() {
        for path in ["/", "/catalogue", "/commandes/12/lignes"] {
            let response = get(path, &[]);
            assert_eq!(said(&response, header::CONTENT_TYPE), "text/html; charset=utf-8", "{path}");
            assert_eq!(said(&response, header::CACHE_CONTROL), "no-cache", "{path}");
            let body = axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
            assert_eq!(body, "index.html", "{path}");
        }
    }

    #[tokio::test]
    async fn another_page_is_served_as_itself() {
        let body = axum::body::to_bytes(get("/recover", &[]).into_body(), 1000).await.unwrap();
        assert_eq!(body, "recover.html");
    }

    #[test]
    fn what_is_not_a_page_is_never_answered_with_the_page() {
        for path in [
            "/assets/app-old.js",
            "/assets/x",
            "/api/unknown",
            "/sync/v1/unknown",
            "/health/x",
            "/nothing.png",
        ] {
            assert_eq!(get(path, &[]).status(), StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(answer(files, &Method::POST, "/", &HeaderMap::new()).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn each_browser_gets_what_it_can_read() {
        let wasm = "/assets/app-12.wasm";
        let cases = [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip, deflate", "gzip"), // WebKitGTK over plain http
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("identity", ""),
            ("", ""),
        ];
        for (asked, expected) in cases {
            let response = get(wasm, &[(header::ACCEPT_ENCODING, asked)]);
            assert_eq!(said(&response, header::CONTENT_ENCODING), expected, "{asked}");
            assert_eq!(said(&response, header::CONTENT_TYPE), "application/wasm");
            assert_eq!(said(&response, header::VARY), "accept-encoding");
        }
    }

    #[test]
    fn hashed_names_are_kept_for_ever_and_the_others_are_asked_again() {
        assert_eq!(said(&get("/assets/app-12.wasm", &[]), header::CACHE_CONTROL), FOREVER);
        for path in ["/sw.js", "/manifest.webmanifest", "/icons/icon-192.png"] {
            assert_eq!(said(&get(path, &[]), header::CACHE_CONTROL), REVALIDATED, "{path}");
        }
        assert_eq!(
            said(&get("/manifest.webmanifest", &[]), header::CONTENT_TYPE),
            "application/manifest+json"
        );
    }

    #[test]
    fn what_the_browser_already_has_is_not_sent_again() {
        let first = get("/sw.js", &[]);
        let tag = said(&first, header::ETAG).to_owned();
        assert_eq!(get("/sw.js", &[(header::IF_NONE_MATCH, &tag)]).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(get("/sw.js", &[(header::IF_NONE_MATCH, "\"other\"")]).status(), StatusCode::OK);
        let brotli = get("/", &[(header::ACCEPT_ENCODING, "br"), (header::IF_NONE_MATCH, &tag)]);
        assert_ne!(said(&brotli, header::ETAG), said(&get("/", &[]), header::ETAG));
    }

    #[test]
    fn a_compressed_copy_has_no_address_of_its_own() {
        assert_eq!(get("/assets/app-12.wasm.br", &[]).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn a_server_built_without_the_app_says_so() {
        let response = answer(|_| None, &Method::GET, "/", &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(said(&response, header::CONTENT_TYPE), "text/plain; charset=utf-8");
    }
}
