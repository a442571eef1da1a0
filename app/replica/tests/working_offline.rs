//! Stories of one tablet and a network that comes and goes.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use domain::{quantity::Quantity, receipt::Reason, ticket::Choice, time::Timestamp, wire::Scope};
use replica::{
    door::Trouble,
    ports::StorageError,
    recording::RecordError,
    session::{PendingChoice, SessionState, SignOutRefusal},
    sync::RoundTrouble,
    view::{EntryLines, SendState},
};
use support::{
    cable::Fault,
    run,
    server::{cat, server},
    tablet::Tablet,
    world::{CUT_OFF, OTHER_SITE, SITE, kilos, kitchen, monday, offer, reference},
};

fn offline(trouble: &Option<RoundTrouble>) -> bool {
    matches!(trouble, Some(RoundTrouble::Cable(Trouble::Offline(_))))
}

#[test]
fn a_first_round_brings_who_one_is_and_the_catalogue() {
    let server = server();
    let tablet = Tablet::new(&server, 1);
    assert_eq!(tablet.replica.session(), SessionState::SignedOut);
    assert!(tablet.replica.catalog().is_none());
    tablet.round_ok();
    assert!(matches!(tablet.replica.session(), SessionState::SignedIn(me) if me == kitchen(SITE)));
    assert_eq!(tablet.replica.catalog().unwrap().offers.len(), 5);
    assert!(tablet.replica.confirmed_at().is_some());
}

#[test]
fn everything_is_there_again_without_a_network() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.types(1, 4);
    run(tablet.replica.save_draft()).unwrap();
    tablet.online(false);
    let tablet = tablet.reopened();
    assert!(matches!(tablet.replica.session(), SessionState::SignedIn(_)));
    assert_eq!(tablet.replica.catalog().unwrap().offers.len(), 5);
    assert_eq!(tablet.replica.draft().unwrap().quantity(&monday(1)), kilos(4));
    assert!(tablet.cable.said.borrow().iter().all(|request| !request.path.is_empty()));
    assert!(offline(&tablet.round().trouble));
    assert!(tablet.replica.catalog().is_some(), "a failed round takes nothing away");
}

#[test]
fn an_order_recorded_offline_leaves_by_itself_when_the_network_is_back() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    let draft = tablet.order(&[(1, 12), (2, 3)]);
    assert_eq!(tablet.state(), SendState::Saved);
    assert_eq!(tablet.replica.draft().unwrap().lines.len(), 0);
    tablet.round();
    assert!(matches!(tablet.state(), SendState::Waiting { offline_since: Some(_) }));
    let tablet = tablet.reopened();
    assert_eq!((tablet.pending(), tablet.entry().code), (1, draft.short_code()));
    tablet.online(true);
    tablet.round_ok();
    assert!(matches!(tablet.state(), SendState::Received { .. }));
    assert!(matches!(tablet.entry().lines, EntryLines::Accepted(_)));
    assert_eq!((tablet.pending(), server.borrow().orders.len()), (0, 1));
}

#[test]
fn a_reply_lost_after_the_commit_makes_no_second_order() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    tablet.fault("push", Fault::LostReply);
    assert!(offline(&tablet.round().trouble));
    assert_eq!(server.borrow().orders.len(), 1, "the server has it");
    assert_eq!(tablet.pending(), 1, "the tablet cannot know");
    tablet.round_ok();
    assert_eq!((tablet.pending(), server.borrow().orders.len()), (0, 1));
    assert_eq!(server.borrow().submitted.len(), 1);
    assert!(matches!(tablet.state(), SendState::Received { .. }));
}

#[test]
fn a_push_that_arrives_twice_counts_once() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    tablet.fault("push", Fault::Twice);
    tablet.round_ok();
    assert_eq!((server.borrow().orders.len(), server.borrow().submitted.len()), (1, 1));
}

#[test]
fn only_a_pulled_proof_takes_an_order_out_of_the_outbox() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    tablet.fault("pull", Fault::LostReply);
    assert!(offline(&tablet.round().trouble));
    assert_eq!(tablet.pending(), 1, "the push answer alone removes nothing");
    assert!(matches!(tablet.reopened().state(), SendState::Saved));
    tablet.round_ok();
    assert_eq!(tablet.pending(), 0);
}

#[test]
fn a_double_tap_is_one_order() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    assert_eq!(run(tablet.replica.submit_draft()), Err(RecordError::NothingToSend));
    assert_eq!(tablet.pending(), 1);
    tablet.round_ok();
    assert_eq!(server.borrow().orders.len(), 1);
}

