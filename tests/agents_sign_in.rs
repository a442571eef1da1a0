//! Agents come in with an account of elsewhere: the server against a real provider of OpenID Connect (npm's
//! `oidc-provider`, on this machine), walked through as a browser does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

use axum::{
    body::Body,
    http::{HeaderValue, header},
};
use domain::wire::{
    Me,
    people::{Deed, Journal},
    ways_in::{OwnWaysIn, WaysIn},
};
use serde_json::json;
use server::{
    config::Options,
    testing::{Answer, Client, Market, PASSWORD, TestStore, on_sqlite},
};
use support::provider::Provider;

const HERE: &str = "http://127.0.0.1:8080";
const COOK: &str = "tilleuls@market.example";

struct Stage {
    _store: TestStore,
    market: Market,
    provider: Provider,
    client: Client,
}

async fn stage(signed: bool, pkce: bool) -> Stage {
    let store = on_sqlite().await;
    let market = Market::open(&store).await;
    let provider = Provider::start(HERE, signed);
    let mut settings = provider.settings();
    settings.pkce = pkce;
    let options =
        Options { oidc: Some(settings), public_address: Some(HERE.to_owned()), ..Options::default() };
    let client = Client::with(&store, options);
    // Tokens are dated: the server's clock must be the provider's.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    client.clock.set(domain::time::Timestamp(i64::try_from(now).unwrap()));
    Stage { _store: store, market, provider, client }
}

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status.as_u16(), 303, "{answer:?}");
    answer.headers[header::LOCATION].to_str().unwrap().to_owned()
}

/// A browser that was sent to the provider, walked through it, and stands before our door again.
async fn back(stage: &Stage, browser: &mut Client) -> String {
    let answer = browser.get("/api/oidc/start").await;
    browser.keep_cookie(&answer);
    let back = stage.provider.walk(&location(&answer)).await;
    back.strip_prefix(HERE).unwrap().to_owned()
}

/// The whole way: where it leads in the application.
async fn come(stage: &Stage, browser: &mut Client) -> String {
    let path = back(stage, browser).await;
    let answer = browser.get(&path).await;
    browser.keep_cookie(&answer);
    location(&answer)
}

#[tokio::test]
async fn an_agent_confirms_once_with_a_password_and_then_comes_in() {
    for (signed, pkce) in [(false, true), (true, false)] {
        let stage = stage(signed, pkce).await;
        stage.provider.seat("ada", "Tilleuls@market.example", true).await;
        let mut browser = stage.client.another();
        let ways: WaysIn = browser.get("/api/ways-in").await.json();
        assert_eq!((ways.provider.as_deref(), ways.confirming), (Some("Compte de la Région"), None));

        assert_eq!(come(&stage, &mut browser).await, "/retour#OIDC_CONFIRM");
        assert_eq!(browser.get("/api/me").await.status.as_u16(), 401, "nobody is let in silently");
        let ways: WaysIn = browser.get("/api/ways-in").await.json();
        assert_eq!(ways.confirming.as_deref(), Some(COOK));
        let elsewhere =
            stage.client.another().post("/api/oidc/confirm", &json!({"password": PASSWORD})).await;
        assert_eq!(elsewhere.refusal(), (410, "LINK_OVER".into()), "another browser");
        let wrong = browser.post("/api/oidc/confirm", &json!({"password": "faux"})).await;
        assert_eq!(wrong.refusal(), (401, "BAD_CREDENTIALS".into()));
        let answer = browser.post("/api/oidc/confirm", &json!({"password": PASSWORD})).await;
        assert_eq!(answer.status.as_u16(), 204);
        browser.keep_cookie(&answer);
        assert_eq!(browser.get("/api/me").await.json::<Me>().email, COOK);
        let again = browser.post("/api/oidc/confirm", &json!({"password": PASSWORD})).await;
        assert_eq!(again.refusal().0, 410, "once");

        // From now on the provider is enough, whatever it says the address is.
        stage.provider.seat("ada", "ada@elsewhere.example", true).await;
        let mut other = stage.client.another();
        assert_eq!(come(&stage, &mut other).await, "/retour");
        assert_eq!(other.get("/api/me").await.json::<Me>().email, COOK);
        let own: OwnWaysIn = other.get("/api/me/ways-in").await.json();
        assert_eq!(own.identities[0].issuer, stage.provider.address());
        let hub = stage.client.signed_in("hub@market.example").await;
        let journal: Journal = hub.get("/api/journal").await.json();
        for deed in [Deed::IdentityLinked, Deed::SignedInFromElsewhere] {
            assert!(journal.lines.iter().any(|line| line.deed == deed), "{deed:?}");
        }
        // Removed, it waits for a password again.
        let removed = other.delete(&format!("/api/me/identities/{}", own.identities[0].id)).await;
        assert_eq!(removed.status.as_u16(), 204);
        assert_eq!(come(&stage, &mut stage.client.another()).await, "/retour#OIDC_UNKNOWN");
    }
}

