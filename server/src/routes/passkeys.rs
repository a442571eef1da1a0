//! `/api/me/passkeys` and `/api/passkeys`: keys are made, named and removed; and how somebody comes in by one, which is both
//! steps in one.

use std::net::IpAddr;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cookie::time::Duration;
use domain::{
    id::UserId,
    wire::{
        people::{Deed, RenameRequest},
        ways_in::{NewPasskey, PasskeyOptions, PasswordAgain, UsePasskey},
    },
};

use super::{json::Body, own_address, passwords::asked_again, session::opened};
use crate::{
    access::{
        attempts::Wait,
        machine::Machine,
        passkeys::{Begun, CeremonyError, RelyingParty},
        rights::{ChoosingSession, OwnSession},
        session, token, typed,
    },
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    store::{KnownPasskey, MAX_PASSKEYS, OpenedWith, PasskeyError, StoreError},
};

/// The cookie that binds a ceremony to its browser.
const CEREMONY: &str = "passkey";
/// As long as browsers wait for a finger.
const MINUTES: i64 = 5;
/// What comings in by a key are counted under, by machine; no address of mail is written so.
const COMING_IN: &str = "coming in by a passkey";

/// Begins a passkey of one's own. The answer binds what follows to this browser by a cookie, for five minutes.
#[utoipa::path(post, path = "/api/me/passkeys/start", tag = "session", request_body = PasswordAgain, responses(
    (status = 200, body = PasskeyOptions),
    (status = 401, description = "NOT_SIGNED_IN, BAD_CREDENTIALS", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "PAIRED_DEVICE, SECOND_STEP_DUE", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "PASSKEYS_UNAVAILABLE, TOO_MANY_PASSKEYS", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn begin(
    ChoosingSession(who): ChoosingSession,
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
    Body(asked): Body<PasswordAgain>,
) -> Result<Response, Problem> {
    let me = &who.signed_in.me;
    let party = relying_party(&state, &headers)?;
    asked_again(&state, from, me, asked.password).await?;
    let has = state.store.passkey_ids(me.user).await?;
    if has.len() >= usize::try_from(MAX_PASSKEYS).unwrap_or(usize::MAX) {
        return Err(Problem::TooManyPasskeys);
    }
    under_way(&state, &headers, Some(me.user), party.begin_key(me, has)?).await
}

/// Keeps the passkey that this browser made.
#[utoipa::path(post, path = "/api/me/passkeys", tag = "session", request_body = NewPasskey, responses(
    (status = 204, description = "Kept."),
    (status = 401, description = "NOT_SIGNED_IN, PASSKEY_REFUSED", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "PAIRED_DEVICE, SECOND_STEP_DUE", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "PASSKEYS_UNAVAILABLE, PASSKEY_KNOWN, TOO_MANY_PASSKEYS", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "PASSKEY_TOO_LATE", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "BAD_NAME", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn add(
    ChoosingSession(who): ChoosingSession,
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(asked): Body<NewPasskey>,
) -> Result<StatusCode, Problem> {
    let actor = who.signed_in.actor();
    let party = relying_party(&state, &headers)?;
    let name = typed::name(&asked.name)?;
    let kept = taken_up(&state, &headers, Some(actor.user)).await?;
    let key = party.key_made(&asked.credential, &kept, name)?;
    state.store.add_passkey(actor, who.token, &key, state.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives one of one's own passkeys another name.
#[utoipa::path(post, path = "/api/me/passkeys/{passkey}/rename", tag = "session", request_body = RenameRequest,
    params(("passkey" = String, Path, description = "as the list names it")),
    responses(
        (status = 204, description = "Renamed."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "BAD_NAME", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn rename(
    who: OwnSession,
    State(state): State<AppState>,
    Path(passkey): Path<String>,
    Body(asked): Body<RenameRequest>,
) -> Result<StatusCode, Problem> {
    let name = typed::name(&asked.name)?;
    let found = state.store.rename_passkey(who.signed_in.actor(), &passkey, &name).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}

/// Removes one of one's own passkeys: it opens nothing any more.
#[utoipa::path(delete, path = "/api/me/passkeys/{passkey}", tag = "session",
    params(("passkey" = String, Path, description = "as the list names it")),
    responses(
        (status = 204, description = "Removed."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn remove(
    who: OwnSession,
    State(state): State<AppState>,
    Path(passkey): Path<String>,
) -> Result<StatusCode, Problem> {
    let found = state.store.remove_passkey(who.signed_in.actor(), &passkey, state.now()).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}

/// Begins coming in by a passkey, for whoever holds one: nobody says who they are. The answer sets a cookie, as above.
#[utoipa::path(post, path = "/api/passkeys/start", tag = "session", responses(
    (status = 200, body = PasskeyOptions),
    (status = 409, description = "PASSKEYS_UNAVAILABLE", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn start(
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
) -> Result<Response, Problem> {
    let party = relying_party(&state, &headers)?;
    counted(&state, from)?;
    under_way(&state, &headers, None, party.begin_coming_in()?).await
}

/// Signs in by a passkey. Whoever unlocked it passed both steps: no code is asked for after it.
#[utoipa::path(post, path = "/api/passkeys/use", tag = "session", request_body = UsePasskey, responses(
    (status = 204, description = "Signed in: the answer sets the session's cookie."),
    (status = 401, description = "PASSKEY_REFUSED, PASSKEY_COPIED", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "PASSKEYS_UNAVAILABLE", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "PASSKEY_TOO_LATE", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn enter(
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
    Body(asked): Body<UsePasskey>,
) -> Result<Response, Problem> {
    let party = relying_party(&state, &headers)?;
    counted(&state, from)?;
    let kept = taken_up(&state, &headers, None).await?;
    let shown = party.shown(&asked.credential)?;
    let known = state.store.find_passkey(shown.id()).await?.ok_or(Problem::PasskeyRefused)?;
    let body = match party.proved(&shown, &kept, &known) {
        Ok(body) => body,
        Err(error) => return Err(not_proved(&state, &known, error).await?),
    };
    if !state.store.use_passkey(&known, &body, state.now()).await? {
        return Err(Problem::PasskeyRefused);
    }
    state.attempts.succeeded(from, COMING_IN);
    opened(&state, &headers, known.owner.user, known.owner.role, OpenedWith::TwoSteps).await
}

/// Writes down that somebody did not come in by a known key, which ends when there are two of it.
async fn not_proved(
    state: &AppState,
    known: &KnownPasskey,
    error: CeremonyError,
) -> Result<Problem, StoreError> {
    let (actor, now) = (known.owner.actor(), state.now());
    if let CeremonyError::Copied = error {
        tracing::warn!(user = %actor.user, "a passkey counts backwards: it is ended");
        state.store.end_copied_passkey(known, now).await?;
    } else {
        state.store.note(actor.hub, now, actor.did(Deed::SignInFailed, actor.user)).await?;
    }
    Ok(error.into())
}

/// This server at the address the browser called it by.
fn relying_party(state: &AppState, headers: &HeaderMap) -> Result<RelyingParty, Problem> {
    RelyingParty::at(&own_address(state, headers, ""), headers).ok_or(Problem::PasskeysUnavailable)
}

fn counted(state: &AppState, from: IpAddr) -> Result<(), Problem> {
    let begun = state.attempts.begin(from, COMING_IN, state.now());
    begun.map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))
}

/// Keeps a ceremony that begins, and gives the browser what it needs for it.
async fn under_way(
    state: &AppState,
    headers: &HeaderMap,
    user: Option<UserId>,
    begun: Begun,
) -> Result<Response, Problem> {
    let (shown, stored) = token::fresh()?;
    let now = state.now();
    let expires_at = now.plus_ms(MINUTES * 60_000);
    state.store.keep_passkey_ceremony(stored, user, &begun.kept, now, expires_at).await?;
    let mut response = Json(PasskeyOptions { options: begun.options }).into_response();
    let cookie = session::named(headers, CEREMONY, shown, Duration::minutes(MINUTES));
    let cookie: HeaderValue = cookie.ok_or(Problem::Failed)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The ceremony that this browser began, which is over with this.
async fn taken_up(state: &AppState, headers: &HeaderMap, user: Option<UserId>) -> Result<String, Problem> {
    let shown = session::value(headers, CEREMONY).ok_or(Problem::PasskeyTooLate)?;
    let kept = state.store.take_passkey_ceremony(token::stored_form(&shown), user, state.now()).await?;
    kept.ok_or(Problem::PasskeyTooLate)
}

impl From<PasskeyError> for Problem {
    fn from(error: PasskeyError) -> Self {
        match error {
            PasskeyError::Known => Self::PasskeyKnown,
            PasskeyError::TooMany => Self::TooManyPasskeys,
            PasskeyError::Store(error) => error.into(),
        }
    }
}
