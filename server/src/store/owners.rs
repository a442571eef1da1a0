//! Communities that own kitchens: a tree a hub, and what lies under a node of it.

use domain::{
    cycle::CycleId,
    id::{HubId, OwnerId, SiteId, UserId},
    order::Order,
    time::Timestamp,
    wire::{
        owners::{Owner, OwnerCard},
        people::Deed,
    },
};

use super::{Store, StoreError, Transaction, journal::Actor, random, transaction::Sql, value::args};

/// What belongs to a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owned {
    /// A kitchen.
    Kitchen(SiteId),
    /// A person who reads its figures.
    Authority(UserId),
}

/// Why a community is not what somebody said.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// No such community in this hub, or no such community above it.
    #[error("no such community in this hub")]
    Unknown,
    /// It would lie under itself.
    #[error("a community would lie under itself")]
    Cycle,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A query about `below`: the community `$2` of the hub `$1` and all that lies under it. Each is met once, so that even a
/// tree that somebody broke by hand has an end.
fn below(query: &str) -> Sql {
    Sql::Built(format!(
        "WITH RECURSIVE below (id) AS (
             SELECT id FROM owner WHERE hub = $1 AND id = $2
             UNION SELECT o.id FROM owner o JOIN below b ON o.parent = b.id AND o.hub = $1
         ) {query}"
    ))
}

impl Store {
    /// Adds a community to a hub. `by` nobody: whoever fills a new base.
    ///
    /// # Errors
    /// [`OwnerError`]
    pub async fn add_owner(
        &self,
        hub: HubId,
        by: Option<Actor>,
        owner: &Owner,
        now: Timestamp,
    ) -> Result<OwnerCard, OwnerError> {
        let mut tx = self.write(hub).await?;
        let id = tx.insert_owner(hub, owner).await?;
        if let Some(by) = by {
            tx.note(hub, now, by.did(Deed::OwnerAdded, id)).await?;
        }
        tx.commit().await?;
        Ok(OwnerCard { id, owner: owner.clone(), kitchens: 0 })
    }

    /// Says anew what a community is, and what it is part of.
    ///
    /// # Errors
    /// [`OwnerError`]
    pub async fn change_owner(
        &self,
        who: Actor,
        id: OwnerId,
        owner: &Owner,
        now: Timestamp,
    ) -> Result<(), OwnerError> {
        // Hubs write one after the other: two who move communities under each other cannot both see that they may.
        let mut tx = self.write(who.hub).await?;
        if !tx.has_owner(who.hub, id).await? {
            return Err(OwnerError::Unknown);
        }
        if let Some(parent) = owner.parent {
            if !tx.has_owner(who.hub, parent).await? {
                return Err(OwnerError::Unknown);
            }
            if tx.lies_below(who.hub, id, parent).await? {
                return Err(OwnerError::Cycle);
            }
        }
        let sql = "UPDATE owner SET parent = $3, siren = $4, body = $5 WHERE id = $1 AND hub = $2";
        let values = args![id, who.hub, owner.parent, owner.siren.clone(), body_of(owner)?];
        tx.execute(sql, values).await?;
        tx.note(who.hub, now, who.did(Deed::OwnerChanged, id)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The communities of a hub.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn owners(&self, hub: HubId) -> Result<Vec<OwnerCard>, StoreError> {
        let sql = "SELECT o.id, o.parent, o.body, (SELECT COUNT(*) FROM site s WHERE s.owner = o.id)
             FROM owner o WHERE o.hub = $1 ORDER BY o.id";
        let rows: Vec<(OwnerId, Option<OwnerId>, String, u32)> =
            self.read().await?.fetch(sql, args![hub]).await?;
        rows.into_iter()
            .map(|(id, parent, body, kitchens)| {
                let owner = Owner { parent, ..serde_json::from_str(&body)? };
                Ok(OwnerCard { id, owner, kitchens })
            })
            .collect()
    }

    /// Says whose something is, which both are of the hub. Whether they are. `by` nobody: whoever fills a new base.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn set_owner(
        &self,
        hub: HubId,
        by: Option<Actor>,
        owned: Owned,
        owner: OwnerId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(hub).await?;
        let (sql, id) = match owned {
            Owned::Kitchen(site) => (
                "UPDATE site SET owner = $3 WHERE id = $2 AND hub = $1
                 AND EXISTS (SELECT 1 FROM owner WHERE id = $3 AND hub = $1)",
                site.to_string(),
            ),
            Owned::Authority(person) => (
                "UPDATE account SET owner = $3 WHERE id = $2 AND hub = $1 AND role = 'authority' AND disabled_at IS NULL
                 AND EXISTS (SELECT 1 FROM owner WHERE id = $3 AND hub = $1)",
                person.to_string(),
            ),
        };
        if tx.execute(sql, args![hub, &*id, owner]).await? == 0 {
            return Ok(false);
        }
        if let Some(by) = by {
            tx.note(hub, now, by.did(Deed::OwnerSet, id)).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Whose figures a person reads.
    ///
    /// # Errors
    /// When there is no such person, or the database cannot be reached.
    #[cfg(test)]
    pub(crate) async fn owner_of_person(&self, person: UserId) -> Result<Option<OwnerId>, StoreError> {
        let row: (Option<OwnerId>,) =
            self.read().await?.get("SELECT owner FROM account WHERE id = $1", args![person]).await?;
        Ok(row.0)
    }

    /// The community of a hub with this SIREN; added, of no kind yet, when there is none.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn owner_of_siren(
        &self,
        who: Actor,
        described: &Owner,
        now: Timestamp,
    ) -> Result<OwnerId, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let siren = described.siren.as_deref().unwrap_or_default();
        if let Some(known) = tx.find_owner_of_siren(who.hub, siren).await? {
            return Ok(known);
        }
        let id = tx.insert_owner(who.hub, described).await.map_err(|error| match error {
            OwnerError::Store(error) => error,
            OwnerError::Unknown | OwnerError::Cycle => StoreError::Unreadable("a community above a new one"),
        })?;
        tx.note(who.hub, now, who.did(Deed::OwnerAdded, id)).await?;
        tx.commit().await?;
        Ok(id)
    }
}

impl Transaction {
    async fn insert_owner(&mut self, hub: HubId, owner: &Owner) -> Result<OwnerId, OwnerError> {
        if let Some(parent) = owner.parent
            && !self.has_owner(hub, parent).await?
        {
            return Err(OwnerError::Unknown);
        }
        let id = OwnerId(uuid::Builder::from_random_bytes(random()?).into_uuid());
        let sql = "INSERT INTO owner (id, hub, parent, siren, body) VALUES ($1, $2, $3, $4, $5)";
        let values = args![id, hub, owner.parent, owner.siren.clone(), body_of(owner)?];
        self.execute(sql, values).await?;
        Ok(id)
    }

