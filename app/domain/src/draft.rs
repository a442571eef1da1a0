//! What a kitchen is preparing: quantities only. Prices, totals and warnings are computed for the eyes each time.

mod amending;
mod header;
mod repeating;
mod shared;

use serde::{Deserialize, Serialize};

pub use amending::{Amending, CannotAmend, amendment};
pub use header::{BadSaying, Field, FieldEdit, Header, Saying, SharedHeader};
pub use repeating::{LeftOut, Repeat, Repriced, WhyLeftOut, repeat};
pub use shared::{Drawn, How, LineEdit, MAX_SHARED_LINES, Overruled, SharedDraft, SharedLine};

use crate::{
    command::{SubmitOrder, SubmittedLine},
    cycle::{CycleId, OrderCycle},
    enterprise::Producer,
    id::{DraftId, ProducerId, Reference, SiteId},
    money::{Amount, UnitPrice},
    offer::Offer,
    order::LineKey,
    ordered::{Map, Set},
    pricing::{Terms, Totals},
    quantity::Quantity,
    sorting,
    time::Date,
};

/// A draft. The same product for the same day is one line; a quantity of zero is no line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its identifier, computed by every tablet of the site.
    pub id: DraftId,
    /// Whose.
    pub site: SiteId,
    /// For which week.
    pub cycle: CycleId,
    /// 0 for the usual order of the week, raised by the server's answers.
    pub slot: u32,
    /// What is wanted, in key order.
    pub lines: Vec<DraftLine>,
}

/// One line of a draft.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DraftLine {
    /// The offer and the day.
    pub key: LineKey,
    /// How much, in the offer's unit.
    pub quantity: Quantity,
}

/// A kitchen sends a handful of orders a week, never this many.
pub const SLOTS: u32 = 200;

impl Draft {
    /// The empty usual draft of a site for a cycle.
    #[must_use]
    pub fn empty(site: SiteId, cycle: CycleId, slot: u32) -> Self {
        Self { id: DraftId::usual(site, cycle, slot), site, cycle, slot, lines: Vec::new() }
    }

    /// Sets what is wanted of `key`; zero removes the line.
    pub fn set(&mut self, key: LineKey, quantity: Quantity) {
        match (self.lines.binary_search_by(|line| line.key.cmp(&key)), quantity.is_zero()) {
            (Ok(at), true) => drop(self.lines.remove(at)),
            (Ok(at), false) => self.lines[at].quantity = quantity,
            (Err(_), true) => {}
            (Err(at), false) => self.lines.insert(at, DraftLine { key, quantity }),
        }
    }

    /// What is wanted of `key`.
    #[must_use]
    pub fn quantity(&self, key: &LineKey) -> Quantity {
        self.lines
            .binary_search_by(|line| line.key.cmp(key))
            .map_or(Quantity::ZERO, |at| self.lines[at].quantity)
    }

    /// What is wanted of an offer, all days together.
    #[must_use]
    pub fn quantity_of(&self, offer: &Reference) -> Quantity {
        self.lines.iter().filter(|line| line.key.offer == *offer).map(|line| line.quantity).sum()
    }
}

/// What a draft needs to know of the catalogue.
pub trait Prices {
    /// The offer of that reference, if the list still has it.
    fn offer(&self, reference: &Reference) -> Option<&Offer>;
    /// The producer of that identifier.
    fn producer(&self, id: ProducerId) -> Option<&Producer>;
    /// How prices are made.
    fn terms(&self) -> &Terms;
    /// The cycle.
    fn cycle(&self) -> &OrderCycle;
    /// Whether the list has it now. A line of an order is known even when its offer has left the list.
    fn lists(&self, reference: &Reference) -> bool {
        self.offer(reference).is_some()
    }
    /// The buyer's price an order already holds for this line, when no more is asked of it.
    fn agreed(&self, _: &DraftLine) -> Option<UnitPrice> {
        None
    }
}

/// What is wrong with a line, before it is sent. None of these blocks the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineWarning {
    /// The offer left the list.
    Gone,
    /// Not a whole number of packs; `suggested` is the next one that is.
    PackMultiple {
        /// The next whole number of packs.
        suggested: Quantity,
    },
    /// Not delivered on the day of the line.
    NotDelivered,
    /// More than the producer promises for the week: what is short will be shared by the declared rule.
    AbovePromise {
        /// What is promised.
        promised: Quantity,
    },
}

/// A draft line with its price, for the eyes.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftLineView {
    /// The offer and the day.
    pub key: LineKey,
    /// How much.
    pub quantity: Quantity,
    /// The offer; `None` when it left the list.
    pub offer: Option<Offer>,
    /// The buyer's price per unit.
    pub unit_price: UnitPrice,
    /// Before tax.
    pub amount: Amount,
    /// What is wrong with it.
    pub warnings: Vec<LineWarning>,
}

/// The lines of one producer.
#[derive(Debug, Clone, PartialEq)]
pub struct ProducerGroup {
    /// Who; `None` for lines whose offer left the list.
    pub producer: Option<Producer>,
    /// Its lines, in key order.
    pub lines: Vec<DraftLineView>,
    /// Their sum before tax.
    pub subtotal: Amount,
    /// What is missing to the producer's minimum, when there is one and it is not reached.
    pub missing_to_minimum: Option<Amount>,
}

