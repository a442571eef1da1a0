//! The room the browser gives us, and whether it promises to keep what is in it.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::StorageManager;

/// The room of this device, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Room {
    /// Taken.
    pub used: u64,
    /// In all.
    pub all: u64,
    /// Whether the browser promised not to throw it away by itself.
    pub is_kept: bool,
}

fn manager() -> Option<StorageManager> {
    Some(web_sys::window()?.navigator().storage())
}

/// Asks the browser not to throw our databases away when the device runs short. It may say no: nothing depends on its
/// answer.
pub async fn ask_to_persist() {
    if let Some(Ok(asked)) = manager().map(|storage| storage.persist()) {
        let _ = JsFuture::from(asked).await;
    }
}

/// How much room there is; `None` where the browser does not tell.
pub async fn room() -> Option<Room> {
    let storage = manager()?;
    let estimate = JsFuture::from(storage.estimate().ok()?).await.ok()?;
    let figure =
        |name: &str| Reflect::get(&estimate, &JsValue::from_str(name)).ok().and_then(|value| value.as_f64());
    let kept = JsFuture::from(storage.persisted().ok()?).await.ok().and_then(|kept| kept.as_bool());
    Some(Room { used: whole(figure("usage")?), all: whole(figure("quota")?), is_kept: kept.unwrap_or(false) })
}

/// Bytes as the browser counts them: a whole number below 2^53.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(bytes: f64) -> u64 {
    bytes as u64
}
