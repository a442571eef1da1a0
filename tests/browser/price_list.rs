use std::collections::BTreeSet;

use domain::{draft::Prices as _, offer::Offer, wire::Catalog};
use rust_decimal::Decimal;
use support::browser::{Stage, plenty};

use crate::list_file::{comma, write_csv};

/// The week's spreadsheet again, with one price raised and one unreadable.
pub(crate) async fn the_hub_imports_a_price_list_and_the_kitchen_sees_the_new_price(stage: Stage) {
    let list = stage.api("hub").await.catalog().await;
    let [dearer, unreadable] = two_offers(&list);
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let file = folder.path().join("mercuriale.csv");
    write_csv(&list, &file, |offer| {
        if offer.reference == dearer.reference {
            comma(&(offer.net_price.euros() + Decimal::ONE))
        } else if offer.reference == unreadable.reference {
            "à voir".to_owned()
        } else {
            comma(&offer.net_price)
        }
    });

    let kitchen = stage.tablet_of("cuisine").await;
    kitchen.search(&dearer.name).await;
    let before = kitchen.text_of_product(&dearer.name).await;

    let hub = stage.tablet_of("hub").await;
    hub.follow("Mercuriale").await;
    hub.choose_file("Fichier de la mercuriale", &file).await;
    hub.expect_text("Rien n’est publié tant que vous ne le demandez pas").await;
    hub.expect_text(&dearer.name).await;
    let line =
        list.offers.iter().position(|offer| offer.reference == unreadable.reference).expect("it is listed")
            + 2;
    let refused = hub.text_of_row_that_says("à voir").await;
    assert!(refused.starts_with(&format!("{line} Prix HT producteur")), "{refused}");

    let unchanged = stage.api("cuisine").await.catalog().await;
    assert_eq!(unchanged.offer(&dearer.reference).map(|offer| offer.net_price), Some(dearer.net_price));
    hub.press("Publier").await;
    hub.expect_text("Mercuriale publiée").await;

    kitchen.reload().await;
    kitchen.search(&dearer.name).await;
    kitchen.expect_other_text_of_product(&dearer.name, &before).await;
    let after = stage.api("cuisine").await.catalog().await;
    let references: BTreeSet<_> = after.offers.iter().map(|offer| &offer.reference).collect();
    assert_eq!(references.len(), after.offers.len(), "imported again, nothing is doubled");
    assert!(after.offers.len() >= list.offers.len() - 1, "and the good lines are all there");
    let raised = after.offer(&dearer.reference).expect("it is still sold");
    assert_eq!(raised.net_price.euros(), dearer.net_price.euros() + Decimal::ONE);
}

fn two_offers(list: &Catalog) -> [Offer; 2] {
    ["carotte", "poireau"].map(|word| {
        let choice = plenty(list, word).into_iter().next().expect("the demo sells it");
        list.offers.iter().find(|offer| offer.name == choice.name).expect("chosen from the list").clone()
    })
}
