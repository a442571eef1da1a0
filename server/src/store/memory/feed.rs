//! Feeds in memory: one row an entity, each change at a place of its own.

use std::{collections::BTreeMap, fmt::Display};

use domain::wire::{Op, Scope};
use serde::{Serialize, de::DeserializeOwned};

use super::{EntityKey, FeedRow, MemoryTransaction, Tables};
use crate::store::{StoreError, feed::Put};

impl MemoryTransaction {
    pub(super) fn open_scope(&mut self, scope: &Scope) -> Result<(), StoreError> {
        if self.tables().heads.contains_key(scope) {
            return Ok(());
        }
        self.put(|tables| &mut tables.heads, scope.clone(), Some(0))
    }

    /// Publishes changes; of two changes of one entity, the last stands.
    pub(super) fn publish(
        &mut self,
        scope: &Scope,
        puts: impl IntoIterator<Item = Put>,
    ) -> Result<(), StoreError> {
        let mut last: BTreeMap<(&str, String), Option<String>> = BTreeMap::new();
        for put in puts {
            last.insert((put.kind, put.id), put.body);
        }
        let head = self.tables().heads.get(scope).copied();
        let mut seq = head.ok_or(StoreError::Unreadable("a feed that is not there"))?;
        for ((kind, id), body) in last {
            seq += 1;
            self.put(|tables| &mut tables.heads, scope.clone(), Some(seq))?;
            let key: EntityKey = (scope.clone(), kind.to_owned(), id);
            let old = self.tables().feed.get(&key).map(|row| row.seq);
            if let Some(old) = old {
                self.put(|tables| &mut tables.places, (scope.clone(), old), None)?;
            }
            let place = (key.1.clone(), key.2.clone());
            self.put(|tables| &mut tables.places, (scope.clone(), seq), Some(place))?;
            self.put(|tables| &mut tables.feed, key, Some(FeedRow { seq, body }))?;
        }
        Ok(())
    }

    pub(super) fn publish_one(
        &mut self,
        scope: &Scope,
        kind: &'static str,
        id: impl Display,
        body: &impl Serialize,
    ) -> Result<(), StoreError> {
        self.publish(scope, [Put::of(kind, id, body)?])
    }

    /// Makes the entities of one kind exactly these.
    pub(super) fn publish_exactly(
        &mut self,
        scope: &Scope,
        kind: &'static str,
        wanted: &BTreeMap<String, String>,
    ) -> Result<(), StoreError> {
        let held: BTreeMap<String, String> = self.tables().bodies(scope, kind);
        let gone = held.keys().filter(|id| !wanted.contains_key(*id));
        let mut puts: Vec<_> = gone.map(|id| Put::gone(kind, id)).collect();
        let changed = wanted.iter().filter(|(id, body)| held.get(*id) != Some(*body));
        puts.extend(changed.map(|(id, body)| Put { kind, id: id.clone(), body: Some(body.clone()) }));
        self.publish(scope, puts)
    }

    pub(super) fn find_entity<T: DeserializeOwned>(
        &self,
        scope: &Scope,
        kind: &str,
        id: impl Display,
    ) -> Result<Option<T>, StoreError> {
        let key = (scope.clone(), kind.to_owned(), id.to_string());
        let tables = self.tables();
        let body = tables.feed.get(&key).and_then(|row| row.body.as_ref());
        Ok(body.map(|body| serde_json::from_str(body)).transpose()?)
    }

    pub(super) fn entities<T: DeserializeOwned>(
        &self,
        scope: &Scope,
        kind: &str,
    ) -> Result<Vec<(String, T)>, StoreError> {
        let bodies = self.tables().bodies(scope, kind);
        bodies.into_iter().map(|(id, body)| Ok((id, serde_json::from_str(&body)?))).collect()
    }
}

impl Tables {
    fn bodies(&self, scope: &Scope, kind: &str) -> BTreeMap<String, String> {
        let from = (scope.clone(), kind.to_owned(), String::new());
        let rows = self.feed.range(from..).take_while(|((of, is, _), _)| of == scope && is == kind);
        rows.filter_map(|((_, _, id), row)| Some((id.clone(), row.body.clone()?))).collect()
    }

    /// The changes after a place, in order.
    pub(super) fn changes_after(
        &self,
        scope: &Scope,
        after: u64,
        limit: u32,
        living: bool,
    ) -> Result<Vec<Op>, StoreError> {
        let from = (scope.clone(), after.saturating_add(1));
        let places = self.places.range(from..=(scope.clone(), u64::MAX));
        let rows = places.filter_map(|((_, seq), (kind, id))| {
            let row = self.feed.get(&(scope.clone(), kind.clone(), id.clone()))?;
            (!living || row.body.is_some()).then_some((*seq, kind, id, &row.body))
        });
        rows.take(usize::try_from(limit).unwrap_or(usize::MAX))
            .map(|(seq, kind, id, body)| {
                let body = body.as_ref().map(|body| serde_json::from_str(body)).transpose()?;
                Ok(Op { seq, kind: kind.clone(), id: id.clone(), body })
            })
            .collect()
    }

    pub(super) fn count_after(&self, scope: &Scope, after: u64) -> u64 {
        let from = (scope.clone(), after.saturating_add(1));
        let count = self.places.range(from..=(scope.clone(), u64::MAX)).count();
        u64::try_from(count).unwrap_or(u64::MAX)
    }
}
