//! What must hold once everything is at rest: compared whole, with the naive list of what people meant.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    cycle::{CycleId, CycleState},
    id::{DraftId, OrderId, TicketId},
    order::{LineStatus, Order, OrderLine, OrderState},
    receipt::{Outcome, Reason, Receipt},
    ticket::{Choice, Subject, Ticket, TicketState},
    wire::Scope,
};
use replica::view::{OrderEntry, SendState};
use serde_json::from_str;
use server::store::{StoreError, SyncTransaction};

use crate::{
    backend::Backend,
    ledger, minds,
    oracle::{Intent, Said, said_by},
    violation::Violation,
    world::World,
};

/// What the server held when it was last looked at, to see that nothing went back since.
#[derive(Default)]
pub(crate) struct Before {
    orders: BTreeMap<OrderId, Order>,
    tickets: BTreeMap<TicketId, Ticket>,
    heads: BTreeMap<Scope, u64>,
}

/// What the server answered, by what was said.
pub(crate) type Answers = BTreeMap<Said, Vec<Receipt>>;

impl<B: Backend> World<B> {
    /// Compares everything with everything.
    pub(crate) fn check_all(&mut self) {
        let answers = self.answers();
        self.watch();
        let (orders, tickets) = (self.before.orders.clone(), self.before.tickets.clone());
        let found = self
            .lost(&answers, &orders, &tickets)
            .or_else(|| self.unsaid(&answers))
            .or_else(|| self.invented(&orders, &tickets))
            .or_else(|| self.sums(&orders))
            .or_else(|| minds::not_as_said(&answers, &orders, &tickets))
            .or_else(|| risen(&orders, &tickets))
            .or_else(|| self.broken_promise(&answers, &orders, &tickets))
            .or_else(|| self.shared_otherwise())
            .or_else(|| self.order_says_otherwise())
            .or_else(|| self.unfaithful());
        self.core.mix(u64::try_from(orders.len()).unwrap_or(0));
        if let Some(violation) = found {
            self.broken(violation);
        }
    }

    /// What the server answered to whatever was said.
    pub(crate) fn answers(&self) -> Answers {
        let mut answers = Answers::new();
        for (_, row) in self.desk.store.receipts() {
            if let Some(said) = from_str(&row.command).ok().and_then(|envelope| said_by(&envelope)) {
                answers.entry(said).or_default().push(row.receipt);
            }
        }
        answers
    }

    /// Looks at what the server holds now, and that nothing of it went back since the last look.
    pub(crate) fn watch(&mut self) {
        let store = &self.desk.store;
        let orders = store.orders().into_iter().map(|order| (order.id, order)).collect();
        let tickets = store.tickets().into_iter().map(|ticket| (ticket.id, ticket)).collect();
        let heads = store.heads().into_iter().collect();
        let found = self.went_back(&orders, &tickets, &heads);
        self.before = Before { orders, tickets, heads };
        if let Some(violation) = found {
            self.broken(violation);
        }
    }

    /// I1: whatever was shown as recorded has its answer, and what the answer says is there.
    fn lost(
        &self,
        answers: &Answers,
        orders: &BTreeMap<OrderId, Order>,
        tickets: &BTreeMap<TicketId, Ticket>,
    ) -> Option<Violation> {
        let views = self.views();
        for intent in self.oracle.intents.iter().filter(|intent| intent.excused.is_none()) {
            let answered: Vec<_> =
                intent.said.iter().filter_map(|said| Some((said, answers.get(said)?))).collect();
            let words = || intent.said.iter().map(Said::name).chain([format!("tablet {} ", intent.profile)]);
            if answered.is_empty() {
                let what = format!(
                    "tablet {} was told it is recorded; the server knows nothing of {:?}",
                    intent.profile, intent.said
                );
                return Some(Violation::about("I1", what, words()));
            }
            let mut failed = false;
            for (said, receipts) in answered {
                // Put aside unread: other tablets show the ticket, not yet a card.
                failed |= receipts
                    .iter()
                    .any(|receipt| matches!(receipt.outcome, Outcome::Parked { code: Reason::Failed, .. }));
                for receipt in receipts {
                    let unheard = minds::unheard(said, receipt, orders, self.lives_of_store == 1);
                    if let Some(what) = unheard.or_else(|| missing(said, receipt, orders, tickets)) {
                        return Some(Violation::about("I1", what, words()));
                    }
                }
            }
            // What a device shows of an order may be an answer of the server's life before.
            if !failed
                && !intent.left_devices
                && self.lives_of_store == 1
                && let Some(what) = unseen(intent, &views)
            {
                return Some(Violation::about("I1", what, words()));
            }
        }
        None
    }

    /// The cards all tablets show.
    fn views(&self) -> Vec<OrderEntry> {
        let tabs = self.profiles.iter().flat_map(|profile| profile.tabs.iter().flatten());
        tabs.flat_map(|tab| tab.page.replica.view().orders).collect()
    }

