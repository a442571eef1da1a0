mod whole_week;

use domain::{
    enterprise::Role,
    time::{Date, Weekday},
};

use super::*;
use crate::{import::new_cycle, on_both_engines, testing::TestStore};

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

#[test]
fn whatever_today_is_the_cut_off_is_a_day_away_or_more_and_within_nine() {
    let mut day: Date = "2026-11-20".parse().unwrap();
    for _ in 0..400 {
        for hour in [0, 9, 13, 23] {
            let now = new_cycle::in_france(day, hour).unwrap();
            let cycle = market::open_cycle(now, None).unwrap();
            let hours = cycle.cut_off_at.since_ms(now) / 3_600_000;
            assert!((24..=9 * 24).contains(&hours), "{day} {hour} h: {hours} h");
            assert!(cycle.takes_orders_at(now));
            assert!(cycle.id.day(Weekday::Monday) > new_cycle::day_in_france(cycle.cut_off_at).unwrap());
        }
        day = day.tomorrow().unwrap().into();
    }
}

#[test]
fn the_list_it_carries_is_taken_whole() {
    let market = Market::new().unwrap();
    assert_eq!((market.list.producers.len(), market.list.offers.len()), (132, 2_000));
    let with_minimum =
        market.list.producers.iter().filter(|producer| producer.minimum_order.is_some()).count();
    assert_eq!(with_minimum, 44);
    let featured = market.featured_producer().unwrap().id;
    assert!(market.list.offers.iter().filter(|offer| offer.producer == featured).count() >= 20);
}

on_both_engines!(
    an_empty_base_becomes_a_living_market,
    a_base_that_serves_somebody_is_left_alone,
    a_demonstration_opened_after_its_week_gets_a_new_one,
    a_demonstration_whose_week_was_closed_early_gets_the_next_one,
);

async fn an_empty_base_becomes_a_living_market(store: TestStore) {
    let now = at("2026-11-24T08:00:00Z");
    prepare(&store, now).await.unwrap();
    let hub = store.the_hub().await.unwrap();
    let week = crate::demand::week(&store, hub, now).await.unwrap();
    assert_eq!((week.offers, week.producers), (2_000, 132));
    assert!(week.orders > 30 && week.lines > 300 && week.shortages > 0, "{week:?}");
    assert_eq!((week.tickets_for_hub, week.tickets_for_kitchens), (0, 0));
    let mut sites = Vec::new();
    for account in ACCOUNTS {
        match store.find_credentials(account.email).await.unwrap().unwrap().role {
            Role::Kitchen { site, .. } => sites.push(site),
            Role::Producer { producer, .. } => {
                let board = crate::demand::board(&store, hub, week.cycle.as_ref().unwrap().id).await.unwrap();
                let theirs = board.producers.iter().find(|demand| demand.producer.id == producer).unwrap();
                assert!(theirs.lines.len() >= 10, "{}", theirs.lines.len());
                assert!(theirs.lines.iter().any(|line| !line.short.is_zero()));
            }
            Role::Hub { .. } | Role::Authority { .. } => {}
        }
    }
    assert!(sites.len() == 2 && sites[0] != sites[1]);
    assert!(store.owners(hub).await.unwrap().len() > 20);
    let mut kitchens = Vec::new();
    for account in [accounts::LAST, accounts::DEPARTMENT] {
        let person = store.find_credentials(account.email).await.unwrap().unwrap().user;
        let owner = store.owner_of_person(person).await.unwrap();
        let read = crate::demand::indicators(&store, hub, owner).await.unwrap().unwrap();
        assert!(read.kitchens_with_orders > 0 && read.net > domain::money::Amount::ZERO, "{read:?}");
        kitchens.push(read.kitchens);
    }
    assert!(
        kitchens[0] == 181 && (1..60).contains(&kitchens[1]),
        "every kitchen is under the Region: {kitchens:?}"
    );
    prepare(&store, now).await.unwrap();
    assert_eq!(
        crate::demand::week(&store, hub, now).await.unwrap().orders,
        week.orders,
        "nothing is doubled"
    );
}

async fn a_base_that_serves_somebody_is_left_alone(store: TestStore) {
    let market = Market::new().unwrap();
    store.create_hub(&market.hub, &market.terms).await.unwrap();
    assert!(matches!(prepare(&store, at("2026-11-24T08:00:00Z")).await, Err(DemoError::NotADemo)));
    store.set_demo_flag().await.unwrap();
    assert!(matches!(prepare(&store, at("2026-11-24T08:00:00Z")).await, Err(DemoError::Unfinished)));
}

/// Somebody tries the closing, then starts the demonstration again the same day.
async fn a_demonstration_whose_week_was_closed_early_gets_the_next_one(store: TestStore) {
    let now = at("2026-11-24T08:00:00Z");
    prepare(&store, now).await.unwrap();
    let hub = store.the_hub().await.unwrap();
    let first = store.current_cycle(hub).await.unwrap().unwrap();
    close_cycle::close(&*store, hub, first.id, now).await.unwrap();
    prepare(&store, now).await.unwrap();
    let next = store.current_cycle(hub).await.unwrap().unwrap();
    assert!(next.id > first.id && next.takes_orders_at(now));
}

async fn a_demonstration_opened_after_its_week_gets_a_new_one(store: TestStore) {
    prepare(&store, at("2026-11-24T08:00:00Z")).await.unwrap();
    let hub = store.the_hub().await.unwrap();
    let first = store.current_cycle(hub).await.unwrap().unwrap();
    let later = at("2026-12-20T08:00:00Z");
    prepare(&store, later).await.unwrap();
    let next = store.current_cycle(hub).await.unwrap().unwrap();
    assert!(next.id > first.id && next.takes_orders_at(later));
    assert!(!store.sheets(hub, first.id).await.unwrap().is_empty(), "the week before has its sheets");
    assert!(crate::demand::week(&store, hub, later).await.unwrap().orders > 30);
}
