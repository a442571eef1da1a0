//! Numbers, hashes, repeats, strangers, and commands that fail.

use domain::{
    command::Envelope,
    receipt::{Outcome, Reason},
    ticket::Subject,
    wire::{MAX_COMMANDS, PushAnswer},
};
use serde_json::{Value, json, to_value};

use super::*;
use crate::testing::{Device, TestStore};

crate::on_both_engines!(
    golden_case_9_the_same_order_replayed_three_times_is_one_order_with_one_number,
    golden_case_9_one_refused_command_lets_the_others_pass,
    a_missing_command_is_asked_for,
    a_number_received_before_with_other_contents_is_a_cloned_outbox,
    an_outbox_of_another_site_is_refused,
    an_outbox_pushed_under_another_kitchens_session_stays_its_own,
    a_command_for_another_site_is_refused,
    what_cannot_be_read_keeps_nobody_out,
    a_command_of_tomorrow_is_kept_for_a_later_server,
    a_command_that_fails_is_put_aside_and_its_neighbours_pass,
    two_tablets_at_the_same_instant_make_one_order,
    too_many_commands_or_one_without_a_number_are_not_looked_at,
);

async fn golden_case_9_the_same_order_replayed_three_times_is_one_order_with_one_number(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let sent = tablet.submit(market.submission(who.site, &[("P-001", "10"), ("F-001", "5")]));
    let mut receipts = Vec::new();
    for delay_ms in [0, 1_000, 3_600_000] {
        let now = NOW.plus_ms(delay_ms);
        receipts.extend(push_all(&store, who, tablet.outbox, std::slice::from_ref(&sent), now).await);
    }
    let [first, second, third] = &receipts[..] else { panic!("{receipts:?}") };
    assert!(matches!(first.outcome, Outcome::Applied { order: Some(_), dup_of: None }), "{first:?}");
    assert_eq!([first.dup, second.dup, third.dup], [false, true, true]);
    assert_eq!((&first.outcome, first.received_at), (&third.outcome, third.received_at));
    let orders = orders(&store, &market).await;
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].number.to_string(), "2026-0001");
    assert_eq!(asked(&store, &market, "P-001").await, "10");
}

async fn golden_case_9_one_refused_command_lets_the_others_pass(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let empty = tablet.submit(market.submission(who.site, &[]));
    let good = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    let receipts = push_all(&store, who, tablet.outbox, &[empty, good], NOW).await;
    assert_eq!(receipts[0].outcome, Outcome::Refused { code: Reason::EmptyOrder });
    assert!(matches!(receipts[1].outcome, Outcome::Applied { order: Some(_), .. }));
    assert_eq!(orders(&store, &market).await[0].number.sequence, 1, "a refusal takes no number");
}

async fn a_missing_command_is_asked_for(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let commands: Vec<_> =
        (0..3).map(|_| tablet.submit(market.submission(who.site, &[("P-001", "10")]))).collect();
    let answer = try_push(&store, who, tablet.outbox, &commands[1..], NOW).await.unwrap();
    assert!(
        matches!(&answer, PushAnswer::Gap { expected: 1, results, .. } if results.is_empty()),
        "{answer:?}"
    );
    let skipping = [commands[0].clone(), commands[2].clone()];
    let answer = try_push(&store, who, tablet.outbox, &skipping, NOW).await.unwrap();
    assert!(
        matches!(&answer, PushAnswer::Gap { expected: 2, results, .. } if results.len() == 1),
        "{answer:?}"
    );
    assert_eq!(push_all(&store, who, tablet.outbox, &commands, NOW).await.len(), 3);
    assert_eq!(orders(&store, &market).await.len(), 1);
}

async fn a_number_received_before_with_other_contents_is_a_cloned_outbox(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let mut clone = tablet.clone();
    let ours = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    let theirs = clone.submit(market.submission(who.site, &[("P-001", "15")]));
    push_one(&store, who, tablet.outbox, ours).await;
    let answer = try_push(&store, who, tablet.outbox, &[theirs], NOW).await.unwrap();
    assert!(matches!(answer, PushAnswer::HashMismatch { m: 1, .. }), "{answer:?}");
    assert_eq!(asked(&store, &market, "P-001").await, "10");
}

async fn an_outbox_of_another_site_is_refused(store: TestStore) {
    let market = Market::open(&store).await;
    let [ours, theirs] = &market.kitchens;
    let mut tablet = Device::of(ours, 1);
    let sent = tablet.submit(market.submission(ours.site, &[("P-001", "10")]));
    push_one(&store, ours, tablet.outbox, sent.clone()).await;
    for stranger in [theirs, &market.neighbour_kitchen] {
        let answer =
            try_push(&store, stranger, tablet.outbox, std::slice::from_ref(&sent), NOW).await.unwrap();
        assert!(matches!(answer, PushAnswer::ForeignOutbox { .. }), "{answer:?}");
    }
}

async fn an_outbox_pushed_under_another_kitchens_session_stays_its_own(store: TestStore) {
    let market = Market::open(&store).await;
    let [ours, theirs] = &market.kitchens;
    let mut tablet = Device::of(ours, 1);
    let sent = tablet.submit(market.submission(ours.site, &[("P-001", "10")]));
    let answer = try_push(&store, theirs, tablet.outbox, std::slice::from_ref(&sent), NOW).await.unwrap();
    assert!(matches!(answer, PushAnswer::ForeignOutbox { .. }), "{answer:?}");
    let outcome = push_one(&store, ours, tablet.outbox, sent).await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
}