#[test]
fn two_tabs_that_send_the_same_draft_record_it_once() {
    let server = server();
    let one = Tablet::ready(&server, 1);
    one.types(1, 4);
    run(one.replica.save_draft()).unwrap();
    let two = one.reopened();
    run(one.replica.submit_draft()).unwrap();
    run(two.replica.submit_draft()).unwrap();
    run(one.replica.reload()).unwrap();
    assert_eq!((one.pending(), two.pending()), (1, 1));
    two.round_ok();
    assert_eq!(server.borrow().orders.len(), 1);
    run(one.replica.reload()).unwrap();
    assert!(matches!(one.state(), SendState::Received { .. }));
}

#[test]
fn two_tabs_that_type_at_once_keep_both_lines() {
    let server = server();
    let one = Tablet::ready(&server, 1);
    let two = one.reopened();
    one.types(1, 4);
    two.types(2, 5);
    run(one.replica.save_draft()).unwrap();
    run(two.replica.save_draft()).unwrap();
    run(one.replica.reload()).unwrap();
    let draft = one.replica.draft().unwrap();
    assert_eq!((draft.quantity(&monday(1)), draft.quantity(&monday(2))), (kilos(4), kilos(5)));
}

#[test]
fn a_line_that_cannot_be_sent_stays_in_the_next_draft() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.types(1, 4);
    tablet.types(2, 7);
    server.borrow_mut().withdraw(2);
    tablet.round_ok();
    let sent = run(tablet.replica.submit_draft()).unwrap();
    let next = tablet.replica.draft().unwrap();
    assert_ne!(next.id, sent);
    assert_eq!((next.quantity(&monday(2)), next.quantity(&monday(1))), (kilos(7), Quantity::ZERO));
}

#[test]
fn a_second_order_of_the_week_is_another_order() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    let first = tablet.order(&[(1, 12)]);
    let second = tablet.order(&[(1, 3)]);
    assert_ne!(first, second);
    tablet.online(true);
    tablet.round_ok();
    assert_eq!(server.borrow().orders.len(), 2);
    assert!(tablet.entries().iter().all(|entry| matches!(entry.state, SendState::Received { .. })));
}

#[test]
fn a_full_device_records_nothing_and_says_so() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.types(1, 4);
    let full = StorageError::Full("QuotaExceededError: no space".into());
    tablet.storage.fail_with(Some(full.clone()));
    assert_eq!(run(tablet.replica.save_draft()), Err(full.clone()));
    assert_eq!(run(tablet.replica.submit_draft()), Err(RecordError::Storage(full.clone())));
    assert_eq!((tablet.pending(), tablet.entries().len()), (0, 0));
    assert_eq!(
        tablet.replica.draft().unwrap().quantity(&monday(1)),
        kilos(4),
        "the screen keeps what was typed"
    );
    server.borrow_mut().list(offer(1, 9_000));
    assert_eq!(
        tablet.round().trouble,
        Some(RoundTrouble::Device(full)),
        "a view that was not written is not shown"
    );
    assert_eq!(tablet.replica.catalog().unwrap().offers[0].net_price, offer(1, 10_000).net_price);
    assert!(tablet.reopened().replica.catalog().is_some(), "a full device still opens");
    tablet.storage.fail_with(None);
    run(tablet.replica.submit_draft()).unwrap();
    assert_eq!(tablet.reopened().pending(), 1);
}

#[test]
fn a_captive_portal_is_no_network() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    for path in ["push", "pull"] {
        tablet.fault(path, Fault::Page(200, "<html><h1>Bienvenue sur le Wi-Fi</h1></html>"));
        assert!(offline(&tablet.round().trouble), "{path}");
        assert_eq!(tablet.pending(), 1);
        assert!(tablet.replica.delivery().offline_since.is_some());
    }
    tablet.round_ok();
    assert_eq!((tablet.pending(), server.borrow().orders.len()), (0, 1));
    assert_eq!(tablet.replica.delivery().offline_since, None);
    let fresh = Tablet::new(&server, 2);
    fresh.fault("session", Fault::Page(200, "<html>Cliquez pour continuer</html>"));
    assert!(run(fresh.replica.sign_in("a@b.example".into(), "juste".into())).is_err());
}

#[test]
fn a_session_that_ended_keeps_the_queue_until_somebody_signs_in() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    server.borrow_mut().me = None;
    assert_eq!(tablet.round().trouble, Some(RoundTrouble::Cable(Trouble::SignedOut)));
    assert!(matches!(tablet.replica.session(), SessionState::Expired(_)));
    assert_eq!(tablet.state(), SendState::Waiting { offline_since: None });
    assert!(tablet.replica.catalog().is_some() && tablet.pending() == 1);
    assert!(run(tablet.replica.sign_in("a@b.example".into(), "faux".into())).is_err());
    run(tablet.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    tablet.round_ok();
    assert!(matches!(tablet.state(), SendState::Received { .. }));
}

