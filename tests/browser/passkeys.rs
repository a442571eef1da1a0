use support::browser::{Stage, Tablet};

use crate::pictures::photograph;

const PASSWORD: &str = "mercuriale-demo";
const ADD: &str = "Ajouter une clé d’accès";
const SIGN_IN: &str = "Se connecter avec une clé d’accès";
const OPEN_MENU: &str = "document.querySelector('.account-menu > summary').click();";

async fn sign_out(tablet: &Tablet) {
    tablet.evaluate(OPEN_MENU).await;
    tablet.press("Se déconnecter").await;
    tablet.expect("button", SIGN_IN).await;
}

/// A producer signs in with a password, makes a passkey, comes in by it alone, gives it another name and removes it: it no
/// longer opens. A device that makes none, and an address that is a number, say so.
pub(crate) async fn a_producer_comes_in_by_a_passkey_alone_until_it_is_removed(stage: Stage) {
    let phone = stage.tablet_by_name().await;
    phone.give_authenticator().await;
    phone.expect("button", SIGN_IN).await;
    photograph(&phone, "sign-in-passkey").await;
    phone.sign_in("producteur").await;
    phone.goto("/appareils").await;
    phone.expect("heading", "Clés d’accès").await;
    photograph(&phone, "passkeys-none").await;
    phone.press(ADD).await;
    phone.fill("Nom de la clé", "Téléphone du champ").await;
    phone.fill("Votre mot de passe", "faux").await;
    phone.press("Continuer").await;
    phone.expect_text("Ce n’est pas le mot de passe actuel").await;
    photograph(&phone, "passkey-adding").await;
    phone.fill("Votre mot de passe", PASSWORD).await;
    phone.press("Continuer").await;
    phone.expect_text("La clé d’accès est enregistrée").await;
    phone.expect("heading", "Téléphone du champ").await;
    phone.expect_text("jamais utilisée").await;
    photograph(&phone, "passkeys").await;

    // The same device makes one a person.
    phone.press(ADD).await;
    phone.fill("Votre mot de passe", PASSWORD).await;
    phone.press("Continuer").await;
    phone.expect_text("Cet appareil garde déjà une clé d’accès").await;
    phone.press("Annuler").await;

    sign_out(&phone).await;
    phone.press(SIGN_IN).await;
    phone.expect_text("Mes disponibilités").await;
    phone.goto("/appareils").await;
    phone.expect_text("· utilisée").await;
    phone.press("Renommer Téléphone du champ").await;
    phone.fill("Nouveau nom", "Téléphone de la ferme").await;
    photograph(&phone, "passkey-renaming").await;
    phone.press("Enregistrer").await;
    phone.expect("heading", "Téléphone de la ferme").await;
    phone.press("Retirer Téléphone de la ferme").await;
    photograph(&phone, "passkey-removing").await;
    phone.press("Retirer").await;
    phone.expect_text("n’ouvre plus votre accès").await;
    phone.expect_gone("heading", "Téléphone de la ferme").await;

    sign_out(&phone).await;
    phone.press(SIGN_IN).await;
    phone.expect_text("Cette clé n’ouvre aucun accès ici").await;
    photograph(&phone, "sign-in-passkey-refused").await;
    phone.take_authenticator().await;
    phone.sign_in("producteur").await;

    let hub = stage.tablet_of("hub").await;
    hub.goto("/journal").await;
    hub.expect_text("Connexion par clé d’accès").await;
    hub.goto("/appareils").await;
    hub.expect_text("Pas de clé d’accès possible d’ici").await;
    assert!(!stage.tablet().await.has("button", SIGN_IN).await, "a number is no name");
}
