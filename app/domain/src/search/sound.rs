//! How a French word sounds, roughly: the last resort for « rokfor » and « kamanbert ».
//!
//! Folding has already taken the accents, so `e`, `é` and `è` are one letter that is often mute: it is dropped, except
//! at the beginning. A consonant that ends a word and is seldom heard goes too. Two words with one key may still sound
//! different; they only meet when nothing nearer was found.

/// Shorter keys say too little.
const SHORTEST_KEY: usize = 3;

/// The sound of a folded word that is well written; nothing when too little is left of it.
pub(super) fn sound_of(word: &str) -> Option<String> {
    let heard = word.trim_end_matches(['s', 'x']);
    key(heard.strip_suffix(['t', 'd', 'p']).unwrap_or(heard))
}

/// The sounds a folded word may stand for when it is written by ear: « kourjet » may let its last letter be heard.
pub(super) fn sounds_by_ear(word: &str) -> [Option<String>; 2] {
    [sound_of(word), key(word)]
}

/// A number to tell most different sounds apart, so that the vocabulary is skimmed without being spelt out (FNV-1a).
pub(super) fn digest(sound: &str) -> u32 {
    sound.bytes().fold(0x811c_9dc5, |digest, letter| (digest ^ u32::from(letter)).wrapping_mul(0x0100_0193))
}

fn key(word: &str) -> Option<String> {
    let word = word.as_bytes();
    let mut key = String::with_capacity(word.len());
    let mut at = 0;
    while at < word.len() {
        let (length, sound) = next_sound(word, at);
        let sound = if key.is_empty() && sound.is_empty() && word[at] != b'h' { "e" } else { sound };
        if !key.ends_with(sound) || sound.is_empty() {
            key.push_str(sound);
        }
        at += length;
    }
    (key.len() >= SHORTEST_KEY).then_some(key)
}

/// How many letters at `at` make one sound, and that sound; capitals stand for sounds that no one letter has.
fn next_sound(word: &[u8], at: usize) -> (usize, &'static str) {
    let rest = &word[at..];
    if let Some(nasal) = nasal_vowel(rest) {
        return nasal;
    }
    let follows =
        |place: usize, letters: &[u8]| rest.get(place).is_some_and(|letter| letters.contains(letter));
    match rest {
        [b'e', b'a', b'u', ..] => (3, "o"),
        [b'o', b'e', b'u', ..] => (3, "U"),
        [b's', b'c', b'h', ..] => (3, "C"),
        [b'a', b'u', ..] => (2, "o"),
        [b'e', b'u', ..] => (2, "U"),
        [b'o', b'u', ..] => (2, "w"),
        [b'a' | b'e', b'i' | b'y', ..] => (2, ""),
        [b'c' | b's', b'h', ..] => (2, "C"),
        [b'p', b'h', ..] => (2, "f"),
        [b'q', b'u', ..] => (2, "k"),
        [b'g', b'n', ..] => (2, "n"),
        [b'g', b'u', ..] if follows(2, b"eiy") => (2, "g"),
        [b's', ..] if is_between_vowels(word, at) => (1, "z"),
        [b'g', ..] if follows(1, b"eiy") => (1, "j"),
        [b'c', ..] if follows(1, b"eiy") => (1, "s"),
        [letter, ..] => (1, letter_sound(*letter)),
        [] => (1, ""),
    }
}

/// `an`, `om`, `ain`…, unless a vowel or another `n` or `m` gives the consonant back its voice.
fn nasal_vowel(rest: &[u8]) -> Option<(usize, &'static str)> {
    let (letters, sound) = match rest {
        [b'a' | b'e', b'i', b'n' | b'm', ..] => (3, "I"),
        [b'a' | b'e', b'n' | b'm', ..] => (2, "A"),
        [b'i' | b'y' | b'u', b'n' | b'm', ..] => (2, "I"),
        [b'o', b'n' | b'm', ..] => (2, "O"),
        _ => return None,
    };
    let voiced = rest.get(letters).is_some_and(|next| is_vowel(*next) || matches!(next, b'n' | b'm' | b'h'));
    (!voiced).then_some((letters, sound))
}

fn letter_sound(letter: u8) -> &'static str {
    match letter {
        b'a' => "a",
        b'b' => "b",
        b'c' | b'k' | b'q' => "k",
        b'd' => "d",
        b'f' => "f",
        b'g' => "g",
        b'i' | b'y' => "i",
        b'j' => "j",
        b'l' => "l",
        b'm' => "m",
        b'n' => "n",
        b'o' => "o",
        b'p' => "p",
        b'r' => "r",
        b's' => "s",
        b't' => "t",
        b'u' => "u",
        b'v' | b'w' => "v",
        b'x' => "ks",
        b'z' => "z",
        // `e` and `h`, and whatever is not a plain letter.
        _ => "",
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

fn is_between_vowels(word: &[u8], at: usize) -> bool {
    at > 0 && is_vowel(word[at - 1]) && word.get(at + 1).is_some_and(|next| is_vowel(*next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_written_as_they_are_heard_meet_the_right_ones() {
        for (heard, written) in [
            ("rokfor", "roquefort"),
            ("kamanber", "camembert"),
            ("arico", "haricot"),
            ("kourjet", "courgette"),
            ("freze", "fraise"),
            ("artisho", "artichaut"),
            ("fenouille", "fenouil"),
            ("conconbre", "concombre"),
            ("chanpignon", "champignon"),
            ("fromaje", "fromage"),
            ("aipinar", "epinard"),
            ("brokoli", "brocoli"),
        ] {
            let sound = sound_of(written);
            assert!(sound.is_some(), "{written}");
            assert!(sounds_by_ear(heard).contains(&sound), "{heard}, {written}: {sound:?}");
        }
    }

    #[test]
    fn different_products_sound_different() {
        let products = [
            "pomme",
            "poire",
            "poireau",
            "poivron",
            "potiron",
            "courge",
            "courgette",
            "cerise",
            "celeri",
            "carotte",
            "chou",
            "navet",
            "laitue",
            "lentille",
            "tomate",
            "tomme",
            "roquefort",
            "pelardon",
            "agneau",
            "canard",
        ];
        for (place, one) in products.iter().enumerate() {
            for other in &products[place + 1..] {
                let (one_sound, other_sound) = (sound_of(one), sound_of(other));
                assert!(one_sound.is_none() || one_sound != other_sound, "{one}, {other}: {one_sound:?}");
            }
        }
    }

    #[test]
    fn too_little_sound_is_none() {
        assert_eq!(sound_of("eau"), None);
        assert_eq!(sound_of("lait"), None);
        assert_eq!(sound_of(""), None);
        assert_eq!(sound_of("2026"), None);
    }

    proptest! {
        #[test]
        fn any_word_has_a_sound_or_none(word in any::<String>()) {
            if let Some(sound) = sound_of(&word) {
                prop_assert!(sound.is_ascii() && sound.len() >= SHORTEST_KEY);
            }
        }
    }
}
