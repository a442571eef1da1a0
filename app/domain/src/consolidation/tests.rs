//! Conservation: what kitchens asked, what producers harvest and what everybody pays come out to the gram and the cent.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    catalog::{Months, ProductFamily, Weekdays},
    cycle::CycleId,
    enterprise::{Commune, Producer, Siret},
    id::{DraftId, ProducerId, SiteId, TicketId},
    money::{Rate, UnitPrice},
    order::{OrderLine, OrderNumber, totals_of},
    pricing::MarginBase,
    producer_sheet::{self, SheetLine, SiteLabel},
    quantity::{Pack, Unit},
    time::{Timestamp, Weekday},
};

fn terms() -> Terms {
    Terms {
        margin_base: MarginBase::OnPrice,
        margin: Rate::new("25".parse().unwrap()).unwrap(),
        transport: Rate::new("3.5".parse().unwrap()).unwrap(),
    }
}

fn cycle() -> CycleId {
    "2026-W49".parse().unwrap()
}

fn producer_id(n: u32) -> ProducerId {
    ProducerId(Uuid::from_u128(u128::from(n) + 1))
}

/// Offer `n` belongs to producer `n % 3`, by packs of `1 + n % 4` kg.
fn offer(n: u32, promised: Option<i64>, price: i64) -> Offer {
    Offer {
        reference: Reference::parse(&format!("R{n:03}")).unwrap(),
        revision: 1,
        name: format!("Product {n}"),
        producer: producer_id(n % 3),
        family: ProductFamily::Grocery,
        signs: vec![],
        certificate: None,
        origin: None,
        unit: Unit::Kilogram,
        pack: Pack::new((1 + n % 4).into()).unwrap(),
        net_price: UnitPrice::from_ten_thousandths(price).unwrap(),
        vat: Rate::new("5.5".parse().unwrap()).unwrap(),
        promised: promised.map(|kilos| Quantity::new(kilos.into()).unwrap()),
        delivery_days: Weekdays::from_bits(0x1f),
        season: Months::default(),
        allergens: None,
        temperature: None,
    }
}

fn line(offer: &Offer, day: Weekday, packs: u32) -> OrderLine {
    let (ordered, unit_price) = (offer.pack.times(packs), terms().buyer_price(offer.net_price));
    OrderLine {
        key: LineKey { offer: offer.reference.clone(), delivery_on: cycle().day(day) },
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
        split: terms().split(offer.net_price, unit_price, ordered),
        status: LineStatus::Accepted,
        proposed: None,
    }
}

fn order(n: u32, lines: Vec<OrderLine>) -> Order {
    let site = SiteId(Uuid::from_u128(u128::from(n)));
    let draft = DraftId::usual(site, cycle(), 0);
    Order {
        id: OrderId::of_draft(draft),
        draft,
        number: OrderNumber { year: 2026, sequence: n },
        site,
        cycle: cycle(),
        received_at: Timestamp(0),
        state: OrderState::Accepted,
        totals: totals_of(&lines),
        header: Default::default(),
        amendments: Vec::new(),
        lines,
    }
}

fn by_reference(offers: &[Offer]) -> HashMap<Reference, Offer> {
    offers.iter().map(|offer| (offer.reference.clone(), offer.clone())).collect()
}

#[test]
fn a_short_promise_is_shared_over_the_whole_week_and_paid_for_what_is_granted() {
    let offers = [offer(0, Some(80), 10_000)];
    let asked = [(Weekday::Monday, 60), (Weekday::Tuesday, 30), (Weekday::Monday, 10)];
    let orders: Vec<_> =
        (1..).zip(asked).map(|(n, (day, packs))| order(n, vec![line(&offers[0], day, packs)])).collect();
    let closed = consolidate(orders, &by_reference(&offers), &terms());
    let got: Vec<_> = closed.orders.iter().map(|order| order.lines[0].counted().to_string()).collect();
    assert_eq!(got, ["48", "24", "8"]);
    assert_eq!(closed.shortened_lines, 3);
    let (producer, buyer) = sums(&closed.granted);
    assert_eq!(producer, Amount::from_cents(8_000));
    assert_eq!(buyer, closed.orders.iter().map(|order| order.totals.net).sum());
    check_conservation(&closed, &by_reference(&offers)).unwrap();
}

#[test]
fn a_line_nobody_answered_about_is_not_delivered() {
    let offers = [offer(0, None, 10_000)];
    let mut held = line(&offers[0], Weekday::Monday, 3);
    held.status = LineStatus::Held { ticket: TicketId(Uuid::nil()), reason: Reason::PriceChanged };
    let closed = consolidate(vec![order(1, vec![held])], &by_reference(&offers), &terms());
    assert_eq!(closed.unanswered_lines, 1);
    assert_eq!(closed.orders[0].lines[0].status, LineStatus::Dropped { reason: Reason::NotConfirmed });
    assert_eq!(closed.orders[0].totals.net, Amount::ZERO);
    assert!(closed.granted.is_empty());
    check_conservation(&closed, &by_reference(&offers)).unwrap();
}

