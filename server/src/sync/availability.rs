//! A producer's week, carried out.

use domain::{availability::PublishAvailability, id::HubId, receipt::Outcome, time::Timestamp};

use crate::store::{StoreError, SyncTransaction};

/// Judges what a producer that may say it said of a week, and stores what stands since.
pub(super) async fn publish(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    said: &PublishAvailability,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let before = tx.find_availability(said.producer, said.week).await?;
    let current = tx.current_cycle(hub).await?;
    Ok(match said.judge(before.as_ref(), current.as_ref(), now) {
        Ok(stands) => {
            if before.as_ref() != Some(&stands) {
                tx.save_availability(&stands).await?;
            }
            Outcome::Applied { order: None, dup_of: None }
        }
        Err(code) => Outcome::Refused { code },
    })
}
