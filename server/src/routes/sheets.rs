//! `GET /api/cycles/{cycle}/sheets`: the sheets of a closed cycle, in short.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::wire::desk::SheetSummary;

use super::cycle_of;
use crate::{access::rights::HubSession, openapi::ProblemBody, problem::Problem, state::AppState};

/// The sheets of a cycle, in the producers' name order; none before it is closed.
#[utoipa::path(get, path = "/api/cycles/{cycle}/sheets", tag = "hub",
    params(("cycle" = String, Path, example = "2026-W49")),
    responses(
        (status = 200, body = Vec<SheetSummary>),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "UNKNOWN_CYCLE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    who: HubSession,
    State(state): State<AppState>,
    Path(cycle): Path<String>,
) -> Result<Json<Vec<SheetSummary>>, Problem> {
    let cycle = cycle_of(&cycle)?;
    let mut tx = state.store.read().await?;
    tx.find_cycle(who.hub, cycle).await?.ok_or(Problem::UnknownCycle)?;
    Ok(Json(tx.sheet_summaries(who.hub, cycle).await?))
}
