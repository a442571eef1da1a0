//! Commands: recorded intents. Written once on the device, never edited, and readable by every later server.

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    cycle::CycleId,
    draft::{DraftLine, Drawn, LineEdit},
    id::{DraftId, EditId, OrderId, Reference, SiteId, TicketId, UserId},
    json,
    money::{Amount, Rate, UnitPrice},
    order::{LineKey, OrderLine},
    quantity::Quantity,
    sorting,
    ticket::Choice,
    time::{Date, Hlc, Timestamp},
};

/// One line of a submission: what is wanted, and what the kitchen saw when it wanted it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmittedLine {
    /// The offer.
    pub offer: Reference,
    /// The revision it saw.
    pub offer_revision: u32,
    /// The day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// How much, in the offer's unit.
    pub quantity: Quantity,
    /// The buyer's price it saw, per unit before tax.
    pub price_seen: UnitPrice,
    /// The VAT rate it saw.
    pub vat_seen: Rate,
}

impl SubmittedLine {
    /// What identifies the line.
    #[must_use]
    pub fn key(&self) -> LineKey {
        LineKey { offer: self.offer.clone(), delivery_on: self.delivery_on }
    }

    /// What somebody would send who sees this line of an order.
    #[must_use]
    pub fn of(line: &OrderLine) -> Self {
        Self {
            offer: line.key.offer.clone(),
            offer_revision: line.offer_revision,
            delivery_on: line.key.delivery_on,
            quantity: line.ordered,
            price_seen: line.unit_price,
            vat_seen: line.vat,
        }
    }
}

/// « Envoyer la commande »: self-contained, so that it can be judged whatever happened to the catalogue since.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmitOrder {
    /// The draft that is sent.
    pub draft: DraftId,
    /// The site that orders.
    pub site: SiteId,
    /// For which week.
    pub cycle: CycleId,
    /// What is ordered, sorted by key.
    pub lines: Vec<SubmittedLine>,
    /// The total before tax the screen showed.
    pub total_seen: Amount,
    /// The cut-off the screen showed.
    pub cut_off_seen: Timestamp,
    /// Position in the catalogue's feed the screen was built from.
    pub catalog_cursor: Option<String>,
    /// What it takes out of the draft that the kitchen's tablets share; `None` when nothing in it was shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Drawn>,
}

impl SubmitOrder {
    /// Whether the total the screen showed is not what its own lines sum to.
    #[must_use]
    pub fn total_differs(&self) -> bool {
        let sum: Amount = self.lines.iter().map(|line| line.price_seen.times(line.quantity)).sum();
        sum != self.total_seen
    }

    /// What it asks for, whatever was seen.
    #[must_use]
    pub fn asked(&self) -> Vec<DraftLine> {
        self.lines.iter().map(|line| DraftLine { key: line.key(), quantity: line.quantity }).collect()
    }

    /// Whether both ask for the same things: same keys and quantities, whatever was seen.
    #[must_use]
    pub fn same_lines(&self, other: &[(LineKey, Quantity)]) -> bool {
        let mut ours: Vec<_> = self.asked().into_iter().map(|line| (line.key, line.quantity)).collect();
        let mut theirs = other.to_vec();
        sorting::sort(&mut ours);
        sorting::sort(&mut theirs);
        ours == theirs
    }
}

/// « Retirer la commande »: the kitchen wants nothing of it any more.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawOrder {
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub site: SiteId,
    /// For which week.
    pub cycle: CycleId,
    /// What the screen said it asks for, by key. An order somebody changed meanwhile is not the one that was withdrawn.
    pub seen: Vec<DraftLine>,
}

/// « Envoyer la modification »: an order as it was seen, and as it is wanted.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendOrder {
    /// How many amendments the screen knew of, with those that waited before this one. An order that went to other
    /// lines and back is not the one that was seen.
    pub revision_seen: u32,
    /// What the screen said it asked for, by key.
    pub seen: Vec<DraftLine>,
    /// The whole order as it is wanted, self-contained like a submission: should the order have changed meanwhile, it
    /// waits as one.
    pub wanted: SubmitOrder,
}

impl AmendOrder {
    /// The order it changes.
    #[must_use]
    pub fn order(&self) -> OrderId {
        OrderId::of_draft(self.wanted.draft)
    }
}

/// What a tablet changed in the draft its kitchen's tablets share.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditDraft {
    /// Its own identifier.
    pub edit: EditId,
    /// The draft.
    pub draft: DraftId,
    /// Whose.
    pub site: SiteId,
    /// For which week.
    pub cycle: CycleId,
    /// Line by line, each at most once.
    pub edits: Vec<LineEdit>,
}

/// A choice made on a ticket.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleTicket {
    /// The ticket.
    pub ticket: TicketId,
    /// The choice.
    pub choice: Choice,
}

/// What a person wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `order.submit@1`
    SubmitOrder(SubmitOrder),
    /// `ticket.settle@1`
    SettleTicket(SettleTicket),
    /// `order.withdraw@1`
    WithdrawOrder(WithdrawOrder),
    /// `order.amend@1`
    AmendOrder(AmendOrder),
    /// `draft.edit@1`
    EditDraft(EditDraft),
}

/// Why a command could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecodable {
    /// From a newer application: kept, and read again by a newer server.
    #[error("unknown command {0}@{1}")]
    Unknown(String, u32),
    /// Known, but its arguments are not what they should be.
    #[error("malformed command: {0}")]
    Malformed(String),
}

