//! A producer's sheet as a workbook: « À préparer » says how much of what for which day, « Par cuisine » who gets it.
//!
//! The same sheet always makes the same bytes: the file is dated when the cycle was closed, not when it is written.

use domain::{
    money::Amount,
    producer_sheet::{ProducerSheet, SheetPortion, SheetProduct},
    quantity::Unit,
    time::Date,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

mod look;

use look::Look;

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be written: {0}")]
pub struct WorkbookError(#[from] XlsxError);

/// Columns of « À préparer », with their widths in characters.
const TO_PREPARE: &[(&str, f64)] = &[
    ("Jour", 20.0),
    ("Référence", 14.0),
    ("Produit", 42.0),
    ("Quantité", 11.0),
    ("Unité", 10.0),
    ("Colis", 8.0),
    ("Contenu du colis", 11.0),
    ("Prix net HT", 12.0),
    ("Montant HT", 13.0),
];
/// Columns of « Par cuisine ».
const BY_KITCHEN: &[(&str, f64)] = &[
    ("Jour", 20.0),
    ("Cuisine", 34.0),
    ("Commune", 20.0),
    ("Commande", 12.0),
    ("Référence", 14.0),
    ("Produit", 38.0),
    ("Demandé", 10.0),
    ("Attribué", 10.0),
    ("Unité", 10.0),
    ("Colis", 8.0),
    ("Montant HT", 13.0),
];
/// The row of headings: three rows above say whose sheet it is and of which week.
const HEADINGS: u32 = 4;

/// Columns put before the others when a workbook holds several producers.
const WHOSE: &[(&str, f64)] = &[("Producteur", 34.0), ("SIRET", 16.0)];

/// The workbook of one producer's sheet.
///
/// # Errors
/// [`WorkbookError`] when a sheet holds more rows than a workbook can.
pub fn write(sheet: &ProducerSheet) -> Result<Vec<u8>, WorkbookError> {
    workbook(&[sheet], false)
}

/// One workbook of several producers' sheets, each row with its producer.
///
/// # Errors
/// [`WorkbookError`] when they hold more rows than a workbook can.
pub fn write_all(sheets: &[ProducerSheet]) -> Result<Vec<u8>, WorkbookError> {
    workbook(&sheets.iter().collect::<Vec<_>>(), true)
}

fn workbook(sheets: &[&ProducerSheet], several: bool) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    if let Some(first) = sheets.first() {
        let closed_at = ExcelDateTime::from_timestamp(first.closed_at.0.div_euclid(1_000))?;
        let whose = if several { "tous les producteurs" } else { &first.producer.name };
        let title = format!("Semaine {} — {whose}", first.cycle);
        workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&closed_at));
    }
    let look = Look::new();
    Table::new(workbook.add_worksheet(), &look, TO_PREPARE, several).fill_to_prepare(sheets)?;
    Table::new(workbook.add_worksheet(), &look, BY_KITCHEN, several).fill_by_kitchen(sheets)?;
    Ok(workbook.save_to_buffer()?)
}

/// A file name for a producer's sheet: plain letters, digits and hyphens, so that every system takes it. The SIRET keeps
/// two producers of one name apart.
#[must_use]
pub fn file_name(sheet: &ProducerSheet) -> String {
    let name = domain::search::fold(&sheet.producer.name).replace(' ', "-");
    let name: String = name.chars().take(60).collect();
    format!("fiche-{}-{}-{}.xlsx", sheet.cycle, name, sheet.producer.siret)
}

/// A page being filled, row after row.
struct Table<'a> {
    page: &'a mut Worksheet,
    look: &'a Look,
    columns: &'static [(&'static str, f64)],
    several: bool,
    row: u32,
}

/// What a cell is written as.
enum Value<'a> {
    Text(&'a str),
    Number(Decimal),
    Day(Date),
    Blank,
}

type Cells<'a> = Vec<(Value<'a>, &'a Format)>;

