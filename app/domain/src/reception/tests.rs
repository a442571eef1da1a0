//! Receptions as tables: who said what, in which order, and what counts then.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    harvest::{AnsweredLine, OrderAnswer},
    id::{DraftId, ProducerId},
    money::{Rate, UnitPrice},
    order::OrderState,
    pricing::MarginBase,
    quantity::{Pack, Unit},
    receipt::Reason,
    reception::cold::{Celsius, ColdClass},
    rules::{ReceptionDecision, decide_reception},
};

fn reference(text: &str) -> Reference {
    Reference::parse(text).unwrap()
}

fn kilos(text: &str) -> Quantity {
    Quantity::new(text.parse().unwrap()).unwrap()
}

fn euros(text: &str) -> Amount {
    Amount::new(text.parse().unwrap()).unwrap()
}

fn monday() -> Date {
    "2026-11-30".parse().unwrap()
}

fn terms() -> Terms {
    let rate = |text: &str| Rate::new(text.parse().unwrap()).unwrap();
    Terms { margin_base: MarginBase::OnCost, margin: rate("25"), transport: rate("7") }
}

/// A line of which all was confirmed, at 1.37 € net.
fn line(offer: &str, day: Date, confirmed: Quantity) -> OrderLine {
    let net_price = UnitPrice::new("1.37".parse().unwrap()).unwrap();
    let unit_price = terms().buyer_price(net_price);
    OrderLine {
        key: LineKey { offer: reference(offer), delivery_on: day },
        offer_revision: 1,
        name: offer.to_owned(),
        producer: ProducerId(Uuid::from_u128(9)),
        unit: Unit::Kilogram,
        pack: Pack::new("5".parse().unwrap()).unwrap(),
        ordered: confirmed,
        confirmed: Some(confirmed),
        price_seen: unit_price,
        unit_price,
        net_price,
        vat: Rate::new("5.5".parse().unwrap()).unwrap(),
        amount: unit_price.times(confirmed),
        split: terms().split(net_price, unit_price, confirmed),
        status: LineStatus::Accepted,
        proposed: None,
    }
}

/// A closed order: leeks and eggs on Monday, apples on Tuesday.
fn order() -> Order {
    let tuesday = "2026-12-01".parse().unwrap();
    let lines = vec![
        line("apples", tuesday, kilos("10")),
        line("eggs", monday(), kilos("30")),
        line("leeks", monday(), kilos("20")),
    ];
    Order {
        id: OrderId(Uuid::from_u128(1)),
        draft: DraftId(Uuid::from_u128(2)),
        number: OrderNumber { year: 2026, sequence: 1 },
        site: SiteId(Uuid::from_u128(3)),
        cycle: "2026-W49".parse().unwrap(),
        received_at: Timestamp(0),
        state: OrderState::Consolidated,
        totals: crate::order::totals_of(&lines),
        lines,
        header: Default::default(),
        amendments: Vec::new(),
    }
}

fn conforming(offer: &str, received: &str) -> LineRecord {
    LineRecord {
        offer: reference(offer),
        received: kilos(received),
        gap: None,
        lot: None,
        use_by: None,
        measured: None,
    }
}

fn gap(offer: &str, received: &str, reason: GapReason) -> LineRecord {
    LineRecord { gap: Some(Gap { reason, comment: None }), ..conforming(offer, received) }
}

fn said(record: u128, supersedes: &[u128], lines: Vec<LineRecord>) -> RecordReception {
    RecordReception {
        record: RecordId(Uuid::from_u128(record)),
        order: order().id,
        site: order().site,
        delivery_on: monday(),
        received_by: Label::parse("Camille Vidal").unwrap(),
        supersedes: supersedes.iter().map(|id| RecordId(Uuid::from_u128(*id))).collect(),
        lines,
    }
}

/// What is said of the leeks after some records, what counts first.
fn leeks(records: &[RecordReception]) -> Vec<String> {
    let mut reception = Reception::empty(&order(), monday());
    for said in records {
        reception.hear(said, Timestamp(0));
    }
    let said = reception.said_of(&reference("leeks"));
    said.iter().map(|standing| standing.line.received.to_string()).collect()
}

