//! After the cut-off a producer says what will be harvested: all that is asked, or less of something, and why.
//!
//! One answer a producer and delivery day, said whole each time and by product: a field knows kilos, not kitchens. What is
//! less is shared among the kitchens by the declared rule of [`allocation`](crate::allocation), so that what they are told
//! sums to what was said:
//!
//! ```text
//! granted (the cut-off) ≥ confirmed (the producer) ─► shares of the kitchens ─► the confirmed quantity of each line
//! ```
//!
//! As with a week that is announced, nothing is decided by which of two telephones spoke last: what was said without having
//! seen what stands is refused, and both are shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    allocation::{Request, share_all},
    coded::coded_enum,
    cycle::{CycleId, CycleState, OrderCycle},
    draft::Saying,
    id::{OrderId, ProducerId, Reference, SiteId},
    money::UnitPrice,
    offer::Offer,
    order::{LineKey, Order, OrderNumber},
    pricing::Terms,
    producer_sheet::{ProducerSheet, SheetDay, SheetProduct},
    quantity::Quantity,
    receipt::Reason,
    time::{Date, Timestamp},
};

/// A telephone may have been in a field for so long after the delivery. What is said later to have been less would change what
/// was received and counted since.
pub const DAYS_AFTER: i64 = 7;
const DAY_MS: i64 = 86_400_000;

/// More products than this no sheet asks on one day.
pub const MAX_PRODUCTS: usize = 500;

coded_enum! {
    /// Why less will be harvested than is asked.
    pub enum ShortReason {
        /// Frost, hail, drought, a field too wet to enter.
        Weather = "WEATHER",
        /// Not the size or the quality that is sold.
        Quality = "QUALITY",
        /// A disease or pests.
        Pests = "PESTS",
        /// Not ripe yet.
        NotReady = "NOT_READY",
        /// Nobody to harvest it.
        Labor = "LABOR",
        /// A machine, a cold room, a van.
        Breakdown = "BREAKDOWN",
        /// Something else: the comment says what.
        Otherwise = "OTHERWISE",
    }
}

/// What the producer could bring in its place: proposed, agreed to by nobody yet.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Substitute {
    /// Another offer of the same producer, counted in the same unit.
    pub offer: Reference,
    /// Its name, as the list says it.
    pub name: String,
    /// How much of it: at most what is missing.
    pub quantity: Quantity,
    /// What the producer gets per unit, before tax.
    pub net_price: UnitPrice,
    /// What buyers pay per unit, before tax.
    pub unit_price: UnitPrice,
}

/// Why there is less, in the words of who knows.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortfall {
    /// Why.
    pub reason: ShortReason,
    /// More of it: at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Saying>,
    /// What could be brought in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitute: Option<Substitute>,
}

/// One product of which there is less than is asked.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Less {
    /// As the sheet names it.
    pub reference: Reference,
    /// What there will be, all kitchens together; zero: none.
    pub confirmed: Quantity,
    /// Why.
    pub why: Shortfall,
}

/// « Tout confirmer », or less of something: `harvest.confirm@1`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmHarvest {
    /// Whose sheet.
    pub producer: ProducerId,
    /// Of which week.
    pub cycle: CycleId,
    /// The day it answers for.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// The revision of what the producer had answered, as the screen knew it, with what waited before this; 0 for nothing.
    pub revision_seen: u32,
    /// What there is less of, sorted by reference; all else of the day is confirmed as asked.
    pub less: Vec<Less>,
}

/// What stands of a producer's answer for one day.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayAnswer {
    /// From 1; raised each time something else is said.
    pub revision: u32,
    /// When, by the server's clock.
    pub said_at: Timestamp,
    /// What there is less of; all else is confirmed as asked.
    pub less: Vec<Less>,
}

/// What a producer answered about one line of a kitchen's order.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnsweredLine {
    /// The offer; the day is the answer's.
    pub offer: Reference,
    /// What the cut-off granted.
    pub granted: Quantity,
    /// What was confirmed of it.
    pub confirmed: Quantity,
    /// Why less, where it is less; a substitute's quantity is this kitchen's share of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<Shortfall>,
}

/// What a producer answered about one order on one day: what its kitchen is told.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderAnswer {
    /// The order.
    pub order: OrderId,
    /// Who answered.
    pub producer: ProducerId,
    /// For which day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub delivery_on: Date,
    /// When, by the server's clock.
    pub said_at: Timestamp,
    /// Line by line.
    pub lines: Vec<AnsweredLine>,
}

impl OrderAnswer {
    /// What names it among the answers a kitchen is told.
    #[must_use]
    pub fn name(order: OrderId, delivery_on: Date, producer: ProducerId) -> String {
        format!("{order}/{delivery_on}/{producer}")
    }

