use domain::{
    catalog::{Months, Weekdays},
    cycle::CycleState,
    enterprise::{Commune, Producer, Siret},
    id::{HubId, Reference},
    money::{Rate, UnitPrice},
    pricing::{MarginBase, Terms},
    quantity::{Pack, Unit},
    search::{Field, IndexBuilder},
    time::{Timestamp, Weekday},
    wire::snapshot::HubCard,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::*;

fn producer(number: u128) -> ProducerId {
    ProducerId(Uuid::from_u128(number))
}

fn offer(name: &str, family: ProductFamily, producer_number: u128) -> Offer {
    Offer {
        reference: Reference::parse(name).unwrap(),
        revision: 1,
        name: name.into(),
        producer: producer(producer_number),
        family,
        signs: vec![],
        certificate: None,
        origin: None,
        unit: Unit::Kilogram,
        pack: Pack::new(Decimal::ONE).unwrap(),
        net_price: UnitPrice::ZERO,
        vat: Rate::ZERO,
        promised: None,
        delivery_days: Weekdays::of([Weekday::Monday]),
        season: Months::default(),
        allergens: None,
        temperature: None,
    }
}

/// A market of six products, delivered in the week of Monday 30 November 2026.
fn market() -> (Catalog, SearchIndex, Shelves) {
    use ProductFamily::{Dairy, Drinks, FruitAndVegetables};
    let organic = |offer: Offer| Offer { signs: vec![QualitySign::Organic], ..offer };
    let offers = vec![
        offer("Jus de pomme", Drinks, 1),
        organic(offer("Pomme", FruitAndVegetables, 1)),
        Offer {
            season: Months::from_numbers([11, 12]),
            delivery_days: Weekdays::of([Weekday::Thursday]),
            ..offer("Épinard", FruitAndVegetables, 2)
        },
        organic(offer("Pelardon", Dairy, 3)),
        offer("Carotte", FruitAndVegetables, 2),
        offer("Poire", FruitAndVegetables, 1),
    ];
    let hub = HubCard { id: HubId(Uuid::nil()), name: String::new(), phone: String::new() };
    let cycle = OrderCycle {
        id: "2026-W49".parse().unwrap(),
        opens_at: Timestamp(0),
        cut_off_at: Timestamp(1),
        grace_ms: 0,
        delivery_days: Weekdays::of([Weekday::Monday, Weekday::Thursday]),
        published_at: Timestamp(0),
        state: CycleState::Open,
    };
    let terms = Terms { margin_base: MarginBase::OnCost, margin: Rate::ZERO, transport: Rate::ZERO };
    let producers = (1..=3).map(|number| Producer {
        id: producer(number),
        name: format!("Ferme {number}"),
        siret: Siret::parse("00000045500014").unwrap(),
        commune: Commune { name: "Sigean".into(), insee: "11379".into() },
        minimum_order: None,
    });
    let catalog = Catalog::new(hub, cycle, terms, producers, offers);
    let mut index = IndexBuilder::new();
    for offer in &catalog.offers {
        index.add([(Field::Name, offer.name.as_str())]);
    }
    let shelves = Shelves::of(&catalog);
    (catalog, index.build(), shelves)
}

fn names(catalog: &Catalog, selection: &Selection) -> Vec<String> {
    let documents = selection.shelves.iter().flat_map(|shelf| &shelf.documents);
    documents.map(|document| catalog.offers[*document as usize].name.clone()).collect()
}

fn shown(text: &str, filters: &Filters, limit: usize) -> (Vec<String>, Selection) {
    let (catalog, index, shelves) = market();
    let selection = select(&catalog, || &index, &shelves, text, filters, limit);
    (names(&catalog, &selection), selection)
}

#[test]
fn nothing_typed_shows_the_shelves_by_family_then_by_name_without_accents() {
    let (names, selection) = shown("", &Filters::default(), 40);
    assert_eq!(names, ["Carotte", "Épinard", "Poire", "Pomme", "Pelardon", "Jus de pomme"]);
    assert_eq!((selection.total, selection.shown, selection.producers), (6, 6, 3));
}

#[test]
fn a_page_shows_the_first_and_still_counts_all() {
    let (names, selection) = shown("", &Filters::default(), 2);
    assert_eq!(names, ["Carotte", "Épinard"]);
    assert_eq!((selection.total, selection.shown), (6, 2));
    assert_eq!(selection.shelves[0].total, 4);
}

#[test]
fn searched_the_family_of_the_best_answer_comes_first() {
    let (names, selection) = shown("pome", &Filters::default(), 40);
    assert_eq!(names, ["Pomme", "Jus de pomme"]);
    assert_eq!(selection.shelves[0].family, ProductFamily::FruitAndVegetables);
    assert!(selection.complete);
}

#[test]
fn filters_take_away_and_say_how_many_there_were() {
    let organic = Filters { signs: vec![QualitySign::Organic], ..Filters::default() };
    assert_eq!(shown("", &organic, 40).0, ["Pomme", "Pelardon"]);
    let (names, selection) = shown("poire", &organic, 40);
    assert!(names.is_empty());
    assert_eq!((selection.total, selection.total_unfiltered), (0, 1));
    let season = Filters { in_season: true, ..Filters::default() };
    assert_eq!(shown("", &season, 40).0, ["Épinard"], "delivered in November, in season in November");
    let thursday = Filters { day: Some("2026-12-03".parse().unwrap()), ..Filters::default() };
    assert_eq!(shown("", &thursday, 40).0, ["Épinard"]);
    let second =
        Filters { producer: Some(producer(2)), family: Some(ProductFamily::FruitAndVegetables), ..organic };
    assert!(shown("", &second, 40).0.is_empty());
    assert_eq!(second.count(), 2);
}

#[test]
fn a_sign_is_added_then_taken_away() {
    let mut filters = Filters::default();
    filters.toggle(&QualitySign::Aop);
    filters.toggle(&QualitySign::Organic);
    filters.toggle(&QualitySign::Aop);
    assert_eq!(filters.signs, [QualitySign::Organic]);
}

#[test]
fn a_row_is_about_the_day_asked_for_else_the_day_ordered_for_else_the_first() {
    let (monday, thursday): (Date, Date) = ("2026-11-30".parse().unwrap(), "2026-12-03".parse().unwrap());
    let possible = [monday, thursday];
    assert_eq!(day_of(&possible, None, []), Some(monday));
    assert_eq!(day_of(&possible, None, [thursday]), Some(thursday));
    assert_eq!(day_of(&possible, Some(monday), [thursday]), Some(monday));
    assert_eq!(
        day_of(&[thursday], Some(monday), []),
        Some(thursday),
        "it is not delivered on the day asked for"
    );
    assert_eq!(day_of(&[], None, []), None);
}
