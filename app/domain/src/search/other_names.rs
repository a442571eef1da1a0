//! What a name also answers to: abbreviations, spellings, and the kind of thing it is.
//!
//! The words are added to the documents, not to the query: « patatte » then meets « patate » by the same edits as any
//! other word, and a search costs nothing more. Kept short on purpose: a row must be something kitchens type. Courge,
//! potiron and potimarron are *not* one: they cook, weigh and cost differently.
//!
//! Everything is folded and without stop words, tests hold it to that; singular and plural are as good as each other.

use rustc_hash::FxHashMap;

use super::fold::singular;

/// Different ways to say one thing.
const SAME: &[&[&str]] = &[
    &["pomme terre", "patate", "pdt"],
    &["chou fleur", "choufleur"],
    &["yaourt", "yoghourt", "yogourt", "yogurt"],
    &["steak", "steack"],
    &["mozzarella", "mozza"],
    &["blette", "bette"],
    &["saucisse", "chipolata"],
    &["bio", "biologique", "ab"],
    &["aop", "aoc"],
    &["igp", "indication geographique protegee"],
    &["hve", "haute valeur environnementale"],
];

/// What a thing also is. One way: who asks for fish wants trout, who asks for trout does not want any fish.
const KINDS: &[(&str, &str)] = &[
    ("bea roussillon", "pomme terre patate pdt"),
    ("lucques", "olive"),
    ("picholine", "olive"),
    ("reine claude", "prune"),
    ("chasselas", "raisin"),
    ("mache", "salade"),
    ("laitue", "salade"),
    ("batavia", "salade"),
    ("lentille", "legume sec"),
    ("pois chiche", "legume sec"),
    ("haricot tarbais", "legume sec"),
    ("pelardon", "fromage chevre"),
    ("rocamadour", "fromage chevre"),
    ("cabecou", "fromage chevre"),
    ("picodon", "fromage chevre"),
    ("roquefort", "fromage brebis bleu"),
    ("ossau iraty", "fromage brebis"),
    ("tomme", "fromage"),
    ("laguiole", "fromage vache"),
    ("cantal", "fromage vache"),
    ("bethmale", "fromage"),
    ("mozzarella", "fromage"),
    ("bleu auvergne", "fromage vache"),
    ("bleu causses", "fromage vache"),
    ("bareges gavarnie", "agneau mouton"),
    ("poulet", "volaille"),
    ("dinde", "volaille"),
    ("canard", "volaille"),
    ("steak hache", "boeuf"),
    ("genisse", "boeuf"),
    ("taureau", "boeuf"),
    ("truite", "poisson"),
    ("anchois", "poisson"),
    ("saumon", "poisson"),
    ("merlu", "poisson"),
    ("colin", "poisson"),
    ("moule", "coquillage"),
    ("huitre", "coquillage"),
    ("coquillettes", "pates"),
    ("baguette", "pain"),
];

/// Names that begin like one of the above, and are only themselves.
const ITSELF: &[&str] = &["patate douce"];

/// Two words that name one thing, which is not the first of them: who asks for apples wants no potatoes first.
const ONE_THING: &[(&str, &str)] = &[
    ("pomme", "terre"),
    ("chou", "fleur"),
    ("chou", "bruxelles"),
    ("chou", "rave"),
    ("noix", "coco"),
    ("noix", "muscade"),
];

/// How a thing is grown, sorted or packed, in names that tell it: who types « champ » is on the way to « champignon »,
/// not to all that grows « de plein champ ».
const MANNERS: &[&str] = &[
    "abri",
    "botte",
    "calibre",
    "categorie",
    "champ",
    "conservation",
    "gamme",
    "plein",
    "sous",
    "variete",
    "vrac",
];

/// Whether a folded singular word only tells how a thing is grown, sorted or packed.
pub(super) fn is_manner(word: &str) -> bool {
    MANNERS.binary_search(&word).is_ok()
}

/// Whether a name that begins with these two folded singular words is not about the first.
pub(super) fn is_one_thing(first: &str, second: &str) -> bool {
    ONE_THING.iter().any(|pair| singular(pair.0) == first && singular(pair.1) == second)
}

/// The table, found by the first word of what is said.
pub(super) struct OtherNames {
    by_first_word: FxHashMap<String, Vec<Row>>,
}

/// A sequence of singular words, and the words it also answers to; none when it is only itself.
struct Row {
    said: Vec<String>,
    also: Vec<&'static str>,
}

