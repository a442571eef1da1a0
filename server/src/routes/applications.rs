//! `/api/hubs`, `/api/applications` and `/api/places`: a kitchen, a producer or an authority asks to join; the hub lets it in.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use domain::{
    enterprise::Role,
    id::ApplicationId,
    wire::{
        owners::{Owner, OwnerKind},
        people::{ApplicationCard, ApplicationRequest, HubName, InvitationMade, NewPlace, PlaceCard},
    },
};

use super::{
    invitations::{Invited, invite},
    json::Body,
};
use crate::{
    access::{
        attempts::Wait,
        machine::Machine,
        rights::{HubSession, KeeperSession},
        typed,
    },
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    store::{NewApplication, PlaceToAdd},
};

const LONGEST_WORDS: usize = 1_000;
/// What applications are counted under; no address of mail is written so.
const APPLYING: &str = "asking to join";

/// The hubs one can ask to join.
#[utoipa::path(get, path = "/api/hubs", tag = "people", responses((status = 200, body = Vec<HubName>)))]
pub(crate) async fn hubs(State(state): State<AppState>) -> Result<Json<Vec<HubName>>, Problem> {
    Ok(Json(state.store.hub_names().await?))
}

/// Somebody asks to join a hub, which reads it and answers.
#[utoipa::path(post, path = "/api/applications", tag = "people", request_body = ApplicationRequest, responses(
    (status = 204, description = "Kept for the hub."),
    (status = 404, description = "NOT_FOUND: no such hub, or it takes no more for now", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "BAD_EMAIL, BAD_NAME, BAD_SIRET, BAD_COMMUNE, TOO_LONG", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn apply(
    State(state): State<AppState>,
    Machine(from): Machine,
    Body(asked): Body<ApplicationRequest>,
) -> Result<StatusCode, Problem> {
    let now = state.now();
    state.attempts.begin(from, APPLYING, now).map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    let words = asked.words.trim().to_owned();
    if words.chars().count() > LONGEST_WORDS {
        return Err(Problem::TooLong);
    }
    let place = typed::place(&asked.place)?;
    let (name, email) = (typed::name(&asked.name)?, typed::email(&asked.email)?.to_string());
    let application = NewApplication { hub: asked.hub, place, name, email, words };
    if state.store.apply(&application, now).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::NotFound)
    }
}

/// Who waits for the hub's answer.
#[utoipa::path(get, path = "/api/applications", tag = "people", responses(
    (status = 200, body = Vec<ApplicationCard>),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    who: HubSession,
    State(state): State<AppState>,
) -> Result<Json<Vec<ApplicationCard>>, Problem> {
    Ok(Json(state.store.applications(who.hub).await?))
}

/// Lets somebody in: their place is added when the hub does not have it, and an invitation made for them.
#[utoipa::path(post, path = "/api/applications/{application}/accept", tag = "people",
    params(("application" = String, Path, description = "ApplicationId")),
    responses(
        (status = 200, body = InvitationMade),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "EMAIL_TAKEN", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn accept(
    who: HubSession,
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<InvitationMade>, Problem> {
    let id: ApplicationId = id.parse().map_err(|_| Problem::NotFound)?;
    let waiting = state.store.applications(who.hub).await?;
    let asked = waiting.into_iter().find(|card| card.id == id).ok_or(Problem::NotFound)?;
    // Each step may be done again: an answer that is cut short is given once more.
    let (role, owner) = match PlaceToAdd::of(who.hub, &asked.place) {
        Some(place) => (state.store.add_place(who.actor(), &place, state.now()).await?.0, None),
        None => {
            let described = community(&asked.place);
            let owner = state.store.owner_of_siren(who.actor(), &described, state.now()).await?;
            (Role::Authority { hub: who.hub }, Some(owner))
        }
    };
    let invited = Invited { name: asked.name, email: typed::email(&asked.email)?, role, owner };
    let made = invite(&state, &headers, who.actor(), invited).await?;
    state.store.end_application(who.actor(), id, true, state.now()).await?;
    Ok(Json(made))
}

/// The community of an authority that asks to join, before the hub says more of it.
fn community(place: &NewPlace) -> Owner {
    let siren = place.siret.get(..9).map(str::to_owned);
    Owner { kind: OwnerKind::Other, name: place.name.clone(), insee: None, siren, parent: None }
}

/// Does not let somebody in. What they said is forgotten after a month.
#[utoipa::path(post, path = "/api/applications/{application}/refuse", tag = "people",
    params(("application" = String, Path, description = "ApplicationId")),
    responses(
        (status = 204, description = "Refused."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn refuse(
    who: HubSession,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id: ApplicationId = id.parse().map_err(|_| Problem::NotFound)?;
    let found = state.store.end_application(who.actor(), id, false, state.now()).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}

/// Where people can be invited to.
#[utoipa::path(get, path = "/api/places", tag = "people", responses(
    (status = 200, body = Vec<PlaceCard>),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT, PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn places(
    who: KeeperSession,
    State(state): State<AppState>,
) -> Result<Json<Vec<PlaceCard>>, Problem> {
    Ok(Json(state.store.places(who.within).await?))
}

/// Adds a place to the hub.
#[utoipa::path(post, path = "/api/places", tag = "people", request_body = NewPlace, responses(
    (status = 200, body = PlaceCard),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "NOT_FOUND: a community is no place that orders", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "PLACE_EXISTS", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "BAD_NAME, BAD_SIRET, BAD_COMMUNE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn add(
    who: HubSession,
    State(state): State<AppState>,
    Body(asked): Body<NewPlace>,
) -> Result<Json<PlaceCard>, Problem> {
    let asked = typed::place(&asked)?;
    // An authority is no place that orders: communities are added for themselves.
    let place = PlaceToAdd::of(who.hub, &asked).ok_or(Problem::NotFound)?;
    match state.store.add_place(who.actor(), &place, state.now()).await? {
        (_, true) => Ok(Json(place.card())),
        (_, false) => Err(Problem::PlaceExists),
    }
}
