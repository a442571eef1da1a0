//! Faults stop, everybody looks at their screen: within a minute everything is acknowledged, and everybody sees the same.

use std::collections::BTreeSet;

use domain::{enterprise::Role, id::SiteId, time::Timestamp};
use replica::session::SessionState;

use crate::{
    backend::Backend,
    codes::still_closed,
    core::PageId,
    page::Tab,
    people::LONGEST_THOUGHT_MS,
    violation::Violation,
    world::{PLACES, World},
};

/// How long everything may take once nothing is in the way.
const PATIENCE_MS: i64 = 60_000;
/// The longest a page waits for an answer.
const LONGEST_TIMEOUT_MS: i64 = 90_000;
/// How often a person looks within that time.
const TRIES: i64 = 6;
/// The round under way when everybody looks may have begun before; the next has not.
const ROUNDS: u32 = 2;
/// Between two looks at the whole world while it comes to rest.
const LOOK_EVERY: u64 = 16;

impl<B: Backend> World<B> {
    /// Lets the world come to rest and checks all of it. How many steps it took.
    pub(crate) fn rest(&mut self) -> u64 {
        self.core.set_calm(true);
        self.busy.clear();
        self.core.tell(|| "calm: faults stop".to_owned());
        self.mend();
        // What a page asked before the last fault may take all of its timeout; the minute begins then.
        let mut steps = self.run_for(LONGEST_TIMEOUT_MS, |_| false);
        steps +=
            self.run_until(LONGEST_THOUGHT_MS, "people end what they had begun", Self::all_hands_are_free);
        steps += self
            .run_until(PATIENCE_MS, "a page opens", |world| world.open_pages().len() == world.profiles.len());
        self.look();
        steps += self.run_for(LONGEST_TIMEOUT_MS, |_| false);
        if self.violation.is_none() {
            self.check_left();
        }
        for turn in 0.. {
            let signing: Vec<_> =
                (0..self.profiles.len()).filter_map(|profile| self.kitchen_of(profile, turn)).collect();
            if signing.is_empty() || self.violation.is_some() {
                break;
            }
            steps += self.settle_down(&signing, "everything is acknowledged", Self::all_acknowledged);
        }
        self.jobs_at_rest();
        let due = self.desk.store.run(self.desk.store.due_cycles(Timestamp(self.core.now())));
        if due.map_or(true, |due| !due.is_empty()) {
            self.broken(Violation::of("I3", "a week whose time has come could not be closed".to_owned()));
        }
        let homes: Vec<_> = (0..self.profiles.len()).filter_map(|profile| self.home_of(profile)).collect();
        steps += self.settle_down(&homes, "all see the same (I4)", Self::all_up_to_date);
        if self.violation.is_none() {
            self.check_all();
        }
        for profile in &mut self.profiles {
            // A device that saw two lives of the server keeps answers of both; which it shows may change with them.
            profile.behind = self.lives_of_store > 1;
        }
        self.core.set_calm(false);
        steps
    }

    /// Everybody looks, until something holds.
    fn settle_down(
        &mut self,
        signing: &[(PageId, SiteId)],
        what: &'static str,
        holds: impl Fn(&Self) -> bool,
    ) -> u64 {
        self.look_anew();
        let mut steps = 0;
        for _ in 0..TRIES {
            // What arrives late, from a device that forgot it, is told by the next jobs.
            self.jobs_at_rest();
            // A person whom the screen asks to sign in again does so, as often as it asks.
            signing.iter().for_each(|(page, site)| self.enter(*page, *site));
            self.look();
            steps += self.run_for(PATIENCE_MS / TRIES, |world| world.are_in(signing) && holds(world));
            if self.are_in(signing) && holds(self) {
                return steps;
            }
        }
        steps + self.run_until(0, what, |world| world.are_in(signing) && holds(world))
    }

    /// What runs by itself on the server.
    fn jobs_at_rest(&mut self) {
        if let Err(error) = self.desk.jobs(Timestamp(self.core.now())) {
            self.broken(Violation::of("jobs", format!("what runs by itself failed: {error}")));
        }
    }

    /// Whether everybody is signed in for the kitchen they look at.
    fn are_in(&self, signing: &[(PageId, SiteId)]) -> bool {
        signing.iter().all(|(page, site)| self.is_in(*page, *site))
    }

    fn is_in(&self, page: PageId, site: SiteId) -> bool {
        let tab = self.profiles[page.profile].tabs[page.place].as_ref();
        let session = tab.filter(|tab| tab.page.id == page).map(|tab| tab.page.replica.session());
        match session {
            Some(SessionState::SignedIn(me)) => {
                let away = still_closed(&self.profiles[page.profile].disk.borrow(), site);
                !away && matches!(me.role, Role::Kitchen { site: of, .. } if of == site)
            }
            _ => false,
        }
    }

    /// From here on, rounds count anew.
    fn look_anew(&mut self) {
        let tabs = self.profiles.iter().flat_map(|profile| profile.tabs.iter().flatten());
        tabs.for_each(|tab| tab.page.rounds.set(0));
    }

    /// Everybody looks at the screen.
    fn look(&mut self) {
        for page in self.open_pages() {
            if let Some(tab) = self.tab(page) {
                tab.page.good_moment();
            }
            self.poll(page);
        }
    }