impl Command {
    /// Its kind and version, as the cable names them.
    #[must_use]
    pub fn kind(&self) -> (&'static str, u32) {
        match self {
            Self::SubmitOrder(_) => ("order.submit", 1),
            Self::SettleTicket(_) => ("ticket.settle", 1),
            Self::WithdrawOrder(_) => ("order.withdraw", 1),
            Self::AmendOrder(_) => ("order.amend", 1),
            Self::EditDraft(_) => ("draft.edit", 1),
        }
    }

    /// The site it orders for; `None` when that follows from something else.
    #[must_use]
    pub fn site(&self) -> Option<SiteId> {
        match self {
            Self::SubmitOrder(submit) => Some(submit.site),
            Self::WithdrawOrder(withdraw) => Some(withdraw.site),
            Self::AmendOrder(amend) => Some(amend.wanted.site),
            Self::EditDraft(edit) => Some(edit.site),
            Self::SettleTicket(_) => None,
        }
    }

    /// Its arguments, as JSON.
    #[must_use]
    pub fn arguments(&self) -> Value {
        let encoded = match self {
            Self::SubmitOrder(submit) => serde_json::to_value(submit),
            Self::SettleTicket(settle) => serde_json::to_value(settle),
            Self::WithdrawOrder(withdraw) => serde_json::to_value(withdraw),
            Self::AmendOrder(amend) => serde_json::to_value(amend),
            Self::EditDraft(edit) => serde_json::to_value(edit),
        };
        // Our own types hold nothing that JSON cannot say; should one ever, the server refuses the null as malformed.
        encoded.unwrap_or(Value::Null)
    }

    /// Reads a command of any version ever shipped.
    ///
    /// # Errors
    /// [`Undecodable`] when the kind is unknown or its arguments do not fit.
    pub fn decode(kind: &str, version: u32, arguments: &Value) -> Result<Self, Undecodable> {
        fn read<T: DeserializeOwned>(arguments: &Value) -> Result<T, Undecodable> {
            json::of(arguments).map_err(|error| Undecodable::Malformed(error.to_string()))
        }
        match (kind, version) {
            ("order.submit", 1) => read(arguments).map(Self::SubmitOrder),
            ("ticket.settle", 1) => read(arguments).map(Self::SettleTicket),
            ("order.withdraw", 1) => read(arguments).map(Self::WithdrawOrder),
            ("order.amend", 1) => read(arguments).map(Self::AmendOrder),
            ("draft.edit", 1) => read(arguments).map(Self::EditDraft),
            _ => Err(Undecodable::Unknown(kind.to_owned(), version)),
        }
    }
}

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
    /// For which site.
    pub site: SiteId,
    /// The feed positions the screen was built from.
    pub base: BTreeMap<String, String>,
    /// The arguments.
    pub a: Value,
    /// SHA-256 of the canonical bytes of all the rest, in hexadecimal.
    pub h: String,
    /// What a newer application added: kept, because the hash covers it.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// Field by field: what is left over is what a newer application added.
impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fn take<T: DeserializeOwned, E: Error>(
            fields: &mut BTreeMap<String, Value>,
            name: &'static str,
        ) -> Result<T, E> {
            let value = fields.remove(name).ok_or_else(|| E::missing_field(name))?;
            json::of(&value).map_err(E::custom)
        }
        let mut fields = BTreeMap::deserialize(deserializer)?;
        Ok(Self {
            m: take(&mut fields, "m")?,
            k: take(&mut fields, "k")?,
            v: take(&mut fields, "v")?,
            hlc: take(&mut fields, "hlc")?,
            actor: take(&mut fields, "actor")?,
            site: take(&mut fields, "site")?,
            base: if fields.contains_key("base") { take(&mut fields, "base")? } else { BTreeMap::new() },
            a: take(&mut fields, "a")?,
            h: take(&mut fields, "h")?,
            extra: fields,
        })
    }
}

impl Envelope {
    /// Seals `command` as number `m`.
    #[must_use]
    pub fn seal(m: u64, hlc: Hlc, actor: UserId, site: SiteId, command: &Command) -> Self {
        let (k, v) = command.kind();
        let mut envelope = Self {
            m,
            k: k.to_owned(),
            v,
            hlc,
            actor,
            site,
            base: BTreeMap::new(),
            a: command.arguments(),
            h: String::new(),
            extra: BTreeMap::new(),
        };
        envelope.h = envelope.fingerprint();
        envelope
    }

    /// The hash its contents should carry.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let text = |value: &str| Value::from(value).to_string();
        let mut fields: BTreeMap<&str, String> =
            self.extra.iter().map(|(name, value)| (&**name, canonical(value))).collect();
        fields.extend([
            ("m", self.m.to_string()),
            ("k", text(&self.k)),
            ("v", self.v.to_string()),
            ("hlc", text(&self.hlc.to_string())),
            ("actor", text(&self.actor.to_string())),
            ("site", text(&self.site.to_string())),
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
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn sealed() -> Envelope {
        let settle = SettleTicket { ticket: TicketId(Uuid::from_u128(3)), choice: Choice::Accept };
        let hlc = Hlc { at_ms: 1, counter: 0, node: 2 };
        Envelope::seal(
            1,
            hlc,
            UserId(Uuid::from_u128(4)),
            SiteId(Uuid::from_u128(5)),
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
        assert_ne!(newer.fingerprint(), Envelope { extra: BTreeMap::new(), ..newer.clone() }.fingerprint());
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
