//! `GET /sync/v1/poke`: « something moved », and nothing of what.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use domain::wire::Scope;
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, timeout_at},
};

use crate::{
    access::rights::ReplicaSession, openapi::ProblemBody, problem::Problem, state::AppState, store::News,
};

/// A stream ends after this long, and the device asks again: its session and its rights are then looked at again.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// A line with nothing to say is kept open by a word now and then; proxies close silent ones after a minute.
const WORD_EVERY: Duration = Duration::from_secs(25);
/// How long a device waits before it asks again.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Tells a device that its own feed moved, by the feed's name and last place: what moved is for a pull, which checks rights.
/// The catalogue is left to the device's own rhythm: it moves for everybody at once.
#[utoipa::path(get, path = "/sync/v1/poke", tag = "sync", responses(
    (status = 200, description = "Events « moved », data {\"scope\", \"head\"}; it ends after a quarter of an hour at most.",
     content_type = "text/event-stream", body = String),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn poke(
    ReplicaSession(me): ReplicaSession,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    let own = Scope::own(me.role).ok_or(Problem::NoRight)?;
    let listener = Listener { news: state.store.listen(), own, end: Instant::now() + LONGEST };
    let first = stream::once(async { Event::default().retry(AGAIN_AFTER) });
    let events = first.chain(stream::unfold(listener, Listener::next)).map(Ok::<_, Infallible>);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(WORD_EVERY)).into_response())
}

/// Who listens for a feed, and until when.
struct Listener {
    news: Receiver<News>,
    own: Scope,
    end: Instant,
}

impl Listener {
    /// The next thing to say; nothing more once the server says farewell or the time is over.
    async fn next(mut self) -> Option<(Event, Self)> {
        loop {
            match timeout_at(self.end, self.news.recv()).await.ok()? {
                Ok(News::Moved { scope, head }) if scope == self.own => {
                    return Some((moved(&scope, head), self));
                }
                Ok(News::Moved { .. }) => {}
                // Too slow to hear all of it: that something moved is all one needs to know.
                Err(RecvError::Lagged(_)) => return Some((moved(&self.own, 0), self)),
                Ok(News::Farewell) | Err(RecvError::Closed) => return None,
            }
        }
    }
}

fn moved(scope: &Scope, head: u64) -> Event {
    Event::default().event("moved").data(json!({ "scope": scope, "head": head }).to_string())
}
