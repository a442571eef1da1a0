//! Text with separators, as spreadsheets export it: in France with `;`, the decimal comma and Windows-1252; elsewhere
//! UTF-8, with or without its mark; UTF-16 from « Texte Unicode ».

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{
    cells::{Cell, Gatherer, MAX_COLUMNS, Sheet, TooMuch},
    header::{self, Dictionary},
    source::Unreadable,
};

/// Separators, the likeliest first.
const SEPARATORS: [u8; 4] = [b';', b'\t', b',', b'|'];

/// How much of a file is looked at to tell text and its encoding.
const LOOKED_AT: usize = 64 * 1024;

/// The encoding of a file: its mark, else what its bytes allow.
fn encoding(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    let start = &bytes[..bytes.len().min(LOOKED_AT)];
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    // Mostly Latin letters: every other byte of UTF-16 is zero.
    if zeros(1) * 4 > start.len() && zeros(0) * 16 < start.len() {
        UTF_16LE
    } else if zeros(0) * 4 > start.len() && zeros(1) * 16 < start.len() {
        UTF_16BE
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1252
    }
}

fn decode(bytes: &[u8]) -> Cow<'_, str> {
    encoding(bytes).decode(bytes).0
}

/// Whether the bytes are text at all: no control characters but those that lay out.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(LOOKED_AT)];
    let is_layout = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    let text = encoding(bytes).decode(start).0;
    let strange = text.chars().filter(|c| c.is_control() && !is_layout(*c)).count();
    strange <= 1 + text.len() / 2_000
}

/// The rows of the text, numbered as a spreadsheet numbers them: a blank line is a row, a quoted line break is not.
pub(crate) fn sheet(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    let text = decode(bytes).replace("\r\n", "\n").replace('\r', "\n");
    let dictionary = Dictionary::new();
    if let Some((separator, rest)) = declared_separator(&text) {
        return Ok(rows(rest, separator, usize::MAX)?);
    }
    let names_of = |separator: u8| {
        let start = rows(&text, separator, 60).unwrap_or_default();
        let names = header::find(&start, &dictionary).map_or(0, |header| header.columns.len());
        let widest = start.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        (names, widest)
    };
    // The separator that makes the best header; of equals, the widest table, then the likeliest.
    let best = SEPARATORS.iter().rev().max_by_key(|separator| names_of(**separator)).copied().unwrap_or(b';');
    Ok(rows(&text, best, usize::MAX)?)
}

/// Excel's own first line, `sep=;`, which it does not show nor number.
fn declared_separator(text: &str) -> Option<(u8, &str)> {
    let (first, rest) = text.split_once('\n')?;
    match first.trim().strip_prefix("sep=")?.as_bytes() {
        [separator] => Some((*separator, rest)),
        _ => None,
    }
}

/// A cell holds fewer lines than this. More is a quotation mark that someone opened and nobody closed.
const MAX_LINES_IN_A_CELL: usize = 40;

fn rows(text: &str, separator: u8, most: usize) -> Result<Sheet, TooMuch> {
    let quoted = rows_read(text, separator, most, true)?;
    let swallowed =
        |cell: &Cell| matches!(cell, Cell::Text(text) if text.matches('\n').count() > MAX_LINES_IN_A_CELL);
    if quoted.rows.iter().flat_map(|row| &row.cells).any(swallowed) {
        return rows_read(text, separator, most, false);
    }
    Ok(quoted)
}

