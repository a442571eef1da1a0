//! What passed over the quay, carried out: it joins its page, and the kitchens hear what left for them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::SiteId,
    quay::{Arrival, Departure, PageKey, QuayPage, RecordQuay, Side, departing},
    receipt::Outcome,
    rules::{QuayDecision, decide_quay},
    time::Timestamp,
};

use crate::store::{Series, StoreError, SyncTransaction};

const APPLIED: Outcome = Outcome::Applied { order: None, dup_of: None };

/// Judges a record of a hub that may make it, said at `recorded_at` by its device's clock, and stores what follows.
pub(super) async fn record(
    tx: &mut impl SyncTransaction,
    said: &RecordQuay,
    recorded_at: Timestamp,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let PageKey { cycle, delivery_on, side } = said.page;
    let arrivals = tx.arrivals(said.hub, cycle, delivery_on).await?;
    let standing = tx.find_quay_page(said.hub, &said.page).await?;
    match decide_quay(said, &arrivals, standing.as_ref()) {
        QuayDecision::Record => {}
        QuayDecision::Already => return Ok(APPLIED),
        QuayDecision::Refuse(code) => return Ok(Outcome::Refused { code }),
    }
    let mut page = standing.unwrap_or_else(|| QuayPage::empty(said.page));
    page.hear(said, recorded_at);
    if let (Side::Out(site), None) = (side, page.number) {
        page.number = Some(tx.next_document_number(site, Series::Delivery, now).await?);
    }
    tx.save_quay_page(said.hub, &page).await?;
    let pages = tx.quay_pages(said.hub, cycle, delivery_on).await?;
    let pages: BTreeMap<_, _> = pages.iter().map(|page| (page.key, page)).collect();
    for site in concerned(said, &arrivals) {
        tell(tx, said.page, site, &arrivals, &pages).await?;
    }
    Ok(APPLIED)
}

/// The kitchens that what was said is about: of what came, those it is meant for.
fn concerned(said: &RecordQuay, arrivals: &[Arrival]) -> BTreeSet<SiteId> {
    match said.page.side {
        Side::Out(site) => BTreeSet::from([site]),
        Side::In(producer) => {
            let own = arrivals.iter().filter(|arrival| arrival.producer == producer);
            let named =
                own.flat_map(|arrival| said.lines.iter().filter_map(|line| arrival.product(&line.product)));
            named.flat_map(|product| &product.portions).map(|portion| portion.site).collect()
        }
    }
}

/// Tells a kitchen what left for it, once somebody said so.
async fn tell(
    tx: &mut impl SyncTransaction,
    key: PageKey,
    site: SiteId,
    arrivals: &[Arrival],
    pages: &BTreeMap<PageKey, &QuayPage>,
) -> Result<(), StoreError> {
    let page_of = |key: &PageKey| pages.get(key).copied();
    let Some(page) = page_of(&PageKey { side: Side::Out(site), ..key }) else { return Ok(()) };
    match Departure::of(page, &departing(arrivals, page_of, site)) {
        Some(departure) => tx.tell_departure(site, &departure).await,
        None => Ok(()),
    }
}
