//! The catalogue as one immutable snapshot: columns with dictionaries, because a catalogue repeats itself.
//!
//! ```text
//! {"format":1, "cycle":…, "terms":…, "hub":…, "producers":[…],
//!  "offers": {"n":2000, "reference":[…], "name":{"words":[…],"at":[…]}, …}, "left":{"D00045-001":"120"}}
//! ```
//!
//! Under brotli this is about a fifth smaller than the same records one by one. The device stores these bytes as they came, in one
//! record, and reads them back the same way: one format, proved by one hash.

mod column;

use std::{collections::HashMap, hash::Hash};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    catalog::{
        Allergen, Certificate, Months, Origin, ProductFamily, QualitySign, TemperatureClass, Weekdays,
    },
    cycle::OrderCycle,
    draft::Prices,
    enterprise::Producer,
    id::{HubId, ProducerId, Reference},
    json::{self, Unreadable},
    money::{Rate, UnitPrice},
    offer::Offer,
    ordered::Map,
    pricing::Terms,
    quantity::{Pack, Quantity, Unit},
    wire::Op,
};
use column::Column;

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
#[derive(Debug, Clone, PartialEq)]
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
    places: HashMap<Reference, usize>,
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
        let mut catalog = Self {
            hub,
            cycle,
            terms,
            producers,
            offers: Vec::new(),
            left: HashMap::new(),
            places: HashMap::new(),
        };
        for offer in offers {
            catalog.put_offer(offer);
        }
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
        match self.places.get(&offer.reference) {
            Some(&at) => self.offers[at] = offer,
            None => {
                self.places.insert(offer.reference.clone(), self.offers.len());
                self.offers.push(offer);
            }
        }
    }

    fn remove_offer(&mut self, reference: &str) {
        self.offers.retain(|offer| offer.reference.as_str() != reference);
        self.places =
            self.offers.iter().enumerate().map(|(at, offer)| (offer.reference.clone(), at)).collect();
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
        let packed: Packed = serde_json::from_slice(bytes).map_err(|_| Unreadable::NotJson)?;
        if packed.format > FORMAT {
            return Err(BadSnapshot::Format(packed.format));
        }
        let producers: Vec<Producer> = json::of(&packed.producers)?;
        let offers = Columns::read(packed.offers)?.into_offers(&producers)?;
        let (hub, cycle, terms) =
            (json::of(&packed.hub)?, json::of(&packed.cycle)?, json::of(&packed.terms)?);
        let mut catalog = Self::new(hub, cycle, terms, producers, offers);
        catalog.left = json::of(&packed.left)?;
        Ok(catalog)
    }
}

