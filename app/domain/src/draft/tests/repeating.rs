use proptest::prelude::*;

use super::*;
use crate::{
    order::{Order, OrderLine},
    receipt::Reason,
};

/// A line of last week, at a price of `then` per kilogram.
fn then(name: &str, day: Weekday, quantity: &str, price: &str) -> OrderLine {
    let cycle: CycleId = "2026-W48".parse().unwrap();
    let like = ordered(&catalog()).lines.remove(0);
    OrderLine {
        key: LineKey { offer: Reference::parse(name).unwrap(), delivery_on: cycle.day(day) },
        name: name.to_owned(),
        ordered: kilos(quantity),
        unit_price: UnitPrice::new(price.parse().unwrap()).unwrap(),
        ..like
    }
}

fn order_of(lines: Vec<OrderLine>) -> Order {
    Order { cycle: "2026-W48".parse().unwrap(), lines, ..ordered(&catalog()) }
}

/// The leeks of Monday and the cocoa of Monday, and the prices of now: 2.50 and 12.50.
fn taken_up(lines: Vec<OrderLine>) -> Repeat {
    repeat(&order_of(lines), &catalog())
}

fn line(name: &str, day: Weekday, quantity: &str) -> DraftLine {
    DraftLine { key: key(name, day), quantity: kilos(quantity) }
}

#[test]
fn the_same_again_on_the_same_weekday_of_this_week() {
    let again = taken_up(vec![
        then("leek", Weekday::Monday, "10", "2.50"),
        then("cocoa", Weekday::Monday, "2.5", "12.50"),
    ]);
    let lines = vec![line("cocoa", Weekday::Monday, "2.5"), line("leek", Weekday::Monday, "10")];
    assert_eq!(again, Repeat { lines, ..Repeat::default() });
}

#[test]
fn a_day_that_is_no_more_becomes_the_first_one_and_lines_that_meet_are_one() {
    let again = taken_up(vec![
        then("leek", Weekday::Monday, "5", "2.50"),
        then("leek", Weekday::Thursday, "10", "2.50"),
    ]);
    assert_eq!(again.lines, [line("leek", Weekday::Monday, "15")]);
}

#[test]
fn a_larger_pack_rounds_up() {
    let again = taken_up(vec![then("leek", Weekday::Monday, "7", "2.50")]);
    assert_eq!(again.lines, [line("leek", Weekday::Monday, "10")]);
}

#[test]
fn what_was_granted_or_dropped_then_is_asked_for_again_whole() {
    let mut short = then("leek", Weekday::Monday, "10", "2.50");
    short.confirmed = Some(kilos("5"));
    let mut dropped = then("cocoa", Weekday::Monday, "2.5", "12.50");
    dropped.status = crate::order::LineStatus::Dropped { reason: Reason::Withdrawn };
    let again = taken_up(vec![short, dropped]);
    assert_eq!(again.lines, [line("cocoa", Weekday::Monday, "2.5"), line("leek", Weekday::Monday, "10")]);
}

#[test]
fn what_the_kitchen_took_off_stays_off() {
    let mut taken_off = then("cocoa", Weekday::Monday, "2.5", "12.50");
    taken_off.status = crate::order::LineStatus::Dropped { reason: Reason::Declined };
    let again = taken_up(vec![then("leek", Weekday::Monday, "10", "2.50"), taken_off]);
    assert_eq!(again, Repeat { lines: vec![line("leek", Weekday::Monday, "10")], ..Repeat::default() });
}

#[test]
fn what_cannot_be_asked_for_is_told_with_its_reason() {
    let mut pieces = then("cocoa", Weekday::Monday, "2", "12.50");
    pieces.unit = Unit::Piece;
    let again = taken_up(vec![then("cardoon", Weekday::Monday, "5", "3"), pieces]);
    let out = |name: &str, why| LeftOut { name: name.to_owned(), why };
    assert_eq!(again.lines, []);
    assert_eq!(again.left_out, [out("cardoon", WhyLeftOut::Gone), out("cocoa", WhyLeftOut::OtherUnit)]);

    let mut resting = catalog();
    resting.cycle.delivery_days = Weekdays::of([Weekday::Friday]);
    let order = order_of(vec![then("leek", Weekday::Monday, "5", "2.50")]);
    assert_eq!(repeat(&order, &resting).left_out, [out("leek", WhyLeftOut::NotDelivered)]);
}

#[test]
fn a_price_that_moved_is_told_once() {
    let again = taken_up(vec![
        then("leek", Weekday::Monday, "5", "2.40"),
        then("leek", Weekday::Thursday, "5", "2.40"),
        then("cocoa", Weekday::Monday, "2.5", "12.50"),
    ]);
    let told: Vec<_> = again.repriced.iter().map(|told| (told.name.as_str(), told.then, told.now)).collect();
    let price = |text: &str| UnitPrice::new(text.parse().unwrap()).unwrap();
    assert_eq!(told, [("leek", price("2.40"), price("2.50"))]);
}

proptest! {
    /// Every line of then is asked for or told, and all that is asked for can be sent.
    #[test]
    fn nothing_gets_lost_and_everything_can_leave(
        lines in proptest::collection::vec((0_usize..3, 0_u8..5, 1_u32..400), 0..12),
    ) {
        let days = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
        let lines: Vec<_> = lines
            .into_iter()
            .map(|(name, day, tenths)| {
                let quantity = rust_decimal::Decimal::new(tenths.into(), 1).to_string();
                then(["leek", "cocoa", "cardoon"][name], days[usize::from(day)], &quantity, "2.50")
            })
            .collect();
        let again = taken_up(lines.clone());
        let (kept, out): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.name != "cardoon");
        prop_assert_eq!(again.left_out.len(), out.len());
        for name in ["leek", "cocoa"] {
            let then: Quantity = kept.iter().filter(|line| line.name == name).map(|line| line.ordered).sum();
            let reference = Reference::parse(name).unwrap();
            let now: Quantity =
                again.lines.iter().filter(|line| line.key.offer == reference).map(|line| line.quantity).sum();
            let pack = catalog().offer(&reference).unwrap().pack;
            prop_assert_eq!(now, pack.round_up(then));
        }
        let draft = Draft { lines: again.lines.clone(), ..draft(&[]) };
        prop_assert_eq!(view(&draft, &catalog()).sendable, again.lines.len());
    }
}