#[test]
fn what_two_people_say_is_never_summed() {
    use GapReason::Missing;
    let all = |record, supersedes: &[u128]| said(record, supersedes, vec![conforming("leeks", "20")]);
    let some =
        |record, supersedes: &[u128], kept| said(record, supersedes, vec![gap("leeks", kept, Missing)]);
    let cases: [(&[RecordReception], &[&str]); 8] = [
        (&[all(1, &[])], &["20"]),
        // The same said twice is said once, by one outbox or by two people.
        (&[all(1, &[]), all(1, &[])], &["20"]),
        (&[all(1, &[]), all(2, &[])], &["20"]),
        // Different: both stay, the first counts.
        (&[all(1, &[]), some(2, &[], "12")], &["20", "12"]),
        (&[all(1, &[]), some(2, &[], "12"), all(3, &[])], &["20", "12"]),
        // A person decides, having seen both.
        (&[all(1, &[]), some(2, &[], "12"), some(3, &[1, 2], "12")], &["12"]),
        // A correction of one's own takes nothing from what somebody else said and one had not seen.
        (&[all(1, &[]), some(2, &[], "12"), some(3, &[2], "15")], &["20", "15"]),
        // A correction of what was corrected.
        (&[all(1, &[]), some(2, &[1], "12"), some(3, &[2], "15")], &["15"]),
    ];
    for (records, counts) in cases {
        assert_eq!(leeks(records), counts, "{records:?}");
    }
}

#[test]
fn a_correction_leaves_lines_alone_that_it_does_not_speak_of() {
    let first = said(1, &[], vec![conforming("leeks", "20"), conforming("eggs", "30")]);
    let second = said(2, &[1], vec![gap("eggs", "24", GapReason::Damaged)]);
    let mut reception = Reception::empty(&order(), monday());
    assert!(reception.hear(&first, Timestamp(1)) && reception.hear(&second, Timestamp(2)));
    let counts = |offer: &str| reception.said_of(&reference(offer))[0].line.received.to_string();
    assert_eq!((counts("leeks"), counts("eggs")), ("20".to_owned(), "24".to_owned()));
    assert_eq!(reception.to_supersede(&reference("eggs")), [RecordId(Uuid::from_u128(2))]);
    assert!(!reception.is_contested(second.record));
}

#[test]
fn a_credit_is_what_was_billed_and_not_kept() {
    // 1.7125 € + 7 % of 1.37 € = 1.8084 € for the kitchen; 20 kg: 36.17 €, 30 kg: 54.25 €.
    let order = order();
    let cases: [(Vec<LineRecord>, &str, &str, &str); 6] = [
        (vec![], "0", "0", "0"),
        (vec![conforming("leeks", "20"), conforming("eggs", "30")], "0", "0", "0"),
        (vec![gap("leeks", "12.345", GapReason::Missing)], "13.85", "14.61", "0"),
        (vec![gap("leeks", "0", GapReason::Refused)], "36.17", "38.16", "0"),
        (
            vec![gap("leeks", "0", GapReason::Refused), gap("eggs", "29", GapReason::Damaged)],
            "37.98",
            "40.07",
            "0",
        ),
        // More than was confirmed is shown, and billed to nobody.
        (vec![gap("leeks", "25", GapReason::Surplus)], "0", "0", "5"),
    ];
    for (lines, net, gross, surplus) in cases {
        let mut reception = Reception::empty(&order, monday());
        reception.hear(&said(1, &[], lines), Timestamp(0));
        let lines = received_lines(&order, &reception);
        let credit = credit_of(&lines);
        assert_eq!(lines.len(), 2, "apples come on another day");
        assert_eq!((credit.net, credit.gross), (euros(net), euros(gross)), "{reception:?}");
        assert_eq!(lines.iter().map(ReceivedLine::surplus).sum::<Quantity>(), kilos(surplus));
        for line in &lines {
            assert_eq!(line.credit_split(&terms()).total(), line.credit);
        }
        let leeks = &lines[1];
        if leeks.credit == leeks.line.amount {
            assert_eq!(leeks.credit_split(&terms()), leeks.line.split, "all of it goes back whence it came");
        }
    }
}

