//! At the cut-off: load, decide with `domain::consolidation`, check every sum, store, tell. One transaction: a sum that
//! does not come out closes nothing.

use std::{collections::BTreeMap, fmt};

use domain::{
    consolidation::{Consolidation, DemandTable, Leak, check_conservation, consolidate, demand_of, sums},
    cycle::{CycleId, CycleState, OrderCycle},
    enterprise::Producer,
    id::{HubId, ProducerId},
    money::Amount,
    order::{LineKey, LineStatus, Order, OrderLine},
    planted::{Bug, planted},
    producer_sheet::{self, ProducerSheet, SheetLine},
    ticket::{Ticket, TicketState},
    time::Timestamp,
    wire::desk::CloseReport,
};

use crate::{
    demand,
    store::{StoreError, SyncStore, SyncTransaction, table_of},
};

/// Devices of a hub hold what passed its quay for this long: a fortnight covers a week that is delivered while the next is
/// ordered, and what is said late. The book itself is kept.
const QUAY_DAYS: i64 = 14;
const DAY_MS: i64 = 86_400_000;

/// Why a cycle was not closed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// No such cycle.
    #[error("no cycle {0}")]
    UnknownCycle(CycleId),
    /// It is closed already.
    #[error("cycle {0} is closed already")]
    AlreadyClosed(CycleId),
    /// The running totals are not what the lines sum to.
    #[error("the running totals differ from the order lines: {0}")]
    TotalsDiffer(Difference),
    /// What was granted does not come out.
    #[error("the sums of the closed cycle do not come out: {0}")]
    Leak(#[from] Leak),
    /// The sheets do not sum to what producers are owed.
    #[error("the sheets sum to {sheets}, the order lines to {lines}")]
    SheetsDiffer {
        /// What the sheets sum to.
        sheets: Amount,
        /// What the lines sum to.
        lines: Amount,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Two ways to the same sum that do not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The first offer and day that differ.
    pub at: LineKey,
    /// What one says, for a person.
    pub running: String,
    /// What the other says.
    pub recomputed: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: running {}, recomputed {}", self.at, self.running, self.recomputed)
    }
}

/// Closes a cycle: orders become demand, short promises are shared by the declared rule, each producer gets its sheet.
///
/// # Errors
/// [`CloseError`]; nothing was changed then.
pub async fn close<S: SyncStore>(
    store: &S,
    hub: HubId,
    cycle: CycleId,
    now: Timestamp,
) -> Result<CloseReport, CloseError> {
    let mut tx = store.write(hub).await?;
    let open = tx.find_cycle(hub, cycle).await?.ok_or(CloseError::UnknownCycle(cycle))?;
    if open.state != CycleState::Open {
        return Err(CloseError::AlreadyClosed(cycle));
    }
    let orders = tx.cycle_orders(hub, cycle).await?;
    check_running_totals(&mut tx, hub, cycle, &orders).await?;
    let orders = orders.into_iter().filter(|order| !order.is_withdrawn()).collect();
    let offers = tx.all_offers(hub, cycle).await?;
    let terms = tx.terms(hub).await?;
    let closed = consolidate(orders, &offers, &terms);
    check_conservation(&closed, &offers)?;
    let sheets = sheets_of(&mut tx, hub, cycle, &closed, now).await?;
    check_sheets(&sheets, &closed)?;
    let cycle = OrderCycle { state: CycleState::Closed { closed_at: now }, ..open };
    store_closed(&mut tx, hub, &cycle, &closed, &sheets, now).await?;
    tx.commit().await?;
    tracing::info!(cycle = %cycle.id, orders = closed.orders.len(), sheets = sheets.len(), "cycle closed");
    Ok(report(cycle, &closed, sheets.len()))
}

/// The same sums, two ways: moved order by order, and summed from the orders.
async fn check_running_totals(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    cycle: CycleId,
    orders: &[Order],
) -> Result<(), CloseError> {
    let running = table_of(&tx.demand_rows(hub, cycle).await?);
    match difference(&running, &demand_of(orders)) {
        Some(difference) => Err(CloseError::TotalsDiffer(difference)),
        None => Ok(()),
    }
}

