//! `/api/password-links` and `/api/me/password`: a password is set anew.

use std::net::IpAddr;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    id::UserId,
    wire::{
        Me,
        people::{ChangePassword, ForgottenPassword, NewPassword, PasswordLink},
    },
};

use super::{json::Body, own_address, second_step, session::opened};
use crate::{
    access::{
        attempts::Wait,
        machine::Machine,
        rights::{HubSession, OwnSession},
        token, typed,
    },
    mail::Letter,
    openapi::ProblemBody,
    problem::Problem,
    qr::qr,
    state::AppState,
    store::StoreError,
};

const HOUR_MS: i64 = 3_600_000;
/// A link by mail is read at once; one that is handed over waits for the next day.
const BY_MAIL_LIVES_MS: i64 = HOUR_MS;
const HANDED_OVER_LIVES_MS: i64 = 24 * HOUR_MS;
/// What tries of links are counted under; no address of mail is written so.
const OPENING: &str = "opening a link";

/// Somebody forgot their password: a link leaves by mail, when the address has an account. The answer does not tell whether
/// it has.
#[utoipa::path(post, path = "/api/password-links", tag = "people", request_body = ForgottenPassword, responses(
    (status = 204, description = "A letter leaves, when the address has an account."),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn forgotten(
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
    Body(asked): Body<ForgottenPassword>,
) -> Result<StatusCode, Problem> {
    let now = state.now();
    state
        .attempts
        .begin(from, &asked.email, now)
        .map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    // Apart, so that how long the answer takes does not tell either.
    tokio::spawn(async move {
        let subject = "Votre mot de passe Mercuriale · Your Mercuriale password";
        let expires_at = now.plus_ms(BY_MAIL_LIVES_MS);
        let made = |person, stored| state.store.make_password_link(None, person, stored, now, expires_at);
        let body = |token: &str| {
            let link = own_address(&state, &headers, &format!("/mot-de-passe#{token}"));
            format!(
                "Bonjour,\n\nPour choisir un nouveau mot de passe, ouvrez ce lien dans l’heure :\n\n{link}\n\n\
                 Si vous n’avez rien demandé, ignorez ce message : rien n’a changé.\n\n\
                 ———\n\nHello,\n\nTo choose a new password, open the link above within the hour. If you asked for\n\
                 nothing, ignore this message: nothing has changed.\n"
            )
        };
        send_link(&state, &asked.email, subject, made, body).await;
    });
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a letter with a link to who reads at `email`, when there is such an account and `made` keeps a link for it.
pub(super) async fn send_link<Kept>(
    state: &AppState,
    email: &str,
    subject: &str,
    made: impl FnOnce(UserId, [u8; 32]) -> Kept,
    body: impl FnOnce(&str) -> String,
) where
    Kept: Future<Output = Result<bool, StoreError>>,
{
    let Some(mailer) = &state.options.mailer else { return };
    let (Ok(to), Ok(Some(known))) = (typed::email(email), state.store.find_credentials(email).await) else {
        return;
    };
    let kept = async {
        let (link_token, stored) = token::fresh()?;
        Ok::<_, StoreError>(made(known.user, stored).await?.then_some(link_token))
    };
    let link_token = match kept.await {
        Ok(Some(link_token)) => link_token,
        Ok(None) => return,
        Err(error) => return tracing::warn!(%error, "no link was made for a letter"),
    };
    let letter = Letter { to, subject: subject.to_owned(), body: body(&link_token) };
    if let Err(error) = mailer.send(letter).await {
        tracing::warn!(%error, "a letter with a link did not leave");
    }
}

/// A link that sets somebody's password, to be handed over: for who has no mail at hand. The hub's alone to make: whoever holds
/// it comes in as that person, and colleagues are not each other's keepers.
#[utoipa::path(post, path = "/api/people/{person}/password-link", tag = "people",
    params(("person" = String, Path, description = "UserId")),
    responses(
        (status = 200, body = PasswordLink),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn link(
    who: HubSession,
    State(state): State<AppState>,
    headers: HeaderMap,
    Path(person): Path<String>,
) -> Result<Json<PasswordLink>, Problem> {
    let person: UserId = person.parse().map_err(|_| Problem::NotFound)?;
    let (link_token, stored) = token::fresh()?;
    let now = state.now();
    let expires_at = now.plus_ms(HANDED_OVER_LIVES_MS);
    if !state.store.make_password_link(Some(who.actor()), person, stored, now, expires_at).await? {
        return Err(Problem::NotFound);
    }
    let link = own_address(&state, &headers, &format!("/mot-de-passe#{link_token}"));
    let qr = qr(&link).ok_or(Problem::Failed)?;
    Ok(Json(PasswordLink { link, qr, expires_at }))
}

/// Sets a password by a link, and signs in. Other sessions of the person end.
#[utoipa::path(post, path = "/api/password-links/use", tag = "people", request_body = NewPassword, responses(
    (status = 204, description = "Set: the answer sets the session's cookie."),
    (status = 410, description = "LINK_OVER", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "WEAK_PASSWORD", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn set(
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
    Body(asked): Body<NewPassword>,
) -> Result<Response, Problem> {
    let now = state.now();
    state.attempts.begin(from, OPENING, now).map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    let stored = token::stored_form(&asked.token);
    let owner = state.store.open_password_link(stored, now).await?.ok_or(Problem::LinkOver)?;
    let password = typed::password(asked.password, &[&owner.email, &owner.name])?;
    let hash = state.passwords.hash(password).await?;
    let actor = owner.actor();
    let with = second_step::pass(&state, actor, asked.second_step.as_deref()).await?;
    if !state.store.set_password_by_link(&owner, stored, &hash, now).await? {
        return Err(Problem::LinkOver);
    }
    state.attempts.succeeded(from, OPENING);
    opened(&state, &headers, owner.user, owner.role, with).await
}

/// Changes one's own password, knowing the present one. One's other sessions end.
#[utoipa::path(post, path = "/api/me/password", tag = "session", request_body = ChangePassword, responses(
    (status = 204, description = "Changed."),
    (status = 401, description = "NOT_SIGNED_IN; BAD_CREDENTIALS when the present password is another", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "WEAK_PASSWORD", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn change(
    who: OwnSession,
    State(state): State<AppState>,
    Machine(from): Machine,
    Body(asked): Body<ChangePassword>,
) -> Result<StatusCode, Problem> {
    let me = &who.signed_in.me;
    asked_again(&state, from, me, asked.current).await?;
    let password = typed::password(asked.password, &[&me.email, &me.name, &me.place])?;
    let hash = state.passwords.hash(password).await?;
    state.store.change_password(who.signed_in.actor(), &hash, who.token, state.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whoever is signed in gives their password again, before what a stranger at an open screen must not do.
pub(super) async fn asked_again(
    state: &AppState,
    from: IpAddr,
    me: &Me,
    password: String,
) -> Result<(), Problem> {
    let now = state.now();
    state.attempts.begin(from, &me.email, now).map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    let known = state.store.find_credentials(&me.email).await?;
    let stored = known.map(|known| known.password_hash);
    if !state.passwords.check(password, stored).await? {
        return Err(Problem::BadCredentials);
    }
    state.attempts.succeeded(from, &me.email);
    Ok(())
}
