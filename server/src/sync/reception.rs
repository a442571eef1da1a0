//! « Enregistrer la réception », carried out: what was said joins what was said before, and what counts is written anew.

use domain::{
    id::HubId,
    money::Amount,
    order::Order,
    pricing::Terms,
    receipt::{Outcome, Reason},
    reception::{ReceivedLine, Reception, RecordReception, received_lines},
    rules::{ReceptionDecision, decide_reception},
    time::Timestamp,
    wire::desk::GapLine,
};

use crate::store::{CountedLine, Series, StoreError, SyncTransaction};

/// Judges a record of a site that may make it, said at `recorded_at` by its device's clock, and stores what follows.
pub(super) async fn record(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    said: &RecordReception,
    recorded_at: Timestamp,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let order = tx.find_order(said.site, said.order).await?;
    let answers = tx.answers(said.site, said.order, said.delivery_on).await?;
    let standing = tx.find_reception(said.site, said.order, said.delivery_on).await?;
    let applied = |dup_of| Outcome::Applied { order: Some(said.order), dup_of };
    match (decide_reception(said, order.as_ref(), &answers, standing.as_ref()), order) {
        (ReceptionDecision::Record, Some(order)) => {
            let standing = standing.unwrap_or_else(|| Reception::empty(&order, said.delivery_on));
            let reception = taken_in(tx, hub, &order, standing, said, recorded_at, now).await?;
            Ok(if reception.is_contested(said.record) {
                Outcome::Adjusted { code: Reason::DoubleRecord, order: order.id }
            } else {
                applied(None)
            })
        }
        (ReceptionDecision::Already, _) => Ok(applied(Some(said.order))),
        (ReceptionDecision::Refuse(code), _) => Ok(Outcome::Refused { code }),
        (ReceptionDecision::Record, None) => Ok(Outcome::Refused { code: Reason::UnknownOrder }),
    }
}

/// The reception with one record more, numbered here and nowhere else.
async fn taken_in(
    tx: &mut impl SyncTransaction,
    hub: HubId,
    order: &Order,
    mut reception: Reception,
    said: &RecordReception,
    recorded_at: Timestamp,
    now: Timestamp,
) -> Result<Reception, StoreError> {
    reception.hear(said, recorded_at);
    let terms = tx.terms(hub).await?;
    let lines = received_lines(order, &reception);
    let credited = lines.iter().any(|line| line.credit != Amount::ZERO);
    let counted: Vec<_> = lines.iter().filter_map(|line| counted(line, &terms)).collect();
    if reception.number.is_none() {
        reception.number = Some(tx.next_document_number(said.site, Series::Reception, now).await?);
    }
    if credited && reception.credit_number.is_none() {
        reception.credit_number = Some(tx.next_document_number(said.site, Series::Credit, now).await?);
    }
    tx.save_reception(hub, &reception, &counted).await?;
    Ok(reception)
}

/// What counts of a line; `None` while nobody said anything of it.
fn counted(received: &ReceivedLine<'_>, terms: &Terms) -> Option<CountedLine> {
    let standing = received.said.first()?;
    let line = received.line;
    Some(CountedLine {
        reference: line.key.offer.clone(),
        producer: line.producer,
        record: standing.record.id,
        received: standing.line.received,
        credit: received.credit_split(terms),
        gap: received.is_gap().then(|| GapLine {
            product: line.name.clone(),
            unit: line.unit.clone(),
            confirmed: line.counted(),
            received: standing.line.received,
            gap: standing.line.gap.clone(),
            contested: received.said.len() > 1,
        }),
    })
}
