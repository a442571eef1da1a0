//! Demand as people read it: the hub's boards, the producers' own view, an authority's sums. The first two from the running
//! totals, never from all lines.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    catalog::QualitySign,
    consolidation::demand_of,
    cycle::CycleId,
    enterprise::Producer,
    id::{HubId, OwnerId, ProducerId, Reference},
    money::Amount,
    offer::Offer,
    planted::{Bug, planted},
    quantity::Quantity,
    time::Timestamp,
    wire::desk::{DemandBoard, DemandLine, Indicators, ProducerDemand, WeekBoard},
};

use crate::store::{DemandRow, Store, StoreError, SyncStore, SyncTransaction};

/// What each offer is asked for beyond its promise, all days of the week together; offers whose promise holds are absent.
fn shortages<'a>(
    rows: &'a [DemandRow],
    offers: &HashMap<Reference, Offer>,
) -> HashMap<&'a Reference, Quantity> {
    let mut asked: HashMap<&Reference, Quantity> = HashMap::new();
    for row in rows {
        *asked.entry(&row.reference).or_default() += row.ordered;
    }
    asked.retain(|reference, asked| {
        let promised = offers.get(*reference).and_then(|offer| offer.promised);
        *asked = promised.map_or(Quantity::ZERO, |promised| asked.less(promised));
        !asked.is_zero()
    });
    asked
}

/// Demand by producer, in name order; lines by product name, then day.
fn by_producer(
    rows: &[DemandRow],
    offers: &HashMap<Reference, Offer>,
    producers: &BTreeMap<ProducerId, Producer>,
) -> Vec<ProducerDemand> {
    let short = shortages(rows, offers);
    let mut lines: BTreeMap<ProducerId, Vec<DemandLine>> = BTreeMap::new();
    for row in rows {
        let Some(offer) = offers.get(&row.reference) else { continue };
        let short = short.get(&row.reference).copied().unwrap_or_default();
        lines.entry(row.producer).or_default().push(demand_line(row, offer, short));
    }
    let mut demands: Vec<_> = lines
        .into_iter()
        .filter_map(|(id, lines)| Some(producer_demand(producers.get(&id)?.clone(), lines)))
        .collect();
    demands.sort_by(|a, b| (&a.producer.name, a.producer.id).cmp(&(&b.producer.name, b.producer.id)));
    demands
}

fn demand_line(row: &DemandRow, offer: &Offer, short: Quantity) -> DemandLine {
    DemandLine {
        reference: row.reference.clone(),
        name: offer.name.clone(),
        unit: offer.unit.clone(),
        pack: offer.pack,
        net_price: offer.net_price,
        delivery_on: row.delivery_on,
        ordered: row.ordered,
        confirmed: row.confirmed,
        promised: offer.promised,
        short,
        lines: row.lines,
        producer_net: row.producer_net,
        buyer_net: row.buyer_net,
    }
}

fn producer_demand(producer: Producer, mut lines: Vec<DemandLine>) -> ProducerDemand {
    lines.sort_by(|a, b| (&a.name, &a.reference, a.delivery_on).cmp(&(&b.name, &b.reference, b.delivery_on)));
    let producer_net = lines.iter().map(|line| line.producer_net).sum();
    let buyer_net = lines.iter().map(|line| line.buyer_net).sum();
    ProducerDemand { producer, lines, producer_net, buyer_net }
}

/// « Demande consolidée » of a cycle.
///
/// # Errors
/// [`StoreError::UnknownCycle`]; or when the database cannot be reached.
pub async fn board(store: &Store, hub: HubId, cycle: CycleId) -> Result<DemandBoard, StoreError> {
    let mut tx = store.read().await?;
    let cycle = tx.find_cycle(hub, cycle).await?.ok_or(StoreError::UnknownCycle(cycle))?;
    let rows = tx.demand_rows(hub, cycle.id).await?;
    let offers = tx.all_offers(hub, cycle.id).await?;
    let producers = by_producer(&rows, &offers, &tx.producers(hub).await?);
    let producer_net = producers.iter().map(|demand| demand.producer_net).sum();
    let buyer_net = producers.iter().map(|demand| demand.buyer_net).sum();
    Ok(DemandBoard { cycle, producers, producer_net, buyer_net })
}

