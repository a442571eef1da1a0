//! What producers confirm after the cut-off: every order, the sheet and the totals of the week say the same, or nothing does.

use domain::{
    command::{Command, Unread},
    consolidation::{demand_of, sums},
    harvest::{ConfirmHarvest, Less, OrderAnswer, ShortReason, Shortfall, Substitute},
    id::{ProducerId, RecordId, Reference},
    order::LineKey,
    pricing::{MarginBase, Terms},
    producer_sheet::ProducerSheet,
    receipt::{Outcome, Reason},
    reception::{Label, LineRecord, RecordReception, delivered_on},
    time::{Date, Hlc},
    wire::harvests::ProducerHarvest,
};
use uuid::Uuid;

use super::{together::in_memory, *};
use crate::{
    access::rights::ProducerSession,
    close_cycle, demand,
    store::{SyncStore, SyncTransaction, memory::Failure},
    testing::{Device, TestStore, quantity},
};

crate::on_both_engines!(
    all_is_confirmed_in_one_word,
    less_is_shared_and_told_to_everybody_it_concerns,
    a_substitute_is_told_and_orders_nothing,
    nothing_is_confirmed_that_was_not_asked,
    a_producer_answers_for_itself_alone,
    what_was_received_is_not_confirmed_anew,
    who_unloads_before_hearing_of_less_is_heard,
);

/// A producer's telephone.
struct Telephone {
    who: ProducerSession,
    outbox: OutboxId,
    said: u64,
}

impl Telephone {
    fn of(market: &Market, n: u64) -> Self {
        let (hub, producer) = (market.hub, market.producers[0]);
        // An account there is: which person's it is is another story.
        let user = market.kitchens[0].user;
        let who = ProducerSession { user, hub, producer };
        Self { who, outbox: OutboxId(Uuid::from_u64_pair(n, 77)), said: 0 }
    }

    fn seal(&mut self, said: &ConfirmHarvest) -> Envelope {
        self.said += 1;
        let hlc = Hlc { at_ms: 1_795_507_200_000, counter: 0, node: self.said };
        Envelope::seal(
            self.said,
            hlc,
            self.who.user,
            self.who.producer,
            &Command::ConfirmHarvest(Unread::of(said)),
        )
    }
}

/// A closed week: the first kitchen ordered 30 kg of leeks and 5 of cheese, the second 20 kg of leeks and 10 of carrots.
async fn closed(store: &TestStore, market: &Market) -> Device {
    let wanted: [&[(&str, &str)]; 2] =
        [&[("F-001", "5"), ("P-001", "30")], &[("P-001", "20"), ("P-002", "10")]];
    let mut tablets = Vec::new();
    for (who, wanted) in market.kitchens.iter().zip(wanted) {
        let mut tablet = Device::of(who, 1);
        let sent = tablet.submit(market.submission(who.site, wanted));
        push_one(store, who, tablet.outbox, sent).await;
        tablets.push(tablet);
    }
    close_cycle::close(&**store, market.hub, market.cycle.id, NOW).await.unwrap();
    tablets.remove(0)
}

fn monday(market: &Market) -> Date {
    market.day(domain::time::Weekday::Monday)
}

fn leeks(kilos: &str) -> Less {
    let why = Shortfall { reason: ShortReason::Weather, comment: None, substitute: None };
    Less { reference: Reference::parse("P-001").unwrap(), confirmed: quantity(kilos), why }
}

fn answer(market: &Market, seen: u32, less: Vec<Less>) -> ConfirmHarvest {
    let (producer, cycle) = (market.producers[0], market.cycle.id);
    ConfirmHarvest { producer, cycle, delivery_on: monday(market), revision_seen: seen, less }
}

