//! What a kitchen's tablets share before anything is ordered.

use domain::{
    command::EditDraft,
    cycle::{CycleState, OrderCycle},
    draft::{Drawn, Header, MAX_SHARED_LINES, SLOTS, SharedDraft},
    id::{DraftId, HubId, OrderId, OutboxId, SiteId},
    order::{Order, OrderState},
    planted::{Bug, planted},
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
    let refused = |code| Ok(Outcome::Refused { code });
    let (cycle, before) = match open(tx, hub, said, now).await? {
        Ok(open) => open,
        Err(code) => return refused(code),
    };
    let too_much = said.edits.iter().any(|edit| edit.wanted.max(edit.seen) > Quantity::OF_A_LINE);
    let unsound = said.fields.iter().any(|edit| !edit.is_sound());
    if said.edits.len().max(said.fields.len()) > MAX_LINES || too_much || unsound {
        return refused(Reason::Malformed);
    }
    let mut draft = before.clone();
    draft.hear(said, by);
    if draft.lines.len() > MAX_SHARED_LINES {
        return refused(Reason::TooManyLines);
    }
    save(tx, &before, &draft).await?;
    if !said.fields.is_empty() && cycle.takes_orders_at(now) {
        have_order_say(tx, hub, draft).await?;
    }
    Ok(Outcome::Applied { order: None, dup_of: None })
}

/// The order that was sent from a draft says the same until the cut-off. What comes later stays in the draft, where its
/// kitchen sees that the order does not say it.
async fn have_order_say(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    draft: SharedDraft,
) -> Result<(), StoreError> {
    let order = tx.find_order(draft.site, OrderId::of_draft(draft.id)).await?;
    let stands = |order: &Order| order.state == OrderState::Accepted && !planted(Bug::OrderKeepsFirstHeader);
    let Some(before) = order.filter(stands).filter(|order| order.header != draft.header.stands) else {
        return Ok(());
    };
    let order = Order { header: draft.header.stands, ..before.clone() };
    tx.save_order(hub, Some(&before), &order).await
}

/// What an order sent from a draft says as a whole.
pub(super) async fn header(
    tx: &mut impl SyncTransaction,
    site: SiteId,
    draft: DraftId,
) -> Result<Header, StoreError> {
    let draft = tx.find_draft(site, draft).await?;
    Ok(draft.map(|draft| draft.header.stands).unwrap_or_default())
}

/// The draft something is said of, empty when nothing was before, and its week; or why nothing can be said of it.
async fn open(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    said: &EditDraft,
    now: Timestamp,
) -> Result<Result<(OrderCycle, SharedDraft), Reason>, StoreError> {
    let &EditDraft { site, cycle: week, draft: id, .. } = said;
    let Some(cycle) = tx.find_cycle(hub, week).await? else {
        return Ok(Err(Reason::UnknownCycle));
    };
    if matches!(cycle.state, CycleState::Closed { closed_at } if retention::drafts_are_over(closed_at, now)) {
        return Ok(Err(Reason::CycleClosed));
    }
    let known = tx.find_draft(site, id).await?;
    let draft = known.unwrap_or_else(|| SharedDraft::empty(id, site, week));
    let of_no_slot = !(0..=SLOTS).any(|slot| DraftId::usual(site, week, slot) == id);
    if draft.cycle != week || of_no_slot {
        return Ok(Err(Reason::Malformed));
    }
    Ok(Ok((cycle, draft)))
}

async fn save(
    tx: &mut impl SyncTransaction,
    before: &SharedDraft,
    draft: &SharedDraft,
) -> Result<(), StoreError> {
    if draft == before { Ok(()) } else { tx.save_draft(draft).await }
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
        save(tx, &before, &draft).await?;
    }
    Ok(())
}
