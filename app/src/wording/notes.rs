//! What a kitchen says of a whole order: covers, and a word to the hub.

/// Sentences about it, in one language.
pub(crate) struct NoteWords {
    pub whole_order: &'static str,
    pub covers: &'static str,
    pub covers_range: &'static str,
    pub comment: &'static str,
    pub comment_hint: &'static str,
    pub letters_left: fn(usize) -> String,
    /// Of two things said apart, one stands.
    pub comment_replaced: &'static str,
    pub covers_replaced: &'static str,
    pub was_said: fn(&str) -> String,
    pub stands: fn(&str) -> String,
    pub put_back: &'static str,
    pub leave_so: &'static str,
    /// An order.
    pub for_covers: fn(&str) -> String,
    pub quoted: fn(&str) -> String,
    pub too_late_title: &'static str,
    pub too_late_body: &'static str,
    /// The hub.
    pub kitchens_say: &'static str,
    pub nobody_says: &'static str,
}

pub(super) static FRENCH: NoteWords = NoteWords {
    whole_order: "Pour toute la commande",
    covers: "Nombre de couverts",
    covers_range: "Un nombre de 1 à 50\u{202f}000, ou rien.",
    comment: "Mot pour le groupement",
    comment_hint: "Accès, horaires, allergies… Il part avec la commande.",
    letters_left: |left| format!("Encore {left}\u{a0}caractères"),
    comment_replaced: "Deux mots ont été écrits en même temps",
    covers_replaced: "Deux nombres de couverts ont été donnés en même temps",
    was_said: |said| format!("Il y avait aussi\u{a0}: {said}."),
    stands: |said| format!("Reste\u{a0}: {said}."),
    put_back: "Remettre l’autre",
    leave_so: "Laisser ainsi",
    for_covers: |covers| format!("Pour {covers}\u{a0}couverts"),
    quoted: |text| format!("«\u{202f}{text}\u{202f}»"),
    too_late_title: "Écrit après la limite",
    too_late_body: "La commande ne le dit pas. Si c’est important, appelez le groupement.",
    kitchens_say: "Mots des cuisines",
    nobody_says: "Aucune cuisine n’a laissé de mot.",
};

pub(super) static ENGLISH: NoteWords = NoteWords {
    whole_order: "For the whole order",
    covers: "Number of covers",
    covers_range: "A number from 1 to 50,000, or nothing.",
    comment: "A word to the hub",
    comment_hint: "Access, hours, allergies… It leaves with the order.",
    letters_left: |left| format!("{left} characters left"),
    comment_replaced: "Two words were written at the same time",
    covers_replaced: "Two numbers of covers were given at the same time",
    was_said: |said| format!("There was also: {said}."),
    stands: |said| format!("What stands: {said}."),
    put_back: "Put the other back",
    leave_so: "Leave it so",
    for_covers: |covers| format!("For {covers} covers"),
    quoted: |text| format!("“{text}”"),
    too_late_title: "Written after the cut-off",
    too_late_body: "The order does not say it. If it matters, call the hub.",
    kitchens_say: "What kitchens say",
    nobody_says: "No kitchen left a word.",
};
