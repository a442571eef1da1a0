//! `/api/oidc/…` and `GET /api/ways-in`: coming in with an account of elsewhere.
//!
//! ```text
//! browser ── start ──► provider ── return ──► linked to an account?  yes: session
//!                                             its address has one?   the person confirms with its password, then session
//!                                             else: nobody we know
//! ```
//! A browser that comes back is led to the page `/retour`; what went wrong is a stable code in its fragment. No account is
//! ever made here, and none is linked before its person confirmed it.

use std::net::IpAddr;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cookie::time::Duration;
use domain::wire::{
    people::Deed,
    ways_in::{ConfirmIdentity, WaysIn},
};
use serde::Deserialize;

use super::{json::Body, second_step, session::opened};
use crate::{
    access::{
        attempts::Wait,
        machine::Machine,
        oidc::{Journey, OidcError, Proved, Provider},
        rights::OwnSession,
        session, token,
    },
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    store::{LinkOwner, OpenedWith},
};

/// Where a browser comes back to, in the application.
const PAGE: &str = "/retour";
/// The cookie that binds a journey to its browser.
const JOURNEY: &str = "oidc";
/// The cookie of who has to confirm that an account is theirs.
const WAITING: &str = "oidc-waiting";
const MINUTES: i64 = 10;
/// What journeys of one machine are counted under; no address of mail is written so.
const COUNTED: &str = "an account of elsewhere";

/// What the page of who comes back says, in its fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// A session is open.
    In,
    NotConfigured,
    Unreachable,
    /// The provider said no: its person gave up, or the code was used.
    Refused,
    /// Not the browser that began, or too late.
    OtherBrowser,
    NotProved,
    /// Nobody we know.
    Unknown,
    /// An access that was closed.
    Closed,
    /// The person has to confirm with a password.
    Confirm,
    TooManyAttempts,
    Failed,
}

impl Outcome {
    fn fragment(self) -> &'static str {
        match self {
            Self::In => "",
            Self::NotConfigured => "#OIDC_NOT_CONFIGURED",
            Self::Unreachable => "#OIDC_UNREACHABLE",
            Self::Refused => "#OIDC_REFUSED",
            Self::OtherBrowser => "#OIDC_OTHER_BROWSER",
            Self::NotProved => "#OIDC_NOT_PROVED",
            Self::Unknown => "#OIDC_UNKNOWN",
            Self::Closed => "#OIDC_CLOSED",
            Self::Confirm => "#OIDC_CONFIRM",
            Self::TooManyAttempts => "#TOO_MANY_ATTEMPTS",
            Self::Failed => "#FAILED",
        }
    }
}

impl From<OidcError> for Outcome {
    fn from(error: OidcError) -> Self {
        tracing::warn!(%error, "nobody came in with an account of elsewhere");
        match error {
            OidcError::Unreachable(_) => Self::Unreachable,
            OidcError::Refused(_) => Self::Refused,
            OidcError::NotProved(_) => Self::NotProved,
            OidcError::Store(_) => Self::Failed,
        }
    }
}

/// The ways in that the door offers beside a password, and whether this browser has to confirm one. Public.
#[utoipa::path(get, path = "/api/ways-in", tag = "session", responses((status = 200, body = WaysIn)))]
pub(crate) async fn ways_in(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Json<WaysIn>, Problem> {
    let provider = state.provider.as_ref().map(|provider| provider.settings.name.clone());
    let confirming = waiting(&state, &headers).await?.map(|(_, owner)| owner.email);
    Ok(Json(WaysIn { provider, confirming }))
}

/// Sends the browser to the provider.
#[utoipa::path(get, path = "/api/oidc/start", tag = "session", responses(
    (status = 303, description = "To the provider; or to the page that says what went wrong, by a code in its fragment."),
))]
pub(crate) async fn start(
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
) -> Response {
    match begun(&state, &headers, from).await {
        Ok(response) => response,
        Err(outcome) => to_page(outcome, Vec::new()),
    }
}

