//! Communities above kitchens: the hub says what they are, what is part of what, and whose kitchens are.

use domain::wire::{
    owners::{OwnerCard, OwnerKind},
    people::PlaceCard,
};
use serde_json::{Value, json};

use super::market;

#[tokio::test]
async fn the_hub_adds_communities_and_moves_them_but_never_under_themselves() {
    let (_store, market, client) = market().await;
    let hub = client.signed_in("hub@market.example").await;
    let [region, gard, herault] = market.owners;
    let said = |name: &str, parent: Value| json!({"kind": "other", "name": name, "parent": parent});
    let added: OwnerCard = hub.post("/api/owners", &said("Syndicat du Gué", json!(gard))).await.json();
    assert_eq!((added.owner.kind, added.owner.parent, added.kitchens), (OwnerKind::Other, Some(gard), 0));
    let change = async |id, name: &str, parent: Value| {
        hub.post(&format!("/api/owners/{id}"), &said(name, parent)).await.refusal()
    };
    assert_eq!(change(added.id, "Syndicat du Gué", json!(herault)).await.0, 204);
    let below_itself = [(region, region), (region, gard), (region, added.id), (gard, gard)];
    for (id, parent) in below_itself {
        assert_eq!(change(id, "x", json!(parent)).await, (409, "OWNER_CYCLE".into()));
    }
    assert_eq!(change(gard, "Gard", json!(added.id)).await.0, 204, "a branch moves with all under it");
    assert_eq!(change(herault, "Hérault", json!(gard)).await, (409, "OWNER_CYCLE".into()));
    assert_eq!(change(gard, "Gard", Value::Null).await.0, 204);
    let nowhere = json!(uuid::Uuid::nil());
    assert_eq!(change(gard, "Gard", nowhere.clone()).await, (404, "NOT_FOUND".into()));
    assert_eq!(hub.post("/api/owners", &said("x", nowhere)).await.refusal(), (404, "NOT_FOUND".into()));
    let wrong = [
        (json!({"kind": "region", "name": "x", "insee": "760"}), "BAD_INSEE"),
        (json!({"kind": "metropole", "name": "x", "siren": "243400018"}), "BAD_SIREN"),
        (json!({"kind": "region", "name": " "}), "BAD_NAME"),
    ];
    for (owner, code) in wrong {
        assert_eq!(hub.post("/api/owners", &owner).await.refusal(), (422, code.into()));
    }
    let cards: Vec<OwnerCard> = hub.get("/api/owners").await.json();
    assert_eq!(cards.len(), 4);
    assert_eq!(cards.iter().map(|card| card.kitchens).sum::<u32>(), 2);
}

#[tokio::test]
async fn a_hub_says_whose_its_own_kitchens_are_and_no_others() {
    let (_store, market, client) = market().await;
    let hub = client.signed_in("hub@market.example").await;
    let neighbour = client.signed_in("autre-hub@market.example").await;
    let theirs: OwnerCard =
        neighbour.post("/api/owners", &json!({"kind": "region", "name": "À côté"})).await.json();
    let [ours, _, herault] = market.owners;
    let own = format!("/api/places/{}/owner", market.kitchens[0].site);
    let foreign = format!("/api/places/{}/owner", market.neighbour_kitchen.site);
    let not_found = (404, "NOT_FOUND".to_owned());
    assert_eq!(hub.post(&own, &json!({"owner": theirs.id})).await.refusal(), not_found);
    assert_eq!(hub.post(&foreign, &json!({"owner": ours})).await.refusal(), not_found);
    assert_eq!(hub.post(&own, &json!({"owner": herault})).await.status.as_u16(), 204);
    let below = json!({"kind": "other", "name": "x", "parent": ours});
    assert_eq!(neighbour.post("/api/owners", &below).await.refusal(), not_found);
    assert_eq!(neighbour.post(&format!("/api/owners/{ours}"), &below).await.refusal(), not_found);
    assert_eq!(neighbour.get("/api/owners").await.json::<Vec<OwnerCard>>().len(), 1);
    let places: Vec<PlaceCard> = hub.get("/api/places").await.json();
    let tilleuls = places.iter().find(|place| place.name == "École des Tilleuls").unwrap();
    assert_eq!(tilleuls.owner, Some(herault));
    // Figures are an authority's to read: a cook has no community.
    let people: Value = hub.get("/api/people").await.json();
    let of = |name: &str| {
        let person = people.as_array().unwrap().iter().find(|person| person["name"] == name).unwrap();
        format!("/api/people/{}/owner", person["id"].as_str().unwrap())
    };
    assert_eq!(hub.post(&of("tilleuls"), &json!({"owner": ours})).await.refusal(), not_found);
    assert_eq!(hub.post(&of("gard"), &json!({"owner": herault})).await.status.as_u16(), 204);
    let people: Value = hub.get("/api/people").await.json();
    let gard = people.as_array().unwrap().iter().find(|person| person["name"] == "gard").unwrap();
    assert_eq!((&gard["owner"], &gard["place"]), (&json!(herault), &json!("Hérault")));
    let me: Value = client.signed_in("gard@market.example").await.get("/api/me").await.json();
    assert_eq!(me["place"], "Hérault");
    let invited = json!({"name": "Anne", "email": "anne@x.example", "role": "authority", "owner": theirs.id});
    assert_eq!(hub.post("/api/invitations", &invited).await.refusal(), not_found);
}

#[tokio::test]
async fn communes_are_suggested_to_anybody() {
    let (_store, _, client) = market().await;
    let found: Value = client.get("/api/communes?name=anduz").await.json();
    assert_eq!(found, json!([{"name": "Anduze", "insee": "30010"}]));
    assert_eq!(client.get("/api/communes").await.json::<Value>(), json!([]));
    let place =
        json!({"kind": "kitchen", "name": "x", "siret": "00000045500014", "commune": "x", "insee": "0"});
    let hub = client.signed_in("hub@market.example").await;
    assert_eq!(hub.post("/api/places", &place).await.refusal(), (422, "BAD_COMMUNE".into()));
}
