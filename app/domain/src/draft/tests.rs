//! What the screen shows of a draft, and what leaves with it.

mod repeating;

use uuid::Uuid;

use super::*;
use crate::{
    catalog::{Months, ProductFamily, QualitySign, Weekdays},
    cycle::CycleState,
    enterprise::{Commune, Siret},
    id::HubId,
    money::Rate,
    pricing::MarginBase,
    quantity::{Pack, Unit},
    time::{Timestamp, Weekday},
    wire::{Catalog, snapshot::HubCard},
};

fn key(name: &str, day: Weekday) -> LineKey {
    let cycle: CycleId = "2026-W49".parse().unwrap();
    LineKey { offer: Reference::parse(name).unwrap(), delivery_on: cycle.day(day) }
}

fn kilos(text: &str) -> Quantity {
    Quantity::new(text.parse().unwrap()).unwrap()
}

fn amount(text: &str) -> Amount {
    Amount::new(text.parse().unwrap()).unwrap()
}

fn producer(n: u128, name: &str, minimum: Option<&str>) -> Producer {
    Producer {
        id: ProducerId(Uuid::from_u128(n)),
        name: name.to_owned(),
        siret: Siret::parse("00000045500014").unwrap(),
        commune: Commune { name: "Arques".to_owned(), insee: "12010".to_owned() },
        minimum_order: minimum.map(amount),
    }
}

fn offer(name: &str, producer: u128, pack: &str, price: &str, vat: &str) -> Offer {
    Offer {
        reference: Reference::parse(name).unwrap(),
        revision: 3,
        name: name.to_owned(),
        producer: ProducerId(Uuid::from_u128(producer)),
        family: ProductFamily::FruitAndVegetables,
        signs: vec![QualitySign::Organic],
        certificate: None,
        origin: None,
        unit: Unit::Kilogram,
        pack: Pack::new(pack.parse().unwrap()).unwrap(),
        net_price: UnitPrice::new(price.parse().unwrap()).unwrap(),
        vat: Rate::new(vat.parse().unwrap()).unwrap(),
        promised: Some(kilos("40")),
        delivery_days: Weekdays::of([Weekday::Monday]),
        season: Months::default(),
        allergens: None,
        temperature: None,
    }
}

fn catalog() -> Catalog {
    Catalog::new(
        HubCard { id: HubId(Uuid::nil()), name: "Carreau".to_owned(), phone: "05 00 00 00 00".to_owned() },
        OrderCycle {
            id: "2026-W49".parse().unwrap(),
            opens_at: Timestamp(0),
            cut_off_at: Timestamp(10_000),
            grace_ms: 0,
            delivery_days: Weekdays::from_bits(0x1f),
            published_at: Timestamp(0),
            state: CycleState::Open,
        },
        Terms {
            margin_base: MarginBase::OnCost,
            margin: Rate::new("25".parse().unwrap()).unwrap(),
            transport: Rate::ZERO,
        },
        [producer(1, "Zélie", Some("80")), producer(2, "Aline", None)],
        vec![offer("leek", 1, "5", "2", "5.5"), offer("cocoa", 2, "2.5", "10", "20")],
    )
}

fn draft(lines: &[(LineKey, &str)]) -> Draft {
    let mut draft = Draft::empty(SiteId(Uuid::from_u128(8)), "2026-W49".parse().unwrap(), 0);
    for (key, quantity) in lines {
        draft.set(key.clone(), kilos(quantity));
    }
    draft
}

#[test]
fn setting_a_quantity_replaces_and_zero_removes() {
    let mut draft = draft(&[(key("leek", Weekday::Monday), "5"), (key("leek", Weekday::Monday), "10")]);
    assert_eq!(draft.quantity(&key("leek", Weekday::Monday)), kilos("10"));
    draft.set(key("leek", Weekday::Tuesday), kilos("5"));
    assert_eq!(draft.quantity_of(&Reference::parse("leek").unwrap()), kilos("15"));
    draft.set(key("leek", Weekday::Monday), Quantity::ZERO);
    assert_eq!(draft.lines.len(), 1);
}

#[test]
fn totals_are_exact_and_grouped_by_producer_in_name_order() {
    let seen = view(
        &draft(&[(key("leek", Weekday::Monday), "10"), (key("cocoa", Weekday::Monday), "2.5")]),
        &catalog(),
    );
    let names: Vec<_> =
        seen.groups.iter().map(|group| group.producer.as_ref().unwrap().name.as_str()).collect();
    assert_eq!(names, ["Aline", "Zélie"]);
    assert_eq!(seen.sendable, 2);
    assert_eq!((seen.totals.net, seen.totals.gross), (amount("56.25"), amount("63.88")));
    let taxes: Vec<_> =
        seen.totals.vat.iter().map(|group| (group.rate.percent().to_string(), group.tax)).collect();
    assert_eq!(taxes, [("5.5".to_owned(), amount("1.38")), ("20".to_owned(), amount("6.25"))]);
}

