//! How far the device's clock is from the server's.

use std::collections::VecDeque;

use domain::time::Timestamp;

/// An exchange slower than this says too little about the time.
const SLOWEST_MS: i64 = 2_000;
const SAMPLES: usize = 5;

/// The median of the last exchanges: one slow answer, or one jump of the device's clock, does not move it.
#[derive(Debug, Clone, Default)]
pub struct OffsetMeter {
    samples: VecDeque<i64>,
}

impl OffsetMeter {
    /// Notes an exchange: asked and answered by the device's clock, and what the server's said in between.
    pub fn note(&mut self, asked_at: Timestamp, answered_at: Timestamp, server_time: Timestamp) {
        let round_trip = answered_at.since_ms(asked_at);
        if (0..SLOWEST_MS).contains(&round_trip) {
            self.samples.push_back(server_time.since_ms(asked_at.plus_ms(round_trip / 2)));
            while self.samples.len() > SAMPLES {
                self.samples.pop_front();
            }
        }
    }

    /// Server minus device, in milliseconds; 0 before the first exchange.
    #[must_use]
    pub fn offset_ms(&self) -> i64 {
        let mut sorted: Vec<_> = self.samples.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_odd_exchange_does_not_move_the_clock() {
        let mut meter = OffsetMeter::default();
        assert_eq!(meter.offset_ms(), 0);
        for at in [0, 1_000, 2_000, 3_000] {
            meter.note(Timestamp(at), Timestamp(at + 100), Timestamp(at + 50 + 600_000));
        }
        meter.note(Timestamp(4_000), Timestamp(4_010), Timestamp(0));
        meter.note(Timestamp(5_000), Timestamp(9_000), Timestamp(0));
        assert_eq!(meter.offset_ms(), 600_000);
    }
}
