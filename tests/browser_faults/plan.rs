//! What each life of the browser is to see, drawn from one seed.

use std::collections::BTreeMap;

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore as _, SeedableRng as _},
};
use support::browser::Choice;

/// A draft: packs by name of product.
pub(crate) type Basket = BTreeMap<String, u32>;

/// A finger on a button of a product.
#[derive(Debug, Clone)]
pub(crate) struct Press {
    pub(crate) product: String,
    pub(crate) after_ms: u64,
}

/// The word the browser must have said before it may die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// « Brouillon enregistré », of a quantity changed in this life.
    DraftSaved,
    /// « Enregistré sur cette tablette », of an order.
    OrderSaved,
}

/// One life.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) server_serves: bool,
    /// One pack more, each.
    pub(crate) presses: Vec<Press>,
    /// Then the order is sent, after so long.
    pub(crate) sends_after_ms: Option<u64>,
    pub(crate) dies_after: Word,
    pub(crate) so_long_after_ms: u64,
}

impl Plan {
    /// The draft after each press, from `draft` on.
    pub(crate) fn drafts_from(&self, draft: &Basket) -> Vec<Basket> {
        let mut drafts = vec![draft.clone()];
        for press in &self.presses {
            let mut next = drafts[drafts.len() - 1].clone();
            *next.entry(press.product.clone()).or_default() += 1;
            drafts.push(next);
        }
        drafts
    }
}

/// Where plans come from.
pub(crate) struct Lives<'p> {
    chance: ChaCha8Rng,
    products: &'p [Choice],
}

impl<'p> Lives<'p> {
    pub(crate) fn drawn_from(seed: u64, products: &'p [Choice]) -> Self {
        Self { chance: ChaCha8Rng::seed_from_u64(seed), products }
    }

    fn below(&mut self, end: u64) -> u64 {
        self.chance.next_u64() % end
    }

    fn press(&mut self) -> Press {
        let count = u64::try_from(self.products.len()).expect("three products");
        let product = usize::try_from(self.below(count)).expect("three products");
        Press { product: self.products[product].name.clone(), after_ms: self.below(90) }
    }

    /// The next life.
    pub(crate) fn next(&mut self) -> Plan {
        let server_serves = self.below(2) == 0;
        let presses = (0..=self.below(20)).map(|_| self.press()).collect();
        let sends_after_ms = (self.below(2) == 0).then(|| self.below(90));
        let order_said = sends_after_ms.is_some() && self.below(2) == 0;
        let dies_after = if order_said { Word::OrderSaved } else { Word::DraftSaved };
        Plan { server_serves, presses, sends_after_ms, dies_after, so_long_after_ms: self.below(501) }
    }
}
