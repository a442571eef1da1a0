use support::browser::{Choice, Stage, Tablet, plenty};

use crate::pictures::photograph;

/// The cold store has no signal. What comes there is looked at, measured and signed for; it leaves once there is a network,
/// and the hub reads what was missing.
pub(crate) async fn a_kitchen_receives_in_its_cold_store(mut stage: Stage) {
    let [leeks, other] = two_of_one_day(&stage).await;
    let tablet = stage.tablet_of("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    for choice in [&leeks, &other] {
        tablet.want(choice).await;
        tablet.follow("Catalogue").await;
    }
    tablet.follow("Ma commande").await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Reçu par la plateforme").await;
    stage.api("hub").await.close().await;
    tablet.follow("Mes commandes").await;
    tablet.expect_text("À recevoir").await;
    tablet.wait_until_kept_offline().await;

    stage.server.kill_9();
    photograph(&tablet, "kitchen-to-receive").await;
    tablet.evaluate("document.querySelector('.to-receive a').click();").await;
    tablet.expect_text("2 lignes à contrôler").await;
    say_what_is_missing(&tablet, &leeks).await;
    tablet.reload().await;
    tablet.expect_text("Manquant").await;
    tablet.press("Tout est conforme").await;
    tablet.expect_text("Toutes les lignes sont contrôlées").await;
    tablet.expect_text("Gardé sur cette tablette").await;
    tablet.expect_settled().await;
    photograph(&tablet, "kitchen-receiving").await;
    tablet.fill("Votre nom", "Camille Fabre").await;
    tablet.press("Enregistrer la réception").await;
    tablet.expect_text("Enregistré sur cette tablette").await;
    tablet.expect_text("Reçu par Camille Fabre").await;
    tablet.expect_no_text("Bon de réception n°").await;
    tablet.reload().await;
    tablet.expect_text("À envoyer").await;

    stage.server.start_again().await;
    tablet.expect_text("Bon de réception n° ").await;
    tablet.expect_text("Avoir n° ").await;
    tablet.expect_settled().await;
    photograph(&tablet, "kitchen-reception-note").await;
    hub_reads(&stage, &leeks).await;
    correct(&tablet).await;
}

/// Two products in plenty whose first day of delivery is one.
async fn two_of_one_day(stage: &Stage) -> [Choice; 2] {
    let catalog = stage.api("cuisine").await.catalog().await;
    let first_day = |choice: &Choice| {
        let offer = catalog.offers.iter().find(|offer| offer.name == choice.name)?;
        offer.delivery_dates(&catalog.cycle).next()
    };
    let leeks = plenty(&catalog, "poireau").remove(0);
    let another = plenty(&catalog, "")
        .into_iter()
        .find(|choice| choice.name != leeks.name && first_day(choice) == first_day(&leeks));
    [leeks, another.expect("the demo sells something else on the day of leeks")]
}

/// One pack of the leeks is missing, and what came was warm between the packs.
async fn say_what_is_missing(tablet: &Tablet, leeks: &Choice) {
    tablet.press(&format!("Écart : {}", leeks.name)).await;
    tablet.expect("dialog", &leeks.name).await;
    tablet.press("Valider la ligne").await;
    tablet.expect_gone("dialog", &leeks.name).await;
    tablet.press(&format!("Écart : {}", leeks.name)).await;
    tablet.press("Retirer").await;
    tablet.press("Valider la ligne").await;
    tablet.expect_said_by("alert", "dites pourquoi").await;
    tablet.press("Manquant").await;
    tablet.press("Température et lot").await;
    tablet.choose("Classe de froid", "Volaille, lapin").await;
    tablet.expect_text("Limite légale : 4 °C au plus").await;
    tablet.fill("Entre deux colis, en °C", "7").await;
    tablet.expect_text("mesurez à cœur").await;
    tablet.fill("À cœur, en °C", "4,5").await;
    tablet.expect_text("Température conforme").await;
    tablet.fill("Lot", "L-2026-114").await;
    photograph(tablet, "kitchen-gap").await;
    tablet.press("Valider la ligne").await;
    tablet.expect_text("Manquant").await;
}

/// The hub's table is further down than a picture goes.
const TO_GAPS: &str =
    "document.querySelector('[aria-label=\"Écarts et avoirs\"]').scrollIntoView({ block: 'center' });";

async fn hub_reads(stage: &Stage, leeks: &Choice) {
    let place = stage.api("cuisine").await.me().await.place;
    let desk = stage.tablet_of("hub").await;
    desk.follow("Semaine").await;
    desk.expect_text("Écarts et avoirs").await;
    let row = desk.text_of_row_that_says(&leeks.name).await;
    for said in [place.as_str(), "Manquant", "€"] {
        assert!(row.contains(said), "{said}: {row}");
    }
    desk.evaluate(TO_GAPS).await;
    photograph(&desk, "hub-gaps").await;
}

/// It had come after all: a correction, and nothing is credited.
async fn correct(tablet: &Tablet) {
    tablet.press("Corriger la réception").await;
    tablet.evaluate("document.querySelector('.lines .line .button').click();").await;
    tablet.evaluate("document.querySelectorAll('.lines .line')[1].querySelector('.button').click();").await;
    tablet.press("Enregistrer la réception").await;
    tablet.expect_text("Aucun avoir").await;
    tablet.expect_text("Bon de réception n° ").await;
}
