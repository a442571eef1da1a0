//! Stories of a browser that threw the device's databases away.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use replica::{forgotten::Forgotten, view::SendState};
use support::{
    cable::Fault,
    run,
    server::server,
    tablet::Tablet,
    world::{kilos, monday},
};

#[test]
fn what_an_open_page_knew_is_written_again() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    tablet.order(&[(1, 12)]);
    tablet.types(2, 3);
    run(tablet.replica.save_draft()).unwrap();
    tablet.storage.evict();
    tablet.types(3, 4);
    run(tablet.replica.save_draft()).unwrap();
    assert_eq!(tablet.replica.forgotten(), Some(Forgotten::UnderThisPage));
    assert!(tablet.replica.catalog().is_some(), "what is on screen stays there");

    let tablet = tablet.reopened();
    tablet.online(true);
    tablet.round_ok();
    assert_eq!(server.borrow().orders.len(), 1, "the order that waited left");
    let draft = tablet.replica.draft().unwrap();
    assert_eq!((draft.quantity(&monday(2)), draft.quantity(&monday(3))), (kilos(3), kilos(4)));
}

#[test]
fn a_page_that_is_told_of_it_looks_at_once() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    tablet.order(&[(1, 12)]);
    tablet.storage.evict();
    run(tablet.replica.reload()).unwrap();
    assert_eq!(tablet.replica.forgotten(), Some(Forgotten::UnderThisPage));
    assert_eq!(
        tablet.reopened().replica.diagnosis().waiting.len(),
        1,
        "nothing was touched, and all is there"
    );
}

#[test]
fn an_order_that_was_received_and_not_yet_proved_is_said_again_and_stays_one() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    tablet.fault("pull", Fault::LostReply);
    assert!(tablet.round().trouble.is_some());
    tablet.storage.evict();
    run(tablet.replica.reload()).unwrap();
    tablet.round_ok();
    tablet.round_ok();
    assert_eq!((server.borrow().orders.len(), tablet.pending()), (1, 0));
    assert!(matches!(tablet.state(), SendState::Received { .. }));
}

#[test]
fn what_another_tab_wrote_meanwhile_stays() {
    let server = server();
    let first = Tablet::ready(&server, 1);
    let second = first.reopened();
    first.online(false);
    first.types(1, 5);
    run(first.replica.save_draft()).unwrap();
    first.replica.forgotten_is_told();
    run(second.replica.reload()).unwrap();
    first.storage.evict();
    second.types(2, 6);
    run(second.replica.save_draft()).unwrap();
    run(first.replica.reload()).unwrap();
    let draft = first.replica.draft().unwrap();
    assert_eq!((draft.quantity(&monday(1)), draft.quantity(&monday(2))), (kilos(5), kilos(6)));
    assert_eq!(first.replica.forgotten(), None, "the second tab had put the device right");
}

#[test]
fn a_device_that_knows_nobody_and_is_greeted_by_name_says_so_once() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.storage.evict();
    let tablet = tablet.reopened();
    tablet.round_ok();
    assert_eq!(tablet.replica.forgotten(), Some(Forgotten::BeforeThisPage));
    tablet.replica.forgotten_is_told();
    let tablet = tablet.reopened();
    tablet.round_ok();
    assert_eq!(tablet.replica.forgotten(), None);
}
