//! `POST /sync/v1/push`: a kitchen's commands.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::wire::{PushAnswer, PushRequest};

use super::json::Body;
use crate::{
    access::rights::KitchenSession,
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    sync::push::{BadBatch, Batch, Push},
};

/// Receives at most 50 commands, in order. Each gets a receipt, stored with its effects; sending again is harmless.
#[utoipa::path(post, path = "/sync/v1/push", tag = "sync", request_body = PushRequest, responses(
    (status = 200, description = "Every command has its receipt.", body = PushAnswer),
    (status = 401, description = "NOT_SIGNED_IN: the outbox stays as it is", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "The outbox is another site's; or NO_RIGHT for who orders nothing.", body = PushAnswer),
    (status = 409, description = "A command before these is missing.", body = PushAnswer),
    (status = 413, description = "TOO_LARGE: send half", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A number received before with other contents.", body = PushAnswer),
    (status = 503, description = "Busy, with Retry-After.", body = PushAnswer),
))]
pub(crate) async fn receive(
    who: KitchenSession,
    State(state): State<AppState>,
    Body(batch): Body<Batch>,
) -> Result<Response, Problem> {
    let push = Push::read(who, batch, state.now()).map_err(|bad| match bad {
        BadBatch::TooMany => Problem::TooLarge,
        BadBatch::Unnumbered => Problem::Malformed("a command has no number m ≥ 1".to_owned()),
    })?;
    Ok(respond(&state.intake.push(push).await))
}

fn respond(answer: &PushAnswer) -> Response {
    let status = match answer {
        PushAnswer::Done(_) => StatusCode::OK,
        PushAnswer::Gap { .. } => StatusCode::CONFLICT,
        PushAnswer::HashMismatch { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        PushAnswer::ForeignOutbox { .. } => StatusCode::FORBIDDEN,
        PushAnswer::Later { .. } => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = (status, Json(answer)).into_response();
    if let PushAnswer::Later { retry_after_ms, .. } = answer {
        let seconds = HeaderValue::from(retry_after_ms.div_ceil(1_000));
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}
