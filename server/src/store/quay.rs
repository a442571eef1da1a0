//! The quay's book: a row a page with the document, a row a lot of what came, so that one is found by its code; and what the
//! hub's devices and the kitchens are told. Pages are kept: who brought what to whom must be told for five years (Regulation
//! (EC) No 178/2002); a hub's devices hold those of the last days.

use std::collections::BTreeMap;

use domain::{
    cycle::CycleId,
    id::{HubId, ProducerId, SiteId},
    producer_sheet::{ProducerSheet, SiteLabel},
    quay::{Arrival, Departure, PageKey, QuayPage, Side, folded_code},
    time::{Date, Timestamp},
    wire::Scope,
};

use super::{
    StoreError, Transaction,
    feed::{Put, kind},
    orders::day_of,
    value::args,
};

/// What is answered where a page breaks a rule of the store.
pub(super) const BROKEN: StoreError =
    StoreError::Unreadable("a page of the quay that breaks a rule of the store");

/// A page that is looked for by one of its lots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotPlace {
    /// Of which week.
    pub cycle: CycleId,
    /// On which day.
    pub delivery_on: Date,
    /// Who brought it.
    pub producer: ProducerId,
}

/// Side and place of a page, as columns.
fn columns(side: Side) -> (&'static str, String) {
    match side {
        Side::In(producer) => ("in", producer.to_string()),
        Side::Out(site) => ("out", site.to_string()),
    }
}

/// What begins the names of a day's rows in the hub's feed, always as long. Which of two names comes first each base says its
/// own way; whether one begins so they all say alike.
pub(super) fn names_of(delivery_on: Date, cycle: CycleId) -> String {
    format!("{delivery_on}/{cycle}/")
}

impl Transaction {
    /// Tells the hub's devices what a sheet has its producer bring, once its week is closed.
    pub(super) async fn tell_arrivals(
        &mut self,
        hub: HubId,
        sheet: &ProducerSheet,
    ) -> Result<(), StoreError> {
        let puts: Result<Vec<_>, _> = Arrival::all_of(sheet)
            .iter()
            .map(|arrival| Put::of(kind::ARRIVAL, arrival.name_in_feed(), arrival))
            .collect();
        self.publish(&Scope::hub(hub), puts?).await
    }

    /// Tells them what became of it since, as long as they hold that day: they hold it whole, or not at all.
    pub(super) async fn tell_arrivals_anew(
        &mut self,
        hub: HubId,
        sheet: &ProducerSheet,
    ) -> Result<(), StoreError> {
        let scope = Scope::hub(hub);
        for arrival in Arrival::all_of(sheet) {
            let name = arrival.name_in_feed();
            if self.find_entity::<Arrival>(&scope, kind::ARRIVAL, &name).await?.is_some() {
                self.publish(&scope, [Put::of(kind::ARRIVAL, name, &arrival)?]).await?;
            }
        }
        Ok(())
    }

    /// Tells the hub's devices what its kitchens are called, and forgets, there alone, what passed before an
    /// instant's day.
    pub(crate) async fn turn_quay(
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
        self.publish_exactly(&scope, kind::LABEL, labels?).await?;
        let sql = "SELECT kind, id FROM feed
             WHERE scope = $1 AND kind IN ('arrival', 'quay') AND deleted = 0 AND substr(id, 1, 10) < $2";
        let rows: Vec<(String, String)> = self.fetch(sql, args![&scope, day_of(before)?]).await?;
        let gone = |(of, id): (String, String)| {
            let kind = if of == kind::ARRIVAL { kind::ARRIVAL } else { kind::QUAY };
            Put::gone(kind, id)
        };
        self.publish(&scope, rows.into_iter().map(gone)).await
    }

    /// What is to come on a day of a week, as the hub's devices are told; where that is long ago, as the sheets say.
    pub(crate) async fn arrivals(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        delivery_on: Date,
    ) -> Result<Vec<Arrival>, StoreError> {
        let sql = "SELECT body FROM feed
             WHERE scope = $1 AND kind = $2 AND substr(id, 1, 20) = $3 AND deleted = 0 ORDER BY id";
        let names = names_of(delivery_on, cycle);
        let rows: Vec<(String,)> = self.fetch(sql, args![&Scope::hub(hub), kind::ARRIVAL, names]).await?;
        if rows.is_empty() {
            let sheets = self.sheets(hub, cycle).await?;
            let all = sheets.iter().flat_map(Arrival::all_of);
            return Ok(all.filter(|arrival| arrival.delivery_on == delivery_on).collect());
        }
        rows.into_iter().map(|(body,)| Ok(serde_json::from_str(&body)?)).collect()
    }

