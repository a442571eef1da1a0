//! Identifiers. Each is its own type, so that a draft can never be taken for an order.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::cycle::CycleId;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        #[cfg(feature = "schema")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::schema::uuid()
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::ToSchema for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map($name)
            }
        }
    )*};
}

uuid_id! {
    /// A hub: the purchasing centre that publishes price lists and gathers orders.
    HubId;
    /// A place that orders and is delivered.
    SiteId;
    /// Who grows or makes.
    ProducerId;
    /// What a device records for: a site that orders, a producer, or a hub. Its identifier, whatever it is.
    PlaceId;
    /// A community that owns kitchens.
    OwnerId;
    /// A person who signs in.
    UserId;
    /// A tablet or phone, as the server knows it.
    DeviceId;
    /// Somebody's wish to join a hub.
    ApplicationId;
    /// An invitation to make an account.
    InvitationId;
    /// One life of the outbox database on one device: numbers in it are never used twice.
    OutboxId;
    /// What a kitchen is preparing for one cycle, delivery point and slot.
    DraftId;
    /// What one tablet said of a shared draft at one time: said again, under whatever name and number, it counts once.
    EditId;
    /// What the server accepted.
    OrderId;
    /// What one person said of a delivery at one time: said again, under whatever name and number, it counts once.
    RecordId;
    /// Something put aside for a person to decide.
    TicketId;
}

/// Namespace of every identifier derived from a business key.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d65_7263_7572_4961_8c65_5f73_706f_7274);

impl DraftId {
    /// The usual draft of a site for a cycle: computed, so that two tablets without a network open *the same* draft.
    /// `slot` starts at 0; only the server raises it.
    #[must_use]
    pub fn usual(site: SiteId, cycle: CycleId, slot: u32) -> Self {
        Self(Uuid::new_v5(&NAMESPACE, format!("draft/{site}/{cycle}/{slot}").as_bytes()))
    }
}

impl ProducerId {
    /// The producer a price list names by its SIRET: importing the same list twice meets the same producer.
    #[must_use]
    pub fn of_siret(hub: HubId, siret: &crate::enterprise::Siret) -> Self {
        Self(Uuid::new_v5(&NAMESPACE, format!("producer/{hub}/{siret}").as_bytes()))
    }
}

impl SiteId {
    /// The place of a SIRET and a name that orders from a hub: added twice, it is the same. Schools of one commune may share
    /// its SIRET, and are told apart by their names; case and accents are no difference.
    #[must_use]
    pub fn of_place(hub: HubId, siret: &crate::enterprise::Siret, name: &str) -> Self {
        let name = crate::search::fold(name.trim());
        Self(Uuid::new_v5(&NAMESPACE, format!("site/{hub}/{siret}/{name}").as_bytes()))
    }
}

impl From<SiteId> for PlaceId {
    fn from(site: SiteId) -> Self {
        Self(site.0)
    }
}

impl From<ProducerId> for PlaceId {
    fn from(producer: ProducerId) -> Self {
        Self(producer.0)
    }
}

impl From<HubId> for PlaceId {
    fn from(hub: HubId) -> Self {
        Self(hub.0)
    }
}

impl OrderId {
    /// The order a draft becomes. Derived, so that whichever tablet's submission arrives first, the order is the same.
    #[must_use]
    pub fn of_draft(draft: DraftId) -> Self {
        Self(Uuid::new_v5(&NAMESPACE, format!("order/{draft}").as_bytes()))
    }
}

impl DraftId {
    /// Eight characters a person can read over the phone before the server has given a number.
    #[must_use]
    pub fn short_code(&self) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let bytes = self.0.as_bytes();
        let bits = bytes[..5].iter().fold(0_u64, |acc, byte| (acc << 8) | u64::from(*byte));
        (0..8)
            .rev()
            .map(|i| char::from(ALPHABET[usize::try_from((bits >> (i * 5)) & 31).unwrap_or(0)]))
            .collect()
    }
}

/// The reference of an offer in its price list: what the spreadsheet calls « Référence ». One to 40 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference(String);

impl Reference {
    /// # Errors
    /// [`BadReference`] when empty, longer than 40 characters, or holding a control character.
    pub fn parse(text: &str) -> Result<Self, BadReference> {
        // Lists use such letters alone; a catalogue has thousands of references.
        if (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(text.to_owned()));
        }
        let text = text.trim();
        let fits = (1..=40).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(BadReference) }
    }

    /// The text as the price list writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Not a reference: empty, too long, or unprintable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a reference of 1 to 40 printable characters")]
pub struct BadReference;

impl TryFrom<String> for Reference {
    type Error = BadReference;
    fn try_from(text: String) -> Result<Self, BadReference> {
        Self::parse(&text)
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_tablets_of_a_kitchen_compute_the_same_draft() {
        let site = SiteId(Uuid::from_u128(7));
        let cycle: CycleId = "2026-W49".parse().unwrap();
        assert_eq!(DraftId::usual(site, cycle, 0), DraftId::usual(site, cycle, 0));
        assert_ne!(DraftId::usual(site, cycle, 0), DraftId::usual(site, cycle, 1));
        assert_ne!(DraftId::usual(site, cycle, 0), DraftId::usual(SiteId(Uuid::from_u128(8)), cycle, 0));
    }

    #[test]
    fn a_short_code_has_eight_readable_characters() {
        let code = DraftId(Uuid::from_u128(u128::MAX)).short_code();
        assert_eq!(code, "ZZZZZZZZ");
        assert_eq!(DraftId(Uuid::nil()).short_code(), "00000000");
    }

    #[test]
    fn a_reference_is_printable_and_short() {
        assert_eq!(Reference::parse("  D00045-001 ").unwrap().as_str(), "D00045-001");
        for bad in ["", "   ", "a\u{7}b", &"x".repeat(41)] {
            assert_eq!(Reference::parse(bad), Err(BadReference), "{bad:?}");
        }
    }
}
