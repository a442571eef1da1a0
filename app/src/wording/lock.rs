//! Codes, and the locked device.

use super::plural::{english, french};

/// Sentences about codes, in one language.
pub(crate) struct LockWords {
    pub locked_title: &'static str,
    pub who: &'static str,
    pub code_of: fn(&str) -> String,
    pub typed: fn(usize) -> String,
    pub erase: &'static str,
    pub opening: &'static str,
    pub wrong_title: &'static str,
    pub wrong: fn(usize) -> String,
    pub wait: fn(usize) -> String,
    pub no_more_title: &'static str,
    pub no_more: &'static str,
    pub no_memory: &'static str,
    pub waiting: fn(usize) -> String,
    pub forgotten: &'static str,
    pub leave_body: &'static str,
    pub leave: &'static str,
    /// Among the settings.
    pub codes_title: &'static str,
    pub codes_about: &'static str,
    pub not_protected: &'static str,
    pub open_codes: &'static str,
    pub lock_now: &'static str,
    pub add_title: &'static str,
    pub name: &'static str,
    pub code: &'static str,
    pub code_again: &'static str,
    pub add: &'static str,
    pub adding: &'static str,
    pub added: fn(&str) -> String,
    pub not_added: &'static str,
    pub differ: &'static str,
    pub not_six: &'static str,
    pub too_easy: &'static str,
    pub bad_name: &'static str,
    pub known: &'static str,
    pub first_needs_network: &'static str,
    pub remove: &'static str,
    pub remove_it: fn(&str) -> String,
    pub remove_last: &'static str,
    pub removed: fn(&str) -> String,
    pub still_closed: fn(usize) -> String,
}

pub(super) static FRENCH: LockWords = LockWords {
    locked_title: "Appareil verrouillé",
    who: "Qui êtes-vous\u{202f}?",
    code_of: |name| format!("Code de {name}"),
    typed: |count| french(count, "chiffre tapé", "chiffres tapés"),
    erase: "Effacer",
    opening: "Ouverture…",
    wrong_title: "Ce n’est pas ce code",
    wrong: |left| format!("Il reste {}.", french(left, "essai", "essais")),
    wait: |seconds| {
        format!("Attendez {} avant d’essayer de nouveau.", french(seconds, "seconde", "secondes"))
    },
    no_more_title: "Les codes de cet appareil sont effacés",
    no_more: "Dix codes étaient faux. Connectez-vous avec le réseau\u{a0}: ce qui attendait ici partira alors.",
    no_memory: "Cet appareil manque de mémoire. Fermez d’autres applications, puis réessayez.",
    waiting: |count| {
        let waits = french(count, "envoi attend", "envois attendent");
        format!("{waits} ici. Ouvrez l’appareil pour le départ.")
    },
    forgotten: "Code oublié, ou une autre personne",
    leave_body: "Il faut le réseau pour se connecter. Ce qui attend ici reste fermé, et part quand quelqu’un du même lieu se connecte.",
    leave: "Aller à la connexion",
    codes_title: "Codes de cet appareil",
    codes_about: "Chaque personne a son code. L’appareil se verrouille après 5 minutes sans être touché, et ce qu’il contient est alors illisible sans code. Un code suffit, même sans réseau.",
    not_protected: "Un appareil pris alors qu’il est ouvert n’est pas protégé. Perdu ou volé, retirez-le aussi de la liste des appareils.",
    open_codes: "Mettre ou changer un code",
    lock_now: "Verrouiller maintenant",
    add_title: "Donner un code à une personne",
    name: "Prénom ou nom d’usage",
    code: "Code à 6 chiffres",
    code_again: "Le même code, encore une fois",
    add: "Donner ce code",
    adding: "Fermeture de ce que contient l’appareil…",
    added: |name| format!("{name} a maintenant un code sur cet appareil."),
    not_added: "Le code n’est pas donné",
    differ: "Les deux codes ne sont pas les mêmes.",
    not_six: "Un code a exactement 6 chiffres.",
    too_easy: "Ce code est trop facile à deviner\u{a0}: ni un seul chiffre répété, ni une suite.",
    bad_name: "Donnez un nom de 1 à 40 caractères.",
    known: "Quelqu’un porte déjà ce nom sur cet appareil.",
    first_needs_network: "Le premier code d’un appareil se donne avec le réseau\u{a0}: le service garde de quoi rouvrir si tous les codes sont oubliés.",
    remove: "Retirer",
    remove_it: |name| format!("Retirer le code de {name}"),
    remove_last: "C’est le dernier code\u{a0}: cet appareil ne se verrouillera plus, et tout y sera lisible.",
    removed: |name| format!("{name} n’a plus de code ici."),
    still_closed: |count| {
        let waits = french(count, "envoi attend ici, fermé", "envois attendent ici, fermés");
        format!(
            "{waits} par un code d’avant. Déconnectez-vous, puis connectez-vous avec le réseau\u{a0}: le départ suivra."
        )
    },
};

pub(super) static ENGLISH: LockWords = LockWords {
    locked_title: "Device locked",
    who: "Who are you?",
    code_of: |name| format!("{name}’s code"),
    typed: |count| english(count, "digit typed", "digits typed"),
    erase: "Erase",
    opening: "Opening…",
    wrong_title: "This is not that code",
    wrong: |left| format!("{} left.", english(left, "try", "tries")),
    wait: |seconds| format!("Wait {} before trying again.", english(seconds, "second", "seconds")),
    no_more_title: "The codes of this device are erased",
    no_more: "Ten codes were wrong. Sign in with the network: what waited here will then leave.",
    no_memory: "This device is short of memory. Close other applications, then try again.",
    waiting: |count| {
        let waits = english(count, "item waits", "items wait");
        format!("{waits} here. Open the device to send.")
    },
    forgotten: "Code forgotten, or somebody else",
    leave_body: "Signing in needs the network. What waits here stays closed, and leaves when somebody of the same place signs in.",
    leave: "Go to sign-in",
    codes_title: "Codes of this device",
    codes_about: "Each person has a code. The device locks after 5 minutes without being touched, and what it holds cannot then be read without a code. A code is enough, even without a network.",
    not_protected: "A device taken while it is open is not protected. Lost or stolen, remove it from the list of devices too.",
    open_codes: "Set or change a code",
    lock_now: "Lock now",
    add_title: "Give a person a code",
    name: "First name, or as colleagues say",
    code: "Code of 6 digits",
    code_again: "The same code once more",
    add: "Give this code",
    adding: "Closing what the device holds…",
    added: |name| format!("{name} has a code on this device now."),
    not_added: "The code is not given",
    differ: "The two codes differ.",
    not_six: "A code has exactly 6 digits.",
    too_easy: "This code is too easy to guess: neither one digit repeated nor digits in a row.",
    bad_name: "Give a name of 1 to 40 characters.",
    known: "Somebody is already called so on this device.",
    first_needs_network: "The first code of a device is given with the network: the service keeps what opens it again should all codes be forgotten.",
    remove: "Remove",
    remove_it: |name| format!("Remove {name}’s code"),
    remove_last: "This is the last code: this device will not lock any more, and all on it can be read.",
    removed: |name| format!("{name} has no code here any more."),
    still_closed: |count| {
        let waits = english(count, "item waits", "items wait");
        format!(
            "{waits} here, closed under an earlier code. Sign out, then sign in with the network: it will leave."
        )
    },
};
