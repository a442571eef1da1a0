//! `POST /api/cycles/{cycle}/close`: « Clore les commandes ».

use axum::{
    Json,
    extract::{Path, State},
};
use domain::wire::{desk::CloseReport, people::Deed};

use super::cycle_of;
use crate::{
    access::rights::HubSession, close_cycle, openapi::ProblemBody, problem::Problem, state::AppState,
};

/// Closes a cycle: demand is shared where promises are short, each producer gets its sheet. Not to be undone.
#[utoipa::path(post, path = "/api/cycles/{cycle}/close", tag = "hub",
    params(("cycle" = String, Path, example = "2026-W49")),
    responses(
        (status = 200, body = CloseReport),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "UNKNOWN_CYCLE", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "CYCLE_CLOSED", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn close(
    who: HubSession,
    State(state): State<AppState>,
    Path(cycle): Path<String>,
) -> Result<Json<CloseReport>, Problem> {
    let (cycle, now) = (cycle_of(&cycle)?, state.now());
    let report = close_cycle::close(&state.store, who.hub, cycle, now).await?;
    state.store.note(who.hub, now, who.actor().did(Deed::OrdersClosed, cycle)).await?;
    Ok(Json(report))
}
