//! Publishing a price list: one transaction, each change with its own place in the feed, what did not change untouched.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    cycle::{CycleId, CycleState, OrderCycle},
    enterprise::Producer,
    id::{HubId, Reference},
    offer::Offer,
    time::Timestamp,
    wire::{
        Scope,
        desk::{ChangeKind, ListChanges, OfferChange},
    },
};

use super::{
    Store, StoreError, Transaction,
    feed::kind,
    value::{Value, args},
};

/// A price list, read and checked. The offers' revisions are not read: the store gives them.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceList {
    /// Who makes what is in it.
    pub producers: Vec<Producer>,
    /// What it proposes, in its own order; each reference once.
    pub offers: Vec<Offer>,
}

/// At most this many changes are told one by one.
const TOLD_CHANGES: usize = 500;
/// Offers written between two words on progress.
const STRIDE: usize = 250;

/// An offer as the store holds it.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) offer: Offer,
    pub(super) listed: bool,
    pub(super) position: u32,
}

/// What a publication will do.
pub(super) struct Plan {
    pub(super) changes: ListChanges,
    /// The whole list, with revisions and places.
    pub(super) rows: Vec<Held>,
    /// Rows of `rows` that the base does not hold as they are.
    pub(super) dirty: Vec<usize>,
    /// References of this cycle that leave the list.
    pub(super) gone: Vec<Reference>,
}

impl Store {
    /// Publishes a cycle's price list: offers are matched by reference, unchanged ones stay where they are, changed ones
    /// get a revision and a new place in the feed, absent ones leave. The cycle becomes the one the tablets hold, and
    /// their snapshot is made anew. A cycle that does not exist begins here; the list of a first week is compared with
    /// the week before.
    ///
    /// With `dry_run` nothing is written. `progress` is told (rows done, rows in all).
    ///
    /// # Errors
    /// [`StoreError::CycleClosed`]; or when the database cannot be reached.
    pub async fn publish_price_list(
        &self,
        hub: HubId,
        cycle: &OrderCycle,
        list: &PriceList,
        now: Timestamp,
        dry_run: bool,
        progress: &(dyn Fn(u32, u32) + Sync),
    ) -> Result<ListChanges, StoreError> {
        let changes = self.save_price_list(hub, cycle, list, now, dry_run, progress).await?;
        if !dry_run && let Err(error) = self.make_snapshot(hub, now).await {
            // The list is published all the same: tablets take its changes, and `jobs` makes the snapshot.
            tracing::warn!(%error, "the snapshot of a new list is late");
        }
        Ok(changes)
    }

    /// The same up to the commit: where a server that stops before the snapshot is made leaves it.
    ///
    /// # Errors
    /// [`StoreError::CycleClosed`]; or when the database cannot be reached.
    pub async fn save_price_list(
        &self,
        hub: HubId,
        cycle: &OrderCycle,
        list: &PriceList,
        now: Timestamp,
        dry_run: bool,
        progress: &(dyn Fn(u32, u32) + Sync),
    ) -> Result<ListChanges, StoreError> {
        let mut tx = if dry_run { self.read().await? } else { self.write(hub).await? };
        if let Some(OrderCycle { state: CycleState::Closed { .. }, .. }) =
            tx.find_cycle(hub, cycle.id).await?
        {
            return Err(StoreError::CycleClosed(cycle.id));
        }
        let plan = tx.plan_list(hub, cycle.id, &list.offers).await?;
        if dry_run {
            return Ok(plan.changes);
        }
        let cycle = OrderCycle { published_at: now, state: CycleState::Open, ..cycle.clone() };
        tx.save_cycle(hub, &cycle).await?;
        tx.set_current_cycle(hub, &cycle).await?;
        tx.save_producers(hub, &list.producers).await?;
        tx.save_offers(hub, cycle.id, &plan, progress).await?;
        tx.publish_offers(hub, &plan, &list.producers).await?;
        let rows = tx.demand_rows(hub, cycle.id).await?;
        tx.publish_all_left(hub, cycle.id, &rows).await?;
        let sql = "UPDATE hub SET list_seq = (SELECT head FROM scope WHERE name = $2) WHERE id = $1";
        tx.execute(sql, args![hub, &Scope::catalog(hub)]).await?;
        tx.commit().await?;
        Ok(plan.changes)
    }
}