    fn mend(&mut self) {
        self.desk.away_until = 0;
        for account in self.desk.accounts.values_mut() {
            (account.disabled, account.site) = (false, account.home);
        }
        for profile in 0..self.profiles.len() {
            // Some start anew, some look at the page that was there all along.
            (1..PLACES).for_each(|place| self.kill(profile, place));
            let kept = self.profiles[profile].tabs[0].as_ref().is_some_and(|tab| tab.page.opened.get());
            if !kept || self.core.chance(|chance| chance.once_in(2)) {
                self.kill(profile, 0);
            }
            if let Some(tab) = &mut self.profiles[profile].tabs[0] {
                tab.frozen_until = 0;
                tab.page.visible.set(true);
                let page = tab.page.id;
                // It hears now what came while it was frozen.
                self.poll(page);
            }
            self.profiles[profile].browser.offline_until.set(0);
            self.profiles[profile].clock.stands_at.set(None);
            self.open(profile, 0);
        }
    }

    /// The kitchen whose cook looks at a tablet in this turn: each that left something on it, its own last.
    fn kitchen_of(&mut self, profile: usize, turn: usize) -> Option<(PageId, SiteId)> {
        let page = self.profiles[profile].tabs[0].as_ref()?.page.id;
        let home = self.desk.accounts[&self.profiles[profile].email].home;
        let disk = self.profiles[profile].disk.borrow();
        let waiting = disk.outbox.queue.commands.values();
        let entries = waiting.chain(disk.outbox.sent.values().map(|sent| &sent.entry));
        let others: BTreeSet<_> =
            entries.map(|entry| SiteId(entry.envelope.place.0)).filter(|site| *site != home).collect();
        let site = others.into_iter().chain([home]).nth(turn)?;
        Some((page, site))
    }

    fn home_of(&self, profile: usize) -> Option<(PageId, SiteId)> {
        let page = self.profiles[profile].tabs[0].as_ref()?.page.id;
        Some((page, self.desk.accounts[&self.profiles[profile].email].home))
    }

    fn enter(&mut self, page: PageId, site: SiteId) {
        let locked = self.tab(page).filter(|tab| tab.page.replica.session() == SessionState::Locked);
        if let Some(shown) = locked.map(|tab| tab.page.clone()) {
            return self.begin(page, shown.tries(true));
        }
        let signed_in = self.is_in(page, site);
        let email = self
            .desk
            .accounts
            .iter()
            .find(|(_, account)| account.home == site)
            .map(|(email, _)| email.clone());
        if let (false, Some(email)) = (signed_in, email) {
            self.sign_in(page, email);
        }
    }

    fn all_hands_are_free(&self) -> bool {
        !self.profiles.iter().flat_map(|profile| profile.tabs.iter().flatten()).any(Tab::is_in_hand)
    }

    /// Whether everybody is signed in and nothing of their kitchen waits.
    fn all_acknowledged(&self) -> bool {
        self.profiles.iter().flat_map(|profile| profile.tabs.iter().flatten()).all(|tab| {
            matches!(tab.page.replica.session(), SessionState::SignedIn(_))
                && tab.page.replica.pending_count() == 0
                && tab.page.rounds.get() >= ROUNDS
        })
    }

    fn all_up_to_date(&self) -> bool {
        self.profiles
            .iter()
            .flat_map(|profile| profile.tabs.iter().flatten())
            .all(|tab| tab.page.rounds.get() >= ROUNDS && self.is_up_to_date(&tab.page))
    }

    /// Lets time pass until something holds; a violation when it does not within `patience_ms`. How many steps it took.
    fn run_until(&mut self, patience_ms: i64, what: &'static str, holds: impl Fn(&Self) -> bool) -> u64 {
        let steps = self.run_for(patience_ms, &holds);
        if self.violation.is_none() && !holds(self) {
            let stuck = self.stuck();
            self.broken(Violation::about(
                "I11",
                format!("within a minute of calm, not yet: {what}; {stuck}"),
                self.waiting(),
            ));
        }
        steps
    }

    /// Lets time pass until something holds, `most_ms` at the most. How many steps it took.
    pub(crate) fn run_for(&mut self, most_ms: i64, holds: impl Fn(&Self) -> bool) -> u64 {
        let until = self.core.now() + most_ms;
        let mut steps = 0;
        while self.violation.is_none() && self.core.next_at().is_some_and(|at| at <= until) {
            if steps % LOOK_EVERY == 0 && holds(self) {
                break;
            }
            self.step();
            steps += 1;
        }
        steps
    }

    /// The pages that wait, and for what.
    fn stuck(&self) -> String {
        let pages = self.profiles.iter().flat_map(|profile| profile.tabs.iter().flatten());
        let waiting =
            pages.filter(|tab| tab.page.replica.pending_count() > 0 || !self.is_up_to_date(&tab.page));
        let told: Vec<_> = waiting
            .map(|tab| {
                let (page, pending) = (&tab.page, tab.page.replica.pending_count());
                let session = matches!(page.replica.session(), SessionState::SignedIn(_));
                format!(
                    "tablet {}: {pending} wait, signed in {session}, differs: {}",
                    page.id.profile,
                    self.difference(page)
                )
            })
            .collect();
        told.join("; ")
    }

    fn waiting(&self) -> Vec<String> {
        let disks = self.profiles.iter().map(|profile| profile.disk.borrow());
        disks
            .flat_map(|disk| {
                disk.outbox.queue.commands.keys().map(|(outbox, _)| outbox.to_string()).collect::<Vec<_>>()
            })
            .collect()
    }
}
