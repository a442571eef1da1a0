//! `POST` and `DELETE /api/session`: signing in and out.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    enterprise::Role,
    id::UserId,
    wire::{desk::SignInRequest, people::Deed},
};

use super::{json::Body, second_step};
use crate::{
    access::{attempts::Wait, machine::Machine, session, token},
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    store::{Actor, Entry, NewSession, OpenedWith, StoreError},
};

/// Opens a session. The token is in the cookie only: no script of the page can read it.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = SignInRequest, responses(
    (status = 204, description = "Signed in: the answer sets the session's cookie."),
    (status = 401, description = "BAD_CREDENTIALS; SECOND_STEP_REQUIRED, BAD_SECOND_STEP after a right password", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn open(
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
    Body(asked): Body<SignInRequest>,
) -> Result<Response, Problem> {
    let now = state.now();
    state
        .attempts
        .begin(from, &asked.email, now)
        .map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    let known = state.store.find_credentials(&asked.email).await?;
    let stored = known.as_ref().map(|known| known.password_hash.clone());
    let right = state.passwords.check(asked.password, stored).await?;
    let Some(known) = known else { return Err(Problem::BadCredentials) };
    let hub = known.role.hub();
    let entry = |deed| Entry { by: Some(known.user), device: None, deed, about: None };
    if !right {
        tracing::info!(%from, "a sign-in failed");
        state.store.note(hub, now, entry(Deed::SignInFailed)).await?;
        return Err(Problem::BadCredentials);
    }
    let actor = Actor { hub, user: known.user, device: None };
    let with = second_step::pass(&state, actor, asked.second_step.as_deref()).await?;
    state.attempts.succeeded(from, &asked.email);
    let answer = opened(&state, &headers, known.user, known.role, with).await?;
    state.store.note(hub, now, entry(Deed::SignedIn)).await?;
    tracing::info!(user = %known.user, "signed in");
    Ok(answer)
}

/// Opens a session in the place of the browser's earlier one: a person's own, or that of a paired device. The answer sets its
/// cookie.
pub(super) async fn opened(
    state: &AppState,
    headers: &HeaderMap,
    user: UserId,
    role: Role,
    with: OpenedWith,
) -> Result<Response, Problem> {
    let is_paired = matches!(with, OpenedWith::Pairing(_));
    let (now, times) = (state.now(), session::times(role, is_paired));
    if let Some(previous) = session::token(headers) {
        state.store.end_session(previous, now).await?;
    }
    let (shown, token) = token::fresh()?;
    let expires_at = now.plus_ms(times.absolute_ms);
    state.store.open_session(NewSession { token, user, with, expires_at }, now).await?;
    answer(session::opening(headers, shown, times))
}

/// Ends the session, for good. Signing out twice is signing out.
#[utoipa::path(delete, path = "/api/session", tag = "session", responses(
    (status = 204, description = "Signed out: the session is gone and the cookie emptied."),
))]
pub(crate) async fn close(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = session::token(&headers) {
        state.store.end_session(token, state.now()).await?;
    }
    answer(session::ending(&headers))
}

fn answer(cookie: Option<HeaderValue>) -> Result<Response, Problem> {
    let cookie = cookie.ok_or(StoreError::Unreadable("a cookie that cannot be written"))?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
