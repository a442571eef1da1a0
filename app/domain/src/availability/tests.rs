//! What producers may say of a week, and the list it makes.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    catalog::{Months, ProductFamily},
    cycle::CycleState,
    money::Rate,
    quantity::{Pack, Unit},
    time::Weekday,
};

const NOW: Timestamp = Timestamp(7_000);
const ALICE: ProducerId = ProducerId(Uuid::from_u128(1));
const BASILE: ProducerId = ProducerId(Uuid::from_u128(2));

fn week(text: &str) -> CycleId {
    text.parse().unwrap()
}

fn current() -> OrderCycle {
    OrderCycle {
        id: week("2026-W49"),
        opens_at: Timestamp(0),
        cut_off_at: Timestamp(10_000),
        grace_ms: 0,
        delivery_days: Weekdays::of([Weekday::Monday]),
        published_at: Timestamp(0),
        state: CycleState::Open,
    }
}

fn reference(text: &str) -> Reference {
    Reference::parse(text).unwrap()
}

fn kilos(text: &str) -> Quantity {
    Quantity::new(text.parse().unwrap()).unwrap()
}

fn euros(text: &str) -> UnitPrice {
    UnitPrice::new(text.parse().unwrap()).unwrap()
}

fn product(name: &str, available: &str, price: &str) -> AvailableProduct {
    AvailableProduct {
        reference: reference(name),
        available: kilos(available),
        net_price: euros(price),
        delivery_days: Weekdays::of([Weekday::Thursday]),
        confidence: Confidence::Weather,
    }
}

fn offer(producer: ProducerId, name: &str) -> Offer {
    Offer {
        reference: reference(name),
        revision: 4,
        name: name.to_owned(),
        producer,
        family: ProductFamily::FruitAndVegetables,
        signs: vec![],
        certificate: None,
        origin: None,
        unit: Unit::Kilogram,
        pack: Pack::new("5".parse().unwrap()).unwrap(),
        net_price: euros("2.00"),
        vat: Rate::new("5.5".parse().unwrap()).unwrap(),
        promised: Some(kilos("80")),
        delivery_days: Weekdays::of([Weekday::Monday]),
        season: Months::default(),
        allergens: None,
        temperature: None,
    }
}

fn publish(week_said: &str, revision_seen: u32, products: Vec<AvailableProduct>) -> PublishAvailability {
    PublishAvailability { producer: ALICE, week: week(week_said), revision_seen, products }
}

fn stands(revision: u32, products: Vec<AvailableProduct>) -> Availability {
    Availability { producer: ALICE, week: week("2026-W50"), revision, said_at: Timestamp(5), products }
}

#[test]
fn a_week_is_said_before_its_list_is_out() {
    let leeks = || vec![product("P-1", "40", "1.80")];
    let cases = [
        ("next week", "2026-W50", Ok(1)),
        ("twelve weeks ahead", "2027-W08", Ok(1)),
        ("thirteen", "2027-W09", Err(Reason::UnknownCycle)),
        ("the week that is out", "2026-W49", Err(Reason::ListPublished)),
        ("a week that was", "2026-W20", Err(Reason::ListPublished)),
    ];
    for (what, week, expected) in cases {
        let judged = publish(week, 0, leeks()).judge(None, Some(&current()), NOW);
        assert_eq!(judged.map(|said| said.revision), expected, "{what}");
    }
    let nowhere = publish("2026-W50", 0, leeks()).judge(None, None, NOW);
    assert_eq!(nowhere, Err(Reason::UnknownCycle), "a hub without a list has no week to come");
}

#[test]
fn nothing_this_week_is_an_answer() {
    let said = publish("2026-W50", 0, vec![]).judge(None, Some(&current()), NOW).unwrap();
    assert_eq!((said.revision, said.said_at, said.products.len()), (1, NOW, 0));
}

