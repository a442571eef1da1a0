//! Stories of one tablet and a server, or something between them, that does not do as it should.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use domain::{
    command::Command,
    wire::{Catalog, MAX_COMMANDS, Scope},
};
use replica::{cache::CacheName, door::Trouble, outbox::StuckReason, sync::RoundTrouble, view::SendState};
use support::{
    cable::Fault,
    run,
    server::{cat, server},
    tablet::Tablet,
    world::{SITE, kilos, kitchen, monday, offer},
};

fn offline(tablet: &Tablet) -> bool {
    matches!(tablet.round().trouble, Some(RoundTrouble::Cable(Trouble::Offline(_))))
}

fn pulls(tablet: &Tablet) -> usize {
    tablet.cable.said.borrow().iter().filter(|request| request.path.ends_with("/pull")).count()
}

#[test]
fn an_interrupted_pull_leaves_the_old_view_whole() {
    for cut_at in 1..=3 {
        let server = server();
        server.borrow_mut().page = 2;
        let tablet = Tablet::ready(&server, 1);
        for number in 1..=5 {
            server.borrow_mut().list(offer(number, 20_000));
        }
        (1..cut_at).for_each(|_| tablet.fault("pull", Fault::Pass));
        tablet.fault("pull", Fault::LostReply);
        let before = pulls(&tablet);
        assert!(offline(&tablet));
        assert_eq!(pulls(&tablet) - before, cut_at);
        let shown = |tablet: &Tablet| -> Vec<i64> {
            tablet
                .replica
                .catalog()
                .unwrap()
                .offers
                .iter()
                .map(|offer| offer.net_price.ten_thousandths())
                .collect()
        };
        assert_eq!(shown(&tablet), [10_000; 5], "never half a price list");
        assert_eq!(shown(&tablet.reopened()), [10_000; 5]);
        tablet.round_ok();
        assert_eq!(shown(&tablet), [20_000; 5]);
        assert_eq!(shown(&tablet.reopened()), [20_000; 5]);
    }
}

#[test]
fn a_snapshot_then_changes_give_the_catalogue_of_the_server() {
    let server = server();
    server.borrow_mut().list(offer(3, 15_000));
    server.borrow_mut().withdraw(4);
    let tablet = Tablet::ready(&server, 1);
    for seen in [tablet.replica.catalog().unwrap(), tablet.reopened().replica.catalog().unwrap()] {
        let offers: Vec<_> = server.borrow().offers.values().cloned().collect();
        assert_eq!(seen.offers, offers);
    }
    let before = tablet.cable.said.borrow().len();
    server.borrow_mut().list(offer(9, 1_000));
    tablet.round_ok();
    let said = tablet.cable.said.borrow();
    assert!(said[before..].iter().all(|request| !request.path.contains("/snap/")), "changes only");
    assert_eq!(tablet.replica.catalog().unwrap().offers.len(), 5);
}

#[test]
fn a_snapshot_that_does_not_match_its_hash_is_not_shown() {
    let server = server();
    let sound = server.borrow().snapshots.clone();
    for bytes in server.borrow_mut().snapshots.values_mut() {
        bytes[10] ^= 1;
    }
    let tablet = Tablet::new(&server, 1);
    assert!(offline(&tablet));
    assert!(tablet.replica.catalog().is_none());
    server.borrow_mut().snapshots = sound;
    tablet.round_ok();
    assert!(tablet.replica.catalog().is_some());
}

#[test]
fn a_cache_damaged_on_the_device_is_asked_again() {
    let server = server();
    let name = CacheName::of(&kitchen(SITE));
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 2)]);
    tablet.round_ok();
    // Cut short: the start already sees it.
    tablet
        .storage
        .damage_cache(&name, |cache| cache.snapshots.values_mut().for_each(|bytes| bytes.truncate(50)));
    let tablet = tablet.reopened();
    assert!(tablet.replica.catalog().is_none());
    assert!(tablet.all_received(), "orders do not depend on the catalogue");
    tablet.round_ok();
    assert_eq!(tablet.replica.catalog().unwrap().offers.len(), 5);
    // One digit changed: readable, and wrong. The hash sees it at the first round.
    tablet.storage.damage_cache(&name, |cache| {
        for bytes in cache.snapshots.values_mut() {
            let text = String::from_utf8(bytes.clone()).unwrap().replace("\"1\"", "\"7\"");
            assert_eq!(text.len(), bytes.len());
            assert_ne!(text.as_bytes(), bytes.as_slice());
            *bytes = text.into_bytes();
        }
    });
    let tablet = tablet.reopened();
    tablet.round_ok();
    assert_eq!(tablet.replica.catalog().unwrap().offers[0], offer(1, 10_000));
    assert_eq!(tablet.reopened().replica.catalog().unwrap().offers[0], offer(1, 10_000));
}

