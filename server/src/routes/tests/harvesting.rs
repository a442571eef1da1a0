//! After the cut-off: producers confirm over the cable, the hub reads who did, and nobody reads another's.

use domain::{
    command::{Command, Envelope, Unread},
    harvest::{ConfirmHarvest, Less, ShortReason, Shortfall},
    id::{OutboxId, ProducerId, Reference, UserId},
    receipt::{Outcome, Reason},
    time::{Hlc, Weekday},
    wire::{PushAnswer, PushDone, harvests::HarvestBoard},
};
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::testing::quantity;

const BOARD: &str = "/api/harvests";

/// Answers for Monday in the name of `producer`, over the cable of `client`: what became of it.
async fn confirm(client: &Client, market: &Market, producer: ProducerId, less: Vec<Less>) -> Outcome {
    let said = ConfirmHarvest {
        producer,
        cycle: market.cycle.id,
        delivery_on: market.day(Weekday::Monday),
        revision_seen: 0,
        less,
    };
    let hlc = Hlc { at_ms: 1_795_507_200_000, counter: 0, node: 1 };
    let sealed =
        Envelope::seal(1, hlc, UserId(Uuid::nil()), producer, &Command::ConfirmHarvest(Unread::of(&said)));
    let outbox = OutboxId(Uuid::new_v4());
    let push = json!({"proto": PROTO, "schema": SCHEMA, "build": "test", "outbox": outbox, "cmds": [sealed]});
    match client.post("/sync/v1/push", &push).await.json() {
        PushAnswer::Done(PushDone { mut results, .. }) => results.remove(0).outcome,
        PushAnswer::ForeignOutbox { .. } => Outcome::Refused { code: Reason::NoRight },
        other => panic!("{other:?}"),
    }
}

/// 10 kg less of leeks than the 30 that were ordered.
fn fewer_leeks() -> Vec<Less> {
    let why = Shortfall { reason: ShortReason::Pests, comment: None, substitute: None };
    vec![Less { reference: Reference::parse("P-001").unwrap(), confirmed: quantity("20"), why }]
}

/// The first kitchen ordered 30 kg of leeks and 5 of cheese; the week is closed.
async fn closed(client: &Client, market: &Market) -> Client {
    let who = &market.kitchens[0];
    let kitchen = client.signed_in("tilleuls@market.example").await;
    let wanted = market.submission(who.site, &[("F-001", "5"), ("P-001", "30")]);
    order(&kitchen, &mut Device::of(who, 1), wanted).await;
    let hub = client.signed_in("hub@market.example").await;
    hub.post("/api/cycles/2026-W49/close", &json!({})).await;
    hub
}

#[tokio::test]
async fn the_hub_reads_who_confirmed_and_what_is_missing() {
    let (store, market, client) = market().await;
    let before: HarvestBoard = client.signed_in("hub@market.example").await.get(BOARD).await.json();
    assert!(before.producers.is_empty(), "nothing is harvested before the close");
    let hub = closed(&client, &market).await;
    let mas = client.signed_in("mas@market.example").await;
    let applied = Outcome::Applied { order: None, dup_of: None };
    assert_eq!(confirm(&mas, &market, market.producers[0], fewer_leeks()).await, applied);

    let board: HarvestBoard = hub.get(BOARD).await.json();
    let said: Vec<_> = board
        .producers
        .iter()
        .map(|of| (of.name.as_str(), of.emails.join(", "), of.days[0].said_at.is_some()))
        .collect();
    let expected = [
        ("Ferme du Causse", "causse@market.example".to_owned(), false),
        ("Mas des Oliviers", "mas@market.example".to_owned(), true),
    ];
    assert_eq!(said, expected);
    let [short] = &board.producers[1].days[0].short[..] else { panic!("{board:?}") };
    assert_eq!((short.granted, short.confirmed), (quantity("30"), quantity("20")));
    // The list of the next week is out: what is harvested now is still read.
    store.create_cycle(market.hub, &market.next_week()).await.unwrap();
    assert_eq!(hub.get(BOARD).await.json::<HarvestBoard>(), board);
}

#[tokio::test]
async fn nobody_confirms_for_somebody_else_nor_reads_what_others_answered() {
    let (_store, market, client) = market().await;
    let hub = closed(&client, &market).await;
    let refused = Outcome::Refused { code: Reason::NoRight };
    for stranger in ["tilleuls", "vilar", "causse"] {
        let stranger = client.signed_in(&format!("{stranger}@market.example")).await;
        let outcome = confirm(&stranger, &market, market.producers[0], fewer_leeks()).await;
        assert_eq!(outcome, refused);
        assert_eq!(stranger.get(BOARD).await.refusal(), (403, "NO_RIGHT".into()));
    }
    let board: HarvestBoard = hub.get(BOARD).await.json();
    assert!(board.producers.iter().flat_map(|of| &of.days).all(|day| day.said_at.is_none()), "{board:?}");
    let neighbour = client.signed_in("autre-hub@market.example").await;
    let theirs: HarvestBoard = neighbour.get(BOARD).await.json();
    assert!(theirs.producers.is_empty(), "a week of the same name, of another hub");
}
