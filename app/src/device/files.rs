//! Files a person saves or picks.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Gives `text` to the person as a file of that name. `None` when the browser does not let it.
pub fn save_as(name: &str, text: &str) -> Option<()> {
    let kind = BlobPropertyBag::new();
    kind.set_type("application/json");
    let parts = Array::of1(&JsValue::from_str(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &kind).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let document = web_sys::window()?.document()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address).ok()
}

/// The bytes of a file; empty when it cannot be read.
pub async fn bytes_of(file: &web_sys::File) -> Vec<u8> {
    let read = JsFuture::from(file.array_buffer()).await;
    read.map(|buffer| Uint8Array::new(&buffer).to_vec()).unwrap_or_default()
}
