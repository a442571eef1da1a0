//! Two tablets of a kitchen fill one draft.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use domain::{draft::How, receipt::Reason, ticket::Choice};
use replica::{ports::StorageError, view::SendState};
use support::{
    cable::Fault,
    run,
    server::{Shared, server},
    tablet::Tablet,
    world::{SITE, kilos, kitchen, monday},
};

/// Two tablets of one kitchen that have seen the server.
fn two() -> (Shared, Tablet, Tablet) {
    let server = server();
    let (one, two) = (Tablet::ready(&server, 1), Tablet::ready(&server, 2));
    (server, one, two)
}

impl Tablet {
    /// Saves what is on screen and tells it.
    #[track_caller]
    fn tells(&self) {
        run(self.replica.save_draft()).unwrap();
        self.round_ok();
    }

    /// Product and kilos of each line of the draft on screen.
    fn lines(&self) -> Vec<(u32, String)> {
        let draft = self.replica.draft().unwrap();
        (1..=5)
            .filter(|number| !draft.quantity(&monday(*number)).is_zero())
            .map(|number| (number, draft.quantity(&monday(number)).to_string()))
            .collect()
    }

    /// What is announced on screen, in kilos.
    fn announced(&self) -> Vec<String> {
        self.replica.announced().iter().map(|announced| announced.wanted.to_string()).collect()
    }
}

#[test]
fn what_one_tablet_types_is_on_the_other() {
    let (_, one, two) = two();
    one.types(1, 4);
    one.tells();
    two.round_ok();
    assert_eq!(two.lines(), [(1, "4".into())]);
    two.steps(1, 6);
    two.types(2, 3);
    two.tells();
    one.round_ok();
    assert_eq!(one.lines(), [(1, "6".into()), (2, "3".into())]);
    assert_eq!((one.pending(), two.pending()), (0, 0), "nobody waits for that");
}

