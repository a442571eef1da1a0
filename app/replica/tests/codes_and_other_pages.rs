//! Stories of a shared tablet that locks, and of several pages of it: whichever page writes, and wherever one is closed in
//! the middle, what lies there is wholly closed or wholly open, and somebody can open it.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use replica::{
    ports::{Storage, StorageError},
    recording::RecordError,
    session::{PendingChoice, SessionState},
    storage::memory::MemoryStorage,
};
use support::{
    codes::{NADIA, cache, keyring, leaves, locks, locks_with, recoded, seal, types},
    run,
    server::{Shared, server},
    tablet::Tablet,
    world::{OTHER_SITE, SITE, kitchen, monday},
};
use vault::{LETS_IN_AFTER, Refused};

/// Everything that can be read on the device without a code.
fn readable(storage: &MemoryStorage) -> String {
    let cache = run(storage.read_cache(&cache())).unwrap();
    let snapshots: String =
        cache.snapshots.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    format!("{storage:?}{snapshots}")
}

/// A name in the catalogue, in the session, of a product ordered and of one in a draft.
const BUSINESS: [&str; 4] = ["Carotte 1", "Camille Vidal", "D0000", "total_seen"];

fn all_closed(storage: &MemoryStorage) -> bool {
    let readable = readable(storage);
    BUSINESS.iter().all(|word| !readable.contains(word))
}

/// A tablet with an order the server has, one that waits and a draft; no network.
fn at_work(server: &Shared) -> Tablet {
    let tablet = Tablet::ready(server, 1);
    tablet.order(&[(1, 4)]);
    tablet.round_ok();
    tablet.online(false);
    tablet.order(&[(2, 12)]);
    tablet.types(3, 5);
    run(tablet.replica.save_draft()).unwrap();
    tablet
}

/// A page does something, and is closed after so many turns. Whether it had ended.
fn cut_after(turns: u32, doing: impl Future) -> bool {
    let mut doing = pin!(doing);
    let mut context = Context::from_waker(Waker::noop());
    (0..turns).any(|_| doing.as_mut().poll(&mut context).is_ready())
}

/// Two pages do something at once.
fn both_at_once(one: impl Future, other: impl Future) {
    run(replica::turn::both(one, other));
}

/// Nothing is lost: both orders are the server's, once each, and the draft is here.
fn nothing_is_lost(server: &Shared, tablet: &Tablet) {
    tablet.online(true);
    tablet.replica.greet_next();
    tablet.round_ok();
    tablet.round_ok();
    assert_eq!((tablet.pending(), server.borrow().orders.len()), (0, 2));
    let draft = tablet.replica.draft().unwrap();
    assert!(draft.lines.iter().any(|line| line.key == monday(3)), "{draft:?}");
    assert_eq!(tablet.entries().len(), 2);
}

#[test]
fn a_page_that_does_not_know_of_the_codes_leaves_nothing_open() {
    let server = server();
    for round in [false, true] {
        let tablet = at_work(&server);
        let other = tablet.reopened();
        locks(&tablet);
        if round {
            // What it hears from the server, it would lay down open.
            tablet.online(true);
            server.borrow_mut().list(support::world::offer(1, 111));
            other.round();
            tablet.online(false);
        } else {
            assert_eq!(other.try_order(&[(7, 7)]).err(), Some(RecordError::Storage(StorageError::Locked)));
        }
        assert!(all_closed(&tablet.storage));
        assert_eq!(other.replica.session(), SessionState::Locked);
        types(&other, NADIA).unwrap();
        assert!(matches!(other.replica.session(), SessionState::SignedIn(_)));
        server.borrow_mut().orders.clear();
    }
}

#[test]
fn codes_begin_whole_wherever_the_page_is_closed() {
    for turns in 1.. {
        let server = server();
        let tablet = at_work(&server);
        let (vault_key, record) = {
            let key = vault::Key::drawn(support::codes::chance);
            let mut codes = vault::Keyring::new("k1".into(), "Cuisine".into(), cache().to_string());
            codes.add("Nadia", &support::codes::code(NADIA), &key, support::codes::chance).unwrap();
            (key, codes.to_text())
        };
        let ended = cut_after(turns, tablet.replica.seal(seal("k1", &vault_key), "k1", record));
        let next = tablet.reopened();
        match next.replica.session() {
            SessionState::Locked => {
                assert!(all_closed(&tablet.storage), "after {turns} turns");
                types(&next, NADIA).unwrap();
                assert!(all_closed(&tablet.storage));
            }
            SessionState::SignedIn(_) => assert!(!ended && next.replica.keyrings().is_empty()),
            other => panic!("{other:?}"),
        }
        nothing_is_lost(&server, &next);
        if ended {
            return;
        }
    }
}

