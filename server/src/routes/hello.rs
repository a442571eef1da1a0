//! `POST /sync/v1/hello`: a device wakes up.

use axum::{Json, extract::State};
use domain::wire::{HelloAnswer, HelloRequest};

use super::json::Body;
use crate::{access::rights::AnySession, openapi::ProblemBody, problem::Problem, state::AppState, sync};

/// The time, who is signed in, what this device may hold, and whether its build is too old.
#[utoipa::path(post, path = "/sync/v1/hello", tag = "sync", request_body = HelloRequest, responses(
    (status = 200, body = HelloAnswer),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn hello(
    AnySession(me): AnySession,
    State(state): State<AppState>,
    Body(request): Body<HelloRequest>,
) -> Result<Json<HelloAnswer>, Problem> {
    Ok(Json(sync::hello::hello(&request, me, &state.options.build, state.now())))
}
