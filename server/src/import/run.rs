//! From a file to a published price list.

use domain::{
    cycle::{CycleId, OrderCycle},
    id::HubId,
    time::Timestamp,
    wire::desk::{FileRefusal, ImportPhase, ImportReport, ListChanges},
};

use super::{FileRefusalError, Progress, ReadList, new_cycle, read, wording};
use crate::store::{PriceList, Store, StoreError};

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
    let list = completed(store, hub, read).await?;
    match store.publish_price_list(hub, &cycle, &list, now, dry_run, &written).await {
        Ok(changes) => Ok(report(read, changes)),
        Err(StoreError::CycleClosed(cycle)) => Err(closed(cycle).into()),
        Err(error) => Err(error.into()),
    }
}

/// The list with what it does not say of producers that are known: their commune, their minimum order.
async fn completed(store: &Store, hub: HubId, read: &ReadList) -> Result<PriceList, StoreError> {
    let known = store.read().await?.producers(hub).await?;
    let mut list = read.list.clone();
    for producer in &mut list.producers {
        let Some(before) = known.get(&producer.id) else { continue };
        if !read.tells_minimum_orders {
            producer.minimum_order = before.minimum_order;
        }
        if producer.commune.name.is_empty() && producer.commune.insee.is_empty() {
            producer.commune.clone_from(&before.commune);
        }
    }
    Ok(list)
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

/// A list of what was announced, for a week whose list is out, or whose time has not come.
pub(crate) fn not_to_come(week: CycleId) -> ImportError {
    FileRefusalError { code: FileRefusal::NotToCome, message: wording::not_to_come(week) }.into()
}

fn closed(cycle: CycleId) -> FileRefusalError {
    FileRefusalError { code: FileRefusal::CycleClosed, message: wording::cycle_closed(cycle) }
}

#[cfg(test)]
mod tests {
    use domain::{
        money::Rate,
        pricing::{MarginBase, Terms},
        wire::snapshot::HubCard,
    };
    use uuid::Uuid;

    use super::*;
    use crate::{on_both_engines, testing::TestStore};

    const NOW: Timestamp = Timestamp(1_764_154_800_000);
    const HUB: HubId = HubId(Uuid::from_u128(1));
    const FULL: &str = "Réf;Désignation;Producteur;SIRET;Commune;Famille;Unité;PU HT;TVA;Minimum de commande\n\
        A1;Carotte;Ferme du Gué;00000045500014;Clarens;Légumes;kg;2,10;5,5;80 €\n";
    const SHORT: &str = "Réf;Désignation;Producteur;SIRET;Famille;Unité;PU HT;TVA\n\
        A1;Carotte;Ferme du Gué;00000045500014;Légumes;kg;2,30;5,5\n";

    async fn founded(store: &Store) {
        let card = HubCard { id: HUB, name: "Plateforme".into(), phone: String::new() };
        let terms = Terms { margin_base: MarginBase::OnCost, margin: Rate::ZERO, transport: Rate::ZERO };
        store.create_hub(&card, &terms).await.unwrap();
    }

    async fn imported(
        store: &Store,
        cycle: &str,
        list: &str,
        dry_run: bool,
    ) -> Result<ImportReport, ImportError> {
        let cycle = (!cycle.is_empty()).then(|| cycle.parse().unwrap());
        run(store, HUB, cycle, list.as_bytes(), "liste.csv", dry_run, NOW, &|_, _, _| {}).await
    }

    on_both_engines!(
        what_a_list_does_not_say_of_a_producer_stays,
        the_week_is_the_one_asked_for_else_the_files_else_the_open_one,
        a_closed_week_takes_no_list,
    );

    async fn what_a_list_does_not_say_of_a_producer_stays(store: TestStore) {
        founded(&store).await;
        imported(&store, "2026-W49", FULL, false).await.unwrap();
        let report = imported(&store, "2026-W49", SHORT, false).await.unwrap();
        assert_eq!((report.accepted, report.updated, report.changes.price_up), (1, 1, 1));
        let producers = store.read().await.unwrap().producers(HUB).await.unwrap();
        let producer = producers.values().next().unwrap();
        assert_eq!(
            (producer.minimum_order.unwrap().cents(), producer.commune.name.as_str()),
            (8_000, "Clarens")
        );
    }

    async fn the_week_is_the_one_asked_for_else_the_files_else_the_open_one(store: TestStore) {
        founded(&store).await;
        assert!(matches!(imported(&store, "", SHORT, false).await, Err(ImportError::NoCycle)));
        let titled = format!("Semaine 50 de 2026\n{SHORT}");
        let current = async || store.current_cycle(HUB).await.unwrap().map(|cycle| cycle.id.to_string());
        imported(&store, "", &titled, true).await.unwrap();
        assert_eq!(current().await, None, "a dry run opens nothing");
        imported(&store, "", &titled, false).await.unwrap();
        assert_eq!(current().await.as_deref(), Some("2026-W50"));
        imported(&store, "", SHORT, false).await.unwrap();
        assert_eq!(current().await.as_deref(), Some("2026-W50"));
        imported(&store, "2026-W51", &titled, false).await.unwrap();
        assert_eq!(current().await.as_deref(), Some("2026-W51"));
    }

    async fn a_closed_week_takes_no_list(store: TestStore) {
        founded(&store).await;
        imported(&store, "2026-W49", FULL, false).await.unwrap();
        crate::close_cycle::close(&store, HUB, "2026-W49".parse().unwrap(), NOW).await.unwrap();
        let Err(ImportError::File(refusal)) = imported(&store, "2026-W49", SHORT, false).await else {
            panic!("taken")
        };
        assert_eq!(refusal.code, FileRefusal::CycleClosed);
    }
}
