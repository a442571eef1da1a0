//! The words of the domain's codes: families, signs, units, reasons, refusals, problems. Every `match` is exhaustive; a code
//! that came from a newer server is shown as it came.

use domain::{
    catalog::{Allergen, Origin, ProductFamily, QualitySign},
    quantity::Unit,
    receipt::Reason,
    wire::desk::{CellRefusal, FileRefusal, ImportPhase},
};

use crate::state::StorageProblem;

/// Why something is not as asked.
pub(crate) struct ReasonWords {
    /// After « À vérifier : » or « Non retenu : ».
    pub short: &'static str,
    /// What happened, what is safe, what to do.
    pub sentence: &'static str,
}

/// The words of codes, in one language.
pub(crate) struct CodeWords {
    /// One and several; empty for a unit nobody taught us.
    pub unit: fn(&Unit) -> (&'static str, &'static str),
    /// A family's full name; its code when unknown.
    pub family: fn(&ProductFamily) -> &str,
    /// The same for a narrow chip.
    pub family_short: fn(&ProductFamily) -> &str,
    /// A sign, as its label says it.
    pub sign: fn(&QualitySign) -> &str,
    /// Where a product comes from.
    pub origin: fn(&Origin) -> &str,
    /// An allergen.
    pub allergen: fn(&Allergen) -> &str,
    /// Why an order or a line is not as asked.
    pub reason: fn(&Reason) -> ReasonWords,
    /// What the server said no to, by its stable code; `None` for a code without words here.
    pub problem: fn(&str) -> Option<&'static str>,
    /// What the device's storage complains of.
    pub storage: fn(&StorageProblem) -> &'static str,
    /// Why a file was refused.
    pub file_refusal: fn(&FileRefusal) -> &'static str,
    /// Why a cell refused its row.
    pub cell_refusal: fn(&CellRefusal) -> &'static str,
    /// What an import is doing.
    pub import_phase: fn(ImportPhase) -> &'static str,
}

