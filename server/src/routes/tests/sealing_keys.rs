//! The key of a device that locks comes back to who comes in for its place, and to nobody else.

use domain::wire::people::{Deed, Journal};
use serde_json::{Value, json};

use super::{devices::paired, market};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const TEN_MINUTES_MS: i64 = 10 * 60_000;

#[tokio::test]
async fn a_key_comes_back_to_who_just_came_in_for_its_place() {
    let (_store, _, client) = market().await;
    let manager = client.signed_in("tilleuls@market.example").await;
    let (tablet, _) = paired(&manager).await;
    let kept: Value = tablet.post("/api/sealing-keys", &json!({"key": KEY})).await.json();
    let path = format!("/api/sealing-keys/{}/hand-over", kept["name"].as_str().unwrap());

    // The cookie that lies on a stolen tablet opens nothing of it.
    client.clock.advance_ms(TEN_MINUTES_MS + 1);
    assert_eq!(tablet.post(&path, &json!({})).await.refusal(), (403, "SIGN_IN_AGAIN".into()));
    assert_eq!(manager.post(&path, &json!({})).await.refusal(), (403, "SIGN_IN_AGAIN".into()));

    let again = client.signed_in("tilleuls@market.example").await;
    assert_eq!(again.post(&path, &json!({})).await.json::<Value>(), json!({"key": KEY}));
    let (paired_anew, _) = paired(&again).await;
    assert_eq!(paired_anew.post(&path, &json!({})).await.json::<Value>(), json!({"key": KEY}));

    for stranger in
        ["vilar@market.example", "mas@market.example", "hub@market.example", "autre-hub@market.example"]
    {
        let stranger = client.signed_in(stranger).await;
        assert_eq!(stranger.post(&path, &json!({})).await.refusal(), (404, "NOT_FOUND".into()));
    }

    let hub = client.signed_in("hub@market.example").await;
    let journal: Journal = hub.get("/api/journal").await.json();
    let told = |deed: &Deed| journal.lines.iter().filter(|entry| entry.deed == *deed).count();
    assert_eq!((told(&Deed::DeviceSealed), told(&Deed::DeviceKeyHandedOver)), (1, 2));
}

#[tokio::test]
async fn a_key_is_256_bits_and_nobody_keeps_them_by_the_hundred() {
    let (_store, _, client) = market().await;
    let kitchen = client.signed_in("tilleuls@market.example").await;
    let keep = |key: &'static str| {
        let kitchen = &kitchen;
        async move { kitchen.post("/api/sealing-keys", &json!({"key": key})).await }
    };
    for wrong in ["", "AAEC", "é", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIj"] {
        assert_eq!(keep(wrong).await.refusal(), (422, "BAD_KEY".into()), "{wrong}");
    }
    for _ in 4..10 {
        assert_eq!(keep(KEY).await.status.as_u16(), 200);
    }
    assert_eq!(keep(KEY).await.refusal(), (429, "TOO_MANY_ATTEMPTS".into()));
}