#[test]
fn signing_out_with_something_to_send_asks_first() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    tablet.order(&[(1, 12)]);
    assert_eq!(run(tablet.replica.sign_out(None)), Err(SignOutRefusal::Pending(1)));
    run(tablet.replica.sign_out(Some(PendingChoice::KeepSealed))).unwrap();
    assert_eq!(tablet.replica.session(), SessionState::SignedOut);
    assert!(tablet.entries().is_empty() && tablet.replica.catalog().is_none());
    tablet.online(true);
    tablet.round_ok();
    assert_eq!(server.borrow().me, None, "the server learns of it when it can");
    assert_eq!(server.borrow().orders.len(), 0, "nothing leaves without its kitchen");

    // Somebody of another kitchen sees none of it.
    server.borrow_mut().me = Some(kitchen(OTHER_SITE));
    run(tablet.replica.sign_in("x@y.example".into(), "juste".into())).unwrap();
    tablet.round_ok();
    assert_eq!((tablet.pending(), tablet.entries().len(), server.borrow().orders.len()), (0, 0, 0));
    run(tablet.replica.sign_out(None)).unwrap();

    server.borrow_mut().me = Some(kitchen(SITE));
    run(tablet.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    tablet.round_ok();
    assert!(matches!(tablet.state(), SendState::Received { .. }));
}

#[test]
fn what_is_deleted_at_sign_out_is_gone() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    run(tablet.replica.sign_out(Some(PendingChoice::Delete))).unwrap();
    run(tablet.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    tablet.round_ok();
    assert_eq!((tablet.entries().len(), server.borrow().orders.len()), (0, 0));
}

#[test]
fn a_late_order_is_put_aside_and_shown_so_not_lost() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    server.borrow_mut().now = CUT_OFF.plus_ms(3_600_000);
    tablet.round_ok();
    assert_eq!(tablet.state(), SendState::ToCheck { reason: Reason::Late, number: None });
    assert_eq!((tablet.pending(), tablet.replica.view().tickets.len()), (0, 1));
    assert!(matches!(tablet.entry().lines, EntryLines::Submitted(_)));
    assert!(matches!(tablet.reopened().state(), SendState::ToCheck { .. }));
}

#[test]
fn a_price_that_rose_is_a_question_and_the_choice_travels_like_an_order() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    tablet.order(&[(1, 12), (2, 3)]);
    server.borrow_mut().list(offer(1, 20_000));
    tablet.online(true);
    tablet.round_ok();
    let SendState::ToCheck { reason, number: Some(number) } = tablet.state() else { panic!("a question") };
    assert_eq!(reason, Reason::PriceChanged);
    let ticket = tablet.replica.view().tickets[0].id;
    tablet.online(false);
    run(tablet.replica.settle_ticket(ticket, Choice::Accept)).unwrap();
    run(tablet.replica.settle_ticket(ticket, Choice::Accept)).unwrap();
    assert_eq!(tablet.pending(), 1, "a second tap says nothing new");
    assert!(tablet.replica.view().tickets.is_empty(), "not asked again");
    assert!(matches!(tablet.state(), SendState::Received { .. }) && tablet.entry().waiting);
    tablet.online(true);
    tablet.round_ok();
    assert!(matches!(tablet.state(), SendState::Received { number: same, .. } if same == number));
    assert!(!tablet.entry().waiting);
    assert_eq!(server.borrow().orders.values().next().unwrap().totals.net.cents(), 12 * 250 + 3 * 125);
}

#[test]
fn a_price_that_fell_is_told() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    server.borrow_mut().list(offer(1, 8_000));
    tablet.round_ok();
    let SendState::ToCheck { reason: Reason::PriceLower, number: Some(_) } = tablet.state() else {
        panic!("told")
    };
}

#[test]
fn another_tablet_of_the_kitchen_sees_the_same() {
    let server = server();
    let (one, two) = (Tablet::ready(&server, 1), Tablet::ready(&server, 2));
    one.order(&[(1, 12)]);
    one.round_ok();
    two.round_ok();
    assert_eq!(one.entries(), two.entries());
    assert_eq!(one.replica.draft(), two.replica.draft());
}

#[test]
fn two_tablets_sending_the_same_draft_make_one_order() {
    let server = server();
    let (one, two) = (Tablet::ready(&server, 1), Tablet::ready(&server, 2));
    for tablet in [&one, &two] {
        tablet.online(false);
        tablet.order(&[(1, 12)]);
        tablet.online(true);
    }
    one.round_ok();
    two.round_ok();
    assert_eq!((server.borrow().orders.len(), server.borrow().tickets.len()), (1, 0));
    assert!(matches!(two.state(), SendState::Received { .. }));
    assert_eq!(two.pending(), 0);
}

