use domain::{catalog::TemperatureClass, offer::Offer, quantity::Unit};
use support::browser::{Choice, Stage, Tablet, plenty};

use crate::pictures::photograph;

/// Six in the morning, no signal. What a producer brings is weighed, its label read, its temperature taken; what leaves is loaded,
/// less where less came. Once there is a network the kitchen reads what left for it, and unloads against that.
pub(crate) async fn the_quay_weighs_loads_and_the_kitchen_reads_it(mut stage: Stage) {
    let (goods, producer) = nobody_elses(&stage).await;
    let kitchen = stage.tablet_of("cuisine").await;
    order(&kitchen, &goods).await;
    let other = stage.tablet_of("cuisine2").await;
    order(&other, &goods).await;
    stage.api("hub").await.close().await;
    let places = [place_of(&stage, "cuisine").await, place_of(&stage, "cuisine2").await];

    let hub = stage.tablet_of("hub").await;
    hub.follow("Quai").await;
    hub.expect_text("Pas encore arrivé").await;
    hub.wait_until_kept_offline().await;
    hub.expect_settled().await;
    photograph(&hub, "quay-day").await;
    stage.server.kill_9();

    hub.follow(&producer).await;
    weigh(&hub, &goods).await;
    hub.follow("Tout le quai").await;
    hub.expect_text("Il manque 1 produit").await;
    hub.expect_text("touche 2 cuisines").await;
    hub.expect_text("Reçus : 1 producteur").await;
    photograph(&hub, "quay-short").await;
    load(&hub, &goods, &places).await;

    stage.server.start_again().await;
    hub.expect_text("Bon de livraison n° ").await;
    hub.expect_text("Reçu par la plateforme").await;
    hub.expect_settled().await;
    photograph(&hub, "quay-departure-note").await;
    unload(&kitchen, &goods).await;
}

/// A product sold by weight that nobody ordered yet, of the first day of the week; and who brings it.
async fn nobody_elses(stage: &Stage) -> (Choice, String) {
    let catalog = stage.api("cuisine").await.catalog().await;
    let demand = stage.api("hub").await.demand().await;
    let is_asked = |name: &str| {
        let mut lines = demand.producers.iter().flat_map(|producer| &producer.lines);
        lines.any(|line| line.name == name)
    };
    let first_day = |offer: &Offer| offer.delivery_dates(&catalog.cycle).next();
    let first = catalog.offers.iter().filter_map(first_day).min();
    let found = plenty(&catalog, "").into_iter().find_map(|choice| {
        let offer = catalog.offers.iter().find(|offer| offer.name == choice.name)?;
        let is_plain = offer.unit == Unit::Kilogram
            && matches!(offer.temperature, None | Some(TemperatureClass::Ambient));
        let fits = is_plain && first_day(offer) == first && !is_asked(&choice.name);
        let producer = catalog.producers.get(&offer.producer)?;
        fits.then_some((choice, producer.name.clone()))
    });
    found.expect("the demo sells something by weight that nobody ordered")
}

async fn place_of(stage: &Stage, somebody: &str) -> String {
    stage.api(somebody).await.me().await.place
}

async fn order(tablet: &Tablet, goods: &Choice) {
    tablet.expect_text("Mercuriale du").await;
    tablet.want(goods).await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Reçu par la plateforme").await;
}

/// Nothing, where the producer brings nothing else.
const ALL_THE_REST: &str = "document.querySelector('.receive-all button').click();";

/// Two packs are missing, and what came was measured. What was typed is there after the tablet went out.
async fn weigh(hub: &Tablet, goods: &Choice) {
    hub.expect_text("à contrôler").await;
    hub.expect_text(&format!("{} kg attendus", goods.typed_packs(6))).await;
    photograph(hub, "quay-arrival").await;
    hub.press(&format!("Mesurer : {}", goods.name)).await;
    hub.expect("dialog", &goods.name).await;
    hub.press("Retirer").await;
    hub.press("Retirer").await;
    hub.press("Valider la ligne").await;
    hub.expect_said_by("alert", "dites pourquoi").await;
    hub.press("Manquant").await;
    hub.press("Température et lot").await;
    hub.fill("Entre deux colis, en °C", "7,5").await;
    hub.fill("Lot", "P-114").await;
    photograph(hub, "quay-weighing").await;
    hub.press("Valider la ligne").await;
    hub.expect_gone("dialog", &goods.name).await;
    hub.expect_text("Manquant").await;
    hub.evaluate(ALL_THE_REST).await;
    hub.fill(&format!("Lot : {}", goods.name), "P-114 B").await;
    hub.fill("Votre nom", "Nadia Roques").await;
    hub.expect_text("Gardé sur cette tablette").await;
    hub.reload().await;
    hub.expect_text("Toutes les lignes sont contrôlées").await;
    photograph(hub, "quay-arrival-weighed").await;
    hub.press("Enregistrer l’arrivée").await;
    hub.expect_text("Enregistré sur cette tablette").await;
    hub.expect_text("Pesé par Nadia Roques").await;
    hub.expect_text("lot P-114 B").await;
    hub.expect_text("Suivant : ").await;
    photograph(hub, "quay-arrival-note").await;
}

const TO_DEPARTURES: &str = "[...document.querySelectorAll('.quay-sides a')].at(-1).click();";

/// Both kitchens, each in three taps: nobody types their name again.
async fn load(hub: &Tablet, goods: &Choice, places: &[String; 2]) {
    hub.evaluate(TO_DEPARTURES).await;
    hub.expect_text("À charger : ").await;
    hub.expect_text(&format!("{} kg sur {} kg", goods.typed_packs(2), goods.typed_packs(3))).await;
    photograph(hub, "quay-to-load").await;
    for place in places {
        hub.evaluate(TO_DEPARTURES).await;
        hub.follow(place).await;
        hub.expect_text("lot P-114 B").await;
        photograph(hub, "quay-departure").await;
        hub.press("Tout est chargé").await;
        hub.press("Enregistrer le départ").await;
        hub.expect_text("Chargé par Nadia Roques").await;
        hub.expect_no_text("Bon de livraison n°").await;
        hub.expect_text("Suivant : ").await;
        if place == &places[0] {
            hub.follow("Tout le quai").await;
            hub.expect_text("Chargées : 1 cuisine").await;
        }
    }
}

/// What left is what is received, unless somebody says otherwise: less, why, and of which lot.
async fn unload(kitchen: &Tablet, goods: &Choice) {
    kitchen.follow("Mes commandes").await;
    kitchen.expect_text("À recevoir").await;
    kitchen.evaluate("document.querySelector('.to-receive a').click();").await;
    let loaded = format!("Le quai a chargé {} kg sur {} kg", goods.typed_packs(2), goods.typed_packs(3));
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
