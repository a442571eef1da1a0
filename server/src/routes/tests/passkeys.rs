//! Passkeys: made, come in by, renamed, removed; and everything that does not come in by one.

mod authenticator;

use axum::http::{HeaderValue, header};
use base64ct::{Base64UrlUnpadded, Encoding};
use domain::{
    enterprise::Role,
    id::{HubId, UserId},
    wire::{
        Me,
        people::{Deed, Journal},
        ways_in::{OwnWaysIn, PasskeyCard, PasskeyOptions},
    },
};
use serde_json::{Value, json};

use super::{Client, market};
use crate::{
    access::passkeys::RelyingParty,
    config::Options,
    store::{KnownPasskey, LinkOwner, Store},
    testing::PASSWORD,
};
use authenticator::Authenticator;

const COOK: &str = "tilleuls@market.example";
const OTHER_COOK: &str = "vilar@market.example";
const REFUSED: (u16, &str) = (401, "PASSKEY_REFUSED");
const TOO_LATE: (u16, &str) = (410, "PASSKEY_TOO_LATE");
const MINUTE_MS: i64 = 60_000;

/// What a ceremony begins with; the browser keeps its cookie.
async fn begins(browser: &mut Client, path: &str, asked: &Value) -> String {
    let answer = browser.post(path, asked).await;
    browser.keep_cookie(&answer);
    answer.json::<PasskeyOptions>().options
}

async fn begins_key(browser: &mut Client) -> String {
    begins(browser, "/api/me/passkeys/start", &json!({"password": PASSWORD})).await
}

async fn begins_coming_in(browser: &mut Client) -> String {
    begins(browser, "/api/passkeys/start", &json!({})).await
}

async fn keeps(browser: &Client, name: &str, credential: String) -> (u16, String) {
    browser.post("/api/me/passkeys", &json!({"name": name, "credential": credential})).await.refusal()
}

async fn shows(browser: &mut Client, credential: &str) -> (u16, String) {
    let answer = browser.post("/api/passkeys/use", &json!({"credential": credential})).await;
    browser.keep_cookie(&answer);
    answer.refusal()
}

/// Somebody signed in with a password, and the key they made.
async fn with_key(client: &Client, email: &str, number: u8) -> (Client, Authenticator) {
    let mut browser = client.signed_in(email).await;
    let mut key = Authenticator::new(number);
    let made = key.makes(&begins_key(&mut browser).await);
    assert_eq!(keeps(&browser, "Téléphone Android", made).await.0, 204);
    (browser, key)
}

/// Comes in by a key, in a browser nobody used before.
async fn comes_in(client: &Client, key: &mut Authenticator) -> (Client, (u16, String)) {
    let mut browser = client.another();
    let shown = key.signs(&begins_coming_in(&mut browser).await);
    let answer = shows(&mut browser, &shown).await;
    (browser, answer)
}

async fn keys_of(browser: &Client) -> Vec<PasskeyCard> {
    browser.get("/api/me/ways-in").await.json::<OwnWaysIn>().passkeys
}

async fn deeds(client: &Client) -> Vec<Deed> {
    let hub = client.signed_in("hub@market.example").await;
    let journal: Journal = hub.get("/api/journal").await.json();
    assert_eq!(journal.broken_at, None);
    journal.lines.into_iter().map(|line| line.deed).collect()
}

fn is(answer: &(u16, String), expected: (u16, &str)) {
    assert_eq!((answer.0, answer.1.as_str()), expected);
}

