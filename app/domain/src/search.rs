//! Finding a product as one types: without accents, in the plural or the singular, with a typing slip.
//!
//! A price list repeats its words: 2,000 products are made of about a thousand of them. So a search walks the
//! *vocabulary*, not the products, and only then the lists of documents of the words it found:
//!
//! ```text
//!  "pome de tere"                          typed
//!      │ fold, drop "de"
//!  pome        tere                        typed words
//!      │ exact, beginning, 1 or 2 edits, sound: over the sorted vocabulary
//!  pomme (1)   terre (1)                   words of the list, each with how well it answers
//!      │ postings of these words, each with the field it stands in
//!  documents that answer every typed word, best first
//! ```
//!
//! How far a typed word reaches:
//!
//! 1. A word that stands in the list, as typed or in the singular, is no slip: it reaches itself and the words it
//!    begins. Any other word also reaches what is one edit away (from four letters on) or two (from seven on), and, when
//!    that finds nothing, what sounds alike.
//! 2. Should no document then answer all the words, every word reaches as far as it can.
//! 3. Should there still be none, the documents that answer the most words are given, and [`Found::complete`] is false.
//!
//! A filter only takes hits away: it changes neither how far words reach nor the order.

mod build;
mod fold;
mod near;
mod other_names;
mod query;
mod rank;
mod sound;
mod vocabulary;

pub use build::IndexBuilder;
pub use fold::fold;

use vocabulary::Vocabulary;

/// Where a text stands in a document; what decides how much a word of it weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Where it is made.
    Commune,
    /// Who makes it.
    Producer,
    /// The family it is sorted under, and other words of sorting.
    Family,
    /// Official signs, by code or by name.
    Sign,
    /// What else it is called.
    OtherName,
    /// What it is called.
    Name,
}

impl Field {
    /// Close enough to each other that a slip in a name never passes an exact commune (see [`rank`]).
    const fn weight(self) -> u8 {
        match self {
            Self::Commune => 12,
            Self::Producer => 13,
            Self::Family => 14,
            Self::Sign => 16,
            Self::OtherName => 18,
            Self::Name => 20,
        }
    }
}

/// One document that answers a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hit {
    /// Its number, in the order of [`IndexBuilder::add`].
    pub document: u32,
    /// How well it answers; comparable only within one [`Found`].
    pub score: u32,
}

/// What a query found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Best first; equals in the order of the documents. At most as many as were asked for.
    pub hits: Vec<Hit>,
    /// How many documents answer and pass the filter.
    pub total: usize,
    /// How many documents answer, filter apart.
    pub total_unfiltered: usize,
    /// Whether the hits answer every typed word. When false, they answer as many as any document does.
    pub complete: bool,
}

/// An immutable index of documents numbered from 0; made by [`IndexBuilder`].
#[derive(Debug, Clone, Default)]
pub struct SearchIndex {
    vocabulary: Vocabulary,
    /// For each word, the digest of its sound; zero when it has none.
    sounds: Vec<u32>,
    /// The postings of word `w` are `postings_from[w]..postings_from[w + 1]` of the two columns below.
    postings_from: Vec<u32>,
    documents: Vec<u32>,
    places: Vec<rank::Place>,
    /// For each document, how many words its name has.
    name_words: Vec<u8>,
}

impl SearchIndex {
    /// Every document that answers `query`; all of them, in their order, when nothing is typed.
    #[must_use]
    pub fn search(&self, query: &str) -> Found {
        self.search_filtered(query, usize::MAX, |_| true)
    }

    /// The best `limit` documents among those that answer `query` and that `keep` lets through.
    ///
    /// `keep` is asked once for each document that answers, before anything is cut.
    #[must_use]
    pub fn search_filtered(&self, query: &str, limit: usize, keep: impl FnMut(u32) -> bool) -> Found {
        let answers = query::answers(self, query);
        rank::best_first(answers, limit, keep)
    }

    /// How many documents it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.name_words.len()
    }

    /// Whether it holds no document.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.name_words.is_empty()
    }

    /// How many distinct words it holds, singulars counted beside their plurals.
    #[must_use]
    pub fn word_count(&self) -> usize {
        self.vocabulary.len()
    }

    /// Bytes its columns take in memory.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.vocabulary.size_bytes()
            + size_of_val(self.sounds.as_slice())
            + size_of_val(self.postings_from.as_slice())
            + size_of_val(self.documents.as_slice())
            + size_of_val(self.places.as_slice())
            + self.name_words.len()
    }

    /// Documents and places of one word of the vocabulary.
    fn postings(&self, word: usize) -> impl Iterator<Item = (u32, rank::Place)> {
        let range = self.postings_from[word] as usize..self.postings_from[word + 1] as usize;
        self.documents[range.clone()].iter().copied().zip(self.places[range].iter().copied())
    }
}
