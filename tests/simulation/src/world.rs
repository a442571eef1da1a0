//! One world: a hub, kitchens with their tablets, a server, and the loop that lets one event happen after the other.

use std::{collections::BTreeSet, mem, rc::Rc};

use domain::{
    enterprise::Role,
    id::{HubId, SiteId, UserId},
    time::Timestamp,
};
use replica::{Replica, storage::sealing::Sealing};
use serde_json::from_str;
use server::store::memory::Failure;

use crate::{
    backend::Backend,
    cable::{self, Browser, DeviceCable},
    codes::all_open,
    core::{BREAKS, CookieChange, Core, Event, PageId, Sent},
    desk::{Account, BUILD, Desk, Heard, id},
    disk::{DeviceStorage, Disk, SharedDisk},
    fault::Fault,
    market::{self, Market, START},
    oracle::{Oracle, Said, held_by, said_by},
    page::{ClockSettings, DeviceChance, DeviceClock, Tab},
    policy::Listed,
    violation::Violation,
};

/// At most this many pages of one profile.
pub(crate) const PLACES: usize = 3;

/// Why nobody answers for what its person deleted.
pub(crate) const DELETED: &str = "deleted by its person at sign-out";

/// A browser's profile on a tablet.
pub(crate) struct Profile {
    pub(crate) disk: SharedDisk,
    pub(crate) browser: Rc<Browser>,
    pub(crate) clock: Rc<ClockSettings>,
    pub(crate) email: String,
    pub(crate) tabs: [Option<Tab>; PLACES],
    lives: u32,
    /// The server went back in time, and this device may not know it yet.
    pub(crate) behind: bool,
}

/// One world.
pub(crate) struct World<B: Backend> {
    pub(crate) core: Rc<Core>,
    pub(crate) desk: Desk<B>,
    pub(crate) market: Market,
    pub(crate) sites: Vec<SiteId>,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) oracle: Oracle,
    pub(crate) backups: Vec<B::Copy>,
    pub(crate) old_profiles: Vec<(usize, Disk)>,
    pub(crate) lives_of_store: u64,
    /// People act when it is their turn, and nothing happens by itself.
    pub(crate) takes_turns: bool,
    /// Where people are busy for a while, because something just happened there: their tablets see more of what is done.
    pub(crate) busy: Vec<usize>,
    /// Every list that was published, in order.
    pub(crate) listed: Vec<Listed>,
    pub(crate) before: crate::complete::Before,
    pub(crate) violation: Option<Violation>,
}

impl<B: Backend> World<B> {
    /// A world of its own, all of it drawn from the seed.
    pub(crate) fn new(seed: u64, store: B, told: bool) -> Self {
        let core = Core::new(seed, START, told);
        let hub = HubId(id(1, 0));
        let (market, terms) = core.chance(|chance| (Market::new(hub, chance), market::terms(chance)));
        let kitchens = 1 + core.chance(|chance| chance.below(4));
        let sites: Vec<_> = (0..kitchens).map(|n| market::site(hub, n)).collect();
        let mut desk = Desk::new(store, hub);
        desk.page_bytes = core.chance(|chance| chance.once_in(2).then(|| 700 << chance.below(6)));
        desk.pokes = core.chance(|chance| chance.once_in(2));
        let founded = desk.store.run(async {
            desk.store.create_hub(&market::card(hub), &terms).await?;
            for (n, site) in sites.iter().enumerate() {
                desk.store.create_site(site).await?;
                let role = Role::Kitchen { hub, site: site.id };
                desk.store.create_account(UserId(id(3, n)), &email(n), role).await?;
            }
            desk.store.publish(hub, &market.cycle, &market.list, Timestamp(START), true).await
        });
        let sites: Vec<_> = sites.iter().map(|site| site.id).collect();
        let mut world = Self {
            core,
            desk,
            market,
            sites,
            profiles: Vec::new(),
            oracle: Oracle::default(),
            backups: Vec::new(),
            old_profiles: Vec::new(),
            lives_of_store: 1,
            takes_turns: false,
            busy: Vec::new(),
            listed: Vec::new(),
            before: Default::default(),
            violation: None,
        };
        if let Err(error) = founded {
            world.broken(Violation::of("setup", format!("the world could not be made: {error}")));
        }
        world.note_list();
        world.furnish();
        world
    }

