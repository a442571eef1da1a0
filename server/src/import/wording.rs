//! Every sentence the import says, in French: a report is read by the person who sent the file.

use domain::{enterprise::BadSiret, wire::desk::CellRefusal};
use rust_decimal::Decimal;

use super::{header::Field, source::Unreadable};

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CellProblem {
    /// Empty though needed.
    Missing,
    /// Not a number, or one with words nobody taught us.
    NotANumber,
    /// Negative, zero where something is needed, or absurdly large.
    OutOfRange { least: &'static str, most: &'static str },
    /// Too many decimals.
    TooPrecise { decimals: u32 },
    /// Not a unit.
    UnknownUnit,
    /// The price is for another unit than the row's.
    OtherUnit,
    /// Not a family.
    UnknownFamily,
    /// Not a SIRET.
    BadSiret(BadSiret),
    /// Not a date.
    BadDate,
    /// Not days of the week.
    UnknownDay,
    /// Not months.
    UnknownMonth,
    /// The reference stands in an earlier row.
    Duplicate { first_line: u32 },
    /// Not a VAT rate.
    BadVat,
    /// Too long, unprintable, or a broken formula.
    BadText { longest: usize },
    /// Not five characters.
    BadInsee,
}

impl CellProblem {
    /// The stable code.
    pub(crate) fn code(&self) -> CellRefusal {
        match self {
            Self::Missing => CellRefusal::Missing,
            Self::NotANumber => CellRefusal::NotANumber,
            Self::OutOfRange { .. } => CellRefusal::OutOfRange,
            Self::TooPrecise { .. } => CellRefusal::TooPrecise,
            Self::UnknownUnit | Self::OtherUnit => CellRefusal::UnknownUnit,
            Self::UnknownFamily => CellRefusal::UnknownFamily,
            Self::BadSiret(_) => CellRefusal::BadSiret,
            Self::BadDate => CellRefusal::BadDate,
            Self::UnknownDay => CellRefusal::UnknownDay,
            Self::UnknownMonth => CellRefusal::UnknownMonth,
            Self::Duplicate { .. } => CellRefusal::DuplicateReference,
            Self::BadVat => CellRefusal::BadVat,
            Self::BadText { .. } | Self::BadInsee => CellRefusal::BadText,
        }
    }

    /// The sentence that tells what to correct.
    pub(crate) fn sentence(&self, shown: &str) -> String {
        let shown = quoted(shown);
        match self {
            Self::Missing => "La cellule est vide alors qu’il faut la renseigner.".to_owned(),
            Self::NotANumber => format!("{shown} n’est pas un nombre, par exemple 2,10."),
            Self::OutOfRange { least, most } => format!("{shown} n’est pas entre {least} et {most}."),
            Self::TooPrecise { decimals } => format!("{shown} a plus de {decimals} décimales."),
            Self::UnknownUnit => {
                format!("{shown} n’est pas une unité connue : kg, litre, pièce, botte ou barquette.")
            }
            Self::OtherUnit => format!("{shown} n’est pas dans l’unité de la ligne."),
            Self::UnknownFamily => format!(
                "{shown} n’est pas une famille de « ma cantine » : fruits et légumes, viandes et volailles, charcuterie, \
                 produits de la mer, produits laitiers, boulangerie, boissons ou autres."
            ),
            Self::BadSiret(BadSiret::Length) => {
                format!("{shown} n’est pas un SIRET de 14 chiffres ; mettez la colonne au format Texte.")
            }
            Self::BadSiret(BadSiret::Checksum) => {
                format!(
                    "{shown} n’est pas un SIRET : sa clé de contrôle est fausse, un chiffre a été mal saisi."
                )
            }
            Self::BadDate => format!("{shown} n’est pas une date, par exemple 31/12/2026."),
            Self::UnknownDay => {
                format!("{shown} ne dit pas des jours de la semaine, par exemple « lundi, jeudi ».")
            }
            Self::UnknownMonth => {
                format!("{shown} ne dit pas des mois, par exemple « 5, 6, 7 » ou « mai, juin ».")
            }
            Self::Duplicate { first_line } => {
                format!("La référence {shown} est déjà à la ligne {first_line} ; c’est elle qui compte.")
            }
            Self::BadVat => format!("{shown} n’est pas un taux de TVA français, par exemple 5,5."),
            Self::BadText { longest } => {
                format!("{shown} n’est pas un texte imprimable d’au plus {longest} caractères.")
            }
            Self::BadInsee => {
                format!("{shown} n’est pas un code INSEE de cinq caractères, par exemple 34172.")
            }
        }
    }
}

