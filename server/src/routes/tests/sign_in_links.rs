//! A producer comes in by a link in a letter, once, soon.

use std::{fs, time::Duration};

use domain::wire::{
    Me,
    people::{Deed, Journal},
};
use serde_json::json;
use tempfile::TempDir;

use super::{Client, passwords::link_of_letter};
use crate::{
    config::Options,
    mail::Mailer,
    testing::{Market, TestStore, on_sqlite},
};

const MINUTE_MS: i64 = 60_000;
const USE: &str = "/api/sign-in-links/use";

async fn with_letters() -> (TestStore, Client, TempDir) {
    let store = on_sqlite().await;
    Market::open(&store).await;
    let letters = TempDir::new().unwrap();
    let mailer = Some(Mailer::folder(letters.path()).unwrap());
    let client = Client::with(&store, Options { mailer, ..Options::default() });
    (store, client, letters)
}

#[tokio::test]
async fn a_link_in_a_letter_signs_in_once_and_soon() {
    let (_store, mut client, letters) = with_letters().await;
    let email = "mas@market.example";
    // Neither an address without an account, nor one that sees everybody's orders, gets a letter; the answer tells nobody.
    for asked in ["personne@market.example", "hub@market.example", "region@market.example", email] {
        let answer = client.post("/api/sign-in-links", &json!({"email": asked})).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0), "{asked}");
    }
    let first = link_of_letter(&letters, "/connexion").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(fs::read_dir(letters.path()).unwrap().count(), 1);

    let over = (410, "LINK_OVER".to_owned());
    client.clock.advance_ms(15 * MINUTE_MS);
    assert_eq!(client.post(USE, &json!({"token": first})).await.refusal(), over, "too late");

    fs::read_dir(letters.path()).unwrap().for_each(|letter| fs::remove_file(letter.unwrap().path()).unwrap());
    client.post("/api/sign-in-links", &json!({"email": email})).await;
    let token = json!({"token": link_of_letter(&letters, "/connexion").await});
    let answer = client.post(USE, &token).await;
    assert_eq!(answer.status.as_u16(), 204);
    client.keep_cookie(&answer);
    assert_eq!(client.get("/api/me").await.json::<Me>().email, email);
    assert_eq!(client.post(USE, &token).await.refusal(), over, "once");

    let hub = client.signed_in("hub@market.example").await;
    let journal: Journal = hub.get("/api/journal").await.json();
    assert!(journal.lines.iter().any(|line| line.deed == Deed::SignedInByLink));
}

#[tokio::test]
async fn links_are_guessed_ten_times_a_minute_and_end_with_the_access() {
    let (_store, client, letters) = with_letters().await;
    client.post("/api/sign-in-links", &json!({"email": "mas@market.example"})).await;
    let token = json!({"token": link_of_letter(&letters, "/connexion").await});
    let hub = client.signed_in("hub@market.example").await;
    let people: Vec<domain::wire::people::PersonCard> = hub.get("/api/people").await.json();
    let producer = people.iter().find(|person| person.email == "mas@market.example").unwrap().id;
    let closed = hub.post(&format!("/api/people/{producer}/disable"), &json!({})).await;
    assert_eq!(closed.status.as_u16(), 204);
    let over = (410, "LINK_OVER".to_owned());
    assert_eq!(client.post(USE, &token).await.refusal(), over);
    for _ in 1..10 {
        assert_eq!(client.post(USE, &json!({"token": "0"})).await.refusal(), over);
    }
    assert_eq!(client.post(USE, &json!({"token": "0"})).await.refusal(), (429, "TOO_MANY_ATTEMPTS".into()));
}
