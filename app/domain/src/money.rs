//! Money, exact. Unit prices to the ten-thousandth of a euro, amounts to the cent, never a float.
//!
//! Rounding happens in one place, [`UnitPrice::times`], once per line, half away from zero. VAT is computed per rate on the
//! sum of the lines (EN 16931, BR-S-09 and BR-CO-17), see [`crate::pricing`].

use std::{fmt, iter::Sum, ops};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::plain_decimal::{PlainDecimal, read_plain};
use crate::quantity::Quantity;

/// Rounds half away from zero, the commercial rule, to `decimals`.
fn round(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// `value × 10^decimals` as an integer, for SQL. `None` when it does not fit.
pub(crate) fn scaled(value: Decimal, decimals: u32) -> Option<i64> {
    let mut value = value;
    value.rescale(decimals);
    i64::try_from(value.mantissa()).ok()
}

/// Not an amount of money or a price: negative, too precise, or too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a price or an amount in the accepted range and precision")]
pub struct BadMoney;

/// Euros per unit of sale, before tax, with at most four decimals; from 0 to 99,999.9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "PlainDecimal", into = "Decimal")]
pub struct UnitPrice(Decimal);

impl UnitPrice {
    /// Free of charge.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// # Errors
    /// [`BadMoney`] when negative, above 99,999.9999, or with more than four decimals.
    pub fn new(euros: Decimal) -> Result<Self, BadMoney> {
        let euros = euros.normalize();
        let fits = euros.scale() <= 4 && euros >= Decimal::ZERO && euros < Decimal::from(100_000);
        if fits { Ok(Self(euros)) } else { Err(BadMoney) }
    }

    /// The nearest price of four decimals, half away from zero; negative values become zero, huge ones the largest.
    #[must_use]
    pub fn rounded(euros: Decimal) -> Self {
        let largest = Decimal::new(999_999_999, 4);
        Self(round(euros.clamp(Decimal::ZERO, largest), 4).normalize())
    }

    /// Euros per unit.
    #[must_use]
    pub fn euros(self) -> Decimal {
        self.0
    }

    /// In ten-thousandths of a euro, as stored in SQL.
    #[must_use]
    pub fn ten_thousandths(self) -> i64 {
        scaled(self.0, 4).unwrap_or(i64::MAX)
    }

    /// # Errors
    /// [`BadMoney`] when out of range.
    pub fn from_ten_thousandths(value: i64) -> Result<Self, BadMoney> {
        Self::new(Decimal::new(value, 4))
    }

    /// What `quantity` costs: the one rounding of a line, to the cent, half away from zero.
    #[must_use]
    pub fn times(self, quantity: Quantity) -> Amount {
        Amount(round(self.0 * quantity.value(), 2))
    }
}

impl TryFrom<Decimal> for UnitPrice {
    type Error = BadMoney;
    fn try_from(euros: Decimal) -> Result<Self, BadMoney> {
        Self::new(euros)
    }
}

impl From<UnitPrice> for Decimal {
    fn from(price: UnitPrice) -> Self {
        price.0
    }
}

impl fmt::Display for UnitPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Euros to the cent. Negative amounts are credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "PlainDecimal", into = "Decimal")]
pub struct Amount(Decimal);

impl Amount {
    /// No money.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// # Errors
    /// [`BadMoney`] when it has more than two decimals or more than a thousand billion euros.
    pub fn new(euros: Decimal) -> Result<Self, BadMoney> {
        let fits = euros.normalize().scale() <= 2 && euros.abs() < Decimal::from(1_000_000_000_000_i64);
        if fits { Ok(Self(euros)) } else { Err(BadMoney) }
    }

    /// From cents, as stored in SQL.
    #[must_use]
    pub fn from_cents(cents: i64) -> Self {
        Self(Decimal::new(cents, 2))
    }

    /// In cents, as stored in SQL.
    #[must_use]
    pub fn cents(self) -> i64 {
        scaled(self.0, 2).unwrap_or(i64::MAX)
    }

    /// In euros.
    #[must_use]
    pub fn euros(self) -> Decimal {
        self.0
    }