async fn begun(state: &AppState, headers: &HeaderMap, from: IpAddr) -> Result<Response, Outcome> {
    // Another site's page must not send somebody on a journey that ends the session of this browser.
    if headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return Err(Outcome::OtherBrowser);
    }
    let provider = counted(state, from)?;
    let journey = Journey::begin().map_err(OidcError::from)?;
    let address = provider.address(&journey, state.now()).await?;
    let kept = session::named(headers, JOURNEY, journey.to_text(), Duration::minutes(MINUTES));
    redirect(&address, kept.into_iter().collect()).ok_or(Outcome::Failed)
}

/// What the provider sends back with the browser.
#[derive(Deserialize)]
pub(crate) struct Returned {
    code: Option<String>,
    state: Option<String>,
    /// RFC 9207: who sends it back.
    iss: Option<String>,
    error: Option<String>,
}

/// Takes the browser back from the provider.
#[utoipa::path(get, path = "/api/oidc/return", tag = "session",
    params(
        ("code" = Option<String>, Query, description = "of the provider"),
        ("state" = Option<String>, Query, description = "as it was sent"),
        ("iss" = Option<String>, Query, description = "RFC 9207"),
        ("error" = Option<String>, Query, description = "the provider's no"),
    ),
    responses((status = 303, description = "To the application, with the session's cookie; or to the page that says what went wrong."))
)]
pub(crate) async fn back(
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
    Query(returned): Query<Returned>,
) -> Response {
    // A journey is made once, however it ends.
    let over = session::named(&headers, JOURNEY, String::new(), Duration::ZERO);
    let (outcome, mut cookies) = match come_back(&state, &headers, from, returned).await {
        Ok(come) => come,
        Err(outcome) => (outcome, Vec::new()),
    };
    cookies.extend(over);
    to_page(outcome, cookies)
}

async fn come_back(
    state: &AppState,
    headers: &HeaderMap,
    from: IpAddr,
    returned: Returned,
) -> Result<(Outcome, Vec<HeaderValue>), Outcome> {
    let provider = counted(state, from)?;
    let journey = session::value(headers, JOURNEY).and_then(|text| Journey::read(&text));
    let journey = journey.filter(|journey| returned.state.as_ref() == Some(&journey.state));
    let journey = journey.ok_or(Outcome::OtherBrowser)?;
    if returned.iss.is_some_and(|issuer| issuer != provider.settings.issuer) {
        return Err(Outcome::NotProved);
    }
    let code = returned.code.filter(|_| returned.error.is_none()).ok_or(Outcome::Refused)?;
    let proved = provider.proved(&journey, code, state.now()).await?;
    state.attempts.succeeded(from, COUNTED);
    let failed = |problem: Problem| {
        tracing::warn!(?problem, "somebody the provider knows did not come in");
        Outcome::Failed
    };
    received(state, headers, provider, proved).await.map_err(failed)
}

/// Lets in whom the provider proved, when an account is linked to them.
async fn received(
    state: &AppState,
    headers: &HeaderMap,
    provider: &Provider,
    proved: Proved,
) -> Result<(Outcome, Vec<HeaderValue>), Problem> {
    let issuer = &provider.settings.issuer;
    match state.store.find_identity(issuer, &proved.subject).await? {
        Some(found) if found.is_open => {
            let answer = open(state, headers, &found.owner).await?;
            Ok((Outcome::In, cookies_of(&answer)))
        }
        Some(_) => Ok((Outcome::Closed, Vec::new())),
        None => confirm_later(state, headers, issuer, proved).await,
    }
}

