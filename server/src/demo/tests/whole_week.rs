//! A week of the real scale, through the doors that devices use: 2,000 products of 132 producers, every kitchen orders, the
//! cut-off, what producers confirm, the quay, what kitchens receive. Every gram and every cent of it is somebody's.

use std::collections::BTreeMap;

use domain::{
    command::{Command, Envelope, SubmitOrder, Unread},
    cycle::OrderCycle,
    draft::{Draft, submission},
    enterprise::Site,
    harvest::{ConfirmHarvest, Less, ShortReason, Shortfall},
    id::{OrderId, OutboxId, PlaceId, RecordId, Reference, SiteId, UserId},
    money::Amount,
    order::{LineKey, Order},
    pricing::Split,
    producer_sheet::ProducerSheet,
    quantity::Quantity,
    quay::{Arrival, Departure, PageKey, QuayLine, QuayPage, RecordQuay, Side, departing},
    receipt::Outcome,
    reception::{Gap, GapReason, Label, LineRecord, RecordReception, delivered_on, received_lines},
    time::{Date, Hlc},
    wire::{Catalog, PushAnswer, PushDone, Scope},
};
use uuid::Uuid;

use super::*;
use crate::{
    access::rights::{HubSession, KitchenSession, ProducerSession, Recorder},
    audit,
    store::feed::kind,
    sync::push::{Batch, push},
    testing::on_sqlite,
};

/// Lines of a kitchen's order.
const LINES: usize = 15;

/// Everybody of the week, and the store between them.
struct Week {
    store: TestStore,
    market: Market,
    cycle: OrderCycle,
    /// When all of it happens, but the close.
    now: Timestamp,
    /// The only day of its deliveries that anything is ordered for.
    day: Date,
    /// An account each, in the order of the market's kitchens.
    cooks: Vec<UserId>,
    said: u64,
}

impl Week {
    async fn open() -> Self {
        let store = on_sqlite().await;
        let (market, now) = (Market::new().unwrap(), at("2026-11-24T08:00:00Z"));
        store.create_hub(&market.hub, &market.terms).await.unwrap();
        for site in &market.sites {
            store.create_site(site).await.unwrap();
        }
        let cycle = market::open_cycle(now, None).unwrap();
        let hub = market.hub.id;
        store.publish_price_list(hub, &cycle, &market.list, now, false, &|_, _| {}).await.unwrap();
        let kitchens: Vec<_> = market.sites.iter().enumerate().collect();
        let cooks = accounts::cooks(&store, &kitchens).await.unwrap();
        let day = cycle.id.day(Weekday::Tuesday);
        Self { store, market, cycle, now, day, cooks, said: 0 }
    }

    /// One person says one thing, over an outbox of its own; it is applied.
    async fn say(&mut self, who: impl Into<Recorder>, place: impl Into<PlaceId>, command: &Command) {
        self.said += 1;
        let hlc = Hlc { at_ms: self.now.0.cast_unsigned(), counter: 0, node: self.said };
        let sealed = Envelope::seal(1, hlc, self.cooks[0], place, command);
        let outbox = OutboxId(Uuid::from_u64_pair(1, self.said));
        let batch = Batch::of(outbox, &[sealed]).unwrap();
        let answer = push(&*self.store, &who.into(), batch, self.now).await.unwrap();
        let PushAnswer::Done(PushDone { results, .. }) = answer else { panic!("{answer:?}") };
        assert!(matches!(results[0].outcome, Outcome::Applied { .. }), "{command:?}: {results:?}");
    }

    fn kitchen(&self, place: usize) -> KitchenSession {
        KitchenSession { user: self.cooks[place], hub: self.market.hub.id, site: self.market.sites[place].id }
    }

    fn quay(&self) -> HubSession {
        HubSession { user: self.cooks[0], hub: self.market.hub.id }
    }

    async fn orders(&self) -> Vec<Order> {
        let mut tx = self.store.read().await.unwrap();
        tx.cycle_orders(self.market.hub.id, self.cycle.id).await.unwrap()
    }

    async fn sheets(&self) -> Vec<ProducerSheet> {
        self.store.sheets(self.market.hub.id, self.cycle.id).await.unwrap()
    }

    async fn arrivals(&self) -> Vec<Arrival> {
        let mut tx = self.store.read().await.unwrap();
        tx.arrivals(self.market.hub.id, self.cycle.id, self.day).await.unwrap()
    }

    async fn pages(&self) -> Vec<QuayPage> {
        let mut tx = self.store.read().await.unwrap();
        tx.quay_pages(self.market.hub.id, self.cycle.id, self.day).await.unwrap()
    }

