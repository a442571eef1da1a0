//! What is proposed in a cycle's price list.

use serde::{Deserialize, Serialize};

use crate::{
    catalog::{
        Allergen, Certificate, Months, Origin, ProductFamily, QualitySign, TemperatureClass, Weekdays,
    },
    cycle::OrderCycle,
    id::{ProducerId, Reference},
    money::{Rate, UnitPrice},
    quantity::{Pack, Quantity, Unit},
    time::{Date, Weekday},
};

/// One line of a price list. Its identity is its reference within its cycle; each change raises `revision`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Offer {
    /// Its name in the list, and its identity there.
    pub reference: Reference,
    /// Starts at 1; raised by every change the list brings.
    pub revision: u32,
    /// What it is.
    pub name: String,
    /// Who makes it.
    pub producer: ProducerId,
    /// Where it is found in the catalogue.
    pub family: ProductFamily,
    /// Its official signs, in the list's order.
    pub signs: Vec<QualitySign>,
    /// The proof of the signs.
    pub certificate: Option<Certificate>,
    /// Where it comes from.
    pub origin: Option<Origin>,
    /// What it is counted in.
    pub unit: Unit,
    /// The smallest quantity one can order.
    pub pack: Pack,
    /// What the producer gets per unit, before tax.
    pub net_price: UnitPrice,
    /// VAT.
    pub vat: Rate,
    /// What the producer promises for the whole cycle; `None` when the list does not say.
    pub promised: Option<Quantity>,
    /// The days it can be delivered.
    pub delivery_days: Weekdays,
    /// When it is in season.
    pub season: Months,
    /// What it contains. `None`: the list says nothing, which is not "none of the fourteen".
    pub allergens: Option<Vec<Allergen>>,
    /// How cold it travels.
    pub temperature: Option<TemperatureClass>,
}

impl Offer {
    /// The dates of `cycle` this offer can be delivered, in order.
    pub fn delivery_dates(&self, cycle: &OrderCycle) -> impl Iterator<Item = Date> {
        let days = self.delivery_days;
        cycle.delivery_dates().filter(move |date| days.contains(date.weekday()))
    }

    /// Whether it can be delivered on `weekday`.
    #[must_use]
    pub fn delivered_on(&self, weekday: Weekday) -> bool {
        self.delivery_days.contains(weekday)
    }

    /// Whether it carries `sign`.
    #[must_use]
    pub fn has_sign(&self, sign: &QualitySign) -> bool {
        self.signs.contains(sign)
    }
}
