//! The cycle a first price list of a week opens.

use domain::{
    cycle::{CycleId, CycleState, DEFAULT_GRACE_MS, OrderCycle},
    time::{Date, Timestamp, Weekday},
};
use jiff::{civil::time, tz::TimeZone};

pub use super::calendar::working_days;

/// French time by its rule, which needs no time zone database: an hour ahead of UTC, two from the last Sunday of March to
/// the last Sunday of October.
const FRENCH_TIME: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

/// A moment of a day in France; `None` beyond the calendar.
#[must_use]
pub fn in_france(day: Date, hour: i8) -> Option<Timestamp> {
    let zone = TimeZone::posix(FRENCH_TIME).ok()?;
    let moment = day.to_datetime(time(hour, 0, 0, 0)).to_zoned_datetime(zone).ok()?;
    Some(Timestamp(moment.timestamp().as_millisecond()))
}

/// The day it is in France.
#[must_use]
pub fn day_in_france(now: Timestamp) -> Option<Date> {
    let zone = TimeZone::posix(FRENCH_TIME).ok()?;
    Some(jiff::Timestamp::from_millisecond(now.0).ok()?.to_zoned_datetime(zone).date().into())
}

/// The usual cycle of a week: open from now, cut off on the Thursday before at noon, delivered Monday to Friday. A list
/// that comes after that Thursday leaves until Sunday evening; one that comes during the week is cut off at once.
#[must_use]
pub fn usual(id: CycleId, now: Timestamp) -> OrderCycle {
    let monday = id.day(Weekday::Monday);
    let before = |days: i64, hour: i8| {
        let day = monday.checked_sub(jiff::Span::new().try_days(days).ok()?).ok()?;
        in_france(day.into(), hour).filter(|moment| *moment > now)
    };
    let cut_off_at = before(4, 12).or_else(|| before(1, 20)).unwrap_or(now);
    OrderCycle {
        id,
        opens_at: now,
        cut_off_at,
        grace_ms: DEFAULT_GRACE_MS,
        delivery_days: working_days(),
        published_at: now,
        state: CycleState::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn french_time_follows_the_sun_by_an_hour_or_two() {
        assert_eq!(in_france("2026-11-26".parse().unwrap(), 12), Some(at("2026-11-26T11:00:00Z")));
        assert_eq!(in_france("2026-07-14".parse().unwrap(), 12), Some(at("2026-07-14T10:00:00Z")));
        assert_eq!(day_in_france(at("2026-11-26T23:30:00Z")), Some("2026-11-27".parse().unwrap()));
    }

    #[test]
    fn a_list_is_cut_off_before_its_week_by_french_clocks() {
        let cases = [
            ("2026-11-24T08:00:00Z", "2026-11-26T11:00:00Z"),
            ("2026-11-26T11:00:00Z", "2026-11-29T19:00:00Z"),
            ("2026-12-01T08:00:00Z", "2026-12-01T08:00:00Z"),
        ];
        for (now, cut_off) in cases {
            let cycle = usual("2026-W49".parse().unwrap(), at(now));
            assert_eq!((cycle.opens_at, cycle.cut_off_at), (at(now), at(cut_off)), "{now}");
        }
    }
}
