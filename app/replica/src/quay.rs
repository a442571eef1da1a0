//! What passes over the hub's quay, on the device of whoever weighs and loads: what is to come, what was said, here and on the
//! other devices of the hub, and what is being looked at. All of it without a network.

use domain::{
    command::{Command, RECORD_QUAY, Unread},
    cycle::CycleId,
    enterprise::Role,
    id::{HubId, PlaceId, RecordId, SiteId, UserId},
    json,
    ordered::Map,
    producer_sheet::SiteLabel,
    quay::{
        Arrival, Departing, Departure, PageKey, QuayLine, QuayPage, RecordQuay, Shortage, Side, departing,
        shortages,
    },
    receipt::{Outcome, Reason},
    reception::Label,
    records,
    rules::{QuayDecision, decide_quay},
    sorting,
    time::Date,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    local::Local,
    outbox::{Queue, Write},
    ports::{Clock, Entropy, Network, Storage, StorageError, Update},
    recording::RecordError,
    replica::Replica,
    view::{SendState, on_this_device},
};

/// A page of the quay's book that was begun on this device and is not recorded yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BegunPage {
    /// Who handles the goods, as typed so far.
    pub handled_by: String,
    /// The records that were on screen when it was begun: what it may take the place of.
    #[serde(default)]
    pub seen: Vec<RecordId>,
    /// The products that were looked at.
    pub lines: Vec<QuayLine>,
}

/// What somebody says passed over the quay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// Who.
    pub handled_by: Label,
    /// The records that were on screen: what is said of their products takes their place.
    pub seen: Vec<RecordId>,
    /// Product by product.
    pub lines: Vec<QuayLine>,
}

/// A page of the quay's book, as this device knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct PageHere {
    /// What was said, the server's first, then what waits here.
    pub page: QuayPage,
    /// Where the last record of this device stands that the server does not have; `None` when it has all.
    pub waits: Option<SendState>,
    /// Why the last record of this device was refused, when it was.
    pub refused: Option<Reason>,
}

/// A day on the quay, as this device knows it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QuayDay {
    /// What is to come, in the producers' name order.
    pub arrivals: Vec<Arrival>,
    /// The kitchens that something is to leave for, in name order.
    pub kitchens: Vec<(SiteId, SiteLabel)>,
    /// What was said, by the page's [`PageKey::name`].
    pub pages: Map<String, PageHere>,
}

impl QuayDay {
    /// What was said on a page; `None` while nothing was.
    #[must_use]
    pub fn page(&self, key: &PageKey) -> Option<&PageHere> {
        self.pages.get(&key.name())
    }

    /// What is to leave for a kitchen, with what there is of it.
    #[must_use]
    pub fn departing(&self, site: SiteId) -> Vec<Departing<'_>> {
        departing(&self.arrivals, |key| Some(&self.page(key)?.page), site)
    }

    /// What is short of what was weighed so far, and the kitchens it touches.
    #[must_use]
    pub fn shortages(&self) -> Vec<Shortage<'_>> {
        shortages(&self.arrivals, |key| Some(&self.page(key)?.page))
    }

    /// What was said to have left, page by page.
    pub fn pages_out(&self) -> impl Iterator<Item = &QuayPage> {
        let pages = self.pages.values().map(|here| &here.page);
        pages.filter(|page| matches!(page.key.side, Side::Out(_)))
    }
}

#[derive(Serialize, Deserialize)]
struct Kept {
    hub: HubId,
    begun: BegunPage,
}

/// Who was last said to handle goods here, through whose session.
#[derive(Serialize, Deserialize)]
struct Handler {
    hub: HubId,
    user: UserId,
    name: Label,
}

const BEGUN: &str = "quay/";
const HANDLER: &str = "quay_handler";

