//! Stories of a server that came back from a backup, and of the copies of tablets it meets then.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use domain::{id::OutboxId, ordered::Set, quantity::Quantity, ticket::Subject};
use replica::{
    outbox::Write,
    ports::{Storage, Update},
};
use support::{
    run,
    server::{Shared, server},
    tablet::Tablet,
    world::kilos,
};

/// What the server holds of each order, by product and kilos.
fn server_lines(server: &Shared) -> Vec<Vec<String>> {
    let server = server.borrow();
    let lines = |order: &domain::order::Order| {
        order.lines.iter().map(|line| format!("{} {}", line.key.offer, line.ordered.value())).collect()
    };
    server.orders.values().map(lines).collect()
}

/// What the server knows of in this life, as an order or as a question, by quantity.
fn known(server: &Shared) -> Set<Quantity> {
    let server = server.borrow();
    let ordered = server.orders.values().flat_map(|order| order.lines.iter().map(|line| line.ordered));
    let asked = server.tickets.values().filter_map(|ticket| match &ticket.subject {
        Subject::Submission { submission, .. } => Some(submission.lines[0].quantity),
        _ => None,
    });
    ordered.chain(asked).collect()
}

#[test]
fn a_server_restored_from_a_backup_is_told_again_what_it_forgot() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 1)]);
    tablet.round_ok();
    let backup = server.borrow().clone();
    tablet.order(&[(2, 2)]);
    tablet.round_ok();
    assert!(tablet.all_received() && tablet.entries().len() == 2);
    server.borrow_mut().restore(&backup);
    tablet.round_ok();
    assert!(tablet.all_received());
    assert_eq!(server_lines(&server).len(), 2);
    assert_eq!(tablet.entries().len(), 2);
    // And with something new waiting, the gap shows at the push.
    let backup = backup.clone();
    server.borrow_mut().restore(&backup);
    tablet.order(&[(3, 3)]);
    tablet.round_ok();
    tablet.round_ok();
    assert!(tablet.all_received());
    assert_eq!(server_lines(&server).len(), 3);
}

#[test]
fn numbers_that_a_copy_filled_in_another_life_hide_nothing() {
    let server = server();
    let original = Tablet::ready(&server, 1);
    original.order(&[(1, 1)]);
    original.round_ok();
    let copy = original.copied(98);
    let backup = server.borrow().clone();
    original.order(&[(2, 2)]);
    original.round_ok();
    server.borrow_mut().restore(&backup);
    copy.order(&[(3, 3)]);
    copy.round_ok();
    // Number 2 is answered in this life too, and is not this tablet's.
    original.round_ok();
    original.round_ok();
    assert_eq!(known(&server), [1, 2, 3].map(kilos).into());
    assert_eq!(original.pending(), 0);
}

#[test]
fn what_was_said_under_an_earlier_name_is_said_again_in_another_life() {
    let server = server();
    let empty = server.borrow().clone();
    let original = Tablet::ready(&server, 1);
    original.order(&[(1, 1)]);
    original.round_ok();
    let copy = original.copied(98);
    original.order(&[(2, 2)]);
    original.round_ok();
    copy.order(&[(3, 3)]);
    copy.round_ok();
    assert_eq!(known(&server), [1, 2, 3].map(kilos).into(), "the copy took another name");
    // The backup is from before all of it, and the original never comes back.
    drop(original);
    server.borrow_mut().restore(&empty);
    copy.round_ok();
    copy.round_ok();
    assert_eq!(known(&server), [1, 3].map(kilos).into(), "all that the copy knows");
    assert_eq!(copy.pending(), 0);
}

#[test]
fn a_server_that_forgot_what_nobody_holds_any_more_still_gets_what_waits() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    let empty = server.borrow().clone();
    tablet.order(&[(1, 1)]);
    tablet.order(&[(2, 2)]);
    tablet.round_ok();
    run(tablet.replica.reload()).unwrap();
    server.borrow_mut().restore(&empty);
    // What was answered is gone from the device: only number 3 waits, and the server waits for number 1.
    forget_sent(&tablet);
    let tablet = tablet.reopened();
    tablet.order(&[(3, 3)]);
    tablet.round_ok();
    assert_eq!(tablet.pending(), 0);
    assert_eq!(server_lines(&server), [["D00003 3"]]);
}

fn forget_sent(tablet: &Tablet) {
    let keys: Vec<(OutboxId, u64)> =
        run(tablet.storage.read_outbox()).unwrap().sent.keys().copied().collect();
    let writes: Vec<_> = keys.into_iter().map(|(outbox, m)| Write::DeleteSent(outbox, m)).collect();
    run(tablet.storage.update_outbox(move |_| Update { writes: writes.clone(), value: () })).unwrap();
}
