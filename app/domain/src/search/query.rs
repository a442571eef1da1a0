//! From what is typed to the words of the vocabulary that answer it.

use super::SearchIndex;
use super::fold::{fold, singular, telling_words};
use super::near::words_near;
use super::rank::{self, Answers, Match};
use super::sound::{digest, sound_of, sounds_by_ear};

/// More words are not read: a page pasted by mistake must not hold the screen.
const MOST_WORDS: usize = 12;
/// From this many letters on, one edit is forgiven, and a sound may be tried.
const ONE_EDIT_FROM: usize = 4;
/// From this many letters on, two are.
const TWO_EDITS_FROM: usize = 7;
/// From this many letters on, the beginning of a word half typed may hold an edit.
const NEARLY_BEGUN_FROM: usize = 5;

/// A folded word of the query.
struct TypedWord {
    letters: String,
    singular: String,
    /// It is the last one, so perhaps half typed.
    is_last: bool,
}

/// How far a typed word looks for words that answer it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Only as far as its own state asks for.
    AsNeeded,
    /// To everything that could be meant.
    Far,
}

/// The documents that answer `query`, by the three steps that [`super`] tells.
pub(super) fn answers(index: &SearchIndex, query: &str) -> Answers {
    let words = typed_words(query);
    if words.is_empty() {
        return Answers::everything(index);
    }
    let reaching = |reach| words.iter().map(|word| word.matches(index, reach)).collect::<Vec<_>>();
    let as_needed = rank::answering_all(index, &reaching(Reach::AsNeeded));
    if !as_needed.hits.is_empty() {
        return as_needed;
    }
    let matches = reaching(Reach::Far);
    let far = rank::answering_all(index, &matches);
    if far.hits.is_empty() { rank::answering_most(index, &matches) } else { far }
}

fn typed_words(query: &str) -> Vec<TypedWord> {
    let folded = fold(query);
    let mut words: Vec<TypedWord> =
        telling_words(&folded).into_iter().take(MOST_WORDS).map(TypedWord::new).collect();
    if let Some(last) = words.last_mut() {
        last.is_last = true;
    }
    words
}

impl TypedWord {
    fn new(letters: &str) -> Self {
        Self { letters: letters.to_owned(), singular: singular(letters).into_owned(), is_last: false }
    }

    /// Words that answer this one; one may come several times, by different ways.
    fn matches(&self, index: &SearchIndex, reach: Reach) -> Vec<Match> {
        let mut matches = Vec::new();
        let is_known = self.add_exact(index, &mut matches);
        self.add_begun(index, &mut matches);
        if reach == Reach::Far || !is_known {
            self.add_near(index, &mut matches);
        }
        if reach == Reach::Far || matches.is_empty() {
            self.add_sounding_alike(index, &mut matches);
        }
        matches
    }

    /// Whether the list has the word.
    fn add_exact(&self, index: &SearchIndex, matches: &mut Vec<Match>) -> bool {
        let forms = [&self.letters, &self.singular];
        let found = forms.into_iter().filter_map(|form| index.vocabulary.find(form));
        matches.extend(found.map(|word| Match { word, quality: rank::EXACT }));
        !matches.is_empty()
    }

    fn add_begun(&self, index: &SearchIndex, matches: &mut Vec<Match>) {
        let begun = index.vocabulary.starting_with(&self.letters);
        matches.extend(begun.map(|word| Match { word, quality: rank::BEGUN }));
    }

    fn add_near(&self, index: &SearchIndex, matches: &mut Vec<Match>) {
        let Some(limit) = self.edits_forgiven() else { return };
        let may_be_half_typed = self.is_last && self.letters.len() >= NEARLY_BEGUN_FROM;
        words_near(&index.vocabulary, &self.letters, limit, |word, near| {
            matches.extend(near.edits.map(|edits| Match { word, quality: quality_of_edits(edits) }));
            if near.begins && may_be_half_typed {
                matches.push(Match { word, quality: rank::NEARLY_BEGUN });
            }
        });
        if self.singular != self.letters {
            words_near(&index.vocabulary, &self.singular, limit, |word, near| {
                matches.extend(near.edits.map(|edits| Match { word, quality: quality_of_edits(edits) }));
            });
        }
    }

    fn add_sounding_alike(&self, index: &SearchIndex, matches: &mut Vec<Match>) {
        if self.letters.len() < ONE_EDIT_FROM {
            return;
        }
        for sound in sounds_by_ear(&self.letters).into_iter().flatten() {
            let digest = digest(&sound);
            let alike = (0..).zip(&index.sounds).filter(|(_, other)| **other == digest).map(|(word, _)| word);
            let alike = alike.filter(|word| sound_of(index.vocabulary.word(*word)).as_ref() == Some(&sound));
            matches.extend(alike.map(|word| Match { word, quality: rank::SOUND }));
        }
    }

    /// A number is never misspelt: 045 and 046 are different things.
    fn edits_forgiven(&self) -> Option<u8> {
        match self.letters.len() {
            _ if self.letters.contains(char::is_numeric) => None,
            TWO_EDITS_FROM.. => Some(2),
            ONE_EDIT_FROM.. => Some(1),
            _ => None,
        }
    }
}

fn quality_of_edits(edits: u8) -> u16 {
    match edits {
        0 => rank::EXACT,
        1 => rank::ONE_EDIT,
        _ => rank::TWO_EDITS,
    }
}
