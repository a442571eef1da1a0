//! An invented market: producers, offers, cycles, and how a hub changes its list.

use domain::{
    catalog::Weekdays,
    cycle::{CycleId, CycleState, DEFAULT_GRACE_MS, OrderCycle},
    enterprise::{Commune, Producer, Siret, Site, SiteKind},
    id::{HubId, ProducerId, SiteId},
    money::{Rate, UnitPrice},
    offer::Offer,
    pricing::{MarginBase, Terms},
    quantity::{Pack, Quantity},
    time::{Timestamp, Weekday},
    wire::snapshot::HubCard,
};
use jiff::Span;
use server::{store::PriceList, testing};

use crate::{chance::Chance, desk::id};

/// Tuesday 24 November 2026, 8:00 UTC.
pub(crate) const START: i64 = 1_795_507_200_000;
const WEEK_DAYS: [Weekday; 3] = [Weekday::Monday, Weekday::Tuesday, Weekday::Thursday];

/// The hub's side of the market.
pub(crate) struct Market {
    pub(crate) hub: HubId,
    pub(crate) list: PriceList,
    pub(crate) cycle: OrderCycle,
    /// Offers that left the list and may come back.
    gone: Vec<Offer>,
}

pub(crate) fn card(hub: HubId) -> HubCard {
    HubCard { id: hub, name: "Plateforme".into(), phone: "04 00 00 00 00".into() }
}

pub(crate) fn terms(chance: &mut Chance) -> Terms {
    let margin_base = if chance.once_in(2) { MarginBase::OnCost } else { MarginBase::OnPrice };
    let hundredths = |chance: &mut Chance, most| chance.between(0, most);
    let rate = |value| Rate::from_hundredths(value).unwrap_or(Rate::ZERO);
    let (margin, transport) = (rate(hundredths(chance, 3_000)), rate(hundredths(chance, 800)));
    Terms { margin_base, margin, transport }
}

pub(crate) fn site(hub: HubId, n: usize) -> Site {
    Site {
        id: SiteId(id(2, n)),
        hub,
        kind: SiteKind::Kitchen,
        name: format!("Cuisine {n}"),
        siret: siret(900 + n),
        commune: Commune { name: "Sommières".into(), insee: "30321".into() },
    }
}

/// A SIRET that checks and is nobody's: the last digit is found by trying.
fn siret(n: usize) -> Siret {
    let tries = (0..10).map(|digit| Siret::parse(&format!("0000{n:09}{digit}")));
    tries.flatten().next().unwrap_or_else(|| unreachable!("one digit in ten checks"))
}

fn producer(hub: HubId, n: usize) -> Producer {
    let siret = siret(100 + n);
    let commune = Commune { name: "Lunel".into(), insee: "34145".into() };
    let id = ProducerId::of_siret(hub, &siret);
    Producer { id, name: format!("Ferme {n}"), siret, commune, minimum_order: None }
}

fn cycle(of: CycleId, now: i64, chance: &mut Chance) -> OrderCycle {
    let open_ms = 600_000 + chance.stretch(3 * 24 * 3_600_000);
    OrderCycle {
        id: of,
        opens_at: Timestamp(now),
        cut_off_at: Timestamp(now + open_ms),
        grace_ms: DEFAULT_GRACE_MS,
        delivery_days: Weekdays::of(WEEK_DAYS),
        published_at: Timestamp(now),
        state: CycleState::Open,
    }
}

fn price(chance: &mut Chance) -> UnitPrice {
    UnitPrice::from_ten_thousandths(chance.between(500, 150_000)).unwrap_or_default()
}

fn promise(chance: &mut Chance) -> Option<Quantity> {
    let promised = chance.once_in(2).then(|| chance.between(1, 60) * 1_000);
    promised.and_then(|promised| Quantity::from_thousandths(promised).ok())
}

impl Market {
    pub(crate) fn new(hub: HubId, chance: &mut Chance) -> Self {
        let producers: Vec<_> = (0..=chance.below(4)).map(|n| producer(hub, n)).collect();
        let most = 1 + chance.below(36);
        let count = 5 + chance.below(most);
        let offers = (0..count).map(|n| offer(n, producers[n % producers.len()].id, chance)).collect();
        let first = CycleId::new(2026, 49).unwrap_or_else(|_| unreachable!("the week exists"));
        let cycle = cycle(first, START, chance);
        Self { hub, list: PriceList { producers, offers }, cycle, gone: Vec::new() }
    }

    /// The list of the week that follows.
    pub(crate) fn next_week(&mut self, now: i64, chance: &mut Chance) {
        let monday = self.cycle.id.day(Weekday::Monday);
        let next =
            monday.checked_add(Span::new().days(7)).ok().and_then(|day| CycleId::of_day(day.into()).ok());
        if let Some(next) = next {
            self.cycle = cycle(next, now, chance);
        }
        for _ in 0..chance.below(4) {
            self.change(chance);
        }
    }

    /// One change of the list: a price, a promise, an offer gone or come back, a pack.
    pub(crate) fn change(&mut self, chance: &mut Chance) -> String {
        let at = chance.below(self.list.offers.len());
        let (gone, last) = (self.gone.len(), self.list.offers.len() <= 2);
        match chance.below(8) {
            0..3 => {
                let offer = &mut self.list.offers[at];
                offer.net_price = price(chance);
                format!("price of {} is {}", offer.reference, offer.net_price)
            }
            3 => {
                let offer = &mut self.list.offers[at];
                offer.promised = promise(chance);
                format!("promise of {} is {:?}", offer.reference, offer.promised)
            }
            4 if !last => {
                let offer = self.list.offers.remove(at);
                let told = format!("{} leaves the list", offer.reference);
                self.gone.push(offer);
                told
            }
            5 if gone > 0 => {
                let offer = self.gone.swap_remove(chance.below(gone));
                let told = format!("{} comes back", offer.reference);
                self.list.offers.push(offer);
                told
            }
            6 => {
                let offer = &mut self.list.offers[at];
                offer.vat =
                    Rate::from_hundredths(if chance.once_in(2) { 550 } else { 2_000 }).unwrap_or(Rate::ZERO);
                format!("VAT of {} changes", offer.reference)
            }
            _ => {
                let offer = &mut self.list.offers[at];
                offer.pack = pack(chance);
                format!("pack of {} is {:?}", offer.reference, offer.pack)
            }
        }
    }
}

fn pack(chance: &mut Chance) -> Pack {
    let thousandths = *chance.pick(&[1_000, 5_000, 500, 2_500, 250]).unwrap_or(&1_000);
    let content = Quantity::from_thousandths(thousandths).unwrap_or_default();
    Pack::new(content.value()).unwrap_or_else(|_| unreachable!("a pack above zero"))
}

fn offer(n: usize, producer: ProducerId, chance: &mut Chance) -> Offer {
    let days: Vec<_> = WEEK_DAYS.into_iter().filter(|_| !chance.once_in(3)).collect();
    Offer {
        net_price: price(chance),
        pack: pack(chance),
        promised: promise(chance),
        delivery_days: Weekdays::of(if days.is_empty() { WEEK_DAYS.to_vec() } else { days }),
        ..testing::offer(&format!("P-{n:03}"), &format!("Produit {n}"), producer, "1", None)
    }
}
