//! How cold foods must arrive, by law, and what a thermometer says of them.
//!
//! Limits are those of the order of 21 December 2009 (annexe I, the column of collective catering). What a measure between
//! two packs may exceed before the core is measured, and what the core may exceed, are those of the hygiene guide of food
//! aid: +2 °C and +1 °C for chilled foods; up to −15 °C at the surface for deep-frozen ones; nothing for fish and for raw
//! foods that are delicate, nor for hot dishes.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    catalog::TemperatureClass,
    coded::coded_enum,
    plain_decimal::{PlainDecimal, read_plain},
};

coded_enum! {
    /// The classes of the order of 21 December 2009.
    pub enum ColdClass {
        /// Fruit and vegetables as they grow, dry goods, tins: no limit in law.
        Ambient = "FL_BRUT",
        /// Eggs in their shells: no limit in law.
        Eggs = "OEUFS",
        /// Very perishable foods that no other class names.
        VeryPerishable = "TRES_PERISSABLE",
        /// Perishable foods that no other class names.
        Perishable = "PERISSABLE",
        /// Cuts of ungulates.
        MeatCuts = "ONGULES_DECOUPE",
        /// Carcasses and big pieces of ungulates.
        Carcasses = "ONGULES_GROS",
        /// Poultry, rabbit and hare.
        Poultry = "VOLAILLE",
        /// Minced meat.
        MincedMeat = "VIANDE_HACHEE",
        /// Mechanically separated meat.
        SeparatedMeat = "VSM",
        /// Offal of ungulates.
        Offal = "ABATS",
        /// Meat preparations.
        MeatPreparations = "PREP_VIANDE",
        /// Fresh or thawed fish, cooked shellfish.
        FreshFish = "PECHE_FRAIS",
        /// Raw milk, fresh dairy that is not pasteurized.
        RawMilk = "LAIT_CRU",
        /// Pasteurized milk, ripened cheese: what the label says.
        PasteurizedMilk = "LAIT_PASTEURISE",
        /// Egg products that are not sterilized.
        EggProducts = "OVOPRODUITS",
        /// Dishes cooked ahead and chilled.
        ChilledDishes = "PCA_FROID",
        /// Dishes delivered hot: a least temperature.
        HotDishes = "PCA_CHAUD",
        /// Ice cream and sorbets.
        IceCream = "GLACES",
        /// Minced meat, meat preparations and fish, frozen.
        FrozenMeatAndFish = "SURG_HACHE_PECHE",
        /// Other frozen foods.
        Frozen = "SURG_AUTRES",
    }
}

/// Degrees Celsius, to the tenth: from −60 to 150, as kitchen thermometers go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "PlainDecimal", into = "Decimal")]
pub struct Celsius(Decimal);

/// Not a temperature from −60 to 150 °C with at most one decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a temperature from -60 to 150 °C with at most one decimal")]
pub struct BadCelsius;

impl Celsius {
    /// # Errors
    /// [`BadCelsius`] outside the range, or with more than one decimal.
    pub fn new(degrees: Decimal) -> Result<Self, BadCelsius> {
        let degrees = degrees.normalize();
        let range = Decimal::from(-60)..=Decimal::from(150);
        if degrees.scale() <= 1 && range.contains(&degrees) { Ok(Self(degrees)) } else { Err(BadCelsius) }
    }

    /// The plain number, in degrees.
    #[must_use]
    pub fn degrees(self) -> Decimal {
        self.0
    }

    const fn tenths(tenths: i32) -> Self {
        Self(Decimal::from_parts(tenths.unsigned_abs(), 0, 0, tenths < 0, 1))
    }

    /// This much warmer.
    fn and(self, more: Self) -> Self {
        Self(self.0 + more.0)
    }
}

impl TryFrom<Decimal> for Celsius {
    type Error = BadCelsius;
    fn try_from(degrees: Decimal) -> Result<Self, BadCelsius> {
        Self::new(degrees)
    }
}

impl From<Celsius> for Decimal {
    fn from(celsius: Celsius) -> Self {
        celsius.0.normalize()
    }
}

read_plain!(Celsius);

