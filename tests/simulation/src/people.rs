//! What the people of a kitchen do on their tablets.

use std::future::Future;

use domain::{
    draft::{DraftLine, Field, FieldEdit, How},
    order::LineKey,
    quantity::Quantity,
};
use replica::{
    session::{PendingChoice, SessionState},
    view::OrderEntry,
};

use crate::{
    backend::Backend,
    core::PageId,
    director::{MINUTE, in_order},
    world::{PLACES, World},
};

/// The longest somebody keeps an order's quantities open before sending them.
pub(crate) const LONGEST_THOUGHT_MS: i64 = 5 * MINUTE;

impl<B: Backend> World<B> {
    pub(crate) fn person_acts(&mut self) {
        let Some(page) = self.any_page() else {
            let profile = self.any_profile();
            return self.open(profile, 0);
        };
        let deed = self.core.chance(|chance| chance.below(100));
        if let Some(tab) = self.tab(page).filter(|_| deed < 67) {
            tab.page.visible.set(true);
        }
        match deed {
            0..31 => self.types(page),
            31..48 => self.sends(page),
            48..55 => self.chooses(page),
            55..67 => self.changes_mind(page),
            67..74 => {
                let (anybody, place) = (self.any_profile(), self.core.chance(|chance| chance.below(PLACES)));
                let busy = self.core.chance(|chance| chance.pick(&self.busy).copied());
                self.open(busy.unwrap_or(anybody), place);
            }
            74..78 => {
                // A browser that comes to the front wakes all its pages.
                for page in self.open_pages().into_iter().filter(|other| other.profile == page.profile) {
                    if let Some(tab) = self.tab(page) {
                        tab.page.visible.set(!tab.page.visible.get());
                        tab.page.good_moment();
                    }
                    self.poll(page);
                }
            }
            78..82 => self.signs_in(page),
            82 => self.signs_out(page),
            83 => self.hands_over(page),
            84..94 => self.hub_changes_its_list(),
            _ => self.hub_settles(),
        }
    }