async fn a_command_for_another_site_is_refused(store: TestStore) {
    let market = Market::open(&store).await;
    let [ours, theirs] = &market.kitchens;
    let mut tablet = Device::of(ours, 1);
    // The envelope says ours, the order inside says theirs; then the other way round.
    let inside = tablet.submit(market.submission(theirs.site, &[("P-001", "10")]));
    let mut stranger = Device::of(theirs, 1);
    stranger.submit(market.submission(theirs.site, &[]));
    let outside = stranger.submit(market.submission(theirs.site, &[("P-001", "10")]));
    for receipt in push_all(&store, ours, tablet.outbox, &[inside, outside], NOW).await {
        assert_eq!(receipt.outcome, Outcome::Refused { code: Reason::NoRight });
    }
    assert!(orders(&store, &market).await.is_empty());
}

async fn push_values(
    store: &Store,
    who: &KitchenSession,
    outbox: OutboxId,
    cmds: Vec<Value>,
) -> Vec<Outcome> {
    match push(store, who, Batch::of(outbox, &cmds).unwrap(), NOW).await {
        Ok(PushAnswer::Done(done)) => done.results.into_iter().map(|receipt| receipt.outcome).collect(),
        other => panic!("not done: {other:?}"),
    }
}

async fn what_cannot_be_read_keeps_nobody_out(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let mut value = |wanted| to_value(tablet.submit(market.submission(who.site, wanted))).unwrap();
    let shapeless = json!({"m": value(&[("P-001", "10")])["m"], "what": "is this"});
    let mut forged = value(&[("P-001", "10")]);
    forged["a"]["lines"][0]["quantity"] = json!("5");
    let mut wrong = Envelope { k: "ticket.settle".into(), ..serde_json::from_value(value(&[])).unwrap() };
    wrong.h = wrong.fingerprint();
    let good = value(&[("P-001", "10")]);
    let sent = vec![shapeless, forged, to_value(wrong).unwrap(), good];
    let outcomes = push_values(&store, who, tablet.outbox, sent.clone()).await;
    let malformed = Outcome::Refused { code: Reason::Malformed };
    assert_eq!(outcomes[..3], [malformed.clone(), malformed.clone(), malformed]);
    assert!(matches!(outcomes[3], Outcome::Applied { .. }), "{outcomes:?}");
    assert_eq!(push_values(&store, who, tablet.outbox, sent).await, outcomes, "and again the same");
}

async fn a_command_of_tomorrow_is_kept_for_a_later_server(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let submission = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    let mut tomorrow = Envelope { k: "order.dream".into(), v: 3, ..submission };
    tomorrow.h = tomorrow.fingerprint();
    let outcome = push_one(&store, who, tablet.outbox, tomorrow.clone()).await;
    assert!(matches!(&outcome, Outcome::Parked { code: Reason::UnknownCommand, .. }), "{outcome:?}");
    let [ticket] = &tickets(&store, who.site).await[..] else { panic!("one ticket") };
    let Subject::Command { kind, body } = &ticket.subject else { panic!("{ticket:?}") };
    assert_eq!(kind, "order.dream@3");
    assert_eq!(serde_json::from_str::<Envelope>(body).unwrap(), tomorrow, "whole");
}

async fn a_command_that_fails_is_put_aside_and_its_neighbours_pass(store: TestStore) {
    let market = Market::open(&store).await;
    store.spoil_offer(&market, "P-002").await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let poison = tablet.submit(market.submission(who.site, &[("P-002", "10")]));
    let good = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    let receipts = push_all(&store, who, tablet.outbox, &[poison, good], NOW).await;
    assert!(matches!(receipts[0].outcome, Outcome::Parked { code: Reason::Failed, .. }), "{receipts:?}");
    assert!(matches!(receipts[1].outcome, Outcome::Applied { .. }), "{receipts:?}");
    assert_eq!(tickets(&store, who.site).await.len(), 1);
    assert_eq!(orders(&store, &market).await[0].number.sequence, 1, "a failure takes no number");
}

async fn two_tablets_at_the_same_instant_make_one_order(store: TestStore) {
    let market = Market::open(&store).await;
    let who = market.kitchens[0];
    let pushes: Vec<_> = (0..8)
        .map(|n| {
            let mut tablet = Device::of(&who, n);
            let sent = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
            let store = (*store).clone();
            tokio::spawn(async move { push_one(&store, &who, tablet.outbox, sent).await })
        })
        .collect();
    let mut made = 0;
    for push in pushes {
        match push.await.unwrap() {
            Outcome::Applied { order: Some(_), dup_of } => made += usize::from(dup_of.is_none()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((made, orders(&store, &market).await.len()), (1, 1));
    assert_eq!(asked(&store, &market, "P-001").await, "10");
}

async fn too_many_commands_or_one_without_a_number_are_not_looked_at(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let many: Vec<_> = (0..=MAX_COMMANDS).map(|_| tablet.submit(market.submission(who.site, &[]))).collect();
    assert_eq!(try_push(&store, who, tablet.outbox, &many, NOW).await, Err(BadBatch::TooMany));
    for unnumbered in
        [json!({}), json!({"m": 0}), json!({"m": -1}), json!({"m": "1"}), json!([1, "", "order.submit", 1])]
    {
        let batch = Batch::of(tablet.outbox, &[unnumbered]).unwrap();
        assert_eq!(push(&store, who, batch, NOW).await, Err(BadBatch::Unnumbered));
    }
    assert!(push_values(&store, who, tablet.outbox, vec![]).await.is_empty());
}
