//! A tap in a cold store becomes a line on a producer's sheet, to the gram and the cent, on both engines.

use domain::{
    producer_sheet::ProducerSheet,
    time::Weekday,
    wire::desk::{DemandBoard, SheetSummary},
};
use replica::view::{EntryLines, SendState};
use server::testing::TestStore;
use support::market_day::MarketDay;

server::on_both_engines!(
    an_order_made_without_network_reaches_the_producers_sheet,
    a_short_promise_is_shared_and_every_kitchen_sees_its_share,
);

async fn an_order_made_without_network_reaches_the_producers_sheet(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = day.tablet_of("tilleuls").await;

    day.cut_the_cable();
    tablet.want(day.key("P-001", Weekday::Monday), "20").await;
    tablet.want(day.key("F-001", Weekday::Thursday), "5").await;
    tablet.send_order().await;
    tablet.sync().await;
    assert!(matches!(tablet.state(), SendState::Waiting { offline_since: Some(_) }), "{:?}", tablet.state());
    let tablet = tablet.close_and_open_again().await;
    assert_eq!(tablet.replica.pending_count(), 1, "it lies on the device, not in memory");

    day.mend_the_cable();
    tablet.sync().await;
    let SendState::Received { number, .. } = tablet.state() else { panic!("{:?}", tablet.state()) };
    assert_eq!(number.to_string(), "2026-0001");
    assert_eq!(tablet.replica.pending_count(), 0);

    day.pass_the_cut_off().await;
    let hub = day.desk_of("hub").await;
    let week = day.market.cycle.id;
    let board: DemandBoard = hub.get(&format!("/api/cycles/{week}/demand")).await;
    // 20 kg × 1.20 € + 5 kg × 14.50 €; the kitchen pays a quarter more.
    assert_eq!(
        (board.producer_net.to_string(), board.buyer_net.to_string()),
        ("96.50".into(), "120.63".into())
    );
    let sheets: Vec<SheetSummary> = hub.get(&format!("/api/cycles/{week}/sheets")).await;
    assert_eq!(sheets.len(), 2);

    let producer = day.tablet_of("mas").await;
    let sheets: Vec<ProducerSheet> = producer.replica.with_base(|base| base.producer.sheets());
    let sheet = sheets.iter().find(|sheet| sheet.cycle == week).expect("the week was closed");
    let product = &sheet.days[0].products[0];
    assert_eq!(sheet.days[0].delivery_on, day.market.day(Weekday::Monday));
    assert_eq!(
        (product.name.as_str(), product.quantity.to_string(), product.packs.to_string()),
        ("Poireaux", "20".into(), "4".into())
    );
    assert_eq!(product.portions[0].site_name, "École des Tilleuls");
    assert_eq!(product.portions[0].number, number);
    assert_eq!(sheet.amount.to_string(), "24.00");
    assert_eq!(sheet.days.len(), 1, "the cheese is another producer's");
}

async fn a_short_promise_is_shared_and_every_kitchen_sees_its_share(store: TestStore) {
    let day = MarketDay::open(store).await;
    // 80 kg of leeks are promised, 60 + 40 are asked for.
    for (kitchen, kilos) in [("tilleuls", "60"), ("vilar", "40")] {
        let tablet = day.tablet_of(kitchen).await;
        tablet.want(day.key("P-001", Weekday::Monday), kilos).await;
        tablet.send_order().await;
        tablet.sync().await;
    }
    day.pass_the_cut_off().await;

    for (kitchen, kilos, net) in [("tilleuls", "50", "75.00"), ("vilar", "30", "45.00")] {
        let tablet = day.tablet_of(kitchen).await;
        let EntryLines::Accepted(order) = tablet.only_order().lines else { panic!("accepted") };
        assert_eq!(order.lines[0].counted().to_string(), kilos, "{kitchen}: 16 crates, quotas 9.6 and 6.4");
        assert_eq!(order.totals.net.to_string(), net, "{kitchen} pays for what it gets");
    }
    let sheets = day.store.sheets(day.market.hub, day.market.cycle.id).await.unwrap();
    let leeks = &sheets[0].days[0].products[0];
    assert_eq!((leeks.quantity.to_string(), leeks.amount.to_string()), ("80".into(), "96.00".into()));
}
