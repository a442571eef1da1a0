//! Hubs, places, cycles and price lists in memory.

use std::collections::{BTreeMap, HashMap};

use domain::{
    command::hex,
    cycle::{CycleId, CycleState, OrderCycle},
    enterprise::Site,
    id::{HubId, Reference},
    offer::Offer,
    pricing::Terms,
    quantity::Quantity,
    time::Timestamp,
    wire::{Catalog, Scope, desk::ListChanges, snapshot::HubCard},
};
use sha2::{Digest, Sha256};

use super::{HubRow, MemoryStore, MemoryTransaction, SnapshotRow, locked};
use crate::store::{
    PriceList, StoreError, SyncStore, SyncTransaction,
    feed::{CURRENT, Put, kind},
    price_list::{Held, Plan, plan},
};

/// How many snapshots of a scope are kept.
const KEPT: usize = 4;

impl MemoryStore {
    /// See [`crate::store::Store::create_hub`].
    ///
    /// # Errors
    /// When a failure was asked for.
    pub async fn create_hub(&self, card: &HubCard, terms: &Terms) -> Result<(), StoreError> {
        let mut tx = self.begin();
        let row = HubRow { card: card.clone(), terms: terms.clone(), current: None, list_seq: 0 };
        tx.put(|tables| &mut tables.hubs, card.id, Some(row))?;
        let scope = Scope::catalog(card.id);
        tx.open_scope(&scope)?;
        tx.open_scope(&Scope::hub(card.id))?;
        tx.publish(&scope, [Put::of(kind::HUB, CURRENT, card)?, Put::of(kind::TERMS, CURRENT, terms)?])?;
        tx.commit().await
    }

    /// See [`crate::store::Store::create_site`].
    ///
    /// # Errors
    /// When a failure was asked for.
    pub async fn create_site(&self, site: &Site) -> Result<(), StoreError> {
        let mut tx = self.begin();
        tx.put(|tables| &mut tables.sites, site.id, Some(site.clone()))?;
        let scope = Scope::site(site.id);
        tx.open_scope(&scope)?;
        tx.publish_one(&scope, kind::SITE, site.id, site)?;
        tx.commit().await
    }

    /// See [`crate::store::Store::create_cycle`].
    ///
    /// # Errors
    /// When a failure was asked for.
    pub async fn create_cycle(&self, hub: HubId, cycle: &OrderCycle) -> Result<(), StoreError> {
        let mut tx = self.begin();
        tx.save_cycle(hub, cycle)?;
        tx.commit().await
    }

    /// See [`crate::store::Store::publish_price_list`]; with `snapshot`, the tablets' snapshot is made anew, as it
    /// usually is.
    ///
    /// # Errors
    /// [`StoreError::CycleClosed`]; or when a failure was asked for.
    pub async fn publish_price_list(
        &self,
        hub: HubId,
        cycle: &OrderCycle,
        list: &PriceList,
        now: Timestamp,
        snapshot: bool,
    ) -> Result<ListChanges, StoreError> {
        let mut tx = self.begin();
        if let Some(OrderCycle { state: CycleState::Closed { .. }, .. }) =
            tx.find_cycle(hub, cycle.id).await?
        {
            return Err(StoreError::CycleClosed(cycle.id));
        }
        let plan = tx.plan_list(hub, cycle.id, &list.offers).await?;
        let cycle = OrderCycle { published_at: now, state: CycleState::Open, ..cycle.clone() };
        tx.save_cycle(hub, &cycle)?;
        tx.set_current_cycle(hub, &cycle)?;
        tx.save_list(hub, cycle.id, &plan, list)?;
        tx.publish_list(hub, &plan, list)?;
        let rows = tx.demand_rows(hub, cycle.id).await?;
        tx.publish_all_left(hub, cycle.id, &rows).await?;
        tx.list_published(hub)?;
        tx.commit().await?;
        if snapshot {
            self.make_snapshot(hub, now).await?;
        }
        Ok(plan.changes)
    }

    /// The uncompressed bytes of a snapshot.
    #[must_use]
    pub fn snapshot_bytes(&self, scope: &Scope, hash: &str) -> Option<Vec<u8>> {
        let tables = locked(&self.0.tables);
        tables.snapshots.get(&(scope.clone(), hash.to_owned())).map(|row| row.bytes.clone())
    }
}

impl MemoryTransaction {
    fn save_cycle(&mut self, hub: HubId, cycle: &OrderCycle) -> Result<(), StoreError> {
        let held = self.tables().cycles.get(&(hub, cycle.id)).map(|held| held.state);
        let row = OrderCycle { state: held.unwrap_or(CycleState::Open), ..cycle.clone() };
        self.put(|tables| &mut tables.cycles, (hub, cycle.id), Some(row))
    }

    fn set_current_cycle(&mut self, hub: HubId, cycle: &OrderCycle) -> Result<(), StoreError> {
        let row = HubRow { current: Some(cycle.id), ..self.hub(hub)? };
        self.put(|tables| &mut tables.hubs, hub, Some(row))?;
        self.publish_one(&Scope::catalog(hub), kind::CYCLE, CURRENT, cycle)
    }

