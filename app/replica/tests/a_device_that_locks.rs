//! Stories of a shared tablet whose people chose codes: what lies on it is closed, and locking it is not signing out.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use domain::receipt::Reason;
use replica::{
    cache::CacheName,
    ports::{Storage, StorageError},
    session::{PendingChoice, SessionState},
    storage::{
        conformance::{self, UnderKey},
        memory::MemoryStorage,
        sealing::Sealing,
    },
    view::{OrderEntry, SendState},
};
use support::{
    codes::{NADIA, cache, chance, code, keyring, leaves, locks, seal, types},
    run,
    server::{Shared, server},
    tablet::Tablet,
    world::{OTHER_SITE, SITE, kitchen, offer},
};
use vault::{Key, Keyring, Refused};

/// Everything that can be read on the device without a code.
fn readable(storage: &MemoryStorage) -> String {
    let cache = run(storage.read_cache(&CacheName::of(&kitchen(SITE)))).unwrap();
    let snapshots: String =
        cache.snapshots.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    format!("{storage:?}{snapshots}")
}

/// A name in the catalogue, in the session, of a product ordered and of one in a draft.
const BUSINESS: [&str; 4] = ["Carotte 1", "Camille Vidal", "D0000", "total_seen"];

fn ready_to_lock(server: &Shared) -> Tablet {
    let tablet = Tablet::ready(server, 1);
    // A page of changes beside the snapshot, an order received, one that waits, and a draft.
    server.borrow_mut().list(offer(2, 999));
    tablet.order(&[(1, 4)]);
    tablet.round_ok();
    tablet.online(false);
    tablet.order(&[(2, 12)]);
    tablet.types(3, 5);
    run(tablet.replica.save_draft()).unwrap();
    tablet
}

#[test]
fn nothing_of_anybodys_business_lies_open_on_a_locked_tablet() {
    let server = server();
    let tablet = ready_to_lock(&server);
    let before = readable(&tablet.storage);
    for word in BUSINESS {
        assert!(before.contains(word), "{word} would be found");
    }
    locks(&tablet);
    let closed = readable(&tablet.storage);
    for word in BUSINESS {
        assert!(!closed.contains(word), "{word} lies open");
    }
    // What is written later is closed too, and so is what the server tells.
    tablet.types(4, 7);
    tablet.online(true);
    server.borrow_mut().list(offer(1, 111));
    tablet.round_ok();
    run(tablet.replica.save_draft()).unwrap();
    let closed = readable(&tablet.storage);
    for word in BUSINESS {
        assert!(!closed.contains(word), "{word} lies open after a round");
    }
    assert_eq!(server.borrow().orders.len(), 2, "a tablet that is not locked sends as before");
}

#[test]
fn locked_it_shows_and_says_nothing_and_a_code_opens_it_without_a_network() {
    let server = server();
    let tablet = ready_to_lock(&server);
    locks(&tablet);
    let (orders, draft) = (tablet.entries(), tablet.replica.draft());

    let locked = tablet.reopened();
    assert_eq!(locked.replica.session(), SessionState::Locked);
    assert!(locked.entries().is_empty() && locked.replica.catalog().is_none());
    assert_eq!(locked.replica.sealed_count(), 1, "it knows that something waits");
    tablet.online(true);
    locked.round_ok();
    assert_eq!(server.borrow().orders.len(), 1, "and says nothing in anybody's name");
    tablet.online(false);

    assert_eq!(types(&locked, "271829"), Err(Refused::Wrong { left: 9 }));
    assert_eq!(locked.replica.session(), SessionState::Locked);
    types(&locked, NADIA).unwrap();
    assert!(matches!(locked.replica.session(), SessionState::SignedIn(_)), "locking was not signing out");
    assert_eq!((locked.entries(), locked.replica.draft()), (orders, draft), "all is there as it was");
    assert!(locked.replica.catalog().is_some());

    tablet.online(true);
    locked.round_ok();
    assert!(locked.all_received());
    assert_eq!(server.borrow().orders.len(), 2);
}

