//! What a producer answers after the cut-off, day by day: what stands, what was said on this device since, and what is being
//! typed. And what kitchens are told of it.

use domain::{
    command::{Command, Unread},
    cycle::CycleId,
    draft::Saying,
    harvest::{ConfirmHarvest, DayAnswer, Less, OrderAnswer, ShortReason, Shortfall, Substitute},
    id::{OrderId, ProducerId, Reference},
    quantity::Quantity,
    sorting,
    time::Date,
};
use serde::{Deserialize, Serialize};

use crate::{
    local::Local,
    outbox::{Queue, Write},
    ports::{Clock, Entropy, Network, Storage, Update},
    recording::RecordError,
    replica::Replica,
    revised::SaidHere,
    view::SendState,
};

/// One day of a closed week, as the device of its producer knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct DayToHarvest {
    /// What the server holds; `None` while nothing was answered.
    pub stands: Option<DayAnswer>,
    /// What was answered here last, while it waits or when it was not kept.
    pub here: Option<SaidHere<Vec<Less>>>,
    /// What there is less of, as it is being typed here; `None` when nothing is.
    pub typed: Option<Vec<TypedLess>>,
}

/// A product of which there is less, as it is being typed: not every word of it is there yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedLess {
    /// As the sheet names it.
    pub reference: Reference,
    /// What there will be.
    pub confirmed: Quantity,
    /// Why, once it is chosen.
    pub reason: Option<ShortReason>,
    /// More of it, as typed so far.
    pub comment: String,
    /// What could be brought in its place.
    pub substitute: Option<Substitute>,
}

impl TypedLess {
    /// What was said, to be typed again.
    #[must_use]
    pub fn again(less: &Less) -> Self {
        let Shortfall { reason, comment, substitute } = less.why.clone();
        Self {
            reference: less.reference.clone(),
            confirmed: less.confirmed,
            reason: Some(reason),
            comment: comment.map(String::from).unwrap_or_default(),
            substitute,
        }
    }

    /// What it says; `None` while nobody says why.
    #[must_use]
    pub fn less(&self) -> Option<Less> {
        let comment = Saying::try_from(self.comment.trim().to_owned()).ok();
        let reason = self.reason.clone()?;
        if reason == ShortReason::Otherwise && comment.is_none() {
            return None;
        }
        let why = Shortfall { reason, comment, substitute: self.substitute.clone() };
        Some(Less { reference: self.reference.clone(), confirmed: self.confirmed, why })
    }
}

impl DayToHarvest {
    /// What was answered: here and not refused, else what stands; `None` when nothing was.
    #[must_use]
    pub fn said(&self) -> Option<&[Less]> {
        let here = self.here.as_ref().filter(|here| !matches!(here.state, SendState::Refused { .. }));
        let said = here.map(|here| &here.said).or(self.stands.as_ref().map(|stands| &stands.less));
        said.map(Vec::as_slice)
    }

    /// What there is less of, to a producer who opens the page: what they type, else what was answered.
    #[must_use]
    pub fn shown(&self) -> Vec<TypedLess> {
        let again = || self.said().unwrap_or_default().iter().map(TypedLess::again).collect();
        self.typed.clone().unwrap_or_else(again)
    }
}

/// A day a producer answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ItsDay {
    producer: ProducerId,
    cycle: CycleId,
    delivery_on: Date,
}

/// What is being typed, and the revision of what stood when that began: what was answered elsewhere meanwhile was not seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    seen: u32,
    less: Vec<TypedLess>,
}

pub(crate) const TYPED: &str = "harvest/";

impl ItsDay {
    fn name(self) -> String {
        format!("{TYPED}{}/{}/{}", self.producer, self.cycle, self.delivery_on)
    }

    /// What a command answers for it.
    fn answer(self, command: Command) -> Option<Vec<Less>> {
        let Command::ConfirmHarvest(said) = command else { return None };
        let said = said.read().ok()?;
        let day = Self { producer: said.producer, cycle: said.cycle, delivery_on: said.delivery_on };
        (day == self).then_some(said.less)
    }

