//! Everybody orders in the last minute.

use std::{sync::Arc, time::Duration};

use support::{
    browser::{Api, MercurialeProcess},
    fleet::{Device, Dice, Pushed, Shelf, count_from},
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

const LINES: usize = 40;
/// How long the rush lasts for 2,000 devices.
const RUSH: Duration = Duration::from_secs(60);
const KITCHENS: [&str; 2] = ["cuisine", "cuisine2"];

#[tokio::test]
async fn a_rush_at_the_cut_off_loses_nothing() {
    let many = count_from("MERCURIALE_DEVICES", 120);
    let mut server = MercurialeProcess::start().await;
    let mut kitchens = Vec::new();
    for name in KITCHENS {
        let api = Api::sign_in(&server.address(), name).await;
        let (me, before) = (api.me().await, api.orders_of_site().await);
        kitchens.push((api, me, before));
    }
    let shelf = Arc::new(Shelf::of(kitchens[0].0.catalog().await));
    let rush_ms = u64::try_from(RUSH.as_millis()).unwrap() * many / 2_000;
    let mut dice = Dice(2);
    let mut rush = JoinSet::new();
    for n in 0..many {
        let side = usize::try_from(n).unwrap() % kitchens.len();
        let (api, me, _) = &kitchens[side];
        let device = Device::new(me, n);
        rush.spawn(one_device(device, side, api.clone(), Arc::clone(&shelf), dice.below(rush_ms)));
    }
    let mut waits = Vec::new();
    for (side, device, wait) in rush.join_all().await {
        kitchens[side].2.extend(device.orders());
        waits.push(wait);
    }
    for (api, _, expected) in &kitchens {
        assert_eq!(api.orders_of_site().await, *expected, "each order once, and no other");
    }
    server.stop();
    server.command(&["verify"]);
    waits.sort();
    println!(
        "{many} devices in {rush_ms} ms: none lost; acknowledged within {:?}, 99 of 100 within {:?}",
        waits[waits.len() / 2],
        waits[waits.len() * 99 / 100]
    );
}

/// A device that wakes at its instant, sends its order, and comes back when it is told to.
async fn one_device(
    mut device: Device,
    side: usize,
    api: Api,
    shelf: Arc<Shelf>,
    wakes_after_ms: u64,
) -> (usize, Device, Duration) {
    sleep(Duration::from_millis(wakes_after_ms)).await;
    let woke = Instant::now();
    while device.push(&api, &shelf, LINES).await != Pushed::Acknowledged {
        sleep(Duration::from_millis(500)).await;
    }
    (side, device, woke.elapsed())
}
