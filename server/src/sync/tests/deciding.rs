//! Late, changed, withdrawn, doubled: what becomes of orders, and of the choices that follow.

use domain::{
    order::{LineStatus, OrderState},
    receipt::{Outcome, Reason},
    ticket::{Choice, Settler, TicketState},
    time::Weekday,
};

use super::*;
use crate::{
    close_cycle,
    store::Transaction,
    sync::settle,
    testing::{Device, TestStore, offer, offers},
};

crate::on_both_engines!(
    two_tablets_submitting_the_same_draft_make_one_order,
    two_tablets_with_different_lines_leave_the_choice_to_the_kitchen,
    the_difference_can_be_added,
    a_question_that_was_answered_is_not_asked_again_by_a_copied_outbox,
    an_arrival_in_the_grace_counts_and_a_later_one_waits_for_the_hub,
    a_late_order_that_the_hub_takes_gets_its_number_then,
    a_price_that_rose_waits_and_one_that_fell_is_told,
    a_withdrawn_product_waits_and_the_rest_is_ordered,
    a_product_nobody_knows_puts_the_order_aside_whole,
    a_day_without_delivery_and_a_broken_pack_wait,
    nobody_settles_what_is_not_theirs,
    a_replaced_order_asks_no_old_question,
);

async fn two_tablets_submitting_the_same_draft_make_one_order(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let [mut one, mut two] = [1, 2].map(|n| Device::of(who, n));
    let submission = market.submission(who.site, &[("P-001", "10"), ("P-003", "5")]);
    let mut other_way_round = submission.clone();
    other_way_round.lines.reverse();
    let first = push_one(&store, who, one.outbox, one.clone().submit(submission)).await;
    let second = push_one(&store, who, two.outbox, two.submit(other_way_round)).await;
    let Outcome::Applied { order: Some(made), dup_of: None } = first else { panic!("{first:?}") };
    assert_eq!(second, Outcome::Applied { order: Some(made), dup_of: Some(made) });
    assert_eq!(orders(&store, &market).await.len(), 1);
    one.submit(market.submission(who.site, &[]));
}

/// The kitchen's order of 10 kg of leeks, then a second tablet's of 15 kg and 5 kg of apples: its ticket.
async fn doubled(store: &TestStore, market: &Market) -> (Device, Ticket) {
    let who = &market.kitchens[0];
    let [mut one, mut two] = [1, 2].map(|n| Device::of(who, n));
    let first = one.submit(market.submission(who.site, &[("P-001", "10"), ("P-002", "5")]));
    push_one(store, who, one.outbox, first).await;
    let second = two.submit(market.submission(who.site, &[("P-001", "15"), ("P-003", "5")]));
    let outcome = push_one(store, who, two.outbox, second).await;
    assert!(matches!(outcome, Outcome::Parked { code: Reason::DoubleSubmit, .. }), "{outcome:?}");
    assert_eq!(asked(store, market, "P-001").await, "10", "the first stands");
    (two, tickets(store, who.site).await.remove(0))
}

async fn two_tablets_with_different_lines_leave_the_choice_to_the_kitchen(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let (mut tablet, ticket) = doubled(&store, &market).await;
    let chosen = tablet.settle(ticket.id, Choice::Replace);
    let outcome = push_one(&store, who, tablet.outbox, chosen).await;
    assert!(matches!(outcome, Outcome::Applied { order: Some(_), .. }), "{outcome:?}");
    assert_eq!(asked(&store, &market, "P-001").await, "15");
    assert_eq!(asked(&store, &market, "P-002").await, "0");
    assert_eq!(asked(&store, &market, "P-003").await, "5");
    let order = &orders(&store, &market).await[0];
    assert_eq!(
        (order.lines.len(), order.number.sequence),
        (3, 1),
        "nothing disappears, nothing is renumbered"
    );
    let again = tablet.settle(ticket.id, Choice::Replace);
    let other = tablet.settle(ticket.id, Choice::Decline);
    let receipts = push_all(&store, who, tablet.outbox, &[again, other], NOW).await;
    assert_eq!(receipts[0].outcome, Outcome::Applied { order: None, dup_of: None });
    assert_eq!(receipts[1].outcome, Outcome::Refused { code: Reason::AlreadySettled });
}

