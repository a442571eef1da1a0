//! What must hold at every step: cheap to look at.

use std::rc::Rc;

use domain::{
    command::Envelope,
    enterprise::Role,
    receipt::{Outcome, Reason},
    time::Timestamp,
    wire::{Me, PullAnswer, PullRequest, PushAnswer, PushDone, Scope, ScopePatch},
};
use replica::{
    cache::{CacheContents, CacheName},
    outbox::Entry,
    view::{EntryLines, OrderEntry, SendState},
};

use crate::{
    backend::Backend,
    codes::{all_open, open_cache},
    core::PageId,
    oracle::{Said, is_withdrawn, said_by},
    violation::Violation,
    world::World,
};

/// The shortest pause there is, and a person who taps all the time, stay far below.
const MOST_ROUNDS_A_MINUTE: u32 = 300;
/// A tablet can say again what it said within this time, should the server be set back.
const ANSWERS_KEPT_MS: i64 = 35 * 24 * 3_600_000;

/// Once the server has it, it never goes back to being on the tablet only; once it is withdrawn, that is final, whatever
/// else was sent for the same draft and has to be looked at.
fn stage(card: &OrderEntry) -> u8 {
    match &card.state {
        _ if is_withdrawn(card) => 3,
        SendState::Saved | SendState::Waiting { .. } | SendState::Sending => 0,
        SendState::Refused { .. } | SendState::ToCheck { number: None, .. } => 1,
        SendState::ToCheck { number: Some(_), .. } | SendState::Received { .. } => 2,
        SendState::Withdrawn { .. } => 3,
    }
}

fn order_of(outcome: &Outcome) -> Option<domain::id::OrderId> {
    match outcome {
        Outcome::Applied { order, dup_of } => order.or(*dup_of),
        Outcome::Adjusted { order, .. } => Some(*order),
        Outcome::Parked { order, .. } => *order,
        Outcome::Refused { .. } => None,
    }
}

/// Whether more of a scope follows on another page.
pub(crate) fn goes_on(patch: &ScopePatch) -> bool {
    matches!(patch, ScopePatch::Delta { more: true, .. } | ScopePatch::Reset { more: true, .. })
}

/// A card that is not of the kitchen of whoever looks.
fn foreign_card(me: Option<&Me>, orders: &[OrderEntry]) -> Option<String> {
    let site = match me?.role {
        Role::Kitchen { site, .. } => Some(site),
        Role::Producer { .. } | Role::Hub { .. } | Role::Authority { .. } => None,
    };
    let foreign = orders.iter().find(|entry| match &entry.lines {
        EntryLines::Submitted(submission) => Some(submission.site) != site,
        EntryLines::Accepted(order) => Some(order.site) != site,
    });
    foreign.map(|entry| entry.code.clone())
}

impl<B: Backend> World<B> {
    /// A device has just shown a new view.
    pub(crate) fn check_flip(&mut self, profile: usize, name: &CacheName) {
        let found = {
            let disk = self.profiles[profile].disk.borrow();
            disk.caches.get(name).and_then(|cache| self.fault_of_view(name, &open_cache(cache)))
        };
        if let Some((invariant, what)) = found {
            self.broken(Violation::of(invariant, format!("tablet {profile}: {what}")));
        }
    }

    fn fault_of_view(&self, name: &CacheName, cache: &CacheContents) -> Option<(&'static str, String)> {
        let own = self.sites.iter().find(|site| name.as_str() == format!("cache-v1-site-{site}"));
        let allowed = [Some(self.catalog_scope()), own.map(|site| Scope::site(*site))];
        let foreign = |scope: &&Scope| !allowed.contains(&Some((*scope).clone()));
        let held = cache.head.scopes.keys().chain(cache.entities.keys().map(|key| &key.scope));
        if let Some(scope) = held.chain(cache.log.keys().map(|(scope, _)| scope)).find(foreign) {
            return Some(("I9", format!("{name} holds rows of {scope}")));
        }
        let has = |kind: &str, id: String| cache.entities.keys().any(|key| key.kind == kind && key.id == id);
        for (outbox, applied) in &cache.head.applied {
            for receipt in &applied.receipts {
                let order = order_of(&receipt.outcome).map(|id| id.to_string());
                if receipt.m > applied.last || order.is_some_and(|id| !has("order", id)) {
                    return Some((
                        "I6",
                        format!("command {} of {outbox} is acknowledged, its order is not there", receipt.m),
                    ));
                }
                if let Outcome::Parked { ticket, .. } = &receipt.outcome
                    && !has("ticket", ticket.to_string())
                {
                    return Some((
                        "I6",
                        format!("command {} of {outbox} is put aside, its ticket is not there", receipt.m),
                    ));
                }
            }
        }
        None
    }

    /// The server has just told changes.
    pub(crate) fn check_pull(&mut self, me: &Me, asked: &PullRequest, answer: &PullAnswer) {
        let Role::Kitchen { hub, site } = me.role else { return };
        let allowed = [Scope::catalog(hub), Scope::site(site)];
        let site = Scope::site(site);
        if answer.scopes.get(&site).is_some_and(goes_on) && !answer.receipts.is_empty() {
            let what = format!("{} is told what became of commands before their rows", me.email);
            return self.broken(Violation::of("I6", what));
        }
        for (scope, patch) in &answer.scopes {
            let told = !matches!(patch, ScopePatch::Forbidden);
            if told && !allowed.contains(scope) {
                let what = format!("{} was told of {scope}", me.email);
                return self.broken(Violation::of("I9", what));
            }
            if let ScopePatch::Delta { ops, cursor, .. } = patch {
                let from = asked.cursors.get(scope).copied().flatten().map_or(0, |cursor| cursor.seq);
                let mut last = from;
                for op in ops {
                    if op.seq <= last || op.seq > cursor.seq {
                        let what = format!("{scope}: {} after {last}, cursor {}", op.seq, cursor.seq);
                        return self.broken(Violation::of("I8", what));
                    }
                    last = op.seq;
                }
            }
        }
    }