#[test]
fn a_row_nobody_can_read_does_not_take_the_others_with_it() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    server.borrow_mut().put_row(&cat(), "offer", "D00001", &serde_json::json!({"reference": 4}));
    server.borrow_mut().put_row(&Scope::site(SITE), "order", "x", &serde_json::json!("?"));
    server.borrow_mut().put_row(&Scope::site(SITE), "dream", "y", &serde_json::json!("?"));
    server.borrow_mut().list(offer(2, 30_000));
    tablet.order(&[(3, 2)]);
    tablet.round_ok();
    assert!(tablet.all_received());
    let catalog = tablet.replica.catalog().unwrap();
    assert_eq!(
        (catalog.offers[0].clone(), catalog.offers[1].net_price.ten_thousandths()),
        (offer(1, 10_000), 30_000)
    );
    assert_eq!(tablet.replica.with_base(|base| base.unreadable), 1);
}

#[test]
fn a_copied_tablet_takes_another_name_and_loses_nothing() {
    let server = server();
    let original = Tablet::ready(&server, 1);
    original.order(&[(1, 1)]);
    original.round_ok();
    let copy = original.copied(99);
    // Both now record their own number 2.
    original.order(&[(2, 2)]);
    copy.order(&[(3, 3)]);
    copy.order(&[(4, 4)]);
    original.round_ok();
    copy.round_ok();
    original.round_ok();
    assert_eq!((original.pending(), copy.pending()), (0, 0));
    assert_eq!(server.borrow().receipts.len(), 2, "two outboxes");
    let asked = server.borrow().submitted.len();
    assert_eq!(asked, 4);
    // The second order of each is for the same slot: one stands, the other asks. Nothing is lost either way.
    let (orders, tickets) = (server.borrow().orders.len(), server.borrow().tickets.len());
    assert_eq!(orders + tickets, 4, "{orders} orders, {tickets} tickets");
    assert_eq!(original.entries(), copy.entries());
}

#[test]
fn a_copy_that_only_pulls_does_not_mistake_the_others_orders_for_its_own() {
    let server = server();
    let original = Tablet::ready(&server, 1);
    let copy = original.copied(99);
    original.order(&[(1, 1)]);
    copy.online(false);
    copy.order(&[(5, 5)]);
    // Same outbox name? Only if the name was there before the copy: make it so.
    original.round_ok();
    let copy_of_used = original.copied(98);
    original.order(&[(2, 2)]);
    original.round_ok();
    copy_of_used.order(&[(3, 3)]);
    server.borrow_mut().may_push = false;
    copy_of_used.round();
    assert_eq!(copy_of_used.pending(), 1, "number 2 was applied, but it was not this number 2");
    server.borrow_mut().may_push = true;
    copy_of_used.round_ok();
    assert_eq!(copy_of_used.pending(), 0);
    assert!(server.borrow().submitted.iter().any(|submit| submit.lines[0].quantity == kilos(3)));
}

#[test]
fn fifty_commands_at_a_time_and_all_of_them() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    for round in 0..60 {
        tablet.order(&[(1, i64::from(round) + 1)]);
    }
    tablet.online(true);
    tablet.round_ok();
    assert!(tablet.all_received());
    assert_eq!(server.borrow().orders.len(), 60);
    let said = tablet.cable.said.borrow();
    let sizes: Vec<_> = said
        .iter()
        .filter(|request| request.path.ends_with("/push"))
        .map(|request| {
            serde_json::from_str::<domain::wire::PushRequest>(request.body.as_deref().unwrap()).unwrap()
        })
        .map(|push| push.cmds.len())
        .collect();
    assert_eq!(sizes.iter().sum::<usize>(), 60);
    assert!(sizes.iter().all(|size| *size <= MAX_COMMANDS));
}

#[test]
fn a_command_the_server_cannot_read_lets_the_others_pass() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    for count in 1..=4 {
        tablet.order(&[(1, count)]);
    }
    // Spoiled on the device: its hash does not hold any more.
    spoil(&tablet, 2);
    tablet.online(true);
    let tablet = tablet.reopened();
    tablet.round_ok();
    assert_eq!((server.borrow().orders.len(), tablet.pending()), (3, 1));
    let stuck: Vec<_> = tablet
        .entries()
        .iter()
        .filter(|entry| !matches!(entry.state, SendState::Received { .. }))
        .map(|entry| entry.state.clone())
        .collect();
    assert_eq!(stuck.len(), 1, "it is still shown, and still on the device");
    tablet.order(&[(2, 1)]);
    tablet.round_ok();
    assert_eq!(
        (server.borrow().orders.len(), tablet.pending()),
        (4, 1),
        "and blocks nothing that comes later"
    );
    let outbox = run(replica::ports::Storage::read_outbox(&tablet.storage)).unwrap();
    let unproved = outbox.queue.unproved(SITE.into(), &Default::default());
    assert!(matches!(unproved[0].stuck, Some(StuckReason::Rejected { status: 400, .. })));

    // The next start gives it another chance, under a number and a seal of its own.
    let tablet = tablet.reopened();
    tablet.round_ok();
    assert_eq!((server.borrow().orders.len(), tablet.pending()), (5, 0));
}

