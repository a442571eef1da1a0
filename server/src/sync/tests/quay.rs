//! What passes over the quay, as those who weigh and load say it: once in the book, told to the hub's devices and to the kitchens.

use domain::{
    command::{Command, Unread},
    harvest::{ConfirmHarvest, Less, ShortReason, Shortfall},
    id::{HubId, RecordId, Reference},
    producer_sheet::SiteLabel,
    quay::{Arrival, Departure, Lot, PageKey, QuayLine, QuayPage, RecordQuay, Side},
    receipt::{Outcome, Reason},
    reception::{Gap, GapReason, Label},
    time::{Date, Hlc, Weekday},
};
use uuid::Uuid;

use super::{together::in_memory, *};
use crate::{
    access::rights::{HubSession, ProducerSession},
    close_cycle,
    store::{SyncStore, SyncTransaction, memory::Failure},
    testing::{Device, TestStore, quantity},
};

crate::on_both_engines!(
    the_hub_s_devices_are_told_what_is_to_come,
    what_comes_and_leaves_is_written_and_told,
    what_two_people_weigh_is_not_added_up,
    nothing_passes_that_was_not_to,
    a_hub_writes_in_its_own_book_alone,
    what_was_weighed_is_not_confirmed_anew,
    what_left_is_not_confirmed_anew_and_what_left_unheard_is_taken,
    delivery_notes_have_no_gaps,
    what_passed_a_fortnight_ago_leaves_the_devices_and_not_the_book,
);

const APPLIED: Outcome = Outcome::Applied { order: None, dup_of: None };

/// A tablet on the quay.
struct QuayTablet {
    who: HubSession,
    outbox: OutboxId,
    said: u64,
}

impl QuayTablet {
    fn of(market: &Market, n: u64) -> Self {
        // An account there is: which person's it is is another story.
        let who = HubSession { user: market.kitchens[0].user, hub: market.hub };
        Self { who, outbox: OutboxId(Uuid::from_u64_pair(n, 55)), said: 0 }
    }

    fn seal(&mut self, said: &RecordQuay) -> Envelope {
        self.said += 1;
        let hlc = Hlc { at_ms: 1_795_507_200_000, counter: 0, node: self.said };
        let command = Command::RecordQuay(Unread::of(said));
        Envelope::seal(self.said, hlc, self.who.user, self.who.hub, &command)
    }
}

/// A closed week: the first kitchen ordered 30 kg of leeks and 5 of cheese, the second 20 kg of leeks.
async fn closed(store: &TestStore, market: &Market) {
    let wanted: [&[(&str, &str)]; 2] = [&[("F-001", "5"), ("P-001", "30")], &[("P-001", "20")]];
    for (who, wanted) in market.kitchens.iter().zip(wanted) {
        let mut tablet = Device::of(who, 1);
        let sent = tablet.submit(market.submission(who.site, wanted));
        push_one(store, who, tablet.outbox, sent).await;
    }
    close_cycle::close(&**store, market.hub, market.cycle.id, NOW).await.unwrap();
}

fn reference(text: &str) -> Reference {
    Reference::parse(text).unwrap()
}

fn key(market: &Market, side: Side) -> PageKey {
    PageKey { cycle: market.cycle.id, delivery_on: market.day(Weekday::Monday), side }
}

fn line(product: &str, kilos: &str, lots: &[&str]) -> QuayLine {
    let lot = |code: &&str| Lot { code: Label::parse(code).unwrap(), use_by: None };
    QuayLine {
        lots: lots.iter().map(lot).collect(),
        ..QuayLine::conforming(reference(product), quantity(kilos))
    }
}

fn record(market: &Market, side: Side, id: u128, lines: Vec<QuayLine>) -> RecordQuay {
    RecordQuay {
        record: RecordId(Uuid::from_u128(id)),
        hub: market.hub,
        page: key(market, side),
        handled_by: Label::parse("Nadia Roques").unwrap(),
        supersedes: Vec::new(),
        lines,
    }
}

/// 40 kg of leeks came of the 50 that were confirmed.
fn short_leeks(market: &Market, id: u128) -> RecordQuay {
    let gap = Gap { reason: GapReason::Missing, comment: None };
    let leeks = QuayLine { gap: Some(gap), ..line("P-001", "40", &["L-12"]) };
    record(market, Side::In(market.producers[0]), id, vec![leeks])
}