#[tokio::test]
async fn a_cook_makes_a_key_comes_in_by_it_alone_and_removes_it() {
    let (_store, market, client) = market().await;
    let (browser, mut key) = with_key(&client, COOK, 1).await;
    let (inside, answer) = comes_in(&client, &mut key).await;
    is(&answer, (204, ""));
    let me: Value = inside.get("/api/me").await.json();
    assert_eq!(me["user"], json!(market.kitchens[0].user));

    let [card] = &keys_of(&inside).await[..] else { panic!() };
    assert_eq!((card.name.as_str(), card.used_at), ("Téléphone Android", Some(card.made_at)));
    let path = format!("/api/me/passkeys/{}", card.id);
    let renamed = |name: &'static str| json!({"name": name});
    let rename = format!("{path}/rename");
    is(&browser.post(&rename, &renamed(" ")).await.refusal(), (422, "BAD_NAME"));
    is(&browser.post(&rename, &renamed("Tablette du quai")).await.refusal(), (204, ""));
    assert_eq!(keys_of(&inside).await[0].name, "Tablette du quai");
    let data: Value = inside.get("/api/me/data").await.json();
    assert_eq!(data["ways_in"]["passkeys"][0]["name"], "Tablette du quai");

    let other = client.signed_in(OTHER_COOK).await;
    is(&other.post(&rename, &renamed("x")).await.refusal(), (404, "NOT_FOUND"));
    is(&other.delete(&path).await.refusal(), (404, "NOT_FOUND"));
    is(&inside.delete(&path).await.refusal(), (204, ""));
    is(&inside.delete(&path).await.refusal(), (404, "NOT_FOUND"));
    is(&comes_in(&client, &mut key).await.1, REFUSED);
    assert_eq!(keys_of(&browser).await, []);
    let deeds = deeds(&client).await;
    for deed in [Deed::PasskeyAdded, Deed::SignedInByPasskey, Deed::PasskeyRemoved] {
        assert!(deeds.contains(&deed), "{deed:?}");
    }
}

#[tokio::test]
async fn a_key_is_begun_by_who_knows_the_password_from_a_session_of_their_own() {
    let (_store, _, client) = market().await;
    let cook = client.signed_in(COOK).await;
    let start = "/api/me/passkeys/start";
    is(&cook.post(start, &json!({"password": "faux"})).await.refusal(), (401, "BAD_CREDENTIALS"));
    let (tablet, _) = super::devices::paired(&cook).await;
    is(&tablet.post(start, &json!({"password": PASSWORD})).await.refusal(), (403, "PAIRED_DEVICE"));
    is(&keeps(&cook, "x", String::new()).await, TOO_LATE);
}

#[tokio::test]
async fn the_authenticator_is_told_to_remember_and_to_ask_who_holds_it() {
    let (_store, _, client) = market().await;
    let (mut cook, _) = with_key(&client, COOK, 1).await;
    let options: Value = serde_json::from_str(&begins_key(&mut cook).await).unwrap();
    assert_eq!(options["rp"]["id"], "localhost");
    let asked = &options["authenticatorSelection"];
    assert_eq!((&asked["residentKey"], &asked["userVerification"]), (&json!("required"), &json!("required")));
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1, "one key an authenticator");
    let options: Value = serde_json::from_str(&begins_coming_in(&mut client.another()).await).unwrap();
    assert_eq!((&options["rpId"], &options["userVerification"]), (&json!("localhost"), &json!("required")));
    assert_eq!(options["allowCredentials"], json!([]), "nobody says who they are");
}

#[tokio::test]
async fn a_key_passes_the_second_step_too() {
    let (_store, _, client) = market().await;
    let (browser, mut key) = with_key(&client, COOK, 1).await;
    super::second_step::turned_on(&browser).await;
    let asked = json!({"email": COOK, "password": PASSWORD});
    is(&client.another().post("/api/session", &asked).await.refusal(), (401, "SECOND_STEP_REQUIRED"));
    is(&comes_in(&client, &mut key).await.1, (204, ""));
}