    /// A page.
    pub(crate) async fn find_quay_page(
        &mut self,
        hub: HubId,
        key: &PageKey,
    ) -> Result<Option<QuayPage>, StoreError> {
        let (side, place) = columns(key.side);
        let sql = "SELECT body FROM quay_page
             WHERE hub = $1 AND delivery_on = $2 AND cycle = $3 AND side = $4 AND place = $5";
        let row: Option<(String,)> =
            self.find(sql, args![hub, key.delivery_on, key.cycle, side, place]).await?;
        row.map(|(body,)| Ok(serde_json::from_str(&body)?)).transpose()
    }

    /// Every page of a day of a week.
    pub(crate) async fn quay_pages(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        delivery_on: Date,
    ) -> Result<Vec<QuayPage>, StoreError> {
        let sql = "SELECT body FROM quay_page
             WHERE hub = $1 AND delivery_on = $2 AND cycle = $3 ORDER BY side, place";
        let rows: Vec<(String,)> = self.fetch(sql, args![hub, delivery_on, cycle]).await?;
        rows.into_iter().map(|(body,)| Ok(serde_json::from_str(&body)?)).collect()
    }

    /// The weeks that somebody wrote in the quay's book of on a day.
    pub(crate) async fn cycles_of_quay(&mut self, hub: HubId, day: Date) -> Result<Vec<CycleId>, StoreError> {
        let sql = "SELECT DISTINCT cycle FROM quay_page WHERE hub = $1 AND delivery_on = $2 ORDER BY cycle";
        let rows: Vec<(CycleId,)> = self.fetch(sql, args![hub, day]).await?;
        Ok(rows.into_iter().map(|(cycle,)| cycle).collect())
    }

    /// Writes a page as it now is, with the lots that came, and tells the hub's devices.
    pub(crate) async fn save_quay_page(&mut self, hub: HubId, page: &QuayPage) -> Result<(), StoreError> {
        let (side, place) = columns(page.key.side);
        if page.number.is_some() != matches!(page.key.side, Side::Out(_)) {
            return Err(BROKEN);
        }
        let sql = "INSERT INTO quay_page (hub, delivery_on, cycle, side, place, year, sequence, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (hub, delivery_on, cycle, side, place) DO UPDATE SET body = excluded.body";
        let values = args![
            hub,
            page.key.delivery_on,
            page.key.cycle,
            side,
            place,
            page.number.map(|number| i64::from(number.year)),
            page.number.map(|number| i64::from(number.sequence)),
            serde_json::to_string(page)?,
        ];
        self.execute(sql, values).await?;
        if let Side::In(producer) = page.key.side {
            self.save_lots(hub, producer, page).await?;
        }
        self.publish(&Scope::hub(hub), [Put::of(kind::QUAY, page.key.name(), page)?]).await
    }

    async fn save_lots(
        &mut self,
        hub: HubId,
        producer: ProducerId,
        page: &QuayPage,
    ) -> Result<(), StoreError> {
        let PageKey { cycle, delivery_on, .. } = page.key;
        let sql = "DELETE FROM quay_lot WHERE hub = $1 AND delivery_on = $2 AND cycle = $3 AND producer = $4";
        self.execute(sql, args![hub, delivery_on, cycle, producer]).await?;
        let mut lots = std::collections::BTreeSet::new();
        for product in page.products() {
            // Of two who read two labels, both are to be found.
            let said = page.said_of(product).into_iter().flat_map(|standing| &standing.line.lots);
            lots.extend(said.map(|lot| (folded_code(lot.code.as_str()), product)));
        }
        let sql = "INSERT INTO quay_lot (hub, code, delivery_on, cycle, producer, reference)
             VALUES ($1, $2, $3, $4, $5, $6)";
        for (code, product) in lots {
            self.execute(sql, args![hub, code, delivery_on, cycle, producer, product]).await?;
        }
        Ok(())
    }

    /// Tells a kitchen what left for it.
    pub(crate) async fn tell_departure(
        &mut self,
        site: SiteId,
        departure: &Departure,
    ) -> Result<(), StoreError> {
        let name = Departure::name(departure.cycle, departure.delivery_on);
        self.publish(&Scope::site(site), [Put::of(kind::DEPARTURE, name, departure)?]).await
    }

    /// Where lots of a code, [`folded_code`], came in, the last day first: all of it, because somebody may call it back.
    pub(crate) async fn places_of_lot(
        &mut self,
        hub: HubId,
        code: &str,
    ) -> Result<Vec<LotPlace>, StoreError> {
        let sql = "SELECT DISTINCT delivery_on, cycle, producer FROM quay_lot
             WHERE hub = $1 AND code = $2 ORDER BY delivery_on DESC, cycle, producer";
        let rows: Vec<(Date, CycleId, ProducerId)> = self.fetch(sql, args![hub, code]).await?;
        let place = |(delivery_on, cycle, producer)| LotPlace { cycle, delivery_on, producer };
        Ok(rows.into_iter().map(place).collect())
    }
}
