//! What a producer says of a coming week: what there will be, at which price, and how sure that is.
//!
//! One text for the whole week, said whole each time. A price is never decided by which of two telephones spoke last: what
//! was said without having seen what stands is refused, and both are shown.

use std::iter;

use serde::{Deserialize, Serialize};

use crate::{
    catalog::Weekdays,
    cycle::{CycleId, OrderCycle},
    id::{ProducerId, Reference},
    money::UnitPrice,
    offer::Offer,
    ordered::Map,
    quantity::Quantity,
    receipt::Reason,
    time::Timestamp,
};

/// More products than this nobody says of one week.
pub const MAX_PRODUCTS: usize = 500;
/// Further ahead than this nobody promises by the week.
const FURTHEST_WEEKS: usize = 12;

/// How sure a promise is.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// It is there, or as good as there.
    #[default]
    Sure,
    /// If the weather allows.
    Weather,
}

/// One product of a producer's week.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailableProduct {
    /// As the hub's price list names it.
    pub reference: Reference,
    /// How much there will be for the whole week, in the offer's unit.
    pub available: Quantity,
    /// What the producer gets per unit, before tax.
    pub net_price: UnitPrice,
    /// The days it can be delivered.
    pub delivery_days: Weekdays,
    /// How sure that is.
    #[serde(default)]
    pub confidence: Confidence,
}

impl AvailableProduct {
    /// What an offer of another week becomes when it is there again as it was. What that list did not promise in figures
    /// is said to be nothing: the producer says how much.
    #[must_use]
    pub fn as_before(offer: &Offer) -> Self {
        Self {
            reference: offer.reference.clone(),
            available: offer.promised.unwrap_or_default(),
            net_price: offer.net_price,
            delivery_days: offer.delivery_days,
            confidence: Confidence::Sure,
        }
    }

    /// The offer it makes of what the last list said of the product: its revision is the store's to give.
    #[must_use]
    pub fn offered(&self, last: &Offer) -> Offer {
        Offer {
            net_price: self.net_price,
            promised: Some(self.available),
            delivery_days: self.delivery_days,
            ..last.clone()
        }
    }

    fn is_sound(&self) -> bool {
        !self.available.is_zero()
            && self.available <= Quantity::OF_A_LINE
            && self.net_price > UnitPrice::ZERO
            && self.delivery_days.iter().next().is_some()
            && self.delivery_days == Weekdays::from_bits(self.delivery_days.bits())
    }
}

/// « Publier ma semaine », or « Rien cette semaine »: `availability.publish@1`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishAvailability {
    /// Whose week.
    pub producer: ProducerId,
    /// Which.
    pub week: CycleId,
    /// The revision of what the producer had said, as the screen knew it, with what waited before this; 0 for nothing.
    pub revision_seen: u32,
    /// All there will be, sorted by reference; nothing at all is an answer too.
    pub products: Vec<AvailableProduct>,
}

/// What stands of a producer's week.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Availability {
    /// Whose.
    pub producer: ProducerId,
    /// Which week.
    pub week: CycleId,
    /// From 1; raised each time something else is said.
    pub revision: u32,
    /// When, by the server's clock.
    pub said_at: Timestamp,
    /// All there will be.
    pub products: Vec<AvailableProduct>,
}

impl PublishAvailability {
    /// What stands once this is said after `before`, while the hub's list is that of `current`.
    ///
    /// # Errors
    /// [`Reason::Malformed`] for what nobody can say; [`Reason::ListPublished`] once the list of that week is out: its
    /// prices are the ones kitchens order at; [`Reason::UnknownCycle`] for a week that is too far;
    /// [`Reason::AvailabilityChanged`] when something else had been said meanwhile.
    pub fn judge(
        &self,
        before: Option<&Availability>,
        current: Option<&OrderCycle>,
        now: Timestamp,
    ) -> Result<Availability, Reason> {
        if !self.is_sound() {
            return Err(Reason::Malformed);
        }
        let published = current.ok_or(Reason::UnknownCycle)?.id;
        if self.week <= published {
            return Err(Reason::ListPublished);
        }
        if !iter::successors(published.next(), |week| week.next())
            .take(FURTHEST_WEEKS)
            .any(|week| week == self.week)
        {
            return Err(Reason::UnknownCycle);
        }
        let stands = before.filter(|before| before.products == self.products);
        if let Some(same) = stands {
            return Ok(same.clone());
        }
        let revision = before.map_or(0, |before| before.revision);
        if revision != self.revision_seen {
            return Err(Reason::AvailabilityChanged);
        }
        let (producer, week, products) = (self.producer, self.week, self.products.clone());
        Ok(Availability { producer, week, revision: revision.saturating_add(1), said_at: now, products })
    }

    /// Sorted, each product once, each with a quantity, a price and a day.
    fn is_sound(&self) -> bool {
        self.products.len() <= MAX_PRODUCTS
            && self.products.iter().all(AvailableProduct::is_sound)
            && self.products.windows(2).all(|pair| pair[0].reference < pair[1].reference)
    }
}

/// What becomes of the offers of producers who said nothing of a week.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silent {
    /// They leave the list: nobody promised them.
    LeaveOut,
    /// They stay as the last list had them.
    Keep,
}

/// A list made of the last one and of what producers said since.
#[derive(Debug, Clone, PartialEq)]
pub struct ComposedList {
    /// In the last list's order; revisions are the store's to give.
    pub offers: Vec<Offer>,
    /// Products somebody announced that the last list does not name: a list that names them has to bring them.
    pub unnamed: Vec<Reference>,
}

/// The list of a week: every offer of `last` as its producer announced it. An offer its producer did not mention leaves; one
/// of a producer who said nothing at all is left to `silent`. Nobody changes an offer that is not theirs.
#[must_use]
pub fn compose(last: &[Offer], said: &Map<ProducerId, Availability>, silent: Silent) -> ComposedList {
    let of = |offer: &Offer| match said.get(&offer.producer) {
        Some(week) => {
            let product = week.products.iter().find(|product| product.reference == offer.reference);
            product.map(|product| product.offered(offer))
        }
        None => (silent == Silent::Keep).then(|| offer.clone()),
    };
    let named = |producer: ProducerId, reference: &Reference| {
        last.iter().any(|offer| offer.producer == producer && offer.reference == *reference)
    };
    let announced =
        said.values().flat_map(|week| week.products.iter().map(|product| (week.producer, product)));
    let unnamed = announced.filter(|(producer, product)| !named(*producer, &product.reference));
    ComposedList {
        offers: last.iter().filter_map(of).collect(),
        unnamed: unnamed.map(|(_, product)| product.reference.clone()).collect(),
    }
}

#[cfg(test)]
mod tests;
