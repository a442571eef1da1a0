//! How well a document answers, and the best first.
//!
//! For each typed word a document scores its best `quality × weight of the field`; the sum, and a little for a short
//! name, is its score. Qualities and weights are chosen together, so that in any two fields
//!
//! ```text
//!   exact in a sign (1600) > a name's first word begun (20 × 70 + 100 + 80 = 1580)
//!   exact in a commune (1200) > a name one edit away (20 × 50 + 100 + 80 = 1180)
//! ```

use std::cmp::Reverse;

use super::{Field, Found, Hit, SearchIndex};

/// The word itself, as typed or in the singular.
pub(super) const EXACT: u16 = 100;
/// The word begins with what is typed.
pub(super) const BEGUN: u16 = 70;
/// One edit away.
pub(super) const ONE_EDIT: u16 = 50;
/// It begins with something one edit away.
pub(super) const NEARLY_BEGUN: u16 = 40;
/// Two edits away.
pub(super) const TWO_EDITS: u16 = 35;
/// It sounds like it.
pub(super) const SOUND: u16 = 30;

/// For the word that comes first in a name: « Pomme rouge » before « Jus de pomme ».
const LEADS: u16 = 100;
/// For each word a name has less than this many: « Pomme » before « Pomme ancienne variété ».
const LONG_NAME: u8 = 10;
const SHORTER_BY_A_WORD: u32 = 8;

/// Where a word stands in a document, in one byte: the weight of the field, and whether it leads the name. The better
/// place is the greater.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u8);

impl Place {
    pub(super) fn new(field: Field, leads: bool) -> Self {
        Self(field.weight() << 1 | u8::from(leads))
    }

    fn score(self, quality: u16) -> u16 {
        quality * u16::from(self.0 >> 1) + LEADS * u16::from(self.0 & 1)
    }
}

/// A word of the vocabulary that answers a typed one, and how well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) word: usize,
    pub(super) quality: u16,
}

/// The documents that answer a query, before any filter, in no order.
pub(super) struct Answers {
    pub(super) hits: Vec<Hit>,
    pub(super) complete: bool,
}

impl Answers {
    /// What nothing typed answers: everything.
    pub(super) fn everything(index: &SearchIndex) -> Self {
        let documents = 0..u32::try_from(index.len()).unwrap_or(u32::MAX);
        Self { hits: documents.map(|document| Hit { document, score: 0 }).collect(), complete: true }
    }
}

/// The documents that answer every typed word, each given by the words of the vocabulary that answer it.
pub(super) fn answering_all(index: &SearchIndex, typed: &[Vec<Match>]) -> Answers {
    let mut board = Board::new(index);
    let mut hits: Vec<Hit> = Vec::new();
    for (place, matches) in typed.iter().enumerate() {
        board.mark(matches);
        if place == 0 {
            hits.extend(
                board
                    .marked
                    .iter()
                    .map(|document| Hit { document: *document, score: board.score(*document) }),
            );
        } else {
            hits.retain_mut(|hit| {
                let score = board.score(hit.document);
                hit.score += score;
                score > 0
            });
        }
        board.wipe();
    }
    hits.iter_mut().for_each(|hit| hit.score += index.shortness(hit.document));
    Answers { hits, complete: true }
}

/// The documents that answer the most typed words; none when no word is answered at all.
pub(super) fn answering_most(index: &SearchIndex, typed: &[Vec<Match>]) -> Answers {
    let mut board = Board::new(index);
    let mut sums = vec![(0_u8, 0_u32); index.len()];
    for matches in typed {
        board.mark(matches);
        for document in &board.marked {
            let (answered, score) = &mut sums[*document as usize];
            *answered += 1;
            *score += board.score(*document);
        }
        board.wipe();
    }
    let most = sums.iter().map(|(answered, _)| *answered).max().unwrap_or(0).max(1);
    let best = (0..).zip(&sums).filter(|(_, (answered, _))| *answered == most);
    let hits = best.map(|(document, (_, score))| Hit { document, score: score + index.shortness(document) });
    Answers { hits: hits.collect(), complete: false }
}

/// For one typed word at a time, the best score of each document.
struct Board<'i> {
    index: &'i SearchIndex,
    best: Vec<u16>,
    /// The documents whose score is not zero, once each.
    marked: Vec<u32>,
}

impl<'i> Board<'i> {
    fn new(index: &'i SearchIndex) -> Self {
        Self { index, best: vec![0; index.len()], marked: Vec::new() }
    }

    fn mark(&mut self, matches: &[Match]) {
        for Match { word, quality } in matches {
            for (document, place) in self.index.postings(*word) {
                let best = &mut self.best[document as usize];
                if *best == 0 {
                    self.marked.push(document);
                }
                *best = place.score(*quality).max(*best);
            }
        }
    }

    fn score(&self, document: u32) -> u32 {
        self.best[document as usize].into()
    }

    fn wipe(&mut self) {
        for document in self.marked.drain(..) {
            self.best[document as usize] = 0;
        }
    }
}

impl SearchIndex {
    fn shortness(&self, document: u32) -> u32 {
        let words = self.name_words[document as usize].min(LONG_NAME);
        SHORTER_BY_A_WORD * u32::from(LONG_NAME - words)
    }
}

/// Filters, counts, then sorts no more than what is asked for.
pub(super) fn best_first(answers: Answers, limit: usize, mut keep: impl FnMut(u32) -> bool) -> Found {
    let Answers { mut hits, complete } = answers;
    let total_unfiltered = hits.len();
    hits.retain(|hit| keep(hit.document));
    let total = hits.len();
    let order = |hit: &Hit| (Reverse(hit.score), hit.document);
    if limit < hits.len() {
        hits.select_nth_unstable_by_key(limit, order);
        hits.truncate(limit);
    }
    hits.sort_unstable_by_key(order);
    Found { hits, total, total_unfiltered, complete }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_any_two_fields_the_promised_order_holds() {
        let short = u16::try_from(SHORTER_BY_A_WORD).unwrap() * u16::from(LONG_NAME);
        let name = Place::new(Field::Name, true);
        let begun = name.score(BEGUN) + short;
        let one_edit = name.score(ONE_EDIT) + short;
        assert!(Place::new(Field::Sign, false).score(EXACT) > begun);
        assert!(Place::new(Field::Commune, false).score(EXACT) > one_edit);
        assert!(Place::new(Field::Name, false).score(BEGUN) > one_edit);
        assert!(
            Place::new(Field::Name, false).score(EXACT)
                > Place::new(Field::OtherName, false).score(EXACT) + short
        );
        let from_worst = [SOUND, TWO_EDITS, NEARLY_BEGUN, ONE_EDIT, BEGUN, EXACT];
        assert!(from_worst.is_sorted_by(|worse, better| worse < better));
    }
}
