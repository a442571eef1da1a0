//! Records as they lie: texts of JSON.

use domain::json;
use js_sys::{JsString, Uint8Array};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    type TextEncoder;

    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;

    /// web-sys binds it for texts that are in the module already.
    #[wasm_bindgen(method)]
    fn encode(this: &TextEncoder, text: &JsString) -> Uint8Array;
}

/// A record's text. The browser itself copies it: what `JsValue::as_string` calls goes through it letter by letter, in a
/// script no browser has made fast yet when the page opens.
pub(super) fn text_of(record: &JsValue) -> Option<String> {
    String::from_utf8(TextEncoder::new().encode(record.dyn_ref()?).to_vec()).ok()
}

/// A record by its type; `None` when this build cannot read it.
pub(super) fn parse<T: DeserializeOwned>(record: &JsValue) -> Option<T> {
    json::read(text_of(record)?.as_bytes()).ok()
}
