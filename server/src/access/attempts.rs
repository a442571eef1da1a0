//! Wrong passwords are counted: ten a minute from one machine for one address, then wait.

use std::net::IpAddr;

use domain::time::Timestamp;

use super::tally::Tally;
pub(crate) use super::tally::Wait;

const PER_MINUTE: usize = 10;

type Key = (IpAddr, String);

/// Recent attempts, by machine and address.
#[derive(Default)]
pub(crate) struct Attempts(Tally<Key>);

impl Attempts {
    /// Counts an attempt that begins.
    pub(crate) fn begin(&self, from: IpAddr, email: &str, now: Timestamp) -> Result<(), Wait> {
        self.0.begin(key(from, email), PER_MINUTE, now)
    }

    /// The password was right: what was counted for this machine and address is forgotten.
    pub(crate) fn succeeded(&self, from: IpAddr, email: &str) {
        self.0.forget(&key(from, email));
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
