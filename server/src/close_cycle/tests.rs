//! Closing, on both engines: shared, checked, told; or nothing at all.

use domain::{
    command::SubmitOrder,
    order::{LineStatus, OrderState},
    receipt::{Outcome, Reason},
    ticket::TicketState,
    wire::{PushAnswer, Scope, desk::ProducerDemand},
};

use super::*;
use crate::{
    access::rights::KitchenSession,
    jobs,
    store::feed::{CURRENT, kind},
    sync::push::{Batch, push},
    testing::{Device, Market, NOW, TestStore},
};

crate::on_both_engines!(
    a_closed_week_comes_out_to_the_gram_and_to_the_cent,
    a_cycle_closes_once,
    a_running_total_that_differs_closes_nothing,
    the_clock_closes_when_the_grace_is_over,
    a_week_without_orders_closes_too,
    live_demand_is_told_and_then_final,
);

async fn send(store: &TestStore, who: &KitchenSession, submission: SubmitOrder) -> Outcome {
    let mut tablet = Device::of(who, 1);
    let batch = Batch::of(tablet.outbox, &[tablet.submit(submission)]).unwrap();
    match push(store, who, batch, NOW).await {
        Ok(PushAnswer::Done(mut done)) => done.results.remove(0).outcome,
        other => panic!("{other:?}"),
    }
}

/// 80 kg of leeks promised, 100 asked for; a line that waits for an answer nobody gives.
async fn a_short_week(store: &TestStore) -> Market {
    let market = Market::open(store).await;
    let [first, second] = &market.kitchens;
    let wanted = [("F-001", "10"), ("P-001", "60"), ("P-002", "7")];
    send(store, first, market.submission(first.site, &wanted)).await;
    send(store, second, market.submission(second.site, &[("P-001", "40")])).await;
    market
}

async fn a_closed_week_comes_out_to_the_gram_and_to_the_cent(store: TestStore) {
    let market = a_short_week(&store).await;
    let (hub, cycle) = (market.hub, market.cycle.id);
    let report = close(&store, hub, cycle, NOW).await.unwrap();
    assert_eq!((report.orders, report.lines, report.sheets), (2, 3, 2));
    assert_eq!((report.shortened_lines, report.unanswered_lines), (2, 1));
    // 16 crates of leeks: quotas 9.6 and 6.4, the largest remainder takes the last. 80 × 1.20 + 10 × 14.50.
    assert_eq!(report.producer_net.to_string(), "241.00");
    assert_eq!(report.buyer_net.to_string(), "301.25");
    let mut tx = store.read().await.unwrap();
    let orders = tx.cycle_orders(hub, cycle).await.unwrap();
    let mut granted = Vec::new();
    for order in &orders {
        assert_eq!(order.state, OrderState::Consolidated);
        for line in order.lines.iter().filter(|line| line.key.offer.as_str() == "P-001") {
            granted.push(line.confirmed.unwrap().to_string());
        }
    }
    granted.sort();
    assert_eq!(granted, ["30", "50"]);
    let dropped =
        orders.iter().flat_map(|order| &order.lines).find(|line| line.key.offer.as_str() == "P-002");
    assert_eq!(dropped.unwrap().status, LineStatus::Dropped { reason: Reason::NotConfirmed });
    let tickets = tx.entities::<Ticket>(&Scope::site(market.kitchens[0].site), kind::TICKET).await.unwrap();
    assert_eq!(tickets[0].1.state, TicketState::Expired { expired_at: NOW });
    assert!(tx.open_tickets(hub).await.unwrap().is_empty());
    let sheets = store.sheets(hub, cycle).await.unwrap();
    assert_eq!(
        sheets.iter().map(|sheet| sheet.producer.name.as_str()).collect::<Vec<_>>(),
        ["Ferme du Causse", "Mas des Oliviers"]
    );
    assert_eq!(sheets.iter().map(|sheet| sheet.amount).sum::<Amount>(), report.producer_net);
    let leeks = &sheets[1].days[0].products[0];
    assert_eq!(
        (leeks.name.as_str(), leeks.quantity.to_string(), leeks.portions.len()),
        ("Poireaux", "80".into(), 2)
    );
    let told: OrderCycle = tx.find_entity(&Scope::catalog(hub), kind::CYCLE, CURRENT).await.unwrap().unwrap();
    assert_eq!(told.state, CycleState::Closed { closed_at: NOW });
    let sent: ProducerSheet =
        tx.find_entity(&Scope::producer(market.producers[0]), kind::SHEET, cycle).await.unwrap().unwrap();
    assert_eq!(sent, sheets[1]);
    let board = demand::board(&store, hub, cycle).await.unwrap();
    assert_eq!((board.producer_net, board.buyer_net), (report.producer_net, report.buyer_net));
    let line = &board.producers[1].lines[0];
    assert_eq!((line.ordered.to_string(), line.confirmed.unwrap().to_string()), ("100".into(), "80".into()));
    assert_eq!(line.short.to_string(), "20");
}