    /// The server has just answered what a tablet pushed.
    pub(crate) fn check_push(&mut self, me: &Me, envelopes: &[Envelope], answer: &PushAnswer) {
        let Role::Kitchen { site, .. } = me.role else { return };
        let receipts = match answer {
            PushAnswer::Done(PushDone { results, .. })
            | PushAnswer::Gap { results, .. }
            | PushAnswer::Later { results, .. } => results,
            PushAnswer::HashMismatch { .. } | PushAnswer::ForeignOutbox { .. } => return,
        };
        for receipt in receipts.iter().filter(|receipt| !receipt.dup) {
            let foreign =
                envelopes.iter().any(|envelope| envelope.m == receipt.m && envelope.place != site.into());
            if foreign && receipt.outcome != (Outcome::Refused { code: Reason::NoRight }) {
                let what = format!("{} ordered for another kitchen: {:?}", me.email, receipt.outcome);
                return self.broken(Violation::of("I9", what));
            }
        }
        if receipts.iter().any(|receipt| !receipt.dup) {
            self.watch();
            self.poke(Some(site));
        }
    }

    /// A tablet keeps what was answered for a while, whatever its own clock says.
    pub(crate) fn check_forgotten(&mut self, page: PageId, received: &[Timestamp]) {
        let kept_from = self.core.now() - ANSWERS_KEPT_MS;
        if received.iter().any(|at| at.0 > kept_from) {
            let what = format!("tablet {} forgets answers before their time", page.profile);
            self.broken(Violation::of("I1", what));
        }
    }

    /// A tablet that fails does not knock without pause.
    pub(crate) fn check_storm(&mut self, page: PageId) {
        let Some(tab) = self.tab(page) else { return };
        let rounds = tab.page.rounds_this_minute();
        if rounds > MOST_ROUNDS_A_MINUTE {
            let what = format!("tablet {} knocks without pause", page.profile);
            self.broken(Violation::of("I11", what));
        }
    }

    /// A screen shows nothing of another kitchen.
    pub(crate) fn check_cards(&mut self, page: PageId) {
        let Some(tab) = self.tab(page) else { return };
        let replica = &tab.page.replica;
        if let Some(code) = foreign_card(replica.session().me(), &replica.view().orders) {
            let what = format!("tablet {} shows {code}, which is another kitchen's", page.profile);
            self.broken(Violation::about("I9", what, [code]));
        }
    }

    /// What its tab knows to wait is what a screen shows.
    pub(crate) fn check_waiting(&mut self, page: PageId) {
        let Some(tab) = self.tab(page) else { return };
        let replica = &tab.page.replica;
        if replica.view().pending != replica.pending_count() {
            let what = format!("tablet {} does not show what it knows to wait", page.profile);
            self.broken(Violation::of("I5", what));
        }
    }

    /// A change that was just recorded and waits is on its order's card.
    pub(crate) fn check_change_shown(&mut self, page: PageId, said: &Said) {
        let disk = Rc::clone(&self.profiles[page.profile].disk);
        let Some(tab) = self.tab(page) else { return };
        let name = tab.page.replica.cache_name();
        let disk = disk.borrow();
        let cache = name.and_then(|name| disk.caches.get(&name));
        let answered = |entry: &Entry| {
            let applied = cache.and_then(|cache| cache.head.applied.get(&entry.outbox));
            applied.is_some_and(|applied| entry.envelope.m <= applied.last)
        };
        let outbox = all_open(&disk.outbox);
        let mut waiting = outbox.queue.commands.values().filter(|entry| !answered(entry));
        let waits = waiting.any(|entry| said_by(&entry.envelope).as_ref() == Some(said));
        let cards = tab.page.replica.view().orders;
        let shown = |card: &&OrderEntry| match (&card.lines, said) {
            (EntryLines::Accepted(order), Said::Withdrawal { order: of, .. }) => order.id == *of,
            (_, Said::Amendment { draft, .. }) => card.draft == *draft,
            _ => false,
        };
        let card = cards.iter().find(shown);
        let silent = waits && card.is_some_and(|card| card.changes.is_empty());
        if silent {
            let what = format!("tablet {} recorded {} and does not show it", page.profile, said.name());
            self.broken(Violation::about("I5", what, [said.name()]));
        }
    }

    /// Nothing un-submits on a screen.
    pub(crate) fn check_monotone(&mut self, page: PageId) {
        if self.profiles[page.profile].behind {
            return;
        }
        let Some(tab) = self.tab(page) else { return };
        let mut furthest = tab.page.furthest.borrow_mut();
        let orders = tab.page.replica.view().orders;
        let mut back = None;
        for entry in &orders {
            let now = stage(entry);
            let before = furthest.entry(entry.draft).or_default();
            if *before >= 2 && now < *before {
                back = Some((entry.code.clone(), format!("{:?}", entry.state)));
            }
            *before = now.max(*before);
        }
        // Somebody else signs in under it: what the server told of its kitchen had to leave.
        if back.is_some() && !tab.page.holds_its_kitchen() {
            furthest.clear();
            return;
        }
        drop(furthest);
        if let Some((code, state)) = back {
            let what = format!("tablet {}: {code} went back to {state}", page.profile);
            let tablet = format!("tablet {} ", page.profile);
            self.broken(Violation::about("I7", what, [code, tablet]));
        }
    }
}
