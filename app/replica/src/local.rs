//! What the replica holds in memory: what lies on the device, read once, and what follows from it.

use std::sync::Arc;

use domain::{
    draft::Draft,
    enterprise::Role,
    id::{PlaceId, SiteId},
    ordered::Set,
    planted::{Bug, planted},
    time::Timestamp,
    wire::{Catalog, Scope},
};

use crate::{
    cache::{CacheContents, CacheName},
    catalog::{self, Damaged, OpenedCache},
    drafts::{Drafts, Gesture, Told},
    forgotten::Forgotten,
    outbox::OutboxContents,
    session::Session,
    sync::{Decoded, meter::OffsetMeter, staging::Changes},
    view::{Base, Delivery, Known, View, fold},
};

/// What the replica holds in memory.
#[derive(Default)]
pub(crate) struct Local {
    pub(crate) session: Option<Session>,
    pub(crate) outbox: OutboxContents,
    /// Snapshots are taken out of it once they are decoded and checked.
    pub(crate) cache: CacheContents,
    pub(crate) base: Base,
    pub(crate) catalog: Option<Arc<Catalog>>,
    /// Catalogues to ask from nothing, because what is held of them is damaged.
    pub(crate) damaged: Set<Scope>,
    pub(crate) delivery: Delivery,
    pub(crate) meter: OffsetMeter,
    /// The server's clock at the last pull that confirmed the view, when the device was not told.
    pub(crate) confirmed_at: Option<Timestamp>,
    pub(crate) last_contact: Option<Timestamp>,
    /// `None`: at the next round.
    pub(crate) hello_due_at: Option<Timestamp>,
    /// Quantities that are on screen and not yet on the device.
    pub(crate) unsaved: Vec<Gesture>,
    /// Whether the server, when it was last greeted, kept drafts that tablets share.
    pub(crate) shares_drafts: bool,
    /// The next round says again all that is held, answered or not.
    pub(crate) send_all: bool,
    /// How often a scope was started over because its rows were not the server's.
    pub(crate) rebuilt: usize,
    /// Scopes that differed even then: they are not compared again on this page.
    pub(crate) incomparable: Set<Scope>,
    /// A write was told to have failed, and may have taken place: the next round reads the device again.
    pub(crate) unsure: bool,
    /// What the browser threw away, until somebody was told.
    pub(crate) forgotten: Option<Forgotten>,
    pub(crate) view: View,
}

impl Local {
    pub(crate) fn cache_name(&self) -> Option<CacheName> {
        self.session.as_ref().map(|session| CacheName::of(&session.me))
    }

    /// The kitchen of whoever is signed in.
    pub(crate) fn site(&self) -> Option<SiteId> {
        match self.session.as_ref()?.me.role {
            Role::Kitchen { site, .. } => Some(site),
            Role::Producer { .. } | Role::Hub { .. } | Role::Authority { .. } => None,
        }
    }

    /// What whoever is signed in records commands for.
    pub(crate) fn place(&self) -> Option<PlaceId> {
        self.session.as_ref()?.me.role.place()
    }

    /// Turns to whoever is signed in from now on. What the server told somebody else leaves memory with them, at once: a
    /// pull that begins before the other cache is read must not start from it.
    pub(crate) fn turn_to(&mut self, session: Option<Session>) {
        let before = self.cache_name();
        self.session = session;
        if self.cache_name() != before && !planted(Bug::ViewOutlivesPerson) {
            self.take_cache(OpenedCache::default());
            self.confirmed_at = None;
        }
    }

    /// Takes in a cache as it lies on the device.
    pub(crate) fn take_cache(&mut self, OpenedCache { contents, mut catalogs }: OpenedCache) {
        self.cache = contents;
        self.base = Base::of(&self.cache);
        self.damaged.retain(Scope::is_catalog);
        self.damaged.extend(self.cache.damaged_rows());
        self.catalog = None;
        if let Some(scope) = self.catalog_scope() {
            let read = catalogs.remove(&scope).unwrap_or(Ok(None));
            self.take_catalog(scope, read);
        }
    }

