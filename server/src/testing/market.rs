//! A small invented market: a hub with two kitchens and two producers, a neighbour hub with one of each, one open week.

use std::sync::OnceLock;

use domain::{
    catalog::{Months, Origin, ProductFamily, QualitySign, Weekdays},
    command::{Command, Envelope, SettleTicket, SubmitOrder, SubmittedLine},
    cycle::{CycleId, CycleState, DEFAULT_GRACE_MS, OrderCycle},
    enterprise::{Commune, Producer, Role, Siret, Site, SiteKind},
    id::{DraftId, HubId, OutboxId, OwnerId, ProducerId, Reference, SiteId, TicketId, UserId},
    money::{Amount, Rate, UnitPrice},
    offer::Offer,
    pricing::{MarginBase, Terms},
    quantity::{Pack, Quantity, Unit},
    ticket::Choice,
    time::{Date, Hlc, Timestamp, Weekday},
    wire::{
        owners::{Owner, OwnerKind},
        snapshot::HubCard,
    },
};
use uuid::Uuid;

use crate::{
    access::{password, rights::KitchenSession},
    store::{NewUser, Owned, PriceList, Store},
};

/// Tuesday 24 November 2026, 8:00 UTC: the week of 30 November is open.
pub const NOW: Timestamp = Timestamp(1_795_507_200_000);
/// Everybody's.
pub const PASSWORD: &str = "un-mot-de-passe-inventé";

const OPENS_AT: Timestamp = Timestamp(1_795_417_200_000);
const CUT_OFF_AT: Timestamp = Timestamp(1_795_690_800_000);

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x4d41_5243_4845_0000_0000_0000_0000_0000 | n)
}

/// A quantity in words of a test.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn quantity(text: &str) -> Quantity {
    Quantity::new(text.parse().expect("a number")).expect("a quantity")
}

/// The open week: cut-off on Thursday 26 November at 11:00 UTC, deliveries on Monday and Thursday.
///
/// # Panics
/// Never: the week exists.
#[must_use]
pub fn week() -> OrderCycle {
    OrderCycle {
        id: "2026-W49".parse().expect("a week"),
        opens_at: OPENS_AT,
        cut_off_at: CUT_OFF_AT,
        grace_ms: DEFAULT_GRACE_MS,
        delivery_days: Weekdays::of([Weekday::Monday, Weekday::Thursday]),
        published_at: OPENS_AT,
        state: CycleState::Open,
    }
}

/// The producers of a hub: Mas des Oliviers and Ferme du Causse.
///
/// # Panics
/// Never: the SIRETs check.
#[must_use]
pub fn producers(hub: HubId) -> Vec<Producer> {
    let rows =
        [("00000010100014", "Mas des Oliviers", "Lunel"), ("00000020200010", "Ferme du Causse", "Blandas")];
    rows.into_iter()
        .map(|(siret, name, commune)| {
            let siret = Siret::parse(siret).expect("a SIRET");
            let commune = Commune { name: commune.into(), insee: "34145".into() };
            let id = ProducerId::of_siret(hub, &siret);
            Producer { id, name: name.into(), siret, commune, minimum_order: None }
        })
        .collect()
}

/// An offer of plain vegetables, by crates of 5 kg, VAT 5.5 %, delivered on Mondays and Thursdays.
///
/// # Panics
/// When `price` is no price or `reference` no reference.
#[must_use]
pub fn offer(
    reference: &str,
    name: &str,
    producer: ProducerId,
    price: &str,
    promised: Option<&str>,
) -> Offer {
    Offer {
        reference: Reference::parse(reference).expect("a reference"),
        revision: 0,
        name: name.into(),
        producer,
        family: ProductFamily::FruitAndVegetables,
        signs: Vec::new(),
        certificate: None,
        origin: Some(Origin::France),
        unit: Unit::Kilogram,
        pack: Pack::new(5.into()).expect("a pack"),
        net_price: UnitPrice::new(price.parse().expect("a number")).expect("a price"),
        vat: Rate::from_hundredths(550).expect("a rate"),
        promised: promised.map(quantity),
        delivery_days: Weekdays::of([Weekday::Monday, Weekday::Thursday]),
        season: Months::default(),
        allergens: None,
        temperature: None,
    }
}

/// The first list: leeks (1.20 €, 80 kg promised), carrots (0.90 €), organic apples (2.10 €) of the first producer; cheese
/// (14.50 €, 40 kg promised) of the second.
#[must_use]
pub fn offers(hub: HubId) -> Vec<Offer> {
    let [mas, causse] = [0, 1].map(|at| producers(hub)[at].id);
    let apples = offer("P-003", "Pommes Reinette", mas, "2.10", None);
    vec![
        offer("P-001", "Poireaux", mas, "1.20", Some("80")),
        offer("P-002", "Carottes", mas, "0.90", None),
        Offer { signs: vec![QualitySign::Organic], ..apples },
        offer("F-001", "Pélardons", causse, "14.50", Some("40")),
    ]
}

