use std::time::{SystemTime, UNIX_EPOCH};

use support::{
    browser::{Stage, Tablet},
    provider::Provider,
};
use totp_rs::{Builder, Secret};

use crate::pictures::photograph;

const PASSWORD: &str = "mercuriale-demo";
const SECRET: &str = "return document.querySelector('.second-step-key')?.textContent ?? null;";
const MORE_IS_ASKED: &str = "return document.body.innerText.includes('demande plus qu’un mot de passe');";
const RECOVERY_CODE: &str = "return document.querySelector('.recovery-codes li')?.textContent ?? null;";

/// What an application of codes shows for the secret that stands on a screen, `ahead` seconds from now.
async fn code_of(tablet: &Tablet, ahead: u64) -> (String, Vec<u8>) {
    let shown = tablet.evaluate(SECRET).await.as_str().expect("a secret").replace(' ', "");
    let secret = Secret::try_from_base32(shown).expect("base 32").as_ref().to_vec();
    (code_at(&secret, ahead), secret)
}

fn code_at(secret: &[u8], ahead: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let reckoned = Builder::new().with_secret(secret.to_vec()).build().expect("twenty bytes");
    reckoned.generate(now + ahead).to_string()
}

async fn type_password(tablet: &Tablet, email: &str) {
    tablet.fill("Adresse e-mail", email).await;
    tablet.fill("Mot de passe", PASSWORD).await;
    tablet.press("Se connecter").await;
}

/// A cook turns a second step on, comes in with a code, then with a recovery code; the hub removes it for them.
pub(crate) async fn a_second_step_is_turned_on_asked_for_and_removed_by_the_hub(stage: Stage) {
    let cook = stage.tablet_of("cuisine2").await;
    cook.goto("/appareils").await;
    cook.expect("heading", "Deuxième étape").await;
    photograph(&cook, "devices-second-step").await;
    cook.press("Activer").await;
    cook.fill("Votre mot de passe", "faux").await;
    cook.press("Continuer").await;
    cook.expect_text("Ce n’est pas le mot de passe actuel").await;
    cook.fill("Votre mot de passe", PASSWORD).await;
    cook.press("Continuer").await;
    cook.expect("img", "La clé, à viser avec l’application de codes").await;
    photograph(&cook, "second-step-key").await;
    let (code, secret) = code_of(&cook, 0).await;
    cook.fill("Code à six chiffres", "12345").await;
    cook.press("Activer").await;
    cook.expect_text("Ce code n’est pas le bon").await;
    cook.fill("Code à six chiffres", &code).await;
    cook.press("Activer").await;
    cook.expect_text("Gardez ces dix codes").await;
    photograph(&cook, "recovery-codes").await;
    let recovery = cook.evaluate(RECOVERY_CODE).await.as_str().expect("a code").to_owned();
    cook.press("Je les ai gardés").await;
    cook.expect_text("10 codes de secours").await;
    photograph(&cook, "second-step-on").await;

    let phone = stage.tablet().await;
    type_password(&phone, "cuisine2@demo.example").await;
    phone.expect("textbox", "Code à six chiffres").await;
    photograph(&phone, "sign-in-second-step").await;
    // The next one: the one that shows now turned it on.
    phone.fill("Code à six chiffres", &code_at(&secret, 30)).await;
    phone.press("Se connecter").await;
    phone.expect_text("Mercuriale du").await;

    let other = stage.tablet().await;
    type_password(&other, "cuisine2@demo.example").await;
    other.press("Utiliser un code de secours").await;
    other.fill("Code de secours", &recovery.to_lowercase()).await;
    other.press("Se connecter").await;
    other.expect_text("Mercuriale du").await;

    let hub = stage.tablet_of("hub").await;
    hub.goto("/personnes").await;
    hub.press("Gérer l’accès de Noé Vidal").await;
    photograph(&hub, "hub-access").await;
    hub.press("Retirer la deuxième étape").await;
    hub.expect_text("assurez-vous que c’est bien cette personne").await;
    photograph(&hub, "hub-second-step").await;
    hub.press("Retirer la deuxième étape").await;
    hub.expect_text("La deuxième étape de Noé Vidal est retirée").await;
    hub.goto("/journal").await;
    hub.expect_text("Code de secours utilisé").await;

    let last = stage.tablet().await;
    type_password(&last, "cuisine2@demo.example").await;
    last.expect_text("Mercuriale du").await;
}

