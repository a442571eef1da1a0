//! `/api/invitations`: a person is let in by a link that works once.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    enterprise::Role,
    id::{InvitationId, OwnerId},
    wire::people::{
        AcceptInvitation, InvitationCard, InvitationMade, InvitationRequest, InvitedAs, OpenInvitation,
    },
};
use lettre::Address;

use super::{json::Body, own_address, session::opened};
use crate::{
    access::{attempts::Wait, machine::Machine, rights::KeeperSession, token, typed},
    mail::Letter,
    openapi::ProblemBody,
    problem::Problem,
    qr::qr,
    state::AppState,
    store::{Actor, InviteError, NewInvitation, OpenedWith},
};

/// A week, and the week after for who was away.
pub(crate) const LIVES_MS: i64 = 14 * 24 * 3_600_000;
/// What tries of links are counted under; no address of mail is written so.
const OPENING: &str = "opening an invitation";

/// The invitations that wait, of the part of the hub somebody answers for.
#[utoipa::path(get, path = "/api/invitations", tag = "people", responses(
    (status = 200, body = Vec<InvitationCard>),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT, PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list(
    who: KeeperSession,
    State(state): State<AppState>,
) -> Result<Json<Vec<InvitationCard>>, Problem> {
    Ok(Json(state.store.invitations(who.within, state.now()).await?))
}

/// Invites a person: a link that makes their account, once, within two weeks. It is told here, and leaves by mail where
/// the server has one.
#[utoipa::path(post, path = "/api/invitations", tag = "people", request_body = InvitationRequest, responses(
    (status = 200, body = InvitationMade),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT, PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "NOT_FOUND: no such place, or not in the part somebody answers for", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "EMAIL_TAKEN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "BAD_EMAIL, BAD_NAME", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn make(
    who: KeeperSession,
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(asked): Body<InvitationRequest>,
) -> Result<Json<InvitationMade>, Problem> {
    let (role, owner) = invited_role(&who, asked.invited_as).ok_or(Problem::NotFound)?;
    let (name, email) = (typed::name(&asked.name)?, typed::email(&asked.email)?);
    let invited = Invited { name, email, role, owner };
    Ok(Json(invite(&state, &headers, who.actor, invited).await?))
}

/// Whom to invite, read.
pub(super) struct Invited {
    pub(super) name: String,
    pub(super) email: Address,
    pub(super) role: Role,
    pub(super) owner: Option<OwnerId>,
}

/// Makes the invitation, and sends it where there is mail.
pub(super) async fn invite(
    state: &AppState,
    headers: &HeaderMap,
    by: Actor,
    invited: Invited,
) -> Result<InvitationMade, Problem> {
    let (link_token, stored) = token::fresh()?;
    let now = state.now();
    let Invited { name, email, role, owner } = invited;
    let invited = NewInvitation {
        name,
        email: email.to_string(),
        role,
        owner,
        token: stored,
        expires_at: now.plus_ms(LIVES_MS),
    };
    let invitation = state.store.invite(Some(by), &invited, now).await?;
    let link = own_address(state, headers, &format!("/invitation#{link_token}"));
    let qr = qr(&link).ok_or(Problem::Failed)?;
    let mailed = post(state, &invitation, email, &link).await;
    Ok(InvitationMade { invitation, link, qr, mailed })
}

/// What the invited will be, if that is for this person to give: at a hub anything of it, elsewhere a colleague.
fn invited_role(who: &KeeperSession, asked: InvitedAs) -> Option<(Role, Option<OwnerId>)> {
    let hub = who.within.hub;
    let (role, owner) = match asked {
        InvitedAs::Kitchen { site } => (Role::Kitchen { hub, site }, None),
        InvitedAs::Producer { producer } => (Role::Producer { hub, producer }, None),
        InvitedAs::Hub => (Role::Hub { hub }, None),
        InvitedAs::Authority { owner } => (Role::Authority { hub }, Some(owner)),
    };
    (matches!(who.role, Role::Hub { .. }) || role == who.role).then_some((role, owner))
}

