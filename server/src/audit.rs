//! `verify`: the sums of every cycle, added up again from the order lines, against what is stored. To the cent and the gram.

use std::fmt;

use domain::{
    consolidation::{Consolidation, Leak, check_conservation, demand_of, sums},
    cycle::{CycleId, CycleState},
    id::HubId,
    money::Amount,
    order::{LineStatus, Order, totals_of},
};

use crate::{
    close_cycle::{Difference, difference},
    store::{Store, StoreError, Transaction, table_of},
};

/// A sum that does not come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The running totals differ from the order lines.
    Totals(Difference),
    /// An order's money does not add up.
    Order(Leak),
    /// What a closed cycle granted does not come out.
    Granted(Leak),
    /// The sheets of a closed cycle do not sum to what producers are owed.
    Sheets {
        /// What the sheets sum to.
        sheets: Amount,
        /// What the lines sum to.
        lines: Amount,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Totals(difference) => difference.fmt(f),
            Self::Order(leak) | Self::Granted(leak) => leak.fmt(f),
            Self::Sheets { sheets, lines } => write!(f, "sheets {sheets}, lines {lines}"),
        }
    }
}

/// What was added up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// Cycles looked at.
    pub cycles: u32,
    /// Orders looked at.
    pub orders: u32,
    /// What does not come out, with its cycle.
    pub faults: Vec<(CycleId, Fault)>,
}

/// Adds everything up again. Changes nothing.
///
/// # Errors
/// When the database cannot be read.
pub async fn audit(store: &Store) -> Result<Audit, StoreError> {
    let mut audit = Audit::default();
    for hub in store.hubs().await? {
        for cycle in store.cycles(hub).await? {
            let mut tx = store.read().await?;
            let orders = tx.cycle_orders(hub, cycle).await?;
            audit.cycles += 1;
            audit.orders += u32::try_from(orders.len()).unwrap_or(u32::MAX);
            let faults = faults_of_cycle(&mut tx, store, hub, cycle, orders).await?;
            audit.faults.extend(faults.into_iter().map(|fault| (cycle, fault)));
        }
    }
    Ok(audit)
}

async fn faults_of_cycle(
    tx: &mut Transaction,
    store: &Store,
    hub: HubId,
    cycle: CycleId,
    orders: Vec<Order>,
) -> Result<Vec<Fault>, StoreError> {
    let mut faults: Vec<_> = orders.iter().filter_map(fault_of_order).collect();
    let mut rows = tx.demand_rows(hub, cycle).await?;
    // Once closed, an order counts for what it was granted; so do the totals then.
    for row in &mut rows {
        row.ordered = row.confirmed.unwrap_or(row.ordered);
    }
    let counted = demand_of(&orders);
    faults.extend(difference(&table_of(&rows), &counted).map(Fault::Totals));
    let closed = matches!(tx.find_cycle(hub, cycle).await?, Some(found) if found.state != CycleState::Open);
    if closed {
        let offers = tx.all_offers(hub, cycle).await?;
        let (lines, _) = sums(&counted);
        let closed = Consolidation { orders, shortened_lines: 0, unanswered_lines: 0, granted: counted };
        faults.extend(check_conservation(&closed, &offers).err().map(Fault::Granted));
        let sheets: Amount = store.sheets(hub, cycle).await?.iter().map(|sheet| sheet.amount).sum();
        faults.extend((sheets != lines).then_some(Fault::Sheets { sheets, lines }));
    }
    Ok(faults)
}

/// Whether each line is price × quantity and the sum of its parts, and the order the sum of its lines.
fn fault_of_order(order: &Order) -> Option<Fault> {
    let counts = |status: &LineStatus| *status == LineStatus::Accepted;
    let wrong = order.lines.iter().filter(|line| counts(&line.status)).find(|line| {
        line.split.total() != line.amount || line.unit_price.times(line.counted()) != line.amount
    });
    if let Some(line) = wrong {
        return Some(Fault::Order(Leak::Money {
            order: order.id,
            line: line.key.clone(),
            amount: line.amount,
        }));
    }
    (totals_of(&order.lines) != order.totals).then_some(Fault::Order(Leak::Total { order: order.id }))
}
