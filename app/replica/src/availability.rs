//! A producer's weeks on this device: what stands, what was said here since, and what is being typed.
//!
//! What is typed is kept at each gesture until it is said; the producer's other devices hear of it once it was.

use domain::{
    availability::{Availability, AvailableProduct, PublishAvailability},
    command::{Command, Unread},
    cycle::CycleId,
    enterprise::Role,
    id::ProducerId,
    sorting,
};

use crate::{
    local::Local,
    outbox::{Queue, Write},
    ports::{Clock, Entropy, Network, Storage, Update},
    recording::{Begun, RecordError},
    replica::Replica,
    revised::SaidHere,
    view::SendState,
};

/// A coming week, as the device of its producer knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ComingWeek {
    /// What the server holds of it; `None` while nothing was said.
    pub stands: Option<Availability>,
    /// What was said here last, while it waits or when it was not kept.
    pub here: Option<SaidHere<Vec<AvailableProduct>>>,
    /// What is being typed here; `None` when nothing is.
    pub typed: Option<Vec<AvailableProduct>>,
}

impl ComingWeek {
    /// What a producer who opens the week finds: what they type, else what they said last and is not refused, else what
    /// stands; `None` when nobody said anything.
    #[must_use]
    pub fn said(&self) -> Option<&[AvailableProduct]> {
        let here = self.here.as_ref().filter(|here| !matches!(here.state, SendState::Refused { .. }));
        let said = self.typed.as_ref().or(here.map(|here| &here.said));
        said.or(self.stands.as_ref().map(|stands| &stands.products)).map(Vec::as_slice)
    }
}

pub(crate) const TYPED: &str = "week/";

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
            here: local.said_here(producer.into(), &|command| of_week(command, producer, week)),
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
            let of = |command| of_week(command, producer, week);
            let stands = local.base.producer.availability(week);
            let stands = stands.map(|stands| (stands.revision, stands.products));
            let last = local.said_and_waiting(producer.into(), &of).pop();
            let waits = last.is_some_and(|(_, here)| here.said == products);
            (local.revision_seen(producer.into(), stands, &of), waits)
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
    /// The producer at hand, if it is one.
    pub(crate) fn producer(&self) -> Option<ProducerId> {
        match self.session.as_ref()?.me.role {
            Role::Producer { producer, .. } => Some(producer),
            Role::Kitchen { .. } | Role::Hub { .. } | Role::Authority { .. } => None,
        }
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