#[test]
fn a_line_is_said_as_it_may_be() {
    let warm = |class, surface: &str, core: Option<&str>| {
        let celsius = |text: &str| Celsius::new(text.parse().unwrap()).unwrap();
        Some(Measure { class, surface: celsius(surface), core: core.map(celsius) })
    };
    let poultry = |surface, core| warm(ColdClass::Poultry, surface, core);
    let cases = [
        (conforming("leeks", "20"), None),
        (conforming("leeks", "19.999"), Some(Objection::Unexplained)),
        (conforming("leeks", "20.001"), Some(Objection::Unexplained)),
        (gap("leeks", "19.999", GapReason::Missing), None),
        (gap("leeks", "1000000", GapReason::Surplus), Some(Objection::TooMuch)),
        (LineRecord { measured: poultry("6", None), ..conforming("leeks", "20") }, None),
        (
            LineRecord { measured: poultry("7", None), ..gap("leeks", "0", GapReason::Temperature) },
            Some(Objection::CoreNotMeasured),
        ),
        (
            LineRecord { measured: poultry("7", Some("6")), ..conforming("leeks", "20") },
            Some(Objection::TooWarm),
        ),
        (LineRecord { measured: poultry("7", Some("6")), ..gap("leeks", "0", GapReason::Temperature) }, None),
    ];
    for (line, objection) in cases {
        assert_eq!(line.objection(kilos("20")), objection, "{line:?}");
    }
}

#[test]
fn a_record_is_about_what_its_kitchen_was_to_be_delivered() {
    let good = said(1, &[], vec![conforming("leeks", "20")]);
    let order = order();
    let withdrawn = Order { state: OrderState::Withdrawn { withdrawn_at: Timestamp(9) }, ..order.clone() };
    let open = Order { state: OrderState::Accepted, ..order.clone() };
    let elsewhere = Order { site: SiteId(Uuid::from_u128(99)), ..order.clone() };
    let mut dropped = order.clone();
    dropped.lines[2] = dropped.lines[2].dropped(Reason::NotConfirmed);
    let apples = said(1, &[], vec![conforming("apples", "10")]);
    let twice = said(1, &[], vec![conforming("leeks", "20"), conforming("leeks", "20")]);
    let refused = |reason| ReceptionDecision::Refuse(reason);
    let cases = [
        (&good, Some(&order), ReceptionDecision::Record),
        (&good, None, refused(Reason::UnknownOrder)),
        (&good, Some(&elsewhere), refused(Reason::UnknownOrder)),
        (&good, Some(&open), refused(Reason::NotClosed)),
        (&good, Some(&withdrawn), refused(Reason::OrderWithdrawn)),
        (&good, Some(&dropped), refused(Reason::Malformed)),
        (&apples, Some(&order), refused(Reason::Malformed)),
        (&twice, Some(&order), refused(Reason::Malformed)),
        (&said(1, &[], vec![]), Some(&order), refused(Reason::Malformed)),
        (&said(1, &[], vec![conforming("leeks", "19")]), Some(&order), refused(Reason::Malformed)),
    ];
    for (said, order, decision) in cases {
        assert_eq!(decide_reception(said, order, &[], None), decision, "{said:?}");
    }
    let mut reception = Reception::empty(&order, monday());
    reception.hear(&good, Timestamp(0));
    assert_eq!(decide_reception(&good, Some(&order), &[], Some(&reception)), ReceptionDecision::Already);
    for record in 2..=100 {
        reception.hear(&said(record, &[], vec![conforming("leeks", "20")]), Timestamp(0));
    }
    let one_more = said(101, &[], vec![conforming("leeks", "20")]);
    let decision = decide_reception(&one_more, Some(&order), &[], Some(&reception));
    assert_eq!(decision, refused(Reason::TooManyLines));
}

