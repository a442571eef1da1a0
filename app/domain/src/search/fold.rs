//! Words as they are compared: lower case, no accents, no punctuation, singular.

use std::borrow::Cow;

/// Words that say nothing of a product.
const STOP_WORDS: &[&str] = &["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"];

/// `text` as it is compared: words of plain lower-case letters or of digits, one space between them.
///
/// Accents go, `œ` is `oe`, apostrophes and hyphens part words, and so do a letter and a digit side by side: « 100g » and
/// « 100 g » are the same. Folding what is folded changes nothing.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut before = Sort::Gap;
    for typed in text.chars() {
        if typed.is_ascii() {
            push(typed.to_ascii_lowercase(), &mut folded, &mut before);
        } else {
            push_plain(typed, &mut folded, &mut before);
        }
    }
    folded
}

/// What a character is to a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Letter,
    Digit,
    Gap,
}

fn push(plain: char, folded: &mut String, before: &mut Sort) {
    let sort = if plain.is_alphabetic() {
        Sort::Letter
    } else if plain.is_numeric() {
        Sort::Digit
    } else {
        Sort::Gap
    };
    if sort != Sort::Gap {
        if sort != *before && !folded.is_empty() {
            folded.push(' ');
        }
        folded.push(plain);
    }
    *before = sort;
}

/// The letters from U+0100 to U+017F without their marks, in pairs of capital and small: names from elsewhere in Europe.
const EXTENDED: &[u8; 128] = b"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkk\
kllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// A letter beyond ASCII, small and without its accent. One of an alphabet that price lists are not written in stays as
/// it is: the tables of all alphabets would weigh more than this whole search.
fn push_plain(letter: char, folded: &mut String, before: &mut Sort) {
    let plain = match letter {
        'À'..='Å' | 'à'..='å' => "a",
        'Æ' | 'æ' => "ae",
        'Ç' | 'ç' => "c",
        'È'..='Ë' | 'è'..='ë' => "e",
        'Ì'..='Ï' | 'ì'..='ï' => "i",
        'Ñ' | 'ñ' => "n",
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' => "o",
        'Œ' | 'œ' => "oe",
        'Ù'..='Ü' | 'ù'..='ü' => "u",
        'Ý' | 'ý' | 'ÿ' => "y",
        'ß' | 'ẞ' => "ss",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        // Accents that stand apart from their letter (as Apple's systems write them), and marks without width.
        '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => "",
        '\u{100}'..='\u{17f}' => {
            let plain = EXTENDED[(letter as usize) - 0x100];
            return push(plain.into(), folded, before);
        }
        other => return push(other, folded, before),
    };
    plain.chars().for_each(|part| push(part, folded, before));
}

/// The words of a folded text that say something; all of them when none does: « la » may become « laitue ».
pub(super) fn telling_words(folded: &str) -> Vec<&str> {
    let all = || folded.split(' ').filter(|word| !word.is_empty());
    let telling: Vec<&str> = all().filter(|word| tells(word)).collect();
    if telling.is_empty() { all().collect() } else { telling }
}

/// Whether a folded word says something of a product.
pub(super) fn tells(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_err()
}

/// The singular of a folded word, or rather the form its singular and its plural share.
///
/// It need not be French (« radis » becomes « radi »): the same is done to what is typed and to what is searched.
pub(super) fn singular(word: &str) -> Cow<'_, str> {
    if word.len() < 4 {
        return Cow::Borrowed(word);
    }
    if let Some(stem) = word.strip_suffix("aux") {
        // poireaux → poireau, noyaux → noyau, but bocaux → bocal.
        return match stem.as_bytes().last() {
            Some(b'e' | b'y') => Cow::Borrowed(&word[..word.len() - 1]),
            Some(_) => Cow::Owned([stem, "al"].concat()),
            None => Cow::Borrowed(word),
        };
    }
    if word.ends_with("oux") || word.ends_with("eux") {
        return Cow::Borrowed(&word[..word.len() - 1]);
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.ends_with('s') => Cow::Borrowed(stem),
        _ => Cow::Borrowed(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn french_as_it_is_written_becomes_words_as_they_are_compared() {
        for (written, compared) in [
            ("Pélardon", "pelardon"),
            ("Œufs plein air, calibre M", "oeufs plein air calibre m"),
            ("Huile d'olive de Nîmes", "huile d olive de nimes"),
            ("Veau d’Aveyron et du Ségala", "veau d aveyron et du segala"),
            ("Chou-fleur", "chou fleur"),
            ("FRUITS_ET_LEGUMES", "fruits et legumes"),
            ("Steak haché 100g", "steak hache 100 g"),
            ("Farine T65", "farine t 65"),
            ("  Maïs   doux ", "mais doux"),
            ("cœlacanthe NAÏF ÇA Æ ÿ", "coelacanthe naif ca ae y"),
            ("Łódź, Šumava, İzmir, ŽŮŽO", "lodz sumava izmir zuzo"),
            ("Pe\u{301}lardon de\u{ad}moulé", "pelardon demoule"),
            ("", ""),
            ("–'’!", ""),
        ] {
            assert_eq!(fold(written), compared, "{written}");
        }
    }

    #[test]
    fn singular_and_plural_meet() {
        for (one, many) in [
            ("pelardon", "pelardons"),
            ("pomme", "pommes"),
            ("chou", "choux"),
            ("poireau", "poireaux"),
            ("agneau", "agneaux"),
            ("bocal", "bocaux"),
            ("noyau", "noyaux"),
            ("cheveu", "cheveux"),
            ("kiwi", "kiwis"),
            ("vin", "vins"),
            ("radis", "radis"),
            ("noix", "noix"),
        ] {
            assert_eq!(singular(one), singular(many), "{one}, {many}");
        }
    }

    #[test]
    fn words_that_only_look_alike_stay_apart() {
        for (one, other) in [("pois", "poire"), ("noix", "noir"), ("mais", "mache"), ("cresson", "cres")] {
            assert_ne!(singular(one), singular(other), "{one}, {other}");
        }
        assert_eq!(singular("jus"), "jus");
        assert_eq!(singular("faux"), "fal"); // no plural, yet the same on both sides
    }

    #[test]
    fn stop_words_are_dropped_unless_alone() {
        assert_eq!(telling_words("huile d olive de nimes"), ["huile", "olive", "nimes"]);
        assert_eq!(telling_words("de la"), ["de", "la"]);
        assert_eq!(telling_words(""), [""; 0]);
    }

    #[test]
    fn stop_words_are_sorted_as_their_search_needs() {
        assert!(STOP_WORDS.is_sorted());
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn a_singular_is_a_whole_string_whatever_it_came_from(text in any::<String>()) {
            for word in fold(&text).split(' ') {
                prop_assert!(singular(word).len() <= word.len());
            }
        }
    }
}
