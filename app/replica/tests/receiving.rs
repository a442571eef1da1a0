//! Stories of a delivery: received in a cold store without a signal, by one tablet or by two.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use domain::{
    id::RecordId,
    order::Order,
    receipt::Reason,
    reception::{Gap, GapReason, Label, LineRecord, delivered_on, received_lines},
    time::Date,
};
use replica::{
    receiving::{BegunReception, Received, Unloaded},
    recording::RecordError,
    view::{EntryLines, SendState},
};
use support::{
    cable::Fault,
    run,
    server::{Shared, server},
    tablet::Tablet,
    world::{kilos, monday},
};

fn day() -> Date {
    monday(1).delivery_on
}

/// Two tablets of a kitchen whose order of twelve and three kilos is closed.
fn delivered() -> (Shared, [Tablet; 2]) {
    let server = server();
    let tablets = [1, 2].map(|seed| Tablet::ready(&server, seed));
    tablets[0].order(&[(1, 12), (2, 3)]);
    tablets[0].round_ok();
    server.borrow_mut().close_orders();
    tablets.iter().for_each(Tablet::round_ok);
    (server, tablets)
}

fn order(tablet: &Tablet) -> Order {
    match tablet.entry().lines {
        EntryLines::Accepted(order) => order,
        EntryLines::Submitted(submission) => panic!("not accepted: {submission:?}"),
    }
}

/// What each line came to: kilos of the first product, and how many things are said of it.
fn counts(tablet: &Tablet) -> (String, usize) {
    let order = order(tablet);
    let Received { reception, .. } = tablet.replica.received(&order, day());
    let lines = received_lines(&order, &reception);
    (lines[0].standing().map_or("-".to_owned(), |said| said.received.to_string()), lines[0].said.len())
}

fn waits(tablet: &Tablet) -> Option<SendState> {
    tablet.replica.received(&order(tablet), day()).waits
}

/// The lines as confirmed, but so much of the first product.
fn lines(tablet: &Tablet, first: Option<i64>) -> Vec<LineRecord> {
    let mut lines: Vec<_> = delivered_on(&order(tablet), day()).map(LineRecord::conforming).collect();
    if let Some(count) = first {
        lines[0].received = kilos(count);
        lines[0].gap = Some(Gap { reason: GapReason::Missing, comment: None });
    }
    lines
}

fn record(tablet: &Tablet, first: Option<i64>) -> Result<(), RecordError> {
    let seen = tablet.replica.received(&order(tablet), day()).reception.record_ids();
    record_having_seen(tablet, seen, lines(tablet, first))
}

fn record_having_seen(
    tablet: &Tablet,
    seen: Vec<RecordId>,
    lines: Vec<LineRecord>,
) -> Result<(), RecordError> {
    let received_by = Label::parse("Camille Vidal").unwrap();
    let unloaded = Unloaded { received_by, seen, lines };
    run(tablet.replica.record_reception(&order(tablet), day(), unloaded))
}

#[test]
fn what_came_is_recorded_offline_shows_at_once_and_leaves_by_itself() {
    let (server, [tablet, other]) = delivered();
    tablet.online(false);
    record(&tablet, Some(9)).unwrap();
    assert_eq!(waits(&tablet), Some(SendState::Saved));
    assert_eq!(record(&tablet, Some(9)), Err(RecordError::NothingToSend), "a second tap");
    let tablet = tablet.reopened();
    tablet.round();
    assert!(matches!(waits(&tablet), Some(SendState::Waiting { offline_since: Some(_) })));
    assert_eq!((counts(&tablet), tablet.pending()), (("9".to_owned(), 1), 1));
    assert!(matches!(tablet.state(), SendState::Received { .. }), "the order itself is as it was");
    tablet.online(true);
    tablet.fault("push", Fault::LostReply);
    tablet.round();
    tablet.round_ok();
    other.round_ok();
    for tablet in [&tablet, &other] {
        assert_eq!((counts(tablet), waits(tablet)), (("9".to_owned(), 1), None));
        let told = tablet.replica.received(&order(tablet), day()).reception;
        assert_eq!((told.number.unwrap().to_string().as_str(), told.records.len()), ("2026-0001", 1));
    }
    assert_eq!((tablet.pending(), server.borrow().receptions.len()), (0, 1));
}