#[tokio::test]
async fn a_challenge_is_answered_once_in_its_browser_within_five_minutes() {
    let (_store, _, client) = market().await;
    let (_, mut key) = with_key(&client, COOK, 1).await;
    let mut browser = client.another();
    let shown = key.signs(&begins_coming_in(&mut browser).await);
    is(&shows(&mut client.another(), &shown).await, TOO_LATE);
    let ceremony = browser.cookie("passkey").unwrap();
    is(&shows(&mut browser, &shown).await, (204, ""));
    browser.set_cookie("passkey", &ceremony);
    is(&shows(&mut browser, &shown).await, TOO_LATE);
    // Said again to another challenge.
    begins_coming_in(&mut browser).await;
    is(&shows(&mut browser, &shown).await, REFUSED);
    // A challenge that was answered wrongly is over too.
    let options = begins_coming_in(&mut browser).await;
    is(&shows(&mut browser, &shown).await, REFUSED);
    is(&shows(&mut browser, &key.signs(&options)).await, TOO_LATE);

    let shown = key.signs(&begins_coming_in(&mut browser).await);
    client.clock.advance_ms(5 * MINUTE_MS);
    is(&shows(&mut browser, &shown).await, TOO_LATE);
    let made = Authenticator::new(2).makes(&begins_key(&mut client.signed_in(COOK).await).await);
    is(&keeps(&client.signed_in(COOK).await, "x", made).await, TOO_LATE);
}

#[tokio::test]
async fn another_site_another_server_and_an_authenticator_nobody_unlocks_are_refused() {
    let (_store, _, client) = market().await;
    let (mut cook, key) = with_key(&client, COOK, 1).await;
    let origin = |origin: &str| Authenticator { origin: origin.into(), ..key.clone() };
    let wrong = [
        origin("https://evil.example"),
        origin("http://localhost:8081"),
        origin("https://localhost:8080"),
        Authenticator { rp_id: "evil.example".into(), ..key.clone() },
        Authenticator { verifies: false, ..key.clone() },
        Authenticator { id: vec![9; 32], ..key.clone() },
        // Another key under its name.
        Authenticator { user: key.user.clone(), ..Authenticator::new(1) },
    ];
    for (at, mut wrong) in wrong.into_iter().enumerate() {
        let (inside, answer) = comes_in(&client, &mut wrong).await;
        assert_eq!((answer.0, answer.1.as_str()), REFUSED, "{at}");
        assert_eq!(inside.get("/api/me").await.status.as_u16(), 401, "{at}");
        wrong.id = vec![8; 32];
        let made = wrong.makes(&begins_key(&mut cook).await);
        let kept = keeps(&cook, "x", made).await;
        assert_eq!(kept.0, if at < 5 { 401 } else { 204 }, "{at} {}", kept.1);
        client.clock.advance_ms(MINUTE_MS);
        for card in keys_of(&cook).await.iter().filter(|card| card.name == "x") {
            cook.delete(&format!("/api/me/passkeys/{}", card.id)).await;
        }
    }
    assert!(deeds(&client).await.contains(&Deed::SignInFailed));
}

#[tokio::test]
async fn nobody_comes_in_as_another_by_their_own_key() {
    let (_store, _, client) = market().await;
    let (_, key) = with_key(&client, COOK, 1).await;
    let (mut other, others) = with_key(&client, OTHER_COOK, 2).await;
    let mut mine_for_them = Authenticator { user: key.user.clone(), ..others.clone() };
    is(&comes_in(&client, &mut mine_for_them).await.1, REFUSED);
    // A key is one person's: the same cannot be kept for another too.
    let made = key.clone().makes(&begins_key(&mut other).await);
    is(&keeps(&other, "x", made).await, (409, "PASSKEY_KNOWN"));
    // What one began another does not finish, nor is it a way in.
    let mut cook = client.signed_in(COOK).await;
    let options = begins_key(&mut cook).await;
    other.set_cookie("passkey", &cook.cookie("passkey").unwrap());
    is(&keeps(&other, "x", Authenticator::new(3).makes(&options)).await, TOO_LATE);
    let options = begins_coming_in(&mut cook).await;
    is(&keeps(&cook, "x", Authenticator::new(3).makes(&options_with_user(&options, &key))).await, TOO_LATE);
}

/// What an authenticator needs to make a key from a challenge that was not for one.
fn options_with_user(options: &str, key: &Authenticator) -> String {
    let mut options: Value = serde_json::from_str(options).unwrap();
    options["user"] = json!({"id": key.user});
    options.to_string()
}