fn name(key: &PageKey) -> String {
    format!("{BEGUN}{}", key.name())
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// The days on which something passes over the quay of the hub at hand, in order.
    #[must_use]
    pub fn quay_days(&self) -> Vec<(Date, CycleId)> {
        let local = self.local.borrow();
        let day = |name: &String| {
            let mut parts = name.split('/');
            Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
        };
        let mut days: Vec<_> = local.base.quay.arrivals.keys().filter_map(day).collect();
        sorting::sort(&mut days);
        days.dedup();
        days
    }

    /// What this device knows of a day on the quay of the hub at hand; nothing for anybody else.
    #[must_use]
    pub fn quay_day(&self, delivery_on: Date, cycle: CycleId) -> QuayDay {
        let local = self.local.borrow();
        local.hub().map(|hub| local.quay_day(hub, delivery_on, cycle)).unwrap_or_default()
    }

    /// What left the quay for the kitchen at hand on a day of a week, as the server told it.
    #[must_use]
    pub fn departure(&self, cycle: CycleId, delivery_on: Date) -> Option<Departure> {
        self.local.borrow().base.departure(cycle, delivery_on)
    }

    /// The page of the hub at hand that was begun on this device and is not recorded yet.
    #[must_use]
    pub fn begun_page(&self, key: &PageKey) -> Option<BegunPage> {
        let local = self.local.borrow();
        let kept: Kept = local.outbox.queue.read(&name(key))?;
        (Some(kept.hub) == local.hub()).then_some(kept.begun)
    }

    /// Keeps a page as far as it was looked at. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError::NotSignedIn`], or the storage's.
    pub async fn keep_page(&self, key: &PageKey, begun: BegunPage) -> Result<(), RecordError> {
        let hub = self.local.borrow().hub().ok_or(RecordError::NotSignedIn)?;
        // Quantities, texts and codes: it always encodes.
        let kept = serde_json::to_string(&Kept { hub, begun }).unwrap_or_default();
        let write = Write::PutMeta(name(key), kept);
        self.update(move |_| Update { writes: vec![write.clone()], value: () }).await?;
        Ok(())
    }

    /// The name that whoever is signed in last recorded a page under, on this device: nobody types theirs three hundred times
    /// a morning.
    #[must_use]
    pub fn last_handler(&self) -> Option<Label> {
        let local = self.local.borrow();
        let last: Handler = local.outbox.queue.read(HANDLER)?;
        (Some(last.hub) == local.hub() && Some(last.user) == local.user()).then_some(last.name)
    }

    /// Forgets a page that was begun.
    ///
    /// # Errors
    /// When the device did not forget it.
    pub async fn give_up_page(&self, key: &PageKey) -> Result<(), StorageError> {
        let name = name(key);
        self.update(move |queue| Update { writes: ended(queue, &name), value: () }).await
    }

    /// Records what passed over the quay. Resolves once it is durable; what was begun of the page ends with it.
    ///
    /// # Errors
    /// [`RecordError::NothingToSend`] when it says nothing this device does not know already, or what nobody may say.
    pub async fn record_page(&self, key: &PageKey, handled: Handled) -> Result<(), RecordError> {
        let (hub, user) = {
            let local = self.local.borrow();
            local.hub().zip(local.user()).ok_or(RecordError::NotSignedIn)?
        };
        let day = self.quay_day(key.delivery_on, key.cycle);
        let known = day.page(key).map_or(&[][..], |here| &here.page.records);
        let said = RecordQuay {
            record: RecordId(self.entropy.uuid()),
            hub,
            page: *key,
            handled_by: handled.handled_by,
            supersedes: records::superseded(known, &handled.lines, &handled.seen),
            lines: handled.lines,
        };
        let is_sound = decide_quay(&said, &day.arrivals, None) == QuayDecision::Record;
        if !is_sound || records::says_nothing_new(known, &said.lines) {
            return Err(RecordError::NothingToSend);
        }
        let name = name(key);
        let handler = Handler { hub, user, name: said.handled_by.clone() };
        // A name and identifiers: it always encodes.
        let remembered = Write::PutMeta(HANDLER.into(), serde_json::to_string(&handler).unwrap_or_default());
        let beside = move |queue: &Queue| {
            let mut writes = ended(queue, &name);
            writes.push(remembered.clone());
            writes
        };
        self.record_and(Command::RecordQuay(Unread::of(&said)), beside).await
    }
}

impl Local {
    /// The hub of whoever is signed in and works there.
    fn hub(&self) -> Option<HubId> {
        match self.session.as_ref()?.me.role {
            Role::Hub { hub } => Some(hub),
            Role::Kitchen { .. } | Role::Producer { .. } | Role::Authority { .. } => None,
        }
    }

    fn user(&self) -> Option<UserId> {
        self.session.as_ref().map(|session| session.me.user)
    }

    fn quay_day(&self, hub: HubId, delivery_on: Date, cycle: CycleId) -> QuayDay {
        let own = format!("{delivery_on}/{cycle}/");
        let rows = &self.base.quay;
        let mut arrivals: Vec<Arrival> =
            of_day(&rows.arrivals, &own).filter_map(|row| json::of(row).ok()).collect();
        sorting::sort_by(&mut arrivals, |one, other| {
            (&one.name, one.producer).cmp(&(&other.name, other.producer))
        });
        let told = of_day(&rows.pages, &own).filter_map(|row| json::of::<QuayPage>(row).ok());
        let mut pages: Map<String, PageHere> = Map::new();
        for page in told {
            pages.insert(page.key.name(), PageHere { page, waits: None, refused: None });
        }
        self.lay_over(hub, (delivery_on, cycle), &mut pages);
        QuayDay { kitchens: self.kitchens_of(&arrivals), arrivals, pages }
    }

