//! What columns are called.

/// What a column of a price list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Field {
    Reference,
    Name,
    Producer,
    Siret,
    Commune,
    Insee,
    Family,
    Signs,
    Certificate,
    ValidUntil,
    Origin,
    Unit,
    Pack,
    Price,
    Vat,
    Promised,
    Days,
    Season,
    Allergens,
    Temperature,
    Minimum,
}

use Field::{
    Allergens, Certificate, Commune, Days, Family, Insee, Minimum, Name, Origin, Pack, Price, Producer,
    Promised, Reference, Season, Signs, Siret, Temperature, Unit, ValidUntil, Vat,
};

/// Every field with its usual heading first, then what else lists call it.
pub(super) const HEADINGS: &[(Field, &[&str])] = &[
    (
        Reference,
        &[
            "Référence",
            "Réf",
            "Référence article",
            "Réf article",
            "Code article",
            "Code produit",
            "Référence produit",
            "Code",
            "SKU",
            "Article code",
        ],
    ),
    (
        Name,
        &[
            "Désignation",
            "Libellé",
            "Produit",
            "Nom du produit",
            "Article",
            "Désignation du produit",
            "Libellé produit",
            "Nom",
            "Libellé article",
            "Désignation article",
            "Denrée",
        ],
    ),
    (
        Producer,
        &[
            "Producteur",
            "Nom du producteur",
            "Fournisseur",
            "Exploitation",
            "Ferme",
            "Nom producteur",
            "Raison sociale",
            "Nom fournisseur",
            "Producteur / fournisseur",
        ],
    ),
    (
        Siret,
        &[
            "SIRET producteur",
            "SIRET",
            "N° SIRET",
            "Numéro SIRET",
            "SIRET fournisseur",
            "SIRET du fournisseur",
            "N° SIRET producteur",
            "Numéro SIRET producteur",
        ],
    ),
    (Commune, &["Commune", "Ville", "Commune producteur", "Localité", "Commune du producteur"]),
    (Insee, &["Code INSEE", "INSEE", "Code commune", "Code INSEE commune", "INSEE commune"]),
    (
        Family,
        &["Famille", "Famille de produits", "Catégorie", "Rayon", "Famille produit", "Catégorie produit"],
    ),
    (
        Signs,
        &[
            "Signes de qualité",
            "Signe de qualité",
            "Labels",
            "Label",
            "SIQO",
            "Signes officiels",
            "Qualité",
            "Signes",
            "Mentions",
            "Certifications",
            "Certification",
            "Signes officiels de qualité",
            "Label / signe de qualité",
        ],
    ),
    (
        Certificate,
        &["N° certificat", "Certificat", "Numéro de certificat", "N° de certificat", "Numéro certificat"],
    ),
    (
        ValidUntil,
        &[
            "Valable jusqu'au",
            "Validité certificat",
            "Fin de validité",
            "Date de fin de validité",
            "Validité",
            "Certificat valable jusqu'au",
            "Expire le",
            "Date d'expiration",
            "Valide jusqu'au",
        ],
    ),
    (Origin, &["Origine", "Provenance", "Pays d'origine", "Pays"]),
    (
        Unit,
        &[
            "Unité",
            "Unité de vente",
            "U",
            "UV",
            "Unité de facturation",
            "Unité de prix",
            "Unités",
            "Unité de commande",
        ],
    ),
    (
        Pack,
        &[
            "Conditionnement",
            "Colisage",
            "Condt",
            "Cond",
            "Colis",
            "Multiple de commande",
            "Conditionnement (unité)",
            "Pcb",
            "Contenance",
        ],
    ),
    (
        Price,
        &[
            "Prix HT producteur",
            "Prix producteur HT",
            "PU HT",
            "Prix unitaire HT",
            "Prix HT",
            "Prix net HT",
            "Prix",
            "PU",
            "Prix unitaire",
            "Prix producteur",
            "Tarif HT",
            "Tarif",
            "P.U. HT",
            "Prix net producteur",
            "Prix net producteur HT",
            "Prix d'achat HT",
            "Prix de vente HT",
            "Prix HT unité",
            "Prix HT / unité",
            "Prix kg HT",
        ],
    ),
    (Vat, &["TVA %", "TVA", "Taux TVA", "Taux de TVA", "% TVA", "TVA (%)"]),
    (
        Promised,
        &[
            "Quantité disponible",
            "Disponible",
            "Qté disponible",
            "Quantité",
            "Qté",
            "Dispo",
            "Stock",
            "Volume disponible",
            "Disponibilité",
            "Quantités disponibles",
            "Qté dispo",
            "Quantité dispo",
        ],
    ),
    (Days, &["Jours de livraison", "Jour de livraison", "Livraison", "Jours", "Jours livrés", "Livré le"]),
    (Season, &["Mois de saison", "Saison", "Saisonnalité", "Mois", "Période", "De saison"]),
    (Allergens, &["Allergènes", "Allergène", "Allergènes présents"]),
    (
        Temperature,
        &[
            "Classe de température",
            "Température",
            "Conservation",
            "Température de conservation",
            "Température de transport",
        ],
    ),
    (
        Minimum,
        &[
            "Minimum de commande",
            "Commande minimum",
            "Minimum",
            "Mini de commande",
            "Franco",
            "Franco de port",
            "Minimum commande HT",
            "Minimum de commande HT",
            "Montant minimum",
            "Minimum producteur",
        ],
    ),
];

/// Without these columns a list prices nothing for nobody.
pub(crate) const REQUIRED: &[Field] = &[Reference, Name, Producer, Siret, Family, Unit, Price, Vat];

impl Field {
    /// Its usual heading.
    pub(crate) fn usual_heading(self) -> &'static str {
        HEADINGS
            .iter()
            .find(|(field, _)| *field == self)
            .and_then(|(_, names)| names.first())
            .copied()
            .unwrap_or("")
    }
}
