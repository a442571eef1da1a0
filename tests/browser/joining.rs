use support::browser::{Stage, Tablet};

use crate::{
    locking::{give, type_code},
    pictures::photograph,
};

const CODE: &str = "return document.querySelector('.total-value')?.textContent ?? null;";
const LINK: &str = "return document.querySelector('input[readonly]')?.value ?? null;";
const CODE_OF_ANNE: &str = "904518";
const PASSWORD: &str = "trois mots choisis";

/// The hub invites a cook; the cook makes an account by the link, pairs a tablet and chooses a code on it; behind it the
/// tablet works without a network; removed, it shows nothing any more and keeps what it had not sent; the cook comes in on it, and that leaves.
pub(crate) async fn a_cook_joins_pairs_a_tablet_and_removes_it(mut stage: Stage) {
    let hub = stage.tablet_of("hub").await;
    hub.follow("Personnes").await;
    let link = invite(&hub).await;
    let orders_before = stage.api("hub").await.week().await.orders;
    let [leeks] = stage.sold(["poireau"]).await;

    let phone = stage.tablet().await;
    let path = link.strip_prefix(phone.address()).expect("the link leads here").to_owned();
    phone.goto(&path).await;
    phone.expect_text("Bonjour Anne Roux").await;
    photograph(&phone, "invitation").await;
    assert!(
        !phone.evaluate("return location.href;").await.to_string().contains('#'),
        "no secret stays there"
    );
    phone.fill("Mot de passe choisi", "court").await;
    phone.press("Créer mon accès").await;
    phone.expect_text("Choisissez au moins 12 caractères").await;
    phone.fill("Mot de passe choisi", PASSWORD).await;
    phone.press("Créer mon accès").await;
    phone.expect_text("Mercuriale du").await;

    let mut tablet = stage.tablet().await;
    pair(&phone, &tablet, "Tablette de la réserve").await;
    phone.expect("heading", "Tablette de la réserve").await;
    photograph(&phone, "devices").await;
    tablet.wait_until_kept_offline().await;
    tablet.goto("/appareils").await;
    tablet.expect_text("Cet appareil s’appelle « Tablette de la réserve »").await;
    tablet.goto("/catalogue").await;
    tablet.expect_text("Mercuriale du").await;

    tablet.goto("/reglages").await;
    tablet.press("Mettre ou changer un code").await;
    give(&tablet, "Anne", CODE_OF_ANNE).await;
    tablet.expect_text("Anne a maintenant un code").await;

    stage.server.kill_9();
    tablet.close_and_open_again().await;
    type_code(&tablet, CODE_OF_ANNE).await;
    tablet.expect_said_by("status", "Hors connexion").await;
    tablet.want(&leeks).await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Enregistré sur cette tablette").await;
    // What waits must not leave before the tablet hears that it was removed: it is closed meanwhile.
    tablet.leave().await;
    stage.server.start_again().await;
    phone.goto("/appareils").await;
    phone.press("Retirer Tablette de la réserve").await;
    phone.expect("dialog", "Retirer Tablette de la réserve").await;
    phone.press("Retirer").await;
    phone.expect_text("Aucun appareil associé").await;

    tablet.goto("/").await;
    type_code(&tablet, CODE_OF_ANNE).await;
    tablet.expect_text("Cet appareil a été retiré").await;
    tablet.expect_text("1 envoi attend").await;
    photograph(&tablet, "removed-device").await;
    assert!(!tablet.has("link", "Catalogue").await, "nothing of the kitchen is left on it");

    tablet.fill("Adresse e-mail", "anne.roux@cuisine.example").await;
    tablet.fill("Mot de passe", PASSWORD).await;
    tablet.press("Se connecter").await;
    tablet.follow("Mes commandes").await;
    tablet.expect_text("Reçu par la plateforme").await;
    stage.api("hub").await.expect_orders(orders_before + 1).await;

    hub.goto("/journal").await;
    for deed in ["Invitation acceptée", "Appareil associé", "Appareil retiré"] {
        assert!(hub.text_of_row_that_says(deed).await.contains("Anne Roux"), "{deed}");
    }
    photograph(&hub, "hub-journal").await;
}

