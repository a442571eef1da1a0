//! The offers of a snapshot: a column a field, written and read.

use std::{borrow::Cow, collections::HashMap, hash::Hash};

use rust_decimal::Decimal;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::BadSnapshot;
use crate::{
    catalog::{
        Allergen, Certificate, Months, Origin, ProductFamily, QualitySign, TemperatureClass, Weekdays,
    },
    enterprise::Producer,
    id::{ProducerId, Reference},
    json::{
        self, Unreadable,
        lying::{self, Kind, Lying},
    },
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

/// A column as it lies in the text.
pub(super) enum Column<'a> {
    /// No column: how many rows the others have.
    Count(&'a str),
    /// A text a row, or none.
    Texts(Vec<Option<Cow<'a, str>>>),
    /// A number a row.
    Numbers(Vec<u32>),
    /// Each distinct value once, and its place a row.
    Dictionary {
        /// The values.
        words: Vec<&'a str>,
        /// Their places.
        at: Vec<u32>,
    },
}

impl<'a> Column<'a> {
    fn read(lying: &mut Lying<'a>) -> Result<Self, Unreadable> {
        match lying.kind() {
            Some(Kind::Numbers) => lying.numbers().map(Self::Numbers),
            Some(Kind::Values) => lying.texts().map(Self::Texts),
            Some(Kind::Members) => Self::dictionary(lying),
            _ => lying.value().map(Self::Count),
        }
    }

    fn dictionary(lying: &mut Lying<'a>) -> Result<Self, Unreadable> {
        let (mut words, mut at) = (None, None);
        lying.members(|name, lying| {
            match name {
                "words" => words = Some(lying.values()?),
                "at" => at = Some(lying.numbers()?),
                _ => drop(lying.value()?),
            }
            Ok::<_, Unreadable>(())
        })?;
        match (words, at) {
            (Some(words), Some(at)) => Ok(Self::Dictionary { words, at }),
            _ => Err(Unreadable::Missing("words")),
        }
    }
}

/// The columns of a snapshot by name, where they lie.
pub(super) type LyingColumns<'a> = Map<&'a str, Column<'a>>;

/// Reads the object of columns.
#[inline(never)]
pub(super) fn columns<'a>(lying: &mut Lying<'a>) -> Result<LyingColumns<'a>, Unreadable> {
    let mut columns = Map::new();
    lying.members(|name, lying| {
        columns.insert(name, Column::read(lying)?);
        Ok::<_, Unreadable>(())
    })?;
    Ok(columns)
}

/// The offers of a snapshot, column by column. `producers`: the snapshot's own list.
#[inline(never)]
pub(super) fn unpack(columns: LyingColumns<'_>, producers: &[Producer]) -> Result<Vec<Offer>, BadSnapshot> {
    let mut unpacking = Unpacking::begin(columns)?;
    unpacking.words("revision", |offer, revision| offer.revision = revision)?;
    unpacking.words("name", |offer, name| offer.name = name)?;
    unpacking.words("family", |offer, family| offer.family = family)?;
    unpacking.words("signs", |offer, signs| offer.signs = signs)?;
    unpacking.texts("certificate_number", |offer, number| {
        let certificate =
            |number: Cow<'_, str>| Certificate { number: number.into_owned(), valid_until_on: None };
        offer.certificate = number.map(certificate);
        Ok(())
    })?;
    unpacking.words("certificate_until", |offer, until| {
        if let Some(certificate) = &mut offer.certificate {
            certificate.valid_until_on = until;
        }
    })?;
    unpacking.words("origin", |offer, origin| offer.origin = origin)?;
    unpacking.words("unit", |offer, unit| offer.unit = unit)?;
    unpacking.words("pack", |offer, pack| offer.pack = pack)?;
    unpacking.texts("net_price", |offer, price| {
        offer.net_price = json::of_text(&price.ok_or(Unreadable::Shape)?)?;
        Ok(())
    })?;
    unpacking.words("vat", |offer, rate| offer.vat = rate)?;
    unpacking.texts("promised", |offer, promised| {
        offer.promised = promised.map(|promised| json::of_text(&promised)).transpose()?;
        Ok(())
    })?;
    unpacking.numbers("delivery_days", |offer, days| {
        offer.delivery_days = Weekdays::from_bits(u8::try_from(days).map_err(|_| Unreadable::Shape)?);
        Ok(())
    })?;
    unpacking.words("season", |offer, months| offer.season = months)?;
    unpacking.words("allergens", |offer, allergens| offer.allergens = allergens)?;
    unpacking.words("temperature", |offer, temperature| offer.temperature = temperature)?;
    unpacking.numbers("producer", |offer, place| {
        offer.producer = producers.get(place as usize).ok_or(BadSnapshot::Columns)?.id;
        Ok(())
    })?;
    Ok(unpacking.offers)
}

