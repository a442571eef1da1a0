//! An order is its kitchen's until the cut-off: it can be withdrawn, and its quantities changed, with no network at the
//! moment.

use domain::{
    draft::DraftLine,
    order::OrderState,
    receipt::Reason,
    ticket::Choice,
    time::Weekday,
    wire::desk::{SettleRequest, TicketCard},
};
use replica::view::{EntryLines, OrderEntry, SendState, Wanted};
use server::testing::{TestStore, quantity};
use support::market_day::{MarketDay, Tablet};

server::on_both_engines!(
    a_withdrawn_order_is_not_harvested_and_another_one_can_be_made,
    an_order_sent_again_by_a_tablet_that_did_not_know_does_not_come_back_by_itself,
    a_withdrawal_that_arrives_too_late_changes_nothing_and_says_so,
    an_amended_order_keeps_its_number_and_the_producer_harvests_what_is_wanted_now,
    two_tablets_that_change_an_order_differently_leave_the_choice_to_the_kitchen,
    an_amendment_after_the_cut_off_waits_for_the_hub,
);

/// A tablet of the school whose order for 10 kg of leeks and 5 kg of carrots the platform has.
async fn ordered(day: &MarketDay) -> Tablet {
    let tablet = day.tablet_of("tilleuls").await;
    tablet.want(day.key("P-001", Weekday::Monday), "10").await;
    tablet.want(day.key("P-002", Weekday::Monday), "5").await;
    tablet.send_order().await;
    tablet.sync().await;
    assert!(matches!(tablet.state(), SendState::Received { .. }), "{:?}", tablet.state());
    tablet
}

/// Opens the quantities of the only order, types these, and sends the change.
async fn amend(day: &MarketDay, tablet: &Tablet, wanted: &[(&str, &str)]) {
    let entry = tablet.only_order();
    let seen = entry.asked(entry.changeable().expect("it can be changed"));
    let lines = wanted
        .iter()
        .map(|(offer, kilos)| DraftLine { key: day.key(offer, Weekday::Monday), quantity: quantity(kilos) });
    tablet.replica.amend_order(entry.draft, seen, lines.collect()).await.expect("the device keeps it");
}

/// « P-001 10, P-002 5 »
fn asked(entry: &OrderEntry) -> String {
    let EntryLines::Accepted(order) = &entry.lines else { panic!("not accepted: {entry:?}") };
    let lines = order.asked();
    lines.iter().map(|line| format!("{} {}", line.key.offer, line.quantity)).collect::<Vec<_>>().join(", ")
}

async fn harvest(day: &MarketDay) -> Vec<String> {
    day.pass_the_cut_off().await;
    let sheets = day.store.sheets(day.market.hub, day.market.cycle.id).await.unwrap();
    let products = sheets.iter().flat_map(|sheet| &sheet.days).flat_map(|day| &day.products);
    let mut harvested: Vec<_> =
        products.map(|product| format!("{} {}", product.name, product.quantity)).collect();
    harvested.sort();
    harvested
}

async fn a_withdrawn_order_is_not_harvested_and_another_one_can_be_made(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = ordered(&day).await;
    day.cut_the_cable();
    let first = tablet.only_order();
    tablet.replica.withdraw_order(first.draft).await.unwrap();
    tablet.replica.withdraw_order(first.draft).await.unwrap_err();
    let waiting = tablet.only_order();
    assert!(matches!(waiting.state, SendState::Received { .. }), "nothing un-sends: {:?}", waiting.state);
    assert_eq!(waiting.changes.iter().map(|change| &change.wanted).collect::<Vec<_>>(), [&Wanted::Nothing]);
    // Another order of the week, before anybody heard of the first one's end.
    tablet.want(day.key("P-003", Weekday::Monday), "5").await;
    tablet.send_order().await;
    let tablet = tablet.close_and_open_again().await;
    day.mend_the_cable();
    tablet.sync().await;
    let states: Vec<_> = tablet.replica.view().orders.into_iter().map(|entry| entry.state).collect();
    assert!(
        states
            .iter()
            .any(|state| matches!(state, SendState::Withdrawn { number, .. } if number.sequence == 1))
            && states
                .iter()
                .any(|state| matches!(state, SendState::Received { number, .. } if number.sequence == 2)),
        "{states:?}"
    );
    assert_eq!(harvest(&day).await, ["Pommes Reinette 5"]);
}

async fn an_order_sent_again_by_a_tablet_that_did_not_know_does_not_come_back_by_itself(store: TestStore) {
    let day = MarketDay::open(store).await;
    let other = day.tablet_of("tilleuls").await;
    day.cut_the_cable();
    other.want(day.key("P-001", Weekday::Monday), "10").await;
    other.want(day.key("P-002", Weekday::Monday), "5").await;
    other.send_order().await;
    day.mend_the_cable();
    let tablet = ordered(&day).await;
    tablet.replica.withdraw_order(tablet.only_order().draft).await.unwrap();
    tablet.sync().await;
    other.sync().await;
    let entry = other.only_order();
    assert!(
        matches!(entry.state, SendState::ToCheck { reason: Reason::OrderWithdrawn, .. }),
        "{:?}",
        entry.state
    );
    assert_eq!(entry.tickets[0].choices(), [Choice::Accept, Choice::Decline]);
    assert_eq!(asked(&entry), "", "the very same lines, and still they do not come back");
    other.replica.settle_ticket(entry.tickets[0].id, Choice::Accept).await.unwrap();
    other.sync().await;
    let orders = other.replica.view().orders;
    let mut found: Vec<_> =
        orders.iter().map(|entry| (asked(entry), entry.draft == orders[0].draft)).collect();
    found.sort();
    assert_eq!(found.len(), 2, "an order of its own: {orders:?}");
    assert_eq!(harvest(&day).await, ["Carottes 5", "Poireaux 10"]);
}

