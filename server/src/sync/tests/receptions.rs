//! What came, as kitchens say it: once in the store, whoever says it and however often.

use domain::{
    command::{Command, Unread},
    id::RecordId,
    receipt::{Outcome, Reason},
    reception::{
        Gap, GapReason, Label, LineRecord, Reception, RecordReception, delivered_on, received_lines,
    },
    time::Date,
    wire::desk::DeliveryGap,
};
use uuid::Uuid;

use super::{together::in_memory, *};
use crate::{
    close_cycle,
    store::{SyncStore, SyncTransaction, memory::Failure},
    testing::{Device, TestStore, quantity},
};

crate::on_both_engines!(
    a_reception_is_numbered_and_told_to_its_kitchen,
    what_two_tablets_say_is_one_or_waits_for_a_person,
    a_gap_is_credited_to_the_cent_and_shown_to_the_hub,
    nothing_is_received_of_what_was_not_to_be_delivered,
    a_reception_weeks_late_is_taken,
    numbers_of_notes_and_credits_have_no_gaps,
);

const LATER: Timestamp = Timestamp(NOW.0 + 7 * 86_400_000);

/// A closed week in which the first kitchen ordered leeks and cheese, and the tablet that sent it.
async fn delivered(store: &TestStore, market: &Market) -> (Device, Order) {
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let sent = tablet.submit(market.submission(who.site, &[("P-001", "10"), ("F-001", "5")]));
    push_one(store, who, tablet.outbox, sent).await;
    close_cycle::close(&**store, market.hub, market.cycle.id, NOW).await.unwrap();
    let order = orders(store, market).await.into_iter().find(|order| order.site == who.site).unwrap();
    (tablet, order)
}

fn day(order: &Order) -> Date {
    order.lines[0].key.delivery_on
}

/// All lines of the day, as confirmed.
fn conforming(order: &Order, record: u128) -> RecordReception {
    let lines = delivered_on(order, day(order)).map(LineRecord::conforming).collect();
    RecordReception {
        record: RecordId(Uuid::from_u128(record)),
        order: order.id,
        site: order.site,
        delivery_on: day(order),
        received_by: Label::parse("Camille Vidal").unwrap(),
        supersedes: Vec::new(),
        lines,
    }
}

/// The same, with so much of one offer and a reason.
fn with_gap(order: &Order, record: u128, offer: &str, received: &str, reason: &GapReason) -> RecordReception {
    let mut said = conforming(order, record);
    for line in said.lines.iter_mut().filter(|line| line.offer.as_str() == offer) {
        line.received = quantity(received);
        line.gap = Some(Gap { reason: reason.clone(), comment: None });
    }
    said
}

async fn say(
    store: &TestStore,
    market: &Market,
    tablet: &mut Device,
    said: &RecordReception,
    at: Timestamp,
) -> Outcome {
    let sealed = tablet.seal(&Command::RecordReception(Unread::of(said)));
    push_all(store, &market.kitchens[0], tablet.outbox, &[sealed], at).await.remove(0).outcome
}

async fn reception(store: &TestStore, order: &Order) -> Reception {
    let mut tx = store.read().await.unwrap();
    tx.find_reception(order.site, order.id, day(order)).await.unwrap().unwrap()
}

async fn gaps(store: &TestStore, market: &Market) -> Vec<DeliveryGap> {
    store.read().await.unwrap().delivery_gaps(market.hub).await.unwrap()
}

fn applied(order: &Order) -> Outcome {
    Outcome::Applied { order: Some(order.id), dup_of: None }
}

async fn a_reception_is_numbered_and_told_to_its_kitchen(store: TestStore) {
    let market = Market::open(&store).await;
    let (mut tablet, order) = delivered(&store, &market).await;
    let outcome = say(&store, &market, &mut tablet, &conforming(&order, 1), LATER).await;
    assert_eq!(outcome, applied(&order));
    let told = reception(&store, &order).await;
    assert_eq!(told.number.unwrap().to_string(), "2026-0001");
    assert_eq!((told.credit_number, told.records.len()), (None, 1));
    let mut tx = store.read().await.unwrap();
    let feed = tx.changes(&Scope::site(order.site), 0, 1_000, true).await.unwrap();
    let rows: Vec<_> = feed.iter().filter(|op| op.kind == "reception").map(|op| op.id.clone()).collect();
    assert_eq!(rows, [Reception::name(order.id, day(&order))]);
    assert_eq!(gaps(&store, &market).await, []);
}

