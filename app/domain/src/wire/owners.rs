//! Communities that own kitchens, as a tree: what the hub's desk reads and says of them. Online work.

use serde::{Deserialize, Serialize};

use crate::{enterprise::Siret, id::OwnerId};

/// What a community is. Of what the law knows, what owns kitchens or looks at those of others.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    /// Owns lycées.
    Region,
    /// Owns collèges.
    Department,
    /// A métropole or another grouping of communes.
    Metropole,
    /// Owns schools.
    Commune,
    /// A syndicate, a university, an association; and whoever nobody said more of yet.
    Other,
}

impl OwnerKind {
    /// All of them, the largest first.
    pub const ALL: [Self; 5] = [Self::Region, Self::Department, Self::Metropole, Self::Commune, Self::Other];

    /// Whether a text is a code of INSEE for this kind: two digits for a Region, two or three characters for a département, five
    /// for a commune (Code officiel géographique). The others have none: their SIREN names them.
    #[must_use]
    pub fn may_have_code(self, code: &str) -> bool {
        let begins_as_corsica = code.starts_with("2A") || code.starts_with("2B");
        let rest = if begins_as_corsica { &code[2..] } else { code };
        let digits = rest.bytes().all(|byte| byte.is_ascii_digit());
        let length = match self {
            Self::Region => code.len() == 2 && !begins_as_corsica,
            Self::Department => matches!(code.len(), 2 | 3),
            Self::Commune => code.len() == 5,
            Self::Metropole | Self::Other => false,
        };
        digits && length
    }
}

/// Whether a text is a SIREN: nine digits that pass the Luhn check (INSEE).
#[must_use]
pub fn is_siren(text: &str) -> bool {
    text.len() == 9 && text.bytes().all(|byte| byte.is_ascii_digit()) && Siret::has_luhn(text)
}

/// A community, as somebody describes it. The body of `POST /api/owners` and `POST /api/owners/{owner}`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// What it is.
    pub kind: OwnerKind,
    /// As people call it.
    pub name: String,
    /// Its code of INSEE, where its kind has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insee: Option<String>,
    /// Its nine digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siren: Option<String>,
    /// The community it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<OwnerId>,
}

/// A community of a hub.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerCard {
    /// Its identifier.
    pub id: OwnerId,
    /// What it is.
    #[serde(flatten)]
    pub owner: Owner,
    /// How many kitchens are its own, those of its parts not counted.
    pub kitchens: u32,
}

/// The body of `POST /api/places/{site}/owner` and `POST /api/people/{person}/owner`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedBy {
    /// The community whose it is.
    pub owner: OwnerId,
}

/// Communities from the top of their tree down, brothers by name, each with how deep it lies. What hangs nowhere stands at
/// the top.
#[must_use]
pub fn as_tree(mut owners: Vec<OwnerCard>) -> Vec<(usize, OwnerCard)> {
    owners.sort_by(|one, other| {
        (one.owner.kind, &one.owner.name, one.id).cmp(&(other.owner.kind, &other.owner.name, other.id))
    });
    let is_there = |id: OwnerId| owners.iter().any(|other| other.id == id);
    let top = |card: &OwnerCard| !card.owner.parent.is_some_and(is_there);
    let mut waiting: Vec<(usize, &OwnerCard)> =
        owners.iter().filter(|card| top(card)).rev().map(|card| (0, card)).collect();
    let mut told = Vec::with_capacity(owners.len());
    while let Some((depth, card)) = waiting.pop() {
        let parts = owners.iter().filter(|part| part.owner.parent == Some(card.id));
        waiting.extend(parts.rev().map(|part| (depth + 1, part)));
        told.push((depth, card.clone()));
    }
    told
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn card(n: u128, kind: OwnerKind, name: &str, parent: Option<u128>) -> OwnerCard {
        let parent = parent.map(|n| OwnerId(Uuid::from_u128(n)));
        let owner = Owner { kind, name: name.into(), insee: None, siren: None, parent };
        OwnerCard { id: OwnerId(Uuid::from_u128(n)), owner, kitchens: 0 }
    }

    #[test]
    fn a_tree_is_told_from_the_top_down() {
        use OwnerKind::{Commune, Department, Region};
        let owners = vec![
            card(4, Commune, "Anduze", Some(2)),
            card(3, Department, "Hérault", Some(1)),
            card(5, Commune, "Alès", Some(2)),
            card(2, Department, "Gard", Some(1)),
            card(6, Commune, "Perdue", Some(99)),
            card(1, Region, "Occitanie", None),
        ];
        let told: Vec<_> = as_tree(owners).into_iter().map(|(at, card)| (at, card.owner.name)).collect();
        let names: Vec<_> = told.iter().map(|(at, name)| (*at, name.as_str())).collect();
        let expected =
            [(0, "Occitanie"), (1, "Gard"), (2, "Alès"), (2, "Anduze"), (1, "Hérault"), (0, "Perdue")];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_code_is_one_of_its_kind() {
        assert!(OwnerKind::Region.may_have_code("76") && OwnerKind::Department.may_have_code("2A"));
        assert!(OwnerKind::Department.may_have_code("974") && OwnerKind::Commune.may_have_code("2B033"));
        assert!(OwnerKind::Commune.may_have_code("30189") && !OwnerKind::Commune.may_have_code("3018"));
        for code in ["", "7", "é6", "2A", "abc"] {
            assert!(!OwnerKind::Region.may_have_code(code), "{code}");
        }
        assert!(!OwnerKind::Metropole.may_have_code("34"));
    }

    #[test]
    fn a_siren_has_nine_digits_that_check() {
        assert!(is_siren("243400017"), "a grouping of communes");
        assert!(!is_siren("243400018") && !is_siren("24340001") && !is_siren("24340001é"));
    }
}
