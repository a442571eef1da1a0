//! Who am I, what time is it, which scopes may I hold.

use domain::wire::{Action, HelloAnswer, HelloRequest, PROTO, SCHEMA};

use super::{RoundTrouble, Trouble, exchange::HELLO_TIMEOUT_MS};
use crate::{
    door,
    ports::{Clock, Entropy, Method, Network, Request, Storage},
    replica::Replica,
    session::Session,
};

/// Between two greetings while all is well.
const HELLO_EVERY_MS: i64 = 5 * 60_000;

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// Whether to greet first: at the start, after trouble, and now and then. A device nobody signed in on greets once,
    /// since its cookie may have outlived its database.
    pub(super) fn hello_due(&self) -> bool {
        let now = self.clock.now();
        let local = self.local.borrow();
        // A device clock that jumped back must not silence greetings.
        local
            .hello_due_at
            .is_none_or(|due| local.session.is_some() && (now >= due || due.since_ms(now) > HELLO_EVERY_MS))
    }

    /// Greets before the next round.
    pub fn greet_next(&self) {
        self.local.borrow_mut().hello_due_at = None;
    }

    /// Not again before a while has passed.
    pub(super) fn greeted(&self) {
        self.local.borrow_mut().hello_due_at = Some(self.clock.now().plus_ms(HELLO_EVERY_MS));
    }

    pub(crate) async fn hello(&self) -> Result<Action, RoundTrouble> {
        let pending = u64::try_from(self.pending_count()).unwrap_or(u64::MAX);
        let request = HelloRequest { proto: PROTO, schema: SCHEMA, build: self.build.clone(), pending };
        let asked_for = self.user();
        let heard = self.say("/sync/v1/hello", &request, HELLO_TIMEOUT_MS).await?;
        let read: Result<HelloAnswer, Trouble> = door::read(&heard.answer);
        if matches!(read, Err(Trouble::SignedOut)) && self.me().is_none() {
            // Nobody is signed in, and nobody thought so: that is an answer, not trouble.
            self.greeted();
            return Ok(Action::Ok);
        }
        let hello = read?;
        self.heard(heard.asked_at, hello.server_time);
        {
            let mut local = self.local.borrow_mut();
            local.hello_due_at = Some(self.clock.now().plus_ms(HELLO_EVERY_MS));
            local.shares_drafts = hello.shares_drafts;
        }
        let session = Session { me: hello.me, scopes: hello.scopes };
        if self.enter(session, asked_for).await? {
            Ok(hello.action)
        } else {
            Err(Trouble::Busy { retry_after_ms: None }.into())
        }
    }

    /// Ends on the server the session that was ended here without a network.
    pub(super) async fn pay_sign_out(&self) -> Result<(), RoundTrouble> {
        self.end_session_on_server().await?;
        self.sign_out_paid().await?;
        Ok(())
    }

    pub(crate) async fn end_session_on_server(&self) -> Result<(), RoundTrouble> {
        let path = "/api/session".to_owned();
        let heard = self
            .exchange(Request { method: Method::Delete, path, body: None, timeout_ms: HELLO_TIMEOUT_MS })
            .await?;
        match heard.answer.status {
            200..300 => Ok(()),
            _ => match door::refusal(&heard.answer) {
                Trouble::SignedOut => Ok(()),
                trouble => Err(trouble.into()),
            },
        }
    }
}
