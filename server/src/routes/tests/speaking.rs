//! The protocol over HTTP: statuses, headers, problems.

use std::io::{Read, Write};

use axum::{
    body::{Body, BodyDataStream},
    http::{Request, header},
};
use domain::{
    order::Order,
    wire::{Catalog, HelloAnswer, PullAnswer, PushAnswer, Scope, ScopePatch},
};
use flate2::{Compression, write::GzEncoder};
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn a_tablet_wakes_up_pulls_orders_and_sees_its_order() {
    let (_store, market, client) = market().await;
    let kitchen = client.signed_in("tilleuls@market.example").await;
    let who = &market.kitchens[0];
    let hello: HelloAnswer =
        kitchen.post("/sync/v1/hello", &json!({"proto": 1, "schema": 1, "build": "test"})).await.json();
    assert_eq!((hello.server_time, hello.scopes.len()), (crate::testing::NOW, 2));
    assert_eq!(hello.action, domain::wire::Action::Ok);
    let mut tablet = Device::of(who, 1);
    let answer = order(&kitchen, &mut tablet, market.submission(who.site, &[("P-001", "10")])).await;
    assert_eq!(answer.status.as_u16(), 200);
    let scope = Scope::site(who.site);
    let ask = json!({"cursors": {scope.to_string(): null}, "outbox": tablet.outbox, "receipts_after": 0});
    let answer = kitchen.post("/sync/v1/pull", &ask).await;
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let pulled: PullAnswer = answer.json();
    assert_eq!(pulled.outbox_last, 1);
    let ScopePatch::Reset { ops, .. } = &pulled.scopes[&scope] else { panic!("{pulled:?}") };
    let made: Order = serde_json::from_value(ops[1].body.clone().unwrap()).unwrap();
    assert_eq!(
        (made.number.to_string(), made.totals.gross.to_string()),
        ("2026-0001".into(), "15.83".into())
    );
}

/// What a stream of events says next, keep-alives aside; nothing once it ends.
async fn heard(stream: &mut BodyDataStream) -> Option<String> {
    loop {
        let bytes = stream.next().await?.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        if text.contains("data:") {
            return Some(text);
        }
    }
}

#[tokio::test]
async fn a_device_hears_that_its_own_feed_moved_and_nothing_else() {
    let (store, market, client) = market().await;
    let [who, other] = &market.kitchens;
    let kitchen = client.signed_in("tilleuls@market.example").await;
    let neighbour = client.signed_in("vilar@market.example").await;
    let mut ours = kitchen.listen("/sync/v1/poke").await;
    let mut theirs = neighbour.listen("/sync/v1/poke").await;
    let mut tablet = Device::of(who, 1);
    order(&kitchen, &mut tablet, market.submission(who.site, &[("P-001", "10")])).await;
    let said = heard(&mut ours).await.unwrap();
    assert!(said.starts_with("event: moved") && said.contains(&Scope::site(who.site).0), "{said}");
    assert!(!said.contains("Poireaux") && !said.contains("P-001"), "a poke carries no data: {said}");
    order(&neighbour, &mut Device::of(other, 1), market.submission(other.site, &[("P-001", "5")])).await;
    let said = heard(&mut theirs).await.unwrap();
    assert!(said.contains(&Scope::site(other.site).0), "{said}");
    store.say_farewell();
    assert_eq!((heard(&mut ours).await, heard(&mut theirs).await), (None, None));
    // Who reads sums has no feed of their own.
    let desk = client.signed_in("region@market.example").await;
    assert_eq!(desk.get("/sync/v1/poke").await.refusal(), (403, "NO_RIGHT".into()));
}

