//! What a commit moved, told once it is durable: to the devices that wait for it, and to the watermark.

use domain::wire::Scope;
use tokio::sync::broadcast;

use super::watermark::Watermark;

/// Tidings that a slow listener may be behind before it only learns that it missed some.
const KEPT: usize = 1_024;

/// What listeners hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A feed has new places; `head` is the last.
    Moved {
        /// Which feed.
        scope: Scope,
        /// Its last place.
        head: u64,
    },
    /// The server stops.
    Farewell,
}

/// A feed that a transaction moves.
#[derive(Debug)]
pub(super) struct Move {
    pub(super) scope: Scope,
    pub(super) head: u64,
    pub(super) places: u64,
}

/// Where news goes.
#[derive(Debug)]
pub(super) struct Herald {
    listeners: broadcast::Sender<News>,
    watermark: Option<Watermark>,
}

impl Herald {
    pub(super) fn new(watermark: Option<Watermark>) -> Self {
        Self { listeners: broadcast::Sender::new(KEPT), watermark }
    }

    /// Tells what a commit moved.
    pub(super) fn tell(&self, moves: Vec<Move>) {
        if moves.is_empty() {
            return;
        }
        if let Some(watermark) = &self.watermark {
            watermark.advance(moves.iter().map(|moved| moved.places).sum());
        }
        for Move { scope, head, .. } in moves {
            // Nobody listening is no failure.
            let _ = self.listeners.send(News::Moved { scope, head });
        }
    }

    pub(super) fn say_farewell(&self) {
        let _ = self.listeners.send(News::Farewell);
    }

    pub(super) fn listen(&self) -> broadcast::Receiver<News> {
        self.listeners.subscribe()
    }
}