impl Transaction {
    async fn held_offers(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<HashMap<Reference, Held>, StoreError> {
        let sql = "SELECT reference, listed, position, body FROM offer WHERE hub = $1 AND cycle = $2";
        let rows: Vec<(Reference, bool, u32, String)> = self.fetch(sql, args![hub, cycle]).await?;
        rows.into_iter()
            .map(|(reference, listed, position, body)| {
                Ok((reference, Held { offer: serde_json::from_str(&body)?, listed, position }))
            })
            .collect()
    }

    /// Compares a list with what the cycle holds; with last week's list when it holds nothing yet.
    async fn plan_list(&mut self, hub: HubId, cycle: CycleId, offers: &[Offer]) -> Result<Plan, StoreError> {
        let own = self.held_offers(hub, cycle).await?;
        if own.is_empty()
            && let Some(last_week) = self.current_cycle(hub).await?
        {
            let before = self.held_offers(hub, last_week.id).await?;
            let mut plan = plan(&before, offers);
            plan.dirty = (0..plan.rows.len()).collect();
            plan.gone.clear();
            return Ok(plan);
        }
        Ok(plan(&own, offers))
    }

    pub(super) async fn save_producers(
        &mut self,
        hub: HubId,
        producers: &[Producer],
    ) -> Result<(), StoreError> {
        let held = self.producers(hub).await?;
        let changed: BTreeMap<_, _> = producers
            .iter()
            .filter(|producer| held.get(&producer.id) != Some(producer))
            .map(|producer| (producer.id, producer))
            .collect();
        let rows = changed
            .values()
            .map(|producer| Ok(args![producer.id, hub, serde_json::to_string(producer)?]))
            .collect::<Result<_, StoreError>>()?;
        self.insert_many(
            "producer (id, hub, body)",
            rows,
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        )
        .await?;
        let new = changed.keys().filter(|id| !held.contains_key(id));
        let scopes = new.map(|id| vec![Value::from(&Scope::producer(*id)), Value::from(0_i64)]).collect();
        self.insert_many("scope (name, head)", scopes, "ON CONFLICT (name) DO NOTHING").await
    }

    async fn save_offers(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        plan: &Plan,
        progress: &(dyn Fn(u32, u32) + Sync),
    ) -> Result<(), StoreError> {
        let total = u32::try_from(plan.rows.len()).unwrap_or(u32::MAX);
        let mut done = total - u32::try_from(plan.dirty.len()).unwrap_or(total);
        progress(done, total);
        for stride in plan.dirty.chunks(STRIDE) {
            let rows = stride
                .iter()
                .map(|at| offer_row(hub, cycle, &plan.rows[*at]))
                .collect::<Result<_, StoreError>>()?;
            self.insert_many(
                "offer (hub, cycle, reference, revision, listed, position, producer, promised, body)",
                rows,
                "ON CONFLICT (hub, cycle, reference) DO UPDATE
                 SET revision = excluded.revision, listed = excluded.listed, position = excluded.position,
                     producer = excluded.producer, promised = excluded.promised, body = excluded.body",
            )
            .await?;
            done += u32::try_from(stride.len()).unwrap_or(0);
            progress(done, total);
        }
        for reference in &plan.gone {
            let sql = "UPDATE offer SET listed = 0 WHERE hub = $1 AND cycle = $2 AND reference = $3";
            self.execute(sql, args![hub, cycle, reference]).await?;
        }
        Ok(())
    }

    /// Makes the tablets' catalogue exactly this list.
    async fn publish_offers(
        &mut self,
        hub: HubId,
        plan: &Plan,
        producers: &[Producer],
    ) -> Result<(), StoreError> {
        let scope = Scope::catalog(hub);
        let bodies = producers
            .iter()
            .map(|producer| Ok((producer.id.to_string(), serde_json::to_string(producer)?)))
            .collect::<Result<_, StoreError>>()?;
        self.publish_exactly(&scope, kind::PRODUCER, bodies).await?;
        let bodies = plan
            .rows
            .iter()
            .map(|row| Ok((row.offer.reference.to_string(), serde_json::to_string(&row.offer)?)))
            .collect::<Result<_, StoreError>>()?;
        self.publish_exactly(&scope, kind::OFFER, bodies).await
    }
}

fn offer_row(hub: HubId, cycle: CycleId, row: &Held) -> Result<Vec<Value>, StoreError> {
    let offer = &row.offer;
    Ok(args![
        hub,
        cycle,
        &offer.reference,
        offer.revision,
        row.listed,
        row.position,
        offer.producer,
        offer.promised,
        serde_json::to_string(offer)?,
    ])
}

pub(super) fn plan(before: &HashMap<Reference, Held>, offers: &[Offer]) -> Plan {
    let whole_list_is_new = !before.values().any(|held| held.listed);
    let mut plan =
        Plan { changes: ListChanges::default(), rows: Vec::new(), dirty: Vec::new(), gone: Vec::new() };
    for (offer, position) in offers.iter().zip(0..) {
        let held = before.get(&offer.reference);
        let change = change_of(held, offer);
        let revision = match (held, &change) {
            (None, _) => 1,
            (Some(held), None) => held.offer.revision,
            (Some(held), Some(_)) => held.offer.revision.saturating_add(1),
        };
        if change.is_some() || held.is_none_or(|held| held.position != position) {
            plan.dirty.push(plan.rows.len());
        }
        match change {
            Some(ChangeKind::New) if whole_list_is_new => plan.changes.new += 1,
            Some(change) => count(&mut plan.changes, offer, change),
            None => plan.changes.unchanged += 1,
        }
        plan.rows.push(Held { offer: Offer { revision, ..offer.clone() }, listed: true, position });
    }
    let kept: HashSet<_> = offers.iter().map(|offer| &offer.reference).collect();
    let mut gone: Vec<_> =
        before.values().filter(|held| held.listed && !kept.contains(&held.offer.reference)).collect();
    gone.sort_by_key(|held| held.position);
    for held in gone {
        count(&mut plan.changes, &held.offer, ChangeKind::Gone);
        plan.gone.push(held.offer.reference.clone());
    }
    plan
}

/// How an offer differs from what is held; `None` when it does not.
fn change_of(held: Option<&Held>, offer: &Offer) -> Option<ChangeKind> {
    let Some(Held { offer: old, listed: true, .. }) = held else { return Some(ChangeKind::New) };
    let (from, to) = (old.net_price, offer.net_price);
    match to.cmp(&from) {
        std::cmp::Ordering::Greater => Some(ChangeKind::PriceUp { from, to }),
        std::cmp::Ordering::Less => Some(ChangeKind::PriceDown { from, to }),
        std::cmp::Ordering::Equal => {
            let same = *old == Offer { revision: old.revision, ..offer.clone() };
            (!same).then_some(ChangeKind::Other)
        }
    }
}

fn count(changes: &mut ListChanges, offer: &Offer, kind: ChangeKind) {
    match kind {
        ChangeKind::New => changes.new += 1,
        ChangeKind::PriceUp { .. } => changes.price_up += 1,
        ChangeKind::PriceDown { .. } => changes.price_down += 1,
        ChangeKind::Other => changes.other += 1,
        ChangeKind::Gone => changes.gone += 1,
    }
    if changes.rows.len() < TOLD_CHANGES {
        let (reference, name) = (offer.reference.clone(), offer.name.clone());
        changes.rows.push(OfferChange { reference, name, kind });
    }
}
