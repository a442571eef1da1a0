//! Words of the vocabulary within a few edits of a typed one.
//!
//! An edit is a letter put in, left out or replaced, or two neighbors swapped (optimal string alignment). A library of
//! distances compares two words at a time; here the vocabulary is sorted, so words that begin alike share the rows of
//! the table that compares them, and a beginning that is already too far drops all its words at once. The same rows also
//! say whether a *beginning* of the word is near, which a word half typed needs. That is why the few lines are here.
//!
//! ```text
//!            t o m a         rows are shared by neighbors: after "pomme", "pommeau" computes two rows,
//!          0 1 2            and after "ail" was dropped at "ai", "aillet" computes none.
//!        t 1 0 1 2
//!        o 2 1 0 1 2        only the diagonal band as wide as the limit is computed
//! ```
//!
//! Edits are counted in bytes: folded French is ASCII.

use super::vocabulary::Vocabulary;

/// How near a word of the vocabulary is to the typed one; at least one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nearness {
    /// Edits to the whole word, when they are within the limit.
    pub(super) edits: Option<u8>,
    /// Its beginning is at no more than one edit.
    pub(super) begins: bool,
}

/// Longer words are not compared: nobody types them, and the table stays small.
const LONGEST: usize = 40;

/// Calls `found` for each word of `vocabulary` at most `limit` (1 or more) edits from `typed`, or with a beginning at
/// most one edit from it.
pub(super) fn words_near(
    vocabulary: &Vocabulary,
    typed: &str,
    limit: u8,
    mut found: impl FnMut(usize, Nearness),
) {
    if typed.is_empty() || typed.len() > LONGEST {
        return;
    }
    let mut table = Table::new(typed.as_bytes(), limit);
    for number in 0..vocabulary.len() {
        table.keep(vocabulary.shared(number));
        if let Some(nearness) = table.compare(vocabulary.word(number).as_bytes()) {
            found(number, nearness);
        }
    }
}

/// The rows of the last word compared, one a letter of it, as deep as they were needed.
struct Table<'t> {
    typed: &'t [u8],
    limit: u8,
    rows: Vec<u8>,
    /// For each row, the least edits that turned any beginning so far into all that is typed.
    beginnings: Vec<u8>,
    /// How many letters of the last word have their row.
    depth: usize,
    /// The last row is already past the limit: longer words with this beginning are too far.
    too_far: bool,
}

impl<'t> Table<'t> {
    fn new(typed: &'t [u8], limit: u8) -> Self {
        let deepest = typed.len() + usize::from(limit);
        let far = limit + 1;
        let mut rows = vec![far; (deepest + 1) * (typed.len() + 1)];
        for (edits, cell) in (0..=limit).zip(&mut rows[..=typed.len()]) {
            *cell = edits;
        }
        let mut beginnings = vec![far; deepest + 1];
        beginnings[0] = u8::try_from(typed.len()).unwrap_or(far).min(far);
        Self { typed, limit, rows, beginnings, depth: 0, too_far: false }
    }

    /// Forgets all but the first `shared` letters of the last word.
    fn keep(&mut self, shared: usize) {
        if shared < self.depth {
            self.depth = shared;
            self.too_far = false;
        }
    }

    fn compare(&mut self, word: &[u8]) -> Option<Nearness> {
        let deepest = self.typed.len() + usize::from(self.limit);
        while !self.too_far && self.depth < word.len().min(deepest) {
            self.add_row(word);
        }
        let whole = (self.depth == word.len()).then(|| self.cell(self.depth, self.typed.len()));
        let edits = whole.filter(|edits| *edits <= self.limit);
        let begins = self.beginnings[self.depth] <= 1;
        (edits.is_some() || begins).then_some(Nearness { edits, begins })
    }

    /// Computes the row of the next letter of `word`.
    fn add_row(&mut self, word: &[u8]) {
        let (row, limit, width) = (self.depth + 1, usize::from(self.limit), self.typed.len());
        let far = self.limit + 1;
        let first = row.saturating_sub(limit).max(1);
        let last = (row + limit).min(width);
        // The cell left of the band: the first column where it still counts, else out of reach.
        let mut least = if row <= limit { u8::try_from(row).unwrap_or(far) } else { far };
        self.set(row, first - 1, least);
        for column in first..=last {
            let edits = self.edits(word, row, column).min(far);
            self.set(row, column, edits);
            least = least.min(edits);
        }
        if last < width {
            self.set(row, last + 1, far);
        }
        let end = if last == width { self.cell(row, width) } else { far };
        self.beginnings[row] = end.min(self.beginnings[row - 1]);
        self.depth = row;
        self.too_far = least > self.limit;
    }

