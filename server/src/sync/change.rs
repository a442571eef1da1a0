//! A kitchen that changes its mind, carried out: an order is withdrawn, or takes other lines.

use domain::{
    command::{AmendOrder, WithdrawOrder},
    cycle::CycleId,
    draft::SLOTS,
    id::{DraftId, HubId, OrderId, SiteId},
    order::Order,
    planted::{Bug, planted},
    receipt::{Outcome, Reason},
    rules::{Accepted, WithdrawDecision, decide_amend, decide_withdraw},
    ticket::{Subject, Ticket, TicketState},
    time::Timestamp,
};

use super::submit::{Facts, decided, open_tickets};
use crate::store::{StoreError, SyncTransaction};

/// Judges a withdrawal of a site that may make it, and stores what follows. `None`: there is no such order here.
pub(super) async fn withdraw(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    withdraw: &WithdrawOrder,
    now: Timestamp,
) -> Result<Option<Outcome>, StoreError> {
    let standing = tx.find_order(withdraw.site, withdraw.order).await?;
    let cycle = standing.as_ref().map_or(withdraw.cycle, |order| order.cycle);
    let cycle = tx.find_cycle(hub, cycle).await?;
    let applied = |dup_of| Outcome::Applied { order: Some(withdraw.order), dup_of };
    let decision = decide_withdraw(withdraw, standing.as_ref(), cycle.as_ref(), now);
    Ok(match (decision, standing) {
        (WithdrawDecision::Withdraw, Some(standing)) => {
            let mut withdrawn = standing.clone();
            withdrawn.withdraw(now);
            let counted = if planted(Bug::WithdrawalStillCounts) { &withdrawn } else { &standing };
            tx.save_order(hub, Some(counted), &withdrawn).await?;
            let mut waiting = tx.open_site_tickets(standing.site, standing.cycle).await?;
            waiting.retain(|_| !planted(Bug::QuestionsOutliveWithdrawal));
            for ticket in waiting.into_iter().filter_map(|ticket| without_order(ticket, standing.id, now)) {
                tx.save_ticket(hub, &ticket).await?;
            }
            Some(applied(None))
        }
        (WithdrawDecision::Already(order), _) => Some(applied(Some(order))),
        (WithdrawDecision::Refuse(code), _) => Some(Outcome::Refused { code }),
        (WithdrawDecision::Unknown | WithdrawDecision::Withdraw, _) => None,
    })
}

/// What becomes of an open ticket once its order is withdrawn: a question about a line is gone with it; what another
/// tablet sent stays a question, whether to make an order of its own of it. `None` when it is about something else.
fn without_order(ticket: Ticket, withdrawn: OrderId, now: Timestamp) -> Option<Ticket> {
    match &ticket.subject {
        Subject::Line { order, .. } if *order == withdrawn => {
            let state = TicketState::Closed { reason: Reason::OrderWithdrawn, closed_at: now };
            Some(Ticket { state, ..ticket })
        }
        Subject::Submission { submission, .. } if OrderId::of_draft(submission.draft) == withdrawn => {
            let subject = Subject::Submission { submission: submission.clone(), standing: None };
            let reason = if ticket.reason == Reason::Late { Reason::Late } else { Reason::OrderWithdrawn };
            Some(Ticket { subject, reason, ..ticket })
        }
        Subject::Line { .. } | Subject::Submission { .. } | Subject::Command { .. } => None,
    }
}

/// Judges an amendment of a site that may make it, and stores what follows.
pub(super) async fn amend(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    amend: &AmendOrder,
    salt: &str,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let facts = Facts::load(tx, hub, &amend.wanted).await?;
    let decision = decide_amend(amend, &facts.context(now, salt));
    decided(tx, hub, &amend.wanted, facts.standing, decision, salt, now).await
}

/// Gives an order other lines. The questions it does not ask any more are `closed`.
pub(super) async fn set_lines(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    before: &Order,
    accepted: &Accepted,
    closed: TicketState,
    now: Timestamp,
) -> Result<OrderId, StoreError> {
    let mut after = before.clone();
    after.amend(accepted.lines.clone(), now);
    let nothing = Order { lines: Vec::new(), ..before.clone() };
    let counted = if planted(Bug::SecondSubmissionCountedTwice) { &nothing } else { before };
    tx.save_order(hub, Some(counted), &after).await?;
    open_tickets(tx, hub, &after, &accepted.tickets, now).await?;
    for ticket in before.lines.iter().filter_map(|line| line.ticket()) {
        let still_asked = after.lines.iter().any(|line| line.ticket() == Some(ticket));
        if !still_asked
            && !planted(Bug::QuestionsOutliveAmendment)
            && let Some(gone) = tx.find_ticket(before.site, ticket).await?
        {
            tx.save_ticket(hub, &Ticket { state: closed.clone(), ..gone }).await?;
        }
    }
    Ok(after.id)
}

/// The usual draft of the first slot nobody has sent.
pub(super) async fn fresh_draft(
    tx: &mut impl SyncTransaction,
    site: SiteId,
    cycle: CycleId,
) -> Result<DraftId, StoreError> {
    for slot in 0..SLOTS {
        let draft = DraftId::usual(site, cycle, slot);
        if tx.find_order(site, OrderId::of_draft(draft)).await?.is_none() {
            return Ok(draft);
        }
    }
    Err(StoreError::Unreadable("a kitchen with more orders of one week than there are slots"))
}
