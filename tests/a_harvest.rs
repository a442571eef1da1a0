//! After the cut-off a producer confirms in a field, without a network, what will be harvested; the kitchens and the hub hear
//! of it once, and what comes is received against what was confirmed.

use domain::{
    harvest::{Less, OrderAnswer, ShortReason, Shortfall},
    id::Reference,
    order::Order,
    receipt::Reason,
    time::{Date, Weekday},
    wire::harvests::{HarvestBoard, HarvestDay},
};
use replica::{
    harvesting::{DayToHarvest, TypedLess},
    view::{EntryLines, SendState},
};
use server::testing::{TestStore, quantity};
use support::market_day::{MarketDay, Tablet};

server::on_both_engines!(
    less_said_in_a_field_reaches_the_kitchen_and_the_hub_once,
    what_is_typed_of_a_day_waits_on_the_telephone,
    a_telephone_that_did_not_know_the_answer_overwrites_nothing,
    what_was_answered_under_typing_hands_is_not_overwritten,
    minds_changed_without_a_network_follow_each_other,
    nothing_is_confirmed_before_the_cut_off,
);

/// A closed week in which the kitchens ordered 30 and 20 kg of leeks for Monday: their tablets.
async fn closed(day: &MarketDay) -> [Tablet; 2] {
    let kitchens = [day.tablet_of("tilleuls").await, day.tablet_of("vilar").await];
    for (tablet, kilos) in kitchens.iter().zip(["30", "20"]) {
        tablet.want(day.key("P-001", Weekday::Monday), kilos).await;
        tablet.send_order().await;
        tablet.sync().await;
    }
    day.pass_the_cut_off().await;
    kitchens
}

fn monday(day: &MarketDay) -> Date {
    day.market.day(Weekday::Monday)
}

fn leeks(kilos: &str) -> Less {
    let why = Shortfall { reason: ShortReason::Weather, comment: None, substitute: None };
    Less { reference: Reference::parse("P-001").unwrap(), confirmed: quantity(kilos), why }
}

fn known(day: &MarketDay, telephone: &Tablet) -> DayToHarvest {
    let known = telephone.replica.day_to_harvest(day.market.cycle.id, monday(day));
    known.expect("a producer is signed in")
}

async fn confirms(day: &MarketDay, telephone: &Tablet, less: &[Less]) {
    let confirmed = telephone.replica.confirm_harvest(day.market.cycle.id, monday(day), less.to_vec());
    confirmed.await.expect("the device keeps it");
}

/// What the hub reads of the first producer's Monday.
async fn heard(day: &MarketDay) -> HarvestDay {
    let hub = day.desk_of("hub").await;
    let board: HarvestBoard = hub.get("/api/harvests").await;
    let [producer] = &board.producers[..] else { panic!("one producer is asked: {board:?}") };
    assert_eq!(
        (producer.name.as_str(), &producer.emails[..]),
        ("Mas des Oliviers", &["mas@market.example".to_owned()][..])
    );
    producer.days[0].clone()
}

/// The only order of a kitchen, and what producers answered about its Monday.
async fn told(day: &MarketDay, tablet: &Tablet) -> (Order, Vec<OrderAnswer>) {
    tablet.sync().await;
    let EntryLines::Accepted(order) = tablet.only_order().lines else { panic!("it was accepted") };
    let answers = tablet.replica.harvest_answers(order.id, monday(day));
    (order, answers)
}

async fn less_said_in_a_field_reaches_the_kitchen_and_the_hub_once(store: TestStore) {
    let day = MarketDay::open(store).await;
    let [tilleuls, vilar] = closed(&day).await;
    let telephone = day.tablet_of("mas").await;
    assert_eq!((heard(&day).await.said_at, known(&day, &telephone).said()), (None, None));
    day.cut_the_cable();
    confirms(&day, &telephone, &[leeks("25")]).await;
    confirms(&day, &telephone, &[leeks("25")]).await;
    telephone.sync().await;
    let telephone = telephone.close_and_open_again().await;
    let here = known(&day, &telephone).here.expect("it waits here");
    assert!(matches!(here.state, SendState::Waiting { .. } | SendState::Saved), "{:?}", here.state);
    assert_eq!(telephone.replica.pending_count(), 1, "two taps say it once");
    assert_eq!(known(&day, &telephone).said(), Some(&[leeks("25")][..]));

    day.mend_the_cable();
    day.lose_replies(1);
    telephone.sync().await;
    assert_eq!(telephone.sync().await.trouble, None);
    let stands = known(&day, &telephone);
    assert_eq!((stands.here, stands.stands.map(|stands| stands.revision)), (None, Some(1)));

    let short = heard(&day).await.short;
    assert_eq!((short[0].granted, short[0].confirmed), (quantity("50"), quantity("25")));
    for (tablet, granted, confirmed) in [(&tilleuls, "30", "15"), (&vilar, "20", "10")] {
        let (order, answers) = told(&day, tablet).await;
        let line = answers[0].line(&Reference::parse("P-001").unwrap()).expect("its line");
        assert_eq!((line.granted, line.confirmed), (quantity(granted), quantity(confirmed)));
        assert_eq!(line.short.as_ref().map(|short| &short.reason), Some(&ShortReason::Weather));
        assert_eq!(order.lines[0].counted(), quantity(confirmed), "what comes is received against it");
        assert_eq!(order.totals.net, order.lines[0].unit_price.times(quantity(confirmed)), "and billed");
    }
}

