//! Where each reference stands in a list of offers: their hashes alone, the references stay in the list.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::{id::Reference, offer::Offer};

/// Made for one list; whoever asks gives that list.
#[derive(Debug, Clone, Default)]
pub(super) struct Places(HashTable<u32>);

impl Places {
    /// The places of these offers; `None` when two of them have one reference.
    pub(super) fn of(offers: &[Offer]) -> Option<Self> {
        let mut places = Self(HashTable::with_capacity(offers.len()));
        for (at, offer) in offers.iter().enumerate() {
            if places.get(offers, &offer.reference).is_some() {
                return None;
            }
            places.add(offers, at);
        }
        Some(places)
    }

    /// The place of a reference.
    pub(super) fn get(&self, offers: &[Offer], reference: &Reference) -> Option<usize> {
        let same = |at: &u32| offers.get(*at as usize).is_some_and(|offer| offer.reference == *reference);
        self.0.find(hash(reference), same).map(|at| *at as usize)
    }

    /// Takes in the offer at this place, whose reference has none yet.
    pub(super) fn add(&mut self, offers: &[Offer], at: usize) {
        let hash_at = |at: usize| offers.get(at).map_or(0, |offer| hash(&offer.reference));
        if let Ok(place) = u32::try_from(at) {
            self.0.insert_unique(hash_at(at), place, |at| hash_at(*at as usize));
        }
    }
}

fn hash(reference: &Reference) -> u64 {
    FxBuildHasher.hash_one(reference)
}
