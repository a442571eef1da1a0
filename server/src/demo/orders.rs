//! What other kitchens have ordered already. Each order is made as a tablet makes it and pushed as a tablet pushes it: the
//! server's own rules number it, price it and count it.

use domain::{
    command::{Command, Envelope, SubmitOrder},
    cycle::OrderCycle,
    draft::{Draft, submission},
    enterprise::Site,
    id::{OutboxId, UserId},
    offer::Offer,
    order::LineKey,
    time::{Hlc, Timestamp},
    wire::{Catalog, PushAnswer},
};
use uuid::Uuid;

use super::{DemoError, accounts, market::Market};
use crate::{
    access::rights::KitchenSession,
    store::Store,
    sync::push::{Batch, push},
};

/// The kitchens people sign in as have ordered nothing yet; of the others, one in five has.
const STRIDE: usize = 5;
const LINES: u64 = 12;
const MINUTE_MS: i64 = 60_000;

/// Sends the orders of a week that has just opened.
pub(super) async fn send(
    store: &Store,
    market: &Market,
    cycle: &OrderCycle,
    now: Timestamp,
) -> Result<(), DemoError> {
    // Revisions are those of a list published once; a tablet that is behind is judged by the price it saw.
    let (hub, offers) = (market.hub.clone(), market.list.offers.clone());
    let catalog =
        Catalog::new(hub, cycle.clone(), market.terms.clone(), market.list.producers.clone(), offers);
    let featured = market.featured_producer()?.id;
    let theirs: Vec<_> = catalog.offers.iter().filter(|offer| offer.producer == featured).cloned().collect();
    let buyers: Vec<_> = market.sites.iter().enumerate().skip(2).step_by(STRIDE).collect();
    let cooks = accounts::cooks(store, &buyers).await?;
    let first_at = now.plus_ms(-MINUTE_MS * 40 * i64::try_from(buyers.len()).unwrap_or(0));
    for (place, ((_, site), cook)) in (0_u64..).zip(buyers.into_iter().zip(cooks)) {
        let at = first_at.plus_ms(MINUTE_MS * 40 * i64::try_from(place).unwrap_or(0));
        let draft = draft(place, site, cycle, &catalog, &theirs);
        if let Some(submit) = submission(&draft, &catalog, None) {
            send_one(store, site, cook, submit, at).await?;
        }
    }
    Ok(())
}

/// A dozen lines of the whole list, and for one buyer in three some of the featured producer's.
fn draft(place: u64, site: &Site, cycle: &OrderCycle, catalog: &Catalog, theirs: &[Offer]) -> Draft {
    let mut draft = Draft::empty(site.id, cycle.id, 0);
    for line in 0..LINES {
        let chance = mixed(place * 64 + line);
        put(&mut draft, pick(&catalog.offers, chance), chance, cycle);
    }
    if place.is_multiple_of(3) {
        for line in 0..4 {
            let chance = mixed(place * 64 + 32 + line);
            put(&mut draft, pick(theirs, chance), chance, cycle);
        }
        // What they promise least of is asked by all of them: a shortage to look at.
        put(&mut draft, theirs.iter().min_by_key(|offer| offer.promised), 3, cycle);
    }
    draft
}

/// One to four packs, on one of the days the offer is delivered.
fn put(draft: &mut Draft, offer: Option<&Offer>, chance: u64, cycle: &OrderCycle) {
    let Some(offer) = offer else { return };
    let days: Vec<_> = offer.delivery_dates(cycle).collect();
    let Some(delivery_on) = pick(&days, chance >> 16).copied() else { return };
    let packs = u32::try_from(1 + (chance >> 32) % 4).unwrap_or(1);
    draft.set(LineKey { offer: offer.reference.clone(), delivery_on }, offer.pack.times(packs));
}

fn pick<T>(things: &[T], chance: u64) -> Option<&T> {
    let count = u64::try_from(things.len()).ok().filter(|count| *count > 0)?;
    things.get(usize::try_from(chance % count).ok()?)
}

/// A number that looks like chance and is always the same (SplitMix64).
fn mixed(seed: u64) -> u64 {
    let z = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

async fn send_one(
    store: &Store,
    site: &Site,
    user: UserId,
    submit: SubmitOrder,
    at: Timestamp,
) -> Result<(), DemoError> {
    let outbox = OutboxId(Uuid::new_v5(&site.id.0, format!("outbox/{}", submit.cycle).as_bytes()));
    let at_ms = u64::try_from(at.0).unwrap_or(0);
    let envelope =
        Envelope::seal(1, Hlc { at_ms, counter: 0, node: 1 }, user, site.id, &Command::SubmitOrder(submit));
    let batch = Batch::of(outbox, &[envelope]).map_err(|_| DemoError::Data("an order"))?;
    let who = KitchenSession { user, hub: site.hub, site: site.id };
    match push(store, &who, batch, at).await {
        Ok(PushAnswer::Done(_)) => Ok(()),
        _ => Err(DemoError::Data("an order was not taken")),
    }
}
