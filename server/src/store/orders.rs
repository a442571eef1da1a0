//! Orders: the document the kitchen reads is the feed's; its lines are also rows, so that sums and rights can be asked in
//! SQL. Every change moves the running demand in the same transaction.

use domain::{
    consolidation::{Demand, DemandTable},
    cycle::CycleId,
    id::{HubId, OrderId, Reference, SiteId},
    money::Amount,
    order::{LineKey, LineStatus, Order, OrderLine, OrderNumber, OrderState},
    quantity::Quantity,
    time::{Date, Timestamp},
    wire::Scope,
};

use super::{
    StoreError, Transaction,
    feed::{Put, kind},
    value::{Value, args},
};

/// New Year comes to France an hour before it comes to the clock of the store.
const NEW_YEAR_LEAD_MS: i64 = 3_600_000;

const LINE_COLUMNS: &str =
    "order_line (order_id, reference, delivery_on, producer, ordered, confirmed, unit_price,
     net_price, vat, amount, producer_share, transport, hub_share, status)";

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
        if before.is_none() {
            self.insert_order(hub, order).await?;
        } else {
            self.execute("UPDATE orders SET state = $2 WHERE id = $1", args![order.id, state_code(order)])
                .await?;
            self.execute("DELETE FROM order_line WHERE order_id = $1", args![order.id]).await?;
        }
        self.insert_many(LINE_COLUMNS, line_rows(order), "").await?;
        let no_lines: &[OrderLine] = &[];
        let old_lines = before.map_or(no_lines, |before| &before.lines);
        self.move_demand(hub, order.cycle, old_lines, &order.lines).await?;
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

    /// What the accepted lines of a cycle sum to, asked of the rows.
    pub(crate) async fn line_sums(&mut self, hub: HubId, cycle: CycleId) -> Result<DemandTable, StoreError> {
        let sql = "SELECT l.reference, l.delivery_on, CAST(SUM(l.ordered) AS BIGINT),
                 CAST(SUM(l.producer_share) AS BIGINT), CAST(SUM(l.amount) AS BIGINT), COUNT(*)
             FROM orders o JOIN order_line l ON l.order_id = o.id
             WHERE o.hub = $1 AND o.cycle = $2 AND l.status = 'accepted'
             GROUP BY l.reference, l.delivery_on";
        let rows: Vec<(Reference, Date, Quantity, Amount, Amount, u32)> =
            self.fetch(sql, args![hub, cycle]).await?;
        Ok(rows
            .into_iter()
            .map(|(offer, delivery_on, ordered, producer_net, buyer_net, lines)| {
                (LineKey { offer, delivery_on }, Demand { ordered, producer_net, buyer_net, lines })
            })
            .collect())
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
        let sql = "DELETE FROM order_line WHERE order_id IN
             (SELECT id FROM orders WHERE hub = $1 AND cycle = $2 AND state = 'consolidated')";
        self.execute(sql, args![hub, cycle]).await?;
        self.insert_many(LINE_COLUMNS, orders.iter().flat_map(line_rows).collect(), "").await?;
        for order in orders {
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

pub(super) fn year_of(now: Timestamp) -> Result<i16, StoreError> {
    let instant = jiff::Timestamp::from_millisecond(now.plus_ms(NEW_YEAR_LEAD_MS).0)
        .map_err(|_| StoreError::Unreadable("an instant outside the calendar"))?;
    Ok(jiff::tz::Offset::UTC.to_datetime(instant).year())
}

fn state_code(order: &Order) -> &'static str {
    match order.state {
        OrderState::Accepted => "accepted",
        OrderState::Consolidated => "consolidated",
        OrderState::Withdrawn { .. } => "withdrawn",
    }
}

fn line_rows(order: &Order) -> Vec<Vec<Value>> {
    order.lines.iter().map(|line| line_row(order.id, line)).collect()
}

fn line_row(order: OrderId, line: &OrderLine) -> Vec<Value> {
    let status = match line.status {
        LineStatus::Accepted => "accepted",
        LineStatus::Held { .. } => "held",
        LineStatus::Dropped { .. } => "dropped",
    };
    args![
        order,
        &line.key.offer,
        line.key.delivery_on,
        line.producer,
        line.ordered,
        line.confirmed,
        line.unit_price,
        line.net_price,
        line.vat,
        line.amount,
        line.split.producer,
        line.split.transport,
        line.split.hub,
        status,
    ]
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
