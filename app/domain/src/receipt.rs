//! What the server answers to a command. A receipt is stored with the command's effects, and never changes.

use serde::{Deserialize, Serialize};

use crate::{
    coded::coded_enum,
    id::{OrderId, TicketId},
    time::Timestamp,
};

coded_enum! {
    /// Why something was adjusted, put aside or refused. Stable codes; their sentences live in the application.
    pub enum Reason {
        /// It arrived after the cut-off and its grace.
        Late = "LATE",
        /// The price fell: the lower one is used.
        PriceLower = "PRICE_LOWER",
        /// The price rose since the kitchen saw it.
        PriceChanged = "PRICE_CHANGED",
        /// The offer left the price list.
        Withdrawn = "WITHDRAWN",
        /// No such offer was ever in this price list.
        UnknownOffer = "UNKNOWN_OFFER",
        /// The offer is not delivered on that day.
        NotDelivered = "NOT_DELIVERED",
        /// Not a whole number of packs.
        PackMultiple = "PACK_MULTIPLE",
        /// The total the kitchen saw is not the total that counts.
        TotalDiffers = "TOTAL_DIFFERS",
        /// The same draft was already sent with other lines.
        DoubleSubmit = "DOUBLE_SUBMIT",
        /// Nobody answered before the cycle was closed.
        NotConfirmed = "NOT_CONFIRMED",
        /// A person chose to leave it out.
        Declined = "DECLINED",
        /// Not for this person, this site or this device.
        NoRight = "NO_RIGHT",
        /// Not readable as what it claims to be.
        Malformed = "MALFORMED",
        /// This server does not know this kind of command yet.
        UnknownCommand = "UNKNOWN_COMMAND",
        /// No such cycle.
        UnknownCycle = "UNKNOWN_CYCLE",
        /// The cycle is closed.
        CycleClosed = "CYCLE_CLOSED",
        /// No such ticket.
        UnknownTicket = "UNKNOWN_TICKET",
        /// The ticket was settled before, otherwise.
        AlreadySettled = "ALREADY_SETTLED",
        /// The kitchen withdrew this order.
        OrderWithdrawn = "ORDER_WITHDRAWN",
        /// The order is not any more as it was seen.
        OrderChanged = "ORDER_CHANGED",
        /// The change of an order arrived after the cut-off and its grace: the order stands.
        TooLateToChange = "TOO_LATE_TO_CHANGE",
        /// The list of that week is out: what is promised in it changes with the hub.
        ListPublished = "LIST_PUBLISHED",
        /// Something else had been said of that week meanwhile.
        AvailabilityChanged = "AVAILABILITY_CHANGED",
        /// No such order.
        UnknownOrder = "UNKNOWN_ORDER",
        /// More lines than it may hold.
        TooManyLines = "TOO_MANY_LINES",
        /// The order has no line.
        EmptyOrder = "EMPTY_ORDER",
        /// The orders of the week are not closed yet: nothing can have been delivered.
        NotClosed = "NOT_CLOSED",
        /// Somebody said something else of the same delivery: both are kept, the first counts until a person decides.
        DoubleRecord = "DOUBLE_RECORD",
        /// The producer's sheet does not ask that.
        NotAsked = "NOT_ASKED",
        /// As much as is asked, or more: what is confirmed in full is not said to be less.
        MoreThanAsked = "MORE_THAN_ASKED",
        /// The delivery was too long ago to confirm less of it.
        DeliveryOver = "DELIVERY_OVER",
        /// Something else had been answered for that day meanwhile.
        HarvestChanged = "HARVEST_CHANGED",
        /// Somebody received that delivery: what is confirmed of it stands.
        AlreadyReceived = "ALREADY_RECEIVED",
        /// The server failed while deciding; the command is kept for a person.
        Failed = "FAILED",
    }
}

/// What became of a command.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done as asked.
    Applied {
        /// The order it made or changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<OrderId>,
        /// Set when another tablet had already sent the very same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dup_of: Option<OrderId>,
    },
    /// Done, with a difference the person must see.
    Adjusted {
        /// The difference.
        code: Reason,
        /// The order it made or changed.
        order: OrderId,
    },
    /// Put aside, whole or in part, until a person chooses.
    Parked {
        /// Why.
        code: Reason,
        /// Where the choice is made (the first one when there are several).
        ticket: TicketId,
        /// The order, when the rest of it was accepted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<OrderId>,
    },
    /// Not done.
    Refused {
        /// Why.
        code: Reason,
    },
}

/// The stored answer to command `m` of an outbox.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The command's number in its outbox.
    pub m: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// When the server received it.
    pub received_at: Timestamp,
    /// The same command had been received before; this is the stored answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dup: bool,
}
