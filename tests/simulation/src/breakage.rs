//! What breaks, and how: one fault, one deed.

use domain::wire::PullAnswer;

use crate::{
    backend::Backend,
    checks::goes_on,
    core::{BREAKS, PageId},
    director::{HOUR, MINUTE},
    fault::Fault,
    world::World,
};

impl<B: Backend> World<B> {
    pub(crate) fn strike(&mut self, fault: Fault) {
        let profile = self.any_profile();
        if self.carry_out(fault, profile) {
            self.core.tell(|| format!("{BREAKS}{} (tablet {profile})", fault.name()));
            self.core.count(fault);
        }
    }

    /// Whether there was something to strike.
    fn carry_out(&mut self, fault: Fault, profile: usize) -> bool {
        let now = self.core.now();
        match fault {
            Fault::TabKilled => match self.any_page() {
                Some(page) => self.kill(page.profile, page.place),
                None => return false,
            },
            Fault::BrowserKilled => self.kill_all(profile),
            Fault::PowerCut => {
                self.kill_all(profile);
                let (outbox, cache) = self.profiles[profile].disk.borrow().unflushed();
                let kept = self.core.chance(|chance| (chance.below(outbox + 1), chance.below(cache + 1)));
                // Nothing excuses what was shown as recorded.
                self.profiles[profile].disk.borrow_mut().cut_power(kept.0, kept.1);
            }
            Fault::Frozen => match self.any_page() {
                Some(page) => {
                    let until = now + self.core.chance(|chance| chance.stretch(30 * MINUTE));
                    if let Some(tab) = self.tab(page) {
                        tab.frozen_until = until;
                    }
                }
                None => return false,
            },
            Fault::Evicted => {
                self.kill_all(profile);
                self.profiles[profile].browser.cookie.set(None);
                self.destroy(profile, "evicted", |disk| *disk = Default::default());
            }
            Fault::RolledBack => return self.roll_back(profile),
            Fault::Cloned => return self.clone_profile(profile),
            Fault::CacheDamaged => return self.damage_cache(profile),
            Fault::RecordDamaged => return self.damage_record(),
            Fault::Offline => {
                self.busy = vec![profile];
                let until = now + self.core.chance(|chance| chance.stretch(10 * HOUR));
                self.profiles[profile].browser.offline_until.set(until);
            }
            Fault::ClockJumped => {
                let skew = self.any_skew();
                self.profiles[profile].clock.skew_ms.set(skew);
            }
            Fault::ClockFrozen => self.stop_clock(profile),
            Fault::ServerDown => {
                self.desk.away_until = now + self.core.chance(|chance| chance.stretch(2 * HOUR));
            }
            Fault::Restored => return self.restore(),
            Fault::SessionEnded => {
                let one_in = self.core.chance(|chance| 1 + chance.below(3));
                let core = &self.core;
                self.desk.end_sessions(|_| core.chance(|chance| chance.once_in(one_in)));
            }
            Fault::AccountDisabled => {
                let account = self.any_account();
                account.disabled = !account.disabled;
            }
            Fault::AccountMoved => {
                let sites = self.sites.clone();
                let to = self.core.chance(|chance| chance.pick(&sites).copied());
                if let Some(to) = to {
                    let email = self.profiles[profile].email.clone();
                    self.busy =
                        (0..self.profiles.len()).filter(|n| self.profiles[*n].email == email).collect();
                    self.desk.accounts.entry(email).and_modify(|account| account.site = to);
                }
                // Somewhere a tablet turns to another kitchen's cache, and back.
                self.profiles.iter_mut().for_each(|profile| profile.behind = true);
            }
            Fault::Removed => return self.remove(profile),
            Fault::Locked => match self.any_page() {
                Some(page) => return self.codes(page),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// The kitchen lets a tablet in no more: one with something that waits, where there is one.
    fn remove(&mut self, profile: usize) -> bool {
        let waits = |n: &usize| !self.profiles[*n].disk.borrow().outbox.queue.commands.is_empty();
        let profile = (0..self.profiles.len()).find(waits).unwrap_or(profile);
        let cookie = self.profiles[profile].browser.cookie.get();
        self.busy = vec![profile];
        cookie.is_some_and(|token| self.desk.remove(token))
    }

    /// As often seconds as years.
    pub(crate) fn any_skew(&self) -> i64 {
        let ten_years = 3_653 * 24 * HOUR;
        self.core.chance(|chance| {
            let most = ten_years >> (2 * chance.below(12));
            chance.between(-most, most)
        })
    }

    /// Stops a clock, or lets it go on.
    pub(crate) fn stop_clock(&self, profile: usize) {
        let stands = &self.profiles[profile].clock.stands_at;
        stands.set(if stands.get().is_some() { None } else { Some(self.core.now()) });
    }

    fn any_account(&mut self) -> &mut crate::desk::Account {
        let at = self.core.chance(|chance| chance.below(self.desk.accounts.len()));
        self.desk.accounts.values_mut().nth(at).unwrap_or_else(|| unreachable!("there is one"))
    }

    fn roll_back(&mut self, profile: usize) -> bool {
        let at = self.old_profiles.iter().position(|(of, _)| *of == profile);
        let Some(at) = at.filter(|_| self.core.chance(|chance| chance.once_in(2))) else {
            let mut copy = self.profiles[profile].disk.borrow().clone();
            copy.flush();
            self.old_profiles.push((profile, copy));
            return false;
        };
        let (_, copy) = self.old_profiles.swap_remove(at);
        self.kill_all(profile);
        self.destroy(profile, "an old profile took its place", |disk| *disk = copy);
        self.busy = vec![profile];
        true
    }

    fn clone_profile(&mut self, from: usize) -> bool {
        // Tablets are set up by copying one within a kitchen, not across.
        let own = |to: &usize| *to != from && self.profiles[*to].email == self.profiles[from].email;
        let others: Vec<_> = (0..self.profiles.len()).filter(own).collect();
        let Some(to) = self.core.chance(|chance| chance.pick(&others).copied()) else { return false };
        let mut copy = self.profiles[from].disk.borrow().clone();
        copy.flush();
        self.kill_all(to);
        self.destroy(to, "a copy of another profile took its place", |disk| *disk = copy);
        // Both are used from now on, the one as if it were the other; or the copy waits in a drawer first.
        self.busy = vec![from, to];
        self.open(to, 0);
        if self.core.chance(|chance| chance.once_in(3)) {
            let until = self.core.now() + self.core.chance(|chance| chance.stretch(6 * HOUR));
            self.profiles[to].browser.offline_until.set(until);
        }
        true
    }

    fn damage_cache(&mut self, profile: usize) -> bool {
        self.kill_all(profile);
        let how = self.core.chance(|chance| chance.below(8));
        let at = self.core.chance(|chance| chance.below(1_000_000));
        let mut disk = self.profiles[profile].disk.borrow_mut();
        let any = !disk.caches.is_empty();
        disk.damage(|_, caches| {
            for cache in caches.values_mut() {
                match how {
                    0 => cache.snapshots.values_mut().for_each(|bytes| bytes.truncate(bytes.len() / 2)),
                    1..4 => cache.snapshots.values_mut().for_each(|bytes| change_a_digit(bytes, at)),
                    4 => cache.snapshots.clear(),
                    5 | 6 => {
                        let row = cache.entities.keys().nth(at % cache.entities.len().max(1)).cloned();
                        row.map(|row| cache.entities.remove(&row));
                    }
                    _ => *cache = Default::default(),
                }
            }
        });
        drop(disk);
        // It is looked at right away, often where the network is poor.
        if self.core.chance(|chance| chance.once_in(2)) {
            let until = self.core.now() + self.core.chance(|chance| chance.stretch(2 * MINUTE));
            self.profiles[profile].browser.offline_until.set(until);
        }
        self.open(profile, 0);
        any
    }

    /// Damage shows where much waits.
    fn damage_record(&mut self) -> bool {
        let waits = |n: usize| self.profiles[n].disk.borrow().outbox.queue.commands.len();
        let Some(profile) = (0..self.profiles.len()).max_by_key(|n| waits(*n)) else { return false };
        let waiting = waits(profile);
        if waiting == 0 {
            return false;
        }
        self.kill_all(profile);
        let at = self.core.chance(|chance| chance.below(waiting));
        self.destroy(profile, "its record was damaged", |disk| {
            disk.damage(|outbox, _| {
                let key = outbox.queue.commands.keys().nth(at).copied();
                if let Some(key) = key {
                    outbox.queue.commands.remove(&key);
                    outbox.unreadable += 1;
                }
            });
        });
        true
    }

    fn restore(&mut self) -> bool {
        let copies = self.backups.len();
        if copies == 0 || self.core.chance(|chance| chance.once_in(2)) {
            self.backups.push(self.desk.store.backup());
            if self.backups.len() > 2 {
                self.backups.remove(0);
            }
            return false;
        }
        let copy = self.backups.swap_remove(self.core.chance(|chance| chance.below(copies)));
        self.come_back_from(&copy);
        true
    }

    /// Where the server may come back from a copy, it does so more often between two pages of what a tablet reads.
    /// It is back at once: the tablet goes on reading.
    pub(crate) fn break_between_pages(&mut self, from: PageId, answer: &PullAnswer) {
        let may = !self.core.is_calm() && self.core.rate(Fault::Restored) > 0 && !self.backups.is_empty();
        let told = answer.scopes.values().any(goes_on) && !answer.receipts.is_empty();
        if may && told && self.core.chance(|chance| chance.once_in(2)) {
            let copy = self.backups.remove(0);
            self.come_back_from(&copy);
            self.desk.away_until = 0;
            self.profiles[from.profile].browser.offline_until.set(0);
            self.core.tell(|| format!("{BREAKS}{} between two pages", Fault::Restored.name()));
            self.core.count(Fault::Restored);
        }
    }

    /// The server begins a new life with what a copy holds. Where it broke down, some tablets have no network either, and
    /// come back when it has long gone on.
    fn come_back_from(&mut self, copy: &B::Copy) {
        self.lives_of_store += 1;
        self.desk.store.restore(copy, self.lives_of_store);
        self.before = Default::default();
        self.profiles.iter_mut().for_each(|profile| profile.behind = true);
        let at_server = self.at_server();
        self.oracle.server_went_back(&at_server, "only the server had it, and its backup did not");
        let now = self.core.now();
        self.desk.away_until = now + 2_000;
        for profile in &self.profiles {
            if self.core.chance(|chance| chance.once_in(2)) {
                profile.browser.offline_until.set(now + self.core.chance(|chance| chance.stretch(4 * HOUR)));
            }
        }
    }
}

/// One digit somewhere becomes another: what is read back is sound to the eye, and wrong.
fn change_a_digit(bytes: &mut [u8], at: usize) {
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    if let Some(digit) = bytes.iter_mut().filter(|byte| byte.is_ascii_digit()).nth(at % digits.max(1)) {
        *digit = if *digit == b'1' { b'2' } else { b'1' };
    }
}
