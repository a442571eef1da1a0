//! Orders: a row for what must be unique and counted; the document, lines and all, is the feed's. Every change moves the running
//! demand in the same transaction.

use std::collections::BTreeSet;

use domain::{
    cycle::CycleId,
    draft::Header,
    id::{HubId, OrderId, SiteId},
    order::{Order, OrderLine, OrderNumber, OrderState},
    time::{Date, Timestamp},
    wire::{Scope, desk::KitchenNote},
};
use serde::Deserialize;

use super::{
    StoreError, Transaction,
    feed::{Put, kind},
    value::args,
};

/// New Year comes to France an hour before it comes to the clock of the store.
const NEW_YEAR_LEAD_MS: i64 = 3_600_000;

impl Transaction {
    /// The next order number of a site: per calendar year in France, unbroken, because it is given back with everything
    /// else when the transaction does not commit.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) async fn next_number(
        &mut self,
        site: SiteId,
        now: Timestamp,
    ) -> Result<OrderNumber, StoreError> {
        let year = year_of(now)?;
        let sql = "INSERT INTO order_number (site, year, last) VALUES ($1, $2, 1)
             ON CONFLICT (site, year) DO UPDATE SET last = order_number.last + 1 RETURNING last";
        let (sequence,) = self.get(sql, args![site, i64::from(year)]).await?;
        Ok(OrderNumber { year, sequence })
    }

    /// An order of a site.
    pub(crate) async fn find_order(
        &mut self,
        site: SiteId,
        order: OrderId,
    ) -> Result<Option<Order>, StoreError> {
        self.find_entity(&Scope::site(site), kind::ORDER, order).await
    }

    /// Writes an order as it now is; `before` is what it was, `None` when it is new.
    pub(crate) async fn save_order(
        &mut self,
        hub: HubId,
        before: Option<&Order>,
        order: &Order,
    ) -> Result<(), StoreError> {
        check_lines(order)?;
        if before.is_none() {
            self.insert_order(hub, order).await?;
        } else {
            self.execute("UPDATE orders SET state = $2 WHERE id = $1", args![order.id, state_code(order)])
                .await?;
        }
        let no_lines: &[OrderLine] = &[];
        let old_lines = before.map_or(no_lines, |before| &before.lines);
        self.move_demand(hub, order.cycle, old_lines, &order.lines);
        self.publish(&Scope::site(order.site), [Put::of(kind::ORDER, order.id, order)?]).await
    }

    async fn insert_order(&mut self, hub: HubId, order: &Order) -> Result<(), StoreError> {
        let sql = "INSERT INTO orders (id, hub, site, cycle, draft, year, sequence, received_at, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let values = args![
            order.id,
            hub,
            order.site,
            order.cycle,
            order.draft,
            i64::from(order.number.year),
            order.number.sequence,
            order.received_at,
            state_code(order),
        ];
        self.execute(sql, values).await.map(drop)
    }

    /// Every order of a cycle, withdrawn ones too, by identifier.
    pub(crate) async fn cycle_orders(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<Vec<Order>, StoreError> {
        let sql = "SELECT f.body FROM orders o
             JOIN feed f ON f.scope = 'site:' || o.site AND f.kind = 'order' AND f.id = o.id
             WHERE o.hub = $1 AND o.cycle = $2 ORDER BY o.id";
        let rows: Vec<(String,)> = self.fetch(sql, args![hub, cycle]).await?;
        rows.into_iter().map(|(body,)| Ok(serde_json::from_str(&body)?)).collect()
    }

    /// What kitchens say of their orders of a cycle as a whole, where they say something, by kitchen, then number.
    pub(crate) async fn kitchen_notes(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<Vec<KitchenNote>, StoreError> {
        let sql = "SELECT s.name, f.body FROM orders o JOIN site s ON s.id = o.site
             JOIN feed f ON f.scope = 'site:' || o.site AND f.kind = 'order' AND f.id = o.id
             WHERE o.hub = $1 AND o.cycle = $2 AND o.state <> 'withdrawn'";
        let rows: Vec<(String, String)> = self.fetch(sql, args![hub, cycle]).await?;
        let mut notes = Vec::new();
        for (site_name, body) in rows {
            let Said { id, number, header } = serde_json::from_str(&body)?;
            if !header.is_empty() {
                notes
                    .push((number, KitchenNote { order: id, number: number.to_string(), site_name, header }));
            }
        }
        notes.sort_by(|(one, a), (other, b)| (&a.site_name, one).cmp(&(&b.site_name, other)));
        Ok(notes.into_iter().map(|(_, note)| note).collect())
    }

    /// Writes all orders of a cycle that stood as its closing left them. Running totals are the caller's.
    pub(crate) async fn save_consolidated(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        orders: &[Order],
    ) -> Result<(), StoreError> {
        let sql = "UPDATE orders SET state = 'consolidated'
             WHERE hub = $1 AND cycle = $2 AND state = 'accepted'";
        self.execute(sql, args![hub, cycle]).await?;
        for order in orders {
            check_lines(order)?;
            self.publish(&Scope::site(order.site), [Put::of(kind::ORDER, order.id, order)?]).await?;
        }
        Ok(())
    }

    /// How many orders of a cycle stand, and of how many sites.
    pub(crate) async fn count_orders(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<(u32, u32), StoreError> {
        let sql = "SELECT COUNT(*), COUNT(DISTINCT site) FROM orders
             WHERE hub = $1 AND cycle = $2 AND state <> 'withdrawn'";
        self.get(sql, args![hub, cycle]).await
    }
}

/// What is read of an order to know what it says as a whole.
#[derive(Deserialize)]
struct Said {
    id: OrderId,
    number: OrderNumber,
    #[serde(default)]
    header: Header,
}

/// What is answered where an order breaks a rule of the store.
pub(super) const BROKEN: StoreError = StoreError::Unreadable("an order that breaks a rule of the store");

/// The last guard of an order's lines: one a product and day, nobody granted more than was asked, and every cent somebody's.
pub(super) fn check_lines(order: &Order) -> Result<(), StoreError> {
    let keys: BTreeSet<_> = order.lines.iter().map(|line| &line.key).collect();
    let fits = |line: &OrderLine| {
        line.confirmed.is_none_or(|confirmed| confirmed <= line.ordered) && line.split.total() == line.amount
    };
    let sound = keys.len() == order.lines.len() && order.lines.iter().all(fits);
    if sound { Ok(()) } else { Err(BROKEN) }
}

/// The day an instant falls on, by the clock of Greenwich.
pub(super) fn day_of(at: Timestamp) -> Result<Date, StoreError> {
    let instant = jiff::Timestamp::from_millisecond(at.0).map_err(|_| OUT_OF_CALENDAR)?;
    Ok(jiff::tz::Offset::UTC.to_datetime(instant).date().into())
}

const OUT_OF_CALENDAR: StoreError = StoreError::Unreadable("an instant outside the calendar");

pub(super) fn year_of(now: Timestamp) -> Result<i16, StoreError> {
    let instant =
        jiff::Timestamp::from_millisecond(now.plus_ms(NEW_YEAR_LEAD_MS).0).map_err(|_| OUT_OF_CALENDAR)?;
    Ok(jiff::tz::Offset::UTC.to_datetime(instant).year())
}

fn state_code(order: &Order) -> &'static str {
    match order.state {
        OrderState::Accepted => "accepted",
        OrderState::Consolidated => "consolidated",
        OrderState::Withdrawn { .. } => "withdrawn",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_of_an_order_is_the_year_in_france() {
        // 2026-12-31T22:59:59Z is still 2026 in Paris, one second later it is 2027.
        let eve = Timestamp(1_798_757_999_000);
        assert_eq!(year_of(eve).unwrap(), 2026);
        assert_eq!(year_of(eve.plus_ms(1_000)).unwrap(), 2027);
    }
}