async fn what_two_tablets_say_is_one_or_waits_for_a_person(store: TestStore) {
    let market = Market::open(&store).await;
    let (mut one, order) = delivered(&store, &market).await;
    let mut two = Device::of(&market.kitchens[0], 2);
    let first = conforming(&order, 1);
    assert_eq!(say(&store, &market, &mut one, &first, LATER).await, applied(&order));
    // A copied outbox says it again under another number; a colleague says the same.
    let again = Outcome::Applied { order: Some(order.id), dup_of: Some(order.id) };
    assert_eq!(say(&store, &market, &mut two, &first, LATER).await, again);
    assert_eq!(say(&store, &market, &mut two, &conforming(&order, 2), LATER).await, applied(&order));
    // Another says something else of the leeks.
    let other = with_gap(&order, 3, "P-001", "7", &GapReason::Damaged);
    let contested = Outcome::Adjusted { code: Reason::DoubleRecord, order: order.id };
    assert_eq!(say(&store, &market, &mut two, &other, LATER).await, contested);
    let told = reception(&store, &order).await;
    let counts = |told: &Reception| {
        let lines = received_lines(&order, told);
        lines.iter().map(|line| line.standing().unwrap().received.to_string()).collect::<Vec<_>>()
    };
    assert_eq!((counts(&told), told.records.len()), (vec!["5".to_owned(), "10".to_owned()], 3));
    let shown = gaps(&store, &market).await;
    assert!(matches!(&shown[..], [gap] if gap.line.contested && gap.credit.cents() == 0), "{shown:?}");
    // A person who saw both decides.
    let mut decided = with_gap(&order, 4, "P-001", "7", &GapReason::Damaged);
    decided.lines.retain(|line| line.offer.as_str() == "P-001");
    decided.supersedes = [1, 2, 3].map(|id| RecordId(Uuid::from_u128(id))).to_vec();
    assert_eq!(say(&store, &market, &mut one, &decided, LATER).await, applied(&order));
    let told = reception(&store, &order).await;
    assert_eq!(counts(&told), ["5", "7"]);
    let shown = gaps(&store, &market).await;
    assert!(matches!(&shown[..], [gap] if !gap.line.contested && gap.credit.cents() > 0), "{shown:?}");
}

async fn a_gap_is_credited_to_the_cent_and_shown_to_the_hub(store: TestStore) {
    let market = Market::open(&store).await;
    let (mut tablet, order) = delivered(&store, &market).await;
    let said = with_gap(&order, 1, "F-001", "3.5", &GapReason::Missing);
    say(&store, &market, &mut tablet, &said, LATER).await;
    let [gap] = gaps(&store, &market).await.try_into().unwrap();
    let line = order.lines.iter().find(|line| line.key.offer.as_str() == "F-001").unwrap();
    let kept = line.unit_price.times(quantity("3.5"));
    assert_eq!(gap.credit, line.amount - kept);
    assert_eq!(
        (gap.site_name.as_str(), gap.producer_name.as_str()),
        ("École des Tilleuls", "Ferme du Causse")
    );
    assert_eq!((gap.line.product.as_str(), gap.line.received), ("Pélardons", quantity("3.5")));
    assert_eq!(gap.line.gap.unwrap().reason, GapReason::Missing);
    assert_eq!((gap.order_number, gap.note_number.sequence), (order.number, 1));
    assert_eq!(gap.credit_number.unwrap().to_string(), "2026-0001");
    let neighbour = store.read().await.unwrap().delivery_gaps(market.neighbour).await.unwrap();
    assert_eq!(neighbour, []);
}

async fn nothing_is_received_of_what_was_not_to_be_delivered(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut open = Device::of(who, 1);
    let sent = open.submit(market.submission(who.site, &[("P-001", "10")]));
    push_one(&store, who, open.outbox, sent).await;
    let order = orders(&store, &market).await.remove(0);
    let refused = |code| Outcome::Refused { code };
    let early = say(&store, &market, &mut open, &conforming(&order, 1), NOW).await;
    assert_eq!(early, refused(Reason::NotClosed));
    close_cycle::close(&*store, market.hub, market.cycle.id, NOW).await.unwrap();
    let order = orders(&store, &market).await.remove(0);
    let mut unknown = conforming(&order, 2);
    unknown.order = OrderId(Uuid::from_u128(404));
    assert_eq!(say(&store, &market, &mut open, &unknown, LATER).await, refused(Reason::UnknownOrder));
    // Another kitchen of the hub has no such order; one that speaks in this one's name has no right.
    let other = &market.kitchens[1];
    let mut stranger = Device::of(other, 3);
    let theirs = RecordReception { site: other.site, ..conforming(&order, 3) };
    let sealed = stranger.seal(&Command::RecordReception(Unread::of(&theirs)));
    let forged = stranger.seal(&Command::RecordReception(Unread::of(&conforming(&order, 4))));
    let receipts = push_all(&store, other, stranger.outbox, &[sealed, forged], LATER).await;
    let outcomes: Vec<_> = receipts.into_iter().map(|receipt| receipt.outcome).collect();
    assert_eq!(outcomes, [refused(Reason::UnknownOrder), refused(Reason::NoRight)]);
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.find_reception(order.site, order.id, day(&order)).await.unwrap(), None);
}

