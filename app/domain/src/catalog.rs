//! What exists: families, official signs, seasons, delivery days, allergens.

use serde::{Deserialize, Serialize};

use crate::{
    coded::coded_enum,
    time::{Date, Weekday},
};

coded_enum! {
    /// The product families of ma cantine's declaration, by their code there (`famille_produits`).
    pub enum ProductFamily {
        /// Fruit and vegetables, fresh and frozen.
        FruitAndVegetables = "FRUITS_ET_LEGUMES",
        /// Meat and poultry, fresh and frozen.
        MeatAndPoultry = "VIANDES_VOLAILLES",
        /// Cured and cooked meats: not counted as meat.
        Charcuterie = "CHARCUTERIE",
        /// Fish and shellfish.
        Seafood = "PRODUITS_DE_LA_MER",
        /// Milk, butter, cheese, and eggs.
        Dairy = "PRODUITS_LAITIERS",
        /// Bread and pastry.
        Bakery = "BOULANGERIE",
        /// Drinks.
        Drinks = "BOISSONS",
        /// Grocery: pulses, cereals, oil, honey…
        Grocery = "AUTRES",
    }
}

coded_enum! {
    /// Official quality signs and what EGalim counts with them, by ma cantine's code (`categories_egalim`).
    pub enum QualitySign {
        /// Organic farming (« AB », European leaf).
        Organic = "BIO",
        /// Label Rouge.
        LabelRouge = "LABEL_ROUGE",
        /// Protected designation of origin (AOC, AOP).
        Aop = "AOCAOP",
        /// Protected geographical indication.
        Igp = "IGP",
        /// Traditional speciality guaranteed.
        Stg = "STG",
        /// High environmental value.
        Hve = "HVE",
        /// The public « Pêche durable » sign.
        SustainableFishing = "PECHE_DURABLE",
        /// Outermost regions.
        OutermostRegion = "RUP",
        /// Fair trade, with a recognized label.
        FairTrade = "COMMERCE_EQUITABLE",
        /// « Fermier » where a text defines it.
        Farm = "FERMIER",
    }
}

coded_enum! {
    /// Where the product comes from, by ma cantine's code (`origine`).
    pub enum Origin {
        /// France.
        France = "FRANCE",
        /// The European Economic Area outside France.
        Europe = "EUROPE",
        /// Elsewhere.
        World = "MONDE",
    }
}

coded_enum! {
    /// The fourteen allergens of Regulation (EU) 1169/2011, annex II.
    pub enum Allergen {
        /// Cereals containing gluten.
        Gluten = "gluten",
        /// Crustaceans.
        Crustaceans = "crustaces",
        /// Eggs.
        Eggs = "oeufs",
        /// Fish.
        Fish = "poissons",
        /// Peanuts.
        Peanuts = "arachides",
        /// Soybeans.
        Soybeans = "soja",
        /// Milk.
        Milk = "lait",
        /// Nuts.
        Nuts = "fruits_a_coque",
        /// Celery.
        Celery = "celeri",
        /// Mustard.
        Mustard = "moutarde",
        /// Sesame.
        Sesame = "sesame",
        /// Sulphur dioxide and sulphites above 10 mg/kg.
        Sulphites = "sulfites",
        /// Lupin.
        Lupin = "lupin",
        /// Molluscs.
        Molluscs = "mollusques",
    }
}

coded_enum! {
    /// How cold a product travels: the classes of the decree of 21 December 2009 that a price list names.
    pub enum TemperatureClass {
        /// Room temperature.
        Ambient = "ambiant",
        /// Meat of ungulates, in cuts.
        Meat = "viande",
        /// Minced meat.
        MincedMeat = "viande_hachee",
        /// Poultry and rabbit.
        Poultry = "volaille",
        /// Cured and cooked meats.
        Charcuterie = "charcuterie",
        /// Fresh fish.
        FreshFish = "poisson_frais",
        /// Live shellfish.
        Shellfish = "coquillages",
        /// Fresh dairy.
        FreshDairy = "produit_laitier_frais",
        /// Raw milk.
        RawMilk = "lait_cru",
        /// Pasteurized milk.
        PasteurizedMilk = "lait_pasteurise",
        /// Ripened cheese.
        RipenedCheese = "fromage_affine",
        /// Eggs in their shells.
        Eggs = "oeufs",
        /// Washed and cut vegetables.
        ReadyToUse = "quatrieme_gamme",
        /// Semi-preserves.
        SemiPreserve = "semi_conserve",
        /// Frozen.
        Frozen = "surgele",
    }
}

/// The proof behind the signs of an offer.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Certificate {
    /// As the certifier writes it.
    pub number: String,
    /// The last day it proves anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = Date))]
    pub valid_until_on: Option<Date>,
}

/// A set of months, as a bit each: January is bit 0.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Months(u16);

impl Months {
    /// Months given by number, 1 to 12; others are left out.
    pub fn from_numbers(numbers: impl IntoIterator<Item = u8>) -> Self {
        Self(numbers.into_iter().filter(|n| (1..=12).contains(n)).fold(0, |set, n| set | 1 << (n - 1)))
    }

    /// From the stored bits; bits above December are dropped.
    #[must_use]
    pub fn from_bits(bits: u16) -> Self {
        Self(bits & 0x0fff)
    }

    /// The bits, January lowest.
    #[must_use]
    pub fn bits(self) -> u16 {
        self.0
    }

    /// Whether `month` (1 to 12) is in the set.
    #[must_use]
    pub fn contains(self, month: i8) -> bool {
        (1..=12).contains(&month) && self.0 & (1 << (month - 1)) != 0
    }

    /// No month at all: the list said nothing, which is not "never in season".
    #[must_use]
    pub fn is_unknown(self) -> bool {
        self.0 == 0
    }
}

/// A set of weekdays, as a bit each: Monday is bit 0.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weekdays(u8);

impl Weekdays {
    /// These days.
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Self {
        Self(days.into_iter().fold(0, |set, day| set | Self::bit(day)))
    }

    /// From the stored bits; the eighth bit is dropped.
    #[must_use]
    pub fn from_bits(bits: u8) -> Self {
        Self(bits & 0x7f)
    }

    /// The bits, Monday lowest.
    #[must_use]
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Whether `day` is in the set.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & Self::bit(day) != 0
    }

    /// Monday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        (1..=7).filter_map(|n| Weekday::from_monday_one_offset(n).ok()).filter(move |day| self.contains(*day))
    }

    fn bit(day: Weekday) -> u8 {
        1 << day.to_monday_zero_offset()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_weekdays_are_sets() {
        let season = Months::from_numbers([1, 12, 13, 0]);
        assert!(season.contains(1) && season.contains(12) && !season.contains(6) && !season.contains(0));
        assert!(Months::default().is_unknown());
        let days = Weekdays::of([Weekday::Friday, Weekday::Monday]);
        assert_eq!(days.iter().collect::<Vec<_>>(), [Weekday::Monday, Weekday::Friday]);
        assert_eq!(Weekdays::from_bits(0xff).bits(), 0x7f);
    }

    #[test]
    fn a_sign_of_tomorrow_is_kept_as_it_came() {
        let sign: QualitySign = serde_json::from_str("\"ZERO_PESTICIDE\"").unwrap();
        assert_eq!(sign, QualitySign::Other("ZERO_PESTICIDE".into()));
        assert_eq!(serde_json::to_string(&sign).unwrap(), "\"ZERO_PESTICIDE\"");
    }
}
