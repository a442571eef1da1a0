//! Every endpoint as everybody: the list of endpoints is the published description, so that none is forgotten.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::{close_cycle, store::NewUser, testing::NOW};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Nobody,
    Kitchen,
    OtherKitchen,
    Producer,
    OtherProducer,
    Hub,
    OtherHub,
    Authority,
}

use Who::{Authority, Hub, Kitchen, Nobody, OtherHub, OtherKitchen, OtherProducer, Producer};

pub(super) const EVERYBODY: [(Who, &str); 8] = [
    (Nobody, ""),
    (Kitchen, "tilleuls@market.example"),
    (OtherKitchen, "vilar@market.example"),
    (Producer, "mas@market.example"),
    (OtherProducer, "causse@market.example"),
    (Hub, "hub@market.example"),
    (OtherHub, "autre-hub@market.example"),
    (Authority, "region@market.example"),
];

/// Who is served; of those who are not, whom it does not even exist for (the others are told they have no right).
pub(super) struct Rule {
    pub(super) served: &'static [Who],
    hidden: &'static [Who],
}

pub(super) const ANYBODY: &[Who] =
    &[Nobody, Kitchen, OtherKitchen, Producer, OtherProducer, Hub, OtherHub, Authority];

/// The table of rights, written a second time and by hand.
pub(super) fn rule(method: &str, path: &str) -> Rule {
    let rule = |served, hidden| Rule { served, hidden };
    match (method, path) {
        ("get", "/health") | ("post" | "delete", "/api/session") => rule(ANYBODY, &[]),
        ("get", "/api/me") => rule(&ANYBODY[1..], &[]),
        ("post", "/sync/v1/hello" | "/sync/v1/pull") => rule(&ANYBODY[1..], &[]),
        ("get", "/sync/v1/poke") => rule(&ANYBODY[1..7], &[]),
        ("post", "/sync/v1/push") => rule(&ANYBODY[1..7], &[]),
        // Everybody of the hub holds its catalogue; the neighbour does not.
        ("get", "/sync/v1/snap/{scope}/{hash}") => rule(&ANYBODY[1..6], &[]),
        (
            "get",
            "/api/week" | "/api/tickets" | "/api/announced" | "/api/delivery-gaps" | "/api/harvests"
            | "/api/lots",
        )
        | ("post", "/api/price-list-imports" | "/api/announced/list") => rule(&[Hub, OtherHub], &[]),
        // The neighbour has a week of the same name: its own.
        (
            "get",
            "/api/cycles/{cycle}/demand" | "/api/cycles/{cycle}/notes" | "/api/cycles/{cycle}/sheets",
        ) => rule(&[Hub, OtherHub], &[]),
        ("post", "/api/cycles/{cycle}/close") => rule(&[Hub, OtherHub], &[]),
        ("get", "/api/price-list-imports/{id}") | ("post", "/api/tickets/{id}/settle") => {
            rule(&[Hub], &[OtherHub])
        }
        ("get", "/api/cycles/{cycle}/sheets/{producer}" | "/api/cycles/{cycle}/sheets/{producer}/xlsx") => {
            rule(&[Producer, Hub], &[OtherHub])
        }
        ("get", "/api/indicators") => rule(&[Authority], &[]),
        // Whoever holds the code or the link; everybody here holds a wrong one.
        (
            "post",
            "/api/devices"
            | "/api/invitations/open"
            | "/api/invitations/accept"
            | "/api/password-links"
            | "/api/password-links/use"
            | "/api/sign-in-links"
            | "/api/sign-in-links/use"
            | "/api/oidc/confirm"
            | "/api/passkeys/start"
            | "/api/passkeys/use"
            | "/api/applications",
        )
        | ("get", "/api/hubs" | "/api/communes" | "/api/ways-in" | "/api/oidc/start" | "/api/oidc/return") => {
            rule(ANYBODY, &[])
        }
        ("get", "/api/sessions" | "/api/me/data" | "/api/me/ways-in")
        | (
            "post",
            "/api/me/password"
            | "/api/me/passkeys"
            | "/api/me/passkeys/start"
            | "/api/me/second-step"
            | "/api/me/second-step/confirm"
            | "/api/me/second-step/end",
        ) => rule(&ANYBODY[1..], &[]),
        // Another person's session does not exist.
        (
            "delete",
            "/api/sessions/{session}" | "/api/me/identities/{identity}" | "/api/me/passkeys/{passkey}",
        )
        | ("post", "/api/me/passkeys/{passkey}/rename") => rule(&[], &ANYBODY[1..]),
        ("post", "/api/pairings") => rule(&ANYBODY[1..5], &[]),
        ("get", "/api/devices" | "/api/people" | "/api/places" | "/api/invitations") => {
            rule(&ANYBODY[1..7], &[])
        }
        ("post", "/api/devices/{device}/rename" | "/api/devices/{device}/revoke") => {
            rule(&[Kitchen, Hub], &[OtherKitchen, Producer, OtherProducer, OtherHub])
        }
        // A colleague of that kitchen.
        ("post", "/api/invitations") => {
            rule(&[Kitchen, Hub], &[OtherKitchen, Producer, OtherProducer, OtherHub])
        }
        ("delete", "/api/invitations/{invitation}") => {
            rule(&[Kitchen], &[OtherKitchen, Producer, OtherProducer, Hub, OtherHub])
        }
        (
            "post",
            "/api/people/{person}/disable"
            | "/api/people/{person}/enable"
            | "/api/people/{person}/erase"
            | "/api/people/{person}/second-step/reset"
            | "/api/people/{person}/password-link",
        ) => rule(&[Hub], &[OtherHub]),
        ("get", "/api/applications") | ("post", "/api/places") => rule(&[Hub, OtherHub], &[]),
        ("post", "/api/applications/{application}/accept" | "/api/applications/{application}/refuse") => {
            rule(&[Hub], &[OtherHub])
        }
        ("post", "/api/sealing-keys") => rule(&ANYBODY[1..7], &[]),
        // One that the first kitchen kept: not even its hub is handed it.
        ("post", "/api/sealing-keys/{name}/hand-over") => {
            rule(&[Kitchen], &[OtherKitchen, Producer, OtherProducer, Hub, OtherHub])
        }
        ("get", "/api/owners") | ("post", "/api/owners") => rule(&[Hub, OtherHub], &[]),
        ("post", "/api/owners/{owner}" | "/api/places/{site}/owner" | "/api/people/{person}/owner") => {
            rule(&[Hub], &[OtherHub])
        }
        ("get", "/api/journal" | "/api/second-step-rule") | ("post", "/api/second-step-rule") => {
            rule(&[Hub, OtherHub], &[])
        }
        unknown => panic!("{unknown:?} is in the description and not in this table: who may?"),
    }
}

