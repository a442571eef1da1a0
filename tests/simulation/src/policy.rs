//! What a week promises, checked at every rest by naive rules: who is in time, what is sold and at what tax, whose word
//! counts. Only the server's clock is asked, whatever the tablets' clocks say (I14).

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    cycle::{CycleId, CycleState, OrderCycle},
    id::{OrderId, Reference, TicketId},
    money::{Rate, UnitPrice},
    order::{LineStatus, Order, OrderLine, OrderState},
    receipt::{Outcome, Reason, Receipt},
    ticket::{Choice, Subject, Ticket, TicketState},
    time::Timestamp,
};
use server::store::{StoreError, SyncTransaction};

use crate::{
    backend::Backend,
    complete::{Answers, taken_from},
    fault::Fault,
    oracle::Said,
    violation::Violation,
    world::World,
};

/// A price list from the moment it was published: what each offer cost, and its tax.
pub(crate) struct Listed {
    pub(crate) at: i64,
    pub(crate) cycle: CycleId,
    pub(crate) offers: BTreeMap<Reference, (UnitPrice, Rate)>,
}

type Orders = BTreeMap<OrderId, Order>;
type Tickets = BTreeMap<TicketId, Ticket>;

impl<B: Backend> World<B> {
    /// A list was published.
    pub(crate) fn note_list(&mut self) {
        let offers = self.market.list.offers.iter();
        let offers = offers.map(|offer| (offer.reference.clone(), (offer.net_price, offer.vat))).collect();
        self.listed.push(Listed { at: self.core.now(), cycle: self.market.cycle.id, offers });
    }

    /// What the server decided otherwise than the week promises.
    pub(crate) fn broken_promise(
        &self,
        answers: &Answers,
        orders: &Orders,
        tickets: &Tickets,
    ) -> Option<Violation> {
        if self.core.counts()[Fault::FaultyCommand as usize] == 0 && answers.values().flatten().any(failed) {
            return Some(Violation::of("I3", "a command failed by itself".to_owned()));
        }
        let cycles: BTreeMap<CycleId, OrderCycle> = match self.desk.store.run(self.cycles_of(orders, tickets))
        {
            Ok(cycles) => cycles,
            Err(error) => return Some(Violation::of("I3", format!("the weeks cannot be read: {error}"))),
        };
        let of_orders = orders.values().find_map(|order| {
            let window = cycles.get(&order.cycle)?;
            let what = late_and_taken(order, window, tickets)
                .or_else(|| late_and_changed(order, window))
                .or_else(|| kept_in_time(order, window, answers))
                .or_else(|| self.not_for_sale(order, tickets))?;
            Some(Violation::about("I3", what, [order.draft.short_code()]))
        });
        of_orders.or_else(|| {
            tickets.values().find_map(|ticket| {
                let window = cycles.get(&ticket.cycle?)?;
                let what = wrongly_asked(ticket, window).or_else(|| not_heard(ticket, orders, tickets))?;
                Some(Violation::about("I3", what, [ticket.id.to_string()]))
            })
        })
    }

    async fn cycles_of(
        &self,
        orders: &Orders,
        tickets: &Tickets,
    ) -> Result<BTreeMap<CycleId, OrderCycle>, StoreError> {
        let mut tx = self.desk.store.read().await?;
        let of_tickets = tickets.values().filter_map(|ticket| ticket.cycle);
        let mut cycles = BTreeMap::new();
        for id in orders.values().map(|order| order.cycle).chain(of_tickets) {
            if !cycles.contains_key(&id)
                && let Some(cycle) = tx.find_cycle(self.market.hub, id).await?
            {
                cycles.insert(id, cycle);
            }
        }
        Ok(cycles)
    }

    /// A line that counts without anybody having been asked is what the list of that instant sold. Once the server was set
    /// back, its list may have been another.
    fn not_for_sale(&self, order: &Order, tickets: &Tickets) -> Option<String> {
        if self.lives_of_store > 1 || submissions_of(order, tickets).next().is_some() {
            return None;
        }
        // Lines are judged when the order arrives, and those that an amendment changes when it does.
        let judged = order.amendments.iter().map(|amendment| amendment.received_at.0);
        let judged: Vec<_> = judged.chain([order.received_at.0]).collect();
        let lists: Vec<_> = judged.iter().flat_map(|at| self.lists_at(order.cycle, *at)).collect();
        let sold = |line: &OrderLine| {
            let offer = (line.net_price, line.vat);
            lists.iter().any(|listed| listed.offers.get(&line.key.offer) == Some(&offer))
        };
        let asked = |line: &OrderLine| {
            tickets.values().any(|ticket| {
                matches!(&ticket.subject, Subject::Line { order: of, line: key, .. }
                    if *of == order.id && *key == line.key)
            })
        };
        let counts = |line: &&OrderLine| line.status == LineStatus::Accepted;
        let wrong = order.lines.iter().filter(counts).find(|line| !sold(line) && !asked(line))?;
        Some(format!("{} of {} is not what the list sold", wrong.key, order.draft.short_code()))
    }

