//! The quantities of a sent order, opened again.

use super::{Draft, DraftLine, Prices, submission, view};
use crate::{
    catalog::{Months, ProductFamily, Weekdays},
    command::AmendOrder,
    cycle::OrderCycle,
    enterprise::Producer,
    id::{ProducerId, Reference},
    money::UnitPrice,
    offer::Offer,
    order::{Order, OrderLine},
    ordered::Map,
    pricing::Terms,
};

/// The list as an order sees it: a line of which no more is asked keeps the price it was accepted at, whatever became
/// of its offer; everything else costs what the list of now says.
pub struct Amending<'a, P> {
    order: &'a Order,
    list: &'a P,
    /// The offers of the order's lines that have left the list, as the order holds them.
    gone: Map<Reference, Offer>,
}

impl<'a, P: Prices> Amending<'a, P> {
    /// `list` as `order` sees it.
    pub fn new(order: &'a Order, list: &'a P) -> Self {
        let mut gone = Map::new();
        for line in order.lines.iter().filter(|line| list.offer(&line.key.offer).is_none()) {
            gone.insert(line.key.offer.clone(), as_offer(line));
        }
        Self { order, list, gone }
    }
}

/// What an order still knows of an offer: enough to count and to price it.
fn as_offer(line: &OrderLine) -> Offer {
    Offer {
        reference: line.key.offer.clone(),
        revision: line.offer_revision,
        name: line.name.clone(),
        producer: line.producer,
        family: ProductFamily::Other(String::new()),
        signs: Vec::new(),
        certificate: None,
        origin: None,
        unit: line.unit.clone(),
        pack: line.pack,
        net_price: line.net_price,
        vat: line.vat,
        promised: None,
        delivery_days: Weekdays::default(),
        season: Months::default(),
        allergens: None,
        temperature: None,
    }
}

impl<P: Prices> Prices for Amending<'_, P> {
    fn offer(&self, reference: &Reference) -> Option<&Offer> {
        self.list.offer(reference).or_else(|| self.gone.get(reference))
    }

    fn producer(&self, id: ProducerId) -> Option<&Producer> {
        self.list.producer(id)
    }

    fn terms(&self) -> &Terms {
        self.list.terms()
    }

    fn cycle(&self) -> &OrderCycle {
        self.list.cycle()
    }

    fn lists(&self, reference: &Reference) -> bool {
        self.list.lists(reference)
    }

    fn agreed(&self, line: &DraftLine) -> Option<UnitPrice> {
        let standing = self.order.line(&line.key).filter(|standing| standing.covers(line.quantity));
        standing.map(|standing| standing.unit_price)
    }
}

/// Why an order cannot be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotAmend {
    /// A line cannot be sent as it is: left behind, it would leave the order.
    LinesToCorrect,
    /// Nothing is left of it: that is a withdrawal.
    Empty,
}

/// The amendment that makes `order` what `wanted` says, exactly as the screen shows it. `seen` is what the screen says
/// it asks for, with amendments that wait, and `revision_seen` counts these.
///
/// # Errors
/// [`CannotAmend`]
pub fn amendment(
    order: &Order,
    (revision_seen, seen): (u32, Vec<DraftLine>),
    wanted: &Draft,
    list: &impl Prices,
    catalog_cursor: Option<String>,
) -> Result<AmendOrder, CannotAmend> {
    let prices = Amending::new(order, list);
    if view(wanted, &prices).sendable != wanted.lines.len() {
        return Err(CannotAmend::LinesToCorrect);
    }
    let wanted = submission(wanted, &prices, catalog_cursor).ok_or(CannotAmend::Empty)?;
    Ok(AmendOrder { revision_seen, seen, wanted })
}
