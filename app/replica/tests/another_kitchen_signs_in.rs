//! Stories of a tablet that turns from one kitchen to another.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use domain::{enterprise::Role, id::SiteId};
use replica::view::EntryLines;
use support::{
    server::server,
    tablet::Tablet,
    world::{OTHER_SITE, kitchen},
};

/// The kitchen that looks at the screen, and those whose cards it shows.
fn on_screen(tablet: &Tablet) -> (Option<SiteId>, Vec<SiteId>) {
    let looks = tablet.replica.session().me().map(|me| me.role);
    let looks = match looks {
        Some(Role::Kitchen { site, .. }) => Some(site),
        _ => None,
    };
    let sites = tablet.entries().into_iter().map(|entry| match entry.lines {
        EntryLines::Submitted(submission) => submission.site,
        EntryLines::Accepted(order) => order.site,
    });
    (looks, sites.collect())
}

#[test]
fn the_cards_of_one_kitchen_leave_the_screen_before_those_of_the_next_are_read() {
    let server = server();
    let tablet = Tablet::ready(&server, 1);
    tablet.order(&[(1, 2)]);
    tablet.round_ok();
    server.borrow_mut().me = Some(kitchen(OTHER_SITE));
    tablet.replica.greet_next();
    let mut round = pin!(tablet.replica.round());
    let mut context = Context::from_waker(Waker::noop());
    let mut turned = false;
    while round.as_mut().poll(&mut context).is_pending() {
        let (looks, shown) = on_screen(&tablet);
        assert!(shown.iter().all(|site| Some(*site) == looks), "{looks:?} sees the cards of {shown:?}");
        turned |= looks == Some(OTHER_SITE);
    }
    assert!(turned, "the tablet turned to the other kitchen");
}