async fn say(store: &TestStore, tablet: &mut QuayTablet, said: &RecordQuay) -> Outcome {
    let sealed = tablet.seal(said);
    match push(&**store, &tablet.who, Batch::of(tablet.outbox, &[sealed]).unwrap(), NOW).await {
        Ok(PushAnswer::Done(PushDone { mut results, .. })) => results.remove(0).outcome,
        other => panic!("not done: {other:?}"),
    }
}

async fn rows<T: serde::de::DeserializeOwned>(store: &TestStore, scope: &Scope, kind: &str) -> Vec<T> {
    let mut tx = store.read().await.unwrap();
    let found = tx.entities(scope, kind).await.unwrap();
    found.into_iter().map(|(_, row)| row).collect()
}

async fn departure(store: &TestStore, site: SiteId) -> Option<Departure> {
    rows(store, &Scope::site(site), kind::DEPARTURE).await.pop()
}

async fn the_hub_s_devices_are_told_what_is_to_come(store: TestStore) {
    let market = Market::open(&store).await;
    let scope = Scope::hub(market.hub);
    assert_eq!(rows::<Arrival>(&store, &scope, kind::ARRIVAL).await, [], "nothing before the close");
    closed(&store, &market).await;
    let mut arrivals = rows::<Arrival>(&store, &scope, kind::ARRIVAL).await;
    arrivals.sort_by(|one, other| one.name.cmp(&other.name));
    let told: Vec<_> = arrivals
        .iter()
        .flat_map(|arrival| {
            arrival
                .products
                .iter()
                .map(|product| (&*arrival.name, &*product.name, product.quantity.to_string()))
        })
        .collect();
    assert_eq!(
        told,
        [("Ferme du Causse", "Pélardons", "5".to_owned()), ("Mas des Oliviers", "Poireaux", "50".to_owned())]
    );
    let labels = rows::<SiteLabel>(&store, &scope, kind::LABEL).await;
    assert!(labels.iter().any(|label| label.name == "École des Tilleuls"), "{labels:?}");

    // What is confirmed since is what is to come.
    let why = Shortfall { reason: ShortReason::Weather, comment: None, substitute: None };
    let less = vec![Less { reference: reference("P-001"), confirmed: quantity("45"), why }];
    let answer = confirm(&market, less);
    assert_eq!(answered(&store, &market, &answer).await, APPLIED);
    let arrivals = rows::<Arrival>(&store, &scope, kind::ARRIVAL).await;
    let mas = arrivals.iter().find(|arrival| arrival.producer == market.producers[0]).unwrap();
    assert_eq!((mas.products[0].quantity, mas.answered), (quantity("45"), true));
}

fn confirm(market: &Market, less: Vec<Less>) -> ConfirmHarvest {
    let delivery_on = market.day(Weekday::Monday);
    ConfirmHarvest {
        producer: market.producers[0],
        cycle: market.cycle.id,
        delivery_on,
        revision_seen: 0,
        less,
    }
}

async fn answered(store: &TestStore, market: &Market, said: &ConfirmHarvest) -> Outcome {
    answered_by(store, market, OutboxId(Uuid::from_u64_pair(1, 77)), said).await
}

async fn answered_by(store: &TestStore, market: &Market, outbox: OutboxId, said: &ConfirmHarvest) -> Outcome {
    let user = market.kitchens[0].user;
    let who = ProducerSession { user, hub: market.hub, producer: said.producer };
    let hlc = Hlc { at_ms: 1_795_507_200_000, counter: 0, node: 1 };
    let sealed = Envelope::seal(1, hlc, user, said.producer, &Command::ConfirmHarvest(Unread::of(said)));
    match push(&**store, &who, Batch::of(outbox, &[sealed]).unwrap(), NOW).await {
        Ok(PushAnswer::Done(PushDone { mut results, .. })) => results.remove(0).outcome,
        other => panic!("not done: {other:?}"),
    }
}

