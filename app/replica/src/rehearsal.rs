//! What opening a device calls most, called once on a small example.
//!
//! Browsers compile a function of a module when it is first called, and take milliseconds to find their databases. Whoever
//! opens the device has nothing else to do meanwhile: the catalogue is then decoded by code that is compiled.

use std::hint::black_box;

use domain::{json, wire::Scope};

use crate::{
    cache::{CacheContents, CacheHead, LogPage},
    catalog::OpenedCache,
};

/// Where the example's catalogue stands.
const HEAD: &str = r#"{"generation":1,"scopes":{"cat:":{"cursor":"e1.2","snapshot":{"sha256":"","length":1},"log_length":5}}}"#;
/// What changed since: enough for the table of what is left to grow.
const LOG: &str = r#"{"scope":"cat:","page":0,"ops":[{"seq":4,"kind":"left","id":"A-3","body":"1.5"},{"seq":5,"kind":"left","id":"A-4","body":"1.5"},{"seq":6,"kind":"left","id":"A-5","body":"1.5"},{"seq":7,"kind":"left","id":"A-6","body":"1.5"},{"seq":2,"kind":"left","id":"A-1","body":"1.5"}]}"#;
/// A catalogue of two offers: something in every column, nothing in every column that may be empty, values shared.
const SNAPSHOT: &str = r#"{"cycle":{"cut_off_at":1,"delivery_days":31,"grace_ms":0,"id":"2026-W49","opens_at":0,"published_at":0,"state":"open"},"format":1,"hub":{"id":"00000000-0000-0000-0000-000000000000","name":"","phone":""},"left":{},"offers":{"allergens":{"at":[0,0],"words":[["lait"],null]},"certificate_number":["1",null],"certificate_until":{"at":[0,1],"words":["2027-12-31",null]},"delivery_days":[31,31],"family":{"at":[0,0],"words":["AUTRES"]},"n":2,"name":{"at":[0,0],"words":["œuf"]},"net_price":["2.35","2.35"],"origin":{"at":[0,0],"words":["FRANCE",null]},"pack":{"at":[0,0],"words":["2.5"]},"producer":[0,0],"promised":["26",null],"reference":["A-1","A-2"],"revision":{"at":[0,0],"words":[1]},"season":{"at":[0,0],"words":[4095]},"signs":{"at":[0,0],"words":[["IGP"]]},"temperature":{"at":[0,0],"words":["ambiant",null]},"unit":{"at":[0,0],"words":["KGM"]},"vat":{"at":[0,0],"words":["5.5"]}},"producers":[{"commune":{"insee":"","name":""},"id":"00000000-0000-0000-0000-000000000000","minimum_order":"150","name":"","siret":"00000059600015"}],"terms":{"margin":"12","margin_base":"on_cost","transport":"0"}}"#;

/// What a catalogue of two thousand takes, in bytes, while it is decoded and after.
const ROOM: usize = 1 << 20;

/// Decodes the example and forgets it; and touches the room a catalogue will take: memory is handed out page by page, by
/// the system, each at its first touch.
pub fn rehearse() {
    drop(black_box(OpenedCache::from(black_box(example()))));
    drop(black_box(vec![1_u8; black_box(ROOM)]));
}

/// The example as a device would hold it.
fn example() -> CacheContents {
    let scope = Scope("cat:".to_owned());
    let mut contents = CacheContents::default();
    let mut head: CacheHead = json::read(HEAD.as_bytes()).unwrap_or_default();
    if let Some(mark) = head.scopes.get_mut(&scope).and_then(|head| head.snapshot.as_mut()) {
        mark.length = SNAPSHOT.len();
    }
    contents.head = head;
    contents.snapshots.insert(scope, SNAPSHOT.as_bytes().to_vec());
    if let Ok(page) = LogPage::read(LOG) {
        contents.log.insert((page.scope.clone(), page.page), page);
    }
    contents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_read_to_its_last_change() {
        let opened = OpenedCache::from(example());
        let catalog = opened.catalogs.values().next().unwrap().as_ref().unwrap().as_ref().unwrap();
        assert_eq!(catalog.quantity_left(&catalog.offers[0]).unwrap().to_string(), "1.5");
        rehearse();
    }
}
