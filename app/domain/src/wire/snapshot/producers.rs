//! The producers of a snapshot, more than a hundred: read where they lie.

use crate::{
    enterprise::{Commune, Producer},
    json::{
        Unreadable,
        lying::{self, Lying},
    },
};

/// Reads one.
#[inline(never)]
pub(super) fn read(lying: &mut Lying<'_>) -> Result<Producer, Unreadable> {
    let [id, name, siret, commune, minimum_order] =
        lying.fields(["id", "name", "siret", "commune", "minimum_order"])?;
    let mut commune = Lying::at_the_beginning_of(commune.ok_or(Unreadable::Missing("commune"))?);
    let [commune, insee] = commune.fields(["name", "insee"])?;
    Ok(Producer {
        id: lying::field("id", id)?,
        name: lying::field("name", name)?,
        siret: lying::field("siret", siret)?,
        commune: Commune { name: lying::field("name", commune)?, insee: lying::field("insee", insee)? },
        minimum_order: minimum_order.map_or(Ok(None), lying::of)?,
    })
}
