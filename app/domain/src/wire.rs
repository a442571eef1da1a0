//! What crosses the network. JSON, additive only: a field may be added, never renamed, removed or given a new meaning.
//!
//! Old bytes stay readable: the tests decode every message ever shipped.

pub mod announced;
pub mod desk;
mod digest;
pub mod harvests;
pub mod owners;
pub mod people;
pub mod snapshot;
pub mod sync;
pub mod ways_in;

pub use digest::RowsDigest;
pub use snapshot::Catalog;
pub use sync::*;
