//! What people meant, kept apart from everything the program keeps: a naive list. Only « Enregistré » puts something on it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    command::{Command, Envelope},
    id::{DraftId, TicketId},
    order::LineKey,
    quantity::Quantity,
    ticket::Choice,
};

use crate::{disk::Disk, page::DeviceReplica};

/// What a person said, whatever number or outbox carried it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Said {
    Order { draft: DraftId, lines: Vec<(LineKey, Quantity)> },
    Choice { ticket: TicketId, choice: Choice },
}

impl Said {
    /// How a story calls it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Order { draft, .. } => draft.short_code(),
            Self::Choice { ticket, .. } => ticket.to_string(),
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
    (!lines.is_empty()).then_some(Said::Order { draft: draft.id, lines })
}

/// What a command says, if it can be read.
pub(crate) fn said_by(envelope: &Envelope) -> Option<Said> {
    Some(match envelope.command().ok()? {
        Command::SubmitOrder(submit) => {
            let mut lines: Vec<_> = submit.lines.iter().map(|line| (line.key(), line.quantity)).collect();
            lines.sort();
            Said::Order { draft: submit.draft, lines }
        }
        Command::WithdrawOrder(_) | Command::AmendOrder(_) => return None,
        Command::SettleTicket(settle) => Said::Choice { ticket: settle.ticket, choice: settle.choice },
    })
}

/// Everything a disk still holds of what was said: waiting or answered.
pub(crate) fn held_by(disk: &Disk) -> BTreeSet<Said> {
    let waiting = disk.outbox.queue.commands.values();
    let answered = disk.outbox.sent.values().map(|sent| &sent.entry);
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
