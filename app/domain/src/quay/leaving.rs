//! What leaves for the kitchens: what is proposed to load, what was loaded, and where a product stands over all of them.

use serde::{Deserialize, Serialize};

use super::{Arrival, ArrivingProduct, Lot, PageKey, QuayLine, QuayPage, Side};
use crate::{
    cycle::CycleId,
    id::{Reference, SiteId},
    order::OrderNumber,
    quantity::Quantity,
    reception::{Gap, GapReason},
    time::{Date, Timestamp},
};

/// A product that is to leave for a kitchen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departing<'a> {
    /// Who brings it.
    pub arrival: &'a Arrival,
    /// The product.
    pub product: &'a ArrivingProduct,
    /// What the kitchen was confirmed of it.
    pub confirmed: Quantity,
    /// What came of it, all kitchens together; `None` while nobody weighed it.
    pub came: Option<&'a QuayLine>,
    /// What there is for this kitchen.
    pub share: Quantity,
}

impl Departing<'_> {
    /// What is loaded when nobody says otherwise: all there is for this kitchen, and why it is less where it is.
    #[must_use]
    pub fn proposed(&self) -> QuayLine {
        let short = self.share < self.confirmed;
        let because = self.came.and_then(|came| came.gap.clone());
        let missing = || Gap { reason: GapReason::Missing, comment: None };
        QuayLine {
            gap: short
                .then(|| because.filter(|gap| gap.reason != GapReason::Surplus).unwrap_or_else(missing)),
            ..QuayLine::conforming(self.product.reference.clone(), self.share)
        }
    }

    /// The lots it carries: those that are named on the way out, else all that came.
    #[must_use]
    pub fn lots<'a>(&'a self, loaded: &'a QuayLine) -> &'a [Lot] {
        if loaded.lots.is_empty() { self.came.map_or(&[], |came| &came.lots) } else { &loaded.lots }
    }
}

/// What is to leave for a kitchen on a day, in the order of producers, then products. `page_of` finds what was said, on either
/// side.
pub fn departing<'a>(
    arrivals: impl IntoIterator<Item = &'a Arrival>,
    page_of: impl Fn(&PageKey) -> Option<&'a QuayPage>,
    site: SiteId,
) -> Vec<Departing<'a>> {
    let standing = |key: &PageKey, product: &ArrivingProduct| page_of(key)?.standing(&product.reference);
    let mut departing = Vec::new();
    for arrival in arrivals {
        for product in &arrival.products {
            let Some(confirmed) = product.portion_of(site) else { continue };
            let came = standing(&arrival.page(), product);
            let loaded = |site| {
                let key = PageKey { side: Side::Out(site), ..arrival.page() };
                standing(&key, product).map(|line| line.quantity)
            };
            if confirmed.is_zero() && loaded(site).is_none() {
                continue;
            }
            let share = came.map_or(confirmed, |came| product.share_of(site, came.quantity, loaded));
            departing.push(Departing { arrival, product, confirmed, came, share });
        }
    }
    departing
}

/// What a kitchen is told that left for it on a day: what its reception starts from.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// Of which week.
    pub cycle: CycleId,
    /// The day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// The number of the delivery note.
    pub number: OrderNumber,
    /// When it was last said, as the device of the quay believed.
    pub loaded_at: Timestamp,
    /// What was loaded.
    pub lines: Vec<DepartedLine>,
}

/// One product that left for a kitchen.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartedLine {
    /// Its offer.
    pub product: Reference,
    /// What was confirmed, all orders of that day together.
    pub confirmed: Quantity,
    /// What was loaded.
    pub loaded: Quantity,
    /// Why it is not what was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
    /// Its lots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<Lot>,
}

impl Departure {
    /// What names it among what a kitchen is told.
    #[must_use]
    pub fn name(cycle: CycleId, delivery_on: Date) -> String {
        format!("{delivery_on}/{cycle}")
    }

    /// What a page says that left, with what is known of it from the way in; `None` before it has its number.
    #[must_use]
    pub fn of(page: &QuayPage, departing: &[Departing<'_>]) -> Option<Self> {
        let lines = departing.iter().filter_map(|departing| {
            let loaded = page.standing(&departing.product.reference)?;
            Some(DepartedLine {
                product: departing.product.reference.clone(),
                confirmed: departing.confirmed,
                loaded: loaded.quantity,
                gap: loaded.gap.clone(),
                lots: departing.lots(loaded).to_vec(),
            })
        });
        Some(Self {
            cycle: page.key.cycle,
            delivery_on: page.key.delivery_on,
            number: page.number?,
            loaded_at: page.last_said_at()?,
            lines: lines.collect(),
        })
    }

    /// What left of a product.
    #[must_use]
    pub fn line(&self, product: &Reference) -> Option<&DepartedLine> {
        self.lines.iter().find(|line| line.product == *product)
    }
}

/// Where a product stands over all kitchens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// What was confirmed.
    pub confirmed: Quantity,
    /// What came; `None` while nobody weighed it.
    pub came: Option<Quantity>,
    /// What was loaded for kitchens so far.
    pub loaded: Quantity,
}

impl Balance {
    /// Where a product stands. `loaded`: what each page of the way out says of it.
    #[must_use]
    pub fn of<'a>(
        product: &ArrivingProduct,
        came: Option<&QuayLine>,
        pages_out: impl IntoIterator<Item = &'a QuayPage>,
    ) -> Self {
        let loaded = pages_out.into_iter().filter_map(|page| page.standing(&product.reference));
        Self {
            confirmed: product.quantity,
            came: came.map(|came| came.quantity),
            loaded: loaded.map(|line| line.quantity).sum(),
        }
    }

    /// What is missing of what kitchens were confirmed, as far as it was weighed.
    #[must_use]
    pub fn missing(&self) -> Quantity {
        self.came.map_or(Quantity::ZERO, |came| self.confirmed.less(came))
    }

    /// What was loaded and never came in: somebody counted wrong.
    #[must_use]
    pub fn loaded_beyond(&self) -> Quantity {
        self.came.map_or(Quantity::ZERO, |came| self.loaded.less(came))
    }
}
