//! Offers and producers as they are, whichever list brought them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use domain::{
    cycle::CycleId,
    enterprise::Producer,
    id::{HubId, ProducerId, Reference},
    offer::Offer,
    wire::Scope,
};

use super::{Store, StoreError, Transaction, value::args};

/// Every offer that was ever in the list of a cycle, as submissions are judged by it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CycleOffers {
    /// In the list now.
    pub listed: HashMap<Reference, Offer>,
    /// Gone, as they last were.
    pub withdrawn: HashMap<Reference, Offer>,
    /// What cannot be read: the business of those who name it, and of nobody else.
    unreadable: HashSet<Reference>,
}

impl CycleOffers {
    fn read(rows: Vec<(Reference, bool, String)>) -> Self {
        let mut offers = Self::default();
        for (reference, listed, body) in rows {
            match serde_json::from_str(&body) {
                Ok(offer) if listed => drop(offers.listed.insert(reference, offer)),
                Ok(offer) => drop(offers.withdrawn.insert(reference, offer)),
                Err(_) => drop(offers.unreadable.insert(reference)),
            }
        }
        offers
    }
}

/// The list of each hub that orders were last judged by, known by its cycle and the place of its publication.
#[derive(Debug, Default)]
pub(super) struct KeptLists(Mutex<HashMap<HubId, (ListName, Arc<CycleOffers>)>>);

/// The cycle of a list, and the place of its publication in the catalogue's feed.
type ListName = (CycleId, u64);

impl KeptLists {
    fn find(&self, hub: HubId, name: ListName) -> Option<Arc<CycleOffers>> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.get(&hub).filter(|(of, _)| *of == name).map(|(_, list)| Arc::clone(list))
    }

    fn keep(&self, hub: HubId, name: ListName, list: Arc<CycleOffers>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(hub, (name, list));
    }
}

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

    /// The offers of a cycle, those of these references at least.
    ///
    /// # Errors
    /// When one of these cannot be read, or the database cannot be reached.
    pub(crate) async fn named_offers(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        references: &BTreeSet<&Reference>,
    ) -> Result<Arc<CycleOffers>, StoreError> {
        let offers = self.cycle_offers(hub, cycle).await?;
        if references.iter().any(|reference| offers.unreadable.contains(*reference)) {
            return Err(StoreError::Unreadable("an offer that cannot be read"));
        }
        Ok(offers)
    }

    /// Every offer that was ever in a cycle's list, and whether it is now. Orders ask for it one after the other and lists
    /// change once a week: the last one read is kept for as long as the hub publishes no other.
    async fn cycle_offers(&mut self, hub: HubId, cycle: CycleId) -> Result<Arc<CycleOffers>, StoreError> {
        let sql = "SELECT list_seq FROM hub WHERE id = $1";
        let (published,): (u64,) = self.get(sql, args![hub]).await?;
        let name = (cycle, published);
        // What this very transaction publishes may yet be undone, and its place given to another list.
        let lists = if self.has_moved(&Scope::catalog(hub)) { None } else { self.lists() };
        if let Some(list) = lists.as_ref().and_then(|lists| lists.find(hub, name)) {
            return Ok(list);
        }
        let sql = "SELECT reference, listed, body FROM offer WHERE hub = $1 AND cycle = $2";
        let list = Arc::new(CycleOffers::read(self.fetch(sql, args![hub, cycle]).await?));
        // A document that is mended behind our back must be read again.
        if let Some(lists) = lists.filter(|_| list.unreadable.is_empty()) {
            lists.keep(hub, name, Arc::clone(&list));
        }
        Ok(list)
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
