use support::browser::Stage;

const NO_ROOM: &str = "Il n’y a plus de place sur cet appareil";

/// A device that is full: said in words, and nothing is called saved that is not.
pub(crate) async fn a_device_without_room_says_so_and_claims_nothing(stage: Stage) {
    let hub = stage.api("hub").await;
    let orders_before = hub.week().await.orders;
    let [leeks] = stage.sold(["poireau"]).await;
    let tablet = stage.tablet_of("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    tablet.search(&leeks.name).await;
    tablet.limit_room(1).await;
    tablet.set_quantity(&leeks.name, &leeks.typed()).await;
    tablet.expect_said_by("alert", NO_ROOM).await;
    tablet.expect_no_text("Brouillon enregistré").await;

    tablet.follow("Ma commande").await;
    tablet.expect_quantity(&leeks.name, &leeks.typed()).await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Rien n’a été enregistré").await;
    tablet.expect_no_text("Enregistré sur cette tablette").await;
    tablet.expect_path("/commande").await;
    tablet.expect_quantity(&leeks.name, &leeks.typed()).await;

    tablet.give_room_back().await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Enregistré sur cette tablette").await;
    tablet.expect_text("Reçu par la plateforme").await;
    tablet.expect_no_text(NO_ROOM).await;
    hub.expect_orders(orders_before + 1).await;
}
