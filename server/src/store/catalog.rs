//! Offers and producers as they are, whichever list brought them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    iter,
};

use domain::{
    cycle::CycleId,
    enterprise::Producer,
    id::{HubId, ProducerId, Reference},
    offer::Offer,
};

use super::{
    Store, StoreError, Transaction,
    engine::Sql,
    value::{Value, args},
};

/// The offers a submission names, as the price list has or had them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedOffers {
    /// In the list now.
    pub listed: HashMap<Reference, Offer>,
    /// Gone, as they last were.
    pub withdrawn: HashMap<Reference, Offer>,
}

/// Names asked for by one statement: always this many, so that it is prepared once. Most orders have fewer lines.
const NAMES_A_STATEMENT: usize = 64;

impl Store {
    /// The offers in a cycle's list now.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn current_offers(
        &self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<HashMap<Reference, Offer>, StoreError> {
        let offers = self.read().await?.listed_offers(hub, cycle).await?;
        Ok(offers.into_iter().map(|offer| (offer.reference.clone(), offer)).collect())
    }
}

impl Transaction {
    /// The offers in a cycle's list, in the list's order.
    pub(crate) async fn listed_offers(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<Vec<Offer>, StoreError> {
        let sql = "SELECT body FROM offer WHERE hub = $1 AND cycle = $2 AND listed = 1 ORDER BY position";
        let rows: Vec<(String,)> = self.fetch(sql, args![hub, cycle]).await?;
        rows.into_iter().map(|(body,)| Ok(serde_json::from_str(&body)?)).collect()
    }

    /// Every offer that was ever in a cycle's list: orders keep what they were promised by an offer that left.
    pub(crate) async fn all_offers(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<HashMap<Reference, Offer>, StoreError> {
        let sql = "SELECT reference, body FROM offer WHERE hub = $1 AND cycle = $2";
        let rows: Vec<(Reference, String)> = self.fetch(sql, args![hub, cycle]).await?;
        rows.into_iter().map(|(reference, body)| Ok((reference, serde_json::from_str(&body)?))).collect()
    }

    /// The offers of these references, in the list or out of it.
    pub(crate) async fn named_offers(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        references: &BTreeSet<&Reference>,
    ) -> Result<NamedOffers, StoreError> {
        let mut found = NamedOffers::default();
        let references: Vec<_> = references.iter().copied().collect();
        for names in references.chunks(NAMES_A_STATEMENT) {
            let (hub_at, cycle_at) = (self.places(1, 1), self.places(2, 1));
            let sql = format!(
                "SELECT reference, listed, body FROM offer
                 WHERE hub = {hub_at} AND cycle = {cycle_at} AND reference IN ({})",
                self.places(3, NAMES_A_STATEMENT)
            );
            let mut values = args![hub, cycle];
            // The last name stands for those that are missing: a name asked for twice is found once.
            let padded = names.iter().chain(iter::repeat(&names[names.len() - 1])).take(NAMES_A_STATEMENT);
            values.extend(padded.map(|name| Value::from(*name)));
            let rows: Vec<(Reference, bool, String)> = self.fetch(Sql::Built(sql), values).await?;
            for (reference, listed, body) in rows {
                let side = if listed { &mut found.listed } else { &mut found.withdrawn };
                side.insert(reference, serde_json::from_str(&body)?);
            }
        }
        Ok(found)
    }

    /// How many offers are in a cycle's list, and of how many producers.
    pub(crate) async fn count_offers(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<(u32, u32), StoreError> {
        let sql = "SELECT COUNT(*), COUNT(DISTINCT producer) FROM offer WHERE hub = $1 AND cycle = $2 AND listed = 1";
        self.get(sql, args![hub, cycle]).await
    }

    /// Every producer of a hub.
    pub(crate) async fn producers(
        &mut self,
        hub: HubId,
    ) -> Result<BTreeMap<ProducerId, Producer>, StoreError> {
        let sql = "SELECT id, body FROM producer WHERE hub = $1";
        let rows: Vec<(ProducerId, String)> = self.fetch(sql, args![hub]).await?;
        rows.into_iter().map(|(id, body)| Ok((id, serde_json::from_str(&body)?))).collect()
    }
}
