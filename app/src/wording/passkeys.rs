//! Passkeys: made on one's own page, shown at the door.

use crate::state::passkeys::{Machine, PasskeyTrouble};

/// Sentences about them, in one language.
pub(crate) struct PasskeyWords {
    /// At the door.
    pub sign_in: &'static str,
    pub unlock_it: &'static str,
    pub or_password: &'static str,
    pub none_shown: &'static str,
    /// « Clés d’accès »
    pub title: &'static str,
    pub about: &'static str,
    pub not_here: &'static str,
    pub add: &'static str,
    pub called: &'static str,
    pub called_hint: &'static str,
    pub machine: fn(Machine) -> &'static str,
    pub gave_up: &'static str,
    pub added: &'static str,
    pub not_added: &'static str,
    pub made: fn(&str) -> String,
    pub used: fn(&str) -> String,
    pub never_used: &'static str,
    pub remove_body: &'static str,
    pub removed: fn(&str) -> String,
    /// What the browser or the device did not do; `None`: the person gave up.
    pub trouble: fn(PasskeyTrouble) -> Option<&'static str>,
    /// What the server said no to, by its stable code.
    pub problem: fn(&str) -> Option<&'static str>,
}

pub(super) static FRENCH: PasskeyWords = PasskeyWords {
    sign_in: "Se connecter avec une clé d’accès",
    unlock_it: "Déverrouillez votre clé d’accès…",
    or_password: "ou avec votre mot de passe",
    none_shown: "Aucune clé d’accès n’a été montrée. Recommencez, ou connectez-vous avec votre mot de passe.",
    title: "Clés d’accès",
    about: "Pour entrer sans mot de passe, avec l’empreinte, le visage ou le code qui déverrouille votre appareil. \
        Une clé d’accès ne se devine pas, ne se tape sur aucun faux site, et vaut aussi deuxième étape.",
    not_here: "Pas de clé d’accès possible d’ici\u{a0}: il faut un navigateur récent, et une adresse qui porte un nom.",
    add: "Ajouter une clé d’accès",
    called: "Nom de la clé",
    called_hint: "Pour la reconnaître dans cette liste\u{a0}: l’appareil où elle sera gardée.",
    machine: |machine| match machine {
        Machine::IPhone => "iPhone",
        Machine::IPad => "iPad",
        Machine::AndroidPhone => "Téléphone Android",
        Machine::AndroidTablet => "Tablette Android",
        Machine::Windows => "Ordinateur Windows",
        Machine::Mac => "Mac",
        Machine::Computer => "Ordinateur",
    },
    gave_up: "L’appareil n’a pas fait de clé\u{a0}: vous avez arrêté, ou le temps est passé. Recommencez.",
    added: "La clé d’accès est enregistrée.",
    not_added: "La clé d’accès n’est pas enregistrée",
    made: |at| format!("Ajoutée {at}"),
    used: |at| format!("utilisée {at}"),
    never_used: "jamais utilisée",
    remove_body: "Elle n’ouvrira plus votre accès. Effacez-la aussi dans les réglages de l’appareil, qui la proposerait encore.",
    removed: |name| format!("La clé «\u{202f}{name}\u{202f}» n’ouvre plus votre accès."),
    trouble: |trouble| {
        Some(match trouble {
            PasskeyTrouble::GaveUp => return None,
            PasskeyTrouble::HasOne => "Cet appareil garde déjà une clé d’accès pour votre compte.",
            PasskeyTrouble::Unsupported => {
                "Cet appareil ne sait pas faire de clé d’accès. Activez d’abord son verrouillage d’écran."
            }
            PasskeyTrouble::WrongAddress => "Le navigateur ne permet pas de clé d’accès à cette adresse.",
            PasskeyTrouble::Failed => "Le navigateur n’y est pas arrivé. Recommencez.",
        })
    },
    problem: |code| {
        Some(match code {
            "BAD_CREDENTIALS" => "Ce n’est pas le mot de passe actuel.",
            "BAD_NAME" => "Donnez un nom de 1 à 80 caractères.",
            "PASSKEYS_UNAVAILABLE" => {
                "À cette adresse, les clés d’accès ne sont pas possibles. Ouvrez la plateforme par son adresse habituelle, ou connectez-vous avec votre mot de passe."
            }
            "PASSKEY_REFUSED" => {
                "Cette clé n’ouvre aucun accès ici. Elle a peut-être été retirée\u{a0}: connectez-vous avec votre mot de passe, puis ajoutez-en une autre."
            }
            "PASSKEY_COPIED" => {
                "Cette clé semble avoir été copiée\u{a0}: elle n’ouvre plus votre accès. Connectez-vous avec votre mot de passe, puis ajoutez-en une autre."
            }
            "PASSKEY_TOO_LATE" => "C’était trop long, ou commencé dans un autre onglet. Recommencez.",
            "PASSKEY_KNOWN" => "Cette clé d’accès est déjà enregistrée.",
            "TOO_MANY_PASSKEYS" => "Vous avez déjà vingt clés d’accès. Retirez-en une d’abord.",
            "TOO_MANY_ATTEMPTS" => "Trop d’essais. Réessayez dans une minute.",
            _ => return None,
        })
    },
};

