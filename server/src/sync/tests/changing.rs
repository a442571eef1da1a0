//! An order its kitchen changes or withdraws: what the store holds then, in the same transaction.

use domain::{
    command::{AmendOrder, Command, WithdrawOrder},
    order::{LineStatus, OrderState},
    receipt::{Outcome, Reason},
    ticket::{Choice, Subject, TicketState},
};

use super::*;
use crate::{
    close_cycle,
    testing::{Device, TestStore, offer, offers},
};

crate::on_both_engines!(
    a_withdrawn_order_leaves_demand_and_closes_its_questions,
    a_withdrawal_of_an_order_nobody_knows_is_kept_for_a_person,
    nobody_withdraws_or_changes_the_order_of_another_kitchen,
    what_another_tablet_sent_stays_a_question_once_the_order_is_withdrawn,
    an_amendment_moves_demand_by_the_difference,
    a_raise_that_costs_more_waits_beside_what_was_confirmed,
    a_closed_week_keeps_what_was_withdrawn_as_it_was,
);

fn withdrawal(order: &Order) -> Command {
    let seen = order.asked();
    Command::WithdrawOrder(WithdrawOrder { order: order.id, site: order.site, cycle: order.cycle, seen })
}

fn amendment(market: &Market, order: &Order, wanted: &[(&str, &str)]) -> Command {
    Command::AmendOrder(AmendOrder {
        revision_seen: order.revision(),
        seen: order.asked(),
        wanted: market.submission(order.site, wanted),
    })
}

/// The first kitchen's order of these, and the tablet that sent it.
async fn ordered(store: &TestStore, market: &Market, wanted: &[(&str, &str)]) -> (Device, Order) {
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let sent = tablet.submit(market.submission(who.site, wanted));
    push_one(store, who, tablet.outbox, sent).await;
    let order = orders(store, market).await.remove(0);
    (tablet, order)
}

async fn demand_of(store: &TestStore, market: &Market) -> [String; 2] {
    [asked(store, market, "P-001").await, asked(store, market, "P-002").await]
}

async fn a_withdrawn_order_leaves_demand_and_closes_its_questions(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let (mut tablet, before) = ordered(&store, &market, &[("P-001", "10"), ("P-002", "7")]).await;
    assert_eq!(demand_of(&store, &market).await, ["10", "0"], "7 kg by crates of 5 are a question");
    let withdrawn = tablet.seal(&withdrawal(&before));
    let again = tablet.seal(&withdrawal(&before));
    let receipts = push_all(&store, who, tablet.outbox, &[withdrawn, again], NOW).await;
    assert_eq!(receipts[0].outcome, Outcome::Applied { order: Some(before.id), dup_of: None });
    assert_eq!(receipts[1].outcome, Outcome::Applied { order: Some(before.id), dup_of: Some(before.id) });
    assert_eq!(demand_of(&store, &market).await, ["0", "0"]);
    let after = order(&store, who.site, before.id).await;
    assert_eq!((after.state, after.number), (OrderState::Withdrawn { withdrawn_at: NOW }, before.number));
    let states: Vec<_> = tickets(&store, who.site).await.into_iter().map(|ticket| ticket.state).collect();
    assert_eq!(states, [TicketState::Closed { reason: Reason::OrderWithdrawn, closed_at: NOW }]);
}

async fn a_withdrawal_of_an_order_nobody_knows_is_kept_for_a_person(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let (mut tablet, order) = ordered(&store, &market, &[("P-001", "10")]).await;
    let elsewhere = Order { id: OrderId(uuid::Uuid::from_u128(9)), ..order };
    let sent = tablet.seal(&withdrawal(&elsewhere));
    let outcome = push_one(&store, who, tablet.outbox, sent).await;
    assert!(
        matches!(outcome, Outcome::Parked { code: Reason::UnknownOrder, order: None, .. }),
        "{outcome:?}"
    );
    let kept = tickets(&store, who.site).await.remove(0);
    assert!(matches!(&kept.subject, Subject::Command { kind, .. } if kind == "order.withdraw@1"), "{kept:?}");
}

async fn nobody_withdraws_or_changes_the_order_of_another_kitchen(store: TestStore) {
    let market = Market::open(&store).await;
    let (_, order) = ordered(&store, &market, &[("P-001", "10")]).await;
    let stranger = &market.kitchens[1];
    let mut tablet = Device::of(stranger, 1);
    for command in [withdrawal(&order), amendment(&market, &order, &[("P-001", "5")])] {
        let sent = tablet.seal(&command);
        let outcome = push_one(&store, stranger, tablet.outbox, sent).await;
        assert_eq!(outcome, Outcome::Refused { code: Reason::NoRight });
    }
    assert_eq!(demand_of(&store, &market).await, ["10", "0"]);
}

