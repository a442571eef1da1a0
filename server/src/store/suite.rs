//! What any engine must do: every story here runs on SQLite and on a real PostgreSQL.

mod owners;
mod people;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    enterprise::Role,
    id::{OutboxId, Reference},
    offer::Offer,
    order::{LineStatus, Order, OrderState},
    receipt::{Outcome, Reason, Receipt},
    time::Timestamp,
    wire::{Catalog, Op, Scope, desk::ChangeKind},
};
use uuid::Uuid;

use super::{
    Claim, Encoding, NewSession, NewUser, OpenedWith, PriceList, SessionTimes, Store, StoreError, feed::Put,
    table_of,
};
use crate::testing::{Market, NOW, TestStore, offer, offers, producers, quantity};

crate::on_both_engines!(
    a_store_opens_again_as_it_was,
    every_reader_sees_every_change_once_and_in_order,
    a_list_moves_only_what_it_changes,
    a_new_week_is_compared_with_the_last_one,
    a_dry_run_writes_nothing,
    a_snapshot_is_the_catalogue_of_its_place,
    a_number_given_back_leaves_no_gap,
    the_same_draft_cannot_become_two_orders,
    running_totals_follow_every_change_of_an_order,
    what_is_undone_leaves_no_trace,
    an_outbox_is_bound_at_first_sight_and_has_no_holes,
    a_session_ends_in_time,
    one_address_is_one_account,
    files_of_earlier_builds_are_kept_for_a_while,
);

async fn changes(store: &Store, scope: &Scope, after: u64) -> Vec<Op> {
    store.read().await.unwrap().changes(scope, after, 10_000, false).await.unwrap()
}

async fn head(store: &Store, scope: &Scope) -> u64 {
    store.read().await.unwrap().find_reach(scope).await.unwrap().unwrap().head
}

fn reference(text: &str) -> Reference {
    Reference::parse(text).unwrap()
}

async fn a_store_opens_again_as_it_was(store: TestStore) {
    assert!(store.is_empty().await.unwrap() && !store.is_demo().await.unwrap());
    let market = Market::open(&store).await;
    store.set_demo_flag().await.unwrap();
    let again = Store::open(&store.url).await.unwrap();
    assert_eq!(again.epoch(), store.epoch());
    assert!(!again.is_empty().await.unwrap() && again.is_demo().await.unwrap());
    assert_eq!(again.current_cycle(market.hub).await.unwrap().unwrap().id, market.cycle.id);
    assert!(matches!(again.the_hub().await, Err(StoreError::NotOneHub)));
    again.close().await;
}

