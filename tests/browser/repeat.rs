use support::browser::Stage;

use crate::pictures::photograph;

const REPEAT: &str = "document.querySelector('[aria-label^=\"Reprendre la commande du\"]').click();";

/// A new week, no network: last week's order in one tap, undone in one, taken up again and sent.
pub(crate) async fn a_kitchen_takes_up_last_weeks_order(mut stage: Stage) {
    let hub = stage.api("hub").await;
    let [leeks, carrots] = stage.sold(["poireau", "carotte"]).await;
    let tablet = stage.tablet_of("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    tablet.want(&leeks).await;
    tablet.follow("Catalogue").await;
    tablet.want(&carrots).await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Reçu par la plateforme").await;
    tablet.wait_until_kept_offline().await;
    tablet.goto("/commande").await;
    tablet.expect_text("Rien pour l’instant").await;
    tablet.expect_no_text("Reprendre une commande").await;

    let week = hub.week().await.cycle.expect("a week is open").id;
    let closed = hub.try_post(&format!("/api/cycles/{week}/close"), "{}".to_owned()).await;
    assert_eq!(closed.expect("an answer").status, 200);
    // The demonstration opens the week after a closed one when it starts.
    stage.server.kill_9();
    stage.server.start_again().await;
    let orders_before = hub.week().await.orders;
    tablet.expect_text("Reprendre une commande").await;
    photograph(&tablet, "repeat-proposed").await;

    stage.server.kill_9();
    tablet.evaluate(REPEAT).await;
    tablet.expect_text("2 lignes reprises de la commande du").await;
    tablet.expect_quantity(&leeks.name, &leeks.typed()).await;
    tablet.expect_quantity(&carrots.name, &carrots.typed()).await;
    photograph(&tablet, "repeat-taken").await;
    tablet.press("Défaire").await;
    tablet.expect_text("Rien pour l’instant").await;
    tablet.evaluate(REPEAT).await;
    tablet.expect_quantity(&carrots.name, &carrots.typed()).await;
    tablet.press("J’ai vu").await;
    tablet.expect_no_text("lignes reprises").await;
    tablet.press("Envoyer la commande").await;
    stage.server.start_again().await;
    tablet.expect_text("Reçu par la plateforme").await;
    hub.expect_orders(orders_before + 1).await;
}