impl Prices for Catalog {
    fn offer(&self, reference: &Reference) -> Option<&Offer> {
        self.places.get(reference).and_then(|&at| self.offers.get(at))
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

/// A snapshot as JSON: trees, small ones; the columns apart (see [`column`]), which are most of it.
#[derive(Deserialize)]
struct Packed {
    format: u32,
    hub: Value,
    cycle: Value,
    terms: Value,
    producers: Value,
    offers: Map<String, Column>,
    #[serde(default = "nothing_left")]
    left: Value,
}

fn nothing_left() -> Value {
    Value::Object(serde_json::Map::new())
}

/// A column that repeats its values: each distinct value once, then an index a row.
#[derive(Serialize)]
struct Dictionary<T> {
    words: Vec<T>,
    at: Vec<u32>,
}

impl<T: Eq + Hash + Clone> Dictionary<T> {
    fn of(values: impl Iterator<Item = T>) -> Self {
        let mut seen: HashMap<T, u32> = HashMap::new();
        let (mut words, mut at) = (Vec::new(), Vec::new());
        for value in values {
            let next = u32::try_from(words.len()).unwrap_or(u32::MAX);
            let place = *seen.entry(value).or_insert_with_key(|value| {
                words.push(value.clone());
                next
            });
            at.push(place);
        }
        Self { words, at }
    }

    fn get(&self, row: usize) -> Result<T, BadSnapshot> {
        let place = usize::try_from(*self.at.get(row).ok_or(BadSnapshot::Columns)?)
            .map_err(|_| BadSnapshot::Columns)?;
        self.words.get(place).cloned().ok_or(BadSnapshot::Columns)
    }
}

/// The offers, a column a field.
#[derive(Serialize)]
struct Columns {
    n: usize,
    reference: Vec<Reference>,
    revision: Dictionary<u32>,
    name: Dictionary<String>,
    /// Place of the producer in the snapshot's own list.
    producer: Vec<u32>,
    family: Dictionary<ProductFamily>,
    signs: Dictionary<Vec<QualitySign>>,
    certificate_number: Vec<Option<String>>,
    certificate_until: Dictionary<Option<crate::time::Date>>,
    origin: Dictionary<Option<Origin>>,
    unit: Dictionary<Unit>,
    pack: Dictionary<Pack>,
    net_price: Vec<UnitPrice>,
    vat: Dictionary<Rate>,
    promised: Vec<Option<Quantity>>,
    delivery_days: Vec<Weekdays>,
    season: Dictionary<Months>,
    allergens: Dictionary<Option<Vec<Allergen>>>,
    temperature: Dictionary<Option<TemperatureClass>>,
}

impl Columns {
    fn of(offers: &[Offer], producers: &Map<ProducerId, Producer>) -> Self {
        let places: HashMap<_, _> = producers.keys().zip(0_u32..).collect();
        Self {
            n: offers.len(),
            reference: offers.iter().map(|offer| offer.reference.clone()).collect(),
            revision: Dictionary::of(offers.iter().map(|offer| offer.revision)),
            name: Dictionary::of(offers.iter().map(|offer| offer.name.clone())),
            producer: offers
                .iter()
                .map(|offer| places.get(&offer.producer).copied().unwrap_or(u32::MAX))
                .collect(),
            family: Dictionary::of(offers.iter().map(|offer| offer.family.clone())),
            signs: Dictionary::of(offers.iter().map(|offer| offer.signs.clone())),
            certificate_number: offers
                .iter()
                .map(|offer| offer.certificate.as_ref().map(|certificate| certificate.number.clone()))
                .collect(),
            certificate_until: Dictionary::of(
                offers.iter().map(|offer| offer.certificate.as_ref().and_then(|proof| proof.valid_until_on)),
            ),
            origin: Dictionary::of(offers.iter().map(|offer| offer.origin.clone())),
            unit: Dictionary::of(offers.iter().map(|offer| offer.unit.clone())),
            pack: Dictionary::of(offers.iter().map(|offer| offer.pack)),
            net_price: offers.iter().map(|offer| offer.net_price).collect(),
            vat: Dictionary::of(offers.iter().map(|offer| offer.vat)),
            promised: offers.iter().map(|offer| offer.promised).collect(),
            delivery_days: offers.iter().map(|offer| offer.delivery_days).collect(),
            season: Dictionary::of(offers.iter().map(|offer| offer.season)),
            allergens: Dictionary::of(offers.iter().map(|offer| offer.allergens.clone())),
            temperature: Dictionary::of(offers.iter().map(|offer| offer.temperature.clone())),
        }
    }

    fn read(packed: Map<String, Column>) -> Result<Self, BadSnapshot> {
        let mut packed = Packing(packed);
        Ok(Self {
            n: packed.count()?,
            reference: packed.cells("reference")?,
            revision: packed.dictionary("revision")?,
            name: packed.dictionary("name")?,
            producer: packed.cells("producer")?,
            family: packed.dictionary("family")?,
            signs: packed.dictionary("signs")?,
            certificate_number: packed.cells("certificate_number")?,
            certificate_until: packed.dictionary("certificate_until")?,
            origin: packed.dictionary("origin")?,
            unit: packed.dictionary("unit")?,
            pack: packed.dictionary("pack")?,
            net_price: packed.cells("net_price")?,
            vat: packed.dictionary("vat")?,
            promised: packed.cells("promised")?,
            delivery_days: packed.cells("delivery_days")?,
            season: packed.dictionary("season")?,
            allergens: packed.dictionary("allergens")?,
            temperature: packed.dictionary("temperature")?,
        })
    }

    fn into_offers(self, producers: &[Producer]) -> Result<Vec<Offer>, BadSnapshot> {
        (0..self.n).map(|row| self.offer(row, producers)).collect()
    }

    fn offer(&self, row: usize, producers: &[Producer]) -> Result<Offer, BadSnapshot> {
        let place = usize::try_from(*cell(&self.producer, row)?).map_err(|_| BadSnapshot::Columns)?;
        let valid_until_on = self.certificate_until.get(row)?;
        let number = cell(&self.certificate_number, row)?.clone();
        Ok(Offer {
            reference: cell(&self.reference, row)?.clone(),
            revision: self.revision.get(row)?,
            name: self.name.get(row)?,
            producer: producers.get(place).ok_or(BadSnapshot::Columns)?.id,
            family: self.family.get(row)?,
            signs: self.signs.get(row)?,
            certificate: number.map(|number| Certificate { number, valid_until_on }),
            origin: self.origin.get(row)?,
            unit: self.unit.get(row)?,
            pack: self.pack.get(row)?,
            net_price: *cell(&self.net_price, row)?,
            vat: self.vat.get(row)?,
            promised: *cell(&self.promised, row)?,
            delivery_days: *cell(&self.delivery_days, row)?,
            season: self.season.get(row)?,
            allergens: self.allergens.get(row)?,
            temperature: self.temperature.get(row)?,
        })
    }
}

/// The columns as they came, by name.
struct Packing(Map<String, Column>);

impl Packing {
    fn take(&mut self, name: &'static str) -> Result<Column, BadSnapshot> {
        Ok(self.0.remove(name).ok_or(Unreadable::Missing(name))?)
    }

    fn count(&mut self) -> Result<usize, BadSnapshot> {
        match self.take("n")? {
            Column::Count(count) => usize::try_from(count).map_err(|_| BadSnapshot::Columns),
            _ => Err(Unreadable::Shape.into()),
        }
    }

    fn cells<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<Vec<T>, BadSnapshot> {
        read_all(&self.take_cells(name)?)
    }

    fn dictionary<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<Dictionary<T>, BadSnapshot> {
        let (words, at) = self.take_dictionary(name)?;
        Ok(Dictionary { words: read_all(&words)?, at })
    }

    fn take_cells(&mut self, name: &'static str) -> Result<Vec<Value>, BadSnapshot> {
        match self.take(name)? {
            Column::Cells(cells) => Ok(cells),
            _ => Err(Unreadable::Shape.into()),
        }
    }

    fn take_dictionary(&mut self, name: &'static str) -> Result<(Vec<Value>, Vec<u32>), BadSnapshot> {
        match self.take(name)? {
            Column::Dictionary { words, at } => Ok((words, at)),
            _ => Err(Unreadable::Shape.into()),
        }
    }
}

fn read_all<T: DeserializeOwned>(values: &[Value]) -> Result<Vec<T>, BadSnapshot> {
    Ok(values.iter().map(json::of).collect::<Result<_, _>>()?)
}

fn cell<T>(column: &[T], row: usize) -> Result<&T, BadSnapshot> {
    column.get(row).ok_or(BadSnapshot::Columns)
}

#[cfg(test)]
mod tests;
