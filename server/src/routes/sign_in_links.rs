//! `/api/sign-in-links`: a producer on a phone, or a cook, comes in by a link in a letter.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::wire::ways_in::{SignInLinkRequest, UseSignInLink};

use super::{json::Body, own_address, passwords::send_link, second_step, session::opened};
use crate::{
    access::{attempts::Wait, machine::Machine, token},
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
};

/// Long enough for a letter to come, too short to lie about.
const LIVES_MS: i64 = 15 * 60_000;
/// What tries of links are counted under; no address of mail is written so.
const OPENING: &str = "coming in by a link";

/// Somebody asks for a link that signs in, once: it leaves by mail, when the address has an account that orders or sells. The
/// answer does not tell whether it has.
#[utoipa::path(post, path = "/api/sign-in-links", tag = "session", request_body = SignInLinkRequest, responses(
    (status = 204, description = "A letter leaves, when the address has such an account."),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn ask(
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
    Body(asked): Body<SignInLinkRequest>,
) -> Result<StatusCode, Problem> {
    let now = state.now();
    state
        .attempts
        .begin(from, &asked.email, now)
        .map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    // Apart, so that how long the answer takes does not tell either.
    tokio::spawn(async move {
        let subject = "Votre lien pour Mercuriale · Your link to Mercuriale";
        let made = |person, stored| state.store.make_sign_in_link(person, stored, now, now.plus_ms(LIVES_MS));
        let body = |token: &str| {
            let link = own_address(&state, &headers, &format!("/connexion#{token}"));
            format!(
                "Bonjour,\n\nPour entrer dans Mercuriale sur cet appareil, ouvrez ce lien dans le quart d’heure :\n\n\
                 {link}\n\nIl ne sert qu’une fois. Si vous n’avez rien demandé, ignorez ce message.\n\n\
                 ———\n\nHello,\n\nTo enter Mercuriale on this device, open the link above within a quarter of an hour. It\n\
                 works once. If you asked for nothing, ignore this message.\n"
            )
        };
        send_link(&state, &asked.email, subject, made, body).await;
    });
    Ok(StatusCode::NO_CONTENT)
}

/// Signs in by a link, which is used up.
#[utoipa::path(post, path = "/api/sign-in-links/use", tag = "session", request_body = UseSignInLink, responses(
    (status = 204, description = "Signed in: the answer sets the session's cookie."),
    (status = 401, description = "SECOND_STEP_REQUIRED, BAD_SECOND_STEP", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "LINK_OVER", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn enter(
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
    Body(asked): Body<UseSignInLink>,
) -> Result<Response, Problem> {
    let now = state.now();
    state.attempts.begin(from, OPENING, now).map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    let stored = token::stored_form(&asked.token);
    let owner = state.store.open_sign_in_link(stored, now).await?.ok_or(Problem::LinkOver)?;
    let actor = owner.actor();
    let with = second_step::pass(&state, actor, asked.second_step.as_deref()).await?;
    if !state.store.use_sign_in_link(&owner, stored, now).await? {
        return Err(Problem::LinkOver);
    }
    state.attempts.succeeded(from, OPENING);
    opened(&state, &headers, owner.user, owner.role, with).await
}
