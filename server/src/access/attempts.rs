//! Wrong passwords are counted: ten a minute from one machine for one address, then wait.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use domain::time::Timestamp;

const PER_WINDOW: usize = 10;
const WINDOW_MS: i64 = 60_000;
/// Past this many remembered pairs, those whose minute is over are forgotten.
const REMEMBERED: usize = 10_000;

type Key = (IpAddr, String);

/// Recent attempts, by machine and address.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<HashMap<Key, Vec<Timestamp>>>);

/// Too many attempts: seconds to wait.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) u64);

impl Attempts {
    /// Counts an attempt that begins; counted at once, so that a thousand sent together are not all let in.
    pub(crate) fn begin(&self, from: IpAddr, email: &str, now: Timestamp) -> Result<(), Wait> {
        let mut attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |at: &Timestamp| now.since_ms(*at) < WINDOW_MS;
        if attempts.len() >= REMEMBERED {
            attempts.retain(|_, times| times.iter().any(recent));
        }
        let times = attempts.entry(key(from, email)).or_default();
        times.retain(recent);
        if times.len() >= PER_WINDOW {
            let oldest = times.first().copied().unwrap_or(now);
            let wait_ms = WINDOW_MS - now.since_ms(oldest);
            return Err(Wait(u64::try_from(wait_ms / 1_000 + 1).unwrap_or(1)));
        }
        times.push(now);
        Ok(())
    }

    /// The password was right: what was counted for this machine and address is forgotten.
    pub(crate) fn succeeded(&self, from: IpAddr, email: &str) {
        let mut attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.remove(&key(from, email));
    }
}

/// Addresses differ by case for nobody; absurdly long ones are counted together.
fn key(from: IpAddr, email: &str) -> Key {
    (from, email.trim().chars().take(100).flat_map(char::to_lowercase).collect())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn the_eleventh_wrong_password_of_a_minute_waits_and_nobody_else_does() {
        let attempts = Attempts::default();
        let [here, there] = [1, 2].map(|last| IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)));
        for second in 0..10 {
            assert_eq!(attempts.begin(here, "Chef@a.example", Timestamp(second * 1_000)), Ok(()));
        }
        assert_eq!(attempts.begin(here, "chef@a.example", Timestamp(10_000)), Err(Wait(51)));
        assert_eq!(attempts.begin(there, "chef@a.example", Timestamp(10_000)), Ok(()));
        assert_eq!(attempts.begin(here, "autre@a.example", Timestamp(10_000)), Ok(()));
        assert_eq!(attempts.begin(here, "chef@a.example", Timestamp(61_000)), Ok(()));
    }

    #[test]
    fn a_right_password_clears_the_count() {
        let attempts = Attempts::default();
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        for _ in 0..30 {
            assert_eq!(attempts.begin(here, "chef@a.example", Timestamp(0)), Ok(()));
            attempts.succeeded(here, "CHEF@a.example");
        }
    }
}
