//! Offers and producers as they are, whichever list brought them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
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

/// The offers a submission names, as the price list has or had them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedOffers {
    /// In the list now.
    pub listed: HashMap<Reference, Offer>,
    /// Gone, as they last were.
    pub withdrawn: HashMap<Reference, Offer>,
}

/// An offer that was ever in a list.
#[derive(Debug)]
enum Kept {
    /// In it now.
    Listed(Offer),
    /// Gone, as it last was.
    Withdrawn(Offer),
    /// The business of those who name it, and of nobody else.
    Unreadable,
}

impl Kept {
    fn read(listed: bool, body: &str) -> Self {
        match serde_json::from_str(body) {
            Ok(offer) if listed => Self::Listed(offer),
            Ok(offer) => Self::Withdrawn(offer),
            Err(_) => Self::Unreadable,
        }
    }
}

/// Offers by reference.
type WholeList = HashMap<Reference, Kept>;

/// The list of each hub that orders were last judged by, known by its cycle and the place of its publication.
#[derive(Debug, Default)]
pub(super) struct KeptLists(Mutex<HashMap<HubId, (ListName, Arc<WholeList>)>>);

/// The cycle of a list, and the place of its publication in the catalogue's feed.
type ListName = (CycleId, u64);

impl KeptLists {
    fn find(&self, hub: HubId, name: ListName) -> Option<Arc<WholeList>> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.get(&hub).filter(|(of, _)| *of == name).map(|(_, list)| Arc::clone(list))
    }

    fn keep(&self, hub: HubId, name: ListName, list: Arc<WholeList>) {
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

    /// The offers of these references, in the list or out of it.
    pub(crate) async fn named_offers(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        references: &BTreeSet<&Reference>,
    ) -> Result<NamedOffers, StoreError> {
        let list = self.whole_list(hub, cycle).await?;
        let mut found = NamedOffers::default();
        for reference in references {
            let (side, offer) = match list.get(*reference) {
                Some(Kept::Listed(offer)) => (&mut found.listed, offer),
                Some(Kept::Withdrawn(offer)) => (&mut found.withdrawn, offer),
                Some(Kept::Unreadable) => return Err(StoreError::Unreadable("an offer that cannot be read")),
                None => continue,
            };
            side.insert((*reference).clone(), offer.clone());
        }
        Ok(found)
    }

    /// Every offer that was ever in a cycle's list, and whether it is now. Orders ask for it one after the other and lists
    /// change once a week: the last one read is kept for as long as the hub publishes no other.
    async fn whole_list(&mut self, hub: HubId, cycle: CycleId) -> Result<Arc<WholeList>, StoreError> {
        let sql = "SELECT list_seq FROM hub WHERE id = $1";
        let (published,): (u64,) = self.get(sql, args![hub]).await?;
        let name = (cycle, published);
        // What this very transaction publishes may yet be undone, and its place given to another list.
        let lists = if self.has_moved(&Scope::catalog(hub)) { None } else { self.lists() };
        if let Some(list) = lists.as_ref().and_then(|lists| lists.find(hub, name)) {
            return Ok(list);
        }
        let sql = "SELECT reference, listed, body FROM offer WHERE hub = $1 AND cycle = $2";
        let rows: Vec<(Reference, bool, String)> = self.fetch(sql, args![hub, cycle]).await?;
        let offers = rows.into_iter().map(|(reference, listed, body)| (reference, Kept::read(listed, &body)));
        let list: Arc<WholeList> = Arc::new(offers.collect());
        // A document that is mended behind our back must be read again.
        let readable = !list.values().any(|offer| matches!(offer, Kept::Unreadable));
        if let Some(lists) = lists.filter(|_| readable) {
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
