//! What a producer receives after the cut-off: what to harvest, for which day, then for which kitchen.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    cycle::CycleId,
    enterprise::Producer,
    harvest::{DayAnswer, OrderPlace, Share},
    id::{ProducerId, Reference, SiteId},
    money::{Amount, UnitPrice},
    order::OrderNumber,
    quantity::{Pack, Quantity, Unit},
    sorting,
    time::{Date, Timestamp},
};

/// One allocated order line, as a sheet needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetLine {
    /// Who delivers.
    pub producer: ProducerId,
    /// Which offer.
    pub offer: Reference,
    /// Its name in the order.
    pub name: String,
    /// What it is counted in.
    pub unit: Unit,
    /// Its pack.
    pub pack: Pack,
    /// The day.
    pub delivery_on: Date,
    /// Which kitchen.
    pub site: SiteId,
    /// Its order.
    pub number: OrderNumber,
    /// What it asked for.
    pub ordered: Quantity,
    /// What it gets.
    pub confirmed: Quantity,
    /// The producer's price per unit, before tax.
    pub net_price: UnitPrice,
    /// The producer's share of the line, before tax.
    pub amount: Amount,
}

/// What a kitchen gets of a product.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetPortion {
    /// Which kitchen.
    pub site: SiteId,
    /// Its name.
    pub site_name: String,
    /// Its commune.
    pub commune: String,
    /// Its order.
    pub number: OrderNumber,
    /// What it asked for.
    pub ordered: Quantity,
    /// What it gets.
    pub quantity: Quantity,
    /// What the cut-off granted it, where its producer confirmed less since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<Quantity>,
    /// The same, in packs.
    pub packs: Decimal,
    /// The producer's share, before tax.
    pub amount: Amount,
}

/// One product of one day.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetProduct {
    /// Which offer.
    pub reference: Reference,
    /// Its name.
    pub name: String,
    /// What it is counted in.
    pub unit: Unit,
    /// Its pack.
    pub pack: Pack,
    /// The producer's price per unit, before tax.
    pub net_price: UnitPrice,
    /// All kitchens together.
    pub quantity: Quantity,
    /// The same, in packs.
    pub packs: Decimal,
    /// The producer's share, before tax.
    pub amount: Amount,
    /// Kitchen by kitchen, in name order.
    pub portions: Vec<SheetPortion>,
}

/// One delivery day.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetDay {
    /// The day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// Its products, in name order.
    pub products: Vec<SheetProduct>,
    /// The producer's share of the day, before tax.
    pub amount: Amount,
    /// What the producer answered; `None`: nothing yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<DayAnswer>,
}

impl SheetPortion {
    /// Whose order it is.
    #[must_use]
    pub fn key(&self) -> OrderPlace {
        (self.site, self.number)
    }

    /// What the cut-off granted it.
    #[must_use]
    pub fn granted(&self) -> Quantity {
        self.granted.unwrap_or(self.quantity)
    }

    /// Takes what is confirmed of it, for `amount`.
    pub(crate) fn confirm(&mut self, share: Share, pack: Pack, amount: Amount) {
        self.granted = (share.confirmed != share.granted).then_some(share.granted);
        self.quantity = share.confirmed;
        self.packs = pack.count(share.confirmed);
        self.amount = amount;
    }
}

impl SheetProduct {
    /// What the cut-off granted, all kitchens together: what the producer is asked for.
    #[must_use]
    pub fn granted(&self) -> Quantity {
        self.portions.iter().map(SheetPortion::granted).sum()
    }

    fn refresh_sums(&mut self) {
        self.quantity = self.portions.iter().map(|portion| portion.quantity).sum();
        self.packs = self.portions.iter().map(|portion| portion.packs).sum();
        self.amount = self.portions.iter().map(|portion| portion.amount).sum();
    }
}

impl SheetDay {
    /// A product of the day.
    #[must_use]
    pub fn product(&self, reference: &Reference) -> Option<&SheetProduct> {
        self.products.iter().find(|product| product.reference == *reference)
    }

