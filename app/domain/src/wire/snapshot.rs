//! The catalogue as one immutable snapshot: columns with dictionaries, because a catalogue repeats itself.
//!
//! ```text
//! {"format":1, "cycle":…, "terms":…, "hub":…, "producers":[…],
//!  "offers": {"n":2000, "reference":[…], "name":{"words":[…],"at":[…]}, …}, "left":{"D00045-001":"120"}}
//! ```
//!
//! Under brotli this is about a fifth smaller than the same records one by one. The device stores these bytes as they came, in one
//! record, and reads them back the same way: one format, proved by one hash.

mod offers;
mod places;
mod producers;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    cycle::OrderCycle,
    draft::Prices,
    enterprise::Producer,
    id::{HubId, ProducerId, Reference},
    json::{
        self, Unreadable,
        lying::{self, Lying},
    },
    offer::Offer,
    ordered::Map,
    pricing::Terms,
    quantity::Quantity,
    wire::Op,
};
use offers::Columns;
use places::Places;

/// The only snapshot format so far.
const FORMAT: u32 = 1;

/// What every buyer should know of its hub.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubCard {
    /// The hub.
    pub id: HubId,
    /// Its name.
    pub name: String,
    /// Whom to call when the network is dead and the cut-off is near.
    pub phone: String,
}

/// The whole catalogue of a hub's cycle, as a device holds it.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The hub.
    pub hub: HubCard,
    /// The cycle.
    pub cycle: OrderCycle,
    /// How prices are made.
    pub terms: Terms,
    /// Who makes what.
    pub producers: Map<ProducerId, Producer>,
    /// What is proposed, in the list's order.
    pub offers: Vec<Offer>,
    /// What remains of each promise, where the server said so; else the promise itself.
    pub left: HashMap<Reference, Quantity>,
    places: Places,
}

/// The same in all that is said of it.
impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        (&self.hub, &self.cycle, &self.terms, &self.producers, &self.offers, &self.left)
            == (&other.hub, &other.cycle, &other.terms, &other.producers, &other.offers, &other.left)
    }
}

/// Why bytes are not a catalogue.
#[derive(Debug, thiserror::Error)]
pub enum BadSnapshot {
    /// Not JSON, or not of this shape.
    #[error("unreadable snapshot: {0}")]
    Unreadable(#[from] Unreadable),
    /// A newer format than this build reads.
    #[error("snapshot format {0} is newer than this build")]
    Format(u32),
    /// Columns of different lengths, or a dictionary index out of its words.
    #[error("snapshot columns do not fit together")]
    Columns,
}

impl Catalog {
    /// A catalogue of these parts. Of two offers with one reference, the last stands.
    pub fn new(
        hub: HubCard,
        cycle: OrderCycle,
        terms: Terms,
        producers: impl IntoIterator<Item = Producer>,
        offers: Vec<Offer>,
    ) -> Self {
        let producers = Map::from_iter(producers.into_iter().map(|producer| (producer.id, producer)));
        let left = HashMap::new();
        if let Some(places) = Places::of(&offers) {
            return Self { hub, cycle, terms, producers, offers, left, places };
        }
        let (none, places) = (Vec::new(), Places::default());
        let mut catalog = Self { hub, cycle, terms, producers, offers: none, left, places };
        offers.into_iter().for_each(|offer| catalog.put_offer(offer));
        catalog
    }

    /// What remains of an offer's promise; `None` when nothing was promised in figures.
    #[must_use]
    pub fn quantity_left(&self, offer: &Offer) -> Option<Quantity> {
        let promised = offer.promised?;
        Some(self.left.get(&offer.reference).copied().unwrap_or(promised))
    }

