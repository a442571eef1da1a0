//! One exchange, and what it says about the cable.

use domain::time::Timestamp;
use serde::Serialize;

use super::{RoundTrouble, Trouble};
use crate::{
    ports::{Answer, Clock, Entropy, Method, Network, Request, Storage, StorageError},
    replica::{Boxed, Change, Replica},
};

/// A server that does not greet within this is as good as absent.
pub(super) const HELLO_TIMEOUT_MS: u32 = 5_000;
/// Commands and changes are small.
pub(super) const SYNC_TIMEOUT_MS: u32 = 20_000;
/// A snapshot may travel over a poor line.
pub(super) const SNAPSHOT_TIMEOUT_MS: u32 = 90_000;

/// An answer, and when it was asked for.
pub(super) struct Heard {
    pub(super) answer: Answer,
    pub(super) asked_at: Timestamp,
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// Says `body` to `path`.
    pub(super) async fn say(
        &self,
        path: &str,
        body: &impl Serialize,
        timeout_ms: u32,
    ) -> Result<Heard, RoundTrouble> {
        // Our own messages hold nothing JSON cannot say; should one ever, it is the device's fault, not the cable's.
        let body =
            serde_json::to_string(body).map_err(|error| StorageError::Unreadable(error.to_string()))?;
        self.exchange(Request { method: Method::Post, path: path.to_owned(), body: Some(body), timeout_ms })
            .await
    }

    /// One request and its answer, whatever it says.
    pub(super) fn exchange(&self, request: Request) -> Boxed<'_, Result<Heard, RoundTrouble>> {
        Box::pin(async move {
            let asked_at = self.clock.now();
            let answer = self.network.exchange(request).await.map_err(Trouble::from)?;
            Ok(Heard { answer, asked_at })
        })
    }

    /// The server spoke, and it was ours.
    pub(super) fn heard(&self, asked_at: Timestamp, server_time: Timestamp) {
        let now = self.clock.now();
        let was_offline = {
            let mut local = self.local.borrow_mut();
            local.meter.note(asked_at, now, server_time);
            local.last_contact = Some(now);
            local.delivery.offline_since.take().is_some()
        };
        self.notify(Change::Contact);
        if was_offline {
            self.notify(Change::View);
        }
    }

    /// What a round's end says about the cable and the session.
    pub(super) fn round_ended(&self, trouble: Option<&RoundTrouble>) {
        let (mut view, mut session) = (false, false);
        {
            let now = self.clock.now();
            let mut local = self.local.borrow_mut();
            view |= local.delivery.in_flight.take().is_some();
            match trouble {
                Some(RoundTrouble::Cable(Trouble::Offline(_))) => {
                    view |= local.delivery.offline_since.is_none();
                    local.delivery.offline_since.get_or_insert(now);
                    local.hello_due_at = None;
                }
                Some(RoundTrouble::Cable(Trouble::SignedOut)) => {
                    session = local.session.is_some() && !local.delivery.signed_out;
                    local.delivery.signed_out = local.session.is_some();
                    // Another tab may sign in for all: ask who one is before trying again.
                    local.hello_due_at = None;
                }
                Some(_) => {}
                None => {}
            }
        }
        if session {
            self.notify(Change::Session);
        }
        if view || session {
            self.notify(Change::View);
        }
        self.notify(Change::Contact);
    }
}
