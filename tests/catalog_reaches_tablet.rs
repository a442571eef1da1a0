//! A spreadsheet becomes a search result on a tablet.

use domain::{draft::Prices as _, wire::desk::ChangeKind};
use server::{import, testing::TestStore};
use support::market_day::MarketDay;

server::on_both_engines!(
    a_list_as_excel_writes_it_in_france_reaches_a_tablet,
    the_second_import_reaches_it_as_a_few_changes,
    another_kitchens_hub_shows_none_of_it,
);

/// A price list as Excel saves CSV in France: Windows-1252, `;`, decimal commas, a title above the headings, a subtotal.
fn as_excel_writes_it(leek_price: &str, with_cheese: bool) -> Vec<u8> {
    let cheese = if with_cheese {
        "F-001;Pélardon fermier;Ferme du Causse;00000020200010;Blandas;30040;PRODUITS_LAITIERS;AOP;pièce;12;1,05;5,5;240;lundi\r\n"
    } else {
        ""
    };
    let text = format!(
        "Mercuriale 2026-S49;;;;;;;;;;;;;\r\n;;;;;;;;;;;;;\r\n\
         Référence;Désignation;Producteur;SIRET producteur;Commune;Code INSEE;Famille;Signes de qualité;Unité;Conditionnement;\
         Prix HT producteur;TVA %;Quantité disponible;Jours de livraison\r\n\
         P-001;Poireau de plein champ;Mas des Oliviers;00000010100014;Lunel;34145;FRUITS_ET_LEGUMES;BIO;kg;5;{leek_price};5,5;\"1 234,50\";lundi, jeudi\r\n\
         P-009;Pomme de terre;Mas des Oliviers;00000010100014;Lunel;34145;FRUITS_ET_LEGUMES;;Kilo;25;0,80 €;5,5;900;lundi\r\n\
         P-010;Sans prix;Mas des Oliviers;00000010100014;Lunel;34145;FRUITS_ET_LEGUMES;;kg;5;gratuit;5,5;10;lundi\r\n\
         {cheese}Sous-total;;;;;;;;;;3,05;;;\r\n"
    );
    text.chars()
        .map(|c| if c == '€' { 0x80 } else { u8::try_from(u32::from(c)).expect("Latin-1 text") })
        .collect()
}

async fn import(day: &MarketDay, bytes: &[u8]) -> domain::wire::desk::ImportReport {
    let now = day.market.cycle.opens_at;
    import::run(&day.store, day.market.hub, None, bytes, "mercuriale.csv", false, now, &|_, _, _| {})
        .await
        .expect("a price list")
}

async fn a_list_as_excel_writes_it_in_france_reaches_a_tablet(store: TestStore) {
    let day = MarketDay::open(store).await;
    let report = import(&day, &as_excel_writes_it("1,25", true)).await;
    assert_eq!((report.accepted, report.refused.len()), (3, 1));
    assert_eq!((report.refused[0].line, report.refused[0].column.as_str()), (6, "Prix HT producteur"));
    assert_eq!((report.refused[0].value.as_str(), report.changes.gone), ("gratuit", 2));

    let tablet = day.tablet_of("tilleuls").await;
    day.cut_the_cable();
    let tablet = tablet.close_and_open_again().await;
    let catalog = tablet.replica.catalog().expect("it lies on the device");
    let names: Vec<_> = catalog.offers.iter().map(|offer| offer.name.as_str()).collect();
    assert_eq!(names.len(), 3, "{names:?}");

    let mut index = domain::search::IndexBuilder::new();
    for offer in &catalog.offers {
        index.add([(domain::search::Field::Name, offer.name.as_str())]);
    }
    let index = index.build();
    for (typed, found) in [
        ("pelardon", "Pélardon fermier"),
        ("pome de tere", "Pomme de terre"),
        ("poireaux", "Poireau de plein champ"),
    ] {
        let hit = index.search(typed).hits[0].document;
        assert_eq!(catalog.offers[usize::try_from(hit).unwrap()].name, found, "{typed}");
    }
    let leek = catalog.offers.iter().find(|offer| offer.name.starts_with("Poireau")).unwrap();
    assert_eq!(catalog.terms().buyer_price(leek.net_price).to_string(), "1.5625");
    assert_eq!(catalog.quantity_left(leek).unwrap().to_string(), "1234.5");
}

async fn the_second_import_reaches_it_as_a_few_changes(store: TestStore) {
    let day = MarketDay::open(store).await;
    import(&day, &as_excel_writes_it("1,25", true)).await;
    let tablet = day.tablet_of("tilleuls").await;

    let report = import(&day, &as_excel_writes_it("1,45", false)).await;
    assert_eq!((report.accepted, report.updated), (2, 1), "nothing is doubled");
    assert_eq!((report.changes.price_up, report.changes.gone, report.changes.unchanged), (1, 1, 1));
    assert!(report.changes.rows.iter().any(|row| matches!(row.kind, ChangeKind::PriceUp { .. })));

    tablet.sync().await;
    let catalog = tablet.replica.catalog().unwrap();
    let rows: Vec<_> = catalog
        .offers
        .iter()
        .map(|offer| (offer.reference.to_string(), offer.net_price.to_string()))
        .collect();
    assert_eq!(rows, [("P-001".to_owned(), "1.45".to_owned()), ("P-009".to_owned(), "0.8".to_owned())]);
}

async fn another_kitchens_hub_shows_none_of_it(store: TestStore) {
    let day = MarketDay::open(store).await;
    import(&day, &as_excel_writes_it("1,25", true)).await;
    let elsewhere = day.tablet_of("ailleurs").await;
    let catalog = elsewhere.replica.catalog().unwrap();
    assert_eq!(catalog.hub.id, day.market.neighbour);
    assert!(catalog.offers.iter().all(|offer| offer.name != "Pélardon fermier"));
}
