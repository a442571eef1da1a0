use support::browser::Stage;

/// A kitchen and the hub at the same time on two devices: neither has the other's pages, whatever is typed in the
/// address bar; and the language is each device's own.
pub(crate) async fn each_session_sees_what_is_its_own_in_the_language_it_chose(stage: Stage) {
    let kitchen = stage.tablet().await;
    kitchen.press("English").await;
    kitchen.expect("textbox", "E-mail address").await;
    kitchen.press("Français").await;
    kitchen.sign_in("cuisine").await;
    kitchen.expect_text("Mercuriale du").await;

    let hub = stage.tablet_of("hub").await;
    hub.expect("link", "Demande consolidée").await;
    assert!(!hub.has("link", "Ma commande").await, "the hub orders nothing");
    hub.expect("button", "Clore les commandes").await;

    for link in ["Semaine", "Mercuriale", "Demande consolidée", "À préparer"] {
        assert!(!kitchen.has("link", link).await, "a kitchen has no link « {link} »");
    }
    for page in ["/semaine", "/mercuriale", "/demande", "/a-preparer"] {
        kitchen.goto(page).await;
        kitchen.expect_path("/catalogue").await;
        kitchen.expect_text("Mercuriale du").await;
        assert!(!kitchen.has("button", "Clore les commandes").await, "{page} opens for a kitchen");
    }
    let over_http = stage.api("cuisine").await;
    for path in ["/api/week", "/api/tickets", "/api/indicators"] {
        assert_eq!(over_http.status(path).await, 403, "{path} answers a kitchen");
    }

    kitchen.goto("/reglages").await;
    kitchen.press("English").await;
    kitchen.expect("link", "My order").await;
    kitchen.reload().await;
    kitchen.expect("link", "My order").await;
    hub.expect("link", "Demande consolidée").await;
    kitchen.press("Français").await;
    kitchen.expect("link", "Ma commande").await;
}