    /// I2: the server answers nothing that nobody said.
    fn unsaid(&self, answers: &Answers) -> Option<Violation> {
        let said = answers.keys().find(|said| !self.oracle.attempted.contains(*said))?;
        Some(Violation::about("I2", format!("nobody said {said:?}"), [said.name()]))
    }

    /// I2: no order, and no line of one, that nobody asked for; never two of one draft.
    fn invented(
        &self,
        orders: &BTreeMap<OrderId, Order>,
        tickets: &BTreeMap<TicketId, Ticket>,
    ) -> Option<Violation> {
        let mut drafts = BTreeSet::new();
        let mut numbers = BTreeSet::new();
        for order in orders.values() {
            let words = [order.draft.short_code()];
            if !drafts.insert(order.draft) || !numbers.insert((order.site, order.number)) {
                return Some(Violation::about("I2", format!("two orders of {}", words[0]), words));
            }
            // What was sent for a draft whose order is withdrawn becomes, if its kitchen says so, the order of another one.
            let sent_as: BTreeSet<_> = taken_from(order, tickets).chain([order.draft]).collect();
            for line in &order.lines {
                let asked = self.oracle.attempted.iter().any(|said| match said {
                    Said::Order { draft, lines } | Said::Amendment { draft, lines, .. } => {
                        sent_as.contains(draft)
                            && lines
                                .iter()
                                .any(|(key, quantity)| *key == line.key && *quantity == line.ordered)
                    }
                    Said::Choice { .. } | Said::Withdrawal { .. } => false,
                });
                if !asked {
                    let what = format!("nobody asked for {} of {} in {}", line.ordered, line.key, words[0]);
                    return Some(Violation::about("I2", what, words));
                }
            }
        }
        None
    }

    /// I7 and I8: states and places only go forward.
    fn went_back(
        &self,
        orders: &BTreeMap<OrderId, Order>,
        tickets: &BTreeMap<TicketId, Ticket>,
        heads: &BTreeMap<Scope, u64>,
    ) -> Option<Violation> {
        for (id, before) in &self.before.orders {
            let words = [before.draft.short_code()];
            match orders.get(id) {
                None => return Some(Violation::about("I7", format!("order {} is gone", words[0]), words)),
                Some(now) if now.state < before.state => {
                    return Some(Violation::about("I7", format!("order {} went back", words[0]), words));
                }
                Some(now) if before.state != OrderState::Accepted && now != before => {
                    let what = format!("order {} is final and changed", words[0]);
                    return Some(Violation::about("I7", what, words));
                }
                Some(now) if at_risk(before, now) => {
                    let what = format!("what was confirmed of {} waits for a choice", words[0]);
                    return Some(Violation::about("I7", what, words));
                }
                Some(_) => {}
            }
        }
        for (id, before) in &self.before.tickets {
            let moved = tickets.get(id).map(|now| &now.state) != Some(&before.state);
            if before.state != TicketState::Open && moved {
                return Some(Violation::about(
                    "I7",
                    format!("ticket {id} was settled and changed"),
                    [id.to_string()],
                ));
            }
        }
        let back = self.before.heads.iter().find(|(scope, before)| heads.get(scope) < Some(before));
        back.map(|(scope, _)| Violation::of("I8", format!("the head of {scope} went back")))
    }

    /// I3: to the gram and the cent, added up by hand.
    fn sums(&self, orders: &BTreeMap<OrderId, Order>) -> Option<Violation> {
        for order in orders.values() {
            if let Some(what) = ledger::fault_of(order) {
                return Some(Violation::about("I3", what, [order.draft.short_code()]));
            }
        }
        let cycles: BTreeSet<CycleId> = orders.values().map(|order| order.cycle).collect();
        for cycle in cycles {
            let own: Vec<_> = orders.values().filter(|order| order.cycle == cycle).collect();
            let facts = self.desk.store.run(self.facts(cycle));
            let Ok((rows, found, offers)) = facts else {
                return Some(Violation::of("I3", format!("{cycle} cannot be read")));
            };
            let closed = found.is_some_and(|found| found.state != CycleState::Open);
            let sheets = closed.then(|| self.desk.store.sheets_amount(self.market.hub, cycle));
            if let Some(what) = ledger::fault_of_cycle(&own, &rows, &offers, closed, sheets) {
                let words = own.iter().map(|order| order.draft.short_code());
                return Some(Violation::about("I3", format!("{cycle}: {what}"), words));
            }
        }
        None
    }

    async fn facts(&self, cycle: CycleId) -> Result<ledger::Facts, StoreError> {
        let mut tx = self.desk.store.read().await?;
        let hub = self.market.hub;
        Ok((
            tx.demand_rows(hub, cycle).await?,
            tx.find_cycle(hub, cycle).await?,
            tx.all_offers(hub, cycle).await?,
        ))
    }
}

