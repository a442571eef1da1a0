//! « Diagnostic »: what one reads over the phone when something does not leave.

use replica::{outbox::StuckReason, rescue::RescueError};

use super::plural::{english, french};

/// Sentences of the diagnostic, in one language.
pub(crate) struct DiagnosticWords {
    pub title: &'static str,
    pub open: &'static str,
    pub about: &'static str,
    pub clock: &'static str,
    pub on_time: &'static str,
    pub fast: fn(&str) -> String,
    pub slow: fn(&str) -> String,
    pub memory: &'static str,
    pub memory_used: fn(&str, &str) -> String,
    pub kept: &'static str,
    pub is_kept: &'static str,
    pub may_be_evicted: &'static str,
    pub unreadable: fn(usize) -> String,
    pub waiting_title: &'static str,
    pub none_waiting: &'static str,
    pub answered_title: &'static str,
    pub none_answered: &'static str,
    pub number: &'static str,
    pub what: &'static str,
    pub recorded: &'static str,
    pub received: &'static str,
    pub stands: &'static str,
    pub order: &'static str,
    pub choice: &'static str,
    pub withdrawal: &'static str,
    pub amendment: &'static str,
    pub draft: &'static str,
    pub other_kind: fn(&str) -> String,
    pub ready: &'static str,
    pub stuck: fn(&StuckReason) -> String,
    pub done: &'static str,
    pub save_file: &'static str,
    pub take_file: &'static str,
    pub send_again: &'static str,
    pub sent_again: &'static str,
    pub rescue_body: &'static str,
    pub taken: fn(usize, usize, usize) -> String,
    pub rescue_error: fn(&RescueError) -> &'static str,
    pub view_title: &'static str,
    pub part: &'static str,
    pub place: &'static str,
}

pub(super) static FRENCH: DiagnosticWords = DiagnosticWords {
    title: "Diagnostic",
    open: "Ouvrir le diagnostic",
    about: "À lire au téléphone quand quelque chose ne part pas. Rien ici ne peut perdre une commande.",
    clock: "Horloge de cet appareil",
    on_time: "à l’heure",
    fast: |gap| format!("en avance de {gap}"),
    slow: |gap| format!("en retard de {gap}"),
    memory: "Mémoire utilisée",
    memory_used: |used, all| format!("{used}\u{202f}Mo sur {all}\u{202f}Mo"),
    kept: "Conservation",
    is_kept: "promise par le navigateur",
    may_be_evicted: "non promise\u{a0}: installez l’application sur cet appareil",
    unreadable: |count| {
        french(
            count,
            "enregistrement illisible par cette version, gardé tel quel",
            "enregistrements illisibles par cette version, gardés tels quels",
        )
    },
    waiting_title: "Ce qui attend ici",
    none_waiting: "Rien n’attend.",
    answered_title: "Dernières réponses",
    none_answered: "Aucune réponse gardée ici.",
    number: "N°",
    what: "Quoi",
    recorded: "Enregistré",
    received: "Reçu",
    stands: "Où cela en est",
    order: "Commande",
    choice: "Choix",
    withdrawal: "Retrait",
    amendment: "Modification",
    draft: "Brouillon partagé",
    other_kind: |kind| format!("Message {kind}"),
    ready: "prêt à partir",
    stuck: |reason| match reason {
        StuckReason::TooLarge => "trop volumineux pour passer".to_owned(),
        StuckReason::Rejected { status, code } => format!("refusé en route ({status} {code})"),
    },
    done: "fait comme demandé",
    save_file: "Enregistrer dans un fichier",
    take_file: "Reprendre un fichier",
    send_again: "Tout renvoyer",
    sent_again: "Tout est renvoyé. La plateforme reconnaît ce qu’elle a déjà\u{a0}: rien ne sera doublé.",
    rescue_body: "Si cette tablette ne peut plus envoyer, enregistrez ce qui attend dans un fichier et reprenez-le sur une autre tablette de la même cuisine.",
    taken: |new, known, foreign| {
        let mut said = format!("{}, {}", french(new, "envoi repris", "envois repris"), {
            french(known, "déjà connu", "déjà connus")
        });
        if foreign > 0 {
            said.push_str(&format!(", {}", french(foreign, "d’une autre cuisine", "d’une autre cuisine")));
        }
        said + "."
    },
    rescue_error: |error| match error {
        RescueError::NotARescueFile => "Ce fichier ne contient pas d’envois en attente.",
        RescueError::TooNew => {
            "Ce fichier vient d’une version plus récente\u{a0}: mettez d’abord cette tablette à jour."
        }
        RescueError::NotSignedIn => "Connectez-vous d’abord avec le compte de la cuisine.",
        RescueError::Storage(_) => "Rien n’a pu être enregistré sur cet appareil.",
    },
    view_title: "Ce que la plateforme a dit",
    part: "Partie",
    place: "Position",
};

pub(super) static ENGLISH: DiagnosticWords = DiagnosticWords {
    title: "Diagnostic",
    open: "Open the diagnostic",
    about: "To be read over the phone when something does not leave. Nothing here can lose an order.",
    clock: "This device’s clock",
    on_time: "on time",
    fast: |gap| format!("fast by {gap}"),
    slow: |gap| format!("slow by {gap}"),
    memory: "Memory used",
    memory_used: |used, all| format!("{used}\u{202f}MB of {all}\u{202f}MB"),
    kept: "Keeping",
    is_kept: "promised by the browser",
    may_be_evicted: "not promised: install the application on this device",
    unreadable: |count| {
        english(
            count,
            "record this version cannot read, kept as it is",
            "records this version cannot read, kept as they are",
        )
    },
    waiting_title: "Waiting here",
    none_waiting: "Nothing waits.",
    answered_title: "Last answers",
    none_answered: "No answer kept here.",
    number: "No.",
    what: "What",
    recorded: "Saved",
    received: "Received",
    stands: "Where it stands",
    order: "Order",
    choice: "Choice",
    withdrawal: "Withdrawal",
    amendment: "Change",
    draft: "Shared draft",
    other_kind: |kind| format!("Message {kind}"),
    ready: "ready to leave",
    stuck: |reason| match reason {
        StuckReason::TooLarge => "too large to pass".to_owned(),
        StuckReason::Rejected { status, code } => format!("refused on the way ({status} {code})"),
    },
    done: "done as asked",
    save_file: "Save to a file",
    take_file: "Take a file in",
    send_again: "Send everything again",
    sent_again: "Everything is sent again. The platform knows what it has: nothing will be doubled.",
    rescue_body: "If this tablet can no longer send, save what waits to a file and take it in on another tablet of the same kitchen.",
    taken: |new, known, foreign| {
        let mut said = format!("{}, {}", english(new, "message taken in", "messages taken in"), {
            english(known, "already known", "already known")
        });
        if foreign > 0 {
            said.push_str(&format!(", {}", english(foreign, "of another kitchen", "of another kitchen")));
        }
        said + "."
    },
    rescue_error: |error| match error {
        RescueError::NotARescueFile => "This file holds no waiting messages.",
        RescueError::TooNew => "This file comes from a newer version: update this tablet first.",
        RescueError::NotSignedIn => "Sign in with the kitchen’s account first.",
        RescueError::Storage(_) => "Nothing could be saved on this device.",
    },
    view_title: "What the platform said",
    part: "Part",
    place: "Place",
};
