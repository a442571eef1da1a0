//! Sessions: opened, used, ended, refused.

use axum::{body::Body, http::header};
use domain::wire::Me;
use serde_json::{Value, json};

use super::{Client, Market, market};

const HOUR_MS: i64 = 3_600_000;

#[tokio::test]
async fn signing_in_opens_a_session_and_signing_out_ends_it() {
    let (_store, market, mut client) = market().await;
    assert_eq!(client.get("/api/me").await.refusal(), (401, "NOT_SIGNED_IN".into()));
    let answer = client
        .post(
            "/api/session",
            &json!({"email": "Tilleuls@market.example", "password": crate::testing::PASSWORD}),
        )
        .await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("session=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    client.keep_cookie(&answer);
    let me: Me = client.get("/api/me").await.json();
    assert_eq!((me.user, me.place.as_str()), (market.kitchens[0].user, "École des Tilleuls"));
    let stolen = client.clone();
    let ended = client.delete("/api/session").await;
    assert_eq!(ended.status.as_u16(), 204);
    assert!(ended.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(stolen.get("/api/me").await.refusal(), (401, "NOT_SIGNED_IN".into()));
    assert_eq!(client.delete("/api/session").await.status.as_u16(), 204);
}

#[tokio::test]
async fn a_new_session_ends_the_one_before_on_the_same_browser() {
    let (_store, _, mut client) = market().await;
    client.sign_in("tilleuls@market.example").await;
    let before = client.clone();
    client.sign_in("vilar@market.example").await;
    assert_eq!(before.get("/api/me").await.refusal().0, 401);
    assert_eq!(client.get("/api/me").await.json::<Me>().email, "vilar@market.example");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_told_alike() {
    let (_store, _, client) = market().await;
    for (email, password) in
        [("tilleuls@market.example", "faux"), ("personne@market.example", "faux"), ("", "")]
    {
        let answer = client.post("/api/session", &json!({"email": email, "password": password})).await;
        assert_eq!(answer.refusal(), (401, "BAD_CREDENTIALS".into()), "{email}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
        let title = answer.json::<Value>()["title"].as_str().unwrap().to_owned();
        assert_eq!(title, "Adresse e-mail ou mot de passe incorrect.");
    }
}

#[tokio::test]
async fn the_eleventh_wrong_password_of_a_minute_waits() {
    let (_store, _, mut client) = market().await;
    let wrong = json!({"email": "tilleuls@market.example", "password": "faux"});
    for _ in 0..10 {
        assert_eq!(client.post("/api/session", &wrong).await.status.as_u16(), 401);
    }
    let refused = client.post("/api/session", &wrong).await;
    assert_eq!(refused.refusal(), (429, "TOO_MANY_ATTEMPTS".into()));
    let wait: i64 = refused.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert_eq!(client.sign_in("tilleuls@market.example").await.as_u16(), 429, "even the right one");
    assert_eq!(client.sign_in("vilar@market.example").await.as_u16(), 204, "nobody else");
    client.clock.advance_ms(wait * 1_000);
    assert_eq!(client.sign_in("tilleuls@market.example").await.as_u16(), 204);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_machine_is_counted_for_itself() {
    let store = crate::testing::on_sqlite().await;
    Market::open(&store).await;
    // Without a network the peer is 0.0.0.0.
    let options = |proxies: &[&str]| crate::config::Options {
        trusted_proxies: proxies.iter().map(|text| text.parse().unwrap()).collect(),
        ..Default::default()
    };
    let tries = async |client: &Client, forwarded: &str| {
        let wrong = r#"{"email": "tilleuls@market.example", "password": "faux"}"#;
        let request = client.request("POST", "/api/session").header("content-type", "application/json");
        let request = request.header("x-forwarded-for", forwarded).body(Body::from(wrong)).unwrap();
        client.send(request).await.status.as_u16()
    };
    let trusting = Client::with(&store, options(&["0.0.0.0/32"]));
    for _ in 0..10 {
        assert_eq!(tries(&trusting, "198.51.100.1, 203.0.113.9").await, 401);
    }
    assert_eq!(
        tries(&trusting, "198.51.100.77, 203.0.113.9").await,
        429,
        "what it wrote before counts for nothing"
    );
    assert_eq!(tries(&trusting, "203.0.113.8").await, 401, "another machine");
    let trusts_nobody = Client::with(&store, options(&[]));
    for n in 0..10 {
        assert_eq!(tries(&trusts_nobody, &format!("203.0.113.{n}")).await, 401);
    }
    assert_eq!(tries(&trusts_nobody, "203.0.113.99").await, 429, "a header is no machine");
}

#[tokio::test]
async fn a_tablet_stays_signed_in_while_it_is_used_and_a_desk_for_the_day() {
    let (_store, _, client) = market().await;
    let tablet = client.signed_in("tilleuls@market.example").await;
    let unused = client.signed_in("vilar@market.example").await;
    let desk = client.signed_in("hub@market.example").await;
    for hour in 1..=13 {
        client.clock.advance_ms(HOUR_MS);
        assert_eq!(tablet.get("/api/me").await.status.as_u16(), 200, "hour {hour}");
        assert_eq!(
            desk.get("/api/me").await.status.as_u16(),
            if hour < 12 { 200 } else { 401 },
            "hour {hour}"
        );
    }
    // A kitchen orders once a week: its tablet may lie that long.
    client.clock.advance_ms(9 * 24 * HOUR_MS - 13 * HOUR_MS);
    assert_eq!(unused.get("/api/me").await.status.as_u16(), 401, "unused for nine days");
    let tablet = client.signed_in("tilleuls@market.example").await;
    for _ in 0..(30 * 24 / 10) {
        client.clock.advance_ms(10 * HOUR_MS);
        tablet.get("/api/me").await;
    }
    assert_eq!(tablet.get("/api/me").await.status.as_u16(), 401, "thirty days at the latest");
}

#[tokio::test]
async fn another_sites_page_changes_nothing() {
    let (_store, _, client) = market().await;
    let tablet = client.signed_in("tilleuls@market.example").await;
    let tampered = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("x-sync", "0")];
    for (name, value) in tampered {
        let mut request = tablet.request("POST", "/sync/v1/pull").body(Body::from("{}")).unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(tablet.send(request).await.refusal(), (403, "CROSS_SITE".into()), "{name}");
    }
    let mut request = tablet.request("DELETE", "/api/session").body(Body::empty()).unwrap();
    request.headers_mut().remove("x-sync");
    assert_eq!(tablet.send(request).await.refusal(), (403, "CROSS_SITE".into()));
    assert_eq!(tablet.get("/api/me").await.status.as_u16(), 200);
    // A form cannot send JSON; text that looks like it is not taken for it.
    let credentials =
        json!({"email": "tilleuls@market.example", "password": crate::testing::PASSWORD}).to_string();
    let form = tablet.request("POST", "/api/session").header(header::CONTENT_TYPE, "text/plain");
    assert_eq!(tablet.send(form.body(Body::from(credentials)).unwrap()).await.refusal().0, 400);
}

#[tokio::test]
async fn off_this_machine_only_the_bound_cookie_counts() {
    let (_store, _, mut client) = market().await;
    client.sign_in("tilleuls@market.example").await;
    let mut request = client.request("GET", "/api/me").body(Body::empty()).unwrap();
    request.headers_mut().insert(header::HOST, "mercuriale.example".parse().unwrap());
    assert_eq!(client.send(request).await.refusal(), (401, "NOT_SIGNED_IN".into()));
}
