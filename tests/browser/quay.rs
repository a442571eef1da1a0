use support::browser::{Choice, Stage, Tablet, plenty};

use crate::pictures::photograph;

/// The first row of a list that one opens.
const OPEN_THE_FIRST: &str = "document.querySelector('.orders a').click();";

/// Six in the morning, no signal. What a producer brings is weighed, its label read, its temperature taken; what leaves is loaded,
/// less where less came. Once there is a network the kitchen reads what left for it, and unloads against that.
pub(crate) async fn the_quay_weighs_loads_and_the_kitchen_reads_it(mut stage: Stage) {
    let leeks = plenty(&stage.api("cuisine").await.catalog().await, "poireau").remove(0);
    let kitchen = stage.tablet_of("cuisine").await;
    order(&kitchen, &leeks).await;
    let other = stage.tablet_of("cuisine2").await;
    order(&other, &leeks).await;
    drop(other);
    stage.api("hub").await.close().await;
    let place = stage.api("cuisine").await.me().await.place;

    let hub = stage.tablet_of("hub").await;
    hub.follow("Quai").await;
    hub.expect_text("Attendus : 1 producteur").await;
    hub.expect_text("Pas encore arrivé").await;
    hub.wait_until_kept_offline().await;
    photograph(&hub, "quay-day").await;
    stage.server.kill_9();

    weigh(&hub, &leeks).await;
    hub.follow("Tout le quai").await;
    hub.expect_text("Il manque 1 produit").await;
    hub.expect_text("touche 2 cuisines").await;
    hub.expect_text("Reçus : 1 producteur").await;
    photograph(&hub, "quay-short").await;
    load(&hub, &leeks, &place).await;

    stage.server.start_again().await;
    hub.expect_text("Bon de livraison n° ").await;
    hub.expect_text("Reçu par la plateforme").await;
    hub.expect_settled().await;
    photograph(&hub, "quay-departure-note").await;
    unload(&kitchen, &leeks).await;
}

async fn order(tablet: &Tablet, leeks: &Choice) {
    tablet.expect_text("Mercuriale du").await;
    tablet.want(leeks).await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Reçu par la plateforme").await;
}

/// Two packs are missing, and what came was measured. What was typed is there after the tablet went out.
async fn weigh(hub: &Tablet, leeks: &Choice) {
    hub.evaluate(OPEN_THE_FIRST).await;
    hub.expect_text("1 ligne à contrôler").await;
    hub.expect_text(&format!("{} kg attendus", leeks.typed_packs(6))).await;
    photograph(hub, "quay-arrival").await;
    hub.press(&format!("Peser, mesurer : {}", leeks.name)).await;
    hub.expect("dialog", &leeks.name).await;
    hub.press("Retirer").await;
    hub.press("Retirer").await;
    hub.press("Valider la ligne").await;
    hub.expect_said_by("alert", "dites pourquoi").await;
    hub.press("Manquant").await;
    hub.press("Température et lot").await;
    hub.fill("Entre deux colis, en °C", "7,5").await;
    hub.fill("Lot", "P-114").await;
    hub.press("Ajouter un lot").await;
    photograph(hub, "quay-weighing").await;
    hub.press("Valider la ligne").await;
    hub.expect_gone("dialog", &leeks.name).await;
    hub.expect_text("Manquant").await;
    hub.fill(&format!("Lot : {}", leeks.name), "P-114 B").await;
    hub.fill("Votre nom", "Nadia Roques").await;
    hub.expect_text("Gardé sur cette tablette").await;
    hub.reload().await;
    hub.expect_text("Toutes les lignes sont contrôlées").await;
    photograph(hub, "quay-arrival-weighed").await;
    hub.press("Enregistrer l’arrivée").await;
    hub.expect_text("Enregistré sur cette tablette").await;
    hub.expect_text("Pesé par Nadia Roques").await;
    hub.expect_text("lot P-114 B").await;
    hub.expect_text("Tous les producteurs attendus sont arrivés").await;
    photograph(hub, "quay-arrival-note").await;
}

/// Both kitchens, each in three taps: nobody types their name again.
async fn load(hub: &Tablet, leeks: &Choice, place: &str) {
    hub.evaluate("[...document.querySelectorAll('.quay-sides a')].at(-1).click();").await;
    hub.expect_text("À charger : 2 cuisines").await;
    let gets = format!("{} kg sur {} kg", leeks.typed_packs(2), leeks.typed_packs(3));
    hub.expect_text(&gets).await;
    photograph(hub, "quay-to-load").await;
    hub.follow(place).await;
    hub.expect_text("lot P-114 B").await;
    photograph(hub, "quay-departure").await;
    for last in [false, true] {
        hub.press("Tout est chargé").await;
        hub.press("Enregistrer le départ").await;
        hub.expect_text("Chargé par Nadia Roques").await;
        hub.expect_no_text("Bon de livraison n°").await;
        if !last {
            hub.expect_text("Suivant : ").await;
            hub.evaluate("document.querySelector('.actions a.primary').click();").await;
            hub.expect_text("1 ligne à contrôler").await;
        }
    }
    hub.expect_text("Toutes les cuisines sont chargées").await;
}

/// What left is what is received, unless somebody says otherwise: less, why, and of which lot.
async fn unload(kitchen: &Tablet, leeks: &Choice) {
    kitchen.follow("Mes commandes").await;
    kitchen.expect_text("À recevoir").await;
    kitchen.evaluate("document.querySelector('.to-receive a').click();").await;
    let loaded = format!("Le quai a chargé {} kg sur {} kg", leeks.typed_packs(2), leeks.typed_packs(3));
    kitchen.expect_text(&loaded).await;
    photograph(kitchen, "kitchen-receiving-from-the-quay").await;
    kitchen.press("Tout est conforme").await;
    kitchen.expect_text("Manquant").await;
    kitchen.fill("Votre nom", "Camille Fabre").await;
    kitchen.press("Enregistrer la réception").await;
    kitchen.expect_text("Reçu par Camille Fabre").await;
    kitchen.expect_text("lot P-114 B").await;
    kitchen.expect_text("Avoir n° ").await;
}
