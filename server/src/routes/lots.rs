//! `GET /api/lots`: one step back and one step forward. A lot leads to who brought it and to every kitchen that got some; a
//! kitchen and a day lead to the lots that left for it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use domain::{
    cycle::CycleId,
    id::{HubId, ProducerId, SiteId},
    producer_sheet::SiteLabel,
    quay::{Arrival, FoundLot, Lot, PageKey, QuayLine, QuayPage, Side, folded_code, kitchens_of},
    time::Date,
};
use serde::Deserialize;

use crate::{
    access::rights::HubSession,
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    store::{LotPlace, StoreError, Transaction},
};

/// What is looked for: a lot, or what left for a kitchen on a day.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// What the label says; capitals, blanks and signs do not matter.
    code: Option<String>,
    /// A kitchen…
    #[param(value_type = Option<String>, format = "uuid")]
    site: Option<SiteId>,
    /// … and the day of a delivery.
    #[param(value_type = Option<String>, format = Date)]
    day: Option<Date>,
}

/// The lots that were written on the way in and answer what is looked for, the last day first, each with every kitchen that
/// got some of it, or may have.
#[utoipa::path(get, path = "/api/lots", tag = "hub", params(Wanted), responses(
    (status = 200, body = Vec<FoundLot>),
    (status = 400, description = "MALFORMED", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn find(
    who: HubSession,
    State(state): State<AppState>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Vec<FoundLot>>, Problem> {
    let Query(wanted) = wanted.map_err(|rejection| Problem::Malformed(rejection.body_text()))?;
    let mut tx = state.store.read().await?;
    let mut search = Search { hub: who.hub, labels: tx.site_labels(who.hub).await?, tx: &mut tx };
    let found = match (&wanted.code, wanted.site, wanted.day) {
        (Some(code), None, None) => search.by_code(code).await?,
        (None, Some(site), Some(day)) => search.of_kitchen(site, day).await?,
        _ => return Err(Problem::Malformed("a code, or a site and a day".to_owned())),
    };
    Ok(Json(found))
}

struct Search<'a> {
    hub: HubId,
    labels: BTreeMap<SiteId, SiteLabel>,
    tx: &'a mut Transaction,
}

impl Search<'_> {
    async fn by_code(&mut self, code: &str) -> Result<Vec<FoundLot>, StoreError> {
        let code = folded_code(code);
        let mut days: BTreeMap<(Reverse<Date>, CycleId), BTreeSet<ProducerId>> = BTreeMap::new();
        for LotPlace { cycle, delivery_on, producer } in self.tx.places_of_lot(self.hub, &code).await? {
            days.entry((Reverse(delivery_on), cycle)).or_default().insert(producer);
        }
        let mut found = Vec::new();
        for ((Reverse(delivery_on), cycle), producers) in days {
            let arrivals = self.tx.arrivals(self.hub, cycle, delivery_on).await?;
            let pages = self.tx.quay_pages(self.hub, cycle, delivery_on).await?;
            for arrival in arrivals.iter().filter(|arrival| producers.contains(&arrival.producer)) {
                found.extend(self.found(arrival, &pages, |lot| folded_code(lot.code.as_str()) == code));
            }
        }
        Ok(found)
    }

    async fn of_kitchen(&mut self, site: SiteId, day: Date) -> Result<Vec<FoundLot>, StoreError> {
        let mut found = Vec::new();
        for cycle in self.tx.cycles_of_quay(self.hub, day).await? {
            let arrivals = self.tx.arrivals(self.hub, cycle, day).await?;
            let pages = self.tx.quay_pages(self.hub, cycle, day).await?;
            for arrival in &arrivals {
                found.extend(self.found(arrival, &pages, |_| true));
            }
        }
        for lot in &mut found {
            lot.kitchens.retain(|kitchen| kitchen.site == site);
        }
        found.retain(|lot| !lot.kitchens.is_empty());
        Ok(found)
    }

    /// The lots of an arrival that answer, each with its kitchens.
    fn found(&self, arrival: &Arrival, pages: &[QuayPage], wanted: impl Fn(&Lot) -> bool) -> Vec<FoundLot> {
        let key = PageKey { side: Side::In(arrival.producer), ..arrival.page() };
        let Some(page) = pages.iter().find(|page| page.key == key) else { return Vec::new() };
        let label = |site| {
            let known = self.labels.get(&site);
            known.map_or_else(Default::default, |label| (label.name.clone(), label.commune.clone()))
        };
        let mut found = Vec::new();
        for reference in page.products() {
            let Some(product) = arrival.product(reference) else { continue };
            // Of two who read two labels, both count until one of them decides.
            let mut lots: Vec<(&QuayLine, &Lot)> = Vec::new();
            for came in page.said_of(reference) {
                for lot in came.line.lots.iter().filter(|lot| wanted(lot)) {
                    if lots.iter().all(|(_, known)| known.code != lot.code) {
                        lots.push((came.line, lot));
                    }
                }
            }
            found.extend(lots.into_iter().map(|(came, lot)| FoundLot {
                lot: lot.clone(),
                producer: arrival.producer,
                producer_name: arrival.name.clone(),
                cycle: arrival.cycle,
                delivery_on: arrival.delivery_on,
                product: reference.clone(),
                product_name: product.name.clone(),
                unit: product.unit.clone(),
                came: came.quantity,
                kitchens: kitchens_of(arrival, (product, came), lot, pages, label),
            }));
        }
        found
    }
}
