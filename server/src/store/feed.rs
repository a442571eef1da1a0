//! Feeds: what each scope's devices hold, one row an entity, in the order of the commits.
//!
//! ```text
//! publish: UPDATE scope SET head = head + n … RETURNING head   (locks the counter until the commit)
//!          each changed entity moves to a place of its own      (a device asks « after 1834 » and misses nothing)
//! ```

use std::{collections::BTreeMap, fmt::Display};

use domain::wire::{Op, Scope};
use serde::{Serialize, de::DeserializeOwned};

use super::{StoreError, Transaction, news::Move, transaction::Sql, value::args};

/// The catalogue's kinds.
pub mod kind {
    /// `HubCard`, id `current`.
    pub const HUB: &str = "hub";
    /// `OrderCycle`, id [`super::CURRENT`].
    pub const CYCLE: &str = "cycle";
    /// `Terms`, id [`super::CURRENT`].
    pub const TERMS: &str = "terms";
    /// `Producer`.
    pub const PRODUCER: &str = "producer";
    /// `Offer`, id its reference.
    pub const OFFER: &str = "offer";
    /// `Quantity` left of a promise, id the offer's reference.
    pub const LEFT: &str = "left";
    /// `Site`.
    pub const SITE: &str = "site";
    /// `Order`.
    pub const ORDER: &str = "order";
    /// `SharedDraft`.
    pub const DRAFT: &str = "draft";
    /// `Reception`, id its order and day.
    pub const RECEPTION: &str = "reception";
    /// `OrderAnswer`, id its order, day and producer.
    pub const HARVEST: &str = "harvest";
    /// `Ticket`.
    pub const TICKET: &str = "ticket";
    /// `ProducerDemand`, id its cycle.
    pub const DEMAND: &str = "demand";
    /// `Availability`, id its week.
    pub const AVAILABILITY: &str = "availability";
    /// `ProducerSheet`, id its cycle.
    pub const SHEET: &str = "sheet";
    /// `Arrival`, of a hub; id its day, week and producer.
    pub const ARRIVAL: &str = "arrival";
    /// `QuayPage`, of a hub; id its day, week, side and place.
    pub const QUAY: &str = "quay";
    /// `SiteLabel`, of a hub; id its site.
    pub const LABEL: &str = "label";
    /// `Departure`, of a kitchen; id its day and week.
    pub const DEPARTURE: &str = "departure";
}

/// Identifier of an entity that a scope has one of.
pub const CURRENT: &str = "current";

/// From where to where a feed can be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// A device that stands before this place starts over: what was removed up to it is forgotten.
    pub floor: u64,
    /// The last place given.
    pub head: u64,
}

impl Reach {
    /// Whether what changed since a place can be told from here.
    #[must_use]
    pub fn covers(self, place: u64) -> bool {
        (self.floor..=self.head).contains(&place)
    }
}

/// A change to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Put {
    pub(super) kind: &'static str,
    pub(super) id: String,
    pub(super) body: Option<String>,
}

impl Put {
    /// The entity as it now is.
    pub(crate) fn of(
        kind: &'static str,
        id: impl Display,
        body: &impl Serialize,
    ) -> Result<Self, StoreError> {
        Ok(Self { kind, id: id.to_string(), body: Some(serde_json::to_string(body)?) })
    }

    /// The entity is there no more.
    pub(crate) fn gone(kind: &'static str, id: impl Display) -> Self {
        Self { kind, id: id.to_string(), body: None }
    }
}

impl Transaction {
    /// Starts a feed, unless it exists.
    pub(crate) async fn open_scope(&mut self, scope: &Scope) -> Result<(), StoreError> {
        let sql = "INSERT INTO scope (name, head) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING";
        self.execute(sql, args![scope]).await.map(drop)
    }

    /// Publishes changes; of two changes of one entity, the last stands.
    pub(crate) async fn publish(
        &mut self,
        scope: &Scope,
        puts: impl IntoIterator<Item = Put>,
    ) -> Result<(), StoreError> {
        let mut last: BTreeMap<(&str, String), Option<String>> = BTreeMap::new();
        for put in puts {
            last.insert((put.kind, put.id), put.body);
        }
        if last.is_empty() {
            return Ok(());
        }
        let many = i64::try_from(last.len()).unwrap_or(i64::MAX);
        let sql = "UPDATE scope SET head = head + $2 WHERE name = $1 RETURNING head";
        let (head,): (i64,) = self.get(sql, args![scope, many]).await?;
        self.moves(Move { scope: scope.clone(), head: head.cast_unsigned(), places: many.cast_unsigned() });
        let rows = last
            .into_iter()
            .zip(head - many + 1..)
            .map(|(((kind, id), body), seq)| args![scope, kind, id, seq, body.is_none(), body])
            .collect();
        self.insert_many(
            "feed (scope, kind, id, seq, deleted, body)",
            rows,
            "ON CONFLICT (scope, kind, id) DO UPDATE
             SET seq = excluded.seq, deleted = excluded.deleted, body = excluded.body, removed_at = NULL",
        )
        .await
    }

