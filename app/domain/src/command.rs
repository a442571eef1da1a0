//! Commands: recorded intents. Written once on the device, never edited, and readable by every later server.

mod envelope;
mod unread;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use envelope::{Envelope, canonical, hex};
pub use unread::Unread;

use crate::{
    availability::PublishAvailability,
    cycle::CycleId,
    draft::{DraftLine, Drawn, FieldEdit, LineEdit},
    harvest::ConfirmHarvest,
    id::{DraftId, EditId, OrderId, PlaceId, Reference, SiteId, TicketId},
    json,
    money::{Amount, Rate, UnitPrice},
    order::{LineKey, OrderLine},
    quantity::Quantity,
    quay::RecordQuay,
    reception::RecordReception,
    sorting,
    ticket::Choice,
    time::{Date, Timestamp},
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<LineEdit>,
    /// Field by field of what is said of the whole, each at most once. A server that knew of lines only puts such a command
    /// aside, and takes those about lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldEdit>,
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
    /// `availability.publish@1`
    PublishAvailability(Unread<PublishAvailability>),
    /// `harvest.confirm@1`
    ConfirmHarvest(Unread<ConfirmHarvest>),
    /// `draft.edit@1`, or `draft.field@1` where it says something of the whole.
    EditDraft(EditDraft),
    /// `reception.record@1`
    RecordReception(Unread<RecordReception>),
    /// `quay.record@1`
    RecordQuay(Unread<RecordQuay>),
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

const PUBLISH_AVAILABILITY: &str = "availability.publish";
/// The kind of « Tout confirmer ».
pub const CONFIRM_HARVEST: &str = "harvest.confirm";
const EDIT_DRAFT: &str = "draft.edit";
const SET_DRAFT_FIELD: &str = "draft.field";
/// The kind of « Enregistrer la réception ».
pub const RECORD_RECEPTION: &str = "reception.record";
/// The kind of what passed over the quay.
pub const RECORD_QUAY: &str = "quay.record";

/// Whether a command of this kind tells of a shared draft: nothing is ordered by it, and nobody waits for its answer.
#[must_use]
pub fn tells_of_draft(kind: &str) -> bool {
    [EDIT_DRAFT, SET_DRAFT_FIELD].contains(&kind)
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
            Self::PublishAvailability(_) => (PUBLISH_AVAILABILITY, 1),
            Self::ConfirmHarvest(_) => (CONFIRM_HARVEST, 1),
            Self::EditDraft(edit) if edit.fields.is_empty() => (EDIT_DRAFT, 1),
            Self::EditDraft(_) => (SET_DRAFT_FIELD, 1),
            Self::RecordReception(_) => (RECORD_RECEPTION, 1),
            Self::RecordQuay(_) => (RECORD_QUAY, 1),
        }
    }

    /// The place it speaks for; `None` when that follows from something else.
    #[must_use]
    pub fn place(&self) -> Option<PlaceId> {
        match self {
            Self::SubmitOrder(submit) => Some(submit.site.into()),
            Self::WithdrawOrder(withdraw) => Some(withdraw.site.into()),
            Self::AmendOrder(amend) => Some(amend.wanted.site.into()),
            Self::EditDraft(edit) => Some(edit.site.into()),
            Self::SettleTicket(_)
            | Self::PublishAvailability(_)
            | Self::ConfirmHarvest(_)
            | Self::RecordReception(_)
            | Self::RecordQuay(_) => None,
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
            Self::PublishAvailability(publish) => Ok(publish.arguments().clone()),
            Self::ConfirmHarvest(confirm) => Ok(confirm.arguments().clone()),
            Self::RecordReception(record) => Ok(record.arguments().clone()),
            Self::RecordQuay(record) => Ok(record.arguments().clone()),
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
            (EDIT_DRAFT | SET_DRAFT_FIELD, 1) => read(arguments).map(Self::EditDraft),
            (PUBLISH_AVAILABILITY, 1) => Ok(Self::PublishAvailability(Unread::came(arguments.clone()))),
            (CONFIRM_HARVEST, 1) => Ok(Self::ConfirmHarvest(Unread::came(arguments.clone()))),
            (RECORD_RECEPTION, 1) => Ok(Self::RecordReception(Unread::came(arguments.clone()))),
            (RECORD_QUAY, 1) => Ok(Self::RecordQuay(Unread::came(arguments.clone()))),
            _ => Err(Undecodable::Unknown(kind.to_owned(), version)),
        }
    }
}