    /// What was answered about an offer.
    #[must_use]
    pub fn line(&self, offer: &Reference) -> Option<&AnsweredLine> {
        self.lines.iter().find(|line| line.offer == *offer)
    }
}

impl DayAnswer {
    /// What was said of a product, where it is less.
    #[must_use]
    pub fn less_of(&self, reference: &Reference) -> Option<&Less> {
        less_of(&self.less, reference)
    }
}

/// What a list of shortfalls says of a product.
#[must_use]
pub fn less_of<'a>(less: &'a [Less], reference: &Reference) -> Option<&'a Less> {
    less.iter().find(|less| less.reference == *reference)
}

/// What an answer is judged by, as it now is.
#[derive(Clone, Copy)]
pub struct AtHand<'a> {
    /// The week it names.
    pub cycle: Option<&'a OrderCycle>,
    /// The producer's sheet of that week.
    pub sheet: Option<&'a ProducerSheet>,
    /// The offers of that week, by reference.
    pub offer: &'a dyn Fn(&Reference) -> Option<Offer>,
    /// How buyers' prices are made.
    pub terms: &'a Terms,
}

impl ConfirmHarvest {
    /// What stands of the day once this is said.
    ///
    /// # Errors
    /// [`Reason::Malformed`] for what nobody can say; [`Reason::NotClosed`] before the sheet is made: orders may still come;
    /// [`Reason::NotAsked`] for what the sheet does not ask; [`Reason::MoreThanAsked`] where it is not less;
    /// [`Reason::UnknownOffer`] and [`Reason::PriceChanged`] for a substitute that is not as the list has it;
    /// [`Reason::DeliveryOver`] for less, or something else than was answered, of what was delivered more than [`DAYS_AFTER`]
    /// days ago;
    /// [`Reason::HarvestChanged`] when something else had been answered meanwhile.
    pub fn judge(&self, at_hand: AtHand<'_>, now: Timestamp) -> Result<DayAnswer, Reason> {
        if !self.is_sound() {
            return Err(Reason::Malformed);
        }
        let day = self.day(at_hand)?;
        for less in &self.less {
            self.judge_less(less, day, at_hand)?;
        }
        let stands = day.answer.as_ref().filter(|stands| stands.less == self.less);
        if let Some(same) = stands {
            return Ok(same.clone());
        }
        let changes = !self.less.is_empty() || day.answer.is_some();
        if changes && now > self.delivery_on.begins_at().plus_ms((1 + DAYS_AFTER) * DAY_MS) {
            return Err(Reason::DeliveryOver);
        }
        let revision = day.answer.as_ref().map_or(0, |before| before.revision);
        if revision != self.revision_seen {
            return Err(Reason::HarvestChanged);
        }
        Ok(DayAnswer { revision: revision.saturating_add(1), said_at: now, less: self.less.clone() })
    }

    /// The day of the sheet it answers.
    fn day<'a>(&self, at_hand: AtHand<'a>) -> Result<&'a SheetDay, Reason> {
        let cycle = at_hand.cycle.ok_or(Reason::UnknownCycle)?;
        if cycle.state == CycleState::Open {
            return Err(Reason::NotClosed);
        }
        at_hand.sheet.and_then(|sheet| sheet.day(self.delivery_on)).ok_or(Reason::NotAsked)
    }

    /// Sorted, each product once, each reason whole.
    fn is_sound(&self) -> bool {
        let explained = |why: &Shortfall| why.reason != ShortReason::Otherwise || why.comment.is_some();
        self.less.len() <= MAX_PRODUCTS
            && self.less.iter().all(|less| explained(&less.why))
            && self.less.windows(2).all(|pair| pair[0].reference < pair[1].reference)
    }

    fn judge_less(&self, less: &Less, day: &SheetDay, at_hand: AtHand<'_>) -> Result<(), Reason> {
        let product = day.product(&less.reference).ok_or(Reason::NotAsked)?;
        if less.confirmed >= product.granted() {
            return Err(Reason::MoreThanAsked);
        }
        if !product.unit.measures(less.confirmed) {
            return Err(Reason::Malformed);
        }
        less.why.substitute.as_ref().map_or(Ok(()), |proposed| {
            self.judge_substitute(proposed, product, product.granted().less(less.confirmed), at_hand)
        })
    }

    /// A price nobody saw in the list is no price.
    fn judge_substitute(
        &self,
        proposed: &Substitute,
        product: &SheetProduct,
        missing: Quantity,
        at_hand: AtHand<'_>,
    ) -> Result<(), Reason> {
        let offer = (at_hand.offer)(&proposed.offer).filter(|offer| offer.producer == self.producer);
        let offer = offer.ok_or(Reason::UnknownOffer)?;
        let in_its_place = offer.reference != product.reference && offer.unit == product.unit;
        let fits = !proposed.quantity.is_zero() && proposed.quantity <= missing;
        if !in_its_place || !fits || !offer.unit.measures(proposed.quantity) {
            return Err(Reason::Malformed);
        }
        let unit_price = at_hand.terms.buyer_price(offer.net_price);
        let as_listed = (&offer.name, offer.net_price, unit_price);
        if as_listed == (&proposed.name, proposed.net_price, proposed.unit_price) {
            Ok(())
        } else {
            Err(Reason::PriceChanged)
        }
    }
}

