//! Stories of an order that was received, and is withdrawn or changed on a tablet without a network.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use domain::{draft::DraftLine, id::DraftId, receipt::Reason};
use replica::{
    amending::BegunChange,
    ports::StorageError,
    recording::RecordError,
    view::{Asked, EntryLines, SendState, Wanted},
};
use support::{
    cable::Fault,
    run,
    server::server,
    tablet::Tablet,
    world::{CUT_OFF, kilos, monday},
};

fn lines(wanted: &[(u32, i64)]) -> Vec<DraftLine> {
    wanted.iter().map(|(number, count)| DraftLine { key: monday(*number), quantity: kilos(*count) }).collect()
}

fn seen(tablet: &Tablet) -> Asked {
    let entry = tablet.entry();
    entry.asked(entry.changeable().unwrap())
}

fn amend(tablet: &Tablet, wanted: &[(u32, i64)]) -> Result<(), RecordError> {
    run(tablet.replica.amend_order(tablet.entry().draft, seen(tablet), lines(wanted)))
}

/// What the server holds of the only order, as this tablet was told.
fn held(tablet: &Tablet) -> Vec<DraftLine> {
    match tablet.entry().lines {
        EntryLines::Accepted(order) => order.asked(),
        EntryLines::Submitted(submission) => panic!("not accepted: {submission:?}"),
    }
}

fn ordered(tablet: &Tablet) {
    tablet.order(&[(1, 12), (2, 3)]);
    tablet.round_ok();
    assert!(matches!(tablet.state(), SendState::Received { .. }));
}

#[test]
fn a_withdrawal_recorded_offline_leaves_by_itself_and_un_sends_nothing_meanwhile() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    ordered(&tablet);
    tablet.online(false);
    let draft = tablet.entry().draft;
    run(tablet.replica.withdraw_order(draft)).unwrap();
    assert_eq!(run(tablet.replica.withdraw_order(draft)), Err(RecordError::NotChangeable), "a second tap");
    let tablet = tablet.reopened();
    tablet.round();
    let entry = tablet.entry();
    assert!(matches!(entry.state, SendState::Received { .. }), "{:?}", entry.state);
    assert!(
        matches!(entry.changes[..], [ref change] if change.wanted == Wanted::Nothing
        && matches!(change.state, SendState::Waiting { offline_since: Some(_) })),
        "{:?}",
        entry.changes
    );
    assert_eq!((tablet.pending(), entry.waiting), (1, true));
    tablet.online(true);
    tablet.fault("push", Fault::LostReply);
    tablet.round();
    tablet.round_ok();
    assert!(matches!(tablet.state(), SendState::Withdrawn { .. }));
    assert_eq!((tablet.pending(), tablet.entry().changes, held(&tablet)), (0, vec![], vec![]));
}

#[test]
fn after_a_withdrawal_the_next_order_of_the_week_is_another_one() {
    let server = server();
    let [one, two] = [1, 2].map(|seed| Tablet::ready(&server, seed));
    // The other tablet was filling the very draft that was sent, then withdrawn.
    two.types(3, 5);
    run(two.replica.save_draft()).unwrap();
    ordered(&one);
    run(one.replica.withdraw_order(one.entry().draft)).unwrap();
    one.round_ok();
    two.round_ok();
    let withdrawn = two.entry().draft;
    let sent = run(two.replica.submit_draft()).unwrap();
    assert_ne!(sent, withdrawn);
    two.round_ok();
    let states: Vec<_> = two.entries().into_iter().map(|entry| (entry.draft, entry.state)).collect();
    assert!(
        states.iter().any(|(draft, state)| *draft == sent && matches!(state, SendState::Received { .. }))
            && states
                .iter()
                .any(|(draft, state)| *draft == withdrawn && matches!(state, SendState::Withdrawn { .. })),
        "{states:?}"
    );
    // A third order, by a tablet that meanwhile made the same one: the server asks rather than orders twice.
    one.types(3, 8);
    assert_eq!(run(one.replica.submit_draft()).unwrap(), sent);
}

#[test]
fn amendments_recorded_offline_stand_on_each_other() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    ordered(&tablet);
    tablet.online(false);
    amend(&tablet, &[(1, 20), (2, 3)]).unwrap();
    assert_eq!(seen(&tablet), Asked { revision: 1, lines: lines(&[(1, 20), (2, 3)]) });
    amend(&tablet, &[(1, 20), (3, 4)]).unwrap();
    assert_eq!(held(&tablet), lines(&[(1, 12), (2, 3)]), "the order stands until the server has them");
    let tablet = tablet.reopened();
    assert_eq!((tablet.pending(), tablet.entry().changes.len()), (2, 2));
    tablet.online(true);
    tablet.fault("push", Fault::Twice);
    tablet.round_ok();
    assert_eq!(held(&tablet), lines(&[(1, 20), (3, 4)]));
    assert!(matches!(tablet.state(), SendState::Received { .. }));
    assert_eq!((tablet.pending(), tablet.entry().changes), (0, vec![]));
}

#[test]
fn an_amendment_of_what_somebody_changed_meanwhile_becomes_a_question_not_an_order() {
    let server = server();
    let [one, two] = [1, 2].map(|seed| Tablet::ready(&server, seed));
    ordered(&one);
    two.round_ok();
    // Its quantities were opened before the other tablet's change arrived.
    let opened = seen(&two);
    amend(&one, &[(1, 20), (2, 3)]).unwrap();
    one.round_ok();
    two.round_ok();
    run(two.replica.amend_order(two.entry().draft, opened, lines(&[(1, 12), (2, 9)]))).unwrap();
    two.round_ok();
    assert!(matches!(two.state(), SendState::ToCheck { reason: Reason::OrderChanged, number: Some(_) }));
    assert_eq!(held(&two), lines(&[(1, 20), (2, 3)]));
}

