use super::*;
use crate::import::cells::Sheet;
use crate::import::decoration::is_decoration;
use crate::import::header::{self, Dictionary};
use domain::{catalog::QualitySign, time::Weekday, wire::desk::CellRefusal};
use uuid::Uuid;

const HEADINGS: &[&str] = &[
    "Référence",
    "Désignation",
    "Producteur",
    "SIRET",
    "Commune",
    "Code INSEE",
    "Famille",
    "Signes de qualité",
    "N° certificat",
    "Valable jusqu'au",
    "Origine",
    "Unité",
    "Conditionnement",
    "Prix HT producteur",
    "TVA %",
    "Quantité disponible",
    "Jours de livraison",
    "Mois de saison",
    "Allergènes",
    "Classe de température",
    "Minimum de commande",
];
const GOOD: &[&str] = &[
    "A1",
    "Carotte",
    "Ferme des Coteaux",
    "00000045500014",
    "Clarens",
    "65150",
    "Légumes",
    "BIO",
    "65-AB-1",
    "31/12/2026",
    "France",
    "kg",
    "5",
    "2,10 €",
    "5,5",
    "330",
    "lun, jeu",
    "1, 2",
    "",
    "ambiant",
    "150 €",
];

/// The good row with some cells changed, by heading.
fn row(changes: &[(&str, Cell)]) -> (Header, Row) {
    let mut cells: Vec<_> = GOOD.iter().map(|text| Cell::text(text)).collect();
    for (heading, cell) in changes {
        cells[HEADINGS.iter().position(|known| known == heading).unwrap()] = cell.clone();
    }
    let headings = Row { line: 1, cells: HEADINGS.iter().map(|text| Cell::text(text)).collect() };
    let sheet = Sheet { name: String::new(), rows: vec![headings] };
    (header::find(&sheet, &Dictionary::new()).unwrap(), Row { line: 7, cells })
}

fn hub() -> HubId {
    HubId(Uuid::from_u128(1))
}

fn read_with(changes: &[(&str, Cell)]) -> Result<ReadRow, Vec<RefusedRow>> {
    let (header, row) = row(changes);
    read(&header, &row, hub()).map_err(|bad| bad.iter().map(|bad| report(&header, &row, bad)).collect())
}

fn text(text: &str) -> Cell {
    Cell::text(text)
}

fn number(text: &str) -> Cell {
    Cell::Number(text.parse().unwrap())
}

#[test]
fn a_good_row_becomes_an_offer_and_its_producer() {
    let ReadRow { offer, producer } = read_with(&[]).unwrap();
    assert_eq!((offer.reference.as_str(), offer.name.as_str(), offer.revision), ("A1", "Carotte", 1));
    assert_eq!(offer.net_price.ten_thousandths(), 21_000);
    assert_eq!(offer.pack.content().thousandths(), 5_000);
    assert_eq!(offer.promised.unwrap().thousandths(), 330_000);
    assert_eq!(offer.signs, [QualitySign::Organic]);
    assert_eq!(offer.certificate.as_ref().unwrap().valid_until_on, Some("2026-12-31".parse().unwrap()));
    assert_eq!(offer.delivery_days, Weekdays::of([Weekday::Monday, Weekday::Thursday]));
    assert_eq!(offer.allergens, None);
    assert_eq!(offer.producer, ProducerId::of_siret(hub(), &producer.siret));
    assert_eq!((producer.commune.name.as_str(), producer.commune.insee.as_str()), ("Clarens", "65150"));
    assert_eq!(producer.minimum_order, Some(Amount::from_cents(15_000)));
}

#[test]
fn what_a_list_may_leave_out_has_a_stated_meaning() {
    let silent = [
        "Conditionnement",
        "Quantité disponible",
        "Jours de livraison",
        "Mois de saison",
        "Signes de qualité",
        "Origine",
    ];
    let changes: Vec<_> = silent.iter().map(|heading| (*heading, Cell::Empty)).collect();
    let offer = read_with(&changes).unwrap().offer;
    assert_eq!(offer.pack.content().thousandths(), 1_000);
    assert_eq!((offer.promised, offer.origin), (None, None));
    assert_eq!(offer.delivery_days, calendar::working_days());
    assert!(offer.season.is_unknown() && offer.signs.is_empty());
}

