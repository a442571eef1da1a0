//! The application on a slow tablet: what is downloaded, how soon it is usable with the server dead, what a keystroke
//! costs, and how long the stored catalogue takes to open beside Dexie on the same items in the same run.
//!
//! Needs the binary with the app inside (`cargo bench-all` builds it), Chromium with its driver, and npm for the peer.

mod dexie;
mod long_list;

use std::time::Duration;

use bundle::{Manifest, ManifestFile};
use domain::wire::Catalog;
use support::browser::{Api, Engine, MercurialeProcess, Tablet};

use dexie::Dexie;

use crate::figures::{Figure, Goal, Peer, spread};

const RUNS: usize = 11;
/// A browser that was just started loads pages of its own: ours, and the peer's, are opened once it has.
const SETTLED: Duration = Duration::from_secs(2);
const KITCHEN: &str = "cuisine";

/// Everything that is measured in the browser.
pub(crate) async fn measure() -> Vec<Figure> {
    let mut figures = Vec::new();
    let server = MercurialeProcess::start().await;
    let kitchen = Api::sign_in(&server.address(), KITCHEN).await;
    let catalog = kitchen.catalog().await;
    figures.extend(shell_bytes(&kitchen).await);
    let snapshot = kitchen.bytes_on_the_cable(&kitchen.snapshot_path().await, "br").await;
    figures.push(size("catalogue of 2,000 in one request, brotli", snapshot, 90_000.0));
    let small = visits(server, &catalog).await;
    figures.push(figure(
        "offline cold start, server dead, 4× CPU: navigation → catalogue usable",
        small.usable,
        1_500.0,
    ));
    figures.push(figure(
        "a keystroke in search over 2,000, 4× CPU: input → list redrawn",
        small.keystrokes,
        8.0,
    ));
    figures.push(against_dexie("2,000", small.open, small.peer_open));

    let large = long_list::of(&catalog, 10);
    let server = MercurialeProcess::start().await;
    long_list::publish(&server, &large).await;
    let catalog = Api::sign_in(&server.address(), KITCHEN).await.catalog().await;
    let long = visits(server, &catalog).await;
    figures.push(figure(
        "a keystroke in search over 20,000, full speed: input → list redrawn",
        long.full_speed,
        16.6,
    ));
    figures.push(against_dexie("20,000", long.open, long.peer_open));
    figures
}

fn figure(name: &str, samples: Vec<f64>, limit: f64) -> Figure {
    let (ours, worst) = spread(samples);
    Figure { name: name.to_owned(), unit: "ms", ours, worst, peer: None, goal: Goal::AtMost(limit) }
}

#[expect(clippy::cast_precision_loss, reason = "file sizes are far below 2^52")]
fn size(name: &str, bytes: usize, limit: f64) -> Figure {
    let ours = bytes as f64;
    Figure { name: name.to_owned(), unit: "bytes", ours, worst: ours, peer: None, goal: Goal::AtMost(limit) }
}

/// Page, scripts, modules and styles as a browser receives them: what the catalogue needs to be usable, then everything,
/// the pieces that come later included.
async fn shell_bytes(kitchen: &Api) -> [Figure; 2] {
    let build: Manifest = kitchen.get("/build.json").await;
    let first = on_the_cable(kitchen, build.needed_first()).await;
    let all = on_the_cable(kitchen, build.files.iter().filter(|file| file.runs())).await;
    [
        size("app shell: page, scripts, module, styles; what the catalogue needs, brotli", first, 300_000.0),
        Figure { goal: Goal::Told, ..size("the shell with all later pieces, brotli", all, 0.0) },
    ]
}

async fn on_the_cable(kitchen: &Api, files: impl Iterator<Item = &ManifestFile>) -> usize {
    let mut sum = 0;
    for file in files {
        sum += kitchen.bytes_on_the_cable(&file.url, "br").await;
    }
    sum
}

/// What repeated visits of one tablet measured.
#[derive(Default)]
struct Visits {
    usable: Vec<f64>,
    open: Vec<f64>,
    peer_open: Vec<f64>,
    keystrokes: Vec<f64>,
    full_speed: Vec<f64>,
}

/// Signs in once, kills the server, then opens the application again and again; and each time the peer after it, so that
/// both meet the machine as it is at that moment. Only the browser that is measured is open.
async fn visits(mut server: MercurialeProcess, catalog: &Catalog) -> Visits {
    let mut peer = Dexie::filled_with(catalog).await;
    let mut tablet = Tablet::open(Engine::Chromium, &server.address()).await;
    tablet.sign_in(KITCHEN).await;
    tablet.expect("searchbox", "Rechercher un produit").await;
    tablet.wait_until_kept_offline().await;
    server.kill_9();
    tablet.close().await;
    let mut visits = Visits::default();
    for _ in 0..RUNS {
        tablet.start_again().await;
        tokio::time::sleep(SETTLED).await;
        tablet.goto("/").await;
        visits.open.push(measured(&tablet, "mercuriale:open-catalog").await);
        visits.full_speed.extend(typing(&tablet).await);
        tablet.leave().await;
        tablet.slow_down(4).await;
        tablet.goto("/catalogue").await;
        visits.usable.push(measured(&tablet, "mercuriale:catalog-usable").await);
        visits.keystrokes.extend(typing(&tablet).await);
        tablet.close().await;
        visits.peer_open.push(peer.open().await);
    }
    visits
}

/// The duration of one of the application's own User Timing measures.
async fn measured(tablet: &Tablet, name: &str) -> f64 {
    tablet.expect("searchbox", "Rechercher un produit").await;
    for _ in 0..200 {
        let script =
            format!("return performance.getEntriesByName('{name}').map(entry => entry.duration)[0] ?? null;");
        if let Some(duration) = tablet.evaluate(&script).await.as_f64() {
            return duration;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{name} was never measured")
}

/// Types a few words letter by letter; each sample is one `input` event until the list is laid out again.
async fn typing(tablet: &Tablet) -> Vec<f64> {
    let script = "
        const box = document.querySelector('input[type=search]');
        const samples = [];
        for (const word of ['poireau', 'pome de tere', 'oeuf bio', 'fromage']) {
            for (let length = 1; length <= word.length; length++) {
                const started = performance.now();
                box.value = word.slice(0, length);
                box.dispatchEvent(new Event('input', { bubbles: true }));
                await new Promise(queueMicrotask);
                document.body.offsetHeight;
                samples.push(performance.now() - started);
                await new Promise(requestAnimationFrame);
            }
        }
        box.value = '';
        box.dispatchEvent(new Event('input', { bubbles: true }));
        return samples;";
    let samples = tablet.evaluate_later(script).await;
    serde_json::from_value(samples).expect("numbers")
}

fn against_dexie(items: &str, open: Vec<f64>, peer_open: Vec<f64>) -> Figure {
    let (ours, worst) = spread(open);
    let (value, _) = spread(peer_open);
    Figure {
        name: format!("opening the stored catalogue of {items}: store → all items as objects"),
        unit: "ms",
        ours,
        worst,
        peer: Some(Peer { name: "Dexie", value }),
        goal: Goal::Ratio(0.5),
    }
}
