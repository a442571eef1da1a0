//! An earlier order, taken up again with what the list of now allows: most weeks of a kitchen resemble the one before.

use super::{DraftLine, Prices};
use crate::{
    id::Reference,
    money::UnitPrice,
    offer::Offer,
    order::{LineKey, LineStatus, Order, OrderLine},
    ordered::Map,
    quantity::{Quantity, Unit},
    receipt::Reason,
    time::Date,
};

/// What an earlier order becomes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repeat {
    /// What can be asked for again, in key order: as much as then, in whole packs of now, on the same weekday where the
    /// offer is delivered then, else on its first day.
    pub lines: Vec<DraftLine>,
    /// What cannot, in the order's order.
    pub left_out: Vec<LeftOut>,
    /// What costs more or less than it did, in the order's order.
    pub repriced: Vec<Repriced>,
}

/// A line that is not asked for again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The product, by its name then.
    pub name: String,
    /// Why.
    pub why: WhyLeftOut,
}

/// Why a line is not asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyLeftOut {
    /// The list has no such offer.
    Gone,
    /// It is counted in something else: as much as then says nothing.
    OtherUnit,
    /// It is delivered on no day of the week.
    NotDelivered,
}

/// A price that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repriced {
    /// Which offer.
    pub offer: Reference,
    /// The product, by its name now.
    pub name: String,
    /// What it is counted in.
    pub unit: Unit,
    /// The buyer's price per unit that counted then, before tax.
    pub then: UnitPrice,
    /// The buyer's price per unit of now, before tax.
    pub now: UnitPrice,
}

/// Takes `order` up again with the list of `prices`. What the kitchen asked for counts, whatever it was granted: a shortage of
/// one week is no wish for the next. What it took off the order itself stays off.
#[must_use]
pub fn repeat(order: &Order, prices: &impl Prices) -> Repeat {
    let (mut wanted, mut repeat) = (Map::<LineKey, Quantity>::new(), Repeat::default());
    for line in order.lines.iter().filter(|line| !is_declined(line)) {
        let (offer, delivery_on) = match again(line, prices) {
            Ok(found) => found,
            Err(why) => {
                repeat.left_out.push(LeftOut { name: line.name.clone(), why });
                continue;
            }
        };
        *wanted.get_or_default(LineKey { offer: offer.reference.clone(), delivery_on }) += line.ordered;
        let now = prices.terms().buyer_price(offer.net_price);
        let is_told = repeat.repriced.iter().any(|told| told.offer == offer.reference);
        if now != line.unit_price && !is_told {
            repeat.repriced.push(Repriced {
                offer: offer.reference.clone(),
                name: offer.name.clone(),
                unit: offer.unit.clone(),
                then: line.unit_price,
                now,
            });
        }
    }
    repeat.lines = wanted
        .into_iter()
        .filter_map(|(key, sum)| {
            let quantity = prices.offer(&key.offer)?.pack.round_up(sum);
            Some(DraftLine { key, quantity })
        })
        .collect();
    repeat
}

/// Whether its kitchen took it off, or said no to what became of it.
fn is_declined(line: &OrderLine) -> bool {
    line.status == LineStatus::Dropped { reason: Reason::Declined }
}

fn again<'p>(line: &OrderLine, prices: &'p impl Prices) -> Result<(&'p Offer, Date), WhyLeftOut> {
    let reference = &line.key.offer;
    let offer = prices.offer(reference).filter(|_| prices.lists(reference)).ok_or(WhyLeftOut::Gone)?;
    if offer.unit != line.unit {
        return Err(WhyLeftOut::OtherUnit);
    }
    let weekday = line.key.delivery_on.weekday();
    let days: Vec<Date> = offer.delivery_dates(prices.cycle()).collect();
    let same = days.iter().find(|day| day.weekday() == weekday).or(days.first());
    same.map(|day| (offer, *day)).ok_or(WhyLeftOut::NotDelivered)
}
