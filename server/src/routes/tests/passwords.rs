//! A password is forgotten, changed, and a person is told and erased all that is kept about them.

use std::{fs, time::Duration};

use axum::{body::Body, http::header};
use domain::wire::{
    Me,
    people::{Deed, PasswordLink, PersonCard, PersonalData},
};
use serde_json::json;
use tempfile::TempDir;

use super::{Client, devices, market};
use crate::{
    config::Options,
    mail::Mailer,
    testing::{Market, PASSWORD, on_sqlite},
};

const NEW: &str = "quatre mots bien choisis";
const HOUR_MS: i64 = 3_600_000;

async fn signs_in(client: &Client, email: &str, password: &str) -> u16 {
    let asked = json!({"email": email, "password": password});
    client.another().post("/api/session", &asked).await.status.as_u16()
}

/// What the link to `page` carries, of the only letter that lies in a folder, once it is there.
pub(super) async fn link_of_letter(folder: &TempDir, page: &str) -> String {
    let before = format!("{page}#");
    for _ in 0..200 {
        let mut letters = fs::read_dir(folder.path()).unwrap();
        if let Some(letter) =
            letters.next().and_then(|letter| fs::read_to_string(letter.unwrap().path()).ok())
        {
            // Long lines are folded in a letter.
            let whole = letter.replace("=\r\n", "").replace("=3D", "=");
            let link = whole.split(&before).nth(1).map(|rest| rest.chars().take(64).collect());
            if let Some(link) = link {
                return link;
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no letter came");
}

#[tokio::test]
async fn a_forgotten_password_is_set_by_a_link_in_a_letter() {
    let store = on_sqlite().await;
    Market::open(&store).await;
    let letters = TempDir::new().unwrap();
    let mailer = Some(Mailer::folder(letters.path()).unwrap());
    let mut client = Client::with(&store, Options { mailer, ..Options::default() });
    let email = "tilleuls@market.example";
    let before = client.signed_in(email).await;
    let (tablet, _) = devices::paired(&before).await;

    // Whether an address has an account is not told.
    for asked in [email, "personne@market.example"] {
        let answer = client.post("/api/password-links", &json!({"email": asked})).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0), "{asked}");
    }
    let token = link_of_letter(&letters, "/mot-de-passe").await;
    assert_eq!(fs::read_dir(letters.path()).unwrap().count(), 1);
    let weak = json!({"token": token, "password": "tilleuls"});
    assert_eq!(client.post("/api/password-links/use", &weak).await.refusal(), (422, "WEAK_PASSWORD".into()));
    let set = json!({"token": token, "password": NEW});
    let answer = client.post("/api/password-links/use", &set).await;
    assert_eq!(answer.status.as_u16(), 204);
    client.keep_cookie(&answer);
    assert_eq!(client.get("/api/me").await.json::<Me>().email, email);
    assert_eq!(client.post("/api/password-links/use", &set).await.refusal(), (410, "LINK_OVER".into()));
    assert_eq!(signs_in(&client, email, PASSWORD).await, 401);
    assert_eq!(signs_in(&client, email, NEW).await, 204);
    assert_eq!(before.get("/api/me").await.refusal().0, 401, "whoever knew the old one is out");
    assert_eq!(tablet.get("/api/me").await.status.as_u16(), 200, "a paired tablet never knew it");
}

#[tokio::test]
async fn a_letter_leads_to_the_configured_address_whatever_the_request_calls_the_server() {
    let store = on_sqlite().await;
    Market::open(&store).await;
    let letters = TempDir::new().unwrap();
    let mailer = Some(Mailer::folder(letters.path()).unwrap());
    let public_address = Some("https://mercuriale.example".to_owned());
    let client = Client::with(&store, Options { mailer, public_address, ..Options::default() });
    let mut request = client
        .request("POST", "/api/password-links")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({"email": "tilleuls@market.example"}).to_string()))
        .unwrap();
    request.headers_mut().insert(header::HOST, "evil.example".parse().unwrap());
    request.headers_mut().insert(header::ORIGIN, "https://evil.example".parse().unwrap());
    assert_eq!(client.send(request).await.status.as_u16(), 204);
    link_of_letter(&letters, "/mot-de-passe").await;
    let letter = fs::read_dir(letters.path()).unwrap().next().unwrap().unwrap();
    let letter = fs::read_to_string(letter.path()).unwrap().replace("=\r\n", "");
    assert!(
        letter.contains("https://mercuriale.example/mot-de-passe#") && !letter.contains("evil"),
        "{letter}"
    );
}

