use serde_json::json;
use support::browser::{Build, Deployment, Stage, Tablet};

const LOOK_FOR_AN_UPDATE: &str =
    "return (await navigator.serviceWorker.getRegistration()).update().then(() => true, () => false);";

/// A deployment under a page where an order is being prepared: the new build is offered, never forced, and at each step
/// the application opens with no network and the draft is there.
pub(crate) async fn a_new_build_under_an_open_page_is_offered_and_never_forced(stage: Stage) {
    let hub = stage.api("hub").await;
    let orders_before = hub.week().await.orders;
    let [leeks] = stage.sold(["poireau"]).await;
    let first = Build::of(&stage.server.address()).await;
    let second = first.next();
    let mut deployed = Deployment::of(first.clone(), &stage.server.address());
    let tablet = Tablet::open(stage.engine, &deployed.address()).await;
    tablet.sign_in("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    tablet.wait_until_kept_offline().await;
    tablet.want(&leeks).await;

    deployed.replace_by(second.clone());
    tablet.evaluate_later(LOOK_FOR_AN_UPDATE).await;
    expect_offered(&tablet).await;
    expect_build(&tablet, &first).await;
    tablet.expect_quantity(&leeks.name, &leeks.typed()).await;
    tablet.expect_no_text("Nouvelle version prête").await;

    deployed.stop();
    tablet.reload().await;
    tablet.expect_quantity(&leeks.name, &leeks.typed()).await;
    expect_build(&tablet, &first).await;
    tablet.follow("Mes commandes").await;
    tablet.press("Mettre à jour").await;
    expect_build(&tablet, &second).await;
    tablet.goto("/commande").await;
    tablet.expect_quantity(&leeks.name, &leeks.typed()).await;

    let third = second.next();
    deployed.replace_by(third.clone());
    tablet.evaluate_later(LOOK_FOR_AN_UPDATE).await;
    expect_offered(&tablet).await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Reçu par la plateforme").await;
    expect_build(&tablet, &second).await;
    tablet.press("Mettre à jour").await;
    expect_build(&tablet, &third).await;
    tablet.expect_text("Reçu par la plateforme").await;
    hub.expect_orders(orders_before + 1).await;
}

/// A build that did not come over whole is not taken: the page goes on with the one it has, network or not.
pub(crate) async fn a_build_that_is_not_whole_is_not_installed(stage: Stage) {
    let first = Build::of(&stage.server.address()).await;
    let mut deployed = Deployment::of(first.clone(), &stage.server.address());
    let tablet = Tablet::open(stage.engine, &deployed.address()).await;
    tablet.sign_in("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    tablet.wait_until_kept_offline().await;

    let second = first.next();
    let halves = [
        second.damaged_at("/icons/icon.svg"),
        second.mixed_with(&first, |url| url.starts_with("/assets/") && url.ends_with(".wasm")),
    ];
    for half in halves {
        deployed.replace_by(half);
        tablet.evaluate_later(LOOK_FOR_AN_UPDATE).await;
        tablet.reload().await;
        tablet.expect_text("Mercuriale du").await;
        expect_build(&tablet, &first).await;
        let offered = tablet.evaluate("return document.documentElement.dataset.update ?? null;").await;
        assert!(offered.is_null(), "half a build is offered");
    }
    deployed.stop();
    tablet.reload().await;
    tablet.expect_text("Mercuriale du").await;
    expect_build(&tablet, &first).await;
}

/// A first visit in the middle of a deployment: the page is of one build, its scripts of another or gone. It says so, and
/// the way out leads to a page that works.
pub(crate) async fn a_page_whose_scripts_are_gone_says_so_and_leads_out(stage: Stage) {
    let first = Build::of(&stage.server.address()).await;
    let second = first.next();
    let is_page = |url: &str| url == "/";
    let mut deployed = Deployment::of(second.mixed_with(&first, is_page), &stage.server.address());
    let tablet = Tablet::open(stage.engine, &deployed.address()).await;
    tablet.follow("Réparer l’application · Repair").await;
    tablet.expect_path("/recover").await;

    deployed.replace_by(first.with_the_module_of(&second));
    tablet.goto("/").await;
    tablet.expect_said_by("alert", "Mercuriale n’a pas pu démarrer").await;
    tablet.follow("Réparer l’application · Repair").await;
    tablet.expect_path("/recover").await;
    tablet.press("Réparer maintenant").await;
    tablet.expect_said_by("status", "C’est fait").await;

    deployed.replace_by(second.clone());
    tablet.follow("Revenir à Mercuriale").await;
    tablet.expect("button", "Se connecter").await;
    expect_build(&tablet, &second).await;
}

/// A piece of the application that does not come is said to be missing, and shown once it comes: the page needs no reload.
/// A language that does not come leaves the page in the one it speaks.
pub(crate) async fn a_piece_that_does_not_come_is_asked_for_again(stage: Stage) {
    let whole = Build::of(&stage.server.address()).await;
    let lacking = |pieces: [&str; 2]| whole.without(|url| pieces.iter().any(|piece| url.starts_with(piece)));
    let without_door = lacking(["/assets/split_d", "/assets/split_english"]);
    let without_desk = lacking(["/assets/split_desk", "/assets/split_english"]);
    let mut deployed = Deployment::of(without_door, &stage.server.address());
    let tablet = Tablet::open(stage.engine, &deployed.address()).await;
    tablet.expect_said_by("alert", "La plateforme ne répond pas").await;
    deployed.replace_by(without_desk);
    tablet.press("Réessayer").await;
    tablet.press("English").await;
    tablet.expect_said_by("status", "L’anglais n’est pas encore sur cet appareil").await;
    tablet.sign_in("hub").await;
    tablet.expect_said_by("alert", "La plateforme ne répond pas").await;
    tablet.press("Réessayer").await;
    tablet.expect_said_by("alert", "La plateforme ne répond pas").await;
    deployed.replace_by(whole.clone());
    tablet.press("Réessayer").await;
    tablet.expect("button", "Clore les commandes").await;
    expect_build(&tablet, &whole).await;
}

async fn expect_offered(tablet: &Tablet) {
    let script = "return document.documentElement.dataset.update ?? null;";
    tablet.expect_answer("a new build, whole on the device", script, &json!("ready")).await;
}

async fn expect_build(tablet: &Tablet, build: &Build) {
    let script = "return document.documentElement.dataset.build ?? null;";
    tablet.expect_answer("the page of a build", script, &json!(build.id)).await;
}
