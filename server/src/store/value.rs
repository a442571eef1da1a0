//! What goes into a query and what comes out: integers, texts, bytes, nothing else.
//!
//! The business types become columns here and only here, so that a price can never be stored as a quantity.

use std::fmt::Display;

use domain::{
    cycle::CycleId,
    id::{
        ApplicationId, DeviceId, DraftId, HubId, InvitationId, OrderId, OutboxId, OwnerId, PlaceId,
        ProducerId, Reference, SiteId, TicketId, UserId,
    },
    money::{Amount, Rate, UnitPrice},
    quantity::Quantity,
    time::{Date, Timestamp},
    wire::Scope,
};

use super::StoreError;

/// One value on its way to or from a database. Typed even when null: PostgreSQL wants to know null what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// The values of a query, in the order of its `$1`, `$2`…
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::value::Value::from($value)),*] };
}
pub(super) use args;

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(Some(value.into()))
    }
}

/// Places and numbers of commands: far below 2^63, and a value that is not is stored as one that never comes.
impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Int(Some(i64::try_from(value).unwrap_or(i64::MAX)))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(Some(value.into()))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}

/// `None` of a type that is stored as text or as an integer.
macro_rules! nullable {
    ($variant:ident: $($name:ty),*) => {$(
        impl From<Option<$name>> for Value {
            fn from(value: Option<$name>) -> Self {
                value.map_or(Self::$variant(None), Self::from)
            }
        }
    )*};
}
nullable!(Text: String, OwnerId, SiteId, ProducerId, CycleId, DeviceId, UserId);
nullable!(Int: i64, Timestamp, Quantity);

/// Out of a column. `None`: the column holds something else.
pub(super) trait FromValue: Sized {
    fn from_value(value: Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Int(value) => value,
            _ => None,
        }
    }
}

impl FromValue for u32 {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value)?.try_into().ok()
    }
}

impl FromValue for u64 {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value)?.try_into().ok()
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Option<Self> {
        Some(i64::from_value(value)? != 0)
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(value) => value,
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Bytes(value) => value,
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Int(None) | Value::Text(None) | Value::Bytes(None) => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// Stored as the text they display as.
macro_rules! as_text {
    ($($name:ty),*) => {$(
        impl From<$name> for Value {
            fn from(value: $name) -> Self {
                text(&value)
            }
        }
        impl FromValue for $name {
            fn from_value(value: Value) -> Option<Self> {
                String::from_value(value)?.parse().ok()
            }
        }
    )*};
}
as_text!(
    ApplicationId,
    CycleId,
    Date,
    DeviceId,
    DraftId,
    HubId,
    InvitationId,
    OrderId,
    OutboxId,
    OwnerId,
    ProducerId,
    PlaceId,
    SiteId,
    TicketId,
    UserId
);

fn text(value: &impl Display) -> Value {
    Value::Text(Some(value.to_string()))
}

impl From<&Scope> for Value {
    fn from(scope: &Scope) -> Self {
        text(scope)
    }
}

impl From<&Reference> for Value {
    fn from(reference: &Reference) -> Self {
        text(reference)
    }
}

impl FromValue for Reference {
    fn from_value(value: Value) -> Option<Self> {
        Self::parse(&String::from_value(value)?).ok()
    }
}

/// Stored as the integer that their unit makes exact.
macro_rules! as_integer {
    ($($name:ty: $to:expr, $from:expr;)*) => {$(
        impl From<$name> for Value {
            fn from(value: $name) -> Self {
                Self::Int(Some($to(value)))
            }
        }
        impl FromValue for $name {
            fn from_value(value: Value) -> Option<Self> {
                $from(i64::from_value(value)?)
            }
        }
    )*};
}
as_integer! {
    Timestamp: |at: Timestamp| at.0, |ms| Some(Timestamp(ms));
    Amount: Amount::cents, |cents| Some(Amount::from_cents(cents));
    UnitPrice: UnitPrice::ten_thousandths, |value| UnitPrice::from_ten_thousandths(value).ok();
    Quantity: Quantity::thousandths, |value| Quantity::from_thousandths(value).ok();
    Rate: Rate::hundredths, |value| Rate::from_hundredths(value).ok();
}

/// A row as a tuple of columns.
pub(super) trait FromRow: Sized {
    fn from_row(row: Vec<Value>) -> Result<Self, StoreError>;
}

macro_rules! row_of {
    ($($column:ident)+) => {
        impl<$($column: FromValue),+> FromRow for ($($column,)+) {
            fn from_row(row: Vec<Value>) -> Result<Self, StoreError> {
                let mut values = row.into_iter();
                let mut next = || values.next().ok_or(StoreError::Unreadable("a row with too few columns"));
                Ok(($($column::from_value(next()?)
                    .ok_or(StoreError::Unreadable("a column of another type"))?,)+))
            }
        }
    };
}
row_of!(A);
row_of!(A B);
row_of!(A B C);
row_of!(A B C D);
row_of!(A B C D E);
row_of!(A B C D E F);
row_of!(A B C D E F G);
row_of!(A B C D E F G H);
row_of!(A B C D E F G H I);
row_of!(A B C D E F G H I J);
row_of!(A B C D E F G H I J K);
row_of!(A B C D E F G H I J K L M N O P);