    /// Each kitchen orders some of everything: of two thousand products nobody is left out.
    async fn everybody_orders(&mut self) {
        let (hub, offers) = (self.market.hub.clone(), self.market.list.offers.clone());
        let (terms, producers) = (self.market.terms.clone(), self.market.list.producers.clone());
        let catalog = Catalog::new(hub, self.cycle.clone(), terms, producers, offers);
        let on_the_day: Vec<_> = catalog
            .offers
            .iter()
            .filter(|offer| offer.delivery_dates(&self.cycle).any(|day| day == self.day))
            .cloned()
            .collect();
        for place in 0..self.market.sites.len() {
            let site: &Site = &self.market.sites[place];
            let mut draft = Draft::empty(site.id, self.cycle.id, 0);
            for line in 0..LINES {
                let offer = &on_the_day[(place * 71 + line * 131) % on_the_day.len()];
                let key = LineKey { offer: offer.reference.clone(), delivery_on: self.day };
                draft.set(key, offer.pack.times(1 + u32::try_from((place + line) % 4).unwrap()));
            }
            let submit: SubmitOrder = submission(&draft, &catalog, None).expect("an order");
            let who = self.kitchen(place);
            self.say(who, who.site, &Command::SubmitOrder(submit)).await;
        }
    }

    /// Each third producer has a pack less of one product.
    async fn producers_answer(&mut self) {
        for (at, sheet) in self.sheets().await.into_iter().enumerate() {
            let day = sheet.day(self.day).expect("one day is asked").clone();
            let short = day.asked().find(|product| product.granted() > product.pack.times(1));
            let less = short.filter(|_| at % 3 == 0).map(|product| Less {
                reference: product.reference.clone(),
                confirmed: product.granted().less(product.pack.times(1)),
                why: Shortfall { reason: ShortReason::Weather, comment: None, substitute: None },
            });
            let said = ConfirmHarvest {
                producer: sheet.producer.id,
                cycle: self.cycle.id,
                delivery_on: self.day,
                revision_seen: 0,
                less: less.into_iter().collect(),
            };
            let who =
                ProducerSession { user: self.cooks[0], hub: self.market.hub.id, producer: sheet.producer.id };
            self.say(who, who.producer, &Command::ConfirmHarvest(Unread::of(&said))).await;
        }
    }

    async fn writes(&mut self, key: PageKey, lines: Vec<QuayLine>) {
        let said = RecordQuay {
            record: RecordId(Uuid::from_u64_pair(2, self.said)),
            hub: self.market.hub.id,
            page: key,
            handled_by: Label::parse("Nadia Roques").unwrap(),
            supersedes: Vec::new(),
            lines,
        };
        let who = self.quay();
        self.say(who, who.hub, &Command::RecordQuay(Unread::of(&said))).await;
    }

    /// Each fourth producer brings a unit less of its first product.
    async fn goods_come(&mut self) {
        for (at, arrival) in self.arrivals().await.into_iter().enumerate() {
            let mut lines: Vec<_> = arrival
                .products
                .iter()
                .map(|product| QuayLine::conforming(product.reference.clone(), product.quantity))
                .collect();
            if at % 4 == 0 {
                lines[0].quantity = lines[0].quantity.less(Quantity::new(1.into()).unwrap());
                lines[0].gap = Some(Gap { reason: GapReason::Damaged, comment: None });
            }
            self.writes(arrival.page(), lines).await;
        }
    }

    /// Kitchen after kitchen is loaded what is there for it.
    async fn goods_leave(&mut self) {
        let arrivals = self.arrivals().await;
        let mut pages: BTreeMap<PageKey, QuayPage> =
            self.pages().await.into_iter().map(|page| (page.key, page)).collect();
        for place in 0..self.market.sites.len() {
            let site = self.market.sites[place].id;
            let key = PageKey { cycle: self.cycle.id, delivery_on: self.day, side: Side::Out(site) };
            let lines: Vec<_> = departing(&arrivals, |key| pages.get(key), site)
                .iter()
                .map(domain::quay::Departing::proposed)
                .collect();
            self.writes(key, lines).await;
            let mut tx = self.store.read().await.unwrap();
            let page = tx.find_quay_page(self.market.hub.id, &key).await.unwrap().unwrap();
            pages.insert(key, page);
        }
    }

    async fn departure(&self, site: SiteId) -> Departure {
        let mut tx = self.store.read().await.unwrap();
        let name = Departure::name(self.cycle.id, self.day);
        tx.find_entity(&Scope::site(site), kind::DEPARTURE, name).await.unwrap().expect("it was told")
    }

    /// Each kitchen receives what left for it.
    async fn kitchens_receive(&mut self) {
        for (place, order) in self.by_kitchen().await {
            let left = self.departure(order.site).await;
            let lines: Vec<_> = delivered_on(&order, self.day)
                .map(|line| {
                    // Of what it was granted nothing of, nothing leaves for it.
                    let departed = left.line(&line.key.offer);
                    let received = departed.map_or(Quantity::ZERO, |departed| departed.loaded);
                    let gap = departed.filter(|_| received != line.counted());
                    let gap = gap.map(|departed| departed.gap.clone().expect("why"));
                    LineRecord { received, gap, ..LineRecord::conforming(line) }
                })
                .collect();
            let said = RecordReception {
                record: RecordId(Uuid::from_u64_pair(3, self.said)),
                order: order.id,
                site: order.site,
                delivery_on: self.day,
                received_by: Label::parse("Camille Vidal").unwrap(),
                supersedes: Vec::new(),
                lines,
            };
            let who = self.kitchen(place);
            self.say(who, who.site, &Command::RecordReception(Unread::of(&said))).await;
        }
    }