pub(crate) fn difference(running: &DemandTable, recomputed: &DemandTable) -> Option<Difference> {
    let keys = running.keys().chain(recomputed.keys());
    let at = keys.filter(|key| running.get(key) != recomputed.get(key)).min()?;
    let said = |table: &DemandTable| match table.get(at) {
        Some(demand) => format!(
            "{} ordered by {} lines for {} ({} to the producer)",
            demand.ordered, demand.lines, demand.buyer_net, demand.producer_net
        ),
        None => "nothing".to_owned(),
    };
    Some(Difference { at: at.clone(), running: said(running), recomputed: said(recomputed) })
}

async fn sheets_of(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    cycle: CycleId,
    closed: &Consolidation,
    now: Timestamp,
) -> Result<Vec<ProducerSheet>, StoreError> {
    let producers = tx.producers(hub).await?;
    let sites = tx.site_labels(hub).await?;
    let lines = lines_by_producer(&closed.orders);
    lines
        .into_iter()
        .map(|(id, lines)| {
            let producer: &Producer =
                producers.get(&id).ok_or(StoreError::Unreadable("a line of an unknown producer"))?;
            Ok(producer_sheet::build(cycle, producer.clone(), now, &lines, &sites))
        })
        .collect()
}

fn lines_by_producer(orders: &[Order]) -> BTreeMap<ProducerId, Vec<SheetLine>> {
    let mut lines: BTreeMap<ProducerId, Vec<SheetLine>> = BTreeMap::new();
    for order in orders {
        let delivered =
            |line: &&OrderLine| line.status == LineStatus::Accepted || planted(Bug::DroppedLineOnSheet);
        for line in order.lines.iter().filter(delivered) {
            lines.entry(line.producer).or_default().push(SheetLine {
                producer: line.producer,
                offer: line.key.offer.clone(),
                name: line.name.clone(),
                unit: line.unit.clone(),
                pack: line.pack,
                delivery_on: line.key.delivery_on,
                site: order.site,
                number: order.number,
                ordered: line.ordered,
                confirmed: line.counted(),
                net_price: line.net_price,
                amount: line.split.producer,
            });
        }
    }
    lines
}

fn check_sheets(sheets: &[ProducerSheet], closed: &Consolidation) -> Result<(), CloseError> {
    let (lines, _) = sums(&closed.granted);
    let sheets: Amount = sheets.iter().map(|sheet| sheet.amount).sum();
    if sheets == lines { Ok(()) } else { Err(CloseError::SheetsDiffer { sheets, lines }) }
}

async fn store_closed(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    cycle: &OrderCycle,
    closed: &Consolidation,
    sheets: &[ProducerSheet],
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.save_consolidated(hub, cycle.id, &closed.orders).await?;
    tx.grant_demand(hub, cycle.id, &closed.granted).await?;
    for ticket in tx.open_line_tickets(hub, cycle.id).await? {
        if planted(Bug::ClosedWeekKeepsAsking) {
            continue;
        }
        let expired = Ticket { state: TicketState::Expired { expired_at: now }, ..ticket };
        tx.save_ticket(hub, &expired).await?;
    }
    for sheet in sheets {
        tx.save_sheet(hub, sheet).await?;
    }
    let labels = tx.site_labels(hub).await?;
    tx.turn_quay(hub, &labels, now.plus_ms(-QUAY_DAYS * DAY_MS)).await?;
    tx.close_cycle(hub, cycle).await?;
    demand::tell(tx, hub, cycle.id).await
}

fn report(cycle: OrderCycle, closed: &Consolidation, sheets: usize) -> CloseReport {
    let (producer_net, buyer_net) = sums(&closed.granted);
    let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
    CloseReport {
        cycle,
        orders: count(closed.orders.len()),
        lines: closed.granted.values().map(|demand| demand.lines).sum(),
        sheets: count(sheets),
        shortened_lines: closed.shortened_lines,
        unanswered_lines: closed.unanswered_lines,
        producer_net,
        buyer_net,
    }
}

#[cfg(test)]
mod tests;
