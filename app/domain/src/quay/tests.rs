//! A morning on the quay as tables: what came, what left, who got which lot.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    quantity::{Pack, Unit},
    receipt::Reason,
    reception::{
        GapReason,
        cold::{Celsius, ColdClass},
    },
    rules::{QuayDecision, decide_quay},
};

fn reference(text: &str) -> Reference {
    Reference::parse(text).unwrap()
}

fn kilos(text: &str) -> Quantity {
    Quantity::new(text.parse().unwrap()).unwrap()
}

fn site(number: u128) -> SiteId {
    SiteId(Uuid::from_u128(number))
}

const PRODUCER: ProducerId = ProducerId(Uuid::from_u128(90));

fn day() -> Date {
    "2026-12-01".parse().unwrap()
}

fn cycle() -> CycleId {
    "2026-W49".parse().unwrap()
}

fn lot(code: &str) -> Lot {
    Lot { code: Label::parse(code).unwrap(), use_by: None }
}

/// Carrots by crates of 5 kg for three kitchens, as in the golden case of the cut-off's rule.
fn arrival() -> Arrival {
    let portions = [(1, "60"), (2, "30"), (3, "10")];
    let portions =
        portions.map(|(kitchen, quantity)| QuayPortion { site: site(kitchen), quantity: kilos(quantity) });
    Arrival {
        cycle: cycle(),
        delivery_on: day(),
        producer: PRODUCER,
        name: "Ferme des Trois Chênes".to_owned(),
        commune: "Rodez".to_owned(),
        answered: true,
        products: vec![ArrivingProduct {
            reference: reference("CAROTTE"),
            name: "Carotte".to_owned(),
            unit: Unit::Kilogram,
            pack: Pack::new("5".parse().unwrap()).unwrap(),
            quantity: kilos("100"),
            portions: portions.to_vec(),
        }],
    }
}

fn line(quantity: &str, lots: &[&str]) -> QuayLine {
    let quantity = kilos(quantity);
    let lots = lots.iter().map(|code| lot(code)).collect();
    QuayLine { lots, ..QuayLine::conforming(reference("CAROTTE"), quantity) }
}

fn said(side: Side, record: u128, supersedes: &[u128], line: QuayLine) -> RecordQuay {
    RecordQuay {
        record: RecordId(Uuid::from_u128(record)),
        hub: HubId(Uuid::from_u128(7)),
        page: PageKey { cycle: cycle(), delivery_on: day(), side },
        handled_by: Label::parse("Nadia Roques").unwrap(),
        supersedes: supersedes.iter().map(|record| RecordId(Uuid::from_u128(*record))).collect(),
        lines: vec![line],
    }
}

fn page(side: Side, records: &[RecordQuay]) -> QuayPage {
    let mut page = QuayPage::empty(PageKey { cycle: cycle(), delivery_on: day(), side });
    for (at, record) in (0..).zip(records) {
        page.hear(record, Timestamp(at));
    }
    page
}

fn shares(came: Option<&QuayPage>) -> Vec<String> {
    let arrival = arrival();
    let of = |kitchen| {
        let found = departing([&arrival], |key| came.filter(|page| page.key == *key), site(kitchen));
        found[0].share.to_string()
    };
    [1, 2, 3].map(of).to_vec()
}

#[test]
fn what_came_is_shared_among_the_kitchens_by_the_rule_of_the_cut_off() {
    let came = |quantity: &str| {
        Some(page(Side::In(PRODUCER), &[said(Side::In(PRODUCER), 1, &[], line(quantity, &[]))]))
    };
    // (what was weighed, what each kitchen gets)
    let cases = [
        (None, ["60", "30", "10"]),
        (came("100"), ["60", "30", "10"]),
        (came("120"), ["60", "30", "10"]),
        (came("80"), ["45", "25", "10"]),
        (came("79.5"), ["47.7", "23.85", "7.95"]),
        (came("0"), ["0", "0", "0"]),
    ];
    for (came, expected) in cases {
        let weighed = came.as_ref().map(|page| page.counted()[0].quantity);
        assert_eq!(shares(came.as_ref()), expected, "{weighed:?}");
    }
}

