//! `GET /api/tickets`: what waits for a person.

use axum::{Json, extract::State};
use domain::wire::desk::TicketCard;

use crate::{access::rights::HubSession, openapi::ProblemBody, problem::Problem, state::AppState};

/// The open tickets of the hub's kitchens, the oldest first.
#[utoipa::path(get, path = "/api/tickets", tag = "hub", responses(
    (status = 200, body = Vec<TicketCard>),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    who: HubSession,
    State(state): State<AppState>,
) -> Result<Json<Vec<TicketCard>>, Problem> {
    Ok(Json(state.store.read().await?.open_tickets(who.hub).await?))
}
