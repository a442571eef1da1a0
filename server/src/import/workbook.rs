//! Workbooks, through calamine: XLSX cell by cell, so that a lone cell far away costs one cell; OpenDocument once what it
//! repeats has been counted.

use std::{
    io::{BufReader, Cursor},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{Data, DataRef, Ods, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use domain::time::Date;
use zip::ZipArchive;

use super::{
    cells::{Cell, Gatherer, Sheet, TooMuch},
    ods_guard,
    source::Unreadable,
};

/// How many sheets of a workbook are looked at.
const MAX_SHEETS: usize = 20;

/// The visible sheets of an XLSX workbook.
pub(crate) fn xlsx(bytes: &[u8]) -> Result<Vec<Sheet>, Unreadable> {
    guarded(|| {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| xlsx_fault(&error))?;
        let names = visible(workbook.sheets_metadata());
        names.iter().map(|name| xlsx_sheet(&mut workbook, name)).collect()
    })
}

fn xlsx_sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Sheet, Unreadable> {
    let mut gatherer = Gatherer::new(name);
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|error| xlsx_fault(&error))?;
    while let Some(cell) = reader.next_cell().map_err(|error| xlsx_fault(&error))? {
        let (row, column) = cell.get_position();
        let value = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::SharedString(text) => Cell::text(text),
            DataRef::String(text) => Cell::text(text),
            other => plain(&Data::from(other.clone())),
        };
        put(&mut gatherer, row, column, value)?;
    }
    Ok(gatherer.finish())
}

fn xlsx_fault(error: &XlsxError) -> Unreadable {
    if matches!(error, XlsxError::Password) { Unreadable::PasswordProtected } else { Unreadable::Damaged }
}

/// The visible sheets of an OpenDocument workbook.
pub(crate) fn ods(bytes: &[u8]) -> Result<Vec<Sheet>, Unreadable> {
    guarded(|| {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
        let content = archive.by_name("content.xml").map_err(|_| Unreadable::Damaged)?;
        ods_guard::check(BufReader::new(content))?;
        let mut workbook: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
        let names = visible(workbook.sheets_metadata());
        names.iter().map(|name| ods_sheet(&mut workbook, name)).collect()
    })
}

fn ods_sheet(workbook: &mut Ods<Cursor<&[u8]>>, name: &str) -> Result<Sheet, Unreadable> {
    let range = workbook.worksheet_range(name).map_err(|_| Unreadable::Damaged)?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut gatherer = Gatherer::new(name);
    for (row, cells) in range.rows().enumerate() {
        for (column, value) in cells.iter().enumerate().filter(|(_, value)| !matches!(value, Data::Empty)) {
            let row = first_row.saturating_add(u32::try_from(row).map_err(|_| TooMuch)?);
            let column = first_column.saturating_add(u32::try_from(column).map_err(|_| TooMuch)?);
            put(&mut gatherer, row, column, plain(value))?;
        }
    }
    Ok(gatherer.finish())
}

fn put(gatherer: &mut Gatherer, row: u32, column: u32, cell: Cell) -> Result<(), TooMuch> {
    gatherer.put(row.saturating_add(1), usize::try_from(column).map_err(|_| TooMuch)?, cell)
}

/// The worksheets a person sees, in the order of their tabs.
fn visible(sheets: &[calamine::Sheet]) -> Vec<String> {
    let seen = |sheet: &&calamine::Sheet| {
        sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
    };
    sheets.iter().filter(seen).take(MAX_SHEETS).map(|sheet| sheet.name.clone()).collect()
}

fn plain(value: &Data) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::String(text) | Data::DurationIso(text) => Cell::text(text),
        Data::Int(number) => Cell::Number((*number).into()),
        Data::Float(number) => Cell::float(*number),
        Data::Bool(truth) => Cell::text(if *truth { "VRAI" } else { "FAUX" }),
        Data::Error(error) => Cell::Broken(error.to_string()),
        Data::DateTimeIso(text) => super::calendar::date(text).map_or_else(|| Cell::text(text), Cell::Day),
        Data::DateTime(moment) => day(moment).map_or_else(|| Cell::float(moment.as_f64()), Cell::Day),
    }
}

/// The day of a moment; `None` when the number is no day of our centuries (a quantity shown as a date by mistake).
fn day(moment: &calamine::ExcelDateTime) -> Option<Date> {
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    let date =
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (moment.is_datetime() && (2000..2200).contains(&date.year())).then_some(date)
}

/// Runs a reader that was not written for hostile files: should it panic, the file is damaged and the server goes on.
fn guarded<T>(read: impl FnOnce() -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Unreadable::Damaged))
}
