//! What this process took of the machine's memory, where the machine says so (Linux).

use std::fs;

/// From now on the peak counts anew. Where that cannot be asked for, it goes on counting.
pub(crate) fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The most memory this process held, in KiB; 0 where nobody says.
pub(crate) fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|text| text.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
