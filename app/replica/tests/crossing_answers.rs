//! Stories of an answer that arrives when the device, or the server, has moved on: each was first a seed of the simulation.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use domain::wire::Scope;
use replica::{cache::CacheName, session::SessionState, turn::both, view::SendState};
use support::{
    cable::Fault,
    pause, run,
    server::{cat, server},
    tablet::Tablet,
    world::{OTHER_SITE, SITE, kitchen, offer},
};

/// Waits until the tablet has said something to `path` once more than `before`.
async fn asked(tablet: &Tablet, path: &str, before: usize) {
    while said(tablet, path) == before {
        pause(1).await;
    }
}

fn said(tablet: &Tablet, path: &str) -> usize {
    tablet.cable.said.borrow().iter().filter(|request| request.path.ends_with(path)).count()
}

#[test]
fn a_greeting_on_its_way_does_not_undo_a_sign_out() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    tablet.round_ok();
    tablet.replica.greet_next();
    tablet.fault("hello", Fault::Slow);
    let before = said(&tablet, "hello");
    let leaves = async {
        asked(&tablet, "hello", before).await;
        tablet.replica.sign_out(None).await
    };
    let (_, left) = run(both(tablet.replica.round(), leaves));
    left.unwrap();
    for tablet in [&tablet, &tablet.reopened()] {
        assert_eq!(tablet.replica.session(), SessionState::SignedOut);
        assert!(tablet.entries().is_empty(), "the next person sees nothing of it");
    }
}

#[test]
fn a_greeting_on_its_way_does_not_bring_back_whom_another_tab_signed_out() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    let other_tab = tablet.reopened();
    tablet.replica.greet_next();
    tablet.fault("hello", Fault::Slow);
    // The greeting tells something new, so that it is written down.
    server.borrow_mut().me.as_mut().unwrap().name = "Camille Vidal-Roux".into();
    let before = said(&tablet, "hello");
    let leaves = async {
        asked(&tablet, "hello", before).await;
        other_tab.replica.sign_out(None).await
    };
    let (_, left) = run(both(tablet.replica.round(), leaves));
    left.unwrap();
    for tablet in [&tablet, &tablet.reopened()] {
        assert_eq!(tablet.replica.session(), SessionState::SignedOut);
    }
}

#[test]
fn what_was_pulled_for_one_person_is_not_kept_for_the_next() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 12)]);
    tablet.fault("pull", Fault::Slow);
    let before = said(&tablet, "pull");
    let another_comes = async {
        asked(&tablet, "pull", before).await;
        tablet.replica.sign_out(Some(replica::session::PendingChoice::KeepSealed)).await.unwrap();
        server.borrow_mut().me = Some(kitchen(OTHER_SITE));
        tablet.replica.sign_in("x@y.example".into(), "juste".into()).await.unwrap();
    };
    let (end, ()) = run(both(tablet.replica.round(), another_comes));
    assert!(end.trouble.is_some(), "what was pulled is of no use any more");
    let cache = tablet.storage.cache_head(&CacheName::of(&kitchen(OTHER_SITE)));
    assert!(!cache.scopes.contains_key(&Scope::site(SITE)));
    for tablet in [&tablet, &tablet.reopened()] {
        assert!(tablet.entries().is_empty());
        assert!(tablet.replica.with_base(|base| base.orders.is_empty()));
    }
    tablet.round_ok();
    assert_eq!(tablet.replica.catalog().unwrap().offers.len(), 5, "and the next round is the next person's");
}

#[test]
fn pages_asked_from_an_older_view_do_not_replace_a_newer_one() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    let other_tab = tablet.reopened();
    let name = CacheName::of(&kitchen(SITE));
    let stands = || tablet.storage.cache_head(&name).scopes[&cat()].cursor.seq;
    server.borrow_mut().list(offer(1, 20_000));
    tablet.fault("pull", Fault::Slow);
    let before = said(&tablet, "pull");
    let newer = async {
        asked(&tablet, "pull", before).await;
        server.borrow_mut().list(offer(1, 30_000));
        assert_eq!(other_tab.replica.round().await.trouble, None);
        tablet.replica.reload().await.unwrap();
        stands()
    };
    let (end, reached) = run(both(tablet.replica.round(), newer));
    assert_eq!(end.trouble, None);
    assert_eq!(stands(), reached, "a cursor never goes back");
    for tablet in [&tablet, &other_tab, &tablet.reopened()] {
        let shown = tablet.replica.catalog().unwrap();
        assert_eq!(
            shown.offers.iter().find(|one| one.reference == offer(1, 0).reference),
            Some(&offer(1, 30_000))
        );
    }
}

#[test]
fn a_server_set_back_between_two_pages_answers_for_nothing_it_forgot() {
    let server = server();
    server.borrow_mut().page = 2;
    let tablet = Tablet::ready(&server, 1);
    let backup = server.borrow().clone();
    let draft = tablet.order(&[(1, 12)]);
    // More changes of the list than one page holds: the answers about the order come with the first.
    (1..=5).for_each(|number| server.borrow_mut().list(offer(number, 20_000)));
    tablet.fault("pull", Fault::Slow);
    let before = said(&tablet, "pull");
    let set_back = async {
        asked(&tablet, "pull", before).await;
        server.borrow_mut().restore(&backup);
    };
    run(both(tablet.replica.round(), set_back));
    let head = tablet.storage.cache_head(&CacheName::of(&kitchen(SITE)));
    let beyond =
        head.applied.values().any(|applied| applied.receipts.iter().any(|receipt| receipt.m > applied.last));
    assert!(!beyond, "an answer without its order: {:?}", head.applied);
    assert_eq!(tablet.pending(), 1, "the order waits for a server that knows it");
    tablet.round_ok();
    tablet.round_ok();
    assert_eq!(server.borrow().orders.values().map(|order| order.draft).collect::<Vec<_>>(), [draft]);
    assert!(matches!(tablet.state(), SendState::Received { .. }));
}
