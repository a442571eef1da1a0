//! Writing again what the browser threw away is a piece's work: most devices never need it.

use leptos::wasm_split::{SplitLoaderError, wasm_split};
use replica::forgotten::{self, Rewriting};

/// Brings the way to do it here.
#[wasm_split(device, wasm_split_path = leptos::wasm_split, fallible)]
pub(super) fn rewriting() -> Result<Rewriting, SplitLoaderError> {
    Ok(forgotten::rewriting())
}