    /// Applies one change of the `cat:` feed. A kind this build does not know is left alone.
    ///
    /// # Errors
    /// When the body is not what its kind says.
    pub fn apply(&mut self, op: &Op) -> Result<(), Unreadable> {
        match (op.kind.as_str(), &op.body) {
            ("cycle", Some(body)) => self.cycle = json::of(body)?,
            ("terms", Some(body)) => self.terms = json::of(body)?,
            ("hub", Some(body)) => self.hub = json::of(body)?,
            ("producer", Some(body)) => {
                let producer: Producer = json::of(body)?;
                self.producers.insert(producer.id, producer);
            }
            ("producer", None) => self.producers.retain(|id, _| id.to_string() != op.id),
            ("offer", Some(body)) => self.put_offer(json::of(body)?),
            ("offer", None) => self.remove_offer(&op.id),
            ("left", Some(body)) => {
                if let Ok(reference) = Reference::parse(&op.id) {
                    self.left.insert(reference, json::of(body)?);
                }
            }
            ("left", None) => self.left.retain(|reference, _| reference.as_str() != op.id),
            _ => {}
        }
        Ok(())
    }

    fn put_offer(&mut self, offer: Offer) {
        match self.places.get(&self.offers, &offer.reference) {
            Some(at) => self.offers[at] = offer,
            None => {
                self.offers.push(offer);
                self.places.add(&self.offers, self.offers.len() - 1);
            }
        }
    }

    fn remove_offer(&mut self, reference: &str) {
        self.offers.retain(|offer| offer.reference.as_str() != reference);
        self.places = Places::of(&self.offers).unwrap_or_default();
    }

    /// The snapshot's bytes: the same catalogue always gives the same bytes.
    ///
    /// # Errors
    /// Never for a catalogue made of this crate's values; kept as an error rather than a panic.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        let left: Map<_, _> = self.left.iter().collect();
        serde_json::to_vec(&serde_json::json!({
            "format": FORMAT, "hub": self.hub, "cycle": self.cycle, "terms": self.terms,
            "producers": self.producers.values().collect::<Vec<_>>(),
            "offers": Columns::of(&self.offers, &self.producers), "left": left,
        }))
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    /// [`BadSnapshot`] when it is not one this build reads.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadSnapshot> {
        let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::NotJson)?;
        let mut lying = Lying::at_the_beginning_of(text);
        let (mut parts, mut format, mut producers, mut columns) = (Map::new(), None, None, None);
        lying.members(|name, lying| {
            match name {
                "format" => format = Some(known_format(lying.value()?)?),
                "offers" => columns = Some(offers::columns(lying)?),
                "producers" => producers = Some(lying.items(producers::read)?),
                _ => drop(parts.insert(name, lying.value()?)),
            }
            Ok::<_, BadSnapshot>(())
        })?;
        lying.end()?;
        format.ok_or(Unreadable::Missing("format"))?;
        let part = |name| parts.get(name).copied().ok_or(Unreadable::Missing(name));
        let (hub, cycle, terms) =
            (lying::of(part("hub")?)?, lying::of(part("cycle")?)?, lying::of(part("terms")?)?);
        let producers = producers.ok_or(Unreadable::Missing("producers"))?;
        let offers = offers::unpack(columns.ok_or(Unreadable::Missing("offers"))?, &producers)?;
        let mut catalog = Self::new(hub, cycle, terms, producers, offers);
        if let Some(left) = parts.get("left") {
            catalog.left = lying::of(left)?;
        }
        Ok(catalog)
    }
}

/// Names stand in their order: the format is known before what is written in it is read.
fn known_format(value: &str) -> Result<u32, BadSnapshot> {
    let format = lying::of(value)?;
    if format > FORMAT { Err(BadSnapshot::Format(format)) } else { Ok(format) }
}

impl Prices for Catalog {
    fn offer(&self, reference: &Reference) -> Option<&Offer> {
        self.places.get(&self.offers, reference).and_then(|at| self.offers.get(at))
    }
    fn producer(&self, id: ProducerId) -> Option<&Producer> {
        self.producers.get(&id)
    }
    fn terms(&self) -> &Terms {
        &self.terms
    }
    fn cycle(&self) -> &OrderCycle {
        &self.cycle
    }
}

#[cfg(test)]
mod tests;
