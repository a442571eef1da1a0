//! One step back and one step forward: which kitchens got a lot (Regulation (EC) No 178/2002, article 18).

use serde::{Deserialize, Serialize};

use super::{Arrival, ArrivingProduct, Lot, PageKey, QuayLine, QuayPage, Side, folded_code};
use crate::{
    cycle::CycleId,
    id::{ProducerId, Reference, SiteId},
    order::OrderNumber,
    quantity::{Quantity, Unit},
    time::Date,
};

/// How a kitchen is bound to a lot.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bond {
    /// What left for it was of this lot.
    Loaded,
    /// What left for it was of this lot or of others that came the same morning.
    OneOfSeveral,
    /// Nobody wrote what left for it; this much was meant for it.
    Meant,
}

/// A kitchen that got some of a lot, or may have.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedKitchen {
    /// Which.
    pub site: SiteId,
    /// Its name.
    pub name: String,
    /// Its commune.
    pub commune: String,
    /// How sure that is.
    pub bond: Bond,
    /// How much of the product left for it, or was meant for it.
    pub quantity: Quantity,
    /// The delivery note, where something was written of what left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<OrderNumber>,
}

/// A lot that came over the quay, and where it went.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundLot {
    /// The lot.
    pub lot: Lot,
    /// Who brought it.
    pub producer: ProducerId,
    /// Their name.
    pub producer_name: String,
    /// Of which week.
    pub cycle: CycleId,
    /// On which day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// The product.
    pub product: Reference,
    /// Its name.
    pub product_name: String,
    /// What it is counted in.
    pub unit: Unit,
    /// How much of the product came, in all its lots.
    pub came: Quantity,
    /// Every kitchen that got some, or may have, by name.
    pub kitchens: Vec<TracedKitchen>,
}

/// The kitchens that got a lot of a product that came as `came`, or may have. `pages_out`: what was written that left that
/// day; `label`: the name and commune of a kitchen.
#[must_use]
pub fn kitchens_of(
    arrival: &Arrival,
    (product, came): (&ArrivingProduct, &QuayLine),
    lot: &Lot,
    pages_out: &[QuayPage],
    label: impl Fn(SiteId) -> (String, String),
) -> Vec<TracedKitchen> {
    let page_of = |site| {
        let key = PageKey { cycle: arrival.cycle, delivery_on: arrival.delivery_on, side: Side::Out(site) };
        pages_out.iter().find(|page| page.key == key)
    };
    let traced = product.portions.iter().filter_map(|portion| {
        let page = page_of(portion.site);
        let loaded = page.and_then(|page| page.standing(&product.reference));
        let (bond, quantity) = match loaded {
            None => (Bond::Meant, portion.quantity),
            Some(line) => (bond(came, line, lot)?, line.quantity),
        };
        let (name, commune) = label(portion.site);
        let note = loaded.and(page).and_then(|page| page.number);
        let kept = !quantity.is_zero();
        kept.then_some(TracedKitchen { site: portion.site, name, commune, bond, quantity, note })
    });
    let mut traced: Vec<_> = traced.collect();
    crate::sorting::sort_by(&mut traced, |one, other| (&one.name, one.site).cmp(&(&other.name, other.site)));
    traced
}

/// `None`: other lots than this one were named, and came. What was named and never came tells nothing: a label was misread, on
/// one side or the other.
fn bond(came: &QuayLine, loaded: &QuayLine, lot: &Lot) -> Option<Bond> {
    let codes = |lots: &[Lot]| -> Vec<_> { lots.iter().map(|lot| folded_code(lot.code.as_str())).collect() };
    let (lot, came) = (folded_code(lot.code.as_str()), codes(&came.lots));
    let lots = if loaded.lots.is_empty() { came.clone() } else { codes(&loaded.lots) };
    match &lots[..] {
        [only] if *only == lot => Some(Bond::Loaded),
        several if several.contains(&lot) => Some(Bond::OneOfSeveral),
        named if named.iter().any(|code| came.contains(code)) => None,
        _ => Some(Bond::OneOfSeveral),
    }
}