async fn say(store: &TestStore, telephone: &mut Telephone, said: &ConfirmHarvest) -> Outcome {
    let sealed = telephone.seal(said);
    match push(&**store, &telephone.who, Batch::of(telephone.outbox, &[sealed]).unwrap(), NOW).await {
        Ok(PushAnswer::Done(PushDone { mut results, .. })) => results.remove(0).outcome,
        other => panic!("not done: {other:?}"),
    }
}

const APPLIED: Outcome = Outcome::Applied { order: None, dup_of: None };

fn refused(code: Reason) -> Outcome {
    Outcome::Refused { code }
}

async fn sheet(store: &TestStore, market: &Market, producer: ProducerId) -> ProducerSheet {
    let mut tx = store.read().await.unwrap();
    tx.find_sheet(market.hub, market.cycle.id, producer).await.unwrap().unwrap()
}

/// What each kitchen is confirmed of leeks.
async fn confirmed_leeks(store: &TestStore, market: &Market) -> Vec<String> {
    let key = LineKey { offer: Reference::parse("P-001").unwrap(), delivery_on: monday(market) };
    let mut found = Vec::new();
    for who in &market.kitchens {
        let own = orders(store, market).await.into_iter().find(|order| order.site == who.site);
        found.push(own.unwrap().line(&key).unwrap().counted().to_string());
    }
    found
}

async fn told(store: &TestStore, order: &Order, day: Date) -> Vec<OrderAnswer> {
    store.read().await.unwrap().answers(order.site, order.id, day).await.unwrap()
}

/// Orders, sheets and totals of the week come to the same.
async fn check_sums(store: &TestStore, market: &Market) {
    let orders = orders(store, market).await;
    let (producers, buyers) = sums(&demand_of(&orders));
    let sheets = store.sheets(market.hub, market.cycle.id).await.unwrap();
    assert_eq!(sheets.iter().map(|sheet| sheet.amount).sum::<domain::money::Amount>(), producers);
    let board = demand::board(store, market.hub, market.cycle.id).await.unwrap();
    assert_eq!((board.producer_net, board.buyer_net), (producers, buyers));
    let summaries = store.read().await.unwrap().sheet_summaries(market.hub, market.cycle.id).await.unwrap();
    assert_eq!(summaries.iter().map(|sheet| sheet.amount).sum::<domain::money::Amount>(), producers);
}

async fn all_is_confirmed_in_one_word(store: TestStore) {
    let market = Market::open(&store).await;
    closed(&store, &market).await;
    let mut telephone = Telephone::of(&market, 1);
    let (before, owed) = (orders(&store, &market).await, sheet(&store, &market, market.producers[0]).await);
    assert_eq!(say(&store, &mut telephone, &answer(&market, 0, vec![])).await, APPLIED);
    assert_eq!(orders(&store, &market).await, before, "what is ordered and owed is as it was");
    let stands = sheet(&store, &market, market.producers[0]).await;
    assert_eq!(
        (stands.amount, stands.days[0].answer.as_ref().map(|said| said.revision)),
        (owed.amount, Some(1))
    );
    for order in &before {
        let told = told(&store, order, monday(&market)).await;
        assert!(
            matches!(&told[..], [told] if told.lines.iter().all(|line| line.short.is_none())),
            "{told:?}"
        );
    }
    let head = store.read().await.unwrap().find_reach(&Scope::producer(market.producers[0])).await.unwrap();
    assert_eq!(say(&store, &mut telephone, &answer(&market, 0, vec![])).await, APPLIED, "a second tap");
    let after = store.read().await.unwrap().find_reach(&Scope::producer(market.producers[0])).await.unwrap();
    assert_eq!(head, after, "says nothing new");
    let silent = sheet(&store, &market, market.producers[1]).await;
    assert_eq!(ProducerHarvest::of(&silent, vec![]).days[0].said_at, None);
    check_sums(&store, &market).await;
}

