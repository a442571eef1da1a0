//! The words of all documents, sorted, end to end in one string.

use std::ops::Range;

/// Sorted distinct words, numbered from 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    text: String,
    /// Where each word ends in `text`; it begins where the one before ends.
    ends: Vec<u32>,
    /// How many bytes each word shares with the one before, at most 255: what makes the sorted list walkable as a tree.
    shared: Vec<u8>,
}

impl Vocabulary {
    /// Words must come sorted and without repeats.
    pub(super) fn of_sorted<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut vocabulary = Self::default();
        let mut before = "";
        for word in words {
            let shared = before.bytes().zip(word.bytes()).take_while(|(one, other)| one == other).count();
            vocabulary.shared.push(u8::try_from(shared).unwrap_or(u8::MAX));
            vocabulary.text.push_str(word);
            vocabulary.ends.push(u32::try_from(vocabulary.text.len()).unwrap_or(u32::MAX));
            before = word;
        }
        vocabulary
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn word(&self, number: usize) -> &str {
        let from = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.text[from..self.ends[number] as usize]
    }

    /// How many bytes a word shares with the one before it.
    pub(super) fn shared(&self, number: usize) -> usize {
        self.shared[number].into()
    }

    /// The words that begin with `beginning`, itself included.
    pub(super) fn starting_with(&self, beginning: &str) -> Range<usize> {
        let from = self.first_where(0, |word| word >= beginning);
        from..self.first_where(from, |word| !word.starts_with(beginning))
    }

    pub(super) fn find(&self, wanted: &str) -> Option<usize> {
        let number = self.first_where(0, |word| word >= wanted);
        (number < self.len() && self.word(number) == wanted).then_some(number)
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.text.len() + size_of_val(self.ends.as_slice()) + self.shared.len()
    }

    /// The first word from `from` on that is past the point; `past` must hold for all words after the first it holds for.
    fn first_where(&self, from: usize, past: impl Fn(&str) -> bool) -> usize {
        let (mut low, mut high) = (from, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if past(self.word(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_by_their_beginning() {
        let words = ["ail", "poire", "poireau", "pois", "poisson", "pomme"];
        let vocabulary = Vocabulary::of_sorted(words.into_iter());
        assert_eq!(vocabulary.find("pois"), Some(3));
        assert_eq!(vocabulary.find("poi"), None);
        assert_eq!(vocabulary.find("zeste"), None);
        assert_eq!(vocabulary.starting_with("poi"), 1..5);
        assert_eq!(vocabulary.starting_with("pomme"), 5..6);
        assert_eq!(vocabulary.starting_with("b"), 1..1);
        assert_eq!(vocabulary.starting_with(""), 0..6);
        assert_eq!((0..6).map(|word| vocabulary.shared(word)).collect::<Vec<_>>(), [0, 0, 5, 3, 4, 2]);
        assert_eq!(vocabulary.word(4), "poisson");
    }
}
