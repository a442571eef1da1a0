//! A producer's sheet as a workbook: « À préparer » says how much of what for which day, « Par cuisine » who gets it.
//!
//! The same sheet always makes the same bytes: the file is dated when the cycle was closed, not when it is written.

use domain::{
    producer_sheet::{ProducerSheet, SheetDay, SheetPortion, SheetProduct},
    quantity::Unit,
    time::Date,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

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

/// The workbook of one producer's sheet.
///
/// # Errors
/// [`WorkbookError`] when a sheet holds more rows than a workbook can.
pub fn write(sheet: &ProducerSheet) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    let closed_at = ExcelDateTime::from_timestamp(sheet.closed_at.0.div_euclid(1_000))?;
    let title = format!("Fiche producteur {} — {}", sheet.cycle, sheet.producer.name);
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&closed_at));
    let look = Look::new();
    to_prepare(workbook.add_worksheet(), sheet, &look)?;
    by_kitchen(workbook.add_worksheet(), sheet, &look)?;
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

fn to_prepare(page: &mut Worksheet, sheet: &ProducerSheet, look: &Look) -> Result<(), XlsxError> {
    begin(page, "À préparer", sheet, TO_PREPARE, look)?;
    let mut row = HEADINGS;
    for day in &sheet.days {
        for product in &day.products {
            row += 1;
            product_row(page, row, day.delivery_on, product, look)?;
        }
        row += 1;
        day_total(page, row, day, look)?;
    }
    row += 1;
    page.write_string_with_format(row, 0, "Total de la semaine", &look.total)?;
    for column in 1..8 {
        page.write_blank(row, column, &look.total)?;
    }
    page.write_number_with_format(row, 8, number(sheet.amount.euros()), &look.total_amount)?;
    Ok(())
}

fn product_row(
    page: &mut Worksheet,
    row: u32,
    day: Date,
    product: &SheetProduct,
    look: &Look,
) -> Result<(), XlsxError> {
    page.write_datetime_with_format(row, 0, excel_day(day)?, &look.day)?;
    page.write_string_with_format(row, 1, product.reference.as_str(), &look.text)?;
    page.write_string_with_format(row, 2, &product.name, &look.name)?;
    page.write_number_with_format(row, 3, number(product.quantity.value()), &look.strong_quantity)?;
    page.write_string_with_format(row, 4, unit(&product.unit), &look.text)?;
    page.write_number_with_format(row, 5, number(product.packs), &look.strong_quantity)?;
    page.write_number_with_format(row, 6, number(product.pack.content().value()), &look.quantity)?;
    page.write_number_with_format(row, 7, number(product.net_price.euros()), &look.price)?;
    page.write_number_with_format(row, 8, number(product.amount.euros()), &look.amount)?;
    Ok(())
}

fn day_total(page: &mut Worksheet, row: u32, day: &SheetDay, look: &Look) -> Result<(), XlsxError> {
    page.write_string_with_format(row, 0, "Total du jour", &look.subtotal)?;
    for column in 1..8 {
        page.write_blank(row, column, &look.subtotal)?;
    }
    page.write_number_with_format(row, 8, number(day.amount.euros()), &look.subtotal_amount)?;
    Ok(())
}

fn by_kitchen(page: &mut Worksheet, sheet: &ProducerSheet, look: &Look) -> Result<(), XlsxError> {
    begin(page, "Par cuisine", sheet, BY_KITCHEN, look)?;
    let mut row = HEADINGS;
    for day in &sheet.days {
        let mut portions: Vec<_> = day
            .products
            .iter()
            .flat_map(|product| product.portions.iter().map(move |portion| (product, portion)))
            .collect();
        portions.sort_by(|(_, a), (_, b)| (&a.site_name, a.number).cmp(&(&b.site_name, b.number)));
        for (product, portion) in portions {
            row += 1;
            portion_row(page, row, day.delivery_on, product, portion, look)?;
        }
    }
    if row > HEADINGS {
        page.autofilter(HEADINGS, 0, row, 10)?;
    }
    Ok(())
}

fn portion_row(
    page: &mut Worksheet,
    row: u32,
    day: Date,
    product: &SheetProduct,
    portion: &SheetPortion,
    look: &Look,
) -> Result<(), XlsxError> {
    let granted = if portion.quantity < portion.ordered { &look.short } else { &look.strong_quantity };
    page.write_datetime_with_format(row, 0, excel_day(day)?, &look.day)?;
    page.write_string_with_format(row, 1, &portion.site_name, &look.name)?;
    page.write_string_with_format(row, 2, &portion.commune, &look.text)?;
    page.write_string_with_format(row, 3, portion.number.to_string(), &look.text)?;
    page.write_string_with_format(row, 4, product.reference.as_str(), &look.text)?;
    page.write_string_with_format(row, 5, &product.name, &look.text)?;
    page.write_number_with_format(row, 6, number(portion.ordered.value()), &look.quantity)?;
    page.write_number_with_format(row, 7, number(portion.quantity.value()), granted)?;
    page.write_string_with_format(row, 8, unit(&product.unit), &look.text)?;
    page.write_number_with_format(row, 9, number(portion.packs), &look.quantity)?;
    page.write_number_with_format(row, 10, number(portion.amount.euros()), &look.amount)?;
    Ok(())
}

/// The title rows, the headings, and how the page prints.
fn begin(
    page: &mut Worksheet,
    name: &str,
    sheet: &ProducerSheet,
    columns: &[(&str, f64)],
    look: &Look,
) -> Result<(), XlsxError> {
    let producer = &sheet.producer;
    page.set_name(name)?;
    page.write_string_with_format(0, 0, &producer.name, &look.title)?;
    page.write_string_with_format(1, 0, "SIRET", &look.label)?;
    page.write_string_with_format(1, 1, producer.siret.as_str(), &look.text)?;
    page.write_string(1, 2, &producer.commune.name)?;
    page.write_string_with_format(2, 0, "Semaine", &look.label)?;
    page.write_string(2, 1, sheet.cycle.to_string())?;
    page.write_string(2, 2, "Prix nets producteur, hors taxes")?;
    for (column, (heading, width)) in (0..).zip(columns) {
        page.write_string_with_format(HEADINGS, column, *heading, &look.heading)?;
        page.set_column_width(column, *width)?;
    }
    let printed = producer.name.replace('&', "&&");
    page.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    page.set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3);
    page.set_header(format!("&L{printed}&C{name}&RSemaine {}", sheet.cycle));
    page.set_footer("&LMercuriale&RPage &P / &N");
    page.set_repeat_rows(HEADINGS, HEADINGS)?;
    page.set_freeze_panes(HEADINGS + 1, 0)?;
    Ok(())
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
