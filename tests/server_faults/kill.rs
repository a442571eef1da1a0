//! The server dies by kill -9 while devices push, and starts again on what is on the disk.

use std::{sync::Arc, time::Duration};

use support::{
    browser::{Api, MercurialeProcess, SiteView},
    fleet::{Device, Dice, Shelf, count_from},
};
use tokio::task::JoinSet;

const DEVICES: u64 = 8;
const LINES: usize = 12;

#[tokio::test]
async fn killed_at_random_under_load_it_has_every_acknowledged_order_once() {
    let kills = count_from("MERCURIALE_KILLS", 6);
    let mut server = MercurialeProcess::start().await;
    let kitchen = Api::sign_in(&server.address(), "cuisine").await;
    let me = kitchen.me().await;
    let shelf = Arc::new(Shelf::of(kitchen.catalog().await));
    let mut expected = kitchen.orders_of_site().await;
    let mut devices: Vec<_> = (0..DEVICES).map(|n| Device::new(&me, n)).collect();
    let mut dice = Dice(1);
    let mut in_doubt = 0;
    let mut view = SiteView::default();
    for kill in 1..=kills {
        let mut working = JoinSet::new();
        for mut device in devices.drain(..) {
            let (api, shelf) = (kitchen.clone(), Arc::clone(&shelf));
            working.spawn(async move {
                device.push_until_silence(&api, &shelf, LINES).await;
                device
            });
        }
        // Any instant: in a reading, in a commit, between the commit and its answer.
        tokio::time::sleep(Duration::from_micros(20_000 + dice.below(250_000))).await;
        server.kill_9();
        devices = working.join_all().await;
        server.start_again().await;
        for device in &devices {
            let applied = kitchen.look(&mut view, Some(device.outbox())).await;
            assert!(
                applied >= device.acknowledged(),
                "{applied} stored, {} acknowledged",
                device.acknowledged()
            );
            in_doubt += u64::from(device.is_in_doubt());
        }
        if kill % 20 == 0 {
            println!("{kill} of {kills} kills, nothing missing");
        }
    }
    let mut acknowledged = 0;
    for device in &mut devices {
        device.settle(&kitchen, &shelf).await;
        acknowledged += device.acknowledged();
        expected.extend(device.orders());
    }
    assert_eq!(kitchen.orders_of_site().await, expected, "each order once, and no other");
    server.stop();
    server.command(&["verify"]);
    println!(
        "{kills} kills, {acknowledged} orders acknowledged, {in_doubt} answers cut off: each order is there once"
    );
}
