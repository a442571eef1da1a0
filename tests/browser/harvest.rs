use domain::{enterprise::Role, quantity::Unit, wire::Catalog};
use support::browser::{Choice, PHONE, Stage, Tablet, plenty};

use crate::pictures::photograph;

/// The product after the one there is less of, as a thumb chooses it from the list.
const PROPOSE_THE_FIRST: &str = "const list = document.querySelector('.harvest-less select'); list.selectedIndex = 1; \
     list.dispatchEvent(new Event('change', { bubbles: true })); return list.options[1].text;";
/// Brings what is being said into the picture.
const TO_WHAT_IS_SAID: &str = "document.querySelector('.harvest-less').closest('li').scrollIntoView();";
const TO_KITCHENS: &str = "const line = document.querySelector('.harvest-less').closest('li'); \
     line.querySelector('summary').click(); line.querySelector('details').scrollIntoView({ block: 'center' });";

/// Orders are closed. In a field without a network a producer reads what to harvest, says that there is less of one product,
/// why and what could come instead, and confirms all the rest; the kitchen reads it on its order and is received against it,
/// the hub reads who answered and what is missing.
pub(crate) async fn a_producer_confirms_a_harvest_and_the_kitchen_reads_it(mut stage: Stage) {
    let wanted = own_product(&stage).await;
    let kitchen = stage.tablet_of("cuisine").await;
    kitchen.expect_text("Mercuriale du").await;
    kitchen.want(&wanted).await;
    kitchen.press("Envoyer la commande").await;
    kitchen.expect_text("Reçu par la plateforme").await;
    stage.api("hub").await.close().await;

    let phone = stage.tablet_of("producteur").await;
    phone.resize(PHONE).await;
    phone.follow("À préparer").await;
    phone.expect_text("À récolter pour").await;
    phone.wait_until_kept_offline().await;
    stage.server.kill_9();
    photograph(&phone, "harvest-asked").await;
    phone.resize(PHONE).await;
    say_less(&phone, &wanted).await;

    stage.server.start_again().await;
    phone.expect_text("moins sur 1 produit").await;
    photograph(&phone, "harvest-said").await;
    kitchen_reads(&kitchen, &wanted).await;
    hub_reads(&stage, &wanted).await;
}

/// A product of the demo's producer, sold by weight, that nobody could mistake for another.
async fn own_product(stage: &Stage) -> Choice {
    let api = stage.api("producteur").await;
    let Role::Producer { producer, .. } = api.me().await.role else { panic!("not a producer") };
    let catalog: Catalog = api.catalog().await;
    let own = |choice: &Choice| {
        let mut own = catalog.offers.iter().filter(|offer| offer.producer == producer);
        own.any(|offer| offer.name == choice.name && offer.unit == Unit::Kilogram)
    };
    plenty(&catalog, "").into_iter().find(own).expect("the demo's producer sells something in plenty")
}

async fn say_less(phone: &Tablet, wanted: &Choice) {
    phone.press(&format!("Moins : {}", wanted.name)).await;
    phone.expect_text("Dire pourquoi il y a moins").await;
    phone.press("Gel, météo").await;
    phone.fill("En quelques mots", "Gelée de mardi").await;
    phone.evaluate(PROPOSE_THE_FIRST).await;
    phone.expect_text("Quantité proposée").await;
    phone.expect_text("Gardé sur cet appareil, pas encore confirmé").await;
    phone.reload().await;
    phone.expect_text("Gardé sur cet appareil, pas encore confirmé").await;
    phone.evaluate(TO_WHAT_IS_SAID).await;
    photograph(phone, "harvest-less").await;
    phone.resize(PHONE).await;
    phone.evaluate(TO_KITCHENS).await;
    photograph(phone, "harvest-kitchens").await;
    phone.resize(PHONE).await;
    phone.press("Confirmer, avec moins sur 1 produit").await;
    phone.expect_text("À envoyer").await;
    photograph(phone, "harvest-waiting").await;
}

/// The card of the order, not that of its delivery.
const TO_ORDER: &str =
    "[...document.querySelectorAll('.order a')].find(link => !link.href.includes('reception')).click();";

async fn kitchen_reads(kitchen: &Tablet, wanted: &Choice) {
    kitchen.follow("Mes commandes").await;
    kitchen.expect_text("Moins que demandé").await;
    kitchen.evaluate(TO_ORDER).await;
    kitchen.expect_text("Gelée de mardi").await;
    kitchen.expect_text("proposé à la place").await;
    photograph(kitchen, "kitchen-order-confirmed").await;
    kitchen.evaluate("document.querySelector('a[href*=\"/reception/\"]').click();").await;
    kitchen.expect_text(&format!("{} kg attendus", wanted.typed_packs(2))).await;
}

/// The hub's tables are further down than a picture goes.
const TO_MISSING: &str =
    "document.querySelector('[aria-label=\"Ce qui manquera\"]').scrollIntoView({ block: 'center' });";

async fn hub_reads(stage: &Stage, wanted: &Choice) {
    let desk = stage.tablet_of("hub").await;
    desk.follow("Semaine").await;
    desk.expect_text("Récoltes à confirmer").await;
    let row = desk.text_of_row_that_says("Gelée de mardi").await;
    assert!(row.contains(&wanted.name) && row.contains("Gel, météo"), "{row}");
    desk.evaluate(TO_MISSING).await;
    photograph(&desk, "hub-harvests").await;
}