#[test]
fn who_signs_out_without_network_leaves_what_was_changed_to_the_next_of_the_kitchen() {
    let (server, one, two) = two();
    one.online(false);
    one.types(1, 4);
    assert!(run(one.replica.round()).trouble.is_some());
    run(one.replica.sign_out(None)).unwrap();
    one.online(true);
    server.borrow_mut().me = Some(kitchen(SITE));
    run(one.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    one.round_ok();
    two.round_ok();
    assert_eq!((one.lines(), two.lines()), (vec![(1, "4".into())], vec![(1, "4".into())]));
}

#[test]
fn steps_made_apart_add_up() {
    let (_, one, two) = two();
    one.steps(1, 2);
    two.steps(1, 3);
    one.tells();
    two.tells();
    one.round_ok();
    assert_eq!((one.lines(), two.lines()), (vec![(1, "5".into())], vec![(1, "5".into())]));
}

#[test]
fn of_two_quantities_typed_apart_one_stands_and_the_other_is_announced_until_somebody_decides() {
    let (_, one, two) = two();
    one.types(1, 12);
    two.types(1, 15);
    one.tells();
    two.tells();
    one.round_ok();
    for tablet in [&one, &two] {
        assert_eq!((tablet.lines(), tablet.announced()), (vec![(1, "15".into())], vec!["12".into()]));
    }
    let draft = one.replica.draft().unwrap().id;
    one.replica.decide(draft, monday(1), kilos(12));
    assert_eq!(one.announced(), [""; 0], "at once");
    one.tells();
    two.round_ok();
    for tablet in [&one, &two] {
        assert_eq!((tablet.lines(), tablet.announced()), (vec![(1, "12".into())], vec![]));
    }
}

#[test]
fn what_stands_is_kept_by_a_tap() {
    let (_, one, two) = two();
    one.types(1, 12);
    two.types(1, 15);
    one.tells();
    two.tells();
    let draft = two.replica.draft().unwrap().id;
    two.replica.decide(draft, monday(1), kilos(15));
    two.tells();
    one.round_ok();
    assert_eq!((one.lines(), one.announced()), (vec![(1, "15".into())], vec![]));
}

#[test]
fn a_line_removed_here_and_raised_there_stays_and_says_so() {
    let (_, one, two) = two();
    one.types(1, 12);
    one.tells();
    two.round_ok();
    one.types(1, 0);
    two.steps(1, 13);
    two.tells();
    one.tells();
    two.round_ok();
    for tablet in [&one, &two] {
        assert_eq!((tablet.lines(), tablet.announced()), (vec![(1, "13".into())], vec!["0".into()]));
    }
}

#[test]
fn the_order_one_tablet_sends_empties_the_draft_of_the_other() {
    let (server, one, two) = two();
    one.types(1, 4);
    one.tells();
    two.round_ok();
    two.types(2, 3);
    run(two.replica.submit_draft()).unwrap();
    assert_eq!(two.lines(), []);
    two.round_ok();
    one.round_ok();
    assert_eq!(one.lines(), []);
    assert_eq!(server.borrow().orders.len(), 1);
    one.types(3, 1);
    run(one.replica.submit_draft()).unwrap();
    one.round_ok();
    assert_eq!(server.borrow().orders.len(), 2, "what comes after is another order");
}

#[test]
fn what_was_not_part_of_the_order_another_tablet_sent_is_left_to_send() {
    let (server, one, two) = two();
    one.types(1, 4);
    one.tells();
    two.round_ok();
    two.online(false);
    two.steps(1, 6);
    two.types(2, 3);
    run(two.replica.save_draft()).unwrap();
    run(one.replica.submit_draft()).unwrap();
    one.round_ok();
    two.online(true);
    two.tells();
    assert_eq!(two.lines(), [(1, "6".into()), (2, "3".into())]);
    one.round_ok();
    assert_eq!(one.lines(), two.lines());
    // Sending it asks what is meant: nobody adds to an order in silence.
    run(two.replica.submit_draft()).unwrap();
    two.round_ok();
    let asked = SendState::ToCheck {
        reason: Reason::DoubleSubmit,
        number: server.borrow().orders.values().next().map(|order| order.number),
    };
    assert_eq!((two.state(), two.lines()), (asked, vec![]));
    let ticket = two.replica.view().tickets[0].id;
    run(two.replica.settle_ticket(ticket, Choice::AddDifference)).unwrap();
    two.round_ok();
    let order = server.borrow().orders.values().next().unwrap().clone();
    let ordered: Vec<_> = order.asked().iter().map(|line| line.quantity.to_string()).collect();
    assert_eq!(ordered, ["6", "3"], "all that was wanted, once");
}

/// Both send what they show, neither knowing of the other; then both know.
fn both_send_apart(one: &Tablet, two: &Tablet) {
    for tablet in [one, two] {
        run(tablet.replica.submit_draft()).unwrap();
    }
    one.round_ok();
    two.round_ok();
    one.round_ok();
}

#[test]
fn two_tablets_that_send_the_same_shared_draft_make_one_order_and_leave_nothing() {
    let (server, one, two) = two();
    one.types(1, 4);
    one.tells();
    two.round_ok();
    both_send_apart(&one, &two);
    assert_eq!(server.borrow().orders.len(), 1);
    assert_eq!((one.lines(), two.lines()), (vec![], vec![]));
}

#[test]
fn lines_that_cannot_be_sent_move_on_once_for_all_tablets() {
    let (_, one, two) = two();
    one.types(1, 4);
    one.types(9, 5);
    one.tells();
    two.round_ok();
    both_send_apart(&one, &two);
    let left = |tablet: &Tablet| tablet.replica.draft().unwrap();
    assert_eq!(left(&one), left(&two));
    assert_eq!((left(&one).slot, left(&one).quantity(&monday(9))), (1, kilos(5)));
}

#[test]
fn a_tap_whose_write_took_place_though_it_was_told_failed_counts_once() {
    let (_, one, two) = two();
    one.steps(1, 1);
    one.storage.lie_on_outbox_once(StorageError::Lost("connection lost".into()));
    assert!(run(one.replica.save_draft()).is_err());
    one.steps(1, 2);
    one.tells();
    two.round_ok();
    assert_eq!((one.lines(), two.lines()), (vec![(1, "2".into())], vec![(1, "2".into())]));
}

#[test]
fn an_answer_that_is_lost_counts_no_tap_twice() {
    let (_, one, two) = two();
    one.steps(1, 2);
    one.fault("push", Fault::LostReply);
    run(one.replica.save_draft()).unwrap();
    assert!(one.round().trouble.is_some());
    // A copy of the disk says it under another name.
    let copy = one.copied(9);
    copy.round_ok();
    one.round_ok();
    copy.round_ok();
    two.round_ok();
    for tablet in [&one, &two, &copy] {
        assert_eq!(tablet.lines(), [(1, "2".into())]);
    }
}

#[test]
fn a_server_that_shares_no_drafts_is_told_none() {
    let (server, one, _) = two();
    server.borrow_mut().shares_drafts = false;
    let one = one.reopened();
    one.types(1, 4);
    one.tells();
    assert!(server.borrow().drafts.is_empty());
    assert_eq!(one.lines(), [(1, "4".into())]);
    server.borrow_mut().shares_drafts = true;
    let one = one.reopened();
    one.round_ok();
    assert_eq!(server.borrow().drafts.len(), 1);
}

#[test]
fn a_draft_kept_by_a_build_that_shared_none_is_told_too() {
    let (_, one, two) = two();
    let old = domain::draft::Draft {
        lines: vec![domain::draft::DraftLine { key: monday(1), quantity: kilos(7) }],
        ..one.replica.draft().unwrap()
    };
    let text = serde_json::to_string(&old).unwrap();
    let name = format!("draft/{}", old.id);
    let put = move |_: &replica::outbox::Queue| replica::ports::Update {
        writes: vec![replica::outbox::Write::PutMeta(name.clone(), text.clone())],
        value: (),
    };
    run(replica::ports::Storage::update_outbox(&one.storage, put)).unwrap();
    let one = one.reopened();
    assert_eq!(one.lines(), [(1, "7".into())]);
    one.replica.set_quantity(monday(1), kilos(8), How::Stepped);
    one.tells();
    two.round_ok();
    assert_eq!(two.lines(), [(1, "8".into())]);
}

#[test]
fn a_quantity_whose_write_comes_late_has_not_seen_what_arrived_meanwhile() {
    let (_, one, two) = two();
    one.types(1, 4);
    one.tells();
    two.round_ok();
    two.types(1, 6);
    let full = StorageError::Full("quota".into());
    two.storage.fail_with(Some(full.clone()));
    assert_eq!(run(two.replica.save_draft()), Err(full));
    two.storage.fail_with(None);
    one.types(1, 9);
    one.tells();
    two.round_ok();
    two.tells();
    one.round_ok();
    for tablet in [&one, &two] {
        assert_eq!((tablet.lines(), tablet.announced()), (vec![(1, "6".into())], vec!["9".into()]));
    }
}