async fn a_cycle_closes_once(store: TestStore) {
    let market = a_short_week(&store).await;
    let (hub, cycle) = (market.hub, market.cycle.id);
    let closing: Vec<_> = (0..4)
        .map(|_| {
            let store = (*store).clone();
            tokio::spawn(async move { close(&store, hub, cycle, NOW).await })
        })
        .collect();
    let mut closed = 0;
    for closing in closing {
        match closing.await.unwrap() {
            Ok(_) => closed += 1,
            Err(CloseError::AlreadyClosed(id)) => assert_eq!(id, cycle),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(closed, 1);
    let unknown = "2026-W40".parse().unwrap();
    assert!(matches!(close(&store, hub, unknown, NOW).await, Err(CloseError::UnknownCycle(_))));
    // What comes now waits for the hub, and no list is published into a closed week.
    let mut late = market.submission(market.kitchens[0].site, &[("P-003", "5")]);
    late.draft = domain::id::DraftId::usual(late.site, cycle, 1);
    let mut tablet = Device::of(&market.kitchens[0], 2);
    let batch = Batch::of(tablet.outbox, &[tablet.submit(late)]).unwrap();
    let PushAnswer::Done(done) = push(&store, &market.kitchens[0], batch, NOW).await.unwrap() else {
        panic!()
    };
    assert!(matches!(done.results[0].outcome, Outcome::Parked { code: Reason::Late, .. }));
    let list = crate::store::PriceList { producers: vec![], offers: vec![] };
    let refused = store.publish_price_list(hub, &market.cycle, &list, NOW, false, &|_, _| {}).await;
    assert!(matches!(refused, Err(StoreError::CycleClosed(id)) if id == cycle));
}

async fn a_running_total_that_differs_closes_nothing(store: TestStore) {
    let market = a_short_week(&store).await;
    store.spoil_demand(&market, "F-001").await;
    let refused = close(&store, market.hub, market.cycle.id, NOW).await.unwrap_err();
    let CloseError::TotalsDiffer(difference) = &refused else { panic!("{refused}") };
    assert_eq!(difference.at.offer.as_str(), "F-001");
    assert!(difference.running.contains("181.26") && difference.recomputed.contains("181.25"), "{refused}");
    let cycle = store.find_cycle(market.hub, market.cycle.id).await.unwrap().unwrap();
    assert_eq!(cycle.state, CycleState::Open);
    assert!(store.sheets(market.hub, market.cycle.id).await.unwrap().is_empty());
}

async fn the_clock_closes_when_the_grace_is_over(store: TestStore) {
    let market = a_short_week(&store).await;
    let last = market.cycle.cut_off_at.plus_ms(market.cycle.grace_ms);
    jobs::once(&store, last).await.unwrap();
    let state = || async { store.find_cycle(market.hub, market.cycle.id).await.unwrap().unwrap().state };
    assert_eq!(state().await, CycleState::Open);
    let then = last.plus_ms(1);
    jobs::once(&store, then).await.unwrap();
    assert_eq!(state().await, CycleState::Closed { closed_at: then });
    jobs::once(&store, then.plus_ms(1_000)).await.unwrap();
    assert_eq!(state().await, CycleState::Closed { closed_at: then });
    assert_eq!(store.sheets(market.hub, market.cycle.id).await.unwrap().len(), 2);
}

async fn a_week_without_orders_closes_too(store: TestStore) {
    let market = Market::open(&store).await;
    let report = close(&store, market.hub, market.cycle.id, NOW).await.unwrap();
    assert_eq!((report.orders, report.sheets, report.buyer_net), (0, 0, Amount::ZERO));
}

async fn live_demand_is_told_and_then_final(store: TestStore) {
    let market = a_short_week(&store).await;
    let (hub, cycle) = (market.hub, market.cycle.id);
    let scope = Scope::producer(market.producers[0]);
    let told = || async {
        let mut tx = store.read().await.unwrap();
        tx.find_entity::<ProducerDemand>(&scope, kind::DEMAND, cycle).await.unwrap()
    };
    assert_eq!(told().await, None);
    jobs::once(&store, NOW).await.unwrap();
    let live = told().await.unwrap();
    assert_eq!((live.lines[0].ordered.to_string(), live.lines[0].confirmed), ("100".into(), None));
    let week = demand::week(&store, hub, NOW).await.unwrap();
    assert_eq!((week.kitchens, week.kitchens_with_orders, week.orders, week.lines), (2, 2, 2, 3));
    assert_eq!((week.offers, week.producers, week.producers_with_demand, week.shortages), (4, 2, 2, 1));
    assert_eq!((week.tickets_for_hub, week.tickets_for_kitchens), (0, 1));
    assert_eq!(week.net.to_string(), "331.25");
    close(&store, hub, cycle, NOW).await.unwrap();
    assert_eq!(told().await.unwrap().lines[0].confirmed.unwrap().to_string(), "80");
    assert!(store.stale_cycles().await.unwrap().is_empty());
}
