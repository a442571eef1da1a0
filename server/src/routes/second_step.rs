//! `/api/me/second-step`: a second step is turned on and off; and how whoever signs in passes it.

use std::net::{IpAddr, Ipv4Addr};

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    id::UserId,
    wire::{
        people::Deed,
        ways_in::{
            ConfirmSecondStep, OwnWaysIn, PasswordAgain, RecoveryCodes, SecondStepBegun, SecondStepBoard,
            SetSecondStepRule,
        },
    },
};

use super::{json::Body, passwords::asked_again};
use crate::{
    access::{
        attempts::Wait,
        machine::Machine,
        rights::{ChoosingSession, HalfwaySession, HubSession, OwnSession},
        second_step::{self, Typed},
    },
    openapi::ProblemBody,
    problem::Problem,
    qr::qr,
    state::AppState,
    store::{Actor, OpenedWith, SecondStep, Within, random},
};

/// Tries of one person's second step are counted together, from whatever machine: a million codes are few.
const ANYWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// One's own ways in.
#[utoipa::path(get, path = "/api/me/ways-in", tag = "session", responses(
    (status = 200, body = OwnWaysIn),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn ways_in(
    HalfwaySession(signed_in): HalfwaySession,
    State(state): State<AppState>,
) -> Result<Json<OwnWaysIn>, Problem> {
    if signed_in.device.is_some() {
        return Err(Problem::PairedDevice);
    }
    Ok(Json(state.store.ways_in(signed_in.me.user).await?))
}