    pub(crate) fn types(&mut self, page: PageId) {
        if self.core.chance(|chance| chance.once_in(4)) {
            self.says(page);
        }
        if self.core.chance(|chance| chance.once_in(3)) {
            self.decides(page);
        }
        for _ in 0..=self.core.chance(|chance| chance.below(4)) {
            let drawn = self.drawn_line(page);
            let how = self.core.chance(|chance| if chance.once_in(2) { How::Typed } else { How::Stepped });
            if let (Some((key, quantity)), Some(tab)) = (drawn, self.tab(page)) {
                let shown = tab.page.clone();
                shown.replica.set_quantity(key, quantity, how);
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

    /// Somebody says something of the whole draft, over what the screen says; now and then they answer what is announced.
    fn says(&mut self, page: PageId) {
        let Some(tab) = self.tab(page) else { return };
        let shown = tab.page.clone();
        let header = shown.replica.header();
        let edit = self.core.chance(|chance| {
            let (name, texts) = if chance.once_in(3) {
                (Field::Covers, ["", "90", "120"])
            } else {
                (Field::Comment, ["", "quai nord", "quai sud"])
            };
            let value = chance.pick(&texts).and_then(|text| name.parse(text).ok());
            let decides = chance.once_in(3);
            FieldEdit { decides, ..FieldEdit::new(name, header.stands.get(name).cloned(), value) }
        });
        shown.replica.set_field(edit);
    }

    /// Somebody answers what a screen announces of a line: what stands stays, what was said is put back, or neither.
    fn decides(&mut self, page: PageId) {
        let Some(tab) = self.tab(page) else { return };
        let shown = tab.page.clone();
        let mut announced = shown.replica.announced();
        announced.sort_by(|one, other| {
            (one.draft, &one.key, one.wanted).cmp(&(other.draft, &other.key, other.wanted))
        });
        let drawn = self.core.chance(|chance| {
            let lost = chance.pick(&announced)?;
            let quantity = *chance.pick(&[lost.stands, lost.wanted, Quantity::default()])?;
            Some((lost.draft, lost.key.clone(), quantity))
        });
        if let Some((draft, key, quantity)) = drawn {
            shown.replica.decide(draft, key, quantity);
        }
    }

    /// Some quantity of something the screen lists.
    fn drawn_line(&mut self, page: PageId) -> Option<(LineKey, Quantity)> {
        let catalog = self.tab(page)?.page.replica.catalog()?;
        self.core.chance(|chance| {
            let offer = chance.pick(&catalog.offers)?;
            let days: Vec<_> = offer.delivery_dates(&catalog.cycle).collect();
            let day = *chance.pick(&days)?;
            let pack = offer.pack.content().thousandths();
            let odd = if chance.once_in(12) { 300 } else { 0 };
            let thousandths = pack * chance.between(0, 12) + odd;
            let key = LineKey { offer: offer.reference.clone(), delivery_on: day };
            Some((key, Quantity::from_thousandths(thousandths).unwrap_or_default()))
        })
    }

    fn sends(&mut self, page: PageId) {
        let twice = self.core.chance(|chance| chance.once_in(5));
        let look_ms = self.core.chance(|chance| chance.once_in(2).then(|| chance.between(0, 600)));
        if let Some(tab) = self.tab(page) {
            for _ in 0..=usize::from(twice) {
                let shown = tab.page.clone();
                tab.start(shown.send(look_ms));
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
                tab.start(shown.send(look_ms));
            }
            self.poll(other);
        }
    }

    pub(crate) fn chooses(&mut self, page: PageId) {
        let Some(tab) = self.tab(page) else { return };
        let shown = tab.page.clone();
        let mut tickets = shown.replica.view().tickets;
        tickets.sort_by_cached_key(in_order);
        let drawn = self.core.chance(|chance| {
            let ticket = chance.pick(&tickets)?;
            Some((ticket.id, *chance.pick(ticket.choices())?))
        });
        if let (Some((ticket, choice)), Some(tab)) = (drawn, self.tab(page)) {
            tab.start(shown.choose(ticket, choice));
            self.poll(page);
        }
    }

    /// Somebody withdraws an order they sent, or wants other quantities of it.
    pub(crate) fn changes_mind(&mut self, page: PageId) {
        let Some(tab) = self.tab(page) else { return };
        let shown = tab.page.clone();
        let mut cards = shown.replica.view().orders;
        cards.retain(|card| card.changeable().is_some());
        // Not as the screen has them: where a tablet's clock places a card is not what makes somebody choose it.
        cards.sort_by_key(|card| card.draft);
        let Some(card) = self.core.chance(|chance| chance.pick(&cards).cloned()) else { return };
        if self.core.chance(|chance| chance.once_in(3)) {
            self.begin(page, shown.withdraw(card.draft));
            return;
        }
        // The quantities are open on the screen for a while before they are sent.
        let thinking_ms = self.core.chance(|chance| chance.stretch(LONGEST_THOUGHT_MS));
        let wanted = self.other_quantities(page, &card);
        self.begin(page, shown.amend(card.draft, wanted, thinking_ms));
    }

    /// Other quantities than a card asks for: some more, some less, some none, now and then another product.
    fn other_quantities(&mut self, page: PageId, card: &OrderEntry) -> Vec<DraftLine> {
        let Some(order) = card.changeable() else { return Vec::new() };
        let mut wanted = Vec::new();
        for mut line in card.asked(order).lines {
            let pack = order.line(&line.key).map_or(1_000, |line| line.pack.content().thousandths());
            let packs = line.quantity.thousandths() / pack;
            let packs = self.core.chance(|chance| match chance.below(6) {
                0 | 1 => packs + chance.between(1, 9),
                2 | 3 => packs - chance.between(0, packs),
                4 => 0,
                _ => packs,
            });
            line.quantity = Quantity::from_thousandths(packs * pack).unwrap_or_default();
            wanted.push(line);
        }
        if self.core.chance(|chance| chance.once_in(4))
            && let Some((key, quantity)) = self.drawn_line(page)
        {
            wanted.retain(|line| line.key != key);
            wanted.push(DraftLine { key, quantity });
        }
        wanted.retain(|line| !line.quantity.is_zero());
        wanted.sort();
        wanted
    }

    /// Starts something on a page, and lets it go as far as it can.
    pub(crate) fn begin(&mut self, page: PageId, act: impl Future<Output = ()> + 'static) {
        if let Some(tab) = self.tab(page) {
            tab.start(act);
        }
        self.poll(page);
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
            SessionState::Locked => return self.begin(page, shown.tries(true)),
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

    /// A cook of any kitchen takes the tablet over from whoever is signed in; now and then the wrong one did first.
    fn hands_over(&mut self, page: PageId) {
        let Some(tab) = self.tab(page) else { return };
        let shown = tab.page.clone();
        let emails: Vec<_> = self.desk.accounts.keys().cloned().collect();
        let cooks = 1 + self.core.chance(|chance| chance.below(3));
        let drawn = |_| self.core.chance(|chance| chance.pick(&emails).cloned());
        let emails = (0..cooks).filter_map(drawn).collect();
        self.begin(page, shown.hand_over(emails));
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
}
