//! A tablet is paired by a code, is listed, and is let in no more.

use domain::wire::{
    Me,
    people::{DeviceCard, Journal, PairingCode, SessionCard},
};
use serde_json::{Value, json};

use super::{Client, market};

const MINUTE_MS: i64 = 60_000;

/// A tablet paired by somebody, and its identifier.
pub(super) async fn paired(by: &Client) -> (Client, String) {
    let code: PairingCode = by.post("/api/pairings", &json!({})).await.json();
    let mut tablet = by.another();
    let answer = tablet.post("/api/devices", &json!({"code": code.code, "name": "Tablette du froid"})).await;
    assert_eq!(answer.status.as_u16(), 204, "{:?}", answer.refusal());
    tablet.keep_cookie(&answer);
    let devices: Vec<DeviceCard> = by.get("/api/devices").await.json();
    (tablet, devices[0].id.to_string())
}

#[tokio::test]
async fn a_tablet_is_paired_by_a_code_works_and_is_let_in_no_more() {
    let (_store, market, client) = market().await;
    let manager = client.signed_in("tilleuls@market.example").await;
    let (tablet, id) = paired(&manager).await;

    let me: Me = tablet.get("/api/me").await.json();
    assert_eq!(
        (me.user, me.device.as_deref()),
        (market.kitchens[0].user, Some("Tablette du froid")),
        "it acts for who paired it, by its own name"
    );
    let hello = json!({"proto": 1, "schema": 1, "build": "2026.11", "pending": 3});
    assert_eq!(tablet.post("/sync/v1/hello", &hello).await.status.as_u16(), 200);
    let [seen] = &manager.get("/api/devices").await.json::<Vec<DeviceCard>>()[..] else { panic!() };
    assert_eq!(
        (seen.name.as_str(), seen.place.as_str(), seen.paired_by.as_str(), seen.pending, seen.build.as_str()),
        ("Tablette du froid", "École des Tilleuls", "tilleuls", 3, "2026.11")
    );

    // A shared tablet orders, and manages nothing.
    for path in ["/api/devices", "/api/sessions", "/api/people", "/api/invitations"] {
        assert_eq!(tablet.get(path).await.refusal(), (403, "PAIRED_DEVICE".into()), "{path}");
    }
    assert_eq!(tablet.post("/api/pairings", &json!({})).await.refusal(), (403, "PAIRED_DEVICE".into()));

    let name = json!({"name": "Tablette du quai"});
    assert_eq!(manager.post(&format!("/api/devices/{id}/rename"), &name).await.status.as_u16(), 204);
    assert_eq!(tablet.get("/api/me").await.json::<Me>().device.as_deref(), Some("Tablette du quai"));

    // Nobody of another place sees it, names it or revokes it.
    let neighbour = client.signed_in("vilar@market.example").await;
    assert_eq!(neighbour.get("/api/devices").await.json::<Value>(), json!([]));
    for deed in ["rename", "revoke"] {
        let answer = neighbour.post(&format!("/api/devices/{id}/{deed}"), &name).await;
        assert_eq!(answer.refusal(), (404, "NOT_FOUND".into()));
    }

    let revoke = format!("/api/devices/{id}/revoke");
    assert_eq!(manager.post(&revoke, &json!({})).await.status.as_u16(), 204);
    for path in ["/api/me", "/sync/v1/poke"] {
        assert_eq!(tablet.get(path).await.refusal(), (403, "DEVICE_REVOKED".into()), "{path}");
    }
    assert_eq!(tablet.post("/sync/v1/hello", &hello).await.refusal(), (403, "DEVICE_REVOKED".into()));
    assert_eq!(manager.get("/api/devices").await.json::<Value>(), json!([]));
    assert_eq!(manager.post(&revoke, &json!({})).await.status.as_u16(), 204, "twice is once");
    assert_eq!(manager.get("/api/me").await.status.as_u16(), 200, "who paired it goes on");
}

#[tokio::test]
async fn a_code_pairs_one_device_soon_and_the_last_one_counts() {
    let (_store, _, client) = market().await;
    let manager = client.signed_in("mas@market.example").await;
    let client = &client;
    let ask =
        |code: String| async move { client.post("/api/devices", &json!({"code": code, "name": "x"})).await };
    let first: PairingCode = manager.post("/api/pairings", &json!({})).await.json();
    let second: PairingCode = manager.post("/api/pairings", &json!({})).await.json();
    assert_eq!(ask(first.code).await.refusal(), (404, "UNKNOWN_CODE".into()), "an earlier one");
    let typed = second.code.to_lowercase().replace('-', " ");
    assert_eq!(ask(typed).await.status.as_u16(), 204, "however it is typed");
    assert_eq!(ask(second.code).await.refusal(), (404, "UNKNOWN_CODE".into()), "a second time");
    let late: PairingCode = manager.post("/api/pairings", &json!({})).await.json();
    client.clock.advance_ms(10 * MINUTE_MS);
    assert_eq!(ask(late.code).await.refusal(), (404, "UNKNOWN_CODE".into()), "ten minutes later");
    assert_eq!(client.post("/api/devices", &json!({"code": "", "name": " "})).await.refusal().1, "BAD_NAME");
}

