//! A benchmark's figures: ours, the peer's, the limit, the ratio; printed as a table and written as JSON.

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use serde::Serialize;

/// One measured line.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) name: String,
    /// `ms`, `bytes`…
    pub(crate) unit: &'static str,
    /// Ours: the median of the runs.
    pub(crate) ours: f64,
    /// The worst run of ours.
    pub(crate) worst: f64,
    /// What one would pick instead, measured in the same run.
    pub(crate) peer: Option<Peer>,
    /// What must hold.
    pub(crate) goal: Goal,
}

/// What one would pick instead.
#[derive(Debug, Serialize)]
pub(crate) struct Peer {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its figure: the median of the runs.
    pub(crate) value: f64,
}

/// What must hold.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    /// At most this, in the figure's unit.
    AtMost(f64),
    /// At most this share of the peer's figure.
    Ratio(f64),
    /// At least this many times the peer's figure.
    AtLeastRatio(f64),
    /// Nothing is asked: it is told so that it does not grow unseen.
    Told,
}

impl Figure {
    /// Ours divided by what it is held against.
    pub(crate) fn ratio(&self) -> Option<f64> {
        self.peer.as_ref().map(|peer| self.ours / peer.value)
    }

    /// Whether the goal is reached.
    pub(crate) fn is_met(&self) -> bool {
        match self.goal {
            Goal::AtMost(limit) => self.ours <= limit,
            Goal::Ratio(limit) => self.ratio().is_some_and(|ratio| ratio <= limit),
            Goal::AtLeastRatio(limit) => self.ratio().is_some_and(|ratio| ratio >= limit),
            Goal::Told => true,
        }
    }

    fn row(&self) -> String {
        let number =
            |value: f64| if value >= 1_000.0 { format!("{value:.0}") } else { format!("{value:.2}") };
        let peer = self
            .peer
            .as_ref()
            .map_or("–".to_owned(), |peer| format!("{} {}", number(peer.value), peer.name));
        let ratio = self.ratio().map_or("–".to_owned(), |ratio| format!("{ratio:.3}"));
        let goal = match self.goal {
            Goal::AtMost(limit) => format!("≤ {} {}", number(limit), self.unit),
            Goal::Ratio(limit) => format!("≤ {limit} × peer"),
            Goal::AtLeastRatio(limit) => format!("≥ {limit} × peer"),
            Goal::Told => "–".to_owned(),
        };
        let verdict = match self.goal {
            Goal::Told => "told",
            _ if self.is_met() => "met",
            _ => "MISSED",
        };
        format!(
            "| {} | {} {} | {} | {peer} | {ratio} | {goal} | {verdict} |\n",
            self.name,
            number(self.ours),
            self.unit,
            number(self.worst)
        )
    }
}

/// The whole run as a Markdown table.
pub(crate) fn table(figures: &[Figure]) -> String {
    let mut text = String::from(
        "| what | ours (median) | worst | peer, same run | ratio | goal | |\n|---|---|---|---|---|---|---|\n",
    );
    for figure in figures {
        let _ = write!(text, "{}", figure.row());
    }
    text
}

/// Writes the figures with what they were measured on.
pub(crate) fn write_json(path: &Path, figures: &[Figure]) -> std::io::Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let report = serde_json::json!({ "cores": cores, "figures": figures });
    fs::write(path, format!("{report:#}\n"))
}

/// Runs `work` a few times and gives the median and the worst, in milliseconds.
pub(crate) fn time(runs: usize, mut work: impl FnMut()) -> (f64, f64) {
    let samples = (0..runs).map(|_| {
        let started = Instant::now();
        work();
        started.elapsed()
    });
    spread(samples.map(|elapsed: Duration| elapsed.as_secs_f64() * 1_000.0).collect())
}

/// The median and the worst of samples.
pub(crate) fn spread(mut samples: Vec<f64>) -> (f64, f64) {
    samples.sort_by(f64::total_cmp);
    let median = samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN);
    (median, samples.last().copied().unwrap_or(f64::NAN))
}
