//! What happens next: something breaks, somebody does something, the hub changes its list; then a while passes.

use domain::{
    ticket::{Ticket, TicketState},
    time::Timestamp,
    wire::Scope,
};

use crate::{
    backend::Backend,
    core::{Event, PageId},
    fault::{Fault, Kind},
    world::{PLACES, World},
};

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// Where a ticket stands among those one may choose from: whatever its name, which holds a hash.
pub(crate) fn in_order(ticket: &Ticket) -> String {
    format!("{} {:?} {:?} {:?}", ticket.site, ticket.cycle, ticket.reason, ticket.subject)
}

impl<B: Backend> World<B> {
    /// One thing happens, and the next is planned.
    pub(crate) fn direct(&mut self) {
        if !self.core.is_calm() {
            let events = |fault: &Fault| matches!(fault.kind(), Kind::Event | Kind::Uncommon | Kind::Seldom);
            for fault in Fault::ALL.iter().copied().filter(events) {
                if self.core.chance(|chance| chance.happens(self.core.rate(fault))) {
                    self.strike(fault);
                }
            }
            self.person_acts();
        }
        let pause = self.core.chance(|chance| match chance.below(40) {
            0..34 => chance.between(20, 3_000),
            34..38 => chance.between(3_000, MINUTE),
            38 => -2,
            _ => -1,
        });
        let pause = match pause {
            ..0 if self.core.is_calm() => MINUTE,
            -2 => self.quiet(),
            ..0 => self.night(),
            pause => pause,
        };
        self.core.after(pause, Event::Director);
    }

    /// Nobody looks at a screen for up to half an hour.
    fn quiet(&mut self) -> i64 {
        let tabs = self.profiles.iter().flat_map(|profile| profile.tabs.iter().flatten());
        tabs.for_each(|tab| tab.page.visible.set(false));
        self.core.chance(|chance| chance.stretch(30 * MINUTE))
    }

    /// Most pages are closed and hours pass.
    fn night(&mut self) -> i64 {
        self.busy.clear();
        for profile in 0..self.profiles.len() {
            for place in 0..PLACES {
                if !self.core.chance(|chance| chance.once_in(24)) {
                    self.kill(profile, place);
                } else if let Some(tab) = &self.profiles[profile].tabs[place] {
                    tab.page.visible.set(false);
                }
            }
        }
        self.core.chance(|chance| chance.stretch(30 * HOUR))
    }

    pub(crate) fn any_profile(&self) -> usize {
        self.core.chance(|chance| chance.below(self.profiles.len()))
    }

    pub(crate) fn any_page(&self) -> Option<PageId> {
        let pages = self.open_pages();
        let busy: Vec<_> = pages.iter().filter(|page| self.busy.contains(&page.profile)).copied().collect();
        self.core.chance(|chance| {
            let among = if !busy.is_empty() && chance.once_in(2) { &busy } else { &pages };
            chance.pick(among).copied()
        })
    }

    pub(crate) fn hub_changes_its_list(&mut self) {
        let now = self.core.now();
        if now < self.desk.away_until {
            return;
        }
        // Sometimes the hub closes before its time.
        if self.core.chance(|chance| chance.once_in(40)) {
            let _ = self.desk.close(self.market.cycle.id, Timestamp(now));
        }
        let over = now > self.market.cycle.cut_off_at.0 + self.market.cycle.grace_ms;
        if over {
            // Sometimes the hub is quicker than the jobs.
            if self.core.chance(|chance| chance.once_in(3)) {
                let _ = self.desk.close(self.market.cycle.id, Timestamp(now));
            }
            self.core.chance(|chance| self.market.next_week(now, chance));
            self.core.tell(|| format!("the hub opens {}", self.market.cycle.id));
        } else {
            // One change, or a morning's worth of them.
            let changes = self.core.chance(|chance| if chance.once_in(3) { 1 + chance.below(6) } else { 1 });
            for _ in 0..changes {
                let told = self.core.chance(|chance| self.market.change(chance));
                self.core.tell(|| told);
            }
        }
        let snapshot = self.core.chance(|chance| chance.once_in(3));
        let store = &self.desk.store;
        let published = store.run(store.publish(
            self.market.hub,
            &self.market.cycle,
            &self.market.list,
            Timestamp(now),
            snapshot,
        ));
        if published.is_ok() {
            self.note_list();
            self.poke(None);
        } else {
            // The week was closed or forgotten meanwhile: the next try opens another.
            self.market.cycle.cut_off_at = Timestamp(now - self.market.cycle.grace_ms - 1);
        }
    }

    pub(crate) fn hub_settles(&mut self) {
        let now = self.core.now();
        if now < self.desk.away_until {
            return;
        }
        // Two people at the hub's desk: the second chooses on what the first has settled.
        let second = self.core.chance(|chance| chance.once_in(4));
        let mut open = self.desk.store.tickets();
        open.sort_by_cached_key(in_order);
        open.retain(|ticket| second || ticket.state == TicketState::Open);
        let drawn = self.core.chance(|chance| {
            let ticket = chance.pick(&open)?;
            Some((ticket.id, *chance.pick(ticket.choices())?))
        });
        if let Some((ticket, choice)) = drawn {
            let settled = self.desk.settle(ticket, choice, Timestamp(now));
            self.core.tell(|| format!("the hub chooses {choice:?} on {ticket}: {settled:?}"));
            self.watch();
        }
    }

    /// The scope of a kitchen's catalogue.
    pub(crate) fn catalog_scope(&self) -> Scope {
        Scope::catalog(self.market.hub)
    }
}