    /// The lists of a week that may have been the current one at an instant: one that was published in the very same
    /// millisecond may have come before or after.
    fn lists_at(&self, cycle: CycleId, at: i64) -> impl Iterator<Item = &Listed> {
        let own = move || self.listed.iter().filter(move |listed| listed.cycle == cycle);
        own().rfind(|listed| listed.at < at).into_iter().chain(own().filter(move |listed| listed.at == at))
    }
}

fn failed(receipt: &Receipt) -> bool {
    matches!(receipt.outcome, Outcome::Parked { code: Reason::Failed, .. })
}

/// Tickets of whole submissions of an order's draft, or of the one it was taken from.
fn submissions_of<'a>(order: &Order, tickets: &'a Tickets) -> impl Iterator<Item = &'a Ticket> {
    let drafts: BTreeSet<_> = taken_from(order, tickets).chain([order.draft]).collect();
    tickets.values().filter(move |ticket| match &ticket.subject {
        Subject::Submission { submission, .. } => drafts.contains(&submission.draft),
        Subject::Line { .. } | Subject::Command { .. } => false,
    })
}

fn is_settled(ticket: &Ticket) -> bool {
    matches!(ticket.state, TicketState::Settled { .. })
}

/// Whether the server's clock said « in time »; `None` in the very millisecond of the closing, which is either.
fn in_time(at: Timestamp, cycle: &OrderCycle) -> Option<bool> {
    let within = at >= cycle.opens_at && at.0 <= cycle.cut_off_at.0 + cycle.grace_ms;
    match cycle.state {
        CycleState::Closed { closed_at } if closed_at == at => None,
        CycleState::Closed { closed_at } => Some(within && at < closed_at),
        CycleState::Open => Some(within),
    }
}

fn late_and_taken(order: &Order, cycle: &OrderCycle, tickets: &Tickets) -> Option<String> {
    let agreed = submissions_of(order, tickets).any(is_settled);
    let late = in_time(order.received_at, cycle) == Some(false) && !agreed;
    late.then(|| format!("{} came after its week and is an order", order.draft.short_code()))
}

/// After the cut-off and its grace an order is its hub's: its kitchen neither withdraws nor changes it.
fn late_and_changed(order: &Order, cycle: &OrderCycle) -> Option<String> {
    let OrderState::Withdrawn { withdrawn_at } = order.state else { return None };
    let late = in_time(withdrawn_at, cycle) == Some(false);
    late.then(|| format!("{} was withdrawn after its week", order.draft.short_code()))
}

/// A withdrawal in time is not refused as late.
fn kept_in_time(order: &Order, cycle: &OrderCycle, answers: &Answers) -> Option<String> {
    let withdrawals = answers
        .iter()
        .filter(|(said, _)| matches!(said, Said::Withdrawal { order: of, .. } if *of == order.id));
    let wrong = withdrawals.flat_map(|(_, receipts)| receipts).any(|receipt| {
        receipt.outcome == Outcome::Refused { code: Reason::TooLateToChange }
            && in_time(receipt.received_at, cycle) == Some(true)
    });
    wrong.then(|| format!("{} was withdrawn in time and stands", order.draft.short_code()))
}

fn wrongly_asked(ticket: &Ticket, cycle: &OrderCycle) -> Option<String> {
    let line = matches!(ticket.subject, Subject::Line { .. });
    if line && ticket.state == TicketState::Open && cycle.state != CycleState::Open {
        return Some(format!("{} asks about a week that is closed", ticket.id));
    }
    let in_time = in_time(ticket.opened_at, cycle) == Some(true);
    (ticket.reason == Reason::Late && in_time)
        .then(|| format!("{} is in time and put aside as late", ticket.id))
}

/// A line that was declined and is delivered, though nothing that was sent later brought it back. What an amendment asks
/// beyond what was confirmed may be declined, and the line stands.
fn not_heard(ticket: &Ticket, orders: &Orders, tickets: &Tickets) -> Option<String> {
    let TicketState::Settled { choice: Choice::Decline, settled_at } = ticket.state else { return None };
    let Subject::Line { order, line, .. } = &ticket.subject else { return None };
    let order = orders.get(order)?;
    let amended = |at: Timestamp| at == ticket.opened_at || at >= settled_at;
    if order.amendments.iter().any(|amendment| amended(amendment.received_at)) {
        return None;
    }
    let delivered = order.line(line)?.status == LineStatus::Accepted;
    let again = submissions_of(order, tickets).any(is_settled);
    (delivered && !again).then(|| format!("{line} of {} was declined and counts", order.draft.short_code()))
}