async fn what_comes_and_leaves_is_written_and_told(store: TestStore) {
    let market = Market::open(&store).await;
    closed(&store, &market).await;
    let mut tablet = QuayTablet::of(&market, 1);
    let [tilleuls, vilar] = [0, 1].map(|at| market.kitchens[at].site);
    // What leaves is said before what came: two tablets, one slower than the other.
    let loaded =
        record(&market, Side::Out(tilleuls), 1, vec![line("P-001", "25", &[]), line("F-001", "5", &["C9"])]);
    assert_eq!(say(&store, &mut tablet, &loaded).await, APPLIED);
    let told = departure(&store, tilleuls).await.unwrap();
    assert_eq!(told.number.to_string(), "2026-0001");
    assert_eq!(told.line(&reference("P-001")).unwrap().lots, [], "nobody wrote yet what came");

    assert_eq!(say(&store, &mut tablet, &short_leeks(&market, 2)).await, APPLIED);
    let told = departure(&store, tilleuls).await.unwrap();
    let leeks = told.line(&reference("P-001")).unwrap();
    assert_eq!((leeks.confirmed, leeks.loaded), (quantity("30"), quantity("25")));
    assert_eq!(leeks.lots[0].code.as_str(), "L-12", "the lot that came is the lot that left");
    assert_eq!(told.line(&reference("F-001")).unwrap().lots[0].code.as_str(), "C9");
    assert_eq!(departure(&store, vilar).await, None, "nothing was written of what left for the other");

    // Said again by an outbox that never had the answer, it is what it was.
    assert_eq!(say(&store, &mut tablet, &loaded).await, APPLIED);
    let pages = rows::<QuayPage>(&store, &Scope::hub(market.hub), kind::QUAY).await;
    assert_eq!((pages.len(), pages.iter().map(|page| page.records.len()).max()), (2, Some(1)));
}

async fn what_two_people_weigh_is_not_added_up(store: TestStore) {
    let market = Market::open(&store).await;
    closed(&store, &market).await;
    let side = Side::In(market.producers[0]);
    let mut tablets = [QuayTablet::of(&market, 1), QuayTablet::of(&market, 2)];
    say(&store, &mut tablets[0], &record(&market, side, 1, vec![line("P-001", "40", &[])])).await;
    say(&store, &mut tablets[1], &record(&market, side, 2, vec![line("P-001", "48", &[])])).await;
    let page = || async {
        let mut tx = store.read().await.unwrap();
        tx.find_quay_page(market.hub, &key(&market, side)).await.unwrap().unwrap()
    };
    let both = page().await;
    assert_eq!(both.standing(&reference("P-001")).unwrap().quantity, quantity("40"));
    assert_eq!(both.said_of(&reference("P-001")).len(), 2, "a person decides");
    let decided = RecordQuay {
        supersedes: [1, 2].map(|id| RecordId(Uuid::from_u128(id))).to_vec(),
        ..record(&market, side, 3, vec![line("P-001", "48", &[])])
    };
    say(&store, &mut tablets[0], &decided).await;
    assert_eq!(page().await.said_of(&reference("P-001")).len(), 1);
}

async fn nothing_passes_that_was_not_to(store: TestStore) {
    let market = Market::open(&store).await;
    let mut tablet = QuayTablet::of(&market, 1);
    let early = say(&store, &mut tablet, &short_leeks(&market, 1)).await;
    assert_eq!(early, Outcome::Refused { code: Reason::NotAsked }, "nothing is to come before the close");
    closed(&store, &market).await;
    let carrots = record(&market, Side::In(market.producers[0]), 2, vec![line("P-002", "1", &[])]);
    assert_eq!(say(&store, &mut tablet, &carrots).await, Outcome::Refused { code: Reason::NotAsked });
    let elsewhere =
        record(&market, Side::Out(market.neighbour_kitchen.site), 3, vec![line("P-001", "1", &[])]);
    assert_eq!(say(&store, &mut tablet, &elsewhere).await, Outcome::Refused { code: Reason::NotAsked });
    assert_eq!(rows::<QuayPage>(&store, &Scope::hub(market.hub), kind::QUAY).await, []);
}

