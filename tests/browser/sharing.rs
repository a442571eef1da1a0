use support::browser::Stage;

use crate::pictures::photograph;

/// Takes what does not stand.
const TAKE_THE_OTHER: &str = "
    const button = Array.from(document.querySelectorAll('button')).find((each) => each.textContent.startsWith('Mettre'));
    button.click();";

/// Two tablets of one kitchen fill one draft: what is typed on one shows on the other while somebody looks at it; where
/// they were apart and differ, both say so until somebody decides; and one of them sends it for both.
pub(crate) async fn two_tablets_fill_one_draft_and_choose_where_they_differ(mut stage: Stage) {
    let hub = stage.api("hub").await;
    let orders_before = hub.week().await.orders;
    let [leeks] = stage.sold(["poireau"]).await;
    let [one, other] = [stage.tablet_of("cuisine").await, stage.tablet_of("cuisine").await];
    for tablet in [&one, &other] {
        tablet.expect_text("Mercuriale du").await;
        tablet.wait_until_kept_offline().await;
    }
    other.follow("Ma commande").await;
    one.want(&leeks).await;
    other.expect_quantity(&leeks.name, &leeks.typed()).await;

    stage.server.kill_9();
    for (tablet, packs) in [(&one, 4), (&other, 6)] {
        tablet.set_quantity(&leeks.name, &leeks.typed_packs(packs)).await;
        tablet.expect_text("Brouillon enregistré").await;
    }
    stage.server.start_again().await;
    for tablet in [&one, &other] {
        tablet.expect_text("avait mis").await;
    }
    photograph(&one, "kitchen-draft-shared").await;
    one.follow("Catalogue").await;
    one.expect_text("Une quantité à choisir").await;
    one.expect_settled().await;
    photograph(&one, "kitchen-catalog-to-choose").await;
    one.follow("Choisir").await;
    one.expect_text("avait mis").await;
    let before = other.quantity_of(&leeks.name).await;
    one.evaluate(TAKE_THE_OTHER).await;
    let [four, six] = [4, 6].map(|packs| leeks.typed_packs(packs));
    let after = if before == four { &six } else { &four };
    for tablet in [&one, &other] {
        tablet.expect_quantity(&leeks.name, after).await;
        tablet.expect_no_text("avait mis").await;
    }

    one.press("Envoyer la commande").await;
    one.expect_text("Reçu par la plateforme").await;
    other.expect_text("Rien pour l’instant").await;
    hub.expect_orders(orders_before + 1).await;
}

/// Two cooks leave a word to the hub while nobody hears them: one stands, both say so, the other is put back; and the hub
/// reads it, with the covers, beside the order.
pub(crate) async fn a_word_to_the_hub_leaves_with_the_order(mut stage: Stage) {
    let [leeks] = stage.sold(["poireau"]).await;
    let [one, other] = [stage.tablet_of("cuisine").await, stage.tablet_of("cuisine").await];
    for tablet in [&one, &other] {
        tablet.expect_text("Mercuriale du").await;
        tablet.wait_until_kept_offline().await;
    }
    one.want(&leeks).await;
    for tablet in [&one, &other] {
        tablet.follow("Ma commande").await;
        tablet.expect("textbox", "Mot pour le groupement").await;
    }

    stage.server.kill_9();
    one.fill("Nombre de couverts", "120").await;
    for (tablet, word) in [(&one, "Quai nord, après 7 h."), (&other, "Quai sud.")] {
        tablet.fill("Mot pour le groupement", word).await;
        tablet.expect_text("Brouillon enregistré").await;
    }
    stage.server.start_again().await;
    for tablet in [&one, &other] {
        tablet.expect_text("Deux mots ont été écrits en même temps").await;
    }
    photograph(&one, "kitchen-draft-two-words").await;
    one.press("Remettre l’autre").await;
    let said = one.evaluate("return document.querySelector('#comment').value").await;
    let said = said.as_str().expect("a word").to_owned();
    assert!(said.starts_with("Quai"), "{said}");
    other.expect_gone("button", "Remettre l’autre").await;

    one.press("Envoyer la commande").await;
    one.expect_text("Reçu par la plateforme").await;
    let hub = stage.tablet_of("hub").await;
    hub.expect_text(&said).await;
    hub.expect_text("Pour 120 couverts").await;
    photograph(&hub, "hub-week-words").await;
}
