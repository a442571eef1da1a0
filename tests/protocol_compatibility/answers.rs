//! I12: every command ever shipped comes to the same under the server of today. The bytes of the corpus are pushed as they
//! are, in the order a device of their time would have numbered them.

use domain::{
    catalog::Weekdays,
    cycle::OrderCycle,
    enterprise::{Commune, Producer, Siret, Site, SiteKind},
    id::{HubId, OutboxId, ProducerId, SiteId, TicketId, UserId},
    money::UnitPrice,
    offer::Offer,
    order::{LineStatus, Order},
    pricing::{MarginBase, Terms},
    quantity::Pack,
    receipt::{Outcome, Reason},
    ticket::{Subject, Ticket, TicketState},
    time::{Timestamp, Weekday},
    wire::{PushAnswer, snapshot::HubCard},
};
use server::{
    access::rights::KitchenSession,
    store::{PriceList, SyncStore, SyncTransaction, memory::MemoryStore},
    sync::push::{Batch, push},
    testing::{NOW, offer, week},
};
use uuid::{Uuid, uuid};

const HUB: HubId = HubId(uuid!("01923f5e-7c00-7000-8000-0000000000c3"));
/// Named in the corpus.
const SITE: SiteId = SiteId(uuid!("01923f5e-7c00-7000-8000-0000000000a1"));
const COOK: UserId = UserId(uuid!("01923f5e-7c00-7000-8000-0000000000b2"));
const TICKET: TicketId = TicketId(uuid!("00000000-0000-0000-0000-00005ca1ab1e"));
const MINUTE: i64 = 60_000;

/// The market the corpus was written in.
struct Market {
    store: MemoryStore,
    now: Timestamp,
}

impl Market {
    async fn open() -> Self {
        let store = MemoryStore::new(1);
        let terms = Terms {
            margin_base: MarginBase::OnCost,
            margin: Default::default(),
            transport: Default::default(),
        };
        let card = HubCard { id: HUB, name: "Plateforme".into(), phone: "04 00 00 00 00".into() };
        store.create_hub(&card, &terms).await.unwrap();
        store.create_site(&kitchen()).await.unwrap();
        let market = Self { store, now: NOW };
        market.publish("2.9625").await;
        market
    }

    /// Publishes the list of the corpus, the first product at `price`.
    async fn publish(&self, price: &str) {
        let list = PriceList { producers: vec![farm()], offers: offers(price) };
        self.store.publish_price_list(HUB, &cycle(), &list, self.now, true).await.unwrap();
    }