/// What stands for the braces of an address, and what is sent.
pub(super) struct Values {
    ticket: String,
    import: String,
    producer: String,
    snapshot: String,
    sealing_key: String,
    device: String,
    invitation: String,
    person: String,
    erased: String,
    authority: String,
    owner: String,
    site: String,
    hub: String,
    accepted: String,
    refused: String,
}

impl Values {
    pub(super) fn address(&self, path: &str) -> String {
        let import = path.starts_with("/api/price-list-imports");
        let address = path
            .replace("{cycle}", "2026-W49")
            .replace("{producer}", &self.producer)
            .replace("{id}", if import { &self.import } else { &self.ticket })
            .replace("{name}", &self.sealing_key)
            .replace("{device}", &self.device)
            .replace("{invitation}", &self.invitation)
            .replace("{application}/accept", &format!("{}/accept", self.accepted))
            .replace("{application}/refuse", &format!("{}/refuse", self.refused))
            .replace("{person}/owner", &format!("{}/owner", self.authority))
            .replace("{site}", &self.site)
            .replace("{owner}", &self.owner)
            .replace("{person}/erase", &format!("{}/erase", self.erased))
            .replace("{person}", &self.person)
            .replace("{identity}", "0123456789abcdef0123456789abcdef")
            .replace("{passkey}", "0123456789abcdef0123456789abcdef")
            .replace("{session}", "0123456789abcdef0123456789abcdef")
            .replace("/sync/v1/snap/{scope}/{hash}", &self.snapshot);
        match path {
            "/api/price-list-imports" => format!("{address}?name=x.csv&dry_run=true"),
            "/api/lots" => format!("{address}?code=L-12"),
            _ => address,
        }
    }
}

/// 256 bits, in base64.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