#[test]
fn what_left_for_others_is_not_promised_twice() {
    let product = &arrival().products[0];
    let loaded = |site_of: u128, quantity: &'static str| {
        move |of: SiteId| (of == site(site_of)).then(|| kilos(quantity))
    };
    // 80 came of 100. The first kitchen was loaded whole: the others share what is left.
    let share = |kitchen| product.share_of(site(kitchen), kilos("80"), loaded(1, "60")).to_string();
    assert_eq!([2, 3].map(share), ["15", "5"]);
    // More left than came: nothing is left.
    assert_eq!(product.share_of(site(2), kilos("80"), loaded(1, "90")), Quantity::ZERO);
}

#[test]
fn two_who_weigh_the_same_goods_are_not_added_up_and_a_correction_takes_its_place() {
    let side = Side::In(PRODUCER);
    let (first, second) = (said(side, 1, &[], line("80", &[])), said(side, 2, &[], line("85", &[])));
    let both = page(side, &[first.clone(), second.clone()]);
    assert_eq!(both.standing(&reference("CAROTTE")).unwrap().quantity, kilos("80"));
    assert_eq!(both.said_of(&reference("CAROTTE")).len(), 2);
    let decided = page(side, &[first, second, said(side, 3, &[1, 2], line("85", &[]))]);
    assert_eq!(decided.standing(&reference("CAROTTE")).unwrap().quantity, kilos("85"));
    assert_eq!(decided.said_of(&reference("CAROTTE")).len(), 1);
}

#[test]
fn what_is_proposed_to_load_is_all_there_is_for_the_kitchen_and_why_it_is_less() {
    let arrival = arrival();
    let gap = Gap { reason: GapReason::Damaged, comment: None };
    let less = QuayLine { gap: Some(gap.clone()), ..line("80", &["L1"]) };
    let came = page(Side::In(PRODUCER), &[said(Side::In(PRODUCER), 1, &[], less)]);
    let found = departing([&arrival], |key| (came.key == *key).then_some(&came), site(1));
    let proposed = found[0].proposed();
    assert_eq!((proposed.quantity, proposed.gap), (kilos("45"), Some(gap)));
    assert_eq!(found[0].lots(&line("45", &[])), [lot("L1")]);
    assert_eq!(found[0].lots(&line("45", &["L2"])), [lot("L2")]);

    let unweighed = departing([&arrival], |_| None, site(1));
    assert_eq!(unweighed[0].proposed(), line("60", &[]));
}

