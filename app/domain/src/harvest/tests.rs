//! What producers may answer, who gets what of it, and that no gram and no cent of it is made or lost.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    catalog::{Months, ProductFamily, Weekdays},
    enterprise::{Commune, Producer, Siret},
    id::DraftId,
    money::{Amount, Rate},
    order::{LineStatus, OrderLine, OrderState, totals_of},
    pricing::MarginBase,
    producer_sheet::{SheetLine, SiteLabel, build},
    quantity::{Pack, Unit},
    time::Weekday,
};

const NOW: Timestamp = Timestamp(7_000);
const ALICE: ProducerId = ProducerId(Uuid::from_u128(1));

fn reference(text: &str) -> Reference {
    Reference::parse(text).unwrap()
}

fn kilos(text: &str) -> Quantity {
    Quantity::new(text.parse().unwrap()).unwrap()
}

fn euros(text: &str) -> UnitPrice {
    UnitPrice::new(text.parse().unwrap()).unwrap()
}

fn monday() -> Date {
    "2026-11-30".parse().unwrap()
}

fn week() -> CycleId {
    "2026-W49".parse().unwrap()
}

fn terms() -> Terms {
    let rate = |text: &str| Rate::new(text.parse().unwrap()).unwrap();
    Terms { margin_base: MarginBase::OnCost, margin: rate("25"), transport: rate("7") }
}

fn cycle(state: CycleState) -> OrderCycle {
    OrderCycle {
        id: week(),
        opens_at: Timestamp(0),
        cut_off_at: Timestamp(5_000),
        grace_ms: 0,
        delivery_days: Weekdays::of([Weekday::Monday]),
        published_at: Timestamp(0),
        state,
    }
}

fn closed() -> OrderCycle {
    cycle(CycleState::Closed { closed_at: Timestamp(6_000) })
}

fn offer(name: &str, producer: u128, unit: Unit) -> Offer {
    Offer {
        reference: reference(name),
        revision: 1,
        name: name.to_owned(),
        producer: ProducerId(Uuid::from_u128(producer)),
        family: ProductFamily::FruitAndVegetables,
        signs: vec![],
        certificate: None,
        origin: None,
        unit,
        pack: Pack::new("5".parse().unwrap()).unwrap(),
        net_price: euros("1.37"),
        vat: Rate::new("5.5".parse().unwrap()).unwrap(),
        promised: None,
        delivery_days: Weekdays::of([Weekday::Monday]),
        season: Months::default(),
        allergens: None,
        temperature: None,
    }
}

/// The list of that week.
fn listed(reference: &Reference) -> Option<Offer> {
    let known = [
        offer("leeks", 1, Unit::Kilogram),
        offer("chard", 1, Unit::Kilogram),
        offer("eggs", 1, Unit::Piece),
        offer("neighbour-leeks", 2, Unit::Kilogram),
    ];
    known.into_iter().find(|offer| offer.reference == *reference)
}

/// A line of which all was granted.
fn line(name: &str, granted: Quantity) -> OrderLine {
    let offer = listed(&reference(name)).unwrap();
    let unit_price = terms().buyer_price(offer.net_price);
    OrderLine {
        key: LineKey { offer: offer.reference, delivery_on: monday() },
        offer_revision: 1,
        name: offer.name,
        producer: offer.producer,
        unit: offer.unit,
        pack: offer.pack,
        ordered: granted,
        confirmed: Some(granted),
        price_seen: unit_price,
        unit_price,
        net_price: offer.net_price,
        vat: offer.vat,
        amount: unit_price.times(granted),
        split: terms().split(offer.net_price, unit_price, granted),
        status: LineStatus::Accepted,
        proposed: None,
    }
}

/// The order of kitchen `n`.
fn order(n: u128, lines: Vec<OrderLine>) -> Order {
    Order {
        id: OrderId(Uuid::from_u128(n)),
        draft: DraftId(Uuid::from_u128(n)),
        number: OrderNumber { year: 2026, sequence: 1 },
        site: SiteId(Uuid::from_u128(n)),
        cycle: week(),
        received_at: Timestamp(0),
        state: OrderState::Consolidated,
        totals: totals_of(&lines),
        lines,
        header: Default::default(),
        amendments: Vec::new(),
    }
}

