//! What the hub's desk, the producer and the authority read over `/api`: online work, not part of the offline replica.

use serde::{Deserialize, Serialize};

use crate::{
    coded::coded_enum,
    cycle::{CycleId, OrderCycle},
    draft::Header,
    enterprise::Producer,
    id::{OrderId, ProducerId, Reference},
    money::{Amount, UnitPrice},
    order::OrderNumber,
    quantity::{Pack, Quantity, Unit},
    reception::Gap,
    ticket::{Choice, Ticket},
    time::{Date, Timestamp},
};

/// « Semaine »: the hub's board of the current cycle.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekBoard {
    /// The server's clock.
    pub server_time: Timestamp,
    /// The cycle; `None` before the first price list.
    pub cycle: Option<OrderCycle>,
    /// Kitchens that may order.
    pub kitchens: u32,
    /// Kitchens that did.
    pub kitchens_with_orders: u32,
    /// Orders accepted.
    pub orders: u32,
    /// Lines that count.
    pub lines: u32,
    /// Before tax, what buyers pay.
    pub net: Amount,
    /// Offers in the list.
    pub offers: u32,
    /// Producers in the list.
    pub producers: u32,
    /// Producers somebody ordered from.
    pub producers_with_demand: u32,
    /// Offers asked for beyond their promise.
    pub shortages: u32,
    /// Tickets that wait for the hub.
    pub tickets_for_hub: u32,
    /// Tickets that wait for kitchens.
    pub tickets_for_kitchens: u32,
}

/// « Demande consolidée »: demand by producer, product and day. Read from totals kept up to date as orders come in;
/// exact at any moment, final once the cycle is closed.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandBoard {
    /// The cycle.
    pub cycle: OrderCycle,
    /// By producer, in name order.
    pub producers: Vec<ProducerDemand>,
    /// What producers get, before tax.
    pub producer_net: Amount,
    /// What buyers pay, before tax.
    pub buyer_net: Amount,
}

/// What a kitchen says of an order as a whole, for the hub.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitchenNote {
    /// The order.
    pub order: OrderId,
    /// Its number, as people say it.
    pub number: String,
    /// The kitchen's name.
    pub site_name: String,
    /// What it says.
    pub header: Header,
}

/// One line of a delivery that is not as it was confirmed.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapLine {
    /// The product's name in the order.
    pub product: String,
    /// What it is counted in.
    pub unit: Unit,
    /// What was confirmed to the kitchen.
    pub confirmed: Quantity,
    /// What it kept, by the record that counts.
    pub received: Quantity,
    /// Why; `None` where two people say two things, or where who unloaded had not heard that less was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
    /// Two people say two things, and nobody decided.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub contested: bool,
}

/// « Écarts et avoirs »: what a kitchen did not receive as confirmed, and what it does not pay for it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryGap {
    /// The kitchen.
    pub site_name: String,
    /// Who was to deliver.
    pub producer_name: String,
    /// The day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// Of which order.
    pub order_number: OrderNumber,
    /// On which reception note.
    pub note_number: OrderNumber,
    /// By which credit; `None` when all is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_number: Option<OrderNumber>,
    /// What is not paid, before tax.
    pub credit: Amount,
    /// What of.
    pub line: GapLine,
}

/// The demand addressed to one producer.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProducerDemand {
    /// Who.
    pub producer: Producer,
    /// What, by product then day.
    pub lines: Vec<DemandLine>,
    /// What the producer gets, before tax.
    pub producer_net: Amount,
    /// What buyers pay, before tax.
    pub buyer_net: Amount,
}

/// The demand of one product on one day.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandLine {
    /// Which offer.
    pub reference: Reference,
    /// Its name.
    pub name: String,
    /// What it is counted in.
    pub unit: Unit,
    /// Its pack.
    pub pack: Pack,
    /// The producer's price per unit, before tax.
    pub net_price: UnitPrice,
    /// The day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// What kitchens asked for.
    pub ordered: Quantity,
    /// What the allocation granted; `None` while the cycle is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Quantity>,
    /// What the producer promised for the whole week, all days together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised: Option<Quantity>,
    /// What the whole week asks of this offer beyond its promise; zero when the promise holds.
    #[serde(default)]
    pub short: Quantity,
    /// How many order lines ask for it.
    pub lines: u32,
    /// What the producer gets, before tax.
    pub producer_net: Amount,
    /// What buyers pay, before tax.
    pub buyer_net: Amount,
}

/// What closing a cycle did.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseReport {
    /// The cycle, closed.
    pub cycle: OrderCycle,
    /// Orders consolidated.
    pub orders: u32,
    /// Lines that counted.
    pub lines: u32,
    /// Producers with a sheet.
    pub sheets: u32,
    /// Lines that got less than they asked, because the promise was short.
    pub shortened_lines: u32,
    /// Lines dropped because nobody answered about them.
    pub unanswered_lines: u32,
    /// What producers get, before tax.
    pub producer_net: Amount,
    /// What buyers pay, before tax.
    pub buyer_net: Amount,
}

/// A sheet in the list of a closed cycle.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetSummary {
    /// Whose.
    pub producer: ProducerId,
    /// Its name.
    pub name: String,
    /// Its commune.
    pub commune: String,
    /// Products, counted once a day.
    pub products: u32,
    /// What the producer gets, before tax.
    pub amount: Amount,
}

/// A ticket with the name of its kitchen.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketCard {
    /// The ticket.
    pub ticket: Ticket,
    /// Its kitchen's name.
    pub site_name: String,
}

/// The body of `POST /api/tickets/{id}/settle`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleRequest {
    /// The choice.
    pub choice: Choice,
}

