//! Finding the row of headings, and which column says what: in any order, case and accents, with the trade's synonyms.

use domain::search::fold;

use super::cells::{Row, Sheet};

mod headings;

use headings::HEADINGS;
pub(crate) use headings::{Field, REQUIRED};

/// A heading as it is compared: folded, without articles and currency, its words sorted, so that « Prix producteur HT » is
/// « Prix HT du producteur (€) ».
fn bag(heading: &str) -> Vec<String> {
    let folded = fold(&heading.replace('.', "").replace("(s)", ""));
    let mut words: Vec<String> = folded
        .split(' ')
        .filter(|word| {
            !matches!(
                *word,
                "" | "de"
                    | "des"
                    | "du"
                    | "d"
                    | "la"
                    | "le"
                    | "les"
                    | "l"
                    | "en"
                    | "au"
                    | "a"
                    | "eur"
                    | "euro"
                    | "euros"
            )
        })
        .map(|word| if word.len() > 3 { word.trim_end_matches('s').to_owned() } else { word.to_owned() })
        .collect();
    words.sort();
    words
}

/// The table from compared headings to fields, made once a file.
pub(crate) struct Dictionary(Vec<(Vec<String>, Field)>);

impl Dictionary {
    /// Every synonym, folded.
    pub(crate) fn new() -> Self {
        let synonyms =
            HEADINGS.iter().flat_map(|(field, names)| names.iter().map(|name| (bag(name), *field)));
        Self(synonyms.collect())
    }

    /// What a column of that heading says; a note in brackets may be left out (« Prix HT (départ ferme) »).
    fn field(&self, heading: &str) -> Option<Field> {
        if heading.chars().count() > 80 {
            return None;
        }
        let find = |text: &str| {
            let bag = bag(text);
            self.0.iter().find(|(words, _)| *words == bag).map(|(_, field)| *field)
        };
        find(heading).or_else(|| {
            let (before, _) = heading.split_once(['(', '[', '\n'])?;
            find(before)
        })
    }
}

/// One recognized column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    /// From 0.
    pub(crate) at: usize,
    /// What it says.
    pub(crate) field: Field,
    /// As the file writes it.
    pub(crate) heading: String,
}

/// The row of headings.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Header {
    /// Its place among the sheet's rows.
    pub(crate) place: usize,
    /// The columns it names, left to right; of two columns that say the same, the first.
    pub(crate) columns: Vec<Column>,
    /// Headings nobody taught us.
    pub(crate) ignored: Vec<String>,
}

impl Header {
    /// The column of a field.
    pub(crate) fn column(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }

    /// Whether `row` repeats these headings, as each printed page of a long list does.
    pub(crate) fn is_repeated_by(&self, row: &Row) -> bool {
        let same = |column: &&Column| fold(&row.cell(column.at).shown()) == fold(&column.heading);
        self.columns.iter().filter(same).count() * 2 > self.columns.len()
    }

    /// The required fields it lacks.
    pub(crate) fn missing(&self) -> Vec<Field> {
        REQUIRED.iter().copied().filter(|field| self.column(*field).is_none()).collect()
    }
}

/// How far down a header is looked for, in written rows: letterheads are shorter.
const SEARCHED_ROWS: usize = 40;

/// The row that names the most fields; the first of them when several do. `None` when no row names any.
pub(crate) fn find(sheet: &Sheet, dictionary: &Dictionary) -> Option<Header> {
    let headers =
        sheet.rows.iter().take(SEARCHED_ROWS).enumerate().map(|(place, row)| read(place, row, dictionary));
    headers
        .filter(|header| !header.columns.is_empty())
        .max_by_key(|header| (header.columns.len(), std::cmp::Reverse(header.place)))
}

fn read(place: usize, row: &Row, dictionary: &Dictionary) -> Header {
    let mut header = Header { place, columns: Vec::new(), ignored: Vec::new() };
    for (at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        let heading = cell.shown().split_whitespace().collect::<Vec<_>>().join(" ");
        match dictionary.field(&cell.shown()) {
            Some(field) if header.column(field).is_none() => {
                header.columns.push(Column { at, field, heading });
            }
            _ => header.ignored.push(heading),
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::{headings::Field::*, *};
    use crate::import::cells::Cell;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let rows = rows
            .iter()
            .zip(1..)
            .map(|(cells, line)| Row { line, cells: cells.iter().map(|text| Cell::text(text)).collect() });
        Sheet { name: String::new(), rows: rows.collect() }
    }

    #[test]
    fn headings_come_in_any_case_and_accents_and_words() {
        let dictionary = Dictionary::new();
        let cases = [
            ("Prix HT producteur", Price),
            ("PRIX PRODUCTEUR HT", Price),
            ("prix h.t. (€/kg)", Price),
            ("PU HT", Price),
            ("P.U. H.T.", Price),
            ("Prix unitaire HT en €", Price),
            ("désignation", Name),
            ("LIBELLÉ", Name),
            ("Produits", Name),
            ("Réf.", Reference),
            ("N° SIRET", Siret),
            ("TVA (%)", Vat),
            ("Qté dispo.", Promised),
            ("Conditionnement (kg)", Pack),
            ("Jour(s) de livraison", Days),
            ("Minimum de commande", Minimum),
            ("Signes\nde qualité", Signs),
        ];
        for (heading, expected) in cases {
            assert_eq!(dictionary.field(heading), Some(expected), "{heading:?}");
        }
        for unknown in ["Prix TTC", "Commentaire", "", "42"] {
            assert_eq!(dictionary.field(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn no_two_fields_share_a_heading() {
        let mut bags: Vec<_> = Dictionary::new().0;
        bags.sort();
        bags.dedup();
        for pair in bags.windows(2) {
            assert!(pair[0].0 != pair[1].0, "{pair:?}");
        }
    }

    #[test]
    fn a_header_is_found_under_title_rows_whatever_its_order() {
        let sheet = sheet(&[
            &["Mercuriale de la semaine 49"],
            &["", "Prix en euros"],
            &[
                "PU HT",
                "Produit",
                "réf",
                "Notes",
                "SIRET",
                "Producteur",
                "unite",
                "TVA",
                "Famille",
                "Prix HT",
            ],
            &["2,10", "Carotte", "A1"],
        ]);
        let header = find(&sheet, &Dictionary::new()).unwrap();
        assert_eq!((header.place, header.column(Reference).unwrap().at), (2, 2));
        assert_eq!(header.column(Price).unwrap().heading, "PU HT");
        assert_eq!(header.ignored, ["Notes", "Prix HT"]);
        assert!(header.missing().is_empty());
        assert!(header.is_repeated_by(&sheet.rows[2]));
        assert!(!header.is_repeated_by(&sheet.rows[3]));
    }

    #[test]
    fn what_a_header_lacks_is_named() {
        let header = find(&sheet(&[&["Désignation", "Prix", "Producteur"]]), &Dictionary::new()).unwrap();
        let missing: Vec<_> = header.missing().into_iter().map(Field::usual_heading).collect();
        assert_eq!(missing, ["Référence", "SIRET producteur", "Famille", "Unité", "TVA %"]);
        assert_eq!(find(&sheet(&[&["rien", "du tout"]]), &Dictionary::new()), None);
    }
}
