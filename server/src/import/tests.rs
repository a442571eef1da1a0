//! Whole files: made here, byte by byte, as Excel, LibreOffice and people make them.

use std::io::{Cursor, Write};

use domain::{catalog::QualitySign, wire::desk::CellRefusal};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook};
use uuid::Uuid;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

const HEADINGS: [&str; 9] = [
    "Référence",
    "Désignation",
    "Producteur",
    "SIRET",
    "Famille",
    "Unité",
    "Prix HT",
    "TVA",
    "Signes de qualité",
];
const CARROT: [&str; 9] =
    ["A1", "Carotte", "Ferme du Gué", "00000045500014", "Légumes", "kg", "2,10 €", "5,5", "BIO"];
const CHEESE: [&str; 9] =
    ["A2", "Pélardon", "Ferme du Gué", "00000045500014", "Fromages", "pce", "1.95", "5.5 %", "AOP"];

fn hub() -> HubId {
    HubId(Uuid::from_u128(1))
}

fn read_file(bytes: &[u8]) -> Result<ReadList, FileRefusalError> {
    read(bytes, "liste", hub(), &|_, _, _| {})
}

fn csv_of(rows: &[&[&str]]) -> Vec<u8> {
    rows.iter().map(|row| row.join(";") + "\r\n").collect::<String>().into_bytes()
}

fn xlsx_of(tab: &str, rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(tab).unwrap();
    for (line, row) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*row) {
            sheet.write_string(line, column, *text).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn ods_of(rows: &[&[&str]]) -> Vec<u8> {
    let cell = |text: &&str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let line = |row: &&[&str]| {
        let pad = "<table:table-cell table:number-columns-repeated=\"16000\"/>";
        format!("<table:table-row>{}{pad}</table:table-row>", row.iter().map(cell).collect::<String>())
    };
    let rows: String = rows.iter().map(line).collect();
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:body><office:spreadsheet>\
         <table:table table:name=\"Liste\">{rows}<table:table-row table:number-rows-repeated=\"1000000\">\
         <table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row></table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<?xml version=\"1.0\"?><manifest:manifest/>"),
        ("content.xml", &content),
    ];
    for (name, text) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn one_list_reads_the_same_as_xlsx_ods_and_csv() {
    let rows: [&[&str]; 3] = [&HEADINGS, &CARROT, &CHEESE];
    let expected = read_file(&csv_of(&rows)).unwrap();
    assert_eq!(expected.list.offers.len(), 2);
    assert_eq!(expected.list.producers.len(), 1);
    assert_eq!(expected.list.offers[1].signs, [QualitySign::Aop]);
    assert_eq!(expected.refused, []);
    for bytes in [xlsx_of("Liste", &rows), ods_of(&rows)] {
        assert_eq!(read_file(&bytes).unwrap(), expected);
    }
}

/// Forty rows as Excel writes CSV in France: Windows-1252, `;`, decimal comma. Invented producers and prices; real products
/// and communes, as `demo/NOTE.md` says.
#[test]
fn a_csv_of_french_excel_is_taken_whole() {
    let read = read_file(include_bytes!("fixtures/windows-1252.csv")).unwrap();
    assert_eq!((read.list.offers.len(), read.refused.len()), (40, 0));
    let chestnut = read.list.offers.iter().find(|offer| offer.reference.as_str() == "D00045-003").unwrap();
    assert_eq!(
        (chestnut.name.as_str(), chestnut.net_price.ten_thousandths()),
        ("Châtaigne ancienne variété", 25_300)
    );
    assert_eq!(read.list.producers[0].siret.as_str(), "00000045500014");
    assert!(read.list.offers.iter().any(|offer| offer.pack.content().thousandths() == 2_500));
}

