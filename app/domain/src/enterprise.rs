//! Who: legal persons, places, roles.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    id::{HubId, PlaceId, ProducerId, SiteId},
    money::Amount,
};

/// A SIRET: 14 digits that pass the Luhn check, or La Poste's own rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Siret(String);

/// Why a text is not a SIRET.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSiret {
    /// Not 14 digits.
    #[error("a SIRET has 14 digits")]
    Length,
    /// The digits do not check: one was mistyped.
    #[error("the digits of this SIRET do not check")]
    Checksum,
}

impl Siret {
    /// Spaces (of every width) and dots are forgiven.
    ///
    /// # Errors
    /// [`BadSiret`] when it is not 14 digits or does not check. Establishments of La Poste (SIREN 356 000 000) are the
    /// known exception to Luhn: the sum of their digits is a multiple of 5 (INSEE).
    pub fn parse(text: &str) -> Result<Self, BadSiret> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
        if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadSiret::Length);
        }
        let checks =
            luhn(&digits) || (digits.starts_with("356000000") && digit_sum(&digits).is_multiple_of(5));
        if checks { Ok(Self(digits)) } else { Err(BadSiret::Checksum) }
    }

    /// Whether digits pass the Luhn check.
    pub(crate) fn has_luhn(digits: &str) -> bool {
        luhn(digits)
    }

    /// The 14 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The enterprise's own nine digits.
    #[must_use]
    pub fn siren(&self) -> &str {
        &self.0[..9]
    }
}

fn digit_sum(digits: &str) -> u32 {
    digits.bytes().map(|byte| u32::from(byte - b'0')).sum()
}

/// The Luhn check: from the right, every second digit doubled, the sum of digits a multiple of ten.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            let value = if place % 2 == 1 { digit * 2 } else { digit };
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

impl TryFrom<String> for Siret {
    type Error = BadSiret;
    fn try_from(text: String) -> Result<Self, BadSiret> {
        Self::parse(&text)
    }
}

impl From<Siret> for String {
    fn from(siret: Siret) -> Self {
        siret.0
    }
}

impl fmt::Display for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A commune: its name and, where it is known, its INSEE code.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Commune {
    /// As people write it.
    pub name: String,
    /// Five characters (2A… and 2B… in Corsica); none where a person gave the name alone.
    pub insee: String,
}

/// Who grows or makes, as every kitchen sees it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Producer {
    /// Its identifier.
    pub id: ProducerId,
    /// Its trade name.
    pub name: String,
    /// Its establishment.
    pub siret: Siret,
    /// Where it is.
    pub commune: Commune,
    /// Below this amount before tax the producer would rather not deliver. Told, never blocking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_order: Option<Amount>,
}

/// What a place that orders is.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    /// A school kitchen, a university restaurant, a care home.
    Kitchen,
    /// A food-aid structure: a buyer like the others.
    FoodAid,
}

/// A place that orders and is delivered.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its identifier.
    pub id: SiteId,
    /// The hub it orders from.
    pub hub: HubId,
    /// What it is.
    pub kind: SiteKind,
    /// As people call it.
    pub name: String,
    /// Whose orders these are.
    pub siret: Siret,
    /// Where goods go.
    pub commune: Commune,
}

/// What a person may be here, with the place it is bound to. One table of rights reads it, see the server's `access`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Role {
    /// Orders for a site.
    Kitchen {
        /// The hub it orders from.
        hub: HubId,
        /// Its site.
        site: SiteId,
    },
    /// Grows or makes, and sees the demand addressed to it.
    Producer {
        /// The hub it sells through.
        hub: HubId,
        /// Itself.
        producer: ProducerId,
    },
    /// Publishes lists, closes cycles, settles what was put aside.
    Hub {
        /// Its hub.
        hub: HubId,
    },
    /// Reads indicators of a hub, never an order.
    Authority {
        /// The hub it looks at.
        hub: HubId,
    },
}

impl Role {
    /// What it is, without its place.
    #[must_use]
    pub fn name(&self) -> RoleName {
        match self {
            Self::Kitchen { .. } => RoleName::Kitchen,
            Self::Producer { .. } => RoleName::Producer,
            Self::Hub { .. } => RoleName::Hub,
            Self::Authority { .. } => RoleName::Authority,
        }
    }

    /// What it records commands for; `None`: it records none.
    #[must_use]
    pub fn place(&self) -> Option<PlaceId> {
        match *self {
            Self::Kitchen { site, .. } => Some(site.into()),
            Self::Producer { producer, .. } => Some(producer.into()),
            Self::Hub { hub } => Some(hub.into()),
            Self::Authority { .. } => None,
        }
    }

    /// The hub it belongs to.
    #[must_use]
    pub fn hub(&self) -> HubId {
        match *self {
            Self::Kitchen { hub, .. }
            | Self::Producer { hub, .. }
            | Self::Hub { hub }
            | Self::Authority { hub } => hub,
        }
    }
}

/// A [`Role`] without its place.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleName {
    /// Orders for a site.
    Kitchen,
    /// Grows or makes.
    Producer,
    /// Works at the hub.
    Hub,
    /// Reads its indicators.
    Authority,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_siret_is_checked_and_la_poste_is_the_exception() {
        assert_eq!(Siret::parse("000 000 455 00014").unwrap().as_str(), "00000045500014");
        assert_eq!(Siret::parse("00000045500015"), Err(BadSiret::Checksum));
        assert_eq!(Siret::parse("0000004550001"), Err(BadSiret::Length));
        assert_eq!(Siret::parse("0000004550001x"), Err(BadSiret::Length));
        // The head office passes Luhn; other establishments only have a digit sum that is a multiple of five.
        assert!(Siret::parse("35600000000048").is_ok());
        assert!(Siret::parse("35600000049837").is_ok());
        assert_eq!(Siret::parse("35600000049838"), Err(BadSiret::Checksum));
    }
}