#[tokio::test]
async fn nobody_unknown_unchecked_or_locked_out_comes_in() {
    let stage = stage(false, true).await;
    stage.provider.seat("eve", "eve@elsewhere.example", true).await;
    assert_eq!(come(&stage, &mut stage.client.another()).await, "/retour#OIDC_UNKNOWN");
    stage.provider.seat("eve", COOK, false).await;
    assert_eq!(
        come(&stage, &mut stage.client.another()).await,
        "/retour#OIDC_UNKNOWN",
        "an unchecked address"
    );
    stage.provider.seat("refuses", COOK, true).await;
    assert_eq!(come(&stage, &mut stage.client.another()).await, "/retour#OIDC_REFUSED");

    stage.provider.seat("ada", COOK, true).await;
    let mut browser = stage.client.another();
    come(&stage, &mut browser).await;
    browser.keep_cookie(&browser.post("/api/oidc/confirm", &json!({"password": PASSWORD})).await);
    let hub = stage.client.signed_in("hub@market.example").await;
    let disable = format!("/api/people/{}/disable", stage.market.kitchens[0].user);
    assert_eq!(hub.post(&disable, &json!({})).await.status.as_u16(), 204);
    assert_eq!(browser.get("/api/me").await.status.as_u16(), 401);
    assert_eq!(come(&stage, &mut stage.client.another()).await, "/retour#OIDC_CLOSED");
}

#[tokio::test]
async fn a_journey_is_one_browsers_once_and_signed() {
    let stage = stage(false, true).await;
    stage.provider.seat("ada", COOK, true).await;
    let ends = async |browser: &Client, path: &str| location(&browser.get(path).await);

    let mut browser = stage.client.another();
    let path = back(&stage, &mut browser).await;
    assert_eq!(ends(&stage.client.another(), &path).await, "/retour#OIDC_OTHER_BROWSER", "no cookie");
    let state = path.split("state=").nth(1).unwrap().split('&').next().unwrap();
    let wrong = path.replace(state, &"0".repeat(state.len()));
    assert_eq!(ends(&browser, &wrong).await, "/retour#OIDC_OTHER_BROWSER", "wrong state");
    let sender = stage.provider.address().replace(':', "%3A").replace('/', "%2F");
    assert!(path.contains(&sender), "the provider says who it is: {path}");
    let wrong = path.replace(&sender, "https%3A%2F%2Fevil.example");
    assert_eq!(ends(&browser, &wrong).await, "/retour#OIDC_NOT_PROVED", "another sender");
    assert_eq!(ends(&browser, &path).await, "/retour#OIDC_CONFIRM");
    // The code was used: the provider takes it no more, though the cookie is still shown.
    assert_eq!(ends(&browser, &path).await, "/retour#OIDC_REFUSED", "replayed");

    // Another site's page sends nobody on a journey.
    let mut request = browser.request("GET", "/api/oidc/start").body(Body::empty()).unwrap();
    request.headers_mut().insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    assert_eq!(location(&browser.send(request).await), "/retour#OIDC_OTHER_BROWSER");

    let mut browser = stage.client.another();
    let path = back(&stage, &mut browser).await;
    let journey = browser.cookie("oidc").unwrap();
    let parts: Vec<&str> = journey.split('.').collect();
    browser.set_cookie("oidc", &format!("{}.{}.{}", parts[0], "0".repeat(64), parts[2]));
    assert_eq!(ends(&browser, &path).await, "/retour#OIDC_NOT_PROVED", "wrong nonce");
}

#[tokio::test]
async fn a_provider_that_is_down_is_said_and_hinders_nobody_else() {
    let mut stage = stage(false, true).await;
    stage.provider.seat("ada", COOK, true).await;
    let mut browser = stage.client.another();
    let path = back(&stage, &mut browser).await;
    stage.provider = Provider::start(HERE, false); // The first one ends here; this is another one, on another port.
    assert_eq!(location(&browser.get(&path).await), "/retour#OIDC_UNREACHABLE");
    // What it said of itself is old: it is asked again.
    stage.client.clock.advance_ms(3_600_000);
    let refused = stage.client.another().get("/api/oidc/start").await;
    assert_eq!(location(&refused), "/retour#OIDC_UNREACHABLE");
    stage.client.signed_in(COOK).await;
    for _ in 0..10 {
        stage.client.another().get("/api/oidc/start").await;
    }
    let refused = stage.client.another().get("/api/oidc/start").await;
    assert_eq!(location(&refused), "/retour#TOO_MANY_ATTEMPTS");
}
