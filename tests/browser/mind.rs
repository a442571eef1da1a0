use support::browser::Stage;

use crate::pictures::photograph;

/// Until the cut-off an order is its kitchen's: it asks for more, for something else too, then for nothing at all. A tablet
/// that goes out in the middle of a change loses none of it.
pub(crate) async fn a_kitchen_changes_its_order_then_withdraws_it(stage: Stage) {
    let hub = stage.api("hub").await;
    let before = hub.week().await.orders;
    let [leeks, carrots] = stage.sold(["poireau", "carotte"]).await;
    let tablet = stage.tablet_of("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    tablet.want(&leeks).await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Reçu par la plateforme").await;
    hub.expect_orders(before + 1).await;

    tablet.follow("Modifier la commande").await;
    tablet.press_of(&leeks.name, "Ajouter").await;
    tablet.search(&carrots.name).await;
    tablet.press_of(&carrots.name, "Ajouter").await;
    tablet.expect_text("Dans la commande").await;
    tablet.expect_text("Gardé sur cette tablette").await;
    tablet.screenshot("kitchen-amend-tablet").await;
    tablet.reload().await;
    tablet.expect_text("Vous reprenez une modification").await;
    tablet.expect_text(&carrots.name).await;
    tablet.expect_settled().await;
    photograph(&tablet, "kitchen-amend-resumed").await;
    tablet.press("Envoyer la modification").await;
    tablet.expect_text("Modification reçue").await;
    tablet.expect_text(&carrots.name).await;

    tablet.press("Retirer la commande").await;
    tablet.expect_text("rien ne sera livré").await;
    tablet.screenshot("kitchen-withdraw-tablet").await;
    // The dialog's own button: it has the name of the one that opened it.
    tablet.evaluate("document.querySelector('dialog[open] .button.primary').click();").await;
    tablet.expect_text("Retirée").await;
    hub.expect_orders(before).await;
}
