//! `POST /api/tickets/{id}/settle`: the hub chooses.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::{
    id::TicketId,
    receipt::Outcome,
    ticket::{Settler, Ticket},
    wire::desk::SettleRequest,
};

use super::json::Body;
use crate::{access::rights::HubSession, openapi::ProblemBody, problem::Problem, state::AppState, sync};

/// Settles a ticket, for the hub or in a kitchen's place. The same choice twice is one choice.
#[utoipa::path(post, path = "/api/tickets/{id}/settle", tag = "hub", request_body = SettleRequest,
    params(("id" = String, Path, description = "TicketId")),
    responses(
        (status = 200, description = "The ticket as it now stands.", body = Ticket),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Not possible: ALREADY_SETTLED, CYCLE_CLOSED, MALFORMED", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn settle(
    who: HubSession,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Body(asked): Body<SettleRequest>,
) -> Result<Json<Ticket>, Problem> {
    let id: TicketId = id.parse().map_err(|_| Problem::NotFound)?;
    let mut tx = state.store.write(who.hub).await?;
    let ticket = tx.find_hub_ticket(who.hub, id).await?.ok_or(Problem::NotFound)?;
    let now = state.now();
    let outcome = sync::settle::carry_out(&mut tx, who.hub, ticket, asked.choice, Settler::Hub, now).await?;
    if let Outcome::Refused { code } = outcome {
        return Err(Problem::NotPossible(code));
    }
    let settled = tx.find_hub_ticket(who.hub, id).await?.ok_or(Problem::NotFound)?;
    tx.commit().await?;
    Ok(Json(settled))
}
