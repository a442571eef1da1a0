//! `GET /api/announced` and `POST /api/announced/list`: the week to come, and the price list made of what was said of it.

use axum::{Json, extract::State, http::StatusCode};
use domain::{
    availability::Silent,
    cycle::CycleId,
    wire::{announced::AnnouncedWeek, desk::ImportStatus, people::Deed},
};
use serde::Deserialize;

use super::{import_price_list::Work, json::Body};
use crate::{
    access::rights::HubSession, announced, import::not_to_come, openapi::ProblemBody, problem::Problem,
    state::AppState,
};

/// Who announced what of the week after the last list.
#[utoipa::path(get, path = "/api/announced", tag = "hub", responses(
    (status = 200, body = AnnouncedWeek),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn week(
    who: HubSession,
    State(state): State<AppState>,
) -> Result<Json<AnnouncedWeek>, Problem> {
    Ok(Json(announced::week(&state.store, who.hub).await?))
}

/// What list is to be made.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub(crate) struct ListOfAnnounced {
    /// The week after the last list.
    #[schema(value_type = String, example = "2026-W50")]
    week: CycleId,
    /// What becomes of the offers of who said nothing.
    silent: Silent,
    /// Only say what it would change.
    #[serde(default)]
    dry_run: bool,
}

/// Makes the price list of the week to come of what its producers announced, answers at once, and works on: ask
/// `/api/price-list-imports/{id}` how far it is.
#[utoipa::path(post, path = "/api/announced/list", tag = "hub", request_body = ListOfAnnounced, responses(
    (status = 202, body = ImportStatus),
    (status = 400, description = "MALFORMED", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    who: HubSession,
    State(state): State<AppState>,
    Body(asked): Body<ListOfAnnounced>,
) -> Result<(StatusCode, Json<ImportStatus>), Problem> {
    let store = state.store.clone();
    let work = Work::new(state, who, Some(asked.week), asked.dry_run, Deed::ListMadeOfAnnounced)?;
    let found = async move {
        let list = announced::list(&store, who.hub, asked.week, asked.silent).await?;
        list.ok_or_else(|| not_to_come(asked.week))
    };
    Ok((StatusCode::ACCEPTED, Json(work.begin(found))))
}