impl<'a> Table<'a> {
    fn new(
        page: &'a mut Worksheet,
        look: &'a Look,
        columns: &'static [(&'static str, f64)],
        several: bool,
    ) -> Self {
        Self { page, look, columns, several, row: HEADINGS }
    }

    fn fill_to_prepare(&mut self, sheets: &[&ProducerSheet]) -> Result<(), XlsxError> {
        self.begin("À préparer", sheets)?;
        for sheet in sheets {
            for day in &sheet.days {
                for product in &day.products {
                    self.put(sheet, product_cells(self.look, day.delivery_on, product))?;
                }
                let (label, amount) = (&self.look.subtotal, &self.look.subtotal_amount);
                self.put(sheet, total_cells("Total du jour", day.amount, label, amount))?;
            }
            let (label, amount) = (&self.look.total, &self.look.total_amount);
            self.put(sheet, total_cells("Total de la semaine", sheet.amount, label, amount))?;
        }
        Ok(())
    }

    fn fill_by_kitchen(&mut self, sheets: &[&ProducerSheet]) -> Result<(), XlsxError> {
        self.begin("Par cuisine", sheets)?;
        for sheet in sheets {
            for day in &sheet.days {
                let portions = day
                    .products
                    .iter()
                    .flat_map(|product| product.portions.iter().map(move |portion| (product, portion)));
                let mut portions: Vec<_> = portions.collect();
                portions.sort_by(|(_, a), (_, b)| (&a.site_name, a.number).cmp(&(&b.site_name, b.number)));
                for (product, portion) in portions {
                    let number = portion.number.to_string();
                    self.put(sheet, portion_cells(self.look, day.delivery_on, product, portion, &number))?;
                }
            }
        }
        if self.row > HEADINGS {
            self.page.autofilter(HEADINGS, 0, self.row, self.first_column() + last(self.columns))?;
        }
        Ok(())
    }

    /// Where the columns common to all workbooks begin.
    fn first_column(&self) -> u16 {
        if self.several { 2 } else { 0 }
    }

    /// Writes the next row.
    fn put(&mut self, sheet: &ProducerSheet, cells: Cells<'_>) -> Result<(), XlsxError> {
        self.row += 1;
        if self.several {
            self.page.write_string_with_format(self.row, 0, &sheet.producer.name, &self.look.text)?;
            self.page.write_string_with_format(
                self.row,
                1,
                sheet.producer.siret.as_str(),
                &self.look.text,
            )?;
        }
        for (column, (value, format)) in (self.first_column()..).zip(cells) {
            match value {
                Value::Text(text) => self.page.write_string_with_format(self.row, column, text, format)?,
                Value::Number(value) => {
                    self.page.write_number_with_format(self.row, column, number(value), format)?
                }
                Value::Day(day) => {
                    self.page.write_datetime_with_format(self.row, column, excel_day(day)?, format)?
                }
                Value::Blank => self.page.write_blank(self.row, column, format)?,
            };
        }
        Ok(())
    }

    /// The title rows, the headings, and how the page prints.
    fn begin(&mut self, name: &str, sheets: &[&ProducerSheet]) -> Result<(), XlsxError> {
        let (page, look) = (&mut *self.page, self.look);
        page.set_name(name)?;
        let mut printed = "Tous les producteurs".to_owned();
        if let (Some(sheet), false) = (sheets.first(), self.several) {
            printed.clone_from(&sheet.producer.name);
            page.write_string_with_format(1, 0, "SIRET", &look.label)?;
            page.write_string_with_format(1, 1, sheet.producer.siret.as_str(), &look.text)?;
            page.write_string(1, 2, &sheet.producer.commune.name)?;
        }
        let week = sheets.first().map(|sheet| sheet.cycle.to_string()).unwrap_or_default();
        page.write_string_with_format(0, 0, &printed, &look.title)?;
        page.write_string_with_format(2, 0, "Semaine", &look.label)?;
        page.write_string(2, 1, &week)?;
        page.write_string(2, 2, "Prix nets producteur, hors taxes")?;
        let whose = if self.several { WHOSE } else { &[] };
        for (column, (heading, width)) in (0..).zip(whose.iter().chain(self.columns)) {
            page.write_string_with_format(HEADINGS, column, *heading, &look.heading)?;
            page.set_column_width(column, *width)?;
        }
        page.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
        page.set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3);
        // In a page's header, « & » begins an instruction.
        page.set_header(format!("&L{}&C{name}&RSemaine {week}", printed.replace('&', "&&")));
        page.set_footer("&LMercuriale&RPage &P / &N");
        page.set_repeat_rows(HEADINGS, HEADINGS)?;
        page.set_freeze_panes(HEADINGS + 1, 0)?;
        Ok(())
    }
}

