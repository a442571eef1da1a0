//! A catalogue survives the cable, and a damaged one is told from a sound one.

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    catalog::{Allergen, Certificate, Months, Origin, ProductFamily, QualitySign, Weekdays},
    cycle::CycleState,
    enterprise::{Commune, Siret},
    money::{Rate, UnitPrice},
    pricing::MarginBase,
    quantity::{Pack, Unit},
    time::Timestamp,
};

fn catalog() -> Catalog {
    let producer = |n: u128| Producer {
        id: ProducerId(Uuid::from_u128(n)),
        name: format!("Ferme {n}"),
        siret: Siret::parse("00000045500014").unwrap(),
        commune: Commune { name: "Arques".to_owned(), insee: "12010".to_owned() },
        minimum_order: None,
    };
    let offer = |n: u8| Offer {
        reference: Reference::parse(&format!("R{n}")).unwrap(),
        revision: 1,
        name: format!("Œuf {}", n % 2),
        producer: ProducerId(Uuid::from_u128(u128::from(n % 2))),
        family: ProductFamily::Dairy,
        signs: vec![QualitySign::Organic, QualitySign::Other("NEW".to_owned())],
        certificate: (n == 1).then(|| Certificate { number: "12-AB-1".to_owned(), valid_until_on: None }),
        origin: Some(Origin::France),
        unit: Unit::Piece,
        pack: Pack::new(30.into()).unwrap(),
        net_price: UnitPrice::from_ten_thousandths(2_350).unwrap(),
        vat: Rate::from_hundredths(550).unwrap(),
        promised: (n != 2).then_some(Quantity::ZERO),
        delivery_days: Weekdays::from_bits(3),
        season: Months::from_numbers([1, 2]),
        allergens: Some(vec![Allergen::Eggs]),
        temperature: None,
    };
    let mut catalog = Catalog::new(
        HubCard { id: HubId(Uuid::nil()), name: "Carreau".to_owned(), phone: String::new() },
        OrderCycle {
            id: "2026-W49".parse().unwrap(),
            opens_at: Timestamp(0),
            cut_off_at: Timestamp(1),
            grace_ms: 0,
            delivery_days: Weekdays::from_bits(0x1f),
            published_at: Timestamp(0),
            state: CycleState::Closed { closed_at: Timestamp(9) },
        },
        Terms { margin_base: MarginBase::OnCost, margin: Rate::ZERO, transport: Rate::ZERO },
        [producer(0), producer(1)],
        (0..3).map(offer).collect(),
    );
    catalog.left.insert(Reference::parse("R0").unwrap(), Quantity::ZERO);
    catalog
}

fn op(kind: &str, id: &str, body: Option<Value>) -> Op {
    Op { seq: 1, kind: kind.to_owned(), id: id.to_owned(), body }
}

#[test]
fn a_snapshot_reads_back_as_it_was_and_always_has_the_same_bytes() {
    let bytes = catalog().encode().unwrap();
    assert_eq!(Catalog::decode(&bytes).unwrap(), catalog());
    assert_eq!(catalog().encode().unwrap(), bytes);
}

#[test]
fn changes_apply_by_reference_and_unknown_kinds_are_left_alone() {
    let mut catalog = catalog();
    let mut dearer = catalog.offers[0].clone();
    dearer.net_price = UnitPrice::from_ten_thousandths(9_999).unwrap();
    catalog.apply(&op("offer", "R0", Some(serde_json::to_value(&dearer).unwrap()))).unwrap();
    catalog.apply(&op("offer", "R1", None)).unwrap();
    catalog.apply(&op("left", "R0", Some(json!("12.5")))).unwrap();
    catalog.apply(&op("weather", "today", Some(json!("sunny")))).unwrap();
    assert_eq!(catalog.offers.len(), 2);
    assert_eq!(catalog.offer(&dearer.reference), Some(&dearer));
    assert_eq!(catalog.offer(&Reference::parse("R1").unwrap()), None);
    assert_eq!(catalog.offer(&Reference::parse("R2").unwrap()).unwrap().reference.as_str(), "R2");
    assert_eq!(catalog.quantity_left(&dearer).unwrap().to_string(), "12.5");
    assert_eq!(catalog.quantity_left(&catalog.offers[1]), None);
    assert!(catalog.apply(&op("offer", "R9", Some(json!({"half": "an offer"})))).is_err());
}

#[test]
fn a_damaged_or_newer_snapshot_is_told() {
    let sound: Value = serde_json::from_slice(&catalog().encode().unwrap()).unwrap();
    let spoil = |change: fn(&mut Value)| {
        let mut value = sound.clone();
        change(&mut value);
        Catalog::decode(&serde_json::to_vec(&value).unwrap()).unwrap_err()
    };
    assert!(matches!(spoil(|value| value["format"] = json!(2)), BadSnapshot::Format(2)));
    for part in ["cycle", "format", "hub", "offers", "producers", "terms"] {
        let mut value = sound.clone();
        value.as_object_mut().unwrap().remove(part);
        let told = Catalog::decode(&serde_json::to_vec(&value).unwrap()).unwrap_err();
        assert!(
            matches!(told, BadSnapshot::Unreadable(Unreadable::Missing(missing)) if missing == part),
            "{part}"
        );
    }
    assert!(matches!(spoil(|value| value["offers"]["n"] = json!(4)), BadSnapshot::Columns));
    assert!(matches!(spoil(|value| value["offers"]["name"]["at"][0] = json!(99)), BadSnapshot::Columns));
    assert!(matches!(spoil(|value| value["offers"]["producer"][0] = json!(7)), BadSnapshot::Columns));
    assert!(matches!(Catalog::decode(b"<html>"), Err(BadSnapshot::Unreadable(_))));
}

#[test]
fn of_two_offers_with_one_reference_the_last_stands_and_is_found() {
    let once = catalog();
    let mut offers = once.offers.clone();
    let mut again = offers[0].clone();
    again.name = "Œuf de poule".to_owned();
    offers.push(again.clone());
    let producers = once.producers.into_values();
    let catalog = Catalog::new(once.hub, once.cycle, once.terms, producers, offers);
    assert_eq!(catalog.offers.len(), 3);
    assert_eq!(catalog.offer(&again.reference), Some(&again));
    assert_eq!(catalog.offer(&catalog.offers[2].reference), Some(&catalog.offers[2]));
}
