//! JSON, read one way by every type a device receives.
//!
//! serde_json parses the text; the values are then walked by one small reader instead of one specialized parser a type.
//! On a tablet that is a fifth of the application's size: a type costs its fields, not a parser and its prose. The
//! price is a tree in memory for the time of the reading, and errors that name a field rather than tell a story. The
//! server, which has room, reads the same types with serde_json itself and answers with its sentences.

pub mod lying;

use std::fmt;

use serde::{
    Deserialize,
    de::{
        DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess,
        SeqAccess, Unexpected, VariantAccess, Visitor, value::BorrowedStrDeserializer,
    },
    forward_to_deserialize_any,
};
use serde_json::{Map, Value};

/// What was read is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not JSON at all, or cut in the middle.
    #[error("not JSON")]
    NotJson,
    /// A field that has to be there is not.
    #[error("missing field {0}")]
    Missing(&'static str),
    /// A value of another kind than expected, or out of its bounds.
    #[error("not of the expected shape")]
    Shape,
}

impl Error for Unreadable {
    // Sentences are dropped before they are made: they would weigh more than the reader.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Shape
    }
    fn invalid_type(_: Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self::Shape
    }
    fn invalid_value(_: Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self::Shape
    }
    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self::Shape
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::Shape
    }
    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

/// Reads a text.
///
/// # Errors
/// [`Unreadable`] when it is not JSON, or not a `T`.
pub fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, Unreadable> {
    of(&parse(text)?)
}

/// Reads what was parsed before.
///
/// # Errors
/// [`Unreadable`] when it is not a `T`.
#[inline(never)]
pub fn of<'a, T: Deserialize<'a>>(value: &'a Value) -> Result<T, Unreadable> {
    T::deserialize(Reader(value))
}

/// Reads what stood between quotes, for a type that is written as a text.
///
/// # Errors
/// [`Unreadable`] when it is not a `T`.
pub fn of_text<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    T::deserialize(Name(text))
}

fn parse(text: &[u8]) -> Result<Value, Unreadable> {
    serde_json::from_slice(text).map_err(|_| Unreadable::NotJson)
}

/// Walks one value.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a Value);

/// A number of one kind, refused when the value is of another or too large.
macro_rules! numbers {
    ($($method:ident $visit:ident $as:ident;)*) => {$(
        fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            visitor.$visit(self.0.$as().ok_or(Unreadable::Shape)?)
        }
    )*};
}

impl<'a> Deserializer<'a> for Reader<'a> {
    type Error = Unreadable;

    numbers! {
        deserialize_bool visit_bool as_bool;
        deserialize_u8 visit_u64 as_u64;
        deserialize_u16 visit_u64 as_u64;
        deserialize_u32 visit_u64 as_u64;
        deserialize_u64 visit_u64 as_u64;
        deserialize_i8 visit_i64 as_i64;
        deserialize_i16 visit_i64 as_i64;
        deserialize_i32 visit_i64 as_i64;
        deserialize_i64 visit_i64 as_i64;
        deserialize_str visit_borrowed_str as_str;
        deserialize_string visit_borrowed_str as_str;
        deserialize_identifier visit_borrowed_str as_str;
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(Items(self.0.as_array().ok_or(Unreadable::Shape)?.iter()))
    }

    fn deserialize_tuple<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_map(Fields::of(self.0.as_object().ok_or(Unreadable::Shape)?))
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }

    /// `"name"`, or `{"name": what it carries}`.
    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(Variant { name, carried: &Value::Null }),
            Value::Object(fields) if fields.len() == 1 => match fields.iter().next() {
                Some((name, carried)) => visitor.visit_enum(Variant { name, carried }),
                None => Err(Unreadable::Shape),
            },
            _ => Err(Unreadable::Shape),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    /// Whatever it is: for values that are kept as they came.
    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(Items(items.iter())),
            Value::Object(fields) => visitor.visit_map(Fields::of(fields)),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (None, Some(number), _) => visitor.visit_i64(number),
                (None, None, Some(number)) => visitor.visit_f64(number),
                (None, None, None) => Err(Unreadable::Shape),
            },
        }
    }

    forward_to_deserialize_any! { <V: Visitor<'a>> i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple_struct }
}

/// What an array holds, one after the other.
struct Items<'a>(std::slice::Iter<'a, Value>);

