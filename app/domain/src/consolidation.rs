//! At the cut-off, accepted lines become demand per producer, product and day, and each line learns what it gets.
//!
//! ```text
//! accepted lines ─► demand per (offer, day) ─► allocation per offer where the promise is short ─► confirmed lines ─► sheets
//! ```
//!
//! A product has one producer and days are few: lines are grouped by small integers, never by text.

use std::collections::{BTreeMap, HashMap};

use crate::{
    allocation::{Request, allocate},
    id::{OrderId, Reference},
    money::Amount,
    offer::Offer,
    order::{LineKey, LineStatus, Order, OrderState},
    planted::{Bug, planted},
    pricing::Terms,
    quantity::Quantity,
    receipt::Reason,
    time::Date,
};

/// The demand of one offer on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Demand {
    /// What kitchens asked for.
    pub ordered: Quantity,
    /// What the producer gets for it.
    pub producer_net: Amount,
    /// What buyers pay for it.
    pub buyer_net: Amount,
    /// How many lines ask for it.
    pub lines: u32,
}

impl Demand {
    /// Adds what a line counts for.
    pub fn add(&mut self, quantity: Quantity, producer_net: Amount, buyer_net: Amount) {
        self.ordered += quantity;
        self.producer_net += producer_net;
        self.buyer_net += buyer_net;
        self.lines += 1;
    }
}

/// Demand by offer and day.
pub type DemandTable = BTreeMap<LineKey, Demand>;

/// Sums the lines that count. Dense: offers and days get small numbers once, then each line is one addition.
#[must_use]
pub fn demand_of(orders: &[Order]) -> DemandTable {
    let mut offers: HashMap<&Reference, usize> = HashMap::new();
    let mut days: Vec<Date> = Vec::new();
    let mut cells: Vec<Vec<Demand>> = Vec::new();
    for line in
        orders.iter().flat_map(|order| &order.lines).filter(|line| line.status == LineStatus::Accepted)
    {
        let next = offers.len();
        let offer = *offers.entry(&line.key.offer).or_insert(next);
        let day = days.iter().position(|day| *day == line.key.delivery_on).unwrap_or_else(|| {
            days.push(line.key.delivery_on);
            days.len() - 1
        });
        if offer == cells.len() {
            cells.push(Vec::new());
        }
        let row = &mut cells[offer];
        if row.len() <= day {
            row.resize(day + 1, Demand::default());
        }
        row[day].add(line.counted(), line.split.producer, line.amount);
    }
    let mut table = DemandTable::new();
    for (reference, offer) in offers {
        for (day, demand) in cells[offer].iter().enumerate().filter(|(_, demand)| demand.lines > 0) {
            table.insert(LineKey { offer: reference.clone(), delivery_on: days[day] }, *demand);
        }
    }
    table
}

/// A closed cycle: every order with its confirmed lines, and what that cost whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Consolidation {
    /// The orders, consolidated: each accepted line has its confirmed quantity, no line is held any more.
    pub orders: Vec<Order>,
    /// Lines that got less than they asked.
    pub shortened_lines: u32,
    /// Lines dropped because nobody answered about them.
    pub unanswered_lines: u32,
    /// Demand after allocation: `ordered` is what was granted.
    pub granted: DemandTable,
}

/// Closes a cycle: held lines are dropped (nobody agreed to their price), promises are shared where short, amounts follow.
#[must_use]
pub fn consolidate(
    mut orders: Vec<Order>,
    offers: &HashMap<Reference, Offer>,
    terms: &Terms,
) -> Consolidation {
    let unanswered_lines = if planted(Bug::CloseIgnoresHeldLines) { 0 } else { drop_held_lines(&mut orders) };
    let granted = grants(&orders, offers);
    let mut shortened_lines = 0;
    for (at, order) in orders.iter_mut().enumerate() {
        for (row, line) in
            order.lines.iter_mut().enumerate().filter(|(_, line)| line.status == LineStatus::Accepted)
        {
            let confirmed = granted.get(&(at, row)).copied().unwrap_or(line.ordered);
            shortened_lines += u32::from(confirmed < line.ordered);
            line.confirm(confirmed, terms);
        }
        order.state = OrderState::Consolidated;
        order.refresh_totals();
    }
    let granted = demand_of(&orders);
    Consolidation { orders, shortened_lines, unanswered_lines, granted }
}

