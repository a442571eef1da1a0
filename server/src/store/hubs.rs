//! The hub, its terms, and the places that order from it.

use std::collections::BTreeMap;

use domain::{
    enterprise::Site,
    id::{HubId, SiteId},
    pricing::Terms,
    producer_sheet::SiteLabel,
    wire::{Scope, snapshot::HubCard},
};

use super::{
    Store, StoreError, Transaction,
    feed::{CURRENT, Put, kind},
    value::args,
};

impl Store {
    /// A new hub, with how it makes its prices; its catalogue and its quay have a feed each.
    ///
    /// # Errors
    /// When it exists, or the database cannot be reached.
    pub async fn create_hub(&self, card: &HubCard, terms: &Terms) -> Result<(), StoreError> {
        let mut tx = self.write_beside().await?;
        let sql = "INSERT INTO hub (id, card, terms) VALUES ($1, $2, $3)";
        let bodies = (serde_json::to_string(card)?, serde_json::to_string(terms)?);
        tx.execute(sql, args![card.id, bodies.0, bodies.1]).await?;
        let scope = Scope::catalog(card.id);
        tx.open_scope(&scope).await?;
        tx.open_scope(&Scope::hub(card.id)).await?;
        let puts = [Put::of(kind::HUB, CURRENT, card)?, Put::of(kind::TERMS, CURRENT, terms)?];
        tx.publish(&scope, puts).await?;
        tx.commit().await
    }

    /// A new place that orders, with a feed of its own.
    ///
    /// # Errors
    /// When it exists, its hub does not, or the database cannot be reached.
    pub async fn create_site(&self, site: &Site) -> Result<(), StoreError> {
        let mut tx = self.write(site.hub).await?;
        tx.insert_site(site).await?;
        tx.commit().await
    }

    /// The hub of a store that serves one: what the command line means by « the hub ».
    ///
    /// # Errors
    /// [`StoreError::NotOneHub`] when there is none or several.
    pub async fn the_hub(&self) -> Result<HubId, StoreError> {
        match self.hubs().await?.as_slice() {
            [hub] => Ok(*hub),
            _ => Err(StoreError::NotOneHub),
        }
    }

    /// Every hub.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn hubs(&self) -> Result<Vec<HubId>, StoreError> {
        let rows: Vec<(HubId,)> = self.read().await?.fetch("SELECT id FROM hub", args![]).await?;
        Ok(rows.into_iter().map(|(hub,)| hub).collect())
    }
}

impl Transaction {
    /// A new place that orders, with a feed of its own.
    pub(super) async fn insert_site(&mut self, site: &Site) -> Result<(), StoreError> {
        let sql = "INSERT INTO site (id, hub, name, commune, body) VALUES ($1, $2, $3, $4, $5)";
        let body = serde_json::to_string(site)?;
        self.execute(sql, args![site.id, site.hub, &*site.name, &*site.commune.name, body]).await?;
        let scope = Scope::site(site.id);
        self.open_scope(&scope).await?;
        self.publish(&scope, [Put::of(kind::SITE, site.id, site)?]).await
    }

    /// How a hub makes its prices.
    pub(crate) async fn terms(&mut self, hub: HubId) -> Result<Terms, StoreError> {
        let (body,): (String,) = self.get("SELECT terms FROM hub WHERE id = $1", args![hub]).await?;
        Ok(serde_json::from_str(&body)?)
    }

    /// What a hub says of itself.
    pub(crate) async fn hub_card(&mut self, hub: HubId) -> Result<HubCard, StoreError> {
        let (body,): (String,) = self.get("SELECT card FROM hub WHERE id = $1", args![hub]).await?;
        Ok(serde_json::from_str(&body)?)
    }

    /// How many places may order from a hub.
    pub(crate) async fn count_sites(&mut self, hub: HubId) -> Result<u32, StoreError> {
        let (count,) = self.get("SELECT COUNT(*) FROM site WHERE hub = $1", args![hub]).await?;
        Ok(count)
    }

    /// Names and communes of a hub's places, for sheets.
    pub(crate) async fn site_labels(
        &mut self,
        hub: HubId,
    ) -> Result<BTreeMap<SiteId, SiteLabel>, StoreError> {
        let sql = "SELECT id, name, commune FROM site WHERE hub = $1";
        let rows: Vec<(SiteId, String, String)> = self.fetch(sql, args![hub]).await?;
        Ok(rows.into_iter().map(|(id, name, commune)| (id, SiteLabel { name, commune })).collect())
    }
}
