//! `POST /sync/v1/push`: the commands of a kitchen or a producer.

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    time::Timestamp,
    wire::{PushAnswer, PushRequest},
};
use serde::Serialize;

use super::json::Body;
use crate::{
    access::{rights::Recorder, session, tally::Wait},
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    sync::push::{BadBatch, Batch, Push},
};

/// Receives at most 50 commands, in order. Each gets a receipt, stored with its effects; sending again is harmless.
#[utoipa::path(post, path = "/sync/v1/push", tag = "sync", request_body = PushRequest, responses(
    (status = 200, description = "Every command has its receipt.", body = PushAnswer),
    (status = 401, description = "NOT_SIGNED_IN: the outbox stays as it is", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "The outbox is another place's; or NO_RIGHT for who records nothing.", content((PushAnswer = "application/json"), (ProblemBody = "application/problem+json"))),
    (status = 409, description = "A command before these is missing.", body = PushAnswer),
    (status = 413, description = "TOO_LARGE: send half", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A number received before with other contents.", body = PushAnswer),
    (status = 429, description = "TOO_MANY_PUSHES of this session within a minute, with Retry-After: nothing of it was read.", body = TooFast),
    (status = 503, description = "Busy, with Retry-After.", body = PushAnswer),
))]
pub(crate) async fn receive(
    who: Recorder,
    _in_time: InTime,
    State(state): State<AppState>,
    Body(batch): Body<Batch>,
) -> Result<Response, Problem> {
    let push = Push::read(who, batch, state.now()).map_err(|bad| match bad {
        BadBatch::TooMany => Problem::TooLarge,
        BadBatch::Unnumbered => Problem::Malformed("a command has no number m ≥ 1".to_owned()),
    })?;
    Ok(respond(&state.intake.push(push).await))
}

fn respond(answer: &PushAnswer) -> Response {
    let status = match answer {
        PushAnswer::Done(_) => StatusCode::OK,
        PushAnswer::Gap { .. } => StatusCode::CONFLICT,
        PushAnswer::HashMismatch { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        PushAnswer::ForeignOutbox { .. } => StatusCode::FORBIDDEN,
        PushAnswer::Later { .. } => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = (status, Json(answer)).into_response();
    if let PushAnswer::Later { retry_after_ms, .. } = answer {
        let seconds = HeaderValue::from(retry_after_ms.div_ceil(1_000));
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// A push that does not come too soon after too many others of its session: looked at before its body is.
pub(crate) struct InTime;

impl FromRequestParts<AppState> for InTime {
    type Rejection = TooSoon;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, TooSoon> {
        // Without a session nobody came this far.
        let Some(token) = session::token(&parts.headers) else { return Ok(Self) };
        let most = usize::try_from(state.options.pushes_a_minute.get()).unwrap_or(usize::MAX);
        let now = state.now();
        state.pushes.begin(token, most, now).map_err(|Wait(seconds)| TooSoon { seconds, now })?;
        Ok(Self)
    }
}

/// Told to come back.
pub(crate) struct TooSoon {
    seconds: u64,
    now: Timestamp,
}

/// [`PushAnswer::Later`] with the reason beside. No problem: a tablet takes a problem for a no that insisting does not change,
/// and these words, of any build ever shipped, for a server to be asked again when it says.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct TooFast {
    later: TooFastLater,
}

/// What [`TooFast`] says.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct TooFastLater {
    /// `TOO_MANY_PUSHES`
    code: &'static str,
    /// The server's clock.
    server_time: Timestamp,
    /// When to try again.
    retry_after_ms: u64,
    /// None: nothing was read.
    results: [u8; 0],
}

impl IntoResponse for TooSoon {
    fn into_response(self) -> Response {
        let Self { seconds, now } = self;
        let later = TooFastLater {
            code: "TOO_MANY_PUSHES",
            server_time: now,
            retry_after_ms: seconds * 1_000,
            results: [],
        };
        let wait = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
        (StatusCode::TOO_MANY_REQUESTS, wait, Json(TooFast { later })).into_response()
    }
}
