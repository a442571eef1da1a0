//! A hub asks for more than a password: who came in with less comes in anew, chooses, and goes on where they stopped.

use domain::wire::{
    Me,
    people::{Deed, Journal},
    ways_in::{SecondStepBoard, SecondStepRule},
};
use serde_json::{Value, json};

use super::{
    devices::paired,
    market, order, push_of,
    rights::{ANYBODY, EVERYBODY, ask, body, prepared, rule},
    second_step::turned_on,
};
use crate::{
    store::{Actor, NewPasskey, Store},
    testing::{Client, Device, NOW},
};

const HUB: &str = "hub@market.example";
const COOK: &str = "tilleuls@market.example";

/// What a session may still do that owes its second step.
const HALFWAY: [(&str, &str); 7] = [
    ("post", "/sync/v1/hello"),
    ("get", "/api/me"),
    ("get", "/api/me/ways-in"),
    ("post", "/api/me/passkeys"),
    ("post", "/api/me/passkeys/start"),
    ("post", "/api/me/second-step"),
    ("post", "/api/me/second-step/confirm"),
];

async fn asks(hub: &Client, rule: SecondStepRule) -> (u16, String) {
    hub.post("/api/second-step-rule", &json!({ "rule": rule })).await.refusal()
}

async fn board(hub: &Client) -> SecondStepBoard {
    hub.get("/api/second-step-rule").await.json()
}

async fn is_due(client: &Client) -> bool {
    client.get("/api/me").await.json::<Me>().second_step_due
}

#[tokio::test]
async fn what_a_kitchen_recorded_waits_until_its_person_gives_more() {
    let (_store, market, client) = market().await;
    let who = &market.kitchens[0];
    let cook = client.signed_in(COOK).await;
    let (shared, _) = paired(&cook).await;
    let mut tablet = Device::of(who, 1);
    let sent = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    let push = push_of(&tablet, vec![sent]);

    let hub = client.signed_in(HUB).await;
    turned_on(&hub).await;
    let before = board(&hub).await;
    assert_eq!(before.rule, SecondStepRule::Chosen);
    assert_eq!(asks(&hub, SecondStepRule::Everybody).await.0, 204);
    assert_eq!(board(&hub).await, SecondStepBoard { rule: SecondStepRule::Everybody, ..before });

    assert_eq!(cook.get("/api/me").await.refusal(), (401, "NOT_SIGNED_IN".into()), "opened with less");
    assert_eq!(shared.get("/api/me").await.status.as_u16(), 200, "a paired device goes on");
    assert!(!is_due(&shared).await);

    let cook = client.signed_in(COOK).await;
    assert!(is_due(&cook).await);
    assert_eq!(cook.post("/sync/v1/push", &push).await.refusal(), (403, "SECOND_STEP_DUE".into()));
    turned_on(&cook).await;
    assert!(!is_due(&cook).await, "the very session in which it was chosen goes on");
    assert_eq!(cook.post("/sync/v1/push", &push).await.status.as_u16(), 200);
    let week: Value = hub.get("/api/week").await.json();
    assert_eq!(week["orders"], json!(1));
    let journal: Journal = hub.get("/api/journal").await.json();
    assert!(journal.lines.iter().any(|line| line.deed == Deed::SecondStepRuleSet));
    assert_eq!(board(&hub).await.others_without, before.others_without - 1);
}

