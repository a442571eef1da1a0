use support::browser::Stage;

const ERASED: &str = "Le navigateur a effacé ce que Mercuriale gardait";

/// An order that waits, a draft, no network, and the browser throws the databases away: the page says so, writes again
/// what it knows, and nothing is missing in the end.
pub(crate) async fn a_device_emptied_under_a_page_says_so_and_goes_on(mut stage: Stage) {
    let hub = stage.api("hub").await;
    let orders_before = hub.week().await.orders;
    let [leeks, carrots] = stage.sold(["poireau", "carotte"]).await;
    let tablet = stage.tablet_of("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    tablet.wait_until_kept_offline().await;
    stage.server.kill_9();
    tablet.want(&leeks).await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("À envoyer").await;
    tablet.follow("Catalogue").await;
    tablet.want(&carrots).await;
    tablet.expect_text("Brouillon enregistré").await;

    tablet.throw_databases_away().await;
    tablet.expect_text(ERASED).await;
    tablet.expect_quantity(&carrots.name, &carrots.typed()).await;
    tablet.press_of(&carrots.name, "Ajouter").await;
    tablet.expect_text("Brouillon enregistré").await;

    stage.server.start_again().await;
    stage.api("hub").await.expect_orders(orders_before + 1).await;
    tablet.goto("/commande").await;
    tablet.expect_quantity(&carrots.name, &carrots.typed_packs(4)).await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Reçu par la plateforme").await;
    stage.api("hub").await.expect_orders(orders_before + 2).await;
}

/// The same while no page is open: the next one is greeted by name and knows nothing. It says what that may mean.
pub(crate) async fn a_device_emptied_while_nobody_looked_says_what_may_be_missing(stage: Stage) {
    let [leeks] = stage.sold(["poireau"]).await;
    let tablet = stage.tablet_of("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    tablet.want(&leeks).await;
    tablet.expect_no_text(ERASED).await;
    tablet.leave().await;
    tablet.throw_databases_away().await;

    tablet.goto("/").await;
    tablet.expect_text(ERASED).await;
    tablet.expect_text("peut manquer").await;
    tablet.press("J’ai vérifié").await;
    tablet.expect_no_text(ERASED).await;
    tablet.expect_text("Mercuriale du").await;
    tablet.want(&leeks).await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Reçu par la plateforme").await;
    tablet.reload().await;
    tablet.expect_text("Reçu par la plateforme").await;
    tablet.expect_no_text(ERASED).await;
}
