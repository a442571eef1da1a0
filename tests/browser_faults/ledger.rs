//! What was promised, what was found, and whether the second keeps the first.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::plan::{Basket, Plan};

/// What the screen said before the browser died.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Promise {
    /// The draft was said to be saved after so many presses.
    pub(crate) presses: Option<usize>,
    /// This order was said to be saved: the address of its page.
    pub(crate) order: Option<String>,
}

/// What the screen shows once the browser is open again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) draft: Basket,
    /// The addresses of the pages of orders.
    pub(crate) orders: BTreeSet<String>,
}

/// Figures of a whole run.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    kills: usize,
    with_the_server_dead: usize,
    presses_promised: usize,
    orders_promised: usize,
    /// Deaths before all that was planned was said to be saved.
    in_the_middle: usize,
    /// Changes nobody was promised, and that had reached the device.
    saved_unsaid: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} kills ({} with the server dead, {} in the middle of something), {} changes and {} orders said to be \
             saved, all found; {} more had been saved before it was said",
            self.kills,
            self.with_the_server_dead,
            self.in_the_middle,
            self.presses_promised,
            self.orders_promised,
            self.saved_unsaid,
        )
    }
}

/// What must be there.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) draft: Basket,
    /// What each order holds, by the address of its page.
    pub(crate) orders: BTreeMap<String, Basket>,
    pub(crate) tally: Tally,
}

impl Ledger {
    /// Packs of a product in all orders.
    pub(crate) fn packs_sent(&self, product: &str) -> u32 {
        self.orders.values().filter_map(|basket| basket.get(product)).sum()
    }

    /// Takes in what was found after a life.
    ///
    /// # Errors
    /// The promise that is not kept, in a sentence.
    pub(crate) fn take(&mut self, plan: &Plan, promise: &Promise, found: Found) -> Result<(), String> {
        if let Some(lost) = self.orders.keys().find(|order| !found.orders.contains(*order)) {
            return Err(format!("the order of an earlier life is gone: {lost}"));
        }
        let drafts = plan.drafts_from(&self.draft);
        let new: Vec<&String> =
            found.orders.iter().filter(|order| !self.orders.contains_key(*order)).collect();
        let sent = match (new.as_slice(), &promise.order, plan.sends_after_ms) {
            ([], Some(order), _) => return Err(format!("the order is gone: {order}")),
            ([], None, _) => None,
            ([order], promised, Some(_)) if promised.as_ref().is_none_or(|promised| promised == *order) => {
                Some((*order).clone())
            }
            (orders, ..) => return Err(format!("orders nobody sent: {orders:?}")),
        };
        let reached = match &sent {
            Some(_) if !found.draft.is_empty() => {
                return Err(format!(
                    "the order was sent and its lines are still in the draft: {:?}",
                    found.draft
                ));
            }
            Some(_) => plan.presses.len(),
            None => reached(&drafts, promise.presses.unwrap_or(0), &found.draft)?,
        };
        self.count(plan, promise, reached, sent.is_some());
        if let Some(order) = sent {
            self.orders.insert(order, drafts[plan.presses.len()].clone());
        }
        self.draft = found.draft;
        Ok(())
    }

    fn count(&mut self, plan: &Plan, promise: &Promise, reached: usize, was_sent: bool) {
        let tally = &mut self.tally;
        let said = if promise.order.is_some() { plan.presses.len() } else { promise.presses.unwrap_or(0) };
        tally.kills += 1;
        tally.with_the_server_dead += usize::from(!plan.server_serves);
        tally.presses_promised += said;
        tally.orders_promised += usize::from(promise.order.is_some());
        let all_said = said == plan.presses.len() && plan.sends_after_ms.is_some() == promise.order.is_some();
        tally.in_the_middle += usize::from(!all_said);
        tally.saved_unsaid += reached - said + usize::from(was_sent && promise.order.is_none());
    }
}

/// How many presses the draft that was found holds: at least those that were promised.
fn reached(drafts: &[Basket], promised: usize, found: &Basket) -> Result<usize, String> {
    let kept = drafts.iter().enumerate().skip(promised).find(|(_, draft)| *draft == found);
    kept.map(|(presses, _)| presses).ok_or_else(|| {
        format!(
            "the draft is {found:?}, and {promised} presses were said to be saved: {:?}",
            drafts[promised]
        )
    })
}
