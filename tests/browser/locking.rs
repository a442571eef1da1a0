use support::browser::{Stage, Tablet};

use crate::pictures::photograph;

/// What lies in the browser's databases, all of it, as text.
const EVERYTHING: &str = "
    const told = (asked) => new Promise((ready, failed) => {
        asked.onsuccess = () => ready(asked.result);
        asked.onerror = () => failed(asked.error);
    });
    const text = [];
    for (const { name } of await indexedDB.databases()) {
        const database = await told(indexedDB.open(name));
        for (const store of database.objectStoreNames) {
            for (const record of await told(database.transaction(store).objectStore(store).getAll())) {
                const bytes = Array.isArray(record) ? record.find((part) => part instanceof Uint8Array) : null;
                text.push(bytes ? new TextDecoder().decode(bytes) : JSON.stringify(record));
            }
        }
        database.close();
    }
    return text.join('');";

const NADIA: &str = "271828";

pub(crate) async fn type_code(tablet: &Tablet, code: &str) {
    for digit in code.chars() {
        tablet.press(&digit.to_string()).await;
    }
}

/// Two cooks choose codes on a shared tablet. Locked, it shows and sends nothing and what lies on it cannot be read; a code
/// opens it with the server dead, and an order can be made. Nobody remembers a code: a colleague signs in, and all that
/// waited leaves.
pub(crate) async fn a_shared_tablet_locks_and_works_behind_its_codes(mut stage: Stage) {
    let orders_before = stage.api("hub").await.week().await.orders;
    let [leeks] = stage.sold(["poireau"]).await;
    let mut tablet = stage.tablet_of("cuisine").await;
    tablet.wait_until_kept_offline().await;
    let open = tablet.evaluate_later(EVERYTHING).await.to_string();
    assert!(open.contains("cuisine@demo.example"), "what is looked for can be found");

    tablet.goto("/reglages").await;
    tablet.press("Mettre ou changer un code").await;
    give(&tablet, "Nadia", "123456").await;
    tablet.expect_text("Ce code est trop facile à deviner").await;
    give(&tablet, "Nadia", NADIA).await;
    tablet.expect_text("Nadia a maintenant un code").await;
    give(&tablet, "Paul", "314159").await;
    tablet.expect_text("Paul a maintenant un code").await;
    photograph(&tablet, "codes").await;

    tablet.press("Verrouiller maintenant").await;
    tablet.expect_text("Appareil verrouillé").await;
    let closed = tablet.evaluate_later(EVERYTHING).await.to_string();
    assert!(closed.contains("keyring/"), "it was read");
    for word in ["cuisine@demo.example", "Micocouliers\\\\\\\"", "net_price", "wanted"] {
        assert!(!closed.contains(word), "{word} lies open");
    }

    stage.server.kill_9();
    tablet.close_and_open_again().await;
    tablet.expect_text("Appareil verrouillé").await;
    tablet.press("Nadia").await;
    type_code(&tablet, "271829").await;
    tablet.expect_text("Il reste 9").await;
    photograph(&tablet, "locked").await;
    type_code(&tablet, NADIA).await;
    tablet.expect_text("Mercuriale du").await;
    tablet.want(&leeks).await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Enregistré sur cette tablette").await;
    tablet.leave().await;

    stage.server.start_again().await;
    tablet.goto("/").await;
    tablet.expect_text("1 envoi attend ici").await;
    tablet.expect_settled().await;
    stage.api("hub").await.expect_orders(orders_before).await;
    tablet.press("Code oublié, ou une autre personne").await;
    tablet.expect("dialog", "Code oublié, ou une autre personne").await;
    tablet.press("Aller à la connexion").await;
    tablet.sign_in("cuisine").await;
    tablet.follow("Mes commandes").await;
    tablet.expect_text("Reçu par la plateforme").await;
    stage.api("hub").await.expect_orders(orders_before + 1).await;
    tablet.reload().await;
    tablet.expect_text("Appareil verrouillé").await;

    let hub = stage.tablet_of("hub").await;
    hub.goto("/journal").await;
    hub.expect_text("Appareil rouvert sans code").await;
}

pub(crate) async fn give(tablet: &Tablet, name: &str, code: &str) {
    tablet.fill("Prénom ou nom d’usage", name).await;
    tablet.fill("Code à 6 chiffres", code).await;
    tablet.fill("Le même code, encore une fois", code).await;
    tablet.press("Donner ce code").await;
}
