//! `GET /api/delivery-gaps`: what kitchens did not receive as confirmed, and what they do not pay for it.

use axum::{Json, extract::State};
use domain::wire::desk::DeliveryGap;

use crate::{access::rights::HubSession, openapi::ProblemBody, problem::Problem, state::AppState};

/// The gaps of a hub's deliveries, the last day first, then by kitchen; at most 500.
#[utoipa::path(get, path = "/api/delivery-gaps", tag = "hub",
    responses(
        (status = 200, body = Vec<DeliveryGap>),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    who: HubSession,
    State(state): State<AppState>,
) -> Result<Json<Vec<DeliveryGap>>, Problem> {
    Ok(Json(state.store.read().await?.delivery_gaps(who.hub).await?))
}