#[test]
fn two_tablets_sending_different_lines_keep_both_and_ask() {
    let server = server();
    let (one, two) = (Tablet::ready(&server, 1), Tablet::ready(&server, 2));
    two.online(false);
    two.order(&[(1, 12), (2, 5)]);
    one.order(&[(1, 12)]);
    one.round_ok();
    two.online(true);
    two.round_ok();
    one.round_ok();
    for tablet in [&one, &two] {
        assert!(matches!(
            tablet.state(),
            SendState::ToCheck { reason: Reason::DoubleSubmit, number: Some(_) }
        ));
    }
    let ticket = two.replica.view().tickets[0].id;
    run(two.replica.settle_ticket(ticket, Choice::AddDifference)).unwrap();
    two.round_ok();
    one.round_ok();
    let EntryLines::Accepted(order) = one.entry().lines else { panic!("an order") };
    assert_eq!(order.lines.len(), 2);
    assert!(matches!(one.state(), SendState::Received { .. }));
}

#[test]
fn a_view_that_lost_its_right_is_forgotten() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    tablet.round_ok();
    server.borrow_mut().forbidden = vec![Scope::site(SITE), cat()];
    tablet.round_ok();
    assert!(tablet.replica.catalog().is_none());
    assert!(tablet.replica.with_base(|base| base.orders.is_empty()));
    assert!(tablet.reopened().replica.catalog().is_none(), "not even on the device");
}

#[test]
fn who_may_not_send_may_still_receive() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    server.borrow_mut().may_push = false;
    server.borrow_mut().list(offer(3, 7_000));
    let trouble = tablet.round().trouble;
    assert!(matches!(trouble, Some(RoundTrouble::Cable(Trouble::Refused { status: 403, .. }))));
    let catalog = tablet.replica.catalog().unwrap();
    let price = catalog.offers.iter().find(|offer| offer.reference == reference(3)).unwrap().net_price;
    assert_eq!(price, offer(3, 7_000).net_price);
    assert_eq!(tablet.pending(), 1);
}

#[test]
fn a_busy_server_is_asked_again_when_it_wishes() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    server.borrow_mut().busy = true;
    let end = tablet.round();
    assert_eq!((end.retry_after_ms(), end.failed()), (Some(3_000), true));
    server.borrow_mut().busy = false;
    tablet.round_ok();
    assert_eq!(tablet.pending(), 0);
}

#[test]
fn who_pushed_too_often_waits_as_long_as_told_and_loses_nothing() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    server.borrow_mut().too_many_pushes = true;
    for _ in 0..3 {
        let end = tablet.round();
        assert_eq!((end.retry_after_ms(), end.failed()), (Some(7_000), true));
        assert_eq!(tablet.pending(), 1);
    }
    assert_eq!(tablet.reopened().pending(), 1, "on the device too");
    server.borrow_mut().too_many_pushes = false;
    tablet.round_ok();
    assert_eq!((tablet.pending(), server.borrow().submitted.len()), (0, 1));
}

#[test]
fn a_tablet_whose_clock_is_years_off_works_all_the_same() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    for year in [-10, 10] {
        tablet.clock.0.set(year * 365 * 24 * 3_600_000);
        tablet.order(&[(1, 12)]);
        tablet.round_ok();
        assert_eq!(tablet.pending(), 0);
    }
    tablet.clock.0.set(server.borrow().now.0 - 3_600_000);
    (0..5).for_each(|_| tablet.round_ok());
    let offset = tablet.replica.clock_offset_ms();
    assert!((3_500_000..3_700_000).contains(&offset), "{offset}");
    assert!(Timestamp(tablet.clock.0.get()).plus_ms(offset) <= server.borrow().now.plus_ms(1_000));
}

#[test]
fn a_look_that_learns_nothing_writes_nothing_and_still_says_when_it_was() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    tablet.round_ok();
    // One more look: the receipt was filed, and leaves the view.
    tablet.round_ok();
    let (before, confirmed) = (tablet.storage.writes(), tablet.replica.confirmed_at());
    let later = |ms| {
        let now = server.borrow().now.plus_ms(ms);
        server.borrow_mut().now = now;
    };
    later(30_000);
    tablet.round_ok();
    assert_eq!(tablet.storage.writes(), before);
    assert!(tablet.replica.confirmed_at() > confirmed);
    // Now and then the device is told, so that a page that opens without a network knows how old its list is.
    later(10 * 60_000);
    tablet.round_ok();
    assert_eq!(tablet.storage.writes(), before + 1);
    assert_eq!(tablet.reopened().replica.confirmed_at(), tablet.replica.confirmed_at());
}
