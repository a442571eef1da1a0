//! `/api/sessions`: a person's own.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::wire::people::SessionCard;

use crate::{access::rights::OwnSession, openapi::ProblemBody, problem::Problem, state::AppState};

/// One's own sessions: where one is signed in.
#[utoipa::path(get, path = "/api/sessions", tag = "session", responses(
    (status = 200, body = Vec<SessionCard>),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    who: OwnSession,
    State(state): State<AppState>,
) -> Result<Json<Vec<SessionCard>>, Problem> {
    Ok(Json(state.store.sessions(who.signed_in.me.user, who.token, state.now()).await?))
}

/// Ends one of them.
#[utoipa::path(delete, path = "/api/sessions/{session}", tag = "session",
    params(("session" = String, Path, description = "as the list names it")),
    responses(
        (status = 204, description = "Ended."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn end(
    who: OwnSession,
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    let found = state.store.end_session_named(who.signed_in.actor(), &name, state.now()).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}
