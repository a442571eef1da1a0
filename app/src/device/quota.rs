//! Asking the browser not to throw our databases away when the device runs short.

use wasm_bindgen_futures::JsFuture;

/// Asks. The browser may say no: nothing depends on its answer.
pub async fn ask_to_persist() {
    let Some(window) = web_sys::window() else { return };
    if let Ok(asked) = window.navigator().storage().persist() {
        let _ = JsFuture::from(asked).await;
    }
}
