//! What screens show, compared with a page that starts from nothing and with the server's own rows.

use domain::{enterprise::Role, id::SiteId, offer::Offer, ordered::Map};
use replica::{
    Replica,
    ports::{Clock, Entropy, Network, Storage},
    view::OrderEntry,
};

use crate::{backend::Backend, page::Page, violation::Violation, world::World};

impl<B: Backend> World<B> {
    /// I5: what each screen shows is what a page that starts from nothing shows.
    pub(crate) fn unfaithful(&self) -> Option<Violation> {
        for tab in self.profiles.iter().flat_map(|profile| profile.tabs.iter().flatten()) {
            let disk = self.profiles[tab.page.id.profile].disk.borrow();
            // A cache that was deleted under a page is downloaded again at its next round.
            if tab.page.replica.cache_name().is_none_or(|name| !disk.caches.contains_key(&name)) {
                continue;
            }
            if tab.page.replica.diagnosis().rebuilt > 0 {
                let what = format!("tablet {} held other rows than it was told", tab.page.id.profile);
                return Some(Violation::of("I4", what));
            }
            let fresh = crate::still::opened(&disk);
            // A write that took place though the page was told it failed: it greets again and finds out.
            if fresh.session().me() != tab.page.replica.session().me() {
                continue;
            }
            if listed(&tab.page.replica) != listed(&fresh) {
                let what =
                    format!("tablet {} shows a price list that a fresh page does not", tab.page.id.profile);
                return Some(Violation::of("I5", what));
            }
            let (shown, anew) = (tab.page.replica.view(), fresh.view());
            // Drafts apart: what a tab wrote and did not live to tell, the others see at their next look.
            if shown != anew {
                let differ = |(one, other): &(&OrderEntry, &OrderEntry)| one != other;
                let first = shown.orders.iter().zip(&anew.orders).find(differ);
                let counts = (shown.pending, anew.pending, shown.tickets.len(), anew.tickets.len());
                let what = format!(
                    "tablet {} shows what a fresh page does not: {first:?}, {counts:?}",
                    tab.page.id.profile
                );
                return Some(Violation::of("I5", what));
            }
        }
        None
    }

    /// Whether a page shows all the server has for it.
    pub(crate) fn is_up_to_date(&self, page: &Page) -> bool {
        self.difference(page) == "nothing"
    }

    /// What a page shows otherwise than the server has it.
    pub(crate) fn difference(&self, page: &Page) -> &'static str {
        let Some(site) = kitchen(page) else { return "nobody is signed in" };
        let orders: Map<_, _> = self
            .desk
            .store
            .orders()
            .into_iter()
            .filter(|order| order.site == site)
            .map(|order| (order.id, order))
            .collect();
        if page.replica.with_base(|base| base.orders != orders) {
            return "orders";
        }
        let tickets: Map<_, _> = self
            .desk
            .store
            .tickets()
            .into_iter()
            .filter(|ticket| ticket.site == site)
            .map(|ticket| (ticket.id, ticket))
            .collect();
        if page.replica.with_base(|base| base.tickets != tickets) {
            return "tickets";
        }
        let drafts = self.desk.store.drafts().into_iter().filter(|draft| draft.site == site);
        let drafts: Map<_, _> = drafts.map(|draft| (draft.id, draft)).collect();
        if page.replica.with_base(|base| base.drafts != drafts) {
            return "drafts";
        }
        let shown = page.replica.draft();
        let shared = shown.as_ref().and_then(|shown| Some(drafts.get(&shown.id)?.as_draft(shown.slot).lines));
        if shown.is_some_and(|shown| shown.lines != shared.unwrap_or_default()) {
            return "a draft nobody else sees";
        }
        let Some(catalog) = page.replica.catalog() else { return "no catalogue" };
        let truth = self.desk.store.run(crate::truth::catalog(&self.desk.store, self.market.hub));
        let Ok((cycle, offers, left)) = truth else { return "unreadable" };
        let mut shown = catalog.offers.clone();
        shown.sort_by(|a, b| a.reference.cmp(&b.reference));
        if Some(&catalog.cycle) != cycle.as_ref() {
            return "cycle";
        }
        if shown != offers {
            return "offers";
        }
        if catalog.left != left { "left" } else { "nothing" }
    }
}

/// The offers a page shows, by reference.
fn listed<S, N, C, E>(replica: &Replica<S, N, C, E>) -> Option<Vec<Offer>>
where
    S: Storage,
    N: Network,
    C: Clock,
    E: Entropy,
{
    let mut offers = replica.catalog()?.offers.clone();
    offers.sort_by(|a, b| a.reference.cmp(&b.reference));
    Some(offers)
}

fn kitchen(page: &Page) -> Option<SiteId> {
    match page.replica.session().me()?.role {
        Role::Kitchen { site, .. } => Some(site),
        _ => None,
    }
}
