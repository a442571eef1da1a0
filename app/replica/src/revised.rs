//! What is said whole each time, and counted: who says it anew has seen what stands. A producer's week, the answer for a day.

use domain::{
    command::Command,
    id::PlaceId,
    receipt::Outcome,
    time::{Hlc, Timestamp},
};

use crate::{
    local::Local,
    outbox::Sent,
    view::{SendState, on_this_device},
};

/// What was said on this device last, while it waits or when it was not kept.
#[derive(Debug, Clone, PartialEq)]
pub struct SaidHere<T> {
    /// All of it.
    pub said: T,
    /// When, as the device believed.
    pub at: Timestamp,
    /// Where it stands: on this device, on its way, or refused. Once the server has it, it stands.
    pub state: SendState,
}

/// Which commands are about the thing: what one says of it, `None` for every other.
pub(crate) trait About<T>: Fn(Command) -> Option<T> {}
impl<T, F: Fn(Command) -> Option<T>> About<T> for F {}

impl Local {
    /// What was said here of a place's thing and waits, in order.
    pub(crate) fn said_and_waiting<T>(&self, place: PlaceId, of: &impl About<T>) -> Vec<(Hlc, SaidHere<T>)> {
        let unproved = self.outbox.queue.unproved(place, &self.cache.head.applied);
        let waiting = unproved.into_iter().filter_map(|pending| {
            let said = of(pending.command?)?;
            let state = on_this_device(pending.entry, self.delivery);
            Some((pending.entry.envelope.hlc, SaidHere { said, at: pending.entry.recorded_at, state }))
        });
        waiting.collect()
    }

    /// What was said here of it last, unless it stands.
    pub(crate) fn said_here<T>(&self, place: PlaceId, of: &impl About<T>) -> Option<SaidHere<T>> {
        let own = self.outbox.sent.values().filter(|sent| sent.entry.envelope.place == place);
        let answered = own.filter_map(|Sent { entry, receipt, .. }| {
            let said = of(entry.envelope.command().ok()?)?;
            let refused = match &receipt.outcome {
                Outcome::Refused { code } => {
                    let state = SendState::Refused { reason: code.clone() };
                    Some(SaidHere { said, at: entry.recorded_at, state })
                }
                Outcome::Applied { .. } | Outcome::Adjusted { .. } | Outcome::Parked { .. } => None,
            };
            Some((entry.envelope.hlc, refused))
        });
        let waiting = self.said_and_waiting(place, of).into_iter().map(|(hlc, said)| (hlc, Some(said)));
        answered.chain(waiting).max_by_key(|(hlc, _)| *hlc)?.1
    }

    /// How often something else was said of it, with what waits: `stands` is what the server holds, and its revision.
    pub(crate) fn revision_seen<T: PartialEq>(
        &self,
        place: PlaceId,
        stands: Option<(u32, T)>,
        of: &impl About<T>,
    ) -> u32 {
        let (mut revision, mut last) = stands.map_or((0, None), |(revision, said)| (revision, Some(said)));
        for (_, here) in self.said_and_waiting(place, of) {
            if last.as_ref() != Some(&here.said) {
                revision += 1;
                last = Some(here.said);
            }
        }
        revision
    }
}
