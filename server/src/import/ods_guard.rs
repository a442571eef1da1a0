//! An OpenDocument sheet can say "this cell, sixteen thousand times" and "this row, a million times" in a few bytes. The
//! reader writes all of them out; so what they come to is counted here first.

use std::io::BufRead;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::source::Unreadable;

/// More cells than a price list of 20,000 rows and 100 columns.
const MAX_CELLS: u64 = 2_000_000;
/// More spaces in a row than anyone types.
const MAX_SPACES: u64 = 1_000;

/// Refuses a `content.xml` that would come to more cells than a price list can have; and one whose elements do not close each
/// where it should, since the reader looks for such an end for ever.
pub(crate) fn check(content: impl BufRead) -> Result<(), Unreadable> {
    let mut reader = Reader::from_reader(content);
    let (mut count, mut depth) = (Count::default(), 0_u64);
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).map_err(|_| Unreadable::Damaged)? {
            Event::Start(tag) => {
                depth += 1;
                count.tag(&tag)?;
            }
            Event::Empty(tag) => count.tag(&tag)?,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof if depth > 0 => return Err(Unreadable::Damaged),
            Event::Eof => return count.end_row(),
            _ => {}
        }
        buffer.clear();
    }
}

/// What the sheet comes to so far. Cells that are empty to the end of their row, and rows that are empty to the end of
/// their sheet, cost nothing: they wait until something follows them.
#[derive(Default)]
struct Count {
    cells: u64,
    waiting_rows: u64,
    row_repeats: u64,
    row_cells: u64,
    waiting_cells: u64,
    widest: u64,
}

impl Count {
    fn tag(&mut self, tag: &BytesStart<'_>) -> Result<(), Unreadable> {
        match tag.name().as_ref() {
            "table:table" => {
                self.end_row()?;
                *self = Self { cells: self.cells, ..Self::default() };
            }
            "table:table-row" => {
                self.end_row()?;
                self.row_repeats = number(tag, "table:number-rows-repeated", 1);
            }
            "table:table-cell" | "table:covered-table-cell" => self.cell(tag)?,
            "text:s" if number(tag, "text:c", 1) > MAX_SPACES => return Err(Unreadable::Bomb),
            _ => {}
        }
        Ok(())
    }

    fn cell(&mut self, tag: &BytesStart<'_>) -> Result<(), Unreadable> {
        let repeats = number(tag, "table:number-columns-repeated", 1);
        let holds = ["office:value-type", "table:formula"].iter().any(|name| attribute(tag, name).is_some());
        self.row_cells = self.row_cells.saturating_add(self.waiting_cells);
        self.waiting_cells = 0;
        if holds {
            self.row_cells = self.row_cells.saturating_add(repeats);
        } else {
            self.waiting_cells = repeats;
        }
        if self.row_cells > MAX_CELLS { Err(Unreadable::Bomb) } else { Ok(()) }
    }

    fn end_row(&mut self) -> Result<(), Unreadable> {
        self.widest = self.widest.max(self.row_cells);
        if self.row_cells == 0 {
            self.waiting_rows = self.waiting_rows.saturating_add(self.row_repeats);
        } else {
            let rows = self.waiting_rows.saturating_add(self.row_repeats);
            self.cells = self.cells.saturating_add(rows.saturating_mul(self.widest));
            self.waiting_rows = 0;
        }
        (self.row_repeats, self.row_cells, self.waiting_cells) = (0, 0, 0);
        if self.cells > MAX_CELLS { Err(Unreadable::Bomb) } else { Ok(()) }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.try_get_attribute(name).ok().flatten().map(|attribute| attribute.value.into_owned())
}

/// A count; one nobody can read is taken for the largest.
fn number(tag: &BytesStart<'_>, name: &str, absent: u64) -> u64 {
    attribute(tag, name).map_or(absent, |text| text.trim().parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(rows: &str) -> Result<(), Unreadable> {
        check(
            format!("<office:body><table:table table:name=\"A\">{rows}</table:table></office:body>")
                .as_bytes(),
        )
    }

    #[test]
    fn what_a_sheet_pads_itself_with_costs_nothing() {
        let padded = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>
            <table:table-cell table:number-columns-repeated="16383"/></table:table-row>
            <table:table-row table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384"/>
            </table:table-row>"#;
        assert_eq!(checked(padded), Ok(()));
    }

    #[test]
    fn what_never_ends_is_damaged() {
        let cell = r#"<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>"#;
        for rows in [
            format!("<table:table-row>{cell}"),
            "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>a".to_owned(),
            format!("<table:table-row>{cell}</table:table-ro>"),
        ] {
            assert_eq!(check(rows.as_bytes()), Err(Unreadable::Damaged), "{rows}");
        }
    }

    #[test]
    fn repeated_cells_rows_and_spaces_are_bombs() {
        let cell = r#"<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>"#;
        let bombs = [
            format!("<table:table-row table:number-rows-repeated=\"1000\">{cell}</table:table-row>"),
            format!("<table:table-row>{cell}</table:table-row>").repeat(130),
            r#"<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="999999999999"/></text:p>
                </table:table-cell></table:table-row>"#
                .to_owned(),
            r#"<table:table-row table:number-rows-repeated="1000000"/><table:table-row>
                <table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="9"/>
                </table:table-row>"#
                .to_owned(),
        ];
        for bomb in bombs {
            assert_eq!(checked(&bomb), Err(Unreadable::Bomb), "{}", &bomb[..60]);
        }
    }
}
