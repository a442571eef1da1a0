//! When to try again. Chance is brought by the caller.
//!
//! Failures are spread over the whole interval ("full jitter"): when the server comes back, a hundred kitchens do not knock
//! at once.

use domain::planted::{Bug, planted};

/// Between two looks at the server while all is well and the application is visible.
pub const IDLE_MS: u64 = 30_000;
/// The same while nobody looks.
pub const HIDDEN_IDLE_MS: u64 = 5 * 60_000;

const FIRST_MS: u64 = 2_000;
const SHORTEST_MS: u64 = 400;
/// A person who waits for an order to leave is not made to wait half a minute more.
const WAITING_CAP_MS: u64 = 10_000;

/// How the device looks when the next try is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether somebody can see the application.
    pub visible: bool,
    /// Whether something waits to be sent.
    pub waiting: bool,
}

/// Counts failures in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The last try went through.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// The last try failed.
    pub fn failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }

    /// How long until the next try, in milliseconds. `asked` is the server's own wish, honored as a floor.
    #[must_use]
    pub fn next_ms(self, around: Surroundings, asked: Option<u64>, random: u128) -> u64 {
        let idle = if around.visible { IDLE_MS } else { HIDDEN_IDLE_MS };
        if planted(Bug::RetryWithoutPause) && self.failures > 0 {
            return 0;
        }
        let Some(steps) = self.failures.checked_sub(1) else { return asked.unwrap_or(idle).max(SHORTEST_MS) };
        let cap = if around.visible && around.waiting { WAITING_CAP_MS } else { idle };
        let ceiling = FIRST_MS.saturating_mul(1 << steps.min(16)).min(cap);
        let drawn = u64::try_from(random % u128::from(ceiling + 1)).unwrap_or(ceiling);
        drawn.max(SHORTEST_MS).saturating_add(asked.unwrap_or(0).min(idle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITING: Surroundings = Surroundings { visible: true, waiting: true };
    const LOOKING: Surroundings = Surroundings { visible: true, waiting: false };
    const HIDDEN: Surroundings = Surroundings { visible: false, waiting: true };

    fn longest(failures: u32, around: Surroundings) -> u64 {
        (0..=HIDDEN_IDLE_MS)
            .map(|random| Backoff { failures }.next_ms(around, None, u128::from(random)))
            .max()
            .unwrap()
    }

    #[test]
    fn tries_get_rarer_up_to_a_bound_that_depends_on_who_is_looking() {
        assert_eq!([1, 2, 3, 9].map(|failures| longest(failures, WAITING)), [2_000, 4_000, 8_000, 10_000]);
        assert_eq!(longest(9, LOOKING), IDLE_MS);
        assert_eq!(longest(u32::MAX, HIDDEN), HIDDEN_IDLE_MS);
    }

    #[test]
    fn success_brings_back_the_quiet_rhythm() {
        let mut backoff = Backoff::default();
        backoff.failed();
        assert!(backoff.next_ms(WAITING, None, 7) < 2_001);
        backoff.succeeded();
        assert_eq!(backoff.next_ms(LOOKING, None, 7), IDLE_MS);
        assert_eq!(backoff.next_ms(HIDDEN, None, 7), HIDDEN_IDLE_MS);
    }

    #[test]
    fn the_servers_own_wish_is_a_floor() {
        let backoff = Backoff { failures: 1 };
        assert!(backoff.next_ms(WAITING, Some(5_000), 0) >= 5_000);
        assert!(backoff.next_ms(WAITING, Some(u64::MAX), 0) <= IDLE_MS + FIRST_MS, "but not for ever");
    }
}
