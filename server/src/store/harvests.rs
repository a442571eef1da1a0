//! What producers answered after the cut-off: on their sheet, on the lines of orders, in what each kitchen is told, and in the
//! totals of the week; all of it at once.

use std::collections::BTreeMap;

use domain::{
    consolidation::DemandTable,
    harvest::{OrderAnswer, OrderPlace},
    id::{HubId, OrderId, ProducerId, SiteId},
    order::Order,
    producer_sheet::ProducerSheet,
    time::Date,
    wire::Scope,
};

use super::{
    StoreError, Transaction,
    feed::{Put, kind},
    orders::check_lines,
    value::args,
};

/// A producer's answer, carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The sheet as it now is.
    pub sheet: ProducerSheet,
    /// The orders it changes, as they now are.
    pub orders: Vec<Order>,
    /// What each kitchen is told, with whose it is.
    pub told: Vec<(SiteId, OrderAnswer)>,
    /// What the week's totals of the changed lines come to.
    pub granted: DemandTable,
}

/// What begins the names of what producers answered about an order and day: always as long.
pub(super) fn names_of(order: OrderId, delivery_on: Date) -> String {
    format!("{order}/{delivery_on}/")
}

impl Transaction {
    /// An order, as a sheet names it.
    pub(crate) async fn find_placed_order(
        &mut self,
        (site, number): OrderPlace,
    ) -> Result<Option<Order>, StoreError> {
        let sql = "SELECT f.body FROM orders o
             JOIN feed f ON f.scope = 'site:' || o.site AND f.kind = 'order' AND f.id = o.id
             WHERE o.site = $1 AND o.year = $2 AND o.sequence = $3";
        let row: Option<(String,)> =
            self.find(sql, args![site, i64::from(number.year), number.sequence]).await?;
        row.map(|(body,)| Ok(serde_json::from_str(&body)?)).transpose()
    }

    /// What producers answered about an order of a site on a day.
    pub(crate) async fn answers(
        &mut self,
        site: SiteId,
        order: OrderId,
        delivery_on: Date,
    ) -> Result<Vec<OrderAnswer>, StoreError> {
        let sql = "SELECT body FROM feed
             WHERE scope = $1 AND kind = $2 AND substr(id, 1, 48) = $3 AND deleted = 0";
        let names = names_of(order, delivery_on);
        let rows: Vec<(String,)> = self.fetch(sql, args![&Scope::site(site), kind::HARVEST, names]).await?;
        rows.into_iter().map(|(body,)| Ok(serde_json::from_str(&body)?)).collect()
    }

    /// The addresses of the people who speak for each producer of a hub.
    pub(crate) async fn emails_of_producers(
        &mut self,
        hub: HubId,
    ) -> Result<BTreeMap<ProducerId, Vec<String>>, StoreError> {
        let sql = "SELECT producer, email FROM account
             WHERE hub = $1 AND producer IS NOT NULL AND disabled_at IS NULL ORDER BY email";
        let rows: Vec<(ProducerId, String)> = self.fetch(sql, args![hub]).await?;
        let mut emails: BTreeMap<ProducerId, Vec<String>> = BTreeMap::new();
        for (producer, email) in rows {
            emails.entry(producer).or_default().push(email);
        }
        Ok(emails)
    }

    /// Writes a producer's answer, and tells it to the producer's telephones and to the kitchens.
    pub(crate) async fn save_answered(&mut self, hub: HubId, answered: &Answered) -> Result<(), StoreError> {
        let Answered { sheet, orders, told, granted } = answered;
        self.write_sheet(hub, sheet).await?;
        self.tell_arrivals_anew(hub, sheet).await?;
        for order in orders {
            check_lines(order)?;
            self.publish(&Scope::site(order.site), [Put::of(kind::ORDER, order.id, order)?]).await?;
        }
        for (site, told) in told {
            let name = OrderAnswer::name(told.order, told.delivery_on, told.producer);
            self.publish(&Scope::site(*site), [Put::of(kind::HARVEST, name, told)?]).await?;
        }
        self.correct_grants(hub, sheet.cycle, sheet.producer.id, granted).await
    }
}