/// Sixteen writers, some of them slow to commit, and a reader that follows the feed meanwhile.
async fn every_reader_sees_every_change_once_and_in_order(store: TestStore) {
    const WRITERS: u64 = 16;
    const CHANGES: u64 = 12;
    let market = Market::open(&store).await;
    let scope = Scope::catalog(market.hub);
    let begun_at = head(&store, &scope).await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (store, scope, hub) = ((*store).clone(), scope.clone(), market.hub);
            tokio::spawn(async move {
                for change in 0..CHANGES {
                    let mut tx = store.write(hub).await.unwrap();
                    let put = Put::of("test", format!("{writer}/{change}"), &change).unwrap();
                    tx.publish(&scope, [put]).await.unwrap();
                    if change % 4 == writer % 4 {
                        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                    }
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    let mut seen: Vec<u64> = Vec::new();
    let expected = usize::try_from(WRITERS * CHANGES).unwrap();
    while seen.len() < expected {
        let after = seen.last().copied().unwrap_or(begun_at);
        seen.extend(changes(&store, &scope, after).await.into_iter().map(|op| op.seq));
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let all: Vec<u64> = (begun_at + 1..=begun_at + WRITERS * CHANGES).collect();
    assert_eq!(seen, all);
}

async fn a_list_moves_only_what_it_changes(store: TestStore) {
    let market = Market::open(&store).await;
    let scope = Scope::catalog(market.hub);
    let before = head(&store, &scope).await;
    let [mas, _] = market.producers;
    let mut list = offers(market.hub);
    list[0].net_price = offer("x", "", mas, "1.35", None).net_price;
    list.remove(1);
    list.push(offer("P-009", "Blettes", mas, "1.80", None));
    list.swap(0, 1);
    let list = PriceList { producers: producers(market.hub), offers: list };
    let done = std::sync::Mutex::new(Vec::new());
    let told = |row, total| done.lock().unwrap().push((row, total));
    let found = store.publish_price_list(market.hub, &market.cycle, &list, NOW, false, &told).await.unwrap();
    assert_eq!((found.new, found.price_up, found.gone, found.unchanged), (1, 1, 1, 2));
    let kinds: Vec<_> = found.rows.iter().map(|row| (row.reference.as_str(), &row.kind)).collect();
    assert!(
        matches!(
            kinds[..],
            [("P-001", ChangeKind::PriceUp { .. }), ("P-009", ChangeKind::New), ("P-002", ChangeKind::Gone)]
        ),
        "{kinds:?}"
    );
    assert_eq!(done.lock().unwrap().last(), Some(&(4, 4)));
    let moved: BTreeMap<String, bool> = changes(&store, &scope, before)
        .await
        .into_iter()
        .filter(|op| op.kind == "offer")
        .map(|op| (op.id, op.body.is_some()))
        .collect();
    assert_eq!(
        moved,
        [("P-001", true), ("P-002", false), ("P-009", true)].map(|(id, on)| (id.to_owned(), on)).into()
    );
    let now = store.current_offers(market.hub, market.cycle.id).await.unwrap();
    assert_eq!(now[&reference("P-001")].revision, 2);
    assert_eq!(now[&reference("P-003")].revision, 1);
    assert!(!now.contains_key(&reference("P-002")));
    let names = [reference("P-001"), reference("P-002"), reference("P-404")];
    let mut tx = store.read().await.unwrap();
    let named = tx.named_offers(market.hub, market.cycle.id, &names.iter().collect()).await.unwrap();
    assert_eq!(names.each_ref().map(|name| named.listed.contains_key(name)), [true, false, false]);
    assert_eq!(names.each_ref().map(|name| named.withdrawn.contains_key(name)), [false, true, false]);
}

async fn a_new_week_is_compared_with_the_last_one(store: TestStore) {
    let market = Market::open(&store).await;
    let scope = Scope::catalog(market.hub);
    let mut list = offers(market.hub);
    list[2].net_price = offer("x", "", market.producers[0], "1.95", None).net_price;
    let list = PriceList { producers: producers(market.hub), offers: list };
    let before = head(&store, &scope).await;
    let next = market.next_week();
    let found = store.publish_price_list(market.hub, &next, &list, NOW, false, &|_, _| {}).await.unwrap();
    assert_eq!((found.new, found.price_down, found.unchanged), (0, 1, 3));
    let moved: Vec<_> =
        changes(&store, &scope, before).await.into_iter().map(|op| (op.kind, op.id)).collect();
    let expected =
        [("cycle", "current"), ("offer", "P-003")].map(|(kind, id)| (kind.to_owned(), id.to_owned()));
    assert_eq!(moved, expected);
    assert_eq!(store.current_cycle(market.hub).await.unwrap().unwrap().id, next.id);
    // The week before is still there for orders that come late.
    assert_eq!(store.current_offers(market.hub, market.cycle.id).await.unwrap().len(), 4);
    assert_eq!(store.current_offers(market.hub, next.id).await.unwrap()[&reference("P-003")].revision, 2);
}

async fn a_dry_run_writes_nothing(store: TestStore) {
    let market = Market::open(&store).await;
    let scope = Scope::catalog(market.hub);
    let before = head(&store, &scope).await;
    let list = PriceList { producers: producers(market.hub), offers: offers(market.hub)[..1].to_vec() };
    let found = store
        .publish_price_list(market.hub, &market.next_week(), &list, NOW, true, &|_, _| {})
        .await
        .unwrap();
    assert_eq!((found.unchanged, found.gone), (1, 3));
    assert_eq!(head(&store, &scope).await, before);
    assert!(store.find_cycle(market.hub, market.next_week().id).await.unwrap().is_none());
}

async fn a_snapshot_is_the_catalogue_of_its_place(store: TestStore) {
    let market = Market::open(&store).await;
    let scope = Scope::catalog(market.hub);
    let snapshot = store.read().await.unwrap().last_snapshot(&scope).await.unwrap().unwrap();
    assert_eq!(snapshot.seq, head(&store, &scope).await);
    let plain = store.snapshot_bytes(&scope, &snapshot.hash, Encoding::Identity).await.unwrap().unwrap();
    let catalog = Catalog::decode(&plain).unwrap();
    let expected: Vec<_> =
        offers(market.hub).into_iter().map(|offer| Offer { revision: 1, ..offer }).collect();
    assert_eq!(catalog.offers, expected);
    assert_eq!(catalog.producers.len(), 2);
    let gzip = store.snapshot_bytes(&scope, &snapshot.hash, Encoding::Gzip).await.unwrap().unwrap();
    let mut inflated = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(gzip.as_slice()), &mut inflated).unwrap();
    assert_eq!(inflated, plain);
    let other = Scope::catalog(market.neighbour);
    assert!(store.snapshot_bytes(&other, &snapshot.hash, Encoding::Brotli).await.unwrap().is_none());
    assert!(store.hubs_without_snapshot().await.unwrap().is_empty());
    // Old ones are forgotten, the last few are kept.
    for price in ["3", "4", "5", "6", "7"] {
        market.publish(&store, vec![offer("P-001", "Poireaux", market.producers[0], price, None)], NOW).await;
    }
    assert!(store.snapshot_bytes(&scope, &snapshot.hash, Encoding::Brotli).await.unwrap().is_none());
}

async fn a_number_given_back_leaves_no_gap(store: TestStore) {
    let market = Market::open(&store).await;
    let [first, second] = market.kitchens.map(|kitchen| kitchen.site);
    let mut numbers = Vec::new();
    for commit in [true, false, true] {
        let mut tx = store.write(market.hub).await.unwrap();
        let number = tx.next_number(first, NOW).await.unwrap();
        if commit {
            tx.commit().await.unwrap();
            numbers.push(number.to_string());
        }
    }
    assert_eq!(numbers, ["2026-0001", "2026-0002"]);
    let mut tx = store.write(market.hub).await.unwrap();
    assert_eq!(tx.next_number(second, NOW).await.unwrap().to_string(), "2026-0001");
    let next_year = NOW.plus_ms(60 * 24 * 3_600_000);
    assert_eq!(tx.next_number(first, next_year).await.unwrap().to_string(), "2027-0001");
}

/// An order of leeks and cheese of the first kitchen, whose lines all count.
async fn an_order(store: &Store, market: &Market, packs: [u32; 2]) -> Order {
    let site = market.kitchens[0].site;
    let submission = market.submission(site, &[("F-001", "5"), ("P-001", "5")]);
    let mut tx = store.read().await.unwrap();
    let references: BTreeSet<_> = submission.lines.iter().map(|line| &line.offer).collect();
    let named = tx.named_offers(market.hub, market.cycle.id, &references).await.unwrap();
    let terms = tx.terms(market.hub).await.unwrap();
    let lines = submission.lines.iter().zip(packs).map(|(line, packs)| {
        let offer = &named.listed[&line.offer];
        let ordered = offer.pack.times(packs);
        let unit_price = terms.buyer_price(offer.net_price);
        domain::order::OrderLine {
            key: line.key(),
            offer_revision: offer.revision,
            name: offer.name.clone(),
            producer: offer.producer,
            unit: offer.unit.clone(),
            pack: offer.pack,
            ordered,
            confirmed: None,
            price_seen: unit_price,
            unit_price,
            net_price: offer.net_price,
            vat: offer.vat,
            amount: unit_price.times(ordered),
            split: terms.split(offer.net_price, unit_price, ordered),
            status: LineStatus::Accepted,
            proposed: None,
        }
    });
    let mut order = Order {
        id: domain::id::OrderId::of_draft(submission.draft),
        draft: submission.draft,
        number: domain::order::OrderNumber { year: 2026, sequence: 1 },
        site,
        cycle: market.cycle.id,
        received_at: NOW,
        state: OrderState::Accepted,
        lines: lines.collect(),
        totals: Default::default(),
        header: Default::default(),
        amendments: Vec::new(),
    };
    order.refresh_totals();
    order
}

async fn the_same_draft_cannot_become_two_orders(store: TestStore) {
    let market = Market::open(&store).await;
    let order = an_order(&store, &market, [1, 2]).await;
    let mut tx = store.write(market.hub).await.unwrap();
    tx.save_order(market.hub, None, &order).await.unwrap();
    tx.commit().await.unwrap();
    for twin in [
        Order {
            id: domain::id::OrderId(Uuid::from_u128(9)),
            number: domain::order::OrderNumber { year: 2026, sequence: 2 },
            ..order.clone()
        },
        Order {
            id: domain::id::OrderId(Uuid::from_u128(9)),
            draft: domain::id::DraftId(Uuid::from_u128(8)),
            ..order.clone()
        },
    ] {
        let mut tx = store.write(market.hub).await.unwrap();
        let error = tx.save_order(market.hub, None, &twin).await.unwrap_err();
        assert!(
            matches!(error, StoreError::Sqlite(_) | StoreError::Postgres(_)) && !error.is_temporary(),
            "{error}"
        );
    }
    assert_eq!(store.read().await.unwrap().count_orders(market.hub, market.cycle.id).await.unwrap(), (1, 1));
}

async fn running_totals_follow_every_change_of_an_order(store: TestStore) {
    let market = Market::open(&store).await;
    let (hub, cycle) = (market.hub, market.cycle.id);
    let mut before: Option<Order> = None;
    let held = LineStatus::Dropped { reason: Reason::Declined };
    for (packs, dropped) in
        [([1, 2], false), ([3, 1], false), ([3, 1], true), ([2, 2], false), ([0, 7], true)]
    {
        let mut order = an_order(&store, &market, packs).await;
        if dropped {
            order.lines[0].status = held.clone();
            order.refresh_totals();
        }
        let mut tx = store.write(hub).await.unwrap();
        tx.save_order(hub, before.as_ref(), &order).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.read().await.unwrap();
        let running = table_of(&tx.demand_rows(hub, cycle).await.unwrap());
        assert_eq!(running, domain::consolidation::demand_of(std::slice::from_ref(&order)), "{packs:?}");
        assert_eq!(tx.find_order(order.site, order.id).await.unwrap(), Some(order.clone()));
        before = Some(order);
    }
    assert_eq!(store.stale_cycles().await.unwrap(), [(hub, cycle)]);
    let mut tx = store.write(hub).await.unwrap();
    crate::demand::tell(&mut tx, hub, cycle).await.unwrap();
    tx.commit().await.unwrap();
    assert!(store.stale_cycles().await.unwrap().is_empty());
    let left: Vec<(String, domain::quantity::Quantity)> =
        store.read().await.unwrap().entities(&Scope::catalog(hub), "left").await.unwrap();
    assert_eq!(left, [("P-001".to_owned(), quantity("45"))]);
}

async fn what_is_undone_leaves_no_trace(store: TestStore) {
    let market = Market::open(&store).await;
    let scope = Scope::catalog(market.hub);
    let before = head(&store, &scope).await;
    let mut tx = store.write(market.hub).await.unwrap();
    let put = |id: &str| Put::of("test", id, &1).unwrap();
    tx.savepoint().await.unwrap();
    tx.publish(&scope, [put("undone")]).await.unwrap();
    // A statement the database refuses: PostgreSQL then takes nothing more until the savepoint.
    tx.execute("INSERT INTO store_life (id, epoch) VALUES (1, 1)", vec![]).await.unwrap_err();
    tx.undo_to_savepoint().await.unwrap();
    tx.savepoint().await.unwrap();
    tx.publish(&scope, [put("kept")]).await.unwrap();
    tx.keep_savepoint().await.unwrap();
    tx.commit().await.unwrap();
    let seen: Vec<_> = changes(&store, &scope, before).await.into_iter().map(|op| (op.seq, op.id)).collect();
    assert_eq!(seen, [(before + 1, "kept".to_owned())]);
    let mut dropped = store.write(market.hub).await.unwrap();
    dropped.publish(&scope, [put("never committed")]).await.unwrap();
    drop(dropped);
    assert_eq!(head(&store, &scope).await, before + 1);
}

async fn an_outbox_is_bound_at_first_sight_and_has_no_holes(store: TestStore) {
    let market = Market::open(&store).await;
    let [ours, theirs] = market.kitchens;
    let outbox = OutboxId(Uuid::from_u128(77));
    let mut tx = store.write(market.hub).await.unwrap();
    assert_eq!(tx.claim_outbox(outbox, ours.site.into(), NOW).await.unwrap(), Claim::Ours { last: 0 });
    assert_eq!(tx.claim_outbox(outbox, theirs.site.into(), NOW).await.unwrap(), Claim::Foreign);
    let receipt = |m| Receipt {
        m,
        outcome: Outcome::Refused { code: Reason::Malformed },
        received_at: NOW,
        dup: false,
    };
    for m in [1, 2] {
        tx.save_receipt(outbox, "hash", "{}", ours.user, &receipt(m), NOW).await.unwrap();
    }
    assert_eq!(tx.claim_outbox(outbox, ours.site.into(), NOW).await.unwrap(), Claim::Ours { last: 2 });
    assert_eq!(tx.receipts_after(outbox, 1).await.unwrap(), [receipt(2)]);
    assert_eq!(tx.find_receipt(outbox, 1).await.unwrap().unwrap().receipt, receipt(1));
    assert!(tx.save_receipt(outbox, "hash", "{}", ours.user, &receipt(4), NOW).await.is_err());
}

async fn a_session_ends_in_time(store: TestStore) {
    let market = Market::open(&store).await;
    let times = SessionTimes { idle_ms: 1_000, absolute_ms: 10_000 };
    let user = market.kitchens[0].user;
    let expires_at = NOW.plus_ms(times.absolute_ms);
    for token in [[1; 32], [2; 32], [3; 32]] {
        store
            .open_session(NewSession { token, user, with: OpenedWith::OneStep, expires_at }, NOW)
            .await
            .unwrap();
    }
    let found = store.find_session([1; 32], NOW.plus_ms(9_999)).await.unwrap().unwrap();
    assert_eq!(
        (found.me.place.as_str(), found.me.email.as_str()),
        ("École des Tilleuls", "tilleuls@market.example")
    );
    assert_eq!(found.me.role, Role::Kitchen { hub: market.hub, site: market.kitchens[0].site });
    assert!(store.find_session([1; 32], NOW.plus_ms(10_000)).await.unwrap().is_none());
    assert!(store.find_session([9; 32], NOW).await.unwrap().is_none());
    store.end_session([1; 32], NOW).await.unwrap();
    assert!(store.find_session([1; 32], NOW).await.unwrap().is_none());
    store.touch_session([2; 32], NOW.plus_ms(5_000)).await.unwrap();
    let later = NOW.plus_ms(6_000);
    assert_eq!(store.purge_access(later, later.plus_ms(-times.idle_ms), NOW).await.unwrap(), 1);
    assert!(store.find_session([2; 32], later).await.unwrap().is_some());
    assert!(store.find_session([3; 32], later).await.unwrap().is_none());
}

async fn one_address_is_one_account(store: TestStore) {
    let market = Market::open(&store).await;
    let found = store.find_credentials("  Vilar@Market.Example ").await.unwrap().unwrap();
    assert_eq!(found.user, market.kitchens[1].user);
    assert!(store.find_credentials("nobody@market.example").await.unwrap().is_none());
    let twin = NewUser {
        name: "Twin".into(),
        email: "VILAR@market.example".into(),
        password_hash: String::new(),
        role: Role::Hub { hub: market.hub },
    };
    assert!(store.create_user(&twin).await.is_err());
    assert!(store.due_cycles(Timestamp(i64::MAX)).await.unwrap().len() == 2);
}

impl Store {
    /// Makes an offer unreadable, as a damaged base would: for tests of what happens then.
    pub(crate) async fn spoil_offer(&self, market: &Market, offer: &str) {
        let mut tx = self.write(market.hub).await.unwrap();
        let sql = "UPDATE offer SET body = '{}' WHERE hub = $1 AND reference = $2";
        tx.execute(sql, super::args![market.hub, offer]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Makes a running total wrong, as a fault of the program would.
    pub(crate) async fn spoil_demand(&self, market: &Market, offer: &str) {
        let mut tx = self.write(market.hub).await.unwrap();
        tx.fold_demand(market.hub, market.cycle.id).await.unwrap();
        let sql = "UPDATE demand SET amount = amount + 1 WHERE hub = $1 AND reference = $2";
        tx.execute(sql, super::args![market.hub, offer]).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn files_of_earlier_builds_are_kept_for_a_while(store: TestStore) {
    let day = |n: i64| NOW.plus_ms(n * 86_400_000);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let body = |name: &str| Some(name.as_bytes().to_owned());
    store.keep_app_files(&names(&["assets/app-1.js", "assets/app-1.js.gz"]), body, NOW).await.unwrap();
    store.keep_app_files(&names(&["assets/app-2.js"]), body, day(40)).await.unwrap();
    let kept: BTreeSet<_> = store.app_files("assets/app-1.js").await.unwrap().into_iter().collect();
    let wanted = ["assets/app-1.js", "assets/app-1.js.gz"];
    assert_eq!(kept, wanted.map(|name| (name.to_owned(), body(name).unwrap())).into());
    // An old server still answers beside the new one: its files stay, and are not read again.
    let unread = |name: &str| panic!("{name} is kept already");
    store.keep_app_files(&names(&["assets/app-1.js"]), unread, day(50)).await.unwrap();
    store.keep_app_files(&names(&["assets/app-2.js"]), unread, day(90)).await.unwrap();
    assert_eq!(store.app_files("assets/app-1.js").await.unwrap().len(), 1);
    store.keep_app_files(&names(&["assets/app-2.js"]), unread, day(111)).await.unwrap();
    assert!(store.app_files("assets/app-1.js").await.unwrap().is_empty());
    assert_eq!(store.app_files("assets/app-2.js").await.unwrap().len(), 1);
}