async fn post(state: &AppState, invitation: &InvitationCard, to: Address, link: &str) -> bool {
    let Some(mailer) = &state.options.mailer else { return false };
    let (name, place) = (&invitation.name, &invitation.place);
    let letter = Letter {
        to,
        subject: format!("Votre accès à Mercuriale pour {place} · Your access to Mercuriale"),
        body: format!(
            "Bonjour {name},\n\nCette invitation vous ouvre Mercuriale pour {place}.\n\
             Ouvrez ce lien, une seule fois, dans les deux semaines :\n\n{link}\n\n\
             Si vous n’attendiez pas ce message, ignorez-le.\n\n\
             ———\n\nHello {name},\n\nYou are invited to use Mercuriale for {place}.\n\
             Open the link above, once, within two weeks.\n"
        ),
    };
    match mailer.send(letter).await {
        Ok(()) => mailer.reaches_people(),
        // Whoever invites is told, and gives the link otherwise.
        Err(error) => {
            tracing::warn!(%error, "an invitation did not leave by mail");
            false
        }
    }
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/api/invitations/{invitation}", tag = "people",
    params(("invitation" = String, Path, description = "InvitationId")),
    responses(
        (status = 204, description = "Taken back."),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT, PAIRED_DEVICE", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn withdraw(
    who: KeeperSession,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id: InvitationId = id.parse().map_err(|_| Problem::NotFound)?;
    let found = state.store.withdraw_invitation(who.actor, who.within, id, state.now()).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}

/// What an invitation says, for whoever holds its link. The link's secret travels in the body: addresses are logged.
#[utoipa::path(post, path = "/api/invitations/open", tag = "people", request_body = OpenInvitation, responses(
    (status = 200, body = InvitationCard),
    (status = 410, description = "INVITATION_OVER", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn open(
    State(state): State<AppState>,
    Machine(from): Machine,
    Body(asked): Body<OpenInvitation>,
) -> Result<Json<InvitationCard>, Problem> {
    let now = state.now();
    state.attempts.begin(from, OPENING, now).map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    let found = state.store.open_invitation(token::stored_form(&asked.token), now).await?;
    let found = found.ok_or(Problem::InvitationOver)?;
    state.attempts.succeeded(from, OPENING);
    Ok(Json(found.card))
}

/// Makes the invited person's account with the password they chose, and signs them in.
#[utoipa::path(post, path = "/api/invitations/accept", tag = "people", request_body = AcceptInvitation, responses(
    (status = 204, description = "The account is made: the answer sets the session's cookie."),
    (status = 409, description = "EMAIL_TAKEN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "INVITATION_OVER", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "WEAK_PASSWORD", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "TOO_MANY_ATTEMPTS, with Retry-After", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn accept(
    State(state): State<AppState>,
    headers: HeaderMap,
    Machine(from): Machine,
    Body(asked): Body<AcceptInvitation>,
) -> Result<Response, Problem> {
    let now = state.now();
    state.attempts.begin(from, OPENING, now).map_err(|Wait(seconds)| Problem::TooManyAttempts(seconds))?;
    let stored = token::stored_form(&asked.token);
    let found = state.store.open_invitation(stored, now).await?.ok_or(Problem::InvitationOver)?;
    let beside = [found.card.email.as_str(), &found.card.name, &found.card.place];
    let password = typed::password(asked.password, &beside)?;
    let hash = state.passwords.hash(password).await?;
    let accepted = state.store.accept_invitation(stored, hash, now).await?;
    let (user, role) = accepted.ok_or(Problem::InvitationOver)?;
    state.attempts.succeeded(from, OPENING);
    tracing::info!(%user, "an invitation was accepted");
    opened(&state, &headers, user, role, OpenedWith::OneStep).await
}

impl From<InviteError> for Problem {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::UnknownPlace => Self::NotFound,
            InviteError::EmailTaken => Self::EmailTaken,
            InviteError::Store(error) => error.into(),
        }
    }
}
