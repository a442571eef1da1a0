//! Closing a week in memory: 172 kitchens × 40 lines over 2,000 offers, a fifth of them short.

use std::{
    collections::{BTreeMap, HashMap},
    hint::black_box,
};

use domain::{
    catalog::{Months, ProductFamily, Weekdays},
    consolidation::{check_conservation, consolidate},
    cycle::CycleId,
    id::{DraftId, OrderId, ProducerId, Reference, SiteId},
    money::{Rate, UnitPrice},
    offer::Offer,
    order::{LineKey, LineStatus, Order, OrderLine, OrderNumber, OrderState, totals_of},
    pricing::{MarginBase, Terms},
    quantity::{Pack, Quantity, Unit},
    time::{Timestamp, Weekday},
};
use uuid::Uuid;

use crate::figures::{Figure, Goal, Peer, time};

const KITCHENS: u32 = 172;
const LINES: u32 = 40;
const OFFERS: u32 = 2_000;

fn offer(n: u32) -> Offer {
    Offer {
        reference: Reference::parse(&format!("D{n:05}")).expect("a short reference"),
        revision: 1,
        name: format!("Produit {n}"),
        producer: ProducerId(Uuid::from_u128(u128::from(n % 132))),
        family: ProductFamily::FruitAndVegetables,
        signs: vec![],
        certificate: None,
        origin: None,
        unit: Unit::Kilogram,
        pack: Pack::new(5.into()).expect("five kilos"),
        net_price: UnitPrice::from_ten_thousandths(i64::from(8_000 + n * 7)).expect("a price"),
        vat: Rate::from_hundredths(550).expect("a rate"),
        promised: n.is_multiple_of(5).then(|| Quantity::new(20.into()).expect("twenty kilos")),
        delivery_days: Weekdays::from_bits(0x1f),
        season: Months::default(),
        allergens: None,
        temperature: None,
    }
}

fn order(kitchen: u32, offers: &[Offer], terms: &Terms, cycle: CycleId) -> Order {
    let site = SiteId(Uuid::from_u128(u128::from(kitchen)));
    let draft = DraftId::usual(site, cycle, 0);
    let days = [Weekday::Monday, Weekday::Tuesday, Weekday::Thursday];
    let lines: Vec<_> = (0..LINES)
        .map(|n| {
            // Kitchens like the same things: a third of the lines fall on a twentieth of the offers.
            let at = if n.is_multiple_of(3) {
                (kitchen * 7 + n * 11) % (OFFERS / 20)
            } else {
                (kitchen * 131 + n * 47) % OFFERS
            };
            let offer = &offers[usize::try_from(at).expect("a small number")];
            let ordered = offer.pack.times(1 + (kitchen + n) % 4);
            let unit_price = terms.buyer_price(offer.net_price);
            let day = days[usize::try_from(n).expect("a small number") % days.len()];
            OrderLine {
                key: LineKey { offer: offer.reference.clone(), delivery_on: cycle.day(day) },
                offer_revision: 1,
                name: offer.name.clone(),
                producer: offer.producer,
                unit: offer.unit.clone(),
                pack: offer.pack,
                ordered,
                confirmed: None,
                price_seen: unit_price,
                unit_price,
                net_price: offer.net_price,
                vat: offer.vat,
                amount: unit_price.times(ordered),
                split: terms.split(offer.net_price, unit_price, ordered),
                status: LineStatus::Accepted,
                proposed: None,
            }
        })
        .collect();
    Order {
        id: OrderId::of_draft(draft),
        draft,
        number: OrderNumber { year: 2026, sequence: 1 },
        site,
        cycle,
        received_at: Timestamp(0),
        state: OrderState::Accepted,
        totals: totals_of(&lines),
        header: Default::default(),
        amendments: Vec::new(),
        lines,
    }
}

/// What a plain engineer writes first: one map keyed by text.
fn grouped_by_text(orders: &[Order]) -> BTreeMap<(String, String), Quantity> {
    let mut groups: BTreeMap<(String, String), Quantity> = BTreeMap::new();
    for line in orders.iter().flat_map(|order| &order.lines) {
        let key = (line.key.offer.to_string(), line.key.delivery_on.to_string());
        *groups.entry(key).or_default() += line.ordered;
    }
    groups
}

/// Demand, allocation, confirmed lines and the conservation check, from orders in memory.
pub(crate) fn measure() -> Vec<Figure> {
    let terms = Terms {
        margin_base: MarginBase::OnCost,
        margin: Rate::from_hundredths(2_500).expect("a margin"),
        transport: Rate::ZERO,
    };
    let cycle: CycleId = "2026-W49".parse().expect("an ISO week");
    let offers: Vec<_> = (0..OFFERS).map(offer).collect();
    let orders: Vec<_> = (1..=KITCHENS).map(|kitchen| order(kitchen, &offers, &terms, cycle)).collect();
    let by_reference: HashMap<_, _> =
        offers.into_iter().map(|offer| (offer.reference.clone(), offer)).collect();

    let (ours, worst) = time(31, || {
        let closed = consolidate(orders.clone(), &by_reference, &terms);
        check_conservation(&closed, &by_reference).expect("nothing leaks");
        black_box(closed);
    });
    let (demand, demand_worst) = time(31, || drop(black_box(domain::consolidation::demand_of(&orders))));
    let (text, _) = time(31, || drop(black_box(grouped_by_text(&orders))));
    vec![
        Figure {
            name: "closing 172 orders × 40 lines in memory, checked".to_owned(),
            unit: "ms",
            ours,
            worst,
            peer: None,
            goal: Goal::AtMost(50.0),
        },
        Figure {
            name: "demand of 6,880 lines by product and day".to_owned(),
            unit: "ms",
            ours: demand,
            worst: demand_worst,
            peer: Some(Peer { name: "one map keyed by text", value: text }),
            goal: Goal::Ratio(1.0),
        },
    ]
}
