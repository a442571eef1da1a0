//! The one suite of storages, on the one in memory. The browser tests run it on IndexedDB.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use replica::storage::{conformance, memory::MemoryStorage};
use support::run;

#[test]
fn memory_does_what_a_storage_must() {
    let told = run(conformance::run(async || Ok(MemoryStorage::default()), async |storage| Ok(storage)));
    for (story, end) in &told {
        assert_eq!(*end, Ok(()), "{story}");
    }
    assert!(told.len() >= 9);
}
