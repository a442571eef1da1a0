//! The quantities being changed, kept on the device at each gesture: a tablet that goes out in the middle loses none.

use domain::{draft::DraftLine, order::Order};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    screens::draft::DraftBoard,
    state::{AppState, Asked, BegunChange, Draft, OrderEntry},
};

/// An order opened to be changed. Found in context.
#[derive(Clone, Copy)]
pub(super) struct Edited {
    state: AppState,
    order: StoredValue<Order>,
    /// The order as it is shown now, with the changes of it that wait.
    shown: StoredValue<Asked>,
    /// The order as it was seen when the change was begun.
    pub(super) seen: RwSignal<Asked>,
    /// What is wanted of it.
    pub(super) wanted: RwSignal<Draft>,
    /// Whether this takes up what was begun before.
    pub(super) resumed: RwSignal<bool>,
    /// Whether the device holds what is on screen.
    pub(super) kept: RwSignal<bool>,
}

impl Edited {
    /// Opens the order of a card: as it is shown, or as its change was left.
    pub(super) fn open(state: AppState, entry: &OrderEntry, order: Order) -> Self {
        let shown = entry.asked(&order);
        let begun = state.begun_change(order.draft);
        let (resumed, begun) = match begun {
            Some(begun) => (true, begun),
            None => (false, BegunChange { lines: shown.lines.clone(), seen: shown.clone() }),
        };
        Self {
            state,
            wanted: RwSignal::new(opened(&order, begun.lines)),
            order: StoredValue::new(order),
            shown: StoredValue::new(shown),
            seen: RwSignal::new(begun.seen),
            resumed: RwSignal::new(resumed),
            kept: RwSignal::new(resumed),
        }
    }

    /// The board that shows and changes it.
    pub(super) fn board(self) -> DraftBoard {
        let changed = Callback::new(move |()| self.keep());
        DraftBoard::amending(self.state, self.order.get_value(), self.wanted, changed)
    }

    /// Whether the order was changed by somebody since this change was begun.
    pub(super) fn is_of_another(self) -> bool {
        let seen = self.seen.read();
        self.shown.with_value(|shown| *shown != *seen)
    }

    /// Begins anew, from the order as it is shown.
    pub(super) fn start_over(self) {
        let shown = self.shown.get_value();
        self.wanted.set(self.order.with_value(|order| opened(order, shown.lines.clone())));
        self.seen.set(shown);
        self.resumed.set(false);
        self.kept.set(false);
        let (state, draft) = (self.state, self.wanted.with_untracked(|wanted| wanted.id));
        spawn_local(async move { state.give_up_change(draft).await });
    }

    fn keep(self) {
        self.kept.set(false);
        let Draft { id, lines, .. } = self.wanted.get_untracked();
        let begun = BegunChange { seen: self.seen.get_untracked(), lines: lines.clone() };
        spawn_local(async move {
            let kept = self.state.keep_change(id, begun).await.is_ok();
            // Only what is on screen still: the fingers may have gone on.
            if kept && self.wanted.try_with_untracked(|wanted| wanted.lines == lines) == Some(true) {
                self.kept.set(true);
            }
        });
    }
}

fn opened(order: &Order, lines: Vec<DraftLine>) -> Draft {
    Draft { id: order.draft, site: order.site, cycle: order.cycle, slot: 0, lines }
}