    fn furnish(&mut self) {
        for n in 0..self.sites.len() {
            let email = email(n);
            let (user, home) = (UserId(id(3, n)), self.sites[n]);
            self.desk.accounts.insert(email.clone(), Account { user, home, site: home, disabled: false });
            for _ in 0..=self.core.chance(|chance| chance.below(3)) {
                let (disk, browser, clock) = Default::default();
                let tabs = Default::default();
                self.profiles.push(Profile {
                    disk,
                    browser,
                    clock,
                    email: email.clone(),
                    tabs,
                    lives: 0,
                    behind: false,
                });
            }
        }
        for profile in 0..self.profiles.len() {
            self.open(profile, 0);
        }
        self.core.after(0, Event::Director);
        self.core.after(60_000, Event::Jobs);
    }

    pub(crate) fn broken(&mut self, violation: Violation) {
        self.core.tell(|| format!("VIOLATION {}: {}", violation.invariant, violation.what));
        self.violation.get_or_insert(violation);
    }

    /// Opens a page, unless one is open there.
    pub(crate) fn open(&mut self, profile: usize, place: usize) {
        let owner = &mut self.profiles[profile];
        if owner.tabs[place].is_some() {
            return;
        }
        owner.lives += 1;
        let page = PageId { profile, place, life: owner.lives };
        let core = &self.core;
        let replica = Replica::new(
            Sealing::of(DeviceStorage { core: Rc::clone(core), page }),
            DeviceCable { core: Rc::clone(core), page, browser: Rc::clone(&owner.browser) },
            DeviceClock { core: Rc::clone(core), settings: Rc::clone(&owner.clock) },
            DeviceChance(Rc::clone(core)),
            BUILD,
        );
        core.tell(|| format!("tablet {profile} opens page {place}, {}", inside(&owner.disk.borrow())));
        owner.tabs[place] = Some(Tab::open(core, page, replica, Rc::clone(&owner.disk)));
        self.poll(page);
    }

    /// Closes a page as a kill does: whatever it was waiting for never comes.
    pub(crate) fn kill(&mut self, profile: usize, place: usize) {
        self.profiles[profile].tabs[place] = None;
    }

    pub(crate) fn kill_all(&mut self, profile: usize) {
        (0..PLACES).for_each(|place| self.kill(profile, place));
    }

    pub(crate) fn tab(&mut self, page: PageId) -> Option<&mut Tab> {
        let tab = self.profiles.get_mut(page.profile)?.tabs[page.place].as_mut()?;
        (tab.page.id == page).then_some(tab)
    }

    /// Lets a page go on, and hears what its person was told.
    pub(crate) fn poll(&mut self, page: PageId) {
        let Some(tab) = self.tab(page) else { return };
        tab.poll();
        let (told, attempted) = (tab.page.told.take(), tab.page.attempted.take());
        let drawn_anew = tab.page.drawn_anew.take();
        tab.page.note_cache();
        self.oracle.attempted.extend(attempted);
        if drawn_anew {
            self.check_cards(page);
        }
        told.into_iter().for_each(|told| self.hear(page, told));
    }

    /// Lets one event happen.
    pub(crate) fn step(&mut self) {
        let Some(event) = self.core.next() else { return };
        match event {
            Event::Device { page, strict, work } => self.device(page, strict, work),
            Event::Durable { page, outbox_steps, tell } => {
                self.profiles[page.profile].disk.borrow_mut().flush_outbox(outbox_steps);
                tell();
                self.wake(page);
            }
            Event::Flush { profile } => self.profiles[profile].disk.borrow_mut().flush(),
            Event::Ring { page, slot } => {
                slot.set(());
                self.wake(page);
            }
            Event::Request(sent) => self.serve(&sent),
            Event::Reply { to, slot, answer, cookie } => {
                self.core.mix(answer.as_ref().map_or(1, |answer| u64::from(answer.status)));
                if self.tab(to).is_some() && slot.set(answer) {
                    let jar = &self.profiles[to.profile].browser.cookie;
                    match cookie {
                        CookieChange::Keep => {}
                        CookieChange::Set(token) => jar.set(Some(token)),
                        CookieChange::Clear => jar.set(None),
                    }
                    self.wake(to);
                }
            }
            Event::Poke { page } => {
                if let Some(tab) = self.tab(page) {
                    tab.page.nudge();
                }
                self.wake(page);
            }
            Event::Tell { from } => self.tell_tabs(from),
            Event::Director | Event::Jobs if self.takes_turns => {}
            Event::Director => self.direct(),
            Event::Jobs => self.jobs(),
        }
    }

