//! Orders and running totals in memory, with the checks SQL's schema makes.

use std::collections::BTreeMap;

use domain::{
    consolidation::DemandTable,
    cycle::CycleId,
    id::HubId,
    money::Amount,
    order::{LineKey, Order, OrderLine},
    quantity::Quantity,
    wire::Scope,
};

use super::{MemoryTransaction, OrderRow, Total};
use crate::store::{
    DemandRow, StoreError,
    demand::moves::{Move, moves},
    feed::kind,
    orders::{BROKEN, check_lines},
    table_of,
};

impl MemoryTransaction {
    pub(super) fn write_order(
        &mut self,
        hub: HubId,
        before: Option<&Order>,
        order: &Order,
    ) -> Result<(), StoreError> {
        check_lines(order)?;
        if before.is_none() {
            let taken = self.tables().orders.iter().any(|(id, row)| {
                *id == order.id
                    || (row.site == order.site
                        && ((row.cycle, row.order.draft) == (order.cycle, order.draft)
                            || row.order.number == order.number))
            });
            if taken {
                return Err(BROKEN);
            }
        }
        self.put_order(hub, order)?;
        let old = before.map_or(&[] as &[OrderLine], |before| &before.lines);
        self.move_totals(hub, order.cycle, old, &order.lines)?;
        self.publish_one(&Scope::site(order.site), kind::ORDER, order.id, order)
    }

    fn put_order(&mut self, hub: HubId, order: &Order) -> Result<(), StoreError> {
        let row = OrderRow { hub, site: order.site, cycle: order.cycle, order: order.clone() };
        self.put(|tables| &mut tables.orders, order.id, Some(row))
    }

    pub(super) fn write_consolidated(&mut self, hub: HubId, orders: &[Order]) -> Result<(), StoreError> {
        for order in orders {
            check_lines(order)?;
            self.put_order(hub, order)?;
            self.publish_one(&Scope::site(order.site), kind::ORDER, order.id, order)?;
        }
        Ok(())
    }

    fn move_totals(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        old: &[OrderLine],
        new: &[OrderLine],
    ) -> Result<(), StoreError> {
        for (key, moved) in moves(old, new) {
            let at = (hub, cycle, key);
            let held = self.tables().totals.get(&at).copied();
            let total = moved_by(held, moved);
            if total.ordered < 0 || total.lines < 0 {
                return Err(BROKEN);
            }
            self.put(|tables| &mut tables.totals, at, Some(total))?;
        }
        Ok(())
    }

    pub(super) fn totals_of(&self, hub: HubId, cycle: CycleId) -> Vec<(LineKey, Total)> {
        let tables = self.tables();
        let own = tables.totals.iter().filter(|((of, at, _), _)| (*of, *at) == (hub, cycle));
        own.map(|((_, _, key), total)| (key.clone(), *total)).collect()
    }

    pub(super) fn put_total(
        &mut self,
        (hub, cycle): (HubId, CycleId),
        key: LineKey,
        total: Total,
    ) -> Result<(), StoreError> {
        self.put(|tables| &mut tables.totals, (hub, cycle, key), Some(total))
    }

    pub(super) fn rows_of(&self, hub: HubId, cycle: CycleId) -> Result<Vec<DemandRow>, StoreError> {
        let asked = self.totals_of(hub, cycle).into_iter().filter(|(_, total)| total.lines > 0);
        asked.map(|(key, total)| row_of(key, &total)).collect()
    }

    pub(super) fn write_grants(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        granted: &DemandTable,
    ) -> Result<(), StoreError> {
        if !table_of(&self.rows_of(hub, cycle)?).keys().eq(granted.keys()) {
            return Err(StoreError::Unreadable("grants that are not what was asked for"));
        }
        for (key, total) in self.totals_of(hub, cycle) {
            let total = Total { confirmed: Some(total.ordered), stale: true, ..total };
            self.put_total((hub, cycle), key, total)?;
        }
        self.correct_grants(hub, cycle, granted)
    }

    pub(super) fn correct_grants(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        granted: &DemandTable,
    ) -> Result<(), StoreError> {
        let totals: BTreeMap<_, _> = self.totals_of(hub, cycle).into_iter().collect();
        for (key, demand) in granted {
            let total = Total {
                confirmed: Some(demand.ordered.thousandths()),
                producer_share: demand.producer_net.cents(),
                amount: demand.buyer_net.cents(),
                stale: true,
                ..*totals.get(key).ok_or(BROKEN)?
            };
            self.put_total((hub, cycle), key.clone(), total)?;
        }
        Ok(())
    }
}

fn moved_by(held: Option<Total>, moved: Move) -> Total {
    let zero = Total {
        producer: moved.producer,
        ordered: 0,
        confirmed: None,
        producer_share: 0,
        amount: 0,
        lines: 0,
        stale: true,
    };
    let held = held.unwrap_or(zero);
    Total {
        ordered: held.ordered + moved.ordered,
        producer_share: held.producer_share + moved.producer_share,
        amount: held.amount + moved.amount,
        lines: held.lines + moved.lines,
        stale: true,
        ..held
    }
}

fn quantity(thousandths: i64) -> Result<Quantity, StoreError> {
    Quantity::from_thousandths(thousandths).map_err(|_| BROKEN)
}

fn row_of(key: LineKey, total: &Total) -> Result<DemandRow, StoreError> {
    Ok(DemandRow {
        reference: key.offer,
        delivery_on: key.delivery_on,
        producer: total.producer,
        ordered: quantity(total.ordered)?,
        confirmed: total.confirmed.map(quantity).transpose()?,
        producer_net: Amount::from_cents(total.producer_share),
        buyer_net: Amount::from_cents(total.amount),
        lines: u32::try_from(total.lines).map_err(|_| BROKEN)?,
    })
}
