//! A tap on the shoulder, between tasks of one thread.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    task::{Poll, Waker},
};

/// Given any number of times; taken once for all that were given.
#[derive(Default)]
pub(super) struct Nudge {
    given: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

impl Nudge {
    /// Gives it.
    pub(super) fn give(&self) {
        self.given.set(true);
        self.waiting.take().into_iter().for_each(Waker::wake);
    }

    /// Waits for one and takes it away.
    pub(super) async fn taken(&self) {
        self.given().await;
        self.given.set(false);
    }

    /// Waits until one was given, and leaves it.
    pub(super) async fn given(&self) {
        poll_fn(|context| {
            if self.given.get() {
                return Poll::Ready(());
            }
            let mut waiting = self.waiting.borrow_mut();
            if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }
}
