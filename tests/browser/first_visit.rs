//! What a tablet downloads before it shows a price.

use bundle::Manifest;
use support::browser::Stage;

/// Bytes on the cable, brotli: six seconds of a bad mobile network at the edge of a village (400 kbit/s). The goal is 300,000;
/// that several tabs of a locked tablet agree on what must be closed costs three thousand beyond it, for now.
const MOST: usize = 304_000;

/// A story of the build alone: it is the same for every engine.
pub(crate) async fn what_the_catalogue_needs_stays_light(stage: Stage) {
    let kitchen = stage.api("cuisine").await;
    let build: Manifest = kitchen.get("/build.json").await;
    let mut first = Vec::new();
    for file in build.needed_first() {
        first.push((kitchen.bytes_on_the_cable(&file.url, "br").await, &file.url));
    }
    let sum: usize = first.iter().map(|(bytes, _)| bytes).sum();
    assert!(first.len() > 5 && sum > MOST / 2, "these files do not start anything: {first:?}");
    assert!(sum <= MOST, "{sum} bytes before a price is seen: {first:?}");
}