/// « Semaine »: the hub's current cycle in figures.
///
/// # Errors
/// When the database cannot be reached.
pub async fn week(store: &Store, hub: HubId, now: Timestamp) -> Result<WeekBoard, StoreError> {
    let mut tx = store.read().await?;
    let cycle = tx.current_cycle(hub).await?;
    let tickets = tx.count_tickets(hub).await?;
    let mut board = WeekBoard {
        server_time: now,
        kitchens: tx.count_sites(hub).await?,
        kitchens_with_orders: 0,
        orders: 0,
        lines: 0,
        net: Amount::ZERO,
        offers: 0,
        producers: 0,
        producers_with_demand: 0,
        shortages: 0,
        tickets_for_hub: tickets.hub,
        tickets_for_kitchens: tickets.kitchens,
        cycle: None,
    };
    let Some(cycle) = cycle else { return Ok(board) };
    (board.orders, board.kitchens_with_orders) = tx.count_orders(hub, cycle.id).await?;
    (board.offers, board.producers) = tx.count_offers(hub, cycle.id).await?;
    let rows = tx.demand_rows(hub, cycle.id).await?;
    board.lines = rows.iter().map(|row| row.lines).sum();
    board.net = rows.iter().map(|row| row.buyer_net).sum();
    board.producers_with_demand = count(rows.iter().map(|row| row.producer).collect::<BTreeSet<_>>().len());
    board.shortages = tx.count_shortages(hub, cycle.id, &rows).await?;
    board.cycle = Some(cycle);
    Ok(board)
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// What an authority reads of a hub's current cycle, over the kitchens of its community and all under it; `None` before the first
/// price list. Running totals are the whole hub's: these sums are of the orders themselves, which the query narrows.
///
/// # Errors
/// When the database cannot be reached.
pub async fn indicators(
    store: &Store,
    hub: HubId,
    owner: Option<OwnerId>,
) -> Result<Option<Indicators>, StoreError> {
    let mut tx = store.read().await?;
    let Some(cycle) = tx.current_cycle(hub).await? else { return Ok(None) };
    let listed = tx.listed_offers(hub, cycle.id).await?;
    let all = tx.all_offers(hub, cycle.id).await?;
    let orders = tx.orders_below(hub, cycle.id, owner).await?;
    let rows = demand_of(&orders);
    let organic = |offer: &Offer| offer.has_sign(&QualitySign::Organic);
    let signed = |offer: &Offer| !offer.signs.is_empty();
    let paid = |chosen: &dyn Fn(&Offer) -> bool| -> Amount {
        let counted = rows.iter().filter(|(key, _)| all.get(&key.offer).is_some_and(chosen));
        counted.map(|(_, demand)| demand.buyer_net).sum()
    };
    Ok(Some(Indicators {
        cycle: cycle.id,
        kitchens: tx.count_sites_below(hub, owner).await?,
        kitchens_with_orders: count(orders.iter().map(|order| order.site).collect::<BTreeSet<_>>().len()),
        producers: count(listed.iter().map(|offer| offer.producer).collect::<BTreeSet<_>>().len()),
        offers: count(listed.len()),
        organic_offers: count(listed.iter().filter(|offer| organic(offer)).count()),
        signed_offers: count(listed.iter().filter(|offer| signed(offer)).count()),
        net: rows.values().map(|demand| demand.buyer_net).sum(),
        organic_net: paid(&organic),
        signed_net: paid(&signed),
        producer_net: rows.values().map(|demand| demand.producer_net).sum(),
    }))
}

/// Tells devices what moved since they were last told: kitchens, what is left of each promise; producers, their demand.
pub(crate) async fn tell(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    cycle: CycleId,
) -> Result<(), StoreError> {
    let producers = tx.fold_demand(hub, cycle).await?;
    if producers.is_empty() {
        return Ok(());
    }
    let mut rows = tx.demand_rows(hub, cycle).await?;
    let on_tablets = tx.current_cycle(hub).await?.is_some_and(|current| current.id == cycle);
    if on_tablets && !planted(Bug::LeftNotTold) {
        tx.publish_all_left(hub, cycle, &rows).await?;
    }
    rows.retain(|row| producers.contains(&row.producer));
    let offers = tx.all_offers(hub, cycle).await?;
    let known = tx.producers(hub).await?;
    let mut silent = producers;
    for demand in by_producer(&rows, &offers, &known) {
        silent.remove(&demand.producer.id);
        tx.publish_demand(cycle, &demand).await?;
    }
    // Those whose last line went away are told so.
    for producer in silent.iter().filter_map(|id| known.get(id)) {
        tx.publish_demand(cycle, &producer_demand(producer.clone(), Vec::new())).await?;
    }
    Ok(())
}

/// [`tell`], in a transaction of its own.
///
/// # Errors
/// When the database cannot be reached.
pub async fn refresh<S: SyncStore>(store: &S, hub: HubId, cycle: CycleId) -> Result<(), StoreError> {
    let mut tx = store.write(hub).await?;
    tell(&mut tx, hub, cycle).await?;
    tx.commit().await
}
