//! What the kitchens of these stories order: chosen in the list itself, so that the stories hold whatever the demo sells.

use domain::{
    quantity::{Pack, Quantity},
    wire::Catalog,
};

use super::{Page, Stage};

/// A product to order, and how much.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its name, which no other product of the list has.
    pub name: String,
    /// How it is sold.
    pub pack: Pack,
    /// Three packs of it, in its unit.
    pub quantity: Quantity,
}

impl Choice {
    /// The quantity, as one types it here.
    #[must_use]
    pub fn typed(&self) -> String {
        typed(self.quantity)
    }

    /// So many packs, as one types it here.
    #[must_use]
    pub fn typed_packs(&self, count: u32) -> String {
        typed(self.pack.times(count))
    }
}

fn typed(quantity: Quantity) -> String {
    quantity.to_string().replace('.', ",")
}

impl Stage {
    /// For each word, a product of that name that the demo sells in plenty.
    ///
    /// # Panics
    /// When it sells none.
    pub async fn sold<const N: usize>(&self, words: [&str; N]) -> [Choice; N] {
        let catalog = self.api("cuisine").await.catalog().await;
        words.map(|word| {
            let found = plenty(&catalog, word).into_iter().next();
            found.unwrap_or_else(|| panic!("the demo sells {word} in plenty"))
        })
    }
}

impl Page {
    /// Types what is wanted in the catalogue, then looks at the draft.
    pub async fn want(&self, choice: &Choice) {
        self.search(&choice.name).await;
        self.set_quantity(&choice.name, &choice.typed()).await;
        self.follow("Ma commande").await;
        self.expect_quantity(&choice.name, &choice.typed()).await;
    }
}

/// Products whose name holds `word`, that nobody could mistake for another, delivered this week and promised in plenty.
#[must_use]
pub fn plenty(catalog: &Catalog, word: &str) -> Vec<Choice> {
    let is_alone = |name: &str| catalog.offers.iter().filter(|offer| offer.name == name).count() == 1;
    let wanted = catalog.offers.iter().filter(|offer| {
        let is_delivered = offer.delivery_dates(&catalog.cycle).next().is_some();
        let is_plenty = catalog.quantity_left(offer).is_none_or(|left| left >= offer.pack.times(10));
        offer.name.to_lowercase().contains(word) && is_delivered && is_plenty && is_alone(&offer.name)
    });
    wanted
        .map(|offer| Choice { name: offer.name.clone(), pack: offer.pack, quantity: offer.pack.times(3) })
        .collect()
}