async fn less_is_shared_and_told_to_everybody_it_concerns(store: TestStore) {
    let market = Market::open(&store).await;
    closed(&store, &market).await;
    let (mut hers, mut his) = (Telephone::of(&market, 1), Telephone::of(&market, 2));
    assert_eq!(say(&store, &mut hers, &answer(&market, 0, vec![leeks("25")])).await, APPLIED);
    // By crates of 5 kg: 3 and 2 of 5.
    assert_eq!(confirmed_leeks(&store, &market).await, ["15", "10"]);
    check_sums(&store, &market).await;
    let board = demand::board(&store, market.hub, market.cycle.id).await.unwrap();
    let line = board.producers.iter().flat_map(|demand| &demand.lines).find(|line| line.name == "Poireaux");
    let line = line.unwrap();
    assert_eq!((line.ordered, line.confirmed), (quantity("50"), Some(quantity("25"))));

    // The other telephone had not seen it; once it has, it corrects what was granted, not what was confirmed.
    let other = answer(&market, 0, vec![leeks("40")]);
    assert_eq!(say(&store, &mut his, &other).await, refused(Reason::HarvestChanged));
    assert_eq!(say(&store, &mut his, &answer(&market, 1, vec![leeks("40")])).await, APPLIED);
    assert_eq!(confirmed_leeks(&store, &market).await, ["25", "15"]);
    check_sums(&store, &market).await;

    let harvest = ProducerHarvest::of(&sheet(&store, &market, market.producers[0]).await, vec![]);
    let [short] = &harvest.days[0].short[..] else { panic!("{harvest:?}") };
    let kitchens: Vec<_> =
        short.kitchens.iter().map(|kitchen| (kitchen.name.as_str(), kitchen.confirmed)).collect();
    assert_eq!((short.granted, short.confirmed), (quantity("50"), quantity("40")));
    assert_eq!(kitchens, [("Collège Jean-Vilar", quantity("15")), ("École des Tilleuls", quantity("25"))]);
    for order in orders(&store, &market).await {
        let [told] = &told(&store, &order, monday(&market)).await[..] else {
            panic!("one producer answered")
        };
        let line = told.line(&Reference::parse("P-001").unwrap()).unwrap();
        assert_eq!(line.short.as_ref().map(|short| &short.reason), Some(&ShortReason::Weather));
        assert_eq!(told.lines.len(), if order.site == market.kitchens[0].site { 1 } else { 2 });
    }
    // Back to all of it.
    assert_eq!(say(&store, &mut his, &answer(&market, 2, vec![])).await, APPLIED);
    assert_eq!(confirmed_leeks(&store, &market).await, ["30", "20"]);
    check_sums(&store, &market).await;
}

async fn a_substitute_is_told_and_orders_nothing(store: TestStore) {
    let market = Market::open(&store).await;
    closed(&store, &market).await;
    let list = crate::testing::offers(market.hub);
    let apples = list.iter().find(|offer| offer.reference.as_str() == "P-003").unwrap();
    let margin = domain::money::Rate::from_hundredths(2_500).unwrap();
    let terms = Terms { margin_base: MarginBase::OnCost, margin, transport: domain::money::Rate::ZERO };
    let instead = |name: &str| {
        let mut less = leeks("40");
        less.why.substitute = Some(Substitute {
            offer: apples.reference.clone(),
            name: name.to_owned(),
            quantity: quantity("10"),
            net_price: apples.net_price,
            unit_price: terms.buyer_price(apples.net_price),
        });
        vec![less]
    };
    let mut telephone = Telephone::of(&market, 1);
    let renamed = say(&store, &mut telephone, &answer(&market, 0, instead("Pommes d’or"))).await;
    assert_eq!(renamed, refused(Reason::PriceChanged));
    assert_eq!(say(&store, &mut telephone, &answer(&market, 0, instead("Pommes Reinette"))).await, APPLIED);
    let order = orders(&store, &market).await.into_iter().find(|order| order.site == market.kitchens[0].site);
    let order = order.unwrap();
    let [told] = &told(&store, &order, monday(&market)).await[..] else { panic!("one producer answered") };
    let short = told.lines[0].short.as_ref().unwrap();
    let proposed = short.substitute.as_ref().unwrap();
    assert_eq!((proposed.name.as_str(), proposed.quantity), ("Pommes Reinette", quantity("5")));
    assert!(order.lines.iter().all(|line| line.key.offer != apples.reference), "nobody agreed to it yet");
    check_sums(&store, &market).await;
}

