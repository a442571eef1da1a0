//! The offers of a snapshot: a column a field, written and read.

use std::{collections::HashMap, hash::Hash};

use rust_decimal::Decimal;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use super::{BadSnapshot, column::Column};
use crate::{
    catalog::{
        Allergen, Certificate, Months, Origin, ProductFamily, QualitySign, TemperatureClass, Weekdays,
    },
    enterprise::Producer,
    id::{ProducerId, Reference},
    json::{self, Unreadable},
    money::{Rate, UnitPrice},
    offer::Offer,
    ordered::Map,
    quantity::{Pack, Quantity, Unit},
};

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
}

/// The offers, a column a field.
#[derive(Serialize)]
pub(super) struct Columns {
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
    /// The columns of `offers`.
    pub(super) fn of(offers: &[Offer], producers: &Map<ProducerId, Producer>) -> Self {
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
}

/// The offers of a snapshot, read column by column. `producers`: the snapshot's own list.
pub(super) fn unpack(
    columns: Map<String, Column>,
    producers: &[Producer],
) -> Result<Vec<Offer>, BadSnapshot> {
    let mut unpacking = Unpacking::begin(columns)?;
    unpacking.words("revision", |offer, revision| offer.revision = revision)?;
    unpacking.words("name", |offer, name| offer.name = name)?;
    unpacking.words("family", |offer, family| offer.family = family)?;
    unpacking.words("signs", |offer, signs| offer.signs = signs)?;
    unpacking.cells("certificate_number", |offer, number: Option<String>| {
        offer.certificate = number.map(|number| Certificate { number, valid_until_on: None });
    })?;
    unpacking.words("certificate_until", |offer, until| {
        if let Some(certificate) = &mut offer.certificate {
            certificate.valid_until_on = until;
        }
    })?;
    unpacking.words("origin", |offer, origin| offer.origin = origin)?;
    unpacking.words("unit", |offer, unit| offer.unit = unit)?;
    unpacking.words("pack", |offer, pack| offer.pack = pack)?;
    unpacking.cells("net_price", |offer, price| offer.net_price = price)?;
    unpacking.words("vat", |offer, rate| offer.vat = rate)?;
    unpacking.cells("promised", |offer, promised| offer.promised = promised)?;
    unpacking.cells("delivery_days", |offer, days| offer.delivery_days = days)?;
    unpacking.words("season", |offer, months| offer.season = months)?;
    unpacking.words("allergens", |offer, allergens| offer.allergens = allergens)?;
    unpacking.words("temperature", |offer, temperature| offer.temperature = temperature)?;
    unpacking.producers(producers)?;
    Ok(unpacking.offers)
}

/// Offers under way: every column is there, or there are none at all.
struct Unpacking {
    columns: Map<String, Column>,
    offers: Vec<Offer>,
}

impl Unpacking {
    /// One offer a reference, all else still to come.
    fn begin(columns: Map<String, Column>) -> Result<Self, BadSnapshot> {
        let mut unpacking = Self { columns, offers: Vec::new() };
        let count = unpacking.take("n")?;
        let Column::Cells(references) = unpacking.take("reference")? else {
            return Err(Unreadable::Shape.into());
        };
        if !matches!(count, Column::Count(count) if count == references.len() as u64) {
            return Err(BadSnapshot::Columns);
        }
        let pack = Pack::new(Decimal::ONE).map_err(|_| BadSnapshot::Columns)?;
        let blank = |reference| Offer {
            reference,
            revision: 0,
            name: String::new(),
            producer: ProducerId(Uuid::nil()),
            family: ProductFamily::Grocery,
            signs: Vec::new(),
            certificate: None,
            origin: None,
            unit: Unit::Piece,
            pack,
            net_price: UnitPrice::ZERO,
            vat: Rate::ZERO,
            promised: None,
            delivery_days: Weekdays::default(),
            season: Months::default(),
            allergens: None,
            temperature: None,
        };
        for reference in &references {
            unpacking.offers.push(blank(json::of(reference)?));
        }
        Ok(unpacking)
    }

    /// Gives each offer its own value.
    fn cells<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        put: impl Fn(&mut Offer, T),
    ) -> Result<(), BadSnapshot> {
        let cells = self.take_cells(name)?;
        for (offer, cell) in self.offers.iter_mut().zip(&cells) {
            put(offer, json::of(cell)?);
        }
        Ok(())
    }

    /// Gives each offer one of the dictionary's values.
    fn words<T: DeserializeOwned + Clone>(
        &mut self,
        name: &'static str,
        put: impl Fn(&mut Offer, T),
    ) -> Result<(), BadSnapshot> {
        let (words, at) = self.take_dictionary(name)?;
        let mut read = Vec::with_capacity(words.len());
        for word in &words {
            read.push((json::of::<T>(word)?, 0_u32));
        }
        for at in &at {
            read.get_mut(*at as usize).ok_or(BadSnapshot::Columns)?.1 += 1;
        }
        let mut read: Vec<_> = read.into_iter().map(|(word, uses)| (Some(word), uses)).collect();
        for (offer, at) in self.offers.iter_mut().zip(at) {
            let (word, uses) = &mut read[at as usize];
            *uses -= 1;
            // The last to use a value keeps it: most names are used once.
            let value = if *uses == 0 { word.take() } else { word.clone() };
            put(offer, value.ok_or(BadSnapshot::Columns)?);
        }
        Ok(())
    }

    fn producers(&mut self, producers: &[Producer]) -> Result<(), BadSnapshot> {
        let places = self.take_cells("producer")?;
        for (offer, place) in self.offers.iter_mut().zip(&places) {
            let place: u32 = json::of(place)?;
            offer.producer = producers.get(place as usize).ok_or(BadSnapshot::Columns)?.id;
        }
        Ok(())
    }

    fn take(&mut self, name: &'static str) -> Result<Column, BadSnapshot> {
        Ok(self.columns.remove(name).ok_or(Unreadable::Missing(name))?)
    }

    fn take_cells(&mut self, name: &'static str) -> Result<Vec<Value>, BadSnapshot> {
        match self.take(name)? {
            Column::Cells(cells) if cells.len() == self.offers.len() => Ok(cells),
            Column::Cells(_) => Err(BadSnapshot::Columns),
            _ => Err(Unreadable::Shape.into()),
        }
    }

    fn take_dictionary(&mut self, name: &'static str) -> Result<(Vec<Value>, Vec<u32>), BadSnapshot> {
        match self.take(name)? {
            Column::Dictionary { words, at } if at.len() == self.offers.len() => Ok((words, at)),
            Column::Dictionary { .. } => Err(BadSnapshot::Columns),
            _ => Err(Unreadable::Shape.into()),
        }
    }
}
