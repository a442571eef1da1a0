//! The base comes back from a copy under people who ordered since.

use std::collections::BTreeSet;

use replica::view::SendState;
use support::{
    browser::{Api, MercurialeProcess},
    http_tablet::HttpTablet,
};
use tokio::task::LocalSet;

#[tokio::test]
async fn what_a_backup_lost_is_said_again_by_the_tablets() {
    LocalSet::new().run_until(restored_under_tablets()).await;
}

async fn restored_under_tablets() {
    let mut server = MercurialeProcess::start().await;
    let before = HttpTablet::of(&server.address(), "cuisine").await;
    before.order_something().await;
    let copy = server.folder().with_file_name("copy.db");
    server.command(&["backup", copy.to_str().unwrap()]);
    let after = HttpTablet::of(&server.address(), "cuisine2").await;
    after.order_something().await;
    for tablet in [&before, &after] {
        assert!(matches!(tablet.state(), SendState::Received { .. }), "{:?}", tablet.state());
    }

    server.stop();
    server.command(&["restore", copy.to_str().unwrap()]);
    server.start_again().await;
    let kitchen2 = Api::sign_in(&server.address(), "cuisine2").await;
    let lost: BTreeSet<_> = after.orders();
    assert!(kitchen2.orders_of_site().await.is_disjoint(&lost), "the copy is older than the second order");

    // The copy knows nothing of a session opened since.
    after.sign_in("cuisine2").await;
    for tablet in [&before, &after] {
        for _ in 0..4 {
            tablet.sync().await;
        }
        assert!(matches!(tablet.state(), SendState::Received { .. }), "{:?}", tablet.state());
    }
    assert!(kitchen2.orders_of_site().await.is_superset(&lost), "said again by the tablet that made it");
    server.stop();
    server.command(&["verify"]);
}
