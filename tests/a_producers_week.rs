//! A producer says what there will be next week, from a telephone in a field; the platform hears it once, and no price is
//! ever decided by which of two telephones spoke last.

use domain::{
    availability::{AvailableProduct, Confidence},
    catalog::Weekdays,
    cycle::CycleId,
    id::Reference,
    money::UnitPrice,
    receipt::Reason,
    time::Weekday,
};
use replica::{availability::ComingWeek, session::PendingChoice, view::SendState};
use server::testing::{TestStore, quantity};
use support::market_day::{MarketDay, Tablet};

server::on_both_engines!(
    a_week_said_in_a_field_reaches_the_hub_once,
    a_week_that_is_typed_waits_on_the_device_until_it_is_said,
    a_telephone_that_did_not_know_is_told_and_overwrites_nothing,
    changes_of_mind_without_a_network_follow_each_other,
    once_the_list_is_out_the_week_changes_with_the_hub,
    a_telephone_that_changes_hands_says_nothing_for_another_producer,
);

fn next_week() -> CycleId {
    "2026-W50".parse().unwrap()
}

fn leeks(kilos: &str, price: &str) -> AvailableProduct {
    AvailableProduct {
        reference: Reference::parse("P-001").unwrap(),
        available: quantity(kilos),
        net_price: UnitPrice::new(price.parse().unwrap()).unwrap(),
        delivery_days: Weekdays::of([Weekday::Monday, Weekday::Thursday]),
        confidence: Confidence::Sure,
    }
}

fn week(telephone: &Tablet) -> ComingWeek {
    telephone.replica.coming_week(next_week()).expect("a producer is signed in")
}

async fn says(telephone: &Tablet, products: &[AvailableProduct]) {
    telephone.replica.publish_week(next_week(), products.to_vec()).await.expect("the device keeps it");
}

/// What the hub was told by the first producer: the revision, and « P-001 40 at 1.80 ».
async fn heard(day: &MarketDay) -> Option<(u32, String)> {
    let announced = day.store.announced(day.market.hub, next_week()).await.unwrap();
    let said = announced.get(&day.market.producers[0])?;
    let products = said.products.iter();
    let told = products.map(|product| {
        format!("{} {} at {}", product.reference, product.available, product.net_price.euros())
    });
    Some((said.revision, told.collect::<Vec<_>>().join(", ")))
}

async fn a_week_said_in_a_field_reaches_the_hub_once(store: TestStore) {
    let day = MarketDay::open(store).await;
    let telephone = day.tablet_of("mas").await;
    day.cut_the_cable();
    says(&telephone, &[leeks("40", "1.80")]).await;
    says(&telephone, &[leeks("40", "1.80")]).await;
    telephone.sync().await;
    let telephone = telephone.close_and_open_again().await;
    let here = week(&telephone).here.expect("it waits here");
    assert!(matches!(here.state, SendState::Waiting { .. } | SendState::Saved), "{:?}", here.state);
    assert_eq!(week(&telephone).said(), Some(&[leeks("40", "1.80")][..]));
    assert_eq!((heard(&day).await, telephone.replica.pending_count()), (None, 1), "two taps say it once");

    day.mend_the_cable();
    day.lose_replies(1);
    telephone.sync().await;
    assert_eq!(telephone.sync().await.trouble, None);
    assert_eq!(heard(&day).await, Some((1, "P-001 40 at 1.8".to_owned())));
    let known = week(&telephone);
    assert_eq!((known.here, telephone.replica.pending_count()), (None, 0));
    assert_eq!(known.stands.map(|stands| stands.products), Some(vec![leeks("40", "1.80")]));
}