/// Begins a second step: what an application of codes is given. It counts once a first code was given back.
#[utoipa::path(post, path = "/api/me/second-step", tag = "session", request_body = PasswordAgain, responses(
    (status = 200, body = SecondStepBegun),
    (status = 401, description = "NOT_SIGNED_IN, BAD_CREDENTIALS", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "PAIRED_DEVICE, SECOND_STEP_DUE", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "SECOND_STEP_ON", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn begin(
    ChoosingSession(who): ChoosingSession,
    State(state): State<AppState>,
    Machine(from): Machine,
    Body(asked): Body<PasswordAgain>,
) -> Result<Json<SecondStepBegun>, Problem> {
    let me = &who.signed_in.me;
    asked_again(&state, from, me, asked.password).await?;
    let secret = second_step::fresh_secret()?;
    let salt = random::<16>()?.to_vec();
    if !state.store.begin_second_step(me.user, secret.clone(), salt).await? {
        return Err(Problem::SecondStepOn);
    }
    let qr = qr(&second_step::address(&secret, &me.email)).ok_or(Problem::Failed)?;
    Ok(Json(SecondStepBegun { secret: second_step::in_groups(&secret), qr }))
}

/// Has it count, by a first code. The answer holds the recovery codes, told once.
#[utoipa::path(post, path = "/api/me/second-step/confirm", tag = "session", request_body = ConfirmSecondStep, responses(
    (status = 200, body = RecoveryCodes),
    (status = 401, description = "NOT_SIGNED_IN, BAD_SECOND_STEP", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "PAIRED_DEVICE, SECOND_STEP_DUE", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "SECOND_STEP_NOT_BEGUN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn confirm(
    ChoosingSession(who): ChoosingSession,
    State(state): State<AppState>,
    Body(asked): Body<ConfirmSecondStep>,
) -> Result<Json<RecoveryCodes>, Problem> {
    let (actor, now) = (who.signed_in.actor(), state.now());
    let begun = state.store.find_second_step(actor.user).await?.filter(|begun| !begun.is_on);
    let begun = begun.ok_or(Problem::SecondStepNotBegun)?;
    let counted = Counted::begin(&state, actor.user)?;
    let step = match second_step::read(&asked.code) {
        Some(Typed::Digits(digits)) => second_step::step_of(&begun.secret, &digits, now),
        Some(Typed::Recovery(_)) | None => None,
    };
    let step = step.ok_or(Problem::BadSecondStep)?;
    counted.succeeded();
    let codes = second_step::fresh_recovery_codes()?;
    let hashes = state.passwords.derive(codes.clone(), begun.salt).await?;
    if !state.store.confirm_second_step(actor, who.token, step, &hashes, now).await? {
        return Err(Problem::SecondStepNotBegun);
    }
    let shown = codes.iter().map(|code| {
        let (first, last) = code.split_at(code.len() / 2);
        format!("{first}-{last}")
    });
    Ok(Json(RecoveryCodes { codes: shown.collect() }))
}

/// Turns one's own second step off, and forgets its recovery codes.
#[utoipa::path(post, path = "/api/me/second-step/end", tag = "session", request_body = PasswordAgain, responses(
    (status = 204, description = "Off."),
    (status = 401, description = "NOT_SIGNED_IN, BAD_CREDENTIALS", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn end(
    who: OwnSession,
    State(state): State<AppState>,
    Machine(from): Machine,
    Body(asked): Body<PasswordAgain>,
) -> Result<StatusCode, Problem> {
    asked_again(&state, from, &who.signed_in.me, asked.password).await?;
    state.store.end_second_step(who.signed_in.actor(), state.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the second step of somebody who lost what it needs. The hub alone: a colleague can already hand over a link for a
/// password, and both together would open the account.
#[utoipa::path(post, path = "/api/people/{person}/second-step/reset", tag = "people",
    params(("person" = String, Path, description = "UserId")),
    responses(
        (status = 204, description = "Off."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "NOT_ONESELF", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn reset(
    who: HubSession,
    State(state): State<AppState>,
    Path(person): Path<String>,
) -> Result<StatusCode, Problem> {
    let person: UserId = person.parse().map_err(|_| Problem::NotFound)?;
    if person == who.user {
        return Err(Problem::NotOneself);
    }
    let within = Within { hub: who.hub, site: None, producer: None };
    let found = state.store.reset_second_step(who.actor(), within, person, state.now()).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}

/// What the hub asks for beside a password, and of how many that would be more than they have.
#[utoipa::path(get, path = "/api/second-step-rule", tag = "people", responses(
    (status = 200, body = SecondStepBoard),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn board(
    who: HubSession,
    State(state): State<AppState>,
) -> Result<Json<SecondStepBoard>, Problem> {
    Ok(Json(state.store.second_step_board(who.hub).await?))
}

/// Asks for more, or less, from now on. Sessions that were opened with less end. Who asks others for more came in with it:
/// nobody locks the hub's last person out.
#[utoipa::path(post, path = "/api/second-step-rule", tag = "people", request_body = SetSecondStepRule, responses(
    (status = 204, description = "It counts."),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "SECOND_STEP_FIRST", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn set_rule(
    who: HubSession,
    own: OwnSession,
    State(state): State<AppState>,
    Body(asked): Body<SetSecondStepRule>,
) -> Result<StatusCode, Problem> {
    if asked.rule.concerns(own.signed_in.me.role) && !own.signed_in.two_steps {
        return Err(Problem::SecondStepFirst);
    }
    state.store.set_second_step_rule(who.actor(), asked.rule, state.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets on who has no second step, or typed what passes it. What the session to open was given.
pub(super) async fn pass(state: &AppState, who: Actor, typed: Option<&str>) -> Result<OpenedWith, Problem> {
    let kept = state.store.find_second_step(who.user).await?.filter(|kept| kept.is_on);
    let Some(kept) = kept else { return Ok(OpenedWith::OneStep) };
    let typed = typed.map(str::trim).filter(|typed| !typed.is_empty()).ok_or(Problem::SecondStepRequired)?;
    let counted = Counted::begin(state, who.user)?;
    if !is_right(state, who, &kept, typed).await? {
        state.store.note(who.hub, state.now(), who.did(Deed::SecondStepFailed, who.user)).await?;
        return Err(Problem::BadSecondStep);
    }
    counted.succeeded();
    Ok(OpenedWith::TwoSteps)
}

async fn is_right(state: &AppState, who: Actor, kept: &SecondStep, typed: &str) -> Result<bool, Problem> {
    let now = state.now();
    match second_step::read(typed) {
        Some(Typed::Digits(digits)) => match second_step::step_of(&kept.secret, &digits, now) {
            Some(step) => Ok(state.store.use_step(who.user, step).await?),
            None => Ok(false),
        },
        Some(Typed::Recovery(code)) => {
            let hashes = state.passwords.derive(vec![code], kept.salt.clone()).await?;
            let [hash] = <[Vec<u8>; 1]>::try_from(hashes).map_err(|_| Problem::Failed)?;
            Ok(state.store.use_recovery_code(who, hash, now).await?)
        }
        None => Ok(false),
    }
}

/// A try that is counted, until it went well.
struct Counted<'a> {
    state: &'a AppState,
    key: String,
}

impl<'a> Counted<'a> {
    fn begin(state: &'a AppState, user: UserId) -> Result<Self, Problem> {
        // No address of mail is written so.
        let key = format!("second step of {user}");
        let begun = state.attempts.begin(ANYWHERE, &key, state.now());
        begun.map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
        Ok(Self { state, key })
    }

    fn succeeded(self) {
        self.state.attempts.succeeded(ANYWHERE, &self.key);
    }
}
