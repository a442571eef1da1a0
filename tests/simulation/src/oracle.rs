//! What people meant, kept apart from everything the program keeps: a naive list. Only « Enregistré » puts something on it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    command::{Command, Envelope, SubmittedLine},
    draft::{Draft, DraftLine, SLOTS},
    id::{DraftId, OrderId, TicketId},
    order::{LineKey, LineStatus, OrderState},
    quantity::Quantity,
    ticket::Choice,
};
use replica::view::{EntryLines, OrderEntry, SendState, Wanted};

use crate::{codes::all_open, disk::Disk, page::DeviceReplica};

/// What a person said, whatever number or outbox carried it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Said {
    Order {
        draft: DraftId,
        lines: Asked,
    },
    Choice {
        ticket: TicketId,
        choice: Choice,
    },
    /// An order that asked for `seen` is not wanted any more.
    Withdrawal {
        order: OrderId,
        seen: Asked,
    },
    /// An order that was changed `revision` times and asked for `seen` is wanted as `lines`.
    Amendment {
        draft: DraftId,
        revision: u32,
        seen: Asked,
        lines: Asked,
    },
}

/// What is asked for, by key.
pub(crate) type Asked = Vec<(LineKey, Quantity)>;

impl Said {
    /// How a story calls it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Order { draft, .. } => draft.short_code(),
            Self::Choice { ticket, .. } => ticket.to_string(),
            Self::Withdrawal { order, .. } => format!("withdrawal of {order}"),
            Self::Amendment { draft, .. } => format!("amendment of {}", draft.short_code()),
        }
    }
}

/// The submission a screen shows: the lines that can be sent. Judged here anew, without the program's own judgment.
pub(crate) fn on_screen(replica: &DeviceReplica) -> Option<Said> {
    let (draft, catalog) = (replica.draft()?, replica.catalog()?);
    let sendable = draft.lines.iter().filter(|line| {
        let offer = catalog.offers.iter().find(|offer| offer.reference == line.key.offer);
        offer.is_some_and(|offer| {
            let pack = offer.pack.content().thousandths();
            line.quantity.thousandths() % pack == 0
                && offer.delivery_dates(&catalog.cycle).any(|day| day == line.key.delivery_on)
        })
    });
    let lines: Vec<_> = sendable.map(|line| (line.key.clone(), line.quantity)).collect();
    (!lines.is_empty()).then_some(Said::Order { draft: sent_to(replica, &draft), lines })
}

/// Where a draft goes: to its own slot of the week, or to the next one whose order the screen does not show as withdrawn.
fn sent_to(replica: &DeviceReplica, draft: &Draft) -> DraftId {
    let orders = replica.view().orders;
    let withdrawn = |id: DraftId| orders.iter().any(|card| card.draft == id && is_withdrawn(card));
    let slots = (draft.slot..SLOTS).map(|slot| DraftId::usual(draft.site, draft.cycle, slot));
    { slots }.find(|id| !withdrawn(*id)).unwrap_or(draft.id)
}

/// Whether a card is about an order that its kitchen withdrew.
pub(crate) fn is_withdrawn(card: &OrderEntry) -> bool {
    matches!(&card.lines, EntryLines::Accepted(order) if matches!(order.state, OrderState::Withdrawn { .. }))
}

/// The withdrawal a card offers; `None` when there is nothing left to withdraw.
pub(crate) fn withdrawal_on_screen(card: &OrderEntry) -> Option<Said> {
    let EntryLines::Accepted(order) = &card.lines else { return None };
    let (_, seen) = asked_on_screen(card)?;
    Some(Said::Withdrawal { order: order.id, seen })
}

/// What is said by changing what a card asks for into `wanted`.
pub(crate) fn amendment_on_screen(card: &OrderEntry, wanted: &[DraftLine]) -> Option<Said> {
    let (revision, seen) = asked_on_screen(card)?;
    Some(Said::Amendment { draft: card.draft, revision, seen, lines: asked_by(wanted) })
}

/// What a card says is asked for, and how many changes that makes: what the server confirmed, or what the last change
/// that still waits here wants.
fn asked_on_screen(card: &OrderEntry) -> Option<(u32, Asked)> {
    let EntryLines::Accepted(order) = &card.lines else { return None };
    let waiting = card.changes.iter().filter(|change| !matches!(change.state, SendState::Refused { .. }));
    let standing = order.lines.iter().filter(|line| !matches!(line.status, LineStatus::Dropped { .. }));
    let confirmed: Asked = standing.map(|line| (line.key.clone(), line.ordered)).collect();
    let changed = order.amendments.last().map_or(0, |last| last.revision);
    waiting.into_iter().try_fold((changed, confirmed), |(changed, _), change| match &change.wanted {
        Wanted::Nothing => None,
        Wanted::Lines(wanted) => Some((changed + 1, asked_of(&wanted.lines))),
    })
}

