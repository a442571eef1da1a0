//! A lot, followed over the cable: from the quay to the kitchens that got some, by the hub alone.

use domain::{
    command::{Command, Envelope, Unread},
    id::{OutboxId, RecordId, Reference, UserId},
    quay::{Bond, FoundLot, Lot, PageKey, QuayLine, RecordQuay, Side},
    receipt::Outcome,
    reception::Label,
    time::{Hlc, Weekday},
    wire::{PushAnswer, PushDone},
};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::testing::quantity;

/// 50 kg of leeks for two kitchens; the week is closed.
async fn closed(client: &Client, market: &Market) -> Client {
    for (who, email, kilos) in [(&market.kitchens[0], "tilleuls", "30"), (&market.kitchens[1], "vilar", "20")]
    {
        let kitchen = client.signed_in(&format!("{email}@market.example")).await;
        order(&kitchen, &mut Device::of(who, 1), market.submission(who.site, &[("P-001", kilos)])).await;
    }
    let hub = client.signed_in("hub@market.example").await;
    hub.post("/api/cycles/2026-W49/close", &json!({})).await;
    hub
}

async fn record(client: &Client, market: &Market, side: Side, kilos: &str, lots: &[&str]) -> Outcome {
    let lots = lots.iter().map(|code| Lot { code: Label::parse(code).unwrap(), use_by: None }).collect();
    let product = Reference::parse("P-001").unwrap();
    let said = RecordQuay {
        record: RecordId(Uuid::new_v4()),
        hub: market.hub,
        page: PageKey { cycle: market.cycle.id, delivery_on: market.day(Weekday::Monday), side },
        handled_by: Label::parse("Nadia Roques").unwrap(),
        supersedes: Vec::new(),
        lines: vec![QuayLine { lots, ..QuayLine::conforming(product, quantity(kilos)) }],
    };
    let hlc = Hlc { at_ms: 1_795_507_200_000, counter: 0, node: 1 };
    let command = Command::RecordQuay(Unread::of(&said));
    let sealed = Envelope::seal(1, hlc, UserId(Uuid::nil()), market.hub, &command);
    let outbox = OutboxId(Uuid::new_v4());
    let push = json!({"proto": PROTO, "schema": SCHEMA, "build": "test", "outbox": outbox, "cmds": [sealed]});
    match client.post("/sync/v1/push", &push).await.json() {
        PushAnswer::Done(PushDone { mut results, .. }) => results.remove(0).outcome,
        other => panic!("{other:?}"),
    }
}

const APPLIED: Outcome = Outcome::Applied { order: None, dup_of: None };

#[tokio::test]
async fn a_lot_is_followed_to_its_kitchens_and_a_kitchen_to_its_lots() {
    let (_store, market, client) = market().await;
    let hub = closed(&client, &market).await;
    let [tilleuls, vilar] = [0, 1].map(|at| market.kitchens[at].site);
    let side = Side::In(market.producers[0]);
    assert_eq!(record(&hub, &market, side, "50", &["L-12", "L-13"]).await, APPLIED);
    assert_eq!(record(&hub, &market, Side::Out(tilleuls), "30", &["L-13"]).await, APPLIED);

    // As it is spoken: capitals, blanks and signs do not matter.
    for (code, expected) in [
        ("l%2012", vec![("Collège Jean-Vilar", Bond::Meant)]),
        ("L13", vec![("Collège Jean-Vilar", Bond::Meant), ("École des Tilleuls", Bond::Loaded)]),
        ("L-99", vec![]),
        ("", vec![]),
    ] {
        let found: Vec<FoundLot> = hub.get(&format!("/api/lots?code={code}")).await.json();
        let kitchens: Vec<_> = found
            .iter()
            .flat_map(|lot| lot.kitchens.iter().map(|kitchen| (kitchen.name.as_str(), kitchen.bond)))
            .collect();
        assert_eq!(kitchens, expected, "{code}");
    }
    let day = market.day(Weekday::Monday);
    let of = |site| format!("/api/lots?site={site}&day={day}");
    let found: Vec<FoundLot> = hub.get(&of(tilleuls)).await.json();
    let codes: Vec<_> = found.iter().map(|lot| lot.lot.code.as_str()).collect();
    assert_eq!((codes, found[0].producer_name.as_str()), (vec!["L-13"], "Mas des Oliviers"));
    assert_eq!(found[0].kitchens[0].note.unwrap().to_string(), "2026-0001");
    let found: Vec<FoundLot> = hub.get(&of(vilar)).await.json();
    assert_eq!(found.len(), 2, "nobody wrote which of the two left for it");

    for wrong in ["", "?code=L&site=x", "?day=2026-11-30", "?site=1&day=2"] {
        assert_eq!(
            hub.get(&format!("/api/lots{wrong}")).await.refusal(),
            (400, "MALFORMED".into()),
            "{wrong}"
        );
    }
    for stranger in ["tilleuls", "mas", "region"] {
        let stranger = client.signed_in(&format!("{stranger}@market.example")).await;
        assert_eq!(stranger.get("/api/lots?code=L-12").await.refusal(), (403, "NO_RIGHT".into()));
    }
    let neighbour = client.signed_in("autre-hub@market.example").await;
    assert!(neighbour.get("/api/lots?code=L-12").await.json::<Vec<FoundLot>>().is_empty());
    assert!(neighbour.get(&of(tilleuls)).await.json::<Vec<FoundLot>>().is_empty());
}