async fn the_difference_can_be_added(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let (mut tablet, ticket) = doubled(&store, &market).await;
    let chosen = tablet.settle(ticket.id, Choice::AddDifference);
    push_one(&store, who, tablet.outbox, chosen).await;
    let mut counted = Vec::new();
    for offer in ["P-001", "P-002", "P-003"] {
        counted.push(asked(&store, &market, offer).await);
    }
    assert_eq!(counted, ["15", "5", "5"]);
}

async fn a_question_that_was_answered_is_not_asked_again_by_a_copied_outbox(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let (mut tablet, ticket) = doubled(&store, &market).await;
    let chosen = tablet.settle(ticket.id, Choice::Decline);
    push_one(&store, who, tablet.outbox, chosen).await;
    let mut copy = Device::of(who, 3);
    let again = copy.submit(market.submission(who.site, &[("P-001", "15"), ("P-003", "5")]));
    let outcome = push_one(&store, who, copy.outbox, again).await;
    assert!(matches!(outcome, Outcome::Parked { ticket: same, .. } if same == ticket.id), "{outcome:?}");
    let states: Vec<_> = tickets(&store, who.site).await.into_iter().map(|ticket| ticket.state).collect();
    assert!(matches!(states[..], [TicketState::Settled { choice: Choice::Decline, .. }]), "{states:?}");
}

async fn an_arrival_in_the_grace_counts_and_a_later_one_waits_for_the_hub(store: TestStore) {
    let market = Market::open(&store).await;
    let last = market.cycle.cut_off_at.plus_ms(market.cycle.grace_ms);
    let mut outcomes = Vec::new();
    for (who, at) in market.kitchens.iter().zip([last, last.plus_ms(1)]) {
        let mut tablet = Device::of(who, 1);
        let sent = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
        outcomes.extend(push_all(&store, who, tablet.outbox, &[sent], at).await);
    }
    assert!(matches!(outcomes[0].outcome, Outcome::Applied { .. }));
    assert!(matches!(outcomes[1].outcome, Outcome::Parked { code: Reason::Late, order: None, .. }));
    assert_eq!(orders(&store, &market).await.len(), 1);
}

async fn settle_as_hub(
    store: &TestStore,
    market: &Market,
    ticket: &Ticket,
    choice: Choice,
    now: Timestamp,
) -> Outcome {
    let mut tx: Transaction = store.write(market.hub).await.unwrap();
    let outcome = settle::carry_out(&mut tx, market.hub, ticket.clone(), choice, Settler::Hub, now).await;
    tx.commit().await.unwrap();
    outcome.unwrap()
}

async fn a_late_order_that_the_hub_takes_gets_its_number_then(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let late = market.cycle.cut_off_at.plus_ms(market.cycle.grace_ms + 1);
    let sent = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    push_all(&store, who, tablet.outbox, &[sent], late).await;
    let ticket = tickets(&store, who.site).await.remove(0);
    // The kitchen may not let itself in.
    let own = tablet.settle(ticket.id, Choice::Accept);
    let receipt = push_all(&store, who, tablet.outbox, &[own], late).await.remove(0);
    assert_eq!(receipt.outcome, Outcome::Refused { code: Reason::NoRight });
    let taken_at = late.plus_ms(60_000);
    let outcome = settle_as_hub(&store, &market, &ticket, Choice::Accept, taken_at).await;
    let Outcome::Applied { order: Some(made), .. } = outcome else { panic!("{outcome:?}") };
    let order = order(&store, who.site, made).await;
    assert_eq!((order.received_at, order.number.sequence), (late, 1));
    let settled = tickets(&store, who.site).await.remove(0);
    assert_eq!(settled.state, TicketState::Settled { choice: Choice::Accept, settled_at: taken_at });
    // Another one, after the cycle was closed: it can only be declined.
    let who = &market.kitchens[1];
    let mut tablet = Device::of(who, 1);
    let sent = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    push_all(&store, who, tablet.outbox, &[sent], late).await;
    close_cycle::close(&store, market.hub, market.cycle.id, taken_at).await.unwrap();
    let ticket = tickets(&store, who.site).await.remove(0);
    let refused = settle_as_hub(&store, &market, &ticket, Choice::Accept, taken_at).await;
    assert_eq!(refused, Outcome::Refused { code: Reason::CycleClosed });
    let declined = settle_as_hub(&store, &market, &ticket, Choice::Decline, taken_at).await;
    assert!(matches!(declined, Outcome::Applied { .. }));
}

