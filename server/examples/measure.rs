use domain::{command::*, draft::*, enterprise::*, id::*, wire::*};
use server::{
    access::rights::KitchenSession,
    close_cycle, import,
    store::*,
    sync::push::{Batch, push},
    testing::*,
};
use std::time::Instant;
#[tokio::main]
async fn main() {
    let pg = std::env::args().nth(1).as_deref() == Some("pg");
    let store = if pg { on_postgres("measure").await.unwrap() } else { on_sqlite().await };
    let market = Market::open(&store).await;
    let bytes = std::fs::read("/work/shared/data/mercuriales/mercuriale-2026-S49.xlsx").unwrap();
    let t = Instant::now();
    let read = import::read(&bytes, "x.xlsx", market.hub, &|_, _, _| {}).unwrap();
    println!("read {:?} {} offers", t.elapsed(), read.list.offers.len());
    let t = Instant::now();
    store.publish_price_list(market.hub, &market.cycle, &read.list, NOW, false, &|_, _| {}).await.unwrap();
    println!("publish {:?}", t.elapsed());
    let t = Instant::now();
    store.make_snapshot(market.hub, NOW).await.unwrap();
    println!("snapshot {:?}", t.elapsed());
    let offers = store.current_offers(market.hub, market.cycle.id).await.unwrap();
    let me = Me {
        user: market.kitchens[0].user,
        name: String::new(),
        email: String::new(),
        role: Role::Kitchen { hub: market.hub, site: market.kitchens[0].site },
        place: String::new(),
    };
    let scope = Scope::catalog(market.hub);
    let answer = server::sync::pull::pull(
        &store,
        &me,
        &PullRequest {
            cursors: [(scope.clone(), None)].into(),
            outbox: None,
            receipts_after: 0,
            max_bytes: None,
        },
        NOW,
    )
    .await
    .unwrap();
    if let ScopePatch::Snapshot { sha256, .. } = &answer.scopes[&scope] {
        for e in [Encoding::Brotli, Encoding::Gzip, Encoding::Identity] {
            println!("{e:?} {}", store.snapshot_bytes(&scope, sha256, e).await.unwrap().unwrap().len());
        }
    }
    let mut refs: Vec<_> =
        offers.values().filter(|o| o.delivery_dates(&market.cycle).next().is_some()).collect();
    refs.sort_by(|a, b| a.reference.cmp(&b.reference));
    println!("{} deliverable", refs.len());
    let terms = domain::pricing::Terms {
        margin_base: domain::pricing::MarginBase::OnCost,
        margin: domain::money::Rate::from_hundredths(2500).unwrap(),
        transport: domain::money::Rate::ZERO,
    };
    let mut total = std::time::Duration::ZERO;
    let mut worst = total;
    for n in 0..172_u128 {
        let site = SiteId(uuid::Uuid::from_u128(1000 + n));
        store
            .create_site(&Site {
                id: site,
                hub: market.hub,
                kind: SiteKind::Kitchen,
                name: format!("s{n}"),
                siret: Siret::parse("00000030300016").unwrap(),
                commune: Commune { name: "x".into(), insee: "30000".into() },
            })
            .await
            .unwrap();
        let who = KitchenSession { user: market.kitchens[0].user, hub: market.hub, site };
        let mut d = Device::of(&who, 1);
        let lines: Vec<_> = (0..40usize)
            .map(|k| {
                let o = refs[(n as usize * 17 + k * 31) % refs.len()];
                SubmittedLine {
                    offer: o.reference.clone(),
                    offer_revision: 1,
                    delivery_on: o.delivery_dates(&market.cycle).next().unwrap(),
                    quantity: o.pack.times(2),
                    price_seen: terms.buyer_price(o.net_price),
                    vat_seen: o.vat,
                }
            })
            .collect();
        let total_seen = lines.iter().map(|l| l.price_seen.times(l.quantity)).sum();
        let s = SubmitOrder {
            draft: DraftId::usual(site, market.cycle.id, 0),
            site,
            cycle: market.cycle.id,
            lines,
            total_seen,
            cut_off_seen: NOW,
            catalog_cursor: None,
        };
        let cmds = vec![serde_json::to_value(d.submit(s)).unwrap()];
        let t = Instant::now();
        let a = push(&store, &who, Batch { outbox: d.outbox, cmds }, NOW).await.unwrap();
        let e = t.elapsed();
        total += e;
        worst = worst.max(e);
        if n == 0 {
            println!("{a:?}");
        }
    }
    println!("push of 40 lines: mean {:?} worst {:?}", total / 172, worst);
    let t = Instant::now();
    server::demand::refresh(&store, market.hub, market.cycle.id).await.unwrap();
    println!("refresh all {:?}", t.elapsed());
    for _ in 0..2 {
        let t = Instant::now();
        server::demand::board(&store, market.hub, market.cycle.id).await.unwrap();
        println!("board {:?}", t.elapsed());
        let t = Instant::now();
        server::demand::week(&store, market.hub, NOW).await.unwrap();
        println!("week {:?}", t.elapsed());
    }
    let t = Instant::now();
    let r = close_cycle::close(&store, market.hub, market.cycle.id, NOW).await.unwrap();
    println!(
        "close whole {:?} orders {} lines {} sheets {} short {}",
        t.elapsed(),
        r.orders,
        r.lines,
        r.sheets,
        r.shortened_lines
    );
    let _ = Draft::empty;
}
