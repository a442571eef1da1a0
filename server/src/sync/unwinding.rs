//! A fault of the program in one command must not take its neighbours along.

use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

use crate::store::StoreError;

/// Runs `work` to its end; a panic inside becomes [`StoreError::Panicked`]. What it had begun to write must then be
/// undone by the caller.
pub(super) async fn caught<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let mut work = pin!(work);
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(poll) => poll,
        Err(_) => Poll::Ready(Err(StoreError::Panicked)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_error_and_the_rest_goes_through() {
        let failed: Result<(), _> = caught(async {
            tokio::task::yield_now().await;
            panic!("on purpose")
        })
        .await;
        assert!(matches!(failed, Err(StoreError::Panicked)));
        assert_eq!(caught(async { Ok(3) }).await.unwrap(), 3);
    }
}
