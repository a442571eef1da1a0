//! `GET /api/harvests`: which producers confirmed what they are asked to harvest, and what is short.

use axum::{Json, extract::State};
use domain::wire::harvests::{HarvestBoard, ProducerHarvest};

use crate::{access::rights::HubSession, openapi::ProblemBody, problem::Problem, state::AppState};

/// The answers of producers for the last week whose orders are closed, in name order: what is harvested this week is often
/// answered once the list of the next is out.
#[utoipa::path(get, path = "/api/harvests", tag = "hub", responses(
    (status = 200, body = HarvestBoard),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn board(
    who: HubSession,
    State(state): State<AppState>,
) -> Result<Json<HarvestBoard>, Problem> {
    let mut tx = state.store.read().await?;
    let Some(cycle) = tx.last_closed_cycle(who.hub).await? else {
        return Ok(Json(HarvestBoard { cycle: None, producers: Vec::new() }));
    };
    let mut emails = tx.emails_of_producers(who.hub).await?;
    let sheets = tx.sheets(who.hub, cycle).await?;
    let producers = sheets
        .iter()
        .map(|sheet| ProducerHarvest::of(sheet, emails.remove(&sheet.producer.id).unwrap_or_default()));
    let asked = producers.filter(|producer| !producer.days.is_empty());
    Ok(Json(HarvestBoard { cycle: Some(cycle), producers: asked.collect() }))
}
