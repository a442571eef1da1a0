//! Which day is on the quay: today where something passes, else the next day; or the one somebody chose, for today.

use std::cell::Cell;

use domain::{cycle::CycleId, time::Date};
use leptos::prelude::*;

use crate::{app::Clock, state::AppState, wording::numbers};

type Day = (Date, CycleId);

thread_local! {
    /// The day somebody looked at, and on which day they did: tomorrow begins with tomorrow.
    static LOOKED_AT: Cell<Option<(Option<Date>, Day)>> = const { Cell::new(None) };
}

/// The days something passes on, and the one that is shown.
#[derive(Clone, Copy)]
pub(super) struct Days {
    all: Memo<Vec<Day>>,
    today: Memo<Option<Date>>,
    chosen: RwSignal<Option<Day>>,
}

impl Days {
    /// As this device knows them.
    pub(super) fn here(state: AppState) -> Self {
        let clock = expect_context::<Clock>();
        let today = Memo::new(move |_| numbers::date_at(clock.now()));
        let now = today.get_untracked();
        let looked_at = LOOKED_AT.get().filter(|(on, _)| *on == now).map(|(_, day)| day);
        Self { all: Memo::new(move |_| state.quay_days()), today, chosen: RwSignal::new(looked_at) }
    }

    /// The one that is shown; `None` where nothing ever passes.
    pub(super) fn shown(self) -> Option<Day> {
        let (chosen, today) = (self.chosen.get(), self.today.get());
        // What was chosen yesterday is not what one looks for this morning.
        let chosen = chosen.filter(|_| LOOKED_AT.get().is_some_and(|(on, _)| on == today));
        self.all.with(|all| shown(all, chosen, today))
    }

    /// The one before it, and the one after.
    pub(super) fn beside(self) -> (Option<Day>, Option<Day>) {
        let shown = self.shown();
        self.all.with(|all| {
            let at = all.iter().position(|day| Some(*day) == shown);
            let before = at.and_then(|at| all.get(at.checked_sub(1)?));
            (before.copied(), at.and_then(|at| all.get(at + 1)).copied())
        })
    }

    /// Shows another.
    pub(super) fn show(self, day: Day) {
        remember(self.today.get_untracked(), day);
        self.chosen.set(Some(day));
    }
}

/// Whoever looked at a page comes back to its day.
pub(super) fn remember(today: Option<Date>, day: Day) {
    LOOKED_AT.set(Some((today, day)));
}

fn shown(all: &[Day], chosen: Option<Day>, today: Option<Date>) -> Option<Day> {
    let chosen = chosen.filter(|chosen| all.contains(chosen));
    let next = || all.iter().find(|(day, _)| today.is_none_or(|today| *day >= today));
    chosen.or_else(|| next().or(all.last()).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_is_shown_else_the_next_day_else_the_last() {
        let cycle: CycleId = "2026-W49".parse().unwrap();
        let day = |text: &str| -> Day { (text.parse().unwrap(), cycle) };
        let all = [day("2026-11-30"), day("2026-12-01"), day("2026-12-04")];
        // (today, chosen, shown)
        let cases = [
            ("2026-12-01", None, "2026-12-01"),
            ("2026-12-02", None, "2026-12-04"),
            ("2026-12-07", None, "2026-12-04"),
            ("2026-12-01", Some("2026-11-30"), "2026-11-30"),
            ("2026-12-01", Some("2026-11-20"), "2026-12-01"),
        ];
        for (today, chosen, expected) in cases {
            let found = shown(&all, chosen.map(day), today.parse().ok());
            assert_eq!(found, Some(day(expected)), "{today} {chosen:?}");
        }
        assert_eq!(shown(&[], None, None), None);
    }
}
