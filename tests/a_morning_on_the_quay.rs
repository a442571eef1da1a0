//! Six in the morning, no signal: two tablets of the hub weigh what comes and load what leaves, and bring together what they wrote
//! once there is a network. The kitchens unload against what left for them.

use domain::{
    id::{ProducerId, SiteId},
    quay::{Departure, Lot, PageKey, QuayLine, Side},
    reception::{Gap, GapReason, Label},
    time::{Date, Weekday},
};
use replica::{
    quay::{BegunPage, Handled, QuayDay},
    recording::RecordError,
    view::SendState,
};
use server::testing::{TestStore, quantity};
use support::market_day::{MarketDay, Tablet};

server::on_both_engines!(
    two_tablets_write_one_morning_without_a_network,
    what_was_begun_waits_on_the_tablet,
    what_two_people_weigh_waits_for_one_of_them,
    nobody_else_has_the_quay_on_their_device,
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

fn page(day: &MarketDay, side: Side) -> PageKey {
    PageKey { cycle: day.market.cycle.id, delivery_on: monday(day), side }
}

fn seen(day: &MarketDay, tablet: &Tablet) -> QuayDay {
    tablet.replica.quay_day(monday(day), day.market.cycle.id)
}

fn leeks(kilos: &str, lots: &[&str]) -> QuayLine {
    let lots = lots.iter().map(|code| Lot { code: Label::parse(code).unwrap(), use_by: None }).collect();
    let product = domain::id::Reference::parse("P-001").unwrap();
    QuayLine { lots, ..QuayLine::conforming(product, quantity(kilos)) }
}

fn fewer(kilos: &str, lots: &[&str]) -> QuayLine {
    QuayLine { gap: Some(Gap { reason: GapReason::Missing, comment: None }), ..leeks(kilos, lots) }
}

fn handled(name: &str, line: QuayLine) -> Handled {
    Handled { handled_by: Label::parse(name).unwrap(), seen: Vec::new(), lines: vec![line] }
}

async fn record(day: &MarketDay, tablet: &Tablet, side: Side, line: QuayLine) {
    let key = page(day, side);
    let recorded = tablet.replica.record_page(&key, handled("Nadia Roques", line));
    recorded.await.expect("the tablet keeps it");
}

fn places(day: &MarketDay) -> (ProducerId, [SiteId; 2]) {
    (day.market.producers[0], [0, 1].map(|at| day.market.kitchens[at].site))
}

fn departure(day: &MarketDay, tablet: &Tablet) -> Option<Departure> {
    tablet.replica.departure(day.market.cycle.id, monday(day))
}

async fn two_tablets_write_one_morning_without_a_network(store: TestStore) {
    let day = MarketDay::open(store).await;
    let [tilleuls, vilar] = closed(&day).await;
    let (mas, [to_tilleuls, to_vilar]) = places(&day);
    let (weighs, loads) = (day.tablet_of("hub").await, day.tablet_of("hub").await);
    assert_eq!(weighs.replica.quay_days(), [(monday(&day), day.market.cycle.id)]);
    day.cut_the_cable();

    // One weighs: 40 kg of the 50. What there is for each kitchen follows at once, without a network.
    record(&day, &weighs, Side::In(mas), fewer("40", &["L-12"])).await;
    let there = |site| seen(&day, &weighs).departing(site)[0].share;
    assert_eq!((there(to_tilleuls), there(to_vilar)), (quantity("25"), quantity("15")));
    // The other, who cannot know it, loads what was confirmed of the first kitchen's.
    record(&day, &loads, Side::Out(to_tilleuls), leeks("30", &[])).await;
    weighs.sync().await;
    let here = seen(&day, &weighs).page(&page(&day, Side::In(mas))).cloned().expect("it is there");
    assert!(matches!(here.waits, Some(SendState::Waiting { .. } | SendState::Saved)), "{:?}", here.waits);
    let weighs = weighs.close_and_open_again().await;
    assert_eq!(weighs.replica.pending_count(), 1);

    day.mend_the_cable();
    day.lose_replies(1);
    for _ in 0..2 {
        weighs.sync().await;
        loads.sync().await;
    }
    weighs.sync().await;
    for tablet in [&weighs, &loads] {
        let seen = seen(&day, tablet);
        assert_eq!(seen.pages.len(), 2, "both read both");
        assert!(seen.pages.values().all(|here| here.waits.is_none() && here.refused.is_none()), "{seen:?}");
    }
    tilleuls.sync().await;
    vilar.sync().await;
    let left = departure(&day, &tilleuls).expect("it was told");
    assert_eq!((left.lines[0].loaded, left.lines[0].lots[0].code.as_str()), (quantity("30"), "L-12"));
    assert_eq!(left.number.to_string(), "2026-0001");
    assert_eq!(departure(&day, &vilar), None, "nothing left for it yet");

    // 30 of the 40 are gone: who loads the second kitchen is told that 10 are left.
    assert_eq!(seen(&day, &loads).departing(to_vilar)[0].share, quantity("10"));
    record(&day, &loads, Side::Out(to_vilar), fewer("10", &[])).await;
    loads.sync().await;
    vilar.sync().await;
    let left = departure(&day, &vilar).expect("it was told");
    assert_eq!((left.lines[0].confirmed, left.lines[0].loaded), (quantity("20"), quantity("10")));
}

async fn what_was_begun_waits_on_the_tablet(store: TestStore) {
    let day = MarketDay::open(store).await;
    closed(&day).await;
    let (mas, _) = places(&day);
    let tablet = day.tablet_of("hub").await;
    let key = page(&day, Side::In(mas));
    let begun = BegunPage { handled_by: "Nad".into(), seen: Vec::new(), lines: vec![leeks("50", &["L"])] };
    tablet.replica.keep_page(&key, begun.clone()).await.unwrap();
    let tablet = tablet.close_and_open_again().await;
    assert_eq!(tablet.replica.begun_page(&key), Some(begun));
    record(&day, &tablet, Side::In(mas), leeks("50", &["L"])).await;
    assert_eq!(tablet.replica.begun_page(&key), None, "it is recorded");
    // Who weighs the next does not type their name again, nor after the tablet went out.
    let tablet = tablet.close_and_open_again().await;
    assert_eq!(tablet.replica.last_handler(), Label::parse("Nadia Roques").ok());
    // A second tap says nothing new.
    let again = tablet.replica.record_page(&key, handled("Nadia Roques", leeks("50", &["L"]))).await;
    assert_eq!(again, Err(RecordError::NothingToSend));
    assert_eq!(tablet.replica.pending_count(), 1);
}

async fn what_two_people_weigh_waits_for_one_of_them(store: TestStore) {
    let day = MarketDay::open(store).await;
    closed(&day).await;
    let (mas, _) = places(&day);
    let (hers, his) = (day.tablet_of("hub").await, day.tablet_of("hub").await);
    record(&day, &hers, Side::In(mas), leeks("50", &[])).await;
    record(&day, &his, Side::In(mas), fewer("45", &[])).await;
    hers.sync().await;
    his.sync().await;
    hers.sync().await;
    let key = page(&day, Side::In(mas));
    let known = |tablet| seen(&day, tablet).page(&key).cloned().unwrap().page;
    let product = domain::id::Reference::parse("P-001").unwrap();
    assert_eq!(known(&hers).said_of(&product).len(), 2);
    assert_eq!(known(&hers), known(&his), "both read the same");
    let decided = Handled {
        seen: domain::records::ids(&known(&hers).records),
        ..handled("Nadia Roques", fewer("45", &[]))
    };
    hers.replica.record_page(&key, decided).await.unwrap();
    hers.sync().await;
    his.sync().await;
    assert_eq!(known(&his).said_of(&product).len(), 1);
    assert_eq!(known(&his).standing(&product).unwrap().quantity, quantity("45"));
}

async fn nobody_else_has_the_quay_on_their_device(store: TestStore) {
    let day = MarketDay::open(store).await;
    let [tilleuls, _] = closed(&day).await;
    let (mas, _) = places(&day);
    for tablet in [&tilleuls, &day.tablet_of("mas").await, &day.tablet_of("region").await] {
        tablet.sync().await;
        assert_eq!(tablet.replica.quay_days(), []);
        let key = page(&day, Side::In(mas));
        let forged = tablet.replica.record_page(&key, handled("Nadia Roques", leeks("50", &[]))).await;
        assert!(matches!(forged, Err(RecordError::NotSignedIn)), "{forged:?}");
    }
}