/// A producer confirms 15 kg of the 20 the cut-off granted; the tablet in the cold store has not heard of it.
#[test]
fn who_unloads_before_hearing_of_less_is_heard_too() {
    let mut order = order();
    let key = LineKey { offer: reference("leeks"), delivery_on: monday() };
    order.confirm(&key, kilos("15"), &terms()).unwrap();
    let answered = |granted: &str| OrderAnswer {
        order: order.id,
        producer: ProducerId(Uuid::from_u128(9)),
        delivery_on: monday(),
        said_at: Timestamp(0),
        lines: vec![AnsweredLine {
            offer: reference("leeks"),
            granted: kilos(granted),
            confirmed: kilos("15"),
            short: None,
        }],
    };
    let record = said(1, &[], vec![conforming("leeks", "20")]);
    let decide = |answers: &[OrderAnswer]| decide_reception(&record, Some(&order), answers, None);
    let nobody_granted = ReceptionDecision::Refuse(Reason::Malformed);
    assert_eq!(decide(&[]), nobody_granted, "nobody ever granted 20");
    assert_eq!(decide(&[answered("25")]), nobody_granted);
    assert_eq!(decide(&[answered("20")]), ReceptionDecision::Record);

    let mut reception = Reception::empty(&order, monday());
    reception.hear(&record, Timestamp(0));
    let lines = received_lines(&order, &reception);
    let leeks = lines.iter().find(|received| received.line.key == key).unwrap();
    assert!(leeks.is_gap(), "the hub looks at it");
    assert_eq!((leeks.surplus(), leeks.credit), (kilos("5"), Amount::ZERO), "shown, billed to nobody");
}

#[test]
fn a_label_is_one_short_line() {
    assert_eq!(Label::parse("  L-2026-114 ").unwrap().as_str(), "L-2026-114");
    for bad in ["", "   ", "a\nb", &"x".repeat(81)] {
        assert_eq!(Label::parse(bad), Err(BadLabel), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn no_cent_of_a_credit_is_made_or_lost(confirmed in 0_i64..2_000_000, received in 0_i64..2_000_000) {
        let confirmed = Quantity::from_thousandths(confirmed).unwrap();
        let received = Quantity::from_thousandths(received).unwrap();
        let order = Order { lines: vec![line("leeks", monday(), confirmed)], ..order() };
        let mut reception = Reception::empty(&order, monday());
        let record = LineRecord { received, ..gap("leeks", "0", GapReason::Refused) };
        reception.hear(&said(1, &[], vec![record]), Timestamp(0));
        let lines = received_lines(&order, &reception);
        let (received, line) = (&lines[0], &order.lines[0]);
        prop_assert!(received.credit >= Amount::ZERO && received.credit <= line.amount);
        prop_assert_eq!(received.credit + line.unit_price.times(received.line.counted().min(record_of(received))), line.amount);
        prop_assert_eq!(received.credit_split(&terms()).total(), received.credit);
    }

    /// In whatever order records arrive, what nobody corrected is the same set.
    #[test]
    fn what_stands_does_not_depend_on_who_arrives_first(order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle()) {
        use GapReason::Missing;
        let records = [
            said(1, &[], vec![conforming("leeks", "20")]),
            said(2, &[], vec![gap("leeks", "12", Missing)]),
            said(3, &[1], vec![gap("leeks", "18", Missing)]),
            said(4, &[2], vec![gap("leeks", "11", Missing)]),
        ];
        let arrived: Vec<_> = order.iter().map(|at| records[*at].clone()).collect();
        let mut stands = leeks(&arrived);
        stands.sort();
        prop_assert_eq!(stands, ["11", "18"]);
    }
}

fn record_of(line: &ReceivedLine<'_>) -> Quantity {
    line.standing().map_or(Quantity::ZERO, |said| said.received)
}