#[tokio::test]
async fn each_answer_to_a_push_has_its_status() {
    let (_store, market, client) = market().await;
    let kitchen = client.signed_in("tilleuls@market.example").await;
    let [who, other] = &market.kitchens;
    let mut tablet = Device::of(who, 1);
    let mut clone = tablet.clone();
    let [first, second] = [(); 2].map(|()| tablet.submit(market.submission(who.site, &[("P-001", "10")])));
    let gap = kitchen.post("/sync/v1/push", &push_of(&tablet, vec![second])).await;
    assert_eq!(gap.status.as_u16(), 409);
    assert!(matches!(gap.json(), PushAnswer::Gap { expected: 1, .. }));
    let done = kitchen.post("/sync/v1/push", &push_of(&tablet, vec![first])).await;
    assert_eq!(done.status.as_u16(), 200);
    let forged = clone.submit(market.submission(who.site, &[("P-001", "15")]));
    let mismatch = kitchen.post("/sync/v1/push", &push_of(&clone, vec![forged])).await;
    assert_eq!(mismatch.status.as_u16(), 422);
    assert!(matches!(mismatch.json(), PushAnswer::HashMismatch { m: 1, .. }));
    let stranger = client.signed_in("vilar@market.example").await;
    let foreign = stranger.post("/sync/v1/push", &push_of(&tablet, vec![])).await;
    assert_eq!(foreign.status.as_u16(), 403);
    assert!(matches!(foreign.json(), PushAnswer::ForeignOutbox { .. }));
    let mut many = Device::of(other, 3);
    let commands = (0..51).map(|_| many.submit(market.submission(other.site, &[]))).collect();
    let too_many = stranger.post("/sync/v1/push", &push_of(&many, commands)).await;
    assert_eq!(too_many.refusal(), (413, "TOO_LARGE".into()));
}

#[tokio::test]
async fn a_device_that_pushes_without_end_is_told_to_wait_and_nobody_else_is() {
    let (store, market, client) = market().await;
    let kitchen = client.signed_in("tilleuls@market.example").await;
    let colleague = client.signed_in("tilleuls@market.example").await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    for _ in 0..60 {
        assert_eq!(kitchen.post("/sync/v1/push", &push_of(&tablet, vec![])).await.status.as_u16(), 200);
    }
    let sealed = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    let waiting = push_of(&tablet, vec![sealed]);
    let told = kitchen.post("/sync/v1/push", &waiting).await;
    let said: Value = told.json();
    assert_eq!(told.status.as_u16(), 429);
    assert_eq!(said["later"]["code"], "TOO_MANY_PUSHES");
    let seconds: i64 = told.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert_eq!(said["later"]["retry_after_ms"], seconds * 1_000);
    assert!(matches!(told.json(), PushAnswer::Later { .. }), "in words every build knows");
    let other = Device::of(who, 2);
    assert_eq!(colleague.post("/sync/v1/push", &push_of(&other, vec![])).await.status.as_u16(), 200);
    assert_eq!(
        kitchen.post("/sync/v1/pull", &json!({"cursors": {}})).await.status.as_u16(),
        200,
        "it reads on"
    );
    // As long as told, then the same again: it is there, once.
    client.clock.advance_ms(seconds * 1_000);
    for _ in 0..2 {
        assert_eq!(kitchen.post("/sync/v1/push", &waiting).await.status.as_u16(), 200);
    }
    let orders = store.read().await.unwrap().count_orders(market.hub, market.cycle.id).await.unwrap();
    assert_eq!(orders, (1, 1));
}

#[tokio::test]
async fn how_often_a_device_may_push_is_a_setting() {
    let store = on_sqlite().await;
    let market = Market::open(&store).await;
    let options = crate::config::Options { pushes_a_minute: 2.try_into().unwrap(), ..Default::default() };
    let kitchen = Client::with(&store, options).signed_in("tilleuls@market.example").await;
    let tablet = Device::of(&market.kitchens[0], 1);
    for expected in [200, 200, 429] {
        let answer = kitchen.post("/sync/v1/push", &push_of(&tablet, vec![])).await;
        assert_eq!(answer.status.as_u16(), expected);
    }
}

