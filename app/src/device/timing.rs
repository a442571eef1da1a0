//! Moments written in the browser's own timeline (User Timing), for its profiler and the benchmarks to read.

use web_sys::Performance;

fn timeline() -> Option<Performance> {
    web_sys::window()?.performance()
}

/// Writes down that `moment` is now.
pub fn mark(moment: &str) {
    // A timeline that refuses costs a measurement, nothing else; the same below.
    let _ = timeline().map(|timeline| timeline.mark(moment));
}

/// Writes down how long ago `moment` was marked, under `name`.
pub fn measure_since(name: &str, moment: &str) {
    let _ = timeline().map(|timeline| timeline.measure_with_start_mark(name, moment));
}

/// Writes down how long ago the page was asked for, under `name`.
pub fn measure_since_navigation(name: &str) {
    let _ = timeline().map(|timeline| timeline.measure(name));
}
