//! Stories of a paired tablet that the server lets in no more.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use replica::{
    cache::{CacheContents, CacheName},
    ports::{Storage, StorageError},
    session::SessionState,
    view::SendState,
};
use support::{
    run,
    server::{Shared, server},
    tablet::Tablet,
    world::{OTHER_SITE, SITE, kitchen},
};

fn turned_out(server: &Shared, tablet: &Tablet) {
    server.borrow_mut().revoked = true;
    tablet.replica.greet_next();
    assert!(tablet.round().trouble.is_some());
}

#[test]
fn it_shows_nothing_any_more_and_keeps_what_waits_sealed() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.online(false);
    tablet.order(&[(1, 12)]);
    tablet.online(true);
    turned_out(&server, &tablet);

    for tablet in [&tablet, &tablet.reopened()] {
        assert_eq!(tablet.replica.session(), SessionState::SignedOut);
        assert_eq!(tablet.replica.turned_out(), Some(1), "it says so, and that something waits");
        assert!(tablet.replica.catalog().is_none() && tablet.entries().is_empty());
        let left = tablet.storage.cache_head(&CacheName::of(&kitchen(SITE)));
        assert!(left.scopes.is_empty(), "what the server told is not kept");
    }
    assert_eq!(server.borrow().orders.len(), 0);

    // The cookie goes with the next round; then it is nobody's tablet.
    tablet.round();
    assert_eq!(server.borrow().me, None);
    assert!(tablet.round().trouble.is_none());

    // Somebody of another kitchen neither sees nor sends what is sealed.
    server.borrow_mut().revoked = false;
    server.borrow_mut().me = Some(kitchen(OTHER_SITE));
    run(tablet.replica.sign_in("x@y.example".into(), "juste".into())).unwrap();
    tablet.round_ok();
    assert_eq!((tablet.replica.turned_out(), server.borrow().orders.len()), (None, 0));
    run(tablet.replica.sign_out(None)).unwrap();

    // Somebody of its own kitchen comes in: what was sealed leaves.
    server.borrow_mut().me = Some(kitchen(SITE));
    run(tablet.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    tablet.round_ok();
    assert_eq!(server.borrow().orders.len(), 1);
    assert!(matches!(tablet.state(), SendState::Received { .. }));
}

#[test]
fn turned_out_in_the_middle_of_a_round_it_forgets_all_the_same() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 3)]);
    server.borrow_mut().revoked = true;
    assert!(tablet.round().trouble.is_some(), "no greeting was due: it is the push that hears of it");
    assert_eq!(tablet.replica.session(), SessionState::SignedOut);
    assert_eq!(tablet.replica.turned_out(), Some(1));
}

/// What lies on the device of what the server told a kitchen.
fn told(tablet: &Tablet) -> CacheContents {
    run(tablet.storage.read_cache(&CacheName::of(&kitchen(SITE)))).unwrap()
}

#[test]
fn what_it_could_not_delete_at_once_is_deleted_when_it_is_opened_again() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.storage.fail_cache_with(Some(StorageError::Lost("connection lost".into())));
    turned_out(&server, &tablet);
    assert_eq!(tablet.replica.turned_out(), Some(0));
    assert!(!told(&tablet).head.scopes.is_empty(), "the device refused");

    tablet.storage.fail_cache_with(None);
    let reopened = tablet.reopened();
    assert!(told(&reopened).head.scopes.is_empty() && told(&reopened).snapshots.is_empty());

    // Another tab that was reading wrote one more view meanwhile: it goes when somebody looks.
    let late = Tablet::ready(&support::server::server(), 2);
    let view = told(&late);
    reopened.storage.damage_cache(&CacheName::of(&kitchen(SITE)), |cache| *cache = view);
    reopened.round();
    reopened.replica.greet_next();
    reopened.round();
    assert!(told(&reopened).head.scopes.is_empty());

    // Whoever comes in again for it keeps what is told from then on.
    server.borrow_mut().revoked = false;
    server.borrow_mut().me = Some(kitchen(SITE));
    run(reopened.replica.sign_in("a@b.example".into(), "juste".into())).unwrap();
    reopened.round_ok();
    assert!(!told(&reopened.reopened()).head.scopes.is_empty());
}

#[test]
fn another_kitchens_view_that_a_cut_left_behind_goes_when_the_device_is_opened() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    server.borrow_mut().me = Some(kitchen(OTHER_SITE));
    tablet.storage.fail_cache_with(Some(StorageError::Lost("connection lost".into())));
    tablet.replica.greet_next();
    tablet.round();
    assert!(!told(&tablet).head.scopes.is_empty(), "the device refused");
    tablet.storage.fail_cache_with(None);
    assert!(told(&tablet.reopened()).head.scopes.is_empty());
}
