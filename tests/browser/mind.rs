use support::browser::Stage;

/// Until the cut-off an order is its kitchen's: it asks for more, then for nothing at all.
pub(crate) async fn a_kitchen_changes_its_order_then_withdraws_it(stage: Stage) {
    let hub = stage.api("hub").await;
    let before = hub.week().await.orders;
    let [leeks] = stage.sold(["poireau"]).await;
    let tablet = stage.tablet_of("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    tablet.want(&leeks).await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Reçu par la plateforme").await;
    hub.expect_orders(before + 1).await;

    tablet.follow("Modifier la commande").await;
    tablet.press_of(&leeks.name, "Ajouter").await;
    tablet.expect_settled().await;
    tablet.screenshot("kitchen-amend-tablet").await;
    tablet.press("Envoyer la modification").await;
    tablet.expect_text("Modification reçue").await;

    tablet.press("Retirer la commande").await;
    tablet.expect_text("rien ne sera livré").await;
    tablet.screenshot("kitchen-withdraw-tablet").await;
    // The dialog's own button: it has the name of the one that opened it.
    tablet.evaluate("document.querySelector('dialog[open] .button.primary').click();").await;
    tablet.expect_text("Retirée").await;
    hub.expect_orders(before).await;
}
