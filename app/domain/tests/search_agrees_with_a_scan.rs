//! The index against a scan of all documents with the same definition, written as plainly as can be.

use domain::search::{Field, IndexBuilder, SearchIndex};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The fields of a document, in words already folded.
type Texts = Vec<(Field, String)>;

const FIELDS: [(Field, u32); 6] = [
    (Field::Name, 20),
    (Field::OtherName, 18),
    (Field::Sign, 16),
    (Field::Family, 14),
    (Field::Producer, 13),
    (Field::Commune, 12),
];

struct Answer {
    complete: bool,
    /// Score, then document.
    hits: Vec<(u32, u32)>,
}

fn scan(documents: &[Texts], query: &str) -> Answer {
    let typed: Vec<&str> = query.split_whitespace().take(12).collect();
    let scores = |far: bool| -> Vec<Vec<u32>> {
        let last = typed.len().saturating_sub(1);
        let reaches =
            typed.iter().enumerate().map(|(place, word)| Reach::of(documents, word, place == last, far));
        let reaches: Vec<Reach<'_>> = reaches.collect();
        let of = |texts: &Texts| reaches.iter().map(|reach| best_score(texts, reach)).collect();
        documents.iter().map(of).collect()
    };
    let (mut all, mut complete) = (scores(false), true);
    if !all.iter().any(|words| words.iter().all(|score| *score > 0)) {
        all = scores(true);
        complete = all.iter().any(|words| words.iter().all(|score| *score > 0));
    }
    let answered = |words: &Vec<u32>| words.iter().filter(|score| **score > 0).count();
    let most = all.iter().map(answered).max().unwrap_or(0);
    let mut hits: Vec<(u32, u32)> = Vec::new();
    for (document, (words, texts)) in (0..).zip(all.iter().zip(documents)) {
        if most > 0 && answered(words) == most {
            hits.push((words.iter().sum::<u32>() + shortness(texts), document));
        }
    }
    hits.sort_by_key(|(score, document)| (u32::MAX - score, *document));
    Answer { complete, hits }
}

fn shortness(texts: &Texts) -> u32 {
    let names = texts.iter().filter(|(field, _)| *field == Field::Name);
    let words = names.map(|(_, text)| text.split_whitespace().count()).sum::<usize>();
    (words..10).map(|_| 8).sum()
}

/// The best of all forms of all words of a document.
fn best_score(texts: &Texts, reach: &Reach<'_>) -> u32 {
    let mut best = 0;
    let mut name_has_begun = false;
    for (field, text) in texts {
        let weight = FIELDS.iter().filter(|known| known.0 == *field).map(|known| known.1).sum::<u32>();
        for (position, word) in text.split_whitespace().enumerate() {
            let leads = *field == Field::Name && position == 0 && !name_has_begun;
            for form in [word.to_owned(), singular(word)] {
                let quality = reach.quality(&form);
                let score = weight * quality + if leads { 100 } else { 0 };
                best = best.max(if quality > 0 { score } else { 0 });
            }
        }
        name_has_begun |= *field == Field::Name && !text.trim().is_empty();
    }
    best
}

/// What one typed word may mean.
struct Reach<'t> {
    typed: &'t str,
    edits: usize,
    nearly_begun: bool,
    by_sound: bool,
}

impl<'t> Reach<'t> {
    fn of(documents: &[Texts], typed: &'t str, is_last: bool, far: bool) -> Self {
        let words = || documents.iter().flatten().flat_map(|(_, text)| text.split_whitespace());
        let forms = || words().flat_map(|word| [word.to_owned(), singular(word)]);
        let is_known = forms().any(|form| form == typed || form == singular(typed));
        let edits =
            if is_known && !far { 0 } else { [0, 0, 0, 0, 1, 1, 1].get(typed.len()).copied().unwrap_or(2) };
        let by_eye =
            Self { typed, edits, nearly_begun: edits > 0 && is_last && typed.len() >= 5, by_sound: false };
        let nothing_by_eye = forms().all(|form| by_eye.quality(&form) == 0);
        Self { by_sound: typed.len() >= 4 && (far || nothing_by_eye), ..by_eye }
    }

    fn quality(&self, form: &str) -> u32 {
        let edits = edits(form, self.typed).min(edits(form, &singular(self.typed)));
        if edits == 0 {
            100
        } else if form.starts_with(self.typed) {
            70
        } else if edits <= self.edits && edits == 1 {
            50
        } else if self.nearly_begun && (0..=form.len()).any(|end| crate::edits(&form[..end], self.typed) <= 1)
        {
            40
        } else if edits <= self.edits {
            35
        } else if self.by_sound && sounds_alike(self.typed, form) {
            30
        } else {
            0
        }
    }
}

fn sounds_alike(typed: &str, form: &str) -> bool {
    let well_written = |word: &str| sound(word.trim_end_matches(['s', 'x']));
    let written = well_written(form);
    written.len() >= 3 && (well_written(typed) == written || sound(typed) == written)
}

/// For the few letters used here: the longest spelling first, mute `e`, no sound twice in a row.
fn sound(word: &str) -> String {
    let is_vowel = |letter: Option<char>| letter.is_some_and(|letter| "aeiouy".contains(letter));
    let mut heard = String::new();
    let mut rest = word;
    while let Some(letter) = rest.chars().next() {
        let spellings =
            [("eau", "o"), ("oeu", "U"), ("au", "o"), ("eu", "U"), ("ou", "w"), ("x", "ks"), ("e", "")];
        let spelling = spellings.iter().find(|(spelling, _)| rest.starts_with(spelling));
        let voiced =
            is_vowel(word[..word.len() - rest.len()].chars().last()) && is_vowel(rest.chars().nth(1));
        let own = if letter == 's' && voiced { "z".to_owned() } else { letter.to_string() };
        let mut sound = spelling.map_or(own, |(_, sound)| (*sound).to_owned());
        if heard.is_empty() && sound.is_empty() {
            sound.push('e');
        }
        if !heard.ends_with(&sound) {
            heard.push_str(&sound);
        }
        rest = &rest[spelling.map_or(1, |(spelling, _)| spelling.len())..];
    }
    heard
}