#[test]
fn what_is_short_is_read_at_once_with_the_kitchens_it_touches() {
    let arrival = arrival();
    let weighed =
        |quantity: &str| page(Side::In(PRODUCER), &[said(Side::In(PRODUCER), 1, &[], line(quantity, &[]))]);
    // What is missing, what each kitchen that gets less gets.
    type Short = (&'static str, &'static [(u128, &'static str)]);
    let cases: [(&str, Option<Short>); 4] = [
        ("100", None),
        ("120", None),
        ("80", Some(("20", &[(1, "45"), (2, "25")]))),
        ("0", Some(("100", &[(1, "0"), (2, "0"), (3, "0")]))),
    ];
    for (came, expected) in cases {
        let came = weighed(came);
        let found = shortages([&arrival], |key| Some(&came).filter(|page| page.key == *key));
        let found = found.first().map(|short| (short.missing, short.touched.clone()));
        let expected = expected.map(|(missing, touched)| {
            let touched = touched.iter().map(|(kitchen, gets)| (site(*kitchen), kilos(gets)));
            (kilos(missing), touched.collect::<Vec<_>>())
        });
        assert_eq!(found, expected, "{came:?}");
    }
    assert!(shortages([&arrival], |_| None).is_empty(), "nobody weighed anything");

    // The first kitchen left with all it was confirmed: the others share the rest.
    let (came, out) = (weighed("80"), Side::Out(site(1)));
    let left = page(out, &[said(out, 1, &[], line("60", &[]))]);
    let page_of = |key: &PageKey| [&came, &left].into_iter().find(|page| page.key == *key);
    let found = shortages([&arrival], page_of);
    assert_eq!(found[0].touched, [(site(2), kilos("15")), (site(3), kilos("5"))]);
}

#[test]
fn the_server_takes_what_was_seen_and_refuses_what_cannot_have_been() {
    let (inward, outward) = (Side::In(PRODUCER), Side::Out(site(1)));
    let elsewhere = QuayLine::conforming(reference("NAVET"), kilos("1"));
    let hot = Measure {
        class: ColdClass::MincedMeat,
        surface: Celsius::new("6".parse().unwrap()).unwrap(),
        core: None,
    };
    let refused = |reason| QuayDecision::Refuse(reason);
    let cases = [
        ("all of it", said(inward, 1, &[], line("100", &["L1"])), QuayDecision::Record),
        (
            "less, and nobody says why: a fact all the same",
            said(inward, 1, &[], line("99", &[])),
            QuayDecision::Record,
        ),
        ("loaded", said(outward, 1, &[], line("60", &[])), QuayDecision::Record),
        ("what nobody brings", said(inward, 1, &[], elsewhere.clone()), refused(Reason::NotAsked)),
        (
            "another producer",
            said(Side::In(ProducerId(Uuid::from_u128(91))), 1, &[], line("1", &[])),
            refused(Reason::NotAsked),
        ),
        (
            "a kitchen that ordered none",
            said(Side::Out(site(4)), 1, &[], line("1", &[])),
            refused(Reason::NotAsked),
        ),
        ("one lot twice", said(inward, 1, &[], line("100", &["L1", "L1"])), refused(Reason::Malformed)),
        (
            "warm, and the core not measured",
            said(inward, 1, &[], QuayLine { measured: Some(hot), ..line("100", &[]) }),
            refused(Reason::Malformed),
        ),
        (
            "nothing said",
            RecordQuay { lines: vec![], ..said(inward, 1, &[], line("1", &[])) },
            refused(Reason::Malformed),
        ),
        (
            "one product twice",
            RecordQuay {
                lines: vec![line("1", &[]), line("2", &[])],
                ..said(inward, 1, &[], line("1", &[]))
            },
            refused(Reason::Malformed),
        ),
    ];
    for (story, said, expected) in cases {
        assert_eq!(decide_quay(&said, &[arrival()], None), expected, "{story}");
    }
    let known = said(inward, 1, &[], line("100", &[]));
    let standing = page(inward, std::slice::from_ref(&known));
    assert_eq!(decide_quay(&known, &[arrival()], Some(&standing)), QuayDecision::Already);
}

#[test]
fn a_lot_leads_to_its_kitchens_and_to_no_other() {
    let arrival = arrival();
    let came = |lots: &[&str]| line("100", lots);
    let loaded = |kitchen, lots: &[&str], quantity: &str| {
        let side = Side::Out(site(kitchen));
        page(side, &[said(side, kitchen, &[], line(quantity, lots))])
    };
    let label = |site: SiteId| (format!("Cuisine {}", site.0.as_u128()), "Rodez".to_owned());
    let traced = |came: &QuayLine, pages: &[QuayPage], code: &str| -> Vec<(String, Bond)> {
        let found = kitchens_of(&arrival, (&arrival.products[0], came), &lot(code), pages, label);
        found.into_iter().map(|kitchen| (kitchen.name, kitchen.bond)).collect()
    };
    let named = |kitchen: u128, bond| (format!("Cuisine {kitchen}"), bond);

    let pages = [loaded(1, &[], "60"), loaded(2, &["L2"], "30")];
    let two = came(&["L1", "L2"]);
    assert_eq!(traced(&two, &pages, "L1"), [named(1, Bond::OneOfSeveral), named(3, Bond::Meant)]);
    assert_eq!(
        traced(&two, &pages, "L2"),
        [named(1, Bond::OneOfSeveral), named(2, Bond::Loaded), named(3, Bond::Meant)]
    );
    let misread = [loaded(1, &["l-2"], "60"), loaded(2, &["L9"], "30"), loaded(3, &["L 1"], "10")];
    assert_eq!(
        traced(&two, &misread, "L2"),
        [named(1, Bond::Loaded), named(2, Bond::OneOfSeveral)],
        "as it is spoken; what was named and never came tells nothing"
    );
    let one = came(&["L1"]);
    assert_eq!(
        traced(&one, &[loaded(1, &[], "60"), loaded(3, &[], "0")], "L1"),
        [named(1, Bond::Loaded), named(2, Bond::Meant),]
    );
}

#[test]
fn what_was_loaded_beyond_what_came_is_seen() {
    let product = &arrival().products[0];
    let loaded = |kitchen, quantity: &str| {
        let side = Side::Out(site(kitchen));
        page(side, &[said(side, kitchen, &[], line(quantity, &[]))])
    };
    let pages = [loaded(1, "60"), loaded(2, "30")];
    let balance = Balance::of(product, Some(&line("80", &[])), &pages);
    assert_eq!(
        (balance.missing(), balance.loaded, balance.loaded_beyond()),
        (kilos("20"), kilos("90"), kilos("10"))
    );
    assert_eq!(Balance::of(product, None, &pages).missing(), Quantity::ZERO);
}

#[test]
fn what_travels_reads_back() {
    let record = said(Side::Out(site(1)), 1, &[2], line("60", &["L1"]));
    let text = serde_json::to_string(&record).unwrap();
    assert!(text.contains(r#""side":{"out":""#), "{text}");
    assert_eq!(crate::json::of::<RecordQuay>(&serde_json::from_str(&text).unwrap()).unwrap(), record);
    let page = page(Side::In(PRODUCER), &[said(Side::In(PRODUCER), 1, &[], line("80", &[]))]);
    let value = serde_json::to_value(&page).unwrap();
    assert_eq!(crate::json::of::<QuayPage>(&value).unwrap(), page);
    assert_eq!(page.key.name(), format!("2026-12-01/2026-W49/in/{PRODUCER}"));
}

proptest! {
    /// Whatever comes, what is proposed for the kitchens sums to it, or to what they were confirmed, and none gets more
    /// than that.
    #[test]
    fn nothing_is_made_or_lost_on_the_quay(
        wanted in proptest::collection::vec(0_u32..200_000, 1..8),
        came in 0_u32..1_600_000,
    ) {
        let thousandths = |count: u32| Quantity::new(rust_decimal::Decimal::new(count.into(), 3)).unwrap();
        let portions: Vec<_> =
            (1..).zip(&wanted).map(|(at, count)| QuayPortion { site: site(at), quantity: thousandths(*count) }).collect();
        let quantity: Quantity = portions.iter().map(|portion| portion.quantity).sum();
        let product = ArrivingProduct { quantity, portions: portions.clone(), ..arrival().products[0].clone() };
        let came = thousandths(came);
        let shares: Vec<_> =
            portions.iter().map(|portion| product.share_of(portion.site, came, |_| None)).collect();
        prop_assert_eq!(shares.iter().copied().sum::<Quantity>(), came.min(quantity));
        prop_assert!(shares.iter().zip(&portions).all(|(share, portion)| *share <= portion.quantity));
        // One after the other, each loaded as it is shared then.
        let mut loaded: BTreeMap<SiteId, Quantity> = BTreeMap::new();
        for portion in portions.iter().rev() {
            let share = product.share_of(portion.site, came, |site| loaded.get(&site).copied());
            loaded.insert(portion.site, share);
        }
        prop_assert_eq!(loaded.values().copied().sum::<Quantity>(), came.min(quantity));
    }
}