fn spoil(tablet: &Tablet, m: u64) {
    use replica::{outbox::Write, ports::Storage, ports::Update};
    let spoiled = move |queue: &replica::outbox::Queue| {
        let mut entry = queue.commands.values().find(|entry| entry.envelope.m == m).unwrap().clone();
        entry.envelope.h = "0".repeat(64);
        Update { writes: vec![Write::PutCommand(entry)], value: () }
    };
    run(tablet.storage.update_outbox(spoiled)).unwrap();
}

#[test]
fn a_batch_that_is_too_large_is_halved_until_it_passes() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    for count in 1..=4 {
        tablet.order(&[(1, count)]);
    }
    tablet.online(true);
    tablet.fault("push", Fault::Page(413, ""));
    tablet.fault("push", Fault::Page(413, ""));
    tablet.round_ok();
    assert!(tablet.all_received());
    assert_eq!(server.borrow().orders.len(), 4);
}

#[test]
fn a_reply_that_answers_less_than_was_sent_is_not_believed() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 1)]);
    tablet.fault("push", Fault::Page(200, r#"{"done":{"server_time":5,"outbox_last":0,"results":[]}}"#));
    assert!(offline(&tablet));
    assert_eq!(tablet.pending(), 1);
    let circles = r#"{"gap":{"server_time":5,"expected":1,"results":[]}}"#;
    tablet.fault("push", Fault::Page(409, circles));
    assert!(offline(&tablet), "a gap where there is none");
    tablet.round_ok();
    assert!(tablet.all_received());
}

#[test]
fn the_catalogue_shown_is_the_one_a_fresh_tablet_would_show() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    for day in 0..40_u32 {
        server.borrow_mut().list(offer(day % 7 + 1, i64::from(day) * 100 + 100));
        if day % 5 == 0 {
            server.borrow_mut().withdraw(day % 7 + 1);
        }
        tablet.round_ok();
    }
    server.borrow_mut().publish();
    let fresh = Tablet::ready(&server, 2);
    let sorted = |catalog: &Catalog| {
        let mut offers = catalog.offers.clone();
        offers.sort_by(|a, b| a.reference.cmp(&b.reference));
        offers
    };
    assert_eq!(sorted(&tablet.replica.catalog().unwrap()), sorted(&fresh.replica.catalog().unwrap()));
    assert_eq!(
        sorted(&tablet.reopened().replica.catalog().unwrap()),
        sorted(&fresh.replica.catalog().unwrap())
    );
}

#[test]
fn what_was_typed_survives_whatever_the_server_does() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.types(1, 3);
    server.borrow_mut().withdraw(1);
    tablet.round_ok();
    assert_eq!(tablet.replica.draft().unwrap().quantity(&monday(1)), kilos(3));
    run(tablet.replica.save_draft()).unwrap();
    assert_eq!(tablet.reopened().replica.draft().unwrap().quantity(&monday(1)), kilos(3));
}

#[test]
fn every_recorded_command_is_sealed_as_it_was_meant() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    tablet.order(&[(1, 1), (2, 2)]);
    let outbox = run(replica::ports::Storage::read_outbox(&tablet.storage)).unwrap();
    let entry = outbox.queue.pending(SITE.into()).next().unwrap().clone();
    assert!(entry.envelope.is_intact());
    let Ok(Command::SubmitOrder(submit)) = entry.envelope.command() else { panic!("a submission") };
    assert_eq!((submit.lines.len(), submit.total_seen.cents()), (2, 3 * 125));
    assert!(submit.catalog_cursor.is_some());
}

#[test]
fn a_row_the_server_left_out_is_found_missing_and_comes() {
    let server = server();
    let [one, two] = [1, 2].map(|seed| Tablet::ready(&server, seed));
    one.order(&[(1, 12)]);
    one.round_ok();
    one.types(2, 3);
    run(one.replica.save_draft()).unwrap();
    one.round_ok();
    server.borrow_mut().leaves_out = 1;
    two.round_ok();
    assert_eq!((two.entries().len(), two.replica.diagnosis().rebuilt), (0, 1));
    two.round_ok();
    assert_eq!((two.entries(), two.replica.diagnosis().rebuilt), (one.entries(), 1));
}

#[test]
fn a_server_that_adds_up_otherwise_is_not_asked_from_nothing_for_ever() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    server.borrow_mut().sums_wrong = true;
    let before = server.borrow().resets;
    for kilos in 1..6 {
        tablet.order(&[(1, kilos)]);
        tablet.round_ok();
        tablet.round_ok();
    }
    assert_eq!(server.borrow().resets, before + 1);
    assert_eq!(tablet.entries().len(), 5);
}
