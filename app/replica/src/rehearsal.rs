//! What opening a device calls, called once on a small example.
//!
//! Browsers compile a function of a module when it is first called, and a browser that was just started takes tens of
//! milliseconds to find its databases. Whoever opens the device has nothing else to do meanwhile: what comes from there
//! is then read by code that is compiled.

use std::hint::black_box;

use domain::{json, wire::Scope};

use crate::{
    cache::{CacheContents, CacheHead},
    catalog::assemble,
    outbox::Queue,
};

const SCOPE: &str = "cat:0";

/// A head whose catalogue is [`SNAPSHOT`].
const HEAD: &str = r#"{"generation":1,"scopes":{"cat:0":{"cursor":"e1.0","snapshot":{"sha256":"","length":0},"log_length":0}}}"#;

/// One offer, with something in every column.
const SNAPSHOT: &str = r#"{"format":1,"hub":{"id":"00000000-0000-0000-0000-000000000000","name":"é","phone":""},"cycle":{"id":"2026-W49","opens_at":0,"cut_off_at":0,"grace_ms":0,"delivery_days":31,"published_at":0,"state":"open"},"terms":{"margin_base":"on_cost","margin":"12","transport":"0"},"producers":[{"id":"00000000-0000-0000-0000-000000000000","name":"","siret":"00000059600015","commune":{"insee":"","name":""},"minimum_order":"150"}],"offers":{"n":1,"reference":["D00040-008"],"revision":{"words":[1],"at":[0]},"name":{"words":["é"],"at":[0]},"producer":[0],"family":{"words":["PRODUITS_DE_LA_MER"],"at":[0]},"signs":{"words":[["IGP"]],"at":[0]},"certificate_number":["66"],"certificate_until":{"words":["2027-06-29"],"at":[0]},"origin":{"words":["FRANCE"],"at":[0]},"unit":{"words":["KGM"],"at":[0]},"pack":{"words":["2.5"],"at":[0]},"net_price":["21.77"],"vat":{"words":["5.5"],"at":[0]},"promised":["26"],"delivery_days":[4],"season":{"words":[4095],"at":[0]},"allergens":{"words":[["poissons"]],"at":[0]},"temperature":{"words":["semi_conserve"],"at":[0]}},"left":{"D00040-008":"1"}}"#;

/// Reads the example, and forgets it.
pub fn rehearse() {
    let scope = Scope(SCOPE.to_owned());
    let mut contents = CacheContents::default();
    contents.head = json::read(HEAD.as_bytes()).unwrap_or_default();
    let head: &mut CacheHead = &mut contents.head;
    if let Some(mark) = head.scopes.get_mut(&scope).and_then(|head| head.snapshot.as_mut()) {
        mark.length = SNAPSHOT.len();
    }
    contents.snapshots.insert(scope.clone(), SNAPSHOT.as_bytes().to_vec());
    drop(black_box(assemble(black_box(&contents), &scope)));
    let _ = Queue::default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_catalogue_that_can_be_read() {
        let scope = Scope(SCOPE.to_owned());
        let head: CacheHead = json::read(HEAD.as_bytes()).unwrap();
        assert!(head.scopes.contains_key(&scope));
        let catalog = domain::wire::Catalog::decode(SNAPSHOT.as_bytes()).unwrap();
        assert_eq!(catalog.offers.len(), 1);
    }
}
