//! One at a time, on one thread.

use std::{
    cell::RefCell,
    collections::VecDeque,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};

#[derive(Debug, Default)]
struct Line {
    taken: bool,
    waiting: VecDeque<Waker>,
}

/// A place where one future at a time may be; the others wait in order.
#[derive(Debug, Clone, Default)]
pub struct Turn(Rc<RefCell<Line>>);

/// The place, until dropped.
#[derive(Debug)]
pub struct Taken(Rc<RefCell<Line>>);

impl Turn {
    /// Waits for the place.
    pub fn take(&self) -> impl Future<Output = Taken> + use<> {
        Waiting(Rc::clone(&self.0))
    }
}

struct Waiting(Rc<RefCell<Line>>);

impl Future for Waiting {
    type Output = Taken;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Taken> {
        let mut line = self.0.borrow_mut();
        if line.taken {
            line.waiting.push_back(context.waker().clone());
            return Poll::Pending;
        }
        line.taken = true;
        Poll::Ready(Taken(Rc::clone(&self.0)))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut line = self.0.borrow_mut();
        line.taken = false;
        // Everyone is woken: one who stopped waiting must not keep the place from the next.
        let waiting = std::mem::take(&mut line.waiting);
        drop(line);
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// Awaits both at once.
pub async fn both<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (std::pin::pin!(a), std::pin::pin!(b));
    let (mut from_a, mut from_b) = (None, None);
    std::future::poll_fn(move |context| {
        if from_a.is_none() {
            from_a = ready(a.as_mut().poll(context));
        }
        if from_b.is_none() {
            from_b = ready(b.as_mut().poll(context));
        }
        match (from_a.take(), from_b.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (a, b) => {
                (from_a, from_b) = (a, b);
                Poll::Pending
            }
        }
    })
    .await
}

/// Awaits whichever is ready first; `None` when it is `b`.
pub async fn either<A: Future, B: Future>(a: A, b: B) -> Option<A::Output> {
    let (mut a, mut b) = (std::pin::pin!(a), std::pin::pin!(b));
    std::future::poll_fn(move |context| match (a.as_mut().poll(context), b.as_mut().poll(context)) {
        (Poll::Ready(value), _) => Poll::Ready(Some(value)),
        (Poll::Pending, Poll::Ready(_)) => Poll::Ready(None),
        (Poll::Pending, Poll::Pending) => Poll::Pending,
    })
    .await
}

/// Awaits all at once: every one is started before any is waited for.
pub async fn all<T>(futures: Vec<Pin<Box<dyn Future<Output = T> + '_>>>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.into_iter().map(|future| (Some(future), None)).collect();
    std::future::poll_fn(move |context| {
        for (future, value) in &mut waiting {
            if let Some(Poll::Ready(ready)) = future.as_mut().map(|future| future.as_mut().poll(context)) {
                (*future, *value) = (None, Some(ready));
            }
        }
        if waiting.iter().any(|(future, _)| future.is_some()) {
            return Poll::Pending;
        }
        Poll::Ready(waiting.drain(..).filter_map(|(_, value)| value).collect())
    })
    .await
}

fn ready<T>(poll: Poll<T>) -> Option<T> {
    match poll {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, future::poll_fn, pin::pin, task::Poll};

    use super::*;

    #[test]
    fn who_waits_enters_when_the_other_leaves() {
        let turn = Turn::default();
        let mut context = Context::from_waker(Waker::noop());
        let mut first = pin!(turn.take());
        let Poll::Ready(inside) = first.as_mut().poll(&mut context) else { panic!("the place is free") };
        let mut second = pin!(turn.take());
        assert!(second.as_mut().poll(&mut context).is_pending());
        drop(inside);
        assert!(second.as_mut().poll(&mut context).is_ready());
    }

    #[test]
    fn either_is_the_quicker_and_all_are_started_together() {
        let mut context = Context::from_waker(Waker::noop());
        let mut quick = pin!(either(async { 1 }, std::future::pending::<()>()));
        assert_eq!(quick.as_mut().poll(&mut context), Poll::Ready(Some(1)));
        let mut slow = pin!(either(std::future::pending::<u8>(), async {}));
        assert_eq!(slow.as_mut().poll(&mut context), Poll::Ready(None));

        let started = Cell::new(0);
        let one = |pending: bool| {
            let (started, mut first) = (&started, true);
            poll_fn(move |_| {
                started.set(started.get() + u32::from(first));
                if std::mem::replace(&mut first, false) && pending {
                    Poll::Pending
                } else {
                    Poll::Ready(pending)
                }
            })
        };
        let mut three = pin!(all(vec![Box::pin(one(true)), Box::pin(one(false)), Box::pin(one(true))]));
        assert!(three.as_mut().poll(&mut context).is_pending());
        assert_eq!(started.get(), 3);
        assert_eq!(three.as_mut().poll(&mut context), Poll::Ready(vec![true, false, true]));
    }

    #[test]
    fn both_waits_for_the_slower_and_polls_the_quicker_no_more() {
        let polls = Cell::new(0);
        let slow = poll_fn(|_| {
            polls.set(polls.get() + 1);
            if polls.get() < 3 { Poll::Pending } else { Poll::Ready("slow") }
        });
        let mut together = pin!(both(async { "quick" }, slow));
        let mut context = Context::from_waker(Waker::noop());
        assert!(together.as_mut().poll(&mut context).is_pending());
        assert!(together.as_mut().poll(&mut context).is_pending());
        assert_eq!(together.as_mut().poll(&mut context), Poll::Ready(("quick", "slow")));
    }
}
