//! `POST /api/tickets/{id}/settle`: the hub chooses.

use axum::{
    Json,
    extract::{Path, State},
};
use domain::{
    id::TicketId,
    ticket::Ticket,
    wire::{desk::SettleRequest, people::Deed},
};

use super::json::Body;
use crate::{
    access::rights::HubSession,
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    sync::settle::{Settled, by_hub},
};

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
    let now = state.now();
    match by_hub(&state.store, who.hub, id, asked.choice, now).await? {
        Settled::Done(ticket) => {
            state.store.note(who.hub, now, who.actor().did(Deed::TicketSettled, id)).await?;
            Ok(Json(*ticket))
        }
        Settled::Refused(code) => Err(Problem::NotPossible(code)),
        Settled::Unknown => Err(Problem::NotFound),
    }
}
