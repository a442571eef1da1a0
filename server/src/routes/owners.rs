//! `/api/owners`, whose kitchens and authorities are, and `/api/communes`: the tree of communities above the kitchens of a hub.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use domain::{
    enterprise::Commune,
    id::{OwnerId, SiteId, UserId},
    wire::owners::{OwnedBy, Owner, OwnerCard},
};
use serde::Deserialize;

use super::json::Body;
use crate::{
    access::{rights::HubSession, typed},
    communes,
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    store::Owned,
};

/// The communities of the hub.
#[utoipa::path(get, path = "/api/owners", tag = "people", responses(
    (status = 200, body = Vec<OwnerCard>),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    who: HubSession,
    State(state): State<AppState>,
) -> Result<Json<Vec<OwnerCard>>, Problem> {
    Ok(Json(state.store.owners(who.hub).await?))
}

/// Adds a community.
#[utoipa::path(post, path = "/api/owners", tag = "people", request_body = Owner, responses(
    (status = 200, body = OwnerCard),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "NOT_FOUND: no such community above it", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "BAD_NAME, BAD_INSEE, BAD_SIREN", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn add(
    who: HubSession,
    State(state): State<AppState>,
    Body(said): Body<Owner>,
) -> Result<Json<OwnerCard>, Problem> {
    let owner = typed::owner(&said)?;
    Ok(Json(state.store.add_owner(who.hub, Some(who.actor()), &owner, state.now()).await?))
}

/// Says anew what a community is, and what it is part of.
#[utoipa::path(post, path = "/api/owners/{owner}", tag = "people", request_body = Owner,
    params(("owner" = String, Path, description = "OwnerId")),
    responses(
        (status = 204, description = "Changed."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "OWNER_CYCLE: it would lie under itself", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "BAD_NAME, BAD_INSEE, BAD_SIREN", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn change(
    who: HubSession,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Body(said): Body<Owner>,
) -> Result<StatusCode, Problem> {
    let id: OwnerId = id.parse().map_err(|_| Problem::NotFound)?;
    let owner = typed::owner(&said)?;
    state.store.change_owner(who.actor(), id, &owner, state.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says whose a kitchen is.
#[utoipa::path(post, path = "/api/places/{site}/owner", tag = "people", request_body = OwnedBy,
    params(("site" = String, Path, description = "SiteId")),
    responses(
        (status = 204, description = "Said."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND: no such kitchen, or no such community", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn of_place(
    who: HubSession,
    State(state): State<AppState>,
    Path(site): Path<String>,
    Body(said): Body<OwnedBy>,
) -> Result<StatusCode, Problem> {
    let site: SiteId = site.parse().map_err(|_| Problem::NotFound)?;
    set(&state, who, Owned::Kitchen(site), said).await
}

/// Says whose figures an authority's person reads.
#[utoipa::path(post, path = "/api/people/{person}/owner", tag = "people", request_body = OwnedBy,
    params(("person" = String, Path, description = "UserId")),
    responses(
        (status = 204, description = "Said."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND: no such person of an authority, or no such community", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn of_person(
    who: HubSession,
    State(state): State<AppState>,
    Path(person): Path<String>,
    Body(said): Body<OwnedBy>,
) -> Result<StatusCode, Problem> {
    let person: UserId = person.parse().map_err(|_| Problem::NotFound)?;
    set(&state, who, Owned::Authority(person), said).await
}

async fn set(state: &AppState, who: HubSession, owned: Owned, said: OwnedBy) -> Result<StatusCode, Problem> {
    let found = state.store.set_owner(who.hub, Some(who.actor()), owned, said.owner, state.now()).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}

/// What is typed of a commune.
#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    name: String,
}

/// The communes whose names begin so, a dozen at most. Public.
#[utoipa::path(get, path = "/api/communes", tag = "people",
    params(("name" = String, Query, description = "How it begins")),
    responses(
        (status = 200, body = Vec<Commune>),
        (status = 400, description = "MALFORMED", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn communes(
    typed: Result<Query<Typed>, QueryRejection>,
) -> Result<Json<Vec<Commune>>, Problem> {
    let Query(Typed { name }) = typed.map_err(|wrong| Problem::Malformed(wrong.body_text()))?;
    Ok(Json(communes::suggested(&name)))
}