fn asked_by(lines: &[DraftLine]) -> Asked {
    let mut asked: Asked = lines.iter().map(|line| (line.key.clone(), line.quantity)).collect();
    asked.sort();
    asked
}

fn asked_of(lines: &[SubmittedLine]) -> Asked {
    let mut asked: Asked = lines.iter().map(|line| (line.key(), line.quantity)).collect();
    asked.sort();
    asked
}

/// What a command says, if it can be read.
pub(crate) fn said_by(envelope: &Envelope) -> Option<Said> {
    Some(match envelope.command().ok()? {
        Command::SubmitOrder(submit) => Said::Order { draft: submit.draft, lines: asked_of(&submit.lines) },
        Command::WithdrawOrder(withdraw) => {
            Said::Withdrawal { order: withdraw.order, seen: asked_by(&withdraw.seen) }
        }
        Command::AmendOrder(amend) => Said::Amendment {
            draft: amend.wanted.draft,
            revision: amend.revision_seen,
            seen: asked_by(&amend.seen),
            lines: asked_of(&amend.wanted.lines),
        },
        Command::EditDraft(_)
        | Command::PublishAvailability(_)
        | Command::ConfirmHarvest(_)
        | Command::RecordReception(_)
        | Command::RecordQuay(_) => return None,
        Command::SettleTicket(settle) => Said::Choice { ticket: settle.ticket, choice: settle.choice },
    })
}

/// Everything a disk still holds of what was said: waiting or answered.
pub(crate) fn held_by(disk: &Disk) -> BTreeSet<Said> {
    let outbox = all_open(&disk.outbox);
    let waiting = outbox.queue.commands.values();
    let answered = outbox.sent.values().map(|sent| &sent.entry);
    waiting.chain(answered).filter_map(|entry| said_by(&entry.envelope)).collect()
}

/// Something whose « Enregistré » was shown.
#[derive(Debug, Clone)]
pub(crate) struct Intent {
    /// What was on screen: usually one thing; several when the screen changed while it was being recorded.
    pub(crate) said: Vec<Said>,
    pub(crate) profile: usize,
    /// No device holds it any more: only the server can know of it.
    pub(crate) left_devices: bool,
    /// Why nobody answers for it any more.
    pub(crate) excused: Option<&'static str>,
}

/// Everything people meant.
#[derive(Default)]
pub(crate) struct Oracle {
    pub(crate) intents: Vec<Intent>,
    /// What was on a screen when somebody tapped « Envoyer », recorded or not.
    pub(crate) attempted: BTreeSet<Said>,
    /// What people deleted themselves, signing out.
    pub(crate) deleted: BTreeSet<Said>,
    /// How many intents each excuse took.
    pub(crate) excuses: BTreeMap<&'static str, u64>,
}

impl Oracle {
    pub(crate) fn recorded(&mut self, said: Vec<Said>, profile: usize) {
        self.attempted.extend(said.iter().cloned());
        self.intents.push(Intent { said, profile, left_devices: false, excused: None });
    }

    /// Some of what devices held was destroyed. What no other device holds is the server's alone; what it does not have
    /// either is lost, and `why` is known.
    pub(crate) fn destroyed(
        &mut self,
        gone: &BTreeSet<Said>,
        elsewhere: &BTreeSet<Said>,
        at_server: &BTreeSet<Said>,
        why: &'static str,
    ) {
        for intent in self.intents.iter_mut().filter(|intent| intent.excused.is_none()) {
            let lost = |said: &Said| gone.contains(said) && !elsewhere.contains(said);
            if !intent.said.iter().any(lost) {
                continue;
            }
            intent.left_devices = true;
            if !intent.said.iter().any(|said| at_server.contains(said)) {
                intent.excused = Some(why);
                *self.excuses.entry(why).or_default() += 1;
            }
        }
    }

    /// The server went back in time: what only it knew is lost with that.
    pub(crate) fn server_went_back(&mut self, at_server: &BTreeSet<Said>, why: &'static str) {
        for intent in self.intents.iter_mut().filter(|intent| intent.excused.is_none() && intent.left_devices)
        {
            if !intent.said.iter().any(|said| at_server.contains(said)) {
                intent.excused = Some(why);
                *self.excuses.entry(why).or_default() += 1;
            }
        }
    }
}
