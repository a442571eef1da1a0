//! What was looked at so far, kept on the device at each gesture: a tablet that goes out in the middle loses none.

use domain::{
    id::{OrderId, Reference},
    order::{Order, OrderLine},
    reception::{Label, LineRecord, received_lines},
    time::Date,
};
use leptos::{prelude::*, task::spawn_local};

use crate::state::{AppState, BegunReception, Unloaded};

/// A delivery that is being received.
#[derive(Clone, Copy)]
pub(super) struct Checked {
    state: AppState,
    order: OrderId,
    day: Date,
    begun: RwSignal<BegunReception>,
    /// Whether the device holds what is on screen.
    kept: RwSignal<bool>,
}

impl Checked {
    /// Opens what was begun; else what is recorded already, to be corrected; else nothing.
    pub(super) fn open(state: AppState, order: &Order, day: Date) -> Self {
        let begun = state.begun_reception(order.id, day);
        let kept = begun.is_some();
        let begun = begun.unwrap_or_else(|| BegunReception {
            received_by: own_name(state),
            ..recorded(state, order, day)
        });
        Self { state, order: order.id, day, begun: RwSignal::new(begun), kept: RwSignal::new(kept) }
    }

    /// What is said of a line.
    pub(super) fn of(self, offer: &Reference) -> Option<LineRecord> {
        self.begun.with(|begun| begun.lines.iter().find(|line| line.offer == *offer).cloned())
    }

    /// How many lines nobody looked at yet.
    pub(super) fn left(self, lines: &[OrderLine]) -> usize {
        lines.iter().filter(|line| self.of(&line.key.offer).is_none()).count()
    }

    /// Says something of a line.
    pub(super) fn set(self, said: LineRecord) {
        self.begun.update(|begun| {
            begun.lines.retain(|line| line.offer != said.offer);
            begun.lines.push(said);
        });
        self.keep();
    }

    /// Whatever nobody looked at is as confirmed.
    pub(super) fn accept_all(self, lines: &[OrderLine]) {
        self.begun.update(|begun| {
            let known = begun.lines.clone();
            let left = lines.iter().filter(|line| known.iter().all(|said| said.offer != line.key.offer));
            begun.lines.extend(left.map(LineRecord::conforming));
        });
        self.keep();
    }

    /// What to record, signed: the lines that are not said so already.
    pub(super) fn unloaded(self, received_by: Label, order: &Order, day: Date) -> Unloaded {
        let BegunReception { mut lines, seen, .. } = self.begun.get_untracked();
        let reception = self.state.received(order, day).reception;
        lines.retain(|line| {
            let standing = reception.said_of(&line.offer);
            !matches!(&standing[..], [only] if only.line == line)
        });
        Unloaded { received_by, seen, lines }
    }

    /// The name, as typed.
    pub(super) fn typed_name(self) -> String {
        self.begun.with(|begun| begun.received_by.clone())
    }

    /// The name, when it is one.
    pub(super) fn name(self) -> Option<Label> {
        self.begun.with(|begun| Label::parse(&begun.received_by).ok())
    }

    /// Types the name.
    pub(super) fn type_name(self, text: String) {
        self.begun.update(|begun| begun.received_by = text);
        self.keep();
    }

    /// Whether the device holds what is on screen.
    pub(super) fn is_kept(self) -> bool {
        self.kept.get()
    }

    fn keep(self) {
        self.kept.set(false);
        let begun = self.begun.get_untracked();
        spawn_local(async move {
            let kept = self.state.keep_reception(self.order, self.day, begun.clone()).await.is_ok();
            // Only what is on screen still: the fingers may have gone on.
            if kept && self.begun.try_with_untracked(|now| *now == begun) == Some(true) {
                self.kept.set(true);
            }
        });
    }
}

/// Whoever is signed in, where that is a person: a shared tablet bears the name of nobody.
fn own_name(state: AppState) -> String {
    let me = state.session().with_untracked(|session| session.me().cloned());
    me.filter(|me| me.device.is_none()).map(|me| me.name).unwrap_or_default()
}

/// What is on screen before anybody touches it: what is recorded, and by which records.
fn recorded(state: AppState, order: &Order, day: Date) -> BegunReception {
    let reception = untrack(|| state.received(order, day)).reception;
    let lines = received_lines(order, &reception);
    let lines = lines.iter().filter_map(|line| line.standing().cloned()).collect();
    BegunReception { received_by: String::new(), seen: reception.record_ids(), lines }
}