async fn nothing_is_confirmed_that_was_not_asked(store: TestStore) {
    let market = Market::open(&store).await;
    let mut telephone = Telephone::of(&market, 1);
    let early = say(&store, &mut telephone, &answer(&market, 0, vec![])).await;
    assert_eq!(early, refused(Reason::NotClosed), "orders may still come");
    closed(&store, &market).await;
    let unknown = ConfirmHarvest { cycle: "2026-W20".parse().unwrap(), ..answer(&market, 0, vec![]) };
    assert_eq!(say(&store, &mut telephone, &unknown).await, refused(Reason::UnknownCycle));
    let thursday =
        ConfirmHarvest { delivery_on: "2026-12-03".parse().unwrap(), ..answer(&market, 0, vec![]) };
    assert_eq!(say(&store, &mut telephone, &thursday).await, refused(Reason::NotAsked));
    let more = say(&store, &mut telephone, &answer(&market, 0, vec![leeks("50")])).await;
    assert_eq!(more, refused(Reason::MoreThanAsked));
    assert_eq!(confirmed_leeks(&store, &market).await, ["30", "20"]);
}

async fn a_producer_answers_for_itself_alone(store: TestStore) {
    let market = Market::open(&store).await;
    let mut tablet = closed(&store, &market).await;
    let causse = ProducerSession { producer: market.producers[1], ..Telephone::of(&market, 3).who };
    let mut telephone = Telephone { who: causse, ..Telephone::of(&market, 3) };
    let outcome = say(&store, &mut telephone, &answer(&market, 0, vec![leeks("0")])).await;
    assert_eq!(outcome, refused(Reason::NoRight));
    let forged = tablet.seal(&Command::ConfirmHarvest(Unread::of(&answer(&market, 0, vec![leeks("0")]))));
    assert_eq!(push_one(&store, &market.kitchens[0], tablet.outbox, forged).await, refused(Reason::NoRight));
    // Whoever answers says nothing of the leeks of others: they are not on its sheet.
    let own = ConfirmHarvest { producer: market.producers[1], ..answer(&market, 0, vec![leeks("0")]) };
    assert_eq!(say(&store, &mut telephone, &own).await, refused(Reason::NotAsked));
    assert_eq!(confirmed_leeks(&store, &market).await, ["30", "20"]);
}

/// « Conforme » of all that `order` says of Monday.
fn reception(market: &Market, order: &Order) -> RecordReception {
    RecordReception {
        record: RecordId(Uuid::from_u128(1)),
        order: order.id,
        site: order.site,
        delivery_on: monday(market),
        received_by: Label::parse("Camille Vidal").unwrap(),
        supersedes: Vec::new(),
        lines: delivered_on(order, monday(market)).map(LineRecord::conforming).collect(),
    }
}

async fn what_was_received_is_not_confirmed_anew(store: TestStore) {
    let market = Market::open(&store).await;
    let mut tablet = closed(&store, &market).await;
    let who = &market.kitchens[0];
    let order = orders(&store, &market).await.into_iter().find(|order| order.site == who.site).unwrap();
    let received = tablet.seal(&Command::RecordReception(Unread::of(&reception(&market, &order))));
    push_one(&store, who, tablet.outbox, received).await;
    let mut telephone = Telephone::of(&market, 1);
    let late = say(&store, &mut telephone, &answer(&market, 0, vec![leeks("25")])).await;
    assert_eq!(late, refused(Reason::AlreadyReceived));
    assert_eq!(confirmed_leeks(&store, &market).await, ["30", "20"]);
    let all = say(&store, &mut telephone, &answer(&market, 0, vec![])).await;
    assert_eq!(all, APPLIED, "that it came as asked can be said late");
}

