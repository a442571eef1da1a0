use std::collections::BTreeSet;

use domain::{draft::Prices as _, enterprise::Role, offer::Offer, wire::Catalog};
use rust_decimal::Decimal;
use support::browser::{PHONE, Stage};

use crate::pictures::photograph;

/// Taps the + of the price of the product that stands first, as a thumb does.
const RAISE: &str =
    "document.querySelector('.my-offer [aria-label=\"Monter le prix\"]').click(); return null;";

/// A producer announces next week from a field without a network, in four taps; the hub makes the price list of it, and
/// kitchens find it.
pub(crate) async fn a_producer_announces_a_week_and_the_hub_makes_the_list_of_it(mut stage: Stage) {
    let own = own_offers(&stage).await;
    let phone = stage.tablet_of("producteur").await;
    phone.resize(PHONE).await;
    phone.expect_text("Rien d’annoncé encore").await;
    phone.wait_until_kept_offline().await;
    stage.server.kill_9();

    phone.follow("Annoncer ma semaine").await;
    photograph(&phone, "announce-empty").await;
    phone.resize(PHONE).await;
    phone.press("Comme la semaine dernière").await;
    phone.evaluate(RAISE).await;
    phone.expect_text("La semaine dernière").await;
    photograph(&phone, "announce-typed").await;
    phone.reload().await;
    phone.expect_text("Gardé sur cet appareil, pas encore publié").await;
    phone.press("Publier ma semaine").await;
    phone.expect_text("À envoyer").await;
    photograph(&phone, "announce-waiting").await;

    stage.server.start_again().await;
    phone.expect_text("Annoncé").await;
    photograph(&phone, "announce-said").await;

    let hub = stage.tablet_of("hub").await;
    hub.follow("Mercuriale").await;
    hub.expect_text("1 producteur sur").await;
    hub.press("Tous les producteurs").await;
    hub.expect_text("1 en hausse").await;
    photograph(&hub, "hub-announced").await;
    hub.press("Préparer la mercuriale").await;
    hub.expect_text("Rien n’est publié tant que vous ne le demandez pas").await;
    photograph(&hub, "hub-list-of-announced").await;
    hub.press("Publier").await;
    hub.expect_text("Mercuriale publiée").await;

    let list = stage.api("cuisine").await.catalog().await;
    assert_eq!(names(&list), own.iter().filter(|offer| offer.promised.is_some()).map(name).collect());
    let raised = list.offer(&own[0].reference).expect("it was announced");
    assert_eq!(raised.net_price.euros() - own[0].net_price.euros(), Decimal::new(5, 2));
    phone.goto("/disponibilites").await;
    phone.expect_text("Rien d’annoncé encore").await;
}

fn name(offer: &Offer) -> String {
    offer.name.clone()
}

fn names(list: &Catalog) -> BTreeSet<String> {
    list.offers.iter().map(name).collect()
}

/// The offers of the demo's producer, in the order of their page.
async fn own_offers(stage: &Stage) -> Vec<Offer> {
    let api = stage.api("producteur").await;
    let Role::Producer { producer, .. } = api.me().await.role else { panic!("not a producer") };
    api.catalog().await.offers.into_iter().filter(|offer| offer.producer == producer).collect()
}
