//! Talking with the server is a piece of its own, fetched with the first round: opening the device needs none of it.

use std::{future::Future, pin::Pin, rc::Rc};

use leptos::wasm_split::{SplitLoaderError, wasm_split};
use replica::{
    session::{ComingIn, PendingChoice, SignInError, SignOutRefusal},
    sync::RoundEnd,
};

use super::{engine::DeviceReplica, lock};

/// A piece of the application that is not on this device and could not be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing;

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// A future that crosses from one module to another.
pub(super) type Later<T> = Pin<Box<dyn Future<Output = Result<T, Missing>>>>;

/// One round of the replica.
#[wasm_split(device, wasm_split_path = leptos::wasm_split, fallible,
    return_wrapper(let later = _; { later.await } -> Result<RoundEnd, Missing>))]
pub(super) fn round(replica: Rc<DeviceReplica>) -> Later<RoundEnd> {
    Box::pin(async move { Ok(replica.round().await) })
}

/// Comes in.
#[wasm_split(device, wasm_split_path = leptos::wasm_split, fallible,
    return_wrapper(let later = _; { later.await } -> Result<Result<(), SignInError>, Missing>))]
pub(super) fn come_in(replica: Rc<DeviceReplica>, by: ComingIn) -> Later<Result<(), SignInError>> {
    Box::pin(async move {
        let came_in = replica.come_in(by).await;
        if came_in.is_ok() && !replica.keyrings().is_empty() {
            // Without the piece, or the server, what lies closed stays so until the next time.
            let _ = lock::recover(replica).await;
        }
        Ok(came_in)
    })
}

/// Signs out.
#[wasm_split(device, wasm_split_path = leptos::wasm_split, fallible,
    return_wrapper(let later = _; { later.await } -> Result<Result<(), SignOutRefusal>, Missing>))]
pub(super) fn sign_out(
    replica: Rc<DeviceReplica>,
    choice: Option<PendingChoice>,
) -> Later<Result<(), SignOutRefusal>> {
    Box::pin(async move { Ok(replica.sign_out(choice).await) })
}
