//! Instants and the hybrid clock. No clock is read here: whoever calls brings the time.

use std::{fmt, ops::Deref, str::FromStr};

use jiff::civil;
use serde::{Deserialize, Serialize};

use crate::text_form::text_form;

pub use jiff::civil::Weekday;

/// A day without a time zone: delivery days, certificates. Written `2026-11-30`, in that one form.
///
/// The calendar is jiff's. Its text is read and written here, because jiff's own reader also knows times, zones and
/// spans, and brings to a tablet the sentences it has for all of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(civil::Date);

/// Not a day of the calendar such as `2026-11-30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day such as 2026-11-30")]
pub struct BadDate;

impl Date {
    /// # Errors
    /// [`BadDate`] when the calendar has no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, BadDate> {
        civil::Date::new(year, month, day).map(Self).map_err(|_| BadDate)
    }

    /// A day known when this is compiled.
    #[must_use]
    pub const fn constant(year: i16, month: i8, day: i8) -> Self {
        Self(civil::Date::constant(year, month, day))
    }
}

impl Date {
    /// When it begins, by the clock of Greenwich.
    #[must_use]
    pub fn begins_at(self) -> Timestamp {
        let epoch = civil::Date::constant(1970, 1, 1);
        let days = self.0.duration_since(epoch).as_hours() / 24;
        Timestamp(days * 86_400_000)
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self(date)
    }
}

impl Deref for Date {
    type Target = civil::Date;
    fn deref(&self) -> &civil::Date {
        &self.0
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = BadDate;
    fn from_str(text: &str) -> Result<Self, BadDate> {
        let plain = text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if text.len() != 10 || !plain {
            return Err(BadDate);
        }
        let month = text[5..7].parse().map_err(|_| BadDate)?;
        Self::new(text[..4].parse().map_err(|_| BadDate)?, month, text[8..].parse().map_err(|_| BadDate)?)
    }
}

text_form!(Date);

/// An instant: milliseconds since 1970-01-01T00:00Z.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This instant, `delay_ms` later (earlier when negative). Saturates at both ends.
    #[must_use]
    pub fn plus_ms(self, delay_ms: i64) -> Self {
        Self(self.0.saturating_add(delay_ms))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later.
    #[must_use]
    pub fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A hybrid logical clock reading: device time, a counter for equal times, and the outbox that took it.
///
/// Written as fixed-width hexadecimal (12 + 4 + 16 digits), so that text order is clock order. It never decides a
/// cut-off or a price: those use the server's clock. It is evidence, and breaks ties between edits of one draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hlc {
    /// Milliseconds since 1970, 48 bits.
    pub at_ms: u64,
    /// Counts events of one millisecond.
    pub counter: u16,
    /// The outbox's own 64 bits.
    pub node: u64,
}

impl Hlc {
    /// The reading that follows `self` when the device's clock says `now`: never goes back, even if the clock does.
    #[must_use]
    pub fn tick(self, now: Timestamp) -> Self {
        let now_ms = u64::try_from(now.0).unwrap_or(0).min((1 << 48) - 1);
        if now_ms > self.at_ms {
            return Self { at_ms: now_ms, counter: 0, node: self.node };
        }
        match self.counter.checked_add(1) {
            Some(counter) => Self { counter, ..self },
            None => Self { at_ms: self.at_ms + 1, counter: 0, node: self.node },
        }
    }
}

impl fmt::Display for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012x}{:04x}{:016x}", self.at_ms, self.counter, self.node)
    }
}

/// Not a clock reading of 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a hybrid clock reading of 32 hexadecimal digits")]
pub struct BadHlc;

impl TryFrom<String> for Hlc {
    type Error = BadHlc;
    fn try_from(text: String) -> Result<Self, BadHlc> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(BadHlc);
        }
        let part = |range: std::ops::Range<usize>| u64::from_str_radix(&text[range], 16).map_err(|_| BadHlc);
        let counter = u16::try_from(part(12..16)?).map_err(|_| BadHlc)?;
        Ok(Self { at_ms: part(0..12)?, counter, node: part(16..32)? })
    }
}

impl From<Hlc> for String {
    fn from(hlc: Hlc) -> Self {
        hlc.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_form() {
        let day: Date = "2028-02-29".parse().unwrap();
        assert_eq!(day.to_string(), "2028-02-29");
        assert_eq!(day.weekday(), Weekday::Tuesday);
        assert_eq!(serde_json::to_string(&day).unwrap(), "\"2028-02-29\"");
        for bad in [
            "2026-02-29",
            "2026-2-9",
            "20260209",
            "2026-02-29T10:00",
            "+026-02-09",
            "2026-13-01",
            "é026-02-0",
        ] {
            assert_eq!(bad.parse::<Date>(), Err(BadDate), "{bad}");
        }
    }

    #[test]
    fn the_hybrid_clock_never_goes_back_even_when_the_device_does() {
        let start = Hlc { at_ms: 1_000, counter: 0, node: 9 };
        let same = start.tick(Timestamp(1_000));
        let back = same.tick(Timestamp(500));
        let forth = back.tick(Timestamp(2_000));
        assert!(start < same && same < back && back < forth);
        assert_eq!((forth.at_ms, forth.counter), (2_000, 0));
        let full = Hlc { counter: u16::MAX, ..start };
        assert!(full.tick(Timestamp(0)) > full);
    }

    #[test]
    fn its_text_sorts_as_it_does_and_reads_back() {
        let low = Hlc { at_ms: 9, counter: 65_535, node: u64::MAX };
        let high = Hlc { at_ms: 16, counter: 0, node: 0 };
        assert!(low.to_string() < high.to_string());
        assert_eq!(Hlc::try_from(low.to_string()), Ok(low));
        for bad in ["", "zz", &"0".repeat(31), &"é".repeat(16)] {
            assert_eq!(Hlc::try_from(bad.to_owned()), Err(BadHlc));
        }
    }
}