/// A closed week: the orders by their places, and the sheet that was made of them.
fn at_the_close(orders: Vec<Order>) -> (BTreeMap<OrderPlace, Order>, ProducerSheet) {
    let lines: Vec<_> = orders
        .iter()
        .flat_map(|order| order.lines.iter().map(move |line| (order, line)))
        .map(|(order, line)| SheetLine {
            producer: line.producer,
            offer: line.key.offer.clone(),
            name: line.name.clone(),
            unit: line.unit.clone(),
            pack: line.pack,
            delivery_on: line.key.delivery_on,
            site: order.site,
            number: order.number,
            ordered: line.ordered,
            confirmed: line.counted(),
            net_price: line.net_price,
            amount: line.split.producer,
        })
        .collect();
    let labels = orders.iter().map(|order| {
        let name = format!("Cuisine {:>3}", order.site.0.as_u128());
        (order.site, SiteLabel { name, commune: "Auch".to_owned() })
    });
    let producer = Producer {
        id: ALICE,
        name: "Ferme d’Alice".to_owned(),
        siret: Siret::parse("00000000000000").unwrap(),
        commune: Commune { insee: String::new(), name: "Auch".to_owned() },
        minimum_order: None,
    };
    let sheet = build(week(), producer, Timestamp(6_000), &lines, &labels.collect());
    (orders.into_iter().map(|order| ((order.site, order.number), order)).collect(), sheet)
}

/// 60, 30 and 10 kg of leeks by three kitchens, and 90 eggs by the first.
fn three_kitchens() -> (BTreeMap<OrderPlace, Order>, ProducerSheet) {
    at_the_close(vec![
        order(1, vec![line("eggs", kilos("90")), line("leeks", kilos("60"))]),
        order(2, vec![line("leeks", kilos("30"))]),
        order(3, vec![line("leeks", kilos("10"))]),
    ])
}

fn why(reason: ShortReason) -> Shortfall {
    Shortfall { reason, comment: None, substitute: None }
}

fn less(name: &str, confirmed: &str) -> Less {
    Less { reference: reference(name), confirmed: kilos(confirmed), why: why(ShortReason::Weather) }
}

fn instead(less_of: Less, name: &str, quantity: &str) -> Less {
    let substitute = Substitute {
        offer: reference(name),
        name: name.to_owned(),
        quantity: kilos(quantity),
        net_price: euros("1.37"),
        unit_price: terms().buyer_price(euros("1.37")),
    };
    Less { why: Shortfall { substitute: Some(substitute), ..less_of.why }, ..less_of }
}

fn confirm(revision_seen: u32, less: Vec<Less>) -> ConfirmHarvest {
    ConfirmHarvest { producer: ALICE, cycle: week(), delivery_on: monday(), revision_seen, less }
}

fn judge(said: &ConfirmHarvest, sheet: &ProducerSheet) -> Result<DayAnswer, Reason> {
    let (cycle, terms) = (closed(), terms());
    let at_hand = AtHand { cycle: Some(&cycle), sheet: Some(sheet), offer: &listed, terms: &terms };
    said.judge(at_hand, NOW)
}

#[test]
fn all_of_a_day_is_confirmed_in_one_word_and_the_same_twice_is_once() {
    let (mut orders, mut sheet) = three_kitchens();
    let before = (orders.clone(), sheet.amount);
    let all = judge(&confirm(0, vec![]), &sheet).unwrap();
    assert_eq!((all.revision, all.said_at, all.less.len()), (1, NOW, 0));
    // The hub raised what transport costs since: what was ordered before is shared as it was.
    let dearer = Terms { transport: Rate::new("9".parse().unwrap()).unwrap(), ..terms() };
    let told = carry_out(&mut sheet, monday(), all.clone(), &mut orders, &dearer);
    assert_eq!((orders, sheet.amount), before, "nothing changes in what is ordered and owed");
    assert_eq!(told.len(), 3, "every kitchen hears that its lines are confirmed");
    assert!(told.iter().flat_map(|told| &told.lines).all(|line| line.short.is_none()));
    assert_eq!(judge(&confirm(0, vec![]), &sheet), Ok(all), "said again by a second tap");
}