impl OtherNames {
    pub(super) fn new() -> Self {
        let mut names = Self { by_first_word: FxHashMap::default() };
        for group in SAME {
            for said in *group {
                names.add(said, group.iter().filter(|other| *other != said).copied());
            }
        }
        KINDS.iter().for_each(|(said, also)| names.add(said, [*also].into_iter()));
        ITSELF.iter().for_each(|said| names.add(said, [].into_iter()));
        names
    }

    fn add(&mut self, said: &'static str, also: impl Iterator<Item = &'static str>) {
        let said: Vec<String> = said.split(' ').map(|word| singular(word).into_owned()).collect();
        let rows = self.by_first_word.entry(said[0].clone()).or_default();
        let place = rows.iter().position(|row| row.said == said).unwrap_or_else(|| {
            rows.push(Row { said, also: Vec::new() });
            rows.len() - 1
        });
        rows[place].also.extend(also.flat_map(|words| words.split(' ')));
    }

    /// Words that a text of these telling, singular words also answers to.
    pub(super) fn of(&self, words: &[impl AsRef<str>]) -> Vec<&'static str> {
        let mut also = Vec::new();
        for (place, first) in words.iter().enumerate() {
            let rows = self.by_first_word.get(first.as_ref()).into_iter().flatten();
            let begun: Vec<&Row> = rows.filter(|row| row.begins(&words[place..])).collect();
            if begun.iter().all(|row| !row.also.is_empty()) {
                also.extend(begun.iter().flat_map(|row| &row.also));
            }
        }
        also
    }
}

impl Row {
    fn begins(&self, words: &[impl AsRef<str>]) -> bool {
        words.len() >= self.said.len()
            && self.said.iter().zip(words).all(|(said, word)| said == word.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::{fold, telling_words, tells};
    use super::*;

    fn also(name: &str) -> Vec<&'static str> {
        let folded = fold(name);
        let words: Vec<_> = telling_words(&folded).into_iter().map(singular).collect();
        OtherNames::new().of(&words)
    }

    #[test]
    fn names_answer_to_what_kitchens_type() {
        for (name, word) in [
            ("Pommes de terre cubes 4e gamme", "pdt"),
            ("PDT Agata", "pomme"),
            ("Patates", "terre"),
            ("Chou-fleur", "choufleur"),
            ("Choufleur", "fleur"),
            ("Yaourt nature", "yoghourt"),
            ("BIO", "ab"),
            ("Agriculture biologique", "bio"),
            ("AOC", "aop"),
            ("Béa du Roussillon", "patate"),
            ("Pélardon", "chevre"),
            ("Rocamadour fermier", "fromage"),
            ("Lucques du Languedoc", "olive"),
            ("Steak haché 100 g", "boeuf"),
            ("Steak haché 100 g", "steack"),
        ] {
            assert!(also(name).contains(&word), "{name} should answer to {word}");
        }
    }

    #[test]
    fn what_only_looks_alike_is_kept_apart() {
        assert_eq!(also("Patate douce"), [""; 0]);
        for (one, others) in [("courge", ["potiron", "potimarron"]), ("potiron", ["courge", "potimarron"])] {
            assert!(others.iter().all(|other| !also(one).contains(other)));
        }
        assert_eq!(also("Pomme rouge"), [""; 0]);
        assert!(is_one_thing("pomme", "terre") && !is_one_thing("pomme", "rouge"));
    }

    #[test]
    fn every_row_is_written_as_words_are_compared() {
        let said = SAME.iter().flat_map(|group| group.iter()).chain(ITSELF);
        let kinds = KINDS.iter().flat_map(|(said, also)| [said, also]);
        let words = said.chain(kinds).flat_map(|words| words.split(' '));
        let pairs = ONE_THING.iter().flat_map(|(first, second)| [*first, *second]);
        assert!(MANNERS.is_sorted() && MANNERS.iter().all(|word| singular(word) == *word || *word == "sous"));
        for word in words.chain(pairs).chain(MANNERS.iter().copied()) {
            assert_eq!(fold(word), word);
            assert!(tells(word), "{word}");
        }
    }

    #[test]
    fn no_row_is_written_twice() {
        let mut said: Vec<_> = SAME.iter().flat_map(|group| group.iter()).chain(ITSELF).collect();
        said.sort();
        assert!(said.is_sorted_by(|one, next| one < next), "{said:?}");
        assert!(
            KINDS
                .iter()
                .enumerate()
                .all(|(place, row)| KINDS[..place].iter().all(|before| before.0 != row.0))
        );
    }
}
