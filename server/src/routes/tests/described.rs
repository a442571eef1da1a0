//! Requests made from the published description, right and wrong, as everybody: nothing breaks the server, and what it answers is
//! what the description says it may.
//!
//! The same each time: chance comes from a number.

use std::collections::{BTreeMap, BTreeSet};

use axum::{body::Body, http::header};
use serde_json::{Map, Value, json};

use super::{
    rights::{EVERYBODY, Values, body, prepared},
    *,
};

/// Requests of each kind an operation gets from each person.
const EACH: usize = 3;
/// Longer than any limit by machine.
const A_WHILE_MS: i64 = 61_000;

/// What nobody here can do rightly: what the link, the code, the key or the password opens is in nobody's hands, nobody has come in
/// from elsewhere, and nobody came in a moment ago.
const IN_VAIN: [&str; 17] = [
    "delete /api/me/identities/{identity}",
    "delete /api/me/passkeys/{passkey}",
    "delete /api/sessions/{session}",
    "get /api/oidc/return",
    "get /api/oidc/start",
    "post /api/devices",
    "post /api/invitations/accept",
    "post /api/invitations/open",
    "post /api/me/passkeys",
    "post /api/me/passkeys/{passkey}/rename",
    "post /api/me/password",
    "post /api/me/second-step/confirm",
    "post /api/oidc/confirm",
    "post /api/passkeys/use",
    "post /api/password-links/use",
    "post /api/sealing-keys/{name}/hand-over",
    "post /api/sign-in-links/use",
];

/// Numbers that look like chance and are the same each time (Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }

    fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// A value that fits a schema, as far as the description says what fits.
fn fitting(schema: &Value, schemas: &Value, dice: &mut Dice, depth: usize) -> Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        return fitting(&schemas[name], schemas, dice, depth + 1);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choice].as_array() {
            return fitting(&choices[dice.below(choices.len())], schemas, dice, depth + 1);
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let all = parts.iter().map(|part| fitting(part, schemas, dice, depth + 1));
        let objects = all.filter_map(|part| part.as_object().cloned());
        return Value::Object(objects.flatten().collect());
    }
    if let Some(values) = schema["enum"].as_array() {
        return values[dice.below(values.len())].clone();
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => vec!["null"],
    };
    match kinds[dice.below(kinds.len())] {
        "object" => object(schema, schemas, dice, depth),
        "array" if depth > 8 => json!([]),
        "array" => {
            let some = dice.below(3);
            (0..some).map(|_| fitting(&schema["items"], schemas, dice, depth + 1)).collect()
        }
        "integer" => json!(dice.below(5)),
        "number" => json!(1.5),
        "boolean" => json!(dice.below(2) == 0),
        "string" => text(schema, dice),
        _ => Value::Null,
    }
}

fn object(schema: &Value, schemas: &Value, dice: &mut Dice, depth: usize) -> Value {
    let required: BTreeSet<_> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut made = Map::new();
    for (name, of) in schema["properties"].as_object().into_iter().flatten() {
        if required.contains(name.as_str()) || (depth < 8 && dice.below(2) == 0) {
            made.insert(name.clone(), fitting(of, schemas, dice, depth + 1));
        }
    }
    Value::Object(made)
}

fn text(schema: &Value, dice: &mut Dice) -> Value {
    match schema["format"].as_str() {
        Some("uuid") => json!(uuid::Uuid::from_u128(dice.below(9) as u128)),
        _ => {
            let some = [
                "",
                "x",
                "Anne Roux",
                "1.25",
                "2026-W49",
                "2026-11-30",
                "00000045500014",
                "Anduze",
                "a@x.example",
                "K7MQ-2XVD",
            ];
            json!(dice.one_of(&some))
        }
    }
}

/// A value that fits no more: a part is missing, or of another kind.
fn unfitting(mut value: Value, dice: &mut Dice) -> Value {
    let wrong = [
        json!(null),
        json!(-1),
        json!([]),
        json!({}),
        json!("\u{0}"),
        json!("é".repeat(5_000)),
        json!(1e300),
        json!(true),
    ];
    let wrong = wrong[dice.below(wrong.len())].clone();
    match &mut value {
        Value::Object(parts) if !parts.is_empty() => {
            let name = parts.keys().nth(dice.below(parts.len())).unwrap().clone();
            if dice.below(3) == 0 {
                parts.remove(&name);
            } else {
                let part = parts[&name].clone();
                let deeper = dice.below(2) == 0 && (part.is_object() || part.is_array());
                parts.insert(name, if deeper { unfitting(part, dice) } else { wrong });
            }
            value
        }
        Value::Array(all) if !all.is_empty() => {
            let at = dice.below(all.len());
            all[at] = wrong;
            value
        }
        _ => wrong,
    }
}

