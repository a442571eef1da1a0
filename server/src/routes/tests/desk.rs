//! The hub's desk over HTTP: import, live demand, tickets, closing, sheets.

use std::time::Duration;

use axum::http::header;
use domain::{
    producer_sheet::ProducerSheet,
    wire::desk::{
        CloseReport, DemandBoard, FileRefusal, ImportState, ImportStatus, Indicators, SheetSummary,
        TicketCard, WeekBoard,
    },
};
use serde_json::{Value, json};

use super::*;

const LIST: &str = "Référence;Désignation;Producteur;SIRET producteur;Commune;Code INSEE;Famille;Unité;Conditionnement;Prix HT producteur;TVA %;Quantité disponible;Jours de livraison\n\
    P-001;Poireaux;Mas des Oliviers;00000010100014;Lunel;34145;FRUITS_ET_LEGUMES;kg;5;1,45;5,5;80;lundi, jeudi\n\
    P-010;Potimarron;Mas des Oliviers;00000010100014;Lunel;34145;FRUITS_ET_LEGUMES;kg;5;1,10;5,5;;lundi\n\
    P-011;Céleri;Mas des Oliviers;00000010100014;Lunel;34145;FRUITS_ET_LEGUMES;kg;5;gratuit;5,5;;lundi\n";

/// Starts an import and waits for its end.
async fn import(hub: &Client, address: &str, file: Vec<u8>) -> ImportState {
    ended(hub, hub.post_bytes(address, file).await).await
}

/// Waits for the end of an import that was started.
pub(super) async fn ended(hub: &Client, started: Answer) -> ImportState {
    assert_eq!(started.status.as_u16(), 202);
    let started: ImportStatus = started.json();
    for _ in 0..2_000 {
        let status: ImportStatus = hub.get(&format!("/api/price-list-imports/{}", started.id)).await.json();
        if !matches!(status.state, ImportState::Working { .. }) {
            return status.state;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the import never ends");
}

#[tokio::test]
async fn a_list_is_imported_in_the_background_and_told_row_by_row() {
    let (store, market, client) = market().await;
    let hub = client.signed_in("hub@market.example").await;
    let address = "/api/price-list-imports?name=liste.csv&cycle=2026-W49";
    let dry = import(&hub, &format!("{address}&dry_run=true"), LIST.into()).await;
    let ImportState::Done { report } = &dry else { panic!("{dry:?}") };
    assert_eq!(
        (report.accepted, report.changes.new, report.changes.price_up, report.changes.gone),
        (2, 1, 1, 3)
    );
    assert_eq!((report.refused[0].line, report.refused.len()), (4, 1));
    let held = store.current_offers(market.hub, market.cycle.id).await.unwrap();
    assert_eq!(held.len(), 4, "a dry run writes nothing");
    assert_eq!(import(&hub, address, LIST.into()).await, dry);
    let held = store.current_offers(market.hub, market.cycle.id).await.unwrap();
    assert_eq!(held.len(), 2);
    let again = import(&hub, address, LIST.into()).await;
    let ImportState::Done { report } = &again else { panic!("{again:?}") };
    assert_eq!(
        (report.changes.unchanged, report.changes.rows.len()),
        (2, 0),
        "importing again doubles nothing"
    );
}

#[tokio::test]
async fn a_file_that_is_no_list_is_refused_in_words() {
    let (_store, _, client) = market().await;
    let hub = client.signed_in("hub@market.example").await;
    let huge = vec![b'x'; usize::try_from(crate::import::MAX_FILE_BYTES).unwrap() + 1];
    for (file, expected) in [(b"".to_vec(), FileRefusal::Empty), (huge, FileRefusal::TooLarge)] {
        let state = import(&hub, "/api/price-list-imports?name=x.csv", file).await;
        let ImportState::Refused { code, message } = state else { panic!("{state:?}") };
        assert_eq!(code, expected);
        assert!(message.len() > 10, "{message}");
    }
    for address in ["/api/price-list-imports", "/api/price-list-imports?name=x.csv&cycle=hier"] {
        assert_eq!(hub.post_bytes(address, vec![]).await.refusal(), (400, "MALFORMED".into()), "{address}");
    }
}

#[tokio::test]
async fn the_hub_sees_demand_grow_settles_what_waits_closes_and_hands_out_sheets() {
    let (_store, market, client) = market().await;
    let hub = client.signed_in("hub@market.example").await;
    let [first, second] = &market.kitchens;
    let tablet = client.signed_in("tilleuls@market.example").await;
    let wanted = [("P-001", "60"), ("P-003", "7"), ("F-001", "5")];
    order(&tablet, &mut Device::of(first, 1), market.submission(first.site, &wanted)).await;
    let tablet = client.signed_in("vilar@market.example").await;
    order(&tablet, &mut Device::of(second, 1), market.submission(second.site, &[("P-001", "40")])).await;

    let week: WeekBoard = hub.get("/api/week").await.json();
    assert_eq!((week.orders, week.lines, week.shortages, week.tickets_for_kitchens), (2, 3, 1, 1));
    let demand: DemandBoard = hub.get("/api/cycles/2026-W49/demand").await.json();
    assert_eq!(demand.producers[1].lines[0].short.to_string(), "20");
    assert_eq!(hub.get("/api/cycles/2026-W48/demand").await.refusal(), (404, "UNKNOWN_CYCLE".into()));

    let tickets: Vec<TicketCard> = hub.get("/api/tickets").await.json();
    assert_eq!((tickets.len(), tickets[0].site_name.as_str()), (1, "École des Tilleuls"));
    let settle = format!("/api/tickets/{}/settle", tickets[0].ticket.id);
    assert_eq!(hub.post(&settle, &json!({"choice": "decline"})).await.status.as_u16(), 200);
    assert_eq!(
        hub.post(&settle, &json!({"choice": "decline"})).await.status.as_u16(),
        200,
        "the same choice"
    );
    assert_eq!(
        hub.post(&settle, &json!({"choice": "replace"})).await.refusal(),
        (409, "ALREADY_SETTLED".into())
    );
    assert_eq!(hub.post(&settle, &json!({"choice": "dance"})).await.refusal().0, 400);

    let report: CloseReport = hub.post("/api/cycles/2026-W49/close", &json!({})).await.json();
    assert_eq!((report.orders, report.shortened_lines, report.sheets), (2, 2, 2));
    let twice = hub.post("/api/cycles/2026-W49/close", &json!({})).await;
    assert_eq!(twice.refusal(), (409, "CYCLE_CLOSED".into()));
    let sheets: Vec<SheetSummary> = hub.get("/api/cycles/2026-W49/sheets").await.json();
    let names: Vec<_> = sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.amount.to_string())).collect();
    assert_eq!(names, [("Ferme du Causse", "72.50".to_owned()), ("Mas des Oliviers", "96.00".to_owned())]);

    let producer = client.signed_in("mas@market.example").await;
    let own = format!("/api/cycles/2026-W49/sheets/{}", market.producers[0]);
    let sheet: ProducerSheet = producer.get(&own).await.json();
    assert_eq!(sheet.days[0].products[0].portions.len(), 2);
    let workbook = producer.get(&format!("{own}/xlsx")).await;
    assert!(workbook.body.starts_with(b"PK"), "a workbook is a zip");
    let disposition = workbook.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(
        disposition.starts_with("attachment; filename=\"") && disposition.ends_with(".xlsx\""),
        "{disposition}"
    );
    let others = format!("/api/cycles/2026-W49/sheets/{}", market.producers[1]);
    assert_eq!(producer.get(&others).await.refusal(), (403, "NO_RIGHT".into()));
}

