//! A kitchen, a producer, an authority ask to join; the hub lets them in, or does not.

use domain::wire::{
    owners::{OwnerCard, OwnerKind},
    people::{ApplicationCard, InvitationMade, PlaceCard, PlaceKind},
};
use serde_json::{Value, json};

use super::{market, rights::application};

#[tokio::test]
async fn a_kitchen_asks_to_join_and_is_let_in_with_its_place() {
    let (_store, market, client) = market().await;
    let hubs: Value = client.get("/api/hubs").await.json();
    assert_eq!(hubs.as_array().unwrap().len(), 2);
    let hub_id = market.hub.to_string();
    let mut asked = application(&hub_id, "Rose@Gue.example");
    asked["words"] = "Nous servons 90 repas.".into();
    assert_eq!(client.post("/api/applications", &asked).await.status.as_u16(), 204);
    assert_eq!(client.post("/api/applications", &asked).await.status.as_u16(), 204);

    let hub = client.signed_in("hub@market.example").await;
    let [card] = &hub.get("/api/applications").await.json::<Vec<ApplicationCard>>()[..] else {
        panic!("asked twice, it waits once")
    };
    assert_eq!((card.email.as_str(), card.place.kind), ("rose@gue.example", PlaceKind::Kitchen));
    assert_eq!((card.words.as_str(), card.is_known), ("Nous servons 90 repas.", false));
    let neighbour = client.signed_in("autre-hub@market.example").await;
    let accept = format!("/api/applications/{}/accept", card.id);
    assert_eq!(neighbour.get("/api/applications").await.json::<Value>(), json!([]));
    assert_eq!(neighbour.post(&accept, &json!({})).await.refusal(), (404, "NOT_FOUND".into()));

    let made: InvitationMade = hub.post(&accept, &json!({})).await.json();
    assert_eq!((made.invitation.place.as_str(), made.invitation.name.as_str()), ("École du Gué", "Rose Gué"));
    assert_eq!(hub.get("/api/applications").await.json::<Value>(), json!([]));
    assert_eq!(hub.post(&accept, &json!({})).await.refusal(), (404, "NOT_FOUND".into()), "once");
    let places: Vec<PlaceCard> = hub.get("/api/places").await.json();
    assert!(places.iter().any(|place| place.name == "École du Gué"));

    // Its cook comes in, and holds the catalogue and a feed of their own.
    let token = made.link.split('#').nth(1).unwrap();
    let mut cook = client.another();
    let accepted = cook
        .post("/api/invitations/accept", &json!({"token": token, "password": "quatre mots bien choisis"}))
        .await;
    cook.keep_cookie(&accepted);
    let hello = json!({"proto": 1, "schema": 1, "build": "test"});
    let hello: Value = cook.post("/sync/v1/hello", &hello).await.json();
    let scopes: serde_json::Map<String, Value> = hello["scopes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s.as_str().unwrap().to_owned(), Value::Null))
        .collect();
    let pulled: Value = cook.post("/sync/v1/pull", &json!({"cursors": scopes})).await.json();
    assert_eq!(pulled["scopes"].as_object().unwrap().len(), 2, "{pulled}");
}

#[tokio::test]
async fn what_is_wrong_in_an_application_is_said_and_too_many_wait() {
    let (_store, market, client) = market().await;
    let hub_id = market.hub.to_string();
    let with = |change: fn(&mut Value)| {
        let mut asked = application(&hub_id, "rose@gue.example");
        change(&mut asked);
        let client = &client;
        async move { client.post("/api/applications", &asked).await.refusal().1 }
    };
    assert_eq!(with(|asked| asked["place"]["siret"] = "00000045500015".into()).await, "BAD_SIRET");
    assert_eq!(with(|asked| asked["place"]["name"] = "".into()).await, "BAD_NAME");
    assert_eq!(with(|asked| asked["email"] = "rose".into()).await, "BAD_EMAIL");
    assert_eq!(with(|asked| asked["words"] = "x".repeat(1_001).into()).await, "TOO_LONG");
    assert_eq!(with(|asked| asked["hub"] = uuid::Uuid::nil().to_string().into()).await, "NOT_FOUND");
    client.clock.advance_ms(60_000);
    for _ in 0..10 {
        assert_eq!(with(|_| ()).await, "");
    }
    assert_eq!(with(|_| ()).await, "TOO_MANY_ATTEMPTS");
}

#[tokio::test]
async fn an_authority_is_let_in_with_its_community_and_a_refusal_lets_nobody_in() {
    let (_store, market, client) = market().await;
    let hub_id = market.hub.to_string();
    for (email, kind) in [("a@region.example", "authority"), ("b@ferme.example", "producer")] {
        let mut asked = application(&hub_id, email);
        asked["place"]["kind"] = kind.into();
        assert_eq!(client.post("/api/applications", &asked).await.status.as_u16(), 204);
    }
    let hub = client.signed_in("hub@market.example").await;
    let cards: Vec<ApplicationCard> = hub.get("/api/applications").await.json();
    let of = |kind| cards.iter().find(|card| card.place.kind == kind).unwrap();
    let (authority, producer) = (of(PlaceKind::Authority), of(PlaceKind::Producer));
    let before = hub.get("/api/places").await.json::<Vec<PlaceCard>>().len();
    let made: InvitationMade =
        hub.post(&format!("/api/applications/{}/accept", authority.id), &json!({})).await.json();
    assert_eq!(made.invitation.place, "École du Gué");
    let owners: Vec<OwnerCard> = hub.get("/api/owners").await.json();
    let added = owners.iter().find(|card| card.owner.name == "École du Gué").unwrap();
    assert_eq!((added.owner.kind, added.owner.siren.as_deref()), (OwnerKind::Other, Some("000000455")));
    // Whoever comes after from there is of the same community.
    let mut asked = application(&hub_id, "c@region.example");
    asked["place"]["kind"] = "authority".into();
    assert_eq!(client.post("/api/applications", &asked).await.status.as_u16(), 204);
    let cards: Vec<ApplicationCard> = hub.get("/api/applications").await.json();
    let second = cards.iter().find(|card| card.email == "c@region.example").unwrap();
    assert!(second.is_known && second.place.insee == "30010");
    let accept = format!("/api/applications/{}/accept", second.id);
    assert_eq!(hub.post(&accept, &json!({})).await.status.as_u16(), 200);
    assert_eq!(hub.get("/api/owners").await.json::<Vec<OwnerCard>>().len(), owners.len());
    let refuse = format!("/api/applications/{}/refuse", producer.id);
    assert_eq!(hub.post(&refuse, &json!({})).await.status.as_u16(), 204);
    assert_eq!(hub.get("/api/places").await.json::<Vec<PlaceCard>>().len(), before);
    assert_eq!(hub.get("/api/applications").await.json::<Value>(), json!([]));
}

#[tokio::test]
async fn the_hub_adds_a_place_once() {
    let (_store, _, client) = market().await;
    let hub = client.signed_in("hub@market.example").await;
    for kind in ["food_aid", "producer"] {
        let place =
            json!({"kind": kind, "name": "Le Gué", "siret": "000 000 455 00014", "commune": "Anduze"});
        let added: PlaceCard = hub.post("/api/places", &place).await.json();
        assert_eq!((added.name.as_str(), added.commune.name.as_str()), ("Le Gué", "Anduze"));
        assert_eq!(hub.post("/api/places", &place).await.refusal(), (409, "PLACE_EXISTS".into()));
    }
    // Two schools of a commune share its SIRET, and are two; written otherwise, one is one.
    let school =
        |name: &str| json!({"kind": "kitchen", "name": name, "siret": "00000045500014", "commune": "Anduze"});
    for (name, status) in [("École du Gué", 200), ("École du Pré", 200), ("ecole  du gué", 409)] {
        assert_eq!(hub.post("/api/places", &school(name)).await.status.as_u16(), status, "{name}");
    }
}