#[tokio::test]
async fn who_asks_for_more_gives_more_first() {
    let (_store, _, client) = market().await;
    let hub = client.signed_in(HUB).await;
    for rule in [SecondStepRule::Desks, SecondStepRule::Everybody] {
        assert_eq!(asks(&hub, rule).await, (409, "SECOND_STEP_FIRST".into()));
    }
    let cook = client.signed_in(COOK).await;
    turned_on(&hub).await;
    assert_eq!(asks(&hub, SecondStepRule::Desks).await.0, 204);
    assert_eq!(cook.get("/api/me").await.status.as_u16(), 200, "it is not about kitchens");
    let region = client.signed_in("region@market.example").await;
    assert_eq!(region.get("/api/indicators").await.refusal(), (403, "SECOND_STEP_DUE".into()));
    assert_eq!(asks(&hub, SecondStepRule::Chosen).await.0, 204);
    assert_eq!(region.get("/api/indicators").await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_stolen_password_puts_no_key_beside_the_owners() {
    let (store, market, client) = market().await;
    let user = market.kitchens[0].user;
    let owner = Actor { hub: market.hub, user, device: None };
    let key = NewPasskey { id: vec![1; 32], name: "Téléphone".into(), body: "{}".into() };
    store.add_passkey(owner, [0; 32], &key, NOW).await.unwrap();
    store.set_second_step_rule(owner, SecondStepRule::Everybody, NOW).await.unwrap();
    let thief = client.signed_in(COOK).await;
    assert!(is_due(&thief).await, "the password alone, where its owner has a passkey");
    let again = json!({ "password": crate::testing::PASSWORD });
    for path in ["/api/me/second-step", "/api/me/passkeys/start"] {
        assert_eq!(thief.post(path, &again).await.refusal(), (403, "SECOND_STEP_DUE".into()), "{path}");
    }
    let key = json!({ "name": "Tablette", "credential": "" });
    assert_eq!(thief.post("/api/me/passkeys", &key).await.refusal().0, 403);
    let ways: Value = thief.get("/api/me/ways-in").await.json();
    assert_eq!(ways["passkeys"][0]["name"], "Téléphone", "whoever owns it is told by what to come in");
}

#[tokio::test]
async fn who_gives_up_the_last_proof_owes_one_again() {
    let (store, market, client) = market().await;
    let cook = client.signed_in(COOK).await;
    turned_on(&cook).await;
    let user = market.kitchens[0].user;
    let owner = Actor { hub: market.hub, user, device: None };
    let key = NewPasskey { id: vec![1; 32], name: "Téléphone".into(), body: "{}".into() };
    store.add_passkey(owner, [0; 32], &key, NOW).await.unwrap();
    asks_of_everybody(&store, HUB).await;
    let end = json!({ "password": crate::testing::PASSWORD });
    assert_eq!(cook.post("/api/me/second-step/end", &end).await.status.as_u16(), 204);
    assert!(!is_due(&cook).await, "there is a passkey still");
    let ways: Value = cook.get("/api/me/ways-in").await.json();
    let name = ways["passkeys"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(cook.delete(&format!("/api/me/passkeys/{name}")).await.status.as_u16(), 204);
    assert!(is_due(&cook).await, "nothing is left but a password");
    assert_eq!(cook.get("/api/devices").await.refusal(), (403, "SECOND_STEP_DUE".into()));
}

#[tokio::test]
async fn nothing_but_the_choice_is_served_to_who_owes_a_second_step() {
    let (store, client, values) = prepared().await;
    for email in [HUB, "autre-hub@market.example"] {
        asks_of_everybody(&store, email).await;
    }
    let description: Value = client.get("/api/openapi.json").await.json();
    let mut refused = 0;
    for (who, email) in &EVERYBODY[1..] {
        let session = client.signed_in(email).await;
        for (path, methods) in description["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                if rule(method, path).served.len() == ANYBODY.len() {
                    continue; // the door
                }
                let answer = ask(&session, method, &values.address(path), &body(path, *who, &values)).await;
                let (status, code) = answer.refusal();
                let is_open = HALFWAY.contains(&(method.as_str(), path.as_str()));
                let is_due = (status, code.as_str()) == (403, "SECOND_STEP_DUE");
                assert_eq!(is_due, !is_open, "{who:?} {method} {path}: {status} {code}");
                refused += usize::from(is_due);
            }
        }
    }
    assert!(refused >= 50 * 7, "{refused}");
}

async fn asks_of_everybody(store: &Store, hub: &str) {
    let known = store.find_credentials(hub).await.unwrap().unwrap();
    let actor = Actor { hub: known.role.hub(), user: known.user, device: None };
    store.set_second_step_rule(actor, SecondStepRule::Everybody, NOW).await.unwrap();
}

#[tokio::test]
async fn an_order_of_who_gave_enough_is_taken_as_before() {
    let (store, market, client) = market().await;
    let cook = client.signed_in(COOK).await;
    turned_on(&cook).await;
    asks_of_everybody(&store, HUB).await;
    let who = &market.kitchens[0];
    let sent = market.submission(who.site, &[("P-001", "10")]);
    assert_eq!(order(&cook, &mut Device::of(who, 1), sent).await.status.as_u16(), 200);
}
