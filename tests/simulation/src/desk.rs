//! The server: a thin HTTP face, sessions and accounts over the production rules. It stands where axum stands.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    command::Envelope,
    enterprise::Role,
    id::{HubId, SiteId, TicketId, UserId},
    ticket::Choice,
    time::Timestamp,
    wire::{HelloRequest, Me, Problem, PullAnswer, PullRequest, PushAnswer, Scope, desk::SignInRequest},
};
use replica::ports::{Answer, Method, Request};
use serde::Serialize;
use serde_json::{from_str, to_vec};
use server::{
    access::rights::{self, KitchenSession},
    close_cycle, jobs,
    store::StoreError,
    sync::{
        hello::hello,
        pull::pull,
        push::{BadBatch, Batch, push},
        settle::{Settled, by_hub},
    },
};
use uuid::Uuid;

use crate::{backend::Backend, core::CookieChange};

/// The build everybody runs.
pub(crate) const BUILD: &str = "simulated";

/// Somebody who may sign in.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) user: UserId,
    pub(crate) home: SiteId,
    pub(crate) site: SiteId,
    pub(crate) disabled: bool,
}

/// The server.
pub(crate) struct Desk<B> {
    pub(crate) store: B,
    pub(crate) hub: HubId,
    pub(crate) accounts: BTreeMap<String, Account>,
    sessions: BTreeMap<u64, String>,
    /// Sessions of tablets that were removed.
    removed: BTreeSet<u64>,
    next_token: u64,
    /// Keys that were ever kept for a tablet.
    pub(crate) keys: u64,
    pub(crate) away_until: i64,
    /// Some servers give small pages: what one page holds elsewhere takes many here.
    pub(crate) page_bytes: Option<u64>,
    /// Some servers have a line to their devices, which says that something moved.
    pub(crate) pokes: bool,
}

/// What the server says.
pub(crate) struct Said {
    pub(crate) answer: Answer,
    pub(crate) cookie: CookieChange,
    pub(crate) heard: Heard,
}

/// What was asked and told, and to whom: for whoever checks.
pub(crate) enum Heard {
    Nothing,
    Pulled(Me, PullRequest, PullAnswer),
    Pushed(Me, Vec<Envelope>, PushAnswer),
}

impl From<Answer> for Said {
    fn from(answer: Answer) -> Self {
        Self { answer, cookie: CookieChange::Keep, heard: Heard::Nothing }
    }
}

fn json(status: u16, body: &impl Serialize) -> Answer {
    Answer { status, retry_after_ms: None, body: to_vec(body).unwrap_or_default() }
}

fn problem(status: u16, code: &str) -> Answer {
    let kind = "about:blank".to_owned();
    json(status, &Problem { kind, status, code: code.to_owned(), title: code.to_owned(), detail: None })
}

fn signed_out() -> Said {
    problem(401, "NOT_SIGNED_IN").into()
}

/// The statuses of `server/src/routes/push.rs`.
fn pushed(answer: &PushAnswer) -> Answer {
    let (status, retry_after_ms) = match answer {
        PushAnswer::Done(_) => (200, None),
        PushAnswer::Gap { .. } => (409, None),
        PushAnswer::HashMismatch { .. } => (422, None),
        PushAnswer::ForeignOutbox { .. } => (403, None),
        PushAnswer::Later { retry_after_ms, .. } => (503, Some(*retry_after_ms)),
    };
    Answer { retry_after_ms, ..json(status, answer) }
}

impl<B: Backend> Desk<B> {
    pub(crate) fn new(store: B, hub: HubId) -> Self {
        let (accounts, sessions, removed) = Default::default();
        Self {
            store,
            hub,
            accounts,
            sessions,
            removed,
            next_token: 1,
            keys: 0,
            away_until: 0,
            page_bytes: None,
            pokes: false,
        }
    }

    /// Answers a request.
    pub(crate) fn handle(&mut self, request: &Request, cookie: Option<u64>, now: Timestamp) -> Said {
        let body = request.body.as_deref().unwrap_or_default();
        match (request.method, request.path.as_str()) {
            (Method::Post, "/api/session") => return self.sign_in(body),
            (Method::Delete, "/api/session") => {
                cookie.map(|token| self.sessions.remove(&token));
                let answer = Answer { status: 204, ..Answer::default() };
                return Said { cookie: CookieChange::Clear, ..answer.into() };
            }
            _ => {}
        }
        let Some(me) = cookie.and_then(|token| self.me(token)) else { return signed_out() };
        if cookie.is_some_and(|token| self.removed.contains(&token)) {
            return problem(403, "DEVICE_REVOKED").into();
        }
        match (request.method, request.path.as_str()) {
            (Method::Post, "/sync/v1/hello") => match from_str::<HelloRequest>(body) {
                Ok(asked) => json(200, &hello(&asked, me, BUILD, now)).into(),
                Err(_) => problem(400, "MALFORMED").into(),
            },
            (Method::Post, "/sync/v1/push") => self.push(me, body, now),
            (Method::Post, "/sync/v1/pull") => self.pull(me, body, now),
            (Method::Get, path) => self.snapshot(&me, path).into(),
            _ => problem(404, "NOT_FOUND").into(),
        }
    }

