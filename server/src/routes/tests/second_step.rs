//! A second step: turned on, asked for, passed once a code, lost, turned off.

use domain::wire::{
    people::{Deed, Journal, PasswordLink},
    ways_in::{OwnWaysIn, RecoveryCodes, SecondStepBegun},
};
use serde_json::{Value, json};
use totp_rs::Secret;

use super::{Answer, Client, market};
use crate::{access::second_step::code_at, testing::PASSWORD};

const COOK: &str = "tilleuls@market.example";
const STEP_MS: i64 = 30_000;

/// The application of codes on somebody's telephone.
pub(super) struct Telephone {
    secret: Vec<u8>,
}

impl Telephone {
    fn shows(&self, client: &Client) -> String {
        code_at(&self.secret, crate::state::Clock::now(&*client.clock))
    }
}

/// Turns a second step on, as a person does.
pub(super) async fn turned_on(client: &Client) -> (Telephone, Vec<String>) {
    let answer = client.post("/api/me/second-step", &json!({"password": PASSWORD})).await;
    let begun: SecondStepBegun = answer.json();
    let secret = Secret::try_from_base32(begun.secret.replace(' ', "")).unwrap();
    let telephone = Telephone { secret: secret.as_ref().to_vec() };
    assert_eq!(telephone.secret.len(), 20);
    let first = json!({"code": telephone.shows(client)});
    let codes: RecoveryCodes = client.post("/api/me/second-step/confirm", &first).await.json();
    (telephone, codes.codes)
}

async fn sign_in(client: &Client, code: Option<&str>) -> Answer {
    let asked = json!({"email": COOK, "password": PASSWORD, "second_step": code});
    client.another().post("/api/session", &asked).await
}

async fn says(client: &Client, code: Option<&str>) -> (u16, String) {
    sign_in(client, code).await.refusal()
}

#[tokio::test]
async fn a_right_password_asks_for_a_code_and_a_code_counts_once() {
    let (_store, _, client) = market().await;
    let cook = client.signed_in(COOK).await;
    let (telephone, codes) = turned_on(&cook).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(says(&client, None).await, (401, "SECOND_STEP_REQUIRED".into()));
    assert_eq!(says(&client, Some(" ")).await, (401, "SECOND_STEP_REQUIRED".into()));
    let wrong = json!({"email": COOK, "password": "faux", "second_step": telephone.shows(&client)});
    let refused = client.another().post("/api/session", &wrong).await.refusal();
    assert_eq!(refused, (401, "BAD_CREDENTIALS".into()), "the password comes first, whatever the code");
    let first = telephone.shows(&client);
    assert_eq!(says(&client, Some(&first)).await, (401, "BAD_SECOND_STEP".into()), "it confirmed the step");
    client.clock.advance_ms(STEP_MS);
    let next = telephone.shows(&client);
    assert_eq!(says(&client, Some(&next)).await.0, 204);
    assert_eq!(says(&client, Some(&next)).await, (401, "BAD_SECOND_STEP".into()), "once");
    client.clock.advance_ms(STEP_MS);
    let late = telephone.shows(&client);
    client.clock.advance_ms(STEP_MS);
    let answer = sign_in(&client, Some(&format!("{} {}", &late[..3], &late[3..]))).await;
    assert_eq!(answer.status.as_u16(), 204, "a slow finger");
    client.clock.advance_ms(STEP_MS);
    assert_eq!(says(&client, Some("000000x")).await, (401, "BAD_SECOND_STEP".into()));
    assert_eq!(cook.get("/api/me").await.status.as_u16(), 200, "who is in stays in");
}

#[tokio::test]
async fn wrong_codes_are_counted_with_the_passwords_and_from_every_machine() {
    let (_store, _, client) = market().await;
    let (telephone, _) = turned_on(&client.signed_in(COOK).await).await;
    client.clock.advance_ms(60_000);
    for _ in 0..10 {
        assert_eq!(says(&client, Some("2222-2222")).await.0, 401);
    }
    let right = telephone.shows(&client);
    assert_eq!(says(&client, Some(&right)).await, (429, "TOO_MANY_ATTEMPTS".into()));
    client.clock.advance_ms(61_000);
    assert_eq!(says(&client, Some(&telephone.shows(&client))).await.0, 204);
}

