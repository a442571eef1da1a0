//! `GET /health`: whether this server can do its work.

use axum::{extract::State, http::StatusCode};

use crate::{openapi::ProblemBody, problem::Problem, state::AppState};

/// Ready: the database answers.
#[utoipa::path(get, path = "/health", tag = "service", responses(
    (status = 200, description = "Ready: the database answers."),
    (status = 503, body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn health(State(state): State<AppState>) -> Result<StatusCode, Problem> {
    state.store.is_empty().await?;
    Ok(StatusCode::OK)
}
