//! The disk is full, and the base is somebody else's for a while.

use std::{io::Write as _, time::Duration};

use domain::enterprise::Role;
use server::store::{DatabaseUrl, Store};
use support::{
    browser::{Api, MercurialeProcess},
    fleet::{Device, Pushed, Shelf},
};
use tokio::time::sleep;

/// What the disk has beyond the base: a log, then nothing.
const SPARE: u64 = 3 * 1024 * 1024;

#[tokio::test]
async fn a_full_disk_is_told_and_loses_nothing() {
    let Some(server) = MercurialeProcess::start_on_a_small_disk(SPARE).await else {
        let _ =
            writeln!(std::io::stderr(), "SKIPPED the full disk: missing the right to mount one (unshare)");
        return;
    };
    let kitchen = Api::sign_in(&server.address(), "cuisine").await;
    let shelf = Shelf::of(kitchen.catalog().await);
    let mut expected = kitchen.orders_of_site().await;
    let mut device = Device::new(&kitchen.me().await, 1);
    while device.push(&kitchen, &shelf, 40).await == Pushed::Acknowledged {
        assert!(device.acknowledged() < 2_000, "the disk is full at last");
    }
    let stored = device.acknowledged();
    for _ in 0..5 {
        assert_eq!(device.push(&kitchen, &shelf, 40).await, Pushed::Later, "told to come back, not refused");
    }
    assert_eq!(
        kitchen.last_applied(device.outbox()).await,
        stored,
        "it still answers, and has what it said it has"
    );
    server.free_the_small_disk();
    for _ in 0..20 {
        let pushed = device.push(&kitchen, &shelf, 40).await;
        assert_eq!(pushed, Pushed::Acknowledged, "there is room again\n{}", server.last_words());
    }
    expected.extend(device.orders());
    assert_eq!(kitchen.orders_of_site().await, expected, "each order once, and no other");
    println!("full after {stored} orders; each acknowledged one is there once");
}

#[tokio::test]
async fn a_base_another_process_holds_makes_devices_wait_not_fail() {
    let server = MercurialeProcess::start().await;
    let kitchen = Api::sign_in(&server.address(), "cuisine").await;
    let shelf = Shelf::of(kitchen.catalog().await);
    let me = kitchen.me().await;
    let Role::Kitchen { hub, .. } = me.role else { panic!("a kitchen") };
    let mut device = Device::new(&me, 1);
    let other = Store::open(&DatabaseUrl::Sqlite { folder: server.folder() }).await.unwrap();
    let held = other.write(hub).await.unwrap();
    assert_eq!(device.push(&kitchen, &shelf, 12).await, Pushed::Later);
    assert!(!kitchen.orders_of_site().await.is_superset(device.orders()), "what is held can still be read");
    drop(held);
    sleep(Duration::from_millis(100)).await;
    assert_eq!(device.push(&kitchen, &shelf, 12).await, Pushed::Acknowledged);
    assert!(kitchen.orders_of_site().await.is_superset(device.orders()));
}

#[tokio::test]
async fn a_second_server_on_the_same_base_is_refused_in_words() {
    let server = MercurialeProcess::start().await;
    let said = server.refused(&["serve", "--demo", "--listen", "127.0.0.1:0"]);
    assert!(said.contains("déjà") && said.contains("already"), "{said}");
}
