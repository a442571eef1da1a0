//! `GET /api/lots`: one step back and one step forward. A lot leads to who brought it and to every kitchen that got some; a
//! kitchen and a day lead to the lots that left for it.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use domain::{
    id::{HubId, SiteId},
    producer_sheet::SiteLabel,
    quay::{Arrival, FoundLot, Lot, PageKey, QuayLine, QuayPage, Side, kitchens_of},
    time::Date,
};
use serde::Deserialize;

use crate::{
    access::rights::HubSession,
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    store::{LotPlace, StoreError, Transaction, folded_code},
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
/// got some of it, or may have; at most a hundred arrivals.
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
        let mut found = Vec::new();
        for LotPlace { cycle, delivery_on, producer, product } in
            self.tx.places_of_lot(self.hub, &code).await?
        {
            let sheet = self.tx.find_sheet(self.hub, cycle, producer).await?;
            let arrivals = sheet.iter().flat_map(Arrival::all_of);
            let pages = self.tx.quay_pages(self.hub, cycle, delivery_on).await?;
            for arrival in arrivals.filter(|arrival| arrival.delivery_on == delivery_on) {
                let of_it = |line: &QuayLine, lot: &Lot| {
                    line.product == product && folded_code(lot.code.as_str()) == code
                };
                found.extend(self.found(&arrival, &pages, of_it));
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
                found.extend(self.found(arrival, &pages, |_, _| true));
            }
        }
        for lot in &mut found {
            lot.kitchens.retain(|kitchen| kitchen.site == site);
        }
        found.retain(|lot| !lot.kitchens.is_empty());
        Ok(found)
    }

    /// The lots of an arrival that answer, each with its kitchens.
    fn found(
        &self,
        arrival: &Arrival,
        pages: &[QuayPage],
        wanted: impl Fn(&QuayLine, &Lot) -> bool,
    ) -> Vec<FoundLot> {
        let key = PageKey { side: Side::In(arrival.producer), ..arrival.page() };
        let Some(page) = pages.iter().find(|page| page.key == key) else { return Vec::new() };
        let label = |site| {
            let known = self.labels.get(&site);
            known.map_or_else(Default::default, |label| (label.name.clone(), label.commune.clone()))
        };
        let mut found = Vec::new();
        for came in page.counted() {
            let Some(product) = arrival.product(&came.product) else { continue };
            for lot in came.lots.iter().filter(|lot| wanted(came, lot)) {
                found.push(FoundLot {
                    lot: lot.clone(),
                    producer: arrival.producer,
                    producer_name: arrival.name.clone(),
                    cycle: arrival.cycle,
                    delivery_on: arrival.delivery_on,
                    product: came.product.clone(),
                    product_name: product.name.clone(),
                    unit: product.unit.clone(),
                    came: came.quantity,
                    kitchens: kitchens_of(arrival, (product, came), lot, pages, label),
                });
            }
        }
        found
    }
}