/// The drafts whose submissions, put aside, became this order.
pub(crate) fn taken_from<'a>(
    order: &'a Order,
    tickets: &'a BTreeMap<TicketId, Ticket>,
) -> impl Iterator<Item = DraftId> + 'a {
    tickets.values().filter_map(|ticket| match &ticket.subject {
        Subject::Submission { submission, .. }
            if matches!(ticket.state, TicketState::Settled { choice: Choice::Accept, .. })
                && (ticket.site, ticket.cycle) == (order.site, Some(order.cycle))
                && ticket.opened_at == order.received_at =>
        {
            Some(submission.draft)
        }
        _ => None,
    })
}

/// Whether a ticket holds the very command somebody said.
fn is_kept_whole(said: &Said, ticket: &Ticket) -> bool {
    let Subject::Command { body, .. } = &ticket.subject else { return false };
    from_str(body).ok().and_then(|envelope| said_by(&envelope)).as_ref() == Some(said)
}

/// What an answer promises and the server does not hold.
fn missing(
    said: &Said,
    receipt: &Receipt,
    orders: &BTreeMap<OrderId, Order>,
    tickets: &BTreeMap<TicketId, Ticket>,
) -> Option<String> {
    if let (Said::Withdrawal { .. }, Outcome::Parked { ticket, .. }) = (said, &receipt.outcome) {
        let kept = tickets.get(ticket).is_some_and(|ticket| is_kept_whole(said, ticket));
        return (!kept).then(|| format!("{} was put aside and is in no ticket", said.name()));
    }
    let (Said::Order { draft, lines } | Said::Amendment { draft, lines, .. }) = said else { return None };
    let code = draft.short_code();
    let whole = |ticket: &Ticket| match &ticket.subject {
        Subject::Submission { submission, .. } => submission.draft == *draft && submission.same_lines(lines),
        Subject::Command { .. } | Subject::Line { .. } => is_kept_whole(said, ticket),
    };
    let order = match &receipt.outcome {
        Outcome::Refused { code: reason } => return Some(format!("{code} was refused: {reason:?}")),
        Outcome::Parked { order: None, ticket, .. } => {
            let kept = tickets.get(ticket).is_some_and(whole);
            return (!kept).then(|| format!("{code} was put aside and is in no ticket"));
        }
        Outcome::Parked { order: Some(order), .. } | Outcome::Adjusted { order, .. } => Some(order),
        Outcome::Applied { order, dup_of } => order.as_ref().or(dup_of.as_ref()),
    };
    let Some(order) = order.and_then(|id| orders.get(id)) else {
        return Some(format!("{code} was applied and is no order"));
    };
    if let OrderState::Withdrawn { withdrawn_at } = order.state
        && receipt.received_at > withdrawn_at
    {
        return Some(format!("{code} came after its order was withdrawn, and nobody is asked"));
    }
    let absent = lines.iter().find(|(key, _)| order.line(key).is_none());
    absent.map(|(key, _)| format!("{code} was applied without {key}"))
}

/// Whether the one change between two looks left a line that was confirmed waiting until somebody chooses. Two changes may
/// leave it out and ask for it again.
fn at_risk(before: &Order, now: &Order) -> bool {
    let revision = |order: &Order| order.amendments.last().map_or(0, |last| last.revision);
    if revision(now) != revision(before) + 1 {
        return false;
    }
    let confirmed = before.lines.iter().filter(|line| line.status == LineStatus::Accepted);
    let now = |line: &OrderLine| now.line(&line.key).map(|line| line.status.clone());
    confirmed.into_iter().any(|line| matches!(now(line), Some(LineStatus::Held { .. })))
}

/// I10: nobody pays more than the screen said without having been asked.
fn risen(orders: &BTreeMap<OrderId, Order>, tickets: &BTreeMap<TicketId, Ticket>) -> Option<Violation> {
    let agreed = |order: &Order| {
        tickets.values().any(|ticket| {
            let about = match &ticket.subject {
                Subject::Line { order: of, .. } => *of == order.id,
                Subject::Submission { submission, .. } => submission.draft == order.draft,
                Subject::Command { .. } => false,
            };
            about && matches!(ticket.state, TicketState::Settled { .. })
        })
    };
    orders.values().find_map(|order| {
        let counts =
            |line: &&OrderLine| line.status == LineStatus::Accepted && line.unit_price > line.price_seen;
        let line = order.lines.iter().find(counts).filter(|_| !agreed(order))?;
        let words = [order.draft.short_code()];
        Some(Violation::about("I10", format!("{} of {} costs more than was seen", line.key, words[0]), words))
    })
}

/// I1, on the tablets: what was recorded is shown as answered.
fn unseen(intent: &Intent, entries: &[OrderEntry]) -> Option<String> {
    for said in &intent.said {
        let Said::Order { draft, .. } = said else { return None };
        let mut cards = entries.iter().filter(|entry| entry.draft == *draft);
        let answered = cards.any(|entry| {
            !matches!(entry.state, SendState::Saved | SendState::Waiting { .. } | SendState::Sending)
        });
        if answered {
            return None;
        }
    }
    Some(format!("no tablet shows what became of {:?}", intent.said))
}
