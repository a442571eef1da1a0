//! The hub, what it sells, and the week it sells it in.

use domain::{
    cycle::{CycleId, CycleState, DEFAULT_GRACE_MS, OrderCycle},
    enterprise::{Producer, Site},
    id::HubId,
    money::{Amount, Rate},
    pricing::{MarginBase, Terms},
    time::{Timestamp, Weekday},
    wire::snapshot::HubCard,
};
use jiff::ToSpan;
use uuid::Uuid;

use super::{DemoError, places};
use crate::{
    import::{self, new_cycle},
    store::PriceList,
};

/// The demonstration's price list, as a workbook of 2,000 rows. See `NOTE.md` beside it.
pub const PRICE_LIST: &[u8] = include_bytes!("price-list.xlsx");
const HUB: HubId = HubId(Uuid::from_u128(0x0de3_0000_0000_4000_8000_0000_0000_0001));

const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// All that is invented, but the orders.
pub(super) struct Market {
    pub(super) hub: HubCard,
    pub(super) terms: Terms,
    pub(super) list: PriceList,
    pub(super) sites: Vec<Site>,
}

impl Market {
    /// The same market each time.
    pub(super) fn new() -> Result<Self, DemoError> {
        let hub = HubCard {
            id: HUB,
            name: "Plateforme des Garrigues (démo)".to_owned(),
            phone: "04 65 71 00 12".to_owned(),
        };
        let margin = Rate::from_hundredths(12_00).map_err(|_| DemoError::Data("margin"))?;
        let terms = Terms { margin_base: MarginBase::OnCost, margin, transport: Rate::ZERO };
        let mut list = import::read(PRICE_LIST, "price-list.xlsx", HUB, &|_, _, _| {})?.list;
        for (place, producer) in list.producers.iter_mut().enumerate() {
            producer.minimum_order = minimum_order(place);
        }
        Ok(Self { hub, terms, list, sites: places::all(HUB)? })
    }

    /// The producer people sign in as: of those with the most products, the first.
    pub(super) fn featured_producer(&self) -> Result<&Producer, DemoError> {
        let products = |producer: &&Producer| {
            self.list.offers.iter().filter(|offer| offer.producer == producer.id).count()
        };
        self.list.producers.iter().rev().max_by_key(products).ok_or(DemoError::Data("no producer"))
    }
}

/// One producer in three has a minimum order, of 50, 80, 100 or 150 euros.
fn minimum_order(place: usize) -> Option<Amount> {
    const EUROS: [i64; 4] = [50, 80, 100, 150];
    (place % 3 == 1).then(|| Amount::from_cents(EUROS[place / 3 % EUROS.len()] * 100))
}

/// The first week whose cut-off, the Thursday before it at noon in France, is a day away or more; open since the day
/// before yesterday. A week that was closed before its time is over: the one after it opens.
pub(super) fn open_cycle(now: Timestamp, closed: Option<CycleId>) -> Option<OrderCycle> {
    let today = new_cycle::day_in_france(now)?;
    (1..=4).find_map(|weeks: i64| {
        let id = CycleId::of_day(today.checked_add(weeks.weeks()).ok()?.into()).ok()?;
        let thursday = id.day(Weekday::Monday).checked_sub(4.days()).ok()?.into();
        let cut_off_at = new_cycle::in_france(thursday, 12)?;
        let is_over = closed.is_some_and(|closed| id <= closed);
        (cut_off_at.since_ms(now) >= DAY_MS && !is_over).then(|| OrderCycle {
            id,
            opens_at: now.plus_ms(-2 * DAY_MS),
            cut_off_at,
            grace_ms: DEFAULT_GRACE_MS,
            delivery_days: new_cycle::working_days(),
            published_at: now,
            state: CycleState::Open,
        })
    })
}
