//! `POST /sync/v1/hello`: a device wakes up.

use axum::{Json, extract::State};
use domain::wire::{HelloAnswer, HelloRequest};

use super::json::Body;
use crate::{access::rights::HalfwaySession, openapi::ProblemBody, problem::Problem, state::AppState, sync};

/// Longer ones are nobody's.
const LONGEST_BUILD: usize = 80;

/// The time, who is signed in, what this device may hold, and whether its build is too old.
#[utoipa::path(post, path = "/sync/v1/hello", tag = "sync", request_body = HelloRequest, responses(
    (status = 200, body = HelloAnswer),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn hello(
    HalfwaySession(signed_in): HalfwaySession,
    State(state): State<AppState>,
    Body(request): Body<HelloRequest>,
) -> Result<Json<HelloAnswer>, Problem> {
    let now = state.now();
    if let Some(device) = signed_in.device {
        let pending = u32::try_from(request.pending).unwrap_or(u32::MAX);
        let build: String = request.build.chars().take(LONGEST_BUILD).collect();
        // What a device says of itself is of use to people only: it is no reason not to answer it.
        if let Err(error) = state.store.see_device(device, &build, pending, now).await {
            tracing::warn!(%error, "what a device says of itself was not written down");
        }
    }
    Ok(Json(sync::hello::hello(&request, signed_in.me, &state.options.build, now)))
}