    /// Pushes files of the corpus from an outbox of its own; what became of each.
    async fn told(&self, files: &[&str]) -> Vec<Outcome> {
        let outbox = OutboxId(Uuid::from_u128(0xfeed));
        let cmds = files.iter().map(|name| serde_json::from_str(&super::file(name)).unwrap()).collect();
        let who = KitchenSession { user: COOK, hub: HUB, site: SITE };
        match push(&self.store, &who, Batch { outbox, cmds }, self.now).await.unwrap() {
            PushAnswer::Done(done) => done.results.into_iter().map(|receipt| receipt.outcome).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn order(&self) -> Order {
        let mut orders = self.store.all_orders();
        assert_eq!(orders.len(), 1, "{orders:?}");
        orders.remove(0)
    }

    /// What the order asks for, and what it costs before tax.
    fn stands(&self) -> (Vec<String>, String) {
        let order = self.order();
        let asked = order.asked().into_iter().map(|line| format!("{} {}", line.key, line.quantity));
        (asked.collect(), order.totals.net.to_string())
    }

    /// Has the first line of the order wait for the choice the corpus makes.
    async fn hold_a_line(&self) {
        let before = self.order();
        let mut after = before.clone();
        after.lines[0].status = LineStatus::Held { ticket: TICKET, reason: Reason::PriceChanged };
        after.refresh_totals();
        let line = &after.lines[0];
        let subject = Subject::Line {
            order: after.id,
            line: line.key.clone(),
            price_seen: line.price_seen,
            price_now: Some(line.unit_price),
        };
        let ticket = Ticket {
            id: TICKET,
            site: SITE,
            cycle: Some(after.cycle),
            reason: Reason::PriceChanged,
            subject,
            opened_at: self.now,
            state: TicketState::Open,
        };
        let mut tx = self.store.write(HUB).await.unwrap();
        tx.save_order(HUB, Some(&before), &after).await.unwrap();
        tx.save_ticket(HUB, &ticket).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn kitchen() -> Site {
    let commune = Commune { name: "Sommières".into(), insee: "30321".into() };
    let siret = Siret::parse("00000020200010").unwrap();
    Site { id: SITE, hub: HUB, kind: SiteKind::Kitchen, name: "Cuisine".into(), siret, commune }
}

fn farm() -> Producer {
    let siret = Siret::parse("00000010100014").unwrap();
    let commune = Commune { name: "Lunel".into(), insee: "34145".into() };
    let id = ProducerId::of_siret(HUB, &siret);
    Producer { id, name: "Ferme".into(), siret, commune, minimum_order: None }
}

fn days() -> Weekdays {
    Weekdays::of([Weekday::Monday, Weekday::Tuesday, Weekday::Thursday])
}

fn cycle() -> OrderCycle {
    OrderCycle { delivery_days: days(), ..week() }
}

fn offers(price: &str) -> Vec<Offer> {
    let pack = Pack::new("2.5".parse().unwrap()).unwrap();
    let listed = |reference, name, price: &str| {
        let net_price = UnitPrice::new(price.parse().unwrap()).unwrap();
        Offer { pack, net_price, delivery_days: days(), ..offer(reference, name, farm().id, "1", None) }
    };
    vec![listed("D00045-001", "Carottes", price), listed("D00045-006", "Fromage", "5.075")]
}

fn applied(order: &Order) -> Outcome {
    Outcome::Applied { order: Some(order.id), dup_of: None }
}

fn asked(first: &str) -> Vec<String> {
    vec![format!("D00045-001@2026-11-30 {first}"), "D00045-006@2026-12-01 7.5".to_owned()]
}

#[tokio::test]
async fn a_submission_of_then_becomes_the_order_it_became() {
    let market = Market::open().await;
    let told = market.told(&["order.submit@1"]).await;
    assert_eq!(told, [applied(&market.order())]);
    assert_eq!(market.stands(), (asked("20"), "97.31".to_owned()));
    assert_eq!(market.told(&["order.submit@1"]).await, told, "said again");
}

#[tokio::test]
async fn a_submission_of_then_that_costs_more_now_asks_and_one_that_is_late_waits() {
    let mut market = Market::open().await;
    market.publish("3.1").await;
    let told = market.told(&["order.submit@1"]).await;
    assert!(
        matches!(told[..], [Outcome::Parked { code: Reason::PriceChanged, order: Some(_), .. }]),
        "{told:?}"
    );
    assert_eq!(market.order().totals.net.to_string(), "38.06");
    market = Market::open().await;
    market.now = cycle().cut_off_at.plus_ms(11 * MINUTE);
    let told = market.told(&["order.submit@1"]).await;
    assert!(matches!(told[..], [Outcome::Parked { code: Reason::Late, order: None, .. }]), "{told:?}");
}

#[tokio::test]
async fn an_amendment_of_then_changes_what_it_changed() {
    let market = Market::open().await;
    let told = market.told(&["order.submit@1", "order.amend@1"]).await;
    assert_eq!(told, [applied(&market.order()), applied(&market.order())]);
    assert_eq!(market.stands(), (asked("40"), "156.56".to_owned()));
}

#[tokio::test]
async fn a_withdrawal_of_then_withdraws_what_was_seen_and_nothing_else() {
    let market = Market::open().await;
    let told = market.told(&["order.submit@1", "ticket.settle@1", "order.withdraw@1"]).await;
    let unknown = Outcome::Refused { code: Reason::UnknownTicket };
    assert_eq!(told, [applied(&market.order()), unknown, applied(&market.order())]);
    assert!(market.order().is_withdrawn());
    let market = Market::open().await;
    let told = market.told(&["order.submit@1", "order.amend@1", "order.withdraw@1"]).await;
    assert_eq!(told[2], Outcome::Refused { code: Reason::OrderChanged });
    assert_eq!(market.stands(), (asked("40"), "156.56".to_owned()));
}

#[tokio::test]
async fn a_choice_of_then_is_the_choice_it_was() {
    let market = Market::open().await;
    market.told(&["order.submit@1"]).await;
    market.hold_a_line().await;
    assert_eq!(market.order().totals.net.to_string(), "38.06");
    assert_eq!(market.told(&["ticket.settle@1"]).await, [applied(&market.order())]);
    assert_eq!(market.stands(), (asked("20"), "97.31".to_owned()));
}

#[tokio::test]
async fn an_edit_of_then_is_shared_as_it_was() {
    let market = Market::open().await;
    let done = Outcome::Applied { order: None, dup_of: None };
    assert_eq!(market.told(&["draft.edit@1"]).await, [done]);
    let draft = market.store.all_drafts().remove(0);
    let lines = draft.lines.iter().map(|line| format!("{} {}", line.key, line.quantity));
    assert_eq!(lines.collect::<Vec<_>>(), asked("5"));
    assert!(draft.overruled.is_empty() && market.store.all_orders().is_empty());
}

#[tokio::test]
async fn a_comment_of_then_is_said_as_it_was() {
    let market = Market::open().await;
    let done = Outcome::Applied { order: None, dup_of: None };
    assert_eq!(market.told(&["draft.field@1"]).await, [done]);
    let draft = market.store.all_drafts().remove(0);
    let comment = draft.header.stands.comment.unwrap();
    assert_eq!(comment.as_str(), "Livrer au quai nord, après 7 h : le portail est fermé avant.");
    assert!(draft.lines.is_empty() && market.store.all_orders().is_empty());
}
