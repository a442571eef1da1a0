//! No network, no answer, no luck: what the kitchen meant still happens once.

use domain::{receipt::Reason, time::Weekday, wire::desk::WeekBoard};
use replica::view::SendState;
use server::testing::TestStore;
use support::market_day::MarketDay;

server::on_both_engines!(
    two_tablets_submitting_the_same_draft_make_one_order,
    two_tablets_that_disagree_make_one_order_and_one_question,
    an_answer_lost_on_its_way_makes_no_second_order,
    a_draft_survives_the_night_without_a_server,
    a_tablet_a_year_fast_orders_like_the_others,
    a_session_that_ends_keeps_the_queue_until_somebody_signs_in,
);

async fn orders_at_the_hub(day: &MarketDay) -> u32 {
    let board: WeekBoard = day.desk_of("hub").await.get("/api/week").await;
    board.orders
}

async fn two_tablets_submitting_the_same_draft_make_one_order(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablets = [day.tablet_of("tilleuls").await, day.tablet_of("tilleuls").await];
    day.cut_the_cable();
    for tablet in &tablets {
        tablet.want(day.key("P-001", Weekday::Monday), "10").await;
        tablet.send_order().await;
    }
    day.mend_the_cable();
    for tablet in &tablets {
        tablet.sync().await;
    }
    for tablet in &tablets {
        tablet.sync().await;
        assert!(matches!(tablet.state(), SendState::Received { number, .. } if number.sequence == 1));
        assert_eq!(tablet.replica.pending_count(), 0);
    }
    assert_eq!(orders_at_the_hub(&day).await, 1);
}

async fn two_tablets_that_disagree_make_one_order_and_one_question(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablets = [day.tablet_of("tilleuls").await, day.tablet_of("tilleuls").await];
    day.cut_the_cable();
    for (tablet, kilos) in tablets.iter().zip(["10", "15"]) {
        tablet.want(day.key("P-001", Weekday::Monday), kilos).await;
        tablet.send_order().await;
    }
    day.mend_the_cable();
    for tablet in tablets.iter().chain(&tablets) {
        tablet.sync().await;
    }
    for tablet in &tablets {
        let entry = tablet.only_order();
        assert!(
            matches!(entry.state, SendState::ToCheck { reason: Reason::DoubleSubmit, .. }),
            "both tablets are asked: {:?}",
            entry.state
        );
        assert_eq!(entry.tickets.len(), 1);
    }
    assert_eq!(orders_at_the_hub(&day).await, 1, "the first stands meanwhile");
}

async fn an_answer_lost_on_its_way_makes_no_second_order(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = day.tablet_of("tilleuls").await;
    tablet.want(day.key("P-001", Weekday::Monday), "10").await;
    tablet.send_order().await;
    // Whatever the round says first, its answer is lost, three times over.
    for _ in 0..3 {
        day.lose_replies(1);
        tablet.sync().await;
    }
    tablet.sync().await;
    assert!(matches!(tablet.state(), SendState::Received { number, .. } if number.sequence == 1));
    assert_eq!(orders_at_the_hub(&day).await, 1);
}

async fn a_draft_survives_the_night_without_a_server(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = day.tablet_of("tilleuls").await;
    day.cut_the_cable();
    tablet.want(day.key("P-002", Weekday::Monday), "25").await;
    day.clock.advance_ms(12 * 3_600_000);
    let tablet = tablet.close_and_open_again().await;
    let draft = tablet.replica.draft().unwrap();
    assert_eq!(draft.quantity(&day.key("P-002", Weekday::Monday)).to_string(), "25");
    assert_eq!(tablet.replica.catalog().unwrap().offers.len(), 4, "the catalogue too");
}

async fn a_tablet_a_year_fast_orders_like_the_others(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = day.tablet_of("tilleuls").await;
    for wrong_by_ms in [365, -365].map(|days: i64| days * 24 * 3_600_000) {
        tablet.set_clock_wrong_by(wrong_by_ms);
        tablet.sync().await;
    }
    tablet.want(day.key("P-002", Weekday::Monday), "5").await;
    tablet.send_order().await;
    tablet.sync().await;
    assert!(matches!(tablet.state(), SendState::Received { .. }), "{:?}", tablet.state());
}

async fn a_session_that_ends_keeps_the_queue_until_somebody_signs_in(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = day.tablet_of("tilleuls").await;
    tablet.want(day.key("P-002", Weekday::Monday), "5").await;
    day.clock.advance_ms(40 * 24 * 3_600_000);
    tablet.send_order().await;
    tablet.sync().await;
    assert!(matches!(tablet.replica.session(), replica::session::SessionState::Expired(_)));
    assert_eq!(tablet.replica.pending_count(), 1, "the queue is untouched");
    day.clock.advance_ms(-40 * 24 * 3_600_000);
    let email = "tilleuls@market.example".to_owned();
    tablet.replica.sign_in(email, server::testing::PASSWORD.to_owned()).await.unwrap();
    tablet.sync().await;
    assert!(matches!(tablet.state(), SendState::Received { .. }), "{:?}", tablet.state());
}