pub(crate) static FRENCH: CodeWords = CodeWords {
    unit: |unit| match unit {
        Unit::Kilogram => ("kg", "kg"),
        Unit::Litre => ("L", "L"),
        Unit::Piece => ("pièce", "pièces"),
        Unit::Bunch => ("botte", "bottes"),
        Unit::Punnet => ("barquette", "barquettes"),
        Unit::Other(_) => Default::default(),
    },
    family: |family| match family {
        ProductFamily::FruitAndVegetables => "Fruits et légumes",
        ProductFamily::MeatAndPoultry => "Viandes et volailles",
        ProductFamily::Charcuterie => "Charcuterie",
        ProductFamily::Seafood => "Produits de la mer",
        ProductFamily::Dairy => "Produits laitiers, beurre et œufs",
        ProductFamily::Bakery => "Boulangerie et pâtisserie",
        ProductFamily::Drinks => "Boissons",
        ProductFamily::Grocery => "Épicerie et autres",
        ProductFamily::Other(code) => code,
    },
    family_short: |family| match family {
        ProductFamily::FruitAndVegetables => "Fruits et légumes",
        ProductFamily::MeatAndPoultry => "Viandes et volailles",
        ProductFamily::Charcuterie => "Charcuterie",
        ProductFamily::Seafood => "Mer",
        ProductFamily::Dairy => "Laitiers et œufs",
        ProductFamily::Bakery => "Boulangerie",
        ProductFamily::Drinks => "Boissons",
        ProductFamily::Grocery => "Épicerie",
        ProductFamily::Other(code) => code,
    },
    sign: |sign| match sign {
        QualitySign::Organic => "Bio",
        QualitySign::LabelRouge => "Label Rouge",
        QualitySign::Aop => "AOP",
        QualitySign::Igp => "IGP",
        QualitySign::Stg => "STG",
        QualitySign::Hve => "HVE",
        QualitySign::SustainableFishing => "Pêche durable",
        QualitySign::OutermostRegion => "RUP",
        QualitySign::FairTrade => "Équitable",
        QualitySign::Farm => "Fermier",
        QualitySign::Other(code) => code,
    },
    origin: |origin| match origin {
        Origin::France => "France",
        Origin::Europe => "Europe",
        Origin::World => "hors d’Europe",
        Origin::Other(code) => code,
    },
    allergen: |allergen| match allergen {
        Allergen::Gluten => "gluten",
        Allergen::Crustaceans => "crustacés",
        Allergen::Eggs => "œufs",
        Allergen::Fish => "poissons",
        Allergen::Peanuts => "arachides",
        Allergen::Soybeans => "soja",
        Allergen::Milk => "lait",
        Allergen::Nuts => "fruits à coque",
        Allergen::Celery => "céleri",
        Allergen::Mustard => "moutarde",
        Allergen::Sesame => "sésame",
        Allergen::Sulphites => "sulfites",
        Allergen::Lupin => "lupin",
        Allergen::Molluscs => "mollusques",
        Allergen::Other(code) => code,
    },
    reason: |reason| {
        let (short, sentence) = match reason {
            Reason::Late => (
                "arrivée après la limite",
                "La commande est arrivée après la limite et son délai de grâce. Elle est gardée entière\u{a0}: le groupement décide.",
            ),
            Reason::PriceLower => (
                "prix en baisse",
                "Le prix a baissé depuis votre choix. Le prix le plus bas est appliqué, vous n’avez rien à faire.",
            ),
            Reason::PriceChanged => (
                "prix modifié",
                "Le prix a augmenté depuis votre choix. Votre quantité est tenue de côté\u{a0}: acceptez le nouveau prix ou retirez la ligne.",
            ),
            Reason::Withdrawn => (
                "produit retiré",
                "Ce produit n’est plus proposé cette semaine. Le reste de la commande n’est pas touché.",
            ),
            Reason::UnknownOffer => (
                "produit inconnu",
                "Ce produit n’est pas dans la mercuriale de la semaine. Le groupement regarde la commande.",
            ),
            Reason::NotDelivered => (
                "jour non livré",
                "Ce produit n’est pas livré ce jour-là. Le reste de la commande n’est pas touché.",
            ),
            Reason::PackMultiple => (
                "colis entier attendu",
                "La quantité n’est pas un nombre entier de colis. Le reste de la commande n’est pas touché.",
            ),
            Reason::TotalDiffers => (
                "total recalculé",
                "Le total que vous avez vu et celui qui compte diffèrent. Les deux sont montrés ci-dessous.",
            ),
            Reason::DoubleSubmit => (
                "deux envois différents",
                "Une autre tablette avait déjà envoyé cette commande avec d’autres lignes. La première tient\u{a0}: choisissez.",
            ),
            Reason::NotConfirmed => (
                "sans réponse avant la clôture",
                "Personne n’a répondu avant la clôture des commandes\u{a0}: la ligne n’est pas livrée.",
            ),
            Reason::Declined => ("retirée à votre demande", "La ligne a été retirée à votre demande."),
            Reason::NoRight => (
                "compte sans droit",
                "Ce compte ne peut pas commander pour cette cuisine. Rien n’est perdu\u{a0}: appelez le groupement.",
            ),
            Reason::Malformed => (
                "envoi illisible",
                "La plateforme n’a pas pu lire cet envoi. Il est gardé tel quel\u{a0}: appelez le groupement.",
            ),
            Reason::UnknownCommand => (
                "envoi trop récent",
                "La plateforme ne connaît pas encore ce type d’envoi. Il est gardé tel quel et sera relu.",
            ),
            Reason::UnknownCycle => (
                "semaine inconnue",
                "La plateforme n’a pas de mercuriale pour cette semaine. Le groupement regarde la commande.",
            ),
            Reason::CycleClosed => (
                "commandes closes",
                "Les commandes de la semaine sont closes. Appelez le groupement pour ce qui manque.",
            ),
            Reason::UnknownTicket => ("choix inconnu", "La plateforme ne trouve pas ce qui était à choisir."),
            Reason::AlreadySettled => {
                ("déjà réglé", "Quelqu’un a déjà fait un autre choix. Le premier tient.")
            }
            Reason::OrderWithdrawn => (
                "commande retirée",
                "La commande a été retirée. Ce qui en reste ne sera pas livré sans votre accord.",
            ),
            Reason::OrderChanged => (
                "commande modifiée entre-temps",
                "La commande avait changé depuis ce que vous voyiez. Elle tient telle quelle\u{a0}: à vous de choisir.",
            ),
            Reason::TooLateToChange => (
                "trop tard pour changer",
                "La limite était passée\u{a0}: la commande tient telle quelle. Appelez le groupement.",
            ),
            Reason::UnknownOrder => (
                "commande inconnue",
                "La plateforme ne trouve pas cette commande. L’envoi est gardé tel quel\u{a0}: le groupement regarde.",
            ),
            Reason::EmptyOrder => ("commande vide", "La commande n’a aucune ligne."),
            Reason::TooManyLines => {
                ("trop de lignes", "Le brouillon contient trop de lignes pour être partagé.")
            }
            Reason::Failed => (
                "panne de la plateforme",
                "La plateforme est tombée en panne sur cet envoi. Il est gardé tel quel\u{a0}: le groupement est prévenu.",
            ),
            Reason::Other(_) => (
                "à regarder",
                "La plateforme répond par un code que cette version ne connaît pas. Rien n’est perdu\u{a0}: appelez le groupement.",
            ),
        };
        ReasonWords { short, sentence }
    },
    problem: |code| {
        Some(match code {
            "BAD_CREDENTIALS" => "Adresse ou mot de passe non reconnus. Vérifiez les deux, puis réessayez.",
            "TOO_MANY_ATTEMPTS" => "Trop d’essais. Attendez quelques minutes, puis réessayez.",
            "NOT_SIGNED_IN" => "Votre session est terminée. Reconnectez-vous pour continuer.",
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
        StorageProblem::Failed(_) => {
            "L’enregistrement sur cet appareil a échoué. Réessayez\u{202f}; si cela se répète, rechargez la page."
        }
    },
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
    import_phase: |phase| match phase {
        ImportPhase::Reading => "Ouverture du fichier",
        ImportPhase::Checking => "Lecture des lignes",
        ImportPhase::Writing => "Enregistrement des changements",
        ImportPhase::Publishing => "Préparation pour les tablettes",
    },
};

pub(super) static ENGLISH: CodeWords = CodeWords {
    unit: |unit| match unit {
        Unit::Kilogram => ("kg", "kg"),
        Unit::Litre => ("L", "L"),
        Unit::Piece => ("piece", "pieces"),
        Unit::Bunch => ("bunch", "bunches"),
        Unit::Punnet => ("punnet", "punnets"),
        Unit::Other(_) => Default::default(),
    },
    family: |family| match family {
        ProductFamily::FruitAndVegetables => "Fruit and vegetables",
        ProductFamily::MeatAndPoultry => "Meat and poultry",
        ProductFamily::Charcuterie => "Cured meats",
        ProductFamily::Seafood => "Fish and shellfish",
        ProductFamily::Dairy => "Dairy, butter and eggs",
        ProductFamily::Bakery => "Bread and pastry",
        ProductFamily::Drinks => "Drinks",
        ProductFamily::Grocery => "Grocery and other",
        ProductFamily::Other(code) => code,
    },
    family_short: |family| match family {
        ProductFamily::FruitAndVegetables => "Fruit and veg",
        ProductFamily::MeatAndPoultry => "Meat and poultry",
        ProductFamily::Charcuterie => "Cured meats",
        ProductFamily::Seafood => "Fish",
        ProductFamily::Dairy => "Dairy and eggs",
        ProductFamily::Bakery => "Bakery",
        ProductFamily::Drinks => "Drinks",
        ProductFamily::Grocery => "Grocery",
        ProductFamily::Other(code) => code,
    },
    sign: |sign| match sign {
        QualitySign::Organic => "Organic",
        QualitySign::LabelRouge => "Label Rouge",
        QualitySign::Aop => "PDO",
        QualitySign::Igp => "PGI",
        QualitySign::Stg => "TSG",
        QualitySign::Hve => "HVE",
        QualitySign::SustainableFishing => "Sustainable fishing",
        QualitySign::OutermostRegion => "Outermost region",
        QualitySign::FairTrade => "Fair trade",
        QualitySign::Farm => "Farm-made",
        QualitySign::Other(code) => code,
    },
    origin: |origin| match origin {
        Origin::France => "France",
        Origin::Europe => "Europe",
        Origin::World => "outside Europe",
        Origin::Other(code) => code,
    },
    allergen: |allergen| match allergen {
        Allergen::Gluten => "gluten",
        Allergen::Crustaceans => "crustaceans",
        Allergen::Eggs => "eggs",
        Allergen::Fish => "fish",
        Allergen::Peanuts => "peanuts",
        Allergen::Soybeans => "soybeans",
        Allergen::Milk => "milk",
        Allergen::Nuts => "nuts",
        Allergen::Celery => "celery",
        Allergen::Mustard => "mustard",
        Allergen::Sesame => "sesame",
        Allergen::Sulphites => "sulphites",
        Allergen::Lupin => "lupin",
        Allergen::Molluscs => "molluscs",
        Allergen::Other(code) => code,
    },
    reason: |reason| {
        let (short, sentence) = match reason {
            Reason::Late => (
                "arrived after the cut-off",
                "The order arrived after the cut-off and its grace. It is kept whole: the hub decides.",
            ),
            Reason::PriceLower => (
                "lower price",
                "The price fell since you chose. The lower one is used, there is nothing for you to do.",
            ),
            Reason::PriceChanged => (
                "price changed",
                "The price rose since you chose. Your quantity is held: accept the new price or leave the line out.",
            ),
            Reason::Withdrawn => (
                "product withdrawn",
                "This product is no longer offered this week. The rest of the order is untouched.",
            ),
            Reason::UnknownOffer => (
                "unknown product",
                "This product is not in this week’s price list. The hub is looking at the order.",
            ),
            Reason::NotDelivered => (
                "not delivered that day",
                "This product is not delivered that day. The rest of the order is untouched.",
            ),
            Reason::PackMultiple => (
                "whole packs expected",
                "The quantity is not a whole number of packs. The rest of the order is untouched.",
            ),
            Reason::TotalDiffers => (
                "total recomputed",
                "The total you saw and the one that counts differ. Both are shown below.",
            ),
            Reason::DoubleSubmit => (
                "sent twice, differently",
                "Another tablet had already sent this order with other lines. The first one stands: choose.",
            ),
            Reason::NotConfirmed => (
                "no answer before the close",
                "Nobody answered before orders were closed: the line is not delivered.",
            ),
            Reason::Declined => ("left out as you asked", "The line was left out as you asked."),
            Reason::NoRight => {
                ("no right", "This account may not order for this kitchen. Nothing is lost: call the hub.")
            }
            Reason::Malformed => {
                ("unreadable", "The platform could not read this. It is kept as it came: call the hub.")
            }
            Reason::UnknownCommand => (
                "too recent",
                "The platform does not know this kind of message yet. It is kept and will be read again.",
            ),
            Reason::UnknownCycle => (
                "unknown week",
                "The platform has no price list for this week. The hub is looking at the order.",
            ),
            Reason::CycleClosed => {
                ("orders closed", "Orders of the week are closed. Call the hub for what is missing.")
            }
            Reason::UnknownTicket => ("unknown choice", "The platform does not find what was to be chosen."),
            Reason::AlreadySettled => {
                ("already settled", "Somebody already chose otherwise. The first choice stands.")
            }
            Reason::OrderWithdrawn => (
                "order withdrawn",
                "The order was withdrawn. What is left of it is not delivered unless you agree.",
            ),
            Reason::OrderChanged => (
                "order changed meanwhile",
                "The order was not any more as you saw it. It stands as it is: choose.",
            ),
            Reason::TooLateToChange => {
                ("too late to change", "The cut-off had passed: the order stands as it is. Call the hub.")
            }
            Reason::UnknownOrder => (
                "unknown order",
                "The platform does not find this order. The message is kept as it came: the hub is looking.",
            ),
            Reason::EmptyOrder => ("empty order", "The order has no line."),
            Reason::TooManyLines => ("too many lines", "The draft holds too many lines to be shared."),
            Reason::Failed => (
                "platform failure",
                "The platform failed on this message. It is kept as it came: the hub is told.",
            ),
            Reason::Other(_) => (
                "to look at",
                "The platform answers with a code this version does not know. Nothing is lost: call the hub.",
            ),
        };
        ReasonWords { short, sentence }
    },
    problem: |code| {
        Some(match code {
            "BAD_CREDENTIALS" => "Address or password not recognized. Check both, then try again.",
            "TOO_MANY_ATTEMPTS" => "Too many attempts. Wait a few minutes, then try again.",
            "NOT_SIGNED_IN" => "Your session has ended. Sign in again to go on.",
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
        StorageProblem::Failed(_) => {
            "Saving on this device failed. Try again; if it happens again, reload the page."
        }
    },
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
    import_phase: |phase| match phase {
        ImportPhase::Reading => "Opening the file",
        ImportPhase::Checking => "Reading rows",
        ImportPhase::Writing => "Saving changes",
        ImportPhase::Publishing => "Preparing the tablets’ copy",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_the_domain_knows_has_words_that_fit_their_place() {
        for words in [&FRENCH, &ENGLISH] {
            for reason in Reason::KNOWN {
                let said = (words.reason)(reason);
                assert!(
                    said.short.chars().next().is_some_and(char::is_lowercase),
                    "{reason:?}: {}",
                    said.short
                );
                assert!(said.sentence.ends_with('.'), "{reason:?}: {}", said.sentence);
            }
        }
    }
}
