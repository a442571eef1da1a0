//! Where pushes wait for the disk together: one lane a hub.
//!
//! ```text
//! request ─► read at the door ─► lane of its hub ─► one transaction for all that wait ─► one sync ─► an answer each
//! ```
//!
//! A sync to the disk takes as long for one order as for a hundred. What arrives while one is under way shares the next:
//! a lone push waits for nobody, and at the cut-off each commit carries what came meanwhile. Every answer leaves after its
//! commit.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{id::HubId, wire::PushAnswer};
use tokio::sync::{mpsc, oneshot};

use super::push::{Push, receive};
use crate::store::Store;

/// Pushes that one commit carries at most: the first of them waits for the last.
const MOST_A_COMMIT: usize = 64;
/// Pushes that may wait in a lane. The device after them is told to come back, before the server is short of memory.
const MOST_WAITING: usize = 1_024;

/// A push that waits for its commit, and where its answer goes.
struct Waiting {
    push: Push,
    answer: oneshot::Sender<PushAnswer>,
}

/// The lanes of one server.
#[derive(Debug)]
pub struct Intake {
    store: Store,
    lanes: Mutex<HashMap<HubId, mpsc::Sender<Waiting>>>,
}

impl Intake {
    /// Lanes to a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, lanes: Mutex::default() }
    }

    /// Has a push stored with those that came at the same time, and says what became of it.
    pub async fn push(&self, push: Push) -> PushAnswer {
        let busy = push.later();
        let (answer, answered) = oneshot::channel();
        match self.lane(push.hub()).try_send(Waiting { push, answer }) {
            Ok(()) => answered.await.unwrap_or(busy),
            Err(_) => busy,
        }
    }

    /// The lane of a hub, opened at its first push; and again, should a fault of the program have closed it.
    fn lane(&self, hub: HubId) -> mpsc::Sender<Waiting> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.get(&hub).filter(|lane| !lane.is_closed()) {
            return lane.clone();
        }
        let (lane, waiting) = mpsc::channel(MOST_WAITING);
        self.store.apart(run(self.store.clone(), hub, waiting));
        lanes.insert(hub, lane.clone());
        lane
    }
}

/// Works until the server lets go of the lane.
async fn run(store: Store, hub: HubId, mut waiting: mpsc::Receiver<Waiting>) {
    let mut group = Vec::with_capacity(MOST_A_COMMIT);
    while waiting.recv_many(&mut group, MOST_A_COMMIT).await > 0 {
        let (pushes, answers): (Vec<_>, Vec<_>) = group.drain(..).map(|one| (one.push, one.answer)).unzip();
        for (to, answer) in answers.into_iter().zip(receive(&store, hub, &pushes).await) {
            // Who went away asks again, and gets the stored receipt.
            let _ = to.send(answer);
        }
    }
}