#[test]
fn codes_end_whole_wherever_the_page_is_closed() {
    for turns in 1.. {
        let server = server();
        let tablet = at_work(&server);
        locks(&tablet);
        let (_, before) = keyring(&tablet);
        let ended = cut_after(turns, tablet.replica.unseal("k1", before));
        let next = tablet.reopened();
        match next.replica.session() {
            SessionState::Locked => {
                assert!(!ended && all_closed(&tablet.storage));
                types(&next, NADIA).unwrap();
            }
            SessionState::SignedIn(_) => {
                assert!(next.replica.keyrings().is_empty() && !next.replica.is_sealed());
                assert_eq!(next.replica.sealed_count(), 0);
            }
            other => panic!("{other:?}"),
        }
        nothing_is_lost(&server, &next);
        if ended {
            return;
        }
    }
}

#[test]
fn what_other_pages_do_while_codes_begin_or_end_is_neither_lost_nor_left_otherwise() {
    for ends in [false, true] {
        let server = server();
        let tablet = at_work(&server);
        let other = tablet.reopened();
        if ends {
            locks(&tablet);
            types(&tablet.reopened(), NADIA).unwrap();
            run(other.replica.reload()).unwrap();
            types(&other, NADIA).unwrap();
            let (_, before) = keyring(&tablet);
            other.types(4, 9);
            both_at_once(tablet.replica.unseal("k1", before), other.replica.save_draft());
            let next = tablet.reopened();
            assert!(matches!(next.replica.session(), SessionState::SignedIn(_)));
            assert!(next.replica.draft().unwrap().lines.iter().any(|line| line.key == monday(4)));
            nothing_is_lost(&server, &next);
        } else {
            other.types(4, 9);
            let key = vault::Key::drawn(support::codes::chance);
            let mut codes = vault::Keyring::new("k1".into(), "Cuisine".into(), cache().to_string());
            codes.add("Nadia", &support::codes::code(NADIA), &key, support::codes::chance).unwrap();
            let begins = tablet.replica.seal(seal("k1", &key), "k1", codes.to_text());
            both_at_once(begins, other.replica.save_draft());
            assert!(all_closed(&tablet.storage));
            let next = tablet.reopened();
            types(&next, NADIA).unwrap();
            nothing_is_lost(&server, &next);
        }
    }
}

#[test]
fn two_pages_that_give_the_first_code_at_once_leave_one_key() {
    let server = server();
    let tablet = at_work(&server);
    let other = tablet.reopened();
    locks(&tablet);
    assert_eq!(locks_with(&other, "k2").err(), Some(StorageError::Locked));
    assert_eq!(tablet.replica.keyrings().len(), 1);
    let next = tablet.reopened();
    types(&next, NADIA).unwrap();
    nothing_is_lost(&server, &next);
}