/// A draft priced with the catalogue of now.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftView {
    /// By producer, in name order.
    pub groups: Vec<ProducerGroup>,
    /// Totals of the lines that can be sent.
    pub totals: Totals,
    /// How many lines can be sent.
    pub sendable: usize,
    /// The delivery days it asks for.
    pub days: Set<Date>,
}

fn view_line(line: &DraftLine, prices: &impl Prices) -> DraftLineView {
    let offer = prices.offer(&line.key.offer);
    let agreed = prices.agreed(line);
    let warnings = if agreed.is_some() { Vec::new() } else { warnings(line, offer, prices) };
    let unit_price = offer.map(|offer| prices.terms().buyer_price(offer.net_price)).unwrap_or_default();
    let unit_price = agreed.unwrap_or(unit_price);
    DraftLineView {
        key: line.key.clone(),
        quantity: line.quantity,
        offer: offer.cloned(),
        unit_price,
        amount: unit_price.times(line.quantity),
        warnings,
    }
}

fn warnings(line: &DraftLine, offer: Option<&Offer>, prices: &impl Prices) -> Vec<LineWarning> {
    let mut warnings = Vec::new();
    if let Some(offer) = offer.filter(|offer| prices.lists(&offer.reference)) {
        if !offer.pack.divides(line.quantity) {
            warnings.push(LineWarning::PackMultiple { suggested: offer.pack.round_up(line.quantity) });
        }
        if !offer.delivered_on(line.key.delivery_on.weekday())
            || !prices.cycle().delivers_on(line.key.delivery_on)
        {
            warnings.push(LineWarning::NotDelivered);
        }
        if let Some(promised) = offer.promised.filter(|promised| *promised < line.quantity) {
            warnings.push(LineWarning::AbovePromise { promised });
        }
    } else {
        warnings.push(LineWarning::Gone);
    }
    warnings
}

impl DraftLineView {
    /// Whether it can be sent as it is: the list has it, in whole packs, on a day it is delivered.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        self.warnings.iter().all(|warning| matches!(warning, LineWarning::AbovePromise { .. }))
    }
}

/// Prices a draft. Pure: the screen lays out what this says.
#[must_use]
pub fn view(draft: &Draft, prices: &impl Prices) -> DraftView {
    let mut by_producer: Map<(bool, String, Option<ProducerId>), Vec<DraftLineView>> = Map::new();
    for line in draft.lines.iter().map(|line| view_line(line, prices)) {
        let producer = line.offer.as_ref().and_then(|offer| prices.producer(offer.producer));
        let name = producer.map(|producer| producer.name.clone()).unwrap_or_default();
        let id = line.offer.as_ref().map(|offer| offer.producer);
        by_producer.get_or_default((id.is_none(), name, id)).push(line);
    }
    let sendable_lines = || by_producer.values().flatten().filter(|line| line.is_sendable());
    let totals = Totals::of(
        sendable_lines().filter_map(|line| line.offer.as_ref().map(|offer| (offer.vat, line.amount))),
    );
    let sendable = sendable_lines().count();
    let days = Set::from_iter(sendable_lines().map(|line| line.key.delivery_on));
    let groups = by_producer
        .into_iter()
        .map(|((_, _, id), lines)| group(id.and_then(|id| prices.producer(id)).cloned(), lines))
        .collect();
    DraftView { groups, totals, sendable, days }
}

fn group(producer: Option<Producer>, lines: Vec<DraftLineView>) -> ProducerGroup {
    let subtotal = lines.iter().filter(|line| line.is_sendable()).map(|line| line.amount).sum();
    let minimum = producer.as_ref().and_then(|producer| producer.minimum_order);
    let missing_to_minimum = minimum.filter(|minimum| subtotal < *minimum).map(|minimum| minimum - subtotal);
    ProducerGroup { producer, lines, subtotal, missing_to_minimum }
}

/// The submission of what can be sent, exactly as the screen shows it. `None` when nothing can.
#[must_use]
pub fn submission(
    draft: &Draft,
    prices: &impl Prices,
    catalog_cursor: Option<String>,
) -> Option<SubmitOrder> {
    let view = view(draft, prices);
    let mut lines: Vec<_> = view
        .groups
        .iter()
        .flat_map(|group| &group.lines)
        .filter(|line| line.is_sendable())
        .filter_map(|line| {
            let offer = line.offer.as_ref()?;
            Some(SubmittedLine {
                offer: line.key.offer.clone(),
                offer_revision: offer.revision,
                delivery_on: line.key.delivery_on,
                quantity: line.quantity,
                price_seen: line.unit_price,
                vat_seen: offer.vat,
            })
        })
        .collect();
    sorting::sort_by_key(&mut lines, SubmittedLine::key);
    (!lines.is_empty()).then(|| SubmitOrder {
        draft: draft.id,
        site: draft.site,
        cycle: draft.cycle,
        lines,
        total_seen: view.totals.net,
        cut_off_seen: prices.cycle().cut_off_at,
        catalog_cursor,
        drawn: None,
    })
}

#[cfg(test)]
mod tests;