    /// Has scopes asked from nothing whose rows are not the server's. One that was just asked so, and still differs, is a
    /// quarrel about sums, not about rows.
    pub(crate) fn start_over(&mut self, changes: &Changes) {
        for (scope, was_anew) in &changes.different {
            if *was_anew {
                self.incomparable.insert(scope.clone());
            } else if !self.incomparable.contains(scope) {
                self.damaged.insert(scope.clone());
                self.rebuilt += 1;
            }
        }
    }

    /// Takes the catalogue as it was read, or notes that it has to be asked anew.
    fn take_catalog(&mut self, scope: Scope, read: Result<Option<Catalog>, Damaged>) {
        match read {
            Ok(catalog) => {
                self.catalog = catalog.map(Arc::new);
                self.damaged.remove(&scope);
            }
            Err(Damaged(_)) => {
                self.catalog = None;
                self.damaged.insert(scope);
            }
        }
    }

    /// The catalogue of whoever is signed in: the first they may hold.
    pub(crate) fn catalog_scope(&self) -> Option<Scope> {
        self.session.as_ref()?.scopes.iter().find(|scope| scope.is_catalog()).cloned()
    }

    /// Brings the catalogue to what was just written. `None` when it is as it was; else whether its texts changed.
    pub(crate) fn show_catalog(&mut self, changes: &Changes, mut decoded: Decoded) -> Option<bool> {
        let scope = self.catalog_scope();
        let gone = scope.is_none() && self.catalog.take().is_some();
        let Some(scope) = scope else { return gone.then_some(true) };
        if changes.snapshots.contains(&scope) {
            self.damaged.remove(&scope);
            self.catalog = match decoded.remove(&scope) {
                Some(mut catalog) => {
                    if !planted(Bug::SnapshotWithoutLog) {
                        catalog::apply(&mut catalog, self.cache.log_of(&scope));
                    }
                    Some(Arc::new(catalog))
                }
                None => catalog::assemble(&self.cache, &scope).ok().flatten().map(Arc::new),
            };
            return Some(true);
        }
        let ops = changes.catalog.get(&scope)?;
        match &mut self.catalog {
            Some(catalog) => drop(catalog::apply(Arc::make_mut(catalog), ops.iter())),
            None => {
                let read = catalog::assemble(&self.cache, &scope);
                self.take_catalog(scope, read);
            }
        }
        Some(ops.iter().any(catalog::touches_texts))
    }

    pub(crate) fn refold(&mut self) {
        self.view = fold(Known {
            base: &self.base,
            applied: &self.cache.head.applied,
            outbox: &self.outbox,
            place: self.place(),
            delivery: self.delivery,
        });
    }

    /// The draft on screen.
    pub(crate) fn draft(&self) -> Option<Draft> {
        let cycle = self.catalog.as_ref()?.cycle.id;
        Some(self.drafts().open(self.site()?, cycle))
    }

    /// What the server told that drafts depend on; `None` without a kitchen.
    pub(crate) fn told(&self) -> Option<Told> {
        Some(Told {
            site: self.site()?,
            drafts: self.base.drafts.clone(),
            applied: self.cache.head.applied.clone(),
            sent: self.view.sent_drafts.clone(),
        })
    }

    /// The drafts, as this tablet knows them.
    pub(crate) fn drafts(&self) -> Drafts<'_> {
        Drafts { queue: &self.outbox.queue, shared: &self.view.shared_drafts, sent: &self.view.sent_drafts }
    }

    pub(crate) fn forget_session(&mut self) {
        let outbox = std::mem::take(&mut self.outbox);
        let (meter, last_contact) = (std::mem::take(&mut self.meter), self.last_contact);
        let offline_since = self.delivery.offline_since;
        let delivery = Delivery { offline_since, ..Delivery::default() };
        *self = Self { outbox, meter, last_contact, delivery, ..Self::default() };
    }
}
