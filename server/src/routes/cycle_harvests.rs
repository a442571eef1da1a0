//! `GET /api/cycles/{cycle}/harvests`: which producers confirmed what they are asked to harvest, and what is short.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::wire::harvests::{HarvestBoard, ProducerHarvest};

use super::cycle_of;
use crate::{access::rights::HubSession, openapi::ProblemBody, problem::Problem, state::AppState};

/// The answers of producers, in name order; none before the cycle is closed.
#[utoipa::path(get, path = "/api/cycles/{cycle}/harvests", tag = "hub",
    params(("cycle" = String, Path, example = "2026-W49")),
    responses(
        (status = 200, body = HarvestBoard),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "UNKNOWN_CYCLE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn board(
    who: HubSession,
    State(state): State<AppState>,
    Path(cycle): Path<String>,
) -> Result<Json<HarvestBoard>, Problem> {
    let cycle = cycle_of(&cycle)?;
    let mut tx = state.store.read().await?;
    tx.find_cycle(who.hub, cycle).await?.ok_or(Problem::UnknownCycle)?;
    let mut emails = tx.emails_of_producers(who.hub).await?;
    let sheets = tx.sheets(who.hub, cycle).await?;
    let producers = sheets
        .iter()
        .map(|sheet| ProducerHarvest::of(sheet, emails.remove(&sheet.producer.id).unwrap_or_default()));
    let asked = producers.filter(|producer| !producer.days.is_empty());
    Ok(Json(HarvestBoard { cycle, producers: asked.collect() }))
}
