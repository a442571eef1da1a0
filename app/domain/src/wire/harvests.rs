//! What the hub reads once orders are closed: which producers confirmed, which did not, and what is short.

use serde::{Deserialize, Serialize};

use crate::{
    cycle::CycleId,
    harvest::Shortfall,
    id::ProducerId,
    producer_sheet::{ProducerSheet, SheetDay, SheetProduct},
    quantity::{Quantity, Unit},
    time::{Date, Timestamp},
};

/// A closed week, answer by answer.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HarvestBoard {
    /// The last week whose orders are closed; `None` while none is.
    pub cycle: Option<CycleId>,
    /// Every producer that has something to harvest, in name order.
    pub producers: Vec<ProducerHarvest>,
}

/// One producer's answers.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProducerHarvest {
    /// Who.
    pub producer: ProducerId,
    /// Their name.
    pub name: String,
    /// Where the people who speak for it are written to.
    pub emails: Vec<String>,
    /// Day by day.
    pub days: Vec<HarvestDay>,
}

/// One day to harvest for.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HarvestDay {
    /// The day of the delivery.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// Products that are asked.
    pub products: u32,
    /// When it was answered, by the server's clock; `None`: not yet.
    pub said_at: Option<Timestamp>,
    /// What there is less of.
    pub short: Vec<ShortProduct>,
}

/// A product of which there is less than was granted.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortProduct {
    /// Its name.
    pub name: String,
    /// What it is counted in.
    pub unit: Unit,
    /// What the cut-off granted.
    pub granted: Quantity,
    /// What there is.
    pub confirmed: Quantity,
    /// Why, and what could be brought instead.
    pub why: Shortfall,
    /// The kitchens that get less, in name order.
    pub kitchens: Vec<ShortKitchen>,
}

/// A kitchen that gets less than was granted.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortKitchen {
    /// Its name.
    pub name: String,
    /// What the cut-off granted it.
    pub granted: Quantity,
    /// What it gets.
    pub confirmed: Quantity,
}

impl ProducerHarvest {
    /// What a sheet says of it.
    #[must_use]
    pub fn of(sheet: &ProducerSheet, emails: Vec<String>) -> Self {
        Self {
            producer: sheet.producer.id,
            name: sheet.producer.name.clone(),
            emails,
            days: sheet.days.iter().filter(|day| day.asked().next().is_some()).map(HarvestDay::of).collect(),
        }
    }
}

impl HarvestDay {
    fn of(day: &SheetDay) -> Self {
        let less = day.answer.iter().flat_map(|answer| &answer.less);
        let short = less.filter_map(|less| {
            let product = day.product(&less.reference)?;
            Some(ShortProduct {
                name: product.name.clone(),
                unit: product.unit.clone(),
                granted: product.granted(),
                confirmed: less.confirmed,
                why: less.why.clone(),
                kitchens: ShortKitchen::of(product),
            })
        });
        Self {
            delivery_on: day.delivery_on,
            products: u32::try_from(day.asked().count()).unwrap_or(u32::MAX),
            said_at: day.answer.as_ref().map(|answer| answer.said_at),
            short: short.collect(),
        }
    }
}

impl ShortKitchen {
    fn of(product: &SheetProduct) -> Vec<Self> {
        let less = product.portions.iter().filter(|portion| portion.quantity < portion.granted());
        less.map(|portion| Self {
            name: portion.site_name.clone(),
            granted: portion.granted(),
            confirmed: portion.quantity,
        })
        .collect()
    }
}
