use support::browser::Stage;

/// The manager's tablet and the one of the cold room: same kitchen, same draft, no network, both send.
pub(crate) async fn two_tablets_of_one_kitchen_submitting_the_same_draft_make_one_order(mut stage: Stage) {
    let hub = stage.api("hub").await;
    let orders_before = hub.week().await.orders;
    let kitchen = stage.api("cuisine").await;
    let [leeks] = stage.sold(["poireau"]).await;

    let tablets = [stage.tablet_of("cuisine").await, stage.tablet_of("cuisine").await];
    for tablet in &tablets {
        tablet.expect_text("Mercuriale du").await;
        tablet.wait_until_kept_offline().await;
    }
    stage.server.kill_9();
    for tablet in &tablets {
        tablet.want(&leeks).await;
        tablet.press("Envoyer la commande").await;
        tablet.expect_text("À envoyer").await;
    }
    stage.server.start_again().await;
    for tablet in &tablets {
        tablet.expect_text("Reçu par la plateforme").await;
    }

    hub.expect_orders(orders_before + 1).await;
    let place = kitchen.me().await.place;
    hub.close().await;
    let portions = hub.portions_of(&leeks.name, &place).await;
    let granted: Vec<_> = portions.iter().map(|portion| portion.quantity).collect();
    assert_eq!(granted, [leeks.quantity], "ordered once, though sent twice");
}

/// What one tablet sends shows on the other while somebody looks at it, before it would ask by itself.
pub(crate) async fn an_order_shows_on_the_other_tablet_at_once(stage: Stage) {
    let [leeks] = stage.sold(["poireau"]).await;
    let [one, other] = [stage.tablet_of("cuisine").await, stage.tablet_of("cuisine").await];
    for tablet in [&one, &other] {
        tablet.expect_text("Mercuriale du").await;
    }
    other.follow("Mes commandes").await;
    other.expect_no_text("Reçu par la plateforme").await;
    one.want(&leeks).await;
    one.press("Envoyer la commande").await;
    one.expect_text("Reçu par la plateforme").await;
    other.expect_text("Reçu par la plateforme").await;
}
