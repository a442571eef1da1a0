//! Quantities and the units they are sold in.

use std::{fmt, iter::Sum, ops};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::plain_decimal::{PlainDecimal, read_plain};
use crate::{coded::coded_enum, money::scaled};

/// Not a quantity: negative, too precise, or too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a quantity from 0 to 999,999.999 with at most three decimals")]
pub struct BadQuantity;

/// How much, in the offer's unit: at most three decimals (a gram, a millilitre), from 0 up. A line holds at most
/// 999,999.999; sums may be larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "PlainDecimal", into = "Decimal")]
pub struct Quantity(Decimal);

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// # Errors
    /// [`BadQuantity`] when negative, above the range, or with more than three decimals.
    pub fn new(value: Decimal) -> Result<Self, BadQuantity> {
        let value = value.normalize();
        let fits =
            value.scale() <= 3 && value >= Decimal::ZERO && value < Decimal::from(1_000_000_000_000_i64);
        if fits { Ok(Self(value)) } else { Err(BadQuantity) }
    }

    /// The plain number, in the offer's unit.
    #[must_use]
    pub fn value(self) -> Decimal {
        self.0
    }

    /// In thousandths of the unit, as stored in SQL.
    #[must_use]
    pub fn thousandths(self) -> i64 {
        scaled(self.0, 3).unwrap_or(i64::MAX)
    }

    /// # Errors
    /// [`BadQuantity`] when negative.
    pub fn from_thousandths(value: i64) -> Result<Self, BadQuantity> {
        Self::new(Decimal::new(value, 3))
    }

    /// The most a line can hold.
    pub const OF_A_LINE: Self = Self(Decimal::from_parts(999_999_999, 0, 0, false, 3));

    /// Whether there is none.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// This less `other`, never below zero.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self((self.0 - other.0).max(Decimal::ZERO).normalize())
    }
}

impl TryFrom<Decimal> for Quantity {
    type Error = BadQuantity;
    fn try_from(value: Decimal) -> Result<Self, BadQuantity> {
        Self::new(value)
    }
}

impl From<Quantity> for Decimal {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ops::Add for Quantity {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self((self.0 + other.0).normalize())
    }
}

impl ops::AddAssign for Quantity {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(quantities: I) -> Self {
        quantities.fold(Self::ZERO, |sum, quantity| sum + quantity)
    }
}

/// The smallest quantity that can be ordered, in the offer's unit: a crate of 5 kg, a tray of 30 eggs. Above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "PlainDecimal", into = "Decimal")]
pub struct Pack(Quantity);

impl Pack {
    /// One by one.
    pub const ONE: Self = Self(Quantity(Decimal::ONE));
    /// To the gram, to the millilitre.
    pub const THOUSANDTH: Self = Self(Quantity(Decimal::from_parts(1, 0, 0, false, 3)));

    /// # Errors
    /// [`BadQuantity`] when zero or not a quantity.
    pub fn new(content: Decimal) -> Result<Self, BadQuantity> {
        let content = Quantity::new(content)?;
        if content.is_zero() { Err(BadQuantity) } else { Ok(Self(content)) }
    }

    /// What one pack holds, in the offer's unit.
    #[must_use]
    pub fn content(self) -> Quantity {
        self.0
    }

    /// Whether `quantity` is a whole number of packs.
    #[must_use]
    pub fn divides(self, quantity: Quantity) -> bool {
        (quantity.0 % self.0.0).is_zero()
    }

    /// How many packs `quantity` holds, the last begun one counted.
    #[must_use]
    pub fn count(self, quantity: Quantity) -> Decimal {
        (quantity.0 / self.0.0).ceil().normalize()
    }

    /// The quantity in `count` whole packs.
    #[must_use]
    pub fn times(self, count: u32) -> Quantity {
        Quantity((self.0.0 * Decimal::from(count)).normalize())
    }

    /// The nearest whole number of packs that holds at least `quantity`.
    #[must_use]
    pub fn round_up(self, quantity: Quantity) -> Quantity {
        Quantity(((quantity.0 / self.0.0).ceil() * self.0.0).normalize())
    }
}

impl TryFrom<Decimal> for Pack {
    type Error = BadQuantity;
    fn try_from(content: Decimal) -> Result<Self, BadQuantity> {
        Self::new(content)
    }
}

impl From<Pack> for Decimal {
    fn from(pack: Pack) -> Self {
        pack.0.0
    }
}

coded_enum! {
    /// What an offer is counted in, by its UN/ECE Recommendation 20 code.
    pub enum Unit {
        /// Kilogram.
        Kilogram = "KGM",
        /// Litre.
        Litre = "LTR",
        /// Piece.
        Piece = "H87",
        /// Bunch (« botte »).
        Bunch = "BH",
        /// Punnet or tray (« barquette »).
        Punnet = "TY",
    }
}

impl Unit {
    /// Whether there can be so much of it: nobody brings half a bunch.
    #[must_use]
    pub fn measures(&self, quantity: Quantity) -> bool {
        match self {
            Self::Piece | Self::Bunch | Self::Punnet => Pack::ONE.divides(quantity),
            Self::Kilogram | Self::Litre | Self::Other(_) => true,
        }
    }
}

read_plain!(Quantity, Pack);

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Quantity {
        Quantity::new(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_pack_says_what_can_be_ordered() {
        let crate_of_2_5 = Pack::new("2.5".parse().unwrap()).unwrap();
        assert!(crate_of_2_5.divides(quantity("7.5")));
        assert!(!crate_of_2_5.divides(quantity("6")));
        assert_eq!(crate_of_2_5.round_up(quantity("6")), quantity("7.5"));
        assert_eq!(crate_of_2_5.round_up(Quantity::ZERO), Quantity::ZERO);
        assert_eq!(crate_of_2_5.count(quantity("7.5")), Decimal::from(3));
        assert_eq!(Pack::new(Decimal::ZERO), Err(BadQuantity));
    }

    #[test]
    fn a_quantity_is_exact_to_the_gram() {
        assert_eq!(quantity("12.345").thousandths(), 12_345);
        assert_eq!(Quantity::from_thousandths(12_345).unwrap(), quantity("12.345"));
        assert_eq!(Quantity::new("0.0001".parse().unwrap()), Err(BadQuantity));
        assert_eq!(Quantity::from_thousandths(-1), Err(BadQuantity));
        assert_eq!(quantity("3").less(quantity("5")), Quantity::ZERO);
    }

    #[test]
    fn an_unknown_unit_survives_an_older_tablet() {
        let unit: Unit = serde_json::from_str("\"XBX\"").unwrap();
        assert_eq!(unit, Unit::Other("XBX".to_owned()));
        assert_eq!(serde_json::to_string(&unit).unwrap(), "\"XBX\"");
    }
}
