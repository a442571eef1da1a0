//! A producer's weeks on this device: what stands, what was said here since, and what is being typed.
//!
//! What is typed is kept at each gesture until it is said; the producer's other devices hear of it once it was.

use domain::{
    availability::{Availability, AvailableProduct, PublishAvailability},
    command::{Command, Unread},
    cycle::CycleId,
    enterprise::Role,
    id::ProducerId,
    receipt::Outcome,
    sorting,
    time::{Hlc, Timestamp},
};

use crate::{
    local::Local,
    outbox::{Queue, Sent, Write},
    ports::{Clock, Entropy, Network, Storage, Update},
    recording::{Begun, RecordError},
    replica::Replica,
    view::{SendState, on_this_device},
};

/// A coming week, as the device of its producer knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ComingWeek {
    /// What the server holds of it; `None` while nothing was said.
    pub stands: Option<Availability>,
    /// What was said here last, while it waits or when it was not kept.
    pub here: Option<SaidHere>,
    /// What is being typed here; `None` when nothing is.
    pub typed: Option<Vec<AvailableProduct>>,
}

/// What was said of a week on this device.
#[derive(Debug, Clone, PartialEq)]
pub struct SaidHere {
    /// All there will be.
    pub products: Vec<AvailableProduct>,
    /// When, as the device believed.
    pub at: Timestamp,
    /// Where it stands: on this device, on its way, or refused. Once the server has it, it stands.
    pub state: SendState,
}

impl ComingWeek {
    /// What a producer who opens the week finds: what they type, else what they said last and is not refused, else what
    /// stands; `None` when nobody said anything.
    #[must_use]
    pub fn said(&self) -> Option<&[AvailableProduct]> {
        let here = self.here.as_ref().filter(|here| !matches!(here.state, SendState::Refused { .. }));
        let said = self.typed.as_ref().or(here.map(|here| &here.products));
        said.or(self.stands.as_ref().map(|stands| &stands.products)).map(Vec::as_slice)
    }
}

const TYPED: &str = "week/";

fn name(producer: ProducerId, week: CycleId) -> String {
    format!("{TYPED}{producer}/{week}")
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// What this device knows of a week of the producer at hand; `None` for anybody else.
    #[must_use]
    pub fn coming_week(&self, week: CycleId) -> Option<ComingWeek> {
        let local = self.local.borrow();
        let producer = local.producer()?;
        Some(ComingWeek {
            stands: local.base.producer.availability(week),
            here: local.said_here(producer, week),
            typed: local.outbox.queue.read(&name(producer, week)),
        })
    }

    /// Keeps what is being typed of a week. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn keep_week(&self, week: CycleId, products: &[AvailableProduct]) -> Result<(), RecordError> {
        let name = name(self.producer()?, week);
        // Quantities, prices and references: they always encode.
        let text = serde_json::to_string(products).unwrap_or_default();
        self.update(move |_| Update { writes: vec![Write::PutMeta(name.clone(), text.clone())], value: () })
            .await?;
        Ok(())
    }

    /// Gives up what is being typed.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn give_up_week(&self, week: CycleId) -> Result<(), RecordError> {
        let producer = self.producer()?;
        self.update(move |queue| Update { writes: ended(queue, producer, week), value: () }).await?;
        Ok(())
    }

    /// Says what there will be in a week. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn publish_week(
        &self,
        week: CycleId,
        mut products: Vec<AvailableProduct>,
    ) -> Result<(), RecordError> {
        let producer = self.producer()?;
        sorting::sort_by(&mut products, |one, other| one.reference.cmp(&other.reference));
        let (revision_seen, waits) = {
            let local = self.local.borrow();
            let last = local.waiting(producer, week).pop();
            (local.revision_seen(producer, week), last.is_some_and(|(_, said)| said.products == products))
        };
        if waits {
            // A second tap says nothing new.
            return self.give_up_week(week).await;
        }
        let publish = PublishAvailability { producer, week, revision_seen, products };
        self.record_once(Command::PublishAvailability(Unread::of(&publish)), Begun::Week(producer, week))
            .await
    }

    fn producer(&self) -> Result<ProducerId, RecordError> {
        self.local.borrow().producer().ok_or(RecordError::NotSignedIn)
    }
}

impl Local {
    fn producer(&self) -> Option<ProducerId> {
        match self.session.as_ref()?.me.role {
            Role::Producer { producer, .. } => Some(producer),
            Role::Kitchen { .. } | Role::Hub { .. } | Role::Authority { .. } => None,
        }
    }

    /// What was said here of a week and waits, in order.
    fn waiting(&self, producer: ProducerId, week: CycleId) -> Vec<(Hlc, SaidHere)> {
        let unproved = self.outbox.queue.unproved(producer.into(), &self.cache.head.applied);
        let waiting = unproved.into_iter().filter_map(|pending| {
            let products = of_week(pending.command?, producer, week)?;
            let state = on_this_device(pending.entry, self.delivery);
            Some((pending.entry.envelope.hlc, SaidHere { products, at: pending.entry.recorded_at, state }))
        });
        waiting.collect()
    }

    /// What was said here of a week last, unless it stands.
    fn said_here(&self, producer: ProducerId, week: CycleId) -> Option<SaidHere> {
        let answered = self.outbox.sent.values().filter_map(|Sent { entry, receipt, .. }| {
            let products = of_week(entry.envelope.command().ok()?, producer, week)?;
            let refused = match &receipt.outcome {
                Outcome::Refused { code } => {
                    let state = SendState::Refused { reason: code.clone() };
                    Some(SaidHere { products, at: entry.recorded_at, state })
                }
                Outcome::Applied { .. } | Outcome::Adjusted { .. } | Outcome::Parked { .. } => None,
            };
            Some((entry.envelope.hlc, refused))
        });
        let waiting = self.waiting(producer, week).into_iter().map(|(hlc, said)| (hlc, Some(said)));
        answered.chain(waiting).max_by_key(|(hlc, _)| *hlc)?.1
    }

    /// How often something else was said of a week, with what waits.
    fn revision_seen(&self, producer: ProducerId, week: CycleId) -> u32 {
        let stands = self.base.producer.availability(week);
        let (mut revision, mut products) =
            stands.map_or((0, None), |stands| (stands.revision, Some(stands.products)));
        for (_, said) in self.waiting(producer, week) {
            if products.as_ref() != Some(&said.products) {
                revision += 1;
                products = Some(said.products);
            }
        }
        revision
    }
}

/// What a command says of a producer's week; `None` when it is about something else.
fn of_week(command: Command, producer: ProducerId, week: CycleId) -> Option<Vec<AvailableProduct>> {
    match command {
        Command::PublishAvailability(said) => {
            let said = said.read().ok().filter(|said| (said.producer, said.week) == (producer, week));
            said.map(|said| said.products)
        }
        _ => None,
    }
}

/// A week is typed no more: it was said, or given up.
pub(crate) fn ended(queue: &Queue, producer: ProducerId, week: CycleId) -> Vec<Write> {
    let name = name(producer, week);
    queue.meta.contains_key(&name).then_some(Write::DeleteMeta(name)).into_iter().collect()
}

/// Deletes every week a producer was typing.
pub(crate) fn delete_all(queue: &Queue, producer: ProducerId) -> Vec<Write> {
    let own = format!("{TYPED}{producer}/");
    queue.meta.keys().filter(|name| name.starts_with(&own)).cloned().map(Write::DeleteMeta).collect()
}