/// What the law asks of a class at reception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// At most.
    AtMost(Celsius),
    /// At least: hot dishes.
    AtLeast(Celsius),
    /// Nothing in law: what the label says, and what one sees.
    OfTheLabel,
}

/// How far above its limit a class may be for the time of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Between two packs; above, the core is measured.
    pub surface: Celsius,
    /// In the core; above, the food does not conform.
    pub core: Celsius,
}

const NONE: Celsius = Celsius::tenths(0);

impl ColdClass {
    /// Its limit.
    #[must_use]
    pub fn limit(&self) -> Limit {
        let tenths = match self {
            Self::Ambient | Self::Eggs | Self::PasteurizedMilk | Self::Other(_) => return Limit::OfTheLabel,
            Self::HotDishes => return Limit::AtLeast(Celsius::tenths(630)),
            Self::MincedMeat | Self::SeparatedMeat | Self::FreshFish => 20,
            Self::Offal | Self::ChilledDishes => 30,
            Self::MeatPreparations
            | Self::Poultry
            | Self::MeatCuts
            | Self::RawMilk
            | Self::EggProducts
            | Self::VeryPerishable => 40,
            Self::Carcasses => 70,
            Self::Perishable => 80,
            Self::IceCream | Self::FrozenMeatAndFish => -180,
            Self::Frozen => -120,
        };
        Limit::AtMost(Celsius::tenths(tenths))
    }

    /// What a delivery may exceed it by.
    #[must_use]
    pub fn allowance(&self) -> Allowance {
        match self {
            Self::FreshFish
            | Self::MincedMeat
            | Self::SeparatedMeat
            | Self::Offal
            | Self::MeatPreparations
            | Self::FrozenMeatAndFish
            | Self::HotDishes => Allowance { surface: NONE, core: NONE },
            Self::IceCream => Allowance { surface: Celsius::tenths(30), core: Celsius::tenths(10) },
            Self::Frozen => Allowance { surface: NONE, core: Celsius::tenths(10) },
            _ => Allowance { surface: Celsius::tenths(20), core: Celsius::tenths(10) },
        }
    }

    /// The class of law of a class that price lists name; a proposal to whoever holds the thermometer.
    #[must_use]
    pub fn proposed_for(class: &TemperatureClass) -> Self {
        match class {
            TemperatureClass::Ambient => Self::Ambient,
            TemperatureClass::Meat => Self::MeatCuts,
            TemperatureClass::MincedMeat => Self::MincedMeat,
            TemperatureClass::Poultry => Self::Poultry,
            TemperatureClass::FreshFish => Self::FreshFish,
            TemperatureClass::RawMilk => Self::RawMilk,
            TemperatureClass::PasteurizedMilk | TemperatureClass::RipenedCheese => Self::PasteurizedMilk,
            TemperatureClass::Eggs => Self::Eggs,
            TemperatureClass::Frozen => Self::Frozen,
            TemperatureClass::SemiPreserve => Self::Perishable,
            _ => Self::VeryPerishable,
        }
    }
}

/// What a thermometer said.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// As which class the food is judged.
    pub class: ColdClass,
    /// Between two packs, in °C.
    pub surface: Celsius,
    /// In the core, in °C; measured where the surface asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub core: Option<Celsius>,
}

/// What follows from a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Within what is allowed.
    Conforming,
    /// The surface is beyond: the core must be measured.
    MeasureCore,
    /// To be refused, or set apart under a label.
    NotConforming,
}