fn last(columns: &[(&str, f64)]) -> u16 {
    u16::try_from(columns.len().saturating_sub(1)).unwrap_or(0)
}

fn product_cells<'a>(look: &'a Look, day: Date, product: &'a SheetProduct) -> Cells<'a> {
    vec![
        (Value::Day(day), &look.day),
        (Value::Text(product.reference.as_str()), &look.text),
        (Value::Text(&product.name), &look.name),
        (Value::Number(product.quantity.value()), &look.strong_quantity),
        (Value::Text(unit(&product.unit)), &look.text),
        (Value::Number(product.packs), &look.strong_quantity),
        (Value::Number(product.pack.content().value()), &look.quantity),
        (Value::Number(product.net_price.euros()), &look.price),
        (Value::Number(product.amount.euros()), &look.amount),
    ]
}

/// A label under the day, its amount under the amounts.
fn total_cells<'a>(
    label: &'a str,
    amount: Amount,
    format: &'a Format,
    amount_format: &'a Format,
) -> Cells<'a> {
    let mut cells = vec![(Value::Text(label), format)];
    cells.extend((2..TO_PREPARE.len()).map(|_| (Value::Blank, format)));
    cells.push((Value::Number(amount.euros()), amount_format));
    cells
}

fn portion_cells<'a>(
    look: &'a Look,
    day: Date,
    product: &'a SheetProduct,
    portion: &'a SheetPortion,
    number: &'a str,
) -> Cells<'a> {
    let granted = if portion.quantity < portion.ordered { &look.short } else { &look.strong_quantity };
    vec![
        (Value::Day(day), &look.day),
        (Value::Text(&portion.site_name), &look.name),
        (Value::Text(&portion.commune), &look.text),
        (Value::Text(number), &look.text),
        (Value::Text(product.reference.as_str()), &look.text),
        (Value::Text(&product.name), &look.text),
        (Value::Number(portion.ordered.value()), &look.quantity),
        (Value::Number(portion.quantity.value()), granted),
        (Value::Text(unit(&product.unit)), &look.text),
        (Value::Number(portion.packs), &look.quantity),
        (Value::Number(portion.amount.euros()), &look.amount),
    ]
}

/// A spreadsheet keeps numbers as floats. Ours have at most fifteen digits, so the cell shows, and reads back, the exact
/// decimal.
fn number(value: Decimal) -> f64 {
    value.to_f64().unwrap_or_default()
}

fn excel_day(day: Date) -> Result<ExcelDateTime, XlsxError> {
    let part = |value: i8| u8::try_from(value).unwrap_or(1);
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(1900), part(day.month()), part(day.day()))
}

fn unit(unit: &Unit) -> &str {
    match unit {
        Unit::Kilogram => "kg",
        Unit::Litre => "litre",
        Unit::Piece => "pièce",
        Unit::Bunch => "botte",
        Unit::Punnet => "barquette",
        Unit::Other(code) => code,
    }
}

#[cfg(test)]
mod tests;
