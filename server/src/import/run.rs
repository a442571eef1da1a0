//! From a file to a published price list.

use domain::{
    cycle::{CycleId, OrderCycle},
    id::HubId,
    time::Timestamp,
    wire::desk::{FileRefusal, ImportPhase, ImportReport, ListChanges},
};

use super::{FileRefusalError, Progress, ReadList, new_cycle, read, wording};
use crate::store::{Store, StoreError};

/// Why an import did nothing.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file as a whole, or the cycle it is for.
    #[error(transparent)]
    File(#[from] FileRefusalError),
    /// Neither the request nor the file says for which week it is, and no week is open.
    #[error("{}", wording::no_cycle())]
    NoCycle,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads a file and publishes what it proposes (or, with `dry_run`, only says what that would change). The week is the one
/// asked for, else the one the file names, else the one that is open.
///
/// # Errors
/// [`ImportError`]; then nothing was written.
#[expect(clippy::too_many_arguments, reason = "each is a different thing, and all are needed once")]
pub async fn run(
    store: &Store,
    hub: HubId,
    cycle: Option<CycleId>,
    bytes: &[u8],
    file_name: &str,
    dry_run: bool,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<ImportReport, ImportError> {
    let list = read(bytes, file_name, hub, progress)?;
    publish(store, hub, cycle, &list, dry_run, now, progress).await
}

/// The second half of [`run`], for a caller that has read the file.
///
/// # Errors
/// [`ImportError`]; then nothing was written.
pub async fn publish(
    store: &Store,
    hub: HubId,
    cycle: Option<CycleId>,
    read: &ReadList,
    dry_run: bool,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<ImportReport, ImportError> {
    let cycle = cycle_for(store, hub, cycle.or(read.cycle_in_file), now).await?;
    let total = u32::try_from(read.list.offers.len()).unwrap_or(u32::MAX);
    progress(ImportPhase::Writing, 0, total);
    let written = |done, total| {
        let phase = if done < total { ImportPhase::Writing } else { ImportPhase::Publishing };
        progress(phase, done, total);
    };
    match store.publish_price_list(hub, &cycle, &read.list, now, dry_run, &written).await {
        Ok(changes) => Ok(report(read, changes)),
        Err(StoreError::CycleClosed(cycle)) => Err(closed(cycle).into()),
        Err(error) => Err(error.into()),
    }
}

/// What came of a file for which there is no store yet: every row is new.
#[must_use]
pub fn report_without_store(read: &ReadList) -> ImportReport {
    let new = u32::try_from(read.list.offers.len()).unwrap_or(u32::MAX);
    report(read, ListChanges { new, ..ListChanges::default() })
}

async fn cycle_for(
    store: &Store,
    hub: HubId,
    wanted: Option<CycleId>,
    now: Timestamp,
) -> Result<OrderCycle, ImportError> {
    match wanted {
        Some(id) => Ok(store.find_cycle(hub, id).await?.unwrap_or_else(|| new_cycle::usual(id, now))),
        None => store.current_cycle(hub).await?.ok_or(ImportError::NoCycle),
    }
}

fn report(read: &ReadList, changes: ListChanges) -> ImportReport {
    ImportReport {
        accepted: u32::try_from(read.list.offers.len()).unwrap_or(u32::MAX),
        updated: changes.price_up + changes.price_down + changes.other,
        refused: read.refused.clone(),
        changes,
    }
}

fn closed(cycle: CycleId) -> FileRefusalError {
    FileRefusalError { code: FileRefusal::CycleClosed, message: wording::cycle_closed(cycle) }
}