    /// `rate` per cent of this amount, rounded once to the cent.
    #[must_use]
    pub fn percent(self, rate: Rate) -> Self {
        Self(round(self.0 * rate.percent() / Decimal::ONE_HUNDRED, 2))
    }
}

impl TryFrom<Decimal> for Amount {
    type Error = BadMoney;
    fn try_from(euros: Decimal) -> Result<Self, BadMoney> {
        Self::new(euros)
    }
}

impl From<Amount> for Decimal {
    fn from(amount: Amount) -> Self {
        let mut value = amount.0;
        value.rescale(2);
        value
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal::from(*self).fmt(f)
    }
}

impl ops::Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl ops::Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl ops::AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| sum + amount)
    }
}

/// A rate in per cent (VAT, margin, transport), with at most two decimals, from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "PlainDecimal", into = "Decimal")]
pub struct Rate(Decimal);

impl Rate {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// # Errors
    /// [`BadMoney`] when outside 0 to 100 or with more than two decimals.
    pub fn new(percent: Decimal) -> Result<Self, BadMoney> {
        let percent = percent.normalize();
        let fits = percent.scale() <= 2 && percent >= Decimal::ZERO && percent <= Decimal::ONE_HUNDRED;
        if fits { Ok(Self(percent)) } else { Err(BadMoney) }
    }

    /// In per cent: 5.5 for 5.5 %.
    #[must_use]
    pub fn percent(self) -> Decimal {
        self.0
    }

    /// In hundredths of a per cent, as stored in SQL: 550 for 5.5 %.
    #[must_use]
    pub fn hundredths(self) -> i64 {
        scaled(self.0, 2).unwrap_or(0)
    }

    /// # Errors
    /// [`BadMoney`] when outside 0 to 10,000.
    pub fn from_hundredths(value: i64) -> Result<Self, BadMoney> {
        Self::new(Decimal::new(value, 2))
    }
}

impl TryFrom<Decimal> for Rate {
    type Error = BadMoney;
    fn try_from(percent: Decimal) -> Result<Self, BadMoney> {
        Self::new(percent)
    }
}

impl From<Rate> for Decimal {
    fn from(rate: Rate) -> Self {
        rate.0
    }
}

read_plain!(UnitPrice, Amount, Rate);

#[cfg(test)]
mod tests {
    use super::*;

    fn price(text: &str) -> UnitPrice {
        UnitPrice::new(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_line_is_rounded_once_half_away_from_zero() {
        let cases = [
            ("1.37", "12.345", "16.91"),
            ("0.005", "1", "0.01"),
            ("2.225", "1", "2.23"),
            ("0.0049", "1", "0"),
        ];
        for (unit, quantity, expected) in cases {
            let amount = price(unit).times(Quantity::new(quantity.parse().unwrap()).unwrap());
            assert_eq!(amount, Amount::new(expected.parse().unwrap()).unwrap(), "{unit} × {quantity}");
        }
    }

    #[test]
    fn money_parses_at_the_door() {
        for bad in ["-0.01", "0.00001", "100000"] {
            assert_eq!(UnitPrice::new(bad.parse().unwrap()), Err(BadMoney), "{bad}");
        }
        assert_eq!(Amount::new("0.001".parse().unwrap()), Err(BadMoney));
        assert_eq!(Rate::new("100.01".parse().unwrap()), Err(BadMoney));
        assert!(serde_json::from_str::<UnitPrice>("\"-1\"").is_err());
    }

    #[test]
    fn money_crosses_the_network_as_text_and_sql_as_integers() {
        assert_eq!(serde_json::to_string(&Amount::from_cents(1_690)).unwrap(), "\"16.90\"");
        assert_eq!(serde_json::from_str::<Amount>("\"16.9\"").unwrap(), Amount::from_cents(1_690));
        assert_eq!(price("2.37").ten_thousandths(), 23_700);
        assert_eq!(UnitPrice::from_ten_thousandths(23_700), Ok(price("2.37")));
        assert_eq!(Rate::from_hundredths(550).unwrap().hundredths(), 550);
    }
}
