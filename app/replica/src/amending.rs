//! A sent order that is being changed: what the hands did so far, kept on this device at each gesture until the change is
//! sent or given up. The kitchen's other tablets hear of it once it is sent.

use domain::{
    cycle::CycleId,
    draft::DraftLine,
    id::{DraftId, SiteId},
};
use serde::{Deserialize, Serialize};

use crate::{
    outbox::{Queue, Write},
    ports::{Clock, Entropy, Network, Storage, StorageError, Update},
    recording::RecordError,
    replica::Replica,
    view::Asked,
};

/// A change of a sent order that was begun on this device and is not sent yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunChange {
    /// The order as it was seen when the change was begun.
    pub seen: Asked,
    /// What is wanted of it.
    pub lines: Vec<DraftLine>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    site: SiteId,
    cycle: CycleId,
    seen: Asked,
    lines: Vec<DraftLine>,
}

const BEGUN: &str = "amending/";

fn name(draft: DraftId) -> String {
    format!("{BEGUN}{draft}")
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// The change of an order of the kitchen at hand that was begun on this device and is not sent yet.
    #[must_use]
    pub fn begun_change(&self, draft: DraftId) -> Option<BegunChange> {
        let local = self.local.borrow();
        let kept: Kept = local.outbox.queue.read(&name(draft))?;
        (Some(kept.site) == local.site()).then_some(BegunChange { seen: kept.seen, lines: kept.lines })
    }

    /// Keeps a change as it stands. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError::NotChangeable`] when there is no such order here, else the storage's.
    pub async fn keep_change(&self, draft: DraftId, begun: BegunChange) -> Result<(), RecordError> {
        let (site, cycle) = {
            let local = self.local.borrow();
            let entry = local.view.orders.iter().find(|entry| entry.draft == draft);
            let order = entry.and_then(|entry| entry.changeable()).ok_or(RecordError::NotChangeable)?;
            (order.site, order.cycle)
        };
        let kept = Kept { site, cycle, seen: begun.seen, lines: begun.lines };
        // Quantities and references: it always encodes.
        let kept = serde_json::to_string(&kept).unwrap_or_default();
        self.update(move |queue| {
            let mut writes = of_other_weeks(queue, site, cycle);
            writes.push(Write::PutMeta(name(draft), kept.clone()));
            Update { writes, value: () }
        })
        .await?;
        Ok(())
    }

    /// Gives a change up.
    ///
    /// # Errors
    /// When the device did not forget it.
    pub async fn give_up_change(&self, draft: DraftId) -> Result<(), StorageError> {
        self.update(move |queue| Update { writes: ended(queue, draft), value: () }).await
    }
}

/// A change is begun no more: it was sent, or its order is wanted no more.
pub(crate) fn ended(queue: &Queue, draft: DraftId) -> Vec<Write> {
    let name = name(draft);
    queue.meta.contains_key(&name).then_some(Write::DeleteMeta(name)).into_iter().collect()
}

/// Deletes every change begun for a site.
pub(crate) fn delete_all(queue: &Queue, site: SiteId) -> Vec<Write> {
    // One that cannot be read is nobody's.
    begun(queue, move |kept| kept.is_none_or(|kept| kept.site == site))
}

/// Deletes what was begun for orders of weeks that are past.
fn of_other_weeks(queue: &Queue, site: SiteId, cycle: CycleId) -> Vec<Write> {
    begun(queue, move |kept| kept.is_none_or(|kept| kept.site == site && kept.cycle < cycle))
}

fn begun(queue: &Queue, goes: impl Fn(Option<Kept>) -> bool) -> Vec<Write> {
    let names = queue.meta.keys().filter(|name| name.starts_with(BEGUN));
    names.filter(|name| goes(queue.read(name))).cloned().map(Write::DeleteMeta).collect()
}
