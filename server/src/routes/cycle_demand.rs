//! `GET /api/cycles/{cycle}/demand`: « Demande consolidée ».

use axum::{
    Json,
    extract::{Path, State},
};
use domain::wire::desk::DemandBoard;

use super::cycle_of;
use crate::{access::rights::HubSession, demand, openapi::ProblemBody, problem::Problem, state::AppState};

/// Demand by producer, product and day: live while orders come in, final once the cycle is closed.
#[utoipa::path(get, path = "/api/cycles/{cycle}/demand", tag = "hub",
    params(("cycle" = String, Path, example = "2026-W49")),
    responses(
        (status = 200, body = DemandBoard),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "UNKNOWN_CYCLE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn board(
    who: HubSession,
    State(state): State<AppState>,
    Path(cycle): Path<String>,
) -> Result<Json<DemandBoard>, Problem> {
    Ok(Json(demand::board(&state.store, who.hub, cycle_of(&cycle)?).await?))
}