    /// The pages of a kitchen hear that something of theirs moved, those of everybody when it is the list; where they have
    /// a line to the server.
    pub(crate) fn poke(&self, of: Option<SiteId>) {
        if self.takes_turns || !self.desk.pokes {
            return;
        }
        for page in self.open_pages() {
            let owner = &self.profiles[page.profile];
            let concerned = of.is_none_or(|site| self.desk.accounts[&owner.email].site == site);
            if concerned && self.core.now() >= owner.browser.offline_until.get() {
                let delay = self.core.chance(|chance| chance.between(5, 60));
                self.core.after(delay, Event::Poke { page });
            }
        }
    }

    /// Polls a page, or lets it sleep on when it is frozen.
    fn wake(&mut self, page: PageId) {
        let now = self.core.now();
        match self.tab(page) {
            Some(tab) if tab.frozen_until > now => {
                let rest = tab.frozen_until - now;
                let slot = crate::slot::Slot::new();
                self.core.after(rest, Event::Ring { page, slot });
            }
            Some(_) => self.poll(page),
            None => {}
        }
    }

    fn device(&mut self, page: PageId, strict: bool, work: crate::core::DeviceWork) {
        // A page that is gone asks nothing any more.
        if self.tab(page).is_none() {
            return;
        }
        let disk = Rc::clone(&self.profiles[page.profile].disk);
        let (tell, outbox_steps, flipped, back, deleted, forgotten) = {
            let mut disk = disk.borrow_mut();
            let tell = work(&mut disk);
            let (deleted, forgotten) = (mem::take(&mut disk.deleted), mem::take(&mut disk.forgotten));
            (tell, disk.steps_taken, disk.flipped.take(), disk.went_back.take(), deleted, forgotten)
        };
        self.check_forgotten(page, &forgotten);
        if !deleted.is_empty() {
            self.oracle.deleted.extend(deleted.iter().cloned());
            self.note_destroyed(deleted, DELETED);
        }
        if let Some(scope) = back {
            let what = format!("tablet {}: the cursor of {scope} went back", page.profile);
            self.broken(Violation::of("I8", what));
        }
        if let Some(name) = flipped {
            self.check_flip(page.profile, &name);
        }
        if strict {
            self.check_closed(page.profile);
            let delay = self.core.chance(|chance| chance.between(1, 12));
            self.core.after(delay, Event::Durable { page, outbox_steps, tell });
        } else {
            tell();
            let later = self.core.chance(|chance| chance.between(0, 5_000));
            self.core.after(later, Event::Flush { profile: page.profile });
            self.wake(page);
        }
    }

    fn tell_tabs(&mut self, from: PageId) {
        let others = (0..PLACES).filter(|place| *place != from.place);
        let pages: Vec<_> = others
            .filter_map(|place| Some(self.profiles[from.profile].tabs[place].as_ref()?.page.id))
            .collect();
        for page in pages {
            if let Some(tab) = self.tab(page) {
                tab.page.changed_elsewhere();
            }
            self.wake(page);
        }
    }

    fn serve(&mut self, sent: &Sent) {
        let now = self.core.now();
        if now < self.desk.away_until {
            return;
        }
        // Only a push writes.
        let strikes = |fault| sent.request.path.ends_with("push") && self.core.strikes(fault);
        let crash_before = strikes(Fault::CrashBeforeCommit);
        let temporary = crash_before || strikes(Fault::FailedWrite);
        if temporary || strikes(Fault::FaultyCommand) {
            let after = self.core.chance(|chance| chance.below(20) >> chance.below(3));
            let how = if temporary { Failure::Temporary } else { Failure::Lasting };
            self.desk.store.fail_after(u32::try_from(after).unwrap_or(0), how);
        }
        let said = self.desk.handle(&sent.request, sent.cookie, Timestamp(now));
        self.desk.store.stop_failing();
        self.core.tell(|| told_of(sent, &said.answer.body, said.answer.status));
        self.core.mix_bytes(&said.answer.body);
        match &said.heard {
            Heard::Nothing => {}
            Heard::Pulled(me, asked, answer) => {
                self.check_pull(me, asked, answer);
                self.break_between_pages(sent.from, answer);
            }
            Heard::Pushed(me, envelopes, answer) => self.check_push(me, envelopes, answer),
        }
        if crash_before || self.core.strikes(Fault::CrashAfterCommit) {
            self.crash();
            return;
        }
        cable::answer(&self.core, sent, said.answer, said.cookie);
    }

