//! « Mercuriale »: reading a spreadsheet, looking at what it changes, publishing it.

use super::plural::{english, french};

/// Sentences of the import, in one language.
pub(crate) struct ImportWords {
    pub current_title: &'static str,
    pub current: fn(&str, usize, usize) -> String,
    pub none_yet: &'static str,
    pub needed_columns: &'static str,
    pub drop_here: &'static str,
    pub formats: &'static str,
    pub file: &'static str,
    pub sending: &'static str,
    pub rows_done: fn(&str, &str) -> String,
    pub preview_title: fn(usize, usize) -> String,
    pub preview_body: &'static str,
    pub published_title: fn(usize) -> String,
    pub published_body: &'static str,
    pub refused_file: &'static str,
    pub new: &'static str,
    pub price_up: &'static str,
    pub price_down: &'static str,
    pub other: &'static str,
    pub gone: &'static str,
    pub unchanged: &'static str,
    pub refused_rows: &'static str,
    pub no_refused: &'static str,
    pub line: &'static str,
    pub column: &'static str,
    pub what_is_wrong: &'static str,
    pub changes: &'static str,
    pub no_change: &'static str,
    pub product: &'static str,
    pub before: &'static str,
    pub now: &'static str,
    pub change: &'static str,
    pub up: fn(&str) -> String,
    pub down: fn(&str) -> String,
    pub is_new: &'static str,
    pub is_gone: &'static str,
    pub is_other: &'static str,
    pub publish: &'static str,
    pub another_file: &'static str,
    pub nothing_to_publish: &'static str,
}

pub(super) static FRENCH: ImportWords = ImportWords {
    current_title: "Mercuriale en place",
    current: |week, offers, producers| {
        format!(
            "{week}\u{a0}: {} de {}",
            french(offers, "produit", "produits"),
            french(producers, "producteur", "producteurs")
        )
    },
    none_yet: "Aucune mercuriale n’est encore publiée.",
    needed_columns: "Colonnes dans l’ordre de votre choix\u{a0}: référence, désignation, producteur, SIRET, famille, unité, prix et TVA au moins. \
                     Déposer une liste corrigée met à jour les mêmes références, sans rien doubler.",
    drop_here: "Déposer le tableur de la semaine",
    formats: ".xlsx, .ods ou .csv · ou toucher pour choisir",
    file: "Fichier de la mercuriale",
    sending: "Envoi du fichier…",
    rows_done: |done, total| format!("{done} lignes sur {total}"),
    preview_title: |accepted, refused| {
        format!(
            "{}, {}",
            french(accepted, "ligne lisible", "lignes lisibles"),
            french(refused, "refusée", "refusées")
        )
    },
    preview_body: "Rien n’est publié tant que vous ne le demandez pas.",
    published_title: |accepted| {
        format!("Mercuriale publiée\u{a0}: {}", french(accepted, "produit", "produits"))
    },
    published_body: "Les tablettes la reçoivent à leur prochaine mise à jour.",
    refused_file: "Ce fichier n’a pas pu être utilisé",
    new: "nouveaux produits",
    price_up: "prix en hausse",
    price_down: "prix en baisse",
    other: "autres changements",
    gone: "ne sont plus proposés",
    unchanged: "sans changement",
    refused_rows: "Lignes refusées",
    no_refused: "Aucune ligne refusée.",
    line: "Ligne",
    column: "Colonne",
    what_is_wrong: "Ce qui ne va pas",
    changes: "Changements",
    no_change: "Aucun changement par rapport à la mercuriale en place.",
    product: "Produit",
    before: "Avant",
    now: "Maintenant",
    change: "Écart",
    up: |share| format!("▲\u{a0}hausse {share}"),
    down: |share| format!("▼\u{a0}baisse {share}"),
    is_new: "nouveau",
    is_gone: "retiré",
    is_other: "modifié",
    publish: "Publier",
    another_file: "Choisir un autre fichier",
    nothing_to_publish: "Aucune ligne lisible\u{a0}: il n’y a rien à publier.",
};

pub(super) static ENGLISH: ImportWords = ImportWords {
    current_title: "Current price list",
    current: |week, offers, producers| {
        format!(
            "{week}: {} from {}",
            english(offers, "product", "products"),
            english(producers, "producer", "producers")
        )
    },
    none_yet: "No price list is published yet.",
    needed_columns: "Columns in any order: at least reference, name, producer, SIRET, family, unit, price and VAT. \
                     A corrected list updates the same references and doubles nothing.",
    drop_here: "Drop the week’s spreadsheet",
    formats: ".xlsx, .ods or .csv · or tap to choose",
    file: "Price list file",
    sending: "Sending the file…",
    rows_done: |done, total| format!("{done} rows of {total}"),
    preview_title: |accepted, refused| {
        format!(
            "{}, {}",
            english(accepted, "readable row", "readable rows"),
            english(refused, "refused", "refused")
        )
    },
    preview_body: "Nothing is published until you ask for it.",
    published_title: |accepted| format!("Price list published: {}", english(accepted, "product", "products")),
    published_body: "Tablets receive it at their next update.",
    refused_file: "This file could not be used",
    new: "new products",
    price_up: "higher prices",
    price_down: "lower prices",
    other: "other changes",
    gone: "no longer offered",
    unchanged: "unchanged",
    refused_rows: "Refused rows",
    no_refused: "No refused row.",
    line: "Row",
    column: "Column",
    what_is_wrong: "What is wrong",
    changes: "Changes",
    no_change: "No change from the current price list.",
    product: "Product",
    before: "Before",
    now: "Now",
    change: "Difference",
    up: |share| format!("▲ up {share}"),
    down: |share| format!("▼ down {share}"),
    is_new: "new",
    is_gone: "gone",
    is_other: "changed",
    publish: "Publish",
    another_file: "Choose another file",
    nothing_to_publish: "No readable row: there is nothing to publish.",
};