#[test]
fn what_waits_of_another_kitchen_is_not_closed_under_a_key_it_is_never_given() {
    let server = server();
    let tablet = at_work(&server);
    run(tablet.replica.sign_out(Some(PendingChoice::KeepSealed))).unwrap();
    tablet.online(true);
    tablet.round_ok();
    server.borrow_mut().me = Some(kitchen(OTHER_SITE));
    run(tablet.replica.sign_in("x@y.example".into(), "juste".into())).unwrap();
    tablet.round_ok();
    tablet.order(&[(5, 1)]);
    locks(&tablet);
    tablet.round_ok();
    run(tablet.replica.sign_out(None)).unwrap();

    // The first kitchen never gets that key: the server hands it to the other alone.
    server.borrow_mut().me = Some(kitchen(SITE));
    let next = tablet.reopened();
    run(next.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    next.round_ok();
    assert_eq!((next.pending(), next.replica.sealed_count(), server.borrow().orders.len()), (0, 0, 3));
    assert!(next.replica.draft().unwrap().lines.iter().any(|line| line.key == monday(3)));
}

#[test]
fn who_deletes_what_waits_deletes_nothing_that_lies_closed_of_somebody_else() {
    let server = server();
    let tablet = at_work(&server);
    let key = locks(&tablet);
    run(tablet.replica.sign_out(Some(PendingChoice::KeepSealed))).unwrap();
    tablet.online(true);
    tablet.round_ok();
    server.borrow_mut().me = Some(kitchen(OTHER_SITE));
    run(tablet.replica.sign_in("x@y.example".into(), "juste".into())).unwrap();
    tablet.round_ok();
    run(tablet.replica.sign_out(Some(PendingChoice::Delete))).unwrap();

    server.borrow_mut().me = Some(kitchen(SITE));
    run(tablet.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    run(tablet.replica.take_key(seal("k1", &key), "k1", &cache(), true)).unwrap();
    nothing_is_lost(&server, &tablet);
}

#[test]
fn what_is_typed_while_the_key_is_away_and_what_lay_closed_are_both_in_the_draft() {
    let server = server();
    let tablet = at_work(&server);
    let key = locks(&tablet);
    let locked = tablet.reopened();
    assert!(leaves(&locked));
    tablet.online(true);
    locked.round_ok();
    server.borrow_mut().me = Some(kitchen(SITE));
    run(locked.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    // The same draft is open, empty; something is typed in it and it is saved.
    let before = tablet.replica.draft().unwrap();
    locked.round_ok();
    let open = locked.replica.draft().unwrap();
    locked.types(6, 2);
    run(locked.replica.save_draft()).unwrap();
    run(locked.replica.take_key(seal("k1", &key), "k1", &cache(), true)).unwrap();
    locked.round_ok();
    locked.round_ok();
    let next = locked.reopened();
    types(&next, NADIA).unwrap();
    if open.id == before.id {
        let lines: Vec<_> = next.replica.draft().unwrap().lines.into_iter().map(|line| line.key).collect();
        assert!(lines.contains(&monday(3)) && lines.contains(&monday(6)), "{lines:?}");
    }
    assert_eq!(server.borrow().orders.len(), 2);
}

#[test]
fn a_submission_that_lay_closed_and_the_same_made_again_meanwhile_are_one_order() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    tablet.order(&[(2, 12)]);
    let key = locks(&tablet);
    let locked = tablet.reopened();
    assert!(leaves(&locked));
    tablet.online(true);
    locked.round_ok();
    server.borrow_mut().me = Some(kitchen(SITE));
    run(locked.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    locked.round_ok();
    tablet.online(false);
    locked.order(&[(2, 12)]);
    run(locked.replica.take_key(seal("k1", &key), "k1", &cache(), false)).unwrap();
    tablet.online(true);
    locked.round_ok();
    locked.round_ok();
    assert_eq!((locked.pending(), server.borrow().orders.len()), (0, 1));
    assert!(locked.all_received(), "{:?}", locked.entries());
}

#[test]
fn two_records_of_codes_of_one_kitchen_come_together_and_nothing_stays_under_the_first() {
    let server = server();
    let tablet = at_work(&server);
    let first = locks(&tablet);
    let locked = tablet.reopened();
    assert!(leaves(&locked));
    tablet.online(true);
    locked.round_ok();
    server.borrow_mut().me = Some(kitchen(SITE));
    run(locked.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    locked.round_ok();
    // The server could not hand the first key over; somebody chooses a code meanwhile.
    locks_with(&locked, "k2").unwrap();
    assert_eq!(locked.replica.sealed_count(), 1);
    run(locked.replica.take_key(seal("k1", &first), "k1", &cache(), true)).unwrap();
    assert_eq!((locked.replica.sealed_count(), locked.replica.keyrings().len()), (0, 1));
    let next = locked.reopened();
    types(&next, NADIA).unwrap();
    assert_eq!(keyring(&next).0.key, "k2");
    nothing_is_lost(&server, &next);
}

#[test]
fn wrong_codes_of_two_pages_count_together() {
    let server = server();
    let tablet = at_work(&server);
    locks(&tablet);
    let [one, two] = [tablet.reopened(), tablet.reopened()];
    // Both have read the same record, and try.
    let tries = |page: &Tablet| {
        let (mut codes, before) = keyring(page);
        let refused = codes.open("Nadia", &support::codes::code("000001"), domain::time::Timestamp(1)).err();
        (run(page.replica.keep_keyring(recoded(&codes, before))).unwrap(), refused)
    };
    let left = LETS_IN_AFTER - 1;
    assert_eq!(tries(&one), (true, Some(Refused::Wrong { left })));
    assert!(!tries(&two).0, "this one was tried on a record that is another now");
    run(two.replica.reload()).unwrap();
    assert_eq!(tries(&two), (true, Some(Refused::Wrong { left: left - 1 })));
}

#[test]
fn a_code_that_was_taken_away_does_not_come_back_with_a_try_of_another_page() {
    let server = server();
    let tablet = at_work(&server);
    let key = locks(&tablet);
    let (mut codes, before) = keyring(&tablet);
    codes.add("Paul", &support::codes::code("314159"), &key, support::codes::chance).unwrap();
    assert!(run(tablet.replica.keep_keyring(recoded(&codes, before))).unwrap());
    let locked = tablet.reopened();
    let (mut codes, before) = keyring(&tablet);
    assert!(codes.remove("Paul"));
    assert!(run(tablet.replica.keep_keyring(recoded(&codes, before))).unwrap());

    let (stale, before) = keyring(&locked);
    assert!(!run(locked.replica.keep_keyring(recoded(&stale, before))).unwrap());
    let names: Vec<_> = keyring(&tablet.reopened()).0.people.into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["Nadia"]);
    // Nor are codes given up that somebody was given meanwhile.
    let (_, before) = keyring(&tablet);
    let stale = before.replace("Nadia", "Nadja");
    assert_eq!(run(tablet.replica.unseal("k1", stale)), Ok(false));
    assert_eq!(tablet.reopened().replica.session(), SessionState::Locked);
    assert_eq!(run(tablet.replica.unseal("k1", before)), Ok(true));
}

#[test]
fn a_locked_page_turns_to_the_door_when_another_page_was_told_that_the_device_is_removed() {
    let server = server();
    let tablet = at_work(&server);
    let key = locks(&tablet);
    let locked = tablet.reopened();
    tablet.online(true);
    server.borrow_mut().revoked = true;
    tablet.replica.greet_next();
    tablet.round();
    let told = std::rc::Rc::new(std::cell::Cell::new(false));
    let hears = std::rc::Rc::clone(&told);
    locked.replica.listen(move |change| hears.set(hears.get() | (change == replica::Change::Session)));
    run(locked.replica.reload()).unwrap();
    assert!(told.get(), "its screen is told");
    assert_eq!((locked.replica.session(), locked.replica.turned_out()), (SessionState::SignedOut, Some(1)));
    assert!(all_closed(&tablet.storage));

    // What another page still had in hand is closed, or refused; it does not lie open with nobody there.
    tablet.types(8, 8);
    let _ = run(tablet.replica.save_draft());
    assert!(all_closed(&tablet.storage));

    locked.round();
    server.borrow_mut().revoked = false;
    server.borrow_mut().me = Some(kitchen(SITE));
    run(locked.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    run(locked.replica.take_key(seal("k1", &key), "k1", &cache(), true)).unwrap();
    nothing_is_lost(&server, &locked);
}

#[test]
fn a_page_left_open_when_the_device_was_left_by_another_writes_nothing_open() {
    let server = server();
    let tablet = at_work(&server);
    let other = tablet.reopened();
    locks(&tablet);
    let locked = tablet.reopened();
    assert!(leaves(&locked));
    assert_eq!(other.try_order(&[(9, 9)]).err(), Some(RecordError::Storage(StorageError::Locked)));
    // This one has the key.
    tablet.order(&[(9, 9)]);
    assert!(all_closed(&tablet.storage));
    assert!(!leaves_again(&locked), "nobody is locked in any more");
}

fn leaves_again(tablet: &Tablet) -> bool {
    run(tablet.replica.leave_locked(None, None)).unwrap()
}

#[test]
fn a_session_that_ended_while_the_device_was_locked_is_opened_and_signed_in_again() {
    let server = server();
    let tablet = at_work(&server);
    locks(&tablet);
    let locked = tablet.reopened();
    server.borrow_mut().me = None;
    tablet.online(true);
    types(&locked, NADIA).unwrap();
    locked.round();
    assert!(matches!(locked.replica.session(), SessionState::Expired(_)));
    locked.types(4, 4);
    run(locked.replica.save_draft()).unwrap();
    assert!(all_closed(&tablet.storage));
    server.borrow_mut().me = Some(kitchen(SITE));
    run(locked.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    assert!(locked.replica.is_sealed());
    nothing_is_lost(&server, &locked);
    assert!(all_closed(&tablet.storage));
    assert_eq!(locked.reopened().replica.session(), SessionState::Locked);
}

#[test]
fn what_a_page_writes_again_after_the_browser_threw_it_away_is_closed_too() {
    let server = server();
    let tablet = at_work(&server);
    locks(&tablet);
    tablet.storage.evict();
    tablet.types(4, 4);
    run(tablet.replica.save_draft()).unwrap();
    assert!(all_closed(&tablet.storage));
    let next = tablet.reopened();
    assert_eq!(next.replica.session(), SessionState::Locked);
    types(&next, NADIA).unwrap();
    nothing_is_lost(&server, &next);
    assert!(all_closed(&tablet.storage));
}

#[test]
fn a_key_whose_codes_are_nowhere_still_lets_the_device_be_left() {
    let server = server();
    let tablet = at_work(&server);
    let key = locks(&tablet);
    let locked = tablet.reopened();
    run(tablet.storage.update_outbox(|_| replica::ports::Update {
        writes: vec![replica::outbox::Write::DeleteMeta("keyring/k1".into())],
        value: (),
    }))
    .unwrap();
    run(locked.replica.reload()).unwrap();
    assert!(leaves_again(&locked));
    assert_eq!(locked.replica.session(), SessionState::SignedOut);
    drop(key);
}
