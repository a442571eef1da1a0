//! `/api/people`, `/api/me/data` and `/api/journal`: who comes in, what is kept about them, and what was done about it.

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{
    id::UserId,
    wire::people::{Journal, PersonCard, PersonalData},
};

use crate::{
    access::rights::{HubSession, KeeperSession, OwnSession},
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    store::{Reopened, Within},
};

/// The people of the part of the hub somebody answers for.
#[utoipa::path(get, path = "/api/people", tag = "people", responses(
    (status = 200, body = Vec<PersonCard>),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT, PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    who: KeeperSession,
    State(state): State<AppState>,
) -> Result<Json<Vec<PersonCard>>, Problem> {
    Ok(Json(state.store.people(who.within).await?))
}

/// Lets a person sign in no more. Their sessions end, and with them those of the devices they paired.
#[utoipa::path(post, path = "/api/people/{person}/disable", tag = "people",
    params(("person" = String, Path, description = "UserId")),
    responses(
        (status = 204, description = "Disabled."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "NOT_ONESELF", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn disable(
    who: HubSession,
    State(state): State<AppState>,
    Path(person): Path<String>,
) -> Result<StatusCode, Problem> {
    let person: UserId = person.parse().map_err(|_| Problem::NotFound)?;
    if person == who.user {
        return Err(Problem::NotOneself);
    }
    let found = state.store.disable_person(who.actor(), all_of(who), person, state.now()).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}

/// Lets a person sign in again.
#[utoipa::path(post, path = "/api/people/{person}/enable", tag = "people",
    params(("person" = String, Path, description = "UserId")),
    responses(
        (status = 204, description = "Enabled."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "PERSON_ERASED", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn enable(
    who: HubSession,
    State(state): State<AppState>,
    Path(person): Path<String>,
) -> Result<StatusCode, Problem> {
    let person: UserId = person.parse().map_err(|_| Problem::NotFound)?;
    match state.store.enable_person(who.actor(), all_of(who), person, state.now()).await? {
        Reopened::Done => Ok(StatusCode::NO_CONTENT),
        Reopened::Unknown => Err(Problem::NotFound),
        Reopened::Erased => Err(Problem::PersonErased),
    }
}

/// Erases what is known of a person: name, address, password, sessions. What they ordered stays, and names nobody.
#[utoipa::path(post, path = "/api/people/{person}/erase", tag = "people",
    params(("person" = String, Path, description = "UserId")),
    responses(
        (status = 204, description = "Erased."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "NOT_ONESELF", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn erase(
    who: HubSession,
    State(state): State<AppState>,
    Path(person): Path<String>,
) -> Result<StatusCode, Problem> {
    let person: UserId = person.parse().map_err(|_| Problem::NotFound)?;
    if person == who.user {
        return Err(Problem::NotOneself);
    }
    let found = state.store.erase_person(who.actor(), who.hub, person, state.now()).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}

/// All that is kept about the person who asks.
#[utoipa::path(get, path = "/api/me/data", tag = "session", responses(
    (status = 200, body = PersonalData),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn data(
    who: OwnSession,
    State(state): State<AppState>,
) -> Result<impl IntoResponse, Problem> {
    let data = state.store.personal_data(who.signed_in.me, who.token, state.now()).await?;
    let kept = (header::CONTENT_DISPOSITION, "attachment; filename=\"mercuriale-mes-donnees.json\"");
    Ok(([kept], Json(data)))
}

fn all_of(who: HubSession) -> Within {
    Within { hub: who.hub, site: None, producer: None }
}

/// The newest lines of the hub's journal of access, and whether its chain holds.
#[utoipa::path(get, path = "/api/journal", tag = "people", responses(
    (status = 200, body = Journal),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn journal(
    who: HubSession,
    State(state): State<AppState>,
) -> Result<Json<Journal>, Problem> {
    Ok(Json(state.store.journal(who.hub).await?))
}
