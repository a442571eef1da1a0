//! The quay's book in memory, with the checks SQL's schema makes.

use std::collections::BTreeMap;

use domain::{
    cycle::CycleId,
    id::{HubId, SiteId},
    order::OrderNumber,
    producer_sheet::{ProducerSheet, SiteLabel},
    quay::{Arrival, PageKey, QuayPage, Side},
    time::{Date, Timestamp},
    wire::Scope,
};

use super::MemoryTransaction;
use crate::store::{
    StoreError,
    feed::{Put, kind},
    orders::day_of,
    quay::{BROKEN, names_of},
};

impl MemoryTransaction {
    pub(super) fn tell_arrivals(&mut self, hub: HubId, sheet: &ProducerSheet) -> Result<(), StoreError> {
        let puts: Result<Vec<_>, _> = Arrival::all_of(sheet)
            .iter()
            .map(|arrival| Put::of(kind::ARRIVAL, arrival.name_in_feed(), arrival))
            .collect();
        self.publish(&Scope::hub(hub), puts?)
    }

    pub(super) fn tell_arrivals_anew(&mut self, hub: HubId, sheet: &ProducerSheet) -> Result<(), StoreError> {
        let scope = Scope::hub(hub);
        for arrival in Arrival::all_of(sheet) {
            let name = arrival.name_in_feed();
            if self.find_entity::<Arrival>(&scope, kind::ARRIVAL, &name)?.is_some() {
                self.publish_one(&scope, kind::ARRIVAL, name, &arrival)?;
            }
        }
        Ok(())
    }

    pub(super) fn turn(
        &mut self,
        hub: HubId,
        labels: &BTreeMap<SiteId, SiteLabel>,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        let scope = Scope::hub(hub);
        let labels: Result<_, StoreError> = labels
            .iter()
            .map(|(site, label)| Ok((site.to_string(), serde_json::to_string(label)?)))
            .collect();
        self.publish_exactly(&scope, kind::LABEL, &labels?)?;
        let before = day_of(before)?.to_string();
        for of in [kind::ARRIVAL, kind::QUAY] {
            let rows = self.entities::<serde_json::Value>(&scope, of)?;
            let gone = rows.into_iter().filter(|(id, _)| *id < before).map(|(id, _)| Put::gone(of, id));
            self.publish(&scope, gone)?;
        }
        Ok(())
    }

    pub(super) fn arriving(
        &self,
        hub: HubId,
        cycle: CycleId,
        delivery_on: Date,
    ) -> Result<Vec<Arrival>, StoreError> {
        let names = names_of(delivery_on, cycle);
        let rows = self.entities::<Arrival>(&Scope::hub(hub), kind::ARRIVAL)?;
        let own = rows.into_iter().filter(|(id, _)| id.starts_with(&names));
        let own: Vec<_> = own.map(|(_, arrival)| arrival).collect();
        if !own.is_empty() {
            return Ok(own);
        }
        let producers: Vec<_> = {
            let tables = self.tables();
            let own = tables.sheets.keys().filter(|(of, at, _)| (*of, *at) == (hub, cycle));
            own.map(|(_, _, producer)| *producer).collect()
        };
        let mut all = Vec::new();
        for producer in producers {
            all.extend(self.sheet(hub, cycle, producer)?.iter().flat_map(Arrival::all_of));
        }
        all.retain(|arrival| arrival.delivery_on == delivery_on);
        Ok(all)
    }

    pub(super) fn pages_of(&self, hub: HubId, cycle: CycleId, delivery_on: Date) -> Vec<QuayPage> {
        let tables = self.tables();
        let own = tables
            .pages
            .iter()
            .filter(|((of, key), _)| (*of, key.cycle, key.delivery_on) == (hub, cycle, delivery_on));
        own.map(|(_, page)| page.clone()).collect()
    }

    pub(super) fn find_page(&self, hub: HubId, key: &PageKey) -> Option<QuayPage> {
        self.tables().pages.get(&(hub, *key)).cloned()
    }

    pub(super) fn write_page(&mut self, hub: HubId, page: &QuayPage) -> Result<(), StoreError> {
        let taken = self.tables().pages.iter().any(|((_, key), other)| {
            let same = |one: Option<OrderNumber>, another| one == another && one.is_some();
            *key != page.key && key.side == page.key.side && same(other.number, page.number)
        });
        if taken || page.number.is_some() != matches!(page.key.side, Side::Out(_)) {
            return Err(BROKEN);
        }
        self.put(|tables| &mut tables.pages, (hub, page.key), Some(page.clone()))?;
        self.publish_one(&Scope::hub(hub), kind::QUAY, page.key.name(), page)
    }
}