/// The market, open.
#[derive(Debug, Clone)]
pub struct Market {
    /// The hub.
    pub hub: HubId,
    /// Another hub of the same server.
    pub neighbour: HubId,
    /// Its week.
    pub cycle: OrderCycle,
    /// Its kitchens: École des Tilleuls, Collège Jean-Vilar.
    pub kitchens: [KitchenSession; 2],
    /// The neighbour's kitchen.
    pub neighbour_kitchen: KitchenSession,
    /// Who owns kitchens of the hub: a Region; below it the Gard, whose École des Tilleuls is, and the Hérault, whose Collège
    /// Jean-Vilar is.
    pub owners: [OwnerId; 3],
    /// The first producer of the hub, and the second.
    pub producers: [ProducerId; 2],
}

fn hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| password::hash(PASSWORD).expect("a hash")).clone()
}

impl Market {
    /// Opens the market in an empty store. Accounts, all with [`PASSWORD`]: `tilleuls@`, `vilar@`, `mas@`, `causse@`, `hub@`,
    /// `region@`, `gard@`, `herault@market.example`; and `ailleurs@`, `autre-hub@market.example` of the neighbour.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn open(store: &Store) -> Self {
        let (hub, neighbour) = (HubId(id(1)), HubId(id(2)));
        let cycle = week();
        for (hub, name) in [(hub, "Plateforme des Deux Rives"), (neighbour, "Plateforme d’à côté")] {
            open_hub(store, hub, name, &cycle).await;
        }
        let own = [0, 1].map(|at| producers(hub)[at].id);
        let tilleuls = kitchen(store, hub, 11, "École des Tilleuls", "tilleuls@market.example").await;
        let vilar = kitchen(store, hub, 12, "Collège Jean-Vilar", "vilar@market.example").await;
        let elsewhere = kitchen(store, neighbour, 21, "Lycée d’ailleurs", "ailleurs@market.example").await;
        user(store, "mas@market.example", Role::Producer { hub, producer: own[0] }).await;
        user(store, "causse@market.example", Role::Producer { hub, producer: own[1] }).await;
        user(store, "hub@market.example", Role::Hub { hub }).await;
        let owners = communities(store, hub, [&tilleuls, &vilar]).await;
        user(store, "autre-hub@market.example", Role::Hub { hub: neighbour }).await;
        Self {
            hub,
            neighbour,
            cycle,
            kitchens: [tilleuls, vilar],
            neighbour_kitchen: elsewhere,
            owners,
            producers: own,
        }
    }

    /// The market as a kitchen of it knows it, in a base that is already filled.
    #[must_use]
    pub fn as_seen_by(who: KitchenSession) -> Self {
        let own = [0, 1].map(|at| producers(who.hub)[at].id);
        let kitchens = [who; 2];
        Self {
            hub: who.hub,
            neighbour: who.hub,
            cycle: week(),
            kitchens,
            neighbour_kitchen: who,
            owners: [OwnerId(Uuid::nil()); 3],
            producers: own,
        }
    }

    /// Publishes another list of the same week.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn publish(&self, store: &Store, offers: Vec<Offer>, now: Timestamp) {
        let list = PriceList { producers: producers(self.hub), offers };
        store.publish_price_list(self.hub, &self.cycle, &list, now, false, &|_, _| {}).await.expect("a list");
    }

    /// A day of the week.
    #[must_use]
    pub fn day(&self, weekday: Weekday) -> Date {
        self.cycle.id.day(weekday)
    }

    /// A kitchen's usual submission for Monday, with the prices of the first list.
    ///
    /// # Panics
    /// When a reference is not in the first list.
    #[must_use]
    pub fn submission(&self, site: SiteId, wanted: &[(&str, &str)]) -> SubmitOrder {
        let lines: Vec<_> =
            wanted.iter().map(|(reference, quantity)| self.line(reference, quantity)).collect();
        let total_seen: Amount = lines.iter().map(|line| line.price_seen.times(line.quantity)).sum();
        SubmitOrder {
            draft: DraftId::usual(site, self.cycle.id, 0),
            site,
            cycle: self.cycle.id,
            lines,
            total_seen,
            cut_off_seen: self.cycle.cut_off_at,
            catalog_cursor: None,
            drawn: None,
        }
    }

    fn line(&self, reference: &str, wanted: &str) -> SubmittedLine {
        let offers = offers(self.hub);
        let offer = offers.iter().find(|offer| offer.reference.as_str() == reference);
        let offer = offer.cloned().unwrap_or_else(|| offer_nobody_has(reference, self.producers[0]));
        SubmittedLine {
            offer: offer.reference,
            offer_revision: 1,
            delivery_on: self.day(Weekday::Monday),
            quantity: quantity(wanted),
            price_seen: terms().buyer_price(offer.net_price),
            vat_seen: offer.vat,
        }
    }
}

