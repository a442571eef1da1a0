//! A place for one answer, and the future that waits for it. Pages are polled whenever something reaches them, so nobody is
//! woken from here.

use std::{
    cell::RefCell,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

enum State<T> {
    Waiting,
    Answered(T),
    Taken,
}

/// A place for one answer.
pub(crate) struct Slot<T>(Rc<RefCell<State<T>>>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> Slot<T> {
    pub(crate) fn new() -> Self {
        Self(Rc::new(RefCell::new(State::Waiting)))
    }

    /// The first answer stands. Whether this was it.
    pub(crate) fn set(&self, value: T) -> bool {
        let mut state = self.0.borrow_mut();
        let first = matches!(*state, State::Waiting);
        if first {
            *state = State::Answered(value);
        }
        first
    }
}

impl<T> Future for Slot<T> {
    type Output = T;
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        let mut state = self.0.borrow_mut();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Answered(value) => Poll::Ready(value),
            before => {
                *state = before;
                Poll::Pending
            }
        }
    }
}