#[tokio::test]
async fn the_hub_hands_a_link_over_and_nobody_else() {
    let (_store, market, client) = market().await;
    let hub = client.signed_in("hub@market.example").await;
    let address = format!("/api/people/{}/password-link", market.kitchens[0].user);
    let neighbour = client.signed_in("autre-hub@market.example").await;
    assert_eq!(neighbour.post(&address, &json!({})).await.refusal(), (404, "NOT_FOUND".into()));
    // A colleague would come in as the person the link is for, and the person would hear nothing.
    for colleague in ["tilleuls@market.example", "vilar@market.example", "mas@market.example"] {
        let refused = client.signed_in(colleague).await.post(&address, &json!({})).await;
        assert_eq!(refused.refusal(), (403, "NO_RIGHT".into()), "{colleague}");
    }
    let first: PasswordLink = hub.post(&address, &json!({})).await.json();
    let second: PasswordLink = hub.post(&address, &json!({})).await.json();
    let uses = |link: &PasswordLink| {
        let token = link.link.split('#').nth(1).unwrap().to_owned();
        let client = client.another();
        async move { client.post("/api/password-links/use", &json!({"token": token, "password": NEW})).await }
    };
    assert_eq!(uses(&first).await.refusal(), (410, "LINK_OVER".into()), "the last one counts");
    client.clock.advance_ms(24 * HOUR_MS);
    assert_eq!(uses(&second).await.refusal(), (410, "LINK_OVER".into()), "a day later");
    let hub = client.signed_in("hub@market.example").await;
    let third: PasswordLink = hub.post(&address, &json!({})).await.json();
    assert_eq!(uses(&third).await.status.as_u16(), 204);
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it() {
    let (_store, _, client) = market().await;
    let email = "vilar@market.example";
    let (here, elsewhere) = (client.signed_in(email).await, client.signed_in(email).await);
    let change = async |current: &str, password: &str| {
        here.post("/api/me/password", &json!({"current": current, "password": password})).await
    };
    assert_eq!(change("faux", NEW).await.refusal(), (401, "BAD_CREDENTIALS".into()));
    assert_eq!(change(PASSWORD, "court").await.refusal(), (422, "WEAK_PASSWORD".into()));
    assert_eq!(change(PASSWORD, NEW).await.status.as_u16(), 204);
    assert_eq!(here.get("/api/me").await.status.as_u16(), 200);
    assert_eq!(elsewhere.get("/api/me").await.refusal().0, 401);
    assert_eq!(signs_in(&client, email, NEW).await, 204);
}

#[tokio::test]
async fn a_person_reads_all_that_is_kept_and_is_erased() {
    let (store, market, client) = market().await;
    let cook = client.signed_in("tilleuls@market.example").await;
    devices::paired(&cook).await;
    let answer = cook.get("/api/me/data").await;
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let data: PersonalData = answer.json();
    assert_eq!((data.me.email.as_str(), data.sessions.len()), ("tilleuls@market.example", 1));
    assert_eq!(data.devices.len(), 1);
    assert!(data.journal.iter().any(|line| line.deed == Deed::DevicePaired));

    let hub = client.signed_in("hub@market.example").await;
    let person = market.kitchens[0].user;
    assert_eq!(hub.post(&format!("/api/people/{person}/erase"), &json!({})).await.status.as_u16(), 204);
    assert_eq!(cook.get("/api/me").await.refusal().0, 401);
    assert_eq!(signs_in(&client, "tilleuls@market.example", PASSWORD).await, 401);
    let people: Vec<PersonCard> = hub.get("/api/people").await.json();
    let erased = people.iter().find(|card| card.id == person).unwrap();
    assert_eq!(erased.name, "—");
    assert!(erased.email.ends_with("@erased.invalid") && erased.disabled_at.is_some() && erased.erased);
    // For ever: nobody comes in as them again, by whatever way.
    let enable = hub.post(&format!("/api/people/{person}/enable"), &json!({})).await;
    assert_eq!(enable.refusal(), (409, "PERSON_ERASED".into()));
    let link = hub.post(&format!("/api/people/{person}/password-link"), &json!({})).await;
    assert_eq!(link.refusal(), (404, "NOT_FOUND".into()));
    let invited = json!({"name": "X", "email": erased.email, "role": "hub"});
    assert_eq!(hub.post("/api/invitations", &invited).await.refusal(), (409, "EMAIL_TAKEN".into()));
    // The person themselves may be invited again, as somebody new.
    let invited = json!({"name": "Anne", "email": "tilleuls@market.example", "role": "hub"});
    assert_eq!(hub.post("/api/invitations", &invited).await.status.as_u16(), 200);
    let told = hub.get("/api/journal").await;
    let told = String::from_utf8(told.body).unwrap();
    assert!(!told.contains("tilleuls"), "the journal names nobody who was erased");
    assert_eq!(store.broken_journal(market.hub).await.unwrap(), None, "and its chain holds");
}