#[test]
fn what_was_said_unseen_is_refused_and_the_same_twice_is_once() {
    let before = stands(3, vec![product("P-1", "40", "1.80")]);
    let judge = |seen, products| {
        let said = publish("2026-W50", seen, products).judge(Some(&before), Some(&current()), NOW);
        said.map(|said| (said.revision, said.said_at))
    };
    let dearer = || vec![product("P-1", "40", "1.90")];
    assert_eq!(judge(3, dearer()), Ok((4, NOW)), "it was seen");
    assert_eq!(judge(2, dearer()), Err(Reason::AvailabilityChanged), "the other telephone was quicker");
    assert_eq!(judge(2, before.products.clone()), Ok((3, before.said_at)), "both said the same");
}

#[test]
fn what_nobody_can_say_is_refused() {
    let twice = vec![product("P-1", "1", "1"), product("P-1", "2", "1")];
    let unsorted = vec![product("P-2", "1", "1"), product("P-1", "2", "1")];
    let no_day = AvailableProduct { delivery_days: Weekdays::of([]), ..product("P-1", "1", "1") };
    let too_many = (0..=MAX_PRODUCTS).map(|n| product(&format!("P-{n:04}"), "1", "1")).collect();
    let cases = [
        ("none of it", vec![product("P-1", "0", "1")]),
        ("free of charge", vec![product("P-1", "1", "0")]),
        ("more than a line holds", vec![product("P-1", "1000000", "1")]),
        ("a product twice", twice),
        ("out of order", unsorted),
        ("no day", vec![no_day]),
        ("too many", too_many),
    ];
    for (what, products) in cases {
        let judged = publish("2026-W50", 0, products).judge(None, Some(&current()), NOW);
        assert_eq!(judged, Err(Reason::Malformed), "{what}");
    }
}

#[test]
fn a_list_is_the_last_one_as_producers_announced_it() {
    let last = [offer(ALICE, "A-1"), offer(BASILE, "B-1"), offer(ALICE, "A-2")];
    let said =
        Map::from_iter([(ALICE, stands(1, vec![product("A-2", "30", "2.10"), product("A-9", "5", "1")]))]);
    let named = |list: &ComposedList| -> Vec<String> {
        list.offers.iter().map(|offer| offer.reference.to_string()).collect()
    };

    let without = compose(&last, &said, Silent::LeaveOut);
    assert_eq!(named(&without), ["A-2"], "A-1 was not announced, Basile said nothing");
    assert_eq!(without.unnamed, [reference("A-9")]);
    let leeks = &without.offers[0];
    assert_eq!(
        (leeks.net_price, leeks.promised, leeks.delivery_days),
        (euros("2.10"), Some(kilos("30")), Weekdays::of([Weekday::Thursday])),
    );

    let with = compose(&last, &said, Silent::Keep);
    assert_eq!(named(&with), ["B-1", "A-2"]);
    assert_eq!(with.offers[0], last[1]);
}

#[test]
fn nobody_changes_an_offer_that_is_not_theirs() {
    let last = [offer(BASILE, "B-1")];
    let said = Map::from_iter([(ALICE, stands(1, vec![product("B-1", "1", "99")]))]);
    let list = compose(&last, &said, Silent::Keep);
    assert_eq!(list.offers, last);
    assert_eq!(list.unnamed, [reference("B-1")], "it is told as one the list does not name for her");
}

proptest! {
    /// « Comme la semaine dernière », said of every offer, makes last week's list again.
    #[test]
    fn as_last_week_is_last_week(promises in prop::collection::vec(1_u32..900, 1..20)) {
        let last: Vec<_> = promises.iter().enumerate().map(|(n, promised)| Offer {
            promised: Some(kilos(&promised.to_string())),
            ..offer(if n % 2 == 0 { ALICE } else { BASILE }, &format!("P-{n:03}"))
        }).collect();
        let weeks = [ALICE, BASILE].map(|producer| {
            let own = last.iter().filter(|offer| offer.producer == producer);
            let products = own.map(AvailableProduct::as_before).collect();
            let said = PublishAvailability { producer, ..publish("2026-W50", 0, products) };
            (producer, said.judge(None, Some(&current()), NOW).unwrap())
        });
        let list = compose(&last, &Map::from_iter(weeks), Silent::LeaveOut);
        prop_assert_eq!(list.offers, last);
        prop_assert!(list.unnamed.is_empty());
    }
}
