//! Commands on their way in. Each gets a receipt, stored with its effects; the reply leaves after the commit only.

use domain::{
    command::{Command, Envelope, Undecodable, canonical, hex},
    id::{HubId, OutboxId, PlaceId, TicketId},
    planted::{Bug, planted},
    receipt::{Outcome, Reason, Receipt},
    ticket::{Settler, Subject, Ticket, TicketState},
    time::{Hlc, Timestamp},
    wire::{MAX_COMMANDS, PushAnswer, PushDone},
};
use serde::{Deserialize, Serialize};
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{availability, change, draft, harvest, quay, reception, settle, submit, unwinding::caught};
use crate::{
    access::rights::{HubSession, KitchenSession, ProducerSession, Recorder},
    retention,
    store::{Claim, StoreError, SyncStore, SyncTransaction},
};

/// When a device may try again after the store was busy.
const RETRY_AFTER_MS: u64 = 2_000;

/// A push, its commands unread: one that cannot be read must not keep the others out.
#[derive(Debug, Clone, Deserialize)]
pub struct Batch {
    /// The outbox they were written in.
    pub outbox: OutboxId,
    /// In order, without gaps.
    pub cmds: Vec<Box<RawValue>>,
}

impl Batch {
    /// A batch of these commands, as a device writes it.
    ///
    /// # Errors
    /// When one cannot be said in JSON.
    pub fn of(outbox: OutboxId, commands: &[impl Serialize]) -> serde_json::Result<Self> {
        Ok(Self { outbox, cmds: commands.iter().map(to_raw_value).collect::<Result<_, _>>()? })
    }
}

/// Why a batch is not even looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadBatch {
    /// More than [`MAX_COMMANDS`].
    TooMany,
    /// A command without a number: no receipt could name it.
    Unnumbered,
}

/// A command as it came.
struct Incoming {
    m: u64,
    hash: String,
    raw: Box<RawValue>,
    /// `None` when it does not have the shape of an envelope, or not the contents it was sealed with.
    sealed: Option<Sealed>,
}

/// What an envelope says, read where pushes are read side by side: those that share a commit wait for each other.
struct Sealed {
    place: PlaceId,
    recorded: Hlc,
    kind: String,
    command: Result<Command, Undecodable>,
}

impl From<Envelope> for Sealed {
    fn from(envelope: Envelope) -> Self {
        let command = envelope.command();
        Self { place: envelope.place, recorded: envelope.hlc, kind: envelope.k, command }
    }
}

/// What is read of a command that is not one: all that its receipt needs.
#[derive(Default, Deserialize)]
struct Label {
    m: Option<Value>,
    h: Option<Value>,
    k: Option<Value>,
    v: Option<Value>,
}

impl Incoming {
    fn read(raw: Box<RawValue>) -> Result<Self, BadBatch> {
        let envelope = serde_json::from_str::<Envelope>(raw.get()).ok().filter(Envelope::is_intact);
        if let Some(envelope @ Envelope { m: 1.., .. }) = envelope {
            return Ok(Self { m: envelope.m, hash: envelope.h.clone(), raw, sealed: Some(envelope.into()) });
        }
        let Label { m, h, .. } = label(&raw);
        let m = m.as_ref().and_then(Value::as_u64).filter(|m| *m > 0).ok_or(BadBatch::Unnumbered)?;
        let hash = match h.as_ref().and_then(Value::as_str) {
            Some(hash) => hash.chars().take(64).collect(),
            None => hex(&Sha256::digest(canonical(&serde_json::from_str(raw.get()).unwrap_or_default()))),
        };
        Ok(Self { m, hash, raw, sealed: None })
    }

    fn kind(&self) -> String {
        let Label { k, v, .. } = label(&self.raw);
        let kind = k.as_ref().and_then(Value::as_str).unwrap_or_default();
        let version = v.as_ref().and_then(Value::as_u64).unwrap_or_default();
        format!("{}@{version}", kind.chars().take(60).collect::<String>())
    }
}

