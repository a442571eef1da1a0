//! Arguments that few screens read.

use std::{fmt, marker::PhantomData};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::Undecodable;
use crate::json;

/// The arguments of a command as they stand on the cable, read by who means to. A tablet's first page lets such a command
/// wait and leave without knowing what it says: reading and writing it travel with the screens that show it.
pub struct Unread<T> {
    arguments: Value,
    says: PhantomData<fn() -> T>,
}

impl<T> Unread<T> {
    /// Arguments as they came.
    pub(super) fn came(arguments: Value) -> Self {
        Self { arguments, says: PhantomData }
    }

    /// As they stand on the cable.
    #[must_use]
    pub fn arguments(&self) -> &Value {
        &self.arguments
    }
}

impl<T: Serialize> Unread<T> {
    /// What is about to be said.
    pub fn of(said: &T) -> Self {
        // Our own types hold nothing that JSON cannot say; should one ever, whoever reads the null finds it malformed.
        Self::came(serde_json::to_value(said).unwrap_or(Value::Null))
    }
}

impl<T: DeserializeOwned> Unread<T> {
    /// What is said.
    ///
    /// # Errors
    /// [`Undecodable::Malformed`] when the arguments are not what they should be.
    pub fn read(&self) -> Result<T, Undecodable> {
        json::of(&self.arguments).map_err(|error| Undecodable::Malformed(error.to_string()))
    }
}

impl<T> fmt::Debug for Unread<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.arguments.fmt(f)
    }
}

impl<T> Clone for Unread<T> {
    fn clone(&self) -> Self {
        Self::came(self.arguments.clone())
    }
}

impl<T> PartialEq for Unread<T> {
    fn eq(&self, other: &Self) -> bool {
        self.arguments == other.arguments
    }
}

impl<T> Eq for Unread<T> {}
