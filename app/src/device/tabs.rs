//! Telling the other tabs of this profile that the device's databases changed.

use gloo::events::EventListener;
use wasm_bindgen::JsValue;
use web_sys::BroadcastChannel;

const NAME: &str = "mercuriale";

/// The channel between tabs. A browser without one has tabs that learn of each other at their next look.
pub struct Tabs {
    channel: Option<BroadcastChannel>,
}

impl Tabs {
    /// Opens the channel; `heard` is called when another tab changed something.
    pub fn open(heard: impl Fn() + 'static) -> Self {
        let channel = BroadcastChannel::new(NAME).ok();
        if let Some(channel) = &channel {
            EventListener::new(channel, "message", move |_| heard()).forget();
        }
        Self { channel }
    }

    /// Tells the others.
    pub fn tell(&self) {
        if let Some(channel) = &self.channel {
            // A closed channel means a page on its way out.
            let _ = channel.post_message(&JsValue::from_str("changed"));
        }
    }
}
