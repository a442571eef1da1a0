//! The style sheet of later screens. The page names it and no browser fetches it: a first visit downloads what the first page
//! looks like, and no more.

use gloo::utils::document;
use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// What its link in `index.html` is until the sheet is asked for; by that name it is found until the sheet is here.
const LATER: &str = "later";

/// Brings the sheet here, once; tried anew at each call after a failure. Whether it is here.
pub async fn fetch_later() -> bool {
    let Some(link) = document().get_element_by_id(LATER) else { return true };
    let came = Promise::new(&mut |here, missing| {
        _ = link.add_event_listener_with_callback("load", &here);
        _ = link.add_event_listener_with_callback("error", &missing);
        // Who asks while it is on its way waits with the first.
        if link.get_attribute("rel").as_deref() == Some(LATER) {
            _ = link.set_attribute("rel", "stylesheet");
        }
    });
    let is_here = JsFuture::from(came).await.is_ok();
    _ = if is_here { link.remove_attribute("id") } else { link.set_attribute("rel", LATER) };
    is_here
}