async fn a_reception_weeks_late_is_taken(store: TestStore) {
    let market = Market::open(&store).await;
    let (mut tablet, order) = delivered(&store, &market).await;
    let weeks_later = Timestamp(NOW.0 + 60 * 86_400_000);
    let outcome = say(&store, &market, &mut tablet, &conforming(&order, 1), weeks_later).await;
    assert_eq!(outcome, applied(&order));
    let told = reception(&store, &order).await;
    assert_eq!(told.number.unwrap().to_string(), "2027-0001", "the year it was numbered in");
}

async fn numbers_of_notes_and_credits_have_no_gaps(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let mut sent = market.submission(who.site, &[("P-001", "10"), ("P-002", "10")]);
    sent.lines[1].delivery_on = "2026-12-03".parse().unwrap();
    let sent = tablet.submit(sent);
    push_one(&store, who, tablet.outbox, sent).await;
    close_cycle::close(&*store, market.hub, market.cycle.id, NOW).await.unwrap();
    let order = orders(&store, &market).await.remove(0);
    let thursday = order.lines.iter().find(|line| line.key.offer.as_str() == "P-002").unwrap();
    let mut second = conforming(&order, 2);
    second.delivery_on = thursday.key.delivery_on;
    second.lines = vec![LineRecord {
        received: quantity("5"),
        gap: Some(Gap { reason: GapReason::Missing, comment: None }),
        ..LineRecord::conforming(thursday)
    }];
    say(&store, &market, &mut tablet, &conforming(&order, 1), LATER).await;
    say(&store, &market, &mut tablet, &second, LATER).await;
    // What is corrected keeps its numbers, even once nothing is credited any more.
    let mut corrected = second.clone();
    corrected.record = RecordId(Uuid::from_u128(3));
    corrected.supersedes = vec![second.record];
    corrected.lines = vec![LineRecord::conforming(thursday)];
    say(&store, &market, &mut tablet, &corrected, LATER).await;
    let mut tx = store.read().await.unwrap();
    let told = tx.find_reception(order.site, order.id, second.delivery_on).await.unwrap().unwrap();
    assert_eq!((told.number.unwrap().sequence, told.credit_number.unwrap().sequence), (2, 1));
    assert_eq!(gaps(&store, &market).await, [], "as confirmed, after all");
}

#[tokio::test]
async fn whichever_write_fails_a_reception_is_there_whole_or_not_at_all() {
    let mut failures = 0;
    for after in 0.. {
        let (store, market) = in_memory().await;
        let who = &market.kitchens[0];
        let mut tablet = Device::of(who, 1);
        let sent = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
        push(&store, who, Batch::of(tablet.outbox, &[sent]).unwrap(), NOW).await.unwrap();
        close_cycle::close(&store, market.hub, market.cycle.id, NOW).await.unwrap();
        let order = store.all_orders().remove(0);
        let said = with_gap(&order, 1, "P-001", "7", &GapReason::Missing);
        let said = [tablet.seal(&Command::RecordReception(Unread::of(&said)))];
        let batch = || Batch::of(tablet.outbox, &said).unwrap();
        store.fail_after(after, Failure::Temporary);
        let first = push(&store, who, batch(), LATER).await.unwrap();
        let struck = !store.stop_failing();
        let mut tx = store.read().await.unwrap();
        let told = tx.find_reception(order.site, order.id, day(&order)).await.unwrap();
        let all = matches!(first, PushAnswer::Done(_));
        assert_eq!(
            told.map(|told| told.records.len()),
            all.then_some(1),
            "write {after}: what is told is what is stored"
        );
        push(&store, who, batch(), LATER).await.unwrap();
        let told = tx.find_reception(order.site, order.id, day(&order)).await.unwrap().unwrap();
        let numbers = (told.number.unwrap().sequence, told.credit_number.unwrap().sequence);
        assert_eq!((told.records.len(), numbers), (1, (1, 1)), "write {after}");
        failures += u32::from(struck);
        if !struck {
            break;
        }
    }
    assert!(failures > 5, "{failures} failures");
}
