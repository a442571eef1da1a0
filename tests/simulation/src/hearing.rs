//! What people are told, and who answers for it from then on.

use domain::id::DraftId;

use crate::{
    backend::Backend,
    core::PageId,
    oracle::{Said, held_by},
    page::Told,
    violation::Violation,
    world::{DELETED, World},
};

impl<B: Backend> World<B> {
    pub(crate) fn hear(&mut self, page: PageId, told: Told) {
        match told {
            Told::Sent { seen, result } => {
                let names: Vec<_> = seen.iter().map(Said::name).collect();
                self.core
                    .tell(|| format!("tablet {} sends {}: {result:?}", page.profile, names.join(" or ")));
                if let Ok(draft) = result {
                    self.recorded_order(page, seen, draft);
                }
            }
            Told::Chosen { ticket, choice, result } => {
                self.core
                    .tell(|| format!("tablet {} chooses {choice:?} on {ticket}: {result:?}", page.profile));
                if result.is_ok() {
                    self.answer_for(page, vec![Said::Choice { ticket, choice }]);
                }
            }
            Told::Changed { said, result } => {
                let name = said.as_ref().map_or_else(|| "nothing that can be changed".into(), Said::name);
                self.core.tell(|| format!("tablet {} sends {name}: {result:?}", page.profile));
                if result.is_ok() {
                    self.recorded_change(page, said);
                }
            }
            Told::SignedIn(result) => {
                self.forget_shown(page);
                self.core.tell(|| format!("tablet {} signs in: {result:?}", page.profile));
            }
            Told::SignedOut { choice, result } => {
                self.forget_shown(page);
                self.core.tell(|| format!("tablet {} signs out ({choice:?}): {result:?}", page.profile));
            }
            Told::Codes(what) => {
                self.core.tell(|| format!("tablet {} page {} {what}", page.profile, page.place));
            }
            Told::ReadAgain => self.check_waiting(page),
            Told::Round(end) => {
                self.core.tell(|| {
                    format!("tablet {} page {} ends a round: {:?}", page.profile, page.place, end.trouble)
                });
                self.check_storm(page);
                self.check_waiting(page);
                self.check_monotone(page);
            }
        }
    }

    /// « Enregistré » was shown: from here on somebody answers for it.
    fn recorded_order(&mut self, page: PageId, seen: Vec<Said>, draft: DraftId) {
        let of_draft = |said: &Said| matches!(said, Said::Order { draft: of, .. } if *of == draft);
        let said: Vec<_> = seen.into_iter().filter(of_draft).collect();
        if said.is_empty() {
            let what =
                format!("tablet {} recorded {}, which was not on screen", page.profile, draft.short_code());
            return self.broken(Violation::about("I1", what, [draft.short_code()]));
        }
        self.answer_for(page, said);
    }

    /// « Enregistré » was shown for a change of an order.
    fn recorded_change(&mut self, page: PageId, said: Option<Said>) {
        match said {
            Some(said) => {
                self.answer_for(page, vec![said.clone()]);
                self.check_change_shown(page, &said);
            }
            None => {
                let what = format!("tablet {} recorded a change of what cannot be changed", page.profile);
                self.broken(Violation::of("I1", what));
            }
        }
    }

    /// The device holds what its person was told it holds, or the person deleted it since.
    fn answer_for(&mut self, page: PageId, said: Vec<Said>) {
        let held = held_by(&self.profiles[page.profile].disk.borrow());
        let deleted = said.iter().any(|said| self.oracle.deleted.contains(said));
        if !deleted && !said.iter().any(|said| held.contains(said)) {
            let what = format!(
                "tablet {} said it is recorded; its disk holds {held:?} and not {said:?}",
                page.profile
            );
            return self.broken(Violation::about("I1", what, said.iter().map(Said::name)));
        }
        self.oracle.recorded(said.clone(), page.profile);
        if deleted {
            self.note_destroyed(said.into_iter().collect(), DELETED);
        }
    }

    /// Somebody else may look at this profile's screens from now on.
    fn forget_shown(&mut self, page: PageId) {
        let tabs = self.profiles[page.profile].tabs.iter().flatten();
        tabs.for_each(|tab| tab.page.furthest.borrow_mut().clear());
    }
}
