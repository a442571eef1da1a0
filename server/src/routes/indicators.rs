//! `GET /api/indicators`: an authority's sums.

use axum::{Json, extract::State};
use domain::wire::desk::Indicators;

use crate::{
    access::rights::AuthoritySession, demand, openapi::ProblemBody, problem::Problem, state::AppState,
};

/// The sums of the current cycle over the kitchens of one's community and all under it: never an order, never a kitchen.
#[utoipa::path(get, path = "/api/indicators", tag = "authority", responses(
    (status = 200, body = Indicators),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "NOT_FOUND: no price list yet", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn indicators(
    who: AuthoritySession,
    State(state): State<AppState>,
) -> Result<Json<Indicators>, Problem> {
    demand::indicators(&state.store, who.hub, who.owner).await?.map(Json).ok_or(Problem::NotFound)
}
