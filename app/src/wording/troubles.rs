//! What goes wrong: with the server, by its stable codes, and with the device's storage.

use crate::state::StorageProblem;

/// The words of troubles, in one language.
pub(crate) struct TroubleWords {
    /// What the server said no to, by its stable code; `None` for a code without words here.
    pub problem: fn(&str) -> Option<&'static str>,
    /// What the device's storage complains of.
    pub storage: fn(&StorageProblem) -> &'static str,
}

pub(super) static FRENCH: TroubleWords = TroubleWords {
    problem: |code| {
        Some(match code {
            "BAD_CREDENTIALS" => "Adresse ou mot de passe non reconnus. Vérifiez les deux, puis réessayez.",
            "TOO_MANY_ATTEMPTS" => "Trop d’essais. Attendez quelques minutes, puis réessayez.",
            "NOT_SIGNED_IN" => "Votre session est terminée. Reconnectez-vous pour continuer.",
            "SECOND_STEP_DUE" => "Votre groupement demande plus qu’un mot de passe.",
            "NO_RIGHT" => "Votre compte n’a pas accès à cette page.",
            "NOT_FOUND" => "La plateforme ne trouve pas ce qui est demandé.",
            "CYCLE_CLOSED" => "Les commandes de cette semaine sont déjà closes.",
            "UNKNOWN_CYCLE" => "La plateforme n’a pas de mercuriale pour cette semaine.",
            "TOO_LARGE" => "Le fichier est trop lourd.",
            _ => return None,
        })
    },
    storage: |problem| match problem {
        StorageProblem::Full(_) => {
            "Il n’y a plus de place sur cet appareil. Libérez-en avant de continuer\u{a0}: une commande pourrait ne pas s’enregistrer."
        }
        StorageProblem::Blocked(_) => {
            "Mercuriale est ouverte dans un autre onglet qui bloque l’enregistrement. Fermez l’autre onglet."
        }
        StorageProblem::Unavailable(_) => {
            "Ce navigateur ne laisse rien enregistrer (navigation privée\u{202f}?). Gardez cette page ouverte jusqu’à l’envoi."
        }
        StorageProblem::Lost(_) => {
            "L’enregistrement sur cet appareil s’est interrompu. Rechargez la page avant de continuer."
        }
        StorageProblem::Unreadable(_) => {
            "Une partie de ce qui était enregistré ici est illisible. Le reste n’est pas touché."
        }
        StorageProblem::Locked => {
            "Les codes de cet appareil viennent de changer dans un autre onglet. Rechargez la page avant de continuer."
        }
        StorageProblem::Failed(_) => {
            "L’enregistrement sur cet appareil a échoué. Réessayez\u{202f}; si cela se répète, rechargez la page."
        }
    },
};

pub(super) static ENGLISH: TroubleWords = TroubleWords {
    problem: |code| {
        Some(match code {
            "BAD_CREDENTIALS" => "Address or password not recognized. Check both, then try again.",
            "TOO_MANY_ATTEMPTS" => "Too many attempts. Wait a few minutes, then try again.",
            "NOT_SIGNED_IN" => "Your session has ended. Sign in again to go on.",
            "SECOND_STEP_DUE" => "Your hub asks for more than a password.",
            "NO_RIGHT" => "Your account has no access to this page.",
            "NOT_FOUND" => "The platform does not find what is asked for.",
            "CYCLE_CLOSED" => "Orders of this week are already closed.",
            "UNKNOWN_CYCLE" => "The platform has no price list for this week.",
            "TOO_LARGE" => "The file is too large.",
            _ => return None,
        })
    },
    storage: |problem| match problem {
        StorageProblem::Full(_) => {
            "There is no room left on this device. Free some before you go on: an order might not be saved."
        }
        StorageProblem::Blocked(_) => {
            "Mercuriale is open in another tab that prevents saving. Close the other tab."
        }
        StorageProblem::Unavailable(_) => {
            "This browser lets nothing be saved (private window?). Keep this page open until the order is sent."
        }
        StorageProblem::Lost(_) => "Saving on this device was interrupted. Reload the page before you go on.",
        StorageProblem::Unreadable(_) => "Part of what was saved here cannot be read. The rest is untouched.",
        StorageProblem::Locked => {
            "The codes of this device have just changed in another tab. Reload the page before you go on."
        }
        StorageProblem::Failed(_) => {
            "Saving on this device failed. Try again; if it happens again, reload the page."
        }
    },
};