/// The longest bounds a sentence names.
pub(crate) fn price_bounds() -> CellProblem {
    CellProblem::OutOfRange { least: "0", most: "99 999,9999 €" }
}

/// The same, for a quantity. Zero is allowed where `above_zero` is not set.
pub(crate) fn quantity_bounds(above_zero: bool) -> CellProblem {
    CellProblem::OutOfRange { least: if above_zero { "0,001" } else { "0" }, most: "999 999,999" }
}

/// The largest quantity a line may hold, as [`quantity_bounds`] says it.
pub(crate) const LARGEST_QUANTITY: Decimal = Decimal::from_parts(999_999_999, 0, 0, false, 3);

fn quoted(shown: &str) -> String {
    const LONGEST: usize = 60;
    let plain: String = shown.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    let more = if shown.chars().count() > LONGEST { "…" } else { "" };
    format!("« {plain}{more} »")
}

/// Why the whole file was refused.
pub(crate) fn unreadable(problem: &Unreadable) -> String {
    match problem {
        Unreadable::NotASpreadsheet => {
            "Ce fichier n’est pas une feuille de calcul. Envoyez la mercuriale en .xlsx, .ods ou .csv.".to_owned()
        }
        Unreadable::OldExcel => "Ce fichier est dans l’ancien format d’Excel (.xls). Ouvrez-le, enregistrez-le sous « Classeur \
                                 Excel (.xlsx) », puis envoyez ce nouveau fichier."
            .to_owned(),
        Unreadable::BinaryExcel => "Ce fichier est un classeur binaire (.xlsb). Enregistrez-le sous « Classeur Excel (.xlsx) », \
                                    puis envoyez ce nouveau fichier."
            .to_owned(),
        Unreadable::Empty => "Ce fichier ne contient aucune ligne de produit.".to_owned(),
        Unreadable::PasswordProtected => {
            "Ce fichier est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis envoyez-le de nouveau.".to_owned()
        }
        Unreadable::TooLarge { bytes } => format!(
            "Ce fichier pèse {} Mo ; une mercuriale ne doit pas dépasser {} Mo.",
            bytes.div_ceil(1024 * 1024),
            super::MAX_FILE_BYTES / (1024 * 1024)
        ),
        Unreadable::Bomb => "Ce fichier se déplie en bien plus de données qu’une mercuriale n’en contient ; il n’a pas été ouvert."
            .to_owned(),
        Unreadable::Damaged => "Ce fichier est abîmé : sa lecture s’est arrêtée en route. Enregistrez-le de nouveau depuis votre \
                                tableur."
            .to_owned(),
        Unreadable::NoHeader { missing } => {
            let names: Vec<_> = missing.iter().map(|field| format!("« {} »", field.usual_heading())).collect();
            format!("La ligne des titres de colonnes n’a pas été trouvée. Il manque : {}.", names.join(", "))
        }
    }
}

/// What closing does to a list that comes too late.
pub(crate) fn cycle_closed(cycle: impl std::fmt::Display) -> String {
    format!("Les commandes du cycle {cycle} sont closes : sa mercuriale ne change plus.")
}

/// A list of what was announced is asked for another week than the one to come.
pub(crate) fn not_to_come(week: impl std::fmt::Display) -> String {
    format!("La semaine {week} n’est pas la prochaine à publier : rien n’a été modifié.")
}

/// No cycle in the command, the file's name, its tab or its title.
pub(crate) fn no_cycle() -> &'static str {
    "Le fichier ne dit pas pour quelle semaine il vaut. Indiquez-la, par exemple 2026-W49."
}

/// Columns that were left aside, told for information.
pub(crate) fn ignored_columns(headings: &[String]) -> String {
    let names: Vec<_> = headings.iter().map(|heading| format!("« {heading} »")).collect();
    format!("Colonnes non reprises : {}.", names.join(", "))
}

/// The column a cell's problem is told under.
pub(crate) fn heading(field: Field, written: Option<&str>) -> String {
    written.map_or_else(|| field.usual_heading().to_owned(), str::to_owned)
}