    /// Whether a hub has this community.
    pub(super) async fn has_owner(&mut self, hub: HubId, owner: OwnerId) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM owner WHERE id = $1 AND hub = $2";
        let found: Option<(OwnerId,)> = self.find(sql, args![owner, hub]).await?;
        Ok(found.is_some())
    }

    /// The community of a hub with this SIREN.
    pub(super) async fn find_owner_of_siren(
        &mut self,
        hub: HubId,
        siren: &str,
    ) -> Result<Option<OwnerId>, StoreError> {
        let sql = "SELECT id FROM owner WHERE hub = $1 AND siren = $2 ORDER BY id";
        Ok(self.find(sql, args![hub, siren]).await?.map(|(id,): (OwnerId,)| id))
    }

    /// Whether a community is another, or lies under it.
    async fn lies_below(&mut self, hub: HubId, top: OwnerId, owner: OwnerId) -> Result<bool, StoreError> {
        let sql = below("SELECT id FROM below WHERE id = $3");
        let found: Option<(OwnerId,)> = self.find(sql, args![hub, top, owner]).await?;
        Ok(found.is_some())
    }

    /// How many kitchens a community and all under it have.
    pub(crate) async fn count_sites_below(
        &mut self,
        hub: HubId,
        owner: Option<OwnerId>,
    ) -> Result<u32, StoreError> {
        let sql = below("SELECT COUNT(*) FROM site s JOIN below b ON s.owner = b.id WHERE s.hub = $1");
        let (count,) = self.get(sql, args![hub, owner]).await?;
        Ok(count)
    }

    /// The orders of a cycle that stand, of the kitchens of a community and all under it: no other leaves the base.
    pub(crate) async fn orders_below(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        owner: Option<OwnerId>,
    ) -> Result<Vec<Order>, StoreError> {
        let sql = below(
            "SELECT f.body FROM orders o JOIN site s ON s.id = o.site JOIN below b ON s.owner = b.id
             JOIN feed f ON f.scope = 'site:' || o.site AND f.kind = 'order' AND f.id = o.id
             WHERE o.hub = $1 AND o.cycle = $3 AND o.state <> 'withdrawn' ORDER BY o.id",
        );
        let rows: Vec<(String,)> = self.fetch(sql, args![hub, owner, cycle]).await?;
        rows.into_iter().map(|(body,)| Ok(serde_json::from_str(&body)?)).collect()
    }
}

/// What is kept of a community beside its place in the tree.
fn body_of(owner: &Owner) -> Result<String, StoreError> {
    Ok(serde_json::to_string(&Owner { parent: None, ..owner.clone() })?)
}