fn singular(word: &str) -> String {
    let cut = |letters: usize| word[..word.len() - letters].to_owned();
    if word.len() < 4 {
        word.to_owned()
    } else if word.ends_with("eaux") || word.ends_with("eux") || word.ends_with("oux") {
        cut(1)
    } else if word.ends_with("aux") {
        cut(3) + "al"
    } else if word.ends_with('s') && !word.ends_with("ss") {
        cut(1)
    } else {
        word.to_owned()
    }
}

fn edits(one: &str, other: &str) -> usize {
    fn left(one: &[u8], other: &[u8], known: &mut Vec<Option<usize>>, width: usize) -> usize {
        let (Some((first, rest)), Some((other_first, other_rest))) = (one.split_first(), other.split_first())
        else {
            return one.len().max(other.len());
        };
        let key = one.len() * width + other.len();
        if let Some(edits) = known[key] {
            return edits;
        }
        let mut least = left(rest, other_rest, known, width) + usize::from(first != other_first);
        least = least.min(left(rest, other, known, width) + 1).min(left(one, other_rest, known, width) + 1);
        if let ([a, b, rest @ ..], [c, d, other_rest @ ..]) = (one, other)
            && a == d
            && b == c
        {
            least = least.min(left(rest, other_rest, known, width) + 1);
        }
        known[key] = Some(least);
        least
    }
    let width = other.len() + 1;
    left(one.as_bytes(), other.as_bytes(), &mut vec![None; (one.len() + 1) * width], width)
}

fn index_of(documents: &[Texts]) -> SearchIndex {
    let mut builder = IndexBuilder::new();
    for texts in documents {
        builder.add(texts.iter().map(|(field, text)| (*field, text.as_str())));
    }
    builder.build()
}

/// Few letters, so that slips, beginnings, plurals and sounds meet often.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[eosu]{1,8}",
        1 => "[eo]{2,5}(aux|oux|eux|s)",
    ]
    .prop_filter("words of the tables have tests of their own", |word| {
        domain::search::fold(word) == *word && !["au", "aux", "sous"].contains(&word.as_str())
    })
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 0..4).prop_map(|words| words.join(" "))
}

fn texts() -> impl Strategy<Value = Texts> {
    let field = prop::sample::select(FIELDS.map(|(field, _)| field).to_vec());
    prop::collection::vec((field, text()), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_index_finds_what_a_scan_finds_in_the_same_order(
        documents in prop::collection::vec(texts(), 0..12),
        query in prop::collection::vec(word(), 1..4).prop_map(|words| words.join(" ")),
        limit in 0usize..15,
    ) {
        let found = index_of(&documents).search_filtered(&query, limit, |_| true);
        let expected = scan(&documents, &query);
        let hits: Vec<_> = found.hits.iter().map(|hit| (hit.score, hit.document)).collect();
        prop_assert_eq!(found.complete, expected.complete);
        prop_assert_eq!(found.total, expected.hits.len());
        prop_assert_eq!(hits, &expected.hits[..expected.hits.len().min(limit)]);
    }

    #[test]
    fn one_slip_in_a_word_of_five_letters_still_finds_it(
        words in prop::collection::btree_set("[abcdeilmnoprstu]{5,10}", 1..40),
        chosen in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        letter in prop::char::range('a', 'z'),
        kind in 0..4,
    ) {
        let words: Vec<String> = words.into_iter().collect();
        let word = &words[chosen.index(words.len())];
        let slip = slipped(word, place.index(word.len()), letter, kind);
        // What is itself a word of the list is no slip.
        let known: BTreeSet<String> = words.iter().flat_map(|word| [word.clone(), singular(word)]).collect();
        prop_assume!(known.contains(word) && !known.contains(&slip) && !known.contains(&singular(&slip)));
        let documents: Vec<Texts> = words.iter().map(|word| vec![(Field::Name, word.clone())]).collect();
        let found = index_of(&documents).search(&slip);
        let wanted = words.iter().position(|other| other == word).unwrap();
        prop_assert!(found.hits.iter().any(|hit| hit.document as usize == wanted), "{} typed as {}", word, slip);
    }

    #[test]
    fn nothing_typed_or_indexed_breaks_it(names in prop::collection::vec(any::<String>(), 0..8), query in any::<String>()) {
        let documents: Vec<Texts> = names.iter().map(|name| vec![(Field::Name, name.clone())]).collect();
        let index = index_of(&documents);
        let found = index.search(&query);
        prop_assert!(found.hits.len() == found.total && found.total <= names.len());
        for name in &names {
            prop_assert!(index.search(name).complete, "{}", name);
        }
    }
}

/// `word` with one letter put in, left out, replaced or swapped with the next.
fn slipped(word: &str, place: usize, letter: char, kind: i32) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    match kind {
        0 => letters.insert(place, letter),
        1 => drop(letters.remove(place)),
        2 => letters[place] = letter,
        _ => letters.swap(place, (place + 1).min(word.len() - 1)),
    }
    letters.into_iter().collect()
}