async fn a_hub_writes_in_its_own_book_alone(store: TestStore) {
    let market = Market::open(&store).await;
    closed(&store, &market).await;
    let refused = Outcome::Refused { code: Reason::NoRight };
    let mut stranger = QuayTablet::of(&market, 3);
    stranger.who.hub = market.neighbour;
    assert_eq!(say(&store, &mut stranger, &short_leeks(&market, 1)).await, refused);
    let own = RecordQuay { hub: market.neighbour, ..short_leeks(&market, 2) };
    let nothing_to_come = Outcome::Refused { code: Reason::NotAsked };
    assert_eq!(say(&store, &mut stranger, &own).await, nothing_to_come);
    // Neither a kitchen nor a producer writes in it, and a hub orders nothing.
    let who = &market.kitchens[0];
    let mut kitchen = Device::of(who, 9);
    let forged = kitchen.seal(&Command::RecordQuay(Unread::of(&short_leeks(&market, 3))));
    assert_eq!(push_one(&store, who, kitchen.outbox, forged).await, refused);
    let mut tablet = QuayTablet::of(&market, 4);
    let submit = Command::SubmitOrder(market.submission(who.site, &[("P-001", "5")]));
    let hlc = Hlc { at_ms: 1_795_507_200_000, counter: 0, node: 1 };
    let sealed = Envelope::seal(1, hlc, tablet.who.user, HubId(market.hub.0), &submit);
    tablet.said = 1;
    let pushed = push(&*store, &tablet.who, Batch::of(tablet.outbox, &[sealed]).unwrap(), NOW).await;
    let Ok(PushAnswer::Done(done)) = pushed else { panic!("{pushed:?}") };
    assert_eq!(done.results[0].outcome, refused);
}

async fn what_was_weighed_is_not_confirmed_anew(store: TestStore) {
    let market = Market::open(&store).await;
    closed(&store, &market).await;
    say(&store, &mut QuayTablet::of(&market, 1), &short_leeks(&market, 1)).await;
    let why = Shortfall { reason: ShortReason::Weather, comment: None, substitute: None };
    let less = vec![Less { reference: reference("P-001"), confirmed: quantity("45"), why }];
    let late = answered(&store, &market, &confirm(&market, less)).await;
    assert_eq!(late, Outcome::Refused { code: Reason::AlreadyReceived });
}

async fn what_left_is_not_confirmed_anew_and_what_left_unheard_is_taken(store: TestStore) {
    let market = Market::open(&store).await;
    closed(&store, &market).await;
    let [tilleuls, vilar] = [0, 1].map(|at| market.kitchens[at].site);
    let why = Shortfall { reason: ShortReason::Weather, comment: None, substitute: None };
    let nothing = vec![Less { reference: reference("P-001"), confirmed: quantity("0"), why }];
    assert_eq!(answered(&store, &market, &confirm(&market, nothing)).await, APPLIED);
    // A tablet without a network had loaded what was granted.
    let mut tablet = QuayTablet::of(&market, 1);
    for (id, site, kilos) in [(1, tilleuls, "30"), (2, vilar, "20")] {
        let loaded = record(&market, Side::Out(site), id, vec![line("P-001", kilos, &[])]);
        assert_eq!(say(&store, &mut tablet, &loaded).await, APPLIED);
    }
    let told = departure(&store, tilleuls).await.unwrap();
    let leeks = told.line(&reference("P-001")).unwrap();
    assert_eq!((leeks.confirmed, leeks.loaded), (quantity("0"), quantity("30")), "a fact is a fact");
    let late = ConfirmHarvest { revision_seen: 1, ..confirm(&market, vec![]) };
    let outbox = OutboxId(Uuid::from_u64_pair(2, 77));
    let refused = Outcome::Refused { code: Reason::AlreadyReceived };
    assert_eq!(answered_by(&store, &market, outbox, &late).await, refused, "nobody weighed, but it left");
}

async fn delivery_notes_have_no_gaps(store: TestStore) {
    let market = Market::open(&store).await;
    closed(&store, &market).await;
    let mut tablet = QuayTablet::of(&market, 1);
    let site = market.kitchens[0].site;
    for id in 1..4 {
        let loaded = record(&market, Side::Out(site), id, vec![line("P-001", &id.to_string(), &[])]);
        say(&store, &mut tablet, &loaded).await;
        let number = departure(&store, site).await.unwrap().number;
        assert_eq!(number.to_string(), "2026-0001", "a correction is of the same note");
    }
    let other = record(&market, Side::Out(market.kitchens[1].site), 4, vec![line("P-001", "20", &[])]);
    say(&store, &mut tablet, &other).await;
    let number = departure(&store, market.kitchens[1].site).await.unwrap().number;
    assert_eq!(number.to_string(), "2026-0001", "each kitchen has a series of its own");
}

