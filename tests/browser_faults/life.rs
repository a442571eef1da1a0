//! One life of the browser: what is pressed in it, what it says, how it ends, and what the next one shows.

use std::time::{Duration, Instant};

use domain::quantity::Quantity;
use serde::Deserialize;
use serde_json::json;
use support::browser::{Choice, Tablet};

use crate::{
    ledger::{Found, Ledger, Promise},
    plan::{Plan, Word},
};

/// Presses what the plan says, by itself: the deaths must not wait for our commands.
const FINGER: &str = "
    const [presses, sendsAfter] = arguments;
    const pause = (ms) => new Promise((go) => setTimeout(go, ms));
    window.pressed = 0;
    (async () => {
        for (const [product, after] of presses) {
            await pause(after);
            find('button', 'Ajouter', findItem(product))[0].click();
            window.pressed += 1;
        }
        if (sendsAfter === null) return;
        await pause(sendsAfter);
        find('button', 'Envoyer la commande')[0].click();
    })();";

/// All at one instant: what was pressed, and what the screen says of it.
const LOOK: &str = "
    const saved = document.querySelector('.draft-saved')?.innerText ?? '';
    const isOrder = location.pathname.startsWith('/commandes/');
    return {
        pressed: window.pressed,
        draftSaved: saved.includes('Brouillon enregistré'),
        order: isOrder && visibleText(null).includes('Enregistré sur cette tablette') ? location.pathname : null,
    };";

/// The draft's lines: the product's name, and the quantity as it is typed.
const LINES: &str = "
    return itemTitles().map((title) => [title, find('spinbutton', 'Quantité', findItem(title))[0]?.value]);";

/// The addresses of the orders' pages.
const ORDERS: &str = "
    const links = document.querySelectorAll('main a[href^=\"/commandes/\"]');
    return Array.from(links, (link) => link.getAttribute('href'));";

/// How long a word may take to be said on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Look {
    pressed: usize,
    draft_saved: bool,
    order: Option<String>,
}

/// Makes sure that there is a draft to press on, and that it is on the device.
pub(crate) async fn fill(tablet: &Tablet, ledger: &mut Ledger, products: &[Choice]) {
    if ledger.draft.is_empty() {
        tablet.goto("/catalogue").await;
        for product in products {
            tablet.search(&product.name).await;
            tablet.press_of(&product.name, "Ajouter").await;
            ledger.draft.insert(product.name.clone(), 1);
        }
        tablet.follow("Ma commande").await;
    } else {
        tablet.goto("/commande").await;
    }
    for product in products {
        tablet.expect_product(&product.name).await;
    }
    tablet.expect_text("Brouillon enregistré").await;
}

/// Plays the plan until its end, and remembers what the screen said until then.
pub(crate) async fn live_and_die(tablet: &mut Tablet, plan: &Plan) -> Promise {
    let presses: Vec<_> = plan.presses.iter().map(|press| (&press.product, press.after_ms)).collect();
    tablet.evaluate_with(FINGER, vec![json!(presses), json!(plan.sends_after_ms)]).await;
    let started = Instant::now();
    let mut promise = Promise::default();
    let mut dies_at = None;
    while dies_at.is_none_or(|moment| Instant::now() < moment) {
        let look: Look = serde_json::from_value(tablet.evaluate(LOOK).await).expect("as the script says");
        if look.draft_saved {
            promise.presses = Some(look.pressed);
        }
        promise.order = promise.order.or(look.order);
        let said = match plan.dies_after {
            Word::DraftSaved => promise.presses.is_some_and(|presses| presses > 0) || promise.order.is_some(),
            Word::OrderSaved => promise.order.is_some(),
        };
        if said && dies_at.is_none() {
            dies_at = Some(Instant::now() + Duration::from_millis(plan.so_long_after_ms));
        }
        assert!(started.elapsed() < PATIENCE, "nothing was said to be saved: {promise:?}");
    }
    tablet.kill_9();
    promise
}

/// The draft and the orders, as the screen shows them.
pub(crate) async fn what_is_there(tablet: &Tablet, products: &[Choice]) -> Found {
    tablet.expect_settled().await;
    let lines: Vec<(String, String)> =
        serde_json::from_value(tablet.evaluate(LINES).await).expect("names and quantities");
    let draft = lines.into_iter().map(|(name, typed)| packs(products, name, &typed)).collect();
    tablet.follow("Mes commandes").await;
    tablet.expect_path("/commandes").await;
    tablet.expect_settled().await;
    let orders = serde_json::from_value(tablet.evaluate(ORDERS).await).expect("addresses");
    Found { draft, orders }
}

fn packs(products: &[Choice], name: String, typed: &str) -> (String, u32) {
    let product = products.iter().find(|product| product.name == name).expect("only these were pressed");
    let quantity = typed.replace(',', ".").parse().ok().and_then(|number| Quantity::new(number).ok());
    let quantity = quantity.unwrap_or_else(|| panic!("{name}: {typed} is no quantity"));
    let packs = product.pack.count(quantity).to_string().parse().expect("a whole number of packs");
    (name, packs)
}

/// Waits until the platform has every order.
pub(crate) async fn expect_all_received(tablet: &Tablet, count: usize) {
    let script = "const cards = Array.from(document.querySelectorAll('main .order'), visibleText);
        return [cards.length, cards.filter((text) => !text.includes('Reçu par la plateforme')).length];";
    let started = Instant::now();
    loop {
        let counted: (usize, usize) =
            serde_json::from_value(tablet.evaluate(script).await).expect("two numbers");
        if counted == (count, 0) {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "{count} orders, of which 0 wait; the screen has {counted:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
