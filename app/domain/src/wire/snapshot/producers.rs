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
        id: lying::of(id.ok_or(Unreadable::Missing("id"))?)?,
        name: lying::of(name.ok_or(Unreadable::Missing("name"))?)?,
        siret: lying::of(siret.ok_or(Unreadable::Missing("siret"))?)?,
        commune: Commune {
            name: lying::of(commune.ok_or(Unreadable::Missing("name"))?)?,
            insee: lying::of(insee.ok_or(Unreadable::Missing("insee"))?)?,
        },
        minimum_order: minimum_order.map_or(Ok(None), lying::of)?,
    })
}
