//! Invented people, places and products.

use domain::{
    catalog::{Months, ProductFamily, Weekdays},
    cycle::{CycleState, OrderCycle},
    enterprise::{Commune, Producer, Role, Siret},
    id::{HubId, ProducerId, Reference, SiteId, UserId},
    money::{Rate, UnitPrice},
    offer::Offer,
    order::LineKey,
    pricing::{MarginBase, Terms},
    quantity::{Pack, Quantity, Unit},
    time::{Timestamp, Weekday},
    wire::{Me, snapshot::HubCard},
};
use uuid::Uuid;

pub const HUB: HubId = HubId(Uuid::from_u128(0x11));
pub const SITE: SiteId = SiteId(Uuid::from_u128(0x22));
pub const OTHER_SITE: SiteId = SiteId(Uuid::from_u128(0x23));
pub const PRODUCER: ProducerId = ProducerId(Uuid::from_u128(0x33));
pub const CUT_OFF: Timestamp = Timestamp(100_000_000);

pub fn kitchen(site: SiteId) -> Me {
    Me {
        user: UserId(Uuid::from_u128(site.0.as_u128() + 0x100)),
        name: "Camille Vidal".into(),
        email: format!("{:x}@cuisine.example", site.0.as_u128()),
        role: Role::Kitchen { hub: HUB, site },
        place: "Cuisine du collège".into(),
        device: None,
        second_step_due: false,
    }
}

pub fn hub() -> HubCard {
    HubCard { id: HUB, name: "Plateforme".into(), phone: "01 99 00 00 00".into() }
}

pub fn cycle() -> OrderCycle {
    OrderCycle {
        id: "2026-W49".parse().unwrap(),
        opens_at: Timestamp(0),
        cut_off_at: CUT_OFF,
        grace_ms: 600_000,
        delivery_days: Weekdays::of([Weekday::Monday, Weekday::Thursday]),
        published_at: Timestamp(0),
        state: CycleState::Open,
    }
}

pub fn terms() -> Terms {
    Terms {
        margin_base: MarginBase::OnCost,
        margin: Rate::from_hundredths(2_500).unwrap(),
        transport: Rate::ZERO,
    }
}

pub fn producer() -> Producer {
    Producer {
        id: PRODUCER,
        name: "Ferme des Aubes".into(),
        siret: Siret::parse("00000045500014").unwrap(),
        commune: Commune { name: "Millau".into(), insee: "12145".into() },
        minimum_order: None,
    }
}

pub fn offer(number: u32, price: i64) -> Offer {
    Offer {
        reference: reference(number),
        revision: 1,
        name: format!("Carotte {number}"),
        producer: PRODUCER,
        family: ProductFamily::FruitAndVegetables,
        signs: Vec::new(),
        certificate: None,
        origin: None,
        unit: Unit::from_code("KGM"),
        pack: Pack::new(1.into()).unwrap(),
        net_price: UnitPrice::from_ten_thousandths(price).unwrap(),
        vat: Rate::from_hundredths(550).unwrap(),
        promised: None,
        delivery_days: Weekdays::of([Weekday::Monday, Weekday::Thursday]),
        season: Months::default(),
        allergens: None,
        temperature: None,
    }
}

pub fn reference(number: u32) -> Reference {
    Reference::parse(&format!("D{number:05}")).unwrap()
}

pub fn monday(number: u32) -> LineKey {
    LineKey { offer: reference(number), delivery_on: cycle().id.day(Weekday::Monday) }
}

pub fn kilos(count: i64) -> Quantity {
    Quantity::from_thousandths(count * 1_000).unwrap()
}
