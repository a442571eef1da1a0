//! « Mercuriale »: reading a spreadsheet, looking at what it changes, publishing it.

use domain::wire::desk::{CellRefusal, FileRefusal, ImportPhase};

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
    /// Why a file was refused.
    pub file_refusal: fn(&FileRefusal) -> &'static str,
    /// Why a cell refused its row.
    pub cell_refusal: fn(&CellRefusal) -> &'static str,
    /// What an import is doing.
    pub phase: fn(ImportPhase) -> &'static str,
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
    file_refusal: |refusal| match refusal {
        FileRefusal::NotASpreadsheet => {
            "Ce fichier n’est pas un tableur lisible. Enregistrez-le en .xlsx, .ods ou .csv."
        }
        FileRefusal::Empty => "Le fichier est vide.",
        FileRefusal::PasswordProtected => {
            "Le fichier est protégé par un mot de passe. Enregistrez-le sans protection."
        }
        FileRefusal::TooLarge => "Le fichier est trop lourd pour une mercuriale.",
        FileRefusal::Bomb => "Une fois décompressé, le fichier est démesuré\u{a0}: il n’a pas été ouvert.",
        FileRefusal::NoHeader => "Aucune ligne ne porte les titres de colonnes d’une mercuriale.",
        FileRefusal::Damaged => {
            "Le fichier est abîmé. Ouvrez-le dans votre tableur et enregistrez-le de nouveau."
        }
        FileRefusal::CycleClosed => {
            "Les commandes de cette semaine sont closes\u{a0}: sa mercuriale ne change plus."
        }
        FileRefusal::NotToCome => {
            "Cette semaine n’est pas la prochaine à publier\u{a0}: rien n’a été modifié."
        }
        FileRefusal::Other(_) => {
            "La plateforme refuse ce fichier pour une raison que cette version ne connaît pas."
        }
    },
    cell_refusal: |refusal| match refusal {
        CellRefusal::Missing => "Case vide alors qu’il faut une valeur.",
        CellRefusal::NotANumber => "Ce n’est pas un nombre. Écrire par exemple 2,10.",
        CellRefusal::OutOfRange => "Nombre hors des limites acceptées.",
        CellRefusal::TooPrecise => "Trop de décimales.",
        CellRefusal::UnknownUnit => "Unité inconnue\u{a0}: écrire kg, L, pièce, botte ou barquette.",
        CellRefusal::UnknownFamily => "Famille de produits inconnue.",
        CellRefusal::BadSiret => {
            "Ce n’est pas un SIRET\u{a0}: 14 chiffres, dont le dernier vérifie les autres."
        }
        CellRefusal::BadDate => "Ce n’est pas une date.",
        CellRefusal::UnknownDay => "Ce n’est pas un jour de la semaine.",
        CellRefusal::UnknownMonth => "Ce n’est pas un mois.",
        CellRefusal::DuplicateReference => {
            "Cette référence est déjà plus haut dans le fichier\u{a0}: la première ligne compte."
        }
        CellRefusal::BadVat => "Ce n’est pas un taux de TVA.",
        CellRefusal::BadText => "Texte trop long ou illisible.",
        CellRefusal::Other(_) => "Refusée pour une raison que cette version ne connaît pas.",
    },
    phase: |phase| match phase {
        ImportPhase::Reading => "Ouverture du fichier",
        ImportPhase::Checking => "Lecture des lignes",
        ImportPhase::Writing => "Enregistrement des changements",
        ImportPhase::Publishing => "Préparation pour les tablettes",
    },
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
    file_refusal: |refusal| match refusal {
        FileRefusal::NotASpreadsheet => {
            "This file is no readable spreadsheet. Save it as .xlsx, .ods or .csv."
        }
        FileRefusal::Empty => "The file is empty.",
        FileRefusal::PasswordProtected => "The file is protected by a password. Save it without protection.",
        FileRefusal::TooLarge => "The file is too large for a price list.",
        FileRefusal::Bomb => "Once inflated, the file is enormous: it was not opened.",
        FileRefusal::NoHeader => "No row holds the column headings of a price list.",
        FileRefusal::Damaged => "The file is damaged. Open it in your spreadsheet and save it again.",
        FileRefusal::CycleClosed => "Orders of this week are closed: its price list no longer changes.",
        FileRefusal::NotToCome => "This week is not the next to publish: nothing was changed.",
        FileRefusal::Other(_) => "The platform refuses this file for a reason this version does not know.",
    },
    cell_refusal: |refusal| match refusal {
        CellRefusal::Missing => "Empty, though a value is needed.",
        CellRefusal::NotANumber => "Not a number. Write for example 2.10.",
        CellRefusal::OutOfRange => "A number out of the accepted range.",
        CellRefusal::TooPrecise => "Too many decimals.",
        CellRefusal::UnknownUnit => "Unknown unit: write kg, L, pièce, botte or barquette.",
        CellRefusal::UnknownFamily => "Unknown product family.",
        CellRefusal::BadSiret => "Not a SIRET: 14 digits, the last one checks the others.",
        CellRefusal::BadDate => "Not a date.",
        CellRefusal::UnknownDay => "Not a day of the week.",
        CellRefusal::UnknownMonth => "Not a month.",
        CellRefusal::DuplicateReference => "This reference stands higher in the file: the first row counts.",
        CellRefusal::BadVat => "Not a VAT rate.",
        CellRefusal::BadText => "Text too long or unprintable.",
        CellRefusal::Other(_) => "Refused for a reason this version does not know.",
    },
    phase: |phase| match phase {
        ImportPhase::Reading => "Opening the file",
        ImportPhase::Checking => "Reading rows",
        ImportPhase::Writing => "Saving changes",
        ImportPhase::Publishing => "Preparing the tablets’ copy",
    },
};
