//! `POST /sync/v1/pull`: what changed.

use axum::{Json, extract::State};
use domain::wire::{PullAnswer, PullRequest};

use super::json::Body;
use crate::{access::rights::AnySession, openapi::ProblemBody, problem::Problem, state::AppState, sync};

/// What changed since the device's cursors, and how far its outbox was applied: one reading for both.
#[utoipa::path(post, path = "/sync/v1/pull", tag = "sync", request_body = PullRequest, responses(
    (status = 200, body = PullAnswer),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn pull(
    AnySession(me): AnySession,
    State(state): State<AppState>,
    Body(request): Body<PullRequest>,
) -> Result<Json<PullAnswer>, Problem> {
    Ok(Json(sync::pull::pull(&state.store, &me, &request, state.now()).await?))
}
