//! One sender at a time among the tabs of a profile, where the browser has locks.
//!
//! It only spares repetitions: two tabs that send the same command send one order. So a lock that does not come is not
//! waited for long.

use std::future::Future;

use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Promise, Reflect};
use replica::turn::either;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

const PATIENCE_MS: u32 = 5_000;

/// Does `work` while holding the lock `name`, or without it when it cannot be had soon.
pub async fn holding<T>(name: &str, work: impl Future<Output = T>) -> T {
    let Some(held) = request(name).await else { return work.await };
    let done = work.await;
    // Ends the promise the lock lives on; a lock that came too late is given back at once.
    let _ = held.call0(&JsValue::NULL);
    done
}

/// Asks for the lock; what to call to give it back. `None` without locks.
async fn request(name: &str) -> Option<Function> {
    let navigator: JsValue = web_sys::window()?.navigator().into();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    let (granted, on_grant) = pair();
    let (given_back, give_back) = pair();
    let callback = Closure::once_into_js(move |_lock: JsValue| -> Promise {
        let _ = on_grant.call0(&JsValue::NULL);
        given_back
    });
    request.call2(&locks, &name.into(), &callback).ok()?;
    either(JsFuture::from(granted), TimeoutFuture::new(PATIENCE_MS)).await;
    Some(give_back)
}

/// A promise, and what fulfills it.
fn pair() -> (Promise, Function) {
    let mut fulfill = None;
    let promise = Promise::new(&mut |resolve, _reject| fulfill = Some(resolve));
    (promise, fulfill.unwrap_or_default())
}
