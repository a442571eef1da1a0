//! From texts to the columns of a [`SearchIndex`].

use std::borrow::Cow;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::fold::{fold, singular, telling_words};
use super::other_names::{OtherNames, is_manner, is_one_thing};
use super::rank::Place;
use super::sound::{digest, sound_of};
use super::vocabulary::Vocabulary;
use super::{Field, SearchIndex};
use crate::ordered::Map;

/// Takes documents one by one, then becomes their [`SearchIndex`].
///
/// A list repeats not only its words but its texts (a producer, a sign, « Tomate en vrac »): each is read once.
pub struct IndexBuilder {
    reader: Reader,
    /// Texts read, by what they are to their document: the field, and whether it is where the name begins.
    texts: Map<(Field, bool), FxHashMap<Box<str>, ReadText>>,
    /// By document, then by word, each pair once.
    entries: Vec<Entry>,
    name_words: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    word: u32,
    document: u32,
    place: Place,
}

impl Default for IndexBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl IndexBuilder {
    /// An index without documents.
    #[must_use]
    pub fn new() -> Self {
        Self { reader: Reader::new(), texts: Map::new(), entries: Vec::new(), name_words: Vec::new() }
    }

    /// Adds a document made of these texts and returns its number: 0, 1, 2…
    ///
    /// A field may come several times (two signs) or never.
    pub fn add<'t>(&mut self, fields: impl IntoIterator<Item = (Field, &'t str)>) -> u32 {
        let document = number(self.name_words.len());
        let first_entry = self.entries.len();
        let mut name_words = 0;
        for (field, text) in fields {
            let leads = field == Field::Name && name_words == 0;
            let ReadText { words, count } = self.read(field, leads, text);
            let words = self.reader.read[words].iter();
            self.entries.extend(words.map(|(word, place)| Entry { word: *word, document, place: *place }));
            name_words += if field == Field::Name { count } else { 0 };
        }
        self.keep_best_places(first_entry);
        self.name_words.push(u8::try_from(name_words).unwrap_or(u8::MAX));
        document
    }

    /// The index of all documents added.
    #[must_use]
    pub fn build(self) -> SearchIndex {
        let mut words: Vec<(Box<str>, u32)> = self.reader.numbers.into_iter().collect();
        words.sort_unstable();
        let mut sorted_numbers = vec![0; words.len()];
        for (sorted, (_, came)) in words.iter().enumerate() {
            sorted_numbers[*came as usize] = sorted;
        }
        let sound = |word: &str| sound_of(word).map_or(0, |sound| digest(&sound));
        let mut index = SearchIndex {
            vocabulary: Vocabulary::of_sorted(words.iter().map(|(word, _)| word.as_ref())),
            sounds: words.iter().map(|(word, _)| sound(word)).collect(),
            postings_from: vec![0; words.len() + 1],
            documents: vec![0; self.entries.len()],
            places: vec![Place::default(); self.entries.len()],
            name_words: self.name_words,
        };
        index.fill_postings(&self.entries, &sorted_numbers);
        index
    }

    fn read(&mut self, field: Field, leads: bool, text: &str) -> ReadText {
        let texts = self.texts.get_or_default((field, leads));
        if let Some(known) = texts.get(text) {
            return known.clone();
        }
        let read = self.reader.read(field, leads, text);
        texts.insert(text.into(), read.clone());
        read
    }

    /// Of the entries from `first` on (one document), keeps for each word its best place.
    fn keep_best_places(&mut self, first: usize) {
        let entries = &mut self.entries[first..];
        entries.sort_unstable_by(|one, other| one.word.cmp(&other.word).then(other.place.cmp(&one.place)));
        let mut kept = first;
        for entry in first..self.entries.len() {
            if kept == first || self.entries[kept - 1].word != self.entries[entry].word {
                self.entries[kept] = self.entries[entry];
                kept += 1;
            }
        }
        self.entries.truncate(kept);
    }
}

/// Turns texts into numbered words and their places.
struct Reader {
    /// Words by number, in the order they came.
    numbers: FxHashMap<Box<str>, u32>,
    other_names: OtherNames,
    /// The words of all texts read, end to end.
    read: Vec<(u32, Place)>,
}

#[derive(Clone)]
struct ReadText {
    words: Range<usize>,
    /// How many words it has as written, stop words apart.
    count: usize,
}

impl Reader {
    fn new() -> Self {
        Self { numbers: FxHashMap::default(), other_names: OtherNames::new(), read: Vec::new() }
    }

    fn read(&mut self, field: Field, leads: bool, text: &str) -> ReadText {
        let first = self.read.len();
        let folded = fold(text);
        let words = telling_words(&folded);
        let singulars: Vec<Cow<'_, str>> = words.iter().map(|word| singular(word)).collect();
        let leads =
            leads && !matches!(singulars.as_slice(), [first, second, ..] if is_one_thing(first, second));
        for (position, word) in words.iter().enumerate() {
            let leads = leads && position == 0;
            let tells_manner = field == Field::Name && !leads && is_manner(word);
            let field = if tells_manner { Field::Family } else { field };
            self.add_word(word, Place::new(field, leads));
        }
        self.add_other_names(field, &singulars);
        ReadText { words: first..self.read.len(), count: words.len() }
    }

    fn add_other_names(&mut self, field: Field, singulars: &[Cow<'_, str>]) {
        let field = match field {
            Field::Name | Field::OtherName => Field::OtherName,
            Field::Sign => Field::Sign,
            Field::Family | Field::Producer | Field::Commune => return,
        };
        for also in self.other_names.of(singulars) {
            self.add_word(also, Place::new(field, false));
        }
    }

    /// A plural is kept beside its singular, so that a slip is compared with the word as it is written and as it is
    /// meant.
    fn add_word(&mut self, word: &str, place: Place) {
        let singular = singular(word);
        let word_number = self.number_of(word);
        self.read.push((word_number, place));
        if singular != word {
            let singular_number = self.number_of(&singular);
            self.read.push((singular_number, place));
        }
    }

    fn number_of(&mut self, word: &str) -> u32 {
        if let Some(known) = self.numbers.get(word) {
            return *known;
        }
        let next = number(self.numbers.len());
        self.numbers.insert(word.into(), next);
        next
    }
}

impl SearchIndex {
    /// Sorts entries by word, keeping documents in order: counts first, then fills.
    fn fill_postings(&mut self, entries: &[Entry], sorted_numbers: &[usize]) {
        for entry in entries {
            self.postings_from[sorted_numbers[entry.word as usize] + 1] += 1;
        }
        for word in 1..self.postings_from.len() {
            self.postings_from[word] += self.postings_from[word - 1];
        }
        let mut next = self.postings_from.clone();
        for entry in entries {
            let slot = &mut next[sorted_numbers[entry.word as usize]];
            self.documents[*slot as usize] = entry.document;
            self.places[*slot as usize] = entry.place;
            *slot += 1;
        }
    }
}

/// Documents and words are numbered in 32 bits; a price list is a few thousand.
fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
