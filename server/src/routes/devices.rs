//! `/api/pairings` and `/api/devices`: tablets and phones that somebody answers for.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    enterprise::RoleName,
    id::DeviceId,
    wire::people::{DeviceCard, PairRequest, PairingCode, RenameRequest},
};

use super::{json::Body, own_address, session::opened};
use crate::{
    access::{attempts::Wait, machine::Machine, rights::KeeperSession, token, typed},
    openapi::ProblemBody,
    problem::Problem,
    qr::qr,
    state::AppState,
    store::OpenedWith,
};

/// As RFC 8628 has it: long enough to walk to the tablet, too short to guess.
const CODE_LIVES_MS: i64 = 10 * 60_000;
/// What tries of codes are counted under; no address of mail is written so.
const PAIRING: &str = "pairing a device";

/// Shows a code that pairs one device with the place of whoever asks, once, within ten minutes.
#[utoipa::path(post, path = "/api/pairings", tag = "people", responses(
    (status = 200, body = PairingCode),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT, PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn begin(
    who: KeeperSession,
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Json<PairingCode>, Problem> {
    if !matches!(who.role.name(), RoleName::Kitchen | RoleName::Producer) {
        return Err(Problem::NoRight);
    }
    let code = token::fresh_code()?;
    let now = state.now();
    let expires_at = now.plus_ms(CODE_LIVES_MS);
    state.store.begin_pairing(who.actor, token::stored_form(&code), now, expires_at).await?;
    let qr = qr(&own_address(&state, &headers, &format!("/associer#{code}"))).ok_or(Problem::Failed)?;
    let (first, last) = code.split_at(code.len() / 2);
    Ok(Json(PairingCode { code: format!("{first}-{last}"), expires_at, qr }))
}

/// Pairs the device that asks: the answer sets its session's cookie.
#[utoipa::path(post, path = "/api/devices", tag = "people", request_body = PairRequest, responses(
    (status = 204, description = "Paired: the answer sets the session's cookie."),
    (status = 404, description = "UNKNOWN_CODE", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "BAD_NAME", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn pair(
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
    Body(asked): Body<PairRequest>,
) -> Result<Response, Problem> {
    let now = state.now();
    let name = typed::name(&asked.name)?;
    state.attempts.begin(from, PAIRING, now).map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    let code = token::read_code(&asked.code).ok_or(Problem::UnknownCode)?;
    let paired = state.store.pair(token::stored_form(&code), &name, now).await?;
    let paired = paired.ok_or(Problem::UnknownCode)?;
    state.attempts.succeeded(from, PAIRING);
    tracing::info!(device = %paired.device, "a device was paired");
    opened(&state, &headers, paired.user, paired.role, OpenedWith::Pairing(paired.device)).await
}

/// The devices of the part of the hub somebody answers for.
#[utoipa::path(get, path = "/api/devices", tag = "people", responses(
    (status = 200, body = Vec<DeviceCard>),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT, PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    who: KeeperSession,
    State(state): State<AppState>,
) -> Result<Json<Vec<DeviceCard>>, Problem> {
    Ok(Json(state.store.devices(who.within, None).await?))
}

/// Gives a device another name.
#[utoipa::path(post, path = "/api/devices/{device}/rename", tag = "people", request_body = RenameRequest,
    params(("device" = String, Path, description = "DeviceId")),
    responses(
        (status = 204, description = "Renamed."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT, PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "BAD_NAME", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn rename(
    who: KeeperSession,
    State(state): State<AppState>,
    Path(device): Path<String>,
    Body(asked): Body<RenameRequest>,
) -> Result<StatusCode, Problem> {
    let device: DeviceId = device.parse().map_err(|_| Problem::NotFound)?;
    let name = typed::name(&asked.name)?;
    let found = state.store.rename_device(who.actor, who.within, device, &name, state.now()).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}

/// Lets a device in no more. It is told so when it comes back, hands over what it had not sent, and forgets the rest.
#[utoipa::path(post, path = "/api/devices/{device}/revoke", tag = "people",
    params(("device" = String, Path, description = "DeviceId")),
    responses(
        (status = 204, description = "Revoked."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT, PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn revoke(
    who: KeeperSession,
    State(state): State<AppState>,
    Path(device): Path<String>,
) -> Result<StatusCode, Problem> {
    let device: DeviceId = device.parse().map_err(|_| Problem::NotFound)?;
    let found = state.store.revoke_device(who.actor, who.within, device, state.now()).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}