    fn list_published(&mut self, hub: HubId) -> Result<(), StoreError> {
        let list_seq = self.tables().heads.get(&Scope::catalog(hub)).copied().unwrap_or(0);
        let row = HubRow { list_seq, ..self.hub(hub)? };
        self.put(|tables| &mut tables.hubs, hub, Some(row))
    }

    pub(super) fn hub(&self, hub: HubId) -> Result<HubRow, StoreError> {
        self.tables().hubs.get(&hub).cloned().ok_or(StoreError::Unreadable("a row that should be there"))
    }

    fn held_offers(&self, hub: HubId, cycle: CycleId) -> HashMap<Reference, Held> {
        let tables = self.tables();
        let own = tables.offers.iter().filter(|((of, at, _), _)| (*of, *at) == (hub, cycle));
        own.map(|((_, _, reference), held)| (reference.clone(), held.clone())).collect()
    }

    async fn plan_list(&mut self, hub: HubId, cycle: CycleId, offers: &[Offer]) -> Result<Plan, StoreError> {
        let own = self.held_offers(hub, cycle);
        if own.is_empty()
            && let Some(last_week) = self.current_cycle(hub).await?
        {
            let mut plan = plan(&self.held_offers(hub, last_week.id), offers);
            plan.dirty = (0..plan.rows.len()).collect();
            plan.gone.clear();
            return Ok(plan);
        }
        Ok(plan(&own, offers))
    }

    fn save_list(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        plan: &Plan,
        list: &PriceList,
    ) -> Result<(), StoreError> {
        for producer in &list.producers {
            self.put(|tables| &mut tables.producers, producer.id, Some((hub, producer.clone())))?;
            self.open_scope(&Scope::producer(producer.id))?;
        }
        for row in plan.dirty.iter().map(|at| &plan.rows[*at]) {
            let key = (hub, cycle, row.offer.reference.clone());
            self.put(|tables| &mut tables.offers, key, Some(row.clone()))?;
        }
        for reference in &plan.gone {
            let key = (hub, cycle, reference.clone());
            let held = self.tables().offers.get(&key).cloned();
            if let Some(held) = held {
                self.put(|tables| &mut tables.offers, key, Some(Held { listed: false, ..held }))?;
            }
        }
        Ok(())
    }

    fn publish_list(&mut self, hub: HubId, plan: &Plan, list: &PriceList) -> Result<(), StoreError> {
        let scope = Scope::catalog(hub);
        let bodies = list.producers.iter().map(|one| Ok((one.id.to_string(), serde_json::to_string(one)?)));
        let bodies: BTreeMap<_, _> = bodies.collect::<Result<_, StoreError>>()?;
        self.publish_exactly(&scope, kind::PRODUCER, &bodies)?;
        let offers = plan.rows.iter().map(|row| &row.offer);
        let bodies = offers.map(|one| Ok((one.reference.to_string(), serde_json::to_string(one)?)));
        let bodies: BTreeMap<_, _> = bodies.collect::<Result<_, StoreError>>()?;
        self.publish_exactly(&scope, kind::OFFER, &bodies)
    }

    /// The whole catalogue as it now is, kept under its hash.
    pub(super) fn snapshot_now(&mut self, hub: HubId) -> Result<(), StoreError> {
        let scope = Scope::catalog(hub);
        let HubRow { card, terms, current, .. } = self.hub(hub)?;
        let (Some(current), Some(seq)) = (current, self.tables().heads.get(&scope).copied()) else {
            return Ok(());
        };
        let cycle = self.tables().cycles.get(&(hub, current)).cloned();
        let cycle = cycle.ok_or(StoreError::Unreadable("a current cycle that is not there"))?;
        let mut listed: Vec<_> =
            self.held_offers(hub, current).into_values().filter(|held| held.listed).collect();
        listed.sort_by_key(|held| held.position);
        let offers = listed.into_iter().map(|held| held.offer).collect();
        let producers = self.entities(&scope, kind::PRODUCER)?.into_iter().map(|(_, producer)| producer);
        let mut catalog = Catalog::new(card, cycle, terms, producers, offers);
        for (reference, left) in self.entities::<Quantity>(&scope, kind::LEFT)? {
            let reference = Reference::parse(&reference);
            let reference =
                reference.map_err(|_| StoreError::Unreadable("a promise of an offer without a reference"))?;
            catalog.left.insert(reference, left);
        }
        let bytes = catalog.encode()?;
        let hash = hex(&Sha256::digest(&bytes));
        self.put(|tables| &mut tables.snapshots, (scope.clone(), hash), Some(SnapshotRow { seq, bytes }))?;
        let mut kept: Vec<_> = {
            let tables = self.tables();
            let own = tables.snapshots.iter().filter(|((of, _), _)| *of == scope);
            own.map(|((_, hash), row)| (row.seq, hash.clone())).collect()
        };
        kept.sort();
        kept.reverse();
        for (_, hash) in kept.into_iter().skip(KEPT) {
            self.put(|tables| &mut tables.snapshots, (scope.clone(), hash), None)?;
        }
        Ok(())
    }
}
