//! Decimals as they travel: a text of plain digits, no exponent.

use std::fmt;

use rust_decimal::Decimal;
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// A decimal read from plain digits: `-12.50`, never `1.25e1`.
pub(crate) struct PlainDecimal(pub(crate) Decimal);

impl<'de> Deserialize<'de> for PlainDecimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = PlainDecimal;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a decimal written as text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<PlainDecimal, E> {
                Decimal::from_str_exact(text).map(PlainDecimal).map_err(|_| E::custom("not a decimal"))
            }
        }
        deserializer.deserialize_str(Digits)
    }
}

/// Has serde read a type by its `TryFrom<Decimal>`: the type says `#[serde(try_from = "PlainDecimal")]`.
macro_rules! read_plain {
    ($($name:ident),*) => {$(
        impl TryFrom<crate::plain_decimal::PlainDecimal> for $name {
            type Error = <$name as TryFrom<rust_decimal::Decimal>>::Error;
            fn try_from(read: crate::plain_decimal::PlainDecimal) -> Result<Self, Self::Error> {
                read.0.try_into()
            }
        }
    )*};
}

pub(crate) use read_plain;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_digits_are_read_and_nothing_else() {
        for (text, expected) in [("\"12.50\"", "12.50"), ("\"-0.1\"", "-0.1"), ("\"7\"", "7")] {
            let read: PlainDecimal = serde_json::from_str(text).unwrap();
            assert_eq!(read.0.to_string(), expected);
        }
        for bad in ["\"1e3\"", "\"\"", "\"1,5\"", "12.5", "null", "\"0.00000000000000000000000000001\""] {
            assert!(serde_json::from_str::<PlainDecimal>(bad).is_err(), "{bad}");
        }
    }
}