fn drop_held_lines(orders: &mut [Order]) -> u32 {
    let mut dropped = 0;
    for line in orders.iter_mut().flat_map(|order| &mut order.lines) {
        // Nobody agreed to it: what was confirmed before it was proposed is what counts.
        match line.proposed.take() {
            Some(proposal) if planted(Bug::ProposalTakenAtClose) => *line = proposal.line,
            _ => {}
        }
        if matches!(line.status, LineStatus::Held { .. }) {
            line.status = LineStatus::Dropped { reason: Reason::NotConfirmed };
            dropped += 1;
        }
    }
    dropped
}

/// Where a line stands: its order's place, its own place in it.
type Place = (usize, usize);

/// What each accepted line gets of a short promise, all days of the week together. Lines of offers that are not short are
/// absent: they get what they asked.
fn grants(orders: &[Order], offers: &HashMap<Reference, Offer>) -> HashMap<Place, Quantity> {
    let mut by_offer: HashMap<&Reference, Vec<Request<(OrderId, Place)>>> = HashMap::new();
    for (at, order) in orders.iter().enumerate() {
        for (row, line) in
            order.lines.iter().enumerate().filter(|(_, line)| line.status == LineStatus::Accepted)
        {
            // The order's identifier first: the last ties go by what is the same on every machine.
            let request = Request { key: (order.id, (at, row)), quantity: line.ordered };
            by_offer.entry(&line.key.offer).or_default().push(request);
        }
    }
    let mut grants = HashMap::new();
    for (reference, requests) in by_offer {
        let Some((offer, promised)) = offers.get(reference).and_then(|offer| Some((offer, offer.promised?)))
        else {
            continue;
        };
        if requests.iter().map(|request| request.quantity).sum::<Quantity>() > promised {
            let shares = allocate(promised, offer.pack, &requests);
            grants.extend(shares.into_iter().map(|grant| (grant.key.1, grant.granted)));
        }
    }
    grants
}

/// A sum that does not come out: closing stops rather than publish it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Leak {
    /// An offer grants more than it promised.
    #[error("{offer}: {granted} granted, {promised} promised")]
    OverPromise {
        /// Which offer.
        offer: Reference,
        /// What was granted in all.
        granted: Quantity,
        /// What was promised.
        promised: Quantity,
    },
    /// A line got more than it asked, or is in a state a closed cycle cannot hold.
    #[error("order {order}, line {line}: impossible state")]
    Line {
        /// Which order.
        order: OrderId,
        /// Which line.
        line: LineKey,
    },
    /// A line's parts do not sum to its amount, or its amount is not price × quantity.
    #[error("order {order}, line {line}: {amount} is not the sum of its parts")]
    Money {
        /// Which order.
        order: OrderId,
        /// Which line.
        line: LineKey,
        /// Its amount.
        amount: Amount,
    },
    /// An order's total is not the sum of its lines.
    #[error("order {order}: total before tax differs from its lines")]
    Total {
        /// Which order.
        order: OrderId,
    },
}

/// Checks a consolidation against what it was made from: to the gram and to the cent.
///
/// # Errors
/// The first [`Leak`] found.
pub fn check_conservation(closed: &Consolidation, offers: &HashMap<Reference, Offer>) -> Result<(), Leak> {
    for order in &closed.orders {
        check_order(order)?;
    }
    let mut granted: BTreeMap<&Reference, Quantity> = BTreeMap::new();
    for (key, demand) in &closed.granted {
        *granted.entry(&key.offer).or_default() += demand.ordered;
    }
    for (reference, granted) in granted {
        match offers.get(reference).and_then(|offer| offer.promised) {
            Some(promised) if granted > promised => {
                return Err(Leak::OverPromise { offer: reference.clone(), granted, promised });
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_order(order: &Order) -> Result<(), Leak> {
    let mut total = Amount::ZERO;
    for line in &order.lines {
        let at = || (order.id, line.key.clone());
        match (&line.status, line.confirmed) {
            (LineStatus::Accepted, Some(confirmed)) if confirmed <= line.ordered => {}
            (LineStatus::Dropped { .. }, _) => continue,
            _ => {
                let (order, line) = at();
                return Err(Leak::Line { order, line });
            }
        }
        if line.split.total() != line.amount || line.unit_price.times(line.counted()) != line.amount {
            let (order, key) = at();
            return Err(Leak::Money { order, line: key, amount: line.amount });
        }
        total += line.amount;
    }
    if total == order.totals.net { Ok(()) } else { Err(Leak::Total { order: order.id }) }
}

/// The producer's share and the buyer's amount of all that was granted.
#[must_use]
pub fn sums(table: &DemandTable) -> (Amount, Amount) {
    (
        table.values().map(|demand| demand.producer_net).sum(),
        table.values().map(|demand| demand.buyer_net).sum(),
    )
}

#[cfg(test)]
mod tests;
