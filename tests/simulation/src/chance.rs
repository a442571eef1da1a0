//! The only source of chance: one seed, one run.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// Chance that can be repeated.
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    pub(crate) fn of(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From `low` to `high`, both possible.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low).unwrap_or(0) + 1;
        low + i64::try_from(self.bits() % width).unwrap_or(0)
    }

    /// Below `end`; 0 when there is nothing below it.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() % u64::try_from(end.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    /// True `parts` times in a million.
    pub(crate) fn happens(&mut self, parts: u32) -> bool {
        parts > 0 && self.bits() % 1_000_000 < u64::from(parts)
    }

    /// True once in `many`.
    pub(crate) fn once_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> Option<&'a T> {
        among.get(self.below(among.len()))
    }

    /// A duration whose size itself is chance: as often below a tenth of `most` as above.
    pub(crate) fn stretch(&mut self, most: i64) -> i64 {
        let ceiling = most >> self.below(8);
        self.between(0, ceiling.max(1))
    }
}
