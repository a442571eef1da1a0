//! Producers' answers in memory, with the checks SQL's schema makes.

use domain::{
    cycle::CycleId,
    harvest::{OrderAnswer, OrderPlace},
    id::{HubId, OrderId, ProducerId, SiteId},
    order::Order,
    producer_sheet::ProducerSheet,
    time::Date,
    wire::Scope,
};

use super::MemoryTransaction;
use crate::store::{Answered, StoreError, feed::kind, harvests::names_of};

impl MemoryTransaction {
    pub(super) fn sheet(
        &self,
        hub: HubId,
        cycle: CycleId,
        producer: ProducerId,
    ) -> Result<Option<ProducerSheet>, StoreError> {
        if !self.tables().sheets.contains_key(&(hub, cycle, producer)) {
            return Ok(None);
        }
        self.find_entity(&Scope::producer(producer), kind::SHEET, cycle)
    }

    pub(super) fn placed_order(&self, (site, number): OrderPlace) -> Option<Order> {
        let tables = self.tables();
        let mut own = tables.orders.values().filter(|row| row.site == site);
        own.find(|row| row.order.number == number).map(|row| row.order.clone())
    }

    pub(super) fn told(
        &self,
        site: SiteId,
        order: OrderId,
        delivery_on: Date,
    ) -> Result<Vec<OrderAnswer>, StoreError> {
        let names = names_of(order, delivery_on);
        let all = self.entities::<OrderAnswer>(&Scope::site(site), kind::HARVEST)?;
        let own = all.into_iter().filter(|(id, _)| id.starts_with(&names));
        Ok(own.map(|(_, answer)| answer).collect())
    }

    pub(super) fn write_answered(&mut self, hub: HubId, answered: &Answered) -> Result<(), StoreError> {
        let Answered { sheet, orders, told, granted } = answered;
        self.write_sheet(hub, sheet)?;
        self.tell_arrivals_anew(hub, sheet)?;
        self.write_consolidated(hub, orders)?;
        for (site, told) in told {
            let name = OrderAnswer::name(told.order, told.delivery_on, told.producer);
            self.publish_one(&Scope::site(*site), kind::HARVEST, name, told)?;
        }
        self.correct_grants(hub, sheet.cycle, granted)
    }

    pub(super) fn write_sheet(&mut self, hub: HubId, sheet: &ProducerSheet) -> Result<(), StoreError> {
        let key = (hub, sheet.cycle, sheet.producer.id);
        self.put(|tables| &mut tables.sheets, key, Some(sheet.amount))?;
        self.publish_one(&Scope::producer(sheet.producer.id), kind::SHEET, sheet.cycle, sheet)
    }
}
