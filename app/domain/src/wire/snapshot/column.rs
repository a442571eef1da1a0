//! One column of a snapshot, read straight from the text: a list of tens of thousands of indexes never becomes a tree.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

/// A column as it came.
pub(super) enum Column {
    /// No column: how many rows the others have.
    Count(u64),
    /// A value a row.
    Cells(Vec<Value>),
    /// Each distinct value once, and its place a row.
    Dictionary {
        /// The values.
        words: Vec<Value>,
        /// Their places.
        at: Vec<u32>,
    },
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyColumn)
    }
}

struct AnyColumn;

impl<'de> Visitor<'de> for AnyColumn {
    type Value = Column;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a column")
    }

    fn visit_u64<E: Error>(self, count: u64) -> Result<Column, E> {
        Ok(Column::Count(count))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Column, A::Error> {
        let mut cells = Vec::new();
        while let Some(value) = values.next_element()? {
            cells.push(value);
        }
        Ok(Column::Cells(cells))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Column, A::Error> {
        let (mut words, mut at) = (None, None);
        while let Some(name) = fields.next_key::<String>()? {
            match name.as_str() {
                "words" => words = Some(fields.next_value()?),
                "at" => at = Some(fields.next_value()?),
                _ => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        match (words, at) {
            (Some(words), Some(at)) => Ok(Column::Dictionary { words, at }),
            _ => Err(A::Error::missing_field("words")),
        }
    }
}
