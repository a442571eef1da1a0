//! Where people can be invited to: the places of a hub, and how one more is added.

use domain::{
    enterprise::{Commune, Producer, Role, RoleName, Site},
    time::Timestamp,
    wire::people::{Deed, InvitedAs, PlaceCard},
};

use super::{Store, StoreError, Transaction, Within, accounts::role_columns, journal::Actor, value::args};

/// A place to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceToAdd {
    /// That orders.
    Site(Site),
    /// That grows or makes.
    Producer(Producer),
}

impl Store {
    /// Adds a place to a hub. Whether it was not there.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_place(
        &self,
        who: Actor,
        place: &PlaceToAdd,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let id = match place {
            PlaceToAdd::Site(site) => {
                if tx.has_place(Role::Kitchen { hub: who.hub, site: site.id }).await? {
                    return Ok(false);
                }
                tx.insert_site(site).await?;
                site.id.to_string()
            }
            PlaceToAdd::Producer(producer) => {
                if tx.has_place(Role::Producer { hub: who.hub, producer: producer.id }).await? {
                    return Ok(false);
                }
                tx.save_producers(who.hub, std::slice::from_ref(producer)).await?;
                producer.id.to_string()
            }
        };
        tx.note(who.hub, now, who.did(Deed::PlaceAdded, id)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Where people can be invited to in a part of a hub, kitchens first, by name.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn places(&self, within: Within) -> Result<Vec<PlaceCard>, StoreError> {
        let mut tx = self.read().await?;
        let sql = "SELECT body FROM site WHERE hub = $1 AND ($2 IS NULL OR id = $2) AND $3 IS NULL";
        let values = args![within.hub, within.site, within.producer];
        let sites: Vec<(String,)> = tx.fetch(sql, values.clone()).await?;
        let sql = "SELECT body FROM producer WHERE hub = $1 AND $2 IS NULL AND ($3 IS NULL OR id = $3)";
        let producers: Vec<(String,)> = tx.fetch(sql, values).await?;
        let mut places = Vec::with_capacity(sites.len() + producers.len());
        for (body,) in sites {
            let site: Site = serde_json::from_str(&body)?;
            places.push(card(InvitedAs::Kitchen { site: site.id }, site.name, site.commune));
        }
        for (body,) in producers {
            let producer: Producer = serde_json::from_str(&body)?;
            places.push(card(InvitedAs::Producer { producer: producer.id }, producer.name, producer.commune));
        }
        let first = |place: &PlaceCard| matches!(place.invited_as, InvitedAs::Kitchen { .. });
        places.sort_by(|one, other| (!first(one), &one.name).cmp(&(!first(other), &other.name)));
        Ok(places)
    }
}

fn card(invited_as: InvitedAs, name: String, commune: Commune) -> PlaceCard {
    PlaceCard { invited_as, name, commune }
}

impl Transaction {
    /// Whether the place of a role is one of its hub.
    pub(super) async fn has_place(&mut self, role: Role) -> Result<bool, StoreError> {
        let (_, hub, site, producer) = role_columns(role);
        let found: Option<(String,)> = match role.name() {
            RoleName::Kitchen => {
                self.find("SELECT id FROM site WHERE id = $1 AND hub = $2", args![site, hub]).await?
            }
            RoleName::Producer => {
                self.find("SELECT id FROM producer WHERE id = $1 AND hub = $2", args![producer, hub]).await?
            }
            RoleName::Hub | RoleName::Authority => return Ok(true),
        };
        Ok(found.is_some())
    }
}