/// The first list with another price for leeks.
async fn reprice(store: &TestStore, market: &Market, price: &str) {
    let mut list = offers(market.hub);
    list[0].net_price = offer("x", "", market.producers[0], price, None).net_price;
    market.publish(store, list, NOW).await;
}

async fn a_price_that_rose_waits_and_one_that_fell_is_told(store: TestStore) {
    let market = Market::open(&store).await;
    let [first, second] = &market.kitchens;
    reprice(&store, &market, "1.10").await;
    let mut tablet = Device::of(first, 1);
    let sent = tablet.submit(market.submission(first.site, &[("P-001", "10")]));
    let outcome = push_one(&store, first, tablet.outbox, sent).await;
    let Outcome::Adjusted { code: Reason::PriceLower, order: made } = outcome else { panic!("{outcome:?}") };
    assert_eq!(order(&store, first.site, made).await.totals.net.to_string(), "13.75");
    reprice(&store, &market, "1.40").await;
    let mut tablet = Device::of(second, 1);
    let sent = tablet.submit(market.submission(second.site, &[("P-001", "10"), ("P-002", "5")]));
    let outcome = push_one(&store, second, tablet.outbox, sent).await;
    let Outcome::Parked { code: Reason::PriceChanged, ticket, order: Some(made) } = outcome else {
        panic!("{outcome:?}")
    };
    let held = order(&store, second.site, made).await;
    assert_eq!(held.totals.net.to_string(), "5.63", "only what nobody asks about counts");
    assert_eq!(asked(&store, &market, "P-001").await, "10");
    let chosen = tablet.settle(ticket, Choice::Accept);
    push_one(&store, second, tablet.outbox, chosen).await;
    assert_eq!(order(&store, second.site, made).await.totals.net.to_string(), "23.13");
    assert_eq!(asked(&store, &market, "P-001").await, "20");
}

async fn a_withdrawn_product_waits_and_the_rest_is_ordered(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    market.publish(&store, offers(market.hub)[1..].to_vec(), NOW).await;
    let mut tablet = Device::of(who, 1);
    let sent = tablet.submit(market.submission(who.site, &[("P-001", "10"), ("P-002", "5")]));
    let outcome = push_one(&store, who, tablet.outbox, sent).await;
    let Outcome::Parked { code: Reason::Withdrawn, ticket, order: Some(made) } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        (asked(&store, &market, "P-001").await, asked(&store, &market, "P-002").await),
        ("0".into(), "5".into())
    );
    let impossible = tablet.settle(ticket, Choice::Accept);
    let declined = tablet.settle(ticket, Choice::Decline);
    let receipts = push_all(&store, who, tablet.outbox, &[impossible, declined], NOW).await;
    assert!(matches!(receipts[0].outcome, Outcome::Refused { .. }));
    assert!(matches!(receipts[1].outcome, Outcome::Applied { .. }));
    let line =
        order(&store, who.site, made).await.lines.into_iter().find(|line| line.key.offer.as_str() == "P-001");
    assert_eq!(line.unwrap().status, LineStatus::Dropped { reason: Reason::Withdrawn });
}

