//! What came, said on this tablet: begun and kept at each gesture, recorded in the outbox like everything a person means,
//! and laid over what the server told until a pulled view proves it has it.

use domain::{
    command::{Command, RECORD_RECEPTION, Unread},
    harvest::OrderAnswer,
    id::{OrderId, RecordId, SiteId},
    order::Order,
    receipt::{Outcome, Reason},
    reception::{Label, LineRecord, Reception, RecordReception},
    records,
    rules::{ReceptionDecision, decide_reception},
    time::Date,
};
use serde::{Deserialize, Serialize};

use crate::{
    local::Local,
    outbox::{Queue, Write},
    ports::{Clock, Entropy, Network, Storage, StorageError, Update},
    recording::RecordError,
    replica::Replica,
    view::{SendState, on_this_device},
};

/// A reception that was begun on this device and is not recorded yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BegunReception {
    /// Who unloads, as typed so far.
    pub received_by: String,
    /// The records that were on screen when it was begun: what it may take the place of.
    #[serde(default)]
    pub seen: Vec<RecordId>,
    /// The lines that were looked at.
    pub lines: Vec<LineRecord>,
}

/// What somebody says came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unloaded {
    /// Who.
    pub received_by: Label,
    /// The records that were on screen: what is said of their lines takes their place. One that arrived since stays beside it.
    pub seen: Vec<RecordId>,
    /// Line by line.
    pub lines: Vec<LineRecord>,
}

/// The delivery of one order on one day, as this tablet knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// What was said, the server's first, then what waits here.
    pub reception: Reception,
    /// Where the last record of this tablet stands that the server does not have; `None` when it has all.
    pub waits: Option<SendState>,
    /// Why the last record of this tablet was refused, when it was.
    pub refused: Option<Reason>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    site: SiteId,
    begun: BegunReception,
}

const BEGUN: &str = "receiving/";

fn name(order: OrderId, delivery_on: Date) -> String {
    format!("{BEGUN}{}", Reception::name(order, delivery_on))
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// What is known of the delivery of an order on a day.
    #[must_use]
    pub fn received(&self, order: &Order, delivery_on: Date) -> Received {
        self.local.borrow().received(order, delivery_on)
    }

    /// The reception of the kitchen at hand that was begun on this device and is not recorded yet.
    #[must_use]
    pub fn begun_reception(&self, order: OrderId, delivery_on: Date) -> Option<BegunReception> {
        let local = self.local.borrow();
        let kept: Kept = local.outbox.queue.read(&name(order, delivery_on))?;
        (Some(kept.site) == local.site()).then_some(kept.begun)
    }

    /// Keeps a reception as far as it was looked at. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError::NotSignedIn`], or the storage's.
    pub async fn keep_reception(
        &self,
        order: OrderId,
        delivery_on: Date,
        begun: BegunReception,
    ) -> Result<(), RecordError> {
        let site = self.local.borrow().site().ok_or(RecordError::NotSignedIn)?;
        // Quantities, texts and codes: it always encodes.
        let kept = serde_json::to_string(&Kept { site, begun }).unwrap_or_default();
        let write = Write::PutMeta(name(order, delivery_on), kept);
        self.update(move |_| Update { writes: vec![write.clone()], value: () }).await?;
        Ok(())
    }

    /// Forgets a reception that was begun.
    ///
    /// # Errors
    /// When the device did not forget it.
    pub async fn give_up_reception(&self, order: OrderId, delivery_on: Date) -> Result<(), StorageError> {
        self.update(move |queue| Update { writes: ended(queue, order, delivery_on), value: () }).await
    }

    /// Records what came of an order on a day. Resolves once it is durable; what was begun ends with it.
    ///
    /// # Errors
    /// [`RecordError::NothingToSend`] when no line says anything the tablet does not know already, or one says what it may
    /// not.
    pub async fn record_reception(
        &self,
        order: &Order,
        delivery_on: Date,
        unloaded: Unloaded,
    ) -> Result<(), RecordError> {
        let known = self.received(order, delivery_on).reception;
        let supersedes = records::superseded(&known.records, &unloaded.lines, &unloaded.seen);
        let said = RecordReception {
            record: RecordId(self.entropy.uuid()),
            order: order.id,
            site: order.site,
            delivery_on,
            received_by: unloaded.received_by,
            supersedes,
            lines: unloaded.lines,
        };
        let answers = self.local.borrow().base.harvest_answers(order.id, delivery_on);
        if !is_sound(&said, order, &answers) || records::says_nothing_new(&known.records, &said.lines) {
            return Err(RecordError::NothingToSend);
        }
        let order = order.id;
        self.record_and(Command::RecordReception(Unread::of(&said)), move |queue| {
            ended(queue, order, delivery_on)
        })
        .await
    }
}

impl Local {
    fn received(&self, order: &Order, delivery_on: Date) -> Received {
        let told = self.base.reception(order.id, delivery_on);
        let mut received = Received {
            reception: told.unwrap_or_else(|| Reception::empty(order, delivery_on)),
            waits: None,
            refused: None,
        };
        let is_its = |said: &RecordReception| said.order == order.id && said.delivery_on == delivery_on;
        let waiting = self.outbox.queue.unproved(order.site.into(), &self.cache.head.applied);
        for pending in &waiting {
            if let Some(Command::RecordReception(said)) = &pending.command
                && let Ok(said) = said.read()
                && is_its(&said)
                && received.reception.hear(&said, pending.entry.recorded_at)
            {
                received.waits = Some(on_this_device(pending.entry, self.delivery));
            }
        }
        received.refused = self.last_refusal(order.site, is_its).filter(|_| received.waits.is_none());
        received
    }

    /// Why the last answered record was refused, if it was.
    fn last_refusal(&self, site: SiteId, is_its: impl Fn(&RecordReception) -> bool) -> Option<Reason> {
        let answered = self.outbox.sent.values().filter(|sent| {
            let envelope = &sent.entry.envelope;
            let said = || match envelope.command() {
                Ok(Command::RecordReception(said)) => said.read().is_ok_and(|said| is_its(&said)),
                _ => false,
            };
            envelope.k == RECORD_RECEPTION && envelope.place == site.into() && said()
        });
        match &answered.max_by_key(|sent| (sent.receipt.received_at, sent.receipt.m))?.receipt.outcome {
            Outcome::Refused { code } | Outcome::Parked { code, .. } => Some(code.clone()),
            Outcome::Applied { .. } | Outcome::Adjusted { .. } => None,
        }
    }
}

/// Whether every line of it may be said of its order; a line looked at before its producer answered counts from what was
/// granted, as on the server.
fn is_sound(said: &RecordReception, order: &Order, answers: &[OrderAnswer]) -> bool {
    decide_reception(said, Some(order), answers, None) == ReceptionDecision::Record
}

/// It is begun no more.
fn ended(queue: &Queue, order: OrderId, delivery_on: Date) -> Vec<Write> {
    let name = name(order, delivery_on);
    queue.meta.contains_key(&name).then_some(Write::DeleteMeta(name)).into_iter().collect()
}

/// Deletes every reception begun for a site.
pub(crate) fn delete_all(queue: &Queue, site: SiteId) -> Vec<Write> {
    let names = queue.meta.keys().filter(|name| name.starts_with(BEGUN));
    // One that cannot be read is nobody's.
    let goes = |name: &&String| queue.read(name).is_none_or(|kept: Kept| kept.site == site);
    names.filter(goes).cloned().map(Write::DeleteMeta).collect()
}