#[test]
fn what_may_be_answered() {
    let (_, sheet) = three_kitchens();
    let twice = vec![less("leeks", "1"), less("leeks", "2")];
    let unsorted = vec![less("leeks", "1"), less("eggs", "2")];
    let unsaid = Less { why: why(ShortReason::Otherwise), ..less("leeks", "1") };
    let comment = Some(Saying::try_from("La herse est cassée".to_owned()).unwrap());
    let said = Less { why: Shortfall { comment, ..why(ShortReason::Otherwise) }, ..less("leeks", "1") };
    let dearer = {
        let mut proposed = instead(less("leeks", "80"), "chard", "20");
        proposed.why.substitute.as_mut().unwrap().net_price = euros("1.38");
        proposed
    };
    let cases = [
        ("none of it", vec![less("leeks", "0")], Ok(1)),
        ("to the gram", vec![less("leeks", "79.999")], Ok(1)),
        ("two products", vec![less("eggs", "60"), less("leeks", "80")], Ok(1)),
        ("as much as is asked", vec![less("leeks", "100")], Err(Reason::MoreThanAsked)),
        ("more", vec![less("leeks", "100.001")], Err(Reason::MoreThanAsked)),
        ("half an egg", vec![less("eggs", "60.5")], Err(Reason::Malformed)),
        ("what nobody asks", vec![less("chard", "1")], Err(Reason::NotAsked)),
        ("a product twice", twice, Err(Reason::Malformed)),
        ("out of order", unsorted, Err(Reason::Malformed)),
        ("another reason, unsaid", vec![unsaid], Err(Reason::Malformed)),
        ("another reason, said", vec![said], Ok(1)),
        ("chard for what is missing", vec![instead(less("leeks", "80"), "chard", "20")], Ok(1)),
        (
            "more chard than is missing",
            vec![instead(less("leeks", "80"), "chard", "21")],
            Err(Reason::Malformed),
        ),
        ("no chard", vec![instead(less("leeks", "80"), "chard", "0")], Err(Reason::Malformed)),
        ("eggs for leeks", vec![instead(less("leeks", "80"), "eggs", "20")], Err(Reason::Malformed)),
        ("leeks for leeks", vec![instead(less("leeks", "80"), "leeks", "20")], Err(Reason::Malformed)),
        (
            "a neighbour’s",
            vec![instead(less("leeks", "80"), "neighbour-leeks", "20")],
            Err(Reason::UnknownOffer),
        ),
        ("at a price of its own", vec![dearer], Err(Reason::PriceChanged)),
    ];
    for (what, less, expected) in cases {
        let judged = judge(&confirm(0, less), &sheet).map(|answer| answer.revision);
        assert_eq!(judged, expected, "{what}");
    }
}

#[test]
fn nothing_is_confirmed_before_the_sheet_is_made() {
    let (_, sheet) = three_kitchens();
    let (open, closed, terms) = (cycle(CycleState::Open), closed(), terms());
    let all = confirm(0, vec![]);
    let judged = |said: &ConfirmHarvest, cycle, sheet| {
        said.judge(AtHand { cycle, sheet, offer: &listed, terms: &terms }, NOW).map(|answer| answer.revision)
    };
    assert_eq!(judged(&all, Some(&open), None), Err(Reason::NotClosed));
    assert_eq!(judged(&all, None, None), Err(Reason::UnknownCycle));
    assert_eq!(judged(&all, Some(&closed), None), Err(Reason::NotAsked), "nobody ordered from it");
    let tuesday = ConfirmHarvest { delivery_on: "2026-12-01".parse().unwrap(), ..all };
    assert_eq!(judged(&tuesday, Some(&closed), Some(&sheet)), Err(Reason::NotAsked));
}