#[tokio::test]
async fn a_recovery_code_lets_in_once_and_the_journal_tells() {
    let (_store, _, client) = market().await;
    let cook = client.signed_in(COOK).await;
    let (_, codes) = turned_on(&cook).await;
    assert_eq!(says(&client, Some(&codes[0].to_lowercase())).await.0, 204);
    assert_eq!(says(&client, Some(&codes[0])).await, (401, "BAD_SECOND_STEP".into()));
    let ways: OwnWaysIn = cook.get("/api/me/ways-in").await.json();
    assert_eq!(ways.second_step.unwrap().recovery_codes, 9);
    let journal: Journal = client.signed_in("hub@market.example").await.get("/api/journal").await.json();
    let deeds: Vec<_> = journal.lines.iter().map(|line| &line.deed).collect();
    for deed in [Deed::SecondStepOn, Deed::RecoveryCodeUsed, Deed::SecondStepFailed] {
        assert!(deeds.contains(&&deed), "{deed:?}");
    }
    assert_eq!(journal.broken_at, None);
}

#[tokio::test]
async fn it_is_begun_confirmed_and_ended_by_who_knows_the_password() {
    let (_store, _, client) = market().await;
    let cook = client.signed_in(COOK).await;
    let refused = async |path: &str, body: Value| cook.post(path, &body).await.refusal();
    let (begin, confirm, end) =
        ("/api/me/second-step", "/api/me/second-step/confirm", "/api/me/second-step/end");
    let not_begun = refused(confirm, json!({"code": "123456"})).await;
    assert_eq!(not_begun, (409, "SECOND_STEP_NOT_BEGUN".into()));
    assert_eq!(refused(begin, json!({"password": "faux"})).await, (401, "BAD_CREDENTIALS".into()));
    cook.post(begin, &json!({"password": PASSWORD})).await;
    assert_eq!(refused(confirm, json!({"code": "12345"})).await, (401, "BAD_SECOND_STEP".into()));
    assert_eq!(says(&client, None).await.0, 204, "what was begun does not count");
    turned_on(&cook).await;
    assert_eq!(refused(begin, json!({"password": PASSWORD})).await, (409, "SECOND_STEP_ON".into()));
    assert_eq!(refused(end, json!({"password": "faux"})).await, (401, "BAD_CREDENTIALS".into()));
    assert_eq!(refused(end, json!({"password": PASSWORD})).await.0, 204);
    assert_eq!(says(&client, None).await.0, 204);
    let ways: OwnWaysIn = cook.get("/api/me/ways-in").await.json();
    assert_eq!(ways.second_step, None);
}

#[tokio::test]
async fn a_link_for_a_password_does_not_go_round_it_and_the_hub_resets_it() {
    let (_store, market, client) = market().await;
    let (telephone, _) = turned_on(&client.signed_in(COOK).await).await;
    let hub = client.signed_in("hub@market.example").await;
    let person = format!("/api/people/{}", market.kitchens[0].user);
    let link: PasswordLink = hub.post(&format!("{person}/password-link"), &json!({})).await.json();
    let token = link.link.split('#').nth(1).unwrap();
    let mut set = json!({"token": token, "password": PASSWORD});
    let used = async |set: &Value| client.another().post("/api/password-links/use", set).await.refusal();
    assert_eq!(used(&set).await, (401, "SECOND_STEP_REQUIRED".into()));
    client.clock.advance_ms(STEP_MS);
    set["second_step"] = telephone.shows(&client).into();
    assert_eq!(used(&set).await.0, 204);

    let reset = format!("{person}/second-step/reset");
    for (stranger, code) in [(COOK, "NO_RIGHT"), ("autre-hub@market.example", "NOT_FOUND")] {
        let stranger = if stranger == COOK {
            client.clock.advance_ms(STEP_MS);
            let mut stranger = client.another();
            stranger.keep_cookie(&sign_in(&client, Some(&telephone.shows(&client))).await);
            stranger
        } else {
            client.signed_in(stranger).await
        };
        assert_eq!(stranger.post(&reset, &json!({})).await.refusal().1, code);
    }
    assert_eq!(hub.post(&reset, &json!({})).await.status.as_u16(), 204);
    assert_eq!(says(&client, None).await.0, 204);
    let me: Value = hub.get("/api/me").await.json();
    let own = format!("/api/people/{}/second-step/reset", me["user"].as_str().unwrap());
    assert_eq!(hub.post(&own, &json!({})).await.refusal(), (409, "NOT_ONESELF".into()));
}
