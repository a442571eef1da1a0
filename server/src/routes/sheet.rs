//! `GET /api/cycles/{cycle}/sheets/{producer}`: one producer's sheet, as data.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::producer_sheet::ProducerSheet;

use super::cycle_of;
use crate::{access::rights::SheetSession, openapi::ProblemBody, problem::Problem, state::AppState};

/// What a producer prepares: by day, product and kitchen. The hub reads any, a producer its own.
#[utoipa::path(get, path = "/api/cycles/{cycle}/sheets/{producer}", tag = "sheets",
    params(("cycle" = String, Path, example = "2026-W49"), ("producer" = String, Path, description = "ProducerId")),
    responses(
        (status = 200, body = ProducerSheet),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn sheet(
    who: SheetSession,
    State(state): State<AppState>,
    Path((cycle, producer)): Path<(String, String)>,
) -> Result<Json<ProducerSheet>, Problem> {
    Ok(Json(find(&who, &state, &cycle, &producer).await?))
}

/// The sheet of an address, for who may read it.
pub(super) async fn find(
    who: &SheetSession,
    state: &AppState,
    cycle: &str,
    producer: &str,
) -> Result<ProducerSheet, Problem> {
    let cycle = cycle_of(cycle)?;
    let producer = producer.parse().map_err(|_| Problem::NotFound)?;
    if !who.may_read(producer) {
        return Err(Problem::NoRight);
    }
    let sheet = state.store.read().await?.find_sheet(who.hub, cycle, producer).await?;
    sheet.ok_or(Problem::NotFound)
}
