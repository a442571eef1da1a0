//! A command in its envelope: numbered, dated, signed by its hash, as it lies in the outbox and crosses the network.

use std::fmt::{self, Write};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Command, Undecodable};
use crate::{
    id::{PlaceId, UserId},
    json,
    ordered::Map,
    sorting,
    time::Hlc,
};

/// A command as it is written in the outbox and sent: numbered, dated, signed by its hash.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Envelope {
    /// Its number in its outbox: from 1, without gaps.
    pub m: u64,
    /// Kind.
    pub k: String,
    /// Version of the kind.
    pub v: u32,
    /// When the device believes it was recorded: evidence, never a verdict.
    pub hlc: Hlc,
    /// Who recorded it.
    pub actor: UserId,
    /// For which kitchen or producer. The cable calls it `site`, as when kitchens alone recorded.
    #[serde(rename = "site")]
    pub place: PlaceId,
    /// The feed positions the screen was built from.
    pub base: Map<String, String>,
    /// The arguments.
    pub a: Value,
    /// SHA-256 of the canonical bytes of all the rest, in hexadecimal.
    pub h: String,
    /// What a newer application added: kept, because the hash covers it.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Field by field: what is left over is what a newer application added.
impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fn take<T: DeserializeOwned, E: Error>(
            fields: &mut Map<String, Value>,
            name: &'static str,
        ) -> Result<T, E> {
            let value = fields.remove(name).ok_or_else(|| E::missing_field(name))?;
            json::of(&value).map_err(E::custom)
        }
        let mut fields = Map::deserialize(deserializer)?;
        Ok(Self {
            m: take(&mut fields, "m")?,
            k: take(&mut fields, "k")?,
            v: take(&mut fields, "v")?,
            hlc: take(&mut fields, "hlc")?,
            actor: take(&mut fields, "actor")?,
            place: take(&mut fields, "site")?,
            base: if fields.contains_key("base") { take(&mut fields, "base")? } else { Map::new() },
            a: take(&mut fields, "a")?,
            h: take(&mut fields, "h")?,
            extra: fields,
        })
    }
}

impl Envelope {
    /// Seals `command` as number `m`.
    #[must_use]
    pub fn seal(m: u64, hlc: Hlc, actor: UserId, place: impl Into<PlaceId>, command: &Command) -> Self {
        let (k, v) = command.kind();
        let mut envelope = Self {
            m,
            k: k.to_owned(),
            v,
            hlc,
            actor,
            place: place.into(),
            base: Map::new(),
            a: command.arguments(),
            h: String::new(),
            extra: Map::new(),
        };
        envelope.h = envelope.fingerprint();
        envelope
    }

    /// The hash its contents should carry.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let text = |value: &str| Value::from(value).to_string();
        let mut fields = Map::from_iter(self.extra.iter().map(|(name, value)| (&**name, canonical(value))));
        fields.extend([
            ("m", self.m.to_string()),
            ("k", text(&self.k)),
            ("v", self.v.to_string()),
            ("hlc", text(&self.hlc.to_string())),
            ("actor", text(&self.actor.to_string())),
            ("site", text(&self.place.to_string())),
            (
                "base",
                canonical(&self.base.iter().map(|(scope, at)| (scope.clone(), Value::from(&**at))).collect()),
            ),
            ("a", canonical(&self.a)),
        ]);
        let mut sha = Sha256::new();
        for (at, (name, value)) in fields.iter().enumerate() {
            sha.update(if at == 0 { "{" } else { "," });
            sha.update(text(name));
            sha.update(":");
            sha.update(value);
        }
        sha.update("}");
        hex(&sha.finalize())
    }

    /// Whether its contents are those it was sealed with.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.fingerprint() == self.h
    }

    /// The command inside.
    ///
    /// # Errors
    /// [`Undecodable`], see [`Command::decode`].
    pub fn command(&self) -> Result<Command, Undecodable> {
        Command::decode(&self.k, self.v, &self.a)
    }
}

/// JSON with its keys sorted and no space: one text for one value, whoever wrote it.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    // A text has room for everything.
    let _ = write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Value, text: &mut String) -> fmt::Result {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<_> = fields.keys().collect();
            sorting::sort(&mut keys);
            for (at, key) in keys.into_iter().enumerate() {
                text.push(if at == 0 { '{' } else { ',' });
                write!(text, "{}:", Value::from(key.as_str()))?;
                write_canonical(&fields[key], text)?;
            }
            text.push_str(if fields.is_empty() { "{}" } else { "}" });
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                text.push(if at == 0 { '[' } else { ',' });
                write_canonical(item, text)?;
            }
            text.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        plain => write!(text, "{plain}")?,
    }
    Ok(())
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{command::SettleTicket, id::TicketId, ticket::Choice};

    fn sealed() -> Envelope {
        let settle = SettleTicket { ticket: TicketId(Uuid::from_u128(3)), choice: Choice::Accept };
        let hlc = Hlc { at_ms: 1, counter: 0, node: 2 };
        Envelope::seal(
            1,
            hlc,
            UserId(Uuid::from_u128(4)),
            PlaceId(Uuid::from_u128(5)),
            &Command::SettleTicket(settle),
        )
    }

    #[test]
    fn a_sealed_command_survives_the_cable_and_shows_any_change() {
        let envelope = sealed();
        let read: Envelope = serde_json::from_str(&serde_json::to_string(&envelope).unwrap()).unwrap();
        assert_eq!(read, envelope);
        assert!(read.is_intact());
        assert!(!Envelope { m: 2, ..read.clone() }.is_intact());
        let newer: Envelope = serde_json::from_str(r#"{"m":1,"k":"x","v":1,"hlc":"00000000000100000000000000000002",
            "actor":"00000000-0000-0000-0000-000000000004","site":"00000000-0000-0000-0000-000000000005","a":{},
            "h":"","colour":"blue"}"#)
        .unwrap();
        assert_ne!(newer.fingerprint(), Envelope { extra: Map::new(), ..newer.clone() }.fingerprint());
        let mut other = read;
        other.a["choice"] = "decline".into();
        assert!(!other.is_intact());
    }

    #[test]
    fn the_hash_does_not_depend_on_the_order_of_keys() {
        let one: Value = serde_json::from_str(r#"{"b":[1,{"d":null,"c":"é"}],"a":true}"#).unwrap();
        let two: Value = serde_json::from_str(r#"{ "a":true, "b":[1, {"c":"é","d":null}] }"#).unwrap();
        assert_eq!(canonical(&one), canonical(&two));
        assert_eq!(canonical(&one), r#"{"a":true,"b":[1,{"c":"é","d":null}]}"#);
    }

    #[test]
    fn a_command_of_tomorrow_is_unknown_not_malformed() {
        let unknown = Command::decode("order.dream", 1, &Value::Null);
        assert_eq!(unknown, Err(Undecodable::Unknown("order.dream".into(), 1)));
        assert!(matches!(Command::decode("order.submit", 1, &Value::Null), Err(Undecodable::Malformed(_))));
        assert!(matches!(Command::decode("order.submit", 2, &Value::Null), Err(Undecodable::Unknown(..))));
    }
}
