//! Faults stop, everybody looks at their screen: within a minute everything is acknowledged, and everybody sees the same.

use std::collections::BTreeSet;

use domain::{enterprise::Role, id::SiteId, time::Timestamp};
use replica::session::SessionState;

use crate::{backend::Backend, core::PageId, violation::Violation, world::World};

/// How long everything may take once nothing is in the way.
const PATIENCE_MS: i64 = 60_000;

impl<B: Backend> World<B> {
    /// Lets the world come to rest and checks all of it. How many steps it took.
    pub(crate) fn rest(&mut self) -> u64 {
        self.core.set_calm(true);
        self.core.tell(|| "calm: faults stop".to_owned());
        self.mend();
        let mut steps = self
            .run_until(PATIENCE_MS, "a page opens", |world| world.open_pages().len() == world.profiles.len());
        for turn in 0..=self.sites.len() {
            let signing: Vec<_> =
                (0..self.profiles.len()).filter_map(|profile| self.kitchen_of(profile, turn)).collect();
            if turn > 0 && signing.is_empty() {
                break;
            }
            for (page, site) in signing {
                self.enter(page, site);
            }
            steps += self.run_until(PATIENCE_MS, "everything is acknowledged (I11)", Self::all_acknowledged);
        }
        if let Err(error) = self.desk.jobs(Timestamp(self.core.now())) {
            self.broken(Violation::of("jobs", format!("what runs by itself failed: {error}")));
        }
        for page in self.open_pages() {
            if let Some(tab) = self.tab(page) {
                tab.page.good_moment();
            }
            self.poll(page);
        }
        steps += self.run_until(PATIENCE_MS, "all see the same (I4)", Self::all_up_to_date);
        if self.violation.is_none() {
            self.check_all();
        }
        self.core.set_calm(false);
        steps
    }

    fn mend(&mut self) {
        self.desk.away_until = 0;
        for account in self.desk.accounts.values_mut() {
            (account.disabled, account.site) = (false, account.home);
        }
        for profile in 0..self.profiles.len() {
            self.kill_all(profile);
            self.profiles[profile].browser.offline_until.set(0);
            self.profiles[profile].clock.stands_at.set(None);
            self.open(profile, 0);
        }
    }

    /// The kitchen whose cook looks at a tablet in this turn: its own first, then each that left something sealed on it.
    fn kitchen_of(&mut self, profile: usize, turn: usize) -> Option<(PageId, SiteId)> {
        let page = self.profiles[profile].tabs[0].as_ref()?.page.id;
        let home = self.desk.accounts[&self.profiles[profile].email].home;
        if turn == 0 {
            return Some((page, home));
        }
        let disk = self.profiles[profile].disk.borrow();
        let sealed: BTreeSet<_> =
            disk.outbox.queue.commands.values().map(|entry| entry.envelope.site).collect();
        sealed.into_iter().next().map(|site| (page, site))
    }

    fn enter(&mut self, page: PageId, site: SiteId) {
        let Some(tab) = self.tab(page) else { return };
        let signed_in = match tab.page.replica.session() {
            SessionState::SignedIn(me) => matches!(me.role, Role::Kitchen { site: of, .. } if of == site),
            _ => false,
        };
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

    /// Whether everybody is signed in and nothing of their kitchen waits.
    fn all_acknowledged(&self) -> bool {
        self.profiles.iter().flat_map(|profile| profile.tabs.iter().flatten()).all(|tab| {
            matches!(tab.page.replica.session(), SessionState::SignedIn(_))
                && tab.page.replica.pending_count() == 0
        })
    }

    fn all_up_to_date(&self) -> bool {
        self.profiles
            .iter()
            .flat_map(|profile| profile.tabs.iter().flatten())
            .all(|tab| self.is_up_to_date(&tab.page))
    }

    /// Lets time pass until something holds; a violation when it does not within `patience_ms`. How many steps it took.
    fn run_until(&mut self, patience_ms: i64, what: &'static str, holds: impl Fn(&Self) -> bool) -> u64 {
        let until = self.core.now() + patience_ms;
        let mut steps = 0;
        while !holds(self) {
            if self.violation.is_some() {
                return steps;
            }
            if self.core.next_at().is_none_or(|at| at > until) {
                let stuck = self.stuck();
                self.broken(Violation::about(
                    "I11",
                    format!("within a minute of calm, not yet: {what}; {stuck}"),
                    self.waiting(),
                ));
                return steps;
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
