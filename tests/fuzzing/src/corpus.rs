//! The corpus is what the real server and real devices say; written once, then kept: `cargo test -p fuzzing -- --ignored`.

use std::{
    fs,
    io::{Cursor, Write},
};

use domain::{
    id::OutboxId,
    wire::{PROTO, PullAnswer, PushRequest, SCHEMA, Scope, ScopePatch},
};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use server::testing::{Client, Device, Market, on_sqlite};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::folder;

const ROWS: [[&str; 10]; 4] = [
    [
        "Référence",
        "Désignation",
        "Producteur",
        "SIRET",
        "Commune",
        "Famille",
        "Unité",
        "Conditionnement",
        "Prix HT",
        "TVA",
    ],
    [
        "A1",
        "Carotte de sable",
        "Ferme du Gué",
        "00000045500014",
        "Anduze",
        "Légumes",
        "kg",
        "5",
        "2,10",
        "5,5",
    ],
    [
        "A2",
        "Pélardon AOP",
        "Ferme du Gué",
        "00000045500014",
        "Anduze",
        "Fromages",
        "pièce",
        "12",
        "1,95",
        "5,5",
    ],
    ["A3", "Pommes bio", "Mas des Oliviers", "00000010100014", "Lunel", "Fruits", "kg", "10", "2.40", "5,5"],
];

fn keep(decoder: &str, name: &str, bytes: &[u8]) {
    let folder = folder().join(decoder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), bytes).unwrap();
}

fn xlsx() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in ROWS.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), *cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn ods() -> Vec<u8> {
    let cell = |text: &str| {
        format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
    };
    let row = |cells: &[&str; 10]| {
        let cells: String = cells.iter().map(|text| cell(text)).collect();
        format!("<table:table-row>{cells}</table:table-row>")
    };
    let rows: String = ROWS.iter().map(row).collect();
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content><office:body><office:spreadsheet><table:table table:name="Liste">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<?xml version=\"1.0\"?><manifest:manifest/>"),
        ("content.xml", content.as_str()),
    ];
    for (name, text) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn lists() {
    let csv: String = ROWS.iter().map(|row| format!("{}\n", row.join(";"))).collect();
    keep("list-csv", "liste.csv", csv.as_bytes());
    keep("list-csv", "virgules.csv", csv.replace(',', ".").replace(';', ",").as_bytes());
    keep("list-csv", "tabulations.csv", csv.replace(';', "\t").as_bytes());
    let windows: Vec<u8> = csv.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    keep("list-csv", "windows.csv", &windows);
    keep("list-xlsx", "liste.xlsx", &xlsx());
    keep("list-ods", "liste.ods", &ods());
}

fn typed() {
    let texts = [
        "2026-W49",
        "2026-11-30",
        "cat:0de30000-0000-4000-8000-000000000001",
        "12.345",
        "00000045500014",
        "P-001",
        "École du Gué",
        "anne.roux@cuisine.example",
        "quatre mots bien choisis",
        "243400017",
    ];
    for (at, text) in texts.iter().enumerate() {
        keep("typed", &format!("{at:02}.txt"), text.as_bytes());
    }
    for (at, text) in ["K7MQ-2XVD", " k7mq 2xvd ", "K7MQ–2XVD"].iter().enumerate() {
        keep("code", &format!("{at}.txt"), text.as_bytes());
    }
    let token = "0123456789abcdef".repeat(4);
    keep("cookie", "session.txt", format!("a=b; session={token}; c=d").as_bytes());
    keep("cookie", "quoted.txt", format!("session=\"{token}\"").as_bytes());
    let lists = [
        "198.51.100.1, 203.0.113.9",
        "203.0.113.9:4711",
        "[2001:db9::5]:443, 10.0.0.2",
        "::ffff:203.0.113.9",
    ];
    for (at, text) in lists.iter().enumerate() {
        keep("forwarded-for", &format!("{at}.txt"), text.as_bytes());
    }
}

fn said(market: &Market) {
    let site = market.kitchens[0].site;
    let place =
        json!({"kind": "kitchen", "name": "École du Gué", "siret": "00000045500014", "commune": "Anduze"});
    let asked = json!({"hub": market.hub, "place": place, "name": "Rose Gué", "email": "rose@gue.example", "words": "Bonjour"});
    let owner = json!({"kind": "department", "name": "Gard", "insee": "30", "parent": market.owners[0]});
    keep("place", "application.json", asked.to_string().as_bytes());
    keep("place", "owner.json", owner.to_string().as_bytes());
    for (name, said) in [
        ("kitchen", json!({"name": "Anne", "email": "a@x.example", "role": "kitchen", "site": site})),
        (
            "authority",
            json!({"name": "Anne", "email": "a@x.example", "role": "authority", "owner": market.owners[0]}),
        ),
        ("hub", json!({"name": "Anne", "email": "a@x.example", "role": "hub"})),
    ] {
        keep("invitation", &format!("{name}.json"), said.to_string().as_bytes());
    }
}

