//! Cells as the importer sees them, whatever the file was: text, an exact number, a day, or nothing.

use std::borrow::Cow;

use domain::time::Date;
use rust_decimal::Decimal;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Cell {
    /// Nothing, or nothing but spaces.
    #[default]
    Empty,
    /// Text, trimmed.
    Text(String),
    /// A number the file stores as a number, as its spreadsheet would show it.
    Number(Decimal),
    /// A day the file stores as a day.
    Day(Date),
    /// The result of a broken formula, such as `#REF!`.
    Broken(String),
}

impl Cell {
    /// Text, or [`Cell::Empty`] when there is nothing to read in it.
    pub(crate) fn text(text: &str) -> Self {
        let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// A stored float, to the fifteen significant digits a spreadsheet keeps: `0.1 + 0.2` is 0.3, never
    /// 0.30000000000000004. Not finite or beyond what is ever sold: broken.
    pub(crate) fn float(value: f64) -> Self {
        let digits = format!("{value:.14e}");
        match Decimal::from_scientific(&digits) {
            Ok(number) => Self::Number(number.normalize()),
            // Nearer to zero than any decimal of 28 places.
            Err(_) if value.abs() < 1e-10 => Self::Number(Decimal::ZERO),
            Err(_) => Self::Broken(value.to_string()),
        }
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The cell as its reader sees it: a number with the French comma, a day as `31/12/2026`.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Broken(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.normalize().to_string().replace('.', ",")),
            Self::Day(day) => Cow::Owned(format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())),
        }
    }
}

/// A row that holds something, with its number in the spreadsheet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// As the spreadsheet numbers it, from 1.
    pub(crate) line: u32,
    /// From column A on; columns after the last written one are absent.
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    /// The cell of a column, from 0.
    pub(crate) fn cell(&self, column: usize) -> &Cell {
        const NOTHING: &Cell = &Cell::Empty;
        self.cells.get(column).unwrap_or(NOTHING)
    }
}

/// One sheet: its written rows, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Sheet {
    /// The name on its tab; empty for a text file.
    pub(crate) name: String,
    /// Its rows, blank ones left out.
    pub(crate) rows: Vec<Row>,
}

/// A price list has some twenty columns: what stands beyond is not ours.
pub(crate) const MAX_COLUMNS: usize = 256;
/// More rows than the whole of a country's wholesale markets.
pub(crate) const MAX_ROWS: usize = 100_000;
/// What one cell can hold in a spreadsheet.
const MAX_CELL_CHARS: usize = 32_767;
/// All text of a file together, once it is in memory.
const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;

/// Holds more than a price list can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMuch;

/// Gathers the cells of a sheet, which come in order of rows, and counts what they weigh.
#[derive(Debug, Default)]
pub(crate) struct Gatherer {
    sheet: Sheet,
    text_bytes: usize,
}

impl Gatherer {
    /// An empty sheet of that name.
    pub(crate) fn new(name: &str) -> Self {
        Self { sheet: Sheet { name: name.to_owned(), rows: Vec::new() }, text_bytes: 0 }
    }

    /// Puts a cell at `line` (from 1) and `column` (from 0).
    pub(crate) fn put(&mut self, line: u32, column: usize, cell: Cell) -> Result<(), TooMuch> {
        if cell.is_empty() || column >= MAX_COLUMNS {
            return Ok(());
        }
        if let Cell::Text(text) | Cell::Broken(text) = &cell {
            self.text_bytes += text.len();
            if self.text_bytes > MAX_TEXT_BYTES || text.chars().count() > MAX_CELL_CHARS {
                return Err(TooMuch);
            }
        }
        if self.sheet.rows.last().is_none_or(|row| row.line != line) {
            if self.sheet.rows.len() >= MAX_ROWS {
                return Err(TooMuch);
            }
            self.sheet.rows.push(Row { line, cells: Vec::new() });
        }
        if let Some(row) = self.sheet.rows.last_mut() {
            if row.cells.len() <= column {
                row.cells.resize(column + 1, Cell::Empty);
            }
            row.cells[column] = cell;
        }
        Ok(())
    }

    /// The sheet, once every cell is in.
    pub(crate) fn finish(self) -> Sheet {
        self.sheet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_float_is_the_number_one_sees() {
        let cases = [
            (2.37, "2.37"),
            (0.1 + 0.2, "0.3"),
            (1.1 * 3.0, "3.3"),
            (330.0, "330"),
            (0.055, "0.055"),
            (1e-20, "0"),
            (-4.5, "-4.5"),
            (0.0, "0"),
            (12_345.678_9, "12345.6789"),
        ];
        for (float, expected) in cases {
            assert_eq!(Cell::float(float), Cell::Number(expected.parse().unwrap()), "{float}");
        }
        for float in [f64::NAN, f64::INFINITY, 1e300] {
            assert!(matches!(Cell::float(float), Cell::Broken(_)), "{float}");
        }
    }

    #[test]
    fn a_cell_of_spaces_is_empty() {
        assert_eq!(Cell::text(" \u{a0}\u{202f}\n"), Cell::Empty);
        assert_eq!(Cell::text(" kg "), Cell::Text("kg".into()));
    }

    #[test]
    fn a_cell_is_shown_as_its_reader_sees_it() {
        assert_eq!(Cell::Number("2.370".parse().unwrap()).shown(), "2,37");
        assert_eq!(Cell::Day("2026-12-31".parse().unwrap()).shown(), "31/12/2026");
    }

    #[test]
    fn rows_keep_their_number_and_blank_ones_are_left_out() {
        let mut gatherer = Gatherer::new("Semaine");
        gatherer.put(2, 1, Cell::text("b")).unwrap();
        gatherer.put(5, 0, Cell::text("")).unwrap();
        gatherer.put(7, 0, Cell::text("a")).unwrap();
        gatherer.put(7, MAX_COLUMNS, Cell::text("far")).unwrap();
        let sheet = gatherer.finish();
        assert_eq!(sheet.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 7]);
        assert_eq!(sheet.rows[0].cells, [Cell::Empty, Cell::text("b")]);
        assert_eq!(sheet.rows[1].cell(200), &Cell::Empty);
    }

    #[test]
    fn a_cell_longer_than_any_spreadsheet_allows_is_too_much() {
        assert_eq!(Gatherer::new("").put(1, 0, Cell::text(&"x".repeat(40_000))), Err(TooMuch));
    }
}