#[test]
fn each_bad_cell_is_told_by_its_code_and_column() {
    let cases = [
        ("Référence", Cell::Empty, CellRefusal::Missing),
        ("Désignation", text(&"x".repeat(201)), CellRefusal::BadText),
        ("Désignation", Cell::Broken("#REF!".into()), CellRefusal::BadText),
        ("SIRET", text("00000045500015"), CellRefusal::BadSiret),
        ("SIRET", text("4,55E+07"), CellRefusal::BadSiret),
        ("Code INSEE", text("6515"), CellRefusal::Missing),
        ("Code INSEE", text("651501"), CellRefusal::BadText),
        ("Famille", text("Quincaillerie"), CellRefusal::UnknownFamily),
        ("Valable jusqu'au", text("bientôt"), CellRefusal::BadDate),
        ("Unité", text("colis"), CellRefusal::UnknownUnit),
        ("Conditionnement", text("0"), CellRefusal::OutOfRange),
        ("Conditionnement", number("0.0005"), CellRefusal::TooPrecise),
        ("Prix HT producteur", text("sur demande"), CellRefusal::NotANumber),
        ("Prix HT producteur", text("-2,10"), CellRefusal::OutOfRange),
        ("Prix HT producteur", text("100000"), CellRefusal::OutOfRange),
        ("Prix HT producteur", number("2.36666666666667"), CellRefusal::TooPrecise),
        ("Prix HT producteur", text("2,10 €/pièce"), CellRefusal::UnknownUnit),
        ("TVA %", text("19,6"), CellRefusal::BadVat),
        ("TVA %", Cell::Empty, CellRefusal::Missing),
        ("Quantité disponible", text("beaucoup"), CellRefusal::NotANumber),
        ("Quantité disponible", number("-1"), CellRefusal::OutOfRange),
        ("Quantité disponible", number("1000000"), CellRefusal::OutOfRange),
        ("Jours de livraison", text("férié"), CellRefusal::UnknownDay),
        ("Mois de saison", text("13"), CellRefusal::UnknownMonth),
        ("Mois de saison", number("1.1"), CellRefusal::UnknownMonth),
        ("Minimum de commande", text("gratuit"), CellRefusal::NotANumber),
    ];
    for (heading, cell, code) in cases {
        let read = read_with(&[(heading, cell.clone())]);
        // A four-digit INSEE code lost its zero and is whole again.
        if (heading, &code) == ("Code INSEE", &CellRefusal::Missing) {
            assert_eq!(read.unwrap().producer.commune.insee, "06515");
            continue;
        }
        let refused = read.unwrap_err();
        assert_eq!(refused.len(), 1, "{heading}: {refused:?}");
        assert_eq!(
            (refused[0].column.as_str(), &refused[0].code, refused[0].line),
            (heading, &code, 7),
            "{cell:?}"
        );
        assert_eq!(refused[0].value, cell.shown());
        assert!(refused[0].message.ends_with('.'), "{}", refused[0].message);
    }
}

#[test]
fn every_bad_cell_of_a_row_is_told_left_to_right() {
    let refused =
        read_with(&[("TVA %", text("?")), ("Désignation", Cell::Empty), ("Unité", text("?"))]).unwrap_err();
    let columns: Vec<_> = refused.iter().map(|bad| bad.column.as_str()).collect();
    assert_eq!(columns, ["Désignation", "Unité", "TVA %"]);
}

type Shown = fn(&ReadRow) -> String;

#[test]
fn spreadsheets_ways_with_numbers_are_undone() {
    let cases: [(&str, Cell, Shown, &str); 7] = [
        ("SIRET", number("45500014"), |read| read.producer.siret.to_string(), "00000045500014"),
        ("SIRET", text("000 000 455 00014"), |read| read.producer.siret.to_string(), "00000045500014"),
        ("TVA %", number("0.055"), |read| read.offer.vat.percent().to_string(), "5.5"),
        ("TVA %", text("20 %"), |read| read.offer.vat.percent().to_string(), "20"),
        ("Référence", number("1024"), |read| read.offer.reference.to_string(), "1024"),
        ("Mois de saison", number("8"), |read| read.offer.season.bits().to_string(), "128"),
        (
            "Valable jusqu'au",
            number("46387"),
            |read| read.offer.certificate.as_ref().unwrap().valid_until_on.unwrap().to_string(),
            "2026-12-31",
        ),
    ];
    for (heading, cell, value, expected) in cases {
        assert_eq!(value(&read_with(&[(heading, cell.clone())]).unwrap()), expected, "{heading} {cell:?}");
    }
}

#[test]
fn a_price_may_name_the_unit_of_its_row() {
    let read = read_with(&[("Unité", Cell::Empty), ("Prix HT producteur", text("2,10 €/kg"))]).unwrap();
    assert_eq!(read.offer.unit, Unit::Kilogram);
}

#[test]
fn decoration_is_neither_taken_nor_refused() {
    let (header, good) = row(&[]);
    let at = |cells: &[(usize, &str)]| {
        let mut row = Row { line: 9, cells: vec![Cell::Empty; HEADINGS.len() + 1] };
        for (column, content) in cells {
            row.cells[*column] = text(content);
        }
        row
    };
    let decoration = [
        at(&[]),
        at(&[(21, "un commentaire hors colonnes")]),
        at(&[(0, "FRUITS ET LÉGUMES")]),
        at(&[(1, "Viandes et volailles")]),
        at(&[(0, "Prix franco de port au-delà de 150 € HT par livraison.")]),
        at(&[(1, "Sous-total Ferme des Coteaux"), (13, "123,45")]),
        at(&[(0, "TOTAL GÉNÉRAL"), (15, "1 234,50")]),
        at(&[(12, "Total"), (13, "12")]),
        Row { line: 9, cells: HEADINGS.iter().map(|heading| text(heading)).collect() },
    ];
    for row in decoration {
        assert!(is_decoration(&header, &row), "{row:?}");
    }
    for row in [good, at(&[(0, "D00045-003")]), at(&[(1, "Carotte"), (13, "2,10")])] {
        assert!(!is_decoration(&header, &row), "{row:?}");
    }
}