#[tokio::test]
#[ignore = "writes the corpus"]
async fn write_the_corpus() {
    lists();
    typed();
    let store = on_sqlite().await;
    let market = Market::open(&store).await;
    said(&market);
    let kitchen = Client::new(&store).signed_in("tilleuls@market.example").await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let first = tablet.submit(market.submission(who.site, &[("P-001", "10"), ("F-001", "5")]));
    let second = tablet.submit(market.submission(who.site, &[("P-001", "15")]));
    let push = |cmds| {
        let (build, outbox) = ("test".to_owned(), OutboxId(tablet.outbox.0));
        PushRequest { proto: PROTO, schema: SCHEMA, build, device: None, outbox, cmds }
    };
    let pushed = serde_json::to_vec(&push(vec![first.clone(), second.clone()])).unwrap();
    keep("push", "two.json", &pushed);
    keep("push", "none.json", &serde_json::to_vec(&push(Vec::new())).unwrap());
    keep("envelope", "submit.json", &serde_json::to_vec(&first).unwrap());
    let every = [
        ("harvest.confirm@1", include_str!("../../fixtures/wire/v1/harvest.confirm@1.json")),
        ("availability.publish@1", include_str!("../../fixtures/wire/v1/availability.publish@1.json")),
        ("draft.edit@1", include_str!("../../fixtures/wire/v1/draft.edit@1.json")),
        ("draft.field@1", include_str!("../../fixtures/wire/v1/draft.field@1.json")),
        ("order.amend@1", include_str!("../../fixtures/wire/v1/order.amend@1.json")),
        ("order.withdraw@1", include_str!("../../fixtures/wire/v1/order.withdraw@1.json")),
        ("ticket.settle@1", include_str!("../../fixtures/wire/v1/ticket.settle@1.json")),
    ];
    for (name, text) in every {
        keep("envelope", &format!("{name}.json"), text.as_bytes());
    }
    let entries: Vec<Value> = [first, second]
        .iter()
        .map(|envelope| json!({"outbox": tablet.outbox, "envelope": envelope, "recorded_at": 0}))
        .collect();
    let rescue = json!({"format": 1, "build": "test", "written_at": 0, "commands": entries});
    keep("rescue", "two.json", rescue.to_string().as_bytes());

    let answer = kitchen.post("/sync/v1/push", &serde_json::from_slice::<Value>(&pushed).unwrap()).await;
    keep("push-answer", "done.json", &answer.body);
    let gap = json!({"gap": {"server_time": 1, "expected": 2, "results": []}});
    keep("push-answer", "gap.json", gap.to_string().as_bytes());
    keep("push-answer", "foreign.json", br#"{"foreign_outbox":{"server_time":1}}"#);
    let hello = json!({"proto": PROTO, "schema": SCHEMA, "build": "test", "pending": 2});
    keep("hello", "hello.json", hello.to_string().as_bytes());
    keep("hello-answer", "kitchen.json", &kitchen.post("/sync/v1/hello", &hello).await.body);
    keep("me", "kitchen.json", &kitchen.get("/api/me").await.body);
    keep("problem", "not-found.json", &kitchen.get("/api/cycles/x/sheets/y").await.body);
    let (catalog, site) = (Scope::catalog(market.hub), Scope::site(who.site));
    let asked =
        json!({"cursors": {catalog.to_string(): null, site.to_string(): null}, "outbox": tablet.outbox});
    keep("pull", "first.json", asked.to_string().as_bytes());
    let pulled = kitchen.post("/sync/v1/pull", &asked).await;
    keep("pull-answer", "first.json", &pulled.body);
    let answer: PullAnswer = pulled.json();
    let ScopePatch::Snapshot { url, .. } = &answer.scopes[&catalog] else { panic!("{answer:?}") };
    let plain = kitchen.get(url).await;
    keep("snapshot", "market.json", &plain.body);
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 4_096, 5, 20);
    writer.write_all(&plain.body).unwrap();
    drop(writer);
    keep("snapshot-brotli", "market.br", &compressed);
    let request = json!({"cursors": {catalog.to_string(): format!("e{:x}.0", store.epoch())}});
    let log = kitchen.post("/sync/v1/pull", &request).await;
    keep("pull-answer", "log.json", &log.body);
    let answer: PullAnswer = log.json();
    let (ScopePatch::Delta { ops, .. } | ScopePatch::Reset { ops, .. }) = &answer.scopes[&catalog] else {
        panic!("{answer:?}")
    };
    keep("log", "catalog.json", &serde_json::to_vec(ops).unwrap());
}