fn label(raw: &RawValue) -> Label {
    // Without names for its parts, a list is no label, though it may have as many.
    let named = Some(raw.get()).filter(|text| text.starts_with('{'));
    named.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// How a batch ended.
#[derive(Clone, Copy)]
enum End {
    Done,
    Gap { expected: u64 },
    HashMismatch { m: u64 },
    Later,
}

/// What was judged of a command.
enum Judged {
    /// What becomes of it.
    Outcome(Outcome),
    /// Nothing of it was done: a person looks at it, or a later server.
    Aside(Reason),
}

/// What a device pushed, read at the door.
pub struct Push {
    who: Recorder,
    outbox: OutboxId,
    commands: Vec<Incoming>,
    received_at: Timestamp,
}

impl Push {
    /// Reads a batch; what is wrong inside one command is that command's business, later.
    ///
    /// # Errors
    /// [`BadBatch`] when it cannot be looked at.
    pub fn read(who: impl Into<Recorder>, batch: Batch, received_at: Timestamp) -> Result<Self, BadBatch> {
        if batch.cmds.len() > MAX_COMMANDS {
            return Err(BadBatch::TooMany);
        }
        let commands = batch.cmds.into_iter().map(Incoming::read).collect::<Result<_, _>>()?;
        Ok(Self { who: who.into(), outbox: batch.outbox, commands, received_at })
    }

    /// Whose market it is about.
    pub(crate) fn hub(&self) -> HubId {
        self.who.hub()
    }

    /// The answer of a server that stored nothing of it.
    pub(crate) fn later(&self) -> PushAnswer {
        self.answer(End::Later, 0, Vec::new())
    }
}

/// Receives a batch of a kitchen's or a producer's commands.
///
/// # Errors
/// [`BadBatch`] when it cannot be looked at. A store that fails is told as [`PushAnswer::Later`].
pub async fn push<S: SyncStore>(
    store: &S,
    who: &(impl Into<Recorder> + Copy),
    batch: Batch,
    now: Timestamp,
) -> Result<PushAnswer, BadBatch> {
    let push = Push::read(*who, batch, now)?;
    let answer = receive(store, push.hub(), std::slice::from_ref(&push)).await.pop();
    Ok(answer.unwrap_or_else(|| push.later()))
}

/// Receives pushes of one hub, in order, by one commit; an answer each. Where one of them or the commit fails, each is tried
/// alone: one that the store cannot take must not keep the others waiting for ever.
pub(crate) async fn receive<S: SyncStore>(store: &S, hub: HubId, pushes: &[Push]) -> Vec<PushAnswer> {
    let error = match together(store, hub, pushes).await {
        Ok(answers) => return answers,
        Err(error) => error,
    };
    if let [push] = pushes {
        tracing::error!(%error, outbox = %push.outbox, "a batch was not stored");
        return vec![push.later()];
    }
    tracing::warn!(%error, batches = pushes.len(), "batches were not stored together, and are tried one by one");
    let mut answers = Vec::with_capacity(pushes.len());
    for push in pushes {
        answers.push(together(store, hub, std::slice::from_ref(push)).await.map_or_else(
            |error| {
                tracing::error!(%error, outbox = %push.outbox, "a batch was not stored");
                push.later()
            },
            |mut answers| answers.pop().unwrap_or_else(|| push.later()),
        ));
    }
    answers
}

/// Whether a push shares its commit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Company {
    /// Whatever its commands break is found out command by command: each has its savepoint.
    Alone,
    /// Nothing is expected to break, and what orders share is written once for all, by the commit. Whatever does break ends
    /// the transaction, and each push is tried alone.
    Others,
}

impl Company {
    fn of(pushes: &[Push]) -> Self {
        if pushes.len() == 1 { Self::Alone } else { Self::Others }
    }
}

async fn together<S: SyncStore>(
    store: &S,
    hub: HubId,
    pushes: &[Push],
) -> Result<Vec<PushAnswer>, StoreError> {
    let mut tx = store.write(hub).await?;
    let mut answers = Vec::with_capacity(pushes.len());
    for push in pushes {
        answers.push(push.receive(&mut tx, Company::of(pushes)).await?);
    }
    tx.commit().await?;
    Ok(answers)
}

