//! What devices are told: their own, whole, in order, and never more.

use domain::{
    id::UserId,
    receipt::Outcome,
    wire::{Catalog, Cursor, Me, PullAnswer, PullRequest, ScopePatch},
};
use uuid::Uuid;

use super::*;
use crate::{
    access::rights,
    store::Encoding,
    sync::pull::pull,
    testing::{Device, TestStore, offer, offers, quantity},
};

crate::on_both_engines!(
    a_first_pull_is_a_snapshot_and_what_is_ones_own,
    effects_and_acknowledgement_are_seen_together,
    nobody_is_told_what_is_not_theirs,
    a_cursor_of_another_life_starts_again,
    pages_add_up_to_the_whole,
    a_far_cursor_gets_the_shorter_way,
);

fn kitchen(market: &Market, n: usize) -> Me {
    let KitchenSession { user, hub, site } = market.kitchens[n];
    me(user, domain::enterprise::Role::Kitchen { hub, site })
}

fn me(user: UserId, role: domain::enterprise::Role) -> Me {
    Me {
        user,
        name: String::new(),
        email: String::new(),
        role,
        place: String::new(),
        device: None,
        second_step_due: false,
    }
}

fn request(cursors: impl IntoIterator<Item = (Scope, Option<Cursor>)>) -> PullRequest {
    PullRequest { cursors: cursors.into_iter().collect(), outbox: None, receipts_after: 0, max_bytes: None }
}

async fn pull_now(store: &Store, me: &Me, request: &PullRequest) -> PullAnswer {
    pull(store, me, request, NOW).await.unwrap()
}

async fn a_first_pull_is_a_snapshot_and_what_is_ones_own(store: TestStore) {
    let market = Market::open(&store).await;
    let me = kitchen(&market, 0);
    let scopes = rights::scopes(me.role);
    let answer = pull_now(&store, &me, &request(scopes.iter().map(|scope| (scope.clone(), None)))).await;
    let ScopePatch::Snapshot { url, sha256, cursor } = &answer.scopes[&scopes[0]] else {
        panic!("{answer:?}")
    };
    assert_eq!(*url, format!("/sync/v1/snap/{}/{sha256}", scopes[0]));
    let bytes = store.snapshot_bytes(&scopes[0], sha256, Encoding::Identity).await.unwrap().unwrap();
    assert_eq!(Catalog::decode(&bytes).unwrap().offers.len(), 4);
    let ScopePatch::Reset { ops, more: false, .. } = &answer.scopes[&scopes[1]] else { panic!("{answer:?}") };
    assert_eq!(ops.iter().map(|op| op.kind.as_str()).collect::<Vec<_>>(), ["site"]);
    // Nothing has changed since: nothing is sent.
    let answer = pull_now(&store, &me, &request([(scopes[0].clone(), Some(*cursor))])).await;
    let nothing = ScopePatch::Delta { ops: vec![], cursor: *cursor, more: false };
    assert_eq!(answer.scopes[&scopes[0]], nothing);
}

async fn effects_and_acknowledgement_are_seen_together(store: TestStore) {
    let market = Market::open(&store).await;
    let (who, me) = (&market.kitchens[0], kitchen(&market, 0));
    let scope = Scope::site(who.site);
    let mut tablet = Device::of(who, 1);
    let ask = |cursor, receipts_after| PullRequest {
        outbox: Some(OutboxId(tablet.outbox.0)),
        receipts_after,
        ..request([(scope.clone(), cursor)])
    };
    let first_ask = ask(None, 0);
    let before = pull_now(&store, &me, &first_ask).await;
    assert_eq!((before.outbox_last, before.receipts.len()), (0, 0));
    let ScopePatch::Reset { cursor, .. } = before.scopes[&scope] else { panic!("{before:?}") };
    let second_ask = ask(Some(cursor), 0);
    let elsewhere = PullRequest { cursors: Default::default(), ..second_ask.clone() };
    let sent = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    push_one(&store, who, tablet.outbox, sent).await;
    let after = pull_now(&store, &me, &second_ask).await;
    assert_eq!(after.outbox_last, 1);
    assert!(matches!(&after.receipts[..], [receipt] if matches!(receipt.outcome, Outcome::Applied { .. })));
    let ScopePatch::Delta { ops, .. } = &after.scopes[&scope] else { panic!("{after:?}") };
    assert_eq!(ops.iter().map(|op| op.kind.as_str()).collect::<Vec<_>>(), ["order"]);
    // Asked without the site's own changes, nothing is said to be applied: its effects would not be there.
    let without = pull_now(&store, &me, &elsewhere).await;
    assert_eq!((without.outbox_last, without.receipts.len()), (0, 0));
}