async fn a_week_that_is_typed_waits_on_the_device_until_it_is_said(store: TestStore) {
    let day = MarketDay::open(store).await;
    let telephone = day.tablet_of("mas").await;
    telephone.replica.keep_week(next_week(), &[leeks("25", "2.00")]).await.unwrap();
    let telephone = telephone.close_and_open_again().await;
    telephone.sync().await;
    assert_eq!(
        week(&telephone).said(),
        Some(&[leeks("25", "2.00")][..]),
        "half an hour of typing is not lost"
    );
    assert_eq!(heard(&day).await, None, "nobody hears what is not said");
    says(&telephone, &[]).await;
    telephone.sync().await;
    assert_eq!(heard(&day).await, Some((1, String::new())), "« rien cette semaine » is an answer");
    assert_eq!(week(&telephone).typed, None);
}

async fn a_telephone_that_did_not_know_is_told_and_overwrites_nothing(store: TestStore) {
    let day = MarketDay::open(store).await;
    let (hers, his) = (day.tablet_of("mas").await, day.tablet_of("mas").await);
    says(&hers, &[leeks("40", "1.80")]).await;
    hers.sync().await;
    says(&his, &[leeks("60", "1.50")]).await;
    his.sync().await;
    assert_eq!(heard(&day).await, Some((1, "P-001 40 at 1.8".to_owned())));

    let known = week(&his);
    let here = known.here.clone().expect("what he said is not lost");
    assert_eq!(here.said, [leeks("60", "1.50")]);
    assert_eq!(here.state, SendState::Refused { reason: Reason::AvailabilityChanged });
    assert_eq!(known.said(), Some(&[leeks("40", "1.80")][..]), "he finds what stands");

    // He has seen it now, and insists.
    says(&his, &[leeks("60", "1.50")]).await;
    his.sync().await;
    assert_eq!(heard(&day).await, Some((2, "P-001 60 at 1.5".to_owned())));
    assert_eq!(week(&his).here, None);
    hers.sync().await;
    assert_eq!(week(&hers).said(), Some(&[leeks("60", "1.50")][..]));
}

async fn changes_of_mind_without_a_network_follow_each_other(store: TestStore) {
    let day = MarketDay::open(store).await;
    let telephone = day.tablet_of("mas").await;
    day.cut_the_cable();
    for kilos in ["40", "50", "30"] {
        says(&telephone, &[leeks(kilos, "1.80")]).await;
    }
    day.mend_the_cable();
    telephone.sync().await;
    assert_eq!(heard(&day).await, Some((3, "P-001 30 at 1.8".to_owned())));
    assert_eq!(week(&telephone).here, None);
}

async fn once_the_list_is_out_the_week_changes_with_the_hub(store: TestStore) {
    let day = MarketDay::open(store).await;
    let telephone = day.tablet_of("mas").await;
    let this_week = day.market.cycle.id;
    telephone.replica.publish_week(this_week, vec![leeks("40", "1.80")]).await.unwrap();
    telephone.sync().await;
    let here = telephone.replica.coming_week(this_week).unwrap().here.expect("it is told");
    assert_eq!(here.state, SendState::Refused { reason: Reason::ListPublished });
}

async fn a_telephone_that_changes_hands_says_nothing_for_another_producer(store: TestStore) {
    let day = MarketDay::open(store).await;
    let telephone = day.tablet_of("mas").await;
    day.cut_the_cable();
    says(&telephone, &[leeks("40", "1.80")]).await;
    telephone.replica.sign_out(Some(PendingChoice::KeepSealed)).await.unwrap();
    day.mend_the_cable();
    let password = server::testing::PASSWORD.to_owned();
    telephone.replica.sign_in("causse@market.example".to_owned(), password.clone()).await.unwrap();
    telephone.sync().await;
    assert_eq!(
        (week(&telephone).said(), heard(&day).await),
        (None, None),
        "sealed, and not said as another's"
    );
    telephone.replica.sign_out(None).await.unwrap();
    telephone.replica.sign_in("mas@market.example".to_owned(), password).await.unwrap();
    telephone.sync().await;
    assert_eq!(heard(&day).await, Some((1, "P-001 40 at 1.8".to_owned())));
}
