use serde_json::json;
use support::browser::Stage;

/// Answers the other tab's signal by pressing « Envoyer la commande » in the same instant.
const WHEN_TOLD: &str = "
    const press = () => find('button', 'Envoyer la commande')[0].click();
    new BroadcastChannel('story').onmessage = press;";
const TELL_AND_PRESS: &str = "
    new BroadcastChannel('story').postMessage('now');
    find('button', 'Envoyer la commande')[0].click();";

/// One profile, two tabs: each sees what the other types, and the order both send is one.
pub(crate) async fn two_tabs_working_on_one_draft_and_sending_at_once_make_one_order(mut stage: Stage) {
    let hub = stage.api("hub").await;
    let orders_before = hub.week().await.orders;
    let kitchen = stage.api("cuisine").await;
    let [leeks, carrots] = stage.sold(["poireau", "carotte"]).await;

    let tablet = stage.tablet_of("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    tablet.wait_until_kept_offline().await;
    stage.server.kill_9();
    let first = tablet.this_tab().await;
    tablet.want(&leeks).await;
    let second = tablet.open_tab("/catalogue").await;
    tablet.want(&carrots).await;
    for tab in [&first, &second] {
        tablet.turn_to(tab).await;
        tablet.expect_quantity(&leeks.name, &leeks.typed()).await;
        tablet.expect_quantity(&carrots.name, &carrots.typed()).await;
    }

    tablet.evaluate(WHEN_TOLD).await;
    tablet.turn_to(&first).await;
    tablet.evaluate(TELL_AND_PRESS).await;
    for tab in [&first, &second] {
        tablet.turn_to(tab).await;
        tablet.expect_text("Enregistré sur cette tablette").await;
    }
    stage.server.start_again().await;
    for tab in [&first, &second] {
        tablet.turn_to(tab).await;
        tablet.expect_text("Reçu par la plateforme").await;
    }

    hub.expect_orders(orders_before + 1).await;
    let place = kitchen.me().await.place;
    hub.close().await;
    for choice in [&leeks, &carrots] {
        let portions = hub.portions_of(&choice.name, &place).await;
        let granted: Vec<_> = portions.iter().map(|portion| portion.quantity).collect();
        assert_eq!(granted, [choice.quantity], "{} is there once", choice.name);
    }
}

/// Has the next step on the outbox take for ever: it asks and asks, as a page that is stopped in the middle of one does not
/// come back to it. What a frozen page leaves open no other page may wait for.
const HOLD_THE_OUTBOX: &str = "
    const real = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
        const transaction = real.call(this, stores, mode, options);
        if (mode === 'readwrite' && transaction.objectStoreNames.contains('cmd')) {
            IDBDatabase.prototype.transaction = real;
            const ask = () => { transaction.objectStore('cmd').count().onsuccess = ask; };
            transaction.commit = () => {};
            ask();
            window.held = true;
        }
        return transaction;
    };";

/// The browser freezes a tab in the background in the middle of its writing: the other one opens and records, and what was
/// being written is written when the first one is woken.
pub(crate) async fn a_frozen_tab_keeps_nobody_waiting(mut stage: Stage) {
    let [leeks, carrots] = stage.sold(["poireau", "carotte"]).await;
    let tablet = stage.tablet_of("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    tablet.wait_until_kept_offline().await;
    stage.server.kill_9();
    let first = tablet.this_tab().await;
    tablet.evaluate(HOLD_THE_OUTBOX).await;
    tablet.search(&leeks.name).await;
    tablet.set_quantity(&leeks.name, &leeks.typed()).await;
    tablet.expect_answer("a step that stays open", "return window.held === true;", &json!(true)).await;
    tablet.freeze().await;

    let second = tablet.open_tab("/catalogue").await;
    tablet.want(&carrots).await;
    tablet.expect_text("Brouillon enregistré").await;
    tablet.turn_to(&first).await;
    tablet.wake().await;
    tablet.follow("Ma commande").await;
    for tab in [&first, &second] {
        tablet.turn_to(tab).await;
        tablet.expect_quantity(&leeks.name, &leeks.typed()).await;
        tablet.expect_quantity(&carrots.name, &carrots.typed()).await;
    }
}
