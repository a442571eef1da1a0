//! What people do, and what breaks: one thing at a time, after a while.

use domain::{quantity::Quantity, ticket::TicketState, time::Timestamp, wire::Scope};
use replica::session::{PendingChoice, SessionState};

use crate::{
    backend::Backend,
    core::{Event, PageId},
    fault::{Fault, Kind},
    world::{PLACES, World},
};

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;

impl<B: Backend> World<B> {
    /// One thing happens, and the next is planned.
    pub(crate) fn direct(&mut self) {
        if !self.core.is_calm() {
            for fault in Fault::ALL.iter().copied().filter(|fault| fault.kind() == Kind::Event) {
                if self.core.chance(|chance| chance.happens(self.core.rate(fault))) {
                    self.strike(fault);
                }
            }
            self.person_acts();
        }
        let pause = self.core.chance(|chance| match chance.below(40) {
            0..34 => chance.between(20, 3_000),
            34..38 => chance.between(3_000, MINUTE),
            38 => chance.stretch(30 * MINUTE),
            _ => -1,
        });
        let pause = match pause {
            -1 if self.core.is_calm() => MINUTE,
            -1 => self.night(),
            pause => pause,
        };
        self.core.after(pause, Event::Director);
    }

    /// Most pages are closed and hours pass.
    fn night(&mut self) -> i64 {
        for profile in 0..self.profiles.len() {
            for place in 0..PLACES {
                if !self.core.chance(|chance| chance.once_in(8)) {
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
        self.core.chance(|chance| chance.pick(&pages).copied())
    }

    fn person_acts(&mut self) {
        let Some(page) = self.any_page() else {
            let profile = self.any_profile();
            return self.open(profile, 0);
        };
        match self.core.chance(|chance| chance.below(100)) {
            0..38 => self.types(page),
            38..58 => self.sends(page),
            58..66 => self.chooses(page),
            66..74 => {
                let (profile, place) = (self.any_profile(), self.core.chance(|chance| chance.below(PLACES)));
                self.open(profile, place);
            }
            74..78 => {
                if let Some(tab) = self.tab(page) {
                    tab.page.visible.set(!tab.page.visible.get());
                    tab.page.good_moment();
                }
                self.poll(page);
            }
            78..82 => self.signs_in(page),
            82..84 => self.signs_out(page),
            84..94 => self.hub_changes_its_list(),
            _ => self.hub_settles(),
        }
    }

    fn types(&mut self, page: PageId) {
        for _ in 0..=self.core.chance(|chance| chance.below(4)) {
            let Some(tab) = self.tab(page) else { return };
            let shown = tab.page.clone();
            let Some(catalog) = shown.replica.catalog() else { return };
            let drawn = self.core.chance(|chance| {
                let offer = chance.pick(&catalog.offers)?;
                let days: Vec<_> = offer.delivery_dates(&catalog.cycle).collect();
                let day = *chance.pick(&days)?;
                let pack = offer.pack.content().thousandths();
                let odd = if chance.once_in(12) { 300 } else { 0 };
                let thousandths = pack * chance.between(0, 12) + odd;
                let key = domain::order::LineKey { offer: offer.reference.clone(), delivery_on: day };
                Some((key, Quantity::from_thousandths(thousandths).unwrap_or_default()))
            });
            if let Some((key, quantity)) = drawn {
                shown.replica.set_quantity(key, quantity);
            }
        }
        if self.core.chance(|chance| chance.once_in(2))
            && let Some(tab) = self.tab(page)
        {
            let shown = tab.page.clone();
            tab.start(async move { drop(shown.replica.save_draft().await) });
        }
        self.poll(page);
    }

    fn sends(&mut self, page: PageId) {
        let twice = self.core.chance(|chance| chance.once_in(5));
        if let Some(tab) = self.tab(page) {
            for _ in 0..=usize::from(twice) {
                let shown = tab.page.clone();
                tab.start(shown.send());
            }
        }
        self.poll(page);
        // Another tab of the same profile may be sending the same draft.
        let others: Vec<_> = self
            .open_pages()
            .into_iter()
            .filter(|other| other.profile == page.profile && *other != page)
            .collect();
        if self.core.chance(|chance| chance.once_in(4))
            && let Some(other) = self.core.chance(|chance| chance.pick(&others).copied())
        {
            if let Some(tab) = self.tab(other) {
                let shown = tab.page.clone();
                tab.start(shown.send());
            }
            self.poll(other);
        }
    }

    fn chooses(&mut self, page: PageId) {
        let Some(tab) = self.tab(page) else { return };
        let shown = tab.page.clone();
        let tickets = shown.replica.view().tickets;
        let drawn = self.core.chance(|chance| {
            let ticket = chance.pick(&tickets)?;
            Some((ticket.id, *chance.pick(ticket.choices())?))
        });
        if let (Some((ticket, choice)), Some(tab)) = (drawn, self.tab(page)) {
            tab.start(shown.choose(ticket, choice));
            self.poll(page);
        }
    }

    fn signs_in(&mut self, page: PageId) {
        let own = self.profiles[page.profile].email.clone();
        let Some(tab) = self.tab(page) else { return };
        let shown = tab.page.clone();
        // Another kitchen's cook borrows the tablet, when nobody is signed in.
        let email = match shown.replica.session() {
            SessionState::SignedIn(_) => return,
            SessionState::SignedOut if self.core.chance(|chance| chance.once_in(4)) => {
                let emails: Vec<_> = self.desk.accounts.keys().cloned().collect();
                self.core.chance(|chance| chance.pick(&emails).cloned()).unwrap_or(own)
            }
            SessionState::Expired(me) => me.email,
            _ => own,
        };
        self.sign_in(page, email);
    }

    pub(crate) fn sign_in(&mut self, page: PageId, email: String) {
        if let Some(tab) = self.tab(page) {
            let shown = tab.page.clone();
            tab.start(shown.sign_in(email));
        }
        self.poll(page);
    }

    fn signs_out(&mut self, page: PageId) {
        let choices = [
            None,
            Some(PendingChoice::SendFirst),
            Some(PendingChoice::KeepSealed),
            Some(PendingChoice::Delete),
        ];
        let choice = self.core.chance(|chance| chance.pick(&choices).copied()).flatten();
        if let Some(tab) = self.tab(page) {
            let shown = tab.page.clone();
            tab.start(shown.sign_out(choice));
        }
        self.poll(page);
    }

    fn hub_changes_its_list(&mut self) {
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
            let told = self.core.chance(|chance| self.market.change(chance));
            self.core.tell(|| told);
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
        } else {
            // The week was closed or forgotten meanwhile: the next try opens another.
            self.market.cycle.cut_off_at = Timestamp(now - self.market.cycle.grace_ms - 1);
        }
    }

    fn hub_settles(&mut self) {
        let now = self.core.now();
        if now < self.desk.away_until {
            return;
        }
        // Two people at the hub's desk: the second chooses on what the first has settled.
        let second = self.core.chance(|chance| chance.once_in(8));
        let mut open = self.desk.store.tickets();
        open.retain(|ticket| second || ticket.state == TicketState::Open);
        let drawn = self.core.chance(|chance| {
            let ticket = chance.pick(&open)?;
            Some((ticket.id, *chance.pick(ticket.choices())?))
        });
        if let Some((ticket, choice)) = drawn {
            let settled = self.desk.settle(ticket, choice, Timestamp(now));
            self.core.tell(|| format!("the hub chooses {choice:?} on {ticket}: {settled:?}"));
        }
    }

    /// The scope of a kitchen's catalogue.
    pub(crate) fn catalog_scope(&self) -> Scope {
        Scope::catalog(self.market.hub)
    }
}
