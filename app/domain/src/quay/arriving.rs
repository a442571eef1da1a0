//! What producers are to bring, as the sheets say it, and what there is of it for each kitchen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{PageKey, Side};
use crate::{
    allocation::{Request, share_all},
    cycle::CycleId,
    id::{ProducerId, Reference, SiteId},
    producer_sheet::{ProducerSheet, SheetDay, SheetProduct},
    quantity::{Pack, Quantity, Unit},
    time::Date,
};

/// What a kitchen is to get of a product.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuayPortion {
    /// Which kitchen.
    pub site: SiteId,
    /// All its orders of that day together.
    pub quantity: Quantity,
}

/// A product that a producer is to bring on a day.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrivingProduct {
    /// Its offer.
    pub reference: Reference,
    /// Its name.
    pub name: String,
    /// What it is counted in.
    pub unit: Unit,
    /// Its pack.
    pub pack: Pack,
    /// What was confirmed, all kitchens together.
    pub quantity: Quantity,
    /// Kitchen by kitchen.
    pub portions: Vec<QuayPortion>,
}

/// What a producer is to bring on a day: what a hub's devices are told of its sheet.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Of which week.
    pub cycle: CycleId,
    /// The day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// Who.
    pub producer: ProducerId,
    /// Their name.
    pub name: String,
    /// Their commune.
    pub commune: String,
    /// Whether they answered for that day.
    pub answered: bool,
    /// What, in name order. What nobody gets is not there.
    pub products: Vec<ArrivingProduct>,
}

impl ArrivingProduct {
    fn of(product: &SheetProduct) -> Self {
        let mut portions: BTreeMap<SiteId, Quantity> = BTreeMap::new();
        // What fell to nothing since the cut-off may have been loaded before anybody heard so.
        for portion in product.portions.iter().filter(|portion| !portion.granted().is_zero()) {
            let sum = portions.entry(portion.site).or_insert(Quantity::ZERO);
            *sum = [*sum, portion.quantity].into_iter().sum();
        }
        Self {
            reference: product.reference.clone(),
            name: product.name.clone(),
            unit: product.unit.clone(),
            pack: product.pack,
            quantity: product.quantity,
            portions: portions.into_iter().map(|(site, quantity)| QuayPortion { site, quantity }).collect(),
        }
    }

    /// What a kitchen was confirmed of it.
    #[must_use]
    pub fn portion_of(&self, site: SiteId) -> Option<Quantity> {
        self.portions.iter().find(|portion| portion.site == site).map(|portion| portion.quantity)
    }

    /// What there is for a kitchen of what came: what it was confirmed, or by the rule of the cut-off its share of what nobody
    /// was loaded yet. `loaded`: what left for another kitchen, where somebody wrote it. Loaded one after the other as they are
    /// shared, the shares sum to what came.
    #[must_use]
    pub fn share_of(
        &self,
        site: SiteId,
        came: Quantity,
        loaded: impl Fn(SiteId) -> Option<Quantity>,
    ) -> Quantity {
        let gone: Quantity = self
            .portions
            .iter()
            .filter(|portion| portion.site != site)
            .filter_map(|portion| loaded(portion.site))
            .sum();
        let waiting: Vec<_> = self
            .portions
            .iter()
            .filter(|portion| portion.site == site || loaded(portion.site).is_none())
            .map(|portion| Request { key: portion.site, quantity: portion.quantity })
            .collect();
        let shares = share_all(came.less(gone), self.pack, &waiting);
        let own = waiting.iter().zip(shares).find(|(request, _)| request.key == site);
        own.map_or(Quantity::ZERO, |(_, share)| share)
    }

    /// What each kitchen gets of what came, beside what it was confirmed: what it was loaded, else what there is for it of the
    /// rest.
    pub(super) fn shares(
        &self,
        came: Quantity,
        loaded: impl Fn(SiteId) -> Option<Quantity>,
    ) -> Vec<(&QuayPortion, Quantity)> {
        let portions: Vec<_> = self.portions.iter().map(|portion| (portion, loaded(portion.site))).collect();
        let gone: Quantity = portions.iter().filter_map(|(_, loaded)| *loaded).sum();
        let waiting = portions.iter().filter(|(_, loaded)| loaded.is_none());
        let waiting: Vec<_> =
            waiting.map(|(portion, _)| Request { key: portion.site, quantity: portion.quantity }).collect();
        let mut shares = share_all(came.less(gone), self.pack, &waiting).into_iter();
        let gets = portions
            .into_iter()
            .map(|(portion, loaded)| (portion, loaded.or_else(|| shares.next()).unwrap_or_default()));
        gets.collect()
    }
}

impl Arrival {
    /// The days of a sheet on which something is to be brought.
    #[must_use]
    pub fn all_of(sheet: &ProducerSheet) -> Vec<Self> {
        sheet.days.iter().map(|day| Self::of(sheet, day)).filter(|day| !day.products.is_empty()).collect()
    }

    fn of(sheet: &ProducerSheet, day: &SheetDay) -> Self {
        Self {
            cycle: sheet.cycle,
            delivery_on: day.delivery_on,
            producer: sheet.producer.id,
            name: sheet.producer.name.clone(),
            commune: sheet.producer.commune.name.clone(),
            answered: day.answer.is_some(),
            products: day.asked().map(ArrivingProduct::of).collect(),
        }
    }

    /// What names it in the hub's feed: what is old comes first.
    #[must_use]
    pub fn name_in_feed(&self) -> String {
        format!("{}/{}/{}", self.delivery_on, self.cycle, self.producer)
    }

    /// The page of what it brings.
    #[must_use]
    pub fn page(&self) -> PageKey {
        let Self { cycle, delivery_on, producer, .. } = *self;
        PageKey { cycle, delivery_on, side: Side::In(producer) }
    }

    /// A product of it.
    #[must_use]
    pub fn product(&self, reference: &Reference) -> Option<&ArrivingProduct> {
        self.products.iter().find(|product| product.reference == *reference)
    }
}