    /// Edits between the first `row` letters of `word` and the first `column` letters typed.
    fn edits(&self, word: &[u8], row: usize, column: usize) -> u8 {
        let (letter, typed) = (word[row - 1], self.typed[column - 1]);
        let replaced = self.cell(row - 1, column - 1) + u8::from(letter != typed);
        let added = self.cell(row - 1, column).min(self.cell(row, column - 1)) + 1;
        let swapped = if row > 1 && column > 1 && letter == self.typed[column - 2] && typed == word[row - 2] {
            self.cell(row - 2, column - 2) + 1
        } else {
            u8::MAX
        };
        replaced.min(added).min(swapped)
    }

    fn cell(&self, row: usize, column: usize) -> u8 {
        self.rows[row * (self.typed.len() + 1) + column]
    }

    fn set(&mut self, row: usize, column: usize, edits: u8) {
        let width = self.typed.len() + 1;
        self.rows[row * width + column] = edits;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn near(words: &[&str], typed: &str, limit: u8) -> Vec<(String, Nearness)> {
        let sorted: BTreeSet<&str> = words.iter().copied().collect();
        let vocabulary = Vocabulary::of_sorted(sorted.into_iter());
        let mut all = Vec::new();
        words_near(&vocabulary, typed, limit, |word, nearness| {
            all.push((vocabulary.word(word).to_owned(), nearness));
        });
        all
    }

    #[test]
    fn one_slip_of_each_kind_is_one_edit() {
        for slip in ["tomte", "tomatte", "tonate", "toamte", "romate", "omate", "otmate", "stomate"] {
            let found = near(&["tomate", "salade"], slip, 1);
            assert!(matches!(found.as_slice(), [(_, Nearness { edits: Some(1), .. })]), "{slip}: {found:?}");
        }
    }

    #[test]
    fn a_word_half_typed_is_near_by_its_beginning() {
        let begins = Nearness { edits: None, begins: true };
        assert_eq!(near(&["framboise", "fraise"], "fromb", 1), [("framboise".into(), begins)]);
        assert_eq!(near(&["framboise"], "frnb", 1), []);
    }

    #[test]
    fn a_word_may_be_two_edits_away_while_its_beginning_is_one() {
        let both = Nearness { edits: Some(2), begins: true };
        assert_eq!(near(&["courgette"], "courgtt", 2), [("courgette".into(), both)]);
    }

    /// The whole table, no band, no sharing.
    fn plain_distance(one: &[u8], other: &[u8]) -> usize {
        let mut table = vec![vec![0; other.len() + 1]; one.len() + 1];
        for i in 0..=one.len() {
            for j in 0..=other.len() {
                table[i][j] = match (i, j) {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => {
                        let replaced = table[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
                        let mut least = replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                        if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                            least = least.min(table[i - 2][j - 2] + 1);
                        }
                        least
                    }
                };
            }
        }
        table[one.len()][other.len()]
    }

    fn plain_nearness(word: &str, typed: &str, limit: u8) -> Option<Nearness> {
        let (word, typed) = (word.as_bytes(), typed.as_bytes());
        let edits = u8::try_from(plain_distance(word, typed)).ok().filter(|edits| *edits <= limit);
        let begins = (0..=word.len()).any(|end| plain_distance(&word[..end], typed) <= 1);
        (edits.is_some() || begins).then_some(Nearness { edits, begins })
    }

    proptest! {
        #[test]
        fn walking_the_vocabulary_finds_what_comparing_each_word_finds(
            words in prop::collection::btree_set("[abc]{1,9}", 0..60),
            typed in "[abc]{1,9}",
            limit in 1u8..=2,
        ) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let expected: Vec<_> = words
                .iter()
                .filter_map(|word| plain_nearness(word, &typed, limit).map(|near| ((*word).to_owned(), near)))
                .collect();
            prop_assert_eq!(near(&words, &typed, limit), expected);
        }
    }
}
