//! The device's clock.

use domain::time::Timestamp;

/// Now, as the device believes.
#[must_use]
pub fn now() -> Timestamp {
    // A date in milliseconds fits 53 bits for the next 280,000 years.
    #[allow(clippy::cast_possible_truncation)]
    Timestamp(js_sys::Date::now() as i64)
}

/// The replica's clock.
pub struct DeviceClock;

impl replica::ports::Clock for DeviceClock {
    fn now(&self) -> Timestamp {
        now()
    }
}
