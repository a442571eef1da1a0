//! `/api/sealing-keys`: what opens a shared device whose people forgot their codes.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::wire::ways_in::{SealingKey, SealingKeyName};

use super::json::Body;
use crate::{
    access::{attempts::Wait, machine::Machine, session::is_fresh, typed},
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    store::{SignedIn, Within},
};

/// What keeping keys is counted under; no address of mail is written so.
const KEEPING: &str = "keeping a key";

/// Keeps the key of a device that is about to lock.
#[utoipa::path(post, path = "/api/sealing-keys", tag = "people", request_body = SealingKey, responses(
    (status = 200, body = SealingKeyName),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "BAD_KEY", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn keep(
    who: SignedIn,
    State(state): State<AppState>,
    Machine(from): Machine,
    Body(asked): Body<SealingKey>,
) -> Result<Json<SealingKeyName>, Problem> {
    let place = Within::of(who.me.role).ok_or(Problem::NoRight)?;
    let now = state.now();
    state.attempts.begin(from, KEEPING, now).map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    let key = typed::sealing_key(&asked.key)?;
    let name = state.store.keep_sealing_key(who.actor(), place, key, now).await?;
    Ok(Json(SealingKeyName { name }))
}

/// Hands a key over to somebody who just came in for its place: the cookie that lies on a stolen device is older, and gets
/// nothing.
#[utoipa::path(post, path = "/api/sealing-keys/{name}/hand-over", tag = "people",
    params(("name" = String, Path, description = "as it was called when it was kept")),
    responses(
        (status = 200, body = SealingKey),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT, SIGN_IN_AGAIN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn hand_over(
    who: SignedIn,
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<Json<SealingKey>, Problem> {
    let place = Within::of(who.me.role).ok_or(Problem::NoRight)?;
    let now = state.now();
    if !is_fresh(&who, now) {
        return Err(Problem::SignInAgain);
    }
    let key = state.store.hand_over_sealing_key(who.actor(), place, &name, now).await?;
    let key = key.ok_or(Problem::NotFound)?;
    Ok(Json(SealingKey { key: typed::text_of_key(&key) }))
}
