use support::browser::Stage;

use crate::pictures::photograph;

const LINK: &str = "return document.querySelector('dialog input[readonly]')?.value ?? null;";

/// A cook who forgot the password gets a link from the hub over the phone, chooses another, changes it once more, and reads
/// what is kept about them; the hub closes and erases their access.
pub(crate) async fn a_forgotten_password_is_chosen_anew_and_a_person_is_erased(stage: Stage) {
    let cook = stage.tablet().await;
    cook.follow("Mot de passe oublié").await;
    cook.fill("Adresse e-mail", "cuisine2@demo.example").await;
    cook.press("Recevoir un lien").await;
    cook.expect_text("Regardez votre courrier").await;
    photograph(&cook, "forgotten-password").await;

    let hub = stage.tablet_of("hub").await;
    hub.goto("/personnes").await;
    hub.press("Gérer l’accès de Noé Vidal").await;
    hub.press("Nouveau mot de passe").await;
    hub.expect("textbox", "Lien à donner").await;
    photograph(&hub, "hub-password-link").await;
    let link = hub.evaluate(LINK).await.as_str().expect("a link").to_owned();
    hub.press("Fermer").await;

    cook.goto(link.strip_prefix(cook.address()).expect("the link leads here")).await;
    cook.fill("Mot de passe choisi", "quatre mots bien choisis").await;
    cook.press("Enregistrer").await;
    cook.expect_text("Mercuriale du").await;
    cook.goto("/reglages").await;
    cook.follow("Changer de mot de passe").await;
    cook.fill("Mot de passe actuel", "mercuriale-demo").await;
    cook.fill("Mot de passe choisi", "encore quatre autres mots").await;
    cook.press("Enregistrer").await;
    cook.expect_text("Ce n’est pas le mot de passe actuel").await;
    photograph(&cook, "change-password").await;
    cook.fill("Mot de passe actuel", "quatre mots bien choisis").await;
    cook.press("Enregistrer").await;
    cook.expect_path("/reglages").await;
    let read = "const answer = await fetch('/api/me/data'); return (await answer.json()).me.name;";
    assert_eq!(cook.evaluate_later(read).await, "Noé Vidal");

    hub.press("Gérer l’accès de Noé Vidal").await;
    hub.press("Effacer ses données").await;
    hub.expect_text("Ses commandes restent, sans son nom").await;
    photograph(&hub, "hub-erasing").await;
    hub.press("Effacer ses données").await;
    hub.expect_text("Les données de Noé Vidal sont effacées").await;
    cook.goto("/commandes").await;
    cook.expect_text("Votre session est terminée").await;
}

/// A producer on a phone, who has no patience for passwords, asks for a link and enters by it, once.
pub(crate) async fn a_producer_enters_by_a_link_in_a_letter(stage: Stage) {
    let phone = stage.tablet().await;
    phone.press("Entrer par un lien, sans mot de passe").await;
    phone.fill("Adresse e-mail", "producteur@demo.example").await;
    phone.press("Recevoir un lien").await;
    phone.expect_text("un lien y arrive dans quelques minutes").await;
    photograph(&phone, "link-asked").await;
    let letter = stage.server.letter_that_says("/connexion#").await;
    let token: String = letter
        .split("/connexion#")
        .nth(1)
        .expect("a link")
        .chars()
        .take_while(char::is_ascii_hexdigit)
        .collect();
    let link = format!("/connexion#{token}");
    phone.goto(&link).await;
    phone.expect("button", "Entrer").await;
    photograph(&phone, "link-opened").await;
    phone.press("Entrer").await;
    phone.expect("heading", "Mes disponibilités").await;

    let another = stage.tablet().await;
    another.goto(&link).await;
    another.press("Entrer").await;
    another.expect_text("Ce lien n’est plus valable").await;
}
