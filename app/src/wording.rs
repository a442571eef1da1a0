//! Every sentence a person reads, in French and in English.
//!
//! One file an area, both languages side by side: a sentence is a field of a struct with one constant a language, so a
//! forgotten translation does not compile. Sentences with something in them are functions. Codes of the domain become
//! words by exhaustive `match` (see [`codes`]): a new reason without words does not compile either.
//!
//! French follows the typographic code: U+00A0 before `:` `€` `%` and inside « 10 h 30 » or « n° 12 », U+202F before
//! `;` `!` `?`, inside « » and before unit symbols, and the curved apostrophe. The tests of this file watch over it.

mod catalog;
pub(crate) mod codes;
mod diagnostic;
mod draft;
mod hub;
mod import;
mod language;
pub(crate) mod numbers;
mod orders;
mod plural;
mod producer;
mod shell;
pub(crate) mod typed_quantity;

pub(crate) use catalog::CatalogWords;
pub(crate) use codes::CodeWords;
pub(crate) use diagnostic::DiagnosticWords;
pub(crate) use draft::DraftWords;
pub(crate) use hub::HubWords;
pub(crate) use import::ImportWords;
pub(crate) use language::{Language, current, remember, remembered};
pub(crate) use orders::OrderWords;
pub(crate) use producer::ProducerWords;
pub(crate) use shell::ShellWords;

/// Every sentence of one language.
pub(crate) struct Wording {
    /// The shell: bar, navigation, sign-in, settings, what is common to all screens.
    pub shell: ShellWords,
    /// The words of the domain's codes.
    pub codes: CodeWords,
    /// « Catalogue ».
    pub catalog: CatalogWords,
    /// « Ma commande ».
    pub draft: DraftWords,
    /// « Mes commandes », the states of an order, what to check.
    pub orders: OrderWords,
    /// « Mes disponibilités », « À préparer » and the sheet.
    pub producer: ProducerWords,
    /// « Semaine », « Demande consolidée », indicators.
    pub hub: HubWords,
    /// « Mercuriale »: the import.
    pub import: ImportWords,
    /// « Diagnostic ».
    pub diagnostic: DiagnosticWords,
}

static FRENCH: Wording = Wording {
    shell: shell::FRENCH,
    codes: codes::FRENCH,
    catalog: catalog::FRENCH,
    draft: draft::FRENCH,
    orders: orders::FRENCH,
    producer: producer::FRENCH,
    hub: hub::FRENCH,
    import: import::FRENCH,
    diagnostic: diagnostic::FRENCH,
};

static ENGLISH: Wording = Wording {
    shell: shell::ENGLISH,
    codes: codes::ENGLISH,
    catalog: catalog::ENGLISH,
    draft: draft::ENGLISH,
    orders: orders::ENGLISH,
    producer: producer::ENGLISH,
    hub: hub::ENGLISH,
    import: import::ENGLISH,
    diagnostic: diagnostic::ENGLISH,
};

impl Language {
    /// Its sentences.
    pub(crate) fn wording(self) -> &'static Wording {
        match self {
            Self::French => &FRENCH,
            Self::English => &ENGLISH,
        }
    }
}

/// The sentences of the language the person reads. The whole tree of screens is made anew when it changes, so a screen may
/// keep what this returns.
pub(crate) fn words() -> &'static Wording {
    current().wording()
}

#[cfg(test)]
mod tests {
    const AREAS: [(&str, &str); 9] = [
        ("catalog", include_str!("wording/catalog.rs")),
        ("codes", include_str!("wording/codes.rs")),
        ("diagnostic", include_str!("wording/diagnostic.rs")),
        ("draft", include_str!("wording/draft.rs")),
        ("hub", include_str!("wording/hub.rs")),
        ("import", include_str!("wording/import.rs")),
        ("orders", include_str!("wording/orders.rs")),
        ("producer", include_str!("wording/producer.rs")),
        ("shell", include_str!("wording/shell.rs")),
    ];

    /// The literals of the French constant of an area, as people read them.
    fn french_sentences(source: &str) -> Vec<String> {
        let french = source.split("const FRENCH").nth(1).and_then(|rest| rest.split("const ENGLISH").next());
        let literals = french.expect("an area has French before English").split('"').skip(1).step_by(2);
        let mut sentences = Vec::new();
        for literal in literals {
            sentences.push(
                literal.replace("\\u{a0}", "\u{a0}").replace("\\u{202f}", "\u{202f}").replace("\\\n", "\n"),
            );
        }
        sentences
    }

    #[test]
    fn french_follows_the_typographic_code() {
        for (area, source) in AREAS {
            for sentence in french_sentences(source) {
                for forbidden in [" :", " ;", " !", " ?", " %", " €", "« ", " »", "'", "..."] {
                    assert!(!sentence.contains(forbidden), "{area}: {forbidden:?} in {sentence:?}");
                }
                for glued in ["\u{a0};", "\u{a0}!", "\u{a0}?", "\u{202f}:", "\u{202f}€", "\u{202f}%"] {
                    assert!(
                        !sentence.contains(glued),
                        "{area}: the other space before {glued:?} in {sentence:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn no_sentence_is_left_empty() {
        for (area, source) in AREAS {
            let sentences = french_sentences(source);
            assert!(sentences.len() > 5, "{area}");
            assert!(sentences.iter().all(|sentence| !sentence.trim().is_empty()), "{area}");
        }
    }
}
