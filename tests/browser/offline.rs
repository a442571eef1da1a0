use domain::cycle::CycleState;
use support::browser::{Api, Stage, Tablet};

/// From sign-in to the producer's sheet, with no server in between.
pub(crate) async fn a_kitchen_orders_with_the_server_dead(mut stage: Stage) {
    let hub = stage.api("hub").await;
    let orders_before = hub.week().await.orders;
    let order = stage.sold(["pommes de terre", "carotte"]).await;
    let kitchen = stage.api("cuisine").await.me().await.place;

    let mut tablet = stage.tablet_of("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    tablet.wait_until_kept_offline().await;

    stage.server.kill_9();
    tablet.close_and_open_again().await;
    tablet.expect_said_by("status", "Hors connexion").await;
    tablet.expect_text("Mercuriale du").await;

    for (slip, choice) in [("pome de tere", &order[0]), ("carote", &order[1])] {
        tablet.search(slip).await;
        tablet.expect_product(&choice.name).await;
        tablet.set_quantity(&choice.name, &choice.typed()).await;
    }
    tablet.follow("Ma commande").await;
    for choice in &order {
        tablet.expect_quantity(&choice.name, &choice.typed()).await;
    }
    let total = tablet.text_of("status", "Total HT").await;
    assert!(total.contains('€') && !total.contains(" 0,00"), "the draft has a total: {total}");

    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Enregistré sur cette tablette").await;
    tablet.expect_text("À envoyer").await;
    tablet.expect_no_text("Reçu par la plateforme").await;

    tablet.reload().await;
    tablet.follow("Mes commandes").await;
    tablet.expect_text("À envoyer").await;
    tablet.expect_no_text("Reçu par la plateforme").await;

    stage.server.start_again().await;
    tablet.expect_text("Reçu par la plateforme").await;
    tablet.expect_text("n° ").await;

    hub.expect_orders(orders_before + 1).await;
    hub_closes_the_cycle(&stage, &hub).await;
    for choice in &order {
        let portions = hub.portions_of(&choice.name, &kitchen).await;
        let granted: Vec<_> = portions.iter().map(|portion| portion.quantity).collect();
        assert_eq!(granted, [choice.quantity], "{} on its producer's sheet for {kitchen}", choice.name);
    }
}

/// On screen, as a person does; what it did is then read over HTTP.
async fn hub_closes_the_cycle(stage: &Stage, hub: &Api) {
    let desk: Tablet = stage.tablet_of("hub").await;
    desk.follow("Semaine").await;
    desk.press("Clore les commandes").await;
    desk.expect("dialog", "Clore les commandes de la semaine ?").await;
    desk.press("Clore les commandes").await;
    desk.expect_text("Les commandes sont closes").await;
    let cycle = hub.week().await.cycle.expect("the cycle is still shown");
    assert!(matches!(cycle.state, CycleState::Closed { .. }), "what the screen says is so");
}
