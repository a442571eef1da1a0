//! Every benchmark, as a table of our figure, the peer's in the same run, the goal and the ratio. Also written to
//! `target/bench.json`.
//!
//! Names as arguments (`cargo bench-all intake`) measure those alone.
//!
//! Timings live here and not in the tests: a busy machine must not fail a build. Read ratios before milliseconds.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)] // a program for engineers: it may stop and it may speak

mod consolidation;
mod everyday;
mod figures;
mod intake;
mod price_list;
mod tablet;

use figures::Figure;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let asked = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    let mut figures: Vec<Figure> = Vec::new();
    if asked("consolidation") {
        figures.extend(consolidation::measure());
    }
    if asked("price-list") {
        figures.extend(price_list::measure().await);
    }
    if asked("intake") {
        figures.extend(intake::measure().await);
    }
    if asked("everyday") {
        figures.extend(everyday::measure().await);
    }
    if asked("tablet") {
        figures.extend(tablet::measure().await);
    }
    println!("\n{}", figures::table(&figures));
    let path = support::browser::target_folder().join("bench.json");
    figures::write_json(&path, &figures).expect("target can be written");
    println!("{}", path.display());
}