async fn invite(hub: &Tablet) -> String {
    hub.expect_text("Camille Fabre").await;
    hub.press("Inviter une personne").await;
    photograph(hub, "hub-people-inviting").await;
    hub.fill("Nom", "Anne Roux").await;
    hub.fill("Adresse e-mail", "anne.roux@cuisine.example").await;
    hub.evaluate(
        "const places = document.querySelector('#invited-as');
         places.value = places.querySelector('optgroup[label=Cuisines] option').value;
         places.dispatchEvent(new Event('change', { bubbles: true }));",
    )
    .await;
    hub.press("Inviter").await;
    hub.expect_text("Invitation faite pour Anne Roux").await;
    hub.expect("heading", "Invitations en attente").await;
    let link = hub.evaluate(LINK).await;
    photograph(hub, "hub-people").await;
    link.as_str().expect("a link").to_owned()
}

async fn pair(manager: &Tablet, tablet: &Tablet, name: &str) {
    manager.goto("/reglages").await;
    manager.follow("Appareils et connexions").await;
    manager.press("Associer un appareil").await;
    manager.expect("img", "Le code, à viser avec l’appareil photo").await;
    photograph(manager, "pairing-code").await;
    let code = manager.evaluate(CODE).await.as_str().expect("a code").to_owned();

    tablet.follow("Associer cet appareil avec un code").await;
    tablet.fill("Code", "2222-2222").await;
    tablet.fill("Nom de l’appareil", name).await;
    tablet.press("Associer").await;
    tablet.expect_text("Ce code n’existe pas").await;
    photograph(tablet, "pair").await;
    tablet.fill("Code", &code.to_lowercase().replace('-', " ")).await;
    tablet.press("Associer").await;
    tablet.expect_text("Mercuriale du").await;
}

/// A kitchen asks to join from the first page; the hub reads it, lets it in, and hands the link over; a place added by hand
/// is there to invite to.
pub(crate) async fn a_kitchen_asks_to_join_and_the_hub_lets_it_in(stage: Stage) {
    let cook = stage.tablet().await;
    cook.follow("Demander un accès").await;
    cook.fill("Nom de l’établissement", "École du Gué").await;
    cook.fill("Numéro SIRET", "000 000 455 00015").await;
    cook.fill_or_choose("Commune", "Anduze").await;
    cook.fill("Votre nom", "Rose Gué").await;
    cook.fill("Adresse e-mail", "rose@gue.example").await;
    cook.fill("Un mot pour le groupement, si vous voulez", "Nous servons 90 repas.").await;
    cook.press("Envoyer la demande").await;
    cook.expect_text("Ce numéro SIRET n’est pas valable").await;
    photograph(&cook, "join").await;
    cook.fill("Numéro SIRET", "000 000 455 00014").await;
    cook.press("Envoyer la demande").await;
    cook.expect_text("La demande est partie").await;

    let hub = stage.tablet_of("hub").await;
    hub.follow("Personnes").await;
    hub.expect_text("Nous servons 90 repas.").await;
    photograph(&hub, "hub-applications").await;
    hub.press("Accepter la demande de École du Gué").await;
    hub.expect_text("Invitation faite pour Rose Gué").await;
    hub.expect_gone("heading", "Demandes d’accès").await;
    let link = hub.evaluate(LINK).await.as_str().expect("a link").to_owned();
    hub.press("Ajouter un lieu").await;
    hub.fill("Nom de l’établissement", "Ecole du gué").await;
    hub.fill("Numéro SIRET", "000 000 455 00014").await;
    hub.fill_or_choose("Commune", "Anduze").await;
    hub.press("Enregistrer").await;
    hub.expect_text("Ce lieu existe déjà").await;

    cook.goto(link.strip_prefix(cook.address()).expect("the link leads here")).await;
    cook.expect_text("pour École du Gué").await;
    cook.fill("Mot de passe choisi", PASSWORD).await;
    cook.press("Créer mon accès").await;
    cook.expect_text("Mercuriale du").await;
}
