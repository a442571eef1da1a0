//! A week's price list of 2,000 rows: from the workbook to the store, and from the store to the tablet's bytes.

use std::{hint::black_box, io::Cursor};

use calamine::{Reader as _, Xlsx};
use server::{demo, import, testing};

use crate::figures::{Figure, Goal, Peer, spread, time};

/// Reading the workbook's cells and nothing else: what any importer pays.
fn bare_read(workbook: &[u8]) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).expect("the demo's workbook");
    let sheet = book.sheet_names()[0].clone();
    black_box(book.worksheet_range(&sheet).expect("its sheet"));
}

/// Import and first publication of the demo's workbook; the size of what tablets download.
pub(crate) async fn measure() -> Vec<Figure> {
    let workbook = demo::PRICE_LIST;
    let (bare, _) = time(5, || bare_read(workbook));
    let mut samples = Vec::new();
    for _ in 0..5 {
        samples.push(import_once(workbook).await);
    }
    let (ours, worst) = spread(samples);
    vec![Figure {
        name: "import of the 2,000-row workbook, stored and published".to_owned(),
        unit: "ms",
        ours,
        worst,
        peer: Some(Peer { name: "calamine's bare read", value: bare }),
        goal: Goal::AtMost(2_000.0),
    }]
}

async fn import_once(workbook: &[u8]) -> f64 {
    let store = testing::on_sqlite().await;
    let market = testing::Market::open(&store).await;
    let started = std::time::Instant::now();
    let report = import::run(
        &store,
        market.hub,
        None,
        workbook,
        "mercuriale-2026-S49.xlsx",
        false,
        testing::NOW,
        &|_, _, _| {},
    )
    .await
    .expect("a price list");
    assert_eq!(report.accepted, 2_000);
    started.elapsed().as_secs_f64() * 1_000.0
}
