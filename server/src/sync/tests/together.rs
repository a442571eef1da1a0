//! Pushes that share a commit: an answer each, and none that takes another down.

use domain::{
    enterprise::{Commune, Siret, Site, SiteKind},
    id::{HubId, UserId},
    money::Rate,
    pricing::{MarginBase, Terms},
    wire::snapshot::HubCard,
};
use uuid::Uuid;

use super::*;
use crate::{
    store::{
        PriceList,
        memory::{Failure, MemoryStore},
    },
    sync::push::{Push, receive},
    testing::{Device, TestStore, offers, producers, week},
};

crate::on_both_engines!(pushes_that_share_a_commit_have_an_answer_each,);

/// An order beside the usual one, from the `n`th tablet of `who`, as `outbox` says it.
fn pushed(market: &Market, who: &KitchenSession, n: u64, outbox: OutboxId, lines: &[(&str, &str)]) -> Push {
    let mut submission = market.submission(who.site, lines);
    submission.draft.0 = Uuid::from_u64_pair(n, 1);
    let batch = Batch::of(outbox, &[Device::of(who, n).submit(submission)]).unwrap();
    Push::read(*who, batch, NOW).unwrap()
}

async fn pushes_that_share_a_commit_have_an_answer_each(store: TestStore) {
    let market = Market::open(&store).await;
    let [ours, theirs] = &market.kitchens;
    let outbox = |who, n| Device::of(who, n).outbox;
    let first = pushed(&market, ours, 1, outbox(ours, 1), &[("P-001", "10")]);
    receive(&store, market.hub, std::slice::from_ref(&first)).await;
    let together = [
        pushed(&market, ours, 2, outbox(ours, 2), &[("P-001", "10")]),
        pushed(&market, theirs, 3, outbox(ours, 1), &[("P-001", "5")]),
        pushed(&market, theirs, 4, outbox(theirs, 4), &[("P-002", "5")]),
        pushed(&market, ours, 5, outbox(ours, 5), &[]),
        first,
    ];
    let answers = receive(&store, market.hub, &together).await;
    let done = |at: usize| match &answers[at] {
        PushAnswer::Done(PushDone { outbox_last: 1, results, .. }) => results[0].clone(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(done(0).outcome, Outcome::Applied { dup_of: None, .. }));
    assert!(matches!(answers[1], PushAnswer::ForeignOutbox { .. }));
    assert!(matches!(done(2).outcome, Outcome::Applied { dup_of: None, .. }));
    assert!(matches!(done(3).outcome, Outcome::Refused { .. }));
    assert!(done(4).dup, "said before, answered as before");
    let asked = asked(&store, &market, "P-001").await;
    assert_eq!((orders(&store, &market).await.len(), asked.as_str()), (3, "20"));
}

/// The market of [`Market::open`], in memory, without accounts.
pub(super) async fn in_memory() -> (MemoryStore, Market) {
    let (hub, store) = (HubId(Uuid::from_u128(1)), MemoryStore::new(1));
    let margin = Rate::from_hundredths(2_500).unwrap();
    let terms = Terms { margin_base: MarginBase::OnCost, margin, transport: Rate::ZERO };
    let card = HubCard { id: hub, name: "Plateforme des Deux Rives".into(), phone: String::new() };
    store.create_hub(&card, &terms).await.unwrap();
    let kitchens = [11, 12].map(|n| KitchenSession {
        user: UserId(Uuid::from_u128(n)),
        hub,
        site: SiteId(Uuid::from_u128(n)),
    });
    for who in &kitchens {
        let siret = Siret::parse("00000030300016").unwrap();
        let commune = Commune { name: "Sommières".into(), insee: "30321".into() };
        let kind = SiteKind::Kitchen;
        let site = Site { id: who.site, hub, kind, name: "Une cuisine".into(), siret, commune };
        store.create_site(&site).await.unwrap();
    }
    let (cycle, list) = (week(), PriceList { producers: producers(hub), offers: offers(hub) });
    store.publish_price_list(hub, &cycle, &list, cycle.opens_at, false).await.unwrap();
    let own = [0, 1].map(|at| producers(hub)[at].id);
    let [neighbour_kitchen, _] = kitchens;
    let nobody = domain::id::OwnerId(Uuid::nil());
    let market = Market {
        hub,
        neighbour: hub,
        cycle,
        kitchens,
        neighbour_kitchen,
        owners: [nobody; 3],
        producers: own,
    };
    (store, market)
}

/// Four first orders of two kitchens, that come at once.
fn four_at_once(market: &Market) -> Vec<Push> {
    (1..=4)
        .map(|n| {
            let who = &market.kitchens[usize::from(n > 2)];
            pushed(market, who, n, Device::of(who, n).outbox, &[("P-001", "10"), ("F-001", "5")])
        })
        .collect()
}

#[tokio::test]
async fn a_write_that_fails_among_others_costs_nobody_an_answer() {
    let mut failures = 0;
    for after in 0.. {
        let (store, market) = in_memory().await;
        let together = four_at_once(&market);
        store.fail_after(after, Failure::Lasting);
        let answers = receive(&store, market.hub, &together).await;
        let struck = !store.stop_failing();
        let done = answers.iter().filter(|answer| matches!(answer, PushAnswer::Done(_))).count();
        assert_eq!((done, store.all_orders().len()), (4, 4), "write {after}");
        failures += u32::from(struck);
        if !struck {
            break;
        }
    }
    assert!(failures > 20, "{failures} failures");
}

#[tokio::test]
async fn whichever_write_fails_again_alone_each_push_is_stored_whole_or_told_to_come_back() {
    let (mut failures, mut told_later) = (0, 0);
    for after in 0.. {
        let (store, market) = in_memory().await;
        let together = four_at_once(&market);
        store.fail_each([(after, Failure::Temporary), (after, Failure::Temporary)]);
        let answers = receive(&store, market.hub, &together).await;
        let struck = !store.stop_failing();
        let later = answers.iter().filter(|answer| matches!(answer, PushAnswer::Later { .. })).count();
        let stored = store.all_orders().len();
        assert_eq!(stored + later, together.len(), "write {after}: what is not stored is told");
        assert!(later <= 1, "write {after}: one failure, {later} told to come back");
        receive(&store, market.hub, &together).await;
        assert_eq!(store.all_orders().len(), together.len(), "write {after}: said again, all there, once");
        failures += u32::from(struck);
        told_later += later;
        if !struck {
            break;
        }
    }
    assert!(failures > 20 && told_later > 20, "{failures} failures, {told_later} told to come back");
}
