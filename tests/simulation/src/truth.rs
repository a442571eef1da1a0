//! The catalogue as the server's own rows have it, to compare screens with.

use std::collections::{BTreeSet, HashMap};

use domain::{
    cycle::OrderCycle,
    id::{HubId, Reference},
    offer::Offer,
    quantity::Quantity,
};
use server::store::{StoreError, SyncStore, SyncTransaction};

/// The current cycle, the offers in its list by reference, and what is left of promises.
pub(crate) type Truth = (Option<OrderCycle>, Vec<Offer>, HashMap<Reference, Quantity>);

/// Reads it.
pub(crate) async fn catalog(store: &impl SyncStore, hub: HubId) -> Result<Truth, StoreError> {
    let mut tx = store.read().await?;
    let Some(cycle) = tx.current_cycle(hub).await? else { return Ok((None, Vec::new(), HashMap::new())) };
    let all = tx.all_offers(hub, cycle.id).await?;
    let names: BTreeSet<_> = all.keys().collect();
    let named = tx.named_offers(hub, cycle.id, &names).await?;
    let mut offers: Vec<_> = named.listed.values().cloned().collect();
    offers.sort_by(|a, b| a.reference.cmp(&b.reference));
    let mut asked: HashMap<Reference, i64> = HashMap::new();
    for row in tx.demand_rows(hub, cycle.id).await? {
        *asked.entry(row.reference).or_default() += row.ordered.thousandths();
    }
    let left = offers.iter().filter_map(|offer| {
        let left = offer.promised?.thousandths() - asked.get(&offer.reference)?;
        Some((offer.reference.clone(), Quantity::from_thousandths(left.max(0)).ok()?))
    });
    let left = left.collect();
    Ok((Some(cycle), offers, left))
}