#[test]
fn a_forgotten_code_costs_a_sign_in_and_loses_nothing() {
    let server = server();
    let tablet = ready_to_lock(&server);
    let key = locks(&tablet);

    let locked = tablet.reopened();
    assert!(leaves(&locked));
    assert_eq!(locked.replica.session(), SessionState::SignedOut);
    tablet.online(true);
    locked.round_ok();
    assert_eq!(server.borrow().me, None, "the session is ended on the server too");

    // Another kitchen comes in on it first: its own outbox is not troubled by what lies closed.
    server.borrow_mut().me = Some(kitchen(OTHER_SITE));
    run(locked.replica.sign_in("x@y.example".into(), "juste".into())).unwrap();
    locked.round_ok();
    locked.order(&[(3, 1)]);
    locked.round_ok();
    assert_eq!(server.borrow().orders.len(), 2);
    run(locked.replica.sign_out(None)).unwrap();

    server.borrow_mut().me = Some(kitchen(SITE));
    run(locked.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    locked.round_ok();
    assert_eq!(
        (server.borrow().orders.len(), locked.replica.sealed_count()),
        (2, 1),
        "closed, it is not sent"
    );
    run(locked.replica.take_key(seal("k1", &key), "k1", &cache(), true)).unwrap();
    locked.round_ok();
    assert_eq!((server.borrow().orders.len(), locked.replica.sealed_count()), (3, 0));
    assert!(locked.all_received());
    assert_eq!(locked.replica.draft().unwrap().lines.len(), 1, "the draft is there too");
    assert_eq!(locked.reopened().replica.session(), SessionState::Locked, "and the codes are still asked");
}

#[test]
fn what_was_recorded_before_the_key_came_back_and_what_lay_closed_are_both_sent() {
    let server = server();
    let tablet = ready_to_lock(&server);
    let key = locks(&tablet);
    let locked = tablet.reopened();
    assert!(leaves(&locked));
    tablet.online(true);
    locked.round_ok();
    server.borrow_mut().me = Some(kitchen(SITE));
    run(locked.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    locked.round_ok();
    // The server could not hand the key over yet; the kitchen orders meanwhile.
    locked.order(&[(5, 2)]);
    locked.round_ok();
    locked.round_ok();
    assert_eq!((locked.pending(), server.borrow().orders.len()), (0, 2), "nobody waits for what is closed");
    run(locked.replica.take_key(seal("k1", &key), "k1", &cache(), false)).unwrap();
    locked.round_ok();
    locked.round_ok();
    // What lay closed was sent from the same draft: the kitchen is asked which of the two is meant.
    let asked =
        |entry: &OrderEntry| matches!(entry.state, SendState::ToCheck { reason: Reason::DoubleSubmit, .. });
    assert_eq!(locked.entries().iter().filter(|entry| asked(entry)).count(), 1, "{:?}", locked.entries());
    assert_eq!((locked.pending(), server.borrow().orders.len()), (0, 2));
    assert!(!locked.replica.is_sealed());
    assert!(locked.replica.keyrings().is_empty());
    assert!(matches!(locked.reopened().replica.session(), SessionState::SignedIn(_)));
}

#[test]
fn a_tab_that_does_not_know_of_the_codes_yet_locks_when_it_looks() {
    let server = server();
    let tablet = ready_to_lock(&server);
    let other = tablet.reopened();
    locks(&tablet);
    // It would write before it looks: what it would write cannot be closed here, and is refused.
    other.types(6, 3);
    assert_eq!(run(other.replica.save_draft()), Err(StorageError::Locked));
    assert_eq!(other.replica.session(), SessionState::Locked, "and it has looked");
    run(tablet.replica.reload()).unwrap();
    assert!(matches!(tablet.replica.session(), SessionState::SignedIn(_)));
    assert_eq!(tablet.reopened().replica.session(), SessionState::Locked, "and took the lock off for nobody");
}

#[test]
fn the_codes_of_one_kitchen_close_nothing_of_another_that_signs_in_on_the_same_page() {
    let server = server();
    for expired in [false, true] {
        let tablet = ready_to_lock(&server);
        let before = server.borrow().orders.len();
        let key = locks(&tablet);
        tablet.online(true);
        if expired {
            server.borrow_mut().me = None;
            tablet.replica.greet_next();
            tablet.round();
            assert!(matches!(tablet.replica.session(), SessionState::Expired(_)));
        } else {
            tablet.online(false);
            run(tablet.replica.sign_out(Some(PendingChoice::KeepSealed))).unwrap();
            tablet.online(true);
            tablet.round_ok();
        }
        server.borrow_mut().me = Some(kitchen(OTHER_SITE));
        run(tablet.replica.sign_in("x@y.example".into(), "juste".into())).unwrap();
        tablet.round_ok();
        assert!(!tablet.replica.is_sealed());
        let reopened = tablet.reopened();
        let other = kitchen(OTHER_SITE).user;
        assert_eq!(reopened.replica.session().me().map(|me| me.user), Some(other), "nobody asks for a code");
        assert_eq!(
            (reopened.pending(), server.borrow().orders.len()),
            (0, before),
            "nor sends what is closed"
        );

        run(reopened.replica.sign_out(None)).unwrap();
        server.borrow_mut().me = Some(kitchen(SITE));
        run(reopened.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
        run(reopened.replica.take_key(seal("k1", &key), "k1", &cache(), true)).unwrap();
        reopened.round_ok();
        assert_eq!(server.borrow().orders.len(), before + 1);
        assert_eq!(tablet.reopened().replica.session(), SessionState::Locked);
    }
}

#[test]
fn a_locked_tablet_that_was_removed_hears_it_when_it_is_opened_and_keeps_what_waits_closed() {
    let server = server();
    let tablet = ready_to_lock(&server);
    let key = locks(&tablet);
    let locked = tablet.reopened();
    tablet.online(true);
    server.borrow_mut().revoked = true;
    types(&locked, NADIA).unwrap();
    locked.replica.greet_next();
    locked.round();
    assert_eq!((locked.replica.session(), locked.replica.turned_out()), (SessionState::SignedOut, Some(1)));
    assert_eq!(locked.reopened().replica.turned_out(), Some(1));
    assert!(!readable(&tablet.storage).contains("total_seen"), "what waits lies closed");
    locked.round();
    server.borrow_mut().revoked = false;
    server.borrow_mut().me = Some(kitchen(SITE));
    run(locked.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    run(locked.replica.take_key(seal("k1", &key), "k1", &cache(), true)).unwrap();
    locked.round_ok();
    assert!(locked.all_received());
    assert_eq!(server.borrow().orders.len(), 2);
}

#[test]
fn a_device_that_fails_while_it_closes_loses_nothing() {
    let server = server();
    let tablet = ready_to_lock(&server);
    let full = StorageError::Full("no room".into());
    for lies in [false, true] {
        let key = Key::drawn(chance);
        let name = if lies { "k3" } else { "k2" };
        let mut keyring = Keyring::new(name.into(), "Cuisine".into(), cache().to_string());
        keyring.add("Nadia", &code(NADIA), &key, chance).unwrap();
        if lies {
            tablet.storage.lie_on_outbox_once(full.clone());
        } else {
            tablet.storage.fail_outbox_with(Some(full.clone()));
        }
        let refused = run(tablet.replica.seal(seal(name, &key), name, keyring.to_text()));
        tablet.storage.fail_outbox_with(None);
        assert_eq!(refused, Err(full.clone()));
        tablet.types(7, 2);
        run(tablet.replica.save_draft()).unwrap();
        assert_eq!(tablet.pending(), 1, "what waits is there");
        let reopened = tablet.reopened();
        if reopened.replica.session() == SessionState::Locked {
            types(&reopened, NADIA).unwrap();
        }
        assert_eq!(reopened.pending(), 1);
        assert_eq!(reopened.replica.draft().map(|draft| draft.lines.len()), Some(2));
    }
    tablet.online(true);
    tablet.round_ok();
    assert_eq!(server.borrow().orders.len(), 2);
}

#[test]
fn codes_can_be_given_up() {
    let server = server();
    let tablet = ready_to_lock(&server);
    locks(&tablet);
    let (_, before) = keyring(&tablet);
    assert_eq!(run(tablet.replica.unseal("k1", before)), Ok(true));
    let open = readable(&tablet.storage);
    assert!(BUSINESS.iter().all(|word| open.contains(word)) && !open.contains("wrapped"));
    let reopened = tablet.reopened();
    assert!(matches!(reopened.replica.session(), SessionState::SignedIn(_)));
    assert_eq!(reopened.pending(), 1);
    tablet.online(true);
    reopened.round_ok();
    assert!(matches!(reopened.entries()[0].state, SendState::Received { .. }) && reopened.all_received());
}

#[test]
fn a_device_that_closes_does_what_a_storage_must() {
    let key = Key::drawn(chance);
    let opened = |inner: MemoryStorage| {
        let storage = Sealing::of(inner);
        storage.hold(seal("k1", &key));
        UnderKey::of(storage, "k1")
    };
    let disk = std::cell::RefCell::new(MemoryStorage::default());
    let told = run(conformance::run(
        async || {
            *disk.borrow_mut() = MemoryStorage::default();
            let inner = disk.borrow().clone();
            opened(inner).await
        },
        async |_| {
            let inner = disk.borrow().clone();
            opened(inner).await
        },
    ));
    for (story, end) in &told {
        assert_eq!(*end, Ok(()), "{story}");
    }
}
