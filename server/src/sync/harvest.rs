//! « Tout confirmer », or less of something, carried out: what there is is shared among the kitchens, and every order, the sheet
//! and the totals of the week say the same.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    consolidation::{DemandTable, demand_of},
    harvest::{AtHand, ConfirmHarvest, OrderAnswer, OrderPlace, carry_out},
    id::{HubId, SiteId},
    order::{LineKey, Order, OrderLine},
    producer_sheet::ProducerSheet,
    quay::Side,
    receipt::{Outcome, Reason},
    time::{Date, Timestamp},
};

use crate::store::{Answered, StoreError, SyncTransaction};

const APPLIED: Outcome = Outcome::Applied { order: None, dup_of: None };

/// Judges what a producer that may say it answered for a day, and stores what follows.
pub(super) async fn confirm(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    said: &ConfirmHarvest,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let cycle = tx.find_cycle(hub, said.cycle).await?;
    let sheet = tx.find_sheet(hub, said.cycle, said.producer).await?;
    let terms = tx.terms(hub).await?;
    let proposed = said.less.iter().filter_map(|less| Some(&less.why.substitute.as_ref()?.offer));
    let offers = tx.named_offers(hub, said.cycle, &proposed.collect::<BTreeSet<_>>()).await?;
    let offer = |reference: &_| offers.listed.get(reference).cloned();
    let at_hand = AtHand { cycle: cycle.as_ref(), sheet: sheet.as_ref(), offer: &offer, terms: &terms };
    let answer = match said.judge(at_hand, now) {
        Ok(answer) => answer,
        Err(code) => return Ok(Outcome::Refused { code }),
    };
    let Some(mut sheet) = sheet else { return Ok(Outcome::Refused { code: Reason::NotAsked }) };
    if sheet.day(said.delivery_on).is_some_and(|day| day.answer.as_ref() == Some(&answer)) {
        return Ok(APPLIED);
    }
    let before = orders_of(tx, &sheet, said.delivery_on).await?;
    let mut orders = before.clone();
    let told = carry_out(&mut sheet, said.delivery_on, answer, &mut orders, &terms);
    let moved = orders.iter().filter(|(place, order)| before.get(place) != Some(order));
    let changed: Vec<_> = moved.map(|(_, order)| order.clone()).collect();
    if !changed.is_empty() && has_passed(tx, hub, said, &sheet).await? {
        return Ok(Outcome::Refused { code: Reason::AlreadyReceived });
    }
    for order in &changed {
        if tx.find_reception(order.site, order.id, said.delivery_on).await?.is_some() {
            return Ok(Outcome::Refused { code: Reason::AlreadyReceived });
        }
    }
    let granted = granted(said, &before, &orders);
    let told = addressed(told, &orders);
    tx.save_answered(hub, &Answered { sheet, orders: changed, told, granted }).await?;
    Ok(APPLIED)
}

/// Whether somebody wrote at the quay what came, or what of it left: from then on that is what there is.
async fn has_passed(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    said: &ConfirmHarvest,
    sheet: &ProducerSheet,
) -> Result<bool, StoreError> {
    let products = sheet.day(said.delivery_on).map(|day| &day.products[..]).unwrap_or_default();
    let pages = tx.quay_pages(hub, said.cycle, said.delivery_on).await?;
    Ok(pages.iter().any(|page| match page.key.side {
        Side::In(producer) => producer == said.producer,
        Side::Out(_) => products.iter().any(|product| page.standing(&product.reference).is_some()),
    }))
}

/// The orders that a day of a sheet names, each read as its kitchen's.
async fn orders_of(
    tx: &mut impl SyncTransaction,
    sheet: &ProducerSheet,
    delivery_on: Date,
) -> Result<BTreeMap<OrderPlace, Order>, StoreError> {
    let products = sheet.day(delivery_on).map(|day| &day.products[..]).unwrap_or_default();
    let places: BTreeSet<_> =
        products.iter().flat_map(|product| &product.portions).map(|portion| portion.key()).collect();
    let mut orders = BTreeMap::new();
    for place in places {
        let order = tx.find_placed_order(place).await?;
        orders.insert(place, order.ok_or(StoreError::Unreadable("a sheet that names no order"))?);
    }
    Ok(orders)
}

/// What the totals of the lines that changed come to: every line of such a product and day is in one of these orders.
fn granted(
    said: &ConfirmHarvest,
    before: &BTreeMap<OrderPlace, Order>,
    after: &BTreeMap<OrderPlace, Order>,
) -> DemandTable {
    let confirmed = |line: &OrderLine| (line.key.clone(), line.confirmed);
    let lines = |orders: &BTreeMap<OrderPlace, Order>| -> Vec<_> {
        orders.values().flat_map(|order| order.lines.iter().map(confirmed)).collect()
    };
    let pairs = lines(before).into_iter().zip(lines(after));
    let changed: BTreeSet<LineKey> =
        pairs.filter(|(before, after)| before != after).map(|(_, (key, _))| key).collect();
    let orders: Vec<_> = after.values().cloned().collect();
    let mut table = demand_of(&orders);
    table.retain(|key, _| key.delivery_on == said.delivery_on && changed.contains(key));
    table
}

/// Each answer with the kitchen that is told.
fn addressed(told: Vec<OrderAnswer>, orders: &BTreeMap<OrderPlace, Order>) -> Vec<(SiteId, OrderAnswer)> {
    let site =
        |told: &OrderAnswer| orders.values().find(|order| order.id == told.order).map(|order| order.site);
    told.into_iter().filter_map(|told| Some((site(&told)?, told))).collect()
}