impl Push {
    async fn receive(
        &self,
        tx: &mut impl SyncTransaction,
        company: Company,
    ) -> Result<PushAnswer, StoreError> {
        // A device whose session became another place's since it last greeted: the outbox is not this one's to have.
        let elsewhere = |command: &Incoming| {
            command.sealed.as_ref().is_some_and(|sealed| sealed.place != self.who.place())
        };
        let foreign = PushAnswer::ForeignOutbox { server_time: self.received_at };
        let asks_who = !planted(Bug::SessionSiteNotChecked);
        if asks_who && !self.commands.is_empty() && self.commands.iter().all(elsewhere) {
            return Ok(foreign);
        }
        let claim = tx.claim_outbox(self.outbox, self.who.place(), self.received_at).await?;
        let Claim::Ours { mut last } = claim else { return Ok(foreign) };
        let mut results = Vec::with_capacity(self.commands.len());
        let mut end = End::Done;
        for command in &self.commands {
            if command.m > last + 1 && !planted(Bug::GapAccepted) {
                end = End::Gap { expected: last + 1 };
                break;
            }
            if command.m <= last {
                match self.repeated(tx, command).await? {
                    Some(receipt) => results.push(receipt),
                    None => {
                        end = End::HashMismatch { m: command.m };
                        break;
                    }
                }
                continue;
            }
            let next = match company {
                Company::Alone => self.next(tx, command).await,
                Company::Others => caught(self.carry_out(tx, command)).await,
            };
            match next {
                Ok(receipt) => results.push(receipt),
                Err(error) if company == Company::Others => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, m = command.m, outbox = %self.outbox, "a command waits");
                    end = End::Later;
                    break;
                }
            }
            last = command.m;
        }
        Ok(self.answer(end, last, results))
    }

    fn answer(&self, end: End, outbox_last: u64, results: Vec<Receipt>) -> PushAnswer {
        let server_time = self.received_at;
        match end {
            End::Done => PushAnswer::Done(PushDone { server_time, outbox_last, results }),
            End::Gap { expected } => PushAnswer::Gap { server_time, expected, results },
            End::HashMismatch { m } => PushAnswer::HashMismatch { server_time, m },
            End::Later => PushAnswer::Later { server_time, retry_after_ms: RETRY_AFTER_MS, results },
        }
    }

    /// A command received before gets its stored answer; `None` when it is not the same command, or was answered so long ago
    /// that nobody can tell.
    async fn repeated(
        &self,
        tx: &mut impl SyncTransaction,
        command: &Incoming,
    ) -> Result<Option<Receipt>, StoreError> {
        let Some(stored) = tx.find_receipt(self.outbox, command.m).await? else {
            tracing::warn!(m = command.m, outbox = %self.outbox, "a command whose answer is forgotten comes again");
            return Ok(None);
        };
        if stored.hash == command.hash || planted(Bug::ReceiptWithoutHash) {
            return Ok(Some(Receipt { dup: true, ..stored.receipt }));
        }
        tracing::error!(m = command.m, outbox = %self.outbox, "one number, two commands: a cloned outbox");
        Ok(None)
    }

    /// The next command: done, put aside or refused, and its receipt stored, all or nothing. An error means that nothing
    /// was done and the device should come back.
    async fn next(&self, tx: &mut impl SyncTransaction, command: &Incoming) -> Result<Receipt, StoreError> {
        tx.savepoint().await?;
        let error = match caught(self.carry_out(tx, command)).await {
            Ok(receipt) => {
                tx.keep_savepoint().await?;
                return Ok(receipt);
            }
            Err(error) => error,
        };
        if planted(Bug::NoSavepoint) {
            tx.keep_savepoint().await?;
        } else {
            tx.undo_to_savepoint().await?;
        }
        if error.is_temporary() {
            return Err(error);
        }
        tracing::error!(%error, m = command.m, outbox = %self.outbox, "a command failed and is put aside");
        tx.savepoint().await?;
        let judged = if planted(Bug::PoisonRefused) {
            Judged::Outcome(Outcome::Refused { code: Reason::Malformed })
        } else {
            Judged::Aside(Reason::Failed)
        };
        match self.answered(tx, command, judged).await {
            Ok(receipt) => {
                tx.keep_savepoint().await?;
                Ok(receipt)
            }
            Err(error) => {
                tx.undo_to_savepoint().await?;
                Err(error)
            }
        }
    }

    async fn carry_out(
        &self,
        tx: &mut impl SyncTransaction,
        command: &Incoming,
    ) -> Result<Receipt, StoreError> {
        let judged = self.judge(tx, command).await?;
        self.answered(tx, command, judged).await
    }

    /// Stores what was judged of a command as its answer.
    async fn answered(
        &self,
        tx: &mut impl SyncTransaction,
        command: &Incoming,
        judged: Judged,
    ) -> Result<Receipt, StoreError> {
        let outcome = match judged {
            Judged::Outcome(outcome) => outcome,
            Judged::Aside(code) => match self.who {
                Recorder::Kitchen(kitchen) => self.set_aside(tx, kitchen, command, code).await?,
                // Nobody is asked about a producer's commands, nor a hub's; its text stays beside the answer.
                Recorder::Producer(_) | Recorder::Hub(_) => Outcome::Refused { code },
            },
        };
        self.store(tx, command, outcome).await
    }

    async fn judge(&self, tx: &mut impl SyncTransaction, command: &Incoming) -> Result<Judged, StoreError> {
        let refused = |code| Ok(Judged::Outcome(Outcome::Refused { code }));
        let Some(sealed) = &command.sealed else { return refused(Reason::Malformed) };
        let elsewhere = |place: PlaceId| place != self.who.place() && !planted(Bug::SessionSiteNotChecked);
        if elsewhere(sealed.place) {
            return refused(Reason::NoRight);
        }
        let said = match &sealed.command {
            Ok(said) => said,
            Err(Undecodable::Malformed(_)) => return refused(Reason::Malformed),
            Err(Undecodable::Unknown(..)) => return Ok(Judged::Aside(Reason::UnknownCommand)),
        };
        if said.place().is_some_and(elsewhere) {
            return refused(Reason::NoRight);
        }
        match self.who {
            Recorder::Kitchen(who) => self.of_kitchen(tx, who, said, command, sealed.recorded).await,
            Recorder::Producer(who) => self.of_producer(tx, who, said).await,
            Recorder::Hub(who) => self.of_hub(tx, who, said, sealed.recorded).await,
        }
    }

    async fn of_kitchen(
        &self,
        tx: &mut impl SyncTransaction,
        KitchenSession { hub, site, .. }: KitchenSession,
        said: &Command,
        command: &Incoming,
        recorded: Hlc,
    ) -> Result<Judged, StoreError> {
        let judged_at = self.judged_at(recorded);
        let outcome = match said {
            Command::SubmitOrder(submit) => {
                submit::carry_out(tx, hub, submit, &command.hash, judged_at).await?
            }
            Command::SettleTicket(settle) => match tx.find_ticket(site, settle.ticket).await? {
                Some(ticket) => {
                    let kitchen = Settler::Kitchen;
                    settle::carry_out(tx, hub, ticket, settle.choice, kitchen, self.received_at).await?
                }
                None => Outcome::Refused { code: Reason::UnknownTicket },
            },
            Command::WithdrawOrder(withdraw) => match change::withdraw(tx, hub, withdraw, judged_at).await? {
                Some(outcome) => outcome,
                None => return Ok(Judged::Aside(Reason::UnknownOrder)),
            },
            Command::AmendOrder(amend) => change::amend(tx, hub, amend, &command.hash, judged_at).await?,
            Command::EditDraft(said) => draft::edit(tx, hub, said, self.outbox, self.received_at).await?,
            Command::RecordReception(said) => match said.read() {
                Ok(said) if said.site == site || planted(Bug::SessionSiteNotChecked) => {
                    reception::record(tx, hub, &said, claimed(recorded), self.received_at).await?
                }
                Ok(_) => Outcome::Refused { code: Reason::NoRight },
                Err(_) => Outcome::Refused { code: Reason::Malformed },
            },
            Command::PublishAvailability(_) | Command::ConfirmHarvest(_) | Command::RecordQuay(_) => {
                Outcome::Refused { code: Reason::NoRight }
            }
        };
        Ok(Judged::Outcome(outcome))
    }

    async fn of_producer(
        &self,
        tx: &mut impl SyncTransaction,
        who: ProducerSession,
        said: &Command,
    ) -> Result<Judged, StoreError> {
        let outcome = match said {
            Command::PublishAvailability(said) => match said.read() {
                Ok(said) if said.producer == who.producer => {
                    availability::publish(tx, who.hub, &said, self.received_at).await?
                }
                Ok(_) => Outcome::Refused { code: Reason::NoRight },
                Err(_) => Outcome::Refused { code: Reason::Malformed },
            },
            Command::ConfirmHarvest(said) => match said.read() {
                Ok(said) if said.producer == who.producer => {
                    harvest::confirm(tx, who.hub, &said, self.received_at).await?
                }
                Ok(_) => Outcome::Refused { code: Reason::NoRight },
                Err(_) => Outcome::Refused { code: Reason::Malformed },
            },
            Command::SubmitOrder(_)
            | Command::SettleTicket(_)
            | Command::WithdrawOrder(_)
            | Command::AmendOrder(_)
            | Command::EditDraft(_)
            | Command::RecordReception(_)
            | Command::RecordQuay(_) => Outcome::Refused { code: Reason::NoRight },
        };
        Ok(Judged::Outcome(outcome))
    }

    async fn of_hub(
        &self,
        tx: &mut impl SyncTransaction,
        who: HubSession,
        said: &Command,
        recorded: Hlc,
    ) -> Result<Judged, StoreError> {
        let outcome = match said {
            Command::RecordQuay(said) => match said.read() {
                Ok(said) if said.hub == who.hub => {
                    quay::record(tx, &said, claimed(recorded), self.received_at).await?
                }
                Ok(_) => Outcome::Refused { code: Reason::NoRight },
                Err(_) => Outcome::Refused { code: Reason::Malformed },
            },
            Command::SubmitOrder(_)
            | Command::SettleTicket(_)
            | Command::WithdrawOrder(_)
            | Command::AmendOrder(_)
            | Command::EditDraft(_)
            | Command::PublishAvailability(_)
            | Command::ConfirmHarvest(_)
            | Command::RecordReception(_) => Outcome::Refused { code: Reason::NoRight },
        };
        Ok(Judged::Outcome(outcome))
    }

    /// The instant that says whether a command is in time: the server's own.
    fn judged_at(&self, recorded: Hlc) -> Timestamp {
        if planted(Bug::CutOffByTabletClock) { claimed(recorded) } else { self.received_at }
    }

    /// Puts a command aside as it came: nothing of it is lost, a person or a later server looks at it.
    async fn set_aside(
        &self,
        tx: &mut impl SyncTransaction,
        KitchenSession { hub, site, .. }: KitchenSession,
        command: &Incoming,
        code: Reason,
    ) -> Result<Outcome, StoreError> {
        let name = format!("ticket/{}/{}", command.m, command.hash);
        let ticket = TicketId(Uuid::new_v5(&self.outbox.0, name.as_bytes()));
        let aside = Ticket {
            id: ticket,
            site,
            cycle: None,
            reason: code.clone(),
            subject: Subject::Command { kind: command.kind(), body: command.raw.get().to_owned() },
            opened_at: self.received_at,
            state: TicketState::Open,
        };
        tx.save_ticket(hub, &aside).await?;
        Ok(Outcome::Parked { code, ticket, order: None })
    }

    async fn store(
        &self,
        tx: &mut impl SyncTransaction,
        command: &Incoming,
        outcome: Outcome,
    ) -> Result<Receipt, StoreError> {
        let receipt = Receipt { m: command.m, outcome, received_at: self.received_at, dup: false };
        let kind = command.sealed.as_ref().map_or("", |sealed| sealed.kind.as_str());
        let kept_until = retention::answer_kept_until(kind, self.received_at);
        let text = command.raw.get();
        tx.save_receipt(self.outbox, &command.hash, text, self.who.user(), &receipt, kept_until).await?;
        Ok(receipt)
    }
}

/// When a device believed it recorded something.
fn claimed(recorded: Hlc) -> Timestamp {
    // A reading holds 48 bits.
    Timestamp(i64::try_from(recorded.at_ms).unwrap_or(i64::MAX))
}