async fn what_passed_a_fortnight_ago_leaves_the_devices_and_not_the_book(store: TestStore) {
    let market = Market::open(&store).await;
    closed(&store, &market).await;
    say(&store, &mut QuayTablet::of(&market, 1), &short_leeks(&market, 1)).await;
    let day = market.day(Weekday::Monday);
    let after = |days: i64| Timestamp(NOW.0 + days * 86_400_000);
    let told = |store: TestStore| async move {
        let scope = Scope::hub(HubId(market.hub.0));
        let pages = rows::<QuayPage>(&store, &scope, kind::QUAY).await.len();
        (rows::<Arrival>(&store, &scope, kind::ARRIVAL).await.len(), pages, store)
    };
    turn(&store, &market, NOW).await;
    let (arrivals, pages, store) = told(store).await;
    assert_eq!((arrivals, pages), (2, 1), "the week is still at hand");
    turn(&store, &market, after(60)).await;
    let (arrivals, pages, store) = told(store).await;
    assert_eq!((arrivals, pages), (0, 0));
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.quay_pages(market.hub, market.cycle.id, day).await.unwrap().len(), 1);
    assert_eq!(tx.arrivals(market.hub, market.cycle.id, day).await.unwrap().len(), 2, "as the sheets say");
    drop(tx);
    // Who confirms late brings no part of that day back.
    assert_eq!(answered(&store, &market, &confirm(&market, vec![])).await, APPLIED);
    let (arrivals, _, store) = told(store).await;
    let mut tx = store.read().await.unwrap();
    let known = tx.arrivals(market.hub, market.cycle.id, day).await.unwrap().len();
    assert_eq!((arrivals, known), (0, 2));
}

async fn turn(store: &TestStore, market: &Market, before: Timestamp) {
    let mut tx = store.write(market.hub).await.unwrap();
    let labels = tx.site_labels(market.hub).await.unwrap();
    tx.turn_quay(market.hub, &labels, before).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn whichever_write_fails_a_page_is_there_whole_or_not_at_all() {
    let mut failures = 0;
    for after in 0.. {
        let (store, market) = in_memory().await;
        let who = &market.kitchens[0];
        let mut kitchen = Device::of(who, 1);
        let sent = kitchen.submit(market.submission(who.site, &[("P-001", "30")]));
        push(&store, who, Batch::of(kitchen.outbox, &[sent]).unwrap(), NOW).await.unwrap();
        close_cycle::close(&store, market.hub, market.cycle.id, NOW).await.unwrap();
        let mut tablet = QuayTablet::of(&market, 1);
        let said = [tablet.seal(&record(&market, Side::Out(who.site), 1, vec![line("P-001", "30", &[])]))];
        let batch = || Batch::of(tablet.outbox, &said).unwrap();
        store.fail_after(after, Failure::Temporary);
        let first = push(&store, &tablet.who, batch(), NOW).await.unwrap();
        let struck = !store.stop_failing();
        let done = matches!(first, PushAnswer::Done(_));
        assert_eq!(stands(&store, &market, market.day(Weekday::Monday)).await, [done; 2], "write {after}");
        push(&store, &tablet.who, batch(), NOW).await.unwrap();
        assert_eq!(
            stands(&store, &market, market.day(Weekday::Monday)).await,
            [true; 2],
            "write {after}, said again"
        );
        failures += u32::from(struck);
        if !struck {
            break;
        }
    }
    assert!(failures > 4, "{failures} failures");
}

/// Whether the page is written, and whether its kitchen was told.
async fn stands(store: &crate::store::memory::MemoryStore, market: &Market, day: Date) -> [bool; 2] {
    let site = market.kitchens[0].site;
    let mut tx = store.read().await.unwrap();
    let page = tx.find_quay_page(market.hub, &key(market, Side::Out(site))).await.unwrap();
    let told = tx.changes(&Scope::site(site), 0, 500, true).await.unwrap();
    let name = Departure::name(market.cycle.id, day);
    [page.is_some(), told.iter().any(|op| op.kind == kind::DEPARTURE && op.id == name)]
}