async fn who_unloads_before_hearing_of_less_is_heard(store: TestStore) {
    let market = Market::open(&store).await;
    let mut tablet = closed(&store, &market).await;
    let who = &market.kitchens[0];
    let as_granted = orders(&store, &market).await.into_iter().find(|order| order.site == who.site).unwrap();
    say(&store, &mut Telephone::of(&market, 1), &answer(&market, 0, vec![leeks("25")])).await;
    let received = tablet.seal(&Command::RecordReception(Unread::of(&reception(&market, &as_granted))));
    let outcome = push_one(&store, who, tablet.outbox, received).await;
    assert_eq!(outcome, Outcome::Applied { order: Some(as_granted.id), dup_of: None });
    let gaps = store.read().await.unwrap().delivery_gaps(market.hub).await.unwrap();
    let [gap] = &gaps[..] else { panic!("{gaps:?}") };
    assert_eq!((gap.line.confirmed, gap.line.received), (quantity("15"), quantity("30")));
    assert_eq!(gap.credit.cents(), 0, "what came beyond is billed to nobody");
}

#[tokio::test]
async fn whichever_write_fails_an_answer_is_there_whole_or_not_at_all() {
    let mut failures = 0;
    for after in 0.. {
        let (store, market) = in_memory().await;
        let who = &market.kitchens[0];
        let mut tablet = Device::of(who, 1);
        let sent = tablet.submit(market.submission(who.site, &[("P-001", "30")]));
        push(&store, who, Batch::of(tablet.outbox, &[sent]).unwrap(), NOW).await.unwrap();
        close_cycle::close(&store, market.hub, market.cycle.id, NOW).await.unwrap();
        let mut telephone = Telephone::of(&market, 1);
        let said = [telephone.seal(&answer(&market, 0, vec![leeks("25")]))];
        let batch = || Batch::of(telephone.outbox, &said).unwrap();
        store.fail_after(after, Failure::Temporary);
        let first = push(&store, &telephone.who, batch(), NOW).await.unwrap();
        let struck = !store.stop_failing();
        let done = matches!(first, PushAnswer::Done(_));
        assert_eq!(stands(&store, &market).await, if done { WHOLE } else { NOTHING }, "write {after}");
        push(&store, &telephone.who, batch(), NOW).await.unwrap();
        assert_eq!(stands(&store, &market).await, WHOLE, "write {after}, said again");
        failures += u32::from(struck);
        if !struck {
            break;
        }
    }
    assert!(failures > 5, "{failures} failures");
}

/// What is confirmed of the order's leeks, by the order, the sheet, what its kitchen is told, and the totals.
const WHOLE: [Option<i64>; 4] = [Some(25_000); 4];
const NOTHING: [Option<i64>; 4] = [Some(30_000), Some(30_000), None, Some(30_000)];

async fn stands(store: &crate::store::memory::MemoryStore, market: &Market) -> [Option<i64>; 4] {
    let order = store.all_orders().remove(0);
    let mut tx = store.read().await.unwrap();
    let sheet = tx.find_sheet(market.hub, market.cycle.id, market.producers[0]).await.unwrap().unwrap();
    let told = tx.answers(order.site, order.id, monday(market)).await.unwrap();
    let rows = tx.demand_rows(market.hub, market.cycle.id).await.unwrap();
    let told = told.first().map(|told| told.lines[0].confirmed);
    [Some(order.lines[0].counted()), Some(sheet.days[0].products[0].quantity), told, rows[0].confirmed]
        .map(|quantity| quantity.map(domain::quantity::Quantity::thousandths))
}
