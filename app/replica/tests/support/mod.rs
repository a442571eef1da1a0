//! A world for the stories: a small server, tablets, and time that passes when told.
#![allow(dead_code, unreachable_pub)]

pub mod cable;
pub mod codes;
pub mod server;
pub mod tablet;
pub mod world;

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll, Waker},
};

/// Lets everybody else have this many turns.
pub async fn pause(turns: u32) {
    let mut left = turns;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Runs a future that only ever waits for its own device.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("it never ends");
}