async fn what_another_tablet_sent_stays_a_question_once_the_order_is_withdrawn(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let (mut tablet, order) = ordered(&store, &market, &[("P-001", "10")]).await;
    let mut other = Device::of(who, 2);
    let second = other.submit(market.submission(who.site, &[("P-002", "5")]));
    push_one(&store, who, other.outbox, second).await;
    let withdrawn = tablet.seal(&withdrawal(&order));
    push_one(&store, who, tablet.outbox, withdrawn).await;
    let question = tickets(&store, who.site).await.remove(0);
    assert_eq!((question.state.clone(), &question.reason), (TicketState::Open, &Reason::OrderWithdrawn));
    assert_eq!(question.choices(), [Choice::Accept, Choice::Decline]);
    let chosen = other.settle(question.id, Choice::Accept);
    let outcome = push_one(&store, who, other.outbox, chosen).await;
    let Outcome::Applied { order: Some(made), .. } = outcome else { panic!("{outcome:?}") };
    assert_ne!(made, order.id, "the withdrawn one stays withdrawn");
    assert_eq!(demand_of(&store, &market).await, ["0", "5"]);
}

async fn an_amendment_moves_demand_by_the_difference(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let (mut tablet, before) = ordered(&store, &market, &[("P-001", "10"), ("P-002", "5")]).await;
    let wanted = amendment(&market, &before, &[("P-001", "5"), ("P-002", "10")]);
    let sent = tablet.seal(&wanted);
    let again = tablet.seal(&wanted);
    let receipts = push_all(&store, who, tablet.outbox, &[sent, again], NOW).await;
    assert_eq!(receipts[0].outcome, Outcome::Applied { order: Some(before.id), dup_of: None });
    assert_eq!(receipts[1].outcome, Outcome::Applied { order: Some(before.id), dup_of: Some(before.id) });
    assert_eq!(demand_of(&store, &market).await, ["5", "10"]);
    let after = order(&store, who.site, before.id).await;
    assert_eq!((after.number, after.revision(), after.received_at), (before.number, 1, before.received_at));
    // Somebody who has not seen that wants something else.
    let mut other = Device::of(who, 2);
    let unseen = other.seal(&amendment(&market, &before, &[("P-001", "20")]));
    let outcome = push_one(&store, who, other.outbox, unseen).await;
    assert!(
        matches!(outcome, Outcome::Parked { code: Reason::OrderChanged, order: None, .. }),
        "{outcome:?}"
    );
    assert_eq!(demand_of(&store, &market).await, ["5", "10"]);
    let ticket = tickets(&store, who.site).await.remove(0);
    let replaced = other.settle(ticket.id, Choice::Replace);
    push_one(&store, who, other.outbox, replaced).await;
    assert_eq!(demand_of(&store, &market).await, ["20", "0"]);
    close_cycle::close(&store, market.hub, market.cycle.id, NOW).await.unwrap();
}

async fn a_raise_that_costs_more_waits_beside_what_was_confirmed(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let (mut tablet, before) = ordered(&store, &market, &[("P-001", "10"), ("P-002", "5")]).await;
    let mut list = offers(market.hub);
    list[0].net_price = offer("x", "", market.producers[0], "1.40", None).net_price;
    market.publish(&store, list, NOW).await;
    let raised = tablet.seal(&amendment(&market, &before, &[("P-001", "20"), ("P-002", "10")]));
    let outcome = push_one(&store, who, tablet.outbox, raised).await;
    let Outcome::Parked { code: Reason::PriceChanged, ticket, order: Some(_) } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(demand_of(&store, &market).await, ["10", "10"], "what was confirmed still is");
    let agreed = tablet.settle(ticket, Choice::Accept);
    push_one(&store, who, tablet.outbox, agreed).await;
    assert_eq!(demand_of(&store, &market).await, ["20", "10"]);
    let after = order(&store, who.site, before.id).await;
    let leeks = &after.lines[0];
    assert_eq!((leeks.status.clone(), leeks.unit_price.to_string()), (LineStatus::Accepted, "1.75".into()));
    assert_eq!(after.revision(), 2, "the agreed raise is a change one can read");
    close_cycle::close(&store, market.hub, market.cycle.id, NOW).await.unwrap();
}

async fn a_closed_week_keeps_what_was_withdrawn_as_it_was(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let (mut tablet, before) = ordered(&store, &market, &[("P-001", "10")]).await;
    let withdrawn = tablet.seal(&withdrawal(&before));
    push_one(&store, who, tablet.outbox, withdrawn).await;
    let left = order(&store, who.site, before.id).await;
    let report = close_cycle::close(&store, market.hub, market.cycle.id, NOW).await.unwrap();
    assert_eq!((report.orders, report.sheets), (0, 0));
    assert_eq!(order(&store, who.site, before.id).await, left);
}
