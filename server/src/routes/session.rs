//! `POST` and `DELETE /api/session`: signing in and out.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, State},
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::wire::desk::SignInRequest;

use super::json::Body;
use crate::{
    access::{attempts::Wait, session},
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    store::StoreError,
};

/// Opens a session. The token is in the cookie only: no script of the page can read it.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = SignInRequest, responses(
    (status = 204, description = "Signed in: the answer sets the session's cookie."),
    (status = 401, description = "BAD_CREDENTIALS", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn open(
    State(state): State<AppState>,
    headers: HeaderMap,
    extensions: Extensions,
    Body(asked): Body<SignInRequest>,
) -> Result<Response, Problem> {
    let from = peer(&extensions);
    let now = state.now();
    state
        .attempts
        .begin(from, &asked.email, now)
        .map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    let known = state.store.find_credentials(&asked.email).await?;
    let stored = known.as_ref().map(|known| known.password_hash.clone());
    let right = state.passwords.check(asked.password, stored).await?;
    let Some(known) = known.filter(|_| right) else {
        tracing::info!(%from, "a sign-in failed");
        return Err(Problem::BadCredentials);
    };
    state.attempts.succeeded(from, &asked.email);
    if let Some(previous) = session::token(&headers) {
        state.store.end_session(previous).await?;
    }
    let (token, stored) = session::new_token()?;
    state.store.open_session(stored, known.user, session::times(known.role), now).await?;
    tracing::info!(user = %known.user, "signed in");
    answer(session::opening(&headers, token, known.role))
}

/// Ends the session, for good. Signing out twice is signing out.
#[utoipa::path(delete, path = "/api/session", tag = "session", responses(
    (status = 204, description = "Signed out: the session is gone and the cookie emptied."),
))]
pub(crate) async fn close(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = session::token(&headers) {
        state.store.end_session(token).await?;
    }
    answer(session::ending(&headers))
}

fn answer(cookie: Option<HeaderValue>) -> Result<Response, Problem> {
    let cookie = cookie.ok_or(StoreError::Unreadable("a cookie that cannot be written"))?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// The machine at the other end; behind a proxy, the proxy.
fn peer(extensions: &Extensions) -> IpAddr {
    let info = extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip())
}
