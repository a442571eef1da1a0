//! Producers' sheets of closed cycles. The document is the producer's feed's; the row is what the hub lists.

use domain::{
    cycle::CycleId,
    id::{HubId, ProducerId},
    money::Amount,
    producer_sheet::ProducerSheet,
    wire::{Scope, desk::SheetSummary},
};

use super::{
    Store, StoreError, Transaction,
    feed::{Put, kind},
    value::args,
};

const BODY: &str = "SELECT f.body FROM sheet s
     JOIN feed f ON f.scope = 'prod:' || s.producer AND f.kind = 'sheet' AND f.id = s.cycle
     WHERE s.hub = $1 AND s.cycle = $2 AND s.producer = $3";
const BODIES: &str = "SELECT f.body FROM sheet s
     JOIN feed f ON f.scope = 'prod:' || s.producer AND f.kind = 'sheet' AND f.id = s.cycle
     WHERE s.hub = $1 AND s.cycle = $2";

impl Store {
    /// Every sheet of a cycle, in the producers' name order; none before it is closed.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn sheets(&self, hub: HubId, cycle: CycleId) -> Result<Vec<ProducerSheet>, StoreError> {
        self.read().await?.sheets(hub, cycle).await
    }
}

impl Transaction {
    /// Stores a sheet and sends it to its producer, and what it has the producer bring to the hub's quay.
    pub(crate) async fn save_sheet(&mut self, hub: HubId, sheet: &ProducerSheet) -> Result<(), StoreError> {
        self.write_sheet(hub, sheet).await?;
        self.tell_arrivals(hub, sheet).await
    }

    /// Stores a sheet and sends it to its producer.
    pub(super) async fn write_sheet(&mut self, hub: HubId, sheet: &ProducerSheet) -> Result<(), StoreError> {
        let products: usize = sheet.days.iter().map(|day| day.products.len()).sum();
        let products = u32::try_from(products).unwrap_or(u32::MAX);
        let sql = "INSERT INTO sheet (hub, cycle, producer, products, amount) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (hub, cycle, producer) DO UPDATE SET products = excluded.products, amount = excluded.amount";
        self.execute(sql, args![hub, sheet.cycle, sheet.producer.id, products, sheet.amount]).await?;
        let scope = Scope::producer(sheet.producer.id);
        self.publish(&scope, [Put::of(kind::SHEET, sheet.cycle, sheet)?]).await
    }

    /// Every sheet of a cycle, in the producers' name order.
    pub(crate) async fn sheets(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<Vec<ProducerSheet>, StoreError> {
        let rows: Vec<(String,)> = self.fetch(BODIES, args![hub, cycle]).await?;
        let mut sheets = rows
            .into_iter()
            .map(|(body,)| Ok(serde_json::from_str::<ProducerSheet>(&body)?))
            .collect::<Result<Vec<_>, StoreError>>()?;
        sheets.sort_by(|a, b| (&a.producer.name, a.producer.id).cmp(&(&b.producer.name, b.producer.id)));
        Ok(sheets)
    }

    /// One sheet.
    pub(crate) async fn find_sheet(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        producer: ProducerId,
    ) -> Result<Option<ProducerSheet>, StoreError> {
        let row: Option<(String,)> = self.find(BODY, args![hub, cycle, producer]).await?;
        row.map(|(body,)| Ok(serde_json::from_str(&body)?)).transpose()
    }

    /// The sheets of a cycle in short, in the producers' name order.
    pub(crate) async fn sheet_summaries(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<Vec<SheetSummary>, StoreError> {
        let sql = "SELECT producer, products, amount FROM sheet WHERE hub = $1 AND cycle = $2";
        let rows: Vec<(ProducerId, u32, Amount)> = self.fetch(sql, args![hub, cycle]).await?;
        let producers = self.producers(hub).await?;
        let mut summaries: Vec<_> = rows
            .into_iter()
            .filter_map(|(id, products, amount)| {
                let producer = producers.get(&id)?;
                let (name, commune) = (producer.name.clone(), producer.commune.name.clone());
                Some(SheetSummary { producer: id, name, commune, products, amount })
            })
            .collect();
        summaries.sort_by(|a, b| (&a.name, a.producer).cmp(&(&b.name, b.producer)));
        Ok(summaries)
    }
}