/// An agent of a kitchen comes in with the account of their Region: confirmed once with the password here, then alone. Who
/// has no access here is told so.
pub(crate) async fn an_agent_comes_in_with_an_account_of_elsewhere(mut stage: Stage) {
    let plain = stage.tablet().await;
    plain.expect("link", "Associer cet appareil avec un code").await;
    assert!(!plain.has("link", "Se connecter avec Compte de la Région").await, "no provider, no button");

    let address = stage.server.address();
    let provider = Provider::start(&address, true);
    let told = provider.settings();
    let settings = vec![
        ("MERCURIALE_PUBLIC_ADDRESS", address),
        ("MERCURIALE_OIDC_ISSUER", told.issuer),
        ("MERCURIALE_OIDC_CLIENT_ID", told.client_id),
        ("MERCURIALE_OIDC_CLIENT_SECRET", told.client_secret),
        ("MERCURIALE_OIDC_NAME", told.name),
    ];
    stage.server.serve_with(settings).await;

    provider.seat("nobody here", "inconnue@region.example", true).await;
    let agent = stage.tablet().await;
    agent.expect("link", "Se connecter avec Compte de la Région").await;
    photograph(&agent, "sign-in-other-account").await;
    agent.follow("Se connecter avec Compte de la Région").await;
    agent.expect_text("Aucun accès d’ici ne correspond à ce compte").await;
    photograph(&agent, "other-account-unknown").await;
    assert_eq!(agent.evaluate("return location.hash;").await, "");

    provider.seat("noe", "cuisine2@demo.example", true).await;
    let cook = stage.tablet().await;
    cook.follow("Se connecter avec Compte de la Région").await;
    cook.expect_text("L’accès de cuisine2@demo.example porte la même adresse").await;
    photograph(&cook, "other-account-confirm").await;
    cook.fill("Mot de passe", "faux").await;
    cook.press("Relier et se connecter").await;
    cook.expect_text("Connexion impossible").await;
    cook.fill("Mot de passe", PASSWORD).await;
    cook.press("Relier et se connecter").await;
    cook.expect_text("Mercuriale du").await;
    cook.goto("/appareils").await;
    cook.expect("heading", "Autres comptes").await;
    photograph(&cook, "devices-other-account").await;

    let phone = stage.tablet().await;
    phone.follow("Se connecter avec Compte de la Région").await;
    phone.expect_text("Mercuriale du").await;

    // Provider gone: said, and the password still lets in.
    drop(provider);
    stage.server.kill_9();
    stage.server.start_again().await;
    let last = stage.tablet().await;
    last.follow("Se connecter avec Compte de la Région").await;
    last.expect_text("L’autre service ne répond pas").await;
    last.follow("Se connecter avec un mot de passe").await;
    type_password(&last, "cuisine2@demo.example").await;
    last.expect_text("Mercuriale du").await;
}

/// The hub asks for more than a password of everybody: its own person first. A cook whose order waits comes in anew, chooses
/// a code, and the order leaves; a paired tablet goes on as if nothing were.
pub(crate) async fn a_hub_asks_for_more_than_a_password_and_no_order_is_lost(stage: Stage) {
    let shared = stage.api("cuisine").await;
    let cook = stage.tablet_of("cuisine2").await;
    cook.expect_text("Mercuriale du").await;
    let [carrots] = stage.sold(["carotte"]).await;

    let hub = stage.tablet_of("hub").await;
    hub.goto("/personnes").await;
    hub.press("Plus qu’un mot de passe").await;
    hub.expect_text("Avec un mot de passe seul, aujourd’hui").await;
    hub.tick("radio", "Exigé de tout le monde").await;
    hub.press("Enregistrer").await;
    hub.expect_text("Choisissez d’abord pour vous-même").await;
    photograph(&hub, "rule-hub-first").await;
    turn_on(&hub).await;
    hub.press("Je les ai gardés").await;
    hub.goto("/personnes").await;
    hub.press("Plus qu’un mot de passe").await;
    hub.tick("radio", "Exigé de tout le monde").await;
    photograph(&hub, "rule").await;
    hub.press("Enregistrer").await;
    hub.expect_text("C’est enregistré").await;
    assert_eq!(shared.status("/api/me").await, 401, "opened with a password alone");

    // The session is over; what is sent waits.
    cook.want(&carrots).await;
    cook.press("Envoyer la commande").await;
    cook.expect_text("Votre session est terminée").await;
    cook.follow("Se reconnecter").await;
    type_password(&cook, "cuisine2@demo.example").await;
    cook.expect_text("Votre groupement demande plus qu’un mot de passe").await;
    photograph(&cook, "more-asked").await;
    cook.goto("/commandes").await;
    cook.expect_text("Votre groupement demande plus qu’un mot de passe").await;
    photograph(&cook, "more-asked-orders").await;
    cook.follow("Choisir").await;
    turn_on(&cook).await;
    // The device learns that enough was given while the codes are being copied: they stay.
    cook.evaluate("document.dispatchEvent(new Event('visibilitychange'));").await;
    cook.expect_answer("more is asked", MORE_IS_ASKED, &false.into()).await;
    cook.expect_text("Gardez ces dix codes").await;
    cook.press("Je les ai gardés").await;
    cook.expect_text("tout vous est ouvert").await;
    cook.expect_no_text("Votre groupement demande plus").await;
    cook.goto("/commandes").await;
    cook.expect_text("Reçu par la plateforme").await;
    photograph(&cook, "order-after-more").await;
}

/// Turns one's own second step on, where « Deuxième étape » stands, until the codes to keep are shown.
async fn turn_on(tablet: &Tablet) {
    tablet.goto("/appareils").await;
    tablet.expect("heading", "Deuxième étape").await;
    tablet.press("Activer").await;
    tablet.fill("Votre mot de passe", PASSWORD).await;
    tablet.press("Continuer").await;
    tablet.expect("img", "La clé, à viser avec l’application de codes").await;
    let (code, _) = code_of(tablet, 0).await;
    tablet.fill("Code à six chiffres", &code).await;
    tablet.press("Activer").await;
    tablet.expect_text("Gardez ces dix codes").await;
}