#[test]
fn two_tablets_that_say_the_same_apart_said_it_once() {
    let (_server, [one, two]) = delivered();
    for tablet in [&one, &two] {
        tablet.online(false);
        record(tablet, None).unwrap();
        tablet.online(true);
    }
    [&one, &two, &one].into_iter().for_each(Tablet::round_ok);
    assert_eq!([counts(&one), counts(&two)], [("12".to_owned(), 1), ("12".to_owned(), 1)]);
}

#[test]
fn two_tablets_that_say_different_things_are_both_heard_until_a_person_decides() {
    let (server, [one, two]) = delivered();
    [&one, &two].into_iter().for_each(|tablet| tablet.online(false));
    record(&one, None).unwrap();
    record(&two, Some(9)).unwrap();
    // The second corrects itself before anybody heard of it: that is a correction of its own words alone.
    record(&two, Some(8)).unwrap();
    assert_eq!(counts(&two), ("8".to_owned(), 1));
    [&one, &two].into_iter().for_each(|tablet| tablet.online(true));
    [&one, &two, &one].into_iter().for_each(Tablet::round_ok);
    assert_eq!([counts(&one), counts(&two)], [("12".to_owned(), 2), ("12".to_owned(), 2)], "never 20");
    record(&one, Some(8)).unwrap();
    [&one, &two].into_iter().for_each(Tablet::round_ok);
    assert_eq!([counts(&one), counts(&two)], [("8".to_owned(), 1), ("8".to_owned(), 1)]);
    let records = server.borrow().receptions.values().map(|reception| reception.records.len()).sum::<usize>();
    assert_eq!(records, 4, "what was said stays said");
}

#[test]
fn what_a_colleague_recorded_while_one_was_counting_is_not_replaced_unseen() {
    let (_server, [one, two]) = delivered();
    // The first opens the delivery, sees nothing, and counts; meanwhile the second's record arrives.
    record(&two, None).unwrap();
    [&two, &one].into_iter().for_each(Tablet::round_ok);
    record_having_seen(&one, Vec::new(), lines(&one, Some(9))).unwrap();
    assert_eq!(counts(&one), ("12".to_owned(), 2), "beside it, before anything left");
    [&one, &two].into_iter().for_each(Tablet::round_ok);
    assert_eq!([counts(&one), counts(&two)], [("12".to_owned(), 2), ("12".to_owned(), 2)]);
}

#[test]
fn a_reception_that_was_begun_outlives_its_page_and_ends_with_the_record() {
    let (_server, [tablet, _]) = delivered();
    let order = order(&tablet);
    let begun =
        BegunReception { received_by: "Camille".into(), seen: Vec::new(), lines: lines(&tablet, Some(4)) };
    run(tablet.replica.keep_reception(order.id, day(), begun.clone())).unwrap();
    let tablet = tablet.reopened();
    assert_eq!(tablet.replica.begun_reception(order.id, day()), Some(begun));
    assert_eq!(counts(&tablet), ("-".to_owned(), 0), "begun is not recorded");
    record(&tablet, Some(4)).unwrap();
    assert_eq!(tablet.replica.begun_reception(order.id, day()), None);
}

#[test]
fn what_may_not_be_said_is_not_recorded_and_what_is_refused_says_why() {
    let (server, [tablet, _]) = delivered();
    let mut unexplained = lines(&tablet, None);
    unexplained[0].received = kilos(11);
    let said = record_having_seen(&tablet, Vec::new(), unexplained);
    assert_eq!((said, tablet.pending()), (Err(RecordError::NothingToSend), 0));
    record(&tablet, None).unwrap();
    server.borrow_mut().orders = domain::ordered::Map::new();
    tablet.round_ok();
    let received = tablet.replica.received(&order(&tablet), day());
    assert_eq!((received.waits, received.refused), (None, Some(Reason::UnknownOrder)));
}