#[tokio::test]
async fn what_is_no_message_is_refused_in_words() {
    let (_store, _, client) = market().await;
    let kitchen = client.signed_in("tilleuls@market.example").await;
    let send = async |body: Vec<u8>| {
        let request =
            kitchen.request("POST", "/sync/v1/push").header(header::CONTENT_TYPE, "application/json");
        kitchen.send(request.body(Body::from(body)).unwrap()).await
    };
    for body in ["", "{", "[]", "{\"outbox\":1,\"cmds\":[]}", "\u{0}"] {
        let answer = send(body.into()).await;
        assert_eq!(answer.refusal(), (400, "MALFORMED".into()), "{body:?}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    }
    assert_eq!(send(vec![b' '; 300 * 1024]).await.refusal(), (413, "TOO_LARGE".into()));
    let unnumbered = json!({"outbox": market_outbox(), "cmds": [{"k": "order.submit"}]});
    assert_eq!(kitchen.post("/sync/v1/push", &unnumbered).await.refusal(), (400, "MALFORMED".into()));
}

fn market_outbox() -> uuid::Uuid {
    uuid::Uuid::from_u128(5)
}

#[tokio::test]
async fn a_snapshot_travels_as_the_browser_reads_it_and_is_kept_for_ever() {
    let (_store, market, client) = market().await;
    let kitchen = client.signed_in("tilleuls@market.example").await;
    let scope = Scope::catalog(market.hub);
    let pulled: PullAnswer =
        kitchen.post("/sync/v1/pull", &json!({"cursors": {scope.to_string(): null}})).await.json();
    let ScopePatch::Snapshot { url, sha256, .. } = &pulled.scopes[&scope] else { panic!("{pulled:?}") };
    let get = async |accepted: &str| {
        let request = kitchen.request("GET", url).header(header::ACCEPT_ENCODING, accepted);
        kitchen.send(request.body(Body::empty()).unwrap()).await
    };
    let plain = get("identity").await;
    assert!(!plain.headers.contains_key(header::CONTENT_ENCODING));
    assert_eq!(plain.headers[header::CACHE_CONTROL], "private, max-age=31536000, immutable");
    assert_eq!(domain::command::hex(&<sha2::Sha256 as sha2::Digest>::digest(&plain.body)), *sha256);
    assert_eq!(Catalog::decode(&plain.body).unwrap().offers.len(), 4);
    let brotli = get("gzip, deflate, br").await;
    assert_eq!(brotli.headers[header::CONTENT_ENCODING], "br");
    let mut inflated = Vec::new();
    brotli::Decompressor::new(brotli.body.as_slice(), 4096).read_to_end(&mut inflated).unwrap();
    assert_eq!(inflated, plain.body);
    assert_eq!(get("gzip").await.headers[header::CONTENT_ENCODING], "gzip");
    let elsewhere = url.replace(&market.hub.to_string(), &market.neighbour.to_string());
    assert_eq!(kitchen.get(&elsewhere).await.refusal(), (403, "NO_RIGHT".into()));
    let other = format!("/sync/v1/snap/{scope}/{}", "0".repeat(64));
    assert_eq!(kitchen.get(&other).await.refusal(), (404, "NOT_FOUND".into()));
}

#[tokio::test]
async fn a_device_of_an_older_protocol_may_only_push() {
    let (_store, _, client) = market().await;
    let kitchen = client.signed_in("tilleuls@market.example").await;
    for (proto, build, expected) in
        [(0, "test", "update_required"), (1, "older", "update_available"), (1, "test", "ok")]
    {
        let ask = json!({"proto": proto, "schema": 1, "build": build, "pending": 3});
        let answer: Value = kitchen.post("/sync/v1/hello", &ask).await.json();
        assert_eq!(answer["action"], expected);
    }
}

#[tokio::test]
async fn the_service_says_when_it_is_ready_and_an_unknown_address_is_none() {
    let (store, _, client) = market().await;
    assert_eq!(client.get("/health").await.status.as_u16(), 200);
    for path in ["/api/unknown", "/sync/v1/unknown"] {
        assert_eq!(client.get(path).await.status.as_u16(), 404, "{path}");
    }
    let bare = Request::builder().method("POST").uri("/api/week").body(Body::empty()).unwrap();
    assert_eq!(client.send(bare).await.refusal(), (403, "CROSS_SITE".into()));
    store.close().await;
    let answer = client.get("/health").await;
    assert_eq!(answer.refusal(), (503, "BUSY".into()));
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
}

#[tokio::test]
async fn a_page_of_the_build_before_finds_its_files() {
    let (store, _, client) = market().await;
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(b"its code").unwrap();
    let packed = packed.finish().unwrap();
    let name = "assets/app-before.js";
    let body = |asked: &str| (asked == format!("{name}.gz")).then(|| packed.clone());
    store.keep_app_files(&[format!("{name}.gz")], body, crate::testing::NOW).await.unwrap();
    let path = format!("/{name}");

    let plain = client.get(&path).await;
    assert_eq!((plain.status.as_u16(), &plain.body[..]), (200, b"its code".as_slice()));
    assert_eq!(plain.headers[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
    assert!(plain.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    let asked = client.request("GET", &path).header(header::ACCEPT_ENCODING, "gzip");
    let answer = client.send(asked.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (&answer.headers[header::CONTENT_ENCODING], &answer.body[..]),
        (&"gzip".parse().unwrap(), &packed[..])
    );
    assert_eq!(client.get("/assets/app-never.js").await.status.as_u16(), 404);
}
