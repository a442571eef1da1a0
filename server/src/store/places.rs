//! Where people can be invited to: the places of a hub, and how one more is added.

use domain::{
    enterprise::{Commune, Producer, Role, RoleName, Siret, Site, SiteKind},
    id::{HubId, OwnerId, ProducerId, SiteId},
    search,
    time::Timestamp,
    wire::people::{Deed, InvitedAs, NewPlace, PlaceCard, PlaceKind},
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

impl PlaceToAdd {
    /// The place somebody described; none of an authority, which is no place that orders, nor of what was not read at the door.
    #[must_use]
    pub fn of(hub: HubId, described: &NewPlace) -> Option<Self> {
        let NewPlace { kind, name, siret, commune, insee } = described.clone();
        let siret = Siret::parse(&siret).ok()?;
        let commune = Commune { name: commune, insee };
        let kind = match kind {
            PlaceKind::Kitchen => SiteKind::Kitchen,
            PlaceKind::FoodAid => SiteKind::FoodAid,
            PlaceKind::Producer => {
                let id = ProducerId::of_siret(hub, &siret);
                return Some(Self::Producer(Producer { id, name, siret, commune, minimum_order: None }));
            }
            PlaceKind::Authority => return None,
        };
        let id = SiteId::of_place(hub, &siret, &name);
        Some(Self::Site(Site { id, hub, kind, name, siret, commune }))
    }

    /// As lists tell it.
    #[must_use]
    pub fn card(self) -> PlaceCard {
        match self {
            Self::Site(site) => card(InvitedAs::Kitchen { site: site.id }, site.name, site.commune),
            Self::Producer(producer) => {
                card(InvitedAs::Producer { producer: producer.id }, producer.name, producer.commune)
            }
        }
    }
}

impl Store {
    /// Adds a place to a hub, unless it is there. What a person there is, and whether it is new.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_place(
        &self,
        who: Actor,
        place: &PlaceToAdd,
        now: Timestamp,
    ) -> Result<(Role, bool), StoreError> {
        let hub = who.hub;
        let mut tx = self.write(hub).await?;
        if let Some(known) = tx.known_place(hub, place).await? {
            return Ok((known, false));
        }
        let (role, id) = match place {
            PlaceToAdd::Site(site) => {
                tx.insert_site(site).await?;
                (Role::Kitchen { hub, site: site.id }, site.id.to_string())
            }
            PlaceToAdd::Producer(producer) => {
                tx.save_producers(hub, std::slice::from_ref(producer)).await?;
                (Role::Producer { hub, producer: producer.id }, producer.id.to_string())
            }
        };
        tx.note(hub, now, who.did(Deed::PlaceAdded, id)).await?;
        tx.commit().await?;
        Ok((role, true))
    }

    /// Where people can be invited to in a part of a hub, kitchens first, by name.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn places(&self, within: Within) -> Result<Vec<PlaceCard>, StoreError> {
        let mut tx = self.read().await?;
        let sql = "SELECT body, owner FROM site WHERE hub = $1 AND ($2 IS NULL OR id = $2) AND $3 IS NULL";
        let values = args![within.hub, within.site, within.producer];
        let sites: Vec<(String, Option<OwnerId>)> = tx.fetch(sql, values.clone()).await?;
        let sql = "SELECT body FROM producer WHERE hub = $1 AND $2 IS NULL AND ($3 IS NULL OR id = $3)";
        let producers: Vec<(String,)> = tx.fetch(sql, values).await?;
        let mut places = Vec::with_capacity(sites.len() + producers.len());
        for (body, owner) in sites {
            let site: Site = serde_json::from_str(&body)?;
            places.push(PlaceCard { owner, ..PlaceToAdd::Site(site).card() });
        }
        for (body,) in producers {
            let producer: Producer = serde_json::from_str(&body)?;
            places.push(PlaceToAdd::Producer(producer).card());
        }
        let first = |place: &PlaceCard| matches!(place.invited_as, InvitedAs::Kitchen { .. });
        places.sort_by(|one, other| (!first(one), &one.name).cmp(&(!first(other), &other.name)));
        Ok(places)
    }
}

fn card(invited_as: InvitedAs, name: String, commune: Commune) -> PlaceCard {
    PlaceCard { invited_as, name, commune, owner: None }
}

impl Transaction {
    /// What a person of a place is, when the hub has it: a producer by its SIRET, a place that orders by its SIRET and name.
    pub(super) async fn known_place(
        &mut self,
        hub: HubId,
        place: &PlaceToAdd,
    ) -> Result<Option<Role>, StoreError> {
        let site = match place {
            PlaceToAdd::Producer(producer) => {
                let role = Role::Producer { hub, producer: producer.id };
                return Ok(self.has_place(role).await?.then_some(role));
            }
            PlaceToAdd::Site(site) => site,
        };
        let rows: Vec<(String,)> = self.fetch("SELECT body FROM site WHERE hub = $1", args![hub]).await?;
        for (body,) in rows {
            let known: Site = serde_json::from_str(&body)?;
            if known.siret == site.siret && search::fold(&known.name) == search::fold(&site.name) {
                return Ok(Some(Role::Kitchen { hub, site: known.id }));
            }
        }
        Ok(None)
    }

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
