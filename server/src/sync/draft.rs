//! What a kitchen's tablets share before anything is ordered.

use domain::{
    command::EditDraft,
    cycle::CycleState,
    draft::{Drawn, MAX_SHARED_LINES, SLOTS, SharedDraft},
    id::{DraftId, HubId, OutboxId, SiteId},
    quantity::Quantity,
    receipt::{Outcome, Reason},
    rules::MAX_LINES,
    time::Timestamp,
};

use crate::{
    retention,
    store::{StoreError, SyncTransaction},
};

/// Takes in what a tablet changed in the draft its kitchen shares. A draft orders nothing: it has no cut-off.
pub(super) async fn edit(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    said: &EditDraft,
    by: OutboxId,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let Some(cycle) = tx.find_cycle(hub, said.cycle).await? else {
        return Ok(Outcome::Refused { code: Reason::UnknownCycle });
    };
    if matches!(cycle.state, CycleState::Closed { closed_at } if retention::drafts_are_over(closed_at, now)) {
        return Ok(Outcome::Refused { code: Reason::CycleClosed });
    }
    let known = tx.find_draft(said.site, said.draft).await?;
    let before = known.unwrap_or_else(|| SharedDraft::empty(said.draft, said.site, said.cycle));
    let mut draft = before.clone();
    draft.hear(said, by);
    let of_another_week = draft.cycle != said.cycle;
    let of_no_slot = !(0..=SLOTS).any(|slot| DraftId::usual(said.site, said.cycle, slot) == said.draft);
    let too_much = said.edits.iter().any(|edit| edit.wanted.max(edit.seen) > Quantity::OF_A_LINE);
    if said.edits.len() > MAX_LINES || of_another_week || of_no_slot || too_much {
        return Ok(Outcome::Refused { code: Reason::Malformed });
    }
    if draft.lines.len() > MAX_SHARED_LINES {
        return Ok(Outcome::Refused { code: Reason::TooManyLines });
    }
    if draft != before {
        tx.save_draft(&draft).await?;
    }
    Ok(Outcome::Applied { order: None, dup_of: None })
}

/// What was sent leaves the shared draft, whatever becomes of it: an order, or a question.
pub(super) async fn draw(
    tx: &mut impl SyncTransaction,
    site: SiteId,
    drawn: &Drawn,
) -> Result<(), StoreError> {
    if let Some(mut draft) = tx.find_draft(site, drawn.draft).await? {
        let before = draft.clone();
        draft.draw(drawn);
        if draft != before {
            tx.save_draft(&draft).await?;
        }
    }
    Ok(())
}
