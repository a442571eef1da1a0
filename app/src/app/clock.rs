//! The time that passes on screen: countdowns and « depuis 2 h » follow it, a few times a minute.

use std::time::Duration;

use domain::time::Timestamp;
use leptos::prelude::*;

use crate::state::AppState;

/// Often enough for words that count minutes.
const TICK: Duration = Duration::from_secs(15);

/// Now, by the server's clock as well as this device knows it. Found in context.
#[derive(Clone, Copy)]
pub(crate) struct Clock(RwSignal<Timestamp>);

impl Clock {
    /// Starts ticking, for as long as the page lives.
    pub(crate) fn start(state: AppState) -> Self {
        let now = RwSignal::new(state.now());
        if let Ok(ticking) = set_interval_with_handle(move || now.set(state.now()), TICK) {
            on_cleanup(move || ticking.clear());
        }
        // A corrected clock shows at once.
        Effect::new(move |_| {
            state.contact().track();
            now.set(state.now());
        });
        Self(now)
    }

    /// Now, for whoever only wants to know once.
    pub(crate) fn now_untracked(self) -> Timestamp {
        self.0.get_untracked()
    }

    /// Now; whoever reads it is told when it moves.
    pub(crate) fn now(self) -> Timestamp {
        self.0.get()
    }
}
