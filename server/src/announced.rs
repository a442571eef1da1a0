//! A week to come, as its producers announced it: what the hub reads of it, and the list it makes.

use std::collections::BTreeMap;

use domain::{
    availability::{Availability, Confidence, Silent, compose},
    cycle::CycleId,
    enterprise::Producer,
    id::{HubId, ProducerId},
    offer::Offer,
    ordered::Map,
    sorting,
    wire::announced::{AnnouncedBy, AnnouncedWeek, SaidInFigures},
};

use crate::{
    import::ReadList,
    store::{PriceList, Store, StoreError},
};

/// All that is known of a week before its list is out.
struct ToCome {
    week: CycleId,
    last: Vec<Offer>,
    said: Map<ProducerId, Availability>,
    producers: BTreeMap<ProducerId, Producer>,
}

impl ToCome {
    /// `None` before the first list.
    async fn read(store: &Store, hub: HubId) -> Result<Option<Self>, StoreError> {
        let mut tx = store.read().await?;
        let Some(last) = tx.current_cycle(hub).await? else { return Ok(None) };
        let Some(week) = last.id.next() else { return Ok(None) };
        Ok(Some(Self {
            week,
            last: tx.listed_offers(hub, last.id).await?,
            said: tx.announced(hub, week).await?,
            producers: tx.producers(hub).await?,
        }))
    }

    fn figures(&self, said: &Availability) -> SaidInFigures {
        let mut figures = SaidInFigures {
            at: said.said_at,
            products: count(said.products.len()),
            weather: 0,
            dearer: 0,
            cheaper: 0,
            unnamed: Vec::new(),
        };
        for product in &said.products {
            figures.weather += u32::from(product.confidence == Confidence::Weather);
            let own =
                |offer: &&Offer| offer.producer == said.producer && offer.reference == product.reference;
            match self.last.iter().find(own) {
                Some(offer) => {
                    figures.dearer += u32::from(product.net_price > offer.net_price);
                    figures.cheaper += u32::from(product.net_price < offer.net_price);
                }
                None => figures.unnamed.push(product.reference.clone()),
            }
        }
        figures
    }
}

/// Who announced what of the week after the last list.
///
/// # Errors
/// When the store cannot be read.
pub async fn week(store: &Store, hub: HubId) -> Result<AnnouncedWeek, StoreError> {
    let Some(to_come) = ToCome::read(store, hub).await? else {
        return Ok(AnnouncedWeek { week: None, producers: Vec::new() });
    };
    let mut offers: BTreeMap<ProducerId, u32> = BTreeMap::new();
    for offer in &to_come.last {
        *offers.entry(offer.producer).or_default() += 1;
    }
    let concerned = to_come.producers.values().filter_map(|producer| {
        let own = offers.get(&producer.id).copied().unwrap_or_default();
        let said = to_come.said.get(&producer.id).map(|said| to_come.figures(said));
        (own > 0 || said.is_some()).then(|| AnnouncedBy {
            producer: producer.id,
            name: producer.name.clone(),
            offers: own,
            said,
        })
    });
    let mut producers: Vec<_> = concerned.collect();
    sorting::sort_by_key(&mut producers, |by| (domain::search::fold(&by.name), by.producer));
    Ok(AnnouncedWeek { week: Some(to_come.week), producers })
}

/// The list of `week` as its producers announced it, for the importer to publish like any other.
///
/// # Errors
/// When the store cannot be read. `None` when `week` is not the one after the last list.
pub async fn list(
    store: &Store,
    hub: HubId,
    week: CycleId,
    silent: Silent,
) -> Result<Option<ReadList>, StoreError> {
    let Some(to_come) = ToCome::read(store, hub).await?.filter(|to_come| to_come.week == week) else {
        return Ok(None);
    };
    let offers = compose(&to_come.last, &to_come.said, silent).offers;
    let in_it = |producer: &&Producer| offers.iter().any(|offer| offer.producer == producer.id);
    let producers = to_come.producers.values().filter(in_it).cloned().collect();
    Ok(Some(ReadList {
        list: PriceList { producers, offers },
        cycle_in_file: Some(week),
        refused: Vec::new(),
        ignored_columns: Vec::new(),
        tells_minimum_orders: true,
    }))
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
