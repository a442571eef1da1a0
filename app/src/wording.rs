//! Every sentence a person reads, in French and in English.
//!
//! One file an area, both languages side by side: a sentence is a field of a struct with one value a language, so a
//! forgotten translation does not compile. Sentences with something in them are functions. Codes of the domain become
//! words by exhaustive `match` (see [`codes`] and `reasons`): a new reason without words does not compile either.
//!
//! French follows the typographic code: U+00A0 before `:` `€` `%` and inside « 10 h 30 » or « n° 12 », U+202F before
//! `;` `!` `?`, inside « » and before unit symbols, and the curved apostrophe. The tests of this file watch over it.

mod account;
mod announce;
mod catalog;
pub(crate) mod codes;
mod diagnostic;
mod door;
mod draft;
mod english;
mod harvest;
mod hub;
mod import;
mod language;
mod lock;
mod lots;
mod notes;
pub(crate) mod numbers;
mod orders;
mod owners;
mod passkeys;
mod people;
mod plural;
mod producer;
mod quay;
mod reasons;
mod reception;
mod repeat;
mod shell;
mod troubles;
pub(crate) mod typed_quantity;
mod ways_in;

pub(crate) use account::AccountWords;
pub(crate) use announce::AnnounceWords;
pub(crate) use catalog::CatalogWords;
pub(crate) use codes::CodeWords;
pub(crate) use diagnostic::DiagnosticWords;
pub(crate) use draft::DraftWords;
use english::English;
pub(crate) use harvest::HarvestWords;
pub(crate) use hub::HubWords;
pub(crate) use import::ImportWords;
pub(crate) use language::{Language, current, remember, remembered, speak};
pub(crate) use lock::LockWords;
pub(crate) use lots::LotWords;
pub(crate) use notes::NoteWords;
pub(crate) use orders::OrderWords;
pub(crate) use owners::OwnerWords;
pub(crate) use passkeys::PasskeyWords;
pub(crate) use people::PeopleWords;
pub(crate) use producer::ProducerWords;
pub(crate) use quay::QuayWords;
pub(crate) use reasons::ReasonWords;
use reasons::Reasons;
pub(crate) use reception::ReceptionWords;
pub(crate) use repeat::RepeatWords;
pub(crate) use shell::ShellWords;
pub(crate) use troubles::TroubleWords;
pub(crate) use ways_in::WaysInWords;

use domain::receipt::Reason;

