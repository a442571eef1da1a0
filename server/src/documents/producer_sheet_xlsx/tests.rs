use std::{collections::BTreeMap, io::Cursor};

use calamine::{Data, Reader, Xlsx};
use domain::{
    enterprise::{Commune, Producer, Siret},
    id::{HubId, ProducerId, Reference, SiteId},
    money::UnitPrice,
    order::OrderNumber,
    producer_sheet::{SheetLine, SiteLabel, build},
    quantity::{Pack, Quantity},
    time::Timestamp,
};
use uuid::Uuid;

use super::*;

const CLOSED_AT: Timestamp = Timestamp(1_764_154_800_000);

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn sample() -> ProducerSheet {
    let siret = Siret::parse("00000045500014").unwrap();
    let producer = Producer {
        id: ProducerId::of_siret(HubId(Uuid::from_u128(1)), &siret),
        name: "EARL du Gué & Fils".into(),
        siret,
        commune: Commune { name: "Clarens".into(), insee: "65150".into() },
        minimum_order: None,
    };
    let line = |offer: &str, site, day: &str, ordered: &str, confirmed: &str, price: &str| {
        let net_price = UnitPrice::new(decimal(price)).unwrap();
        let confirmed = Quantity::new(decimal(confirmed)).unwrap();
        SheetLine {
            producer: producer.id,
            offer: Reference::parse(offer).unwrap(),
            name: format!("Produit {offer}"),
            unit: Unit::Kilogram,
            pack: Pack::new(decimal("2.5")).unwrap(),
            delivery_on: day.parse().unwrap(),
            site: SiteId(Uuid::from_u128(site)),
            number: OrderNumber { year: 2026, sequence: 1 },
            ordered: Quantity::new(decimal(ordered)).unwrap(),
            confirmed,
            net_price,
            amount: net_price.times(confirmed),
        }
    };
    let lines = [
        line("A1", 1, "2026-11-30", "10", "10", "2.37"),
        line("A1", 2, "2026-11-30", "7.5", "5", "2.37"),
        line("B2", 1, "2026-11-30", "2.5", "2.5", "1.2345"),
        line("A1", 2, "2026-12-03", "5", "5", "2.37"),
    ];
    let label = |name: &str| SiteLabel { name: name.into(), commune: "Nîmes".into() };
    let sites = BTreeMap::from([
        (SiteId(Uuid::from_u128(1)), label("Lycée des Micocouliers")),
        (SiteId(Uuid::from_u128(2)), label("Collège du Mazet")),
    ]);
    build("2026-W49".parse().unwrap(), producer, CLOSED_AT, &lines, &sites)
}

fn rows(bytes: &[u8], page: &str) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    workbook.worksheet_range(page).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn shown(cell: &Data) -> Decimal {
    let Data::Float(float) = cell else { panic!("{cell:?} is no number") };
    decimal(&float.to_string())
}

#[test]
fn what_is_read_back_is_the_sheet_to_the_cent_and_the_gram() {
    let sheet = sample();
    let read = rows(&write(&sheet).unwrap(), "À préparer");
    let products: Vec<_> = sheet.days.iter().flat_map(|day| &day.products).collect();
    let written: Vec<_> = read
        .iter()
        .filter(|row| matches!(&row[1], Data::String(text) if text == "A1" || text == "B2"))
        .collect();
    assert_eq!(written.len(), products.len());
    for (row, product) in written.iter().zip(products) {
        assert_eq!(row[2], product.name.as_str());
        assert_eq!(shown(&row[3]), product.quantity.value());
        assert_eq!(shown(&row[5]), product.packs);
        assert_eq!(shown(&row[7]), product.net_price.euros());
        assert_eq!(shown(&row[8]), product.amount.euros().normalize());
    }
    let total = read.last().unwrap();
    assert_eq!(total[0], "Total de la semaine");
    assert_eq!(shown(&total[8]), sheet.amount.euros().normalize());
}

#[test]
fn each_kitchen_finds_its_share_and_the_shares_sum_to_the_whole() {
    let sheet = sample();
    let read = rows(&write(&sheet).unwrap(), "Par cuisine");
    let start = read.iter().position(|row| row[0] == "Jour").unwrap() + 1;
    let kitchens: Vec<_> = read[start..].iter().map(|row| row[1].to_string()).collect();
    assert_eq!(
        kitchens,
        ["Collège du Mazet", "Lycée des Micocouliers", "Lycée des Micocouliers", "Collège du Mazet"]
    );
    let amount: Decimal = read[start..].iter().map(|row| shown(&row[10])).sum();
    assert_eq!(amount, sheet.amount.euros());
    assert_eq!((shown(&read[start][6]), shown(&read[start][7])), (decimal("7.5"), decimal("5")));
}

#[test]
fn a_siret_is_text_and_a_day_is_a_day() {
    let read = rows(&write(&sample()).unwrap(), "À préparer");
    assert_eq!(read[1][1], "00000045500014");
    let Data::DateTime(day) = &read[5][0] else { panic!("{:?}", read[5][0]) };
    assert_eq!(day.to_ymd_hms_milli().0, 2026);
}

#[test]
fn the_same_sheet_makes_the_same_bytes_and_a_plain_file_name() {
    let sheet = sample();
    assert_eq!(write(&sheet).unwrap(), write(&sheet).unwrap());
    assert_eq!(file_name(&sheet), "fiche-2026-W49-earl-du-gue-fils-00000045500014.xlsx");
}

#[test]
fn an_empty_sheet_is_still_a_workbook() {
    let empty = ProducerSheet { days: Vec::new(), ..sample() };
    assert_eq!(rows(&write(&empty).unwrap(), "Par cuisine").len(), 5);
}

#[test]
fn one_workbook_of_several_producers_names_each_row() {
    let (first, mut second) = (sample(), sample());
    second.producer.name = "Ferme du Levant".into();
    let read = rows(&write_all(&[first.clone(), second]).unwrap(), "À préparer");
    let heading = read.iter().position(|row| row[0] == "Producteur").unwrap();
    assert_eq!(read[heading + 1][0], first.producer.name.as_str());
    assert_eq!(
        (read.last().unwrap()[0].to_string(), read.last().unwrap()[2].to_string()),
        ("Ferme du Levant".into(), "Total de la semaine".into())
    );
    assert_eq!(shown(&read.last().unwrap()[10]), first.amount.euros().normalize());
}