    /// Makes the entities of one kind exactly these: changed ones move, absent ones are deleted, the same ones stay
    /// where they are.
    pub(crate) async fn publish_exactly(
        &mut self,
        scope: &Scope,
        kind: &'static str,
        wanted: BTreeMap<String, String>,
    ) -> Result<(), StoreError> {
        let sql = "SELECT id, body FROM feed WHERE scope = $1 AND kind = $2 AND deleted = 0";
        let held: BTreeMap<String, String> = self.fetch(sql, args![scope, kind]).await?.into_iter().collect();
        let gone = held.keys().filter(|id| !wanted.contains_key(*id));
        let mut puts: Vec<_> = gone.map(|id| Put::gone(kind, id)).collect();
        let changed = wanted.into_iter().filter(|(id, body)| held.get(id) != Some(body));
        puts.extend(changed.map(|(id, body)| Put { kind, id, body: Some(body) }));
        self.publish(scope, puts).await
    }

    /// One entity.
    pub(crate) async fn find_entity<T: DeserializeOwned>(
        &mut self,
        scope: &Scope,
        kind: &str,
        id: impl Display,
    ) -> Result<Option<T>, StoreError> {
        let sql = "SELECT body FROM feed WHERE scope = $1 AND kind = $2 AND id = $3 AND deleted = 0";
        let row: Option<(String,)> = self.find(sql, args![scope, kind, id.to_string()]).await?;
        row.map(|(body,)| serde_json::from_str(&body)).transpose().map_err(StoreError::from)
    }

    /// Every entity of a kind, by identifier.
    pub(crate) async fn entities<T: DeserializeOwned>(
        &mut self,
        scope: &Scope,
        kind: &str,
    ) -> Result<Vec<(String, T)>, StoreError> {
        let sql = "SELECT id, body FROM feed WHERE scope = $1 AND kind = $2 AND deleted = 0";
        let rows: Vec<(String, String)> = self.fetch(sql, args![scope, kind]).await?;
        rows.into_iter().map(|(id, body)| Ok((id, serde_json::from_str(&body)?))).collect()
    }

    /// From where to where a feed goes; `None` when there is no such feed.
    pub(crate) async fn find_reach(&mut self, scope: &Scope) -> Result<Option<Reach>, StoreError> {
        let row = self.find("SELECT floor, head FROM scope WHERE name = $1", args![scope]).await?;
        Ok(row.map(|(floor, head)| Reach { floor, head }))
    }

    /// How many entities changed after a place.
    pub(crate) async fn count_changes(&mut self, scope: &Scope, after: u64) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) FROM feed WHERE scope = $1 AND seq > $2";
        let (count,) = self.get(sql, args![scope, after]).await?;
        Ok(count)
    }

    /// The changes after a place, in order, at most `limit`. With `living` only, deleted entities are left out: a device
    /// that starts from nothing has nothing to delete.
    pub(crate) async fn changes(
        &mut self,
        scope: &Scope,
        after: u64,
        limit: u32,
        living: bool,
    ) -> Result<Vec<Op>, StoreError> {
        let sql = if living {
            "SELECT seq, kind, id, body FROM feed WHERE scope = $1 AND seq > $2 AND deleted = 0 ORDER BY seq LIMIT $3"
        } else {
            "SELECT seq, kind, id, body FROM feed WHERE scope = $1 AND seq > $2 ORDER BY seq LIMIT $3"
        };
        let rows: Vec<(u64, String, String, Option<String>)> =
            self.fetch(Sql::Written(sql), args![scope, after, limit]).await?;
        rows.into_iter()
            .map(|(seq, kind, id, body)| {
                let body = body.map(|body| serde_json::from_str(&body)).transpose()?;
                Ok(Op { seq, kind, id, body })
            })
            .collect()
    }

    /// Kind, identifier and place of every living entity.
    pub(crate) async fn living(&mut self, scope: &Scope) -> Result<Vec<(String, String, u64)>, StoreError> {
        self.fetch("SELECT kind, id, seq FROM feed WHERE scope = $1 AND deleted = 0", args![scope]).await
    }
}
