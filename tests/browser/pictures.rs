use support::browser::{DESKTOP, PHONE, Size, Stage, TABLET_LANDSCAPE, TABLET_PORTRAIT, Tablet, plenty};

const SIZES: [(&str, Size); 4] =
    [("tablet", TABLET_LANDSCAPE), ("tablet-held", TABLET_PORTRAIT), ("phone", PHONE), ("desk", DESKTOP)];

/// Each main screen of each role, in each size: nothing to scroll sideways, nothing in the console, and a picture.
pub(crate) async fn every_screen_fits_every_device_and_the_console_stays_silent(stage: Stage) {
    let tablet = stage.tablet().await;
    photograph(&tablet, "sign-in").await;
    kitchen(&stage, &tablet).await;
    for (somebody, screens) in [
        (
            "hub",
            &[("/semaine", "hub-week"), ("/mercuriale", "hub-price-list"), ("/demande", "hub-demand")][..],
        ),
        ("producteur", &[("/disponibilites", "producer-offers"), ("/a-preparer", "producer-prepare")]),
        ("region", &[("/indicateurs", "authority-indicators")]),
    ] {
        let desk = stage.tablet_of(somebody).await;
        for (path, name) in screens {
            show(&desk, path, name).await;
        }
        expect_silence(&desk).await;
    }
    let hub = stage.api("hub").await;
    hub.close().await;
    let producer = stage.tablet_of("producteur").await;
    show(&producer, "/a-preparer", "producer-sheet").await;
    expect_silence(&producer).await;
}

async fn kitchen(stage: &Stage, tablet: &Tablet) {
    tablet.sign_in("cuisine").await;
    tablet.expect_text("Mercuriale du").await;
    let leeks = plenty(&stage.api("cuisine").await.catalog().await, "poireau").remove(0);
    tablet.search("poireau").await;
    tablet.set_quantity(&leeks.name, &leeks.typed()).await;
    photograph(tablet, "kitchen-catalog").await;
    show(tablet, "/commande", "kitchen-draft").await;
    tablet.press("Envoyer la commande").await;
    tablet.expect_text("Reçu par la plateforme").await;
    photograph(tablet, "kitchen-order").await;
    show(tablet, "/commandes", "kitchen-orders").await;
    show(tablet, "/reglages", "settings").await;
    show(tablet, "/diagnostic", "diagnostic").await;
    expect_silence(tablet).await;
}

async fn show(tablet: &Tablet, path: &str, name: &str) {
    tablet.goto(path).await;
    tablet.expect_settled().await;
    photograph(tablet, name).await;
}

pub(crate) async fn photograph(tablet: &Tablet, name: &str) {
    for (device, size) in SIZES {
        tablet.resize(size).await;
        tablet.expect_no_sideways_scroll(&format!("{name} on a {device}")).await;
        tablet.screenshot(&format!("{name}-{device}")).await;
    }
    tablet.resize(TABLET_LANDSCAPE).await;
}

/// A 401 before sign-in is how the application learns that nobody is signed in; the console shows every such answer.
async fn expect_silence(tablet: &Tablet) {
    let mut errors = tablet.console_errors().await;
    errors.retain(|error| !(error.contains("/sync/v1/hello") && error.contains("401")));
    assert!(errors.is_empty(), "the console says {errors:#?}");
}
