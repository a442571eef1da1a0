//! The worker, as the page's own script tells of it: `boot.js` keeps it, and says when a newer build waits.

use gloo::{events::EventListener, utils::document_element};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, ServiceWorkerRegistration};

/// Calls `ready` when a newer build is on the device and waits.
pub fn on_update(ready: impl Fn() + 'static) {
    if document_element().get_attribute("data-update").is_some_and(|state| state == "ready") {
        ready();
    }
    if let Some(window) = web_sys::window() {
        EventListener::new(&window, "mercuriale:update", move |_| ready()).forget();
    }
}

/// Lets the newer build take over; the page reloads once.
pub fn apply_update() {
    if let (Some(window), Ok(event)) = (web_sys::window(), Event::new("mercuriale:apply-update")) {
        let _ = window.dispatch_event(&event);
    }
}

/// Asks the browser to look now for a newer build; finding one is told by [`on_update`].
pub fn look_for_update() {
    let Some(window) = web_sys::window() else { return };
    let registration = window.navigator().service_worker().get_registration();
    spawn_local(async move {
        let Ok(found) = JsFuture::from(registration).await else { return };
        if let Some(looking) =
            found.dyn_ref::<ServiceWorkerRegistration>().and_then(|found| found.update().ok())
        {
            // Without a network, the next look will do.
            let _ = JsFuture::from(looking).await;
        }
    });
}