    /// Lays what was said here, and the server does not have, over what it told.
    fn lay_over(&self, hub: HubId, day: (Date, CycleId), pages: &mut Map<String, PageHere>) {
        let of_day = |said: &RecordQuay| (said.page.delivery_on, said.page.cycle) == day;
        for (key, reason) in self.refusals(hub.into(), of_day) {
            let mut here = pages.remove(&key.name()).unwrap_or_else(|| nothing_said(key));
            here.refused = Some(reason);
            pages.insert(key.name(), here);
        }
        for pending in &self.outbox.queue.unproved(hub.into(), &self.cache.head.applied) {
            let Some(Command::RecordQuay(said)) = &pending.command else { continue };
            let Ok(said) = said.read() else { continue };
            if !of_day(&said) {
                continue;
            }
            let name = said.page.name();
            let mut here = pages.remove(&name).unwrap_or_else(|| nothing_said(said.page));
            if here.page.hear(&said, pending.entry.recorded_at) {
                here.waits = Some(on_this_device(pending.entry, self.delivery));
                here.refused = None;
            }
            pages.insert(name, here);
        }
    }

    /// The pages whose last answered record was refused, and why.
    fn refusals(&self, place: PlaceId, of_day: impl Fn(&RecordQuay) -> bool) -> Vec<(PageKey, Reason)> {
        let mut answered: Vec<_> = self
            .outbox
            .sent
            .values()
            .filter(|sent| sent.entry.envelope.k == RECORD_QUAY && sent.entry.envelope.place == place)
            .filter_map(|sent| match sent.entry.envelope.command() {
                Ok(Command::RecordQuay(said)) => {
                    Some((said.read().ok().filter(&of_day)?.page, &sent.receipt))
                }
                _ => None,
            })
            .collect();
        sorting::sort_by(&mut answered, |one, other| {
            (one.1.received_at, one.1.m).cmp(&(other.1.received_at, other.1.m))
        });
        let mut last: Map<String, (PageKey, Option<Reason>)> = Map::new();
        for (key, receipt) in answered {
            let refused = match &receipt.outcome {
                Outcome::Refused { code } | Outcome::Parked { code, .. } => Some(code.clone()),
                Outcome::Applied { .. } | Outcome::Adjusted { .. } => None,
            };
            last.insert(key.name(), (key, refused));
        }
        last.values().filter_map(|(key, refused)| Some((*key, refused.clone()?))).collect()
    }

    fn kitchens_of(&self, arrivals: &[Arrival]) -> Vec<(SiteId, SiteLabel)> {
        let products = arrivals.iter().flat_map(|arrival| &arrival.products);
        let portions = products.flat_map(|product| &product.portions);
        let mut sites: Vec<_> =
            portions.filter(|portion| !portion.quantity.is_zero()).map(|portion| portion.site).collect();
        sorting::sort(&mut sites);
        sites.dedup();
        let labelled = |site: SiteId| {
            let label = self.base.quay.labels.get(&site.to_string()).and_then(|row| json::of(row).ok());
            let nameless = || SiteLabel { name: String::new(), commune: String::new() };
            (site, label.unwrap_or_else(nameless))
        };
        let mut kitchens: Vec<_> = sites.into_iter().map(labelled).collect();
        sorting::sort_by(&mut kitchens, |one, other| (&one.1.name, one.0).cmp(&(&other.1.name, other.0)));
        kitchens
    }
}

/// The rows whose names begin so.
fn of_day<'a>(rows: &'a Map<String, Value>, own: &'a str) -> impl Iterator<Item = &'a Value> {
    rows.iter().filter(move |(name, _)| name.starts_with(own)).map(|(_, row)| row)
}

fn nothing_said(key: PageKey) -> PageHere {
    PageHere { page: QuayPage::empty(key), waits: None, refused: None }
}

/// It is begun no more.
fn ended(queue: &Queue, name: &str) -> Vec<Write> {
    queue.meta.contains_key(name).then(|| Write::DeleteMeta(name.to_owned())).into_iter().collect()
}

/// Deletes every page begun for a hub, and who last handled goods there.
pub(crate) fn delete_all(queue: &Queue, hub: HubId) -> Vec<Write> {
    // What cannot be read is nobody's.
    let goes = |name: &String| match name.as_str() {
        HANDLER => queue.read(name).is_none_or(|last: Handler| last.hub == hub),
        name => name.starts_with(BEGUN) && queue.read(name).is_none_or(|kept: Kept| kept.hub == hub),
    };
    queue.meta.keys().filter(|name| goes(name)).cloned().map(Write::DeleteMeta).collect()
}
