//! Stories of a device that lost or damaged something of its own: each was first a seed of the simulation.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use domain::receipt::Reason;
use replica::{
    outbox::{Queue, Write},
    ports::{Storage, StorageError, Update},
    view::{EntryLines, SendState},
};
use support::{cable::Fault, run, server::server, tablet::Tablet};

#[test]
fn a_record_that_cannot_be_read_any_more_does_not_keep_its_neighbors_here() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    for kilos in [12, 7, 5] {
        tablet.order(&[(1, kilos)]);
    }
    // As a device does whose second record is damaged: the first and the third are all that is read.
    let lose_the_second = |queue: &Queue| {
        let second = queue.commands.keys().nth(1).copied().unwrap();
        Update { writes: vec![Write::DeleteCommand(second.0, second.1)], value: () }
    };
    run(tablet.storage.update_outbox(lose_the_second)).unwrap();
    let tablet = tablet.reopened();
    assert_eq!(tablet.pending(), 2);
    tablet.online(true);
    tablet.round_ok();
    assert_eq!((tablet.pending(), server.borrow().orders.len()), (0, 2));
    assert!(tablet.entries().iter().all(|entry| matches!(entry.state, SendState::Received { .. })));
}

#[test]
fn a_damaged_catalogue_is_asked_for_again_though_the_next_round_fails() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    let name = tablet.replica.cache_name().unwrap();
    tablet.storage.damage_cache(&name, |cache| {
        cache.snapshots.values_mut().for_each(|bytes| bytes.truncate(10));
    });
    let tablet = tablet.reopened();
    assert!(tablet.replica.catalog().is_none(), "what is damaged is not shown");
    tablet.fault("pull", Fault::LostReply);
    assert!(tablet.round().trouble.is_some());
    tablet.round_ok();
    assert_eq!(tablet.replica.catalog().unwrap().offers.len(), 5);
}

#[test]
fn an_order_the_device_lost_from_its_view_comes_back() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    tablet.round_ok();
    let name = tablet.replica.cache_name().unwrap();
    tablet.storage.damage_cache(&name, |cache| cache.entities.retain(|key, _| key.kind != "order"));
    let tablet = tablet.reopened();
    tablet.round_ok();
    assert!(
        matches!(tablet.entry().lines, EntryLines::Accepted(_)),
        "the server's view, not the copy kept here"
    );
}

#[test]
fn an_order_whose_rows_were_lost_stays_received_whatever_is_recorded_of_its_draft_since() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    let other = Tablet::ready(&server, 2);
    other.steps(2, 7);
    run(other.replica.save_draft()).unwrap();
    other.round_ok();
    let draft = tablet.order(&[(1, 12)]);
    tablet.round_ok();
    // A power cut takes what the cache had not flushed, and there is no network to ask again.
    let name = tablet.replica.cache_name().unwrap();
    tablet.storage.damage_cache(&name, |cache| cache.entities.retain(|key, _| key.kind != "order"));
    let tablet = tablet.reopened();
    tablet.online(false);
    assert_eq!(
        run(tablet.replica.submit_draft()),
        Ok(draft),
        "what the other tablet added is sent of the same draft"
    );
    let card = tablet.entry();
    assert!(matches!(card.state, SendState::Received { .. }), "{:?}", card.state);
    assert!(card.waiting);
}

#[test]
fn a_question_keeps_the_number_of_an_order_whose_rows_were_lost() {
    let server = server();
    let [tablet, other] = [1, 2].map(|seed| Tablet::ready(&server, seed));
    other.online(false);
    other.order(&[(2, 7)]);
    tablet.order(&[(1, 12)]);
    tablet.round_ok();
    let SendState::Received { number, .. } = tablet.state() else { panic!("{:?}", tablet.state()) };
    other.online(true);
    other.round_ok();
    tablet.round_ok();
    let asked = SendState::ToCheck { reason: Reason::DoubleSubmit, number: Some(number) };
    assert_eq!(tablet.state(), asked);
    let name = tablet.replica.cache_name().unwrap();
    tablet.storage.damage_cache(&name, |cache| cache.entities.retain(|key, _| key.kind != "order"));
    assert_eq!(tablet.reopened().state(), asked);
}

#[test]
fn a_write_that_took_place_though_it_was_told_failed_is_found_by_the_next_round() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    let empty = server.borrow().clone();
    tablet.order(&[(1, 12)]);
    // The answer is filed on the device, and the tab believes that it is not.
    tablet.storage.lie_on_outbox_once(StorageError::Lost("connection lost".into()));
    assert!(tablet.round().trouble.is_some());
    tablet.round_ok();
    assert_eq!(tablet.replica.diagnosis().answered, tablet.reopened().replica.diagnosis().answered);
    assert_eq!(tablet.replica.diagnosis().answered.len(), 1);
    // And so a server that forgot the order hears of it again.
    server.borrow_mut().restore(&empty);
    tablet.round_ok();
    assert_eq!(server.borrow().orders.len(), 1);
}

#[test]
fn what_a_tab_recorded_and_did_not_live_to_tell_leaves_by_another() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    let killed = tablet.reopened();
    killed.order(&[(1, 12)]);
    drop(killed);
    assert_eq!(tablet.pending(), 0, "nobody told this tab");
    // A person looks at the tab that is left.
    tablet.replica.greet_next();
    tablet.round_ok();
    assert_eq!(server.borrow().orders.len(), 1);
    assert!(matches!(tablet.state(), SendState::Received { .. }));
}