pub(super) fn body(path: &str, who: Who, values: &Values) -> Value {
    let hello = json!({"proto": 1, "schema": 1, "build": "test"});
    match path {
        "/sync/v1/hello" => hello,
        "/sync/v1/pull" => json!({"cursors": {}}),
        "/sync/v1/push" => {
            json!({"proto": 1, "schema": 1, "build": "test", "outbox": uuid::Uuid::from_u128(who as u128), "cmds": []})
        }
        "/api/tickets/{id}/settle" => json!({"choice": "decline"}),
        "/api/announced/list" => json!({"week": "2026-W50", "silent": "leave_out", "dry_run": true}),
        "/api/sealing-keys" => json!({"key": KEY}),
        "/api/devices" => json!({"code": "2222-2222", "name": "Tablette"}),
        "/api/devices/{device}/rename" => json!({"name": "Tablette"}),
        "/api/applications" => application(&values.hub, &format!("{who:?}@asks.example")),
        "/api/owners" | "/api/owners/{owner}" => json!({"kind": "other", "name": "Syndicat du Gué"}),
        "/api/places/{site}/owner" | "/api/people/{person}/owner" => json!({"owner": values.owner}),
        "/api/places" => application("", "")["place"].clone(),
        "/api/password-links" => json!({"email": format!("{who:?}@nobody.example")}),
        "/api/sign-in-links" => json!({"email": format!("{who:?}@nobody.example")}),
        "/api/sign-in-links/use" => json!({"token": ""}),
        "/api/password-links/use" => json!({"token": "", "password": ""}),
        "/api/me/password" => json!({"current": crate::testing::PASSWORD, "password": "x"}),
        "/api/me/passkeys/start" | "/api/me/second-step" | "/api/me/second-step/end" => {
            json!({"password": crate::testing::PASSWORD})
        }
        "/api/oidc/confirm" => json!({"password": ""}),
        "/api/me/passkeys" => json!({"name": "Tablette", "credential": ""}),
        "/api/me/passkeys/{passkey}/rename" => json!({"name": "Tablette"}),
        "/api/passkeys/use" => json!({"credential": ""}),
        "/api/second-step-rule" => json!({"rule": "chosen"}),
        "/api/me/second-step/confirm" => json!({"code": "none"}),
        "/api/invitations/open" => json!({"token": ""}),
        "/api/invitations/accept" => json!({"token": "", "password": ""}),
        "/api/invitations" => {
            let email = format!("{who:?}@invited.example");
            json!({"name": "Anne", "email": email, "role": "kitchen", "site": values.site})
        }
        "/api/session" => json!({"email": "hub@market.example", "password": crate::testing::PASSWORD}),
        _ => json!({}),
    }
}

/// What somebody says who asks to join.
pub(super) fn application(hub: &str, email: &str) -> Value {
    let place =
        json!({"kind": "kitchen", "name": "École du Gué", "siret": "00000045500014", "commune": "Anduze"});
    json!({"hub": hub, "place": place, "name": "Rose Gué", "email": email})
}

pub(super) async fn ask(client: &Client, method: &str, address: &str, body: &Value) -> Answer {
    match method {
        "get" => client.get(address).await,
        "delete" => client.delete(address).await,
        "post" => client.post(address, body).await,
        other => panic!("{other}"),
    }
}

/// A closed week with sheets, a ticket that waits, an import that is done.
pub(super) async fn prepared() -> (TestStore, Client, Values) {
    let (store, market, client) = market().await;
    let kitchen = client.signed_in("tilleuls@market.example").await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    order(&kitchen, &mut tablet, market.submission(who.site, &[("P-001", "10"), ("F-001", "5")])).await;
    order(&kitchen, &mut tablet, market.submission(who.site, &[("P-001", "15")])).await;
    let hub = client.signed_in("hub@market.example").await;
    let tickets: Value = hub.get("/api/tickets").await.json();
    let started: Value = hub.post_bytes("/api/price-list-imports?name=x.csv", b"rien".to_vec()).await.json();
    let scope = domain::wire::Scope::catalog(market.hub);
    let pulled: Value =
        kitchen.post("/sync/v1/pull", &json!({"cursors": {scope.to_string(): null}})).await.json();
    let invited = json!({"name": "Anne", "email": "anne@x.example", "role": "kitchen", "site": who.site});
    let made: Value = kitchen.post("/api/invitations", &invited).await.json();
    // People who ask for nothing here: what is done to them hinders no other question.
    let mut people = Vec::new();
    for name in ["Léa", "Max"] {
        let email = format!("{name}@market.example");
        let role = domain::enterprise::Role::Kitchen { hub: market.hub, site: who.site };
        let person = NewUser { name: name.into(), email, password_hash: String::new(), role };
        people.push(store.create_user(&person).await.unwrap().to_string());
    }
    let [person, erased] = <[String; 2]>::try_from(people).unwrap();
    for email in ["one@asks.example", "two@asks.example"] {
        let asked = application(&market.hub.to_string(), email);
        assert_eq!(client.post("/api/applications", &asked).await.status.as_u16(), 204);
    }
    let waiting: Value = hub.get("/api/applications").await.json();
    let [accepted, refused] = [0, 1].map(|at| waiting[at]["id"].as_str().unwrap().to_owned());
    let device = devices::paired(&kitchen).await.1;
    let kept: Value = kitchen.post("/api/sealing-keys", &json!({"key": KEY})).await.json();
    let values = Values {
        device,
        sealing_key: kept["name"].as_str().unwrap().to_owned(),
        invitation: made["invitation"]["id"].as_str().unwrap().to_owned(),
        person,
        erased,
        authority: store.find_credentials("gard@market.example").await.unwrap().unwrap().user.to_string(),
        owner: market.owners[1].to_string(),
        hub: market.hub.to_string(),
        accepted,
        refused,
        site: who.site.to_string(),
        ticket: tickets[0]["ticket"]["id"].as_str().unwrap().to_owned(),
        import: started["id"].as_str().unwrap().to_owned(),
        producer: market.producers[0].to_string(),
        snapshot: pulled["scopes"][scope.to_string()]["snapshot"]["url"].as_str().unwrap().to_owned(),
    };
    close_cycle::close(&store, market.hub, market.cycle.id, NOW).await.unwrap();
    (store, client, values)
}

