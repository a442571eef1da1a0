//! Rows that are no offers: blank ones, headings within the list, repeated headers, subtotals, notes.

use domain::search::fold;

use super::{
    cells::{Cell, Row},
    header::{Field, Header},
    spelling,
};

/// Whether a row is not an offer at all: blank, a heading within the list, a repeated header, a subtotal, a note.
pub(crate) fn is_decoration(header: &Header, row: &Row) -> bool {
    let filled: Vec<_> = header.columns.iter().filter(|column| !row.cell(column.at).is_empty()).collect();
    let lacks = |field| header.column(field).is_none_or(|column| row.cell(column.at).is_empty());
    match filled[..] {
        [] => true,
        [only] if is_heading_or_note(header, only.at, row.cell(only.at)) => true,
        _ => {
            header.is_repeated_by(row)
                || ((lacks(Field::Siret) || lacks(Field::Reference)) && row.cells.iter().any(is_total))
        }
    }
}

/// A lone text: the name of a family, or words at the left edge that no reference is made of.
fn is_heading_or_note(header: &Header, at: usize, cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    let at_left_edge = header.columns.first().is_some_and(|first| first.at == at);
    let is_no_reference = text.chars().count() > 40 || !text.chars().any(|c| c.is_ascii_digit());
    spelling::family(text).is_some() || is_total(cell) || (at_left_edge && is_no_reference)
}

/// « Sous-total Ferme des Coteaux », « TOTAL », « S/Total »…
fn is_total(cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    let folded = fold(text);
    [
        "total",
        "totaux",
        "sous total",
        "sous totaux",
        "s total",
        "ss total",
        "soustotal",
        "somme",
        "cumul",
        "grand total",
    ]
    .iter()
    .any(|word| folded.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}
