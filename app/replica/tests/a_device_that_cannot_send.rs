//! Stories of a device that cannot send by itself: what it holds leaves as a file, and is told plainly.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use replica::{
    outbox::StuckReason,
    rescue::{RescueError, TakenIn},
    view::SendState,
};
use support::{
    cable::Fault,
    run,
    server::server,
    tablet::Tablet,
    world::{OTHER_SITE, kitchen},
};

const TOO_LARGE: &str = r#"{"type":"about:blank","status":413,"code":"TOO_LARGE","title":"Trop grand"}"#;

#[test]
fn another_tablet_sends_what_the_first_could_not_and_both_make_one_order() {
    let server = server();
    let (first, second) = (Tablet::ready(&server, 1), Tablet::ready(&server, 2));
    first.online(false);
    first.order(&[(1, 12), (2, 3)]);
    let file = first.replica.rescue_file().unwrap();
    let taken = run(second.replica.take_in(file.as_bytes())).unwrap();
    assert_eq!(taken, TakenIn { new: 1, known: 0, foreign: 0 });
    second.round_ok();
    assert!(matches!(second.state(), SendState::Received { .. }));

    first.online(true);
    first.round_ok();
    assert_eq!((server.borrow().orders.len(), server.borrow().tickets.len()), (1, 0));
    assert_eq!(first.pending(), 0);
}

#[test]
fn a_file_taken_in_twice_or_on_the_device_that_wrote_it_adds_nothing() {
    let server = server();
    let (first, second) = (Tablet::ready(&server, 1), Tablet::ready(&server, 2));
    first.online(false);
    first.order(&[(1, 12)]);
    let file = first.replica.rescue_file().unwrap();
    run(second.replica.take_in(file.as_bytes())).unwrap();
    second.round_ok();
    let again = TakenIn { new: 0, known: 1, foreign: 0 };
    assert_eq!(run(second.replica.take_in(file.as_bytes())), Ok(again), "it was answered here");
    assert_eq!(run(first.replica.take_in(file.as_bytes())), Ok(again), "it waits here");
    assert_eq!((first.pending(), second.pending()), (1, 0));
}

#[test]
fn a_file_of_another_kitchen_or_no_file_at_all_changes_nothing() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    tablet.order(&[(1, 12)]);
    let file = tablet.replica.rescue_file().unwrap();
    server.borrow_mut().me = Some(kitchen(OTHER_SITE));
    let elsewhere = Tablet::ready(&server, 2);
    let foreign = TakenIn { new: 0, known: 0, foreign: 1 };
    assert_eq!(run(elsewhere.replica.take_in(file.as_bytes())), Ok(foreign));
    let tampered = file.replace("12", "13");
    assert_eq!(run(elsewhere.replica.take_in(tampered.as_bytes())).unwrap().new, 0);
    for bad in ["", "{}", "Référence;Produit", &file[..file.len() / 2]] {
        assert_eq!(run(elsewhere.replica.take_in(bad.as_bytes())), Err(RescueError::NotARescueFile), "{bad}");
    }
    let newer = file.replace("\"format\":1", "\"format\":2");
    assert_eq!(run(elsewhere.replica.take_in(newer.as_bytes())), Err(RescueError::TooNew));
    assert_eq!(elsewhere.pending(), 0);
}

#[test]
fn what_is_stuck_says_why_and_gets_another_chance_when_a_person_asks() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    tablet.fault("push", Fault::Page(413, TOO_LARGE));
    tablet.round_ok();
    let waiting = tablet.replica.diagnosis().waiting;
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        (waiting[0].kind.as_str(), &waiting[0].stuck),
        ("order.submit@1", &Some(StuckReason::TooLarge))
    );

    run(tablet.replica.send_everything_again()).unwrap();
    tablet.round_ok();
    let diagnosis = tablet.replica.diagnosis();
    assert_eq!((diagnosis.waiting.len(), diagnosis.answered.len()), (0, 1));
    assert_eq!(diagnosis.answered[0].reason, None);
    assert_eq!(server.borrow().orders.len(), 1);
}

#[test]
fn sending_everything_again_doubles_nothing() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    tablet.round_ok();
    let said = tablet.cable.said.borrow().len();
    run(tablet.replica.send_everything_again()).unwrap();
    tablet.round_ok();
    let pushed =
        tablet.cable.said.borrow()[said..].iter().filter(|request| request.path.ends_with("push")).count();
    assert_eq!(pushed, 1, "what was answered is said again");
    assert_eq!((server.borrow().orders.len(), server.borrow().submitted.len()), (1, 1));
    assert!(matches!(tablet.state(), SendState::Received { .. }));
    tablet.round_ok();
    assert_eq!(tablet.replica.diagnosis().answered.len(), 1, "and once only");
}