async fn nobody_is_told_what_is_not_theirs(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let sent = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    push_one(&store, who, tablet.outbox, sent).await;
    let others = [
        Scope::site(who.site),
        Scope::catalog(market.neighbour),
        Scope::producer(market.producers[0]),
        Scope("hub:anything".into()),
        Scope(String::new()),
    ];
    let stranger = kitchen(&market, 1);
    let ask = PullRequest {
        outbox: Some(tablet.outbox),
        ..request(others.iter().map(|scope| (scope.clone(), None)))
    };
    let answer = pull_now(&store, &stranger, &ask).await;
    assert!(answer.scopes.values().all(|patch| *patch == ScopePatch::Forbidden), "{answer:?}");
    assert_eq!((answer.outbox_last, answer.receipts.len()), (0, 0));
    let role = domain::enterprise::Role::Producer { hub: market.hub, producer: market.producers[1] };
    let producer = me(UserId(Uuid::nil()), role);
    let answer = pull_now(&store, &producer, &ask).await;
    assert!(answer.scopes.values().all(|patch| *patch == ScopePatch::Forbidden), "{answer:?}");
}

async fn a_cursor_of_another_life_starts_again(store: TestStore) {
    let market = Market::open(&store).await;
    let me = kitchen(&market, 0);
    let scopes = rights::scopes(me.role);
    for cursor in [
        Cursor { epoch: store.epoch().wrapping_add(1), seq: 1 },
        Cursor { epoch: store.epoch(), seq: 1_000_000 },
    ] {
        let ask = request(scopes.iter().map(|scope| (scope.clone(), Some(cursor))));
        let answer = pull_now(&store, &me, &ask).await;
        assert!(matches!(answer.scopes[&scopes[0]], ScopePatch::Snapshot { .. }), "{answer:?}");
        assert!(matches!(answer.scopes[&scopes[1]], ScopePatch::Reset { .. }), "{answer:?}");
    }
}

async fn pages_add_up_to_the_whole(store: TestStore) {
    let market = Market::open(&store).await;
    let (who, me) = (&market.kitchens[0], kitchen(&market, 0));
    let scope = Scope::site(who.site);
    let mut tablet = Device::of(who, 1);
    // Each of these is put aside: many tickets.
    let commands: Vec<_> =
        (0..20).map(|_| tablet.submit(market.submission(who.site, &[("X-404", "5")]))).collect();
    push_all(&store, who, tablet.outbox, &commands, NOW).await;
    let mut cursor = None;
    let mut seen = Vec::new();
    let mut pages = 0;
    loop {
        let ask = PullRequest {
            max_bytes: Some(3_000),
            outbox: Some(tablet.outbox),
            ..request([(scope.clone(), cursor)])
        };
        let mut answer = pull_now(&store, &me, &ask).await;
        let (ops, at, more) = match answer.scopes.remove(&scope).unwrap() {
            ScopePatch::Reset { ops, cursor, more } if pages == 0 => (ops, cursor, more),
            ScopePatch::Delta { ops, cursor, more } => (ops, cursor, more),
            other => panic!("{other:?}"),
        };
        seen.extend(ops.into_iter().map(|op| op.seq));
        cursor = Some(at);
        pages += 1;
        assert_eq!(answer.outbox_last, if more { 0 } else { 20 }, "not before the last page");
        if !more {
            assert_eq!(answer.receipts.len(), 20);
            break;
        }
    }
    assert!(pages > 3, "{pages}");
    assert_eq!(seen, (1..=21).collect::<Vec<_>>(), "the site and its twenty tickets, each once");
}

async fn a_far_cursor_gets_the_shorter_way(store: TestStore) {
    let market = Market::open(&store).await;
    let me = kitchen(&market, 0);
    let scope = Scope::catalog(market.hub);
    let answer = pull_now(&store, &me, &request([(scope.clone(), None)])).await;
    let ScopePatch::Snapshot { cursor, .. } = answer.scopes[&scope] else { panic!("{answer:?}") };
    let many = (0..400).map(|n| offer(&format!("N-{n}"), "Navets", market.producers[0], "1", None)).collect();
    market.publish(&store, many, NOW).await;
    let answer = pull_now(&store, &me, &request([(scope.clone(), Some(cursor))])).await;
    assert!(matches!(answer.scopes[&scope], ScopePatch::Snapshot { .. }), "{answer:?}");
    // A few changes after that travel one by one.
    let ScopePatch::Snapshot { cursor, .. } = answer.scopes[&scope] else { panic!("{answer:?}") };
    let mut list = offers(market.hub);
    list[0].promised = Some(quantity("5"));
    let mut few: Vec<_> =
        (0..400).map(|n| offer(&format!("N-{n}"), "Navets", market.producers[0], "1", None)).collect();
    few.push(list.remove(0));
    market.publish(&store, few, NOW).await;
    let answer = pull_now(&store, &me, &request([(scope.clone(), Some(cursor))])).await;
    let ScopePatch::Delta { ops, .. } = &answer.scopes[&scope] else { panic!("{answer:?}") };
    let moved: Vec<_> = ops.iter().map(|op| (op.kind.as_str(), op.id.as_str())).collect();
    assert_eq!(moved, [("cycle", "current"), ("offer", "P-001")]);
}