/// What one kitchen gets of a product once its producer answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// What the cut-off granted it.
    pub granted: Quantity,
    /// What is confirmed of it.
    pub confirmed: Quantity,
    /// Its share of what could be brought instead.
    pub substitute: Quantity,
}

/// Who gets what of a product, in the order of its portions: all that was granted, or by the declared rule a share of what
/// there is. The shares sum to what was said.
#[must_use]
pub fn shares(product: &SheetProduct, less: Option<&Less>) -> Vec<Share> {
    let granted: Vec<_> = product.portions.iter().map(|portion| (portion.key(), portion.granted())).collect();
    let Some(less) = less else {
        let all = granted.into_iter().map(|(_, granted)| (granted, granted, Quantity::ZERO));
        return all
            .map(|(granted, confirmed, substitute)| Share { granted, confirmed, substitute })
            .collect();
    };
    let confirmed = share_all(less.confirmed, product.pack, &requests(&granted));
    let missing: Vec<_> =
        granted.iter().zip(&confirmed).map(|((key, granted), got)| (*key, granted.less(*got))).collect();
    let proposed = less.why.substitute.as_ref().map_or(Quantity::ZERO, |proposed| proposed.quantity);
    let substitutes = share_all(proposed, product.pack, &requests(&missing));
    let all = granted.into_iter().zip(confirmed).zip(substitutes);
    all.map(|(((_, granted), confirmed), substitute)| Share { granted, confirmed, substitute }).collect()
}

fn requests(wanted: &[(OrderPlace, Quantity)]) -> Vec<Request<OrderPlace>> {
    wanted.iter().map(|(key, quantity)| Request { key: *key, quantity: *quantity }).collect()
}

/// An order as a sheet names it.
pub type OrderPlace = (SiteId, OrderNumber);

/// Carries out an answer: every line of that day gets what is confirmed of it, the sheet says the same, and each kitchen is told.
/// `orders` are those the day names. What is confirmed is paid at the price it was ordered at.
pub fn carry_out(
    sheet: &mut ProducerSheet,
    delivery_on: Date,
    answer: DayAnswer,
    orders: &mut BTreeMap<OrderPlace, Order>,
    terms: &Terms,
) -> Vec<OrderAnswer> {
    let (producer, said_at) = (sheet.producer.id, answer.said_at);
    let mut told: BTreeMap<OrderId, Vec<AnsweredLine>> = BTreeMap::new();
    let Some(day) = sheet.days.iter_mut().find(|day| day.delivery_on == delivery_on) else {
        return Vec::new();
    };
    for product in &mut day.products {
        let less = answer.less_of(&product.reference);
        let shares = shares(product, less);
        let key = LineKey { offer: product.reference.clone(), delivery_on };
        for (portion, share) in product.portions.iter_mut().zip(shares) {
            let Some(order) = orders.get_mut(&portion.key()) else { continue };
            let Some(amount) = order.confirm(&key, share.confirmed, terms) else { continue };
            portion.confirm(share, product.pack, amount);
            told.entry(order.id).or_default().push(answered_line(&key.offer, share, less));
        }
    }
    day.answer = Some(answer);
    sheet.refresh_sums();
    let told = told.into_iter();
    told.map(|(order, lines)| OrderAnswer { order, producer, delivery_on, said_at, lines }).collect()
}

/// What a kitchen is told of its line: why it is less, where it is.
fn answered_line(offer: &Reference, share: Share, less: Option<&Less>) -> AnsweredLine {
    let Share { granted, confirmed, substitute } = share;
    let short = less.filter(|_| confirmed < granted).map(|less| {
        let proposed = less.why.substitute.clone().filter(|_| !substitute.is_zero());
        let substitute = proposed.map(|proposed| Substitute { quantity: substitute, ..proposed });
        Shortfall { substitute, ..less.why.clone() }
    });
    AnsweredLine { offer: offer.clone(), granted, confirmed, short }
}

#[cfg(test)]
mod tests;