impl<'a> SeqAccess<'a> for Items<'a> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, Unreadable> {
        self.0.next().map(|value| seed.deserialize(Reader(value))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// What an object holds, one after the other.
struct Fields<'a> {
    rest: serde_json::map::Iter<'a>,
    value: &'a Value,
}

impl<'a> Fields<'a> {
    fn of(fields: &'a Map<String, Value>) -> Self {
        Self { rest: fields.iter(), value: &Value::Null }
    }
}

impl<'a> MapAccess<'a> for Fields<'a> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(Name(name)).map(Some)
    }

    // Once a type, not once a field of that type.
    #[inline(never)]
    fn next_value_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, Unreadable> {
        seed.deserialize(Reader(self.value))
    }
}

/// The name of a field, or what stood between quotes: text, even where it is a type of its own.
struct Name<'a>(&'a str);

impl<'a> Deserializer<'a> for Name<'a> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(Variant { name: self.0, carried: &Value::Null })
    }

    forward_to_deserialize_any! {
        <V: Visitor<'a>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// A variant of an enumeration, and what it carries.
struct Variant<'a> {
    name: &'a str,
    carried: &'a Value,
}

impl<'a> EnumAccess<'a> for Variant<'a> {
    type Error = Unreadable;
    type Variant = Reader<'a>;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Reader<'a>), Unreadable> {
        let name: BorrowedStrDeserializer<'a, Unreadable> = BorrowedStrDeserializer::new(self.name);
        Ok((seed.deserialize(name.into_deserializer())?, Reader(self.carried)))
    }
}

impl<'a> VariantAccess<'a> for Reader<'a> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        if self.0.is_null() { Ok(()) } else { Err(Unreadable::Shape) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'a>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Serialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Thing {
        name: String,
        count: u32,
        #[serde(default)]
        below: i64,
        choice: Choice,
        maybe: Option<bool>,
        by_key: BTreeMap<Key, Vec<u8>>,
        kept: Value,
    }

    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(transparent)]
    struct Key(String);

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Choice {
        None,
        One(u8),
        Named { at: i64 },
    }

    fn choice() -> impl Strategy<Value = Choice> {
        prop_oneof![
            Just(Choice::None),
            any::<u8>().prop_map(Choice::One),
            any::<i64>().prop_map(|at| Choice::Named { at }),
        ]
    }

    fn kept() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map(".{0,4}", inner, 0..3)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_json_reads(
            (name, count, below, maybe) in (".{0,8}", any::<u32>(), any::<i64>(), any::<Option<bool>>()),
            choice in choice(),
            keys in prop::collection::btree_map(".{0,5}".prop_map(Key), prop::collection::vec(any::<u8>(), 0..4), 0..3),
            kept in kept(),
        ) {
            let thing = Thing { name, count, below, choice, maybe, by_key: keys, kept };
            let text = serde_json::to_vec(&thing).unwrap();
            prop_assert_eq!(&read::<Thing>(&text).unwrap(), &thing);
            prop_assert_eq!(&serde_json::from_slice::<Thing>(&text).unwrap(), &thing);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}") {
            let ours = read::<Thing>(text.as_bytes()).ok();
            prop_assert_eq!(ours, serde_json::from_str::<Thing>(&text).ok());
        }
    }

    #[test]
    fn what_is_new_is_ignored_and_what_is_missing_is_named() {
        let newer = r#"{"name":"a","count":1,"choice":"none","by_key":{},"kept":null,"of_tomorrow":[{}]}"#;
        assert_eq!(read::<Thing>(newer.as_bytes()).unwrap().maybe, None);
        let cases = [
            (r#"{"name":"a","choice":"none","by_key":{},"kept":null}"#, Unreadable::Missing("count")),
            (r#"{"name":"a","count":-1,"choice":"none","by_key":{},"kept":1}"#, Unreadable::Shape),
            (r#"{"name":"a","count":4294967296,"choice":"none","by_key":{},"kept":1}"#, Unreadable::Shape),
            (r#"{"name":"a","count":1,"choice":"other","by_key":{},"kept":1}"#, Unreadable::Shape),
            (
                r#"{"name":"a","count":1,"choice":{"one":1,"none":null},"by_key":{},"kept":1}"#,
                Unreadable::Shape,
            ),
            (r#"{"name":"a""#, Unreadable::NotJson),
            ("[]", Unreadable::Shape),
        ];
        for (text, expected) in cases {
            assert_eq!(read::<Thing>(text.as_bytes()), Err(expected), "{text}");
        }
    }
}
