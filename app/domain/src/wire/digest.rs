//! What rows sum to: one short text that is the same on the server and on a device that holds the same rows.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A sum over the rows of a small scope, whatever their order: a row the device lost, or kept though it should have gone,
/// shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowsDigest(u64);

impl RowsDigest {
    /// The digest of these rows, each by its kind, its identifier and its place in the feed.
    pub fn of<'a>(rows: impl Iterator<Item = (&'a str, &'a str, u64)>) -> Self {
        let sum = rows.fold(0_u64, |sum, (kind, id, seq)| {
            let hash = Sha256::digest(format!("{kind}\n{id}\n{seq}").as_bytes());
            let start = hash.iter().take(8).fold(0_u64, |start, byte| (start << 8) | u64::from(*byte));
            sum.wrapping_add(start)
        });
        Self(sum)
    }
}

/// Sixteen hexadecimal digits: as the cable says it.
impl fmt::Display for RowsDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_sees_any_difference_but_the_order() {
        let rows = [("order", "a", 1), ("ticket", "b", 2), ("draft", "c", 3)];
        let digest = |rows: &[(&'static str, &'static str, u64)]| RowsDigest::of(rows.iter().copied());
        let [one, two, three] = rows;
        assert_eq!(digest(&[three, one, two]), digest(&rows));
        for other in [vec![one, two], vec![one, two, ("draft", "c", 4)], vec![one, two, ("order", "c", 3)]] {
            assert_ne!(digest(&other), digest(&rows));
        }
        // The cable's form is for ever: devices of any age compare it.
        assert_eq!(digest(&rows).to_string(), "e77dbbf78e401311");
        assert_eq!(digest(&[]).to_string(), "0000000000000000");
    }
}
