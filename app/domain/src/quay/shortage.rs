//! What is short on the quay, and whom it touches: read at once, while there is time to call somebody.

use super::{Arrival, ArrivingProduct, PageKey, QuayPage, Side};
use crate::{id::SiteId, quantity::Quantity};

/// A product of which less came than was confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage<'a> {
    /// Who brought it.
    pub arrival: &'a Arrival,
    /// The product.
    pub product: &'a ArrivingProduct,
    /// How much less, in the offer's unit.
    pub missing: Quantity,
    /// The kitchens that get less than they were confirmed, and what each gets.
    pub touched: Vec<(SiteId, Quantity)>,
}

/// What is short of what was weighed so far, in the order of producers, then products. `page_of` finds what was said, on either
/// side.
pub fn shortages<'a>(
    arrivals: impl IntoIterator<Item = &'a Arrival>,
    page_of: impl Fn(&PageKey) -> Option<&'a QuayPage>,
) -> Vec<Shortage<'a>> {
    let mut found = Vec::new();
    for arrival in arrivals {
        let Some(page) = page_of(&arrival.page()) else { continue };
        for product in &arrival.products {
            let Some(came) = page.standing(&product.reference) else { continue };
            let missing = product.quantity.less(came.quantity);
            if missing.is_zero() {
                continue;
            }
            let loaded = |site| {
                let key = PageKey { side: Side::Out(site), ..arrival.page() };
                page_of(&key)?.standing(&product.reference).map(|line| line.quantity)
            };
            let shares = product.shares(came.quantity, loaded).into_iter();
            let touched = shares.filter(|(portion, gets)| *gets < portion.quantity);
            let touched = touched.map(|(portion, gets)| (portion.site, gets)).collect();
            found.push(Shortage { arrival, product, missing, touched });
        }
    }
    found
}