#[tokio::test]
async fn a_key_that_counts_backwards_is_refused_and_ended() {
    let (_store, _, client) = market().await;
    let (browser, mut key) = with_key(&client, COOK, 1).await;
    key.counter = 7;
    is(&comes_in(&client, &mut key).await.1, (204, ""));
    let mut copy = key.clone();
    key.counter = 8;
    is(&comes_in(&client, &mut key).await.1, (204, ""));
    is(&comes_in(&client, &mut copy).await.1, (401, "PASSKEY_COPIED"));
    key.counter = 9;
    is(&comes_in(&client, &mut key).await.1, REFUSED);
    assert_eq!(keys_of(&browser).await, []);
    assert!(deeds(&client).await.contains(&Deed::PasskeyCopied));
}

#[tokio::test]
async fn who_may_not_come_in_does_not_by_a_key_and_the_hub_resets_what_was_lost() {
    let (_store, market, client) = market().await;
    let hub = client.signed_in("hub@market.example").await;
    let person = |at: usize| format!("/api/people/{}", market.kitchens[at].user);
    let (_, mut key) = with_key(&client, COOK, 1).await;
    is(&hub.post(&format!("{}/disable", person(0)), &json!({})).await.refusal(), (204, ""));
    is(&comes_in(&client, &mut key).await.1, REFUSED);
    is(&hub.post(&format!("{}/enable", person(0)), &json!({})).await.refusal(), (204, ""));
    is(&comes_in(&client, &mut key).await.1, REFUSED);

    let (browser, mut key) = with_key(&client, OTHER_COOK, 2).await;
    is(&hub.post(&format!("{}/second-step/reset", person(1)), &json!({})).await.refusal(), (204, ""));
    is(&comes_in(&client, &mut key).await.1, REFUSED);
    is(&browser.get("/api/me").await.refusal(), (401, "NOT_SIGNED_IN"));
    assert_eq!(keys_of(&client.signed_in(OTHER_COOK).await).await, []);
    let (_, mut key) = with_key(&client, OTHER_COOK, 3).await;
    is(&hub.post(&format!("{}/erase", person(1)), &json!({})).await.refusal(), (204, ""));
    is(&comes_in(&client, &mut key).await.1, REFUSED);
}

#[tokio::test]
async fn comings_in_are_counted_by_machine_and_a_right_one_clears_the_count() {
    let (_store, _, client) = market().await;
    let (_, mut key) = with_key(&client, COOK, 1).await;
    for _ in 0..8 {
        is(&comes_in(&client, &mut key).await.1, (204, ""));
    }
    for _ in 0..10 {
        begins_coming_in(&mut client.another()).await;
    }
    let answer = client.another().post("/api/passkeys/start", &json!({})).await;
    is(&answer.refusal(), (429, "TOO_MANY_ATTEMPTS"));
    client.clock.advance_ms(MINUTE_MS);
    is(&comes_in(&client, &mut key).await.1, (204, ""));
}

#[tokio::test]
async fn nobody_keeps_more_keys_than_they_need() {
    let (_store, _, client) = market().await;
    let mut cook = client.signed_in(COOK).await;
    for number in 0..20 {
        let made = Authenticator::new(number).makes(&begins_key(&mut cook).await);
        is(&keeps(&cook, "x", made).await, (204, ""));
    }
    let one_more = cook.post("/api/me/passkeys/start", &json!({"password": PASSWORD})).await;
    is(&one_more.refusal(), (409, "TOO_MANY_PASSKEYS"));
}

/// Whether a key may come in at a server of that public address.
async fn is_possible(store: &Store, address: Option<&str>) -> bool {
    let options = Options { public_address: address.map(str::to_owned), ..Options::default() };
    Client::with(store, options).post("/api/passkeys/start", &json!({})).await.status.is_success()
}

#[tokio::test]
async fn where_no_key_is_possible_it_is_said() {
    let (store, _, client) = market().await;
    assert!(is_possible(&store, None).await);
    assert!(is_possible(&store, Some("http://localhost:8080")).await);
    assert!(!is_possible(&store, Some("https://hub.example")).await, "called otherwise than it is known");
    let by_number = client.called("127.0.0.1:8080");
    let refused = by_number.post("/api/passkeys/start", &json!({})).await.refusal();
    is(&refused, (409, "PASSKEYS_UNAVAILABLE"));
    let cook = by_number.signed_in(COOK).await;
    let refused = cook.post("/api/me/passkeys/start", &json!({"password": PASSWORD})).await.refusal();
    is(&refused, (409, "PASSKEYS_UNAVAILABLE"));
    is(&keeps(&cook, "x", String::new()).await, (409, "PASSKEYS_UNAVAILABLE"));
}