#[tokio::test]
async fn every_endpoint_as_everybody() {
    let (_store, client, values) = prepared().await;
    let description: Value = client.get("/api/openapi.json").await.json();
    let mut clients = BTreeMap::new();
    for (who, email) in EVERYBODY {
        let client = if email.is_empty() { client.another() } else { client.signed_in(email).await };
        clients.insert(who, client);
    }
    let mut asked = 0;
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let Rule { served, hidden } = rule(method, path);
            for (who, client) in &clients {
                let address = values.address(path);
                // Signing out is done with a session of its own: the others go on.
                let client = if path == "/api/session" { client.another() } else { client.clone() };
                let answer = ask(&client, method, &address, &body(path, *who, &values)).await;
                let (status, code) = answer.refusal();
                let said = format!("{who:?} {method} {address}: {status} {code}");
                if served.contains(who) {
                    let in_vain = matches!(
                        code.as_str(),
                        "UNKNOWN_CODE" | "INVITATION_OVER" | "LINK_OVER" | "BAD_SECOND_STEP"
                    );
                    assert!(in_vain || !matches!(status, 401 | 403 | 404 | 500..), "{said}");
                } else if hidden.contains(who) {
                    assert_eq!((status, code.as_str()), (404, "NOT_FOUND"), "{said}");
                } else if *who == Nobody {
                    assert_eq!((status, code.as_str()), (401, "NOT_SIGNED_IN"), "{said}");
                } else {
                    assert_eq!((status, code.as_str()), (403, "NO_RIGHT"), "{said}");
                }
                asked += 1;
            }
        }
    }
    assert!(asked >= 75 * 8, "{asked}");
}

#[tokio::test]
async fn what_one_hub_does_is_not_the_neighbours() {
    let (store, market, client) = market().await;
    let neighbour = client.signed_in("autre-hub@market.example").await;
    let kitchen = client.signed_in("tilleuls@market.example").await;
    let who = &market.kitchens[0];
    order(&kitchen, &mut Device::of(who, 1), market.submission(who.site, &[("P-001", "10")])).await;
    let week: Value = neighbour.get("/api/week").await.json();
    assert_eq!((&week["kitchens"], &week["orders"]), (&json!(1), &json!(0)));
    let demand: Value = neighbour.get("/api/cycles/2026-W49/demand").await.json();
    assert_eq!(demand["producers"], json!([]));
    assert_eq!(neighbour.post("/api/cycles/2026-W49/close", &json!({})).await.status.as_u16(), 200);
    let ours = store.find_cycle(market.hub, market.cycle.id).await.unwrap().unwrap();
    assert_eq!(ours.state, domain::cycle::CycleState::Open);
}

#[tokio::test]
async fn the_description_names_every_answer_and_every_type() {
    let (_store, _, client) = market().await;
    let answer = client.get("/api/openapi.json").await;
    let description: Value = answer.json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let text = description.to_string();
    let schemas = description["components"]["schemas"].as_object().unwrap();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is named and not described");
    }
    for name in ["PullAnswer", "PushAnswer", "Order", "ProducerSheet", "Problem", "ImportStatus"] {
        assert!(schemas.contains_key(name), "{name}");
    }
    let operations = description["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|path| path.as_object().unwrap().values());
    for operation in operations {
        let reads_a_body = !operation["requestBody"].is_null();
        assert!(!reads_a_body || operation["responses"]["400"].is_object(), "{operation}");
        assert!(
            operation["summary"].is_string() && !operation["responses"].as_object().unwrap().is_empty(),
            "{operation}"
        );
    }
}