/// The body of `POST /api/session`. Never logged.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct SignInRequest {
    /// Who.
    pub email: String,
    /// Their secret.
    pub password: String,
    /// What passes the second step, for who has one: six digits, or a recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_step: Option<String>,
}

/// What an authority reads: sums only, never an order.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicators {
    /// The cycle they are of.
    pub cycle: CycleId,
    /// Kitchens that may order, and those that did.
    pub kitchens: u32,
    /// Kitchens with at least one order this cycle.
    pub kitchens_with_orders: u32,
    /// Producers in the list.
    pub producers: u32,
    /// Offers in the list.
    pub offers: u32,
    /// Offers with the organic sign.
    pub organic_offers: u32,
    /// Offers with any official sign.
    pub signed_offers: u32,
    /// What buyers pay this cycle, before tax.
    pub net: Amount,
    /// Of which organic.
    pub organic_net: Amount,
    /// Of which with any official sign, organic included.
    pub signed_net: Amount,
    /// What producers get.
    pub producer_net: Amount,
}

/// Where an import stands.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportStatus {
    /// Its identifier, for asking again.
    pub id: String,
    /// Where it stands.
    pub state: ImportState,
}

/// The states of an import.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// At work.
    Working {
        /// On what.
        phase: ImportPhase,
        /// Rows done.
        done: u32,
        /// Rows in all; 0 while unknown.
        total: u32,
    },
    /// Done; with `dry_run` nothing was written.
    Done {
        /// What came of it.
        report: ImportReport,
    },
    /// The file as a whole could not be used.
    Refused {
        /// Stable.
        code: FileRefusal,
        /// In French, for a person reading it raw.
        message: String,
    },
}

/// What an import is doing.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportPhase {
    /// Opening and inflating the file.
    Reading,
    /// Checking rows.
    Checking,
    /// Writing what changed.
    Writing,
    /// Preparing the tablets' snapshot.
    Publishing,
}

coded_enum! {
    /// Why a whole file was refused.
    pub enum FileRefusal {
        /// Not a spreadsheet this reads.
        NotASpreadsheet = "NOT_A_SPREADSHEET",
        /// No row at all.
        Empty = "EMPTY",
        /// Protected by a password.
        PasswordProtected = "PASSWORD_PROTECTED",
        /// Larger than the limit.
        TooLarge = "TOO_LARGE",
        /// Inflates to far more than a price list can hold.
        Bomb = "BOMB",
        /// No row with the columns a price list needs.
        NoHeader = "NO_HEADER",
        /// Damaged: the reader gave up inside.
        Damaged = "DAMAGED",
        /// The cycle it is for is closed.
        CycleClosed = "CYCLE_CLOSED",
        /// A list of what was announced, for a week that is not the one to come.
        NotToCome = "NOT_TO_COME",
    }
}

coded_enum! {
    /// Why a cell refused its row.
    pub enum CellRefusal {
        /// Empty though needed.
        Missing = "MISSING",
        /// Not a number.
        NotANumber = "NOT_A_NUMBER",
        /// A number out of the accepted range.
        OutOfRange = "OUT_OF_RANGE",
        /// Too many decimals.
        TooPrecise = "TOO_PRECISE",
        /// A unit nobody taught us.
        UnknownUnit = "UNKNOWN_UNIT",
        /// A family ma cantine does not have.
        UnknownFamily = "UNKNOWN_FAMILY",
        /// Not a SIRET.
        BadSiret = "BAD_SIRET",
        /// Not a date.
        BadDate = "BAD_DATE",
        /// Not a day of the week.
        UnknownDay = "UNKNOWN_DAY",
        /// Not a month.
        UnknownMonth = "UNKNOWN_MONTH",
        /// The same reference stands twice in the file; the first row counts.
        DuplicateReference = "DUPLICATE_REFERENCE",
        /// Not a VAT rate.
        BadVat = "BAD_VAT",
        /// Too long, or unprintable.
        BadText = "BAD_TEXT",
    }
}

/// What came of an import. Also written by `--report`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportReport {
    /// Rows taken, new or updated or unchanged.
    pub accepted: u32,
    /// Of these, rows whose offer existed and changed.
    pub updated: u32,
    /// Rows not taken.
    pub refused: Vec<RefusedRow>,
    /// What changed in the list.
    pub changes: ListChanges,
}

/// A row that was not taken.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    /// As the spreadsheet numbers it, from 1.
    pub line: u32,
    /// The column's heading as the file writes it.
    pub column: String,
    /// Stable.
    pub code: CellRefusal,
    /// What the cell holds.
    pub value: String,
    /// A French sentence.
    pub message: String,
}

/// What an import changes in a price list.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListChanges {
    /// Offers that were not there.
    pub new: u32,
    /// Offers as they were.
    pub unchanged: u32,
    /// Offers with a higher price.
    pub price_up: u32,
    /// Offers with a lower price.
    pub price_down: u32,
    /// Offers that changed otherwise.
    pub other: u32,
    /// Offers that are no longer there.
    pub gone: u32,
    /// Each change (new ones left out when the whole list is new), at most 500.
    pub rows: Vec<OfferChange>,
}

/// One change of a price list.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferChange {
    /// Which offer.
    pub reference: Reference,
    /// Its name.
    pub name: String,
    /// What changed.
    pub kind: ChangeKind,
}

/// How an offer changed.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was not there.
    New,
    /// The producer's price rose.
    PriceUp {
        /// Before.
        from: UnitPrice,
        /// Now.
        to: UnitPrice,
    },
    /// The producer's price fell.
    PriceDown {
        /// Before.
        from: UnitPrice,
        /// Now.
        to: UnitPrice,
    },
    /// Something else changed.
    Other,
    /// It is no longer there.
    Gone,
}