    /// The products that are asked: who was granted nothing of one asks nothing of it.
    pub fn asked(&self) -> impl Iterator<Item = &SheetProduct> {
        self.products.iter().filter(|product| !product.granted().is_zero())
    }
}

/// The sheet of one producer for one cycle.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProducerSheet {
    /// The week.
    pub cycle: CycleId,
    /// Who.
    pub producer: Producer,
    /// When the cycle was closed.
    pub closed_at: Timestamp,
    /// Day by day.
    pub days: Vec<SheetDay>,
    /// The producer's share of the week, before tax.
    pub amount: Amount,
}

impl ProducerSheet {
    /// A delivery day.
    #[must_use]
    pub fn day(&self, delivery_on: Date) -> Option<&SheetDay> {
        self.days.iter().find(|day| day.delivery_on == delivery_on)
    }

    /// Recomputes every sum from the portions.
    pub(crate) fn refresh_sums(&mut self) {
        for day in &mut self.days {
            day.products.iter_mut().for_each(SheetProduct::refresh_sums);
            day.amount = day.products.iter().map(|product| product.amount).sum();
        }
        self.amount = self.days.iter().map(|day| day.amount).sum();
    }
}

/// The name and commune of a kitchen, for a sheet, or for who loads its goods.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteLabel {
    /// Its name.
    pub name: String,
    /// Its commune.
    pub commune: String,
}

/// Builds a producer's sheet from its allocated lines. Lines that get nothing stay visible only where something was
/// asked: a producer should know who was short. An offer that was given another name in the middle of the week is one product,
/// under one of its names: the producer answers for it once.
#[must_use]
pub fn build(
    cycle: CycleId,
    producer: Producer,
    closed_at: Timestamp,
    lines: &[SheetLine],
    sites: &BTreeMap<SiteId, SiteLabel>,
) -> ProducerSheet {
    let mut by_day: BTreeMap<Date, BTreeMap<(&Reference, &Unit), Vec<&SheetLine>>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.producer == producer.id) {
        by_day.entry(line.delivery_on).or_default().entry((&line.offer, &line.unit)).or_default().push(line);
    }
    let days: Vec<_> = by_day
        .into_iter()
        .map(|(delivery_on, products)| {
            let mut products: Vec<_> = products.values().filter_map(|lines| product(lines, sites)).collect();
            sorting::sort_by(&mut products, |a, b| (&a.name, &a.reference).cmp(&(&b.name, &b.reference)));
            let amount = products.iter().map(|product| product.amount).sum();
            SheetDay { delivery_on, products, amount, answer: None }
        })
        .collect();
    let amount = days.iter().map(|day| day.amount).sum();
    ProducerSheet { cycle, producer, closed_at, days, amount }
}

fn product(lines: &[&SheetLine], sites: &BTreeMap<SiteId, SiteLabel>) -> Option<SheetProduct> {
    let first = lines.first()?;
    let mut portions: Vec<_> = lines.iter().map(|line| portion(line, sites)).collect();
    sorting::sort_by(&mut portions, |a, b| (&a.site_name, a.number).cmp(&(&b.site_name, b.number)));
    Some(SheetProduct {
        reference: first.offer.clone(),
        name: first.name.clone(),
        unit: first.unit.clone(),
        pack: first.pack,
        net_price: first.net_price,
        quantity: portions.iter().map(|portion| portion.quantity).sum(),
        packs: portions.iter().map(|portion| portion.packs).sum(),
        amount: portions.iter().map(|portion| portion.amount).sum(),
        portions,
    })
}

fn portion(line: &SheetLine, sites: &BTreeMap<SiteId, SiteLabel>) -> SheetPortion {
    let label = sites.get(&line.site);
    SheetPortion {
        site: line.site,
        site_name: label.map(|label| label.name.clone()).unwrap_or_default(),
        commune: label.map(|label| label.commune.clone()).unwrap_or_default(),
        number: line.number,
        ordered: line.ordered,
        quantity: line.confirmed,
        granted: None,
        packs: line.pack.count(line.confirmed),
        amount: line.amount,
    }
}
