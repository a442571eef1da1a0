//! The week to come: producers announce it over the cable, the hub reads it and makes a list of it.

use domain::{
    availability::{AvailableProduct, Confidence, PublishAvailability},
    catalog::Weekdays,
    command::{Command, Envelope, Unread},
    id::{OutboxId, ProducerId, Reference, UserId},
    money::UnitPrice,
    receipt::{Outcome, Reason},
    time::{Hlc, Weekday},
    wire::{
        PushAnswer, PushDone,
        announced::AnnouncedWeek,
        desk::{FileRefusal, ImportState},
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{desk::ended, *};
use crate::testing::quantity;

fn product(reference: &str, kilos: &str, price: &str) -> AvailableProduct {
    AvailableProduct {
        reference: Reference::parse(reference).unwrap(),
        available: quantity(kilos),
        net_price: UnitPrice::new(price.parse().unwrap()).unwrap(),
        delivery_days: Weekdays::of([Weekday::Monday]),
        confidence: Confidence::Weather,
    }
}

/// Says a week of `producer` over the cable of `client`: what became of it.
async fn announce(client: &Client, producer: ProducerId, products: Vec<AvailableProduct>) -> Outcome {
    let week = "2026-W50".parse().unwrap();
    let said = Command::PublishAvailability(Unread::of(&PublishAvailability {
        producer,
        week,
        revision_seen: 0,
        products,
    }));
    let hlc = Hlc { at_ms: 1_795_507_200_000, counter: 0, node: 1 };
    let sealed = Envelope::seal(1, hlc, UserId(Uuid::nil()), producer, &said);
    let outbox = OutboxId(Uuid::new_v4());
    let push = json!({"proto": PROTO, "schema": SCHEMA, "build": "test", "outbox": outbox, "cmds": [sealed]});
    match client.post("/sync/v1/push", &push).await.json() {
        PushAnswer::Done(PushDone { mut results, .. }) => results.remove(0).outcome,
        PushAnswer::ForeignOutbox { .. } => Outcome::Refused { code: Reason::NoRight },
        other => panic!("{other:?}"),
    }
}

async fn make(hub: &Client, week: &str, silent: &str, dry_run: bool) -> ImportState {
    let asked = json!({"week": week, "silent": silent, "dry_run": dry_run});
    ended(hub, hub.post("/api/announced/list", &asked).await).await
}

#[tokio::test]
async fn the_hub_makes_next_weeks_list_of_what_was_announced() {
    let (store, market, client) = market().await;
    let hub = client.signed_in("hub@market.example").await;
    let mas = client.signed_in("mas@market.example").await;
    let own =
        vec![product("P-001", "60", "1.30"), product("P-002", "20", "0.90"), product("P-009", "5", "1")];
    let applied = Outcome::Applied { order: None, dup_of: None };
    assert_eq!(announce(&mas, market.producers[0], own).await, applied);

    let week: AnnouncedWeek = hub.get("/api/announced").await.json();
    assert_eq!(week.week.map(|week| week.to_string()).as_deref(), Some("2026-W50"));
    let told: Vec<_> = week.producers.iter().map(|by| (by.name.as_str(), by.offers)).collect();
    assert_eq!(told, [("Ferme du Causse", 1), ("Mas des Oliviers", 3)]);
    assert_eq!(week.producers[0].said, None);
    let said = week.producers[1].said.as_ref().unwrap();
    assert_eq!((said.products, said.weather, said.dearer, said.cheaper), (3, 3, 1, 0));
    assert_eq!(said.unnamed, [Reference::parse("P-009").unwrap()]);

    let ImportState::Done { report } = make(&hub, "2026-W50", "leave_out", true).await else { panic!() };
    assert_eq!((report.accepted, report.changes.price_up, report.changes.gone), (2, 1, 2));
    let current = store.current_cycle(market.hub).await.unwrap().unwrap();
    assert_eq!(current.id, market.cycle.id, "a dry run opens nothing");

    let ImportState::Done { report } = make(&hub, "2026-W50", "keep", false).await else { panic!() };
    assert_eq!(
        (report.accepted, report.changes.gone),
        (3, 1),
        "the cheese stays, the apples were not announced"
    );
    let current = store.current_cycle(market.hub).await.unwrap().unwrap();
    let list = store.current_offers(market.hub, current.id).await.unwrap();
    let leeks = &list[&Reference::parse("P-001").unwrap()];
    assert_eq!(
        (current.id.to_string(), leeks.promised, leeks.net_price.euros().to_string()),
        ("2026-W50".to_owned(), Some(quantity("60")), "1.3".to_owned())
    );
    let journal: Value = hub.get("/api/journal").await.json();
    assert!(journal.to_string().contains("LIST_MADE_OF_ANNOUNCED"), "{journal}");

    // The same tap again: that week is out, another one is to come.
    let ImportState::Refused { code, .. } = make(&hub, "2026-W50", "keep", false).await else { panic!() };
    assert_eq!(code, FileRefusal::NotToCome);
    let late = announce(&mas, market.producers[0], vec![product("P-001", "1", "1")]).await;
    assert_eq!(late, Outcome::Refused { code: Reason::ListPublished });
}

#[tokio::test]
async fn nobody_announces_for_somebody_else() {
    let (store, market, client) = market().await;
    let refused = Outcome::Refused { code: Reason::NoRight };
    for stranger in ["tilleuls", "causse"] {
        let stranger = client.signed_in(&format!("{stranger}@market.example")).await;
        let own = vec![product("P-001", "60", "1.30")];
        assert_eq!(announce(&stranger, market.producers[0], own).await, refused);
    }
    let week = "2026-W50".parse().unwrap();
    assert!(store.announced(market.hub, week).await.unwrap().is_empty());
    let neighbour = client.signed_in("autre-hub@market.example").await;
    let theirs: AnnouncedWeek = neighbour.get("/api/announced").await.json();
    assert!(theirs.producers.iter().all(|by| by.said.is_none()), "{theirs:?}");
}