#[test]
fn the_check_notices_each_kind_of_leak() {
    let offers = by_reference(&[offer(0, Some(5), 10_000)]);
    let sound = consolidate(
        vec![order(1, vec![line(&offers[&Reference::parse("R000").unwrap()], Weekday::Monday, 5)])],
        &offers,
        &terms(),
    );
    check_conservation(&sound, &offers).unwrap();

    let spoil = |change: fn(&mut Consolidation)| {
        let mut spoiled = sound.clone();
        change(&mut spoiled);
        check_conservation(&spoiled, &offers).unwrap_err()
    };
    assert!(matches!(
        spoil(|closed| closed.orders[0].lines[0].split.hub += Amount::from_cents(1)),
        Leak::Money { .. }
    ));
    assert!(matches!(spoil(|closed| closed.orders[0].lines[0].confirmed = None), Leak::Line { .. }));
    assert!(matches!(
        spoil(|closed| closed.orders[0].totals.net += Amount::from_cents(1)),
        Leak::Total { .. }
    ));
    assert!(matches!(
        spoil(|closed| closed
            .granted
            .values_mut()
            .for_each(|demand| demand.ordered += Quantity::new(1.into()).unwrap())),
        Leak::OverPromise { .. }
    ));
}

fn sheets(closed: &Consolidation) -> Vec<producer_sheet::ProducerSheet> {
    let lines: Vec<_> = closed
        .orders
        .iter()
        .flat_map(|order| order.lines.iter().map(move |line| (order, line)))
        .filter(|(_, line)| line.status == LineStatus::Accepted)
        .map(|(order, line)| SheetLine {
            producer: line.producer,
            offer: line.key.offer.clone(),
            name: line.name.clone(),
            unit: line.unit.clone(),
            pack: line.pack,
            delivery_on: line.key.delivery_on,
            site: order.site,
            number: order.number,
            ordered: line.ordered,
            confirmed: line.counted(),
            net_price: line.net_price,
            amount: line.split.producer,
        })
        .collect();
    let labels: BTreeMap<_, _> = closed
        .orders
        .iter()
        .map(|order| {
            (order.site, SiteLabel { name: format!("Kitchen {}", order.number), commune: "Arques".into() })
        })
        .collect();
    let producers = (0..3).map(|n| Producer {
        id: producer_id(n),
        name: format!("Producer {n}"),
        siret: Siret::parse("00000045500014").unwrap(),
        commune: Commune { name: "Arques".into(), insee: "12010".into() },
        minimum_order: None,
    });
    producers
        .map(|producer| producer_sheet::build(cycle(), producer, Timestamp(1), &lines, &labels))
        .collect()
}

/// Random weeks: offers with or without a promise, orders over the days, some lines held.
fn a_week() -> impl Strategy<Value = (Vec<Offer>, Vec<Order>)> {
    let offers = prop::collection::vec((prop::option::of(0_i64..60), 1_i64..90_000), 1..12);
    let orders = prop::collection::vec(prop::collection::btree_set((0_u32..12, 0_i8..5), 0..10), 1..12);
    (offers, orders, prop::collection::vec((1_u32..9, any::<bool>()), 120)).prop_map(
        |(offers, orders, dice)| {
            let offers: Vec<_> =
                (0..).zip(offers).map(|(n, (promised, price))| offer(n, promised, price)).collect();
            let mut dice = dice.into_iter().cycle();
            let orders = (1..).zip(orders).map(|(n, keys)| {
                let lines = keys.into_iter().map(|(at, day)| {
                    let (packs, counts) = dice.next().unwrap_or((1, true));
                    let offer = &offers[usize::try_from(at).unwrap() % offers.len()];
                    let day = Weekday::from_monday_zero_offset(day).unwrap();
                    let mut line = line(offer, day, packs);
                    if !counts {
                        line.status =
                            LineStatus::Held { ticket: TicketId(Uuid::nil()), reason: Reason::PriceChanged };
                    }
                    line
                });
                let mut lines: Vec<_> = lines.collect();
                lines.sort_by(|a, b| a.key.cmp(&b.key));
                lines.dedup_by(|a, b| a.key == b.key);
                order(n, lines)
            });
            let orders = orders.collect();
            (offers, orders)
        },
    )
}

proptest! {
    #[test]
    fn whatever_the_week_everything_comes_out((offers, orders) in a_week()) {
        let offers = by_reference(&offers);
        let asked = demand_of(&orders);
        let closed = consolidate(orders.clone(), &offers, &terms());
        check_conservation(&closed, &offers).unwrap();

        // Naive: line by line, by text. The dense table must say the same.
        for (key, demand) in &asked {
            let lines = orders.iter().flat_map(|order| &order.lines);
            let naive: Quantity =
                lines.filter(|line| line.key == *key && line.status == LineStatus::Accepted).map(|line| line.ordered).sum();
            prop_assert_eq!(naive, demand.ordered);
        }
        // Asked = granted + what was short; nothing is granted that was not asked.
        for (key, granted) in &closed.granted {
            prop_assert!(granted.ordered <= asked[key].ordered);
            prop_assert_eq!(granted.lines, asked[key].lines);
        }
        // The sheets carry exactly what was granted, to the gram and the cent.
        let sheets = sheets(&closed);
        let on_paper: Amount = sheets.iter().map(|sheet| sheet.amount).sum();
        prop_assert_eq!(on_paper, sums(&closed.granted).0);
        for sheet in &sheets {
            for day in &sheet.days {
                for product in &day.products {
                    let key = LineKey { offer: product.reference.clone(), delivery_on: day.delivery_on };
                    prop_assert_eq!(product.quantity, closed.granted[&key].ordered);
                    prop_assert_eq!(product.quantity, product.portions.iter().map(|portion| portion.quantity).sum());
                }
            }
        }
    }

    #[test]
    fn the_order_of_arrival_changes_nobodys_share((offers, orders) in a_week()) {
        let offers = by_reference(&offers);
        let straight = consolidate(orders.clone(), &offers, &terms());
        let mut reversed = consolidate(orders.into_iter().rev().collect(), &offers, &terms());
        reversed.orders.reverse();
        prop_assert_eq!(straight, reversed);
    }
}
