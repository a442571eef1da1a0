//! `GET /sync/v1/snap/{scope}/{hash}`: a whole catalogue, immutable.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::wire::Scope;

use super::assets::accepts;
use crate::{
    access::rights::{ReplicaSession, scopes},
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    store::Encoding,
};

/// Its bytes never change: the browser keeps them, for this person only.
const FOREVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

/// A whole catalogue, as a pull named it. Nobody can guess its address, and the right to it is checked all the same.
#[utoipa::path(get, path = "/sync/v1/snap/{scope}/{hash}", tag = "sync",
    params(("scope" = String, Path, description = "cat:<hub>"), ("hash" = String, Path, description = "SHA-256, hexadecimal")),
    responses(
        (status = 200, description = "The catalogue: columns with dictionaries, as brotli, gzip or plain.",
         content_type = "application/json", body = Object),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND: followed by others, pull again", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn snapshot(
    ReplicaSession(me): ReplicaSession,
    State(state): State<AppState>,
    Path((scope, hash)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let scope = Scope(scope);
    if !scopes(me.role).contains(&scope) {
        return Err(Problem::NoRight);
    }
    let (encoding, name) = encoding_for(&headers);
    let bytes = state.store.snapshot_bytes(&scope, &hash, encoding).await?.ok_or(Problem::NotFound)?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, FOREVER);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, cookie"));
    if let Some(name) = name {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    Ok(response)
}

fn encoding_for(headers: &HeaderMap) -> (Encoding, Option<&'static str>) {
    if accepts(headers, "br") {
        (Encoding::Brotli, Some("br"))
    } else if accepts(headers, "gzip") {
        (Encoding::Gzip, Some("gzip"))
    } else {
        (Encoding::Identity, None)
    }
}