#[test]
fn what_was_delivered_long_ago_stays_as_it_was() {
    let (_, sheet) = three_kitchens();
    let (cycle, terms) = (closed(), terms());
    let at_hand = AtHand { cycle: Some(&cycle), sheet: Some(&sheet), offer: &listed, terms: &terms };
    let less_of_it = confirm(0, vec![less("leeks", "80")]);
    let over = monday().begins_at().plus_ms(8 * 86_400_000);
    assert_eq!(
        less_of_it.judge(at_hand, over).map(|answer| answer.revision),
        Ok(1),
        "a telephone in a field"
    );
    assert_eq!(less_of_it.judge(at_hand, over.plus_ms(1)), Err(Reason::DeliveryOver));
    let all = confirm(0, vec![]).judge(at_hand, over.plus_ms(1));
    assert_eq!(all.map(|answer| answer.revision), Ok(1), "that it came as asked can be said late");
    let mut answered = sheet.clone();
    answered.days[0].answer = less_of_it.judge(at_hand, NOW).ok();
    let at_hand = AtHand { sheet: Some(&answered), ..at_hand };
    let more = ConfirmHarvest { revision_seen: 1, ..confirm(0, vec![]) };
    assert_eq!(more.judge(at_hand, over.plus_ms(1)), Err(Reason::DeliveryOver), "nor is it raised again");
}

#[test]
fn what_was_answered_unseen_is_refused() {
    let (mut orders, mut sheet) = three_kitchens();
    let first = judge(&confirm(0, vec![less("leeks", "80")]), &sheet).unwrap();
    carry_out(&mut sheet, monday(), first.clone(), &mut orders, &terms());
    let other = |seen| judge(&confirm(seen, vec![less("leeks", "70")]), &sheet);
    assert_eq!(other(0), Err(Reason::HarvestChanged), "the other telephone was quicker");
    assert_eq!(other(1).map(|answer| answer.revision), Ok(2), "it was seen");
    assert_eq!(judge(&confirm(0, first.less.clone()), &sheet), Ok(first), "both said the same");
}

/// What each kitchen gets of leeks, in kitchen order.
fn leeks_of(orders: &BTreeMap<OrderPlace, Order>) -> Vec<String> {
    let key = LineKey { offer: reference("leeks"), delivery_on: monday() };
    orders.values().map(|order| order.line(&key).unwrap().counted().to_string()).collect()
}

#[test]
fn golden_case_7_said_by_the_producer() {
    let cases = [
        ("80", ["45", "25", "10"], "by crates of 5 kg"),
        ("78", ["47", "23", "8"], "by whole kilos, where crates do not come out"),
        ("50.5", ["30.3", "15.15", "5.05"], "to the gram, where kilos do not"),
        ("0", ["0", "0", "0"], "none"),
    ];
    for (confirmed, expected, how) in cases {
        let (mut orders, mut sheet) = three_kitchens();
        let answer = judge(&confirm(0, vec![less("leeks", confirmed)]), &sheet).unwrap();
        carry_out(&mut sheet, monday(), answer, &mut orders, &terms());
        assert_eq!(leeks_of(&orders), expected, "{how}");
    }
}

#[test]
fn a_product_renamed_in_the_middle_of_the_week_is_answered_for_once() {
    let renamed = OrderLine { name: "Poireaux lavés".to_owned(), ..line("leeks", kilos("40")) };
    let (mut orders, mut sheet) = at_the_close(vec![
        order(1, vec![line("leeks", kilos("60"))]),
        order(2, vec![renamed, line("eggs", kilos("30"))]),
    ]);
    let [eggs, leeks] = &sheet.day(monday()).unwrap().products[..] else { panic!("{sheet:?}") };
    assert_eq!((&eggs.reference, &leeks.reference), (&reference("eggs"), &reference("leeks")));
    assert_eq!((leeks.granted(), leeks.portions.len()), (kilos("100"), 2));
    let answer = judge(&confirm(0, vec![less("leeks", "50")]), &sheet).unwrap();
    carry_out(&mut sheet, monday(), answer, &mut orders, &terms());
    assert_eq!(leeks_of(&orders), ["30", "20"]);
}