#[test]
fn a_workbook_keeps_numbers_and_dates_as_such() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let headings = HEADINGS.iter().chain(&["Valable jusqu'au", "Conditionnement"]);
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string(3, column, *heading).unwrap();
    }
    for (column, text) in (0..).zip(CARROT) {
        sheet.write_string(4, column, text).unwrap();
    }
    sheet.write_number(4, 3, 45_500_014.0).unwrap();
    sheet.write_number(4, 6, 0.1 + 2.27).unwrap();
    sheet.write_number_with_format(4, 7, 0.055, &Format::new().set_num_format("0.0%")).unwrap();
    sheet.write_number_with_format(4, 9, 46_387.0, &Format::new().set_num_format("dd/mm/yyyy")).unwrap();
    sheet.write_number(4, 10, 2.5).unwrap();
    let read = read_file(&workbook.save_to_buffer().unwrap()).unwrap();
    assert_eq!(read.refused, []);
    let offer = &read.list.offers[0];
    assert_eq!(offer.net_price.to_string(), "2.37");
    assert_eq!(offer.vat.percent().to_string(), "5.5");
    assert_eq!(offer.pack.content().to_string(), "2.5");
    assert_eq!(offer.certificate.as_ref().unwrap().valid_until_on, Some("2026-12-31".parse().unwrap()));
    assert_eq!(read.list.producers[0].siret.as_str(), "00000045500014");
}

#[test]
fn one_bad_row_never_loses_the_others_and_lines_are_the_spreadsheets() {
    let mut bad = CARROT;
    (bad[0], bad[5], bad[7]) = ("A3", "colis", "19,6");
    let total = ["", "Sous-total Ferme du Gué", "", "", "", "", "4,05", "", ""];
    let rows: [&[&str]; 9] =
        [&["Mercuriale 2026-S49"], &[], &HEADINGS, &CARROT, &[], &total, &bad, &HEADINGS, &CHEESE];
    for bytes in [csv_of(&rows), xlsx_of("Feuil1", &rows), ods_of(&rows)] {
        let read = read_file(&bytes).unwrap();
        assert_eq!(read.list.offers.len(), 2);
        let refused: Vec<_> =
            read.refused.iter().map(|bad| (bad.line, bad.column.as_str(), &bad.code)).collect();
        assert_eq!(refused, [(7, "Unité", &CellRefusal::UnknownUnit), (7, "TVA", &CellRefusal::BadVat)]);
        assert_eq!(read.cycle_in_file, Some("2026-W49".parse().unwrap()));
    }
}

#[test]
fn of_two_rows_with_one_reference_the_first_good_one_counts() {
    let (mut bad, mut second, mut third) = (CARROT, CARROT, CARROT);
    bad[6] = "gratuit";
    second[1] = "Carotte fane";
    third[1] = "Carotte jaune";
    let read = read_file(&csv_of(&[&HEADINGS, &bad, &second, &third])).unwrap();
    assert_eq!(read.list.offers[0].name, "Carotte fane");
    let refused: Vec<_> = read.refused.iter().map(|bad| (bad.line, &bad.code)).collect();
    assert_eq!(refused, [(2, &CellRefusal::NotANumber), (4, &CellRefusal::DuplicateReference)]);
    assert!(read.refused[1].message.contains("ligne 3"), "{}", read.refused[1].message);
}

#[test]
fn the_sheet_with_the_header_is_found_and_its_tab_may_name_the_week() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write_string(0, 0, "Conditions générales").unwrap();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Semaine 50 2026").unwrap();
    for (line, row) in (0..).zip([HEADINGS, CARROT]) {
        for (column, text) in (0..).zip(row) {
            sheet.write_string(line, column, text).unwrap();
        }
    }
    let tabbed = read_file(&workbook.save_to_buffer().unwrap()).unwrap();
    assert_eq!(tabbed.cycle_in_file, Some("2026-W50".parse().unwrap()));
    let named = read(&csv_of(&[&HEADINGS, &CARROT]), "liste-2026-S51.csv", hub(), &|_, _, _| {}).unwrap();
    assert_eq!(named.cycle_in_file, Some("2026-W51".parse().unwrap()));
}

#[test]
fn a_minimum_order_told_on_any_row_is_the_producers() {
    let headings: Vec<_> = HEADINGS.iter().copied().chain(["Minimum de commande", "Notes"]).collect();
    let first: Vec<_> = CARROT.iter().copied().chain(["", "bien lavée"]).collect();
    let second: Vec<_> = CHEESE.iter().copied().chain(["80 € HT", ""]).collect();
    let read = read_file(&csv_of(&[&headings, &first, &second])).unwrap();
    assert_eq!(read.list.producers[0].minimum_order.unwrap().cents(), 8_000);
    assert_eq!(read.ignored_columns, ["Notes"]);
}