    async fn by_kitchen(&self) -> Vec<(usize, Order)> {
        let place: BTreeMap<SiteId, usize> =
            (0..).zip(&self.market.sites).map(|(at, site)| (site.id, at)).collect();
        self.orders().await.into_iter().map(|order| (place[&order.site], order)).collect()
    }
}

/// Quantities by product.
type ByProduct = BTreeMap<Reference, Quantity>;

fn summed(all: impl IntoIterator<Item = (Reference, Quantity)>) -> ByProduct {
    let mut sums = ByProduct::new();
    for (product, quantity) in all {
        *sums.entry(product).or_default() += quantity;
    }
    sums.retain(|_, quantity| !quantity.is_zero());
    sums
}

#[tokio::test]
async fn a_week_of_the_real_scale_is_conserved_from_the_list_to_the_kitchens() {
    let mut week = Week::open().await;
    week.everybody_orders().await;
    let asked = week.orders().await;
    assert_eq!((asked.len(), asked.iter().map(|order| order.lines.len()).sum::<usize>()), (181, 181 * LINES));
    let hub = week.market.hub.id;
    close_cycle::close(&*week.store, hub, week.cycle.id, week.now).await.unwrap();
    let sheets = week.sheets().await;
    assert!(sheets.len() > 120, "{} producers are asked", sheets.len());
    week.producers_answer().await;
    week.goods_come().await;
    week.goods_leave().await;
    week.kitchens_receive().await;

    // The grams: confirmed = on the sheets; what came and was confirmed = loaded = received.
    let (orders, sheets, arrivals, pages) =
        (week.orders().await, week.sheets().await, week.arrivals().await, week.pages().await);
    let confirmed = summed(
        orders.iter().flat_map(|order| &order.lines).map(|line| (line.key.offer.clone(), line.counted())),
    );
    let products = sheets.iter().flat_map(|sheet| &sheet.days).flat_map(|day| &day.products);
    assert_eq!(confirmed, summed(products.map(|product| (product.reference.clone(), product.quantity))));
    let expected = arrivals.iter().flat_map(|arrival| &arrival.products);
    assert_eq!(confirmed, summed(expected.map(|product| (product.reference.clone(), product.quantity))));
    let counted = |side: fn(&Side) -> bool| {
        let pages = pages.iter().filter(move |page| side(&page.key.side));
        summed(pages.flat_map(QuayPage::counted).map(|line| (line.product.clone(), line.quantity)))
    };
    let (came, loaded) =
        (counted(|side| matches!(side, Side::In(_))), counted(|side| matches!(side, Side::Out(_))));
    assert_ne!(came, confirmed, "something was damaged on the way");
    assert_eq!(came, loaded, "there is no stock: what came left");

    let mut received = Vec::new();
    let (mut billed, mut credited, mut kept) = (Amount::ZERO, Amount::ZERO, Amount::ZERO);
    let (mut owed, mut notes) = (Amount::ZERO, BTreeMap::<OrderId, String>::new());
    for order in &orders {
        let mut tx = week.store.read().await.unwrap();
        let reception = tx.find_reception(order.site, order.id, week.day).await.unwrap().unwrap();
        notes.insert(order.id, reception.number.unwrap().to_string());
        for line in received_lines(order, &reception) {
            let standing = line.standing().unwrap().received;
            received.push((line.line.key.offer.clone(), standing));
            let Split { producer, transport, hub } = line.credit_split(&week.market.terms);
            assert_eq!(producer + transport + hub, line.credit, "every cent of a credit is somebody's");
            billed += line.line.amount;
            credited += line.credit;
            kept += line.line.unit_price.times(standing);
            owed += line.line.split.producer;
        }
    }
    assert_eq!(summed(received), loaded, "what left was received");

    // The cents: billed − credited = what was kept at the price it was ordered at; sheets = orders.
    assert_eq!(billed - credited, kept);
    assert_eq!(sheets.iter().map(|sheet| sheet.amount).sum::<Amount>(), owed);
    assert_eq!(billed, orders.iter().map(|order| order.totals.net).sum::<Amount>());
    assert!(credited > Amount::ZERO);
    assert!(notes.values().all(|number| number == "2026-0001"), "each kitchen has its own series");
    let audit = audit::audit(&week.store).await.unwrap();
    assert_eq!((audit.orders, audit.faults), (181, vec![]));
}