/// Nobody is linked yet: whoever has the password of the account of this address may link it.
async fn confirm_later(
    state: &AppState,
    headers: &HeaderMap,
    issuer: &str,
    proved: Proved,
) -> Result<(Outcome, Vec<HeaderValue>), Problem> {
    let known = match &proved.email {
        Some(email) => state.store.find_credentials(email).await?,
        None => None,
    };
    let Some(known) = known else { return Ok((Outcome::Unknown, Vec::new())) };
    let (shown, stored) = token::fresh()?;
    let expires_at = state.now().plus_ms(MINUTES * 60_000);
    state.store.keep_identity_waiting(stored, issuer, &proved.subject, known.user, expires_at).await?;
    let kept = session::named(headers, WAITING, shown, Duration::minutes(MINUTES));
    Ok((Outcome::Confirm, kept.into_iter().collect()))
}

/// Links the account of elsewhere that this browser came back with, by the password of the account here, and signs in.
#[utoipa::path(post, path = "/api/oidc/confirm", tag = "session", request_body = ConfirmIdentity, responses(
    (status = 204, description = "Linked: the answer sets the session's cookie."),
    (status = 401, description = "BAD_CREDENTIALS, SECOND_STEP_REQUIRED, BAD_SECOND_STEP", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "LINK_OVER", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn confirm(
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
    Body(asked): Body<ConfirmIdentity>,
) -> Result<Response, Problem> {
    let now = state.now();
    let (stored, owner) = waiting(&state, &headers).await?.ok_or(Problem::LinkOver)?;
    let actor = owner.actor();
    state
        .attempts
        .begin(from, &owner.email, now)
        .map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    let known = state.store.find_credentials(&owner.email).await?.map(|known| known.password_hash);
    if !state.passwords.check(asked.password, known).await? {
        state.store.note(actor.hub, now, actor.did(Deed::SignInFailed, owner.user)).await?;
        return Err(Problem::BadCredentials);
    }
    second_step::pass(&state, actor, asked.second_step.as_deref()).await?;
    state.attempts.succeeded(from, &owner.email);
    if !state.store.link_identity(actor, stored, now).await? {
        return Err(Problem::LinkOver);
    }
    open(&state, &headers, &owner).await
}

/// Removes an account of elsewhere from one's own ways in.
#[utoipa::path(delete, path = "/api/me/identities/{identity}", tag = "session",
    params(("identity" = String, Path, description = "as the list names it")),
    responses(
        (status = 204, description = "Removed."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn unlink(
    who: OwnSession,
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    let found = state.store.unlink_identity(who.signed_in.actor(), &name, state.now()).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}

async fn open(state: &AppState, headers: &HeaderMap, owner: &LinkOwner) -> Result<Response, Problem> {
    let answer = opened(state, headers, owner.user, owner.role, OpenedWith::TwoSteps).await?;
    let actor = owner.actor();
    state.store.note(actor.hub, state.now(), actor.did(Deed::SignedInFromElsewhere, owner.user)).await?;
    Ok(answer)
}

/// What this browser has to confirm: as the store names it, and whose account it is for.
async fn waiting(state: &AppState, headers: &HeaderMap) -> Result<Option<([u8; 32], LinkOwner)>, Problem> {
    let Some(shown) = session::value(headers, WAITING) else { return Ok(None) };
    let stored = token::stored_form(&shown);
    Ok(state.store.find_identity_waiting(stored, state.now()).await?.map(|owner| (stored, owner)))
}

/// The provider, for one more journey of this machine.
fn counted(state: &AppState, from: IpAddr) -> Result<&Provider, Outcome> {
    let provider = state.provider.as_ref().ok_or(Outcome::NotConfigured)?;
    let begun = state.attempts.begin(from, COUNTED, state.now());
    begun.map_err(|_| Outcome::TooManyAttempts)?;
    Ok(provider)
}

fn cookies_of(answer: &Response) -> Vec<HeaderValue> {
    answer.headers().get_all(header::SET_COOKIE).iter().cloned().collect()
}

fn to_page(outcome: Outcome, cookies: Vec<HeaderValue>) -> Response {
    redirect(&format!("{PAGE}{}", outcome.fragment()), cookies)
        .unwrap_or_else(|| Problem::Failed.into_response())
}

fn redirect(address: &str, cookies: Vec<HeaderValue>) -> Option<Response> {
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(address).ok()?);
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Some(response)
}