#[test]
fn a_file_that_cannot_be_used_is_refused_in_words() {
    let no_tax: Vec<_> = HEADINGS.iter().copied().filter(|heading| *heading != "TVA").collect();
    let cases = [
        (Vec::new(), FileRefusal::Empty),
        (csv_of(&[&HEADINGS]), FileRefusal::Empty),
        (xlsx_of("Vide", &[]), FileRefusal::Empty),
        (csv_of(&[&no_tax, &CARROT]), FileRefusal::NoHeader),
        (xlsx_of("A", &[&["Bonjour"], &["tout le monde"]]), FileRefusal::NoHeader),
        (
            b"Bonjour, ceci est une lettre.\nElle n'a pas de colonnes.\n".to_vec(),
            FileRefusal::NotASpreadsheet,
        ),
        (xlsx_of("A", &[&HEADINGS, &CARROT])[..3_000].to_vec(), FileRefusal::Damaged),
    ];
    for (bytes, code) in cases {
        let refusal = read_file(&bytes).unwrap_err();
        assert_eq!(refusal.code, code, "{}", refusal.message);
        assert!(refusal.message.ends_with('.'));
    }
    let missing = read_file(&csv_of(&[&no_tax, &CARROT])).unwrap_err().message;
    assert!(missing.contains("« TVA % »"), "{missing}");
    assert_eq!(check_size(200 * 1024 * 1024).unwrap_err().code, FileRefusal::TooLarge);
}

#[test]
fn a_lone_cell_at_the_far_corner_costs_one_cell() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (line, row) in (0..).zip([HEADINGS, CARROT]) {
        for (column, text) in (0..).zip(row) {
            sheet.write_string(line, column, text).unwrap();
        }
    }
    sheet.write_string(1_048_575, 16_383, "perdu").unwrap();
    assert_eq!(read_file(&workbook.save_to_buffer().unwrap()).unwrap().list.offers.len(), 1);
}

#[test]
fn progress_is_told_from_the_first_row_to_the_last() {
    let told = std::sync::Mutex::new(Vec::new());
    let rows: Vec<Vec<String>> =
        (0..600).map(|n| CARROT.iter().map(|cell| cell.replace("A1", &format!("A{n}"))).collect()).collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let all: Vec<&[&str]> = std::iter::once(&HEADINGS[..]).chain(rows.iter().map(Vec::as_slice)).collect();
    read(&csv_of(&all), "", hub(), &|phase, done, total| told.lock().unwrap().push((phase, done, total)))
        .unwrap();
    let checking = |done| (ImportPhase::Checking, done, 600);
    let expected = [(ImportPhase::Reading, 0, 0), checking(0), checking(250), checking(500), checking(600)];
    assert_eq!(told.into_inner().unwrap(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_importer_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read_file(&bytes);
    }

    #[test]
    fn no_text_makes_the_importer_panic(cells in prop::collection::vec("[^;\\p{Cc}]{0,12}", 21)) {
        let row: Vec<_> = cells.iter().map(String::as_str).collect();
        let headings: Vec<_> = HEADINGS.iter().copied().chain(["Minimum", "Conditionnement", "Jours", "Mois", "Dispo", "Validité"]).collect();
        let read = read_file(&csv_of(&[&headings, &CARROT, &row]));
        prop_assert!(read.is_ok_and(|read| !read.list.offers.is_empty()));
    }

    #[test]
    fn no_damage_makes_the_importer_panic(kind in 0..3_usize, at in any::<prop::sample::Index>(), byte: u8, cut: bool) {
        let rows: [&[&str]; 3] = [&HEADINGS, &CARROT, &CHEESE];
        let mut bytes = vec![xlsx_of("A", &rows), ods_of(&rows), csv_of(&rows)].swap_remove(kind);
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let _ = read_file(&bytes);
    }
}
