//! The catalogue as the server's own rows have it, to compare screens with.

use std::collections::{BTreeSet, HashMap};

use domain::{
    cycle::OrderCycle,
    id::{HubId, Reference},
    offer::Offer,
    quantity::Quantity,
    wire::Scope,
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
    let listed = tx.named_offers(hub, cycle.id, &names).await?.listed;
    let mut offers: Vec<_> = listed.into_values().collect();
    offers.sort_by(|a, b| a.reference.cmp(&b.reference));
    let rows = tx.changes(&Scope::catalog(hub), 0, u32::MAX, true).await?;
    let left = rows
        .into_iter()
        .filter(|op| op.kind == "left")
        .filter_map(|op| Some((Reference::parse(&op.id).ok()?, serde_json::from_value(op.body?).ok()?)));
    Ok((Some(cycle), offers, left.collect()))
}