async fn what_is_typed_of_a_day_waits_on_the_telephone(store: TestStore) {
    let day = MarketDay::open(store).await;
    closed(&day).await;
    let telephone = day.tablet_of("mas").await;
    let half = TypedLess { reason: None, ..TypedLess::again(&leeks("10")) };
    telephone
        .replica
        .keep_harvest(day.market.cycle.id, monday(&day), std::slice::from_ref(&half))
        .await
        .unwrap();
    let telephone = telephone.close_and_open_again().await;
    telephone.sync().await;
    let shown = known(&day, &telephone).shown();
    assert_eq!(shown, [half], "what was typed between two rows is not lost");
    assert_eq!(shown[0].less(), None, "and says nothing until somebody says why");
    assert_eq!(heard(&day).await.said_at, None, "nobody hears what is not said");
    confirms(&day, &telephone, &[]).await;
    telephone.sync().await;
    let heard = heard(&day).await;
    assert!(heard.said_at.is_some() && heard.short.is_empty(), "{heard:?}");
    assert_eq!(known(&day, &telephone).typed, None);
}

async fn a_telephone_that_did_not_know_the_answer_overwrites_nothing(store: TestStore) {
    let day = MarketDay::open(store).await;
    closed(&day).await;
    let (hers, his) = (day.tablet_of("mas").await, day.tablet_of("mas").await);
    confirms(&day, &hers, &[leeks("25")]).await;
    hers.sync().await;
    confirms(&day, &his, &[]).await;
    his.sync().await;
    assert_eq!(heard(&day).await.short[0].confirmed, quantity("25"));
    let told = known(&day, &his);
    let here = told.here.clone().expect("what he said is not lost");
    assert_eq!(here.state, SendState::Refused { reason: Reason::HarvestChanged });
    assert_eq!((here.said, told.said()), (vec![], Some(&[leeks("25")][..])), "he finds what stands");
    // He has seen it now, and insists.
    confirms(&day, &his, &[]).await;
    his.sync().await;
    assert!(heard(&day).await.short.is_empty());
    assert_eq!(known(&day, &his).here, None);
}

async fn what_was_answered_under_typing_hands_is_not_overwritten(store: TestStore) {
    let day = MarketDay::open(store).await;
    closed(&day).await;
    let (hers, his) = (day.tablet_of("mas").await, day.tablet_of("mas").await);
    let typed = [TypedLess::again(&leeks("40"))];
    let keep = async || his.replica.keep_harvest(day.market.cycle.id, monday(&day), &typed).await.unwrap();
    keep().await;
    confirms(&day, &hers, &[leeks("25")]).await;
    hers.sync().await;
    // His telephone hears of it while his rows still say what he typed.
    his.sync().await;
    keep().await;
    confirms(&day, &his, &[leeks("40")]).await;
    his.sync().await;
    assert_eq!(heard(&day).await.short[0].confirmed, quantity("25"), "he had not seen hers");
    let here = known(&day, &his).here.expect("what he said is not lost");
    assert_eq!(here.state, SendState::Refused { reason: Reason::HarvestChanged });
    // Both are shown to him; he types again, and means it.
    keep().await;
    confirms(&day, &his, &[leeks("40")]).await;
    his.sync().await;
    assert_eq!(heard(&day).await.short[0].confirmed, quantity("40"));
}

async fn minds_changed_without_a_network_follow_each_other(store: TestStore) {
    let day = MarketDay::open(store).await;
    let [tilleuls, _] = closed(&day).await;
    let telephone = day.tablet_of("mas").await;
    day.cut_the_cable();
    for kilos in ["40", "10", "35"] {
        confirms(&day, &telephone, &[leeks(kilos)]).await;
    }
    day.mend_the_cable();
    telephone.sync().await;
    assert_eq!(heard(&day).await.short[0].confirmed, quantity("35"));
    assert_eq!(known(&day, &telephone).stands.map(|stands| stands.revision), Some(3));
    assert_eq!(told(&day, &tilleuls).await.0.lines[0].counted(), quantity("20"));
}

async fn nothing_is_confirmed_before_the_cut_off(store: TestStore) {
    let day = MarketDay::open(store).await;
    let telephone = day.tablet_of("mas").await;
    confirms(&day, &telephone, &[]).await;
    telephone.sync().await;
    let here = known(&day, &telephone).here.expect("it is told");
    assert_eq!(here.state, SendState::Refused { reason: Reason::NotClosed });
}
