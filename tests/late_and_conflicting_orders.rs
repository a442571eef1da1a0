//! The world moved while the tablet was away: the order comes back with its reason and a choice, never altered in silence,
//! never lost.

use domain::{
    order::LineStatus,
    receipt::Reason,
    ticket::Choice,
    time::Weekday,
    wire::desk::{SettleRequest, TicketCard},
};
use replica::view::{EntryLines, SendState};
use server::testing::{TestStore, offers};
use support::market_day::{MarketDay, Tablet};

server::on_both_engines!(
    a_price_that_rose_waits_for_the_kitchens_yes,
    a_price_that_fell_is_taken_and_said,
    a_product_that_left_the_list_is_said_and_the_rest_goes_on,
    an_order_after_the_cut_off_waits_for_the_hub_which_may_take_it,
    what_nobody_answers_is_not_delivered,
);

/// A kitchen whose order for 10 kg of leeks and 5 kg of carrots waits on its tablet while the list changes.
async fn away(day: &MarketDay) -> Tablet {
    let tablet = day.tablet_of("tilleuls").await;
    day.cut_the_cable();
    tablet.want(day.key("P-001", Weekday::Monday), "10").await;
    tablet.want(day.key("P-002", Weekday::Monday), "5").await;
    tablet.send_order().await;
    day.mend_the_cable();
    tablet
}

/// The list again, with leeks at another price.
async fn reprice_leeks(day: &MarketDay, price: &str) {
    let mut list = offers(day.market.hub);
    list[0].net_price = domain::money::UnitPrice::new(price.parse().unwrap()).unwrap();
    day.market.publish(&day.store, list, day.market.cycle.opens_at).await;
}

fn net_total(tablet: &Tablet) -> String {
    match tablet.only_order().lines {
        EntryLines::Accepted(order) => order.totals.net.to_string(),
        EntryLines::Submitted(submission) => panic!("not accepted: {submission:?}"),
    }
}

async fn a_price_that_rose_waits_for_the_kitchens_yes(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = away(&day).await;
    reprice_leeks(&day, "1.60").await;
    tablet.sync().await;
    let entry = tablet.only_order();
    assert!(matches!(entry.state, SendState::ToCheck { reason: Reason::PriceChanged, number: Some(_) }));
    assert_eq!(net_total(&tablet), "5.63", "the carrots go on, the leeks wait");

    tablet.replica.settle_ticket(entry.tickets[0].id, Choice::Accept).await.unwrap();
    tablet.sync().await;
    assert!(matches!(tablet.state(), SendState::Received { .. }), "{:?}", tablet.state());
    assert_eq!(net_total(&tablet), "25.63", "10 kg at 2.00 €, agreed to");
}

async fn a_price_that_fell_is_taken_and_said(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = away(&day).await;
    reprice_leeks(&day, "1.00").await;
    tablet.sync().await;
    assert!(
        matches!(
            tablet.state(),
            SendState::ToCheck { reason: Reason::PriceLower, number: Some(_) } | SendState::Received { .. }
        ),
        "{:?}",
        tablet.state()
    );
    let EntryLines::Accepted(order) = tablet.only_order().lines else { panic!("accepted") };
    let leeks = order.lines.iter().find(|line| line.name == "Poireaux").unwrap();
    assert_eq!((leeks.price_seen.to_string(), leeks.unit_price.to_string()), ("1.5".into(), "1.25".into()));
}

async fn a_product_that_left_the_list_is_said_and_the_rest_goes_on(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = away(&day).await;
    let rest = offers(day.market.hub).split_off(1);
    day.market.publish(&day.store, rest, day.market.cycle.opens_at).await;
    tablet.sync().await;
    let entry = tablet.only_order();
    assert!(matches!(entry.state, SendState::ToCheck { reason: Reason::Withdrawn, number: Some(_) }));
    assert_eq!(entry.tickets[0].choices(), [Choice::Decline]);
    assert_eq!(net_total(&tablet), "5.63");
}

async fn an_order_after_the_cut_off_waits_for_the_hub_which_may_take_it(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = away(&day).await;
    let cycle = day.market.cycle.clone();
    day.clock.set(cycle.cut_off_at.plus_ms(cycle.grace_ms + 1));
    tablet.sync().await;
    let entry = tablet.only_order();
    assert!(
        matches!(entry.state, SendState::ToCheck { reason: Reason::Late, number: None }),
        "{:?}",
        entry.state
    );

    let hub = day.desk_of("hub").await;
    let waiting: Vec<TicketCard> = hub.get("/api/tickets").await;
    assert_eq!(waiting.len(), 1);
    let path = format!("/api/tickets/{}/settle", waiting[0].ticket.id);
    let _: domain::ticket::Ticket = hub.post(&path, SettleRequest { choice: Choice::Accept }).await;
    tablet.sync().await;
    assert!(matches!(tablet.state(), SendState::Received { number, .. } if number.sequence == 1));
    assert_eq!(net_total(&tablet), "20.63");
}

async fn what_nobody_answers_is_not_delivered(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = away(&day).await;
    reprice_leeks(&day, "1.60").await;
    tablet.sync().await;
    day.pass_the_cut_off().await;
    tablet.sync().await;
    let EntryLines::Accepted(order) = tablet.only_order().lines else { panic!("accepted") };
    let leeks = order.lines.iter().find(|line| line.name == "Poireaux").unwrap();
    assert_eq!(leeks.status, LineStatus::Dropped { reason: Reason::NotConfirmed });
    assert!(tablet.only_order().tickets.is_empty(), "the question is closed");
    let sheets = day.store.sheets(day.market.hub, day.market.cycle.id).await.unwrap();
    let names: Vec<_> = sheets
        .iter()
        .flat_map(|sheet| &sheet.days)
        .flat_map(|day| &day.products)
        .map(|product| &product.name)
        .collect();
    assert_eq!(names, ["Carottes"]);
}
