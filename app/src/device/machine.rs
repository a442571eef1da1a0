//! What machine this is, as far as the browser says: good for a first name, for nothing else.

use web_sys::Navigator;

/// A kind of machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// An iPhone.
    IPhone,
    /// An iPad.
    IPad,
    /// A telephone with Android.
    AndroidPhone,
    /// A tablet with Android.
    AndroidTablet,
    /// A computer with Windows.
    Windows,
    /// A Mac.
    Mac,
    /// Another computer.
    Computer,
}

/// This machine.
#[must_use]
pub fn this_machine() -> Machine {
    let navigator = web_sys::window().map(|window| window.navigator());
    let agent = navigator.as_ref().and_then(|navigator| navigator.user_agent().ok());
    let fingers = navigator.as_ref().map_or(0, Navigator::max_touch_points);
    called(&agent.unwrap_or_default(), fingers)
}

/// The machine of a browser that calls itself so, on a screen that takes that many fingers.
fn called(agent: &str, fingers: i32) -> Machine {
    let says = |word: &str| agent.contains(word);
    match () {
        () if says("iPhone") => Machine::IPhone,
        // An iPad calls itself a Mac; no Mac has a screen to touch.
        () if says("iPad") || (says("Macintosh") && fingers > 1) => Machine::IPad,
        () if says("Android") && says("Mobile") => Machine::AndroidPhone,
        () if says("Android") => Machine::AndroidTablet,
        () if says("Windows") => Machine::Windows,
        () if says("Macintosh") => Machine::Mac,
        () => Machine::Computer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_known_by_what_its_browser_says() {
        for (agent, fingers, machine) in [
            (
                "Mozilla/5.0 (Linux; Android 16; K) Chrome/140.0 Mobile Safari/537.36",
                5,
                Machine::AndroidPhone,
            ),
            ("Mozilla/5.0 (Linux; Android 16; K) Chrome/140.0 Safari/537.36", 5, Machine::AndroidTablet),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)", 5, Machine::IPhone),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", 5, Machine::IPad),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", 0, Machine::Mac),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", 10, Machine::Windows),
            ("Mozilla/5.0 (X11; Linux x86_64)", 0, Machine::Computer),
        ] {
            assert_eq!(called(agent, fingers), machine, "{agent}");
        }
    }
}