#[test]
fn the_minimum_is_told_and_never_blocks() {
    let seen = view(&draft(&[(key("leek", Weekday::Monday), "10")]), &catalog());
    assert_eq!(seen.groups[0].missing_to_minimum, Some(amount("55")));
    assert_eq!(seen.sendable, 1);
    let enough = view(&draft(&[(key("leek", Weekday::Monday), "35")]), &catalog());
    assert_eq!(enough.groups[0].missing_to_minimum, None);
}

#[test]
fn what_cannot_be_sent_is_said_and_stays_in_the_draft() {
    let draft = draft(&[
        (key("leek", Weekday::Monday), "7"),
        (key("leek", Weekday::Friday), "5"),
        (key("gone", Weekday::Monday), "1"),
        (key("cocoa", Weekday::Monday), "50"),
    ]);
    let seen = view(&draft, &catalog());
    let warnings: Vec<_> =
        seen.groups.iter().flat_map(|group| &group.lines).map(|line| line.warnings.clone()).collect();
    assert_eq!(
        warnings,
        [
            vec![LineWarning::AbovePromise { promised: kilos("40") }],
            vec![LineWarning::PackMultiple { suggested: kilos("10") }],
            vec![LineWarning::NotDelivered],
            vec![LineWarning::Gone],
        ]
    );
    let sent = submission(&draft, &catalog(), None).unwrap();
    assert_eq!(sent.lines.len(), 1);
    assert_eq!(sent.total_seen, amount("625"));
    assert_eq!(
        (sent.lines[0].offer_revision, sent.lines[0].price_seen),
        (3, UnitPrice::new("12.5".parse().unwrap()).unwrap())
    );
    assert_eq!(draft.lines.len(), 4);
}

#[test]
fn an_empty_draft_sends_nothing() {
    assert_eq!(submission(&draft(&[]), &catalog(), None), None);
    assert_eq!(submission(&draft(&[(key("gone", Weekday::Monday), "1")]), &catalog(), None), None);
}

/// An order of 10 kg of carrots at 1.25 €, accepted before the list changed.
fn ordered(catalog: &Catalog) -> crate::order::Order {
    use crate::{
        id::OrderId,
        order::{LineStatus, Order, OrderLine, OrderNumber, OrderState, totals_of},
    };
    let terms = catalog.terms();
    let offer = offer("carotte", 1, "5", "1.00", "5.5");
    let unit_price = terms.buyer_price(offer.net_price);
    let ordered = kilos("10");
    let line = OrderLine {
        key: key("carotte", Weekday::Monday),
        offer_revision: 1,
        name: "Carotte".to_owned(),
        producer: offer.producer,
        unit: offer.unit,
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
    };
    let draft = Draft::empty(SiteId(Uuid::nil()), catalog.cycle().id, 0);
    Order {
        id: OrderId::of_draft(draft.id),
        draft: draft.id,
        number: OrderNumber { year: 2026, sequence: 1 },
        site: draft.site,
        cycle: draft.cycle,
        received_at: Timestamp(1),
        state: OrderState::Accepted,
        totals: totals_of(std::slice::from_ref(&line)),
        lines: vec![line],
        header: Default::default(),
        amendments: Vec::new(),
    }
}

#[test]
fn a_sent_order_opened_again_keeps_what_was_agreed_and_prices_the_rest_by_the_list_of_now() {
    let catalog = catalog();
    let order = ordered(&catalog);
    let agreed = order.lines[0].unit_price;
    let prices = Amending::new(&order, &catalog);
    let edited = |quantity: &str| {
        let mut draft = Draft::empty(order.site, order.cycle, 0);
        draft.set(key("carotte", Weekday::Monday), kilos(quantity));
        draft
    };
    // The list has no carrots any more: less can be had, more cannot, and a broken pack is said.
    let shown = |quantity: &str| view(&edited(quantity), &prices).groups[0].lines[0].clone();
    for quantity in ["10", "5"] {
        let line = shown(quantity);
        assert_eq!(
            (line.unit_price, line.warnings, line.amount),
            (agreed, vec![], agreed.times(kilos(quantity)))
        );
    }
    assert_eq!(shown("15").warnings, [LineWarning::Gone]);
    let amend = |quantity: &str| amendment(&order, (0, order.asked()), &edited(quantity), &catalog, None);
    assert_eq!(amend("15"), Err(CannotAmend::LinesToCorrect));
    assert_eq!(amend("0"), Err(CannotAmend::Empty));
    let less = amend("5").unwrap();
    assert_eq!((less.order(), less.seen, less.wanted.total_differs()), (order.id, order.asked(), false));
    assert_eq!((less.wanted.lines[0].price_seen, less.wanted.lines[0].quantity), (agreed, kilos("5")));
}