fn offer_nobody_has(reference: &str, producer: ProducerId) -> Offer {
    offer(reference, "", producer, "1", None)
}

fn terms() -> Terms {
    let margin = Rate::from_hundredths(2_500).expect("a rate");
    Terms { margin_base: MarginBase::OnCost, margin, transport: Rate::ZERO }
}

async fn open_hub(store: &Store, hub: HubId, name: &str, cycle: &OrderCycle) {
    let card = HubCard { id: hub, name: name.into(), phone: "04 00 00 00 00".into() };
    store.create_hub(&card, &terms()).await.expect("a hub");
    store.create_cycle(hub, cycle).await.expect("a cycle");
    let list = PriceList { producers: producers(hub), offers: offers(hub) };
    store.publish_price_list(hub, cycle, &list, OPENS_AT, false, &|_, _| {}).await.expect("a list");
}

async fn kitchen(store: &Store, hub: HubId, n: u128, name: &str, email: &str) -> KitchenSession {
    let site = SiteId(id(n));
    let siret = Siret::parse("00000030300016").expect("a SIRET");
    let commune = Commune { name: "Sommières".into(), insee: "30321".into() };
    let place = Site { id: site, hub, kind: SiteKind::Kitchen, name: name.into(), siret, commune };
    store.create_site(&place).await.expect("a site");
    KitchenSession { user: user(store, email, Role::Kitchen { hub, site }).await, hub, site }
}

/// The communities, and who looks at the figures of each.
async fn communities(store: &Store, hub: HubId, kitchens: [&KitchenSession; 2]) -> [OwnerId; 3] {
    let add = async |kind, name: &str, insee: &str, parent| {
        let owner = Owner { kind, name: name.into(), insee: Some(insee.into()), siren: None, parent };
        store.add_owner(hub, None, &owner, OPENS_AT).await.expect("a community").id
    };
    let region = add(OwnerKind::Region, "Région d’essai", "76", None).await;
    let gard = add(OwnerKind::Department, "Gard", "30", Some(region)).await;
    let herault = add(OwnerKind::Department, "Hérault", "34", Some(region)).await;
    let give = async |owned, owner| {
        assert!(store.set_owner(hub, None, owned, owner, OPENS_AT).await.expect("a store"));
    };
    for (kitchen, owner) in kitchens.into_iter().zip([gard, herault]) {
        give(Owned::Kitchen(kitchen.site), owner).await;
    }
    for (name, owner) in [("region", region), ("gard", gard), ("herault", herault)] {
        let person = user(store, &format!("{name}@market.example"), Role::Authority { hub }).await;
        give(Owned::Authority(person), owner).await;
    }
    [region, gard, herault]
}

async fn user(store: &Store, email: &str, role: Role) -> UserId {
    let name = email.split('@').next().unwrap_or_default().to_owned();
    let user = NewUser { name, email: email.into(), password_hash: hash(), role };
    store.create_user(&user).await.expect("an account")
}

/// A tablet's outbox: numbers and seals commands.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its outbox.
    pub outbox: OutboxId,
    who: KitchenSession,
    last: u64,
}

impl Device {
    /// The `n`th tablet of a kitchen.
    #[must_use]
    pub fn of(who: &KitchenSession, n: u64) -> Self {
        Self { outbox: OutboxId(Uuid::from_u64_pair(n, who.site.0.as_u64_pair().1)), who: *who, last: 0 }
    }

    /// The next command.
    pub fn seal(&mut self, command: &Command) -> Envelope {
        self.last += 1;
        let hlc = Hlc { at_ms: 1_795_507_200_000, counter: 0, node: self.last };
        Envelope::seal(self.last, hlc, self.who.user, self.who.site, command)
    }

    /// « Envoyer la commande ».
    pub fn submit(&mut self, submission: SubmitOrder) -> Envelope {
        self.seal(&Command::SubmitOrder(submission))
    }

    /// A choice on a ticket.
    pub fn settle(&mut self, ticket: TicketId, choice: Choice) -> Envelope {
        self.seal(&Command::SettleTicket(SettleTicket { ticket, choice }))
    }
}

/// The week after, for lists that follow.
impl Market {
    /// The cycle of the following week, open from now.
    ///
    /// # Panics
    /// Never: the week exists.
    #[must_use]
    pub fn next_week(&self) -> OrderCycle {
        const WEEK_MS: i64 = 7 * 24 * 3_600_000;
        let id: CycleId = "2026-W50".parse().expect("a week");
        OrderCycle { id, cut_off_at: self.cycle.cut_off_at.plus_ms(WEEK_MS), ..self.cycle.clone() }
    }
}