#[tokio::test]
async fn damage_is_refused_and_breaks_nothing() {
    let (_store, _, client) = market().await;
    let (mut cook, mut key) = with_key(&client, COOK, 1).await;
    for damaged in ["", "{", "null", "{\"id\": 1}", "{\"response\": {}}"] {
        let mut browser = client.another();
        begins_coming_in(&mut browser).await;
        assert_eq!(shows(&mut browser, damaged).await.0, 400, "{damaged}");
        begins_key(&mut cook).await;
        assert_eq!(keeps(&cook, "x", damaged.to_owned()).await.0, 400, "{damaged}");
        client.clock.advance_ms(MINUTE_MS);
    }
    let whole = key.signs(&begins_coming_in(&mut client.another()).await);
    for part in ["clientDataJSON", "authenticatorData", "signature", "userHandle"] {
        let mut damaged: Value = serde_json::from_str(&whole).unwrap();
        damaged["response"][part] = json!("AAAA");
        let mut browser = client.another();
        begins_coming_in(&mut browser).await;
        let answer = shows(&mut browser, &damaged.to_string()).await;
        assert!(matches!(answer.0, 400 | 401), "{part}: {answer:?}");
        client.clock.advance_ms(MINUTE_MS);
    }
}

/// A credential with one bit of one byte of one part turned, for every byte.
fn damaged<'a>(credential: &str, part: &'a str) -> impl Iterator<Item = String> + use<'a> {
    let whole: Value = serde_json::from_str(credential).unwrap();
    let bytes = Base64UrlUnpadded::decode_vec(whole["response"][part].as_str().unwrap()).unwrap();
    (0..bytes.len()).map(move |at| {
        let (mut turned, mut damaged) = (bytes.clone(), whole.clone());
        turned[at] ^= 1 << (at % 8);
        damaged["response"][part] = json!(Base64UrlUnpadded::encode_string(&turned));
        damaged.to_string()
    })
}

#[test]
fn no_damaged_byte_comes_in_and_none_breaks_the_reader() {
    let headers = [(header::HOST, HeaderValue::from_static("localhost:8080"))].into_iter().collect();
    let party = RelyingParty::at("http://localhost:8080", &headers).unwrap();
    let (user, hub) = (UserId(uuid::Uuid::from_u128(1)), HubId(uuid::Uuid::from_u128(2)));
    let (name, email, role) = ("Anne Roux".to_owned(), COOK.to_owned(), Role::Hub { hub });
    let me = Me { user, name, email, role, place: "Hub".into(), device: None, second_step_due: false };
    let (mut key, begun) = (Authenticator::new(1), party.begin_key(&me, Vec::new()).unwrap());
    let made = key.makes(&begun.options);
    for made in damaged(&made, "attestationObject") {
        // Without attestation, a key that another byte makes is another key: what counts is that all of them are read.
        let _ = party.key_made(&made, &begun.kept, "x".into());
    }
    let kept = party.key_made(&made, &begun.kept, "x".into()).unwrap();
    let owner = LinkOwner { user, role, name: me.name, email: me.email };
    let known = KnownPasskey { id: kept.id, owner, body: kept.body };
    let begun = party.begin_coming_in().unwrap();
    let shown = key.signs(&begun.options);
    let comes_in =
        |shown: &str| party.shown(shown).and_then(|shown| party.proved(&shown, &begun.kept, &known)).is_ok();
    assert!(comes_in(&shown));
    for part in ["clientDataJSON", "authenticatorData", "signature", "userHandle"] {
        for shown in damaged(&shown, part) {
            assert!(!comes_in(&shown), "{part}: {shown}");
        }
    }
}