fn rows_read(text: &str, separator: u8, most: usize, quoting: bool) -> Result<Sheet, TooMuch> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .quoting(quoting)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut gatherer = Gatherer::default();
    let mut record = csv::StringRecord::new();
    let (mut breaks_inside, mut last_line) = (0, 0);
    for _ in 0..most {
        // Text is UTF-8 by now and lengths are free: nothing else can fail.
        if !reader.read_record(&mut record).unwrap_or(false) {
            break;
        }
        breaks_inside += record.iter().map(|field| field.matches('\n').count()).sum::<usize>();
        let at_end = reader.position().byte() >= text.len() as u64 && !text.ends_with('\n');
        let lines_read =
            usize::try_from(reader.position().line()).map_err(|_| TooMuch)? - usize::from(!at_end);
        let line = u32::try_from(lines_read.saturating_sub(breaks_inside)).map_err(|_| TooMuch)?;
        // A quotation mark left open holds the last line break of the file: two rows never share a number.
        last_line = line.max(last_line + 1);
        for (column, field) in record.iter().enumerate().take(MAX_COLUMNS) {
            gatherer.put(last_line, column, Cell::text(field))?;
        }
    }
    Ok(gatherer.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str =
        "Mercuriale;;\n\nRéférence;Désignation;Prix HT\nA1;\"Pêche; jaune\nplate\";2,10\n\nA2;Œufs;0,30";

    fn lines(sheet: &Sheet) -> Vec<u32> {
        sheet.rows.iter().map(|row| row.line).collect()
    }

    #[test]
    fn every_encoding_and_line_end_gives_the_same_rows() {
        let utf_16 = |units: Vec<u8>, mark: &[u8]| [mark, &units].concat();
        let little: Vec<u8> = LIST.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = LIST.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let (windows, _, _) = WINDOWS_1252.encode(LIST);
        let expected = sheet(LIST.as_bytes()).unwrap();
        assert_eq!(lines(&expected), [1, 3, 4, 6]);
        assert_eq!(expected.rows[2].cells[1], Cell::text("Pêche; jaune\nplate"));
        let files = [
            [b"\xef\xbb\xbf", LIST.as_bytes()].concat(),
            windows.into_owned(),
            utf_16(little.clone(), b"\xff\xfe"),
            utf_16(big.clone(), b"\xfe\xff"),
            LIST.replace('\n', "\r\n").into_bytes(),
            LIST.replace('\n', "\r").into_bytes(),
            format!("{LIST}\n").into_bytes(),
            format!("sep=;\n{LIST}").into_bytes(),
            LIST.replace("2,10", "\"2,10\"").into_bytes(),
        ];
        for file in files {
            assert!(is_text(&file));
            assert_eq!(sheet(&file).unwrap(), expected, "{}", String::from_utf8_lossy(&file));
        }
    }

    #[test]
    fn the_separator_is_the_one_that_makes_a_header() {
        for separator in [";", "\t", ",", "|"] {
            let list = ["Référence", "Désignation", "Prix HT"].join(separator)
                + "\nA1"
                + separator
                + "Pomme, poire"
                + separator
                + "3";
            let list = if separator == "," { list.replace("Pomme, poire", "\"Pomme, poire\"") } else { list };
            let sheet = sheet(list.as_bytes()).unwrap();
            assert_eq!(
                sheet.rows[1].cells,
                [Cell::text("A1"), Cell::text("Pomme, poire"), Cell::text("3")],
                "{separator:?}"
            );
        }
    }

    #[test]
    fn a_quotation_mark_nobody_closed_does_not_swallow_the_list() {
        let list: String =
            (0..100).map(|n| format!("A{n};{}Pélardon;2,10\n", if n == 3 { "\"" } else { "" })).collect();
        let sheet = sheet(format!("Référence;Désignation;Prix\n{list}").as_bytes()).unwrap();
        assert_eq!(sheet.rows.len(), 101);
        assert_eq!(sheet.rows[4].cells[1], Cell::text("\"Pélardon"));
    }

    #[test]
    fn an_open_quotation_mark_on_the_last_row_leaves_the_others_alone() {
        let sheet = sheet("Référence;Désignation;Prix\nA1;Ail;3\nA2;\"Oignon;2\n".as_bytes()).unwrap();
        assert_eq!(lines(&sheet), [1, 2, 3]);
    }

    #[test]
    fn utf_16_without_its_mark_is_still_text() {
        let little: Vec<u8> =
            "Référence;Prix HT\nA1;2,10".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(is_text(&little));
        assert_eq!(sheet(&little).unwrap().rows[1].cells[1], Cell::text("2,10"));
    }
}
