//! `GET /api/week`: « Semaine ».

use axum::{Json, extract::State};
use domain::wire::desk::WeekBoard;

use crate::{access::rights::HubSession, demand, openapi::ProblemBody, problem::Problem, state::AppState};

/// The hub's current cycle in figures.
#[utoipa::path(get, path = "/api/week", tag = "hub", responses(
    (status = 200, body = WeekBoard),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn week(who: HubSession, State(state): State<AppState>) -> Result<Json<WeekBoard>, Problem> {
    Ok(Json(demand::week(&state.store, who.hub, state.now()).await?))
}