impl Measure {
    /// Judges it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let Allowance { surface, core } = self.class.allowance();
        let beyond = |measured: Celsius, allowed: Celsius| match self.class.limit() {
            Limit::AtMost(limit) => measured > limit.and(allowed),
            Limit::AtLeast(limit) => measured < limit,
            Limit::OfTheLabel => false,
        };
        match self.core {
            _ if !beyond(self.surface, surface) => Verdict::Conforming,
            None => Verdict::MeasureCore,
            Some(measured) if beyond(measured, core) => Verdict::NotConforming,
            Some(_) => Verdict::Conforming,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn celsius(text: &str) -> Celsius {
        Celsius::new(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_table_is_that_of_the_order_of_21_december_2009() {
        let at_most = [
            ("GLACES", "-18"),
            ("SURG_HACHE_PECHE", "-18"),
            ("SURG_AUTRES", "-12"),
            ("VIANDE_HACHEE", "2"),
            ("VSM", "2"),
            ("ABATS", "3"),
            ("PREP_VIANDE", "4"),
            ("VOLAILLE", "4"),
            ("ONGULES_GROS", "7"),
            ("ONGULES_DECOUPE", "4"),
            ("PECHE_FRAIS", "2"),
            ("OVOPRODUITS", "4"),
            ("LAIT_CRU", "4"),
            ("TRES_PERISSABLE", "4"),
            ("PERISSABLE", "8"),
            ("PCA_FROID", "3"),
        ];
        for (code, limit) in at_most {
            assert_eq!(ColdClass::from_code(code).limit(), Limit::AtMost(celsius(limit)), "{code}");
        }
        assert_eq!(ColdClass::HotDishes.limit(), Limit::AtLeast(celsius("63")));
        for code in ["LAIT_PASTEURISE", "FL_BRUT", "OEUFS", "a class of next year"] {
            assert_eq!(ColdClass::from_code(code).limit(), Limit::OfTheLabel, "{code}");
        }
        assert_eq!(ColdClass::KNOWN.len(), at_most.len() + 4);
    }

    #[test]
    fn a_measure_asks_for_the_core_before_it_condemns() {
        use Verdict::{Conforming, MeasureCore, NotConforming};
        let cases = [
            // Poultry, +4: two degrees more between the packs, one in the core.
            (ColdClass::Poultry, "4", None, Conforming),
            (ColdClass::Poultry, "6", None, Conforming),
            (ColdClass::Poultry, "6.1", None, MeasureCore),
            (ColdClass::Poultry, "7", Some("5"), Conforming),
            (ColdClass::Poultry, "7", Some("5.1"), NotConforming),
            // Where the surface conforms, nobody had to measure the core.
            (ColdClass::Poultry, "5", Some("9"), Conforming),
            // Fish and delicate raw foods: nothing above the limit.
            (ColdClass::FreshFish, "2", None, Conforming),
            (ColdClass::FreshFish, "2.1", None, MeasureCore),
            (ColdClass::FreshFish, "3", Some("2"), Conforming),
            (ColdClass::MincedMeat, "3", Some("2.1"), NotConforming),
            // Hot dishes: a least temperature.
            (ColdClass::HotDishes, "63", None, Conforming),
            (ColdClass::HotDishes, "62.9", None, MeasureCore),
            (ColdClass::HotDishes, "60", Some("63"), Conforming),
            (ColdClass::HotDishes, "60", Some("62.9"), NotConforming),
            // Deep-frozen: up to −15 at the surface; fish and minced meat not even that.
            (ColdClass::IceCream, "-15", None, Conforming),
            (ColdClass::IceCream, "-14.9", None, MeasureCore),
            (ColdClass::IceCream, "-14", Some("-17"), Conforming),
            (ColdClass::IceCream, "-14", Some("-16.9"), NotConforming),
            (ColdClass::FrozenMeatAndFish, "-17.9", None, MeasureCore),
            (ColdClass::Frozen, "-12", None, Conforming),
            (ColdClass::Frozen, "-11", Some("-11"), Conforming),
            (ColdClass::Frozen, "-11", Some("-10"), NotConforming),
            (ColdClass::PasteurizedMilk, "15", None, Conforming),
        ];
        for (class, surface, core, verdict) in cases {
            let measure = Measure { class, surface: celsius(surface), core: core.map(celsius) };
            assert_eq!(measure.verdict(), verdict, "{measure:?}");
        }
    }

    #[test]
    fn a_temperature_travels_as_text_to_the_tenth() {
        assert_eq!(serde_json::to_string(&celsius("-17.50")).unwrap(), "\"-17.5\"");
        assert_eq!(serde_json::from_str::<Celsius>("\"3.5\"").unwrap(), celsius("3.5"));
        for bad in ["\"3.55\"", "\"-60.1\"", "\"151\"", "\"tiède\"", "3"] {
            assert!(serde_json::from_str::<Celsius>(bad).is_err(), "{bad}");
        }
    }
}
