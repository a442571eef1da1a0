//! Order cycles: their window, which one is current, and their closing.

use domain::{
    catalog::Weekdays,
    cycle::{CycleId, CycleState, OrderCycle},
    id::HubId,
    time::Timestamp,
    wire::Scope,
};

use super::{
    Store, StoreError, Transaction,
    feed::{CURRENT, Put, kind},
    value::args,
};

type CycleRow = (CycleId, Timestamp, Timestamp, i64, u32, Timestamp, Option<Timestamp>);

const COLUMNS_OF_ONE: &str =
    "SELECT id, opens_at, cut_off_at, grace_ms, delivery_days, published_at, closed_at
     FROM cycle WHERE hub = $1 AND id = $2";

fn cycle_of((id, opens_at, cut_off_at, grace_ms, days, published_at, closed_at): CycleRow) -> OrderCycle {
    OrderCycle {
        id,
        opens_at,
        cut_off_at,
        grace_ms,
        delivery_days: Weekdays::from_bits(u8::try_from(days).unwrap_or(0)),
        published_at,
        state: closed_at.map_or(CycleState::Open, |closed_at| CycleState::Closed { closed_at }),
    }
}

impl Store {
    /// A new cycle, without a list yet. Its own state is not read: a cycle begins open.
    ///
    /// # Errors
    /// When the hub has it already, or the database cannot be reached.
    pub async fn create_cycle(&self, hub: HubId, cycle: &OrderCycle) -> Result<(), StoreError> {
        let mut tx = self.write(hub).await?;
        tx.save_cycle(hub, cycle).await?;
        tx.commit().await
    }

    /// A cycle of a hub.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn find_cycle(&self, hub: HubId, cycle: CycleId) -> Result<Option<OrderCycle>, StoreError> {
        self.read().await?.find_cycle(hub, cycle).await
    }

    /// The cycle whose price list the tablets hold.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn current_cycle(&self, hub: HubId) -> Result<Option<OrderCycle>, StoreError> {
        self.read().await?.current_cycle(hub).await
    }

    /// The open cycles whose cut-off and grace have passed.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn due_cycles(&self, now: Timestamp) -> Result<Vec<(HubId, CycleId)>, StoreError> {
        let sql = "SELECT hub, id FROM cycle WHERE closed_at IS NULL AND cut_off_at + grace_ms < $1";
        self.read().await?.fetch(sql, args![now]).await
    }
}

impl Transaction {
    /// A cycle of a hub.
    pub(crate) async fn find_cycle(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<Option<OrderCycle>, StoreError> {
        Ok(self.find::<CycleRow>(COLUMNS_OF_ONE, args![hub, cycle]).await?.map(cycle_of))
    }

    /// The last week of a hub whose orders are closed.
    pub(crate) async fn last_closed_cycle(&mut self, hub: HubId) -> Result<Option<CycleId>, StoreError> {
        let sql = "SELECT id FROM cycle WHERE hub = $1 AND closed_at IS NOT NULL ORDER BY id DESC LIMIT 1";
        let row: Option<(CycleId,)> = self.find(sql, args![hub]).await?;
        Ok(row.map(|(id,)| id))
    }

    /// The cycle whose price list the tablets hold.
    pub(crate) async fn current_cycle(&mut self, hub: HubId) -> Result<Option<OrderCycle>, StoreError> {
        let row: Option<(Option<CycleId>,)> =
            self.find("SELECT current_cycle FROM hub WHERE id = $1", args![hub]).await?;
        match row.and_then(|(cycle,)| cycle) {
            Some(cycle) => self.find_cycle(hub, cycle).await,
            None => Ok(None),
        }
    }

    /// Writes a cycle's window; whether it is closed is not touched.
    pub(super) async fn save_cycle(&mut self, hub: HubId, cycle: &OrderCycle) -> Result<(), StoreError> {
        let values = args![
            hub,
            cycle.id,
            cycle.opens_at,
            cycle.cut_off_at,
            cycle.grace_ms,
            u32::from(cycle.delivery_days.bits()),
            cycle.published_at,
        ];
        let sql = "INSERT INTO cycle (hub, id, opens_at, cut_off_at, grace_ms, delivery_days, published_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (hub, id) DO UPDATE
             SET opens_at = excluded.opens_at, cut_off_at = excluded.cut_off_at, grace_ms = excluded.grace_ms,
                 delivery_days = excluded.delivery_days, published_at = excluded.published_at";
        self.execute(sql, values).await.map(drop)
    }

    /// Makes a cycle the one whose list the tablets hold, and tells them.
    pub(super) async fn set_current_cycle(
        &mut self,
        hub: HubId,
        cycle: &OrderCycle,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE hub SET current_cycle = $2 WHERE id = $1";
        self.execute(sql, args![hub, cycle.id]).await?;
        self.publish(&Scope::catalog(hub), [Put::of(kind::CYCLE, CURRENT, cycle)?]).await
    }

    /// Closes a cycle, and tells the tablets when it is the one they hold.
    pub(crate) async fn close_cycle(&mut self, hub: HubId, closed: &OrderCycle) -> Result<(), StoreError> {
        let CycleState::Closed { closed_at } = closed.state else {
            return Err(StoreError::Unreadable("a cycle that is closed while open"));
        };
        let sql = "UPDATE cycle SET closed_at = $3 WHERE hub = $1 AND id = $2 AND closed_at IS NULL";
        if self.execute(sql, args![hub, closed.id, closed_at]).await? == 0 {
            return Err(StoreError::CycleClosed(closed.id));
        }
        match self.current_cycle(hub).await? {
            Some(current) if current.id == closed.id => {
                self.publish(&Scope::catalog(hub), [Put::of(kind::CYCLE, CURRENT, closed)?]).await
            }
            _ => Ok(()),
        }
    }
}