#[test]
fn a_second_answer_is_of_what_was_granted_not_of_the_first() {
    let (mut orders, mut sheet) = three_kitchens();
    let untouched = orders.clone();
    for (seen, confirmed, expected) in [(0, "50", ["30", "15", "5"]), (1, "90", ["55", "25", "10"])] {
        let answer = judge(&confirm(seen, vec![less("leeks", confirmed)]), &sheet).unwrap();
        carry_out(&mut sheet, monday(), answer, &mut orders, &terms());
        assert_eq!(leeks_of(&orders), expected);
    }
    let all = judge(&confirm(2, vec![]), &sheet).unwrap();
    carry_out(&mut sheet, monday(), all, &mut orders, &terms());
    assert_eq!(orders, untouched, "the frost was not so bad after all");
}

#[test]
fn a_kitchen_reads_why_and_what_could_come_instead() {
    let (mut orders, mut sheet) = three_kitchens();
    let said = vec![instead(less("leeks", "80"), "chard", "10")];
    let answer = judge(&confirm(0, said), &sheet).unwrap();
    let told = carry_out(&mut sheet, monday(), answer, &mut orders, &terms());
    let lines: Vec<_> = told
        .iter()
        .filter_map(|told| {
            let line = told.line(&reference("leeks"))?;
            let short = line.short.as_ref().map(|short| {
                let substitute = short.substitute.as_ref().map(|proposed| proposed.quantity.to_string());
                (short.reason.code().to_owned(), substitute)
            });
            Some((line.granted.to_string(), line.confirmed.to_string(), short))
        })
        .collect();
    let weather = |chard: &str| Some(("WEATHER".to_owned(), Some(chard.to_owned())));
    // 15, 5 and nothing are missing; half of it could be chard. Two crates of 5 kg: one each, the smaller gap first.
    let expected = [
        ("60".to_owned(), "45".to_owned(), weather("5")),
        ("30".to_owned(), "25".to_owned(), weather("5")),
        ("10".to_owned(), "10".to_owned(), None),
    ];
    assert_eq!(lines, expected);
    assert_eq!(orders.values().map(|order| order.lines.len()).sum::<usize>(), 4, "a proposal orders nothing");
}

proptest! {
    /// However little there is, the shares sum to it, nobody gets more than the cut-off granted, and every cent of the sheet
    /// is a cent of an order.
    #[test]
    fn no_gram_and_no_cent_is_made_or_lost(granted in prop::collection::vec(1_i64..90_000, 1..12), of_all in 0_i64..1_000,
                                           whole: bool) {
        let step = if whole { 5_000 } else { 1 };
        let thousandths = |value: i64| Quantity::from_thousandths(value).unwrap();
        let orders = granted.iter().zip(1..).map(|(granted, n)| {
            order(n, vec![line("leeks", thousandths(granted * step))])
        });
        let (mut orders, mut sheet) = at_the_close(orders.collect());
        let asked: i64 = granted.iter().map(|granted| granted * step).sum();
        let confirmed = thousandths(asked * of_all / 1_000 / step * step);
        let said = vec![Less { confirmed, ..less("leeks", "0") }];
        let answer = judge(&confirm(0, said), &sheet).unwrap();
        let told = carry_out(&mut sheet, monday(), answer, &mut orders, &terms());

        let lines = || orders.values().flat_map(|order| &order.lines);
        prop_assert_eq!(lines().map(OrderLine::counted).sum::<Quantity>(), confirmed);
        prop_assert!(lines().all(|line| line.counted() <= line.ordered && line.split.total() == line.amount));
        prop_assert_eq!(sheet.days[0].products[0].quantity, confirmed);
        prop_assert_eq!(sheet.days[0].products[0].granted(), thousandths(asked));
        prop_assert_eq!(sheet.amount, lines().map(|line| line.split.producer).sum::<Amount>());
        prop_assert!(orders.values().all(|order| order.totals == totals_of(&order.lines)));
        let told: Quantity = told.iter().flat_map(|told| &told.lines).map(|line| line.confirmed).sum();
        prop_assert_eq!(told, confirmed);
    }
}
