//! Who did how often what lately: so many a minute, then wait.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use domain::time::Timestamp;

const WINDOW_MS: i64 = 60_000;
/// Past this many remembered keys, those whose minute is over are forgotten.
const REMEMBERED: usize = 10_000;

/// What happened in the last minute, by key.
pub(crate) struct Tally<K>(Mutex<HashMap<K, VecDeque<Timestamp>>>);

/// Too often: seconds to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) u64);

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash> Tally<K> {
    /// Counts what begins, unless `most` began within the minute; counted at once, so that a thousand sent together are not
    /// all let in.
    pub(crate) fn begin(&self, key: K, most: usize, now: Timestamp) -> Result<(), Wait> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back leaves nothing that waits for the day it was set to.
        let recent = |at: &Timestamp| (0..WINDOW_MS).contains(&now.since_ms(*at));
        if counted.len() >= REMEMBERED {
            counted.retain(|_, times| times.iter().any(recent));
        }
        let times = counted.entry(key).or_default();
        times.retain(recent);
        if times.len() >= most {
            let oldest = times.front().copied().unwrap_or(now);
            let wait_ms = WINDOW_MS - now.since_ms(oldest);
            return Err(Wait(u64::try_from(wait_ms / 1_000 + 1).unwrap_or(1)));
        }
        times.push_back(now);
        Ok(())
    }

    /// Forgets what was counted of a key.
    pub(crate) fn forget(&self, key: &K) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_a_minute_and_each_for_itself() {
        let tally = Tally::default();
        for second in 0..3 {
            assert_eq!(tally.begin('a', 3, Timestamp(second * 1_000)), Ok(()));
        }
        assert_eq!(tally.begin('a', 3, Timestamp(3_000)), Err(Wait(58)));
        assert_eq!(tally.begin('b', 3, Timestamp(3_000)), Ok(()));
        // What was told to wait was not counted: the place that comes free is the first one's.
        assert_eq!(tally.begin('a', 3, Timestamp(60_000)), Ok(()));
        assert_eq!(tally.begin('a', 3, Timestamp(60_000)), Err(Wait(2)));
        tally.forget(&'a');
        assert_eq!(tally.begin('a', 3, Timestamp(60_000)), Ok(()));
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        let tally = Tally::default();
        assert_eq!(tally.begin('a', 1, Timestamp(86_400_000)), Ok(()));
        assert_eq!(tally.begin('a', 1, Timestamp(0)), Ok(()));
    }
}