    /// It is typed no more: it was said, or given up.
    fn ended(self, queue: &Queue) -> Vec<Write> {
        let name = self.name();
        queue.meta.contains_key(&name).then_some(Write::DeleteMeta(name)).into_iter().collect()
    }
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// What this device knows of a day of the producer at hand; `None` for anybody else.
    #[must_use]
    pub fn day_to_harvest(&self, cycle: CycleId, delivery_on: Date) -> Option<DayToHarvest> {
        let local = self.local.borrow();
        let day = ItsDay { producer: local.producer()?, cycle, delivery_on };
        Some(DayToHarvest {
            stands: local.answer_that_stands(day),
            here: local.said_here(day.producer.into(), &|command| day.answer(command)),
            typed: local.outbox.queue.read(&day.name()).map(|kept: Kept| kept.less),
        })
    }

    /// Keeps what is being typed of a day. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn keep_harvest(
        &self,
        cycle: CycleId,
        delivery_on: Date,
        less: &[TypedLess],
    ) -> Result<(), RecordError> {
        let day = self.its_day(cycle, delivery_on)?;
        let (name, seen, less) = (day.name(), self.local.borrow().revision_of(day), less.to_vec());
        self.update(move |queue| {
            let seen = queue.read(&name).map_or(seen, |kept: Kept| kept.seen);
            // Quantities, texts and codes: they always encode.
            let text = serde_json::to_string(&Kept { seen, less: less.clone() }).unwrap_or_default();
            Update { writes: vec![Write::PutMeta(name.clone(), text)], value: () }
        })
        .await?;
        Ok(())
    }

    /// Gives up what is being typed.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn give_up_harvest(&self, cycle: CycleId, delivery_on: Date) -> Result<(), RecordError> {
        let day = self.its_day(cycle, delivery_on)?;
        self.update(move |queue| Update { writes: day.ended(queue), value: () }).await?;
        Ok(())
    }

    /// Confirms all that is asked for a day but what there is less of. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn confirm_harvest(
        &self,
        cycle: CycleId,
        delivery_on: Date,
        mut less: Vec<Less>,
    ) -> Result<(), RecordError> {
        let day = self.its_day(cycle, delivery_on)?;
        sorting::sort_by(&mut less, |one, other| one.reference.cmp(&other.reference));
        let (revision_seen, waits) = {
            let local = self.local.borrow();
            let last = local.said_and_waiting(day.producer.into(), &|command| day.answer(command)).pop();
            let waits = last.is_some_and(|(_, here)| here.said == less);
            let begun = local.outbox.queue.read(&day.name()).map(|kept: Kept| kept.seen);
            (begun.unwrap_or_else(|| local.revision_of(day)), waits)
        };
        if waits {
            // A second tap says nothing new.
            return self.give_up_harvest(cycle, delivery_on).await;
        }
        let confirm = ConfirmHarvest { producer: day.producer, cycle, delivery_on, revision_seen, less };
        self.record_and(Command::ConfirmHarvest(Unread::of(&confirm)), move |queue| day.ended(queue)).await
    }

    /// What producers answered about an order of the kitchen at hand, on a day.
    #[must_use]
    pub fn harvest_answers(&self, order: OrderId, delivery_on: Date) -> Vec<OrderAnswer> {
        self.local.borrow().base.harvest_answers(order, delivery_on)
    }

    fn its_day(&self, cycle: CycleId, delivery_on: Date) -> Result<ItsDay, RecordError> {
        let producer = self.local.borrow().producer().ok_or(RecordError::NotSignedIn)?;
        Ok(ItsDay { producer, cycle, delivery_on })
    }
}

impl Local {
    fn answer_that_stands(&self, day: ItsDay) -> Option<DayAnswer> {
        self.base.producer.sheet(day.cycle)?.day(day.delivery_on)?.answer.clone()
    }

    /// The revision of the answer this device knows of, with what waits on it.
    fn revision_of(&self, day: ItsDay) -> u32 {
        let stands = self.answer_that_stands(day).map(|stands| (stands.revision, stands.less));
        self.revision_seen(day.producer.into(), stands, &|command| day.answer(command))
    }
}

/// Deletes every answer a producer was typing.
pub(crate) fn delete_all(queue: &Queue, producer: ProducerId) -> Vec<Write> {
    let own = format!("{TYPED}{producer}/");
    queue.meta.keys().filter(|name| name.starts_with(&own)).cloned().map(Write::DeleteMeta).collect()
}
