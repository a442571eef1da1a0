//! « Envoyer la commande », carried out: facts in, decision, effects out.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    command::SubmitOrder,
    cycle::OrderCycle,
    id::{HubId, OrderId, TicketId},
    order::{Order, OrderState},
    planted::{Bug, planted},
    pricing::Terms,
    receipt::{Outcome, Reason},
    rules::{Accepted, HeldLine, SubmitContext, SubmitDecision, decide_submit, submission_ticket_id},
    ticket::{Subject, Ticket, TicketState},
    time::Timestamp,
};

use super::{change::set_lines, draft};
use crate::store::{CycleOffers, StoreError, SyncTransaction};

/// What is true when a submission is judged.
pub(super) struct Facts {
    pub(super) cycle: Option<OrderCycle>,
    terms: Terms,
    offers: Arc<CycleOffers>,
    pub(super) standing: Option<Order>,
}

impl Facts {
    pub(super) async fn load(
        tx: &mut impl SyncTransaction,
        hub: HubId,
        submit: &SubmitOrder,
    ) -> Result<Self, StoreError> {
        let references: BTreeSet<_> = submit.lines.iter().map(|line| &line.offer).collect();
        Ok(Self {
            cycle: match tx.find_cycle(hub, submit.cycle).await? {
                Some(_) if planted(Bug::WeekOfTodayAsked) => tx.current_cycle(hub).await?,
                named => named,
            },
            terms: tx.terms(hub).await?,
            offers: tx.named_offers(hub, submit.cycle, &references).await?,
            standing: tx.find_order(submit.site, OrderId::of_draft(submit.draft)).await?,
        })
    }

    pub(super) fn context<'a>(&'a self, received_at: Timestamp, salt: &'a str) -> SubmitContext<'a> {
        SubmitContext {
            received_at,
            cycle: self.cycle.as_ref(),
            terms: &self.terms,
            listed: &self.offers.listed,
            withdrawn: &self.offers.withdrawn,
            standing: self.standing.as_ref(),
            salt,
        }
    }
}

/// Judges a submission of a site that may make it, and stores what follows.
pub(super) async fn carry_out(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    submit: &SubmitOrder,
    salt: &str,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let facts = Facts::load(tx, hub, submit).await?;
    let decision = decide_submit(submit, &facts.context(now, salt));
    if let Some(drawn) = submit.drawn.as_ref().filter(|_| !matches!(decision, SubmitDecision::Refuse(_))) {
        draft::draw(tx, submit.site, drawn).await?;
    }
    decided(tx, hub, submit, facts.standing, decision, salt, now).await
}

/// Stores what follows from a decision on what is wanted: a first order of its draft, or other lines of the standing
/// one.
pub(super) async fn decided(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    wanted: &SubmitOrder,
    standing: Option<Order>,
    decision: SubmitDecision,
    salt: &str,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    match decision {
        SubmitDecision::Accept(accepted) => {
            let order = match standing {
                Some(standing) => {
                    let closed = TicketState::Closed { reason: Reason::OrderChanged, closed_at: now };
                    set_lines(tx, hub, &standing, &accepted, closed, now).await?
                }
                None => make_order(tx, hub, wanted, &accepted, now, now).await?,
            };
            Ok(accepted.outcome(order))
        }
        SubmitDecision::SameAs(order) => Ok(Outcome::Applied { order: Some(order), dup_of: Some(order) }),
        SubmitDecision::Park(reason) => park(tx, hub, wanted, standing, reason, salt, now).await,
        SubmitDecision::Refuse(code) => Ok(Outcome::Refused { code }),
    }
}

/// A submission becomes the order of its draft: it gets its number here, and nowhere else.
pub(super) async fn make_order(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    submit: &SubmitOrder,
    accepted: &Accepted,
    received_at: Timestamp,
    now: Timestamp,
) -> Result<OrderId, StoreError> {
    let mut number = tx.next_number(submit.site, now).await?;
    if planted(Bug::NumberGivenTwice) {
        number.sequence = number.sequence.saturating_sub(1).max(1);
    }
    let mut order = Order {
        id: OrderId::of_draft(submit.draft),
        draft: submit.draft,
        number,
        site: submit.site,
        cycle: submit.cycle,
        received_at,
        state: OrderState::Accepted,
        lines: accepted.lines.clone(),
        header: draft::header(tx, submit.site, submit.draft).await?,
        totals: Default::default(),
        amendments: Vec::new(),
    };
    order.lines.sort_by(|a, b| a.key.cmp(&b.key));
    order.refresh_totals();
    tx.save_order(hub, None, &order).await?;
    open_tickets(tx, hub, &order, &accepted.tickets, now).await?;
    Ok(order.id)
}

/// One ticket a held line.
pub(super) async fn open_tickets(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    order: &Order,
    held: &[HeldLine],
    now: Timestamp,
) -> Result<(), StoreError> {
    for line in held {
        let ticket = Ticket {
            id: line.ticket,
            site: order.site,
            cycle: Some(order.cycle),
            reason: line.reason.clone(),
            subject: Subject::Line {
                order: order.id,
                line: line.line.clone(),
                price_seen: line.price_seen,
                price_now: line.price_now,
            },
            opened_at: now,
            state: TicketState::Open,
        };
        tx.save_ticket(hub, &ticket).await?;
    }
    Ok(())
}

/// Puts a submission aside, whole.
async fn park(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    submit: &SubmitOrder,
    standing: Option<Order>,
    code: Reason,
    salt: &str,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let ticket: TicketId = submission_ticket_id(submit.draft, salt);
    let aside = Ticket {
        id: ticket,
        site: submit.site,
        cycle: Some(submit.cycle),
        reason: code.clone(),
        subject: Subject::Submission {
            submission: Box::new(submit.clone()),
            standing: standing.filter(|order| !order.is_withdrawn()).map(|order| order.id),
        },
        opened_at: now,
        state: TicketState::Open,
    };
    // A copied outbox says it again under another name: a question that was asked, and perhaps answered, stays as it is.
    let asked = tx.find_ticket(aside.site, ticket).await?.is_some();
    if !asked || planted(Bug::AnsweredQuestionAskedAgain) {
        tx.save_ticket(hub, &aside).await?;
    }
    Ok(Outcome::Parked { code, ticket, order: None })
}
