//! A screen that stays lit while hands are full, where the browser can do that.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The screen stays lit for as long as this lives, and the page is shown.
pub struct Awake(JsValue);

/// Asks for it; `None` where the browser does not know how, or will not.
pub async fn ask() -> Option<Awake> {
    let navigator = web_sys::window()?.navigator();
    let lock = Reflect::get(&navigator, &"wakeLock".into()).ok()?;
    let request: Function = Reflect::get(&lock, &"request".into()).ok()?.dyn_into().ok()?;
    let asked: Promise = request.call1(&lock, &"screen".into()).ok()?.dyn_into().ok()?;
    JsFuture::from(asked).await.ok().map(Awake)
}

impl Drop for Awake {
    fn drop(&mut self) {
        let release = Reflect::get(&self.0, &"release".into()).ok();
        if let Some(release) = release.and_then(|release| release.dyn_into::<Function>().ok()) {
            // It may be released already: the browser does that itself when the page is hidden.
            let _ = release.call0(&self.0);
        }
    }
}