    pub(crate) fn crash(&mut self) {
        self.core.tell(|| format!("{BREAKS}the server dies"));
        if let Err(lost) = self.desk.store.crash() {
            self.broken(Violation::of("durability", lost));
        }
        self.desk.away_until = self.core.now() + self.core.chance(|chance| chance.between(100, 20_000));
    }

    fn jobs(&mut self) {
        let now = self.core.now();
        if now >= self.desk.away_until
            && let Err(error) = self.desk.jobs(Timestamp(now))
        {
            self.broken(Violation::of("jobs", format!("what runs by itself failed: {error}")));
        }
        let next = self.core.chance(|chance| 5_000 + chance.stretch(30 * 60_000));
        self.core.after(next, Event::Jobs);
    }

    /// What the server has an answer for.
    pub(crate) fn at_server(&self) -> BTreeSet<Said> {
        let receipts = self.desk.store.receipts();
        receipts.iter().filter_map(|(_, row)| said_by(&from_str(&row.command).ok()?)).collect()
    }

    /// Does something to a profile's disk that may destroy what it held, and notes what was lost by it.
    pub(crate) fn destroy(&mut self, profile: usize, why: &'static str, deed: impl FnOnce(&mut Disk)) {
        let before = held_by(&self.profiles[profile].disk.borrow());
        deed(&mut self.profiles[profile].disk.borrow_mut());
        self.note_destroyed(before, why);
    }

    pub(crate) fn note_destroyed(&mut self, before: BTreeSet<Said>, why: &'static str) {
        let mut elsewhere = BTreeSet::new();
        self.profiles.iter().for_each(|profile| elsewhere.extend(held_by(&profile.disk.borrow())));
        if before.iter().all(|said| elsewhere.contains(said)) {
            return;
        }
        let at_server = self.at_server();
        self.oracle.destroyed(&before, &elsewhere, &at_server, why);
    }

    /// The pages that are open and read their device.
    pub(crate) fn open_pages(&self) -> Vec<PageId> {
        let tabs = self.profiles.iter().flat_map(|profile| profile.tabs.iter().flatten());
        tabs.filter(|tab| tab.page.opened.get()).map(|tab| tab.page.id).collect()
    }

    /// Takes everything told so far out of the world; for the end of a run.
    pub(crate) fn take_violation(&mut self) -> Option<Violation> {
        mem::take(&mut self.violation)
    }
}

/// Where the cook of the `n`th kitchen signs in.
fn email(n: usize) -> String {
    format!("cuisine{n}@market.example")
}

/// What the story says of a disk.
fn inside(disk: &Disk) -> String {
    let outbox = all_open(&disk.outbox);
    let waiting = outbox.queue.commands.iter().map(|((_, m), entry)| {
        format!("{m}:{}", said_by(&entry.envelope).map_or_else(String::new, |said| said.name()))
    });
    format!("waiting {:?}, answered {}", waiting.collect::<Vec<_>>(), disk.outbox.sent.len())
}

/// What the story says of an exchange.
fn told_of(sent: &Sent, answer: &[u8], status: u16) -> String {
    let body = sent.request.body.as_deref().unwrap_or_default();
    let (tablet, path) = (sent.from.profile, &sent.request.path);
    let orders = orders_in(body);
    let answer: String = String::from_utf8_lossy(answer).chars().take(200).collect();
    if path.ends_with("push") {
        format!("tablet {tablet} pushes {orders} → {status} {answer}")
    } else {
        format!("tablet {tablet} {path} → {status}")
    }
}

fn orders_in(body: &str) -> String {
    let request: Option<domain::wire::PushRequest> = from_str(body).ok();
    let Some(request) = request else { return "something unreadable".into() };
    let said: Vec<_> = request
        .cmds
        .iter()
        .map(|envelope| {
            let name = said_by(envelope).map_or_else(|| envelope.k.clone(), |said| said.name());
            format!("{}:{name}", envelope.m)
        })
        .collect();
    format!("outbox {} [{}]", request.outbox, said.join(", "))
}