/// The sentences of one language, area by area. An area is reached by a call and not through one table of all: the French
/// words of a screen travel with the piece that shows it, and English comes whole.
#[derive(Clone, Copy)]
pub(crate) struct Words(Option<&'static English>);

impl Words {
    /// The door, the account, this device.
    pub(crate) fn account(self) -> &'static AccountWords {
        self.0.map_or(&account::FRENCH, |english| english.account)
    }

    /// A week to come, as producers announce it.
    pub(crate) fn announce(self) -> &'static AnnounceWords {
        self.0.map_or(&announce::FRENCH, |english| english.announce)
    }

    /// The shell: bar, navigation, what is common to all screens.
    pub(crate) fn shell(self) -> &'static ShellWords {
        self.0.map_or(&shell::FRENCH, |english| english.shell)
    }

    /// The words of the domain's codes.
    pub(crate) fn codes(self) -> &'static CodeWords {
        self.0.map_or(&codes::FRENCH, |english| english.codes)
    }

    /// Why an order or a line is not as asked.
    pub(crate) fn reason(self, reason: &Reason) -> ReasonWords {
        self.0.map_or(reasons::FRENCH, |english| english.reasons)(reason)
    }

    /// What goes wrong with the server or the device.
    pub(crate) fn troubles(self) -> &'static TroubleWords {
        self.0.map_or(&troubles::FRENCH, |english| english.troubles)
    }

    /// « Catalogue ».
    pub(crate) fn catalog(self) -> &'static CatalogWords {
        self.0.map_or(&catalog::FRENCH, |english| english.catalog)
    }

    /// « Ma commande ».
    pub(crate) fn draft(self) -> &'static DraftWords {
        self.0.map_or(&draft::FRENCH, |english| english.draft)
    }

    /// « Mes commandes », the states of an order, what to check.
    pub(crate) fn orders(self) -> &'static OrderWords {
        self.0.map_or(&orders::FRENCH, |english| english.orders)
    }

    /// What is said of a whole order.
    pub(crate) fn notes(self) -> &'static NoteWords {
        self.0.map_or(&notes::FRENCH, |english| english.notes)
    }

    /// An earlier order, taken up again.
    pub(crate) fn repeat(self) -> &'static RepeatWords {
        self.0.map_or(&repeat::FRENCH, |english| english.repeat)
    }

    /// Who comes in, with what.
    pub(crate) fn people(self) -> &'static PeopleWords {
        self.0.map_or(&people::FRENCH, |english| english.people)
    }

    /// What a person comes in with beside a password.
    pub(crate) fn ways_in(self) -> &'static WaysInWords {
        self.0.map_or(&ways_in::FRENCH, |english| english.ways_in)
    }

    /// Passkeys.
    pub(crate) fn passkeys(self) -> &'static PasskeyWords {
        self.0.map_or(&passkeys::FRENCH, |english| english.passkeys)
    }

    /// Communities, and whose kitchens are.
    pub(crate) fn owners(self) -> &'static OwnerWords {
        self.0.map_or(&owners::FRENCH, |english| english.owners)
    }

    /// Reception, « Écarts et avoirs ».
    pub(crate) fn reception(self) -> &'static ReceptionWords {
        self.0.map_or(&reception::FRENCH, |english| english.reception)
    }

    /// Where lots went.
    pub(crate) fn lots(self) -> &'static LotWords {
        self.0.map_or(&lots::FRENCH, |english| english.lots)
    }

    /// The quay.
    pub(crate) fn quay(self) -> &'static QuayWords {
        self.0.map_or(&quay::FRENCH, |english| english.quay)
    }

    /// What will be harvested.
    pub(crate) fn harvest(self) -> &'static HarvestWords {
        self.0.map_or(&harvest::FRENCH, |english| english.harvest)
    }

    /// « Mes disponibilités », « À préparer » and the sheet.
    pub(crate) fn producer(self) -> &'static ProducerWords {
        self.0.map_or(&producer::FRENCH, |english| english.producer)
    }

    /// « Semaine », « Demande consolidée », indicators.
    pub(crate) fn hub(self) -> &'static HubWords {
        self.0.map_or(&hub::FRENCH, |english| english.hub)
    }

    /// « Mercuriale »: the import.
    pub(crate) fn import(self) -> &'static ImportWords {
        self.0.map_or(&import::FRENCH, |english| english.import)
    }

    /// Codes, and the locked device.
    pub(crate) fn lock(self) -> &'static LockWords {
        self.0.map_or(&lock::FRENCH, |english| english.lock)
    }

    /// « Diagnostic ».
    pub(crate) fn diagnostic(self) -> &'static DiagnosticWords {
        self.0.map_or(&diagnostic::FRENCH, |english| english.diagnostic)
    }
}

/// The sentences of the language the person reads. The whole tree of screens is made anew when it changes, so a screen may
/// keep what this returns.
pub(crate) fn words() -> Words {
    Words(language::english())
}

#[cfg(test)]
mod tests {
    const AREAS: [(&str, &str); 25] = [
        ("account", include_str!("wording/account.rs")),
        ("announce", include_str!("wording/announce.rs")),
        ("catalog", include_str!("wording/catalog.rs")),
        ("codes", include_str!("wording/codes.rs")),
        ("diagnostic", include_str!("wording/diagnostic.rs")),
        ("door", include_str!("wording/door.rs")),
        ("draft", include_str!("wording/draft.rs")),
        ("harvest", include_str!("wording/harvest.rs")),
        ("hub", include_str!("wording/hub.rs")),
        ("import", include_str!("wording/import.rs")),
        ("lock", include_str!("wording/lock.rs")),
        ("lots", include_str!("wording/lots.rs")),
        ("notes", include_str!("wording/notes.rs")),
        ("orders", include_str!("wording/orders.rs")),
        ("owners", include_str!("wording/owners.rs")),
        ("passkeys", include_str!("wording/passkeys.rs")),
        ("people", include_str!("wording/people.rs")),
        ("producer", include_str!("wording/producer.rs")),
        ("quay", include_str!("wording/quay.rs")),
        ("reasons", include_str!("wording/reasons.rs")),
        ("reception", include_str!("wording/reception.rs")),
        ("repeat", include_str!("wording/repeat.rs")),
        ("shell", include_str!("wording/shell.rs")),
        ("troubles", include_str!("wording/troubles.rs")),
        ("ways_in", include_str!("wording/ways_in.rs")),
    ];

    /// The literals of the French sentences of an area, as people read them.
    fn french_sentences(source: &str) -> Vec<String> {
        let french =
            source.split("static FRENCH").nth(1).and_then(|rest| rest.split("static ENGLISH").next());
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
