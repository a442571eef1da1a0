//! `GET /api/cycles/{cycle}/notes`: what kitchens say of their orders as a whole.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::wire::desk::KitchenNote;

use super::cycle_of;
use crate::{access::rights::HubSession, openapi::ProblemBody, problem::Problem, state::AppState};

/// Covers and comments of the orders of a cycle that stand and say something, by kitchen, then number.
#[utoipa::path(get, path = "/api/cycles/{cycle}/notes", tag = "hub",
    params(("cycle" = String, Path, example = "2026-W49")),
    responses(
        (status = 200, body = Vec<KitchenNote>),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "UNKNOWN_CYCLE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    who: HubSession,
    State(state): State<AppState>,
    Path(cycle): Path<String>,
) -> Result<Json<Vec<KitchenNote>>, Problem> {
    Ok(Json(state.store.read().await?.kitchen_notes(who.hub, cycle_of(&cycle)?).await?))
}