#[tokio::test]
async fn guessing_codes_is_slow() {
    let (_store, _, client) = market().await;
    let guess = json!({"code": "2222-2222", "name": "x"});
    for _ in 0..10 {
        assert_eq!(client.post("/api/devices", &guess).await.refusal().1, "UNKNOWN_CODE");
    }
    assert_eq!(client.post("/api/devices", &guess).await.refusal(), (429, "TOO_MANY_ATTEMPTS".into()));
}

#[tokio::test]
async fn a_paired_tablet_lives_through_the_summer_and_is_not_eternal() {
    let (_store, _, client) = market().await;
    let manager = client.signed_in("tilleuls@market.example").await;
    let (tablet, _) = paired(&manager).await;
    client.clock.advance_ms(34 * 24 * 60 * MINUTE_MS);
    assert_eq!(tablet.get("/api/me").await.status.as_u16(), 200);
    client.clock.advance_ms(36 * 24 * 60 * MINUTE_MS);
    assert_eq!(tablet.get("/api/me").await.refusal(), (401, "NOT_SIGNED_IN".into()));
}

#[tokio::test]
async fn a_person_sees_and_ends_their_sessions_and_nobody_elses() {
    let (_store, _, client) = market().await;
    let desk = client.signed_in("tilleuls@market.example").await;
    client.clock.advance_ms(MINUTE_MS);
    let phone = client.signed_in("tilleuls@market.example").await;
    let (tablet, _) = paired(&phone).await;
    let sessions: Vec<SessionCard> = phone.get("/api/sessions").await.json();
    let of_desk = sessions.iter().find(|session| !session.current).unwrap();
    assert_eq!(sessions.len(), 2, "the tablet is told as a device");
    let stranger = client.signed_in("vilar@market.example").await;
    let address = format!("/api/sessions/{}", of_desk.id);
    assert_eq!(stranger.delete(&address).await.refusal(), (404, "NOT_FOUND".into()));
    assert_eq!(phone.delete(&address).await.status.as_u16(), 204);
    assert_eq!(phone.delete(&address).await.status.as_u16(), 404, "once");
    assert_eq!(desk.get("/api/me").await.refusal().0, 401);
    for session in [&phone, &tablet] {
        assert_eq!(session.get("/api/me").await.status.as_u16(), 200);
    }
}

#[tokio::test]
async fn a_tablet_that_signs_out_is_no_device_any_more() {
    let (_store, _, client) = market().await;
    let manager = client.signed_in("tilleuls@market.example").await;
    let (tablet, _) = paired(&manager).await;
    assert_eq!(tablet.delete("/api/session").await.status.as_u16(), 204);
    assert_eq!(tablet.get("/api/me").await.refusal(), (401, "NOT_SIGNED_IN".into()));
    assert_eq!(manager.get("/api/devices").await.json::<Value>(), json!([]));
}

#[tokio::test]
async fn the_journal_tells_who_did_what_and_nobody_rewrites_it_unseen() {
    let (store, market, client) = market().await;
    let manager = client.signed_in("tilleuls@market.example").await;
    let wrong = json!({"email": "vilar@market.example", "password": "faux"});
    client.post("/api/session", &wrong).await;
    let (_, id) = paired(&manager).await;
    manager.post(&format!("/api/devices/{id}/revoke"), &json!({})).await;
    let hub = client.signed_in("hub@market.example").await;
    let journal: Journal = hub.get("/api/journal").await.json();
    let told: Vec<_> = journal
        .lines
        .iter()
        .rev()
        .map(|line| (line.by.as_deref().unwrap_or(""), line.deed.code(), line.about.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(
        told,
        [
            ("tilleuls", "SIGNED_IN", ""),
            ("vilar", "SIGN_IN_FAILED", ""),
            ("tilleuls", "PAIRING_BEGUN", "tilleuls"),
            ("tilleuls", "DEVICE_PAIRED", "Tablette du froid"),
            ("tilleuls", "DEVICE_REVOKED", "Tablette du froid"),
            ("hub", "SIGNED_IN", ""),
        ]
    );
    assert_eq!((journal.broken_at, store.broken_journal(market.hub).await.unwrap()), (None, None));
    let neighbour = client.signed_in("autre-hub@market.example").await;
    assert_eq!(neighbour.get("/api/journal").await.json::<Journal>().lines.len(), 1, "its own");

    store.rewrite_journal(market.hub, 2, "SIGNED_IN").await.unwrap();
    assert_eq!(hub.get("/api/journal").await.json::<Journal>().broken_at, Some(2));
    assert_eq!(store.broken_journal(market.hub).await.unwrap(), Some(2));
}