#[tokio::test]
async fn an_authority_reads_sums() {
    let (_store, market, client) = market().await;
    let who = &market.kitchens[0];
    let tablet = client.signed_in("tilleuls@market.example").await;
    let wanted = [("P-001", "10"), ("P-003", "5")];
    order(&tablet, &mut Device::of(who, 1), market.submission(who.site, &wanted)).await;
    let region = client.signed_in("region@market.example").await;
    let sums: Indicators = region.get("/api/indicators").await.json();
    assert_eq!((sums.kitchens, sums.kitchens_with_orders, sums.offers, sums.organic_offers), (2, 1, 4, 1));
    assert_eq!((sums.net.to_string(), sums.organic_net.to_string()), ("28.13".into(), "13.13".into()));
}

#[tokio::test]
async fn an_authority_reads_its_own_kitchens_and_those_under_it_and_no_other() {
    let (store, market, client) = market().await;
    for (who, email, wanted) in [
        (&market.kitchens[0], "tilleuls@market.example", [("P-001", "10"), ("P-003", "5")]),
        (&market.kitchens[1], "vilar@market.example", [("P-001", "20"), ("P-003", "10")]),
    ] {
        let tablet = client.signed_in(email).await;
        order(&tablet, &mut Device::of(who, 1), market.submission(who.site, &wanted)).await;
    }
    let read = async |who: &str| -> Indicators {
        client.signed_in(&format!("{who}@market.example")).await.get("/api/indicators").await.json()
    };
    let net = |sums: &Indicators| (sums.kitchens, sums.kitchens_with_orders, sums.net.to_string());
    assert_eq!(net(&read("gard").await), (1, 1, "28.13".into()));
    assert_eq!(net(&read("herault").await), (1, 1, "56.25".into()));
    let region = read("region").await;
    assert_eq!(net(&region), (2, 2, "84.38".into()));
    // Orders added up are what the running totals say.
    let hub = client.signed_in("hub@market.example").await;
    let week: Value = hub.get("/api/week").await.json();
    assert_eq!(week["net"], "84.38");

    // A school that changes hands changes figures; one that is nobody's is in none, and who looks at nothing reads nothing.
    let address = format!("/api/places/{}/owner", market.kitchens[1].site);
    let given = hub.post(&address, &json!({"owner": market.owners[1]})).await;
    assert_eq!(given.status.as_u16(), 204);
    assert_eq!(net(&read("gard").await), (2, 2, "84.38".into()));
    assert_eq!(net(&read("herault").await), (0, 0, "0.00".into()));
    let stranger = crate::store::NewUser {
        name: "Une nouvelle".into(),
        email: "nouvelle@market.example".into(),
        password_hash: crate::access::password::hash(crate::testing::PASSWORD).unwrap(),
        role: domain::enterprise::Role::Authority { hub: market.hub },
    };
    store.create_user(&stranger).await.unwrap();
    assert_eq!(net(&read("nouvelle").await), (0, 0, "0.00".into()));
    // The same after the week is closed.
    assert_eq!(hub.post("/api/cycles/2026-W49/close", &json!({})).await.status.as_u16(), 200);
    let closed = read("region").await;
    let board: Value = hub.get("/api/cycles/2026-W49/demand").await.json();
    assert_eq!(closed.net.to_string(), board["buyer_net"]);
}
