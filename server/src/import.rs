//! A price list, from the file somebody sent to offers: the source is recognized, its header found, its rows read one by
//! one. Good rows are taken whatever the others hold; each bad cell is told by line, column and a sentence.
//!
//! ```text
//! bytes ─► source (what is it? is it safe?) ─► sheets of cells ─► header ─► rows ─► offers + report
//! ```

use std::collections::HashMap;

use domain::{
    cycle::CycleId,
    id::{HubId, ProducerId, Reference},
    wire::desk::{FileRefusal, ImportPhase, RefusedRow},
};

mod archive;
mod calendar;
mod cells;
mod decoration;
mod header;
pub mod new_cycle;
mod number;
mod ods_guard;
mod row;
mod run;
mod source;
mod spelling;
mod text;
mod wording;
mod workbook;

pub(crate) use run::not_to_come;
pub use run::{ImportError, publish, report_without_store, run};

use cells::Sheet;
use header::{Dictionary, Field, Header};
use source::{Source, Unreadable};

use crate::store::PriceList;

/// A price list weighs some hundred kilobytes; twenty thousand rows weigh two megabytes.
pub const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

/// A file that was read: what it proposes, and what of it was not taken.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadList {
    /// The rows that were taken.
    pub list: PriceList,
    /// The week the file speaks of: on its tab, in its title, or by its name.
    pub cycle_in_file: Option<CycleId>,
    /// Each cell that refused its row, by line then column.
    pub refused: Vec<RefusedRow>,
    /// Headings of columns that were left aside.
    pub ignored_columns: Vec<String>,
    /// Whether the file has a column for the producers' minimum orders: without one it says nothing of them.
    pub tells_minimum_orders: bool,
}

impl ReadList {
    /// What a person should know beyond accepted and refused rows: which columns were left aside.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        if self.ignored_columns.is_empty() {
            Vec::new()
        } else {
            vec![wording::ignored_columns(&self.ignored_columns)]
        }
    }
}

/// A file that could not be used at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FileRefusalError {
    /// Stable.
    pub code: FileRefusal,
    /// In French.
    pub message: String,
}

impl From<Unreadable> for FileRefusalError {
    fn from(problem: Unreadable) -> Self {
        Self { code: problem.code(), message: wording::unreadable(&problem) }
    }
}

/// Hears how far the work is: what is done, rows done, rows in all (0 while unknown).
pub type Progress<'a> = &'a (dyn Fn(ImportPhase, u32, u32) + Sync);

/// Refuses a file by its size alone, before anything of it is read.
///
/// # Errors
/// [`FileRefusalError`] above [`MAX_FILE_BYTES`].
pub fn check_size(bytes: u64) -> Result<(), FileRefusalError> {
    if bytes > MAX_FILE_BYTES { Err(Unreadable::TooLarge { bytes }.into()) } else { Ok(()) }
}

/// Reads a price list of `hub`. Pure: nothing is stored.
///
/// # Errors
/// [`FileRefusalError`] when the file is no spreadsheet, is empty, protected, damaged, far too large, or has no header.
pub fn read(
    bytes: &[u8],
    file_name: &str,
    hub: HubId,
    progress: Progress<'_>,
) -> Result<ReadList, FileRefusalError> {
    progress(ImportPhase::Reading, 0, 0);
    let source = Source::recognize(bytes)?;
    let sheets = source.sheets(bytes)?;
    let (sheet, header) = choose_sheet(&sheets, source)?;
    let mut read = read_rows(sheet, &header, hub, progress);
    if read.list.offers.is_empty() && read.refused.is_empty() {
        return Err(Unreadable::Empty.into());
    }
    read.cycle_in_file = cycle_in(sheet, &header).or_else(|| calendar::cycle(file_name));
    read.tells_minimum_orders = header.column(Field::Minimum).is_some();
    read.ignored_columns = header.ignored;
    Ok(read)
}

/// The first sheet with every column a price list needs.
fn choose_sheet(sheets: &[Sheet], source: Source) -> Result<(&Sheet, Header), Unreadable> {
    let dictionary = Dictionary::new();
    let mut best: Option<Header> = None;
    for sheet in sheets {
        let Some(header) = header::find(sheet, &dictionary) else { continue };
        if header.missing().is_empty() {
            return Ok((sheet, header));
        }
        if best.as_ref().is_none_or(|best| header.columns.len() > best.columns.len()) {
            best = Some(header);
        }
    }
    Err(match best {
        Some(header) => Unreadable::NoHeader { missing: header.missing() },
        None if sheets.iter().all(|sheet| sheet.rows.is_empty()) => Unreadable::Empty,
        // Prose has commas too: a text where no column is known is no table.
        None if source == Source::Text => Unreadable::NotASpreadsheet,
        None => Unreadable::NoHeader { missing: header::REQUIRED.to_vec() },
    })
}

/// The week on the tab, else in the title rows above the header.
fn cycle_in(sheet: &Sheet, header: &Header) -> Option<CycleId> {
    let titles = sheet.rows.iter().take(header.place).flat_map(|row| &row.cells);
    calendar::cycle(&sheet.name)
        .or_else(|| titles.map(|cell| calendar::cycle(&cell.shown())).find_map(|cycle| cycle))
}

/// How often progress is told, in rows.
const TOLD_EVERY: u32 = 250;

fn read_rows(sheet: &Sheet, header: &Header, hub: HubId, progress: Progress<'_>) -> ReadList {
    let rows = &sheet.rows[header.place + 1..];
    let total = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let mut gathered = Gathered {
        list: PriceList { producers: Vec::new(), offers: Vec::with_capacity(rows.len()) },
        refused: Vec::new(),
        lines: HashMap::new(),
        producers: HashMap::new(),
    };
    for (done, row) in (0..total).zip(rows) {
        if done % TOLD_EVERY == 0 {
            progress(ImportPhase::Checking, done, total);
        }
        if decoration::is_decoration(header, row) {
            continue;
        }
        let read = row::read(header, row, hub).and_then(|read| gathered.take(row.line, read));
        if let Err(bad) = read {
            gathered.refused.extend(bad.iter().map(|bad| row::report(header, row, bad)));
        }
    }
    progress(ImportPhase::Checking, total, total);
    ReadList {
        list: gathered.list,
        refused: gathered.refused,
        cycle_in_file: None,
        ignored_columns: Vec::new(),
        tells_minimum_orders: false,
    }
}

/// What was taken so far.
struct Gathered {
    list: PriceList,
    refused: Vec<RefusedRow>,
    lines: HashMap<Reference, u32>,
    producers: HashMap<ProducerId, usize>,
}

impl Gathered {
    /// Takes a good row, unless an earlier one has its reference. A producer is told once: what its later rows add (a
    /// minimum order) is kept, what they contradict is not.
    fn take(&mut self, line: u32, read: row::ReadRow) -> Result<(), Vec<row::BadCell>> {
        if let Some(first_line) = self.lines.get(&read.offer.reference) {
            return Err(vec![row::duplicate(*first_line)]);
        }
        self.lines.insert(read.offer.reference.clone(), line);
        self.list.offers.push(read.offer);
        let place = *self.producers.entry(read.producer.id).or_insert(self.list.producers.len());
        match self.list.producers.get_mut(place) {
            Some(known) => known.minimum_order = known.minimum_order.or(read.producer.minimum_order),
            None => self.list.producers.push(read.producer),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
