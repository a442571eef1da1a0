//! A promise that was not kept.

/// Which promise, and how.
#[derive(Debug, Clone)]
pub struct Violation {
    /// Its name in the design.
    pub invariant: &'static str,
    /// What was seen.
    pub what: String,
    /// What its story speaks of.
    pub(crate) words: Vec<String>,
}

impl Violation {
    pub(crate) fn of(invariant: &'static str, what: String) -> Self {
        Self { invariant, what, words: Vec::new() }
    }

    pub(crate) fn about(
        invariant: &'static str,
        what: String,
        words: impl IntoIterator<Item = String>,
    ) -> Self {
        Self { invariant, what, words: words.into_iter().collect() }
    }
}
