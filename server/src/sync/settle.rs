//! A person's choice on a ticket, carried out: by a kitchen through its outbox, by the hub at its desk.

use domain::{
    command::SubmitOrder,
    cycle::OrderCycle,
    id::{HubId, OrderId, TicketId},
    order::{LineKey, LineStatus, Order},
    planted::{Bug, planted},
    pricing::Terms,
    receipt::{Outcome, Reason},
    rules::{SettleDecision, SubmitContext, decide_settle},
    ticket::{Choice, Settler, Subject, Ticket, TicketState},
    time::Timestamp,
};
use std::collections::HashMap;

use super::{
    change::{fresh_draft, set_lines},
    submit::{Facts, make_order},
};
use crate::store::{StoreError, SyncStore, SyncTransaction};

/// What came of the hub's choice.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// Chosen: the ticket as it now stands.
    Done(Box<Ticket>),
    /// Not possible, and nothing was changed.
    Refused(Reason),
    /// The hub has no such ticket.
    Unknown,
}

/// The hub chooses, at its desk or in a kitchen's place.
///
/// # Errors
/// When the store fails; nothing was changed then.
pub async fn by_hub<S: SyncStore>(
    store: &S,
    hub: HubId,
    id: TicketId,
    choice: Choice,
    now: Timestamp,
) -> Result<Settled, StoreError> {
    let mut tx = store.write(hub).await?;
    let Some(ticket) = tx.find_hub_ticket(hub, id).await? else { return Ok(Settled::Unknown) };
    let outcome = carry_out(&mut tx, hub, ticket, choice, Settler::Hub, now).await?;
    if let Outcome::Refused { code } = outcome {
        return Ok(Settled::Refused(code));
    }
    let Some(settled) = tx.find_hub_ticket(hub, id).await? else { return Ok(Settled::Unknown) };
    tx.commit().await?;
    Ok(Settled::Done(Box::new(settled)))
}

/// Judges a choice, and stores what follows. The ticket is one that `who` may see; whether it may choose is judged here.
///
/// # Errors
/// When the store fails; nothing is to be kept then.
pub(crate) async fn carry_out(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    ticket: Ticket,
    choice: Choice,
    who: Settler,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let salt = ticket.id.to_string();
    let cycle = match ticket.cycle {
        Some(cycle) => tx.find_cycle(hub, cycle).await?,
        None => None,
    };
    let step = Step { hub, ticket, choice, now };
    if let Subject::Submission { mut submission, standing } = step.ticket.subject.clone() {
        let mut facts = Facts::load(tx, hub, &submission).await?;
        if facts.standing.as_ref().is_some_and(Order::is_withdrawn) {
            // Its draft made an order that is withdrawn for good: what becomes one now is another.
            submission.draft = fresh_draft(tx, submission.site, submission.cycle).await?;
            facts.standing = None;
        }
        let context = facts.context(now, &salt);
        let subject = Subject::Submission { submission: submission.clone(), standing };
        let asked = Ticket { subject, ..step.ticket.clone() };
        let decision = decide_settle(&asked, choice, who, cycle.as_ref(), &context);
        return step.store(tx, decision, Some((&submission, facts.standing.as_ref()))).await;
    }
    let nothing = HashMap::new();
    let terms = tx.terms(hub).await?;
    let context = bare_context(cycle.as_ref(), &terms, &nothing, now, &salt);
    let decision = decide_settle(&step.ticket, choice, who, cycle.as_ref(), &context);
    step.store(tx, decision, None).await
}

/// A choice that is not about a submission looks at no offer.
fn bare_context<'a>(
    cycle: Option<&'a OrderCycle>,
    terms: &'a Terms,
    nothing: &'a HashMap<domain::id::Reference, domain::offer::Offer>,
    now: Timestamp,
    salt: &'a str,
) -> SubmitContext<'a> {
    SubmitContext {
        received_at: now,
        cycle,
        terms,
        listed: nothing,
        withdrawn: nothing,
        standing: None,
        salt,
    }
}

/// A choice being carried out.
struct Step {
    hub: HubId,
    ticket: Ticket,
    choice: Choice,
    now: Timestamp,
}

impl Step {
    async fn store(
        mut self,
        tx: &mut impl SyncTransaction,
        decision: SettleDecision,
        submission: Option<(&SubmitOrder, Option<&Order>)>,
    ) -> Result<Outcome, StoreError> {
        let outcome = match (decision, submission) {
            (SettleDecision::Already, _) => return Ok(Outcome::Applied { order: None, dup_of: None }),
            (SettleDecision::Refuse(code), _) => return Ok(Outcome::Refused { code }),
            (SettleDecision::Close, _) => Outcome::Applied { order: None, dup_of: None },
            (SettleDecision::Line { order, line, status }, _) => {
                match self.set_line(tx, order, &line, &status).await? {
                    true => Outcome::Applied { order: Some(order), dup_of: None },
                    false => return Ok(Outcome::Refused { code: Reason::AlreadySettled }),
                }
            }
            (SettleDecision::NewOrder(accepted), Some((submit, _))) => {
                // It counts as received when it arrived, and is numbered when it is taken.
                let received_at = self.ticket.opened_at;
                let order = make_order(tx, self.hub, submit, &accepted, received_at, self.now).await?;
                accepted.outcome(order)
            }
            (SettleDecision::SetLines { order, accepted }, Some((_, Some(standing)))) => {
                set_lines(tx, self.hub, standing, &accepted, self.settled(), self.now).await?;
                accepted.outcome(order)
            }
            (SettleDecision::NewOrder(_) | SettleDecision::SetLines { .. }, _) => {
                return Err(StoreError::Unreadable("a choice about a submission that is not there"));
            }
        };
        self.ticket.state = self.settled();
        tx.save_ticket(self.hub, &self.ticket).await?;
        Ok(outcome)
    }

    /// Changes one held line. `false` when this ticket no longer holds it.
    async fn set_line(
        &self,
        tx: &mut impl SyncTransaction,
        order: OrderId,
        line: &LineKey,
        status: &LineStatus,
    ) -> Result<bool, StoreError> {
        let Some(before) = tx.find_order(self.ticket.site, order).await? else { return Ok(false) };
        let mut after = before.clone();
        if !after.settle_line(line, self.ticket.id, status, self.now) {
            return Ok(false);
        }
        let counted = if planted(Bug::TotalsNotMoved) { &after } else { &before };
        tx.save_order(self.hub, Some(counted), &after).await?;
        Ok(true)
    }

    fn settled(&self) -> TicketState {
        TicketState::Settled { choice: self.choice, settled_at: self.now }
    }
}