pub(super) static ENGLISH: PasskeyWords = PasskeyWords {
    sign_in: "Sign in with a passkey",
    unlock_it: "Unlock your passkey…",
    or_password: "or with your password",
    none_shown: "No passkey was shown. Start over, or sign in with your password.",
    title: "Passkeys",
    about: "To come in without a password, with the fingerprint, the face or the code that unlocks your device. A passkey \
        cannot be guessed nor typed on a false site, and counts as the second step too.",
    not_here: "No passkey is possible from here: it takes a recent browser, and an address that bears a name.",
    add: "Add a passkey",
    called: "Name of the passkey",
    called_hint: "To know it in this list: the device it will be kept on.",
    machine: |machine| match machine {
        Machine::IPhone => "iPhone",
        Machine::IPad => "iPad",
        Machine::AndroidPhone => "Android phone",
        Machine::AndroidTablet => "Android tablet",
        Machine::Windows => "Windows computer",
        Machine::Mac => "Mac",
        Machine::Computer => "Computer",
    },
    gave_up: "The device made no passkey: you gave up, or time ran out. Start over.",
    added: "The passkey is kept.",
    not_added: "The passkey is not kept",
    made: |at| format!("Added {at}"),
    used: |at| format!("used {at}"),
    never_used: "never used",
    remove_body: "It will no longer open your access. Delete it in the settings of the device too, which would still offer it.",
    removed: |name| format!("The passkey “{name}” no longer opens your access."),
    trouble: |trouble| {
        Some(match trouble {
            PasskeyTrouble::GaveUp => return None,
            PasskeyTrouble::HasOne => "This device keeps a passkey for your account already.",
            PasskeyTrouble::Unsupported => {
                "This device cannot make a passkey. Turn its screen lock on first."
            }
            PasskeyTrouble::WrongAddress => "The browser allows no passkey at this address.",
            PasskeyTrouble::Failed => "The browser did not manage. Start over.",
        })
    },
    problem: |code| {
        Some(match code {
            "BAD_CREDENTIALS" => "This is not the present password.",
            "BAD_NAME" => "Give a name of 1 to 80 characters.",
            "PASSKEYS_UNAVAILABLE" => {
                "At this address no passkey is possible. Open the platform at its usual address, or sign in with your password."
            }
            "PASSKEY_REFUSED" => {
                "This passkey opens no access here. It may have been removed: sign in with your password, then add another one."
            }
            "PASSKEY_COPIED" => {
                "This passkey seems to have been copied: it no longer opens your access. Sign in with your password, then add another one."
            }
            "PASSKEY_TOO_LATE" => "That took too long, or began in another tab. Start over.",
            "PASSKEY_KNOWN" => "This passkey is kept already.",
            "TOO_MANY_PASSKEYS" => "You have twenty passkeys already. Remove one first.",
            "TOO_MANY_ATTEMPTS" => "Too many tries. Try again in a minute.",
            _ => return None,
        })
    },
};