async fn a_withdrawal_that_arrives_too_late_changes_nothing_and_says_so(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = ordered(&day).await;
    day.cut_the_cable();
    tablet.replica.withdraw_order(tablet.only_order().draft).await.unwrap();
    let cycle = day.market.cycle.clone();
    day.clock.set(cycle.cut_off_at.plus_ms(cycle.grace_ms + 1));
    day.mend_the_cable();
    tablet.sync().await;
    let entry = tablet.only_order();
    assert!(matches!(entry.state, SendState::Received { .. }), "the order stands: {:?}", entry.state);
    let states: Vec<_> = entry.changes.iter().map(|change| change.state.clone()).collect();
    assert_eq!(states, [SendState::Refused { reason: Reason::TooLateToChange }]);
    assert_eq!(harvest(&day).await, ["Carottes 5", "Poireaux 10"]);
}

async fn an_amended_order_keeps_its_number_and_the_producer_harvests_what_is_wanted_now(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = ordered(&day).await;
    day.cut_the_cable();
    amend(&day, &tablet, &[("P-001", "15"), ("P-003", "5")]).await;
    // A second thought before the first one left: it stands on it.
    amend(&day, &tablet, &[("P-001", "20"), ("P-003", "5")]).await;
    let waiting = tablet.only_order();
    assert_eq!((asked(&waiting).as_str(), waiting.changes.len()), ("P-001 10, P-002 5", 2));
    let tablet = tablet.close_and_open_again().await;
    day.mend_the_cable();
    tablet.sync().await;
    let entry = tablet.only_order();
    assert!(
        matches!(entry.state, SendState::Received { number, .. } if number.sequence == 1),
        "{:?}",
        entry.state
    );
    assert_eq!((asked(&entry).as_str(), entry.changes.len()), ("P-001 20, P-003 5", 0));
    let EntryLines::Accepted(order) = &entry.lines else { panic!("accepted") };
    assert_eq!((order.revision(), order.state), (2, OrderState::Accepted));
    assert_eq!(harvest(&day).await, ["Poireaux 20", "Pommes Reinette 5"]);
}

async fn two_tablets_that_change_an_order_differently_leave_the_choice_to_the_kitchen(store: TestStore) {
    let day = MarketDay::open(store).await;
    let one = ordered(&day).await;
    let two = day.tablet_of("tilleuls").await;
    day.cut_the_cable();
    amend(&day, &one, &[("P-001", "15"), ("P-002", "5")]).await;
    amend(&day, &two, &[("P-001", "10"), ("P-002", "10")]).await;
    day.mend_the_cable();
    one.sync().await;
    two.sync().await;
    let entry = two.only_order();
    assert!(matches!(entry.state, SendState::ToCheck { reason: Reason::OrderChanged, number: Some(_) }));
    assert_eq!(asked(&entry), "P-001 15, P-002 5", "the first change stands meanwhile");
    two.replica.settle_ticket(entry.tickets[0].id, Choice::AddDifference).await.unwrap();
    two.sync().await;
    one.sync().await;
    for tablet in [&one, &two] {
        assert_eq!(asked(&tablet.only_order()), "P-001 15, P-002 10");
    }
    assert_eq!(harvest(&day).await, ["Carottes 10", "Poireaux 15"]);
}

async fn an_amendment_after_the_cut_off_waits_for_the_hub(store: TestStore) {
    let day = MarketDay::open(store).await;
    let tablet = ordered(&day).await;
    day.cut_the_cable();
    amend(&day, &tablet, &[("P-001", "15")]).await;
    let cycle = day.market.cycle.clone();
    day.clock.set(cycle.cut_off_at.plus_ms(cycle.grace_ms + 1));
    day.mend_the_cable();
    tablet.sync().await;
    let entry = tablet.only_order();
    assert!(matches!(entry.state, SendState::ToCheck { reason: Reason::Late, number: Some(_) }));
    let hub = day.desk_of("hub").await;
    let waiting: Vec<TicketCard> = hub.get("/api/tickets").await;
    let path = format!("/api/tickets/{}/settle", waiting[0].ticket.id);
    let _: domain::ticket::Ticket = hub.post(&path, SettleRequest { choice: Choice::Replace }).await;
    tablet.sync().await;
    assert_eq!(asked(&tablet.only_order()), "P-001 15");
    assert_eq!(harvest(&day).await, ["Poireaux 15"]);
}
