//! What the page goes through: shown, hidden, online, offline.

use gloo::{events::EventListener, utils::document};
use web_sys::VisibilityState;

const CACHE_HINT: &str = "mercuriale.cache";

/// Whether somebody can see the page.
#[must_use]
pub fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Calls `changed` when the page is shown or hidden, or when the device believes its network came or went. None of these
/// is proof of anything: they are good moments to look.
pub fn on_good_moments(changed: impl Fn() + Clone + 'static) {
    let listen = |target: &web_sys::EventTarget, event: &'static str| {
        let changed = changed.clone();
        EventListener::new(target, event, move |_| changed()).forget();
    };
    listen(&document(), "visibilitychange");
    if let Some(window) = web_sys::window() {
        for event in ["online", "offline", "pageshow"] {
            listen(&window, event);
        }
    }
}

/// Loads the page anew: nothing of what it had in memory stays.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// The cache the last page of this profile used. Only a hint: what is signed in decides.
#[must_use]
pub fn cache_hint() -> Option<String> {
    web_sys::window()?.local_storage().ok()??.get_item(CACHE_HINT).ok()?
}

/// Leaves the hint for the next page.
pub fn leave_cache_hint(name: Option<&str>) {
    // Most pages leave what they found, and writing takes a cold browser longer than reading.
    if cache_hint().as_deref() == name {
        return;
    }
    let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.local_storage()) else { return };
    // Full or forbidden: the next start reads its databases one after the other.
    let _ = match name {
        Some(name) => storage.set_item(CACHE_HINT, name),
        None => storage.remove_item(CACHE_HINT),
    };
}