/// Offers under way: every column is there, or there are none at all.
struct Unpacking<'a> {
    columns: LyingColumns<'a>,
    offers: Vec<Offer>,
}

impl<'a> Unpacking<'a> {
    /// One offer a reference, all else still to come.
    #[inline(never)]
    fn begin(columns: LyingColumns<'a>) -> Result<Self, BadSnapshot> {
        let mut unpacking = Self { columns, offers: Vec::new() };
        let Column::Count(count) = unpacking.take("n")? else { return Err(Unreadable::Shape.into()) };
        let count: usize = lying::of(count)?;
        let references = unpacking.take_texts("reference")?;
        if references.len() != count {
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
        unpacking.offers.reserve_exact(count);
        for reference in references {
            let reference = reference.ok_or(Unreadable::Shape)?;
            unpacking.offers.push(blank(Reference::parse(&reference).map_err(|_| Unreadable::Shape)?));
        }
        Ok(unpacking)
    }

    fn take(&mut self, name: &'static str) -> Result<Column<'a>, BadSnapshot> {
        Ok(self.columns.remove(name).ok_or(Unreadable::Missing(name))?)
    }

    fn take_texts(&mut self, name: &'static str) -> Result<Vec<Option<Cow<'a, str>>>, BadSnapshot> {
        match self.take(name)? {
            Column::Texts(texts) => Ok(texts),
            _ => Err(Unreadable::Shape.into()),
        }
    }

    /// Gives each offer its own text, or none.
    #[inline(never)]
    fn texts(
        &mut self,
        name: &'static str,
        put: impl Fn(&mut Offer, Option<Cow<'_, str>>) -> Result<(), Unreadable>,
    ) -> Result<(), BadSnapshot> {
        let texts = self.take_texts(name)?;
        for (offer, text) in self.rows(texts)? {
            put(offer, text)?;
        }
        Ok(())
    }

    /// Gives each offer its own number.
    #[inline(never)]
    fn numbers(
        &mut self,
        name: &'static str,
        put: impl Fn(&mut Offer, u32) -> Result<(), BadSnapshot>,
    ) -> Result<(), BadSnapshot> {
        match self.take(name)? {
            Column::Numbers(numbers) => {
                self.rows(numbers)?.try_for_each(|(offer, number)| put(offer, number))
            }
            Column::Texts(none) if none.is_empty() && self.offers.is_empty() => Ok(()),
            _ => Err(Unreadable::Shape.into()),
        }
    }

    /// Gives each offer one of the dictionary's values.
    #[inline(never)]
    fn words<T: DeserializeOwned + Clone>(
        &mut self,
        name: &'static str,
        put: impl Fn(&mut Offer, T),
    ) -> Result<(), BadSnapshot> {
        let Column::Dictionary { words, at } = self.take(name)? else { return Err(Unreadable::Shape.into()) };
        let mut read = Vec::with_capacity(words.len());
        for word in words {
            read.push((Some(lying::of::<T>(word)?), 0_u32));
        }
        for at in &at {
            read.get_mut(*at as usize).ok_or(BadSnapshot::Columns)?.1 += 1;
        }
        for (offer, at) in self.rows(at)? {
            let (word, uses) = &mut read[at as usize];
            *uses -= 1;
            // The last to use a value keeps it: most names are used once.
            let value = if *uses == 0 { word.take() } else { word.clone() };
            put(offer, value.ok_or(BadSnapshot::Columns)?);
        }
        Ok(())
    }

    /// The offers, each with its cell of a column.
    fn rows<T>(&mut self, cells: Vec<T>) -> Result<impl Iterator<Item = (&mut Offer, T)>, BadSnapshot> {
        if cells.len() != self.offers.len() {
            return Err(BadSnapshot::Columns);
        }
        Ok(self.offers.iter_mut().zip(cells))
    }
}
