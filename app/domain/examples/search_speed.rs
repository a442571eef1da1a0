//! How long search takes to build and to answer, and how often it finds what is meant: `cargo run --release -p domain
//! --example search_speed`. Lists of 2,000, 20,000 and 100,000 products are made from the small one of the tests.

#![allow(clippy::print_stdout, reason = "a table on the terminal is what this program is for")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "only here does search meet a clock")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::search::SearchIndex;

#[path = "../tests/search_support/mod.rs"]
mod search_support;
use search_support::{Asked, Product, index_of, products, queries};

const VARIANTS: &[&str] = &[
    "",
    " calibre moyen",
    " petit calibre",
    " gros calibre",
    " catégorie 1",
    " catégorie 2",
    " lavé",
    " en vrac",
    " en botte",
    " de conservation",
    " primeur",
    " de plein champ",
    " sous abri",
    " ancienne variété",
];
/// A producer offers about this many products.
const PRODUCTS_A_PRODUCER: usize = 15;
const ROUNDS: usize = 9;

fn main() {
    println!(
        "{:>8} {:>7} {:>9} {:>9}   query, microseconds (each time the least of {ROUNDS})",
        "products", "words", "bytes", "build"
    );
    for count in [2_000, 20_000, 100_000] {
        let list = list_of(count);
        let (build, index) = best_of(ROUNDS, || index_of(&list));
        println!(
            "{count:>8} {:>7} {:>9} {:>6.1} ms   {}",
            index.word_count(),
            index.size_bytes(),
            build.as_secs_f64() * 1e3,
            query_times(&index)
        );
        if count <= 20_000 {
            print_relevance(&index, &list);
        }
    }
}

/// The small list again and again, each time with other variants, producers and places.
fn list_of(count: usize) -> Vec<Product> {
    let small = products();
    let mut made = Vec::with_capacity(count);
    for number in 0..count {
        let mut product = small[number * 37 % small.len()].clone();
        product.name += VARIANTS[number / small.len() * 5 % VARIANTS.len()];
        let producer = number / PRODUCTS_A_PRODUCER;
        if !producer.is_multiple_of(3) {
            product.producer = format!("GAEC {}", invented_name(producer));
            product.commune = format!("Saint-{}", invented_name(producer * 7 + 3));
        }
        made.push(product);
    }
    made
}

fn invented_name(number: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "mar", "vil", "cas", "lou", "bre", "sau", "ter", "gan", "mon", "pey", "rol", "dur", "fa", "li", "ne",
        "zac",
    ];
    let mixed = number.wrapping_mul(2_654_435_761) >> 4;
    (0..3).map(|place| SYLLABLES[mixed >> (4 * place) & 15]).collect()
}

fn best_of<T>(rounds: usize, mut work: impl FnMut() -> T) -> (Duration, T) {
    let mut timed = || {
        let start = Instant::now();
        let made = work();
        (start.elapsed(), made)
    };
    let first = timed();
    (1..rounds).map(|_| timed()).fold(first, |best, next| if next.0 < best.0 { next } else { best })
}

/// Each query as one types it: every beginning of it is a query too. 60 rows are asked for, as a screen does.
fn query_times(index: &SearchIndex) -> String {
    let typed: Vec<String> = queries().iter().flat_map(beginnings).collect();
    let mut times: Vec<(Duration, &str)> = typed
        .iter()
        .map(|query| (best_of(ROUNDS, || index.search_filtered(query, 60, |_| true)).0, query.as_str()))
        .collect();
    times.sort_unstable();
    let micros = |share: usize| times[(times.len() - 1) * share / 100].0.as_secs_f64() * 1e6;
    let slowest = times.last().map_or("", |slowest| slowest.1);
    format!(
        "p50 {:.0}, p95 {:.0}, worst {:.0} (« {slowest} »), of {}",
        micros(50),
        micros(95),
        micros(100),
        times.len()
    )
}

fn beginnings(asked: &Asked) -> Vec<String> {
    let letters: Vec<char> = asked.query.chars().collect();
    (1..=letters.len()).map(|typed| letters[..typed].iter().collect()).collect()
}

fn print_relevance(index: &SearchIndex, list: &[Product]) {
    let mut kinds: BTreeMap<String, (usize, usize, Vec<String>)> = BTreeMap::new();
    for asked in queries() {
        let (found, all, missed) = kinds.entry(asked.kind.clone()).or_default();
        *all += 1;
        if asked.is_found_in_ten(index, list) {
            *found += 1;
        } else {
            missed.push(asked.query);
        }
    }
    let (found, all) = kinds.values().fold((0, 0), |sum, kind| (sum.0 + kind.0, sum.1 + kind.1));
    println!("{:>8} found in ten: {found} of {all}", "");
    for (kind, (found, all, missed)) in kinds {
        println!("{:>10} {kind}: {found} of {all} {}", "", missed.join(", "));
    }
}
