//! The cable between a browser and the server, and everything that happens to messages on it.

use std::{cell::Cell, rc::Rc};

use replica::ports::{Answer, Network, Request, Unreachable};

use crate::{
    core::{Answered, CookieChange, Core, Event, PageId, Sent},
    fault::Fault,
    slot::Slot,
};

/// What a browser knows of its own connection and session.
#[derive(Default)]
pub(crate) struct Browser {
    pub(crate) cookie: Cell<Option<u64>>,
    pub(crate) offline_until: Cell<i64>,
}

/// A page's way to the server.
pub(crate) struct DeviceCable {
    pub(crate) core: Rc<Core>,
    pub(crate) page: PageId,
    pub(crate) browser: Rc<Browser>,
}

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

impl Network for DeviceCable {
    async fn exchange(&self, request: Request) -> Result<Answer, Unreachable> {
        let slot: Answered = Slot::new();
        let core = &self.core;
        if core.now() < self.browser.offline_until.get() {
            let nothing = Err(Unreachable("offline".into()));
            let (to, cookie) = (self.page, CookieChange::Keep);
            core.after(2, Event::Reply { to, slot: slot.clone(), answer: nothing, cookie });
            return slot.await;
        }
        let timeout = Err(Unreachable("no answer in time".into()));
        let reply =
            Event::Reply { to: self.page, slot: slot.clone(), answer: timeout, cookie: CookieChange::Keep };
        core.after(i64::from(request.timeout_ms), reply);
        let sent = Sent { from: self.page, request, cookie: self.browser.cookie.get(), slot: slot.clone() };
        self.depart(&sent);
        slot.await
    }
}

impl DeviceCable {
    fn depart(&self, sent: &Sent) {
        let core = &self.core;
        if core.strikes(Fault::Replayed) {
            let later = core.chance(|chance| chance.stretch(3 * DAY));
            core.after(later, Event::Request(deaf(sent)));
        }
        if core.strikes(Fault::Doubled) {
            core.after(latency(core), Event::Request(sent.clone()));
        }
        if let Some(answer) = in_between(core) {
            let (to, slot) = (sent.from, sent.slot.clone());
            let answer = Ok(answer);
            core.after(latency(core), Event::Reply { to, slot, answer, cookie: CookieChange::Keep });
            // It answers in the server's place, after the server took it or instead.
            if core.chance(|chance| chance.once_in(2)) {
                core.after(latency(core), Event::Request(deaf(sent)));
            }
            return;
        }
        if !core.strikes(Fault::LostRequest) {
            core.after(latency(core), Event::Request(sent.clone()));
        }
    }
}

/// The same request, whose answer nobody hears.
fn deaf(sent: &Sent) -> Sent {
    Sent { slot: Slot::new(), ..sent.clone() }
}

/// Sends the server's answer back.
pub(crate) fn answer(core: &Core, sent: &Sent, mut answer: Answer, cookie: CookieChange) {
    if core.strikes(Fault::LostReply) {
        return;
    }
    if core.strikes(Fault::Truncated) {
        let length = answer.body.len();
        answer.body.truncate(core.chance(|chance| chance.below(length)));
    }
    let (to, slot, answer) = (sent.from, sent.slot.clone(), Ok(answer));
    core.after(latency(core), Event::Reply { to, slot, answer, cookie });
}

fn in_between(core: &Core) -> Option<Answer> {
    if core.strikes(Fault::ForeignPage) {
        let page: &[u8] =
            if core.chance(|chance| chance.once_in(4)) { b"" } else { b"<html>Bienvenue</html>" };
        return Some(Answer { status: 200, retry_after_ms: None, body: page.to_vec() });
    }
    if core.strikes(Fault::ProxyError) {
        let status = core.chance(|chance| *chance.pick(&[413, 429, 502, 503, 504]).unwrap_or(&502));
        return Some(Answer { status, retry_after_ms: None, body: b"proxy".to_vec() });
    }
    None
}

fn latency(core: &Core) -> i64 {
    if core.strikes(Fault::Delayed) {
        // As often seconds, which two pages may cross in, as hours, which nobody waits for.
        return core.chance(|chance| {
            let most = (2 * 60 * MINUTE) >> chance.below(14);
            chance.between(0, most)
        });
    }
    core.chance(|chance| chance.between(5, 120))
}