    fn sign_in(&mut self, body: &str) -> Said {
        let asked: Option<SignInRequest> = from_str(body).ok();
        let known =
            asked.filter(|asked| self.accounts.get(&asked.email).is_some_and(|known| !known.disabled));
        let Some(asked) = known else { return problem(401, "BAD_CREDENTIALS").into() };
        let token = self.next_token;
        self.next_token += 1;
        self.sessions.insert(token, asked.email);
        let answer = Answer { status: 204, ..Answer::default() };
        Said { cookie: CookieChange::Set(token), ..answer.into() }
    }

    fn me(&self, token: u64) -> Option<Me> {
        let email = self.sessions.get(&token)?;
        let account = self.accounts.get(email).filter(|account| !account.disabled)?;
        let role = Role::Kitchen { hub: self.hub, site: account.site };
        let (name, place) = ("Cuisine".to_owned(), "Cuisine".to_owned());
        Some(Me {
            user: account.user,
            name,
            email: email.clone(),
            role,
            place,
            device: None,
            second_step_due: false,
        })
    }

    /// Ends the sessions that `chosen` says.
    pub(crate) fn end_sessions(&mut self, mut chosen: impl FnMut(u64) -> bool) {
        self.sessions.retain(|token, _| !chosen(*token));
    }

    /// The tablet with this session is let in no more. Whether it was.
    pub(crate) fn remove(&mut self, token: u64) -> bool {
        self.sessions.contains_key(&token) && self.removed.insert(token)
    }

    fn push(&self, me: Me, body: &str, now: Timestamp) -> Said {
        let Role::Kitchen { hub, site } = me.role else { return problem(403, "NO_RIGHT").into() };
        let Ok(batch) = from_str::<Batch>(body) else { return problem(400, "MALFORMED").into() };
        let who = KitchenSession { user: me.user, hub, site };
        let envelopes = batch.cmds.iter().filter_map(|raw| from_str(raw.get()).ok()).collect();
        match self.store.run(push(&self.store, &who, batch, now)) {
            Ok(answer) => {
                let said = pushed(&answer).into();
                Said { heard: Heard::Pushed(me, envelopes, answer), ..said }
            }
            Err(BadBatch::TooMany) => problem(413, "TOO_LARGE").into(),
            Err(BadBatch::Unnumbered) => problem(400, "MALFORMED").into(),
        }
    }

    fn pull(&self, me: Me, body: &str, now: Timestamp) -> Said {
        let Ok(mut asked) = from_str::<PullRequest>(body) else { return problem(400, "MALFORMED").into() };
        asked.max_bytes = asked.max_bytes.min(self.page_bytes).or(asked.max_bytes);
        match self.store.run(pull(&self.store, &me, &asked, now)) {
            Ok(answer) => {
                let said = json(200, &answer).into();
                Said { heard: Heard::Pulled(me, asked, answer), ..said }
            }
            Err(_) => problem(503, "BUSY").into(),
        }
    }

    fn snapshot(&self, me: &Me, path: &str) -> Answer {
        let named = path.strip_prefix("/sync/v1/snap/").and_then(|rest| rest.split_once('/'));
        let Some((scope, hash)) = named.map(|(scope, hash)| (Scope(scope.to_owned()), hash)) else {
            return problem(404, "NOT_FOUND");
        };
        if !rights::scopes(me.role).contains(&scope) {
            return problem(403, "NO_RIGHT");
        }
        match self.store.run(self.store.snapshot(&scope, hash)) {
            Some(body) => Answer { status: 200, retry_after_ms: None, body },
            None => problem(404, "NOT_FOUND"),
        }
    }

    /// What the server does by itself.
    pub(crate) fn jobs(&self, now: Timestamp) -> Result<(), StoreError> {
        self.store.run(jobs::once(&self.store, now))
    }

    /// The hub closes a cycle before its time.
    pub(crate) fn close(
        &self,
        cycle: domain::cycle::CycleId,
        now: Timestamp,
    ) -> Result<(), close_cycle::CloseError> {
        self.store.run(close_cycle::close(&self.store, self.hub, cycle, now)).map(drop)
    }

    /// The hub chooses on a ticket.
    pub(crate) fn settle(
        &self,
        ticket: TicketId,
        choice: Choice,
        now: Timestamp,
    ) -> Result<Settled, StoreError> {
        self.store.run(by_hub(&self.store, self.hub, ticket, choice, now))
    }
}

/// An identifier for the `n`th thing of a family.
pub(crate) fn id(family: u128, n: usize) -> Uuid {
    Uuid::from_u128(0x5349_4d00_0000_4000_8000_0000_0000_0000 | family << 32 | u128::try_from(n).unwrap_or(0))
}