#[test]
fn a_withdrawal_by_somebody_who_saw_another_order_is_refused_and_says_so() {
    let server = server();
    let [one, two] = [1, 2].map(|seed| Tablet::ready(&server, seed));
    ordered(&one);
    two.round_ok();
    two.online(false);
    run(two.replica.withdraw_order(two.entry().draft)).unwrap();
    amend(&one, &[(1, 20), (2, 3)]).unwrap();
    one.round_ok();
    two.online(true);
    two.round_ok();
    let entry = two.entry();
    assert!(matches!(entry.state, SendState::Received { .. }));
    let refused = SendState::Refused { reason: Reason::OrderChanged };
    assert_eq!(entry.changes.iter().map(|change| &change.state).collect::<Vec<_>>(), [&refused]);
    run(two.replica.withdraw_order(entry.draft)).unwrap();
    two.round_ok();
    assert!(matches!(two.state(), SendState::Withdrawn { .. }), "now that it was seen");
}

#[test]
fn a_change_the_server_failed_on_says_so_on_the_card_it_did_not_change() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    ordered(&tablet);
    server.borrow_mut().fails_on_changes = true;
    let failed = [SendState::Refused { reason: Reason::Failed }];
    let said =
        |tablet: &Tablet| tablet.entry().changes.into_iter().map(|change| change.state).collect::<Vec<_>>();
    amend(&tablet, &[(1, 20)]).unwrap();
    tablet.round_ok();
    assert_eq!(said(&tablet), failed, "the hub looks at it; here it is said that the order stands as it was");
    run(tablet.replica.withdraw_order(tablet.entry().draft)).unwrap();
    tablet.round_ok();
    assert_eq!(said(&tablet), failed);
    assert!(matches!(tablet.state(), SendState::Received { .. }));
    server.borrow_mut().fails_on_changes = false;
    run(tablet.replica.withdraw_order(tablet.entry().draft)).unwrap();
    tablet.round_ok();
    assert!(matches!(tablet.state(), SendState::Withdrawn { .. }));
}

#[test]
fn a_change_said_again_after_its_answer_is_recorded_again() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    ordered(&tablet);
    let draft = tablet.entry().draft;
    server.borrow_mut().now = CUT_OFF.plus_ms(3_600_000);
    run(tablet.replica.withdraw_order(draft)).unwrap();
    // Answered « too late », and the device could not file the answer yet.
    tablet.storage.fail_outbox_with(Some(StorageError::Lost("connection lost".into())));
    tablet.round();
    tablet.storage.fail_outbox_with(None);
    assert_eq!(tablet.pending(), 0);
    run(tablet.replica.withdraw_order(draft)).unwrap();
    assert_eq!(tablet.pending(), 1, "it waits, as the person was told");
}

#[test]
fn a_change_that_was_begun_survives_the_tablet_and_ends_when_it_is_sent_or_given_up() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    ordered(&tablet);
    let draft = tablet.entry().draft;
    let begun = BegunChange { seen: seen(&tablet), lines: lines(&[(1, 20), (3, 2)]) };
    run(tablet.replica.keep_change(draft, begun.clone())).unwrap();
    let tablet = tablet.reopened();
    assert_eq!(tablet.replica.begun_change(draft), Some(begun.clone()));
    assert_eq!(tablet.pending(), 0, "nothing of it is sent");

    run(tablet.replica.amend_order(draft, begun.seen.clone(), begun.lines.clone())).unwrap();
    assert_eq!(tablet.replica.begun_change(draft), None);
    tablet.round_ok();
    assert_eq!(held(&tablet), begun.lines, "a product that was not in the order is in it");

    run(tablet.replica.keep_change(draft, begun)).unwrap();
    run(tablet.replica.give_up_change(draft)).unwrap();
    assert_eq!(tablet.reopened().replica.begun_change(draft), None);
    let nowhere = BegunChange { seen: seen(&tablet), lines: Vec::new() };
    let unknown = DraftId::usual(domain::id::SiteId(Default::default()), "2026-W01".parse().unwrap(), 9);
    assert_eq!(run(tablet.replica.keep_change(unknown, nowhere)), Err(RecordError::NotChangeable));
}

#[test]
fn an_amendment_leaves_whole_or_not_at_all() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    assert_eq!(
        run(tablet.replica.withdraw_order(tablet.replica.draft().unwrap().id)),
        Err(RecordError::NotChangeable),
        "nothing was sent"
    );
    ordered(&tablet);
    assert_eq!(amend(&tablet, &[(1, 12), (2, 3)]), Err(RecordError::NothingToSend), "nothing changed");
    assert_eq!(amend(&tablet, &[]), Err(RecordError::NothingToSend), "that would be a withdrawal");
    server.borrow_mut().withdraw(2);
    tablet.round_ok();
    assert_eq!(
        amend(&tablet, &[(1, 12), (2, 9)]),
        Err(RecordError::LinesToCorrect),
        "no more of it to be had"
    );
    assert_eq!(tablet.pending(), 0);
    amend(&tablet, &[(1, 20), (2, 3)]).unwrap();
    tablet.round_ok();
    assert_eq!(held(&tablet), lines(&[(1, 20), (2, 3)]), "what was accepted of it stays");
}
