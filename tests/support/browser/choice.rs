//! What the kitchens of these stories order: chosen in the list itself, so that the stories hold whatever the demo sells.

use domain::{quantity::Quantity, wire::Catalog};

/// A product to order, and how much.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// Its name, which no other product of the list has.
    pub(crate) name: String,
    /// Three packs of it, in its unit.
    pub(crate) quantity: Quantity,
}

impl Choice {
    /// The quantity, as one types it here.
    pub(crate) fn typed(&self) -> String {
        self.quantity.to_string().replace('.', ",")
    }
}

/// Products whose name holds `word`, that nobody could mistake for another, delivered this week and promised in plenty.
pub(crate) fn plenty(catalog: &Catalog, word: &str) -> Vec<Choice> {
    let is_alone = |name: &str| catalog.offers.iter().filter(|offer| offer.name == name).count() == 1;
    let wanted = catalog.offers.iter().filter(|offer| {
        let is_delivered = offer.delivery_dates(&catalog.cycle).next().is_some();
        let is_plenty = catalog.quantity_left(offer).is_none_or(|left| left >= offer.pack.times(10));
        offer.name.to_lowercase().contains(word) && is_delivered && is_plenty && is_alone(&offer.name)
    });
    wanted.map(|offer| Choice { name: offer.name.clone(), quantity: offer.pack.times(3) }).collect()
}