async fn a_product_nobody_knows_puts_the_order_aside_whole(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let sent = tablet.submit(market.submission(who.site, &[("P-001", "10"), ("X-404", "5")]));
    let outcome = push_one(&store, who, tablet.outbox, sent).await;
    assert!(
        matches!(outcome, Outcome::Parked { code: Reason::UnknownOffer, order: None, .. }),
        "{outcome:?}"
    );
    let mut elsewhen = market.submission(who.site, &[("P-001", "10")]);
    elsewhen.cycle = "2026-W51".parse().unwrap();
    let sent = tablet.submit(elsewhen);
    let outcome = push_one(&store, who, tablet.outbox, sent).await;
    assert!(
        matches!(outcome, Outcome::Parked { code: Reason::UnknownCycle, order: None, .. }),
        "{outcome:?}"
    );
    assert!(orders(&store, &market).await.is_empty());
    assert_eq!(tickets(&store, who.site).await.len(), 2);
}

async fn a_day_without_delivery_and_a_broken_pack_wait(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let mut submission = market.submission(who.site, &[("P-001", "10"), ("P-002", "7"), ("P-003", "5")]);
    submission.lines[0].delivery_on = market.day(Weekday::Tuesday);
    let sent = tablet.submit(submission);
    push_one(&store, who, tablet.outbox, sent).await;
    let order = &orders(&store, &market).await[0];
    let reasons: Vec<_> = order
        .lines
        .iter()
        .map(|line| match &line.status {
            LineStatus::Held { reason, .. } => reason.code(),
            other => panic!("{other:?}"),
        })
        .take(2)
        .collect();
    assert_eq!(reasons, ["NOT_DELIVERED", "PACK_MULTIPLE"]);
    assert_eq!((order.lines[2].status.clone(), order.state), (LineStatus::Accepted, OrderState::Accepted));
    assert_eq!(tickets(&store, who.site).await.len(), 2);
}

async fn nobody_settles_what_is_not_theirs(store: TestStore) {
    let market = Market::open(&store).await;
    let (_, ticket) = doubled(&store, &market).await;
    for stranger in [&market.kitchens[1], &market.neighbour_kitchen] {
        let mut tablet = Device::of(stranger, 1);
        let chosen = tablet.settle(ticket.id, Choice::Replace);
        let outcome = push_one(&store, stranger, tablet.outbox, chosen).await;
        assert_eq!(outcome, Outcome::Refused { code: Reason::UnknownTicket });
    }
    let mut tx = store.read().await.unwrap();
    assert!(tx.find_hub_ticket(market.neighbour, ticket.id).await.unwrap().is_none());
    assert!(tx.find_hub_ticket(market.hub, ticket.id).await.unwrap().is_some());
    assert!(tx.open_tickets(market.neighbour).await.unwrap().is_empty());
}

async fn a_replaced_order_asks_no_old_question(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let [mut one, mut two] = [1, 2].map(|n| Device::of(who, n));
    let first = one.submit(market.submission(who.site, &[("P-001", "7"), ("P-002", "5")]));
    push_one(&store, who, one.outbox, first).await;
    let second = two.submit(market.submission(who.site, &[("P-001", "10")]));
    let outcome = push_one(&store, who, two.outbox, second).await;
    let Outcome::Parked { code: Reason::DoubleSubmit, ticket, .. } = outcome else { panic!("{outcome:?}") };
    let chosen = two.settle(ticket, Choice::Replace);
    push_one(&store, who, two.outbox, chosen).await;
    let open: Vec<_> = tickets(&store, who.site)
        .await
        .into_iter()
        .filter(|ticket| ticket.state == TicketState::Open)
        .collect();
    assert_eq!(open, [], "the question about seven kilograms by crates of five is gone with them");
    assert_eq!(asked(&store, &market, "P-001").await, "10");
}
