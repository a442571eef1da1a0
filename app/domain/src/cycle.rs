//! The weekly cycle: published, open, cut off, closed.

use std::{fmt, str::FromStr};

use jiff::civil::ISOWeekDate;
use serde::{Deserialize, Serialize};

use crate::{
    catalog::Weekdays,
    planted::{Bug, planted},
    text_form::text_form,
    time::{Date, Timestamp, Weekday},
};

/// An order cycle, named by the ISO week its goods are delivered in: `2026-W49`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CycleId {
    year: i16,
    week: i8,
}

/// Not an ISO week such as `2026-W49`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO week such as 2026-W49")]
pub struct BadCycle;

impl CycleId {
    /// # Errors
    /// [`BadCycle`] when that year has no such week, or is not between 2000 and 2199.
    pub fn new(year: i16, week: i8) -> Result<Self, BadCycle> {
        let known = (2000..2200).contains(&year) && ISOWeekDate::new(year, week, Weekday::Monday).is_ok();
        if known { Ok(Self { year, week }) } else { Err(BadCycle) }
    }

    /// The cycle that delivers on `day`.
    ///
    /// # Errors
    /// [`BadCycle`] outside the years 2000 to 2199.
    pub fn of_day(day: Date) -> Result<Self, BadCycle> {
        let iso = day.iso_week_date();
        Self::new(iso.year(), iso.week())
    }

    /// ISO year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year
    }

    /// ISO week, 1 to 53.
    #[must_use]
    pub fn week(self) -> i8 {
        self.week
    }

    /// The week after; `None` in the last there is.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::new(self.year, self.week + 1).or_else(|_| Self::new(self.year + 1, 1)).ok()
    }

    /// The date of `weekday` in this week.
    #[must_use]
    pub fn day(self, weekday: Weekday) -> Date {
        // `new` proved the week exists, so the fallback is never taken.
        ISOWeekDate::new(self.year, self.week, weekday).map(|iso| iso.date().into()).unwrap_or_default()
    }
}

impl fmt::Display for CycleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.week)
    }
}

impl FromStr for CycleId {
    type Err = BadCycle;
    /// Accepts `2026-W49` and, as price lists write it, `2026-S49`.
    fn from_str(text: &str) -> Result<Self, BadCycle> {
        let (year, week) = text.trim().split_once('-').ok_or(BadCycle)?;
        let week = week.strip_prefix(['W', 'S']).ok_or(BadCycle)?;
        let plain = |text: &str, len| text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(year, 4) || !plain(week, 2) {
            return Err(BadCycle);
        }
        Self::new(year.parse().map_err(|_| BadCycle)?, week.parse().map_err(|_| BadCycle)?)
    }
}

text_form!(CycleId);

/// Where a cycle stands. The server alone moves it, and never back.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CycleState {
    /// Orders are taken until the cut-off.
    Open,
    /// Orders are consolidated; the sheets exist.
    Closed {
        /// When the server closed it.
        closed_at: Timestamp,
    },
}

/// One week of the hub: its price list, its window, its delivery days.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCycle {
    /// The week.
    pub id: CycleId,
    /// From when orders are taken.
    pub opens_at: Timestamp,
    /// Until when, by the server's clock.
    pub cut_off_at: Timestamp,
    /// How long after the cut-off an arrival still counts as in time: it covers slow networks, not late cooks.
    pub grace_ms: i64,
    /// The days goods are delivered.
    pub delivery_days: Weekdays,
    /// When the price list was last published.
    pub published_at: Timestamp,
    /// Where it stands.
    pub state: CycleState,
}

/// Ten minutes, the grace the protocol promises.
pub const DEFAULT_GRACE_MS: i64 = 10 * 60 * 1000;

impl OrderCycle {
    /// Whether an order received at `received_at` (server clock) is in time.
    #[must_use]
    pub fn takes_orders_at(&self, received_at: Timestamp) -> bool {
        (self.state == CycleState::Open || planted(Bug::ClosedWeekTakesOrders))
            && received_at >= self.opens_at
            && received_at
                <= self.cut_off_at.plus_ms(if planted(Bug::GraceIgnored) { 0 } else { self.grace_ms })
    }

    /// Whether `day` is one of its delivery days.
    #[must_use]
    pub fn delivers_on(&self, day: Date) -> bool {
        CycleId::of_day(day) == Ok(self.id) && self.delivery_days.contains(day.weekday())
    }

    /// The dates goods are delivered, in order.
    pub fn delivery_dates(&self) -> impl Iterator<Item = Date> {
        let id = self.id;
        self.delivery_days.iter().map(move |weekday| id.day(weekday))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open_cycle() -> OrderCycle {
        OrderCycle {
            id: "2026-W49".parse().unwrap(),
            opens_at: Timestamp(1_000),
            cut_off_at: Timestamp(10_000),
            grace_ms: 500,
            delivery_days: Weekdays::of([Weekday::Monday, Weekday::Thursday]),
            published_at: Timestamp(900),
            state: CycleState::Open,
        }
    }

    #[test]
    fn a_cycle_is_an_iso_week() {
        let id: CycleId = "2026-S49".parse().unwrap();
        assert_eq!(id.to_string(), "2026-W49");
        assert_eq!(id.day(Weekday::Monday).to_string(), "2026-11-30");
        assert_eq!(CycleId::of_day("2027-01-01".parse().unwrap()).unwrap().to_string(), "2026-W53");
        let after = |week: &str| week.parse::<CycleId>().unwrap().next().map(|next| next.to_string());
        assert_eq!(after("2026-W49").as_deref(), Some("2026-W50"));
        assert_eq!(after("2026-W53").as_deref(), Some("2027-W01"));
        assert_eq!(after("2199-W52"), None);
        for bad in ["2026-W54", "2025-W53", "2026W49", "2026-W9", "-W10", "99999-W10", "2026-W+1", "1999-W01"]
        {
            assert_eq!(bad.parse::<CycleId>(), Err(BadCycle), "{bad}");
        }
    }

    #[test]
    fn the_window_closes_by_the_servers_clock_with_a_little_grace() {
        let cycle = open_cycle();
        let cases = [(999, false), (1_000, true), (10_000, true), (10_500, true), (10_501, false)];
        for (at, expected) in cases {
            assert_eq!(cycle.takes_orders_at(Timestamp(at)), expected, "{at}");
        }
        let closed = OrderCycle { state: CycleState::Closed { closed_at: Timestamp(9_000) }, ..cycle };
        assert!(!closed.takes_orders_at(Timestamp(9_500)));
    }

    #[test]
    fn delivery_days_are_dates_of_its_own_week() {
        let cycle = open_cycle();
        assert!(cycle.delivers_on("2026-11-30".parse().unwrap()));
        assert!(!cycle.delivers_on("2026-12-01".parse().unwrap()));
        assert!(!cycle.delivers_on("2026-12-07".parse().unwrap()));
        let dates: Vec<_> = cycle.delivery_dates().map(|date| date.to_string()).collect();
        assert_eq!(dates, ["2026-11-30", "2026-12-03"]);
    }
}