/// The address of an operation: with what is there, or with what never was.
fn address(path: &str, values: &Values, dice: &mut Dice, wrong: bool) -> String {
    if !wrong {
        return values.address(path);
    }
    let never = [
        "x",
        "00000000-0000-0000-0000-000000000000",
        "%00",
        "%C3%A9",
        "2026-W54",
        "-1",
        "%F0%9F%8D%95",
        "a%2Fb",
    ];
    let long = "x".repeat(3_000);
    let mut address = String::new();
    for part in path.split('/').skip(1) {
        address.push('/');
        let stands_in = if dice.below(9) == 0 { long.as_str() } else { dice.one_of(&never) };
        address.push_str(if part.starts_with('{') { stands_in } else { part });
    }
    let query = [
        "",
        "?name=%FF",
        "?name=x.csv&dry_run=perhaps",
        "?name=",
        "?cycle=x&name=y",
        "?name=x.xlsx&cycle=2026-W49",
    ];
    address + dice.one_of(&query)
}

/// The body of a request: none, what fits, what does not, and what is not even JSON.
fn body_bytes(value: Value, dice: &mut Dice, wrong: bool) -> Vec<u8> {
    if !wrong {
        return serde_json::to_vec(&value).unwrap();
    }
    match dice.below(8) {
        0 => Vec::new(),
        1 => b"{".to_vec(),
        2 => b"\xff\xfe\x00".to_vec(),
        3 => b"[".repeat(20_000),
        4 => {
            let mut cut = serde_json::to_vec(&value).unwrap();
            cut.truncate(dice.below(cut.len()));
            cut
        }
        _ => serde_json::to_vec(&unfitting(value, dice)).unwrap(),
    }
}

/// What one operation answered.
struct Heard<'a> {
    operation: &'a Value,
    named: String,
    succeeded: bool,
    /// What it should not have, in short.
    wrong: BTreeSet<String>,
}

impl Heard<'_> {
    fn judge(&mut self, answer: &Answer) {
        let status = answer.status.as_u16();
        let described = &self.operation["responses"][status.to_string()];
        let kind = answer.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.map(|kind| kind.split(';').next().unwrap_or_default());
        let is_kind = match described["content"].as_object() {
            Some(kinds) => kind.is_some_and(|kind| kinds.contains_key(kind)),
            None => answer.body.is_empty(),
        };
        if status >= 500 || !described.is_object() || !is_kind {
            let (_, code) = answer.refusal();
            self.wrong.insert(format!("{}: {status} {code} as {}", self.named, kind.unwrap_or("nothing")));
        }
        self.succeeded |= (200..300).contains(&status);
    }
}

#[tokio::test]
async fn nothing_breaks_the_server_and_it_answers_as_described() {
    let (_store, client, values) = prepared().await;
    let description: Value = client.get("/api/openapi.json").await.json();
    let schemas = &description["components"]["schemas"];
    let mut clients = BTreeMap::new();
    for (who, email) in EVERYBODY {
        let client = if email.is_empty() { client.another() } else { client.signed_in(email).await };
        clients.insert(who, client);
    }
    let (mut dice, mut asked) = (Dice(20_261_130), 0);
    let (mut in_vain, mut wrong) = (BTreeSet::new(), BTreeSet::new());
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let mut heard = Heard {
                operation,
                named: format!("{method} {path}"),
                succeeded: false,
                wrong: BTreeSet::new(),
            };
            let media = &operation["requestBody"]["content"];
            let json = media["application/json"]["schema"].clone();
            for (who, own) in &clients {
                for turn in 0..=EACH * 2 {
                    let wrong = turn > EACH;
                    // Signing out is done with a session of its own: the others go on.
                    let asking = if path == "/api/session" { client.another() } else { own.clone() };
                    let wrong_address = wrong && (media.is_null() || dice.below(3) == 0);
                    let address = address(path, &values, &mut dice, wrong_address);
                    let value = match turn {
                        0 => body(path, *who, &values),
                        _ if json.is_null() => json!({}),
                        _ => fitting(&json, schemas, &mut dice, 0),
                    };
                    let sent = if media.is_null() { Vec::new() } else { body_bytes(value, &mut dice, wrong) };
                    let mut request = asking.request(&method.to_uppercase(), &address);
                    if !wrong || dice.below(4) > 0 {
                        request = request.header(header::CONTENT_TYPE, "application/json");
                    }
                    let answer = asking.send(request.body(Body::from(sent)).unwrap()).await;
                    heard.judge(&answer);
                    asked += 1;
                }
            }
            client.clock.advance_ms(A_WHILE_MS);
            wrong.append(&mut heard.wrong);
            if !heard.succeeded {
                in_vain.insert(heard.named);
            }
        }
    }
    assert!(wrong.is_empty(), "what the description does not say: {wrong:#?}");
    assert_eq!(in_vain.iter().map(String::as_str).collect::<Vec<_>>(), IN_VAIN, "what nobody could do");
    assert!(asked > 3_000, "{asked}");
}
