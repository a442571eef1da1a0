//! Forgetting: what `server/src/retention.rs` says is old enough goes, in small commits that keep nobody waiting.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    cycle::CycleId,
    draft::SharedDraft,
    id::{DraftId, HubId, SiteId},
    time::Timestamp,
    wire::Scope,
};

use super::{
    Store, StoreError, Transaction,
    feed::{Put, kind},
    value::args,
};

/// How many rows one commit touches.
const AT_ONCE: u32 = 500;

impl Store {
    /// Removes the shared drafts of weeks closed before an instant. How many.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) async fn forget_drafts(&self, closed_before: Timestamp) -> Result<u64, StoreError> {
        let sql = "SELECT hub, id FROM cycle WHERE closed_at < $1";
        let over: BTreeSet<(HubId, CycleId)> =
            self.read().await?.fetch(sql, args![closed_before]).await?.into_iter().collect();
        let (mut gone, mut last) = (0, (String::new(), String::new()));
        while !over.is_empty() {
            let page = self.read().await?.drafts_after(&last).await?;
            let Some(end) = page.last() else { break };
            last = end.place.clone();
            let mut by_hub: BTreeMap<HubId, Vec<(SiteId, DraftId)>> = BTreeMap::new();
            for draft in page.iter().filter(|draft| over.contains(&(draft.hub, draft.cycle))) {
                by_hub.entry(draft.hub).or_default().push((draft.site, draft.id));
            }
            for (hub, drafts) in by_hub {
                let mut tx = self.write(hub).await?;
                for (site, draft) in &drafts {
                    tx.publish(&Scope::site(*site), [Put::gone(kind::DRAFT, draft)]).await?;
                }
                tx.commit().await?;
                gone += drafts.len() as u64;
            }
        }
        Ok(gone)
    }

    /// Notes of what was removed since this was last called that it is: from now on its time runs.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) async fn note_removals(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.write_beside().await?;
        let sql = "UPDATE feed SET removed_at = $1 WHERE deleted = 1 AND removed_at IS NULL";
        tx.execute(sql, args![now]).await?;
        tx.commit().await
    }

    /// Forgets removals known before an instant, a catalogue's before another; devices that stand before one of them start
    /// over. How many.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) async fn forget_removals(
        &self,
        before: Timestamp,
        before_in_catalogs: Timestamp,
    ) -> Result<u64, StoreError> {
        let sql = "SELECT DISTINCT scope FROM feed WHERE deleted = 1
             AND removed_at < CASE WHEN scope LIKE 'cat:%' THEN $2 ELSE $1 END";
        let scopes: Vec<(String,)> = self.read().await?.fetch(sql, args![before, before_in_catalogs]).await?;
        let mut gone = 0;
        for scope in scopes.into_iter().map(|(name,)| Scope(name)) {
            let mut tx = self.write_beside().await?;
            let before = if scope.is_catalog() { before_in_catalogs } else { before };
            gone += tx.forget_removals(&scope, before).await?;
            tx.commit().await?;
        }
        Ok(gone)
    }

    /// Forgets the answers whose time is over. How many.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) async fn forget_answers(&self, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "DELETE FROM receipt WHERE (outbox, m) IN
             (SELECT outbox, m FROM receipt WHERE kept_until < $1 LIMIT $2)";
        let mut gone = 0;
        loop {
            let mut tx = self.write_beside().await?;
            let now_gone = tx.execute(sql, args![now, AT_ONCE]).await?;
            tx.commit().await?;
            gone += now_gone;
            if now_gone < u64::from(AT_ONCE) {
                return Ok(gone);
            }
        }
    }
}

/// A shared draft, as far as it matters here.
struct Kept {
    place: (String, String),
    hub: HubId,
    site: SiteId,
    cycle: CycleId,
    id: DraftId,
}

impl Transaction {
    /// Shared drafts in the order of their places, the next ones after one.
    async fn drafts_after(&mut self, last: &(String, String)) -> Result<Vec<Kept>, StoreError> {
        let sql = "SELECT feed.scope, feed.id, site.hub, feed.body FROM feed
             JOIN site ON feed.scope = 'site:' || site.id
             WHERE feed.kind = 'draft' AND feed.deleted = 0 AND (feed.scope, feed.id) > ($1, $2)
             ORDER BY feed.scope, feed.id LIMIT $3";
        let rows: Vec<(String, String, HubId, String)> =
            self.fetch(sql, args![last.0.as_str(), last.1.as_str(), AT_ONCE]).await?;
        rows.into_iter()
            .map(|(scope, id, hub, body)| {
                let draft: SharedDraft = serde_json::from_str(&body)?;
                let place = (scope, id);
                Ok(Kept { place, hub, site: draft.site, cycle: draft.cycle, id: draft.id })
            })
            .collect()
    }

    async fn forget_removals(&mut self, scope: &Scope, before: Timestamp) -> Result<u64, StoreError> {
        // A device that starts over with a snapshot goes on from there: what was removed since must still be told.
        let last = if scope.is_catalog() {
            self.last_snapshot(scope).await?.map_or(0, |snapshot| snapshot.seq)
        } else {
            u64::MAX
        };
        let sql = "SELECT COALESCE(MAX(seq), 0) FROM feed
             WHERE scope = $1 AND deleted = 1 AND removed_at < $2 AND seq <= $3";
        let (floor,): (u64,) = self.get(sql, args![scope, before, last]).await?;
        self.execute("UPDATE scope SET floor = $2 WHERE name = $1 AND floor < $2", args![scope, floor])
            .await?;
        let sql = "DELETE FROM feed WHERE scope = $1 AND deleted = 1 AND removed_at < $2 AND seq <= $3";
        self.execute(sql, args![scope, before, last]).await
    }
}
